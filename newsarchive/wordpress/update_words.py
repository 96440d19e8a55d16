"""What says of a day that it is that of an article's last change."""

import re

from lxml.html import HtmlElement

from newsarchive.markup import squash
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.moments import YEAR

_UPDATED = word_set(
    "updated modified date-modified entry-modified post-modified last-updated last-modified modified-date post-modified-date updated-date"
)
_UPDATE = re.compile(
    r"\b(?:updated?|modified|aktualisiert|aktualisierung|geändert|bearbeitet|mis à jour|modifié|actualizado|atualizado|aggiornato|bijgewerkt|zaktualizowan\w+|обновлен\w+)\b", re.I
)  # fmt: skip
_UPDATED_ON = re.compile(
    rf"(?:last |zuletzt )?{_UPDATE.pattern}[^|•·]{{0,30}}?\b(?:19|20)\d\d\b(?:\D{{0,6}}\d{{1,2}}[:.]\d\d\b(?! ?\d))?",
    re.I,
)


def tells_of_update(element: HtmlElement) -> bool:
    """Whether an element is named after the last change, and not after publication as well."""
    names = (element.get("class") or "").lower().split()
    return "published" not in names and not _UPDATED.isdisjoint(names)


def follows_update(time: HtmlElement) -> bool:
    """Whether the words just before a time say that it is that of a change: ``Updated <time>``."""
    before = time.getprevious()
    around = time.getparent()
    words = before.tail if before is not None else around.text if around is not None else None
    return bool(words) and _UPDATE.search(squash(words)[-40:]) is not None


def said_of_publication(element: HtmlElement) -> str:
    """The words of a meta line without the day of the last change, where that is marked and not the only day."""
    text = whole = element.text_content()[:1000]
    for inner in element.iterdescendants() if len(element) else ():
        if tells_of_update(inner):
            text = text.replace(inner.text_content(), " ", 1)
    if _UPDATE.search(text):
        text = _UPDATED_ON.sub(" ", text)
    return text if YEAR.search(text) else whole
