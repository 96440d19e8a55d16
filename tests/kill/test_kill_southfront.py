"""The real spider on the sample site, killed -9 over and over, beside a run that nobody disturbs."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.crawling import ROOT, UNHURRIED, crawl
from tests.kill.trial import LOCAL_POINTS, compare, kept
from tests.sites import SampleSite

pytestmark = pytest.mark.kill


def started(site: SampleSite, store: Path, **environment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "scrapy", "crawl", "southfront", "-a", f"url={site.url}"]
    for name, value in UNHURRIED.items():
        command += ["-s", f"{name}={value}"]
    env = os.environ | {"NEWSARCHIVE_STORE": str(store), **environment}
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True)


def killed(site: SampleSite, store: Path, requests: int) -> bool:
    """Runs a crawl until the site has answered so many requests, then kills it; whether it was still running."""
    child = started(site, store)
    before, patience = len(site.requests), time.monotonic() + 60
    while child.poll() is None and len(site.requests) - before < requests and time.monotonic() < patience:
        time.sleep(0.002)
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
    return child.wait(timeout=60) == -signal.SIGKILL


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory):
    store = tmp_path_factory.mktemp("undisturbed")
    with SampleSite(theme="classic") as site:
        assert crawl(site, store).exit_code == 0
        truth: Counter[tuple[object, ...]] = kept(store)[0]
        yield site, truth


@pytest.mark.parametrize("seed", range(5))
def test_a_crawl_killed_at_random_moments_is_finished_by_the_same_command(
    seed: int, undisturbed, tmp_path: Path
) -> None:
    site, truth = undisturbed
    chance = random.Random(seed)
    kills = sum(killed(site, tmp_path, chance.randint(1, 45)) for _ in range(3))
    done = crawl(site, tmp_path)
    assert done.exit_code == 0, done.log[-3000:]
    outcome = compare(tmp_path, truth, kills, f"seed {seed}")
    assert kills
    assert outcome.clean, outcome


@pytest.mark.parametrize("point", LOCAL_POINTS)
def test_a_crawl_killed_at_a_fault_point_is_finished_by_the_same_command(
    point: str, undisturbed, tmp_path: Path
) -> None:
    site, truth = undisturbed
    child = started(site, tmp_path, NEWSARCHIVE_FAULT=point)
    assert child.wait(timeout=120) == -signal.SIGKILL
    done = crawl(site, tmp_path)
    assert done.exit_code == 0, done.log[-3000:]
    outcome = compare(tmp_path, truth, 1, point)
    assert outcome.clean, outcome
