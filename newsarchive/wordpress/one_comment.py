"""One comment of WordPress' own list, in the markup of any theme: its author, its day, and its words without both."""

from dataclasses import replace

from lxml.html import HtmlElement

from newsarchive.items import Comment, CommentKind
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.body import read_body
from newsarchive.wordpress.comment_author import Author, author_of, leads_out
from newsarchive.wordpress.comment_date import date_of
from newsarchive.wordpress.comment_line import signing_line
from newsarchive.wordpress.comment_parts import CommentParts, kind_of
from newsarchive.wordpress.comment_words import strip_controls, strip_meta
from newsarchive.wordpress.quirks import COMMENT

_PENDING = {"comment-awaiting-moderation", "awaiting-moderation", "comment-pending", "unapproved"}


def read_comment(element: HtmlElement, number: str, url: str) -> tuple[Comment, str] | None:
    """One comment, its replies already taken out, and its date as printed; None for one that awaits approval or says nothing."""
    if element.tag == "dt":
        _take_definitions(element)
    parts = CommentParts(element)
    if not _PENDING.isdisjoint(parts.named):
        return None
    kind = kind_of(element)
    author = author_of(parts, url)
    date = date_of(parts, number, author.name)
    line = signing_line(element, parts.body, author.name)
    if line is not None:
        author = replace(author, name=line.name)
        date = line.date if parts.time is None else date
        line.element.drop_tree()
    words = _words_alone(parts, kind, author, date)
    if kind != "comment":
        author = _linking_page(element, author, url)
    read = read_body(words, url, COMMENT)
    images = [image.url for image in read.images if "gravatar.com/avatar" not in image.url]
    if not read.text and not images and not author.name:
        return None
    comment = Comment(
        id=number,
        kind=kind,
        author=author.name,
        author_url=author.url,
        text=read.text or None,
        html=read.html or None,
        images=images,
        links=[link.url for link in read.links],
        tweets=list(read.tweets),
        url=f"{url.partition('#')[0]}#comment-{number}" if number and url else None,
    )
    return comment, date


def _take_definitions(element: HtmlElement) -> None:
    """Puts the ``dd`` that follow a ``dt#comment-12`` into it: the words are in them."""
    follower = element.getnext()
    while follower is not None and follower.tag == "dd":
        following = follower.getnext()
        element.append(follower)
        follower = following


def _words_alone(parts: CommentParts, kind: CommentKind, author: Author, date: str) -> HtmlElement:
    """The element of the comment's words, after what is none of them was taken out of it."""
    if parts.body is None:
        strip_meta(parts.element, author, date)
        return parts.element
    if kind == "comment":
        if author.element is not None and parts.body in author.element.iterancestors():
            strip_meta(parts.body, author, date)
        strip_controls(parts.body)
    return parts.body


def _linking_page(element: HtmlElement, author: Author, url: str) -> Author:
    """A pingback's author, which is the page that links here: ``Pingback: <a href="…">Its title</a>``."""
    for link in element.iter("a"):
        href = (link.get("href") or "").strip()
        if leads_out(href) and "action=" not in href:
            title = squash(link.text_content())[:200]
            return replace(author, name=author.name or title or None, url=author.url or absolute(href, url))
    return author
