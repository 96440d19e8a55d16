"""Workers on machines of their own, the archive in a bucket: one dies in the midst of its uploads and never comes back."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive.s3 import Bucket
from tests.archive.seaweed import KEYS, Seaweed, installed
from tests.crawling import crawl
from tests.fleet.running import fleet, lines, parts
from tests.fleet.test_kill import retried_at_once
from tests.sites import SampleSite

pytestmark = [pytest.mark.fleet, pytest.mark.s3, pytest.mark.slow]


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    try:
        installed()
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"SeaweedFS cannot be installed here: {error.stderr.decode()[-300:]}")
    with Seaweed(tmp_path_factory.mktemp("s3") / "data") as server:
        yield f"http://127.0.0.1:{server.ports['s3']}"


@pytest.mark.parametrize("point", ["before_upload:2", "after_upload:1", "after_upload_manifest:1", "before_commit:2"])
def test_another_machine_finishes_what_a_lost_one_was_uploading(
    point: str, endpoint: str, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": endpoint}.items():
        monkeypatch.setenv(name, value)
    store = f"s3://archive/{database.rpartition('/')[2]}"
    settings = {"NEWSARCHIVE_KEEP_LOCAL": "0", "NEWSARCHIVE_COMPRESSION": "zst", "NEWSARCHIVE_FLEET_BATCH": "15"}
    with SampleSite() as site, fleet(store, database, tmp_path, **settings) as ours:
        assert crawl(site, tmp_path / "one").exit_code == 0
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        lost = ours.start("--drain", NEWSARCHIVE_FAULT=point, NEWSARCHIVE_LOCAL=str(tmp_path / "lost"))
        assert lost.wait(120) == -signal.SIGKILL, ours.logs()
        retried_at_once(database)
        assert ours.start("--drain", NEWSARCHIVE_LOCAL=str(tmp_path / "other")).wait(120) == 0, ours.logs()
        (status,) = ours.status()["sites"]
        assert (status["articles"], status["left"], status["aside"]) == (29, 0, [])
        assert parts(tmp_path / "other") == []  # what is safe in the bucket is not kept here
        bucket, copy = Bucket(store), tmp_path / "copy"
        for key in bucket.keys("southfront"):
            place = copy / key.removeprefix(f"{bucket.prefix}/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(b"".join(bucket.read(key)))
        assert lines(copy) == lines(tmp_path / "one")
        manifests = {path.stem for path in copy.glob("southfront/manifest/*.ndjson")}
        assert manifests == {Path(name).name.removesuffix(".jsonl.zst") for name in parts(copy)}
        ours.run("archive", "verify")
