"""Whether the revisions of everything follow one another, over any number of lines in a bounded memory.

Each line leaves a row in a temporary SQLite file, which sorts them by what they are about; a thing's lines then stand
together, whatever parts they lie in.
"""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

_HEAD = -1
"""The revision under which the row stands that says what the index takes for a thing's last line."""
_BATCH = 1000


@dataclass(frozen=True)
class Link:
    """A line as a link of its chain."""

    revision: int
    hash: str | None
    previous: str | None
    part: int
    """The number of its part, in the order of the manifest."""
    number: int
    """Of the line in its part, from 1."""


@dataclass(frozen=True)
class Chain:
    """What the lines of one thing are, by revision; those of one revision in the order of the manifest."""

    kind: str
    id: str
    levels: dict[int, list[Link]]
    head: tuple[int, str | None] | None
    """(revision, hash) of the last line, by the index; None where it does not know the thing."""


class Chains:
    """Takes links in any order and gives chains; to be used as a context, which its file does not outlive."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory(prefix="newsarchive-verify-")
        self._db = sqlite3.connect(Path(self._place.name) / "lines", isolation_level=None)
        # Nothing of it is needed once this process has ended, so nothing has to be safe.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE link (kind, id, revision, hash, previous, part, number)")
        self._rows: list[tuple[Any, ...]] = []

    def __enter__(self) -> "Chains":
        self._db.execute("BEGIN")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._db.close()
        self._place.cleanup()

    def add(self, kind: str, id: str, link: Link) -> None:
        """Take a line."""
        self._put((kind, id, link.revision, link.hash, link.previous, link.part, link.number))

    def add_heads(self, heads: Iterable[tuple[tuple[str, str], tuple[int, str | None]]]) -> None:
        """Take what the index says: ((kind, id), (revision, hash)) of the last line of everything."""
        for (kind, id), (revision, hashed) in heads:
            self._put((kind, id, _HEAD, hashed, None, revision, 0))

    def _put(self, row: tuple[Any, ...]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._write()

    def _write(self) -> None:
        self._db.executemany("INSERT INTO link VALUES (?,?,?,?,?,?,?)", self._rows)
        self._rows.clear()

    def __iter__(self) -> Iterator[Chain]:
        self._write()
        rows = self._db.execute("SELECT * FROM link ORDER BY kind, id, revision, part, number")
        for (kind, id), links in groupby(rows, key=lambda row: row[:2]):
            head = None
            levels: dict[int, list[Link]] = defaultdict(list)
            for _, _, revision, hashed, previous, part, number in links:
                if revision == _HEAD:
                    head = (part, hashed)
                else:
                    levels[revision].append(Link(revision, hashed, previous, part, number))
            yield Chain(kind, id, levels, head)
