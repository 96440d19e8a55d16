"""Whether a page is a post's at all: sitemaps and listing pages also lead to "About us" and to other lists."""

import re
from typing import Literal

PageKind = Literal["post", "page", "list"]

_REST_LINK = re.compile(rb"""/wp/v2/([a-z_-]{1,40})/\d{1,12}(?=["'>\s?])""")
_SHORTLINK = re.compile(
    rb"""<link\b[^>]{0,40}\brel=["']?shortlink["']?[^>]{0,40}\bhref=["'][^"']{0,300}\?(p|page_id)=\d""", re.I
)
_BODY_CLASSES = re.compile(rb"""<body\b[^>]{0,2000}?\bclass=(?:"([^"]{0,4000})|'([^']{0,4000}))""", re.I)
_POST_CLASSES = frozenset({b"single", b"single-post", b"single-format-standard"})
_PAGE_CLASSES = frozenset({b"page", b"page-template", b"page-template-default", b"attachment"})
_LIST_CLASSES = frozenset({b"archive", b"blog", b"category", b"tag", b"author", b"date", b"search", b"error404"})
_LISTS = frozenset({b"categories", b"tags", b"users"})


def page_kind(html: bytes) -> PageKind | None:
    """post, page (a static one, an attachment) or list, as WordPress' head and body classes say; None where they do not.

    In this order, each written by WordPress itself (seen: 5.5 to 6.6) and so the same in every theme: the page's REST
    link, its shortlink, the classes of ``<body>``. A custom type of post (REST route ``videos``) is a post.
    """
    head_end = html.find(b"</head", 0, 400_000)
    head = html[: head_end if head_end > 0 else 100_000]
    route = next((found for found in _REST_LINK.findall(head) if found), None)
    if route is not None:
        return "list" if route in _LISTS else "page" if route in {b"pages", b"media"} else "post"
    short = _SHORTLINK.search(head)
    if short:
        return "post" if short[1] == b"p" else "page"
    body = _BODY_CLASSES.search(html, max(head_end, 0), max(head_end, 0) + 100_000)
    classes = set((body[1] or body[2] or b"").lower().split()) if body else set()
    if classes & _POST_CLASSES:
        return "post"
    if classes & _LIST_CLASSES:
        return "list"
    return "page" if classes & _PAGE_CLASSES else None
