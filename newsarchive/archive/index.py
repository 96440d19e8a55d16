"""The index of a site: what is known of each id, and where its lines lie. Derived from the parts; may be deleted.

SQLite in WAL mode with ``synchronous=NORMAL``: a commit survives the death of the process, and after a power cut the
last ones may be missing, which the next start makes good from the log. The tables ``known``, ``older``, ``part`` and
the logged addresses come from the lines, ``seen`` and the other addresses from the log of readings
(`newsarchive.archive.readings`), so a rebuild gives the same answers. ``watermark`` and ``uploaded`` remember work that
need not be done again; they are not kept anywhere else, so that a rebuilt index has everything looked at once more.

A thing lies under its number (`newsarchive.archive.numbers`): what a site lists together stands on one page of the
file, and a look-up elsewhere reads one page at any size. Ids without a number get the next negative one.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

import msgspec

from newsarchive.archive.compact import (
    packed_hash,
    packed_prints,
    packed_time,
    plain_hash,
    plain_prints,
    plain_time,
)
from newsarchive.archive.nearby import Bands, bands_of
from newsarchive.archive.numbers import named_by, number_of, range_of, split
from newsarchive.identity import address

VERSION = 4
_SCHEMA = """
CREATE TABLE known (
  n INTEGER PRIMARY KEY, revision INTEGER NOT NULL, content_hash BLOB, prints BLOB NOT NULL, fetched_at INTEGER,
  source INTEGER NOT NULL, origin INTEGER NOT NULL, path TEXT NOT NULL, published_at INTEGER, modified_at INTEGER,
  comment_count INTEGER, complete INTEGER, gone INTEGER NOT NULL, comments INTEGER, part INTEGER NOT NULL,
  offset INTEGER NOT NULL, length INTEGER NOT NULL);
CREATE TABLE named (n INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, UNIQUE (kind, id));
CREATE TABLE word (n INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE older (
  n INTEGER NOT NULL, revision INTEGER NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL,
  length INTEGER NOT NULL, PRIMARY KEY (n, revision, part, offset)) WITHOUT ROWID;
CREATE TABLE part (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL);
CREATE TABLE address (key BLOB PRIMARY KEY, n INTEGER NOT NULL, logged INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (
  n INTEGER PRIMARY KEY, at INTEGER, modified_at INTEGER, comment_count INTEGER, complete INTEGER, etag TEXT);
CREATE TABLE watermark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE uploaded (part TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE near (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, signature BLOB NOT NULL);
"""
# Times are seconds since 1970 and hashes bytes where they have the usual form (newsarchive.archive.compact).


@lru_cache(maxsize=4096)
def address_key(url: str) -> bytes | None:
    """The 16 bytes by which an address is found; None for the home page and for what is no address."""
    where = address(url)
    return blake2b(where.encode("utf-8", "replace"), digest_size=16).digest() if where else None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a line lies: its part, and its offset and length in bytes before compression."""

    part: str
    offset: int
    length: int


@dataclass(kw_only=True)
class Known:
    """What the archive knows of an article, a thread or a tweet."""

    kind: str
    id: str
    revision: int
    """Of the last line kept."""
    content_hash: str | None
    """Of the last line kept."""
    prints: dict[str, str | None]
    """The fingerprint, field by field; of a thread the comments known, incomplete readings added up."""
    fetched_at: str | None
    """When the last line kept was read."""
    source: str
    """How the last line kept was read."""
    url: str
    published_at: str | None = None
    """When the article was published; of a thread, when its article was."""
    modified_at: str | None = None
    """The site's modified time when it was last read."""
    comment_count: int | None = None
    """How many comments the site declared when it was last read."""
    complete: bool | None = None
    """Threads: whether the last reading was proven complete."""
    gone: bool = False
    """Articles: whether the last line kept says that it has been taken down."""
    read_at: str | None = None
    """When it was last read, changed or not."""
    etag: str | None = None
    """The ETag it had when it was last read, where `saw` was told."""
    line_complete: bool | None = None
    """Threads: whether the last line kept was complete."""
    place: Place | None = None

    @property
    def declared_count(self) -> int | None:
        """Threads: how many comments the site declared when it was last read."""
        return self.comment_count


@dataclass(kw_only=True)
class Row:
    """A line just written to the log, on its way into the index."""

    known: Known
    addresses: list[bytes] = field(default_factory=list)
    signature: bytes | None = None


@dataclass(kw_only=True)
class Seen:
    """A reading that brought nothing new. None leaves what was said before."""

    kind: str
    id: str
    revision: int
    """The revision that it repeats; of any other it tells nothing."""
    at: str
    modified_at: str | None = None
    comment_count: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)] | None = None
    complete: bool | None = None
    etag: str | None = None
    addresses: list[bytes] = field(default_factory=list)


_COLUMNS = (
    "n", "revision", "content_hash", "prints", "fetched_at", "source", "origin", "path", "published_at", "modified_at",
    "comment_count", "complete", "gone", "comments", "part", "offset", "length",
)  # fmt: skip
_KNOWN = (
    f"SELECT {', '.join(f'k.{name}' for name in _COLUMNS)}, s.at, s.modified_at, s.comment_count, s.complete, s.etag "
    "FROM known k LEFT JOIN seen s ON s.n = k.n "
)
_TAKE = (
    f"INSERT INTO known ({', '.join(_COLUMNS)}) VALUES ({','.join('?' * len(_COLUMNS))}) ON CONFLICT (n) DO UPDATE SET "
    + ", ".join(f"{name}=excluded.{name}" for name in _COLUMNS[1:])
    # Two machines may each have stored a first revision: the one that was taken in first stays.
    + " WHERE excluded.revision > revision"
)

_CANDIDATES = 8
_PREFIX = 0
"""The word that is the prefix of the site's ids."""


class Index:
    """The index in the file `path`; `write` connections make it where there is none.

    Raises sqlite3.DatabaseError where the file is no index of this version, or holds what none can (delete it, or rebuild).
    """

    def __init__(self, path: Path, *, write: bool = False, durable: bool = True):
        self.path = path
        if write:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path if write else f"{path.as_uri()}?mode=ro",
            uri=not write,
            timeout=30,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if write:
                self._db.execute(f"PRAGMA journal_mode={'WAL' if durable else 'OFF'}")
                self._db.execute(f"PRAGMA synchronous={'NORMAL' if durable else 'OFF'}")
                # A page that is changed again before it is copied back costs one copy: let 16 MB come together.
                self._db.execute("PRAGMA wal_autocheckpoint=4000")
            self._db.execute("PRAGMA cache_size=-4000")  # KiB; a large index is cached by the system, once for all
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and write:
                self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
            elif version != VERSION:
                raise sqlite3.DatabaseError(
                    f"index of version {version}, not {VERSION}: `scrapy archive reindex` makes it anew"
                )
            self._learn()
        except BaseException:
            self._db.close()
            raise
        self._reached: dict[int, int] = {}
        """How far each part is taken in by the transaction that is open."""
        self._bands: Bands | None = None
        self._banded = 0
        """The last of the window's articles that is among the bands."""

    def _learn(self) -> None:
        """Read the names and words that rows speak of by number."""
        self._parts: dict[str, int] = dict(self._db.execute("SELECT name, n FROM part"))
        self._part_names = {n: name for name, n in self._parts.items()}
        self._words: dict[str, int] = dict(self._db.execute("SELECT text, n FROM word WHERE n != ?", (_PREFIX,)))
        self._texts = {n: text for text, n in self._words.items()}
        self._learn_prefix()

    def _learn_prefix(self) -> None:
        row = self._db.execute("SELECT text FROM word WHERE n = ?", (_PREFIX,)).fetchone()
        self._prefix: str | None = row[0] if row else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # ------------------------------------------------------------------------------------------------ numbers

    def _number(self, kind: str, id: str) -> int | None:
        """Under what number a thing is found; None where it is unknown."""
        if self._prefix is None:
            self._learn_prefix()
        number = number_of(kind, id, self._prefix)
        if number is None:
            row = self._db.execute("SELECT -n FROM named WHERE kind = ? AND id = ?", (kind, id)).fetchone()
            number = row[0] if row else None
        return number

    def _number_for(self, kind: str, id: str) -> int:
        """The same for a thing that is to be taken in: one without a number gets one."""
        if self._prefix is None and "/" in id and (parts := split(kind, id)):
            self._db.execute("INSERT INTO word VALUES (?, ?)", (_PREFIX, parts[0]))
            self._prefix = parts[0]
        number = self._number(kind, id)
        if number is None:
            last = self._db.execute("INSERT INTO named (kind, id) VALUES (?, ?)", (kind, id)).lastrowid
            assert last is not None
            number = -last
        return number

    def _named(self, number: int) -> tuple[str, str]:
        """The (kind, id) of a number."""
        if number >= 0:
            if self._prefix is None:
                self._learn_prefix()
            return named_by(number, self._prefix or "")
        found: tuple[str, str] = self._db.execute("SELECT kind, id FROM named WHERE n = ?", (-number,)).fetchone()
        return found

    def _word(self, text: str) -> int:
        n = self._words.get(text)
        if n is None:
            n = self._db.execute("INSERT INTO word (text) VALUES (?)", (text,)).lastrowid
            assert n is not None
            self._words[text], self._texts[n] = n, text
        return n

    def _text(self, n: int) -> str:
        if n not in self._texts:
            self._learn()
        return self._texts[n]

    def _part(self, name: str) -> int:
        n = self._parts.get(name)
        if n is None:
            n = self._db.execute("INSERT INTO part (name, bytes) VALUES (?, 0)", (name,)).lastrowid
            assert n is not None
            self._parts[name], self._part_names[n] = n, name
        return n

    def _part_name(self, n: int) -> str:
        if n not in self._part_names:
            self._learn()
        return self._part_names[n]

    # ------------------------------------------------------------------------------------------------ questions

    def known(self, kind: str, id: str, *, said_since: bool = True) -> Known | None:
        """What is known of one thing; None where it is new. Without `said_since` only what its lines say."""
        number = self._number(kind, id)
        if number is None:
            return None
        row = self._db.execute(_KNOWN + "WHERE k.n = ?", (number,)).fetchone()
        return self._made(kind, id, row, said_since) if row else None

    def each(self, kind: str) -> Iterator[Known]:
        """All that is known of one kind: by their numbers, then ids that are none in the order they were first met."""
        start, end = range_of(kind)
        for row in self._db.execute(_KNOWN + "WHERE k.n >= ? AND k.n <= ? ORDER BY k.n", (start, end - 1)):
            yield self._made(kind, self._named(row[0])[1], row, True)
        others = self._db.execute(
            "SELECT d.id, q.* FROM named d JOIN (" + _KNOWN + ") q ON q.n = -d.n WHERE d.kind = ? ORDER BY d.n", (kind,)
        )
        for id, *row in others:
            yield self._made(kind, id, row, True)

    def _made(self, kind: str, id: str, row: Sequence[Any], said_since: bool) -> Known:
        (
            _, revision, content_hash, prints, fetched_at, source, origin, path, published_at, modified_at, comment_count, complete,
            gone, _, part, offset, length, *said,
        ) = row  # fmt: skip
        complete = None if complete is None else bool(complete)
        try:
            at = plain_time(fetched_at)
            known = Known(
                kind=kind, id=id, revision=revision, content_hash=plain_hash(content_hash), prints=plain_prints(prints), fetched_at=at,
                source=self._text(source), url=self._text(origin) + path, published_at=plain_time(published_at),
                modified_at=plain_time(modified_at), comment_count=comment_count, complete=complete, gone=bool(gone), read_at=at,
                line_complete=complete, place=Place(part=self._part_name(part), offset=offset, length=length),
            )  # fmt: skip
        except (
            ValueError,
            TypeError,
            LookupError,
            OverflowError,
        ) as error:  # SQLite has no checksums: a disk may say anything
            raise sqlite3.DatabaseError(f"what it says of {kind} {id} cannot be read: {error!r}") from error
        if said_since:
            if said[0]:
                overlay(known, plain_time(said[0]), plain_time(said[1]), *said[2:])
            if kind == "comment_thread":
                known.published_at = self.published_at(id)
        return known

    def published_at(self, article_id: str) -> str | None:
        """When an article was published; None where it is not known."""
        number = self._number("article", article_id)
        row = self._db.execute("SELECT published_at FROM known WHERE n = ?", (number,)).fetchone()
        return plain_time(row[0]) if row else None

    def article_at(self, key: bytes) -> str | None:
        """The id of the article last met under an address (`address_key`)."""
        row = self._db.execute("SELECT n FROM address WHERE key = ?", (key,)).fetchone()
        return self._named(row[0])[1] if row else None

    def places(self, kind: str, id: str) -> list[tuple[int, Place]]:
        """(revision, place) of every line of one thing, the first revision first."""
        number = self._number(kind, id)
        return [
            (revision, Place(part=part, offset=offset, length=length))
            for revision, part, offset, length in self._db.execute(
                "SELECT o.revision, p.name, o.offset, o.length FROM older o JOIN part p ON p.n = o.part WHERE o.n = ? UNION ALL "
                "SELECT k.revision, p.name, k.offset, k.length FROM known k JOIN part p ON p.n = k.part WHERE k.n = ? "
                "ORDER BY 1, 2, 3",
                (number, number),
            )
        ]

    def indexed(self) -> dict[str, int]:
        """For each part, how many of its bytes (before compression) are in the index."""
        return dict(self._db.execute("SELECT name, bytes FROM part"))

    def watermark(self, name: str) -> str | None:
        """The value last set under `name`."""
        row = self._db.execute("SELECT value FROM watermark WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def uploaded(self, bucket: str) -> dict[str, str]:
        """Key of each part that is known to be safe in the `bucket`, by part."""
        return dict(self._db.execute("SELECT part, key FROM uploaded WHERE bucket = ?", (bucket,)))

    def alike(self, bands: Iterable[int]) -> list[tuple[str, bytes]]:
        """(id, signature) of the articles in the window that share most bands, the earliest first.

        A look-up has a bounded cost: the `_CANDIDATES` that share most are told, and of a band that many share (the
        site's own set phrases) the earliest count.
        """
        best = self._window().sharing(bands)[:_CANDIDATES]
        if not best:
            return []
        marks = ",".join("?" * len(best))
        return self._db.execute(f"SELECT id, signature FROM near WHERE n IN ({marks}) ORDER BY n", best).fetchall()

    def _window(self) -> Bands:
        """The articles of the window by their bands, those included that have come since this was last asked."""
        if self._bands is None:
            self._bands = Bands()
        news = self._db.execute("SELECT n, signature FROM near WHERE n > ? ORDER BY n", (self._banded,)).fetchall()
        if news:
            first = self._db.execute("SELECT MIN(n) FROM near").fetchone()[0]
            for n, signature in news:
                self._bands.add(n, bands_of(signature), first)
            self._banded = news[-1][0]
        return self._bands

    # ------------------------------------------------------------------------------------------------ changes

    def commit(self, rows: Iterable[Row], seen: Iterable[Seen] = (), *, near_window: int = 0) -> None:
        """Take in lines that are durable in the log, and unchanged readings, in one transaction."""
        db = self._db
        db.execute("BEGIN IMMEDIATE")
        try:
            for row in rows:
                self._take(row, near_window)
            for reading in seen:
                self._take_seen(reading)
            reached, self._reached = self._reached, {}
            db.executemany(
                "UPDATE part SET bytes = MAX(bytes, ?) WHERE n = ?", [(end, part) for part, end in reached.items()]
            )
            db.execute("COMMIT")
        except BaseException:
            self._reached = {}
            if db.in_transaction:  # a full disk has ended it already
                db.execute("ROLLBACK")
            self._learn()
            raise

    def add_older(self, kind: str, id: str, revision: int, place: Place) -> None:
        """Remember where a line lies that is not the last of its thing."""
        part = self._part(place.part)
        values = (self._number_for(kind, id), revision, part, place.offset, place.length)
        self._db.execute("INSERT OR IGNORE INTO older VALUES (?,?,?,?,?)", values)
        self._db.execute("UPDATE part SET bytes = MAX(bytes, ?) WHERE n = ?", (place.offset + place.length, part))

    def _take(self, row: Row, near_window: int) -> None:
        known, db = row.known, self._db
        assert known.place is not None
        number, part = self._number_for(known.kind, known.id), self._part(known.place.part)
        origin, path = _split_url(known.url)
        if known.revision > 1:
            db.execute(
                "INSERT OR IGNORE INTO older SELECT n, revision, part, offset, length FROM known WHERE n = ?",
                (number,),
            )
            db.execute("DELETE FROM seen WHERE n = ?", (number,))
        values = (
            number, known.revision, packed_hash(known.content_hash), packed_prints(known.prints), packed_time(known.fetched_at),
            self._word(known.source), self._word(origin), path, packed_time(known.published_at), packed_time(known.modified_at),
            known.comment_count, known.complete, known.gone, len(known.prints) if known.kind == "comment_thread" else None,
            part, known.place.offset, known.place.length,
        )  # fmt: skip
        db.execute(_TAKE, values)
        self._reached[part] = max(self._reached.get(part, 0), known.place.offset + known.place.length)
        for where in row.addresses:
            db.execute("INSERT OR REPLACE INTO address VALUES (?, ?, 1)", (where, number))
        if row.signature and near_window:
            self._take_near(known.id, row.signature, near_window)

    def _take_near(self, id: str, signature: bytes, window: int) -> None:
        """Remember a signature, and forget the one that has been in the window longest.

        Of a later revision of an article that is in the window nothing is taken: its first words stand for it.
        """
        taken = self._db.execute("INSERT OR IGNORE INTO near (id, signature) VALUES (?, ?)", (id, signature))
        if taken.rowcount:
            self._db.execute("DELETE FROM near WHERE n <= ?", ((taken.lastrowid or 0) - window,))

    def _take_seen(self, seen: Seen) -> None:
        number = self._number(seen.kind, seen.id)
        row = self._db.execute("SELECT revision FROM known WHERE n = ?", (number,)).fetchone()
        if row is None:
            return
        if row[0] == seen.revision:
            self._db.execute(
                "INSERT INTO seen VALUES (?,?,?,?,?,?) ON CONFLICT (n) DO UPDATE SET at=excluded.at, "
                "modified_at=COALESCE(excluded.modified_at, modified_at), "
                "comment_count=COALESCE(excluded.comment_count, comment_count), "
                "complete=COALESCE(excluded.complete, complete), etag=COALESCE(excluded.etag, etag)",
                (
                    number, packed_time(seen.at), packed_time(seen.modified_at), seen.comment_count, seen.complete, seen.etag,
                ),
            )  # fmt: skip
        for where in seen.addresses:
            self._db.execute("INSERT OR IGNORE INTO address VALUES (?, ?, 0)", (where, number))

    def readings(self) -> int:
        """How many readings `seen` gives."""
        asked = "SELECT (SELECT COUNT(*) FROM seen) + (SELECT COUNT(*) FROM address WHERE NOT logged)"
        return int(self._db.execute(asked).fetchone()[0])

    def seen(self) -> Iterator[Seen]:
        """All that is known from readings that brought nothing new; addresses met in them come by themselves."""
        rows = self._db.execute(
            "SELECT s.n, k.revision, s.at, s.modified_at, s.comment_count, s.complete, s.etag FROM seen s JOIN known k ON k.n = s.n"
        )
        for n, revision, at, modified_at, comment_count, complete, etag in rows:
            kind, id = self._named(n)
            yield Seen(
                kind=kind, id=id, revision=revision, at=plain_time(at) or "", modified_at=plain_time(modified_at),
                comment_count=comment_count, complete=None if complete is None else bool(complete), etag=etag,
            )  # fmt: skip
        for key, n in self._db.execute("SELECT key, n FROM address WHERE NOT logged"):
            kind, id = self._named(n)
            yield Seen(kind=kind, id=id, revision=0, at="", addresses=[key])

    def set_watermark(self, name: str, value: str) -> None:
        """Set the value under `name`, durable at once."""
        self._db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?)", (name, value))

    def set_uploaded(self, part: str, bucket: str, key: str, at: str) -> None:
        """Remember that a part is safe in the bucket."""
        self._db.execute("INSERT OR REPLACE INTO uploaded VALUES (?, ?, ?, ?)", (part, bucket, key, at))

    def heads(self) -> Iterator[tuple[tuple[str, str], tuple[int, str | None]]]:
        """((kind, id), (revision, content hash)) of the last line of everything."""
        for number, revision, hashed in self._db.execute("SELECT n, revision, content_hash FROM known"):
            yield self._named(number), (revision, plain_hash(hashed))

    def totals(self) -> dict[str, int]:
        """How many articles (gone ones among them), threads (incomplete ones, comments) and tweets are known."""

        def count(what: str, kind: str) -> int:
            start, end = range_of(kind)
            found = self._db.execute(
                f"SELECT {what} FROM known k LEFT JOIN seen s ON s.n = k.n WHERE k.n >= ? AND k.n <= ? "
                "OR k.n IN (SELECT -n FROM named WHERE kind = ?)",
                (start, end - 1, kind),
            )
            return int(found.fetchone()[0] or 0)

        return {
            "articles": count("COUNT(*)", "article"),
            "gone": count("SUM(k.gone)", "article"),
            "threads": count("COUNT(*)", "comment_thread"),
            "incomplete": count("SUM(NOT COALESCE(s.complete, k.complete, 0))", "comment_thread"),
            "comments": count("SUM(k.comments)", "comment_thread"),
            "tweets": count("COUNT(*)", "tweet"),
        }

    def articles_to_sign(self, window: int) -> dict[str, dict[int, str]]:
        """Where the last `window` articles lie that were met, as part -> offset -> id; nothing where this index has been asked before."""
        if self.watermark("signed"):
            return {}
        start, end = range_of("article")
        rows = self._db.execute(
            "SELECT part, offset, n FROM known WHERE n >= ? AND n <= ? OR n IN (SELECT -n FROM named WHERE kind = 'article') "
            "ORDER BY part DESC, offset DESC LIMIT ?",
            (start, end - 1, window),
        ).fetchall()
        found: dict[str, dict[int, str]] = {}
        for part, offset, number in reversed(rows):
            found.setdefault(self._part_name(part), {})[offset] = self._named(number)[1]
        return found

    def sign(self, signatures: Iterable[tuple[str, bytes]], window: int) -> None:
        """Take (id, signature) into the window of articles that others are compared with."""
        self._db.execute("BEGIN IMMEDIATE")
        for id, signature in signatures:
            self._take_near(id, signature, window)
        self._db.execute("COMMIT")

    def settle(self) -> None:
        """Make an index that was written without care for its durability as durable as others."""
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA journal_mode=WAL")

    def dump(self) -> list[tuple[Any, ...]]:
        """Every answer but watermarks and uploads, in an order of its own: equal for equal archives."""
        lines = (self._made(*self._named(row[0]), row, True) for row in self._db.execute(_KNOWN))
        older = self._db.execute("SELECT n, revision, part, offset, length FROM older")
        return [
            *sorted((astuple(known) for known in lines), key=lambda known: known[:2]),
            *sorted((*self._named(n), revision, self._part_name(part), *place) for n, revision, part, *place in older),
            *((key, self._named(n)) for key, n in self._db.execute("SELECT key, n FROM address ORDER BY key")),
            *self._db.execute("SELECT name, bytes FROM part ORDER BY name"),
        ]


def _split_url(url: str) -> tuple[str, str]:
    """(scheme and host, the rest) of an address: many share the first."""
    end = url.find("/", url.find("//") + 2) if "//" in url else -1
    return (url[:end], url[end:]) if end > 0 else ("", url)


def overlay(
    known: Known, at: str | None, modified_at: str | None, comment_count: int | None, complete: bool | None, etag: str | None
) -> None:  # fmt: skip
    """Bring `known` up to a later reading that brought nothing new."""
    known.read_at = at or known.read_at
    known.modified_at = modified_at or known.modified_at
    known.comment_count = comment_count if comment_count is not None else known.comment_count
    known.complete = bool(complete) if complete is not None else known.complete
    known.etag = etag or known.etag
