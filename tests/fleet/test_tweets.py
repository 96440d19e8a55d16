"""A fleet's batches of tweets: what look-ups left waiting is asked about once, by whichever worker comes, and holds nothing up."""

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from newsarchive.fleet.batches import add_tweets, take
from newsarchive.fleet.database import connect, prepare
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Met, Observation
from tests.crawling import ROOT, UNHURRIED, crawl, lines_of
from tests.fleet.running import Fleet, fleet, lines
from tests.fleet.test_kill import retried_at_once
from tests.sites import SampleSite
from tests.tweets.standin import Fact, World, serve

pytestmark = [pytest.mark.fleet, pytest.mark.slow]

SEED = ("1103483853686165505", "1103356574771437568", "1102751547249909761")
"""Of the lead article; of the others that the sample site embeds nobody knows anything."""

QUOTES = ["1103000000000000707", "1103000000000000808", "1103000000000001010", "1103000000000002222"]
"""Of those the words that articles quote."""
FAILED = Observation(id="10", resolver="xapi", endpoint="xapi.tweets", answer="server_error", at="2019-03-07T12:00:00Z")


def world() -> World:
    """Two tweets that are there and one that its account hides."""
    return World().add(
        Fact(SEED[0], handle="MFAVenezuela", text="A note"),
        Fact(SEED[1], handle="GermanyDiplo", text="A reply"),
        Fact(SEED[2], handle="AlemaniaVzla", state="protected"),
    )


def asking(base: str, known: World) -> dict[str, str]:
    """Settings by which an article's tweets all wait: its look-ups have no time. The X API is asked, which says what became of each."""
    return {
        **known.settings(base), "NEWSARCHIVE_TWEET_RESOLVERS": "xapi", "NEWSARCHIVE_TWEET_BUDGET_SECONDS": "0",
        "NEWSARCHIVE_TWEET_PACE": "0", "NEWSARCHIVE_TWEET_BATCH_SECONDS": "0.2",
    }  # fmt: skip


def swept(site: SampleSite, store: Path, settings: dict[str, str]) -> Counter[tuple[str, str, int, str]]:
    """What a crawl on one machine and then `scrapy crawl tweets` archive."""
    options = [word for name, value in (UNHURRIED | settings).items() for word in ("-s", f"{name}={value}")]
    assert crawl(site, store, *options).exit_code == 0
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "tweets", *options],
        cwd=ROOT, env=os.environ | {"NEWSARCHIVE_STORE": str(store)}, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return lines(store)


def plan(ours: Fleet, site: SampleSite) -> None:
    """Puts the site into the queue."""
    ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")


def tweets(found: Counter[tuple[str, str, int, str]]) -> list[str]:
    """The ids of the tweets among lines, sorted."""
    return sorted(id for kind, id, _, _ in found.elements() if kind == "tweet")


def batches(database: str) -> list[tuple[str, int, str, str]]:
    """(kind, size, state, verdict) of every batch, in order."""
    with psycopg.connect(database) as connection:
        return connection.execute("SELECT kind, size, state, verdict FROM newsarchive.batch ORDER BY n").fetchall()


def test_what_look_ups_left_waiting_is_asked_about_once_as_by_a_sweep(database: str, tmp_path: Path) -> None:
    known = world()
    with SampleSite() as site, serve(known) as base:
        settings = asking(base, known)
        expected = swept(site, tmp_path / "one", settings)
        known.ids_asked.clear()
        with fleet(tmp_path / "fleet", database, tmp_path, NEWSARCHIVE_FLEET_BATCH="20", **settings) as ours:
            plan(ours, site)
            ours.run("fleet", "work", "--drain")
            assert lines(tmp_path / "fleet") == expected
            assert set(expected.values()) == {1}
            assert len(tweets(expected)) > 20
            states = {
                id: made[-1]["state"] for id, made in lines_of(tmp_path / "fleet", "southfront", "tweets").items()
            }
            assert [states[id] for id in SEED] == ["available", "available", "protected"]
            assert [states[id] for id in sorted(states.keys() - SEED)] == ["deleted"] * (len(states) - 3)
            assert set(known.ids_asked.values()) == {1}
            assert [(kind, state) for kind, _, state, _ in batches(database)] == [
                ("plan", "done"), ("articles", "done"), ("articles", "done"), ("tweets", "done"), ("tweets", "done"),
            ]  # fmt: skip
            (status,) = ours.status()["sites"]
            assert (status["planned"], status["done"], status["left"]) == (29, 29, 0)
            assert (status["tweets"], status["tweets_left"]) == (len(tweets(expected)), 0)

            plan(ours, site)
            ours.run("fleet", "work", "--drain")
            assert lines(tmp_path / "fleet") == expected
            assert set(known.ids_asked.values()) == {1}  # nothing is due again


def test_tweets_that_nobody_answers_about_hold_neither_the_drain_nor_the_watermarks(
    database: str, tmp_path: Path
) -> None:
    known = world()
    known.statuses = {"xapi": [503] * 500}
    with SampleSite() as site, serve(known) as base:
        settings = asking(base, known) | {"CLOSESPIDER_TIMEOUT": "0"}
        with fleet(tmp_path / "fleet", database, tmp_path, **settings) as ours:
            plan(ours, site)
            ours.run("fleet", "work", "--drain")
            assert [(kind, state, verdict) for kind, _, state, verdict in batches(database)] == [
                ("plan", "done", "complete"), ("articles", "done", "complete"), ("tweets", "done", "partial"),
            ]  # fmt: skip
            assert tweets(lines(tmp_path / "fleet")) == QUOTES
            (status,) = ours.status()["sites"]
            assert (status["partial"], status["tweets_left"], status["aside"]) == (0, 0, [])
            with psycopg.connect(database) as connection:
                marks = connection.execute("SELECT name FROM newsarchive.watermark ORDER BY name").fetchall()
            assert "articles" in {name for (name,) in marks}


@pytest.mark.parametrize("point", ["before_seal:3", "before_commit:3"])
def test_a_worker_killed_in_a_batch_of_tweets_loses_and_repeats_nothing(
    database: str, tmp_path: Path, point: str
) -> None:
    known = world()
    with SampleSite() as site, serve(known) as base:
        settings = asking(base, known)
        expected = swept(site, tmp_path / "one", settings)
        known.ids_asked.clear()
        with fleet(tmp_path / "fleet", database, tmp_path, **settings) as ours:
            plan(ours, site)
            assert ours.start("--drain", NEWSARCHIVE_FAULT=point).wait(120) == -signal.SIGKILL, ours.logs()
            assert [row[:3:2] for row in batches(database)][-1] == ("tweets", "taken")
            retried_at_once(database)
            assert ours.start("--drain").wait(120) == 0, ours.logs()
            assert lines(tmp_path / "fleet") == expected
            assert set(known.ids_asked.values()) == {1}


def test_another_machine_takes_the_tweets_of_one_that_died(database: str, tmp_path: Path) -> None:
    known = world()
    with SampleSite() as site, serve(known) as base:
        settings = asking(base, known)
        expected = swept(site, tmp_path / "one", settings)
        known.ids_asked.clear()
        here, there = ({"NEWSARCHIVE_TWEET_LOG": str(tmp_path / f"{name}.sqlite3")} for name in ("here", "there"))
        with fleet(tmp_path / "fleet", database, tmp_path, **settings) as ours:
            plan(ours, site)
            assert ours.start("--drain", NEWSARCHIVE_FAULT="before_seal:3", **here).wait(120) == -signal.SIGKILL
            retried_at_once(database)
            assert ours.start("--drain", **there).wait(120) == 0, ours.logs()
            assert lines(tmp_path / "fleet") == expected  # the addresses they were met under have come along
            assert set(known.ids_asked.values()) == {2}  # what the dead one heard is in its own log alone
            log = ObservationLog(tmp_path / "there.sqlite3")
            assert log.sites() == ["southfront"]
            log.close()


def test_a_tweet_waits_once_and_batches_are_filled(database: str, tmp_path: Path) -> None:
    def met(*numbers: int) -> list[Met]:
        return [Met(id=str(n), handle="a", places=[(f"https://x.example/{n}/", None)]) for n in numbers]

    with connect(database) as connection:
        prepare(connection, "", tmp_path)
        assert add_tweets(connection, "one", met(1, 2, 3), 2) == 3
        assert add_tweets(connection, "one", met(3, 2, 4, 5), 2) == 2
        assert add_tweets(connection, "two", met(1), 2) == 1
        assert add_tweets(connection, "two", [Met(id="7", handle="\0a\\u0000")], 2) == 1
        odd = take(connection, "two", "somebody")
        assert odd is not None
        assert [one.handle for one in odd.tweets] == ["a", "a\\u0000"]
        first = take(connection, "one", "somebody")
        assert first is not None
        assert (first.kind, first.spider, first.arguments, first.entries) == ("tweets", "tweets", {"site": "one"}, [])
        assert first.tweets == met(1, 2)
        assert add_tweets(connection, "one", met(1, 6), 2) == 1  # what is being asked about waits, too
        rows = connection.execute(
            "SELECT jsonb_path_query_array(entries, '$[*].id'), size, plan FROM batch WHERE site = 'one' ORDER BY n"
        ).fetchall()
        assert rows == [(["1", "2"], 2, None), (["3", "4"], 2, None), (["5", "6"], 2, None)]


def test_what_another_machine_has_asked_about_is_left_to_it(database: str, tmp_path: Path) -> None:
    with connect(database) as connection:
        prepare(connection, "", tmp_path)
        known = (
            "INSERT INTO known VALUES (%s,DEFAULT,'one','tweet',%s,1,'','{}','',%s,'',NULL,NULL,NULL,NULL,false,1,0,1)"
        )
        connection.execute(known, (b"1", "1", "xapi"))
        connection.execute(known, (b"2", "2", "markup"))
        assert add_tweets(connection, "one", [Met(id="1"), Met(id="2"), Met(id="3")], 9) == 2
        assert (
            add_tweets(connection, "one", [Met(id="1", observations=[FAILED])], 9) == 1
        )  # this one's log says that it is due again


def test_a_tweet_that_two_sites_embed_has_a_line_in_each(database: str, tmp_path: Path) -> None:
    known = world()
    with SampleSite() as one, SampleSite() as two, serve(known) as base:
        with fleet(tmp_path / "fleet", database, tmp_path, **asking(base, known)) as ours:
            ours.run("fleet", "plan", f"{one.url}/", f"{two.url}/")
            ours.run("fleet", "work", "--drain")
            counts = [(site["tweets"], site["tweets_left"]) for site in ours.status()["sites"]]
        first, second = sorted(path.name for path in (tmp_path / "fleet").iterdir() if path.is_dir())
        ids = {site: lines_of(tmp_path / "fleet", site, "tweets") for site in (first, second)}
        assert [line[-1]["state"] for line in map(ids[second].get, SEED)] == ["available", "available", "protected"]
        assert sorted(ids[first]) == sorted(ids[second])
        assert counts == [(len(ids[first]), 0)] * 2
        assert set(known.ids_asked.values()) == {1}
