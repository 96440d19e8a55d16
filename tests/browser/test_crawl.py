"""Whole crawls by a real Chromium beside the same by plain HTTP."""

from pathlib import Path

import pytest

from tests.browser.conftest import ScriptedSite
from tests.crawling import Archived, crawl
from tests.sites import FaultRule
from tests.sites.exchange import Request, Response
from tests.sites.faults import CHALLENGE

pytestmark = pytest.mark.chromium

HOW = {"source", "fetched_at", "capture", "near_duplicate_of", "similarity"}
"""How and when a line was read; of two alike, which one came first is a matter of that as well."""


def content(made: Archived, kind: str) -> dict[str, dict]:
    """The last line of each id, but for how and when it was read."""
    found = {}
    for id, lines in getattr(made, kind).items():
        line = {name: value for name, value in lines[-1].items() if name not in HOW}
        if kind == "threads":
            line["counts"] = None  # which source showed how many is a matter of how it was read
        found[id] = line
    return found


def test_a_crawl_by_browser_gives_the_lines_of_a_crawl_by_http(scripted, tmp_path: Path) -> None:
    site: ScriptedSite = scripted(theme="classic")
    by_http = crawl(site, tmp_path / "http", via="page", comments="auto", limit=12)
    by_browser = crawl(site, tmp_path / "browser", via="browser", comments="browser", limit=12)
    assert by_http.exit_code == 0, by_http.log[-3000:]
    assert by_browser.exit_code == 0, by_browser.log[-3000:]
    assert len(by_browser.articles) == 12
    assert content(by_browser, "threads") == content(by_http, "threads")
    assert content(by_browser, "articles") == content(by_http, "articles")
    assert {line["source"] for lines in by_browser.articles.values() for line in lines} == {"browser"}


def test_the_scripts_of_a_page_ask_for_nothing_that_robots_txt_forbids(chromium, scripted, tmp_path: Path) -> None:
    site: ScriptedSite = scripted(
        theme="classic",
        rest="off-401",
        wpdiscuz={"per_page": 2, "first_load_with_ajax": 1},
        robots="User-agent: *\nDisallow: /wp-admin/\n",
    )
    made = crawl(site, tmp_path, comments="browser", limit=6)
    assert {line["source"] for lines in made.articles.values() for line in lines} == {"browser"}
    assert [asked for asked in made.requests if "admin-ajax" in asked] == []


def test_a_crawl_that_needs_no_browser_starts_none(scripted, tmp_path: Path) -> None:
    made = crawl(scripted(theme="classic"), tmp_path, "-s", "LOG_LEVEL=DEBUG", limit=3)
    assert made.exit_code == 0
    assert "chromium" not in made.log.lower().replace("newsarchive_chromium", "")


PASSED = "passed=1"
SCRIPT = f'<script>document.cookie = "{PASSED}; path=/"; setTimeout(() => location.reload(), 200);</script></head>'


def challenged(site: ScriptedSite) -> list[str]:
    """Puts a challenge before every address of `site`, which a browser passes by its script; gives the addresses it met."""
    plain, met = site.answers.answer, []

    def answer(request: Request) -> Response:
        if PASSED in request.headers.get("cookie", "") or request.path == "/robots.txt":
            return plain(request)
        met.append(request.path)
        body = CHALLENGE.replace("</head>", SCRIPT).encode()
        return Response(403, body, "text/html; charset=UTF-8", headers=[("cf-mitigated", "challenge")])

    site.answers.answer = answer
    return met


@pytest.mark.parametrize("options", [{}, {"rest": "off-401", "sitemap": "yoast"}], ids=["rest", "sitemap"])
def test_a_site_that_challenges_plain_http_at_its_door_is_read_by_a_browser(
    options: dict, scripted, tmp_path: Path
) -> None:
    site: ScriptedSite = scripted(theme="classic", **options)
    by_http = crawl(site, tmp_path / "http", via="page", limit=4)
    met = challenged(site)
    made = crawl(site, tmp_path / "browser", limit=4)
    assert made.exit_code == 0, made.log[-3000:]
    assert "a browser is asked for everything" in made.log
    for kind, name in (("articles", "text"), ("threads", "comments")):
        seen, plain = content(made, kind), content(by_http, kind)
        assert {id: line[name] for id, line in seen.items()} == {id: line[name] for id, line in plain.items()}
    assert len(met) <= 4  # the home page, once more, and what the browser met before it passed


def test_a_challenge_that_no_browser_passes_is_a_refusal(scripted, tmp_path: Path) -> None:
    site: ScriptedSite = scripted(theme="classic")
    site.set(faults=[FaultRule(("challenge",))])
    made = crawl(site, tmp_path, limit=4)
    assert made.exit_code == 4, made.log[-3000:]
    assert made.articles == {}


SHELL = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sample</title>'
    '<link rel="stylesheet" href="/wp-content/themes/classic/style.css"></head><body><header><a href="/">Sample</a></header>'
    "<main><p>Please wait until the story is here: it comes in a moment, and stays for as long as it is wanted.</p></main>"
    "<footer><p>All of it is invented, and nobody has any rights in it.</p></footer>"
    "{script}</body></html>"
)
FILLED = (
    "<script>setTimeout(() => fetch(location.pathname + '?whole').then(a => a.text()).then(a => {"
    "document.open(); document.write(a); document.close(); }), 400)</script>"
)


def emptied(site: ScriptedSite, path: str, script: str = "") -> list[bool]:
    """Leaves the article out of the page at `path`; gives of each request for it whether a browser made it."""
    plain, asked = site.answers.answer, []

    def answer(request: Request) -> Response:
        if request.path != path or "whole" in request.query:
            return plain(request)
        asked.append("sec-fetch-mode" in request.headers)
        return Response(200, SHELL.replace("{script}", script).encode(), "text/html; charset=UTF-8")

    site.answers.answer = answer
    return asked


@pytest.mark.parametrize("comments", ["auto", "none"])
def test_a_page_without_its_article_is_opened_by_a_browser(comments: str, scripted, tmp_path: Path) -> None:
    site: ScriptedSite = scripted(theme="classic")
    post = next(one for one in site.truth() if one["id"] == "4010")
    asked = emptied(site, post["url"].removeprefix(site.url), FILLED)
    made = crawl(site, tmp_path, comments=comments, urls=post["url"])
    assert made.exit_code == 0, made.log[-3000:]
    assert made.article("4010")["title"] == post["title"]
    assert made.article("4010")["source"] == "browser"
    assert asked == [False, False, True]


def test_a_page_that_no_browser_fills_is_missing_and_opened_once(scripted, tmp_path: Path) -> None:
    site: ScriptedSite = scripted(theme="classic")
    post = next(one for one in site.truth() if one["id"] == "4010")
    asked = emptied(site, post["url"].removeprefix(site.url))
    made = crawl(site, tmp_path, urls=post["url"])
    assert made.exit_code == 3, made.log[-3000:]
    assert made.articles == {}
    assert "A page of the site came, and no article is in it (1)" in made.log
    assert asked == [False, False, True]
