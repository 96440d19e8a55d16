"""A crawl whose store is S3, killed during its uploads: what the bucket holds at last is what an undisturbed run keeps."""

import os
import signal
import subprocess
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


def test_kills_during_upload_and_a_failing_store_lose_nothing(proxy, tmp_path, monkeypatch):
    environment = {**KEYS, "AWS_ENDPOINT_URL": proxy.url}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    store = {"NEWSARCHIVE_STORE": "s3://archive/press", "NEWSARCHIVE_COMPRESSION": "zst"}
    spool, copy = tmp_path / "spool", tmp_path / "copy"
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
    bucket = Bucket("s3://archive/press")
    for key in bucket.keys("press"):
        if "/manifest/" not in key:
            path = copy / Path(key).name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"".join(bucket.read(key)))
    found, torn = kept(copy)
    assert (found, torn) == (truth, 0)
    assert len([key for key in bucket.keys("press") if "/manifest/" in key]) == len(list(copy.iterdir()))
