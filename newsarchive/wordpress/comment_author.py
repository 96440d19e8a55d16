"""Who wrote a comment, and the address they left: from the most telling mark that its markup has."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.dates import parse_printed
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.comment_parts import AUTHORS, DAY_OR_HOUR, LIKELY_AUTHORS, TRAILING_SAYS, CommentParts

_LONGEST = 200


@dataclass(frozen=True)
class Author:
    """Who wrote a comment, as far as it says; all None where it does not."""

    name: str | None = None
    url: str | None = None
    element: HtmlElement | None = None
    """What names them."""


def author_of(parts: CommentParts, url: str) -> Author:
    """The author that a comment on the page at `url` names."""
    for marked in _candidates(parts):
        said = squash(marked.get("content") or " ".join(marked.itertext()))
        if 0 < len(said) <= _LONGEST:
            element, name = _narrowed(marked, said)
            return Author(_bare_name(element, name)[:_LONGEST] or None, _address(element, url), element)
    return Author()


# -- which element


def _candidates(parts: CommentParts) -> Iterator[HtmlElement]:
    """What may name the author, the most telling mark first."""
    yield from parts.having(*AUTHORS)
    for marked in islice(parts.of_property("author", "creator"), 1):
        yield next((part for part in marked.iter("*") if part.get("itemprop") == "name"), marked)
    if parts.cite is not None:
        yield parts.cite
    yield from parts.having(*LIKELY_AUTHORS)
    yield from (part for name, part in parts.named.items() if _is_author(name))
    yield from filter(_signs, parts.element.iter("a"))
    yield from islice((part for part in parts.above_words() if part.tag in _PROMINENT), 2)


_PROMINENT = {"h2", "h3", "h4", "h5", "h6", "strong", "b"}


def _is_author(name: str) -> bool:
    """Whether a theme's own class name is that of an author: "trellis-comment__author"."""
    return "com" in name and name.replace("_", "-").replace("--", "-").endswith(
        ("author", "author-name", "username", "auth")
    )


_SIGNED = {"external", "nofollow"}
"""What WordPress writes into the relation of a commenter's own link, and of no other."""
_LABEL = re.compile(r"\W*|(?:\w+\s)?(?:by|von|par|por|da|di|door|przez|av|af|от)\W*", re.I)


def _signs(link: HtmlElement) -> bool:
    """Whether a link is a commenter's own: some plugins give every link of a text the same relation."""
    if not _SIGNED.issubset((link.get("rel") or "").split()) or "://" in link.text_content():
        return False
    around = link.getparent()
    said = squash(around.text_content().replace(link.text_content(), " ", 1)) if around is not None else ""
    before = squash(around.text) + "".join(squash(node.tail) for node in link.itersiblings(preceding=True))
    return (not before or _LABEL.fullmatch(before) is not None) and (
        around.tag != "p"
        or not said
        or TRAILING_SAYS.fullmatch(said) is not None
        or DAY_OR_HOUR.search(said) is not None
    )


def _narrowed(marked: HtmlElement, said: str) -> tuple[HtmlElement, str]:
    """What names the author alone, and what it says, where a mark stands around a name, a day and perhaps a button."""
    if not len(marked) or not DAY_OR_HOUR.search(said):
        return marked, said
    own = squash(marked.text)
    if _may_be_name(own) and not _names_somebody(marked):
        return marked, own  # <h4>Jane <span>2:47 pm</span></h4>
    for inner in marked.iterdescendants("cite", "b", "strong", "a", "span", "h3", "h4"):
        if name := _name_in(inner):
            return inner, name
    return marked, said


def _may_be_name(text: str) -> bool:
    return any(map(str.isalpha, text)) and not DAY_OR_HOUR.search(text) and not _LABEL.fullmatch(text)


def _names_somebody(marked: HtmlElement) -> bool:
    """Whether an element within names the author, in bold letters or before the day: ``On <a>Jane</a> <i>May 7, 2019</i>``."""
    for child in marked:
        if child.tag in ("cite", "b", "strong", "a") and _name_in(child):
            return True
        if DAY_OR_HOUR.search(child.text_content()):
            return any(map(_name_in, child.itersiblings("cite", "b", "strong")))
    return False


_NOBODY = {"says", "comment-reply-link", "comment-edit-link", "comment-permalink", "screen-reader-text"}


def _name_in(inner: HtmlElement) -> str:
    """What an element says, if it may be a name; empty where it is a day, a number or a button."""
    name = squash(inner.text_content())
    if not 0 < len(name) < 100 or name[0] == "#" or DAY_OR_HOUR.search(name):
        return ""
    return "" if {*(inner.get("class") or "").split()} & _NOBODY else name


# -- what it says


def _bare_name(element: HtmlElement, said: str) -> str:
    """The name in what an element says, without a time, a day or "says:" after it."""
    name = said
    for inner in element.iterdescendants("time", "small"):
        name = squash(name.replace(squash(" ".join(inner.itertext())), "", 1))
    name = name or squash(element.text_content())  # a name in small letters
    return TRAILING_SAYS.sub("", _without_day(name)).strip(" ,|–—-")


_COMMENT_BY = re.compile(
    r"(?:comment|kommentar|commentaire|comentario|comentário|commento|reactie|komentarz|trackback|pingback)\s+(?:by|von|par|de|da|di|van|door|av|przez)\s+", re.I
)  # fmt: skip


def _without_day(signature: str) -> str:
    """The name in a signature of WordPress' first themes: "Comment by Jane Doe — May 5, 2021 @ 9:40 am"."""
    name, dash, rest = signature.partition(" — ")
    if dash and name and DAY_OR_HOUR.search(rest) and parse_printed(rest) is not None:
        return _COMMENT_BY.sub("", name, count=1)
    return signature


def _address(element: HtmlElement, url: str) -> str | None:
    """Where the author's name links to; None where it stands in no link, or in one to the comment itself."""
    link = next(element.iter("a"), None)
    if link is None:
        link = next(element.iterancestors("a"), None)
    href = (link.get("href") or "").strip() if link is not None else ""
    return absolute(href, url) if leads_out(href) else None


def leads_out(href: str) -> bool:
    """Whether a link in a comment leads elsewhere than to a comment or another place of the page."""
    return bool(href) and not href.startswith("#") and "#comment-" not in href
