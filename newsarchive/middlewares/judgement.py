"""Each answer judged as it comes in, and the crawl stopped where the site refuses us."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from newsarchive.downloading import answer_of
from newsarchive.guard import Evidence, Expect, Incident, judge
from newsarchive.guard.incident import INCIDENT
from newsarchive.middlewares.addresses import NOT_THE_SITE, given_url, host_in
from newsarchive.middlewares.redirects import within
from newsarchive.middlewares.whole import DATALOSS
from newsarchive.run import Run

log = logging.getLogger(__name__)

EXPECT = "expect"
"""Key in ``request.meta`` under which a request may say what it expects (`newsarchive.guard.Expect`)."""

TROUBLES = frozenset({"server-error", "gateway-error", "maintenance", "database-error", "critical-error"})
"""Rules by which a site is down, though something answers."""
PATIENT_TRIES = 2
"""A 429 counts as a refusal only where its request has been asked again so often, with the rests between."""


def _early(request: Request, incident: Incident | None) -> bool:
    """Whether an answer is a 429 that may well pass: it counts neither way yet."""
    return (
        incident is not None
        and incident.rule == "rate-limited"
        and int(request.meta.get("retry_times", 0)) < PATIENT_TRIES
    )


def expectation(request: Request) -> Expect:
    """What `request` expects: as its ``meta`` says, else by its address, the first one where it was redirected."""
    given = request.meta.get(EXPECT)
    if isinstance(given, Expect):
        return given
    url = str(request.meta.get("redirect_urls", [request.url])[0]).partition("#")[0]
    path, _, query = url.partition("?")
    if path.endswith(("/admin-ajax.php", "/wpdiscuz-ajax.php")):
        return Expect(kind="ajax")
    if "/wp-json/" in path or path.endswith("/wp-json") or "rest_route=" in query:
        return Expect(kind="rest")
    if path.rstrip("/").endswith("/feed"):
        return Expect(kind="feed")
    if "sitemap" in path.rpartition("/")[2] and path.endswith(".xml"):
        return Expect(kind="sitemap")
    return Expect()


@dataclass
class Breaker:
    """Says when a crawl should stop: after so many bad answers in a row, or where they are too large a share of the last ones."""

    in_a_row: int
    """0: never."""
    share: float
    """Above 0 to 1; 0: never."""
    window: int = 50
    """Of how many last answers the share is taken; fewer are no measure."""
    _row: int = 0
    _last: deque[bool] = field(default_factory=deque)

    def note(self, bad: bool) -> bool:
        """Takes one answer into account; True where the crawl should stop."""
        self._row = self._row + 1 if bad else 0
        self._last.append(bad)
        if len(self._last) > self.window:
            self._last.popleft()
        if self.in_a_row and self._row >= self.in_a_row:
            return True
        return bool(self.share) and len(self._last) == self.window and sum(self._last) >= self.share * self.window


class JudgementMiddleware:
    """Judges every answer, leaves the incident in ``request.meta["incident"]``, and closes a crawl that gets nowhere.

    Close reason ``refused`` where the site turns us away (`Incident.refused`), ``unreachable`` where it does not answer
    at all or only with errors (`TROUBLES`). Only answers of the site's own hosts count: ``spider.allowed_domains``, else the host of ``spider.base`` or
    of the first start address. Once it has closed no request reaches the site any more.

    Settings: ``NEWSARCHIVE_REFUSED_IN_A_ROW`` (10), ``NEWSARCHIVE_REFUSED_SHARE`` (0.5, of the last 50),
    ``NEWSARCHIVE_FAILED_IN_A_ROW`` (30). 0 switches each off. Stats: ``newsarchive/incident/<rule>``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        settings = crawler.settings
        self.refused = Breaker(
            settings.getint("NEWSARCHIVE_REFUSED_IN_A_ROW", 10), settings.getfloat("NEWSARCHIVE_REFUSED_SHARE", 0.5)
        )
        self.failed = Breaker(settings.getint("NEWSARCHIVE_FAILED_IN_A_ROW", 30), 0.0)
        self.closed_for = ""
        self._closing: asyncio.Future[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "JudgementMiddleware":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises IgnoreRequest for the site's own addresses once the crawl is being closed."""
        if self.closed_for and self._own(request.url):
            raise IgnoreRequest(f"the crawl is being stopped: {self.closed_for}")

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response; its incident, if it has one, is in ``request.meta``."""
        if request.meta.get(NOT_THE_SITE):
            return response
        incident = incident_of(request, response, given_url(self.crawler.spider))
        if incident is None:
            request.meta.pop(INCIDENT, None)
        else:
            request.meta[INCIDENT] = incident
            assert self.crawler.stats is not None
            self.crawler.stats.inc_value(f"newsarchive/incident/{incident.rule}")
        self._note(incident is None, incident)
        if self._own(request.url):
            if self.failed.note(incident is not None and incident.rule in TROUBLES):
                self._close("unreachable", incident.reason if incident else "too many answers fail")
            if not _early(request, incident) and self.refused.note(incident is not None and incident.refused):
                self._close("refused", incident.reason if incident else "too many answers refuse us")
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Counts a failure to get any answer."""
        request.meta.pop(INCIDENT, None)
        if isinstance(exception, IgnoreRequest) or request.meta.get(NOT_THE_SITE):
            return
        self._note(False)
        if self._own(request.url) and self.failed.note(True):
            self._close("unreachable", f"{type(exception).__name__}: {str(exception)[:200]}")

    def _note(self, good: bool, incident: Incident | None = None) -> None:
        """Tells the account of the run, where the spider keeps one (``spider.run``)."""
        run = getattr(self.crawler.spider, "run", None)
        if isinstance(run, Run):
            now = datetime.now(timezone.utc)
            run.timeline.note(good, now)
            if incident is not None:
                run.met(incident, now)

    def _own(self, url: str) -> bool:
        spider = self.crawler.spider
        allowed = list(getattr(spider, "allowed_domains", None) or [host_in(given_url(spider))])
        return any(allowed) and within(url, [name for name in allowed if name])

    def _close(self, reason: str, why: str) -> None:
        if self.closed_for:
            return
        self.closed_for = reason
        log.error("the crawl is stopped, %s: %s", reason, why)
        assert self.crawler.engine is not None
        # Not awaited: closing waits for every request under way, this one among them.
        self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=reason))


def incident_of(request: Request, response: Response, home: str = "") -> Incident | None:
    """What is wrong with `response` as the answer to `request`; `home` is the site's home address.

    HTML from the site that nobody said anything of is held to be a page of it: a list, a comment page.
    """
    if DATALOSS in response.flags:
        evidence = _lost(response)
        return Incident(
            rule="cut-short",
            reason="The compressed answer breaks off",
            retryable=True,
            refused=False,
            evidence=evidence,
        )
    answer = answer_of(response.replace(request=request) if response.request is None else response)
    expect = expectation(request)
    if expect == Expect() and "html" in answer.media_type and home and host_in(answer.asked) == host_in(home):
        expect = Expect(kind="page", home=home)
    return judge(answer, expect)


def _lost(response: Response) -> Evidence:
    declared = (response.headers.get("Content-Length") or b"").decode("latin-1")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # of no bytes: they were thrown away
    matched = f"Content-Length: {declared[:20]}"
    return Evidence(status=response.status, url=response.url[:2_000], matched=matched, body_sha256=empty, body_bytes=0)


def last_incident(request: Any) -> Incident | None:
    """The incident of a request's last answer; None where there was none."""
    found = request.meta.get(INCIDENT)
    return found if isinstance(found, Incident) else None
