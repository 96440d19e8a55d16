"""A bare Scrapy spider: downloads the addresses in a file and does nothing with them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Run by benchmarks/crawl.py with ``-a urls=FILE``."""

    name = "bare"
    custom_settings = {  # what both sides of the benchmark have in common
        "LOG_LEVEL": "WARNING",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "COOKIES_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "CONCURRENT_ITEMS": 4,
    }

    def __init__(self, name: str | None = None, urls: str = "", **kwargs: Any) -> None:
        super().__init__(name, **kwargs)
        self.urls = Path(urls).read_text("utf-8").split()

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for url in self.urls:
            yield scrapy.Request(url, dont_filter=True)

    def parse(self, response: Response) -> None:
        """Nothing: the download is all that is measured."""
