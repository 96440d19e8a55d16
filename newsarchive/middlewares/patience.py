"""Asking again: later and later, with jitter, bounded; and letting a host that says it has enough rest as a whole."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Request, Response
from scrapy.utils.asyncio import call_later
from scrapy.utils.misc import load_object

from newsarchive.guard import Incident
from newsarchive.middlewares.addresses import NOT_THE_SITE, given_url, host_in
from newsarchive.middlewares.judgement import last_incident
from newsarchive.middlewares.whole import DATALOSS

log = logging.getLogger(__name__)

ONE_MORE_LOOK = frozenset(
    {
        "redirect-home",
        "other-domain",
        "redirect-unfollowed",
        "listing",
        "no-article",
        "soft-404",
        "login-wall",
        "not-xml",
        "not-json",
    }
)
"""Rules whose answer is mostly meant, and now and then a slip of a cache or a balancer: such an answer is asked for once more."""
ROBOTS_SECONDS = 20
"""So long the robots.txt of another service may take: the crawl ends only after it, and articles do not need it."""
RESTING = frozenset({429, 503})
"""Statuses by which a host says that it has enough."""
TRIES = "retry_times"
"""Key in ``request.meta``: how often it has been asked again; Scrapy's own name, so that its tools know it."""

LOOKED = "newsarchive_looked"
"""Key in ``request.meta``: for which reasons it has been asked again."""

Handed = TypeVar("Handed")


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """What a ``Retry-After`` says: seconds, or a date; None where it says neither. Never below 0."""
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=timezone.utc)
    return max(0.0, (at - now).total_seconds())


@dataclass(kw_only=True)
class Waits:
    """How long to wait."""

    first_seconds: float
    """Before the first new try; each next one waits twice as long."""
    most_seconds: float
    """A wait of our own is never longer."""
    most_asked_seconds: float
    """What a site asks for by ``Retry-After`` is honoured up to this."""

    def seconds(self, tries: int, asked: float | None, chance: float) -> float:
        """The wait before try number `tries` (1, 2 …); `chance`, 0 to 1, makes it half as long up to half as long again. What is `asked` for is a minimum."""
        own = min(self.most_seconds, self.first_seconds * 2.0 ** min(tries - 1, 30)) * (0.5 + chance)
        return own if asked is None else max(own, min(asked, self.most_asked_seconds))


class PatienceMiddleware:
    """In place of Scrapy's RetryMiddleware: asks again after a failure, an error status or an answer that is not the page.

    What is asked again: exceptions of ``RETRY_EXCEPTIONS``, statuses of ``RETRY_HTTP_CODES``, and answers whose incident
    (left by `JudgementMiddleware`) is retryable. At most ``RETRY_TIMES`` times, a refusal or an answer of
    `ONE_MORE_LOOK` once each; then the last answer is handed on, or the last exception. A request that was redirected
    starts again from its first address. ``meta["dont_retry"]`` and ``meta["max_retry_times"]`` work as with Scrapy.

    A 429 or 503 lets its whole host rest: requests to it wait before they are sent, those to other hosts do not, for
    a waiting request takes none of the ``CONCURRENT_REQUESTS`` places. Waiting ends at once when the crawl closes.

    It works alike for scheduled requests and for ``engine.download_async``.

    Settings: ``NEWSARCHIVE_RETRY_WAIT`` (2 seconds), ``NEWSARCHIVE_RETRY_WAIT_MAX`` (120), ``NEWSARCHIVE_RETRY_AFTER_MAX``
    (600), ``NEWSARCHIVE_HOST_REST`` (10: the first rest of a host that gives no time; it doubles). Stats:
    ``newsarchive/retry/count``, ``newsarchive/retry/given_up``, ``newsarchive/retry/<reason>``, ``newsarchive/retry/waited_seconds``.
    """

    def __init__(
        self,
        crawler: Crawler,
        *,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        today: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
    ) -> None:
        settings = crawler.settings
        self.crawler, self.sleep, self.clock, self.chance, self.today = crawler, sleep, clock, chance, today
        self.times = settings.getint("RETRY_TIMES")
        self.codes = {int(code) for code in settings.getlist("RETRY_HTTP_CODES")}
        self.exceptions = tuple(load_object(name) for name in settings.getlist("RETRY_EXCEPTIONS"))
        self.priority = settings.getint("RETRY_PRIORITY_ADJUST")
        most = settings.getfloat("NEWSARCHIVE_RETRY_WAIT_MAX", 120.0)
        asked = settings.getfloat("NEWSARCHIVE_RETRY_AFTER_MAX", 600.0)
        self.waits = Waits(
            first_seconds=settings.getfloat("NEWSARCHIVE_RETRY_WAIT", 2.0), most_seconds=most, most_asked_seconds=asked
        )
        self.rests = Waits(
            first_seconds=settings.getfloat("NEWSARCHIVE_HOST_REST", 10.0), most_seconds=most, most_asked_seconds=asked
        )
        self._until: dict[str, float] = {}
        self._rested: dict[str, int] = {}
        self._held: deque[tuple[Any, Callable[[], None]]] = deque(maxlen=100)
        self._aside = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PatienceMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Waits while the request's host rests."""
        if request.meta.get(NOT_THE_SITE):
            return
        if self._anothers_robots(request):
            request.meta.update(download_timeout=ROBOTS_SECONDS, max_retry_times=0)
        host = host_in(request.url)
        while (left := self._until.get(host, 0.0) - self.clock()) > 0:
            # The wait is spread a little, so that all that waited do not come at once.
            if not await self._wait(left * (1 + 0.1 * self.chance())):
                return

    def _anothers_robots(self, request: Request) -> bool:
        """Whether Scrapy asks, by itself, for the robots.txt of a service at which something is looked up."""
        if not request.meta.get("dont_obey_robotstxt") or not request.url.endswith("/robots.txt"):
            return False
        spider = self.crawler.spider
        own = {host_in(given_url(spider)).removeprefix("www."), *(getattr(spider, "allowed_domains", None) or ())}
        return host_in(request.url).removeprefix("www.") not in own

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """The response, or the request again after a wait."""
        if request.meta.get(NOT_THE_SITE):
            return response
        host, incident = host_in(request.url), last_incident(request)
        asked = None
        if response.status in RESTING:
            header = (response.headers.get("Retry-After") or b"").decode("latin-1")
            asked = retry_after_seconds(header, self.today())
            self._rest(request, host, asked)
        elif incident is None and response.status < 400:
            self._rested.pop(host, None)
        reason = self._reason(response, incident)
        if not reason:
            return response
        if self._once(incident) and reason in request.meta.get(LOOKED, ()):
            return self._given_up(request, reason, response)
        again = await self._again(request, reason, asked)
        if again is None:
            self._given_up(request, reason, None)
            if DATALOSS in response.flags:
                raise ResponseDataLossError("the compressed answer breaks off")
        return again or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """The request again after a wait; None hands the exception on."""
        if request.meta.get(NOT_THE_SITE) or not isinstance(exception, self.exceptions):
            return None
        again = await self._again(request, type(exception).__name__, None)
        return again if again is not None else self._given_up(request, type(exception).__name__, None)

    def _reason(self, response: Response, incident: Incident | None) -> str:
        if incident is not None:
            return incident.rule if incident.retryable or incident.rule in ONE_MORE_LOOK else ""
        return f"status-{response.status}" if response.status in self.codes else ""

    @staticmethod
    def _once(incident: Incident | None) -> bool:
        if incident is None:
            return False
        return incident.rule in ONE_MORE_LOOK or (incident.refused and incident.rule != "rate-limited")

    def _given_up(self, request: Request, reason: str, handed_on: Handed) -> Handed:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value("newsarchive/retry/given_up")
        log.info("given up after %d tries (%s): %s", int(request.meta.get(TRIES, 0)) + 1, reason, request.url)
        return handed_on

    async def _again(self, request: Request, reason: str, asked: float | None) -> Request | None:
        """The request to send after a wait; None where it has been asked often enough."""
        stats = self.crawler.stats
        assert stats is not None
        most = request.meta.get("max_retry_times")
        most = self.times if most is None else int(most)
        tries = int(request.meta.get(TRIES, 0)) + 1
        if request.meta.get("dont_retry") or tries > most:
            return None
        seconds = self.waits.seconds(tries, asked, self.chance())
        log.debug("asked again in %.1f s (%s): %s", seconds, reason, request.url)
        if not await self._wait(seconds):
            return None
        stats.inc_value("newsarchive/retry/count")
        stats.inc_value(f"newsarchive/retry/{reason}")
        again = self._from_its_beginning(request, tries)
        again.meta[LOOKED] = (*request.meta.get(LOOKED, ()), reason)
        return again

    def _from_its_beginning(self, request: Request, tries: int) -> Request:
        again = request.copy()
        first = request.meta.get("redirect_urls", [None])[0]
        if first and request.method == "GET":
            again = request.replace(url=first)
            for key in ("redirect_times", "redirect_ttl", "redirect_urls", "redirect_reasons"):
                again.meta.pop(key, None)
            again.meta.pop("download_slot", None)
        again.meta[TRIES] = tries
        again.dont_filter = True
        again.priority = request.priority + self.priority
        return again

    def _rest(self, request: Request, host: str, asked: float | None) -> None:
        """Lets `host` rest: as long as it asks, else longer each time. Answers that were under way when it began count once."""
        now = self.clock()
        if asked is None and now < self._until.get(host, 0.0):
            return
        if now >= self._until.get(host, 0.0):
            self._rested[host] = self._rested.get(host, 0) + 1
        seconds = (
            min(asked, self.waits.most_asked_seconds)
            if asked is not None
            else self.rests.seconds(self._rested[host], None, self.chance())
        )
        self._until[host] = max(self._until.get(host, 0.0), now + seconds)
        log.info("%s rests for %.0f s", host, seconds)
        self._hold(request, self._until[host] - now)

    def _hold(self, request: Request, seconds: float) -> None:
        """Holds what waits in the downloader's own queue for the host; those requests have passed `process_request` long ago."""
        downloader: Any = getattr(self.crawler.engine, "downloader", None)
        slot = downloader.slots.get(downloader.get_slot_key(request)) if downloader is not None else None
        if slot is None:
            return

        def go_on() -> None:
            slot.latercall = None
            downloader._process_queue(slot)

        # Scrapy 2.19 sends nothing from a slot whose `latercall` is set; its download delay works the same way.
        if slot.latercall is not None:
            slot.latercall.cancel()
        slot.latercall = call_later(seconds, go_on)
        self._held.append((slot, go_on))

    def _let_go(self) -> None:
        """Ends every hold, so that a crawl that closes need not wait for them."""
        while self._held:
            slot, go_on = self._held.pop()
            if slot.latercall is not None:
                slot.latercall.cancel()
                go_on()

    async def _wait(self, seconds: float) -> bool:
        """Waits, taking no place of the downloader's; False where the crawl is closing, and at once."""
        stats = self.crawler.stats
        assert stats is not None
        waited = stats.get_value("newsarchive/retry/waited_seconds", 0.0) + seconds
        stats.set_value("newsarchive/retry/waited_seconds", round(waited, 3))
        with self._set_aside():
            while seconds > 0 and not self._is_closing():
                await self.sleep(min(seconds, 1.0))
                seconds -= 1.0
        if self._is_closing():
            self._let_go()
            return False
        return True

    @contextmanager
    def _set_aside(self) -> Iterator[None]:
        """Gives the downloader one place more while a request waits, up to four times its own."""
        downloader: Any = getattr(self.crawler.engine, "downloader", None)
        places = self.crawler.settings.getint("CONCURRENT_REQUESTS")
        grows = downloader is not None and places > 0 and self._aside < 3 * places
        if grows:
            self._aside += 1
            downloader.total_concurrency += 1
        try:
            yield
        finally:
            if grows:
                self._aside -= 1
                downloader.total_concurrency -= 1

    def _is_closing(self) -> bool:
        # Scrapy 2.19 tells nobody that a spider is closing before every request under way has ended, and ours may wait long.
        slot = getattr(self.crawler.engine, "_slot", None)
        return slot is not None and slot.closing is not None
