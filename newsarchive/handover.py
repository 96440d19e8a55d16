"""Between a spider's `start` and Scrapy's engine: items into the pipelines, no more pages than there is room for."""

import asyncio
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

ITEMS = 200
"""So many items of `start` may be on their way through the pipelines: twice what the archive makes durable together, so that
some are read while others are written."""
QUEUE = 50
"""So many article pages may wait in the scheduler; the lists are read on as it empties, so memory stays flat."""


class Handover:
    """Hands on what `start` finds, as fast as it is taken.

    An item that `start` yields would pass Scrapy's spider middlewares and a turn of its engine for itself, however many
    are waiting already, and at the end the engine would look only every five seconds whether they have all been taken.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def _engine(self) -> Any:
        assert self.crawler.engine is not None
        return self.crawler.engine

    async def item(self, item: Any) -> None:
        """Passes an item to the pipelines; waits while `ITEMS` are on their way."""
        task = asyncio.ensure_future(self._engine.scraper.start_itemproc_async(item, response=None))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.sleep(0)  # so that it begins, and a long list does not keep others from their turn
        # `wait` leaves the items alone where the crawl is stopped meanwhile.
        if len(self._under_way) >= ITEMS:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)

    async def items_taken(self) -> None:
        """Returns once every item has been through the pipelines."""
        while self._under_way:
            await asyncio.wait(self._under_way)

    async def room(self) -> None:
        """Returns once the scheduler has room for another page."""
        while self._engine.scheduler is not None and len(self._engine.scheduler) >= QUEUE:
            await self.crawler.signals.wait_for(signals.scheduler_empty)

    async def pages_read(self) -> None:
        """Returns once every page that was asked for has been read."""
        engine = self._engine
        while len(engine.scheduler or ()) or engine.downloader.active or not engine.scraper.slot.is_idle():  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # Scrapy has no event for it
