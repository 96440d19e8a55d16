"""Real Chromium over the sample site."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from newsarchive.wordpress import article_from_html, thread_from_html
from newsarchive.wpdiscuz import comments
from tests.sites.server import SampleSite

pytestmark = [pytest.mark.chromium, pytest.mark.usefixtures("chromium")]

Browse = Callable[..., dict[str, Any]]
WAYS = {
    "load more": {"per_page": 20},
    "first list by AJAX": {"per_page": 20, "first_load_with_ajax": 1},
    "behind View Comments": {"per_page": 20, "first_load_with_ajax": 2},
    "the rest at once": {"per_page": 20, "load_type": 1},
    "roots only": {"per_page": 20, "parents_only": True},
    "cut texts": {"per_page": 20, "readmore_words": 5},
    "custom endpoint": {"per_page": 20, "custom_endpoint": True, "first_load_with_ajax": 1},
}


def long_thread(site: SampleSite) -> str:
    return next(str(one["url"]) for one in site.truth() if "long-thread" in one["special"])


def by_id(html: str) -> dict[str, dict[str, Any]]:
    """The comments of a page by id, without what is theirs only on the page's own address."""
    return {one.id: {**dataclasses.asdict(one), "url": None} for one in comments(html)}


@pytest.mark.parametrize("way", WAYS)
def test_every_comment_is_brought_to_the_screen(way: str, scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted(wpdiscuz=WAYS[way])
    url = long_thread(site)
    whole = scripted(wpdiscuz={"load_type": 3})
    plain = browse([long_thread(whole)], plain=True)["seen"]
    (expected,) = (by_id(one["body"]) for one in plain.values() if isinstance(one, dict))
    got = browse([url])
    seen = got["seen"][url]
    assert seen["thread"]["stopped"] == "all"
    assert seen["thread"]["shown"] == seen["thread"]["declared"] == len(expected)
    found = by_id(seen["body"].replace(site.url, whole.url))
    assert found == expected
    assert got["seen"]["open pages"] == 0


def test_a_crawl_that_opens_no_page_starts_no_process(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    got = browse([long_thread(site)], plain=True)
    assert got["seen"]["node processes"] == 0
    assert "playwright/browser_count" not in got["stats"]


def test_articles_read_by_the_browser_are_the_ones_read_without(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted(comments="native")
    urls = [str(one["url"]) for one in site.truth()][:8]
    plain, shown = browse(urls, plain=True)["seen"], browse(urls)["seen"]

    def lines(seen: dict[str, Any]) -> list[dict[str, Any]]:
        read = [dataclasses.asdict(article_from_html(seen[url]["body"].encode(), url)) for url in urls]
        return [{**line, "html": None, "fetched_at": None} for line in read]

    assert lines(shown) == lines(plain)
    assert all("content-length" not in shown[url]["headers"] for url in urls)


def test_pictures_and_strangers_are_not_loaded(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    stranger = site.root.replace("127.0.0.1", "localhost")
    site.extra = f'<img src="/wp-content/photo.jpg"><script src="{stranger}/tracker.js"></script><iframe src="{stranger}/advert"></iframe>'.encode()
    browse([long_thread(site)])
    asked = {path.partition("?")[0] for _, path in site.requests}
    assert not {path for path in asked if path.endswith((".jpg", ".png", "tracker.js", "advert"))}


def test_a_browser_that_is_killed_is_started_again(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    urls = [str(one["url"]) for one in site.truth()][:3]
    got = browse(urls, kill_after=1)
    assert [got["seen"][url]["status"] for url in urls] == [200, 200, 200]
    assert got["stats"]["playwright/browser_count"] == 2
    assert got["left"] == 0


def test_a_page_that_hangs_is_closed_and_the_next_one_read(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    good = long_thread(site)
    site.extra = b"<script>if (location.search) { for (;;) {} }</script>"
    settings = {"NEWSARCHIVE_BROWSER_SECONDS": 4, "RETRY_TIMES": 0}
    got = browse([good + "?hang", good], settings=settings)
    assert got["seen"][good + "?hang"].startswith("FetchError: it does not answer in time")
    assert got["seen"][good]["status"] == 200
    assert got["seen"]["open pages"] == 0


def test_a_missing_page_keeps_its_status(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    url = site.url + "/no-such-story/"
    assert browse([url])["seen"][url]["status"] == 404


def test_profiles_are_renewed(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted()
    urls = [str(one["url"]) for one in site.truth()][:4]
    got = browse(urls, settings={"NEWSARCHIVE_BROWSER_RENEW": 2})
    assert got["stats"]["playwright/context_count"] == 3
    assert got["stats"]["playwright/page_count/max_concurrent"] == 1


@pytest.mark.slow
def test_fifty_posts_read_both_ways_are_the_same_lines(scripted: Callable[..., Any], browse: Browse) -> None:
    site = scripted(n_articles=30, wpdiscuz={"per_page": 5, "first_load_with_ajax": 1})
    whole = scripted(n_articles=30, wpdiscuz={"load_type": 3})
    urls = [str(one["url"]) for one in site.truth()][:50]
    shown = browse(urls)["seen"]
    plain = browse([url.replace(site.url, whole.url) for url in urls], plain=True)["seen"]
    assert len(urls) == 50
    for url in urls:
        address = url.replace(site.url, whole.url)
        read = shown[url]["body"].replace(site.url, whole.url).encode(), plain[address]["body"].encode()
        one, other = (dataclasses.asdict(article_from_html(body, address)) for body in read)
        assert {**one, "html": None} == {**other, "html": None}
        threads = [sorted(thread_from_html(body, address).comments, key=lambda comment: comment.id) for body in read]
        assert threads[0] == threads[1]
