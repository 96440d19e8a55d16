"""How many comments a page says its article has."""

import html as html_entities
import re
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
    for counter in marks.having("wpd-thread-info", "wpdtc", "wc_header_text_count"):
        said = counter.get("data-comments-count") or counter.get("title") or counter.text_content()[:40]
        digits = re.sub(r"[^\d]", "", said)
        if digits:
            return int(digits[:9])
    for heading in _headings(marks):
        number = _said_number(squash(heading.text_content()))
        if number is not None:
            return number
    for place, name in marks.properties.items():
        if name not in ("commentCount", "interactionCount"):
            continue
        marked = marks.elements[place]
        said = squash(marked.get("content") or marked.text_content())
        if name == "interactionCount" and "omment" not in said:
            continue
        marked_number = re.search(r"\d{1,7}", said)
        if marked_number:
            return int(marked_number[0])
    page, bare = url.partition("#")[0].rstrip("/"), None
    for link, address in zip(marks.links, marks.addresses, strict=True):
        if "#" not in address or ("#comments" not in address and "#respond" not in address) or len(address) > 2000:
            continue
        target = urljoin(url, address).partition("#")[0].rstrip("/")
        if target == page:
            said = squash(link.text_content())
            number = _said_number(said) if not _RATING.search(said) else None
            if number is not None and any(map(str.isalpha, said)):
                return number
            bare = number if bare is None else bare  # "(45)" may as well count the ratings
    if bare is not None:
        return bare
    in_json = _JSON_COUNT.search(text) if '"commentCount"' in text else None
    return int(in_json[1]) if in_json else None


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
