"""The start of a body: the line in which a theme says when the post was published, and by whom, leaves the text."""

import re
from itertools import islice
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive.dates import is_bare_date
from newsarchive.markup import squash
from newsarchive.wordpress.furniture import word_set

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

_LINES = 4
"""Pieces that may stand before the text itself: a kicker, a byline, a picture's caption."""
_LONGEST = 90
_SIGNATURE = re.compile(
    r"(?:(?i:(?:written|posted|published|geschrieben|veröffentlicht|publié|rédigé|escrito|publicado|scritto|pubblicato) )?(?i:by|von|par|por|di|da|door|przez))"
    r"(?: (?:[^\W\d_a-z]|d['’])[\w'’.-]*| (?:van|von|de|der|del|la|al|and|und|et|y|e|&)){1,6}"
)
"""Who signed: "By Jane Doe"."""
_SIGNED = re.compile(rf"^{_SIGNATURE.pattern}(?:\s?[,|•·–—/-]| (?:on|am|le|el|il|op))\s*(?=\S)")
"""The same before a date in its line: "By Jane Doe, March 7, 2019"."""


def cut_date_line(reader: "Reader") -> None:
    """Takes a date that stands alone above the text, or with a name in or above its line; not where more do: a diary's are its headings.

    Nor where the author wrote it, above a letter or a day's entry.
    """
    found = None
    for at, (block, text) in enumerate(reader.pieces):
        if len(text) > _LONGEST or block.type != "paragraph" or not is_bare_date(_SIGNED.sub("", text, count=1)):
            if found is None and (at == _LINES or len(text) > 110):
                return
        elif found is not None:
            return
        else:
            found = at
    if found is not None and len(reader.pieces) > 1 and not _is_written(reader, reader.pieces[found][1]):
        reader.note_text(reader.pieces[found][1], "a date alone")
        del reader.pieces[found]
        if found and _SIGNATURE.fullmatch(reader.pieces[found - 1][1]):
            reader.note_text(reader.pieces[found - 1][1], "a signature above the date")
            del reader.pieces[found - 1]


_PLACING = word_set("style align dir lang")


def _is_written(reader: "Reader", line: str) -> bool:
    """Whether `line` is a paragraph of the author's: a theme marks its own, says that it was published, or takes another element."""
    if reader.root is None or not is_bare_date(line, alone=True):
        return False
    for paragraph in islice(reader.root.iter("p"), 20):
        if squash(paragraph.text_content()) == line:
            return all(map(_is_unmarked, paragraph.iter()))
    return False


def _is_unmarked(element: HtmlElement) -> bool:
    """Whether an element has no mark but those an editor sets: ``<p class="has-text-align-right">``."""
    names = (element.get("class") or "").split()
    return isinstance(element.tag, str) and all(
        key in _PLACING or (key == "class" and all(name.startswith("has-") for name in names)) for key in element.attrib
    )
