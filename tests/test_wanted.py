"""What a run is to read, a batch at a time."""

import asyncio
from types import SimpleNamespace
from typing import Any

from newsarchive.agenda import Plan
from newsarchive.errand import Errand
from newsarchive.run import Run
from newsarchive.wanted import BATCH, Wanted


async def sizes(count: int, limit: int | None = None) -> list[int]:
    """Of the batches of a list of `count` articles."""
    urls = [f"https://example.org/{number}/" for number in range(count)]
    site: Any = SimpleNamespace(owns=lambda url: True, here=lambda url: url)
    agenda: Any = SimpleNamespace(meets=lambda entry: True, plan=lambda entry: Plan(article=True, thread=True))
    asked: Any = SimpleNamespace(urls=urls, limit=limit)
    none: Any = None
    wanted = Wanted(
        fetch=none, site=site, archive=none, agenda=agenda, asked=asked, errand=Errand(), run=Run(site="example")
    )
    return [len(batch) async for batch in wanted.batches()]


def test_a_list_of_any_length_comes_in_batches_whose_comments_one_request_can_name():
    assert asyncio.run(sizes(2 * BATCH + 10)) == [BATCH, BATCH, 10]
    assert asyncio.run(sizes(BATCH)) == [BATCH]
    assert asyncio.run(sizes(BATCH + 10, limit=BATCH)) == [BATCH]
    assert asyncio.run(sizes(BATCH + 10, limit=7)) == [7]
