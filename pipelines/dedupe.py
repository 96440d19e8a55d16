"""Decides what is new, changed or unchanged, and lets the unchanged go no further."""

from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from newsarchive.archive import ArchiveUnwritable, archive_of
from newsarchive.archive.crawl import kind_of
from newsarchive.content import plain


class DedupePipeline:
    """Compares each item with the archive by identity and content.

    New and changed items leave with ``revision``, ``previous_hash``, ``content_hash`` and what changed; an unchanged
    one is remembered as read and dropped without a word in the log. Items that are no lines of ours pass untouched.
    Stats: ``newsarchive/<type>/found`` and ``new``, ``changed``, ``unchanged``; ``newsarchive/article/silent`` and
    ``near_duplicate``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "DedupePipeline":
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.release, signal=signals.item_dropped)
        crawler.signals.connect(pipeline.release, signal=signals.item_error)
        return pipeline

    def _count(self, kind: str, what: str) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"newsarchive/{kind}/{what}")

    async def process_item(self, item: Any) -> Any:
        """The item with its revision, or DropItem where it is unchanged."""
        kind = kind_of(item)
        if kind is None:
            return item
        archive = archive_of(self.crawler)
        self._count(kind, "found")
        try:
            archive.identify(item)
            verdict = archive.judge(item, claim=True)
        except ArchiveUnwritable:
            return item  # the last pipeline stops the crawl for it
        self._count(kind, verdict.status)
        if verdict.status == "unchanged":
            line = plain(item)
            archive.saw(
                kind, line["id"], at=line["fetched_at"], modified_at=line.get("modified_at"),
                comment_count=line.get("declared_count" if kind == "comment_thread" else "comment_count"),
                complete=line.get("complete") if kind == "comment_thread" else None,
                urls=(line["url"], *(line.get("aliases") or ())) if kind == "article" else (),
            )  # fmt: skip
            raise DropItem(f"{kind} {line['id']} is unchanged", log_level="DEBUG")
        archive.stamp(item, verdict)
        if verdict.silent:
            self._count(kind, "silent")
        if verdict.near_duplicate_of:
            self._count(kind, "near_duplicate")
        return item

    def release(self, item: Any) -> None:
        """Takes back the claim of an item that another pipeline dropped or failed on."""
        if kind_of(item):
            archive_of(self.crawler).release(item)
