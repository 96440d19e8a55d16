"""Workers are killed -9 in the midst of their batches, at named moments and at any, and so is the database: nothing is lost or repeated."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.crawling import crawl
from tests.fleet.postgres import Postgres
from tests.fleet.running import fleet, lines, parts
from tests.fleet.trial import killed_fleet, killed_jobdir, killed_redis, two_sites, undisturbed
from tests.sites import SampleSite

pytestmark = [pytest.mark.fleet, pytest.mark.slow]

POINTS = (
    "before_seal",
    "after_rename",
    "before_manifest",
    "after_manifest:2",
    "before_index",
    "before_commit",
    "after_index",
)


def retried_at_once(database: str) -> None:
    """What the fleet does by itself 30 s after a worker's death: the dead one's turn is taken from it."""
    with psycopg.connect(database) as connection:
        connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'doing'")


@pytest.mark.parametrize(("compression", "points"), [("none", POINTS[:4]), ("zst", POINTS[4:])])
def test_a_worker_killed_at_every_point_one_after_the_other(
    database: str, tmp_path: Path, compression: str, points: tuple[str, ...]
) -> None:
    with SampleSite(n_articles=30) as site:
        assert crawl(site, tmp_path / "one").exit_code == 0
        settings = {"NEWSARCHIVE_FLEET_BATCH": "20", "NEWSARCHIVE_COMPRESSION": compression}
        with fleet(tmp_path / "fleet", database, tmp_path, **settings) as ours:
            ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
            for point in points:
                worker = ours.start("--drain", NEWSARCHIVE_FAULT=point)
                assert worker.wait(120) == -signal.SIGKILL, (point, ours.logs())
                retried_at_once(database)
            assert ours.start("--drain").wait(120) == 0
            assert lines(tmp_path / "fleet") == lines(tmp_path / "one")
            (status,) = ours.status()["sites"]
            assert (status["left"], status["aside"]) == (0, [])
            assert not list((tmp_path / "fleet").rglob(".archive/open/*"))
            ours.run("archive", "verify")


def test_a_batch_that_is_read_again_makes_parts_of_the_same_names(database: str, tmp_path: Path) -> None:
    with SampleSite() as site, fleet(tmp_path / "fleet", database, tmp_path) as ours:
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        assert ours.start("--drain", NEWSARCHIVE_FAULT="before_seal").wait(120) == -signal.SIGKILL
        assert parts(tmp_path / "fleet") == []
        left = sorted(path.name.rpartition("~")[2] for path in (tmp_path / "fleet").rglob(".archive/open/*"))
        retried_at_once(database)
        ours.start("--drain").wait(120)
        assert [Path(name).name.removesuffix(".jsonl") for name in parts(tmp_path / "fleet")] == left
        assert len(left) == 2


def test_a_batch_that_kills_its_workers_is_set_aside_and_can_be_put_back(database: str, tmp_path: Path) -> None:
    with SampleSite() as site, fleet(tmp_path / "fleet", database, tmp_path) as ours:
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        for _ in range(5):
            assert ours.start("--drain", NEWSARCHIVE_FAULT="before_seal").wait(120) == -signal.SIGKILL
            retried_at_once(database)
        ours.start("--drain").wait(120)
        (status,) = ours.status()["sites"]
        assert [(one["kind"], one["size"], one["why"]) for one in status["aside"]] == [
            ("articles", 29, "begun 5 times and never finished")
        ]
        assert lines(tmp_path / "fleet") == {}
        assert "set aside: batch 2 of southfront, 29 articles: begun 5 times and never finished" in ours.run(
            "fleet", "status"
        )
        assert ours.run("fleet", "retry") == "southfront: what was given up waits again\n"
        ours.start("--drain").wait(120)
        assert len(lines(tmp_path / "fleet")) == 58


def test_a_worker_that_is_asked_to_end_leaves_the_rest_to_others(database: str, tmp_path: Path) -> None:
    with SampleSite(n_articles=60, latency_seconds=0.05) as site, fleet(tmp_path / "fleet", database, tmp_path) as ours:
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        worker = ours.start()
        ours.until(lambda: len(site.requests) > 40, "it is at it")
        os.kill(worker.pid, signal.SIGTERM)
        assert worker.wait(60) == 0, ours.logs()
        half = lines(tmp_path / "fleet")
        assert 0 < len(half) < 178
        ours.start("--drain").wait(120)
        assert (len(lines(tmp_path / "fleet")), set(lines(tmp_path / "fleet").values())) == (178, {1})


def test_one_of_two_workers_then_all_then_the_database(
    postgres: Postgres, new_database: Callable[[], str], tmp_path: Path
) -> None:
    with two_sites(60, 0.02) as sites:
        truth, requests = undisturbed(new_database(), sites, tmp_path / "undisturbed")
        assert (len(truth), set(truth.values())) == (240, {1})
        (tmp_path / "fleet").mkdir()
        outcome = killed_fleet(postgres, new_database(), sites, tmp_path / "fleet", truth, requests, (0.15, 0.4, 0.6))
        assert outcome.clean, outcome
        assert outcome.kills == 4
    with two_sites(300, 0.02) as sites:  # what others do in the same harness
        assert killed_redis(sites[0], tmp_path / "redis", 0.5).lost > 0
        assert not killed_jobdir(sites[0], tmp_path / "jobdir", 0.8).clean
