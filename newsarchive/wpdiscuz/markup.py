"""wpDiscuz' comment markup, 4.x to 7.x, as comments.

One comment of 7.x (7.6.13 to 7.6.54, layouts 1 to 3) is::

    <div id='wpd-comm-12_7' class='comment … wpd-comment wpd-reply wpd_comment_level-2'>
      <div class="wpd-comment-wrap …"> … <div id="comment-12" class="wpd-comment-right"> … </div></div>
      <div id='wpdiscuz_form_anchor-12_7'></div>
      … the replies, each again a div#wpd-comm-…
    </div>

where 12 is the comment and 7 its true parent (0: none), however flat the list is shown. 4.x and 5.x have the same parts
under ``wc-…`` names, without the wrap: ``div#wc-comm-12_7.wc-comment > div#comment-12.wc-comment-right``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree
from lxml.html import HtmlElement

from newsarchive import markup
from newsarchive.dates import Clock
from newsarchive.items import Comment
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.body import read_body
from newsarchive.wordpress.comment_parts import kind_of
from newsarchive.wordpress.quirks import COMMENT

MAX_COMMENTS = 100_000
"""More than any page holds; the rest of a hostile one is not read."""

_PLACE = re.compile(r"(?:wpd|wc)-comm-(\d{1,19})_(\d{1,19})$")
_INTEGER = re.compile(r"-?\d{1,15}")
_REPLIES = re.compile(r"\((\d{1,6})\)")


@dataclass
class Shown:
    """A comment as a list shows it, with what the list leaves out."""

    comment: Comment
    hidden_replies: int = 0
    """How many replies below it are not in the markup, but behind "View Replies (n)"."""
    cut: bool = False
    """Whether its text ends in "Read more"."""


def comments(html: bytes | str) -> list[Comment]:
    """The comments in wpDiscuz markup, a page's or an AJAX answer's, in the order shown; [] where there are none.

    Times are read as UTC (`posted_at_precision` is then ``local_minute``); comments awaiting approval are left out.
    """
    return [shown.comment for shown in read_list(markup.tree(html))]


def read_list(root: HtmlElement, base_url: str = "", clock: Clock | None = None, language: str = "") -> list[Shown]:
    """The comments under `root`, with what is left out of each. Takes their texts apart: `root` is not what it was afterwards."""
    clock = clock or Clock()
    found: list[tuple[HtmlElement, str, str]] = []
    for element in root.iter("div", "li", "article", "section"):
        name = element.get("id")
        if name is None or "-comm-" not in name:
            continue
        place = _PLACE.match(name)
        if place:
            found.append((element, str(int(place[1])), str(int(place[2]))))
            if len(found) >= MAX_COMMENTS:
                break
    seen: set[str] = set()
    shown = []
    dates: dict[str, str] = {}
    for element, number, parent in found:
        if number in seen:
            continue  # the sticky ones come again on every comment page
        seen.add(number)
        one, date = _read(element, number, parent, base_url)
        if one is not None:
            shown.append(one)
            if date:
                dates[number] = date
    clock.settle_order(dates.values(), language)
    for one in shown:
        if one.comment.id in dates:
            one.comment.posted_at, one.comment.posted_at_precision = clock.read(dates[one.comment.id], language)
    return shown


def _read(element: HtmlElement, number: str, parent: str, base_url: str) -> tuple[Shown | None, str]:
    """One comment and its date as printed; None for one that awaits approval."""
    classes = (element.get("class") or "").split()
    # ``comment-author-…`` holds a login name, which may be anything.
    if any("unapproved" in name and not name.startswith("comment-author-") for name in classes):
        return None, ""
    pinned = any(name in {"wpd-sticky-comment", "wc-sticky-comment", "wpdiscuz_sticky"} for name in classes)
    comment = Comment(id=number, parent_id=parent if parent != "0" else None, kind=kind_of(element), pinned=pinned)
    comment.url = f"{base_url.partition('#')[0]}#comment-{number}" if base_url else None
    shown, date = Shown(comment), ""
    text: HtmlElement | None = None
    # The comment's own parts stand before its replies; a part's inside is not looked into once it is known.
    stack = element[::-1]
    while stack:
        part = stack.pop()
        if part.tag in _PLAIN:
            continue
        names = part.get("class")
        if names:
            known = _part(names)
            if known == "text":
                text = part if text is None else text
                continue
            if known == "author":
                if comment.author is None:
                    comment.author = _name(part)
                    link = next(part.iter("a"), None)
                    href = link.get("href") if link is not None else None
                    if href:
                        comment.author_url = absolute(href, base_url)
                continue
            if known == "date":
                date = date or squash(part.get("title")) or squash(part.text_content())
                continue
            if known == "vote":
                _take_vote(comment, names, part)
                continue
            if known == "edited":
                comment.edited = True
                continue
            if known == "replies":
                count = _REPLIES.search(part.text_content())
                shown.hidden_replies = int(count[1]) if count else 1
                continue
            if known == "held":
                return None, ""
            if known == "skip":
                continue
        name = part.get("id")
        if name and "-comm-" in name and _PLACE.match(name):
            continue  # a reply: it is read by itself
        if len(part):
            stack += part[::-1]
    if text is not None and not _take_text(shown, text, base_url):
        return None, ""
    if comment.votes is None and comment.likes is not None and comment.dislikes is not None:
        comment.votes = comment.likes - comment.dislikes
    return shown, date


def _name(part: HtmlElement) -> str | None:
    """The name in a comment's author part: its own text or its link's; badges and roles that follow are not of it."""
    for text in (part.text, *(child.text_content() for child in part.iterchildren("a"))):
        if name := squash(text):
            return name
    return squash(part.text_content()) or None


_PLAIN = frozenset({"svg", "i", "img", "br", "path", "form", "textarea", "input", "script", "style", etree.Comment})
"""Tags that hold nothing of a comment but its text, where they are not looked for."""
_PARTS = {
    "comment-text": "text", "comment-author": "author", "comment-date": "date", "vote-result": "vote",
    "comment-last-edited": "edited", "comment-edited": "edited", "view-replies": "replies", "comment-share": "skip",
    "comment-left": "skip", "tooltip-content": "skip",
    "secondary-form-wrapper": "skip", "share_buttons_box": "skip", "vote-up": "skip", "vote-down": "skip",
    "reply-button": "skip", "comment-link": "skip", "avatar": "skip", "vote-link": "skip",
}  # fmt: skip


@lru_cache(maxsize=4096)
def _part(names: str) -> str | None:
    """What a part with these classes is: text, author, date, vote, edited, replies, held, skip; None for mere structure."""
    for name in names.split():
        if name.startswith(("wpd-", "wc-")):
            known = _PARTS.get(name.partition("-")[2])
            if known:
                return known
        elif name in {"wc_held_for_moderate", "wpd-held"}:
            return "held"
        elif name == "share_buttons_box":
            return "skip"
    return None


def _take_vote(comment: Comment, names: str, part: HtmlElement) -> None:
    """Votes: exact in the title (the text may say 1K); apart as likes and as dislikes (-1) where the site shows both."""
    said = part.get("title") or squash(part.text_content())
    found = _INTEGER.fullmatch(said.strip().replace("−", "-").lstrip("+"))
    if not found:
        return
    number = int(found[0])
    if "vote-result-dislike" in names:
        comment.dislikes = abs(number)
    elif "vote-result-like" in names:
        comment.likes = abs(number)
    else:
        comment.votes = number


def _take_text(shown: Shown, text: HtmlElement, base_url: str) -> bool:
    """Reads the text without what the plugin adds to it; False where it says that it awaits approval."""
    images: list[str] = []
    for part in list(text.iter("div", "span", "p")):
        names = part.get("class") or ""
        name = part.get("id") or ""
        if "wc_held_for_moderate" in names:
            return False
        if "inline-feedback-wrapper" in names:
            part.drop_tree()  # the article's words, which the comment is about
        elif "wpd-top-custom-fields" in names or "wpd-bottom-custom-fields" in names:
            part.drop_tree()  # the form's further questions and their answers, which REST does not count to the text either
        elif "wmu-comment-attachments" in names:
            images += _attached(part, base_url)
            part.drop_tree()
        elif name.startswith("wpdiscuz-readmore-") or "wpdiscuz-readmore" in names:
            shown.cut = True
            if part.getparent() is not None:
                part.drop_tree()
    body = read_body(text, base_url, COMMENT)
    comment = shown.comment
    comment.text, comment.html = body.text or None, body.html or None
    comment.links = [link.url for link in body.links]
    comment.tweets = list(body.tweets)
    comment.images = list(dict.fromkeys([image.url for image in body.images] + images))
    return True


def _attached(part: HtmlElement, base_url: str) -> list[str]:
    """Addresses of the pictures the plugin attached: the link to the whole picture, else the picture shown."""
    found = []
    for image in part.iter("img"):
        link = next((a for a in image.iterancestors("a")), None)
        href = link.get("href") if link is not None else None
        address = href or image.get("data-src") or image.get("src")
        if address:
            found.append(absolute(address, base_url))
    return [address for address in found if address]
