import asyncio
import gzip
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from newsarchive.middlewares.patience import PatienceMiddleware, Waits, retry_after_seconds
from tests.middlewares.conftest import Reply, Script

NOON = datetime(2024, 5, 7, 12, 0, tzinfo=timezone.utc)
PAGE = b"<html><head></head><body><p>" + bytes(range(97, 123)) * 400 + b"</p></body></html>"
GZIP = gzip.compress(PAGE, mtime=0)
BOTH = pytest.mark.parametrize("how", ["scheduled", "inline"])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Tue, 07 May 2024 12:01:30 GMT", 90.0),
        ("Tue, 07 May 2024 11:00:00 GMT", 0.0),
        ("Tue, 07 May 2024 12:00:10", 10.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("٣", None),
        ("99999999999999", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, seconds: float | None) -> None:
    assert retry_after_seconds(value, NOON) == seconds


def test_waits_double_up_to_their_bound_and_vary_by_half() -> None:
    waits = Waits(first_seconds=2, most_seconds=20, most_asked_seconds=600)
    assert [waits.seconds(n, None, 0.5) for n in (1, 2, 3, 4, 5, 5000)] == [2, 4, 8, 16, 20, 20]
    assert (waits.seconds(1, None, 0.0), waits.seconds(1, None, 1.0)) == (1, 3)


def test_a_wait_that_is_asked_for_is_honoured_up_to_its_bound() -> None:
    waits = Waits(first_seconds=2, most_seconds=20, most_asked_seconds=600)
    assert waits.seconds(1, 90, 0.5) == 90
    assert waits.seconds(1, 0, 0.5) == 2
    assert waits.seconds(1, 86_400, 0.5) == 600


@BOTH
def test_a_failure_that_passes_costs_nothing(script: Script, crawl: Callable[..., Any], how: str) -> None:
    cut = b"<html><head></head><body><p>The harbour ope"
    database = b"<h1>Error establishing a database connection</h1>"
    script["/reset"] = [Reply(reset=True), Reply(reset=True), Reply()]
    script["/500"] = [Reply(500), Reply(502), Reply(504), Reply()]
    script["/cut"] = [Reply(body=cut), Reply()]
    script["/database"] = [Reply(body=database), Reply()]
    script["/gzip"] = [Reply(body=GZIP[: len(GZIP) // 2], headers={"Content-Encoding": "gzip"}), Reply()]
    script["/short"] = [Reply(headers={"Content-Length": "5000"}, body=b"<html>"), Reply()]
    paths = ["/reset", "/500", "/cut", "/database", "/gzip", "/short"]
    got = crawl([script.url + path for path in paths], how)
    assert {url.removeprefix(script.url): one["status"] for url, one in got["seen"].items()} == dict.fromkeys(
        paths, 200
    )
    assert {url.removeprefix(script.url): one["tries"] for url, one in got["seen"].items()} == {
        "/reset": 2,
        "/500": 3,
        "/cut": 1,
        "/database": 1,
        "/gzip": 1,
        "/short": 1,
    }
    assert all(one["incident"] is None for one in got["seen"].values())
    assert got["stats"]["newsarchive/retry/count"] == 9
    assert got["stats"]["finish_reason"] == "finished"


@BOTH
def test_a_failure_that_stays_is_handed_on_after_the_last_try(
    script: Script, crawl: Callable[..., Any], how: str
) -> None:
    script["/500"] = [Reply(500)]
    script["/reset"] = [Reply(reset=True)]
    script["/gzip"] = [Reply(body=GZIP[:30], headers={"Content-Encoding": "gzip"})]
    script["/good"] = [Reply()]
    got = crawl([script.url + path for path in ("/500", "/reset", "/gzip", "/good")], how)
    seen = {url.removeprefix(script.url): one for url, one in got["seen"].items()}
    assert (seen["/500"]["status"], seen["/500"]["incident"]) == (500, "server-error")
    assert seen["/reset"].startswith("DownloadFailedError")
    assert seen["/gzip"] == "ResponseDataLossError: the compressed answer breaks off"
    assert seen["/good"]["status"] == 200
    assert [script.times(path) for path in ("/500", "/reset", "/gzip", "/good")] == [5, 5, 5, 1]
    assert got["stats"]["newsarchive/retry/given_up"] == 3


@BOTH
def test_429_lets_the_whole_host_rest_as_long_as_it_asks(script: Script, crawl: Callable[..., Any], how: str) -> None:
    script["/a"] = [Reply(429, headers={"Retry-After": "1"}), Reply()]
    script["/b"] = [Reply()]
    got = crawl([script.url + "/a", script.url + "/b"], how, settings={"DOWNLOAD_DELAY": 0.2})
    assert [one["status"] for one in got["seen"].values()] == [200, 200]
    first, second = script.asked["/a"]
    assert second - first >= 1.0
    assert script.asked["/b"][0] - first >= 0.99


def test_a_host_that_rests_holds_no_other_host_up(script: Script, crawl: Callable[..., Any]) -> None:
    resting = script.url.replace("127.0.0.1", "localhost")
    paths = [f"/busy{n}" for n in range(6)]
    script["/busy0"] = [Reply(429, headers={"Retry-After": "2"}), Reply()]
    for path in paths[1:]:
        script[path] = [Reply()]
    script["/free"] = [Reply()]
    urls = [resting + path for path in paths] + [script.url + "/free"]
    got = crawl(urls, "scheduled", settings={"CONCURRENT_REQUESTS": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 1})
    assert len(got["seen"]) == 7
    assert script.asked["/free"][0] < script.asked["/busy0"][1]


def test_a_challenge_is_asked_for_once_more_and_no_more(script: Script, crawl: Callable[..., Any]) -> None:
    challenge = b"<html><head><title>Just a moment...</title></head><body><script>_cf_chl_opt</script></body></html>"
    script["/challenge"] = [Reply(403, body=challenge)]
    script["/block"] = [Reply(403)]
    script["/404"] = [Reply(404)]
    got = crawl([script.url + path for path in ("/challenge", "/block", "/404")])
    assert [one["incident"] for one in got["seen"].values()] == ["cloudflare-challenge", "forbidden", None]
    assert [script.times(path) for path in ("/challenge", "/block", "/404")] == [2, 1, 1]


def test_a_redirected_request_starts_again_from_its_first_address(script: Script, crawl: Callable[..., Any]) -> None:
    script["/story"] = [Reply(302, headers={"Location": "/broken"}), Reply()]
    script["/broken"] = [Reply(500)]
    got = crawl([script.url + "/story"])
    assert got["seen"][script.url + "/story"]["url"] == script.url + "/story"
    assert (script.times("/story"), script.times("/broken")) == (2, 1)


def test_waiting_ends_when_the_crawl_is_closed(script: Script, crawl: Callable[..., Any]) -> None:
    script["/busy"] = [Reply(429, headers={"Retry-After": "500"})]
    got = crawl([script.url + "/busy"], settings={"CLOSESPIDER_TIMEOUT": 2})
    assert got["stats"]["finish_reason"] == "closespider_timeout"
    assert got["seen"][script.url + "/busy"]["status"] == 429


@pytest.mark.parametrize(
    ("url", "meta"),
    [
        ("https://web.archive.org/robots.txt", {"download_timeout": 20, "max_retry_times": 0}),
        ("https://www.example.org/robots.txt", {}),
        ("https://old.example.net/robots.txt", {}),
    ],
)
def test_the_robots_txt_of_another_service_holds_nobody_up(url: str, meta: dict[str, int]) -> None:
    crawler = get_crawler(Spider)
    crawler.spider = Spider("daily", base="https://example.org/", allowed_domains=["example.org", "old.example.net"])
    request = Request(url, meta={"dont_obey_robotstxt": True})
    asyncio.run(PatienceMiddleware(crawler).process_request(request))
    assert request.meta == {"dont_obey_robotstxt": True, **meta}
