"""The extension that shows how far a crawl is: a steady line on a terminal, a plain line a minute in a log."""

import asyncio
import logging
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from newsarchive.counting import counted, noun
from newsarchive.run import Run
from newsarchive.watching.logs import log_handler

log = logging.getLogger(__name__)


def progress_text(run: Run, stats: Mapping[str, Any], waiting: int) -> str:
    """One line: what was read so far, what waits, what went wrong."""
    listed = sum(source.listed for source in run.sources)
    totals = [source.total for source in run.sources if source.total]
    read = sum(run.captured.values())
    of = f" of {max(totals)}" if totals else f" of {listed} listed" if listed else ""
    return (
        f"{run.site}: {read}{of} {noun(max(totals, default=listed) or read, 'article')},"
        f" {counted(run.threads['read'], 'thread')} ({counted(run.threads['comments'], 'comment')}),"
        f" {counted(stats.get('downloader/request_count', 0), 'request')}, {waiting} waiting, {len(run.missing)} missing"
    )


class Progress:
    """Shows `progress_text` while a crawl runs; off where ``NEWSARCHIVE_PROGRESS_SECONDS`` is 0."""

    def __init__(self, crawler: Crawler, seconds: float) -> None:
        self.crawler = crawler
        self.seconds = seconds
        self.task: asyncio.Task[None] | None = None
        self.live: Live | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        seconds = crawler.settings.getfloat("NEWSARCHIVE_PROGRESS_SECONDS")
        if seconds <= 0:
            raise NotConfigured
        progress = cls(crawler, seconds)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Starts showing, for a spider that has a `run`."""
        run = getattr(spider, "run", None)
        if isinstance(run, Run):
            handler = log_handler()
            on_terminal = sys.stderr.isatty() and isinstance(handler, logging.StreamHandler)
            self.task = asyncio.ensure_future(self._steady(run, handler) if on_terminal else self._plain(run))

    def spider_closed(self) -> None:
        """Stops showing."""
        if self.task is not None:
            self.task.cancel()

    def _text(self, run: Run) -> str:
        engine, stats = self.crawler.engine, self.crawler.stats
        assert engine is not None
        assert stats is not None
        scheduler = getattr(engine, "scheduler", None)
        return progress_text(run, stats.get_stats(), len(scheduler) if scheduler is not None else 0)

    async def _plain(self, run: Run) -> None:
        while True:
            await asyncio.sleep(self.seconds)
            log.info("%s", self._text(run))

    async def _steady(self, run: Run, handler: Any) -> None:
        # Log lines go through rich's stand-in for stderr, so that they scroll above the line instead of tearing it.
        stream = handler.stream
        with Live(console=Console(stderr=True), refresh_per_second=4, transient=True) as live:
            handler.setStream(sys.stderr)
            try:
                while True:
                    live.update(Text(self._text(run), style="bold"))
                    await asyncio.sleep(0.5)
            finally:
                handler.setStream(stream)
