"""When an article was published and changed: what a page tells machines and what it prints, ranked."""

import re
from dataclasses import dataclass
from datetime import timezone
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.dates import Clock, is_bare_date, parse_iso, parse_printed, wire
from newsarchive.items import Precision
from newsarchive.markup import squash
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.head import Head, said_text
from newsarchive.wordpress.lines import (
    OF_TEXT,
    beside_titles,
    has_days_for_headings,
    line_of,
    lines_around,
    tells_of_event,
)
from newsarchive.wordpress.places import Found, Places, headline_in, in_card, in_site_head
from newsarchive.wordpress.running_text import is_sentence


@dataclass(frozen=True)
class Moment:
    """A time of the article's, on the wire form."""

    at: str
    precision: Precision


_GENERAL = word_set(
    "byline entry-meta post-meta postmetadata meta postinfo post-info meta-info article-meta article-info single-meta"
)


def published(head: Head, found: Places, url: str, language: str) -> list[Found]:
    """When the page, in `language`, may mean it was published (`Moment`), best first."""
    every: list[Found] = []
    for node in head.articles:
        moment = exact(said_text(node.get("datePublished")))
        if moment:
            every.append(Found(moment, "JSON-LD datePublished", 0.9))
            break
    for node in head.of_type("WebPage", "ItemPage", "FAQPage", "MedicalWebPage"):
        moment = exact(said_text(node.get("datePublished")))
        if moment:
            every.append(Found(moment, "JSON-LD WebPage datePublished", 0.85))
            break
    for name, worth in (
        ("article:published_time", 0.92), ("og:article:published_time", 0.9), ("article:published", 0.85), ("datepublished", 0.86), ("parsely-pub-date", 0.85),
        ("sailthru.date", 0.8), ("dc.date.issued", 0.8), ("dcterms.date", 0.75), ("dc.date", 0.75), ("dc.date.created", 0.75), ("dcterms.created", 0.75), ("pubdate", 0.8), ("publish-date", 0.8),
        ("publication_date", 0.75), ("date", 0.75), ("cxenseparse:recs:publishtime", 0.8), ("article.published", 0.8), ("og:pubdate", 0.8), ("published_at", 0.7), ("citation_publication_date", 0.6), ("citation_date", 0.6), ("og:published_time", 0.8), ("shareaholic:article_published_time", 0.8),
    ):  # fmt: skip
        moment = exact(head.meta(name)) or (printed(head.meta(name), language) if head.meta(name) else None)
        if moment:
            every.append(Found(moment, f"meta {name}", worth))
    told = any(one.worth > 0.8 for one in every)
    headline = None if told else headline_in(found)
    day_first = None if told else _day_first(found, url, language)
    for order, (element, rule) in enumerate(found.dates[:40]):
        place = _dated(element, rule, language, day_first, not told and order < 12)
        if place and (
            told or not (in_card(element, found) or (headline is not None and in_site_head(element, headline)))
        ):
            every.append(Found(place[0], place[1], round(place[2] - min(order, 50) * 0.002, 3)))
    for element, _ in found.dates:  # hAtom: a post that was never changed may have no more than "updated"
        if "updated" in (element.get("class") or "").lower().split():
            moment = exact(element.get("datetime") or element.get("title"))
            if moment:
                every.append(Found(moment, "class updated", 0.35))
                break
    if not every:
        every = _beside_title(found, language, day_first) or _beside_author(found, language, day_first)
    by_url = _URL_DATE.search(url)
    if by_url:
        moment = exact("-".join(by_url.groups()))
        if moment:
            every.append(Found(moment, "the address", 0.5))
            # A time that falls on the day in the address (or next to it: zones) is the post's own.
            every = [
                Found(one.value, one.rule, one.worth + 0.1) if one.value.at[:10] == moment.at[:10] else one
                for one in every
            ]
    every.sort(key=lambda one: -one.worth)
    if every and every[0].value.precision == "local_day":
        day = every[0].value.at[:10]
        finer = (one for one in every if one.value.at[:10] == day and one.value.precision != "local_day")
        every[:0] = islice(finer, 1)
    return list(dict.fromkeys(every))


def _beside_title(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date that stands alone just after the heading, or says in words that it is the day of publication."""
    for node in beside_titles(found):
        if not _UPDATED.isdisjoint((node.get("class") or "").lower().split()) or tells_of_event(node):
            continue
        text = squash(_said_of_publication(node)[:200])
        if (
            text
            and len(text) < 80
            and _YEAR.search(text)
            and not is_sentence(text)
            and (moment := printed(text, language, day_first))
            and not (node.tag in OF_TEXT and has_days_for_headings(found))
        ):
            return [Found(moment, "printed under the title", 0.4)]
    return _in_words(found, language, day_first) or _around_title(found, language, day_first)


def _beside_author(found: Places, language: str, day_first: bool | None) -> list[Found]:
    """A date in the line that a marked byline stands in: ``By <a rel="author">Jane</a> Jun. 6, 2013 5:16 pm``."""
    for element, _ in found.authors[:3]:
        for around in islice(element.iterancestors(), 3):
            text = line_of(around)
            if not text or around in found.around:
                break
            if _YEAR.search(text) and (moment := printed(text, language, day_first)) and not in_card(element, found):
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
    if found.root is None:
        return []
    texts = _SHORT_TEXTS(found.root)
    for place, (text, follower) in enumerate(zip(texts, (*texts[1:], ""), strict=False)):
        said = _IN_WORDS.match(f"{text} {follower}" if _BEFORE_DAY.fullmatch(text) else text)
        if said and any(map(_OF_A_THING.match, texts[max(0, place - 6) : place + 7])):
            continue
        if said and _YEAR.search(said[1]) and (moment := printed(squash(said[1])[:60], language, day_first)):
            return [Found(moment, "said in words", 0.38)]
    return []


_SHORT_TEXTS = etree.XPath(
    "//body//*[not(self::script or self::style or self::option)]/text()[string-length(.) > 6 and string-length(.) < 160]",
    smart_strings=False,
)

_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0\d|1[0-2])/([0-2]\d|3[01])(?:/|$)")
_UPDATED = word_set(
    "updated modified date-modified entry-modified post-modified last-updated last-modified modified-date post-modified-date updated-date"
)


def _day_first(found: Places, url: str, language: str) -> bool | None:
    """Whether the page writes the day before the month, where a date of it leaves no doubt: 11.15.16; None where none does.

    Nor is there any doubt of 06.05.13 in a post whose address has its month: /2013/06/.
    """
    clock = Clock()
    texts = [squash("".join(islice(element.itertext(), 10))[:60]) for element, _ in found.dates[:40]]
    clock.settle_order(texts, language)
    month = _URL_MONTH.search(url)
    if clock.day_first is not None or month is None:
        return clock.day_first
    for text in texts:
        orders = [order for order in (True, False) if _month(text, language, order) == month.groups()]
        if len(orders) == 1:
            return orders[0]
    return None


_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0\d|1[0-2])/")


def _month(text: str, language: str, day_first: bool) -> tuple[str, str] | None:
    moment = printed(text, language, day_first) if _NUMERIC.search(text) else None
    return (moment.at[:4], moment.at[5:7]) if moment else None


_NUMERIC = re.compile(r"\d[./-]\d")


def _dated(
    element: HtmlElement, rule: str, language: str, day_first: bool | None, as_printed: bool
) -> tuple[Moment, str, float] | None:
    """What a dated element says, by which rule, and its worth; its words are read only where nothing better was told."""
    names = (element.get("class") or "").lower()
    if rule in ("itemprop dateModified",) or ("published" not in names and not _UPDATED.isdisjoint(names.split())):
        return None
    value = (
        element.get("datetime")
        or element.get("content")
        or (element.get("title") if element.tag in ("abbr", "span") else None)
    )
    if value is None and len(element):
        inner = next((time for time in element.iter("time") if time.get("datetime")), None)
        value = inner.get("datetime") if inner is not None else None
    moment = exact(value)
    worth = 0.65
    if rule == "<time>" and "published" not in names and _follows_update(element):
        worth = 0.36
    elif rule.startswith("itemprop"):
        worth = 0.88 if "Published" in rule else 0.7
    elif "published" in names.split():
        worth = 0.87
    elif "entry-date" in names or "post-date" in names:
        worth = 0.8
    if moment:
        return moment, rule, worth
    if not as_printed:
        return None
    if rule.startswith("class ") and rule[6:] in _GENERAL:
        worth = 0.45
    text = squash(_said_of_publication(element)[:300])
    if len(text) > 160:
        text = line_of(element) or (text[:110] if element.tag == "p" else "")
    if not text or not _YEAR.search(text):
        return None
    moment = printed(text, language, day_first)
    if moment is None and len(element):  # a calendar's leaf: <span>Mar</span><span>07</span><span>2019</span>
        moment = printed(squash(" ".join(element.itertext()))[:160], language, day_first)
    return (moment, f"{rule}, as printed", worth - 0.12) if moment else None


def _said_of_publication(element: HtmlElement) -> str:
    """The words of a meta line without the day of the last change, where that is marked and not the only day."""
    text = whole = element.text_content()[:1000]
    for inner in element.iterdescendants() if len(element) else ():
        names = (inner.get("class") or "").lower().split()
        if names and "published" not in names and not _UPDATED.isdisjoint(names):
            text = text.replace(inner.text_content(), " ", 1)
    if _UPDATE.search(text):
        text = _UPDATED_ON.sub(" ", text)
    return text if _YEAR.search(text) else whole


_UPDATE = re.compile(
    r"\b(?:updated?|modified|aktualisiert|aktualisierung|geändert|bearbeitet|mis à jour|modifié|actualizado|atualizado|aggiornato|bijgewerkt|zaktualizowan\w+|обновлен\w+)\b", re.I
)  # fmt: skip
_UPDATED_ON = re.compile(
    rf"(?:last |zuletzt )?{_UPDATE.pattern}[^|•·]{{0,30}}?\b(?:19|20)\d\d\b(?:\D{{0,6}}\d{{1,2}}[:.]\d\d\b(?! ?\d))?",
    re.I,
)


def _follows_update(time: HtmlElement) -> bool:
    """Whether the words just before a time say that it is that of a change: ``Updated <time>``."""
    before = time.getprevious()
    around = time.getparent()
    words = before.tail if before is not None else around.text if around is not None else None
    return bool(words) and _UPDATE.search(squash(words)[-40:]) is not None


_YEAR = re.compile(r"(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d|\d{1,2}[./]\d{1,2}[./]\d\d\b")


def modified(head: Head, found: Places) -> list[Found]:
    """When the page may say it was last changed (`Moment`), best first."""
    every: list[Found] = []
    for node in [*head.articles, *head.of_type("WebPage")]:
        moment = exact(said_text(node.get("dateModified")))
        if moment:
            every.append(Found(moment, "JSON-LD dateModified", 0.9))
            break
    for name in (
        "article:modified_time",
        "og:updated_time",
        "datemodified",
        "last-modified",
        "shareaholic:article_modified_time",
    ):
        moment = exact(head.meta(name))
        if moment:
            every.append(Found(moment, f"meta {name}", 0.85))
    for element, rule in found.dates:
        names = (element.get("class") or "").lower().split()
        if rule == "itemprop dateModified" or ("published" not in names and not _UPDATED.isdisjoint(names)):
            moment = exact(element.get("datetime") or element.get("content") or element.get("title"))
            if moment:
                every.append(Found(moment, rule if rule.startswith("itemprop") else "time.updated", 0.8))
    every.sort(key=lambda one: -one.worth)
    return every


_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS = re.compile(r"T?\d\d:\d\d:\d\d")


def exact(text: str | None) -> Moment | None:
    """A machine's time as a `Moment`; None where `text` is none, or lies outside 1900 to 2100, or is the day that stands for none."""
    text = (text or "").strip()
    if len(text) > 40 or not _ISO.match(text):
        return None
    text = re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text)
    moment = parse_iso(text)
    if moment is None and "T" not in text:
        moment = parse_iso(text[:10])
        text = text[:10]
    if moment is None or not 1900 <= moment.year <= 2100 or text[:10] == "1970-01-01":
        return None
    if len(text) <= 10:
        return Moment(wire(moment), "local_day")
    zoned = text[-1] in "Zz" or re.search(r"[+-]\d\d:?\d\d$", text[10:])
    if _SECONDS.search(text):
        return Moment(wire(moment), "second" if zoned else "local_minute")
    return Moment(wire(moment), "minute" if zoned else "local_minute")


def printed(text: str, language: str, day_first: bool | None = None) -> Moment | None:
    """A time as a reader reads it; the site's clock is taken as UTC, for nothing here says its offset."""
    said = parse_printed(text, language, day_first, any_language=False)
    if said is None or not 1990 <= said.moment.year <= 2100:
        return None
    return Moment(
        wire(said.moment.replace(tzinfo=timezone.utc)), "local_day" if said.exact_to == "day" else "local_minute"
    )
