"""Running text: the words of a paragraph as they are gathered, and what a reader sees of them."""

import re
from html import unescape

from newsarchive.markup import squash

BREAK, LINK, END = "\x01", "\x02", "\x03"
"""Mark line breaks and links in running text; no parsed text holds them."""

_LINKED = re.compile("\x02[^\x03]*\x03?")
_SEPARATORS = re.compile(r"[\s|/•·–—\-,;:.»›>→*&+\[\]()\d]*")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003134f]")
# Written twice over by an editor or an importer: what a reader was meant to see is what one more reading gives.
# Never < or >: who writes about markup means them.
_TWICE = re.compile(
    r"&(?:amp|quot|nbsp|apos|[lr][sd]quo|[mn]dash|hellip|laquo|raquo|bull|middot|euro|copy|reg|trade|[aeiouncAEIOUNCs]{1,2}(?:acute|grave|circ|uml|tilde|cedil|zlig|lig|ring)|#(?:0?3[4-9]|1[6-9]\d|2[0-5]\d|8\d{3}|x(?:[aA]0|20[0-9a-fA-F]{2})));"
)


def plain(marked: str) -> str:
    """`marked` without the marks of links, white space squashed."""
    return cleaned(marked.replace(LINK, "").replace(END, ""))


def cleaned(raw: str) -> str:
    """`raw` as a reader was meant to see it: white space squashed, entities that were written twice over read once more."""
    text = squash(raw)
    if "&" in text and _TWICE.search(text):
        text = squash(_TWICE.sub(lambda found: unescape(found.group()), text))
    return text


def unlinked(marked: str) -> bool:
    """Whether anything but separators stands outside links."""
    return not _SEPARATORS.fullmatch(_LINKED.sub("", marked.replace(BREAK, " ")))


SENTENCE_END = re.compile(r"[.!?…][\"”»’']?\s*$")


def is_sentence(line: str) -> bool:
    """Whether a line says more than who, when and where: a theme's own has a few words, or no full stop."""
    return bool(SENTENCE_END.search(line)) and len(line.split()) > 5


def word_count(text: str) -> int:
    """Words of a text; of a script written without blanks, its characters."""
    if text.isascii() or not _CJK.search(text):
        return len(text.split())
    return len(_CJK.sub(" ", text).split()) + sum(1 for _ in _CJK.finditer(text))
