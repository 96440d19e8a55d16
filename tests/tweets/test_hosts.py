import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from newsarchive.fetch import Answer, Ask
from newsarchive.tweets.hosts import Gate, Lane, Resting, retry_after
from newsarchive.tweets.resolvers import KNOWN

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


class Clock:
    def __init__(self):
        self.time = NOW

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Keeper(dict):
    """Remembers rests."""

    def rest(self, host, now):
        until, strikes = self.get(host, (now, 0))
        return max((until - now).total_seconds(), 0.0), strikes

    def set_rest(self, host, now, seconds, strikes):
        self[host] = (now + timedelta(seconds=seconds), strikes)


def gate(statuses, headers=None):
    """A gate over answers of these statuses, and when each was asked for (seconds)."""
    clock, times, left = Clock(), [], list(statuses)

    async def fetch(lane, ask):
        times.append((clock.now() - NOW).total_seconds())
        return Answer(url=ask.url, status=left.pop(0), headers=headers or {})

    return Gate(fetch, Keeper(), clock=clock), times


def ask(made, lane, patience=10_000.0):
    """One request."""
    return asyncio.run(made.ask(lane, Ask(url="https://h.example/"), patience_seconds=patience))


LANE = Lane(host="h.example", interval_seconds=2.5, rest_seconds=60, rest_most_seconds=3600, strikes=3)


def test_requests_keep_their_distance():
    made, times = gate([200] * 4)
    for _ in range(4):
        ask(made, LANE)
    assert times == [0, 2.5, 5.0, 7.5]


def test_rests_double_up_to_the_circuit():
    made, times = gate([429, 503, 429, 200])
    for _ in range(4):
        ask(made, LANE, patience=100_000)
    assert times == [0, 60, 180, 180 + 6 * 3600]


def test_an_answer_ends_the_row_of_refusals():
    made, times = gate([429, 200, 429, 200])
    for _ in range(4):
        ask(made, LANE)
    assert times == [0, 60, 62.5, 122.5]


def test_retry_after_is_kept():
    made, times = gate([429, 200], {"retry-after": "300"})
    ask(made, LANE)
    ask(made, LANE)
    assert times == [0, 300]


def test_lanes_of_one_host_rest_together():
    made, times = gate([429, 200])
    other = Lane(host="h.example", interval_seconds=0.25, concurrency=2)
    ask(made, LANE)
    ask(made, other)
    assert times == [0, 60]


def test_who_cannot_wait_is_told_without_asking():
    made, times = gate([429])
    ask(made, LANE)
    with pytest.raises(Resting, match=r"h\.example is left alone for another 60 s"):
        ask(made, LANE, patience=5)
    assert times == [0]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120.0), ("Sun, 01 Nov 2026 00:01:00 GMT", 60.0), ("Sun, 01 Nov 2020 00:01:00 GMT", 0.0), ("soon", None), ("", None), ("9" * 30, None)],
)  # fmt: skip
def test_retry_after_is_read_as_number_and_as_date(value, seconds):
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_the_archive_is_asked_less_often_than_it_blocks():
    wayback = KNOWN["wayback"]
    assert 60 / wayback.lane.interval_seconds <= 24
    assert 1 / wayback.playback_lane.interval_seconds <= 4
    assert wayback.lane.host == wayback.playback_lane.host


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_resolver_has_a_policy(name):
    lane = KNOWN[name].lane
    assert lane.interval_seconds >= 0.5
    assert bool(lane.robots) == (name != "wayback")  # who does not ask robots.txt says why
