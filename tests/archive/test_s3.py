"""Parts on their way to a real S3 server, with everything going wrong on the way."""

import argparse
import hashlib
import json
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread

import pytest
from scrapy.settings import Settings

from newsarchive.archive import Archive, manifest
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.s3 import Bucket, StoreConflict, StoreError, StoreRefused
from newsarchive.archive.upload import Uploader, part_key, prune, push
from newsarchive.commands.archive import Command
from tests.archive.conftest import article
from tests.archive.proxy import Proxy
from tests.archive.seaweed import KEYS, Seaweed, installed

pytestmark = [pytest.mark.s3, pytest.mark.slow]


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    try:
        installed()
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"SeaweedFS cannot be installed here: {error.stderr.decode()[-300:]}")
    with Seaweed(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture
def proxy(seaweed: Seaweed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    with Proxy(seaweed.ports["s3"]) as between:
        monkeypatch.setenv("AWS_ENDPOINT_URL", between.url)
        yield between


@pytest.fixture
def bucket(proxy: Proxy, request: pytest.FixtureRequest) -> Bucket:
    """A prefix of its own for each test."""
    return Bucket(
        f"s3://archive/{hashlib.sha256(request.node.name.encode()).hexdigest()[:12]}", part_bytes=5 * 1024 * 1024
    )


@pytest.fixture
def site(opened, root: Path) -> Site:
    """A site with three sealed parts."""
    with opened(part_lines=2) as archive:
        for number in range(5):
            archive.append(article(number))
    return Site(root, "daily")


def held(bucket: Bucket, site: Site) -> dict[str, str]:
    """SHA-256 of every part that the bucket holds, by its path within the site."""
    below = bucket.key(site.name) + "/"
    return {key.removeprefix(below): bucket.sha256(key) for key in bucket.keys(site.name) if "/manifest/" not in key}


def local(site: Site) -> dict[str, str]:
    return {entry.file: entry.sha256 for entry in manifest.read(site.manifest)[0].values()}


def large(path: Path, megabytes: int = 12) -> Path:
    path.write_bytes(os.urandom(megabytes * 1024 * 1024))
    return path


def test_every_part_and_a_manifest_for_it_are_stored(bucket, site):
    done = push(site, bucket)
    assert (done.parts, done.pending, done.error) == (3, 0, None)
    assert held(bucket, site) == local(site)
    assert len([key for key in bucket.keys(site.name) if "/manifest/" in key]) == 3
    assert push(site, bucket).parts == 0


def test_a_lost_index_costs_no_second_upload(bucket, site, proxy):
    push(site, bucket)
    with closing(Index(site.index, write=True)) as index:
        index._db.execute("DELETE FROM uploaded")
    done = push(site, bucket)
    assert (done.parts, done.pending) == (3, 0)
    assert held(bucket, site) == local(site)


def test_a_large_part_goes_in_pieces(bucket, tmp_path):
    path = large(tmp_path / "part")
    bucket.put(path, bucket.key("part"))
    assert bucket.sha256(bucket.key("part")) == hashlib.sha256(path.read_bytes()).hexdigest()
    bucket.put(path, bucket.key("part"))


@pytest.mark.parametrize("size", [10, 12 * 1024 * 1024])
def test_another_object_under_the_key_is_never_overwritten(bucket, tmp_path, size):
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(b"a" * size)
    second.write_bytes(b"b" * size)
    bucket.put(first, bucket.key("part"))
    with pytest.raises(StoreConflict):
        bucket.put(second, bucket.key("part"))
    assert bucket.sha256(bucket.key("part")) == hashlib.sha256(first.read_bytes()).hexdigest()


def test_of_two_machines_at_one_key_one_wins_and_the_other_is_told(bucket, tmp_path):
    outcomes: list[str] = []
    start = Barrier(2)

    def put(name: str) -> None:
        path = tmp_path / name
        path.write_bytes(name.encode())
        start.wait()
        try:
            bucket.put(path, bucket.key("part"))
            outcomes.append("stored")
        except StoreError:
            outcomes.append("refused")

    threads = [Thread(target=put, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "stored"]


@pytest.mark.parametrize("fault", ["500", "503", "cut", "lost"])
def test_a_part_survives_a_request_that_fails(bucket, site, proxy, fault):
    proxy.rule = lambda method, path, before: fault if method == "PUT" and before % 3 == 0 else None
    uploader = Uploader(site, bucket, first_pause=0.01)
    uploader.start()
    done = uploader.finish(60)
    assert (done.pending, done.error) == (0, None)
    proxy.rule = lambda method, path, before: None
    assert held(bucket, site) == local(site)


@pytest.mark.parametrize("fault", ["500", "cut", "lost"])
def test_a_failure_in_the_middle_of_a_multipart_upload_loses_nothing(bucket, tmp_path, proxy, fault):
    path = large(tmp_path / "part")
    failed = []

    def second_piece_fails(method: str, where: str, before: int) -> str | None:
        if "partNumber=2" in where and len(failed) < 9:
            failed.append(where)
            return fault
        return None

    proxy.rule = second_piece_fails
    for _ in range(4):
        try:
            bucket.put(path, bucket.key("part"))
            break
        except StoreError:
            continue
    assert failed
    assert bucket.sha256(bucket.key("part")) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_multipart_upload_whose_last_answer_is_lost_counts_once_it_is_seen(bucket, tmp_path, proxy):
    path = large(tmp_path / "part")
    lost = []

    def end_is_lost(method: str, where: str, before: int) -> str | None:
        if method == "POST" and "uploadId=" in where and not lost:
            lost.append(where)
            return "lost"
        return None

    proxy.rule = end_is_lost
    for _ in range(3):
        try:
            bucket.put(path, bucket.key("part"))
            break
        except StoreError:
            continue
    assert lost
    assert bucket.sha256(bucket.key("part")) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_what_a_dead_multipart_upload_left_is_aborted(bucket, site):
    entry = next(iter(manifest.read(site.manifest)[0].values()))
    key = part_key(bucket, site, entry)
    upload = bucket.client.create_multipart_upload(Bucket=bucket.name, Key=key)["UploadId"]
    other = bucket.client.create_multipart_upload(Bucket=bucket.name, Key=bucket.key("someone-elses"))["UploadId"]
    done = push(site, bucket)
    assert (done.aborted, done.pending) == (1, 0)
    left = bucket.client.list_multipart_uploads(Bucket=bucket.name, Prefix=bucket.prefix).get("Uploads", [])
    assert [found["UploadId"] for found in left] == [other]
    assert upload != other
    bucket.abort_uploads([bucket.key("someone-elses")])


def test_a_store_that_is_down_leaves_the_parts_pending(site, monkeypatch, bucket):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        down = Bucket(bucket.url)
        uploader = Uploader(site, down, first_pause=0.01)
        uploader.start()
        done = uploader.finish(1)
        assert (done.parts, done.pending) == (0, 3)
        assert "the store fails" in done.error
    assert push(site, bucket).parts == 3


def test_wrong_credentials_are_said_and_not_tried_again(site, monkeypatch, proxy, bucket):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    wrong = Bucket(bucket.url)
    with pytest.raises(StoreRefused, match="the store refuses"):
        wrong.head(wrong.key("x"))
    uploader = Uploader(site, wrong)
    uploader.start()
    done = uploader.finish(20)
    assert (done.parts, done.pending) == (0, 3)
    assert len([line for line in proxy.requests if line.startswith("PUT")]) == 1
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["AWS_SECRET_ACCESS_KEY"])
    assert push(site, Bucket(bucket.url)).pending == 0


def test_only_what_the_bucket_proves_to_hold_is_pruned(bucket, site, opened):
    push(site, bucket)
    first, second, third = manifest.read(site.manifest)[0].values()
    bucket.client.put_object(Bucket=bucket.name, Key=part_key(bucket, site, second), Body=b"x" * second.bytes)
    done = prune(site, bucket)
    assert (done.parts, done.pending) == (2, 1)
    assert [(site.path / entry.file).exists() for entry in (first, second, third)] == [False, True, False]
    with opened() as archive:
        assert archive.repaired.damage == []
        assert archive.append(article(0)) is False


def task(bucket: Bucket, place: Path, *arguments: str) -> int:
    """Runs a task of `scrapy archive` on a machine whose local archive is at `place`; its exit code."""
    command = Command()
    command.settings = Settings({"NEWSARCHIVE_STORE": bucket.url, "NEWSARCHIVE_LOCAL": str(place)})
    parser = argparse.ArgumentParser(conflict_handler="resolve")
    command.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    command.run(rest, options)
    return command.exitcode


def test_push_verify_and_prune_by_hand(bucket, site, root, capsys):
    assert task(bucket, root, "push", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sites"]["daily"]["parts"] == 3
    assert task(bucket, root, "prune", "--older-than", "2026-05-04") == 0
    assert len(site.sealed_files()) == 3
    assert task(bucket, root, "prune") == 0
    assert site.sealed_files() == []
    capsys.readouterr()
    assert task(bucket, root, "verify", "--json") == 0
    assert json.loads(capsys.readouterr().out)["sites"][0]["lines"] == 5
    assert task(bucket, root, "stats", "--json") == 0
    (held,) = json.loads(capsys.readouterr().out)["sites"]
    assert (held["pending"], held["only_on_s3"], held["articles"]) == (0, 3, 5)
    assert task(bucket, root, "show", "3") == 0
    assert "Bridge 3 opens" in capsys.readouterr().out


def test_a_new_machine_learns_what_others_have_stored(bucket, site, root, tmp_path, capsys):
    task(bucket, root, "push")
    elsewhere = tmp_path / "elsewhere"
    assert task(bucket, elsewhere, "reindex") == 0
    assert "daily: 5 lines indexed" in capsys.readouterr().out
    with Archive(elsewhere, "daily") as archive:
        assert archive.append(article(3)) is False
        assert archive.append(article(9)) is True
    assert task(bucket, elsewhere, "push", "--json") == 0
    assert task(bucket, elsewhere, "verify") == 0
    target = tmp_path / "copy.jsonl"
    assert task(bucket, root, "export", str(target)) == 0
    assert sorted(json.loads(line)["id"] for line in target.read_bytes().splitlines()) == [
        *(f"daily/{number}" for number in range(5)),
        "daily/9",
    ]


def test_two_machines_that_stored_the_same_article_both_keep_it(bucket, root, tmp_path, capsys):
    elsewhere = tmp_path / "elsewhere"
    for place, text in ((root, "One."), (elsewhere, "Uno.")):
        with Archive(place, "daily") as archive:
            archive.append(article(1, text=text))
        assert task(bucket, place, "push") == 0
    for place in (root, elsewhere):
        assert task(bucket, place, "reindex") == 0
        capsys.readouterr()
        assert task(bucket, place, "verify", "--json") == 0
        (said,) = json.loads(capsys.readouterr().out)["sites"]
        assert (said["lines"], said["twice"], said["problems"]) == (2, 1, [])
        assert task(bucket, place, "show", "1", "--json") == 0
        assert sorted(line["text"] for line in json.loads(capsys.readouterr().out)["article"]) == ["One.", "Uno."]


def test_a_lost_index_is_rebuilt_from_parts_that_only_s3_holds(bucket, site, root):
    push(site, bucket)
    prune(site, bucket)
    site.index.unlink()
    with pytest.raises(ArchiveError, match="set NEWSARCHIVE_STORE"):
        Archive(root, "daily")
    with Archive(root, "daily", file=Holdings(site, bucket, remote=False).file) as archive:
        assert archive.repaired.lines_indexed == 5
        assert archive.append(article(3)) is False


def test_verify_names_an_object_that_is_not_what_was_stored(bucket, site, root, capsys):
    push(site, bucket)
    prune(site, bucket)
    entry = next(iter(manifest.read(site.manifest)[0].values()))
    bucket.client.put_object(Bucket=bucket.name, Key=part_key(bucket, site, entry), Body=b"x" * entry.bytes)
    assert task(bucket, root, "verify", "--json") == 1
    problems = json.loads(capsys.readouterr().out)["sites"][0]["problems"]
    assert "has the SHA-256" in problems[0]


@pytest.mark.parametrize("url", ["s3://", "s3:///prefix", "archive"])
def test_what_is_no_bucket_address_is_refused(url):
    with pytest.raises(ArchiveError):
        Bucket(url)
