"""How hosts are asked: at their pace, a few at a time, and not at all while they want to be left alone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from newsarchive.archive.faults import reached
from newsarchive.fetch import Answer, Ask
from newsarchive.tweets.log import now as _now


@dataclass(frozen=True, kw_only=True)
class Lane:
    """The policy towards one host: how fast and how many at a time it is asked, how long it rests, what robots.txt counts."""

    host: str
    """Lanes of one host rest together."""
    interval_seconds: float
    """Between the starts of two requests."""
    concurrency: int = 1
    rest_seconds: float = 60.0
    """The first rest after 429 or 503 without a word on how long; doubled each time in a row."""
    rest_most_seconds: float = 3600.0
    """No rest is longer."""
    strikes: int = 0
    """After so many refusals in a row the host rests `circuit_seconds`; 0 for never."""
    circuit_seconds: float = 6 * 3600.0
    robots: str = ""
    """Why robots.txt is not asked before these requests; empty where it is."""


LaneFetch = Callable[[Lane, Ask], Awaitable[Answer]]
"""Does the request, once it may go: no retries, no redirects, every status is an answer. Raises FetchError where there is none."""


class Clock(Protocol):
    """The time and the waiting for it; tests give one that does not wait."""

    def now(self) -> datetime:
        """The time, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Waits."""


class SystemClock:
    """The real one."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return _now()

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await asyncio.sleep(seconds)


class Resting(Exception):
    """The host wants to be left alone for longer than the asker would wait. Nothing was asked."""


class _State:
    def __init__(self, lane: Lane) -> None:
        self.slots = asyncio.Semaphore(lane.concurrency)
        self.next_at = 0.0  # seconds since 1970


class RestKeeper(Protocol):
    """Where rests are remembered beyond the run."""

    def rest(self, host: str, now: datetime) -> tuple[float, int]:
        """Seconds left of a host's rest, and its strikes in a row."""

    def set_rest(self, host: str, now: datetime, seconds: float, strikes: int) -> None:
        """Remembers a rest."""


class Gate:
    """Lets requests through to their hosts."""

    def __init__(self, fetch: LaneFetch, keeper: RestKeeper, *, clock: Clock | None = None, pace: float = 1.0) -> None:
        """`pace` multiplies every interval and rest: above 1 is slower, 0 is for tests against a stand-in."""
        self.clock = clock or SystemClock()
        self._fetch = fetch
        self._keeper = keeper
        self._pace = pace
        self._lanes: dict[Lane, _State] = {}
        self._others_at = 0.0

    def renew(self, at: float) -> None:
        """Begins anew after another process has asked until `at` (seconds since 1970): every host may have been asked then."""
        self._others_at = at
        for lane, state in self._lanes.items():
            state.next_at = max(state.next_at, at + lane.interval_seconds * self._pace)

    def wait_seconds(self, lane: Lane, requests: int) -> float:
        """About how long a request that came now would wait behind `requests` others."""
        now = self.clock.now()
        rest, _ = self._rest(lane, now)
        return max(rest, self._pause(lane, now), 0.0) + requests * lane.interval_seconds * self._pace / lane.concurrency

    async def ask(
        self,
        lane: Lane,
        ask: Ask,
        *,
        patience_seconds: float,
        rest_of: Callable[[Answer, int], float | None] | None = None,
        going_out: Callable[[], None] | None = None,
    ) -> Answer:
        """The answer, when it is this request's turn.

        Raises Resting where the host rests for longer than `patience_seconds`, and FetchError as the fetch does.
        `rest_of` says how long (seconds) an answer asks to be left alone, by itself and the strikes in a row;
        `going_out` is called right before the request goes out.
        """
        state = self._state(lane)
        async with state.slots:
            await self._turn(lane, state, patience_seconds)
            if going_out:
                going_out()
            reached("before_ask")
            answer = await self._fetch(lane, ask)
            reached("after_answer")
        self._note(lane, answer, rest_of)
        return answer

    def _state(self, lane: Lane) -> _State:
        if lane not in self._lanes:
            self._lanes[lane] = _State(lane)
            self._lanes[lane].next_at = self._others_at + lane.interval_seconds * self._pace
        return self._lanes[lane]

    def _pause(self, lane: Lane, now: datetime) -> float:
        """Seconds until a lane's next request; never more than its interval, wherever the clock has been set."""
        state, interval = self._state(lane), lane.interval_seconds * self._pace
        state.next_at = min(state.next_at, now.timestamp() + interval)
        return state.next_at - now.timestamp()

    def _rest(self, lane: Lane, now: datetime) -> tuple[float, int]:
        """Seconds left of a host's rest, and its strikes; a rest longer than there can be is one by a clock that was wrong."""
        rest, strikes = self._keeper.rest(lane.host, now)
        longest = max(lane.rest_most_seconds, lane.circuit_seconds) * self._pace
        return (rest if rest <= longest else 0.0), strikes

    async def _turn(self, lane: Lane, state: _State, patience: float) -> None:
        while True:
            now = self.clock.now()
            rest, _ = self._rest(lane, now)
            if rest > patience:
                raise Resting(f"{lane.host} is left alone for another {rest:.0f} s")
            wait = max(rest, self._pause(lane, now))
            if wait <= 0:
                state.next_at = now.timestamp() + lane.interval_seconds * self._pace
                return
            await self.clock.sleep(wait)

    def _note(self, lane: Lane, answer: Answer, rest_of: Callable[[Answer, int], float | None] | None) -> None:
        now = self.clock.now()
        _, strikes = self._rest(lane, now)
        if answer.status not in (429, 503):
            if strikes:
                self._keeper.set_rest(lane.host, now, 0, 0)
            return
        strikes += 1
        asked = rest_of(answer, strikes) if rest_of else None
        if asked is None:
            asked = retry_after(answer.headers, now)
        if asked is None:
            asked = lane.rest_seconds * 2 ** min(strikes - 1, 20)
        seconds = min(asked, lane.rest_most_seconds)
        if lane.strikes and strikes >= lane.strikes:
            seconds = max(seconds, lane.circuit_seconds)
        self._keeper.set_rest(lane.host, now, seconds * self._pace, strikes)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for, as a number or a date; None where it does not say.

    >>> retry_after({"retry-after": "120"}, datetime(2026, 1, 1))
    120.0
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit() and len(value) < 9:
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - now).total_seconds(), 0.0)
    except (TypeError, ValueError, IndexError, OverflowError):  # no date either
        return None


class AskThrough(Protocol):
    """What a resolver asks with."""

    async def __call__(self, lane: Lane, request: Ask, going_out: Callable[[], None] | None = None) -> Answer:
        """The answer through the lane; raises Resting and FetchError. `going_out` is called right before the request goes out."""
