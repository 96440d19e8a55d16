"""Writes the lines: the last pipeline, and the only one after which an item is kept."""

import asyncio
import logging
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.archive import ArchiveBusy, ArchiveError, ArchiveUnwritable
from newsarchive.archive.crawl import GroupCommit, finish_uploads, kind_of, open_archive, setting
from newsarchive.counting import counted
from newsarchive.items import Line

log = logging.getLogger(__name__)


class ExportPipeline:
    """Appends each line to the archive and lets it pass once it is durable.

    So ``item_scraped``, Scrapy's own feeds and every later pipeline see only what is kept. Where the archive cannot be
    written the crawl is closed at once with the reason ``archive_unwritable`` (``archive_busy`` where another process
    holds the site), and each item that was not written is dropped and counted as ``newsarchive/export/failed``.
    Items that are no lines of ours pass untouched. Stats: ``newsarchive/export/lines``, ``bytes``, ``parts``,
    ``passed_through``, ``failed``, ``unwritable`` (why it cannot be written); with an S3 store ``newsarchive/upload/parts``, ``bytes``, ``pending``, ``aborted``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.group: GroupCommit | None = None
        self.stopping: str | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ExportPipeline":
        return cls(crawler)

    async def open_spider(self) -> None:
        """Opens the archive and repairs it where the last run died."""
        settings = self.crawler.settings
        try:
            archive = await open_archive(self.crawler)
        except ArchiveBusy as error:
            self._stop("archive_busy", str(error))
            return
        except ArchiveError as error:
            self._stop("archive_unwritable", str(error))
            return
        self.group = GroupCommit(
            archive,
            lines=int(setting(settings, "NEWSARCHIVE_SYNC_LINES", 100)),
            seconds=float(setting(settings, "NEWSARCHIVE_SYNC_MS", 20)) / 1000,
        )

    async def process_item(self, item: Any) -> Any:
        """The item, once its line is durable; DropItem where it repeats what is kept or could not be written."""
        kind = kind_of(item)
        if kind is None and isinstance(item, Line):
            self._count("failed")
            raise ValueError(f"{type(item).__name__} of {item.url} has no id and type to be kept under")
        if kind is None:
            self._count("passed_through")
            return item
        if self.group is None:
            raise self._failed(item)
        archive = self.group.archive
        try:
            kept = archive.append(item)
            if kept:
                await self.group.durable()
        except ArchiveUnwritable as error:
            self._stop("archive_unwritable", str(error))
            raise self._failed(item) from error
        except Exception:
            self._count("failed")  # an item that has no form as a line: Scrapy logs it, the exit code tells
            raise
        if not kept:
            raise DropItem("the archive holds this already", log_level="DEBUG")
        return item

    async def _finish_uploads(self) -> None:
        assert self.group is not None
        done = await self.group.call(finish_uploads, self.crawler)
        if done is not None:
            for name in ("parts", "bytes", "pending", "aborted"):
                self._count_as(f"newsarchive/upload/{name}", getattr(done, name))
            if done.pending:
                log.error(
                    "%s not on S3 yet (%s), but kept here: the next crawl or `scrapy archive push` uploads what waits.",
                    counted(done.pending, "part is", "parts are"), done.error or "no time left",
                )  # fmt: skip

    def _failed(self, item: Any) -> DropItem:
        self._count("failed")
        return DropItem("not kept: the archive cannot be written", log_level="DEBUG")

    def _count(self, what: str, count: int = 1) -> None:
        self._count_as(f"newsarchive/export/{what}", count)

    def _count_as(self, name: str, count: int) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(name, count)

    def _stop(self, reason: str, why: str) -> None:
        """Ends the crawl, once."""
        if self.stopping is None:
            self.stopping = reason
            log.error("The crawl stops: %s", why)
            self._say(why)
            asyncio.get_running_loop().call_soon(self._close, reason)

    def _say(self, why: str) -> None:
        """Leaves why the archive cannot be written to the verdict."""
        assert self.crawler.stats is not None
        self.crawler.stats.set_value("newsarchive/export/unwritable", why)

    def _close(self, reason: str) -> None:
        engine = self.crawler.engine
        if engine is not None and engine.spider is not None:
            self._closing = asyncio.ensure_future(engine.close_spider_async(reason=reason))

    async def close_spider(self) -> None:
        """Seals what is open, and counts what was written."""
        if self.group is None:
            return
        archive = self.group.archive
        try:
            await self.group.call(archive.seal if archive.failure is None else archive.salvage)
            await self._finish_uploads()
        except ArchiveUnwritable as error:
            log.error("The archive could not be closed well: %s. The next start repairs it.", error)
            await self.group.call(archive.salvage)
            self._count("failed", archive.unkept)
            self._say(str(error))
        finally:
            self.group.close()
            for name in ("lines", "bytes", "parts"):
                self._count(name, archive.counts["durable" if name == "lines" else name])
