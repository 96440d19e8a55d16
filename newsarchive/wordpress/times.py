"""When an article was published and changed: what a page tells machines and what it prints, ranked."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newsarchive.dates import Clock
from newsarchive.markup import squash
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.head import Head, said_text
from newsarchive.wordpress.lines import line_of
from newsarchive.wordpress.moments import YEAR, Moment, exact, printed
from newsarchive.wordpress.places import Found, Places, headline_in, in_card, in_site_head
from newsarchive.wordpress.unmarked_times import unmarked
from newsarchive.wordpress.update_words import follows_update, said_of_publication, tells_of_update

_PUBLISHED_METAS = {
    "article:published_time": 0.92, "og:article:published_time": 0.9, "article:published": 0.85, "datepublished": 0.86, "parsely-pub-date": 0.85,
    "sailthru.date": 0.8, "dc.date.issued": 0.8, "dcterms.date": 0.75, "dc.date": 0.75, "dc.date.created": 0.75, "dcterms.created": 0.75, "pubdate": 0.8, "publish-date": 0.8,
    "publication_date": 0.75, "date": 0.75, "cxenseparse:recs:publishtime": 0.8, "article.published": 0.8, "og:pubdate": 0.8, "published_at": 0.7, "citation_publication_date": 0.6, "citation_date": 0.6,
    "og:published_time": 0.8, "shareaholic:article_published_time": 0.8,
}  # fmt: skip
_MODIFIED_METAS = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "shareaholic:article_modified_time")  # fmt: skip
_PAGES = ("WebPage", "ItemPage", "FAQPage", "MedicalWebPage")


def published(head: Head, found: Places, url: str, language: str) -> list[Found]:
    """When the page, in `language`, may mean it was published (`Moment`), best first."""
    every = [
        *_in_json_ld(head.articles, "datePublished", "JSON-LD datePublished", 0.9),
        *_in_json_ld(head.of_type(*_PAGES), "datePublished", "JSON-LD WebPage datePublished", 0.85),
        *_in_metas(head, language),
    ]
    told = any(one.worth > 0.8 for one in every)
    day_first = None if told else _day_first(found, url, language)
    every += _marked(found, language, day_first, told)
    every += _in_updated(found)
    every = every or unmarked(found, language, day_first)
    return _ranked(_with_address(every, url))


def modified(head: Head, found: Places) -> list[Found]:
    """When the page may say it was last changed (`Moment`), best first."""
    every = _in_json_ld([*head.articles, *head.of_type("WebPage")], "dateModified", "JSON-LD dateModified", 0.9)
    for name in _MODIFIED_METAS:
        if moment := exact(head.meta(name)):
            every.append(Found(moment, f"meta {name}", 0.85))
    for element, rule in found.dates:
        if rule == _CHANGE or tells_of_update(element):
            moment = exact(element.get("datetime") or element.get("content") or element.get("title"))
            if moment:
                every.append(Found(moment, rule if rule.startswith("itemprop") else "time.updated", 0.8))
    every.sort(key=lambda one: -one.worth)
    return every


_CHANGE = "itemprop dateModified"

# -- told to machines


def _in_json_ld(nodes: Iterable[dict[str, Any]], key: str, rule: str, worth: float) -> list[Found]:
    """The first time that the objects have under `key`."""
    moments = (exact(said_text(node.get(key))) for node in nodes)
    return [Found(moment, rule, worth) for moment in islice(filter(None, moments), 1)]


def _in_metas(head: Head, language: str) -> list[Found]:
    every = []
    for name, worth in _PUBLISHED_METAS.items():
        said = head.meta(name)
        moment = (exact(said) or printed(said, language)) if said else None
        if moment:
            every.append(Found(moment, f"meta {name}", worth))
    return every


# -- marked as a date


def _marked(found: Places, language: str, day_first: bool | None, told: bool) -> list[Found]:
    """What the elements say that are marked as dates; their words and their surroundings count only where nothing was `told`."""
    headline = None if told else headline_in(found)
    every = []
    for order, (element, rule) in enumerate(found.dates[:40]):
        one = _dated(element, rule, language, day_first, not told and order < 12)
        if one is None:
            continue
        if not told and (in_card(element, found) or (headline is not None and in_site_head(element, headline))):
            continue
        every.append(Found(one.value, one.rule, round(one.worth - order * 0.002, 3)))
    return every


def _dated(element: HtmlElement, rule: str, language: str, day_first: bool | None, as_printed: bool) -> Found | None:
    """What a dated element says of publication; its words are read only `as_printed`."""
    if rule == _CHANGE or (tells_of_update(element) and "published" not in (element.get("class") or "").lower()):
        return None  # but "post-published updated" is a theme's one time for both
    moment = exact(_for_machines(element))
    if moment:
        return Found(moment, rule, _worth(element, rule))
    moment = _in_words_of(element, language, day_first) if as_printed else None
    if moment:
        worth = 0.45 if rule.startswith("class ") and rule[6:] in _GENERAL else _worth(element, rule)
        return Found(moment, f"{rule}, as printed", worth - 0.12)
    return None


_GENERAL = word_set(
    "byline entry-meta post-meta postmetadata meta postinfo post-info meta-info article-meta article-info single-meta"
)
"""Classes of the line that says who and when, and perhaps more."""


def _worth(element: HtmlElement, rule: str) -> float:
    """How far an element is trusted that is marked as a date by `rule`."""
    names = (element.get("class") or "").lower()
    if rule == "<time>" and "published" not in names and follows_update(element):
        return 0.36
    if rule.startswith("itemprop"):
        return 0.88 if "Published" in rule else 0.7
    if "published" in names.split():
        return 0.87
    if "entry-date" in names or "post-date" in names:
        return 0.8
    return 0.65


def _for_machines(element: HtmlElement) -> str | None:
    """The time that an element, or the first ``<time>`` in it, has in an attribute."""
    said = element.get("datetime") or element.get("content")
    if not said and element.tag in ("abbr", "span"):
        said = element.get("title")
    if not said and len(element):
        said = next((said for time in element.iter("time") if (said := time.get("datetime"))), None)
    return said


def _in_words_of(element: HtmlElement, language: str, day_first: bool | None) -> Moment | None:
    """The date that an element prints."""
    text = squash(said_of_publication(element)[:300])
    if len(text) > 160:
        text = line_of(element) or (text[:110] if element.tag == "p" else "")
    if not text or not YEAR.search(text):
        return None
    moment = printed(text, language, day_first)
    if moment is None and len(element):  # a calendar's leaf: <span>Mar</span><span>07</span><span>2019</span>
        moment = printed(squash(" ".join(element.itertext()))[:160], language, day_first)
    return moment


def _in_updated(found: Places) -> list[Found]:
    """The first time of hAtom's "updated": a post that was never changed may have no other."""
    marked = (one for one, _ in found.dates if "updated" in (one.get("class") or "").lower().split())
    moments = (exact(one.get("datetime") or one.get("title")) for one in marked)
    return [Found(moment, "class updated", 0.35) for moment in islice(filter(None, moments), 1)]


# -- the page's way of writing dates


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


# -- which is it


_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0\d|1[0-2])/([0-2]\d|3[01])(?:/|$)")


def _with_address(every: list[Found], url: str) -> list[Found]:
    """`every` with the day that the address says. A time that falls on it (or next to it: zones) is the post's own."""
    said = _URL_DATE.search(url)
    day = exact("-".join(said.groups())) if said else None
    if day is None:
        return every
    every = [*every, Found(day, "the address", 0.5)]
    return [Found(one.value, one.rule, one.worth + 0.1) if one.value.at[:10] == day.at[:10] else one for one in every]


def _ranked(every: list[Found]) -> list[Found]:
    """Each once, the best first; before a mere day a time of that day, where one is known."""
    ranked = sorted(every, key=lambda one: -one.worth)
    if ranked and ranked[0].value.precision == "local_day":
        day = ranked[0].value.at[:10]
        finer = (one for one in ranked if one.value.at[:10] == day and one.value.precision != "local_day")
        ranked[:0] = islice(finer, 1)
    return list(dict.fromkeys(ranked))
