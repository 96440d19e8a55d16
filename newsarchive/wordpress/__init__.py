"""WordPress, read: its articles from pages and from REST, its comments as its themes list them."""

from typing import TYPE_CHECKING, Any

from newsarchive.wordpress.quirks import Quirks

if TYPE_CHECKING:
    from newsarchive.wordpress.comments import thread_from_html
    from newsarchive.wordpress.page import ProtectedPost, article_from_html, is_protected
    from newsarchive.wordpress.paging import joined, next_pages
    from newsarchive.wordpress.rest_article import article_from_rest

__all__ = [
    "ProtectedPost",
    "Quirks",
    "article_from_html",
    "article_from_rest",
    "is_protected",
    "joined",
    "next_pages",
    "thread_from_html",
]

_HOMES = {
    "ProtectedPost": "page",
    "article_from_html": "page",
    "article_from_rest": "rest_article",
    "is_protected": "page",
    "joined": "paging",
    "next_pages": "paging",
    "thread_from_html": "comments",
}


def __getattr__(name: str) -> Any:
    """The entry points, each imported when it is first asked for: reading a comment does not load the page reader."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
