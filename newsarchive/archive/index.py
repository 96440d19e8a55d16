"""The index of a site: what is known of each id, and where its lines lie. Derived from the parts; may be deleted.

SQLite in WAL mode with ``synchronous=NORMAL``: a commit survives the death of the process, and after a power cut the
last ones may be missing, which the next start makes good from the log. The tables ``known``, ``older``, ``part`` and
the logged addresses come from the lines alone, so a rebuild gives the same answers. ``seen``, ``watermark``,
``uploaded`` and addresses met in passing remember work that need not be done again; losing them costs time only.
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from newsarchive.archive.nearby import bands_of
from newsarchive.identity import address

VERSION = 1
_SCHEMA = """
CREATE TABLE known (
  n INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,
  content_hash TEXT, prints TEXT NOT NULL, fetched_at TEXT, source TEXT, url TEXT, published_at TEXT, modified_at TEXT,
  comment_count INTEGER, complete INTEGER, gone INTEGER NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL,
  length INTEGER NOT NULL);
CREATE TABLE older (
  key BLOB NOT NULL, revision INTEGER NOT NULL, part INTEGER NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL,
  PRIMARY KEY (key, revision)) WITHOUT ROWID;
CREATE TABLE part (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL);
CREATE TABLE address (key BLOB PRIMARY KEY, id TEXT NOT NULL, logged INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE seen (
  key BLOB PRIMARY KEY, at TEXT, modified_at TEXT, comment_count INTEGER, complete INTEGER, etag TEXT
  ) WITHOUT ROWID;
CREATE TABLE watermark (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE uploaded (part TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE near (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, signature BLOB NOT NULL);
CREATE TABLE near_band (band INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (band, n)) WITHOUT ROWID;
"""

_json = msgspec.json.Encoder()
_prints = msgspec.json.Decoder(dict[str, str | None])


def key_of(kind: str, id: str) -> bytes:
    """The 16 bytes by which a thing is found."""
    return blake2b(f"{kind}\0{id}".encode("utf-8", "replace"), digest_size=16).digest()


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
    bands: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class Seen:
    """A reading that brought nothing new. None leaves what was said before."""

    kind: str
    id: str
    at: str
    modified_at: str | None = None
    comment_count: int | None = None
    complete: bool | None = None
    etag: str | None = None
    addresses: list[bytes] = field(default_factory=list)


_KNOWN = (
    "SELECT k.kind, k.id, k.revision, k.content_hash, k.prints, k.fetched_at, k.source, k.url, k.published_at, k.modified_at, "
    "k.comment_count, k.complete, k.gone, p.name, k.offset, k.length, s.at, s.modified_at, s.comment_count, s.complete, s.etag "
    "FROM known k JOIN part p ON p.n = k.part LEFT JOIN seen s ON s.key = k.key "
)


_A_BAND = 8
_CANDIDATES = 8


class Index:
    """The index in the file `path`; `write` connections make it where there is none.

    Raises sqlite3.DatabaseError where the file is no index of this version (delete it, or rebuild).
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
            self._db.execute("PRAGMA cache_size=-32000")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and write:
                self._db.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version={VERSION}; COMMIT;")
            elif version != VERSION:
                raise sqlite3.DatabaseError(f"index of version {version}, not {VERSION}")
            self._parts: dict[str, int] = dict(self._db.execute("SELECT name, n FROM part"))
        except BaseException:
            self._db.close()
            raise
        self._reached: dict[int, int] = {}
        """How far each part is taken in by the transaction that is open."""

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # ------------------------------------------------------------------------------------------------ questions

    def known(self, kind: str, id: str, *, said_since: bool = True) -> Known | None:
        """What is known of one thing; None where it is new. Without `said_since` only what its lines say."""
        row = self._db.execute(_KNOWN + "WHERE k.key = ?", (key_of(kind, id),)).fetchone()
        return self._made(row, said_since) if row else None

    def each(self, kind: str) -> Iterator[Known]:
        """All that is known of one kind, in the order it was first met."""
        for row in self._db.execute(_KNOWN + "WHERE k.kind = ? ORDER BY k.n", (kind,)):
            yield self._made(row, True)

    def _made(self, row: tuple[Any, ...], said_since: bool) -> Known:
        known = _known(row[:16])
        if said_since:
            if row[16]:
                overlay(known, *row[16:])
            if known.kind == "comment_thread":
                known.published_at = self.published_at(known.id)
        return known

    def published_at(self, article_id: str) -> str | None:
        """When an article was published; None where it is not known."""
        row = self._db.execute(
            "SELECT published_at FROM known WHERE key = ?", (key_of("article", article_id),)
        ).fetchone()
        return row[0] if row else None

    def article_at(self, key: bytes) -> str | None:
        """The id of the article last met under an address (`address_key`)."""
        row = self._db.execute("SELECT id FROM address WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def places(self, kind: str, id: str) -> list[tuple[int, Place]]:
        """(revision, place) of every line of one thing, the first revision first."""
        key = key_of(kind, id)
        return [
            (revision, Place(part=part, offset=offset, length=length))
            for revision, part, offset, length in self._db.execute(
                "SELECT o.revision, p.name, o.offset, o.length FROM older o JOIN part p ON p.n = o.part WHERE o.key = ? UNION ALL "
                "SELECT k.revision, p.name, k.offset, k.length FROM known k JOIN part p ON p.n = k.part WHERE k.key = ? ORDER BY 1",
                (key, key),
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

        A band that hundreds share is the site's own set phrase and tells nothing: of each band the first `_A_BAND`
        count, and of all that share any the `_CANDIDATES` that share most, so that a look-up has a bounded cost.
        """
        shared: Counter[int] = Counter()
        for band in bands:
            found = self._db.execute(f"SELECT n FROM near_band WHERE band = ? LIMIT {_A_BAND}", (band,))
            shared.update(n for (n,) in found)
        best = sorted(shared, key=lambda n: (-shared[n], n))[:_CANDIDATES]
        marks = ",".join("?" * len(best))
        return self._db.execute(f"SELECT id, signature FROM near WHERE n IN ({marks}) ORDER BY n", best).fetchall()

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
            self._parts = dict(db.execute("SELECT name, n FROM part"))
            raise

    def add_older(self, kind: str, id: str, revision: int, place: Place) -> None:
        """Remember where a line lies that is not the last of its thing."""
        values = (key_of(kind, id), revision, self._part(place.part), place.offset, place.length)
        self._db.execute("INSERT OR IGNORE INTO older VALUES (?,?,?,?,?)", values)
        self._db.execute("UPDATE part SET bytes = MAX(bytes, ?) WHERE n = ?", (place.offset + place.length, values[2]))

    def _take(self, row: Row, near_window: int) -> None:
        known, db = row.known, self._db
        assert known.place is not None
        key, part = key_of(known.kind, known.id), self._part(known.place.part)
        place = (part, known.place.offset, known.place.length)
        values = (
            known.kind, known.id, known.revision, known.content_hash, _json.encode(known.prints).decode(), known.fetched_at,
            known.source, known.url, known.published_at, known.modified_at, known.comment_count, known.complete, known.gone, *place,
        )  # fmt: skip
        if known.revision > 1:
            db.execute(
                "INSERT OR IGNORE INTO older SELECT key, revision, part, offset, length FROM known WHERE key = ?",
                (key,),
            )
            db.execute("DELETE FROM seen WHERE key = ?", (key,))
        db.execute(
            "INSERT INTO known (key, kind, id, revision, content_hash, prints, fetched_at, source, url, published_at, modified_at, "
            "comment_count, complete, gone, part, offset, length) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) "
            "ON CONFLICT (key) DO UPDATE SET revision=excluded.revision, content_hash=excluded.content_hash, prints=excluded.prints, "
            "fetched_at=excluded.fetched_at, source=excluded.source, url=excluded.url, published_at=excluded.published_at, "
            "modified_at=excluded.modified_at, comment_count=excluded.comment_count, complete=excluded.complete, "
            "gone=excluded.gone, part=excluded.part, offset=excluded.offset, length=excluded.length "
            # Two machines may each have stored a first revision: the one that was taken in first stays.
            "WHERE excluded.revision > revision",
            (key, *values),
        )
        self._reached[part] = max(self._reached.get(part, 0), known.place.offset + known.place.length)
        for where in row.addresses:
            db.execute("INSERT OR REPLACE INTO address VALUES (?, ?, 1)", (where, known.id))
        if row.signature and near_window:
            self._take_near(known.id, row.signature, row.bands, near_window)

    def _take_near(self, id: str, signature: bytes, bands: list[int], window: int) -> None:
        """Remember a signature, and forget the one that has been in the window longest."""
        db = self._db
        n = db.execute("INSERT OR IGNORE INTO near (id, signature) VALUES (?, ?)", (id, signature))
        if not n.rowcount:
            return  # a later revision of an article that is in the window: its first words stand for it
        last = n.lastrowid
        db.executemany("INSERT OR IGNORE INTO near_band VALUES (?, ?)", [(band, last) for band in bands])
        for old, old_signature in db.execute(
            "SELECT n, signature FROM near WHERE n <= ?", ((last or 0) - window,)
        ).fetchall():
            db.executemany(
                "DELETE FROM near_band WHERE band = ? AND n = ?", [(band, old) for band in bands_of(old_signature)]
            )
            db.execute("DELETE FROM near WHERE n = ?", (old,))

    def _take_seen(self, seen: Seen) -> None:
        db = self._db
        db.execute(
            "INSERT INTO seen VALUES (?,?,?,?,?,?) ON CONFLICT (key) DO UPDATE SET at=excluded.at, "
            "modified_at=COALESCE(excluded.modified_at, modified_at), comment_count=COALESCE(excluded.comment_count, comment_count), "
            "complete=COALESCE(excluded.complete, complete), etag=COALESCE(excluded.etag, etag)",
            (key_of(seen.kind, seen.id), seen.at, seen.modified_at, seen.comment_count, seen.complete, seen.etag),
        )
        for where in seen.addresses:
            db.execute("INSERT OR IGNORE INTO address VALUES (?, ?, 0)", (where, seen.id))

    def _part(self, name: str) -> int:
        n = self._parts.get(name)
        if n is None:
            n = self._db.execute("INSERT INTO part (name, bytes) VALUES (?, 0)", (name,)).lastrowid
            assert n is not None
            self._parts[name] = n
        return n

    def set_watermark(self, name: str, value: str) -> None:
        """Set the value under `name`, durable at once."""
        self._db.execute("INSERT OR REPLACE INTO watermark VALUES (?, ?)", (name, value))

    def set_uploaded(self, part: str, bucket: str, key: str, at: str) -> None:
        """Remember that a part is safe in the bucket."""
        self._db.execute("INSERT OR REPLACE INTO uploaded VALUES (?, ?, ?, ?)", (part, bucket, key, at))

    def heads(self) -> Iterator[tuple[bytes, tuple[int, str | None]]]:
        """(key, (revision, content hash)) of the last line of everything."""
        for key, revision, hashed in self._db.execute("SELECT key, revision, content_hash FROM known"):
            yield key, (revision, hashed)

    def totals(self) -> dict[str, int]:
        """How many articles (gone ones among them), threads (incomplete ones, comments) and tweets are known."""
        ask = self._db.execute
        kinds = dict(ask("SELECT kind, COUNT(*) FROM known GROUP BY kind"))
        lacking = (
            "SELECT COUNT(*) FROM known k LEFT JOIN seen s ON s.key = k.key WHERE k.kind = 'comment_thread' AND NOT "
        )
        comments = "SELECT COUNT(*) FROM known k, json_each(k.prints) WHERE k.kind = 'comment_thread'"
        return {
            "articles": kinds.get("article", 0),
            "gone": ask("SELECT COUNT(*) FROM known WHERE gone").fetchone()[0],
            "threads": kinds.get("comment_thread", 0),
            "incomplete": ask(lacking + "COALESCE(s.complete, k.complete, 0)").fetchone()[0],
            "comments": ask(comments).fetchone()[0],
            "tweets": kinds.get("tweet", 0),
        }

    def articles_to_sign(self, window: int) -> dict[str, dict[int, str]]:
        """Where the last `window` articles lie that were met, as part -> offset -> id; nothing where this index has been asked before."""
        if self.watermark("signed"):
            return {}
        found: dict[str, dict[int, str]] = {}
        rows = self._db.execute(
            "SELECT p.name, k.offset, k.id FROM (SELECT * FROM known WHERE kind = 'article' ORDER BY n DESC LIMIT ?) k "
            "JOIN part p ON p.n = k.part ORDER BY k.n",
            (window,),
        )
        for part, offset, id in rows:
            found.setdefault(part, {})[offset] = id
        return found

    def sign(self, signatures: Iterable[tuple[str, bytes]], window: int) -> None:
        """Take (id, signature) into the window of articles that others are compared with."""
        self._db.execute("BEGIN IMMEDIATE")
        for id, signature in signatures:
            self._take_near(id, signature, bands_of(signature), window)
        self._db.execute("COMMIT")

    def settle(self) -> None:
        """Make an index that was written without care for its durability as durable as others."""
        with self.path.open("rb") as file:
            os.fsync(file.fileno())
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA journal_mode=WAL")

    def dump(self) -> list[tuple[Any, ...]]:
        """Every answer that comes from the lines, in an order of its own: equal for equal archives."""
        known = "SELECT kind, id, revision, content_hash, prints, fetched_at, source, url, published_at, modified_at, comment_count, complete, gone"
        return [
            *self._db.execute(
                known + ", p.name, k.offset, k.length FROM known k JOIN part p ON p.n = k.part ORDER BY kind, id"
            ),
            *self._db.execute(
                "SELECT o.key, o.revision, p.name, o.offset, o.length FROM older o JOIN part p ON p.n = o.part ORDER BY 1, 2"
            ),
            *self._db.execute("SELECT key, id FROM address WHERE logged ORDER BY key"),
            *self._db.execute("SELECT name, bytes FROM part ORDER BY name"),
        ]


def _known(row: tuple[Any, ...]) -> Known:
    (
        kind, id, revision, content_hash, prints, fetched_at, source, url, published_at, modified_at, comment_count, complete, gone,
        part, offset, length,
    ) = row  # fmt: skip
    complete = None if complete is None else bool(complete)
    return Known(
        kind=kind, id=id, revision=revision, content_hash=content_hash, prints=_prints.decode(prints), fetched_at=fetched_at,
        source=source, url=url, published_at=published_at, modified_at=modified_at, comment_count=comment_count, complete=complete,
        gone=bool(gone), read_at=fetched_at, line_complete=complete, place=Place(part=part, offset=offset, length=length),
    )  # fmt: skip


def overlay(
    known: Known, at: str | None, modified_at: str | None, comment_count: int | None, complete: bool | None, etag: str | None
) -> None:  # fmt: skip
    """Bring `known` up to a later reading that brought nothing new."""
    known.read_at = at or known.read_at
    known.modified_at = modified_at or known.modified_at
    known.comment_count = comment_count if comment_count is not None else known.comment_count
    known.complete = bool(complete) if complete is not None else known.complete
    known.etag = etag or known.etag
