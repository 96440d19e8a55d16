"""Dedupe and export as a crawl calls them."""

import asyncio
import errno
import json
import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from newsarchive.archive import archive_of
from newsarchive.archive.crawl import kind_of, options_of, setting
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.parts import OpenPart
from newsarchive.items import Article
from pipelines.dedupe import DedupePipeline
from pipelines.export import ExportPipeline
from tests.archive.conftest import article, comment, lines_of, thread


class DailySpider(scrapy.Spider):
    name = "daily"


class Steps:
    """The two pipelines of a crawl, called in their order."""

    def __init__(self, root: Path, **settings: Any):
        given = {"NEWSARCHIVE_STORE": str(root), "NEWSARCHIVE_SYNC_MS": 1, "NEWSARCHIVE_NEAR_WINDOW": 0, **settings}
        self.crawler: Crawler = get_crawler(DailySpider, given)
        self.crawler.spider = DailySpider.from_crawler(self.crawler)
        self.dedupe = DedupePipeline.from_crawler(self.crawler)
        self.export = ExportPipeline.from_crawler(self.crawler)

    async def _each(self, items: tuple[Any, ...]) -> list[Any]:
        await self.export.open_spider()
        try:
            return [await self._one(item) for item in items]
        finally:
            await self.export.close_spider()

    async def _one(self, item: Any) -> Any:
        try:
            return await self.export.process_item(await self.dedupe.process_item(item))
        except DropItem as dropped:
            return dropped

    def crawl(self, *items: Any) -> list[Any]:
        """What came of each item: itself, or the DropItem."""
        return asyncio.run(self._each(items))

    def stat(self, name: str) -> Any:
        assert self.crawler.stats is not None
        return self.crawler.stats.get_value(f"newsarchive/{name}", 0)

    def close(self) -> None:
        archive_of(self.crawler).close()


@pytest.fixture
def steps(root: Path) -> Iterator[Callable[..., Steps]]:
    made: list[Steps] = []

    def make(**settings: Any) -> Steps:
        for before in made:
            before.close()
        made.append(Steps(root, **settings))
        return made[-1]

    yield make
    made[-1].close()


def test_new_items_pass_and_unchanged_ones_are_dropped_quietly(steps, root):
    first = steps()
    assert [type(got) for got in first.crawl(article(1), thread(comment("9")))] == [Article, type(thread())]
    second = steps()
    (dropped,) = second.crawl(article(1, comment_count=4))
    assert isinstance(dropped, DropItem)
    assert dropped.log_level == "DEBUG"
    assert (second.stat("article/found"), second.stat("article/unchanged"), second.stat("article/new")) == (1, 1, 0)
    assert archive_of(second.crawler).known("article", "daily/1").comment_count == 4
    assert len(lines_of(root)) == 2


def test_a_changed_item_leaves_with_its_revision(steps):
    steps().crawl(article(1))
    again = steps()
    (got,) = again.crawl(article(1, text="Other words."))
    assert (got.revision, got.silent, len(got.previous_hash)) == (2, True, 64)
    assert (again.stat("article/changed"), again.stat("article/silent")) == (1, 1)


def test_the_same_article_twice_in_a_run_is_one(steps, root):
    crawl = steps()
    got = crawl.crawl(article(1), article(1), article(1, text="Other words."))
    assert [type(one).__name__ for one in got] == ["Article", "DropItem", "Article"]
    assert [json.loads(line)["revision"] for line in lines_of(root)] == [1, 2]


def test_an_item_that_another_pipeline_drops_is_read_again_within_the_run(steps, root):
    crawl = steps()

    async def dropped_between() -> list[Any]:
        await crawl.export.open_spider()
        first = article(1)
        await crawl.dedupe.process_item(first)
        twice = await crawl._one(article(1))
        crawl.dedupe.release(first)
        again = await crawl._one(article(1))
        await crawl.export.close_spider()
        return [type(twice), type(again)]

    assert asyncio.run(dropped_between()) == [DropItem, Article]
    assert len(lines_of(root)) == 1


def test_a_duplicate_that_is_dropped_does_not_free_the_first(steps, root):
    crawl = steps()

    async def dropped_twice() -> list[type]:
        await crawl.export.open_spider()
        first, second = article(1), article(1)
        await crawl.dedupe.process_item(first)
        got = [type(await crawl._one(second))]
        crawl.dedupe.release(second)
        got.append(type(await crawl._one(article(1))))
        await crawl.export.process_item(first)
        await crawl.export.close_spider()
        return got

    assert asyncio.run(dropped_twice()) == [DropItem, DropItem]
    assert len(lines_of(root)) == 1


def test_export_without_dedupe_still_numbers_and_hashes(steps, root):
    crawl = steps()

    async def alone() -> None:
        await crawl.export.open_spider()
        await crawl.export.process_item(article(1))
        await crawl.export.process_item(article(1, text="Other words."))
        with pytest.raises(DropItem):
            await crawl.export.process_item(article(1, text="Other words."))
        await crawl.export.close_spider()

    asyncio.run(alone())
    first, second = map(json.loads, lines_of(root))
    assert (second["revision"], second["previous_hash"]) == (2, first["content_hash"])


def test_a_dict_with_type_and_id_is_a_line(steps, root):
    item = msgspec.to_builtins(article(1)) | {"extra": [1]}
    (got,) = steps().crawl(item)
    assert got is item
    assert json.loads(lines_of(root)[0])["extra"] == [1]


def test_an_item_that_has_no_form_as_a_line_is_counted_as_failed_and_the_next_is_kept(steps, root):
    crawl = steps()

    async def both() -> None:
        await crawl.export.open_spider()
        with pytest.raises(TypeError):
            await crawl._one(msgspec.to_builtins(article(1)) | {"extra": object()})
        await crawl._one(article(2))
        await crawl.export.close_spider()

    asyncio.run(both())
    assert crawl.stat("export/failed") == 1
    assert [json.loads(line)["id"] for line in lines_of(root)] == ["daily/2"]


class OwnItem(scrapy.Item):
    type = scrapy.Field()
    id = scrapy.Field()
    title = scrapy.Field()


class FullItem(scrapy.Item):
    pass


for name in Article.__dataclass_fields__:
    FullItem.fields[name] = scrapy.Field()


def test_an_item_class_with_our_fields_is_a_line(steps, root):
    steps().crawl(FullItem(**msgspec.to_builtins(article(1))))
    assert json.loads(lines_of(root)[0])["id"] == "daily/1"


@pytest.mark.parametrize("item", [OwnItem(type="article", id="daily/1"), {"price": 3}, {"type": "article", "id": 5}])
def test_items_that_are_no_lines_pass_untouched(steps, root, item):
    crawl = steps()
    before = dict(item)
    assert crawl.crawl(item) == [item]
    assert dict(item) == before
    assert crawl.stat("export/passed_through") == 1
    assert lines_of(root) == []


def test_an_article_without_an_id_is_counted_as_failed_and_never_passes_as_kept(steps, root):
    crawl = steps()
    with pytest.raises(ValueError, match=r"Article of https://daily\.example/2026/05/bridge-1/ has no id"):
        crawl.crawl(article(1, id=""))
    assert (crawl.stat("export/failed"), crawl.stat("export/passed_through"), lines_of(root)) == (1, 0, [])


def test_an_item_passes_only_once_it_is_durable(steps, monkeypatch):
    crawl = steps()
    synced: list[int] = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda fd: (synced.append(fd), real(fd))[1])

    async def one() -> int:
        await crawl.export.open_spider()
        await crawl._one(article(1))
        return len(synced)

    assert asyncio.run(one()) == 1
    asyncio.run(crawl.export.close_spider())


def test_many_items_share_a_sync(steps, monkeypatch):
    crawl = steps(NEWSARCHIVE_SYNC_MS=50)
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)

    async def many() -> None:
        await crawl.export.open_spider()
        await asyncio.gather(*(crawl._one(article(number)) for number in range(60)))

    asyncio.run(many())
    assert len(synced) <= 2
    asyncio.run(crawl.export.close_spider())


def test_what_cannot_be_made_durable_is_counted_as_lost_and_ends_the_crawl(steps, root, monkeypatch, caplog):
    crawl = steps()

    def full(fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", full)
    with caplog.at_level(logging.ERROR):
        got = crawl.crawl(article(1), article(2))
    assert [type(one) for one in got] == [DropItem, DropItem]
    assert crawl.stat("export/failed") == 2
    assert crawl.stat("export/lines") == 0
    assert crawl.export.stopping == "archive_unwritable"
    why = f"cannot write the archive in {root / 'daily'}: the disk is full: make room there ([Errno 28] No space left on device)"
    assert f"The crawl stops: {why}" in caplog.text
    assert crawl.stat("export/unwritable") == why
    assert lines_of(root) == []


def test_lines_on_the_disk_that_the_index_could_not_take_in_count_as_kept(steps, root, monkeypatch):
    crawl = steps()

    def full(*_: Any, **__: Any) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    async def many() -> list[Any]:
        await crawl.export.open_spider()
        archive = archive_of(crawl.crawler)
        with monkeypatch.context() as broken:
            broken.setattr(archive._index, "commit", full)
            got = await asyncio.gather(*(crawl._one(article(number)) for number in (1, 2)))
        await crawl.export.close_spider()
        return got

    got = asyncio.run(many())
    assert [type(one) for one in got] == [DropItem, DropItem]
    assert crawl.export.stopping == "archive_unwritable"
    assert crawl.stat("export/lines") == 2
    again = steps()
    again.crawl()
    assert again.stat("archive/repaired/lines_recovered") == 2


def test_what_was_written_before_the_disk_was_full_counts_as_kept(steps, root, monkeypatch):
    crawl = steps(NEWSARCHIVE_SYNC_MS=10_000)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    async def many() -> list[Any]:
        await crawl.export.open_spider()
        waiting = [asyncio.ensure_future(crawl._one(article(number))) for number in (1, 2)]
        await asyncio.sleep(0)
        with monkeypatch.context() as broken:
            broken.setattr(OpenPart, "write", full)
            got = [await crawl._one(article(3))]
        crawl.export.group._enough.set()
        got += await asyncio.gather(*waiting)
        await crawl.export.close_spider()
        return got

    got = asyncio.run(many())
    assert [type(one) for one in got] == [DropItem, DropItem, DropItem]
    assert crawl.stat("export/lines") == 2
    again = steps()
    again.crawl()
    assert again.stat("archive/repaired/lines_recovered") == 2


def test_what_was_not_said_to_be_kept_is_found_again_by_the_next_run(steps, root, monkeypatch):
    with monkeypatch.context() as broken:

        def fails(fd: int) -> None:
            raise OSError(errno.EIO, "Input/output error")

        broken.setattr(os, "fdatasync", fails)
        steps().crawl(article(1))
    again = steps()
    again.crawl(article(1), article(2))
    assert again.stat("archive/repaired/lines_recovered") == 1
    assert [json.loads(line)["id"] for line in lines_of(root)] == ["daily/1", "daily/2"]


def test_an_index_that_breaks_under_a_crawl_ends_it_and_the_next_makes_it_anew(steps, root, monkeypatch, caplog):
    steps().crawl(article(1))
    crawl = steps()

    def broken(*_: Any, **__: Any) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(archive_of(crawl.crawler)._reader, "known", broken)
    with caplog.at_level(logging.ERROR):
        got = crawl.crawl(article(1), article(2))
    assert [type(one) for one in got] == [DropItem, DropItem]
    assert "The crawl stops" in caplog.text
    assert "is rebuilt by the next start" in caplog.text
    assert (crawl.stat("export/failed"), crawl.export.stopping) == (2, "archive_unwritable")
    again = steps()
    assert [type(one) for one in again.crawl(article(1), article(2))] == [DropItem, Article]
    assert archive_of(again.crawler).repaired.index_rebuilt is True


def test_an_archive_that_cannot_be_opened_ends_the_crawl(steps, root, caplog):
    root.parent.mkdir(exist_ok=True)
    root.write_text("in the way")
    crawl = steps()

    async def opened() -> None:
        await crawl.export.open_spider()
        with pytest.raises(DropItem):
            await crawl.export.process_item(article(1))

    asyncio.run(opened())
    assert crawl.export.stopping == "archive_unwritable"
    assert "a file stands where a directory should be" in caplog.text
    root.unlink()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NEWSARCHIVE_COMPRESSION", "rar"),
        ("NEWSARCHIVE_PART_LINES", "0"),
        ("NEWSARCHIVE_PART_BYTES", "many"),
        ("NEWSARCHIVE_LOCK_WAIT", "-1"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(name, value):
    with pytest.raises(ArchiveError, match=name):
        options_of(get_crawler(DailySpider, {name: value}).settings)


def test_a_setting_is_read_from_the_environment_unless_given_by_hand(monkeypatch):
    monkeypatch.setenv("NEWSARCHIVE_COMPRESSION", "zst")
    assert options_of(get_crawler(DailySpider).settings).compression == "zst"
    settings = Settings()
    settings.set("NEWSARCHIVE_COMPRESSION", "gz", priority="cmdline")
    assert setting(settings, "NEWSARCHIVE_COMPRESSION", "none") == "gz"


@pytest.mark.parametrize("item", [None, 3, "x", [], object()])
def test_what_is_no_item_is_no_line(item):
    assert kind_of(item) is None
