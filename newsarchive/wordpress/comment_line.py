"""The line above a comment's words in which a theme that marks neither says who wrote it, and when."""

import re
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.dates import parse_printed
from newsarchive.markup import squash
from newsarchive.wordpress.comment_parts import DAY_OR_HOUR


@dataclass(frozen=True)
class SigningLine:
    """A line that says who wrote a comment, and when."""

    element: HtmlElement
    name: str
    date: str


_AFTER_NAME = re.compile(
    r"\s*(?:[^\W\d_]{2,12}\s?:\s*)?[—–|,:·•@(-]+\s*|\s*[^\W\d_]{2,12}\s?:\s*|\s+(?=(?:on|am|le|el|il|op)\s+\d)"
)

_BARE_DATE = re.compile(r"(?:[^\W\d_]+\W+){0,3}\d.{0,60}?\d\s*(?:[ap]\.?\s?m\.?|uhr|h)?\W*", re.I)
"""A date with nothing after it but the half of the day: "posted March 7th, 2019 @ 2:47 pm"."""


def signing_line(element: HtmlElement, body: HtmlElement | None, author: str | None) -> SigningLine | None:
    """The line of a comment like ``<p><strong>Jane</strong> — May 7, 2019 @ 2 pm</p>``; None where it has none.

    Nothing but a picture or a number stands above it; after another's name it is of the words: ``<b>EDIT</b>: May 8, 2019``.
    """
    for part in islice(element.iterdescendants("p", "div", "span", "h3", "h4", "h5", "h6"), 10):
        line = _signed(part) if part is not body else None
        if line is not None and author in (None, line.name) and _is_first(line, element):
            return line
    return None


def _signed(part: HtmlElement) -> SigningLine | None:
    """`part` as a line that is a name, set apart, and a date."""
    name = part[0] if len(part) and not squash(part.text) else None
    if name is None or name.tag not in ("strong", "b", "cite", "a"):
        return None
    text, said = squash(part.text_content()), squash(name.text_content())
    between = _AFTER_NAME.match(text, len(said))
    if not said or len(text) > 160 or between is None or DAY_OR_HOUR.search(said):
        return None
    date = text[between.end() :].strip(" )")
    if not _BARE_DATE.fullmatch(date) or parse_printed(date) is None:
        return None
    return SigningLine(part, said, date)


def _is_first(line: SigningLine, element: HtmlElement) -> bool:
    above = squash(element.text_content()[:2000]).partition(squash(line.element.text_content()))[0]
    return not any(map(str.isalpha, above))
