"""Comments as REST and as an article's comment feed give them."""

import html
import re
from typing import Any

from lxml import etree

from newsarchive.dates import Clock, parse_iso, parse_mail, wire
from newsarchive.items import Comment
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.body import read_fragment

REST_FIELDS = "id,post,parent,author,author_name,author_url,date,date_gmt,content,link,status,type"
"""The fields asked for: all that `rest_comment` reads."""


def rest_comment(raw: Any, base_url: str, *, body: bool = True) -> Comment | None:
    """The comment in one entry of ``/wp/v2/comments``; None where it is none, or is not an approved comment.

    REST knows no votes, edited marks, sticky marks or attached pictures, and lists neither pingbacks nor trackbacks.
    Names come with entities (``Mike &amp; Mary``) and are read as text; ``author`` 0 is a guest. `body` False leaves the
    text unread, for a caller that has it from elsewhere.
    """
    if not isinstance(raw, dict):
        return None
    number = _number(raw.get("id"))
    if number is None or raw.get("status", "approved") not in {"approved", "approve", "1", 1}:
        return None
    kind = raw.get("type")
    comment = Comment(id=number, parent_id=_number(raw.get("parent")), author_id=_number(raw.get("author")))
    if kind in ("pingback", "trackback"):
        comment.kind = kind
    comment.author = squash(html.unescape(_text(raw.get("author_name")))) or None
    comment.author_url = absolute(html.unescape(_text(raw.get("author_url"))), base_url)
    comment.url = _text(raw.get("link")) or None
    moment = parse_iso(_text(raw.get("date_gmt")))
    if moment is not None:
        comment.posted_at, comment.posted_at_precision = wire(moment.replace(microsecond=0)), "second"
    if body:
        content = raw.get("content")
        take_body(comment, _text(content.get("rendered") if isinstance(content, dict) else content), base_url)
    return comment


def take_body(comment: Comment, markup: str, base_url: str) -> None:
    """Sets what `markup` says: text, html, pictures, links and tweets."""
    body = read_fragment(markup, base_url)
    comment.text, comment.html = body.text or None, body.html or None
    comment.images = list(dict.fromkeys(image.url for image in body.images))
    comment.links = [link.url for link in body.links]
    comment.tweets = list(body.tweets)


def learn_clock(raw: Any, clock: Clock) -> None:
    """Teaches `clock` the site's offset from an entry's ``date`` (the site's own) and ``date_gmt``."""
    if not isinstance(raw, dict):
        return
    local, utc = parse_iso(_text(raw.get("date"))), parse_iso(_text(raw.get("date_gmt")))
    if local is not None and utc is not None:
        clock.learn(local.replace(tzinfo=None), round((local - utc).total_seconds() / 60))


_COMMENT_LINK = re.compile(r"#(?:li-|div-)?comment-(\d{1,19})$")
_REPLY = re.compile(r"""^\s*<p>[^<]{1,60}<a href=["'][^"']{1,500}#comment-(\d{1,19})["']>[^<]{0,200}</a>\.?\s*</p>""")


_LOCAL = re.compile(r"^.*[}:]")  # a namespace, or a prefix that nobody declared


def feed_comments(xml: bytes, base_url: str = "") -> list[Comment]:
    """The comments in an article's RSS comment feed, newest first: the last ten, with seconds. [] for anything else.

    The parent is known only where WordPress wrote "In reply to <a …#comment-12>" before the text.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return []
    if root is None:
        return []
    comments = []
    for item in root.iter("item"):
        said = {_LOCAL.sub("", e.tag): (e.text or "") for e in reversed(item) if isinstance(e.tag, str)}
        found = _COMMENT_LINK.search((said.get("guid") or said.get("link") or "").strip())
        if not found:
            continue
        comment = Comment(
            id=found[1], author=squash(said.get("creator")) or None, url=(said.get("link") or "").strip() or None
        )
        moment = parse_mail(said.get("pubDate"))
        if moment is not None:
            comment.posted_at, comment.posted_at_precision = wire(moment), "second"
        markup = said.get("encoded") or ""
        reply = _REPLY.match(markup)
        if reply:
            comment.parent_id, markup = reply[1], markup[reply.end() :]
        take_body(comment, markup, base_url or comment.url or "")
        comments.append(comment)
    return comments


def _number(value: object) -> str | None:
    """An id as a string; None for 0 and for what is none."""
    if isinstance(value, bool):
        return None
    text = str(value if value is not None else "")
    return str(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 and int(text) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
