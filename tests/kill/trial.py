"""Kill a crawl at a moment, run it to its end, and count what was lost, doubled or torn.

``python -m tests.kill.trial --trials 200`` prints the table of docs/archive.md.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive.archive.faults import POINTS
from newsarchive.archive.lines import read_lines
from tests.kill.press import Press

CRAWL = Path(__file__).with_name("crawl.py")
LOCAL_POINTS = tuple(point for point in POINTS if "upload" not in point)
"""Fault points of an archive on a local disk."""


@dataclass
class Outcome:
    """What a trial, or many, came to."""

    trials: int = 0
    kills: int = 0
    expected: int = 0
    lost: int = 0
    repeated: int = 0
    torn: int = 0
    different: int = 0
    """Lines whose (type, id, revision, hash) an undisturbed run does not have."""
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count another trial in."""
        for name in ("trials", "kills", "expected", "lost", "repeated", "torn", "different"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.notes += other.notes

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, repeated, torn or different."""
        return not (self.lost or self.repeated or self.torn or self.different)


def crawl(mode: str, press: Press, directory: Path, *, kill_after: int | None = None, **environment: str) -> int:
    """Run a crawl to its end, or kill it once the site has answered `kill_after` more requests; the exit code (-9: killed)."""
    start = press.served
    child = subprocess.Popen(
        [sys.executable, str(CRAWL), mode, press.url, str(directory)],
        env={**os.environ, **environment},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    if kill_after is not None:
        while child.poll() is None and press.served - start < kill_after:
            time.sleep(0.001)
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
    _, said = child.communicate(timeout=120)
    if child.returncode not in (0, -signal.SIGKILL):
        raise RuntimeError(f"the crawl ended with {child.returncode}: {said.decode(errors='replace')[-3000:]}")
    return child.returncode


def kept(directory: Path) -> tuple[Counter[tuple[object, ...]], int]:
    """What stands in the sealed parts, as (type, id, revision, hash), and how many lines are torn."""
    found: Counter[tuple[object, ...]] = Counter()
    torn = 0
    for path in sorted(directory.rglob("*.jsonl*")):
        for _, data in read_lines(path):
            try:
                line = json.loads(data)
            except ValueError:
                torn += 1
                continue
            torn += not data.endswith(b"\n")
            found[line["type"], str(line["id"]), line.get("revision"), line.get("content_hash")] += 1
    return found, torn


def compare(directory: Path, truth: Counter[tuple[object, ...]], kills: int, note: str) -> Outcome:
    """A trial's outcome beside an undisturbed run."""
    found, torn = kept(directory)
    outcome = Outcome(
        trials=1,
        kills=kills,
        expected=len(truth),
        lost=len([key for key in truth if key not in found]),
        repeated=sum(count - 1 for count in found.values()),
        torn=torn,
        different=len([key for key in found if key not in truth]),
    )
    if not outcome.clean:
        outcome.notes.append(note)
    return outcome


def ours(
    press: Press,
    directory: Path,
    truth: Counter[tuple[object, ...]],
    deaths: tuple[dict[str, str | int], ...],
    **environment: str,
) -> Outcome:
    """Two editions of the site, each crawled until its deaths are done and then to its end."""
    kills = 0
    for edition in (1, 2):
        press.edition = edition
        for death in deaths:
            fault = {"NEWSARCHIVE_FAULT": str(death["fault"])} if "fault" in death else {}
            after = int(death["after"]) if "after" in death else None
            kills += crawl("ours", press, directory, kill_after=after, **fault, **environment) == -signal.SIGKILL
        crawl("ours", press, directory, **environment)
    return compare(directory, truth, kills, f"{deaths} {environment}")


def bare(press: Press, directory: Path, truth: Counter[tuple[object, ...]], after: int) -> Outcome:
    """One edition, crawled by JOBDIR and FEEDS, killed once and run again."""
    press.edition = 1
    directory.mkdir()
    killed = crawl("bare", press, directory, kill_after=after) == -signal.SIGKILL
    crawl("bare", press, directory)
    return compare(directory, truth, int(killed), f"after {after} requests")


def undisturbed(mode: str, press: Press, directory: Path) -> Counter[tuple[object, ...]]:
    """What a crawl keeps that nobody kills."""
    directory.mkdir()
    for edition in (1, 2) if mode == "ours" else (1,):
        press.edition = edition
        crawl(mode, press, directory)
    found, torn = kept(directory)
    assert torn == 0
    assert set(found.values()) == {1}
    return found


def deaths(count: int, seed: int, requests: int) -> Iterator[tuple[dict[str, str | int], ...]]:
    """How each trial's crawls die: by turns at a named point and at a random moment."""
    chance = random.Random(seed)
    for trial in range(count):
        if trial % 2:
            yield ({"after": chance.randint(1, requests)},)
        else:
            yield ({"fault": f"{LOCAL_POINTS[trial // 2 % len(LOCAL_POINTS)]}:{chance.choice((1, 1, 2, 3))}"},)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trials", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no trial after so many")
    parser.add_argument("--compression", default="none", choices=("none", "gz", "zst"))
    asked = parser.parse_args()
    rows: dict[str, Outcome] = {"newsarchive": Outcome(), "bare Scrapy (JOBDIR + FEEDS)": Outcome()}
    with tempfile.TemporaryDirectory() as where, Press(asked.articles) as press:
        place = Path(where)
        requests = press.articles + press.articles // 10
        truth = {mode: undisturbed(mode, press, place / f"{mode}-whole") for mode in ("ours", "bare")}
        chance, until = random.Random(asked.seed), time.monotonic() + asked.minutes * 60
        for number, death in enumerate(deaths(asked.trials, asked.seed, requests)):
            if time.monotonic() > until:
                break
            rows["newsarchive"].add(
                ours(press, place / f"ours-{number}", truth["ours"], death, NEWSARCHIVE_COMPRESSION=asked.compression)
            )
            if number % 4 == 0:
                rows["bare Scrapy (JOBDIR + FEEDS)"].add(
                    bare(press, place / f"bare-{number}", truth["bare"], chance.randint(1, requests))
                )
    print(
        "| archive | trials | kills | lines expected | lost | repeated | torn | different |\n|---|---|---|---|---|---|---|---|"
    )
    for name, row in rows.items():
        print(
            f"| {name} | {row.trials} | {row.kills} | {row.expected} | {row.lost} | {row.repeated} | {row.torn} | {row.different} |"
        )
    for note in rows["newsarchive"].notes:
        print("not clean:", note)
    return 0 if rows["newsarchive"].clean else 1


if __name__ == "__main__":
    sys.exit(main())
