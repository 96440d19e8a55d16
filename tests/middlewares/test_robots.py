"""Whole crawls of sites whose robots.txt forbids a part of them: it is asked for by no address."""

from pathlib import Path

import pytest

from newsarchive.wordpress.forms import as_paths
from tests.crawling import crawl
from tests.sites import SampleSite


def robots(*paths: str) -> str:
    return "User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in paths)


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("?rest_route=/", ["/wp-json/", "/index.php/wp-json/"]),
        ("?rest_route=%2Fwp%2Fv2%2Fposts&page=2", ["/wp-json/wp/v2/posts?page=2", "/index.php/wp-json/wp/v2/posts?page=2"]),
        ("index.php?rest_route=/wp/v2/posts", ["/wp-json/wp/v2/posts", "/index.php/wp-json/wp/v2/posts"]),
        ("?feed=rss2", ["/feed/"]),
        ("?feed=comments-rss2", ["/comments/feed/"]),
        ("who-owns-the-quay/?feed=rss2", ["/who-owns-the-quay/feed/"]),
        ("?sitemap=index", ["/wp-sitemap.xml"]),
        ("?sitemap=posts&sitemap-subtype=post&paged=1", ["/wp-sitemap-posts-post-1.xml"]),
        ("?paged=2", ["/page/2/"]),
        ("who-owns-the-quay?cpage=2", ["/who-owns-the-quay/comment-page-2/"]),
        ("index.php/wp-json/", ["/wp-json/"]),
        ("index.php/2019/who-owns-the-quay/", ["/2019/who-owns-the-quay/"]),
        ("", []),
        ("?p=12", []),
        ("feed/?paged=2", []),
        ("wp-json/wp/v2/posts?per_page=100", []),
    ],
)  # fmt: skip
def test_what_wordpress_answers_by_a_query_has_a_path(query: str, paths: list[str]) -> None:
    assert as_paths(f"https://news.example/{query}") == [f"https://news.example{path}" for path in paths]


def test_rest_that_robots_txt_forbids_is_not_asked_by_its_other_address(tmp_path: Path) -> None:
    with SampleSite(theme="classic", n_articles=6, articles=False, robots=robots("/wp-json/")) as site:
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert [asked for asked in made.requests if "rest_route" in asked or "wp-json" in asked] == []
    assert f"{site.url}/: REST is not used (robots.txt forbids it)" in made.log
    assert made.exit_code == 0, made.log[-2000:]
    assert len(made.articles) == len(truth)


@pytest.mark.parametrize("argument", ["discover", "via"])
def test_rest_alone_is_refused_where_robots_txt_forbids_it(argument: str, tmp_path: Path) -> None:
    with SampleSite(theme="classic", robots=robots("/wp-json/")) as site:
        made = crawl(site, tmp_path, **{argument: "rest"})
    assert made.exit_code == 4
    assert f"because   {site.url}/ is not to be read by REST: its robots.txt forbids it. Ask the people" in made.log
    assert made.requests == ["GET /robots.txt", "GET /"]


@pytest.mark.parametrize(
    ("source", "paths"),
    [("rest", ["/wp-json/wp/"]), ("feed", ["/feed/"]), ("sitemap", ["/wp-sitemap", "/sitemap"])],
)
def test_a_list_that_robots_txt_forbids_is_refused_and_not_asked_by_its_other_address(
    source: str, paths: list[str], tmp_path: Path
) -> None:
    with SampleSite(theme="classic", articles=False, n_articles=3, robots=robots(*paths)) as site:
        made = crawl(site, tmp_path, discover=source, via="page" if source != "rest" else "auto", comments="none")
    assert made.exit_code == 4
    assert "robots.txt forbids it" in made.log
    assert [asked for asked in made.requests if "feed" in asked or "sitemap" in asked or "/wp/" in asked] == []


def test_comments_by_ajax_that_robots_txt_forbids_are_told_of_and_asked_for_by_nothing(tmp_path: Path) -> None:
    options = {"per_page": 2, "first_load_with_ajax": 1, "version": "7.6.54"}
    with SampleSite(theme="classic", rest="off-401", wpdiscuz=options, robots=robots("/wp-admin/")) as site:
        made = crawl(site, tmp_path, "-s", "NEWSARCHIVE_BROWSER=0")
    assert [asked for asked in made.requests if "ajax" in asked or "nonce=" in asked] == []
    assert made.exit_code == 3
    assert "a page of comments is lost: robots.txt forbids the request" in made.log
