"""Pages read in processes of their own, where a site may be read faster than one process can read its pages.

What reads a page is a plain function on bytes, so it can be called anywhere. Here, in the crawl's own process, is the
default: at the pace that a stranger's site can be asked for pages, a core idles most of the time.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import Any

log = logging.getLogger(__name__)

Call = Callable[[], Any]
"""A call that can be pickled, as its outcome can: a `functools.partial` of a module's function."""


def outcomes(calls: tuple[Call, ...]) -> list[Any]:
    """What each call returned, or the exception that it raised."""
    found: list[Any] = []
    for call in calls:
        try:
            found.append(call())
        except Exception as error:  # noqa: BLE001  whoever asked raises it: one call's error costs no other's outcome
            found.append(error)
    return found


class Readers:
    """Makes calls in `processes` processes of its own; in this one where that is 0, or where they have broken down."""

    def __init__(self, processes: int) -> None:
        self._pool: ProcessPoolExecutor | None = None
        if processes > 0:
            # Not forked: the archive's threads and locks would be copied with the rest.
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(processes, mp_context=spawn, initializer=_begin)

    async def __call__(self, *calls: Call) -> list[Any]:
        """The `outcomes` of calls that are made one after another."""
        if self._pool is not None:
            try:
                return await asyncio.get_running_loop().run_in_executor(self._pool, outcomes, calls)
            except BrokenExecutor as error:
                self.close()
                log.error("The processes that read pages have broken down, pages are read without them: %s", error)
        return outcomes(calls)

    def close(self) -> None:
        """Lets the processes go."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the crawl, which ends these processes itself
    threading.Thread(target=_end_with_the_crawl, daemon=True).start()


def _end_with_the_crawl() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()  # also returns where it was killed, of which the pool itself would never hear
    os._exit(1)
