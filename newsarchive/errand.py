"""What a crawl is sent to do where that is not all of a site: a worker's errand in a fleet (docs/scaling.md)."""

from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from newsarchive.discovery.entries import Entry
from newsarchive.tweets.outcome import Met
from newsarchive.wordpress.site import Site


@dataclass(frozen=True, kw_only=True)
class Errand:
    """A part of a crawl; without any of these it is the whole."""

    entries: tuple[Entry, ...] = ()
    """Only these are met, whatever the site's lists say."""
    hand_on: Callable[[list[tuple[Entry, bool]]], None] | None = None
    """Takes what is to be read, which is then not read by this crawl: entries, and whether their articles are (else threads alone)."""
    tweets: tuple[Met, ...] = ()
    """Only these are asked about, by the spider of tweets, and a line is had of each of which something is known."""
    hand_on_tweets: Callable[[list[Met]], None] | None = None
    """Takes at the end the tweets that still wait for an answer: of what this crawl read, or with `hand_on` all of the site."""
    site: Site | None = None
    """The site as an earlier errand has found it a short time ago; None where it is to be looked at first."""


_errands: "WeakKeyDictionary[Crawler, Errand]" = WeakKeyDictionary()


def send(crawler: Crawler, errand: Errand) -> None:
    """Gives a crawl its errand, before it begins."""
    _errands[crawler] = errand


def errand_of(crawler: Crawler) -> Errand:
    """The errand of a crawl; an empty one where it was given none."""
    return _errands.get(crawler) or Errand()
