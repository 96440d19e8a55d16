"""The look-ups of one crawl: opened once from its settings, shared by pipeline and spider, through Scrapy's own downloader."""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from twisted.internet.defer import AlreadyCalledError

from newsarchive.archive.crawl import bucket_of, is_s3, local_root, options_of, setting
from newsarchive.archive.errors import ArchiveBusy, ArchiveError
from newsarchive.downloading import answer_of, reason_of, request_of
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.middlewares.addresses import NOT_THE_SITE
from newsarchive.tweets.address import MIRRORS
from newsarchive.tweets.hosts import Clock, Lane, Resting, SystemClock
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.lookup import Lookups
from newsarchive.tweets.outcome import Met
from newsarchive.tweets.parts import Pushed, push
from newsarchive.tweets.resolvers import DEFAULT, Context, load
from newsarchive.tweets.states import moment_of

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket

log = logging.getLogger(__name__)

SLOT = "tweets"
"""The downloader slot of these requests. The resolvers' lanes set the pace, so it needs no delay of its own."""

_services: "WeakKeyDictionary[Crawler, Service]" = WeakKeyDictionary()


@dataclass
class Service:
    """What pipeline and spider work with."""

    log: ObservationLog
    lookups: Lookups
    mirrors: frozenset[str]
    budget_seconds: float
    """For the look-ups of one item."""
    bucket: "Bucket | None" = None
    """Where the log's parts are put, of an archive on S3."""
    push_seconds: float = 3600.0
    """So often while the crawl runs, and once at its end."""
    pushed_at: float = field(default_factory=time.monotonic)

    def now(self) -> str:
        """The time, on the wire form."""
        return moment_of(self.lookups.clock.now())

    async def push(self, *, ending: bool = False) -> Pushed | None:
        """Puts what was observed since the last time on S3, where the archive is there and it is time; gives what came of it."""
        if self.bucket is None or not (ending or time.monotonic() - self.pushed_at >= self.push_seconds):
            return None
        self.pushed_at = time.monotonic()
        try:
            return await asyncio.to_thread(push, self.log.path, self.bucket, self.lookups.clock.now())
        except (ArchiveBusy, OSError, sqlite3.Error) as error:
            return Pushed(error=str(error))

    async def settle(self) -> None:
        """Waits for answers on their way, for as long as an item would."""
        await self.lookups.close(self.budget_seconds)

    def left(self, site: str, ids: Iterable[str] | None = None) -> list[Met]:
        """Those of `ids` (None: of all that was met on `site`) that somebody would be asked about now, the most referenced first."""
        some = self.log.waiting(site) if ids is None else [self.log.targets(ids)]
        return self.log.met(site, [target.id for targets in some for target in self.lookups.due(targets)])

    async def close(self) -> None:
        """`settle`, and lets the log go."""
        await self.settle()
        self.lookups.shut()
        self.log.close()


def service_of(crawler: Crawler, *, clock: Clock | None = None) -> Service:
    """The service of this crawl, opened by the first call. A spider with ``sweeps_tweets`` has its requests gathered by account.

    Raises ValueError for settings that make no sense and `sqlite3.Error` where the log cannot be opened.
    """
    if crawler not in _services:
        _services[crawler] = _open(
            crawler, bool(getattr(crawler.spider, "sweeps_tweets", False)), clock or SystemClock()
        )
    return _services[crawler]


def forget(crawler: Crawler) -> None:
    """Forgets the service of a crawl that has ended."""
    _services.pop(crawler, None)


def names_of(value: Any) -> list[str]:
    """A list setting: a list, or names separated by commas."""
    parts: Sequence[Any] = value.split(",") if isinstance(value, str) else value or ()
    return [str(part).strip() for part in parts if str(part).strip()]


def log_path(settings: Any) -> Path:
    """Where the observations are: beside the archive, or where NEWSARCHIVE_TWEET_LOG says."""
    own = setting(settings, "NEWSARCHIVE_TWEET_LOG", "")
    return Path(str(own)).expanduser() if own else local_root(settings) / "tweets.sqlite3"


def _open(crawler: Crawler, gather: bool, clock: Clock) -> Service:
    def look(name: str, default: Any) -> Any:
        return setting(crawler.settings, name, default)

    def count(name: str, by: int) -> None:
        if crawler.stats:
            crawler.stats.inc_value(f"newsarchive/tweets/{name}", by)

    keep_back = str(look("NEWSARCHIVE_TWEET_XAPI_KEEP_BACK", "1")).strip().lower() not in {"0", "false", "no", "off"}
    observations = ObservationLog(log_path(crawler.settings), keep_back=keep_back)
    store = str(look("NEWSARCHIVE_STORE", "archive"))
    try:
        observations.renew()
        context = Context(
            setting=look, spent_usd=observations.spent_usd, owe=observations.owe, settle=observations.settle,
            now=lambda: moment_of(clock.now()), stats=count,
        )  # fmt: skip
        resolvers = load(names_of(look("NEWSARCHIVE_TWEET_RESOLVERS", DEFAULT)), context)
        for resolver in resolvers:
            if resolver.stopped:
                log.info("tweets: %s is not asked: %s", resolver.name, resolver.stopped)
        budget = float(look("NEWSARCHIVE_TWEET_BUDGET_SECONDS", 5.0))
        lookups = Lookups(
            observations, resolvers, ScrapyFetch(crawler, longest_seconds=0 if gather else 2 * budget + 5), clock=clock,
            pace=float(look("NEWSARCHIVE_TWEET_PACE", 1.0)),
            linger_seconds=float(look("NEWSARCHIVE_TWEET_BATCH_SECONDS", 1.0)), gather=gather, count=count,
        )  # fmt: skip
        return Service(
            log=observations,
            lookups=lookups,
            mirrors=MIRRORS | frozenset(names_of(look("NEWSARCHIVE_TWEET_MIRRORS", ()))),
            budget_seconds=budget,
            bucket=bucket_of(store, crawler.settings) if is_s3(store) else None,
            push_seconds=options_of(crawler.settings).part_seconds,
        )
    except (ArchiveError, ValueError, OSError, sqlite3.Error):
        observations.close()
        raise


class ScrapyFetch:
    """Requests of the resolvers through Scrapy's downloader: every status comes back, nothing is repeated or followed.

    A token in a header stays out of Scrapy's HTTP cache, and out of captures (``meta["newsarchive_private"]``).
    """

    def __init__(self, crawler: Crawler, *, longest_seconds: float = 0) -> None:
        """`longest_seconds`: no answer is waited for longer, as the crawl ends only after it; 0 for DOWNLOAD_TIMEOUT."""
        self.crawler = crawler
        longest = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        self.timeout_seconds = min(longest, longest_seconds or longest)

    async def __call__(self, lane: Lane, ask: Ask) -> Answer:
        """The answer; FetchError where there is none, Resting once the crawl is closing."""
        engine = self.crawler.engine
        if engine is None or engine.spider is None or not engine.running:
            raise Resting("the crawl is closing")
        request = request_of(ask)
        request.meta.update(
            {
                "download_slot": SLOT,
                NOT_THE_SITE: True,
                "handle_httpstatus_all": True,
                "dont_redirect": True,
                "dont_retry": True,
                "dont_cache": True,
                "allow_offsite": True,
                "autothrottle_dont_adjust_delay": True,
                "newsarchive_private": "Authorization" in request.headers,
                "download_timeout": self.timeout_seconds,
            }
        )
        if lane.robots:
            request.meta["dont_obey_robotstxt"] = True
        try:
            response = await engine.download_async(request)
        except AlreadyCalledError as error:  # what Twisted makes of it when this task is cancelled
            raise asyncio.CancelledError from error
        except Exception as error:  # a download fails in many ways; each is no answer, and none may end the crawl
            raise FetchError(reason_of(error)) from error
        return answer_of(response)
