"""The comments in a page's HTML: WordPress' own lists in any theme, and wpDiscuz' where that is what the page has.

WordPress prints a comment as an element with the id ``comment-12`` (``li-comment-12``, ``div-comment-12``), mostly
``ol.comment-list > li#comment-12.comment.depth-1 > article.comment-body`` with ``.comment-author .fn``, ``time[datetime]``
and ``.comment-content`` in it and replies in ``ol.children``; block themes print ``ol.wp-block-comment-template > li``.
Themes rename and move everything but the id, so the id leads, then microdata, then class names.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive import markup
from newsarchive.dates import Clock
from newsarchive.items import Comment, CommentThread, Counts, Missing
from newsarchive.marks import Marks
from newsarchive.memory import uncollected
from newsarchive.wordpress.comment_count import declared_count
from newsarchive.wordpress.comment_lists import comment_elements, parents_of
from newsarchive.wordpress.comment_pages import article_path, comment_pages
from newsarchive.wordpress.one_comment import read_comment

if TYPE_CHECKING:
    from newsarchive.wpdiscuz.markup import Shown


@dataclass(kw_only=True)
class CommentList:
    """The comments a page shows, and what it says about them."""

    comments: list[Comment]
    declared: int | None = None
    """The number of comments the page declares; None where it declares none."""
    pages: frozenset[int] = frozenset()
    """Numbers of the comment pages it links to (``/comment-page-2/``, ``?cpage=2``)."""
    current: int | None = None
    """Its own number among them; None where it does not say."""
    section: bool = False
    """Whether it has a place for comments at all: a list, a form or a heading."""
    form: bool = False
    """Whether it has a form to comment with, which WordPress prints below the list."""
    foreign: bool = False
    """Whether another service's comments (Disqus, Facebook) stand in it, which no request to the site brings."""


@uncollected()
def thread_from_html(html: bytes | str, url: str) -> CommentThread:
    """The comments that a page shows, as a thread: wpDiscuz' (4 to 7) or WordPress' own, pingbacks included.

    `complete` only where the page declares a number and shows as many; comments that come by script are not in it.
    An empty document, or a page without comments, gives a thread without comments.
    """
    from newsarchive.threads import tidy  # threads reads pages with this module: imported late

    text, root = markup.text_and_tree(html)
    language = page_language(root)
    clock = Clock()
    found = read_comments(root, Marks(root), text, url, clock, language)
    comments = tidy(found.comments)
    thread = CommentThread(
        url=url, source="page", comments=comments, count=len(comments), declared_count=found.declared
    )
    thread.counts = Counts(declared=found.declared, page=len(comments))
    thread.complete = found.declared is not None and found.declared == len(comments) and bool(comments or found.section)
    if not thread.complete:
        lacking = None if found.declared is None else max(0, found.declared - len(comments))
        thread.missing = Missing(count=lacking, reason="only the page's own HTML was read")
    return thread


def read_comments(
    root: HtmlElement,
    marks: Marks,
    text: str,
    url: str,
    clock: Clock,
    language: str = "",
    shown: "list[Shown] | None" = None,
) -> CommentList:
    """What the page at `url` (its tree with the tree's marks, and its text) shows of its comments. Takes the tree apart.

    In `shown`, where given, are put the wpDiscuz comments with what their list leaves out of them.
    """
    from newsarchive.wpdiscuz import markup as wpdiscuz  # it reads texts with this package: imported late

    for moment in islice(_zoned_times(root), 20):
        clock.learn_iso(moment)
    found = CommentList(comments=[], declared=declared_count(marks, text, url), foreign=marks.has(*_FOREIGN))
    found.pages, found.current = comment_pages(root, marks, url)
    found.section = marks.has(*_SECTION)
    found.form = marks.has("respond", "commentform")
    if "-comm-" in text:
        listed = wpdiscuz.read_list(root, url, clock, language)
        found.comments = [one.comment for one in listed]
        if shown is not None:
            shown += listed
    if not found.comments:
        found.comments = native_comments(root, marks, url, clock, language)
    return found


def page_language(root: HtmlElement) -> str:
    """The language that ``<html lang>`` names; empty where it names none."""
    return (root.get("lang") or root.get("xml:lang") or "")[:35]


def _zoned_times(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("meta", "time"):
        if element.tag == "time":
            said = element.get("datetime")
        else:
            said = element.get("content") if element.get("property") == "article:published_time" else None
        if said:
            yield said


_SECTION = (
    "comments", "respond", "commentform", "wpdcom", "wpcomm", "disqus_thread", "comments-area", "wp-block-comments",
    "comment-respond", "comment-list", "commentlist",
)  # fmt: skip
_FOREIGN = (
    "disqus_thread", "coral_thread", "hyvor-talk-view", "commento", "isso-thread", "graphcomment", "cusdis_thread", "fb-comments",
)  # fmt: skip


def native_comments(root: HtmlElement, marks: Marks, url: str, clock: Clock, language: str = "") -> list[Comment]:
    """The comments of WordPress' own list under `root`, in the order shown. Takes the tree apart."""
    elements = comment_elements(root, marks)
    order = list(elements)
    parents = parents_of(order, elements)
    read: list[tuple[Comment, str] | None] = []
    paths: dict[HtmlElement, str | None] = {}
    # From the last to the first: a comment's replies, which stand in it, are read and taken out before it is.
    for element in reversed(order):
        paths[element] = _own_path(element, elements[element], url)
        read.append(read_comment(element, elements[element], url))
        if element.getparent() is not None:
            element.drop_tree()
    read.reverse()
    read = _only_comments(read, order, paths, url)
    clock.settle_order((date for one in read if one for date in [one[1]]), language)
    comments: list[Comment] = []
    names: dict[HtmlElement, str] = {}
    taken: set[str] = set()
    again: Counter[str] = Counter()
    for element, one in zip(order, read, strict=True):
        if one is None:
            continue
        comment, date = one
        if not comment.id:
            said = f"{comment.author}|{date}|{comment.text}"
            said = "x" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
            again[said] += 1
            comment.id = said if again[said] == 1 else f"{said}-{again[said]}"
        if comment.id in taken:
            continue
        taken.add(comment.id)
        names[element] = comment.id
        above = parents.get(element)
        if above is not None and above in names:
            comment.parent_id = names[above]
        comment.posted_at, comment.posted_at_precision = clock.read(date, language)
        comments.append(comment)
    for comment in comments:
        if comment.parent_id == comment.id:
            comment.parent_id = None
    return comments


def _own_path(element: HtmlElement, number: str, url: str) -> str | None:
    """The path of the page that the comment's permalink names, comment pages apart; None where it has no permalink."""
    if not number:
        return None
    for link in element.iter("a"):
        href = link.get("href") or ""
        if href.endswith(f"#comment-{number}") and len(href) < 2000:
            return article_path(href, url)
    return None


def _only_comments(
    read: list[tuple[Comment, str] | None], order: list[HtmlElement], paths: dict[HtmlElement, str | None], url: str
) -> list[tuple[Comment, str] | None]:
    """`read` without what only looks like the page's comments: a list of the latest comments on other pages, a notice."""
    told = [path for element in order if (path := paths[element]) is not None]
    home = None
    if len(set(told)) > 1:
        own = article_path(url, url)
        home = own if own in told else max(dict.fromkeys(told), key=told.count)
    signed = any(one and (one[0].author or one[1]) for one in read)
    kept: list[tuple[Comment, str] | None] = []
    for one, element in zip(read, order, strict=True):
        if one is not None:
            comment, date = one
            path = paths[element]
            elsewhere = home is not None and path is not None and path != home
            unsigned = not comment.author and not date and signed and not _marked(element, comment)
            nameless = not comment.id and not (comment.text and comment.author and date) and comment.kind == "comment"
            if elsewhere or unsigned or nameless:
                one = None
        kept.append(one)
    return kept


def _marked(element: HtmlElement, comment: Comment) -> bool:
    """Whether an element has both the id and the class that WordPress itself gives a comment."""
    return bool(comment.id) and "comment" in (element.get("class") or "").split()
