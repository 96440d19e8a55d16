"""Sealed parts on their way to S3: in the background of a crawl, or by `scrapy archive push`.

A part counts as safe once its object is verified and its manifest object (``<site>/manifest/<stem>.ndjson``, one line)
has been stored after it. Until then the local file is kept, and every run tries again.
"""

import logging
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from newsarchive.archive import manifest
from newsarchive.archive.asked import SiteIndex
from newsarchive.archive.errors import ArchiveBusy
from newsarchive.archive.faults import reached
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.lock import Lock
from newsarchive.archive.manifest import Entry
from newsarchive.archive.s3 import Bucket, StoreConflict, StoreError, StoreRefused
from newsarchive.dates import wire

log = logging.getLogger(__name__)


@dataclass
class Pushed:
    """What pushing came to."""

    parts: int = 0
    bytes: int = 0
    pending: int = 0
    """Parts that are not safe on S3 yet."""
    aborted: int = 0
    """Multipart uploads of dead runs that were aborted."""
    error: str | None = None
    """Why parts are pending."""


def manifest_key(bucket: Bucket, site: Site, entry: Entry) -> str:
    """The key of a part's manifest object."""
    return bucket.key(site.name, "manifest", entry.part.rpartition("/")[2] + ".ndjson")


def part_key(bucket: Bucket, site: Site, entry: Entry) -> str:
    """The key of a part."""
    return bucket.key(site.name, entry.file)


def put_part(index: SiteIndex, bucket: Bucket, site: Site, entry: Entry) -> None:
    """Make one sealed part safe in the bucket, and remember that it is; raises StoreError where it is not, after all tries."""
    reached("before_upload")
    bucket.put(site.path / entry.file, part_key(bucket, site, entry), {"lines": str(entry.lines)})
    reached("after_upload")
    with tempfile.NamedTemporaryFile(dir=site.inner, prefix="manifest-") as line:
        line.write(manifest.encode(entry))
        line.flush()
        bucket.put(Path(line.name), manifest_key(bucket, site, entry))
    reached("after_upload_manifest")
    index.set_uploaded(entry.part, bucket.url, part_key(bucket, site, entry), wire(datetime.now(timezone.utc)))


def pending(site: Site, index: Index, bucket: Bucket) -> list[Entry]:
    """Sealed parts that are here and not known to be safe in the bucket."""
    entries, _ = manifest.read(site.manifest)
    safe = index.uploaded(bucket.url)
    return [
        entry
        for entry in entries.values()
        if entry.part not in safe and not entry.pruned_to and (site.path / entry.file).exists()
    ]


def pending_bytes(site: Site, bucket: Bucket) -> int:
    """Size of the parts that are not known to be safe in the bucket."""
    if not site.index.exists():
        return 0
    with closing(Index(site.index)) as index:
        return sum(entry.bytes for entry in pending(site, index, bucket))


class Uploader:
    """Makes parts safe in the bucket, one after the other, from a thread of its own.

    A failure is tried again after 1, 2, 4 … 60 seconds; a refusal (credentials) only by the next run. `finish` waits
    for the rest and says what is pending.
    """

    def __init__(self, site: Site, bucket: Bucket, *, first_pause: float = 1.0):
        self.site = site
        self.bucket = bucket
        self.done = Pushed()
        self._first_pause = first_pause
        self._changed = threading.Condition()
        self._waiting: list[Entry] = []
        self._ending = False
        self._given_up = False
        self._until: float | None = None
        self._lock = Lock(site.push_lock)
        self._thread = threading.Thread(target=self._run, name="upload", daemon=True)

    def start(self) -> None:
        """Begin, with what earlier runs have left."""
        self._thread.start()

    def add(self, entry: Entry) -> None:
        """Take on a part that has just been sealed."""
        with self._changed:
            self._waiting.append(entry)
            self._changed.notify_all()

    def finish(self, wait_seconds: float) -> Pushed:
        """Wait up to `wait_seconds` for what is waiting, and say what was and was not done."""
        with self._changed:
            self._ending = True
            self._until = time.monotonic() + wait_seconds
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join(wait_seconds + 1)
        with self._changed:
            self._given_up = True
            self.done.pending = len({entry.part for entry in self._waiting})
        return self.done

    def _run(self) -> None:
        index = Index(self.site.index, write=True)
        try:
            self._lock.take("upload", wait_seconds=3600, pause=self._sleep)
            self._begin(index)
            while (entry := self._next()) is not None:
                if not self._one(index, entry):
                    return
        except ArchiveBusy as error:
            self.done.error = str(error)
        finally:
            self._lock.release()
            index.close()

    def _begin(self, index: Index) -> None:
        """Take on what earlier runs have left, and clear away their broken uploads."""
        with self._changed:
            ours = {entry.part for entry in self._waiting}
            self._waiting[:0] = [entry for entry in pending(self.site, index, self.bucket) if entry.part not in ours]
            keys = [part_key(self.bucket, self.site, entry) for entry in self._waiting]
        try:
            self.done.aborted = self.bucket.abort_uploads(keys)
        except StoreError as error:
            log.debug("left-over uploads are not looked for: %s", error)

    def _next(self) -> Entry | None:
        with self._changed:
            while not self._waiting:
                if self._ending:
                    return None
                self._changed.wait(1)
            return self._waiting[0]

    def _one(self, index: Index, entry: Entry) -> bool:
        """Make one part safe; False where nothing more is to be tried."""
        pause = self._first_pause
        while True:
            try:
                put_part(index, self.bucket, self.site, entry)
            except FileNotFoundError:
                log.error("%s is gone: it cannot be uploaded", entry.file)
            except StoreConflict as error:
                log.error("%s", error)
                self.done.error = str(error)
                return False
            except StoreRefused as error:
                self._say(error, "no more is tried in this run")
                return False
            except (StoreError, OSError, sqlite3.Error) as error:  # the last two: a full disk here
                self._say(error, f"tried again in {pause:g} s")
                if not self._sleep(pause):
                    return False
                pause = min(pause * 2, 60)
                continue
            else:
                self.done.parts += 1
                self.done.bytes += entry.bytes
                self.done.error = None
            with self._changed:
                self._waiting = [waiting for waiting in self._waiting if waiting.part != entry.part]
            return True

    def _say(self, error: Exception, then: str) -> None:
        if str(error) != self.done.error:
            log.error("A part is not on S3 yet: %s; %s. It is kept here.", error, then)
        self.done.error = str(error)

    def _sleep(self, seconds: float) -> bool:
        """Wait; False where the time for it is over."""
        until = time.monotonic() + seconds
        with self._changed:
            while (left := until - time.monotonic()) > 0:
                if self._given_up or (self._until is not None and time.monotonic() + left > self._until):
                    return False
                self._changed.wait(left)
        return True


def push(site: Site, bucket: Bucket, *, progress: Callable[[int], None] = lambda _: None) -> Pushed:
    """Make every sealed part safe in the bucket, now; raises ArchiveBusy where a crawl is uploading, StoreError at the first failure."""
    done = Pushed()
    lock = Lock(site.push_lock)
    lock.take("push")
    index = Index(site.index, write=True)
    try:
        entries = pending(site, index, bucket)
        done.aborted = bucket.abort_uploads(part_key(bucket, site, entry) for entry in entries)
        done.pending = len(entries)
        for entry in entries:
            put_part(index, bucket, site, entry)
            done.parts, done.bytes, done.pending = done.parts + 1, done.bytes + entry.bytes, done.pending - 1
            progress(entry.bytes)
    except StoreError as error:
        done.error = str(error)
    finally:
        index.close()
        lock.release()
    return done


def prune(
    site: Site, bucket: Bucket, *, before: str | None = None, progress: Callable[[int], None] = lambda _: None
) -> Pushed:
    """Delete the local files of parts that the bucket proves to hold, of days before `before` where given.

    Under the site's lock. Each object is read back and its SHA-256 compared first; what it does not hold stays.
    """
    done = Pushed()
    entries, _ = manifest.read(site.manifest)
    gone: list[Path] = []
    for part, entry in entries.items():
        path = site.path / entry.file
        day = part.partition("date=")[2][:10]
        if not path.exists() or (before and day >= before):
            continue
        key = part_key(bucket, site, entry)
        if bucket.head(manifest_key(bucket, site, entry)) is None or not bucket.holds(key, entry.bytes, entry.sha256):
            done.pending += 1
            continue
        entries[part] = msgspec.structs.replace(entry, pruned_to=f"s3://{bucket.name}/{key}")
        gone.append(path)
        done.parts, done.bytes = done.parts + 1, done.bytes + entry.bytes
        progress(entry.bytes)
    if gone:
        manifest.rewrite(site.manifest, entries.values())
        for path in gone:
            path.unlink()
    return done
