"""The report page: whole, self-contained, harmless, and drawn by a real browser as it should be."""

import asyncio
import os
from pathlib import Path

import lxml.html
import pytest

from newsarchive.browser.chromium import find_chromium, launch_options
from newsarchive.ledger import reconcile, render_html
from newsarchive.ledger.page import link
from tests.ledger.sample import hostile, large


def test_every_part_is_there() -> None:
    page = render_html(reconcile(large()))
    heads = [head.text_content() for head in lxml.html.document_fromstring(page).iter("h2")]
    assert heads == [
        "Completeness", "Articles a month", "Comments a month", "Tweets by state", "Answers and failures over time", "Sources",
        "Threads not proven whole, by reason", "Missing: 104", "Answers that were not the page: 171",
    ]  # fmt: skip
    assert "PARTIAL" in page


def test_an_empty_run_has_a_page() -> None:
    report = reconcile(hostile())
    empty = {**report, "months": [], "sources": [], "tweets": {}, "timeline": []}
    assert "Completeness" in render_html(empty)


def test_hostile_words_stay_words() -> None:
    page = render_html(reconcile(hostile()))
    page.encode("utf-8")
    tree = lxml.html.document_fromstring(page)
    tags = {element.tag for element in tree.iter() if isinstance(element.tag, str)}
    assert tags & {"script", "img", "iframe", "object", "embed", "form", "base", "link"} == set()
    for element in tree.iter():
        assert not [name for name in element.attrib if name.startswith("on")]
        assert element.get("href", "https://").startswith(("https://", "http://"))
    assert tree.findtext(".//title").startswith("</title></text><script>alert(1)</script>")  # type: ignore[union-attr]


def test_types_that_were_left_out_are_named_at_its_head() -> None:
    report = reconcile(large())
    report["post_types"]["left_out"] = [{"name": "product", "rest": "products"}, {"name": "leaflet", "rest": None}]
    header = lxml.html.document_fromstring(render_html(report)).find(".//header")
    assert [line.text_content() for line in header.cssselect(".left li")] == [
        "products: not archived without -a post_types=posts,products",
        "leaflet: not archived without -a discover=sitemap",
    ]
    assert "types of posts that were left out are not counted" in render_html(report)
    report["post_types"]["left_out"] = []
    assert "types of posts" not in render_html(report)
    report["post_types"]["left_out"] = None
    assert "Nothing told whether the site has other types of posts than posts." in render_html(report)


def test_nothing_is_loaded_from_anywhere() -> None:
    page = render_html(reconcile(large()))
    assert "src=" not in page
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_only_web_addresses_are_links() -> None:
    assert link("javascript:alert(1)") == "javascript:alert(1)"
    assert link("https://news.example/?a=1&b='2'").startswith('<a href="https://news.example/?a=1&amp;b=&#x27;2&#x27;"')


def test_many_years_of_months_are_drawn_as_years() -> None:
    report = reconcile(large())
    months = [{**row, "month": f"{1990 + at // 12}-{at % 12 + 1:02}"} for at, row in enumerate(report["months"] * 3)]
    assert "Articles a year" in render_html({**report, "months": months})


def test_a_run_of_seconds_tells_its_seconds() -> None:
    report = reconcile(large())
    moments = [{"at": f"2024-05-07T12:00:0{n}Z", "good": 3, "bad": n} for n in range(3)]
    page = render_html({**report, "timeline": moments})
    assert [f">12:00:0{n}<" in page for n in range(3)] == [True, True, True]
    assert ">12:00<" in render_html(report)


@pytest.mark.chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_draws_it_without_a_complaint(scheme: str, tmp_path: Path) -> None:
    chromium = find_chromium(os.environ.get("NEWSARCHIVE_CHROMIUM", ""))
    if chromium is None:
        pytest.skip("no Chromium on this machine; CI installs one")
    file = tmp_path / "report.html"
    file.write_text(render_html(reconcile(large())), "utf-8")
    shot = Path(os.environ.get("NEWSARCHIVE_SCREENSHOTS", tmp_path)) / f"report-{scheme}.png"

    async def draw() -> tuple[list[str], dict[str, float]]:
        from playwright.async_api import async_playwright

        said: list[str] = []
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**launch_options(chromium))
            page = await browser.new_page(viewport={"width": 1180, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
            page.on("console", lambda message: said.append(message.text))
            page.on("request", lambda request: None if request.url.startswith("file:") else said.append(request.url))
            await page.goto(file.as_uri())
            await page.screenshot(path=str(shot), full_page=True)
            sizes = await page.evaluate(
                "() => ({wide: document.documentElement.scrollWidth, charts: [...document.querySelectorAll('svg')]"
                ".filter(e => e.getBoundingClientRect().height > 60).length, paper: getComputedStyle(document.body).backgroundColor})"
            )
            await browser.close()
        return said, sizes

    said, sizes = asyncio.run(draw())
    assert said == []
    assert sizes == {
        "wide": 1180,
        "charts": 9,
        "paper": {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 22, 28)"}[scheme],
    }
    assert shot.stat().st_size > 50_000
