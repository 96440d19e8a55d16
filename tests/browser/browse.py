"""Opens a list of addresses by a browser and prints what came, as JSON: run as a program, with the job as JSON on standard input.

{"urls": […], "settings": {…}, "kill_after": how many pages until the browser is killed (0: never), "plain": true asks without a browser,
"names": addresses by name, all of them really on this machine}
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any, ClassVar

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from newsarchive.browser import BrowserFetch
from newsarchive.browser.gate import Gate
from newsarchive.browser.handler import BrowserHandler
from newsarchive.downloading import Downloader
from newsarchive.fetch import Ask, FetchError
from newsarchive.middlewares.addresses import AddressMiddleware, given_url
from tests.middlewares.crawl import MIDDLEWARES, SETTINGS

HANDLER = "newsarchive.browser.handler.BrowserHandler"


class Elsewhere(Gate):
    """A gate to names that only the test knows: what resolves to a public address is really on this machine."""

    names: ClassVar[dict[str, list[str]]] = {}

    def __init__(self) -> None:
        super().__init__(self._address, lambda address, port: asyncio.open_connection("127.0.0.1", port))

    async def _address(self, host: str) -> list[str]:
        return self.names.get(host, [])


class Unsuspecting(AddressMiddleware):
    """Takes every name for a public one, so that it is the gate alone that is put to the test."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Unsuspecting":
        async def public(host: str) -> list[str]:
            return ["93.184.216.34"]

        return cls(lambda: given_url(crawler.spider), public)


NODE = "/playwright/driver/"


def children(mark: str = "") -> list[int]:
    """Process ids of this process's descendants whose command line holds `mark`."""
    listed = subprocess.run(["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    family, found = {os.getpid()}, []
    for _ in range(6):
        family |= {int(pid) for pid, parent, _ in rows if int(parent) in family}
    for pid, _, arguments in rows:
        if int(pid) in family and mark in arguments and "pid=,ppid=" not in arguments and int(pid) != os.getpid():
            found.append(int(pid))
    return found


def browsers() -> list[int]:
    """The browser's own processes, not those of its pages."""
    return children("--remote-debugging-pipe")


class Pages(scrapy.Spider):
    name = "pages"

    def __init__(self, job: dict[str, Any]) -> None:
        super().__init__()
        self.job = job
        self.base = job.get("base") or job["urls"][0]
        self.seen: dict[str, Any] = {}

    async def start(self) -> AsyncIterator[Any]:
        for number, url in enumerate(self.job["urls"], 1):
            try:
                if self.job.get("plain"):
                    answer, thread = await Downloader(self.crawler)(Ask(url=url)), None
                else:
                    answer, thread = await BrowserFetch(self.crawler).read(Ask(url=url))
            except FetchError as error:
                self.seen[url] = f"FetchError: {error}"
            else:
                self.seen[url] = {
                    "status": answer.status,
                    "body": answer.body.decode("utf-8"),
                    "headers": dict(answer.headers),
                    "thread": thread and vars(thread),
                }
            if number == self.job.get("kill_after"):
                for pid in browsers():
                    os.kill(pid, signal.SIGKILL)
        handler = self.crawler.engine.downloader.handlers._get_handler("http")
        inner = getattr(handler, "_inner", None)
        self.seen["open pages"] = inner._get_total_page_count() if inner else 0
        self.seen["node processes"] = len(children(NODE))
        return
        yield


def main() -> None:
    job = json.load(sys.stdin)
    if "names" in job:
        Elsewhere.names = job["names"]
        BrowserHandler.gate = Elsewhere
    settings = {**SETTINGS, "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER}, **job.get("settings", {})}
    if "names" in job:
        settings["DOWNLOADER_MIDDLEWARES"] = {
            **MIDDLEWARES,
            "newsarchive.middlewares.AddressMiddleware": None,
            Unsuspecting: 760,
        }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Pages)
    process.crawl(crawler, job=job)
    process.start()
    stats = {name: value for name, value in crawler.stats.get_stats().items() if isinstance(value, int | float | str)}
    print(
        json.dumps(
            {"seen": crawler.spider.seen, "stats": stats, "left": len(children(NODE)) + len(children("--type="))}
        )
    )


if __name__ == "__main__":
    main()
