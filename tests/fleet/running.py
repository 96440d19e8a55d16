"""A fleet on this machine: its commands and its workers, each in a process of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from newsarchive.archive.lines import read_lines
from tests.crawling import ROOT, UNHURRIED

PATIENCE = 400.0
"""Seconds after which something that was waited for is not coming."""


def lines(store: Path) -> Counter[tuple[str, str, int, str]]:
    """What stands in the sealed parts, as (type, id, revision, hash)."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    for path in sorted(store.glob("*/*/date=*/*.jsonl*")):
        for _, data in read_lines(path):
            line = json.loads(data)
            found[line["type"], line["id"], line["revision"], line["content_hash"]] += 1
    return found


def parts(store: Path) -> list[str]:
    """The names of all sealed parts, sorted."""
    return sorted(path.relative_to(store).as_posix() for path in store.glob("*/*/date=*/*.jsonl*"))


class Fleet:
    """Commands with the same archive and database. `settings` are added to those of a site that needs no politeness."""

    def __init__(self, store: Path | str, database: str, place: Path, **settings: str) -> None:
        self.store = store
        self.place = place
        self.settings = UNHURRIED | settings
        self.env = os.environ | {"NEWSARCHIVE_STORE": str(store), "NEWSARCHIVE_DATABASE": database}
        self.workers: list[subprocess.Popen[bytes]] = []

    def command(self, *words: str) -> list[str]:
        """`scrapy` with our settings and these words."""
        options = [word for name, value in self.settings.items() for word in ("-s", f"{name}={value}")]
        return [sys.executable, "-m", "scrapy", words[0], *options, *words[1:]]

    def run(self, *words: str, code: int = 0, **env: str) -> str:
        """What a command prints (where it fails: what it says); it has to end with `code`."""
        done = subprocess.run(
            self.command(*words),
            cwd=ROOT,
            env=self.env | env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == code, done.stderr[-3000:]
        return done.stdout if code == 0 else done.stderr

    def status(self) -> dict[str, Any]:
        """What `scrapy fleet status --json` says."""
        return json.loads(self.run("fleet", "status", "--json"))

    def start(self, *words: str, **env: str) -> "subprocess.Popen[bytes]":
        """A worker; what it logs is in ``worker-N.log``."""
        with (self.place / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                self.command("fleet", "work", *words),
                cwd=ROOT,
                env=self.env | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def logs(self) -> str:
        """The end of each worker's log."""
        return "\n".join(path.read_text(errors="replace")[-1500:] for path in sorted(self.place.glob("worker-*.log")))

    def until(self, holds: Callable[[], bool], what: str) -> float:
        """Waits until `holds()`; how many seconds that took."""
        start = time.monotonic()
        while not holds():
            assert time.monotonic() - start < PATIENCE, f"not seen: {what}\n{self.logs()}"
            time.sleep(0.02)  # another process is at it
        return time.monotonic() - start

    def end(self) -> None:
        """Kills what still runs."""
        for worker in self.workers:
            if worker.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(PATIENCE)


@contextlib.contextmanager
def fleet(store: Path | str, database: str, place: Path, **settings: str) -> Iterator[Fleet]:
    """A fleet of which nothing is left running."""
    one = Fleet(store, database, place, **settings)
    try:
        yield one
    finally:
        one.end()
