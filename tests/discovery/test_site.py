"""Finding a site's doors."""

import asyncio

import pytest

from newsarchive.fetch import Answer, FetchError
from newsarchive.wordpress.site import Site, SiteUnreadable, probe
from tests.discovery.conftest import Paper

HOME = "<!DOCTYPE html><html><head><title>Example</title><link rel='https://api.w.org/' href='{0}'></head><body><p>News of the day, every day, all day.</p><a href='/a/'>A</a></body></html>"
INDEX = {
    "name": "Example",
    "home": "https://example.org",
    "gmt_offset": "2",
    "timezone_string": "Europe/Athens",
    "namespaces": ["oembed/1.0", "wp/v2"],
}
FIELDS = "_fields=name,home,url,gmt_offset,timezone_string,namespaces"


def probed(answers, base: str = "https://example.org/", **more) -> tuple[Site, Paper]:
    paper = Paper(answers)
    return asyncio.run(probe(paper, base, name="example", **more)), paper


def test_rest_is_found_by_the_link_in_the_page() -> None:
    site, paper = probed(
        {"https://example.org/": HOME.format("https://example.org/api/"), f"https://example.org/api/?{FIELDS}": INDEX}
    )
    assert site.rest == "https://example.org/api/"
    assert (site.timezone, site.utc_offset_minutes) == ("Europe/Athens", 120)
    assert len(paper.asked) == 2


def test_rest_is_found_by_the_link_header() -> None:
    home = Answer(
        url="https://example.org/",
        asked="https://example.org/",
        status=200,
        body=HOME.format("").replace("link rel", "meta name").encode(),
        headers={"content-type": "text/html", "link": '<https://example.org/wp-json/>; rel="https://api.w.org/"'},
    )
    site, _ = probed({"https://example.org/": home, f"https://example.org/wp-json/?{FIELDS}": INDEX})
    assert site.rest == "https://example.org/wp-json/"


def test_rest_without_permalinks_is_found_by_its_query() -> None:
    page = HOME.format("").replace(
        "<link rel='https://api.w.org/' href=''>", "<link href='/wp-content/themes/x/style.css'>"
    )
    site, _ = probed({"https://example.org/": page, f"https://example.org/?rest_route=/&{FIELDS}": INDEX})
    assert site.rest == "https://example.org/?rest_route=/"
    assert site.rest_url("wp/v2/posts", page=2) == "https://example.org/?rest_route=/wp/v2/posts&page=2"


def test_a_rest_link_that_is_a_query_shows_that_permalinks_are_off() -> None:
    plain = HOME.format("https://example.org/index.php?rest_route=/")
    assert not probed({"https://example.org/": plain})[0].permalinks
    assert probed({"https://example.org/": HOME.format("https://example.org/wp-json/")})[0].permalinks


def test_a_rest_link_to_another_domain_of_the_site_is_asked_here() -> None:
    site, paper = probed(
        {
            "http://localhost:8000/": HOME.format("https://example.org/wp-json/"),
            f"http://localhost:8000/wp-json/?{FIELDS}": INDEX,
        },
        base="http://localhost:8000/",
        hosts=frozenset({"example.org"}),
    )
    assert site.rest == "http://localhost:8000/wp-json/"
    assert all(url.startswith("http://localhost:8000/") for url in paper.asked)
    assert site.here("https://www.example.org/a/?x=1") == "http://localhost:8000/a/?x=1"
    assert site.here("https://elsewhere.example/a/") == "https://elsewhere.example/a/"


@pytest.mark.parametrize("led_to", ["https://example.org", "https://www.example.org"])
def test_a_site_that_leads_to_https_is_asked_there_from_then_on(led_to: str) -> None:
    home = Answer(
        url=f"{led_to}/", asked="http://example.org/", status=200, headers={"content-type": "text/html"},
        body=HOME.format(f"{led_to}/wp-json/").encode(),
    )  # fmt: skip
    site, paper = probed(
        {"http://example.org/": home, f"{led_to}/wp-json/?{FIELDS}": INDEX}, base="http://example.org/"
    )
    assert (site.base, site.rest) == (f"{led_to}/", f"{led_to}/wp-json/")
    assert site.here("http://example.org/a/") == f"{led_to}/a/"
    assert len(paper.asked) == 2


def test_a_refusal_by_rest_is_kept_and_the_other_form_not_tried() -> None:
    refusal = {"code": "rest_cannot_access", "message": "Only members.", "data": {"status": 401}}
    site, paper = probed(
        {"https://example.org/": HOME.format("/wp-json/"), f"https://example.org/wp-json/?{FIELDS}": refusal}
    )
    assert site.rest is None
    assert site.rest_refusal == "401 rest_cannot_access: Only members."
    assert len(paper.asked) == 2


@pytest.mark.parametrize(
    ("answer", "verdict", "says"),
    [
        (FetchError("its name cannot be resolved"), "broken", "cannot be reached: its name cannot be resolved"),
        (500, "broken", "https://example.org/"),
        (403, "refused", "https://example.org/"),
        ("<html><head><title>Just a shop</title></head><body><p>We sell shoes and have sold them for years.</p><a href='/x'>x</a></body></html>", "broken", "does not look like WordPress"),
        ("<html><head><title>Just a moment...</title></head><body><div id='cf-wrapper'></div><script>window._cf_chl_opt={}</script></body></html>", "refused", "does not give its home page"),
    ],
)  # fmt: skip
def test_a_site_that_cannot_be_read_says_why(answer, verdict: str, says: str) -> None:
    with pytest.raises(SiteUnreadable, match=says) as error:
        probed({"https://example.org/": answer})
    assert error.value.verdict == verdict
