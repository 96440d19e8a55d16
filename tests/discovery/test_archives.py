"""Articles by listing pages."""

import asyncio
from datetime import datetime, timezone

from newsarchive.discovery import Source, Window, archives
from tests.discovery.conftest import Paper, gather

UTC = timezone.utc


def page(*slugs: str, headline: bool = True) -> str:
    wrap = (
        "<article><h2><a href='/{0}/'>{0}</a></h2></article>"
        if headline
        else "<div class='x1'><a href='/{0}/'>{0}</a></div>"
    )
    body = "".join(wrap.format(slug) for slug in slugs)
    return f"<html><body><nav><a href='/category/news/'>News</a><a href='/about/'>About</a></nav>{body}<a href='/tag/x/'>x</a></body></html>"


def listed(site, paper, window=None):
    source = Source(name="archives")
    found = archives.posts(paper, site, window or Window(), source, now=lambda: datetime(2019, 6, 1, tzinfo=UTC))
    return [entry.url for entry in asyncio.run(gather(found))], source


def test_the_home_pages_pages_are_read_to_their_end(site) -> None:
    paper = Paper({"https://example.org/": page("a", "b"), "https://example.org/page/2/": page("c", "d")})
    urls, source = listed(site, paper)
    assert urls == [f"https://example.org/{slug}/" for slug in "abcd"]
    assert source.complete


def test_the_pages_of_a_site_without_permalinks_are_read(site) -> None:
    def plain(*numbers: int) -> str:
        return "".join(f"<h2><a href='/?p={n}'>{n}</a></h2>" for n in numbers)

    paper = Paper({"https://example.org/": plain(1, 2), "https://example.org/?paged=2": plain(3, 4)})
    assert listed(site, paper)[0] == [f"https://example.org/?p={n}" for n in (1, 2, 3, 4)]


def test_a_static_front_page_sends_to_the_date_archives(site) -> None:
    paper = Paper(
        {
            "https://example.org/": page("a", "b"),
            "https://example.org/2019/": page("c", "d"),
            "https://example.org/2018/": page("e", "f"),
            "https://example.org/2018/page/2/": page("g", "h"),
        }
    )
    urls, _ = listed(site, paper)
    assert urls == [f"https://example.org/{slug}/" for slug in "abcdefgh"]


def test_a_theme_without_headlines_gives_every_inner_link(site) -> None:
    paper = Paper(
        {
            "https://example.org/": page("a", "b", headline=False),
            "https://example.org/page/2/": page("c", headline=False),
        }
    )
    urls, _ = listed(site, paper)
    assert urls == [
        "https://example.org/about/",
        "https://example.org/a/",
        "https://example.org/b/",
        "https://example.org/c/",
    ]


def test_pagination_that_never_ends_ends(site) -> None:
    paper = Paper(lambda url: page("a", "b") if "/20" not in url else 404)
    urls, _ = listed(site, paper)
    assert urls == ["https://example.org/a/", "https://example.org/b/"]


def test_a_page_that_fails_leaves_the_list_incomplete(site) -> None:
    paper = Paper({"https://example.org/": page("a", "b"), "https://example.org/page/2/": 500})
    _, source = listed(site, paper)
    assert source.problems == ["https://example.org/page/2/: answers 500"]
