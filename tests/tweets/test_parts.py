"""The log of observations on a real S3 server: put there in parts, and had back from there."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path

import pytest

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.s3 import Bucket
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Content, Observation
from newsarchive.tweets.parts import key, problems, push, restore
from tests.archive.seaweed import KEYS, Seaweed, installed

pytestmark = [pytest.mark.s3, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory):
    try:
        installed()
    except subprocess.CalledProcessError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"SeaweedFS cannot be installed here: {error.stderr.decode()[-300:]}")
    with Seaweed(tmp_path_factory.mktemp("s3") / "data") as server:
        yield server


@pytest.fixture
def bucket(seaweed, monkeypatch, request):
    """A prefix of its own for each test."""
    for name, value in {**KEYS, "AWS_ENDPOINT_URL": seaweed.url}.items():
        monkeypatch.setenv(name, value)
    return Bucket(f"s3://archive/{sha256(request.node.name.encode()).hexdigest()[:12]}")


def seen(number, at="2026-11-01T00:00:00Z"):
    """What the API said of a tweet; two share a body."""
    return Observation(
        id=str(number), resolver="xapi", endpoint="xapi.tweets", answer="found", at=at, http_status=200, cost_usd=0.005,
        content=Content(text=f"Words {number}"), payload=b"answer %d" % (number // 2), url="https://api.example/2/tweets",
    )  # fmt: skip


def fill(path, *numbers):
    """A log that has seen these tweets."""
    log = ObservationLog(path)
    log.append([seen(number) for number in numbers])
    log.close()


def told(path):
    """Every observation, and the bodies, of a log."""
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT id, resolver, endpoint, answer, content, at, url, payload_sha256, cost_usd FROM observation ORDER BY id"
    ).fetchall()
    bodies = connection.execute("SELECT * FROM payload ORDER BY sha256").fetchall()
    connection.close()
    return rows, bodies


def test_a_lost_log_is_had_back_whole(bucket, tmp_path):
    first, second = tmp_path / "first.sqlite3", tmp_path / "second" / "tweets.sqlite3"
    fill(first, *range(20, 30))
    done = push(first, bucket, NOW)
    assert (done.parts, done.pending, done.error) == (1, 0, None)
    fill(first, *range(30, 33))
    assert push(first, bucket, NOW).parts == 1
    assert push(first, bucket, NOW).parts == 0
    assert restore(second, bucket) == 13
    assert told(second) == told(first)
    log = ObservationLog(second)
    assert log.records(["25"])["25"].content.text == "Words 25"
    assert log.spent_usd("xapi") == pytest.approx(0.065)
    log.close()
    assert restore(second, bucket) == 0
    assert push(second, bucket, NOW).parts == 0
    assert bucket.folders() == []  # it is no site


def test_two_machines_exchange_what_they_know(bucket, tmp_path):
    one, other = tmp_path / "one.sqlite3", tmp_path / "other.sqlite3"
    fill(one, 20, 21, 22)
    fill(other, 22, 23)
    push(one, bucket, NOW)
    assert restore(other, bucket) == 2  # 22 was known, word for word
    push(other, bucket, NOW)
    assert restore(one, bucket) == 1
    assert told(one) == told(other)


def test_many_observations_go_in_several_parts(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr("newsarchive.tweets.parts._OBSERVATIONS", 3)
    fill(tmp_path / "log.sqlite3", *range(20, 30))
    assert push(tmp_path / "log.sqlite3", bucket, NOW).parts == 4
    assert restore(tmp_path / "again.sqlite3", bucket) == 10


def test_what_the_bucket_lost_or_holds_otherwise_is_named(bucket, tmp_path):
    path = tmp_path / "log.sqlite3"
    fill(path, 20)
    push(path, bucket, NOW)
    assert list(problems(path, bucket)) == []
    [name] = bucket.keys(".tweets")
    bucket.client.put_object(Bucket=bucket.name, Key=name, Body=b"something else")
    [problem] = problems(path, bucket)
    assert name in problem
    with pytest.raises(ArchiveError):
        restore(tmp_path / "again.sqlite3", bucket)


def test_a_damaged_body_is_named(tmp_path, bucket):
    path = tmp_path / "log.sqlite3"
    fill(path, 20)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE payload SET body = x'00'")
    connection.commit()
    connection.close()
    [problem] = problems(path, bucket)
    assert "damaged" in problem


def test_a_bucket_that_is_not_there_costs_nothing_but_the_upload(bucket, tmp_path):
    path = tmp_path / "log.sqlite3"
    fill(path, 20)
    done = push(path, Bucket("s3://no-such-bucket/x"), NOW)
    assert (done.parts, done.pending) == (0, 1)
    assert "no-such-bucket" in done.error or "NoSuchBucket" in done.error
    assert push(path, bucket, NOW).parts == 1


@pytest.mark.parametrize("point", ["before_tweets_upload", "after_tweets_upload"])
def test_a_push_that_was_killed_is_finished_by_the_next(bucket, tmp_path, point):
    path = tmp_path / "log.sqlite3"
    fill(path, *range(20, 30))
    code = (
        "import sys; from datetime import datetime, timezone; from pathlib import Path\n"
        "from newsarchive.archive.s3 import Bucket; from newsarchive.tweets.parts import push\n"
        "push(Path(sys.argv[1]), Bucket(sys.argv[2]), datetime.now(timezone.utc))"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(path), bucket.url],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NEWSARCHIVE_FAULT": point}, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert push(path, bucket, NOW).parts == 1
    assert len(list(bucket.keys(".tweets"))) == 1
    assert restore(tmp_path / "again.sqlite3", bucket) == 10


def test_the_commands_know_the_log(bucket, tmp_path):
    """A crawl puts the log on S3 by itself; `push` does what it could not, `verify` reads it, `reindex` brings it back."""
    quote = (
        '<blockquote class="twitter-tweet"><p>Quoted words</p>&mdash; Some (@some_acc) '
        '<a href="https://twitter.com/some_acc/status/1103483853686165505">March 7, 2019</a></blockquote>'
    )
    local = tmp_path / "local"
    own = {"NEWSARCHIVE_STORE": bucket.url, "NEWSARCHIVE_LOCAL": str(local)}
    plan = tmp_path / "plan.json"
    plan.write_text(
        json.dumps({"articles": [[1, quote]], "settings": {**own, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"}})
    )
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT)}

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    run("tests.tweets.crawling", str(plan))
    [name] = bucket.keys(".tweets")
    assert json.loads(run("scrapy", "archive", "push", "--json"))["tweets"]["parts"] == 0
    fill(local / "tweets.sqlite3", 20)
    assert json.loads(run("scrapy", "archive", "push", "--json"))["tweets"]["parts"] == 1
    assert json.loads(run("scrapy", "archive", "verify", "--json")) | {"sites": 0} == {
        "ok": True, "sites": 0, "tweets": {"problems": []},
    }  # fmt: skip
    before = told(local / "tweets.sqlite3")
    for path in local.glob("tweets.sqlite3*"):
        path.unlink()
    assert json.loads(run("scrapy", "archive", "reindex", "--json"))["observations"] == 2
    assert told(local / "tweets.sqlite3") == before
    bucket.client.put_object(Bucket=bucket.name, Key=name, Body=b"something else")
    wrong = subprocess.run(
        [sys.executable, "-m", "scrapy", "archive", "verify"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert wrong.returncode == 1
    assert key(bucket, name.rpartition("/")[2].removesuffix(".jsonl.zst")) in wrong.stdout
