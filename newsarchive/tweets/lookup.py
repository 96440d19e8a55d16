"""Asks the resolvers about tweets, each at its pace, each tweet once, and writes down whatever comes back."""

import asyncio
import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from math import inf

from newsarchive.dates import parse_iso
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.tweets.hosts import AskThrough, Clock, Gate, Lane, LaneFetch, Resting, SystemClock
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Observation, Target
from newsarchive.tweets.resolvers import Resolver
from newsarchive.tweets.states import LONGEST_WAIT, Record, ruling
from newsarchive.tweets.turn import Turn

log = logging.getLogger(__name__)


class Lookups:
    """The chain of resolvers over one log of observations.

    A tweet is asked about by one task at a time, however many documents and processes wait for it; what a task has
    learnt is in the log before anybody hears of it.
    """

    def __init__(
        self,
        observations: ObservationLog,
        resolvers: Sequence[Resolver],
        fetch: LaneFetch,
        *,
        clock: Clock | None = None,
        pace: float = 1.0,
        linger_seconds: float = 1.0,
        gather: bool = False,
        count: Callable[[str, int], None] = lambda name, by: None,
    ) -> None:
        """`linger_seconds`: so long a request that may be shared waits for company; `gather`: so do all that could share one."""
        self.log = observations
        self.resolvers = list(resolvers)
        self.clock = clock or SystemClock()
        self.turn = Turn(observations.path)
        self.gate = Gate(fetch, observations, clock=self.clock, pace=pace)
        self._linger = linger_seconds
        self._gather = gather
        self._count = count
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._open: dict[tuple[str, str], _Batch] = {}
        self._load: Counter[Lane] = Counter()  # requests that stand in line
        self._running: set[asyncio.Task[None]] = set()
        self._said_busy = False
        self._said_broken: set[str] = set()

    def due(
        self, targets: Sequence[Target], *, forced: bool = False, records: Mapping[str, Record] | None = None
    ) -> list[Target]:
        """The targets that some resolver would be asked about now, in the same order; `records` saves reading them."""
        usable = [one for one in self.resolvers if not one.stopped]
        if not usable or not targets:
            return []
        if records is None:
            records = self.log.records(target.id for target in targets)
        return [
            target
            for target in targets
            if self._next(target, records.get(target.id) or Record(id=target.id), forced, frozenset()) is not None
        ]

    def _next(self, target: Target, record: Record, forced: bool, asked: Collection[str]) -> Resolver | None:
        """The first resolver in the chain that would be asked about `target` now and has not been in this round."""
        now = self.clock.now()
        for resolver in self.resolvers:
            if resolver.stopped or resolver.name in asked or not resolver.wants(target, record):
                continue
            if forced or resolver.name not in record.next_tries:
                return resolver
            when = parse_iso(record.next_tries[resolver.name])
            if when is not None and (when <= now or when > now + LONGEST_WAIT):
                return resolver
        return None

    async def look_up(
        self,
        targets: Sequence[Target],
        *,
        budget_seconds: float | None,
        patience_seconds: float | None = None,
        forced: bool = False,
    ) -> None:
        """Asks about `targets` and comes back when all is answered or the budget is spent, whichever is first.

        What is still under way then goes on by itself and is written down; what could not even begin within the budget
        is not begun. None is no budget: it takes what it takes. `patience_seconds`: so long a host's rest is waited
        for, and another process that asks; by default the budget. Never raises for a failure of a resolver.
        """
        budget = inf if budget_seconds is None else budget_seconds
        patience = budget if patience_seconds is None else patience_seconds
        if not self.turn.open:
            began = time.monotonic()
            if not await self._take_turn(patience):
                return
            if budget_seconds is not None:
                budget = budget_seconds = max(budget_seconds - (time.monotonic() - began), 0.0)
        waiting, until = set(), time.monotonic() + budget
        for target in targets:
            task = self._tasks.get(target.id)
            if task is None:
                task = asyncio.ensure_future(self._resolve(target, budget, until, patience, forced))
                self._tasks[target.id] = task
                task.add_done_callback(partial(self._done, target.id))
            waiting.add(task)
        if waiting:
            await asyncio.wait(waiting, timeout=budget_seconds)

    async def _take_turn(self, seconds: float) -> bool:
        if not await self.turn.take(seconds, self.clock.sleep):
            if not self._said_busy:
                self._said_busy = True
                log.warning("tweets: another process asks about tweets at the moment; what it leaves stays pending")
            return False
        if self.turn.others_until is not None:
            self.gate.renew(self.turn.others_until)
        return True

    def _done(self, tweet_id: str, task: asyncio.Task[None]) -> None:
        self._tasks.pop(tweet_id, None)
        if not self._tasks:
            self.turn.release()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the look-up of %s failed: %r", tweet_id, error)

    async def close(self, seconds: float) -> None:
        """Waits up to `seconds` for what is under way, so that no answer on its way is lost; then lets the rest go."""
        for batch in list(self._open.values()):
            self._flush(batch)
        under_way = {*self._tasks.values(), *self._running}
        if under_way:
            await asyncio.wait(under_way, timeout=seconds)
        left = [task for task in under_way if task.cancel()]
        if left:
            await asyncio.wait(left, timeout=seconds)  # the log is let go after this: none may still write
        self.turn.release()

    # -------------------------------------------------------------------------------------------------- one tweet

    async def _resolve(self, target: Target, budget: float, until: float, patience: float, forced: bool) -> None:
        asked: set[str] = set()
        while time.monotonic() < until:
            record = self.log.records([target.id]).get(target.id) or Record(id=target.id)
            resolver = self._next(target, record, forced, asked)
            if resolver is None:
                return
            asked.add(resolver.name)
            if self.gate.wait_seconds(resolver.lane, self._load[resolver.lane]) > budget:
                continue  # it stays due: a later run or the sweep asks
            await self._share(resolver, target, budget, until, patience)

    async def _share(self, resolver: Resolver, target: Target, budget: float, until: float, patience: float) -> None:
        key = (resolver.name, resolver.group(target))
        batch = self._open.get(key)
        requests = 0 if batch is not None and resolver.waits else 1
        if batch is None:
            batch = self._open[key] = _Batch(resolver, key, patience)
            linger = self._linger if resolver.waits or (self._gather and resolver.batch > 1) else 0.0
            batch.timer = asyncio.get_running_loop().call_later(min(linger, budget / 2), self._flush, batch)
        batch.targets.append(target)
        batch.until = max(batch.until, until)
        if len(batch.targets) >= resolver.batch:
            self._flush(batch)
        self._load[resolver.lane] += requests
        try:
            await asyncio.shield(batch.done)
        finally:
            self._load[resolver.lane] -= requests

    def shut(self) -> None:
        """Lets the files of the turn go; nothing can be asked after it."""
        self.turn.close()

    def _flush(self, batch: "_Batch") -> None:
        if self._open.get(batch.key) is batch:
            del self._open[batch.key]
        if batch.timer is not None:
            batch.timer.cancel()
            batch.timer = None
            task = asyncio.ensure_future(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _run(self, batch: "_Batch") -> None:
        try:
            await self._ask(batch)
        except sqlite3.Error as error:
            batch.resolver.stopped = f"the log of observations cannot be written: {error}"
            if batch.resolver.stopped not in self._said_broken:  # by each resolver, and each batch that was on its way
                self._said_broken.add(batch.resolver.stopped)
                log.error("%s", batch.resolver.stopped)
        finally:
            if not batch.done.done():
                batch.done.set_result(None)

    async def _ask(self, batch: "_Batch") -> None:
        resolver = batch.resolver
        told: set[str] = set()
        at = resolver.context.now()
        try:
            async for observed in resolver.resolve(batch.targets, self._asker(batch)):
                self._keep(resolver, observed)
                told.update(one.id for one in observed)
            return
        except Resting as rest:
            log.debug("%s: %s", resolver.name, rest)
            return
        except FetchError as error:
            why = str(error)
        except sqlite3.Error:
            raise
        except Exception as error:
            log.warning("the resolver %s failed", resolver.name, exc_info=True)
            why = f"{type(error).__name__}: {error}"
        self._keep(
            resolver, [resolver.unanswered(target, at, why) for target in batch.targets if target.id not in told]
        )

    def _keep(self, resolver: Resolver, observed: list[Observation]) -> None:
        self.log.append(observed)
        for one in observed:
            self._count(f"{resolver.name}/{one.answer}", 1)
            if ruling(one).kind == "refused" and not resolver.stopped:
                resolver.stopped = f"{one.answer}: {one.detail or one.http_status}"
                log.warning("%s is not asked any more in this run: %s", resolver.name, resolver.stopped)

    def _asker(self, batch: "_Batch") -> AskThrough:
        resolver = batch.resolver

        async def ask(lane: Lane, request: Ask, going_out: Callable[[], None] | None = None) -> Answer:
            def begin() -> None:
                if not batch.answered and time.monotonic() > batch.until:
                    raise Resting(f"{lane.host} has kept others waiting until there was no time left")
                self._count(f"{resolver.name}/requests", 1)
                if going_out:
                    going_out()

            answer = await self.gate.ask(
                lane, request, patience_seconds=batch.patience, rest_of=resolver.rest_of, going_out=begin
            )
            batch.answered = True
            return answer

        return ask


class _Batch:
    """Targets that go into one request."""

    def __init__(self, resolver: Resolver, key: tuple[str, str], patience: float) -> None:
        self.resolver = resolver
        self.key = key
        self.patience = patience
        self.until = 0.0
        """The moment (monotonic) after which it is not begun any more."""
        self.answered = False
        self.targets: list[Target] = []
        self.timer: asyncio.TimerHandle | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
