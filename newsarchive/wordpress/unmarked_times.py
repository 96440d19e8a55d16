"""When an article was published, where nothing marks the date: by where it stands, or what is said before it."""

import re
from itertools import islice

from lxml import etree

from newsarchive.dates import is_bare_date
from newsarchive.markup import squash
from newsarchive.wordpress.lines import (
    OF_TEXT,
    beside_titles,
    has_days_for_headings,
    line_of,
    lines_around,
    tells_of_event,
)
from newsarchive.wordpress.moments import YEAR, printed
from newsarchive.wordpress.places import Found, Places, in_card
from newsarchive.wordpress.running_text import is_sentence
from newsarchive.wordpress.update_words import said_of_publication, tells_of_update


def unmarked(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """The date (`Moment`) that most likely is that of publication; none where none is likely."""
    return (
        _beside_title(found, language, day_first)
        or _in_words(found, language, day_first)
        or _around_title(found, language, day_first)
        or _beside_author(found, language, day_first)
    )


def _beside_title(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date that stands alone just after the heading."""
    for node in beside_titles(found):
        if tells_of_update(node) or tells_of_event(node):
            continue
        text = squash(said_of_publication(node)[:200])
        if (
            text
            and len(text) < 80
            and YEAR.search(text)
            and not is_sentence(text)
            and (moment := printed(text, language, day_first))
            and not (node.tag in OF_TEXT and has_days_for_headings(found))
        ):
            return [Found(moment, "printed under the title", 0.4)]
    return []


def _beside_author(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date in the line that a marked byline stands in: ``By <a rel="author">Jane</a> Jun. 6, 2013 5:16 pm``."""
    for element, _ in found.authors[:3]:
        for around in islice(element.iterancestors(), 3):
            text = line_of(around)
            if not text or around in found.around:
                break
            if YEAR.search(text) and (moment := printed(text, language, day_first)) and not in_card(element, found):
                return [Found(moment, "printed beside the author", 0.37)]
    return []


def _around_title(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date that is a line, or parted from its line by markup, between the headline and the first prose, or just before the headline.

    In a paragraph of the text only where it begins it: any other is a day that the text speaks of.
    """
    for line in lines_around(found):
        pieces = [] if is_sentence(line.whole) else line.pieces[:1] if line.is_written else line.pieces
        for text, alone in ((line.whole, False), *((piece, line.is_written) for piece in pieces)):
            if is_bare_date(text, alone=alone) and (moment := printed(text, language, day_first)):
                return [Found(moment, "printed by the title", 0.36)]
    return []


_PUBLISHED = (
    r"[\s(*–-]{0,5}(?:(?:first |originally |date )?(?:published|posted)|veröffentlicht|erschienen|publié|publicad[oa]|pubblicato|gepubliceerd|geplaatst|"
    r"opublikowano|опубликовано|yayınlan\w+|publicerad|udgivet|julkaistu)\s*(?:on|am|le|el|il|em|op|den|date)?\s*[:–-]?\s*"
)
_IN_WORDS = re.compile(rf"{_PUBLISHED}(\S.{{5,60}})", re.I)
_BEFORE_DAY = re.compile(_PUBLISHED, re.I)
_OF_A_THING = re.compile(
    r"\W*(?:isbn|publisher|pages|genre|format|verlag|seiten(?:zahl)?|éditeur|editorial|platforms?|developer)\s*:", re.I
)
"""Labels of what a review tells of a book or a game: its day is none of the post's."""


def _in_words(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date that a short text calls that of publication: ``Posted on <b>March 7, 2019</b>``."""
    if found.root is None:
        return []
    texts = _SHORT_TEXTS(found.root)
    for place, (text, follower) in enumerate(zip(texts, (*texts[1:], ""), strict=False)):
        said = _IN_WORDS.match(f"{text} {follower}" if _BEFORE_DAY.fullmatch(text) else text)
        if said and any(map(_OF_A_THING.match, texts[max(0, place - 6) : place + 7])):
            continue
        if said and YEAR.search(said[1]) and (moment := printed(squash(said[1])[:60], language, day_first)):
            return [Found(moment, "said in words", 0.38)]
    return []


_SHORT_TEXTS = etree.XPath(
    "//body//*[not(self::script or self::style or self::option)]/text()[string-length(.) > 6 and string-length(.) < 160]",
    smart_strings=False,
)
