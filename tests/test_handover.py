"""Items on their way from a spider's start through the pipelines."""

import asyncio
from types import SimpleNamespace
from typing import Any

from newsarchive.handover import ITEMS, Handover


class Pipelines:
    """Take each item and hold it until `open` is set."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.done: list[int] = []
        self.open = asyncio.Event()

    async def start_itemproc_async(self, item: int, *, response: None) -> None:
        self.begun.append(item)
        await self.open.wait()
        self.done.append(item)


def handover(pipelines: Pipelines) -> Handover:
    crawler: Any = SimpleNamespace(engine=SimpleNamespace(scraper=pipelines))
    return Handover(crawler)


async def offer(handover: Handover, count: int) -> None:
    for number in range(count):
        await handover.item(number)


def test_no_more_items_are_on_their_way_than_there_may_be() -> None:
    async def run() -> tuple[int, bool]:
        pipelines = Pipelines()
        offering = asyncio.ensure_future(offer(handover(pipelines), ITEMS + 50))
        await asyncio.wait([offering], timeout=0.2)
        held, waits = len(pipelines.begun), not offering.done()
        pipelines.open.set()
        await offering
        return held, waits

    assert asyncio.run(run()) == (ITEMS, True)


def test_it_tells_when_all_items_have_been_taken() -> None:
    async def run() -> list[int]:
        pipelines = Pipelines()
        giver = handover(pipelines)
        await offer(giver, 3)
        asyncio.get_running_loop().call_later(0.01, pipelines.open.set)
        await giver.items_taken()
        return pipelines.done

    assert asyncio.run(run()) == [0, 1, 2]


def test_items_go_on_where_the_crawl_is_stopped() -> None:
    async def run() -> list[int]:
        pipelines = Pipelines()
        giver = handover(pipelines)
        await offer(giver, 2)
        waiting = asyncio.ensure_future(giver.items_taken())
        await asyncio.sleep(0)
        waiting.cancel()
        pipelines.open.set()
        await asyncio.wait([waiting])
        await giver.items_taken()
        return pipelines.done

    assert asyncio.run(run()) == [0, 1]
