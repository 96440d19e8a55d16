"""The project on a real Scrapyd: deployed, scheduled, read back, cancelled, killed."""

import os
import signal
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawling import UNHURRIED, Archived, differences, lines_of, thread_differences
from tests.scrapyd.daemon import ROOT, Scrapyd, checkout, deploying
from tests.sites import SampleSite

pytestmark = pytest.mark.scrapyd


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """A daemon to which the project has been deployed by `make deploy`, on a server that has other packages of those names."""
    place = tmp_path_factory.mktemp("scrapyd")
    for name in ("spiders", "pipelines"):
        (place / "others" / name).mkdir(parents=True)
        (place / "others" / name / "__init__.py").write_text("raise RuntimeError('the wrong package')\n")
    environ = {"NEWSARCHIVE_STORE": str(place / "store"), "PYTHONPATH": str(place / "others")}
    with Scrapyd(place / "server", environ=environ) as scrapyd:
        project = checkout(place / "checkout", scrapyd.url)
        done = subprocess.run(
            ["make", "deploy", f"DEPLOY={deploying().parent}"],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert '"status": "ok"' in done.stdout, done.stdout + done.stderr
        yield scrapyd


def settings(store: Path) -> dict[str, str]:
    return UNHURRIED | {"NEWSARCHIVE_STORE": str(store)}


def archived(store: Path) -> Archived:
    made = Archived(0, "", [])
    made.articles, made.threads = (lines_of(store, "southfront", kind) for kind in ("articles", "threads"))
    return made


def repeated(made: Archived) -> list[tuple[str, int]]:
    """Lines that are there twice."""
    counts = Counter(
        (line["type"] + " " + line["id"], line["revision"])
        for lines in (*made.articles.values(), *made.threads.values())
        for line in lines
    )
    return [key for key, count in counts.items() if count > 1]


def test_the_version_is_a_timestamp_and_the_spiders_are_listed(daemon: Scrapyd) -> None:
    versions = daemon.get("listversions.json?project=newsarchive")["versions"]
    assert [version for version in versions if not (version.isdigit() and len(version) == 10)] == []
    assert daemon.get("listspiders.json?project=newsarchive")["spiders"] == ["southfront", "tweets", "wordpress"]


def test_the_egg_holds_every_file_of_the_packages(daemon: Scrapyd) -> None:
    (egg,) = (daemon.place / "eggs/newsarchive").glob("*.egg")
    held = {
        name
        for name in zipfile.ZipFile(egg).namelist()
        if not name.startswith("EGG-INFO") and not name.endswith(".pyc")
    }
    files = subprocess.run(
        ["git", "ls-files", "newsarchive", "spiders", "pipelines"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [name for name in files if name not in held and (ROOT / name).exists()] == []
    assert [name for name in held if name.startswith("tests")] == []


def test_a_job_archives_the_site_and_its_verdict_is_in_its_log(daemon: Scrapyd, tmp_path: Path) -> None:
    with SampleSite() as site:
        job = daemon.schedule("southfront", url=site.url, settings=settings(tmp_path))
        log = daemon.finish(job)
        assert "southfront: COMPLETE (exit code 0)" in log, log[-3000:]
        made = archived(tmp_path)
        assert differences(made, site.truth()) == []
        assert thread_differences(made, site.truth()) == []


def test_a_second_job_of_a_named_version_finds_nothing_new(daemon: Scrapyd, tmp_path: Path) -> None:
    version = daemon.get("listversions.json?project=newsarchive")["versions"][-1]
    with SampleSite() as site:
        daemon.finish(daemon.schedule("southfront", url=site.url, settings=settings(tmp_path)))
        first = archived(tmp_path)
        log = daemon.finish(
            daemon.schedule("southfront", url=site.url, settings=settings(tmp_path), _version=version, jobid="second")
        )
        assert "southfront: COMPLETE" in log, log[-3000:]
        assert archived(tmp_path).articles == first.articles
        assert archived(tmp_path).threads == first.threads


def test_an_argument_that_cannot_be_used_is_told_in_the_log(daemon: Scrapyd, tmp_path: Path) -> None:
    log = daemon.finish(daemon.schedule("southfront", since="yesterdayish", settings=settings(tmp_path)))
    assert "-a since=yesterdayish" in log


def test_a_site_that_cannot_be_reached_is_broken_in_the_log(daemon: Scrapyd, tmp_path: Path) -> None:
    with SampleSite() as site:
        url = site.url
    log = daemon.finish(daemon.schedule("southfront", url=url, settings=settings(tmp_path) | {"RETRY_TIMES": "0"}))
    assert "southfront: BROKEN (exit code 5)" in log


def test_a_cancelled_job_ends_well_and_the_next_one_finishes_it(daemon: Scrapyd, tmp_path: Path) -> None:
    with SampleSite(latency_seconds=0.05) as site:
        job = daemon.schedule("southfront", url=site.url, settings=settings(tmp_path))
        daemon.until(lambda: len(site.requests) > 12, "the job crawls")
        assert daemon.post("cancel.json", ("project", "newsarchive"), ("job", job))["prevstate"] == "running"
        log = daemon.finish(job)
        assert "Spider closed (shutdown)" in log, log[-3000:]
        assert "southfront: PARTIAL (exit code 3)" in log
        assert list((tmp_path / "southfront/.archive/open").iterdir()) == []  # every part was sealed
        site.options.latency_seconds = 0
        log = daemon.finish(daemon.schedule("southfront", url=site.url, settings=settings(tmp_path)))
        assert "southfront: COMPLETE" in log, log[-3000:]
        made = archived(tmp_path)
        assert differences(made, site.truth()) == []
        assert thread_differences(made, site.truth()) == []
        assert repeated(made) == []


def test_what_a_killed_job_left_is_finished_after_the_daemon_has_died_as_well(daemon: Scrapyd, tmp_path: Path) -> None:
    with SampleSite(latency_seconds=0.05) as site:
        job = daemon.schedule("southfront", url=site.url, settings=settings(tmp_path))
        daemon.until(lambda: len(site.requests) > 20, "the job crawls")
        (running,) = [one for one in daemon.running() if one["id"] == job]
        os.kill(running["pid"], signal.SIGKILL)
        daemon.until(lambda: daemon.state(job) == "finished", "the killed job is over")
        pending = daemon.schedule(
            "southfront", url=site.url, settings=settings(tmp_path) | {"NEWSARCHIVE_LOCK_WAIT": "30"}
        )
        daemon.stop(signal.SIGKILL)  # midway in the next job, which goes on without it, or before it began
        site.options.latency_seconds = 0
        daemon.start()
        log = daemon.finish(
            daemon.schedule("southfront", url=site.url, settings=settings(tmp_path) | {"NEWSARCHIVE_LOCK_WAIT": "60"})
        )
        assert pending
        assert "southfront: COMPLETE" in log, log[-3000:]
        made = archived(tmp_path)
        assert differences(made, site.truth()) == []
        assert thread_differences(made, site.truth()) == []
        assert repeated(made) == []


def test_the_place_may_be_given_once_for_all_jobs_by_the_environment(daemon: Scrapyd) -> None:
    with SampleSite() as site:
        log = daemon.finish(daemon.schedule("southfront", url=site.url, settings=UNHURRIED))
        assert "southfront: COMPLETE" in log, log[-3000:]
        assert differences(archived(Path(daemon.environ["NEWSARCHIVE_STORE"])), site.truth()) == []
