from collections.abc import Callable
from typing import Any

import pytest
from scrapy.http import HtmlResponse, Request, TextResponse

from newsarchive.guard import Expect
from newsarchive.middlewares.judgement import Breaker, expectation, incident_of
from tests.middlewares.conftest import Reply, Script


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://news.example/wp-admin/admin-ajax.php", "ajax"),
        ("https://news.example/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php", "ajax"),
        ("https://news.example/wp-json/wp/v2/posts?per_page=100", "rest"),
        ("https://news.example/?rest_route=/wp/v2/posts", "rest"),
        ("https://news.example/feed/?paged=2", "feed"),
        ("https://news.example/harbour-reopens/feed/", "feed"),
        ("https://news.example/wp-sitemap-posts-post-1.xml", "sitemap"),
        ("https://news.example/post-sitemap2.xml", "sitemap"),
        ("https://news.example/harbour-reopens/", "any"),
        ("https://news.example/robots.txt", "any"),
    ],
)
def test_what_an_address_lets_expect(url: str, kind: str) -> None:
    assert expectation(Request(url)).kind == kind


def test_a_request_may_say_what_it_expects() -> None:
    wanted = Expect(kind="article", post_id="7")
    assert expectation(Request("https://news.example/feed/", meta={"expect": wanted})) is wanted


def test_a_redirected_request_expects_what_it_first_asked_for() -> None:
    redirected = Request("https://news.example/", meta={"redirect_urls": ["https://news.example/wp-json/wp/v2/posts"]})
    assert expectation(redirected).kind == "rest"


def test_a_list_that_is_sent_home_is_an_incident_and_robots_txt_is_none() -> None:
    home = "https://news.example/"
    listed = Request(home, meta={"redirect_urls": ["https://news.example/2024/05/"]})
    body = b"<html><head></head><body class='home blog'><p>The latest stories of the day.</p></body></html>"
    incident = incident_of(listed, HtmlResponse(home, body=body, headers={"Content-Type": "text/html"}), home)
    assert incident is not None
    assert incident.rule == "redirect-home"
    robots = Request("https://news.example/robots.txt")
    plain = TextResponse(robots.url, body=b"User-agent: *", headers={"Content-Type": "text/plain"})
    assert incident_of(robots, plain, home) is None


def test_an_incident_is_told_by_expectation() -> None:
    request = Request("https://news.example/story/", meta={"expect": Expect(kind="article", post_id="7")})
    body = b'<html><body class="single postid-9"><p>Quite another story.</p></body></html>'
    incident = incident_of(request, HtmlResponse(request.url, body=body))
    assert incident is not None
    assert incident.rule == "another-post"


def test_breaker_trips_after_so_many_in_a_row() -> None:
    breaker = Breaker(in_a_row=3, share=0)
    assert [breaker.note(bad) for bad in (True, True, False, True, True, True)] == [
        False,
        False,
        False,
        False,
        False,
        True,
    ]


def test_breaker_trips_where_the_share_is_too_large() -> None:
    breaker = Breaker(in_a_row=0, share=0.5, window=4)
    assert [breaker.note(bad) for bad in (True, False, False, True, False, True, True)] == [False, False, False, True, False, True, True]  # fmt: skip


def test_breaker_that_is_switched_off_never_trips() -> None:
    breaker = Breaker(in_a_row=0, share=0)
    assert not any(breaker.note(True) for _ in range(200))


@pytest.mark.parametrize("how", ["scheduled", "inline"])
def test_a_crawl_that_is_refused_stops_early(script: Script, crawl: Callable[..., Any], how: str) -> None:
    paths = [f"/{n}" for n in range(60)]
    for path in paths:
        script[path] = [Reply(403)]
    got = crawl([script.url + path for path in paths], how, settings={"NEWSARCHIVE_REFUSED_IN_A_ROW": 5})
    assert got["stats"]["finish_reason"] == "refused"
    assert sum(script.times(path) for path in paths) <= 5 + 16  # those under way
    assert got["stats"]["newsarchive/incident/forbidden"] >= 5


def test_refusals_of_other_hosts_stop_nothing(script: Script, crawl: Callable[..., Any]) -> None:
    elsewhere = script.url.replace("127.0.0.1", "localhost")
    paths = [f"/{n}" for n in range(12)]
    for path in paths:
        script[path] = [Reply(403)]
    settings = {"NEWSARCHIVE_REFUSED_IN_A_ROW": 5}
    got = crawl([elsewhere + path for path in paths], base=script.url, settings=settings)
    assert got["stats"]["finish_reason"] == "finished"
    assert len(got["seen"]) == 12


def test_good_answers_between_refusals_keep_a_crawl_going(script: Script, crawl: Callable[..., Any]) -> None:
    for n in range(12):
        script[f"/{n}"] = [Reply(403 if n % 3 else 200)]
    got = crawl([f"{script.url}/{n}" for n in range(12)], settings={"NEWSARCHIVE_REFUSED_IN_A_ROW": 3})
    assert got["stats"]["finish_reason"] == "finished"
    assert len(got["seen"]) == 12


def test_a_site_that_does_not_answer_at_all_ends_the_crawl(script: Script, crawl: Callable[..., Any]) -> None:
    for n in range(20):
        script[f"/{n}"] = [Reply(reset=True)]
    settings = {"NEWSARCHIVE_FAILED_IN_A_ROW": 6, "RETRY_TIMES": 1}
    got = crawl([f"{script.url}/{n}" for n in range(20)], settings=settings)
    assert got["stats"]["finish_reason"] == "unreachable"
    assert sum(script.times(f"/{n}") for n in range(20)) <= 8


def test_a_burst_of_429_is_sat_out(script: Script, crawl: Callable[..., Any]) -> None:
    for n in range(8):
        script[f"/{n}"] = [Reply(429), Reply(429), Reply()]
    got = crawl([f"{script.url}/{n}" for n in range(8)], "scheduled", settings={"NEWSARCHIVE_REFUSED_IN_A_ROW": 3})
    assert got["stats"]["finish_reason"] == "finished"
    assert [one["status"] for one in got["seen"].values()] == [200] * 8


def test_a_site_that_only_says_429_refuses(script: Script, crawl: Callable[..., Any]) -> None:
    for n in range(8):
        script[f"/{n}"] = [Reply(429)]
    got = crawl([f"{script.url}/{n}" for n in range(8)], "scheduled", settings={"NEWSARCHIVE_REFUSED_IN_A_ROW": 3})
    assert got["stats"]["finish_reason"] == "refused"


def test_a_site_that_only_has_errors_to_give_ends_the_crawl(script: Script, crawl: Callable[..., Any]) -> None:
    for n in range(20):
        script[f"/{n}"] = [Reply(500)]
    got = crawl([f"{script.url}/{n}" for n in range(20)], settings={"NEWSARCHIVE_FAILED_IN_A_ROW": 6, "RETRY_TIMES": 1})
    assert got["stats"]["finish_reason"] == "unreachable"
    assert sum(script.times(f"/{n}") for n in range(20)) <= 8
