"""The archive of one site, open for writing: an append-only log of lines, and the index derived from it.

The order that makes it exactly-once: a line is written to the open part by one write, made durable (`flush`, many
lines at once), and only then enters the index. A start reads what the log has and the index lacks, so a kill at any
instruction neither loses a line that was said to be kept nor makes one twice.
"""

import contextlib
import errno
import logging
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from typing import Any, ClassVar, TypeVar

from itemadapter import ItemAdapter

from newsarchive import SOFTWARE
from newsarchive.archive import manifest
from newsarchive.archive.asked import SiteIndex
from newsarchive.archive.errors import ArchiveError, ArchiveUnwritable
from newsarchive.archive.faults import reached
from newsarchive.archive.index import Index, Known, Place, Row, Seen, address_key, overlay
from newsarchive.archive.judging import Judge
from newsarchive.archive.layout import PartName, Site, is_day, part_name
from newsarchive.archive.lines import MAX_LINE_BYTES, decode_line, encode_line, read_at, read_lines
from newsarchive.archive.lock import Lock
from newsarchive.archive.manifest import Entry
from newsarchive.archive.nearby import Recent, signature
from newsarchive.archive.options import Options
from newsarchive.archive.parts import OpenPart
from newsarchive.archive.readings import Readings
from newsarchive.archive.repair import FileOf, Repaired, is_broken, remove_index, repair
from newsarchive.archive.replay import count_of, known_of, row_of
from newsarchive.archive.revisions import Verdict
from newsarchive.content import content_hash, plain
from newsarchive.dates import wire
from newsarchive.identity import post_id_in
from newsarchive.items import Changes, CommentThread, Line

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


@dataclass
class _Pending:
    rows: list[Row] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    parts: list[OpenPart] = field(default_factory=list)
    """Parts with lines that are not durable yet."""


@dataclass
class _Claim:
    """An item that is on its way to `append`."""

    item: Any
    line: Mapping[str, Any]
    """What was judged."""
    known: Known
    """What will be known once it is kept."""
    verdict: Verdict


class Archive:
    """One site's archive, held by this process alone until `close`.

    `known`, `saw`, `judge` and `append` belong to one thread; `flush` may run in another meanwhile. Raises ArchiveBusy
    where another process writes the site, ArchiveUnwritable where it cannot be written, ArchiveError where it is damaged
    beyond a start's repair.
    """

    _refusals: ClassVar[tuple[type[Exception], ...]] = (OSError, sqlite3.DatabaseError)
    """What is raised by a disk or a database that cannot be written, or read."""

    def __init__(
        self,
        root: str | os.PathLike[str],
        site: str,
        options: Options | None = None,
        *,
        run: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        on_sealed: Callable[[Entry], None] = lambda entry: None,
        file: FileOf | None = None,
    ):
        self.site = Site(os.fspath(root), site)
        self.options = options or Options()
        self._now = now
        self.run = run or f"{now():%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        """The run's name, which is in the names of its parts."""
        self._file = file
        self.on_sealed = on_sealed
        """Called with the manifest entry of each part once it is sealed, from the thread that flushes."""
        self.failure: ArchiveUnwritable | None = None
        """Why nothing can be written any more; None while it can."""
        self.counts = {"lines": 0, "bytes": 0, "durable": 0, "parts": 0}
        """Lines and bytes written, lines durable, parts sealed by this run."""
        self._synced = 0
        """Lines that are on the disk and that the index could not take in."""
        self._sync_failed = False
        """Whether the disk has refused to make something durable: asked once more, it would say yes and have lost it."""
        self._open: dict[tuple[str, str], OpenPart] = {}
        self._full: list[OpenPart] = []
        self._pending = _Pending()
        self._fresh: dict[tuple[str, str], Known] = {}
        self._fresh_seen: dict[tuple[str, str], Seen] = {}
        self._fresh_addresses: dict[bytes, str] = {}
        self._claims: dict[tuple[str, str], _Claim] = {}
        self._mutex = threading.Lock()
        self._flushing = threading.Lock()
        self._parts_made = 0
        self._closed = False
        self._index_broken = False
        self._lock = Lock(self.site.lock)
        self._readings = Readings(self.site.readings)
        recent = Recent(self.options.near_window)
        self._judge = Judge(self.options, self.line, lambda bands: self._ask(self._reader.alike, bands), recent)
        try:
            self.site.path.mkdir(parents=True, exist_ok=True)
            self._lock.take(f"run {self.run}, process {os.getpid()}", self.options.lock_wait)
        except OSError as error:
            raise unwritable(self.site, error) from error
        try:
            if not self.site.open.is_dir():
                self.site.open.mkdir()
                for made in (self.site.inner, self.site.path, self.site.path.parent):
                    manifest.sync_directory(made)
            self._index, self._reader, self.repaired = self._start(file)
        except self._refusals as error:
            self._lock.release()
            raise unwritable(self.site, error) from error
        except BaseException:
            self._lock.release()
            raise

    def _start(self, file: FileOf | None) -> tuple[SiteIndex, SiteIndex, Repaired]:
        """The index to change, the one to ask, and what of a dead run had to be put right."""
        try:
            return self._repaired(file)
        except sqlite3.DatabaseError as error:
            if not is_broken(error):
                raise
            log.warning("The index of %s cannot be read (%s); it is rebuilt from the parts.", self.site.name, error)
            remove_index(self.site)
            return self._repaired(file)

    def _repaired(self, file: FileOf | None) -> tuple[Index, Index, Repaired]:
        index, repaired = repair(
            self.site, compression=self.options.compression, run=self.run, now=self._time(), votes=self.options.votes_revise,
            metrics=self.options.metrics_revise,
            file=file,
        )  # fmt: skip
        try:
            self._sign_anew(index, file)
            return index, Index(self.site.index), repaired
        except BaseException:
            index.close()
            raise

    def _sign_anew(self, index: Index, file: FileOf | None) -> None:
        """After the index was rebuilt: the signatures by which near-duplicates are found are not in the lines."""
        wanted = index.articles_to_sign(self.options.near_window) if self.options.near_window else {}
        entries = manifest.read(self.site.manifest)[0] if wanted else {}
        for part, offsets in wanted.items():
            entry = entries.get(part)
            if entry is None or (not (self.site.path / entry.file).exists() and not (entry.pruned_to and file)):
                continue  # a damaged part: said already
            with file(entry) if file else contextlib.nullcontext(self.site.path / entry.file) as path:
                texts = (
                    (offsets[offset], decode_line(data).get("text"))
                    for offset, data in read_lines(path)
                    if offset in offsets
                )
                signed = [(id, signed) for id, text in texts if (signed := signature(text))]
            index.sign(signed, self.options.near_window)
        index.set_watermark("signed", "yes")

    def _time(self) -> str:
        return wire(self._now().replace(microsecond=0))

    def _ask(self, question: Callable[..., _Answer], *about: Any, **how: Any) -> _Answer:
        """The index' answer. One that cannot be read ends the writing: what is known cannot be told from what is new."""
        try:
            return question(*about, **how)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error

    # ------------------------------------------------------------------------------------------------ what is known

    def known(self, kind: str, id: str) -> Known | None:
        """What is known of an ``article``, ``comment_thread`` or ``tweet``, this run's lines included; None where it is new."""
        fresh = self._fresh.get((kind, id))
        known = fresh or self._ask(self._reader.known, kind, id)
        if fresh and kind == "comment_thread":
            article = self._fresh.get(("article", id))
            known = replace(
                fresh, published_at=article.published_at if article else self._ask(self._reader.published_at, id)
            )
        seen = self._fresh_seen.get((kind, id))
        if known and seen:
            known = replace(known)  # what is on its way into the index says what the lines say, no more
            overlay(known, seen.at, seen.modified_at, seen.comment_count, seen.complete, seen.etag)
        return known

    def article_at(self, url: str) -> str | None:
        """The id of the article that is known under an address, in whichever spelling; None where none is."""
        post_id = post_id_in(url)
        if post_id and self.known("article", f"{self.site.name}/{post_id}"):
            return f"{self.site.name}/{post_id}"
        key = address_key(url)
        return (self._fresh_addresses.get(key) or self._ask(self._reader.article_at, key)) if key else None

    def find(self, kind: str, url: str) -> Known | None:
        """What is known of the article under an address, or of its thread; None where nothing is."""
        id = self.article_at(url)
        return self.known(kind, id) if id else None

    def each(self, kind: str) -> Iterator[Known]:
        """All of one kind that is known, in the order it was first met; what this run has added may be left out."""
        try:
            yield from self._reader.each(kind)
        except sqlite3.DatabaseError as error:
            raise self._failed(error) from error

    def line(self, kind: str, id: str) -> bytes | None:
        """The last line kept of one thing; None where there is none. Where only S3 holds it, it is fetched."""
        known = self._fresh.get((kind, id)) or self._ask(self._reader.known, kind, id)
        if known is None or known.place is None:
            return None
        found = read_place(self.site, known.place)
        if found is None and self._file:
            entry = manifest.read(self.site.manifest)[0].get(known.place.part)
            if entry and entry.pruned_to:
                with self._file(entry) as path:
                    found = read_at(path, known.place.offset, known.place.length)
        return found

    def watermark(self, name: str) -> str | None:
        """The value last set under `name`; None where none was (or the index was deleted since)."""
        return self._ask(self._reader.watermark, name)

    def set_watermark(self, name: str, value: str) -> None:
        """Remember how far an incremental run came; to be called once the run is complete and all of it is flushed."""
        with self._flushing, self._failing():
            self._index.set_watermark(name, value)

    # ------------------------------------------------------------------------------------------------ what is read

    def saw(
        self,
        kind: str,
        id: str,
        *,
        at: str | None = None,
        modified_at: str | None = None,
        comment_count: int | None = None,
        complete: bool | None = None,
        etag: str | None = None,
        urls: tuple[str, ...] = (),
    ) -> None:
        """Remember that a known thing was read and had not changed, and what the site said of it. None leaves what was known."""
        keys = [key for url in urls if (key := address_key(url))]
        known = self._fresh.get((kind, id)) or self._ask(self._reader.known, kind, id, said_since=False)
        if known is None:
            return
        seen = Seen(
            kind=kind, id=id, revision=known.revision, at=at or self._time(), modified_at=modified_at,
            comment_count=count_of(comment_count), complete=complete, etag=etag, addresses=keys,
        )  # fmt: skip
        before = self._fresh_seen.get((kind, id))
        if before:
            for name in ("modified_at", "comment_count", "complete", "etag"):
                if getattr(seen, name) is None:
                    setattr(seen, name, getattr(before, name))
        with self._mutex:
            self._fresh_seen[kind, id] = seen
            self._pending.seen.append(seen)
            for key in keys:
                self._fresh_addresses.setdefault(key, id)

    def identify(self, item: Any) -> None:
        """Give an article or a thread without a post id the id under which its address is known already, and fill in
        what every line says: site, time, software."""
        get, put = fields_of(item)
        kind, id = get("type"), str(get("id"))
        if kind in ("article", "comment_thread"):
            for url in dict.fromkeys((get("url"), get("canonical_url") if kind == "article" else None)):
                other = self.article_at(url) if url else None
                if other and other != id and not (_has_post_id(id) and _has_post_id(other)):
                    put("id", other)
                    if kind == "comment_thread":
                        put("article_id", other)
                    break
        for name, value in (("site", self.site.name), ("software", SOFTWARE)):
            if not get(name):
                put(name, value)
        if not get("fetched_at"):
            put("fetched_at", self._time())

    def judge(self, item: Any, *, claim: bool = False) -> Verdict:
        """Whether `item` is new, changed or unchanged beside what is known.

        With `claim` the item is taken for kept by later calls until `append` or `release`, so that the same thing met
        twice in one run is one.
        """
        line = plain(item)
        key = (line["type"], line["id"])
        known = self._claims[key].known if key in self._claims else self.known(*key)
        verdict = self._judge(line, known)
        if claim and verdict.status != "unchanged":
            claimed = known_of(line, Place(part="", offset=0, length=0), known, verdict.prints)
            claimed.revision, claimed.content_hash = verdict.revision, verdict.content_hash
            self._claims[key] = _Claim(item, line, claimed, verdict)
        return verdict

    def release(self, item: Any) -> None:
        """Forget the claim of an item that was not kept after all."""
        get, _ = fields_of(item)
        key = (str(get("type")), str(get("id")))
        if key in self._claims and self._claims[key].item is item:
            del self._claims[key]
            if key[0] == "article":
                self._judge.recent.forget(key[1])

    # ------------------------------------------------------------------------------------------------ what is kept

    def stamp(self, item: Any, verdict: Verdict) -> None:
        """Write a verdict into the item's fields: revision, hashes, changes, silent, near duplicates."""
        get, put = fields_of(item)
        for name, value in verdict.fields_for(str(get("type"))).items():
            if name == "changes" and value is not None and isinstance(item, CommentThread):
                value = Changes(**value)
            put(name, value)

    def append(self, item: Any) -> bool:
        """Write `item` to the log, and say whether it was; False where it repeats what is kept. Durable after `flush`.

        An item that has not been judged, or was changed since, is judged now. Raises ArchiveUnwritable where it cannot
        be written: it is not kept then.
        """
        if self.failure:
            raise self.failure
        get, _ = fields_of(item)
        claim = self._claims.get((str(get("type")), str(get("id"))))
        if claim and (claim.item is item or claim.verdict.content_hash == get("content_hash")):
            del self._claims[claim.known.kind, claim.known.id]
        else:
            claim = None
        self.identify(item)
        line = plain(item)
        key = (line["type"], line["id"])
        known = self.known(*key)
        follows = (known.revision if known else 0) + 1
        if claim and claim.verdict.revision == follows and _says_what_was_judged(line, claim):
            verdict = claim.verdict
        else:
            verdict = self._judge(line, known)
            if verdict.status == "unchanged":
                return False
            self.stamp(item, verdict)
            line = {**line, **verdict.fields_for(key[0])}
        data = encode_line(line)
        if len(data) > MAX_LINE_BYTES:
            raise ValueError(
                f"{key[0]} {key[1]} is {len(data)} bytes long; {MAX_LINE_BYTES} is the most a line may have"
            )
        fetched_at = line["fetched_at"]
        with self._mutex, self._failing():
            part = self._part(line["type"], fetched_at[:10] if is_day(fetched_at[:10]) else self._time()[:10])
            # All that can be wrong with an item must be found before it is written.
            row = row_of(line, Place(part=part.label, offset=part.bytes, length=len(data)), known, verdict.prints)
            row.signature = verdict.signature
            part.write(data, fetched_at)
            self._fresh[key] = row.known
            self._fresh_seen.pop(key, None)
            self._fresh_addresses.update(dict.fromkeys(row.addresses, line["id"]))
            self._pending.rows.append(row)
            if part not in self._pending.parts:
                self._pending.parts.append(part)
            self.counts["lines"] += 1
            self.counts["bytes"] += len(data)
        return True

    def _part(self, kind: str, date: str) -> OpenPart:
        """The open part for a line, begun where there is none with room."""
        part = self._open.get((kind, date))
        if part and self._is_full(part):
            self._retire(kind, date)
            part = None
        if part is None:
            if len([key for key in self._open if key[0] == kind]) >= 4:
                self._retire(*next(key for key in self._open if key[0] == kind))
            name = PartName(kind, date, f"{self.run}-{self._part_number(kind):04d}")
            part = self._open[kind, date] = OpenPart(self.site, name, opened=time.monotonic())
        return part

    def _part_number(self, kind: str) -> int:
        """What follows the run in the name of its next part, different for each."""
        self._parts_made += 1
        return self._parts_made

    def _is_full(self, part: OpenPart) -> bool:
        options = self.options
        old = time.monotonic() - part.opened >= options.part_seconds
        return part.lines >= options.part_lines or part.bytes >= options.part_bytes or old

    def _retire(self, kind: str, date: str) -> None:
        """Hand a part over for sealing, and before it those of its kind that were begun earlier."""
        for key in [key for key in self._open if key[0] == kind]:
            self._full.append(self._open.pop(key))
            if key == (kind, date):
                return

    def flush(self) -> int:
        """Make all that was written durable, then known to the index; seal the parts that are full. Returns the lines made durable.

        Raises ArchiveUnwritable where that fails: the lines concerned are not said to be kept, and what of them is on
        the disk is found again by the next start.
        """
        with self._flushing:
            if self.failure:
                raise self.failure
            with self._mutex:
                for key in [key for key, part in self._open.items() if self._is_full(part)]:
                    if key in self._open:
                        self._retire(*key)
                batch, self._pending = self._pending, _Pending()
                full, self._full = self._full, []
            # Whatever it is that fails: the lines are written, and only a start can bring them into the index now.
            with self._failing(Exception):
                self._make_durable(batch)
                for part in full:
                    self._seal(part)
            return len(batch.rows)

    def _make_durable(self, batch: _Pending) -> None:
        if batch.parts:
            reached("before_sync")
            self._sync(batch)
            reached("after_sync")
        self._synced = len(batch.rows)
        if batch.rows or batch.seen:
            if batch.seen:
                self._readings.add(batch.seen)
            reached("before_index")
            self._index.commit(batch.rows, batch.seen, near_window=self.options.near_window)
            reached("after_index")
        self._settled(batch)

    def _sync(self, batch: _Pending) -> None:
        try:
            for part in batch.parts:
                part.sync()
        except BaseException:
            self._sync_failed = True
            raise

    def salvage(self) -> int:
        """After a failure: the lines of this run that are on the disk all the same, for the next start to take in, counted as durable.

        What was written and not flushed before the failure is made durable now, unless the disk has refused that before.
        """
        with self._flushing:
            kept, self._synced = self._synced, 0
            with self._mutex:
                batch, self._pending = self._pending, _Pending()
            if not self._sync_failed:
                with contextlib.suppress(OSError):
                    self._sync(batch)
                    kept += len(batch.rows)
            self.counts["durable"] += kept
            return kept

    def _settled(self, batch: _Pending) -> None:
        """Leave it to the index to speak of lines and readings that it has taken in."""
        self._synced = 0
        with self._mutex:
            self.counts["durable"] += len(batch.rows)
            for row in batch.rows:
                key = (row.known.kind, row.known.id)
                if self._fresh.get(key) is row.known:
                    del self._fresh[key]
                for where in row.addresses:
                    self._fresh_addresses.pop(where, None)
            for seen in batch.seen:
                if self._fresh_seen.get((seen.kind, seen.id)) is seen:
                    del self._fresh_seen[seen.kind, seen.id]
                for where in seen.addresses:
                    self._fresh_addresses.pop(where, None)

    def _seal(self, part: OpenPart) -> None:
        entry = part.seal(self.options.compression, run=self.run, sealed_at=self._time())
        manifest.append(self.site.manifest, entry)
        self.counts["parts"] += 1
        self.on_sealed(entry)

    @contextlib.contextmanager
    def _failing(self, *refusals: type[Exception]) -> Any:
        """Turn what the disk refuses (or what is named) into the archive's failure, from which on nothing is written."""
        try:
            yield
        except (*self._refusals, *refusals) as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> ArchiveUnwritable:
        """The archive's failure, from now on, by what has been raised."""
        self._index_broken = self._index_broken or is_broken(error)
        self.failure = unwritable(self.site, error)
        return self.failure

    @property
    def unkept(self) -> int:
        """Lines that were written and are not durable: after a failure, what is not said to be kept."""
        return self.counts["lines"] - self.counts["durable"]

    def seal(self) -> None:
        """Flush, and seal every open part."""
        with self._mutex:
            self._full.extend(self._open.values())
            self._open.clear()
        self.flush()

    def close(self) -> None:
        """Seal everything and let the site go. After a failure the parts stay open, for the next start to repair."""
        if self._closed:
            return
        self._closed = True
        try:
            if self.failure is None:
                self.seal()
                with self._failing():
                    self._readings.settle(self._index)
        finally:
            for part in [*self._open.values(), *self._full]:
                part.close()
            self._readings.close()
            self._reader.close()
            self._index.close()
            if self._index_broken:
                remove_index(self.site)
            self._lock.release()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_DECIDED_SINCE = frozenset(
    ["revision", "previous_hash", "content_hash", "silent", "near_duplicate_of", "similarity", "changes", "tweets"]
)
"""Fields that a verdict or a look-up fills in after an item is judged: none counts towards its content."""


def _says_what_was_judged(line: Mapping[str, Any], claim: _Claim) -> bool:
    """Whether `line` has the content that was judged: most lines are the same but for `_DECIDED_SINCE`, and need no hash."""
    judged = claim.line
    same = line is not judged and all(
        value == judged.get(name) for name, value in line.items() if name not in _DECIDED_SINCE
    )
    return same or content_hash(line) == claim.verdict.content_hash


def _has_post_id(id: str) -> bool:
    return id.rpartition("/")[2].isdigit()


def fields_of(item: Any) -> tuple[Callable[[str], Any], Callable[[str, Any], None]]:
    """Ways to get and to set an item's fields: plain attributes of our own classes, itemadapter for all others."""
    if isinstance(item, Line):
        return partial(getattr, item), partial(setattr, item)
    adapter = ItemAdapter(item)
    return adapter.get, adapter.__setitem__


def unwritable(site: Site, error: Exception) -> ArchiveUnwritable:
    """The failure of a write, with what a person can do about it."""
    hints = {
        errno.ENOSPC: "the disk is full: make room there",
        errno.EDQUOT: "the disk quota is used up: make room there",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "permission denied: the directory belongs to someone else",
        errno.EPERM: "permission denied",
        errno.ENOTDIR: "a file stands where a directory should be",
    }
    number = getattr(error, "errno", None)
    if isinstance(error, sqlite3.OperationalError) and "full" in str(error):
        number = errno.ENOSPC
    hint = hints.get(number or 0)
    if is_broken(error):
        hint = "its index is broken and is rebuilt by the next start"
    why = f"{hint} ({error})" if hint else str(error) or repr(error)
    return ArchiveUnwritable(f"cannot write the archive in {site.path}: {why}")


def read_place(site: Site, place: Place) -> bytes | None:
    """The line at `place`, from the sealed or the open part; None where neither is here."""
    name = part_name(place.part)
    if name is None:
        raise ArchiveError(
            f"the index speaks of a part {place.part!r}, which is no part's name; `scrapy archive reindex` rebuilds it"
        )
    for path in (
        site.open / name.while_open,
        *(site.path / (place.part + ending) for ending in (".jsonl", ".jsonl.gz", ".jsonl.zst")),
    ):
        with contextlib.suppress(FileNotFoundError):
            return read_at(path, place.offset, place.length)
    return None
