"""A crawl whose store is S3, killed during its uploads: what the bucket holds at last is what an undisturbed run keeps."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive.s3 import Bucket
from tests.archive.proxy import Proxy
from tests.archive.seaweed import KEYS, Seaweed, installed
from tests.kill.press import Press
from tests.kill.trial import crawl, kept, undisturbed

pytestmark = [pytest.mark.kill, pytest.mark.s3, pytest.mark.slow]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    try:
        installed()
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"SeaweedFS cannot be installed here: {error.stderr.decode()[-300:]}")
    with Seaweed(tmp_path_factory.mktemp("s3") / "data") as server, Proxy(server.ports["s3"]) as between:
        yield between


@pytest.fixture(autouse=True)
def environment(proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": proxy.url}.items():
        monkeypatch.setenv(name, value)


def kept_in(bucket: Bucket, copy: Path) -> tuple[Counter[tuple[object, ...]], int]:
    """What the bucket holds, as `kept` says it; each part has its line of the manifest."""
    keys = list(bucket.keys("press"))
    for key in keys:
        if "/manifest/" not in key:
            path = copy / Path(key).name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"".join(bucket.read(key)))
    assert len([key for key in keys if "/manifest/" in key]) == len(list(copy.iterdir()))
    return kept(copy)


def test_kills_during_upload_and_a_failing_store_lose_nothing(proxy, tmp_path):
    store = {"NEWSARCHIVE_STORE": "s3://archive/press", "NEWSARCHIVE_COMPRESSION": "zst"}
    spool = tmp_path / "spool"
    with Press(60) as press:
        truth = undisturbed("ours", press, tmp_path / "whole")
        kills = 0
        for edition in (1, 2):
            press.edition = edition
            for fault in ("before_upload:2", "after_upload:1", "after_upload_manifest:2"):
                proxy.rule = lambda method, path, before: "500" if method == "PUT" and before % 4 == 0 else None
                kills += crawl("ours", press, spool, NEWSARCHIVE_FAULT=fault, **store) == -signal.SIGKILL
            proxy.rule = lambda method, path, before: "cut" if before % 5 == 0 else None
            crawl("ours", press, spool, **store)
        proxy.rule = lambda method, path, before: None
    assert kills >= 4
    assert kept_in(Bucket("s3://archive/press"), tmp_path / "copy") == (truth, 0)


def test_kills_between_the_pieces_of_a_large_part_lose_nothing_and_leave_nothing_behind(tmp_path):
    store = {"NEWSARCHIVE_STORE": "s3://archive/bulk", "NEWSARCHIVE_S3_PART_BYTES": str(5 * 1024 * 1024)}
    spool = tmp_path / "spool"
    bucket = Bucket("s3://archive/bulk")
    with Press(60, bulk=600) as press:  # parts of 11 MB
        truth = undisturbed("ours", press, tmp_path / "whole")
        for edition, faults in ((1, ("in_upload:1", "in_upload:3")), (2, ("in_upload:2",))):
            press.edition = edition
            for fault in faults:
                assert crawl("ours", press, spool, NEWSARCHIVE_FAULT=fault, **store) == -signal.SIGKILL, fault
                left = bucket.client.list_multipart_uploads(Bucket="archive", Prefix="bulk/")
                assert len(left["Uploads"]) == 1
            crawl("ours", press, spool, **store)
    assert kept_in(bucket, tmp_path / "copy") == (truth, 0)
    assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket="archive", Prefix="bulk/")
