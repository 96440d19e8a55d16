"""The index of a site in the fleet's database: the same answers as `newsarchive.archive.index.Index`, to every machine at once."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import msgspec

from newsarchive.archive.index import Known, Place, Row, Seen, overlay
from newsarchive.archive.manifest import Entry
from newsarchive.archive.nearby import bands_of
from newsarchive.fleet.database import Connection

_KNOWN = (
    "SELECT k.kind, k.id, k.revision, k.content_hash, k.prints, k.fetched_at, k.source, k.url, k.published_at, k.modified_at, "
    "k.comment_count, k.complete, k.gone, p.name, k.place, k.length, s.at, s.modified_at, s.comment_count, s.complete, s.etag "
    "FROM known k JOIN part p ON p.n = k.part LEFT JOIN seen s ON s.key = k.key "
)
_TAKE = (
    "INSERT INTO known (key, site, kind, id, revision, content_hash, prints, fetched_at, source, url, published_at, modified_at, "
    "comment_count, complete, gone, part, place, length) VALUES (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (key) DO UPDATE SET revision=excluded.revision, content_hash=excluded.content_hash, prints=excluded.prints, "
    "fetched_at=excluded.fetched_at, source=excluded.source, url=excluded.url, published_at=excluded.published_at, "
    "modified_at=excluded.modified_at, comment_count=excluded.comment_count, complete=excluded.complete, "
    "gone=excluded.gone, part=excluded.part, place=excluded.place, length=excluded.length "
    "WHERE excluded.revision > known.revision"
)
_SEEN = (
    "INSERT INTO seen VALUES (%s,%s,%s,%s,%s,%s,%s) ON CONFLICT (key) DO UPDATE SET at=excluded.at, "
    "modified_at=COALESCE(excluded.modified_at, seen.modified_at), "
    "comment_count=COALESCE(excluded.comment_count, seen.comment_count), "
    "complete=COALESCE(excluded.complete, seen.complete), etag=COALESCE(excluded.etag, seen.etag)"
)
_EACH = (
    _KNOWN.replace(" FROM", ", k.n FROM", 1)
    + "WHERE k.site = %(site)s AND k.kind = %(kind)s AND k.n > %(last)s ORDER BY k.n LIMIT 2000"
)
_CANDIDATES = 8
"""So many articles that share most bands are looked at as near-duplicates."""

_prints = msgspec.json.Decoder(dict[str, str | None])


def key_of(kind: str, id: str, site: str) -> bytes:
    """The 16 bytes by which a thing is found. A tweet that several sites embed is one of each; the ids of others name their site."""
    whose = f"\0{site}" if kind == "tweet" else ""
    return blake2b(f"{kind}\0{id}{whose}".encode("utf-8", "replace"), digest_size=16).digest()


class SharedIndex:
    """The index of one site on a connection that its writer holds. Changes belong to the transaction that is open on it."""

    def __init__(self, connection: Connection, site: str):
        self.connection = connection
        self.site = site

    def close(self) -> None:
        """Leaves the connection to whoever made it."""

    # ------------------------------------------------------------------------------------------------ questions

    def _one(self, statement: str, *values: object) -> Any:
        """The first row; None where there is none."""
        return self.connection.execute(statement, values).fetchone()

    def known(self, kind: str, id: str, *, said_since: bool = True) -> Known | None:
        """What is known of one thing; None where it is new. Without `said_since` only what its lines say."""
        row = self._one(_KNOWN + "WHERE k.key = %s", key_of(kind, id, self.site))
        return self._made(row, said_since) if row else None

    def each(self, kind: str) -> Iterator[Known]:
        """All that is known of one kind, in the order it was first met."""
        last = 0
        while rows := self.connection.execute(_EACH, {"site": self.site, "kind": kind, "last": last}).fetchall():
            for row in rows:
                yield self._made(row[:-1], True)
            last = rows[-1][-1]

    def _made(self, row: tuple[Any, ...], said_since: bool) -> Known:
        (
            kind, id, revision, content_hash, prints, fetched_at, source, url, published_at, modified_at, comment_count, complete,
            gone, part, place, length, *said,
        ) = row  # fmt: skip
        known = Known(
            kind=kind, id=id, revision=revision, content_hash=content_hash, prints=_prints.decode(prints), fetched_at=fetched_at,
            source=source, url=url, published_at=published_at, modified_at=modified_at, comment_count=comment_count,
            complete=complete, gone=gone, read_at=fetched_at, line_complete=complete,
            place=Place(part=part, offset=place, length=length),
        )  # fmt: skip
        if said_since:
            if said[0]:
                overlay(known, *said)
            if kind == "comment_thread":
                known.published_at = self.published_at(id)
        return known

    def published_at(self, article_id: str) -> str | None:
        """When an article was published; None where it is not known."""
        row = self._one("SELECT published_at FROM known WHERE key = %s", key_of("article", article_id, self.site))
        return row[0] if row else None

    def article_at(self, key: bytes) -> str | None:
        """The id of the site's article last met under an address (`address_key`)."""
        row = self._one("SELECT id FROM address WHERE key = %s AND site = %s", key, self.site)
        return row[0] if row else None

    def indexed(self) -> dict[str, int]:
        """For each part, how many of its bytes (before compression) are in the index."""
        return dict(self.connection.execute("SELECT name, bytes FROM part WHERE site = %s", (self.site,)).fetchall())

    def entry(self, part: str) -> Entry | None:
        """The manifest's entry of a part, whichever machine wrote it; None where the part is not known."""
        row = self._one("SELECT entry FROM part WHERE site = %s AND name = %s", self.site, part)
        return msgspec.convert(row[0], Entry) if row and row[0] else None

    def watermark(self, name: str) -> str | None:
        """The value last set under `name`."""
        row = self._one("SELECT value FROM watermark WHERE site = %s AND name = %s", self.site, name)
        return row[0] if row else None

    def alike(self, bands: Iterable[int]) -> list[tuple[str, bytes]]:
        """(id, signature) of the articles in the window that share most bands, the earliest first."""
        wanted = list(bands)
        rows = self.connection.execute(
            "SELECT n, id, signature, cardinality(ARRAY(SELECT unnest(bands) INTERSECT SELECT unnest(%s::bigint[]))) "
            "FROM near WHERE site = %s AND bands && %s::bigint[]",
            (wanted, self.site, wanted),
        ).fetchall()
        best = sorted(rows, key=lambda row: (-row[3], row[0]))[:_CANDIDATES]
        return [(id, signature) for _, id, signature, _ in sorted(best)]

    # ------------------------------------------------------------------------------------------------ changes

    def commit(self, rows: Iterable[Row], seen: Iterable[Seen] = (), *, near_window: int = 0) -> None:
        """Take in lines that are published, and unchanged readings, in one transaction (or within the one that is open)."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            taken, readings = list(rows), list(seen)
            parts = self._parts(taken)
            changed = [key_of(row.known.kind, row.known.id, self.site) for row in taken if row.known.revision > 1]
            if changed:
                cursor.execute(
                    "INSERT INTO older SELECT key, revision, part, place, length FROM known WHERE key = ANY(%s) "
                    "ON CONFLICT DO NOTHING",
                    (changed,),
                )
                cursor.execute("DELETE FROM seen WHERE key = ANY(%s)", (changed,))
            cursor.executemany(_TAKE, [self._values(row.known, parts) for row in taken])
            addresses = {where: row.known.id for row in taken for where in row.addresses}
            cursor.executemany(
                "INSERT INTO address VALUES (%s, %s, %s, true) ON CONFLICT (key) DO UPDATE SET site=excluded.site, id=excluded.id, logged=true",
                [(where, self.site, id) for where, id in sorted(addresses.items())],
            )
            cursor.executemany(
                _SEEN,
                [
                    (key_of(one.kind, one.id, self.site), self.site, one.at, one.modified_at, one.comment_count, one.complete, one.etag)
                    for one in readings
                ],
            )  # fmt: skip
            cursor.executemany(
                "INSERT INTO address VALUES (%s, %s, %s, false) ON CONFLICT DO NOTHING",
                [(where, self.site, one.id) for one in readings for where in one.addresses],
            )
            signed = [(row.known.id, row.signature) for row in taken if row.signature and near_window]
            if signed:
                self._take_near(signed, near_window)

    def _parts(self, rows: list[Row]) -> dict[str, int]:
        """The numbers of the rows' parts, which then are taken in as far as the rows go."""
        reached: dict[str, int] = {}
        for row in rows:
            assert row.known.place is not None
            place = row.known.place
            reached[place.part] = max(reached.get(place.part, 0), place.offset + place.length)
        return {name: self._part(name, end) for name, end in reached.items()}

    def _part(self, name: str, end: int) -> int:
        row = self._one(
            "INSERT INTO part (site, name, bytes) VALUES (%s, %s, %s) ON CONFLICT (site, name) "
            "DO UPDATE SET bytes = GREATEST(part.bytes, excluded.bytes) RETURNING n",
            self.site, name, end,
        )  # fmt: skip
        return int(row[0])

    def _values(self, known: Known, parts: dict[str, int]) -> tuple[object, ...]:
        assert known.place is not None
        prints = msgspec.json.encode(known.prints).decode()
        return (
            key_of(known.kind, known.id, self.site), self.site, known.kind, known.id, known.revision, known.content_hash, prints,
            known.fetched_at, known.source, known.url, known.published_at, known.modified_at, known.comment_count, known.complete,
            known.gone, parts[known.place.part], known.place.offset, known.place.length,
        )  # fmt: skip

    def _take_near(self, signed: list[tuple[str, bytes]], window: int) -> None:
        """Remember signatures, and forget those that have been in the window longest."""
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO near (site, id, signature, bands) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [(self.site, id, signature, bands_of(signature)) for id, signature in signed],
            )
            cursor.execute(
                "DELETE FROM near WHERE site = %s AND n <= (SELECT n FROM near WHERE site = %s ORDER BY n DESC OFFSET %s LIMIT 1)",
                (self.site, self.site, window),
            )

    def add_older(self, kind: str, id: str, revision: int, place: Place) -> None:
        """Remember where a line lies that is not the last of its thing."""
        part = self._part(place.part, place.offset + place.length)
        self.connection.execute(
            "INSERT INTO older VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            (key_of(kind, id, self.site), revision, part, place.offset, place.length),
        )

    def add_part(self, entry: Entry) -> None:
        """Remember a part that is published."""
        self._part(entry.part, 0)
        self.connection.execute(
            "UPDATE part SET entry = %s WHERE site = %s AND name = %s",
            (msgspec.json.encode(entry).decode(), self.site, entry.part),
        )

    def set_watermark(self, name: str, value: str) -> None:
        """Set the value under `name`."""
        self.connection.execute(
            "INSERT INTO watermark VALUES (%s, %s, %s) ON CONFLICT (site, name) DO UPDATE SET value = excluded.value",
            (self.site, name, value),
        )

    def set_uploaded(self, part: str, bucket: str, key: str, at: str) -> None:
        """Nothing: of the fleet's parts only those are known that are safe in the store."""

    def forget(self) -> None:
        """Forget all that is known of the site, for it to be read from the parts again."""
        self.connection.execute("DELETE FROM older WHERE key IN (SELECT key FROM known WHERE site = %s)", (self.site,))
        for table in ("known", "address", "seen", "watermark", "near", "part"):
            self.connection.execute(f"DELETE FROM {table} WHERE site = %s", (self.site,))
