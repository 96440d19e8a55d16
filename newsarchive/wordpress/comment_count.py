"""How many comments a page says its article has."""

import html as html_entities
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from newsarchive.marks import Marks
from newsarchive.markup import squash

_HEADINGS = (
    "comments-title", "comment-title", "wp-block-comments-title", "comments-heading", "comment-reply-count", "comments-header",
)  # fmt: skip
_JSON_COUNT = re.compile(r'"commentCount"\s*:\s*"?(\d{1,7})\b')
_RATING = re.compile(r"[★☆⭐]|\d (?:from|out of|/) ?\d", re.I)
_QUOTED = re.compile(r"[“”„\"«»‘’‹›「」].*$", re.S)
_LEADING = re.compile(r"\D{0,12}?(\d{1,3}(?:[.,'\u00a0\u202f ]\d{3})+|\d{1,7})(?!\d|[.,]\d)")
_ONE = re.compile(
    r"(?:one|ein|eine|einen|un|una|uno|um|uma|één|een|en|ett|et|один|одна|jeden|jedna|jeden|bir|egy|yksi)\b", re.I
)


def declared_count(marks: Marks, text: str, url: str) -> int | None:
    """How many comments the page says there are: wpDiscuz' counter, the list's heading, microdata, its own comments link, JSON-LD.

    ``3 thoughts on “Top 10 …”`` is 3, ``One response to …`` is 1; None where nothing says a number.
    """
    return next((number for number in _said(marks, text, url) if number is not None), None)


def _said(marks: Marks, text: str, url: str) -> Iterator[int | None]:
    """What each place says that may say the number, the surest first."""
    yield from map(_in_counter, marks.having("wpd-thread-info", "wpdtc", "wc_header_text_count"))
    yield from (_said_number(squash(heading.text_content())) for heading in _headings(marks))
    yield from (_in_microdata(marks.elements[place], name) for place, name in marks.properties.items())
    yield _in_own_links(marks, url)
    in_json = _JSON_COUNT.search(text) if '"commentCount"' in text else None
    yield int(in_json[1]) if in_json else None


def _in_counter(counter: HtmlElement) -> int | None:
    """The number of wpDiscuz' counter; its text may be shortened ("1.5K")."""
    said = counter.get("data-comments-count") or counter.get("title") or counter.text_content()[:40]
    digits = re.sub(r"[^\d]", "", said)
    return int(digits[:9]) if digits else None


def _in_microdata(element: HtmlElement, name: str) -> int | None:
    """The number of an element with the itemprop `name`; an interaction may be another than a comment."""
    if name not in ("commentCount", "interactionCount"):
        return None
    said = squash(element.get("content") or element.text_content())
    number = re.search(r"\d{1,7}", said) if name == "commentCount" or "omment" in said else None
    return int(number[0]) if number else None


def _in_own_links(marks: Marks, url: str) -> int | None:
    """The number in a link to the page's own comments: one with words, else the first; "(45)" may as well count the ratings."""
    page, bare = url.partition("#")[0].rstrip("/"), None
    for link, address in zip(marks.links, marks.addresses, strict=True):
        if "#" not in address or ("#comments" not in address and "#respond" not in address) or len(address) > 2000:
            continue
        if urljoin(url, address).partition("#")[0].rstrip("/") != page:
            continue
        said = squash(link.text_content())
        number = _said_number(said) if not _RATING.search(said) else None
        if number is not None and any(map(str.isalpha, said)):
            return number
        bare = number if bare is None else bare
    return bare


def _headings(marks: Marks) -> list[HtmlElement]:
    """Headings of the comment section, the form's own left out."""
    found = marks.having(*_HEADINGS)
    found += [marks.ids["comments-title"]] if "comments-title" in marks.ids else []
    box = marks.ids.get("comments")
    if box is not None:
        found += [box] if box.tag in {"h1", "h2", "h3", "h4"} else []
        found += list(islice(box.iter("h2", "h3", "h4"), 6))
    form = [marks.ids[name] for name in ("respond", "commentform") if name in marks.ids]
    return [
        heading
        for heading in dict.fromkeys(found[:12])
        if heading.get("id") != "reply-title"
        and "comment-reply-title" not in (heading.get("class") or "")
        and not any(ancestor in form for ancestor in heading.iterancestors())
    ][:6]


def _said_number(text: str) -> int | None:
    """The number a heading or link begins with; None where it says none."""
    if not text or len(text) > 300:
        return None
    text = _QUOTED.sub("", html_entities.unescape(text)).strip()
    found = _LEADING.match(text)
    if found:
        return int(re.sub(r"\D", "", found[1]))
    if _ONE.match(text) and len(text) > 5:
        return 1
    numbers = re.findall(r"\d{1,7}", text)
    return int(numbers[0]) if len(numbers) == 1 and len(text) < 60 else None
