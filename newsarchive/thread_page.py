"""What one page of an article, its own or one of its comment pages, says of the thread: read from its HTML alone."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsarchive.dates import Clock
from newsarchive.marks import Marks
from newsarchive.markup import Document
from newsarchive.memory import uncollected
from newsarchive.wordpress.comment_pages import post_id
from newsarchive.wordpress.comments import CommentList, page_language, read_comments
from newsarchive.wordpress.page import is_protected
from newsarchive.wpdiscuz import settings as wpdiscuz_settings
from newsarchive.wpdiscuz.markup import Shown


@dataclass(kw_only=True)
class ThreadPage:
    """A page's word on its thread."""

    language: str = ""
    post_id: str | None = None
    """The post's id, where the page tells."""
    facts: wpdiscuz_settings.Thread | None = None
    """What wpDiscuz' settings in it say; None where it has none."""
    password: bool = False
    """Whether it asks for a post's password."""
    broken_off: bool = False
    """Whether it has no end."""
    uncommented: bool = False
    """Whether its links say that nobody ever commented: it names the site's feed of comments, and none of its own."""
    found: CommentList = field(default_factory=lambda: CommentList(comments=[]))
    shown: list[Shown] = field(default_factory=list)
    """wpDiscuz' comments, with what their list leaves out of them."""
    clock: Clock
    """The site's clock, with what the page taught it."""

    @property
    def closed(self) -> bool:
        """Whether the thread is behind the password as well."""
        return self.password and (self.facts is None or not self.facts.has_list)

    @property
    def members_only(self) -> bool:
        """Whether the site keeps the comments from who asked for the page."""
        return self.facts is not None and self.facts.members_only and not self.broken_off


@uncollected()
def read_thread_page(html: bytes | str | Document, url: str, clock: Clock, charset: str | None = None) -> ThreadPage:
    """What the page at `url` says of its thread. `clock` learns from it; `charset` is what its answer declares.

    Takes the tree of a `Document` apart.
    A page whose thread is behind a password, or for members alone, is not read further: its `found` is empty.
    """
    document = html if isinstance(html, Document) else Document(html, charset)
    text, root = document.text_and_tree
    marks = Marks(root)
    page = ThreadPage(clock=clock, facts=wpdiscuz_settings.thread(text, marks, url), password=is_protected(root))
    end = text[-2000:].lower()
    page.broken_off = "</html" not in end and "</body" not in end
    if page.closed or page.members_only:
        return page
    page.language = page_language(root)
    page.post_id = (page.facts.post_id if page.facts is not None else None) or post_id(root)
    feeds = [urlsplit(href).path.rstrip("/") for href in islice(_feeds(root), 20)]
    own = urlsplit(url).path.rstrip("/") + "/feed"
    page.uncommented = any(path.endswith("/comments/feed") for path in feeds) and own not in feeds
    page.found = read_comments(root, marks, text, url, clock, page.language, page.shown)
    return page


def _feeds(root: HtmlElement) -> Iterator[str]:
    for link in root.iter("link"):
        if link.get("rel") == "alternate" and "rss+xml" in (link.get("type") or "") and (href := link.get("href")):
            yield href
