"""A fleet's workers beside one another and beside a plain crawl, on two sites that answer in 100 ms.

    python -m benchmarks.fleet [--articles 400] [--rounds 3]

Starts a PostgreSQL (Debian's package) of its own. Each round archives two sites three times: with `scrapy crawl`, one
after the other; with one worker; with two. Prints for docs/scaling.md items (articles and threads) a second and CPU
milliseconds an item, and at last the ratios: two workers to one (at least 1.6 is wanted), what a worker adds to a plain crawl (less than 10 %), and
after how many seconds the batch of a worker that was killed is taken up again at default settings (90 at most).
"""

import argparse
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.fleet.postgres import Postgres
from tests.fleet.running import fleet, lines

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {"LOG_LEVEL": "WARNING", "NEWSARCHIVE_PROGRESS_SECONDS": "0"}


class Server:
    """A site that answers in 100 ms, in a process of its own."""

    def __init__(self, articles: int) -> None:
        command = [sys.executable, "-m", "tests.sites", "--no-articles", "--keep-answers", "--theme", "classic"]
        command += ["--comments", "native", "--n-articles", str(articles), "--latency-seconds", "0.1"]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()


@dataclass
class Cost:
    """What archiving the sites took."""

    items: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.items / self.seconds


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def plain(servers: list[Server], place: Path) -> Cost:
    """`scrapy crawl` of each site."""
    with fleet(place / "archive", "", place, **SETTINGS) as one:
        del one.env["NEWSARCHIVE_DATABASE"]
        start, cpu = time.monotonic(), _cpu()
        for server in servers:
            one.run("crawl", "wordpress", "-a", f"url={server.url}")
        return Cost(lines(place / "archive").total(), time.monotonic() - start, _cpu() - cpu)


def by_workers(count: int, servers: list[Server], database: str, place: Path) -> Cost:
    """So many workers, until nothing is left to do; the time is from the first batch taken to the last one done."""
    with fleet(place / "archive", database, place, **SETTINGS) as one:
        one.run("fleet", "plan", *(server.url for server in servers))
        cpu = _cpu()
        for _ in range(count):
            one.start()
        while not _done(database):
            time.sleep(0.1)  # the workers are at it
        for worker in one.workers:
            worker.send_signal(signal.SIGTERM)
            worker.wait(60)
        with psycopg.connect(database) as connection:
            row = connection.execute(
                "SELECT extract(epoch FROM max(ended_at) - min(taken_at)) FROM newsarchive.batch"
            ).fetchone()
        assert row is not None
        return Cost(lines(place / "archive").total(), float(row[0]), _cpu() - cpu)


def _done(database: str) -> bool:
    with psycopg.connect(database) as connection:
        return not connection.execute("SELECT 1 FROM newsarchive.batch WHERE state <> 'done' LIMIT 1").fetchone()


def overhead(database: str) -> float:
    """The share of the time of a single worker's batches that is not their crawls: taking, publishing, committing, turns."""
    with psycopg.connect(database) as connection:
        row = connection.execute(
            "SELECT 1 - sum(crawl) / sum(whole) FROM (SELECT kind, (result ->> 'seconds')::float AS crawl, "
            "extract(epoch FROM ended_at - lag(ended_at) OVER (ORDER BY ended_at)) AS whole FROM newsarchive.batch) AS turns "
            "WHERE kind <> 'plan'"  # the first of which is also the start of the worker
        ).fetchone()
    assert row is not None
    return float(row[0])


def recovery(server: Server, database: str, place: Path) -> float:
    """Seconds from the death of a worker, in the midst of a batch, to the moment another has taken that batch."""
    with fleet(place / "archive", database, place, **SETTINGS) as one:
        one.run("fleet", "plan", server.url)
        first = one.start()
        one.until(lambda: _tries(database) == [1], "a batch is taken")
        one.start()
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        return one.until(lambda: _tries(database) == [2], "the batch is taken again")


def _tries(database: str) -> list[int]:
    """How often each batch of articles that is being read has been begun."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT attempts FROM newsarchive.batch WHERE state = 'taken' AND kind = 'articles'"
        ).fetchall()
    return [attempts for (attempts,) in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=400, help="of each site")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rounds: list[tuple[Cost, Cost, Cost]] = []
    shares: list[float] = []
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        postgres = stack.enter_context(Postgres())
        servers = [stack.enter_context(Server(given.articles)) for _ in range(2)]
        plain(servers, _folder(place / "warm"))  # each answer is made once
        for number in range(given.rounds):
            databases = [postgres.create(f"round{number}_{workers}") for workers in (1, 2)]
            one, two = (
                by_workers(workers, servers, database, _folder(place / f"{number}-{workers}"))
                for workers, database in zip((1, 2), databases, strict=True)
            )
            rounds.append((plain(servers, _folder(place / f"{number}-plain")), one, two))
            shares.append(overhead(databases[0]))
        taken_up = recovery(servers[0], postgres.create("recovery"), _folder(place / "recovery"))
    print("| | items/s | CPU ms an item |\n|---|---|---|")
    for name, costs in zip(("scrapy crawl", "1 worker", "2 workers"), zip(*rounds, strict=True), strict=True):
        rate = statistics.median(cost.rate for cost in costs)
        cpu = statistics.median(1000 * cost.cpu_seconds / cost.items for cost in costs)
        print(f"| {name} | {rate:.1f} | {cpu:.1f} |")
    ratio = statistics.median(two.rate / one.rate for _, one, two in rounds)
    print(f"\n- Two workers archive {ratio:.2f} times what one does (wanted: at least 1.6).")
    print(
        f"- {100 * statistics.median(shares):.1f} % of a worker's time for its batches is not their crawls (wanted: less than 10)."
    )
    beside = statistics.median(one.seconds / crawl.seconds for crawl, one, _ in rounds)
    print(f"- One worker takes {beside:.2f} times as long as `scrapy crawl` of both sites.")
    print(f"- The batch of a killed worker is taken up after {taken_up:.0f} s (wanted: at most 90).")


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


if __name__ == "__main__":
    main()
