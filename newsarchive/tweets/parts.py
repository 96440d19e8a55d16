"""The log's observations on S3: in parts that are put there once, verified, and read back where a machine has lost its log.

A part (``.tweets/<stem>.jsonl.zst`` under the store's prefix) is a run of observations in the order they were made, a line
each, and the bodies they came from, a line each before the first observation that needs it. Which part holds what is
settled in the log before anything is sent, so that a push that was killed sends the same bytes under the same name again.
"""

import base64
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import zstandard

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.faults import reached
from newsarchive.archive.lines import decode_line, encode_line, read_lines
from newsarchive.archive.lock import Lock
from newsarchive.tweets.log import ObservationLog

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket

FOLDER = ".tweets"
"""Below the store's prefix; no site can have this name."""
_OBSERVATIONS = 2_000  # in one part


@dataclass
class Pushed:
    """What pushing the log came to."""

    parts: int = 0
    bytes: int = 0
    pending: int = 0
    """Parts that are not safe on S3 yet."""
    error: str | None = None
    """Why they are not."""


def push(path: Path, bucket: "Bucket", now: datetime) -> Pushed:
    """Makes every observation of the log at `path` safe in the bucket; raises ArchiveBusy where another process does so already."""
    from newsarchive.archive.s3 import (
        StoreConflict,
        StoreError,
    )  # boto3 takes a while to import: only for those who use it

    done = Pushed()
    lock = Lock(path.with_name(path.name + ".push"))
    lock.take("push")
    try:
        with closing(ObservationLog(path)) as log:
            log.plan_parts(f"{now:%Y%m%dT%H%M%SZ}-{uuid4().hex[:6]}", _OBSERVATIONS)
            waiting = log.parts_missing(bucket.url)
            done.pending = len(waiting)
            for stem, first, last in waiting:
                try:
                    size = _put(log, bucket, stem, first, last)
                except StoreConflict:  # of other bytes, as another version of zstandard makes them
                    size = _put(log, bucket, log.rename_part(stem, f"{stem}-{uuid4().hex[:6]}"), first, last)
                done.parts, done.bytes, done.pending = done.parts + 1, done.bytes + size, done.pending - 1
    except (StoreError, OSError, sqlite3.Error) as error:
        done.error = str(error)
    finally:
        lock.release()
    return done


def _put(log: ObservationLog, bucket: "Bucket", stem: str, first: int, last: int) -> int:
    with tempfile.TemporaryDirectory(prefix="newsarchive-") as place:
        file = Path(place) / "part"
        with zstandard.open(file, "wb") as out:
            for line in lines(log, first, last):
                out.write(encode_line(line))
        reached("before_tweets_upload")
        sums = bucket.put(file, key(bucket, stem))
        reached("after_tweets_upload")
        log.set_stored(stem, bucket.url, sums.sha256, sums.size)
        return sums.size


def key(bucket: "Bucket", stem: str) -> str:
    """The key of a part."""
    return bucket.key(FOLDER, stem + ".jsonl.zst")


def lines(log: ObservationLog, first: int, last: int) -> Iterator[dict[str, Any]]:
    """The lines of the part that holds the observations from number `first` to `last`."""
    told: set[str] = set()
    for row in log.rows(first, last):
        digest = row["payload_sha256"]
        if digest and digest not in told:
            told.add(digest)
            if (body := log.payload(digest)) is not None:
                yield {"type": "payload", "sha256": digest, "body": base64.b64encode(body).decode()}
        yield {"type": "observation", **row}


def restore(path: Path, bucket: "Bucket") -> int:
    """Takes into the log at `path` what other machines, or a lost log, have put into the bucket; gives the observations that were new.

    Raises StoreError where the bucket fails, ArchiveError where a part is not what it should be.
    """
    new = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(ObservationLog(path)) as log:
        known = log.parts_known()
        for name in sorted(bucket.keys(FOLDER)):
            stem = name.rpartition("/")[2].removesuffix(".jsonl.zst")
            if stem in known or not name.endswith(".jsonl.zst"):
                continue
            with tempfile.TemporaryDirectory(prefix="newsarchive-") as place:
                file = Path(place) / "part.jsonl.zst"
                digest = ((bucket.head(name) or {}).get("Metadata") or {}).get("sha256") or bucket.sha256(name)
                bucket.fetch(name, file, digest)
                try:
                    new += log.take_part(stem, _told(file), bucket.url, digest, file.stat().st_size)
                except (ValueError, KeyError, TypeError, EOFError, zstandard.ZstdError) as error:
                    raise ArchiveError(f"{bucket.url}: {name} cannot be read: {error!r}") from error
    return new


def _told(file: Path) -> Iterator[dict[str, Any]]:
    for _, data in read_lines(file):
        line = decode_line(data)
        if line.get("type") == "payload":
            line["body"] = base64.b64decode(line["body"])
            if sha256(line["body"]).hexdigest() != line["sha256"]:
                raise ValueError(f"a body is not the one that its part calls {line['sha256']}")
        yield line


def problems(path: Path, bucket: "Bucket | None" = None) -> Iterator[str]:
    """What is wrong with the log at `path`, and with its parts in the bucket; nothing where all is well."""
    try:
        with closing(ObservationLog(path)) as log:
            for problem in log.problems():
                yield f"{path.name}: {problem}"
            if bucket is not None:
                for stem, digest, size in log.parts_stored(bucket.url):
                    if not bucket.holds(key(bucket, stem), size, digest):
                        yield f"{bucket.url}: {key(bucket, stem)} is not what was put there"
    except sqlite3.DatabaseError as error:
        yield f"{path.name} cannot be read: {error}"
