"""Chains of revisions: two machines that write one prefix, and any number of ids in a bounded memory."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive, Options
from newsarchive.archive.chains import Chain, Chains, Link
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.repair import rebuild
from newsarchive.archive.verify import verify
from tests.archive.conftest import article

ELSEWHERE: Any = object()
"""Stands for a bucket that nothing is fetched from."""


def write(root: Path, *texts: str) -> None:
    with Archive(root, "daily", Options(near_window=0)) as archive:
        for text in texts:
            archive.append(article(1, text=text))


def take_over(root: Path, other: Path) -> Site:
    """Puts the other machine's parts beside ours, as a reindex from S3 does, and gives ours."""
    site = Site(root, "daily")
    for path in Site(other, "daily").sealed_files():
        (root / path.relative_to(other)).write_bytes(path.read_bytes())
    write(root)
    rebuild(site)
    return site


def test_a_revision_that_two_machines_stored_is_counted_and_both_lines_are_found(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    write(here, "One.")
    write(there, "Uno.")
    site = take_over(here, there)
    report = verify(Holdings(site, ELSEWHERE, remote=False))
    assert (report.problems, report.twice) == ([], 1)
    with closing(Index(site.index)) as index:
        assert [revision for revision, _ in index.places("article", "daily/1")] == [1, 1]
    # What comes next follows one of them.
    write(here, "Two.")
    assert verify(Holdings(site, ELSEWHERE, remote=False)).problems == []


def test_each_of_two_chains_may_go_on_by_itself(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    write(here, "One.", "Two.")
    write(there, "Uno.", "Due.", "Tre.")
    site = take_over(here, there)
    report = verify(Holdings(site, ELSEWHERE, remote=False))
    assert (report.problems, report.twice, report.lines) == ([], 2, 5)
    with closing(Index(site.index)) as index:
        assert [revision for revision, _ in index.places("article", "daily/1")] == [1, 1, 2, 2, 3]
        assert index.known("article", "daily/1").revision == 3
    with Archive(here, "daily", Options(near_window=0)) as archive:
        assert archive.append(article(1, text="Tre.")) is False


def test_in_a_directory_the_same_revision_twice_is_wrong(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    write(here, "One.")
    write(there, "Uno.")
    (problem,) = verify(Holdings(take_over(here, there))).problems
    assert problem.endswith("line 1 (article daily/1): is revision 1 after revision 1")


def test_a_revision_that_names_another_one_before_it_is_wrong(tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    write(here, "One.")
    write(there, "Uno.", "Due.")
    for path in Site(there, "daily").sealed_files():
        path.write_bytes(path.read_bytes().splitlines(keepends=True)[1])
    problems = verify(Holdings(take_over(here, there), ELSEWHERE, remote=False)).problems
    assert len(problems) == 1
    assert "as the revision before, which has" in problems[0]


def test_chains_come_by_thing_whatever_the_order_of_lines():
    with Chains() as chains:
        chains.add("tweet", "5", Link(1, "a", None, 0, 1))
        chains.add("article", "daily/1", Link(2, "c", "b", 0, 1))
        chains.add("article", "daily/1", Link(1, "b", None, 1, 1))
        chains.add_heads([(("article", "daily/1"), (2, "c")), (("article", "daily/2"), (1, "d"))])
        assert list(chains) == [
            Chain("article", "daily/1", {1: [Link(1, "b", None, 1, 1)], 2: [Link(2, "c", "b", 0, 1)]}, (2, "c")),
            Chain("article", "daily/2", {}, (1, "d")),
            Chain("tweet", "5", {1: [Link(1, "a", None, 0, 1)]}, None),
        ]


MANY = """
import sys
from newsarchive.archive.chains import Chains, Link
with Chains() as chains:
    for number in range(int(sys.argv[1])):
        chains.add("article", f"daily/{number * 7919 % 1000003}", Link(1, f"{number:064x}", None, number // 1000, number % 1000))
    assert sum(1 for chain in chains) == int(sys.argv[1])
# What getrusage tells is at least what the test's own process once had.
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def test_memory_does_not_grow_with_the_number_of_ids():
    few, many = (
        int(subprocess.run([sys.executable, "-c", MANY, count], check=True, capture_output=True).stdout)
        for count in ("100000", "500000")
    )
    assert many - few < 20  # MB, where a dict of their hashes takes 90
