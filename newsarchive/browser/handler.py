"""Scrapy's HTTP, and scrapy-playwright for the requests that ask for it, started with the first of them."""

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, NotConfigured
from scrapy.http import Headers, Request, Response

from newsarchive.browser.chromium import find_chromium, launch_options, wanted
from newsarchive.browser.gate import Gate
from newsarchive.middlewares.addresses import given_url, host_in, private, resolve
from newsarchive.wordpress.forms import as_paths

log = logging.getLogger(__name__)

_DATA = frozenset({"xhr", "fetch"})
"""Kinds of resource that bring more than the page itself: its comments by AJAX, for one."""
_CHALLENGES = "/cdn-cgi/"
"""What Cloudflare answers in the site's place, and has sites forbid: without it no page passes its challenge."""


class BrowserHandler(HTTP11DownloadHandler):
    """Downloads as Scrapy does, and by a browser where ``meta["playwright"]`` is set.

    To be named for http and https in ``DOWNLOAD_HANDLERS``. Settings: ``NEWSARCHIVE_CHROMIUM`` (path of the browser;
    default: the system's, else Playwright's own), ``NEWSARCHIVE_BROWSER_PAGES`` (2: pages open at once),
    ``NEWSARCHIVE_BROWSER_SECONDS`` (180: for one page with its thread), ``NEWSARCHIVE_BROWSER_RENEW`` (50: a fresh
    profile after so many pages, which bounds its memory). Every page is closed, however it ends; a browser that crashes
    is started again for the next page; its failures are Scrapy's own exceptions, so that they are retried alike.
    """

    gate: type[Gate] = Gate
    """The way out to a site that is not local."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self.pages = settings.getint("NEWSARCHIVE_BROWSER_PAGES", 2)
        self.seconds = settings.getfloat("NEWSARCHIVE_BROWSER_SECONDS", 180.0)
        self.renew = settings.getint("NEWSARCHIVE_BROWSER_RENEW", 50)
        self._inner: Any = None
        self._starting = asyncio.Lock()
        self._room = asyncio.Semaphore(self.pages)
        self._opened = 0
        self._local_site = False
        self._gate = self.gate()
        self._agent = settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"]
        self._robots: dict[str, Any] = {}
        crawler.signals.connect(self._take_robots, signal=signals.robots_parsed)

    async def download_request(self, request: Request) -> Response:
        """The response to `request`."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)
        async with self._room:
            return await self._by_browser(request)

    async def close(self) -> None:
        """Closes the connections and the browser, if there is one."""
        await super().close()
        if self._inner is not None:
            await self._inner._close()
            self._inner = None
        await self._gate.close()

    async def _by_browser(self, request: Request) -> Response:
        from playwright.async_api import Error, TimeoutError
        from scrapy_playwright.page import PageMethod

        inner = await self._started()
        page = _Watched()
        self._opened += 1
        request.meta["playwright_context"] = f"newsarchive-{self._opened // self.renew}"
        request.meta["playwright_context_kwargs"] = {"service_workers": "block", "accept_downloads": False}
        request.meta["playwright_page_init_callback"] = page.watch
        request.meta.setdefault("playwright_page_goto_kwargs", {"wait_until": "domcontentloaded"})
        methods = list(request.meta.get("playwright_page_methods", ()))
        request.meta["playwright_page_methods"] = [*methods, PageMethod(page.take)]
        try:
            response = await asyncio.wait_for(inner._download_request(request), self.seconds)
        except (asyncio.TimeoutError, TimeoutError) as error:
            raise DownloadTimeoutError(
                f"the browser took more than {self.seconds:.0f} seconds for {request.url}"
            ) from error
        except Error as error:
            if "Connection closed" in str(error):
                self._inner = None  # Playwright's own process is gone: the next page starts another
            raise DownloadFailedError(f"the browser failed: {str(error).strip().splitlines()[0][:200]}") from error
        finally:
            await page.close()
            await self._drop_old_profiles(inner, request.meta["playwright_context"])
            request.meta["playwright_page_methods"] = methods  # the request may be sent again
            for key in ("playwright_page_init_callback", "playwright_page"):
                request.meta.pop(key, None)
        headers = Headers(page.headers or response.headers)
        # The length was that of what came over the network, not of the markup as it stands now.
        for name in ("Content-Length", "Content-Encoding", "Transfer-Encoding"):
            headers.pop(name, None)
        body = response.body if page.body is None else page.body
        return response.replace(status=page.status or response.status, headers=headers, body=body)

    async def _started(self) -> Any:
        async with self._starting:
            if self._inner is None:
                self._inner = await self._start()
            return self._inner

    async def _start(self) -> Any:
        try:
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
        except ImportError as error:
            raise NotConfigured("a browser was asked for, and scrapy-playwright is not installed") from error
        site = host_in(given_url(self._crawler.spider))
        self._local_site = private(site) or any(private(address) for address in await resolve(site)) if site else False
        chromium = find_chromium(self._crawler.settings.get("NEWSARCHIVE_CHROMIUM", ""))
        log.info("starting a browser: %s", chromium or "Playwright's own")
        inner = ScrapyPlaywrightDownloadHandler(self._crawler)
        # A proxy of the machine's resolves the names itself, and the gate could not go through it.
        gated = not self._local_site and not getproxies()
        gate = await self._gate.open() if gated else ""
        options = {**launch_options(chromium, gate=gate), **inner.config.launch_options}
        inner.config.launch_options = options
        inner.config.max_pages_per_context = self.pages
        inner.config.navigation_timeout_ms = min(self.seconds, 60.0) * 1000
        inner.abort_request = self._refuses
        await inner._launch()
        return inner

    def _refuses(self, asked: Any) -> bool:
        """Whether a page does not get what it asks for."""
        try:
            page_url = (
                asked.url
                if asked.is_navigation_request() and asked.frame.parent_frame is None
                else asked.frame.page.url
            )
        except Exception:  # noqa: BLE001 - Playwright raises its own Error where the frame is gone already; nothing is lost by refusing
            return True
        if not wanted(page_url, asked.url, asked.resource_type, local_site=self._local_site):
            return True
        return asked.resource_type in _DATA and self._forbidden(asked.url)

    def _take_robots(self, robotparser: Any, request: Request) -> None:
        """Keeps what a host's robots.txt says, as it was read for the first request to it."""
        self._robots[urlsplit(request.url).netloc] = robotparser

    def _forbidden(self, url: str) -> bool:
        """Whether robots.txt keeps a page's scripts from asking for `url`: they ask on our behalf."""
        parts = urlsplit(url)
        robots = self._robots.get(parts.netloc)
        if robots is None or parts.path.startswith(_CHALLENGES):
            return False
        return not all(robots.allowed(one, self._agent) for one in (url, *as_paths(url)))

    @staticmethod
    async def _drop_old_profiles(inner: Any, current: str) -> None:
        from playwright.async_api import Error

        for name, profile in list(inner.context_wrappers.items()):
            if name != current and not profile.context.pages:
                try:
                    await profile.context.close()
                except Error:
                    log.debug("the browser was gone before its profile %s could be closed", name)


class _Watched:
    """A page from its opening on: the answer whose document it shows, and that it is closed in the end.

    A challenge that the browser passes is followed by the page itself, at the same address.
    """

    def __init__(self) -> None:
        self.page: Any = None
        self.status = 0
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        """What came, where it is no HTML: of XML and JSON a browser shows something of its own making."""
        self._last: Any = None

    async def watch(self, page: Any, request: Request) -> None:
        self.page = page
        page.on("response", self._note)

    def _note(self, response: Any) -> None:
        if (
            response.request.is_navigation_request()
            and response.frame.parent_frame is None
            and not 300 <= response.status < 400
        ):
            self.status, self._last = response.status, response

    async def take(self, page: Any) -> None:
        """Takes what only an open page can give."""
        if self._last is None:
            return
        self.headers = await self._last.all_headers()
        if "html" not in self.headers.get("content-type", "html"):
            self.body = await self._last.body()

    async def close(self) -> None:
        from playwright.async_api import Error

        if self.page is None or self.page.is_closed():
            return
        try:
            await asyncio.wait_for(self.page.close(), 10)
        except (Error, asyncio.TimeoutError):
            log.debug("the browser was gone before its page could be closed")
