"""The log of observations: appended only, one file, readable after any crash; what is known of each tweet is folded from it."""

import sqlite3
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from newsarchive.archive.faults import reached
from newsarchive.dates import parse_iso, wire
from newsarchive.tweets.outcome import Content, Met, Observation, Target
from newsarchive.tweets.states import FOLD, Record, fold

_SCHEMA = """
CREATE TABLE IF NOT EXISTS observation (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL, resolver TEXT NOT NULL, version INTEGER NOT NULL, endpoint TEXT NOT NULL,
    answer TEXT NOT NULL, detail TEXT, content TEXT, at TEXT NOT NULL, url TEXT, http_status INTEGER,
    payload_sha256 TEXT, cost_usd REAL NOT NULL);
CREATE INDEX IF NOT EXISTS observation_of ON observation (id);
CREATE TRIGGER IF NOT EXISTS observation_stays BEFORE UPDATE ON observation BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS observation_kept BEFORE DELETE ON observation BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TABLE IF NOT EXISTS payload (sha256 TEXT PRIMARY KEY, bytes INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reference (id TEXT, document TEXT, site TEXT NOT NULL, seen TEXT, PRIMARY KEY (id, document)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tweet (
    id TEXT PRIMARY KEY, handle TEXT, printed_date TEXT, state TEXT NOT NULL, has_text INTEGER NOT NULL, refs INTEGER NOT NULL
    ) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tweet_order ON tweet (has_text, refs DESC, id);
CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS spent (resolver TEXT PRIMARY KEY, usd REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS owed (
    resolver TEXT, id TEXT, day TEXT, usd REAL NOT NULL, PRIMARY KEY (resolver, id, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (
    stem TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, stored TEXT, sha256 TEXT, bytes INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS host (name TEXT PRIMARY KEY, rests_until TEXT NOT NULL, strikes INTEGER NOT NULL) WITHOUT ROWID;
"""
_LARGEST_PAYLOAD = 4 * 1024 * 1024  # bytes; an answer about a hundred tweets is a tenth of that
_COLUMNS = "id, resolver, version, endpoint, answer, detail, content, at, url, http_status, payload_sha256, cost_usd"
_CHUNK = 500  # ids in one statement
_PLACES = 20  # documents of a tweet that another log is told of
_RECORD = msgspec.json.Decoder(Record)


class ObservationLog:
    """The observations, references and records of all sites of an archive, in one SQLite file.

    Every write is committed before the call returns, so that a process killed at any moment loses none of them. Several
    processes may use the file at once. Raises `sqlite3.Error` where the file cannot be used.
    """

    def __init__(self, path: Path | str, *, cached: int = 500, keep_back: bool = True) -> None:
        """`cached`: so many records are kept in memory; `keep_back` as in `fold`."""
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.path = Path(path)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
        # WAL with NORMAL: a commit survives the death of the process; only a power cut may take the last ones.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)
        self._records: OrderedDict[str, Record] = OrderedDict()
        self._cached = cached
        self._keep_back = keep_back
        self._others = 0  # changes when another process has written

    def close(self) -> None:
        """Lets the file go."""
        self._db.close()

    # ------------------------------------------------------------------------------------------------- references

    def note(self, site: str, document: str, targets: Sequence[Target]) -> int:
        """Remembers that a document refers to `targets`; gives how many of these references are new."""
        if not targets:
            return 0
        ids = list(dict.fromkeys(target.id for target in targets))
        marks = ",".join("?" * len(ids))
        met = {
            row[0]
            for row in self._db.execute(
                f"SELECT id FROM reference WHERE document = ? AND id IN ({marks})", (document, *ids)
            )
        }
        new = {target.id: target for target in reversed(targets) if target.id not in met}
        if not new:
            return 0
        with self._transaction():
            self._db.executemany(
                "INSERT OR IGNORE INTO reference VALUES (?, ?, ?, ?)",
                [(each, document, site, target.seen) for each, target in new.items()],
            )
            self._db.executemany(
                "INSERT INTO tweet VALUES (?, ?, ?, 'unresolved', 0, 1) ON CONFLICT (id) DO UPDATE SET "
                "refs = refs + 1, handle = coalesce(handle, excluded.handle), "
                "printed_date = coalesce(printed_date, excluded.printed_date)",
                [(each, target.handle, target.printed_date) for each, target in new.items()],
            )
        return len(new)

    def met(self, site: str, ids: Iterable[str]) -> list[Met]:
        """Those of `ids` that were met on `site`, and all that is known of them: without words first, the most referenced first."""
        found: list[tuple[int, int, Met]] = []
        for some in _chunks(list(ids)):
            marks = ",".join("?" * len(some))
            places: dict[str, list[tuple[str, str | None]]] = {}
            for tweet_id, document, seen in self._db.execute(
                f"SELECT id, document, seen FROM reference WHERE id IN ({marks}) AND site = ? ORDER BY id, document",
                (*some, site),
            ):
                places.setdefault(tweet_id, []).append((document, seen))
            observed = self.observations(places)
            for tweet_id, handle, printed_date, has_text, refs in self._db.execute(
                f"SELECT id, handle, printed_date, has_text, refs FROM tweet WHERE id IN ({marks})", some
            ):
                if tweet_id in places:
                    one = Met(
                        id=tweet_id, handle=handle, printed_date=printed_date, places=places[tweet_id][:_PLACES],
                        observations=observed[tweet_id],
                    )  # fmt: skip
                    found.append((has_text, -refs, one))
        return [one for _, _, one in sorted(found, key=lambda row: (row[0], row[1], row[2].id))]

    def note_met(self, site: str, tweets: Iterable[Met]) -> None:
        """Remembers what another log has met and observed, as if it had been here; what is here already stays as it is."""
        for one in tweets:
            known = self.observations([one.id])[one.id]
            self.append([observed for observed in one.observations if observed not in known])
            for document, seen in one.places:
                target = Target(id=one.id, handle=one.handle, printed_date=one.printed_date, seen=seen)
                self.note(site, document, [target])

    def sites(self) -> list[str]:
        """The sites whose documents refer to tweets, by name."""
        return [row[0] for row in self._db.execute("SELECT DISTINCT site FROM reference ORDER BY site")]

    # ------------------------------------------------------------------------------------------------ observations

    def append(self, observations: Sequence[Observation]) -> None:
        """Keeps observations, with the bodies they came from, and renews the records of their tweets. Durable on return."""
        if not observations:
            return
        with self._transaction():
            for one in observations:
                digest = one.payload_sha256
                if one.payload and len(one.payload) <= _LARGEST_PAYLOAD:
                    digest = digest or sha256(one.payload).hexdigest()
                    if not self._db.execute("SELECT 1 FROM payload WHERE sha256 = ?", (digest,)).fetchone():
                        self._db.execute(
                            "INSERT INTO payload VALUES (?, ?, ?)",
                            (digest, len(one.payload), zlib.compress(one.payload)),
                        )
                content = msgspec.json.encode(one.content).decode() if one.content else None
                self._db.execute(
                    f"INSERT INTO observation ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                    (one.id, one.resolver, one.version, one.endpoint, one.answer, one.detail, content, one.at, one.url,
                     one.http_status, digest, one.cost_usd),
                )  # fmt: skip
                self._spend(one.resolver, one.cost_usd)
            # An answer settles what its request might have cost, also one of the same day that nobody lived to read:
            # what was paid for is free for the rest of the day.
            self._db.executemany(
                "DELETE FROM owed WHERE resolver = ? AND id = ? AND day = ?",
                [(one.resolver, one.id, one.at[:10]) for one in observations],
            )
            for tweet_id in dict.fromkeys(one.id for one in observations):
                self._renew(tweet_id)
            reached("before_observed")
        reached("after_observed")

    def _spend(self, resolver: str, usd: float) -> None:
        if usd:
            self._db.execute(
                "INSERT INTO spent VALUES (?, ?) ON CONFLICT (resolver) DO UPDATE SET usd = usd + excluded.usd",
                (resolver, usd),
            )

    def observations(self, ids: Iterable[str]) -> dict[str, list[Observation]]:
        """The observations of each of `ids`, in the order they were made; an id without any has an empty list."""
        found: dict[str, list[Observation]] = {each: [] for each in ids}
        for some in _chunks(list(found)):
            marks = ",".join("?" * len(some))
            for row in self._db.execute(f"SELECT {_COLUMNS} FROM observation WHERE id IN ({marks}) ORDER BY n", some):
                found[row[0]].append(_observation(row))
        return found

    def payload(self, digest: str) -> bytes | None:
        """The body with this SHA-256; None where it is not kept."""
        row = self._db.execute("SELECT body FROM payload WHERE sha256 = ?", (digest,)).fetchone()
        return zlib.decompress(row[0]) if row else None

    def spent_usd(self, resolver: str) -> float:
        """What a resolver's requests have cost, all runs together, and what those cost at most whose answer is not here."""
        row = self._db.execute(
            "SELECT (SELECT total(usd) FROM spent WHERE resolver = ?) + (SELECT total(usd) FROM owed WHERE resolver = ?)",
            (resolver, resolver),
        ).fetchone()
        return float(row[0])

    def owe(self, resolver: str, ids: Iterable[str], day: str, usd_each: float) -> None:
        """Writes down what a request that goes out now may cost, for each tweet; `append` of its answer strikes it out."""
        with self._transaction():
            self._db.executemany(
                "INSERT OR REPLACE INTO owed VALUES (?, ?, ?, ?)", [(resolver, each, day, usd_each) for each in ids]
            )

    def settle(self, resolver: str, ids: Iterable[str], day: str) -> None:
        """Strikes out what a request was written down with: it has cost nothing."""
        with self._transaction():
            self._db.executemany(
                "DELETE FROM owed WHERE resolver = ? AND id = ? AND day = ?", [(resolver, each, day) for each in ids]
            )

    # ----------------------------------------------------------------------------------------------------- records

    def records(self, ids: Iterable[str]) -> dict[str, Record]:
        """The record of each of `ids` that something was observed of."""
        others = self._db.execute("PRAGMA data_version").fetchone()[0]
        if others != self._others:  # another process has written: it may know more
            self._records.clear()
            self._others = others
        found: dict[str, Record] = {}
        missing = []
        for each in ids:
            if each in self._records:
                self._records.move_to_end(each)
                found[each] = self._records[each]
            else:
                missing.append(each)
        for some in _chunks(missing):
            marks = ",".join("?" * len(some))
            for tweet_id, text in self._db.execute(f"SELECT id, record FROM record WHERE id IN ({marks})", some):
                record = _RECORD.decode(text)
                record.id = tweet_id
                found[tweet_id] = self._remember(record)
        return found

    def renew(self) -> None:
        """Rebuilds the records where they were folded by other rules than those of today."""
        rules = 2 * FOLD + self._keep_back
        if self._db.execute("PRAGMA user_version").fetchone()[0] != rules:
            self.rebuild()
            self._db.execute(f"PRAGMA user_version = {rules}")

    def rebuild(self) -> int:
        """Folds every record anew from the observations; gives how many there are."""
        self._records.clear()
        with self._transaction():
            self._db.execute("DELETE FROM spent")
            self._db.execute("INSERT INTO spent SELECT resolver, total(cost_usd) FROM observation GROUP BY resolver")
        ids = [row[0] for row in self._db.execute("SELECT DISTINCT id FROM observation")]
        for some in _chunks(ids):
            with self._transaction():
                for tweet_id in some:
                    self._renew(tweet_id)
        return len(ids)

    def _renew(self, tweet_id: str) -> None:
        record = fold(tweet_id, self.observations([tweet_id])[tweet_id], keep_back=self._keep_back)
        text = msgspec.json.encode(record).decode()
        handle, words = record.content.handle, int(bool(record.content.text))
        self._db.execute(
            "INSERT INTO tweet VALUES (?, ?, NULL, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET "
            "handle = coalesce(excluded.handle, handle), state = excluded.state, has_text = excluded.has_text",
            (tweet_id, handle, record.state, words),
        )
        self._db.execute(
            "INSERT INTO record VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET record = excluded.record", (tweet_id, text)
        )
        self._remember(record)

    def _remember(self, record: Record) -> Record:
        self._records[record.id] = record
        self._records.move_to_end(record.id)
        if len(self._records) > self._cached:
            self._records.popitem(last=False)
        return record

    # ----------------------------------------------------------------------------------------------------- sweeping

    def waiting(self, site: str | None = None, state: str | None = None, chunk: int = 1000) -> Iterator[list[Target]]:
        """All tweets that were met (on `site`, in `state`), `chunk` at a time: without words first, the most referenced first."""
        after: tuple[int, int, str] = (0, 1 << 60, "")
        while True:
            clauses, values = ["(has_text, -refs, id) > (?, ?, ?)"], [after[0], -after[1], after[2]]
            if state:
                clauses.append("state = ?")
                values.append(state)
            if site:
                clauses.append("EXISTS (SELECT 1 FROM reference r WHERE r.id = tweet.id AND r.site = ?)")
                values.append(site)
            rows = self._db.execute(
                f"SELECT id, handle, printed_date, has_text, refs FROM tweet WHERE {' AND '.join(clauses)} "
                "ORDER BY has_text, refs DESC, id LIMIT ?",
                (*values, chunk),
            ).fetchall()
            if not rows:
                return
            after = (rows[-1][3], rows[-1][4], rows[-1][0])
            yield [Target(id=row[0], handle=row[1], printed_date=row[2]) for row in rows]

    def targets(self, ids: Iterable[str]) -> list[Target]:
        """`ids` with what is known of their accounts."""
        wanted = list(dict.fromkeys(ids))
        known: dict[str, tuple[Any, ...]] = {}
        for some in _chunks(wanted):
            marks = ",".join("?" * len(some))
            rows = self._db.execute(f"SELECT id, handle, printed_date FROM tweet WHERE id IN ({marks})", some)
            known.update({row[0]: row[1:] for row in rows})
        found = ((each, *known.get(each, (None, None))) for each in wanted)
        return [Target(id=each, handle=handle, printed_date=printed_date) for each, handle, printed_date in found]

    def seen(self, tweet_id: str) -> list[str]:
        """The addresses under which a tweet was met, as they were written, at most twenty."""
        rows = self._db.execute(
            "SELECT DISTINCT seen FROM reference WHERE id = ? AND seen IS NOT NULL ORDER BY seen LIMIT 20", (tweet_id,)
        )
        return [row[0] for row in rows]

    def states(self, site: str | None = None) -> dict[str, int]:
        """How many tweets are in each state, most first."""
        clause, values = ("", ()) if site is None else (
            " WHERE EXISTS (SELECT 1 FROM reference r WHERE r.id = tweet.id AND r.site = ?)", (site,)
        )  # fmt: skip
        rows = self._db.execute(f"SELECT state, count(*) FROM tweet{clause} GROUP BY state ORDER BY 2 DESC, 1", values)
        return dict(rows.fetchall())

    # ------------------------------------------------------------------------------------------------------- hosts

    def rest(self, host: str, now: datetime) -> tuple[float, int]:
        """For how many seconds more a host is to be left alone, and how often in a row it has asked for that."""
        row = self._db.execute("SELECT rests_until, strikes FROM host WHERE name = ?", (host,)).fetchone()
        until = parse_iso(row[0]) if row else None
        return (max((until - now).total_seconds(), 0.0), row[1]) if row and until else (0.0, 0)

    def set_rest(self, host: str, now: datetime, seconds: float, strikes: int) -> None:
        """Remembers, for later runs too, that a host wants to be left alone for `seconds`."""
        until = wire(now + timedelta(seconds=seconds))
        self._db.execute("INSERT OR REPLACE INTO host VALUES (?, ?, ?)", (host, until, strikes))

    # ------------------------------------------------------------------------------------------------------- parts

    def plan_parts(self, stem: str, most: int) -> None:
        """Settles which parts the observations that are in none yet go into, `most` to a part; `stem` begins their names."""
        with self._transaction():
            self._plan(stem, most)

    def _plan(self, stem: str, most: int) -> None:
        first = self._db.execute("SELECT coalesce(max(last), 0) + 1 FROM part").fetchone()[0]
        last = self._db.execute("SELECT coalesce(max(n), 0) FROM observation").fetchone()[0]
        for number, start in enumerate(range(first, last + 1, most), 1):
            end = min(start + most - 1, last)
            self._db.execute("INSERT INTO part VALUES (?, ?, ?, NULL, NULL, NULL)", (f"{stem}-{number:04}", start, end))

    def rename_part(self, stem: str, name: str) -> str:
        """Gives a part another name, and that name."""
        self._db.execute("UPDATE part SET stem = ? WHERE stem = ?", (name, stem))
        return name

    def parts_missing(self, store: str) -> list[tuple[str, int, int]]:
        """Name, first and last observation of each part that `store` is not known to hold."""
        return self._db.execute(
            "SELECT stem, first, last FROM part WHERE stored IS NOT ? ORDER BY first", (store,)
        ).fetchall()

    def parts_stored(self, store: str) -> list[tuple[str, str, int]]:
        """Name, SHA-256 and bytes of each part that was put into `store`."""
        return self._db.execute(
            "SELECT stem, sha256, bytes FROM part WHERE stored = ? ORDER BY first", (store,)
        ).fetchall()

    def parts_known(self) -> set[str]:
        """The names of all parts."""
        return {row[0] for row in self._db.execute("SELECT stem FROM part")}

    def set_stored(self, stem: str, store: str, digest: str, size: int) -> None:
        """Remembers that `store` holds a part."""
        self._db.execute(
            "UPDATE part SET stored = ?, sha256 = ?, bytes = ? WHERE stem = ?", (store, digest, size, stem)
        )

    def rows(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The observations of these numbers as they are kept."""
        names = _COLUMNS.split(", ")
        for row in self._db.execute(
            f"SELECT {_COLUMNS} FROM observation WHERE n BETWEEN ? AND ? ORDER BY n", (first, last)
        ):
            yield dict(zip(names, row, strict=True))

    def take_part(self, stem: str, lines: Iterable[dict[str, Any]], store: str, digest: str, size: int) -> int:
        """Takes in a part that came from `store`; gives how many of its observations are new here."""
        names = _COLUMNS.split(", ")
        same = " AND ".join(f"{name} IS ?" for name in names)
        with self._transaction():
            self._plan(f"{stem}-before", 1 << 40)  # what is here alone stays in parts of its own
            before = self._db.execute("SELECT coalesce(max(n), 0) FROM observation").fetchone()[0]
            ids: dict[str, None] = {}
            for line in lines:
                if line["type"] == "payload":
                    self._db.execute(
                        "INSERT OR IGNORE INTO payload VALUES (?, ?, ?)",
                        (line["sha256"], len(line["body"]), zlib.compress(line["body"])),
                    )
                    continue
                values = tuple(line[name] for name in names)
                if not self._db.execute(f"SELECT 1 FROM observation WHERE {same}", values).fetchone():
                    marks = ",".join("?" * len(names))
                    self._db.execute(f"INSERT INTO observation ({_COLUMNS}) VALUES ({marks})", values)
                    ids[line["id"]] = None
                    self._spend(line["resolver"], line["cost_usd"])
            for tweet_id in ids:
                self._renew(tweet_id)
            after = self._db.execute("SELECT coalesce(max(n), 0) FROM observation").fetchone()[0]
            self._db.execute(
                "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", (stem, before + 1, after, store, digest, size)
            )
        return int(after - before)

    def problems(self) -> Iterator[str]:
        """What is wrong with the file and the bodies in it; nothing where all is well."""
        for (said,) in self._db.execute("PRAGMA integrity_check"):
            if said != "ok":
                yield str(said)
        for digest, body in self._db.execute("SELECT sha256, body FROM payload"):
            try:
                right = sha256(zlib.decompress(body)).hexdigest() == digest
            except zlib.error:
                right = False
            if not right:
                yield f"the body {digest} is damaged"

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One transaction that takes the write lock at its start, so that two processes wait for each other."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            self._records.clear()  # they may be ahead of the file
            raise
        self._db.execute("COMMIT")


def _chunks(items: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]


def _observation(row: tuple[Any, ...]) -> Observation:
    content = msgspec.json.decode(row[6], type=Content) if row[6] else None
    return Observation(
        id=row[0], resolver=row[1], version=row[2], endpoint=row[3], answer=row[4], detail=row[5], content=content,
        at=row[7], url=row[8], http_status=row[9], payload_sha256=row[10], cost_usd=row[11],
    )  # fmt: skip


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(timezone.utc)
