"""The extension that hands a run's numbers on: one line in the log for whoever reads that, a file for Prometheus."""

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newsarchive.archive.crawl import setting
from newsarchive.watching.logs import dress, wants_json
from newsarchive.watching.prometheus import write_textfile

log = logging.getLogger(__name__)

_SCRAPYS = {
    "downloader/request_count": "requests",
    "downloader/response_bytes": "response_bytes",
    "retry/count": "retries",
    "log_count/ERROR": "errors_logged",
    "memusage/max": "memory_max_bytes",
    "elapsed_time_seconds": "seconds",
    "finish_reason": "finish_reason",
}
"""Scrapy's own stats that tell something about a run, by the names they get here."""


def numbers(stats: Mapping[str, Any]) -> dict[str, Any]:
    """The run's stats: all under ``newsarchive/`` without that prefix, and of Scrapy's own those that tell something, by name.

    >>> numbers({"newsarchive/article/new": 3, "downloader/request_count": 7, "start_time": 0})
    {'article/new': 3, 'requests': 7}
    """
    found = {
        name.removeprefix("newsarchive/"): value for name, value in stats.items() if name.startswith("newsarchive/")
    }
    found |= {ours: stats[theirs] for theirs, ours in _SCRAPYS.items() if theirs in stats}
    return dict(sorted(found.items()))


class Numbers:
    """Logs `numbers` as the crawl ends, and writes ``NEWSARCHIVE_PROMETHEUS_FILE`` then and every
    ``NEWSARCHIVE_PROMETHEUS_SECONDS`` before. It also gives the log its form, for crawls that no command of ours began."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.file = str(setting(crawler.settings, "NEWSARCHIVE_PROMETHEUS_FILE", "") or "")
        self.seconds = float(setting(crawler.settings, "NEWSARCHIVE_PROMETHEUS_SECONDS", 30))
        self.started_at = datetime.now(timezone.utc)
        self.task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Numbers":
        dress(crawler.settings)
        made = cls(crawler)
        crawler.signals.connect(made.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(made.spider_closed, signal=signals.spider_closed)
        return made

    def spider_opened(self, spider: Spider) -> None:
        """Starts writing the file."""
        if self.file and self.seconds > 0:
            self.task = asyncio.ensure_future(self._steadily(spider))

    async def _steadily(self, spider: Spider) -> None:
        while True:
            await asyncio.sleep(self.seconds)
            self._write(spider, None)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Logs the numbers, and writes the file for the last time."""
        if self.task is not None:
            self.task.cancel()
        ended_at = datetime.now(timezone.utc)
        found = self._numbers() | {
            "finish_reason": reason,
            "seconds": round((ended_at - self.started_at).total_seconds(), 3),
        }
        said = "" if wants_json(self.crawler.settings) else ": " + json.dumps(found, default=str)
        log.info("the run in numbers%s", said, extra={"facts": {"numbers": found}, "spider": spider})
        if self.file:
            self._write(spider, ended_at)

    def _numbers(self) -> dict[str, Any]:
        assert self.crawler.stats is not None
        return numbers(self.crawler.stats.get_stats())

    def _write(self, spider: Spider, ended_at: datetime | None) -> None:
        site = str(getattr(getattr(spider, "run", None), "site", None) or spider.name)
        path = Path(self.file.replace("{site}", site)).expanduser().absolute()
        try:
            write_textfile(
                path, self._numbers(), site=site, spider=spider.name, started_at=self.started_at, ended_at=ended_at
            )
        except ImportError:
            log.error("NEWSARCHIVE_PROMETHEUS_FILE needs the package prometheus-client, which is not installed")
            self.file = ""
        except OSError as error:
            log.error("the numbers for Prometheus cannot be written: %s", error)
