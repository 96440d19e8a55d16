"""Types of posts that REST knows, and those that a site shows."""

import asyncio

import pytest

from newsarchive.discovery import types
from newsarchive.discovery.rest import Refused
from newsarchive.discovery.types import PostType
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


FLAT = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{HOME}a/</loc></url></urlset>'
CORE = index("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-analysis-1.xml", "wp-sitemap-posts-video-2.xml")
YOAST = index(
    "post-sitemap.xml", "analysis-sitemap2.xml", "video-sitemap.xml", "order-sitemap.xml", "genre-sitemap.xml"
)
PLAIN = index(
    "?sitemap=posts&amp;sitemap-subtype=post&amp;paged=1",
    "?sitemap=posts&amp;sitemap-subtype=analysis&amp;paged=1",
    "?sitemap=posts&amp;sitemap-subtype=video&amp;paged=1",
    "?sitemap=taxonomies&amp;sitemap-subtype=genre&amp;paged=1",
)


POSTS = PostType("post", "posts")
ANALYSES, VIDEO = PostType("analysis", "analyses"), PostType("video", "video")


@pytest.mark.parametrize(
    "names",
    [
        ("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-page-1.xml", "wp-sitemap-taxonomies-genre-1.xml", "wp-sitemap-users-1.xml"),
        ("post-sitemap.xml", "post-sitemap2.xml", "page-sitemap.xml", "category-sitemap.xml", "post_tag-sitemap.xml", "author-sitemap.xml"),
    ],
)  # fmt: skip
def test_a_site_with_wordpress_own_types_alone_costs_one_request(site, names) -> None:
    paper = Paper({TYPES: KNOWN | OWN, f"{HOME}wp-sitemap.xml": index(*names)})
    assert asyncio.run(types.shown(paper, site)) == [POSTS]
    assert paper.asked == [f"{HOME}wp-sitemap.xml"]


@pytest.mark.parametrize(
    ("robots", "permalinks", "where", "sitemap", "order"),
    [
        ([], True, "wp-sitemap.xml", CORE, []),
        ([], False, "?sitemap=index", PLAIN, []),
        (["news-sitemap.xml", "sitemap_index.xml"], True, "sitemap_index.xml", YOAST, [PostType("order")]),
    ],
)
def test_types_with_entries_are_named_as_wordpress_and_as_rest_do(
    site, robots, permalinks, where, sitemap, order
) -> None:
    site.sitemaps, site.permalinks = [HOME + name for name in robots], permalinks
    paper = Paper({TYPES: KNOWN | OWN, HOME + where: sitemap})
    assert asyncio.run(types.shown(paper, site)) == [ANALYSES, *order, POSTS, VIDEO]
    assert paper.asked == [HOME + where, TYPES]
    asyncio.run(types.shown(paper, site))
    assert paper.asked == [HOME + where, TYPES, HOME + where]


def test_a_type_that_rest_has_no_list_of_is_named_by_wordpress_own_sitemap(site) -> None:
    sitemap = index("wp-sitemap-posts-post-1.xml", "wp-sitemap-posts-leaflet-1.xml", "wp-sitemap-posts-order-1.xml")
    assert asyncio.run(types.shown(Paper({TYPES: KNOWN | OWN, f"{HOME}wp-sitemap.xml": sitemap}), site)) == [
        PostType("leaflet"),
        PostType("order"),
        POSTS,
    ]
    site.types = None
    refused = Paper({f"{HOME}wp-sitemap.xml": CORE})
    assert asyncio.run(types.shown(refused, site)) == [PostType("analysis"), POSTS, PostType("video")]


@pytest.mark.parametrize(
    "answers", [{}, {TYPES: KNOWN | OWN}, *({TYPES: KNOWN | OWN, f"{HOME}wp-sitemap.xml": text} for text in ("<html>", FLAT))]
)  # fmt: skip
def test_nothing_is_said_where_nothing_tells(site, answers) -> None:
    assert asyncio.run(types.shown(Paper(answers), site)) is None


def test_types_whose_entries_are_no_articles_are_not_to_be_asked_for(site) -> None:
    assert asyncio.run(types.known(Paper({TYPES: KNOWN | OWN}), site)) == {
        "post": "posts",
        "page": "pages",
        "analysis": "analyses",
        "video": "video",
        "draft_board": "draft_board",
    }


def test_a_rest_that_does_not_list_its_types_refuses(site) -> None:
    with pytest.raises(Refused, match="404 text/html"):
        asyncio.run(types.known(Paper({}), site))
