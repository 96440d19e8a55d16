"""The browser as the `Fetch` that this package's readers take."""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK

from newsarchive.browser.pressing import Limits, Thread, open_thread, pass_challenge
from newsarchive.downloading import FAILURES, checked, failure_of
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.guard import Expect, judge
from newsarchive.guard.incident import BY_SCRIPT
from newsarchive.middlewares.judgement import EXPECT

THREAD = "newsarchive_thread"
"""Key in ``request.meta`` under which the `newsarchive.browser.pressing.Thread` stands, as a dict, when the page has come."""


FILL_SECONDS = 8.0
"""So long may the scripts of a page take to put its article there."""
_FAILURES: tuple[type[Exception], ...] = (*FAILURES, NotConfigured)


def browser_request(
    url: str, *, thread: bool = True, limits: Limits | None = None, meta: Mapping[str, Any] | None = None, **given: Any
) -> Request:
    """A request that a browser opens, challenges passed and, if `thread`, its comments opened as far as they go; `given` goes to Request."""
    from scrapy_playwright.page import PageMethod

    expect = (meta or {}).get(EXPECT)
    found: dict[str, Any] = {}  # one for all copies of the request: it may be sent again

    async def read(page: Any) -> None:
        found.clear()
        if not await pass_challenge(page, _is_challenge):
            return
        if expect is not None:
            await pass_challenge(page, partial(_is_unfilled, url, expect), FILL_SECONDS)
        if thread:
            found.update(asdict(await open_thread(page, limits)))

    more = {"playwright": True, "playwright_page_methods": [PageMethod(read)], THREAD: found}
    return Request(url, meta={**(meta or {}), **more}, **given)


def _is_challenge(body: bytes) -> bool:
    incident = judge(Answer(url="", status=200, body=body), Expect())
    return incident is not None and incident.refused


def _is_unfilled(url: str, expect: Expect, body: bytes) -> bool:
    incident = judge(Answer(url=url, status=200, body=body), expect)
    return incident is not None and incident.rule in BY_SCRIPT


class BrowserFetch:
    """A `Fetch` by a browser: its answers hold the markup as it stands once every comment that can be is shown.

    Goes through Scrapy's downloader as any request does (robots.txt, throttling, retries, the guard), and needs
    `newsarchive.browser.handler.BrowserHandler` in ``DOWNLOAD_HANDLERS``.
    """

    def __init__(self, crawler: Crawler, limits: Limits | None = None, *, thread: bool = True) -> None:
        self.crawler = crawler
        self.limits = limits
        self.thread = thread
        """Whether a page's comments are opened."""

    async def __call__(self, ask: Ask) -> Answer:
        """The page at ``ask.url``; raises FetchError where it cannot be opened, and for a POST."""
        answer, _ = await self.read(ask)
        return answer

    async def read(self, ask: Ask) -> tuple[Answer, Thread | None]:
        """The page at ``ask.url`` and how far its thread was opened (None where it was not tried)."""
        if ask.form is not None:
            raise FetchError("a browser opens pages, it posts no forms")
        assert self.crawler.engine is not None
        request = browser_request(
            ask.url, thread=self.thread, limits=self.limits, headers=dict(ask.headers), callback=NO_CALLBACK
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except _FAILURES as error:
            raise failure_of(error) from error
        found = response.request.meta.get(THREAD) if response.request is not None else None
        opened = Thread(**found) if found else None
        return checked(response), opened
