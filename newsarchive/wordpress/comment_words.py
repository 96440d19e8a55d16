"""What stands in a comment beside its words: author, day, buttons, votes."""

import re
from collections.abc import Callable

from lxml.html import HtmlElement

from newsarchive.markup import squash
from newsarchive.wordpress.comment_author import Author
from newsarchive.wordpress.comment_parts import TRAILING_SAYS

_CONTROLS = {
    "reply", "comment-reply-link", "comment-edit-link", "comment-reply", "comment-actions", "sharedaddy", "comment-likes", "comment-not-liked",
    "cld-like-dislike-wrap", "ratingblock", "comment-rating", "comment-vote", "comment-votes", "wpulike", "wp_ulike_comments",
}  # fmt: skip
"""What themes and plugins call what a reader can press in a comment."""
_META = _CONTROLS | {
    "comment-author", "comment-meta", "commentmetadata", "comment-metadata", "comment_meta", "comment-header", "comment-head", "comment-footer",
    "says", "edit-link", "avatar", "comment-avatar", "comment-date",
    "comment-time", "comment-author-name", "comment-author-link", "comment-like", "vcard", "comment-links", "comment-permalink", "permalink",
    "comment-number", "wp-block-comment-reply-link", "wp-block-comment-edit-link", "wp-block-comment-date", "wp-block-comment-author-name", "wp-block-avatar", "comment-respond",
    "screen-reader-text", "fn", "gravatar", "commentnumber", "comment-tools", "comment-info", "comment-arrow", "comment-awaiting-moderation",
}  # fmt: skip
"""The same of all that is none of a comment's words."""
_META_ENDS = {
    "header", "author", "date", "time", "meta", "info", "avatar", "metadata", "permalink", "footer", "reply", "num", "number", "commentcount",
}  # fmt: skip
_META_TAGS = {"form", "time", "button", "script", "style", "noscript", "footer", "header", "cite"}
_SIGNING = {"small", "h3", "h4", "h5", "h6", "strong", "b", "a", "span", "em", "p", "div"}
_NUMBER = re.compile(r"(?:#|№|nr\.?|no\.?)?\s?\d{1,4}\s?[.):]?", re.I)
"""A comment's place in its list."""
_SCRIPTED = re.compile(r"#?$|#[\w-]*respond|javascript:", re.I)


def strip_controls(body: HtmlElement) -> None:
    """Takes reply links, forms and votes out of a comment's words."""
    _drop(body, _is_control)


def _is_control(part: HtmlElement) -> bool:
    return part.tag in _CONTROL_TAGS and (
        part.tag in ("form", "button")
        or not _CONTROLS.isdisjoint(_classes(part))
        or "replytocom=" in (part.get("href") or "")
    )


_CONTROL_TAGS = {"a", "div", "span", "p", "form", "button", "footer"}


def strip_meta(body: HtmlElement, author: Author, date: str) -> None:
    """Takes what is not the comment's words out of an element that holds everything."""
    if date:
        _strip_date(body, date)
    first = _first_said(body)

    def is_meta(part: HtmlElement) -> bool:
        return (
            part.tag in _META_TAGS
            or not _META.isdisjoint(_classes(part))
            or _only_signs(part, author, date)
            or _is_avatar(part)
            or _is_of_buttons(part)
            or (part is first and _is_number(part))
            or _answers(part)
        )

    _drop(body, is_meta)
    _strip_named(body)
    signed = author.element  # which may have said the day as well
    if signed is not None and squash(signed.text_content()) == author.name and body in signed.iterancestors():
        signed.drop_tree()


def _drop(element: HtmlElement, is_gone: Callable[[HtmlElement], bool]) -> None:
    """Takes the parts for which `is_gone` out of `element`, each with the "says:" that may stand after it."""
    for part in list(element.iterchildren("*")):
        if not is_gone(part):
            _drop(part, is_gone)
            continue
        if part.tail and TRAILING_SAYS.fullmatch(part.tail):
            part.tail = None
        part.drop_tree()


def _strip_date(body: HtmlElement, date: str) -> None:
    """Takes the date where it is a text of its own; a link that says it goes as a whole."""
    for part in body.iter():
        if part is not body and squash(part.tail) == date:
            part.tail = None
        if part.tag != "a" and squash(part.text) == date:
            part.text = None


def _first_said(body: HtmlElement) -> HtmlElement:
    """The innermost element that a comment's text begins in."""
    first = body
    while len(first) and isinstance(first.tag, str) and not squash(first.text):
        first = first[0]
    return first


def _only_signs(part: HtmlElement, author: Author, date: str) -> bool:
    """Whether a part says the author's name or the date and nothing else."""
    if part.tag not in _SIGNING or len(part) > 4:
        return False
    text = squash(part.text_content())
    if len(text) > 150:
        return False
    if part.tag == "small" and any(map(str.isdigit, text)):
        return True
    if date and text == date:
        return True
    return bool(author.name) and TRAILING_SAYS.sub("", text).strip(" ,|–—-:") == author.name


def _is_avatar(part: HtmlElement) -> bool:
    return part.tag == "img" and (
        "avatar" in (part.get("class") or "") or "gravatar.com/avatar" in (part.get("src") or "")
    )


def _is_of_buttons(part: HtmlElement) -> bool:
    """Whether all words of a part are links that a script answers: "Reply | Quote"."""
    if part.tag not in ("div", "span", "p", "ul") or not 0 < len(part) <= 8:
        return False
    links = [link for link in part.iter("a") if _SCRIPTED.match(link.get("href") or "x")]
    said = sum(map(_letters, links))
    return 0 < said < 60 and said + 3 * len(links) >= _letters(part)


def _is_number(part: HtmlElement) -> bool:
    return part.tag in ("div", "span") and _NUMBER.fullmatch(squash(part.text_content())) is not None


def _answers(part: HtmlElement) -> bool:
    """Whether a part is the link to answer the comment."""
    href = (part.get("href") or "") if part.tag == "a" else ""
    return "replytocom=" in href or href.endswith("#respond")


def _strip_named(body: HtmlElement) -> None:
    """Takes the parts whose class is a theme's own name for what stands around the words, unless the words stand in them."""
    named = [part for part in body.iterdescendants("*") if any(map(_names_meta, _classes(part)))]
    left = _letters(body) if named else 0
    for part in reversed(named):
        said = _letters(part)
        if said < left:
            part.drop_tree()
            left -= said


def _names_meta(name: str) -> bool:
    """Whether a theme's own class name is that of what stands around a comment's words: "trellis-comment-header"."""
    return "comment" in name and name.replace("_", "-").rpartition("-")[2] in _META_ENDS


def _classes(part: HtmlElement) -> list[str]:
    return (part.get("class") or "").split()


def _letters(element: HtmlElement) -> int:
    return sum(map(len, element.text_content().split()))
