"""Articles and comments by REST."""

import asyncio
import json
from datetime import datetime, timezone
from urllib.parse import parse_qs, urlsplit

import pytest

from newsarchive.discovery import Source, Window, rest
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.wordpress.site import Site
from tests.discovery.conftest import Paper, gather

UTC = timezone.utc


def post(number: int, **more) -> dict:
    return {
        "id": number,
        "link": f"https://example.org/post-{number}/",
        "status": "publish",
        "date_gmt": f"2019-03-{number % 27 + 1:02}T10:00:00",
        "modified_gmt": "2019-04-01T10:00:00",
    } | more


def server(posts: list[dict], *, break_above: int = 10_000):
    """Answers like WordPress: pages, totals, 400 past the end; fails on pages of more than `break_above` posts."""

    def answer(url: str):
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        if "include" in asked:
            wanted = {int(one) for one in asked["include"].split(",")}
            chosen = [one for one in posts if one["id"] in wanted]
        else:
            chosen = posts
        size, page = int(asked["per_page"]), int(asked.get("page", 1))
        if size > break_above:
            return 502
        pages = -(-len(chosen) // size)
        if page > max(pages, 1):
            return {"code": "rest_post_invalid_page_number", "message": "too far", "data": {"status": 400}}
        found = chosen[(page - 1) * size : page * size]
        return found, {"x-wp-total": str(len(chosen)), "x-wp-totalpages": str(pages)}

    return answer


def listed(site, paper, window=None):
    source = Source(name="rest")
    return asyncio.run(gather(rest.posts(paper, site, window or Window(), source))), source


def test_a_list_is_read_a_hundred_a_request(site) -> None:
    paper = Paper(server([post(n) for n in range(250, 0, -1)]))
    entries, source = listed(site, paper)
    assert [entry.post_id for entry in entries] == [str(n) for n in range(250, 0, -1)]
    assert len(paper.asked) == 3
    assert (source.total, source.listed, source.complete) == (250, 250, True)


def test_an_empty_site_is_a_complete_list(site) -> None:
    entries, source = listed(site, Paper(server([])))
    assert entries == []
    assert source.complete


def test_a_server_that_fails_on_a_hundred_is_asked_for_fewer(site) -> None:
    paper = Paper(server([post(n) for n in range(130, 0, -1)], break_above=20))
    entries, source = listed(site, paper)
    assert [entry.post_id for entry in entries] == [str(n) for n in range(130, 0, -1)]
    assert source.complete
    assert len(paper.asked) == 2 + 7


def test_a_page_that_cannot_be_had_leaves_the_list_incomplete(site) -> None:
    whole = server([post(n) for n in range(250, 0, -1)])

    def answer(url: str):
        return (
            FetchError("it does not answer in time")
            if "page=2&" in url and "per_page=100" in url
            else (502 if "per_page=20" in url or "per_page=5&" in url else whole(url))
        )

    entries, source = listed(site, Paper(answer))
    assert len(entries) == 100
    assert source.problems == ["page 2 of the REST list: 502 text/html where a JSON list belongs"]


def test_an_article_that_slips_between_two_pages_is_found(site) -> None:
    posts = [post(n) for n in range(150, 0, -1)]
    whole = server(posts)
    taken = []

    def answer(url: str):
        found = whole(url)
        if not taken:  # after the first page an article is taken down, and everything moves up a place
            taken.append(posts.pop(0))
        return found

    entries, source = listed(site, Paper(answer))
    assert {entry.post_id for entry in entries} == {str(n) for n in range(150, 0, -1)}
    assert source.complete


def test_a_refusal_is_kept_in_the_sites_words(site) -> None:
    refusal = {"code": "rest_cannot_access", "message": "Only members.", "data": {"status": 401}}
    entries, source = listed(site, Paper(lambda url: refusal))
    assert entries == []
    assert not source.answered
    assert source.refusal == "401 rest_cannot_access: Only members."


def test_a_type_that_is_refused_after_another_is_named_with_what_to_do(site) -> None:
    refusal = {"code": "rest_forbidden", "message": "Only members.", "data": {"status": 401}}
    site.post_types = ("posts", "dossiers")
    posts = server([post(1)])
    entries, source = listed(site, Paper(lambda url: refusal if "/dossiers" in url else posts(url)))
    assert [entry.post_id for entry in entries] == ["1"]
    assert source.problems == [
        "page 1 of the REST list of dossiers: 401 rest_forbidden: Only members."
        " (-a discover=sitemap may list them; without dossiers in -a post_types= the run is complete)"
    ]


def test_what_is_not_published_is_not_listed(site) -> None:
    entries, _ = listed(site, Paper(server([post(3), post(2, status="private"), post(1, status="draft")])))
    assert [entry.post_id for entry in entries] == ["3"]


def test_addresses_on_another_domain_of_the_site_are_asked_here(site) -> None:
    entries, _ = listed(site, Paper(server([post(1, link="http://www.old.example.net/a-title/")])))
    assert entries[0].url == "https://example.org/a-title/"


def test_times_are_utc_and_local_ones_are_moved(site) -> None:
    entries, _ = listed(site, Paper(server([post(1, date_gmt="0000-00-00T00:00:00", date="2019-03-07T14:47:00")])))
    assert entries[0].published_at == datetime(2019, 3, 7, 12, 47, tzinfo=UTC)


def test_bounds_are_asked_for_in_utc(site) -> None:
    window = Window(since=datetime(2019, 3, 7, tzinfo=UTC), until=datetime(2019, 3, 8, tzinfo=UTC))
    paper = Paper(server([]))
    listed(site, paper, window)
    assert "after=2019-03-06T23:59:59Z&before=2019-03-08T00:00:00Z" in paper.asked[0]


def test_an_incremental_list_asks_for_changes_and_for_scheduled_articles(site) -> None:
    paper = Paper(server([]))
    listed(site, paper, Window(changed_after=datetime(2019, 3, 7, tzinfo=UTC)))
    assert len(paper.asked) == 2
    assert "modified_after=2019-03-07T00:00:00Z" in paper.asked[0]
    assert "after=2019-03-07T00:00:00Z&modified_before=2019-03-07T00:00:00Z" in paper.asked[1]


def test_comments_are_read_to_the_last_page_though_pages_are_short(site) -> None:
    pages = {1: [{"id": 1}], 2: [], 3: [{"id": 3}]}

    def answer(url: str):
        page = int(parse_qs(urlsplit(url).query)["page"][0])
        return pages[page], {"x-wp-total": "300", "x-wp-totalpages": "3"}

    paper = Paper(answer)
    assert asyncio.run(gather(rest.comments(paper, site, ["7", "9"]))) == [{"id": 1}, {"id": 3}]
    assert "post=7,9" in paper.asked[0]


def test_refused_comments_raise(site) -> None:
    refusal = {"code": "rest_no_route", "message": "No route.", "data": {"status": 404}}
    with pytest.raises(rest.Refused, match="404 rest_no_route"):
        asyncio.run(gather(rest.comments(Paper(lambda url: refusal), site, ["7"])))


def test_a_list_that_repeats_its_page_for_ever_is_left_and_named() -> None:
    asked: list[str] = []

    async def fetch(ask: Ask) -> Answer:
        asked.append(ask.url)
        post = {"id": 7, "link": "https://news.example/a/", "date_gmt": "2024-05-07T12:00:00"}
        return Answer(
            url=ask.url, status=200, body=json.dumps([post]).encode(), headers={"content-type": "application/json"}
        )

    async def read() -> tuple[int, list[str]]:
        source = Source(name="rest")
        site = Site(name="news.example", base="https://news.example/", rest="https://news.example/wp-json/")
        found = [entry async for some in rest.posts(fetch, site, Window(), source) for entry in some]
        return len(found), source.problems

    assert asyncio.run(read()) == (1, ["page 3 of the REST list repeats what the pages before it say"])
    assert len(asked) == 3


def test_comments_and_ids_that_repeat_for_ever_are_refused() -> None:
    async def fetch(ask: Ask) -> Answer:
        return Answer(url=ask.url, status=200, body=b'[{"id": 7}]', headers={"content-type": "application/json"})

    site = Site(name="news.example", base="https://news.example/", rest="https://news.example/wp-json/")

    async def comments() -> None:
        async for _ in rest.comments(fetch, site, ["7"]):
            pass

    with pytest.raises(rest.Refused, match="page 2 of the comments is the one before it once more"):
        asyncio.run(comments())
    with pytest.raises(rest.Refused, match="page 2 of the ids repeats"):
        asyncio.run(rest.ids(fetch, site, ["posts"]))
