"""The start of a body: the line in which a theme says when the post was published leaves the text."""

from typing import TYPE_CHECKING

from newsarchive.dates import is_bare_date

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

_LINES = 4
"""Pieces that may stand before the text itself: a kicker, a byline, a picture's caption."""


def cut_date_line(reader: "Reader") -> None:
    """Takes a date that stands alone above the text; not where more of them do: a diary's are its headings."""
    found = None
    for at, (block, text) in enumerate(reader.pieces):
        if len(text) > 60 or block.type != "paragraph" or not is_bare_date(text):
            if found is None and (at == _LINES or len(text) > 110):
                return
        elif found is not None:
            return
        else:
            found = at
    if found is not None and len(reader.pieces) > 1:
        reader.cuts.append(("a date alone", reader.pieces[found][1]))
        del reader.pieces[found]
