"""A time of an article's, from what a machine or a reader reads in a page."""

import re
from dataclasses import dataclass
from datetime import timezone

from newsarchive.dates import parse_iso, parse_printed, wire
from newsarchive.items import Precision

YEAR = re.compile(r"(?:19|20|١٩|٢٠|۱۹|۲۰)\d\d|\d{1,2}[./]\d{1,2}[./]\d\d\b")
"""What a text has that says a full date."""


@dataclass(frozen=True)
class Moment:
    """A time of the article's, on the wire form."""

    at: str
    precision: Precision


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
