"""A worker: takes the next batch of one site after the other, crawls it in this process, publishes it, and says so."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from procrastinate.worker import Worker as Puller
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings

from newsarchive.archive.crawl import setting, use_archive
from newsarchive.discovery.entries import Entry
from newsarchive.errand import Errand, send
from newsarchive.fleet import batches
from newsarchive.fleet.archive import SharedArchive, opened, worker_name
from newsarchive.fleet.batches import MARKS, Batch, Outcome
from newsarchive.fleet.database import Connection, Hold, connect
from newsarchive.fleet.jobs import SITES, UPKEEP, ask_turn, queue
from newsarchive.tweets.outcome import Met
from newsarchive.wordpress.site import Site

log = logging.getLogger(__name__)

T = TypeVar("T")

LONGEST_SECONDS = 4 * 3600
"""A batch that takes longer hangs: its crawl is closed, and it is begun again."""
PAUSE_SECONDS = 10
"""Before a batch that failed is begun again."""
SITE_SECONDS = 3600
"""So long what was found of a site (its REST root, time zone) serves for its next batches."""
FIRST_REST_SECONDS = 15 * 60
"""A site that turns us away is left alone so long, twice as long each time, a day at most."""
LONGEST_REST_SECONDS = 24 * 3600


def judged(verdict: str | None, reason: str, *, stopping: bool) -> Outcome:
    """What a crawl's verdict (None for a spider without) and close reason make of its batch."""
    if stopping and reason != "finished":
        return Outcome(state="open", verdict="stopped")
    if verdict in ("refused", "broken"):
        return Outcome(state="open", verdict=verdict, refused=True)
    if verdict == "crashed" or reason != "finished":
        return Outcome(state="open", verdict=verdict or reason, fault=True)
    return Outcome(state="done", verdict=verdict or "complete")


class Worker:
    """Works on at most `sites` sites at a time, until it is stopped or, with `drain`, until nothing is left to do."""

    def __init__(self, settings: Settings, *, sites: int = 1, drain: bool = False):
        self.settings = settings.copy()
        self.settings.set("CLOSESPIDER_TIMEOUT", LONGEST_SECONDS, priority="cmdline")
        self.database = str(setting(settings, "NEWSARCHIVE_DATABASE", ""))
        self.sites = sites
        self.drain = drain
        self.name = worker_name()
        self.batch_size = int(setting(settings, "NEWSARCHIVE_FLEET_BATCH", 200))
        self._crawlers: set[Crawler] = set()
        self._found: dict[str, tuple[float, Site]] = {}
        """What was found of each site that this worker has been at, and until when that may be gone by (`time.monotonic`)."""
        self._pullers: list[Puller] = []
        self._stopping = False

    async def run(self) -> None:
        """Works. Raises where the database goes away: whoever started it starts it again."""
        app = queue(self.database)
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.stop)
        async with app.open_async():
            same: dict[str, Any] = {
                "additional_context": {"worker": self}, "install_signal_handlers": False, "delete_jobs": "successful",
                "fetch_job_polling_interval": 2.0, "shutdown_graceful_timeout": 60,
            }  # fmt: skip
            puller = Puller(app=app, queues=[SITES], concurrency=self.sites, name="sites", **same)
            upkeep = Puller(app=app, queues=[UPKEEP], concurrency=1, name="upkeep", **same)
            self._pullers = [puller, upkeep]
            self._app = app
            await self.give_turns()
            running = [asyncio.create_task(one.run()) for one in self._pullers]
            if self.drain:
                running.append(asyncio.create_task(self._until_nothing_is_left()))
            try:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self.stop()
                await asyncio.gather(*running)

    def stop(self) -> None:
        """Ends the worker: its crawls are closed, what they had is published, and the rest is left to others."""
        self._stopping = True
        for puller in self._pullers:
            puller.stop()
        for crawler in self._crawlers:
            self._closing = asyncio.ensure_future(crawler.stop_async())

    async def give_turns(self) -> None:
        """Gives a turn to each site that has something to do and none in the queue."""
        for site in await self._asked(batches.waiting):
            await ask_turn(self._app, site)

    async def _until_nothing_is_left(self) -> None:
        while not self._stopping and await self._asked(batches.busy):  # noqa: ASYNC110  (other processes are at it)
            await asyncio.sleep(1)

    async def _asked(self, question: Callable[[Connection], T]) -> T:
        """The answer to a question that is asked of the database."""

        def ask() -> T:
            with contextlib.closing(connect(self.database)) as connection:
                return question(connection)

        return await asyncio.to_thread(ask)

    async def next_batch(self, site: str) -> float | None:
        """Takes a site's next batch and sees it through. Returns after how many seconds the site may have another turn; None
        where nothing of it waits."""
        try:
            return await self._next_batch(site)
        except Exception:  # whatever goes wrong with a batch, it is begun again until it is set aside
            log.exception("A batch of %s could not be seen through", site)
            return PAUSE_SECONDS

    async def _next_batch(self, site: str) -> float | None:
        hold = await asyncio.to_thread(Hold, self.database, site)
        try:
            batch = None if self._stopping else batches.take(hold.connection, site, self.name)
            if batch is None:
                return 0 if self._stopping else None
            log.info("Batch %d of %s: %s (%d), try %d", batch.n, site, batch.kind, batch.size, batch.begun)
            archive = await asyncio.to_thread(opened, hold, batch, self.settings)
            try:
                return await self._see_through(archive, batch)
            finally:
                archive.close()
        finally:
            hold.close()

    async def _see_through(self, archive: SharedArchive, batch: Batch) -> float:
        found: list[tuple[Entry, bool]] = []

        def keep(more: list[tuple[Entry, bool]]) -> None:
            found.extend((replace(entry, post=None), article) for entry, article in more)

        left: list[Met] = []
        until, site = self._found.get(batch.site, (0.0, None))
        errand = (
            Errand(hand_on=keep, hand_on_tweets=left.extend)
            if batch.kind == "plan"
            else Errand(
                entries=tuple(batch.entries), tweets=tuple(batch.tweets), hand_on_tweets=left.extend,
                site=site if until > time.monotonic() else None,
            )
        )  # fmt: skip
        outcome = await self._crawl(archive, batch, errand)
        held = batches.held_back(archive.connection, batch.site) if batch.kind == "plan" else set()
        marks: dict[str, str] = {}
        if batch.kind == "plan":
            # A type of posts of the site's own has its marks under names like `articles/analyses`.
            marks = {name: archive.marks.pop(name) for name in list(archive.marks) if name.partition("/")[0] in MARKS}

        def conclude(connection: Connection) -> None:
            if outcome.state == "done":
                outcome.result["batches"] = self._add(
                    connection, batch, [one for one in found if one[0].url not in held]
                )
            if left:
                outcome.result["tweets_left"] = batches.add_tweets(connection, batch.site, left, self.batch_size)
            batches.conclude(connection, batch, outcome, marks if outcome.verdict == "complete" else None)

        await asyncio.to_thread(archive.publish, conclude)
        if outcome.state != "done":
            self._found.pop(batch.site, None)
        if outcome.refused:
            return min(FIRST_REST_SECONDS * 2**batch.refusals, LONGEST_REST_SECONDS)
        return PAUSE_SECONDS if outcome.fault else 0

    def _add(self, connection: Connection, plan: Batch, found: list[tuple[Entry, bool]]) -> int:
        """Makes batches of what a plan found; how many."""
        made = 0
        for kind, wanted in (("articles", True), ("threads", False)):
            entries = [entry for entry, article in found if article == wanted]
            for start in range(0, len(entries), self.batch_size):
                batches.add(connection, plan, kind, entries[start : start + self.batch_size])  # type: ignore[arg-type]
                made += 1
        return made

    async def _crawl(self, archive: SharedArchive, batch: Batch, errand: Errand) -> Outcome:
        """Crawls a batch. Raises ArchiveError where its lines could not be written."""
        crawler = AsyncCrawlerRunner(self.settings.copy()).create_crawler(batch.spider)
        send(crawler, errand)
        use_archive(crawler, archive)
        self._crawlers.add(crawler)
        try:
            await crawler.crawl_async(**batch.arguments)
        finally:
            self._crawlers.discard(crawler)
        if archive.failure is not None:
            raise archive.failure
        site = getattr(crawler.spider, "wordpress", None)
        if site is not None and errand.site is None and not getattr(crawler.spider, "by_browser", False):
            self._found[batch.site] = time.monotonic() + SITE_SECONDS, replace(site, home=None)
        stats = crawler.stats.get_stats() if crawler.stats else {}
        outcome = judged(
            stats.get("newsarchive/verdict"), str(stats.get("finish_reason", "crashed")), stopping=self._stopping
        )
        outcome.result |= {
            "lines": archive.counts["lines"],
            "requests": stats.get("downloader/request_count", 0),
            "seconds": round(stats.get("elapsed_time_seconds", 0), 1),
            "reasons": list(stats.get("newsarchive/verdict_reasons", ()))[:5],
        }
        run = getattr(crawler.spider, "run", None)
        if batch.kind == "plan" and run is not None and run.besides is not None:
            outcome.result["post_types"] = list(run.post_types)
            outcome.result["left_out"] = [[one.name, one.rest] for one in run.besides]
        if stats.get("finish_reason") == "memusage_exceeded":
            log.error("The memory limit is reached: the worker ends, to be started anew.")
            self.stop()
        return outcome
