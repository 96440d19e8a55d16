"""Kill the workers of a fleet, and its database, and count what was lost or repeated, beside JOBDIR and scrapy-redis.

``python -m tests.fleet.trial --trials 4 --articles 300`` prints the table of docs/scaling.md.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.archive.lines import read_lines
from tests.environments import environment
from tests.fleet.postgres import Postgres
from tests.fleet.running import Fleet, fleet, lines
from tests.sites import SampleSite

HERE = Path(__file__).parent
BARE = HERE / "bare.py"


@dataclass
class Outcome:
    """What a trial, or many, came to."""

    trials: int = 0
    kills: int = 0
    expected: int = 0
    lost: int = 0
    repeated: int = 0
    different: int = 0
    """Lines that an undisturbed crawl does not have."""
    fetched_again: int = 0
    """Requests beyond those of an undisturbed crawl."""
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count another trial in."""
        for name in ("trials", "kills", "expected", "lost", "repeated", "different", "fetched_again"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, repeated or different."""
        return not (self.lost or self.repeated or self.different)


def compare(found: Counter, truth: Counter, kills: int, fetched_again: int) -> Outcome:
    """A trial's outcome beside an undisturbed crawl."""
    return Outcome(
        trials=1, kills=kills, expected=len(truth), lost=len(truth.keys() - found.keys()), different=len(found.keys() - truth.keys()),
        repeated=sum(count - 1 for count in found.values()), fetched_again=fetched_again,
    )  # fmt: skip


@contextmanager
def two_sites(articles: int, latency_seconds: float) -> Iterator[list[SampleSite]]:
    """Two papers of the same number of articles, each at an address of its own."""
    with ExitStack() as stack:
        made = {
            "articles": False,
            "n_articles": articles,
            "theme": "classic",
            "comments": "native",
            "keep_answers": True,
        }
        yield [stack.enter_context(SampleSite(latency_seconds=latency_seconds, **made)) for _ in range(2)]


def asked(sites: list[SampleSite]) -> int:
    """How many requests the sites have had."""
    return sum(len(site.requests) for site in sites)


def plan(one: Fleet, sites: list[SampleSite]) -> None:
    """Puts the sites into the queue."""
    one.run("fleet", "plan", *(f"{site.url}/" for site in sites))


def finished(one: Fleet) -> bool:
    """Whether nothing is left to do."""
    said = one.status()
    return said["left"] == 0 and not any(site["to_plan"] for site in said["sites"])


def killed_fleet(
    postgres: Postgres,
    database: str,
    sites: list[SampleSite],
    place: Path,
    truth: Counter,
    requests: int,
    shares: tuple[float, ...],
) -> Outcome:
    """One of two workers is killed, then all, then the database, after these shares of the requests; others take their places."""
    before = asked(sites)
    one_dies, all_die, database_dies = (before + round(share * requests) for share in shares)
    with fleet(place / "archive", database, place, NEWSARCHIVE_FLEET_BATCH="25") as ours:
        plan(ours, sites)
        working = [ours.start(), ours.start()]
        ours.until(lambda: asked(sites) >= one_dies, "the first death")
        _kill(working[0])
        working[0] = ours.start()
        ours.until(lambda: asked(sites) >= all_die, "the death of all")
        for worker in working:
            _kill(worker)
        working = [ours.start(), ours.start()]
        ours.until(lambda: asked(sites) >= database_dies, "the death of the database")
        postgres.kill()
        postgres.start()
        for number, worker in enumerate(working):
            worker.wait(120)  # a worker ends without its database, and is started anew as a service would be
            working[number] = ours.start()
        ours.until(lambda: finished(ours), "the end")
    return compare(lines(place / "archive"), truth, 4, asked(sites) - before - requests)


def _kill(worker: "subprocess.Popen[bytes]") -> None:
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


# ---------------------------------------------------------------------------------------- what others do about it


def _bare(python: Path, *words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([str(python), str(BARE), *words], start_new_session=True, stderr=subprocess.DEVNULL)


def _ids(directory: Path, name: str = "*") -> Counter:
    found: Counter = Counter()
    for path in directory.glob(f"{name}.jsonl"):
        for _, data in read_lines(path):
            try:
                found[json.loads(data)["id"]] += 1
            except ValueError:
                continue  # torn: what it was is lost
    return found


def _truth(site: SampleSite) -> Counter:
    return Counter({post["id"]: 1 for post in site.truth()})


def _wait_for(site: SampleSite, requests: int) -> None:
    _until(lambda: len(site.requests) >= requests, f"{requests} requests")


def _until(holds: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until, f"not seen: {what}"
        time.sleep(0.002)  # another process is at it


def killed_jobdir(site: SampleSite, place: Path, share: float) -> Outcome:
    """Scrapy alone with JOBDIR, killed once and resumed."""
    place.mkdir()
    before = len(site.requests)
    truth = _truth(site)
    first = _bare(Path(sys.executable), "jobdir", site.url, str(place), "first")
    _wait_for(site, before + round(share * len(truth)))
    _kill(first)
    _bare(Path(sys.executable), "jobdir", site.url, str(place), "second").wait(120)
    return compare(_ids(place), truth, 1, max(0, len(site.requests) - before - len(truth)))


def killed_redis(site: SampleSite, place: Path, share: float) -> Outcome:
    """Two workers of scrapy-redis, one of which is killed and takes up again."""
    place.mkdir()
    python = environment("redis", HERE / "requirements-redis.txt") / "python"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(place)],
        stdout=subprocess.DEVNULL,
    )
    try:
        _until(lambda: _answers(port), "redis-server answers")
        before = len(site.requests)
        truth = _truth(site)
        words = ("redis", site.url, str(place))
        redis = f"redis://127.0.0.1:{port}/0"
        # Slowly at first, so that nothing is over before both are at it; a worker that finds the queue empty ends.
        usual, site.options.latency_seconds = site.options.latency_seconds, 1.0
        working = []
        for name in ("first", "second"):
            working.append(_bare(python, *words, name, redis))
            _until(lambda name=name: bool(_ids(place, name)), f"{name} is at it")
        first, second = working
        site.options.latency_seconds = usual
        _wait_for(site, before + round(share * len(truth)))
        _kill(first)
        third = _bare(python, *words, "third", redis)
        for worker in (second, third):
            worker.wait(120)
        return compare(_ids(place), truth, 1, max(0, len(site.requests) - before - len(truth)))
    finally:
        server.terminate()
        server.wait()


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


# ---------------------------------------------------------------------------------------- the table


def undisturbed(database: str, sites: list[SampleSite], place: Path) -> tuple[Counter, int]:
    """What one worker archives that nobody kills, and how many requests it makes."""
    place.mkdir()
    before = asked(sites)
    with fleet(place / "archive", database, place, NEWSARCHIVE_FLEET_BATCH="25") as ours:
        plan(ours, sites)
        ours.run("fleet", "work", "--drain")
    return lines(place / "archive"), asked(sites) - before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=2)
    parser.add_argument("--articles", type=int, default=150, help="of each of the two sites")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    rows = {
        "fleet, 2 workers: one killed, then all, then the database": Outcome(),
        "scrapy-redis, 2 workers: one killed": Outcome(),
        "Scrapy with JOBDIR, 1 process: killed": Outcome(),
    }
    with tempfile.TemporaryDirectory() as where, Postgres() as postgres, two_sites(given.articles, 0.02) as sites:
        place = Path(where)
        truth, requests = undisturbed(postgres.create("undisturbed"), sites, place / "undisturbed")
        for number in range(given.trials):
            shares = tuple(sorted(chance.uniform(low, low + 0.2) for low in (0.1, 0.4, 0.65)))
            (place / f"fleet-{number}").mkdir()
            outcomes = (
                killed_fleet(
                    postgres,
                    postgres.create(f"trial{number}"),
                    sites,
                    place / f"fleet-{number}",
                    truth,
                    requests,
                    shares,
                ),
                killed_redis(sites[0], place / f"redis-{number}", shares[1]),
                killed_jobdir(sites[0], place / f"jobdir-{number}", shares[1]),
            )
            for row, outcome in zip(rows.values(), outcomes, strict=True):
                row.add(outcome)
    print(
        "| | trials | kills | expected | lost | repeated | different | fetched again |\n|---|---|---|---|---|---|---|---|"
    )
    for name, row in rows.items():
        cells = (row.trials, row.kills, row.expected, row.lost, row.repeated, row.different, row.fetched_again)
        print(f"| {name} | {' | '.join(map(str, cells))} |")
    return 0 if next(iter(rows.values())).clean else 1


if __name__ == "__main__":
    sys.exit(main())
