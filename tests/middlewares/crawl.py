"""Crawls a list of addresses with the middlewares in force and prints what came of each, as JSON: run as a program, with the job as JSON on standard input.

{"urls": […], "how": "scheduled" or "inline" (through ``engine.download_async``), "method": "GET", "settings": {…}, "allowed": […]}
"""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

MIDDLEWARES = {
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsarchive.middlewares.PatienceMiddleware": 550,
    "newsarchive.middlewares.JudgementMiddleware": 560,
    "newsarchive.middlewares.WholeMiddleware": 595,
    "newsarchive.middlewares.RedirectMiddleware": 600,
    "newsarchive.middlewares.AddressMiddleware": 760,
}
SETTINGS = {
    "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
    "METAREFRESH_ENABLED": False,
    "RETRY_TIMES": 4,
    "NEWSARCHIVE_RETRY_WAIT": 0.01,
    "NEWSARCHIVE_HOST_REST": 0.05,
    "NEWSARCHIVE_REFUSED_SHARE": 0,
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "DOWNLOAD_TIMEOUT": 5,
}


class Addresses(scrapy.Spider):
    name = "addresses"

    def __init__(self, urls: list[str], how: str, allowed: list[str], base: str = "", method: str = "GET") -> None:
        super().__init__()
        self.urls, self.how, self.allowed_domains = urls, how, allowed
        self.base = base or urls[0]
        self.method = method
        self.seen: dict[str, Any] = {}

    async def start(self) -> AsyncIterator[Any]:
        for url in self.urls:
            meta = {"handle_httpstatus_list": list(range(400, 600))}
            if self.how == "scheduled":
                yield scrapy.Request(
                    url, callback=self.parse, errback=self.failed, cb_kwargs={"asked": url}, meta=meta, dont_filter=True
                )
                continue
            try:
                assert self.crawler.engine is not None
                self.parse(
                    await self.crawler.engine.download_async(
                        scrapy.Request(url, method=self.method, meta=meta, callback=NO_CALLBACK, dont_filter=True)
                    ),
                    url,
                )
            except Exception as error:  # noqa: BLE001 - whatever comes is what the test asks for
                self.seen[url] = f"{type(error).__name__}: {error}"

    def parse(self, response: Response, asked: str) -> None:
        incident = response.meta.get("incident")
        self.seen[asked] = {
            "status": response.status,
            "url": response.url,
            "bytes": len(response.body),
            "tries": response.meta.get("retry_times", 0),
            "incident": incident and incident.rule,
        }

    def failed(self, failure: Any) -> None:
        self.seen[failure.request.cb_kwargs["asked"]] = f"{type(failure.value).__name__}: {failure.value}"


def main() -> None:
    job = json.load(sys.stdin)
    process = AsyncCrawlerProcess({**SETTINGS, **job.get("settings", {})})
    crawler = process.create_crawler(Addresses)
    process.crawl(
        crawler,
        urls=job["urls"],
        how=job["how"],
        allowed=job.get("allowed", []),
        base=job.get("base", ""),
        method=job.get("method", "GET"),
    )
    process.start()
    stats = crawler.stats.get_stats()
    kept = {name: value for name, value in stats.items() if name.startswith(("newsarchive/", "finish_reason"))}
    print(json.dumps({"seen": crawler.spider.seen, "stats": kept}))


if __name__ == "__main__":
    main()
