"""A crawl as other projects survive it, in a process of its own: ``bare.py jobdir|redis SITE DIRECTORY NAME [REDIS]``.

The spider reads the list and from it each article, and writes a line for each. ``jobdir`` is Scrapy's own JOBDIR,
``redis`` the shared scheduler of scrapy-redis.
"""

import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Reads the lists of a WordPress site and the article pages they name."""

    name = "bare"
    site = ""

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield self._list(1)

    def _list(self, page: int) -> scrapy.Request:
        url = f"{self.site}/wp-json/wp/v2/posts?per_page=20&page={page}&_fields=id,link"
        return scrapy.Request(url, callback=self.parse_list, cb_kwargs={"page": page}, priority=5)

    def parse_list(self, response: Response, page: int) -> Any:
        if page < int(response.headers["X-WP-TotalPages"]):
            yield self._list(page + 1)
        for post in response.json():
            yield scrapy.Request(post["link"], callback=self.parse_article, cb_kwargs={"id": post["id"]})

    def parse_article(self, response: Response, id: int) -> Any:
        yield {"type": "article", "id": str(id), "title": response.css("title::text").get()}


class LinesPipeline:
    """Writes each line at once, so that what is lost is the queue's doing and not that of a buffer."""

    def __init__(self, path: str) -> None:
        self.file = open(path, "a", encoding="utf-8")  # noqa: SIM115  (closed with the spider)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "LinesPipeline":
        return cls(crawler.settings["LINES"])

    def process_item(self, item: Any) -> Any:
        """The item, once it is written."""
        self.file.write(json.dumps(item) + "\n")
        self.file.flush()
        return item

    def close_spider(self) -> None:
        """Closes the file."""
        self.file.close()


def main(mode: str, site: str, directory: str, name: str, redis: str = "") -> int:
    """Crawls; exit code 0 where the crawl ended by itself."""
    settings: dict[str, Any] = {
        "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4, "LINES": f"{directory}/{name}.jsonl", "ITEM_PIPELINES": {LinesPipeline: 100},
    }  # fmt: skip
    if mode == "jobdir":
        settings["JOBDIR"] = f"{directory}/job"
    else:
        settings |= {
            "SCHEDULER": "scrapy_redis.scheduler.Scheduler",
            "DUPEFILTER_CLASS": "scrapy_redis.dupefilter.RFPDupeFilter",
            "SCHEDULER_PERSIST": True,
            "SCHEDULER_IDLE_BEFORE_CLOSE": 5,
            "REDIS_URL": redis,
        }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(BareSpider)
    process.crawl(crawler, site=site)
    process.start()
    return 0 if crawler.stats and crawler.stats.get_value("finish_reason") == "finished" else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
