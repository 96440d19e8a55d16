"""Types of posts beside those that are archived."""

import asyncio

import pytest

from newsarchive.discovery import types
from newsarchive.discovery.rest import Refused
from tests.discovery.conftest import Paper

HOME = "https://example.org/"
TYPES = f"{HOME}wp-json/wp/v2/types"
KNOWN = {
    "post": {"slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2"},
    "page": {"slug": "page", "rest_base": "pages", "rest_namespace": "wp/v2"},
    "attachment": {"slug": "attachment", "rest_base": "media", "rest_namespace": "wp/v2"},
    "nav_menu_item": {"slug": "nav_menu_item", "rest_base": "menu-items", "rest_namespace": "wp/v2"},
    "wp_block": {"slug": "wp_block", "rest_base": "blocks", "rest_namespace": "wp/v2"},
    "wp_template": {"slug": "wp_template", "rest_base": "templates", "rest_namespace": "wp/v2"},
}
OWN = {
    "analysis": {"slug": "analysis", "rest_base": "analyses"},  # before WordPress 5.9 without a namespace
    "video": {"slug": "video", "rest_base": "video", "rest_namespace": "wp/v2"},
    "draft_board": {"slug": "draft_board", "rest_base": "draft_board", "rest_namespace": "wp/v2"},
    "order": {"slug": "order", "rest_base": "order", "rest_namespace": "shop/v1"},
}


def index(*names: str) -> str:
    rows = "".join(f"<sitemap><loc>{HOME}{name}</loc></sitemap>" for name in names)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


CORE = index("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-analysis-1.xml", "wp-sitemap-posts-video-2.xml")
YOAST = index(
    "post-sitemap.xml", "analysis-sitemap2.xml", "video-sitemap.xml", "order-sitemap.xml", "genre-sitemap.xml"
)
PLAIN = index(
    "?sitemap=posts&amp;sitemap-subtype=post&amp;paged=1",
    "?sitemap=posts&amp;sitemap-subtype=analysis&amp;paged=1",
    "?sitemap=posts&amp;sitemap-subtype=video&amp;paged=1",
)


def test_a_site_with_wordpress_own_types_alone_costs_one_request(site) -> None:
    paper = Paper({TYPES: KNOWN})
    assert asyncio.run(types.besides(paper, site)) == []
    assert paper.asked == [TYPES]


@pytest.mark.parametrize(
    ("robots", "permalinks", "where", "sitemap"),
    [
        ([], True, "wp-sitemap.xml", CORE),
        ([], False, "?sitemap=index", PLAIN),
        (["news-sitemap.xml", "sitemap_index.xml"], True, "sitemap_index.xml", YOAST),
    ],
)
def test_types_with_entries_that_are_not_archived_are_named_as_rest_does(
    site, robots, permalinks, where, sitemap
) -> None:
    site.sitemaps, site.permalinks = [HOME + name for name in robots], permalinks
    paper = Paper({TYPES: KNOWN | OWN, HOME + where: sitemap})
    assert asyncio.run(types.besides(paper, site)) == ["analyses", "video"]
    assert paper.asked == [TYPES, HOME + where]
    site.post_types = ("posts", "analyses")
    assert asyncio.run(types.besides(paper, site)) == ["video"]


@pytest.mark.parametrize("answers", [{}, {TYPES: KNOWN | OWN}, {TYPES: KNOWN | OWN, f"{HOME}wp-sitemap.xml": "<html>"}])
def test_nothing_is_said_where_nothing_tells(site, answers) -> None:
    assert asyncio.run(types.besides(Paper(answers), site)) == []


def test_a_rest_that_does_not_list_its_types_refuses(site) -> None:
    with pytest.raises(Refused, match="404 text/html"):
        asyncio.run(types.known(Paper({}), site))
