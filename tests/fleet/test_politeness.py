"""The simulation behind the plan for many sites."""

import subprocess
import sys

from benchmarks.politeness import Fleet, simulate
from tests.crawling import ROOT


def test_one_place_reads_its_sites_one_after_the_other() -> None:
    done = simulate(Fleet(workers=1, places=1), [1000, 1000], [1.0, 1.0])
    # Ten batches, each 3 s and 200 articles at 2.1 requests a second apart.
    assert round(done.hours * 3600) == 10 * (3 + 420)


def test_more_workers_than_sites_are_no_faster_than_the_largest_site_is_polite() -> None:
    few, many = (simulate(Fleet(workers, 2), [2000, 200], [1.0, 2.0]) for workers in (1, 50))
    assert few.hours == many.hours
    assert round(few.hours * 3600) == 10 * (3 + 420)


def test_the_pages_table_is_what_the_simulation_prints() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "benchmarks.politeness"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    page = (ROOT / "docs/scaling.md").read_text("utf-8")
    assert [line for line in printed if line not in page] == []
    assert len(printed) == 11
