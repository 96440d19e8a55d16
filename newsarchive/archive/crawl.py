"""One archive a crawl: opened once, shared by pipelines, spider and extensions, closed when the crawl has ended."""

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from itemadapter import ItemAdapter
from scrapy import signals
from scrapy.crawler import Crawler

from newsarchive.archive.errors import ArchiveBusy, ArchiveError
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.layout import DIRECTORIES, ENDINGS, Site
from newsarchive.archive.options import Options
from newsarchive.archive.store import Archive
from newsarchive.items import Line

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket
    from newsarchive.archive.upload import Pushed, Uploader

log = logging.getLogger(__name__)

_archives: "WeakKeyDictionary[Crawler, Archive]" = WeakKeyDictionary()
_uploaders: "WeakKeyDictionary[Crawler, Uploader]" = WeakKeyDictionary()

LINE_FIELDS = (
    "type",
    "id",
    "site",
    "url",
    "fetched_at",
    "source",
    "revision",
    "previous_hash",
    "content_hash",
    "software",
)
"""The fields by which an item of any class is known for a line of the archive."""


def setting(settings: Any, name: str, default: Any) -> Any:
    """A setting of ours; one given by hand (``-s``, a spider's) wins over the environment variable of its name, that over settings.py."""
    by_hand = settings.getpriority(name) is not None and settings.getpriority(name) > 20
    if not by_hand and os.environ.get(name):
        return os.environ[name]
    value = settings.get(name)
    return default if value is None else value


def is_s3(store: str) -> bool:
    """Whether the archive's place is an S3 prefix."""
    return store.startswith("s3://")


def local_root(settings: Any) -> Path:
    """The directory in which lines are written: the store itself, or the spool of an S3 store."""
    store = str(setting(settings, "NEWSARCHIVE_STORE", "archive"))
    if is_s3(store):
        store = str(setting(settings, "NEWSARCHIVE_LOCAL", "archive"))
    if "://" in store:
        raise ArchiveError(f"NEWSARCHIVE_STORE is {store!r}: a directory or s3://bucket/prefix is needed")
    return Path(store).expanduser().absolute()


def options_of(settings: Any) -> Options:
    """The archive's options by the crawl's settings; raises ArchiveError where one makes no sense."""
    default = Options()

    def number(name: str, fallback: float, least: float) -> float:
        value = setting(settings, name, fallback)
        try:
            result = float(value)
        except (TypeError, ValueError):
            result = least - 1
        if not result >= least:
            raise ArchiveError(f"{name} is {value!r}: a number of at least {least:g} is needed")
        return result

    compression = str(setting(settings, "NEWSARCHIVE_COMPRESSION", default.compression))
    if compression not in ENDINGS:
        raise ArchiveError(f"NEWSARCHIVE_COMPRESSION is {compression!r}: one of {', '.join(ENDINGS)} is needed")
    return Options(
        compression=compression,
        part_lines=int(number("NEWSARCHIVE_PART_LINES", default.part_lines, 1)),
        part_bytes=int(number("NEWSARCHIVE_PART_BYTES", default.part_bytes, 1)),
        part_seconds=number("NEWSARCHIVE_PART_SECONDS", default.part_seconds, 1),
        lock_wait=number("NEWSARCHIVE_LOCK_WAIT", default.lock_wait, 0),
        votes_revise=_yes(setting(settings, "NEWSARCHIVE_VOTES_REVISE", default.votes_revise)),
        metrics_revise=_yes(setting(settings, "NEWSARCHIVE_METRICS_REVISE", default.metrics_revise)),
        near_window=int(number("NEWSARCHIVE_NEAR_WINDOW", default.near_window, 0)),
        near_similarity=number("NEWSARCHIVE_NEAR_SIMILARITY", default.near_similarity, 0),
    )


def _yes(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).strip().lower() in {"1", "true", "yes", "on"}


def site_name(crawler: Crawler) -> str:
    """The site a crawl archives: what its spider's ``run.site`` says, else the spider's name."""
    spider = crawler.spider
    if spider is None:
        raise RuntimeError("the archive is opened once the spider exists")
    return str(getattr(getattr(spider, "run", None), "site", None) or spider.name)


def archive_of(crawler: Crawler) -> Archive:
    """The archive of this crawl, opened when it is first asked for and closed when the engine has stopped.

    Raises ArchiveError where it cannot be opened.
    """
    archive = _archives.get(crawler)
    if archive is None and (database := str(setting(crawler.settings, "NEWSARCHIVE_DATABASE", ""))):
        from newsarchive.fleet.archive import of_crawl  # PostgreSQL's client: only for those who use it

        archive = of_crawl(database, site_name(crawler), crawler.settings)
        use_archive(crawler, archive)
        crawler.signals.connect(archive.close, signal=signals.engine_stopped, weak=False)
    if archive is None:
        store = str(setting(crawler.settings, "NEWSARCHIVE_STORE", "archive"))
        bucket = bucket_of(store, crawler.settings) if is_s3(store) else None
        root, name = local_root(crawler.settings), site_name(crawler)
        pruned = Holdings(Site(root, name), bucket, remote=False).file if bucket is not None else None
        # Nobody waits here: it would keep the crawl from hearing a Ctrl-C. `open_archive` does.
        archive = Archive(root, name, replace(options_of(crawler.settings), lock_wait=0), file=pruned)
        _archives[crawler] = archive
        if bucket is not None:
            from newsarchive.archive.upload import Uploader

            _uploaders[crawler] = uploader = Uploader(archive.site, bucket)
            archive.on_sealed = uploader.add
            uploader.start()
        crawler.signals.connect(archive.close, signal=signals.engine_stopped, weak=False)
        for name in ("parts_sealed", "lines_recovered", "torn_bytes", "manifest_added", "lines_indexed"):
            count = getattr(archive.repaired, name)
            if count and crawler.stats:
                crawler.stats.set_value(f"newsarchive/archive/repaired/{name}", count)
        if archive.repaired.damage and crawler.stats:
            crawler.stats.set_value("newsarchive/archive/damaged_parts", len(archive.repaired.damage))
    return archive


def use_archive(crawler: Crawler, archive: Archive) -> None:
    """Let `archive_of` give this archive to the crawl; whoever opened it closes it."""
    _archives[crawler] = archive


async def open_archive(crawler: Crawler) -> Archive:
    """`archive_of`, waiting up to ``NEWSARCHIVE_LOCK_WAIT`` seconds while another process writes the site."""
    until = time.monotonic() + options_of(crawler.settings).lock_wait
    said = False
    while True:
        try:
            return archive_of(crawler)
        except ArchiveBusy as error:
            if time.monotonic() >= until:
                raise
            if not said:
                log.warning("Waiting, as %s", error)
                said = True
            await asyncio.sleep(0.2)


def bucket_of(store: str, settings: Any) -> "Bucket":
    """The bucket and prefix that an S3 store names; raises ArchiveError where it names none."""
    from newsarchive.archive.s3 import Bucket  # boto3 takes a while to import: only for those who use it

    return Bucket(store, part_bytes=int(setting(settings, "NEWSARCHIVE_S3_PART_BYTES", 16 * 1024 * 1024)))


def finish_uploads(crawler: Crawler) -> "Pushed | None":
    """Wait for the crawl's uploads (``NEWSARCHIVE_UPLOAD_WAIT`` seconds at most), then prune local copies where the settings
    say so; None for a local store. It blocks: to be called in a thread."""
    uploader = _uploaders.get(crawler)
    if uploader is None:
        return None
    done = uploader.finish(float(setting(crawler.settings, "NEWSARCHIVE_UPLOAD_WAIT", 120)))
    if not _yes(setting(crawler.settings, "NEWSARCHIVE_KEEP_LOCAL", True)) and not done.pending:
        from newsarchive.archive.upload import prune

        prune(uploader.site, uploader.bucket)
    return done


def kind_of(item: Any) -> str | None:
    """The type of line an item is, by the fields of its class (`LINE_FIELDS`); None where it is no line of ours."""
    if isinstance(item, Line):
        return item.type if item.type in DIRECTORIES and isinstance(item.id, str) and item.id else None
    if not ItemAdapter.is_item(item):
        return None
    line = ItemAdapter(item)
    kind = line.get("type")
    if kind not in DIRECTORIES or not isinstance(line.get("id"), str) or not line["id"]:
        return None
    if isinstance(item, Mapping) and not hasattr(item, "fields"):
        return str(kind)
    names = set(line.field_names())
    return str(kind) if names.issuperset(LINE_FIELDS) else None


class GroupCommit:
    """Makes lines durable many at a time: whoever waits is told once the flush that covers their line is done.

    A flush begins when `lines` wait or the first has waited `seconds`, and runs in a thread of its own, so that the
    crawl goes on meanwhile.
    """

    def __init__(self, archive: Archive, *, lines: int = 100, seconds: float = 0.02):
        self.archive = archive
        self._lines = lines
        self._seconds = seconds
        self._waiting: list[asyncio.Future[None]] = []
        self._enough = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="archive")

    async def durable(self) -> None:
        """Return once all that has been appended so far is durable; raises ArchiveUnwritable where it will not be."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[None] = loop.create_future()
        self._waiting.append(waiting)
        if len(self._waiting) >= self._lines:
            self._enough.set()
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        await waiting

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if len(self._waiting) < self._lines:
                try:
                    await asyncio.wait_for(self._enough.wait(), self._seconds)
                except asyncio.TimeoutError:
                    log.debug("flushing %d lines", len(self._waiting))
            self._enough.clear()
            batch, self._waiting = self._waiting, []
            error: BaseException | None = None
            try:
                await loop.run_in_executor(self._thread, self.archive.flush)
            except Exception as failure:  # noqa: BLE001  (whatever it is, those who wait must hear of it)
                error = failure
            for waiting in batch:
                if waiting.done():
                    continue  # its crawl has given up waiting
                if error is None:
                    waiting.set_result(None)
                else:
                    waiting.set_exception(error)

    async def call(self, function: Any, *arguments: Any) -> Any:
        """Run something that blocks in the thread that flushes."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=True)
