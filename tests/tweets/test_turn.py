import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.tweets import turn as turns
from newsarchive.tweets.turn import Turn


@pytest.fixture
def turn(tmp_path):
    made = []

    def make():
        made.append(Turn(tmp_path / "tweets.sqlite3"))
        return made[-1]

    yield make
    for one in made:
        one.close()


def take(one, seconds=0.0):
    """Whether it got the turn."""
    return asyncio.run(one.take(seconds, asyncio.sleep))


def test_one_at_a_time(turn):
    first, second = turn(), turn()
    assert (take(first), take(first), take(second)) == (True, True, False)
    first.release()
    assert (take(second), take(first)) == (True, False)


def test_a_turn_ends_with_what_it_began_once_somebody_waits(turn, monkeypatch):
    monkeypatch.setattr(turns, "_COMPANY_SECONDS", 0.0)
    first, second = turn(), turn()

    async def go():
        assert await first.take(0, asyncio.sleep)
        assert first.open  # nobody waits
        waiting = asyncio.ensure_future(second.take(5, asyncio.sleep))
        await asyncio.sleep(0)
        assert (first.held, first.open) == (True, False)
        again = asyncio.ensure_future(first.take(5, asyncio.sleep))
        await asyncio.sleep(0)
        first.release()
        assert await waiting  # whoever has waited is next, not whoever had it
        assert not again.done()
        second.release()
        assert await again

    asyncio.run(go())


def test_a_turn_just_begun_takes_on_more_although_somebody_waits(turn):
    first, second = turn(), turn()

    async def go():
        assert await first.take(0, asyncio.sleep)
        waiting = asyncio.ensure_future(second.take(5, asyncio.sleep))
        await asyncio.sleep(0)
        assert first.open
        first.release()
        assert await waiting

    asyncio.run(go())


def test_it_is_told_when_others_have_asked(turn):
    first, second = turn(), turn()
    assert take(first)
    assert first.others_until is None
    first.release()
    assert take(first)
    assert first.others_until is None
    first.release()
    assert take(second)
    ended = second.others_until
    assert ended is not None
    second.release()
    assert take(first)
    assert first.others_until >= ended


def test_the_turn_of_a_killed_process_is_free(turn, tmp_path):
    code = (
        "import asyncio, sys; from pathlib import Path; from newsarchive.tweets.turn import Turn\n"
        "async def go():\n"
        "    assert await Turn(Path(sys.argv[1])).take(0, asyncio.sleep); print('mine', flush=True); await asyncio.sleep(60)\n"
        "asyncio.run(go())"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "tweets.sqlite3")],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:  # fmt: skip
        assert process.stdout.readline() == b"mine\n"
        one = turn()
        assert not take(one)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert take(one)
