"""A site's archive as the workers of a fleet write it: parts are published first, and one transaction then says so."""

import contextlib
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
import psycopg

from newsarchive.archive import manifest
from newsarchive.archive.crawl import bucket_of, is_s3, local_root, options_of, setting
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.faults import reached
from newsarchive.archive.index import VERSION
from newsarchive.archive.layout import DIRECTORIES, ENDINGS, Site, part_name
from newsarchive.archive.lines import read_at
from newsarchive.archive.manifest import Entry
from newsarchive.archive.options import Options
from newsarchive.archive.repair import FileOf, Repaired, catch_up, entry_of
from newsarchive.archive.store import Archive, read_place
from newsarchive.archive.upload import manifest_key, part_key, put_part
from newsarchive.fleet.batches import Batch, Outcome, begin_crawl, conclude, confirm
from newsarchive.fleet.database import Connection, Hold, connect, prepare
from newsarchive.fleet.index import SharedIndex

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket

_OF_A_BATCH = re.compile(r".*-b\d+-(\d{4,})")
_MADE_BY = "index_version"
"""The index's mark of the version of an index (`newsarchive.archive.index.VERSION`) that it was made as."""
_NUMBERS = 12
"""So many names a publication has: four days of each of three kinds, as many as are open at once."""


class SharedArchive(Archive):
    """The archive of one site while a batch of it is read.

    Lines go to open parts, which nobody reads. `publish` gives the parts their names and enters lines, readings and
    watermarks into the index in one transaction; until then what was read may as well not have been. `seal` and
    `close` publish a whole crawl by `scrapy crawl`; a batch is published by its worker.
    """

    _refusals: ClassVar[tuple[type[Exception], ...]] = (*Archive._refusals, psycopg.Error, ArchiveError)

    def __init__(
        self,
        hold: Hold,
        batch: Batch,
        root: str | os.PathLike[str],
        options: Options,
        *,
        bucket: "Bucket | None" = None,
        keep_local: bool = True,
    ):
        self.batch = batch
        self.marks: dict[str, str] = {}
        """Watermarks that are set with the next publication."""
        self._hold = hold
        self._bucket = bucket
        self._keep_local = keep_local or bucket is None
        self._round = 1
        """How often this batch has published, and once more."""
        if batch.kind != "crawl":  # one part for all of its lines of a kind and day
            options = replace(options, part_lines=sys.maxsize, part_bytes=sys.maxsize, part_seconds=float("inf"))
        super().__init__(root, hold.site, options, run=batch.run)

    def _start(self, file: FileOf | None) -> tuple[SharedIndex, SharedIndex, Repaired]:
        """The index, once what a dead worker had published and not said so is in it, and what it left half-made is gone."""
        for path in self.site.open.iterdir():
            name = part_name(path.name.removesuffix("~sealing"))
            if name and _OF_A_BATCH.fullmatch(name.stem):
                path.unlink()
            elif name:
                raise ArchiveError(
                    f"{path} was left by a crawl without NEWSARCHIVE_DATABASE: run that crawl once more without it, to its end"
                )
        self._shared = index = SharedIndex(self._hold.connection, self.site.name)
        repaired = Repaired()
        reads_all = self.batch.kind in ("plan", "crawl")
        if self.batch.begun > 1 or reads_all:
            with self._hold.connection.transaction():
                if reads_all and index.watermark(_MADE_BY) != str(VERSION):
                    index.forget()  # another version's fingerprints would look like edits
                    index.set_watermark(_MADE_BY, str(VERSION))
                repaired.lines_indexed = self._adopt(index)
            used = [_OF_A_BATCH.fullmatch(name) for name in index.indexed() if f"/{self.run}-" in name]
            self._round += -(-max((int(found[1]) for found in used if found), default=0) // _NUMBERS)
        return index, index, repaired

    def _part_number(self, kind: str) -> int:
        """The same for whoever reads the batch: by how often it has published, the kind, and the day within it."""
        days = sum(1 for one, _ in self._open if one == kind)
        return (self._round - 1) * _NUMBERS + list(DIRECTORIES).index(kind) * (_NUMBERS // 3) + days + 1

    @property
    def connection(self) -> Connection:
        """The connection that holds the site."""
        return self._hold.connection

    # ------------------------------------------------------------------------------------------------ what was left

    def _adopt(self, index: SharedIndex) -> int:
        """Takes published parts into the index that are not in it; how many lines that were."""
        indexed = index.indexed()
        found = self._left_here() if self._bucket is None else self._left_in_bucket(self._bucket, set(indexed))
        new = {entry.part: entry for entry in found if entry.part not in indexed}
        with self._hold.connection.transaction():
            lines = catch_up(
                self.site, index, new, votes=self.options.votes_revise, metrics=self.options.metrics_revise, file=self._at_hand
            )  # fmt: skip
            for entry in new.values():
                index.add_part(entry)
        return lines

    def _left_here(self) -> list[Entry]:
        """Every part of the directory; one that lacks its line of the manifest gets it."""
        entries, _ = manifest.read(self.site.manifest)
        for path in self.site.sealed_files():
            name = part_name(self.site.within(path))
            if name and str(name) not in entries:
                entry = entry_of(self.site, path, name, self._time())
                manifest.append(self.site.manifest, entry)
                entries[entry.part] = entry
        return [entry for entry in entries.values() if not entry.pruned_to]

    def _left_in_bucket(self, bucket: "Bucket", known: set[str]) -> list[Entry]:
        """Parts in the bucket that the index has not got; a part without its manifest object gets one."""
        entries, _ = manifest.read(self.site.manifest)
        for (
            path
        ) in self.site.sealed_files():  # a copy that was never stored: another machine may have read the same since
            name = part_name(self.site.within(path))
            if name and str(name) not in entries:
                path.unlink()
        stems = {part.rpartition("/")[2] for part in known}
        found = []
        for key in bucket.keys(self.site.name, "manifest"):
            if key.rpartition("/")[2].removesuffix(".ndjson") not in stems:
                found.append(msgspec.json.decode(b"".join(bucket.read(key)), type=Entry))
        named = known | {entry.part for entry in found}
        for directory in DIRECTORIES.values():
            for key in bucket.keys(self.site.name, directory):
                name = part_name(key.removeprefix(bucket.key(self.site.name) + "/"))
                if name and name.stem.startswith(f"{self.run}-") and str(name) not in named:
                    found.append(self._finish(bucket, key))
        place = f"s3://{bucket.name}/"
        return [
            msgspec.structs.replace(entry, pruned_to=place + bucket.key(self.site.name, entry.file))
            for entry in sorted(found, key=lambda entry: (entry.sealed_at, entry.part))
        ]

    def _finish(self, bucket: "Bucket", key: str) -> Entry:
        """Writes the manifest object that a part lacks."""
        with tempfile.TemporaryDirectory(dir=self.site.inner) as place:
            within = Site(place, self.site.name)
            path = within.path / key.removeprefix(bucket.key(self.site.name) + "/")
            path.parent.mkdir(parents=True)
            path.write_bytes(b"".join(bucket.read(key)))
            name = part_name(within.within(path))
            assert name is not None
            entry = entry_of(within, path, name, self._time())
            line = Path(place) / "manifest"
            line.write_bytes(manifest.encode(entry))
            bucket.put(line, manifest_key(bucket, self.site, entry))
        return entry

    @contextlib.contextmanager
    def _at_hand(self, entry: Entry) -> Any:
        """The file of a part, fetched for the while where it is not here."""
        path = self.site.path / entry.file
        if path.exists():
            yield path
            return
        if self._bucket is None:
            raise ArchiveError(f"{entry.file} is missing")
        with tempfile.TemporaryDirectory(prefix="newsarchive-") as place:
            copy = Path(place) / path.name
            self._bucket.fetch(part_key(self._bucket, self.site, entry), copy, entry.sha256)
            yield copy

    # ------------------------------------------------------------------------------------------------ what is known

    def line(self, kind: str, id: str) -> bytes | None:
        """The last line kept of one thing, from wherever its part lies; None where there is none."""
        known = self._fresh.get((kind, id)) or self._reader.known(kind, id)
        if known is None or known.place is None:
            return None
        found = read_place(self.site, known.place)
        entry = self._shared.entry(known.place.part) if found is None else None
        if entry is not None:
            with self._at_hand(entry) as path:
                found = read_at(path, known.place.offset, known.place.length)
        return found

    def watermark(self, name: str) -> str | None:
        """The value last set under `name`, by this batch or before; None where none was."""
        return self.marks.get(name) or super().watermark(name)

    def set_watermark(self, name: str, value: str) -> None:
        """Remember how far a run came; with the next publication."""
        self.marks[name] = value

    # ------------------------------------------------------------------------------------------------ what is kept

    def flush(self) -> int:
        """Nothing, but where a part of a whole crawl is full: then `publish`. Returns 0: lines are kept by `publish` alone."""
        if self.failure:
            raise self.failure
        with self._mutex:
            full = bool(self._full) or any(self._is_full(part) for part in self._open.values())
        if full:
            self.publish()
        return 0

    def seal(self) -> None:
        """Publish a whole crawl; of a batch make what there is durable and leave the rest to its worker."""
        if self.batch.kind == "crawl":
            self.publish()
            return
        with self._failing():
            for part in self._open.values():
                part.sync()
        self.counts["durable"] = self.counts["lines"]

    def salvage(self) -> int:
        """0: what was not published may as well not have been read."""
        return 0

    def publish(self, conclude: Callable[[Connection], None] = lambda connection: None) -> None:
        """Make every part durable under its name, then known, in one transaction to which `conclude` adds what it has to.

        Raises ArchiveUnwritable where that fails; nothing is known then, and what was published is found by whoever
        takes the batch next.
        """
        connection = self._hold.connection
        with self._flushing:
            if self.failure:
                raise self.failure
            with self._mutex:
                batch, self._pending = self._pending, type(self._pending)()
                self._full.extend(self._open.values())
                self._open.clear()
                parts = list(self._full)
                marks, self.marks = self.marks, {}
            with self._failing():
                # The batch's row is locked before anything gets its name: a worker that was taken for dead stops here,
                # and nobody takes the batch while its parts are on their way.
                with connection.transaction():
                    confirm(connection, self.batch)
                    entries = []
                    for part in parts:
                        entries.append(self._published(part))
                        self._full.remove(part)
                    reached("before_index")
                    for entry in entries:
                        self._shared.add_part(entry)
                    self._shared.commit(batch.rows, batch.seen, near_window=self.options.near_window)
                    for name, value in marks.items():
                        self._shared.set_watermark(name, value)
                    conclude(connection)
                    reached("before_commit")
                reached("after_index")
                if not self._keep_local:
                    for entry in entries:
                        (self.site.path / entry.file).unlink()
            self._round += 1
            self.counts["durable"] = self.counts["lines"]
            self.counts["parts"] += len(entries)
            self._settled(batch)

    def _published(self, part: Any) -> Entry:
        """A part under its name, here and where the archive is. Raises ArchiveError where the name is taken."""
        if any((self.site.path / f"{part.label}{ending}").exists() for ending in ENDINGS.values()):
            raise ArchiveError(f"{part.label} is there already")  # never so by the numbers; a rename would overwrite it
        entry: Entry = part.seal(self.options.compression, run=self.run, sealed_at=self._time())
        if self._bucket is not None:
            put_part(self._shared, self._bucket, self.site, entry)
        if self._keep_local:
            manifest.append(self.site.manifest, entry)
        return entry

    def close(self) -> None:
        """Publish the rest of a whole crawl, drop what is not published, and let the site go."""
        if self._closed:
            return
        self._closed = True
        try:
            if self.failure is None and self.batch.kind == "crawl":
                done = Outcome(state="done", verdict="ended", result=dict(self.counts))
                self.publish(lambda connection: conclude(connection, self.batch, done))
        finally:
            for part in [*self._open.values(), *self._full]:
                part.close()
                part.path.unlink(missing_ok=True)
            self._lock.release()
            self._hold.close()


def of_crawl(database: str, site: str, settings: Any) -> SharedArchive:
    """The archive of a whole crawl by `scrapy crawl`, as one batch of its own. Raises ArchiveError."""
    with contextlib.closing(connect(database)) as connection:
        prepare(connection, *place_of(settings))
    hold = Hold(database, site)
    try:
        return opened(hold, begin_crawl(hold.connection, site, worker_name()), settings)
    except BaseException:
        hold.close()
        raise


def opened(hold: Hold, batch: Batch, settings: Any) -> SharedArchive:
    """The archive that the settings name, for a batch. Raises ArchiveError."""
    store = str(setting(settings, "NEWSARCHIVE_STORE", "archive"))
    keep = str(setting(settings, "NEWSARCHIVE_KEEP_LOCAL", "1")).strip().lower() in {"1", "true", "yes", "on"}
    return SharedArchive(
        hold, batch, local_root(settings), options_of(settings), bucket=bucket_of(store, settings) if is_s3(store) else None,
        keep_local=keep,
    )  # fmt: skip


def place_of(settings: Any) -> tuple[str, Path | None]:
    """(what the database is to know the archive by, the directory it is in or None for S3)."""
    store = str(setting(settings, "NEWSARCHIVE_STORE", "archive"))
    return (store.rstrip("/"), None) if is_s3(store) else ("", local_root(settings))


def worker_name() -> str:
    """This process, for people who look for it."""
    return f"{socket.gethostname()}:{os.getpid()}"
