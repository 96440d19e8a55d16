"""Articles by sitemaps."""

import asyncio
import gzip
from datetime import datetime, timezone

import pytest

from newsarchive.discovery import Source, Window, sitemaps
from newsarchive.discovery.xml import NotXml, root_of
from tests.discovery.conftest import Paper, gather

UTC = timezone.utc
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*urls: str, lastmod: str = "") -> str:
    stamp = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return (
        f"<?xml version='1.0'?><sitemapindex {NS}>"
        + "".join(f"<sitemap><loc>{u}</loc>{stamp}</sitemap>" for u in urls)
        + "</sitemapindex>"
    )


def urlset(*urls: str, lastmod: str = "") -> str:
    stamp = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<urlset {NS}>" + "".join(f"<url><loc>{u}</loc>{stamp}</url>" for u in urls) + "</urlset>"


def listed(site, paper, window=None):
    source = Source(name="sitemap")
    entries = asyncio.run(gather(sitemaps.posts(paper, site, window or Window(), source)))
    return [entry.url for entry in entries], source


def test_an_index_leads_to_the_sitemaps_of_articles_alone(site) -> None:
    paper = Paper(
        {
            "https://example.org/wp-sitemap.xml": index(
                "https://example.org/wp-sitemap-posts-post-1.xml",
                "https://example.org/wp-sitemap-posts-page-1.xml",
                "https://example.org/wp-sitemap-taxonomies-category-1.xml",
                "https://example.org/wp-sitemap-users-1.xml",
            ),
            "https://example.org/wp-sitemap-posts-post-1.xml": urlset(
                "https://example.org/a/", "https://example.org/b/"
            ),
        }
    )
    urls, source = listed(site, paper)
    assert urls == ["https://example.org/a/", "https://example.org/b/"]
    assert len(paper.asked) == 2
    assert source.complete


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("wp-sitemap-posts-post-1.xml", True),
        ("wp-sitemap-posts-video-1.xml", True),
        ("wp-sitemap-posts-reportage-1.xml", True),
        ("wp-sitemap-posts-image-story-1.xml", True),
        ("wp-sitemap-posts-page-2.xml", False),
        ("wp-sitemap-taxonomies-genre-1.xml", False),
        ("wp-sitemap-users-1.xml", False),
        ("post-sitemap2.xml", True),
        ("video-sitemap.xml", True),
        ("reportage-sitemap.xml.gz", True),
        ("homepage-sitemap.xml", True),
        ("sitemap-pt-post-2019-03.xml", True),
        ("page-sitemap.xml", False),
        ("category-sitemap1.xml", False),
        ("post_tag-sitemap.xml", False),
        ("author-sitemap.xml", False),
        ("image-sitemap-1.xml", False),
        ("sitemap-tax-category.xml.gz", False),
        ("sitemap-pt-page-2019-03.xml", False),
    ],
)
def test_a_sitemap_is_left_out_for_whole_words_of_its_name_alone(site, name, read) -> None:
    url = f"https://example.org/{name}"
    paper = Paper({"https://example.org/wp-sitemap.xml": index(url), url: urlset("https://example.org/a/")})
    assert listed(site, paper)[0] == (["https://example.org/a/"] if read else [])
    assert (url in paper.asked) is read


def test_the_sitemaps_of_a_site_without_permalinks_are_read(site) -> None:
    part = "https://example.org/?sitemap={}&amp;paged=1"
    posts = "https://example.org/?sitemap=posts&sitemap-subtype=post&paged=1"
    paper = Paper(
        {
            "https://example.org/?sitemap=index": index(
                part.format("posts&amp;sitemap-subtype=post"),
                part.format("posts&amp;sitemap-subtype=page"),
                part.format("taxonomies&amp;sitemap-subtype=category"),
                part.format("users"),
            ),
            posts: urlset("https://example.org/", "https://example.org/?p=5"),
        }
    )
    urls, source = listed(site, paper)
    assert urls == ["https://example.org/?p=5"]
    assert (paper.asked[-1], source.complete) == (posts, True)


def test_entries_of_a_sites_own_type_are_read_where_there_are_no_permalinks(site) -> None:
    site.permalinks = False
    of_type = "https://example.org/?sitemap=posts&amp;sitemap-subtype=analysis&amp;paged=1"
    own = "https://example.org/?analysis=who-owns-the-quay"
    paper = Paper(
        {
            "https://example.org/?sitemap=index": index(of_type),
            of_type.replace("&amp;", "&"): urlset(own, "https://example.org/", "https://example.org/?lang=fr"),
        }
    )
    assert listed(site, paper)[0] == [own]


def test_sitemaps_named_by_robots_are_read_and_no_place_is_tried(site) -> None:
    site.sitemaps = ["https://www.old.example.net/sitemap_index.xml"]
    paper = Paper({"https://example.org/sitemap_index.xml": urlset("https://example.org/a/")})
    assert listed(site, paper)[0] == ["https://example.org/a/"]
    assert paper.asked == ["https://example.org/sitemap_index.xml"]


def test_gzip_is_undone(site) -> None:
    site.sitemaps = ["https://example.org/sitemap.xml.gz"]
    paper = Paper({"https://example.org/sitemap.xml.gz": gzip.compress(urlset("https://example.org/a/").encode())})
    assert listed(site, paper)[0] == ["https://example.org/a/"]


def test_a_bomb_is_refused() -> None:
    with pytest.raises(NotXml, match="larger"):
        root_of(gzip.compress(b"<urlset>" + b" " * 70_000_000))


def test_entities_are_not_resolved() -> None:
    root = root_of(
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>&e;</loc></url></urlset>'
    )
    assert "".join(root.itertext()) == "&e;"


def test_what_was_not_changed_since_is_left_out_by_lastmod(site) -> None:
    paper = Paper(
        {
            "https://example.org/wp-sitemap.xml": index(
                "https://example.org/post-sitemap.xml", lastmod="2019-03-09T00:00:00+00:00"
            ),
            "https://example.org/post-sitemap.xml": urlset(
                "https://example.org/old/", lastmod="2019-03-01T00:00:00+00:00"
            ).replace(
                "</urlset>",
                "<url><loc>https://example.org/new/</loc><lastmod>2019-03-08T10:00:00+00:00</lastmod></url></urlset>",
            ),
        }
    )
    window = Window(changed_after=datetime(2019, 3, 8, tzinfo=UTC))
    assert listed(site, paper, window)[0] == ["https://example.org/new/"]
    later = Window(changed_after=datetime(2019, 3, 10, tzinfo=UTC))
    assert listed(site, paper, later)[0] == []


def test_a_sitemap_that_fails_midway_leaves_the_list_incomplete(site) -> None:
    paper = Paper(
        {
            "https://example.org/wp-sitemap.xml": index("https://example.org/p1.xml", "https://example.org/p2.xml"),
            "https://example.org/p1.xml": urlset("https://example.org/a/"),
            "https://example.org/p2.xml": 500,
        }
    )
    urls, source = listed(site, paper)
    assert urls == ["https://example.org/a/"]
    assert source.problems == ["https://example.org/p2.xml: answers 500"]


def test_sitemaps_that_lead_to_each_other_end(site) -> None:
    paper = Paper(
        {
            f"https://example.org/{a}.xml": index(f"https://example.org/{b}.xml")
            for a, b in (("sitemap", "x"), ("x", "sitemap"))
        }
    )
    urls, source = listed(site, paper)
    assert urls == []
    assert source.answered


def test_a_page_of_html_is_no_sitemap(site) -> None:
    urls, source = listed(site, Paper(lambda url: "<!DOCTYPE html><html><body>Not found, but 200</body></html>"))
    assert urls == []
    assert not source.answered
    assert source.refusal is not None


def test_foreign_addresses_are_left_out(site) -> None:
    paper = Paper(
        {
            "https://example.org/wp-sitemap.xml": urlset(
                "https://evil.example/a/", "https://example.org/a/", "https://example.org/"
            )
        }
    )
    assert listed(site, paper)[0] == ["https://example.org/a/"]
