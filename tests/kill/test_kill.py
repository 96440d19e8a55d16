"""A crawl that is killed -9 and run again has archived what an undisturbed one has: no line less, none twice, none torn."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kill.press import Press
from tests.kill.trial import CRAWL, LOCAL_POINTS, bare, kept, ours, undisturbed

pytestmark = [pytest.mark.kill, pytest.mark.slow]


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press(60) as site:
        yield site


@pytest.fixture(scope="module")
def truth(press: Press, tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[object, ...]]:
    return undisturbed("ours", press, tmp_path_factory.mktemp("whole") / "ours")


def test_an_undisturbed_run_keeps_both_editions(truth):
    # 60 articles and threads, of the second edition 20 articles and 12 threads.
    assert Counter(key[2] for key in truth) == {1: 120, 2: 32}


@pytest.mark.parametrize("compression", ["none", "zst"])
def test_a_kill_at_every_point_one_after_the_other(press, truth, tmp_path, compression):
    deaths = tuple({"fault": f"{point}:{1 + number % 3}"} for number, point in enumerate(LOCAL_POINTS))
    outcome = ours(press, tmp_path / "archive", truth, deaths, NEWSARCHIVE_COMPRESSION=compression)
    assert outcome.kills >= 8  # what is left to do may be done before the last points come
    assert outcome.clean, outcome


def test_kills_at_any_moment(press, truth, tmp_path):
    outcome = ours(press, tmp_path / "archive", truth, tuple({"after": after} for after in (3, 17, 29, 41)))
    assert outcome.kills >= 4
    assert outcome.clean, outcome


def test_a_bare_project_repeats_or_loses_where_this_one_does_neither(press, tmp_path):
    outcome = bare(press, tmp_path / "bare", undisturbed("bare", press, tmp_path / "whole"), after=40)
    assert outcome.kills == 1
    assert not outcome.clean


def _start(press: Press, directory: Path, **settings: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "SHOW_STATS": "1", **settings}
    return subprocess.Popen(
        [sys.executable, str(CRAWL), "ours", press.url, str(directory)], env=environment, stderr=subprocess.PIPE
    )


def test_a_second_crawl_of_the_site_waits_for_the_first(press, truth, tmp_path):
    press.edition = 1
    crawls = [_start(press, tmp_path / "archive", NEWSARCHIVE_LOCK_WAIT="60") for _ in range(2)]
    said = [crawl.communicate(timeout=120)[1] for crawl in crawls]
    assert [crawl.returncode for crawl in crawls] == [0, 0], said
    found, torn = kept(tmp_path / "archive")
    assert (len(found), set(found.values()), torn) == (120, {1}, 0)


def test_a_second_crawl_of_the_site_is_refused_with_a_reason(press, tmp_path):
    from newsarchive.archive import Archive

    with Archive(tmp_path / "archive", "press"):
        crawl = _start(press, tmp_path / "archive")
        _, said = crawl.communicate(timeout=60)
    assert crawl.returncode == 3
    assert b"another process is writing the archive of this site" in said
    assert b"'finish_reason': 'archive_busy'" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small tmpfs needs root")
def test_a_full_disk_stops_the_crawl_and_a_rerun_loses_nothing(press, truth, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"mounting a tmpfs is not allowed here: {mounted.stderr.decode()}")
    try:
        press.edition = 1
        crawl = _start(press, disk)
        _, said = crawl.communicate(timeout=60)
        assert crawl.returncode == 3
        assert b"the disk is full" in said
        assert b"'finish_reason': 'archive_unwritable'" in said
        assert b"'newsarchive/export/failed'" in said
        subprocess.run(["mount", "-o", "remount,size=16m", str(disk)], check=True)
        for edition in (1, 2):
            press.edition = edition
            crawl = _start(press, disk)
            _, said = crawl.communicate(timeout=60)
            assert crawl.returncode == 0, said
        found, torn = kept(disk)
        assert (found, torn) == (truth, 0)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        crawl = _start(press, disk)
        _, said = crawl.communicate(timeout=60)
        assert b"the file system is read-only" in said
    finally:
        subprocess.run(["umount", str(disk)], check=True)
