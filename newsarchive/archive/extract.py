"""A filtered copy of an archive: JSON Lines, CSV or Parquet, of some kinds, sites and days."""

import csv
import dataclasses
import gzip
import io
import json
import os
import sys
import types
import typing
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import zstandard

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings, Progress, silent
from newsarchive.archive.index import Index
from newsarchive.archive.lines import encode_line
from newsarchive.items import Article, Comment, CommentThread, Tweet

BATCH = 500
"""Rows a Parquet batch."""


@dataclass(kw_only=True)
class FlatComment(Comment):
    """A comment on a line of its own."""

    type: str = "comment"
    """Always ``comment``."""
    site: str = ""
    """The site."""
    article_id: str = ""
    """Id of the article it belongs to."""
    thread_revision: int = 1
    """The revision of the thread it is taken from."""
    fetched_at: str | None = None
    """When that was read."""


ROWS: dict[str, type] = {"article": Article, "comment_thread": CommentThread, "tweet": Tweet, "comment": FlatComment}
"""The class whose fields a row of each kind has."""
_DATES = {"article": "published_at", "tweet": "created_at", "comment": "posted_at"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What of an archive is copied. Days are ``2026-05-04``, both included."""

    kinds: tuple[str, ...] = ()
    """``article``, ``comment_thread``, ``tweet``, or ``comment`` for the comments of threads one a line; empty for all lines as they are."""
    since: str | None = None
    until: str | None = None
    by: str = "fetched"
    """Which day counts: ``fetched``, or ``published`` (of a thread its article's, of a comment or tweet when it was posted)."""
    latest: bool = False
    """Only the last revision of each thing."""


def rows(holdings: Holdings, wanted: Wanted, progress: Progress = silent) -> Iterator[dict[str, Any]]:
    """The lines, or comments, that are wanted."""
    kinds = set(wanted.kinds) or {"article", "comment_thread", "tweet"}
    read = tuple(kinds - {"comment"}) + (("comment_thread",) if "comment" in kinds else ())
    needs_index = wanted.latest or (wanted.by == "published" and "comment_thread" in kinds)
    if needs_index and not holdings.site.index.exists():
        raise ArchiveError(f"{holdings.site.name} has no index; `scrapy archive reindex` makes it")
    index = Index(holdings.site.index) if needs_index else None
    with closing(index) if index else _nothing():
        for entry, offset, line in holdings.lines(read, progress):
            if wanted.latest and index is not None:
                known = index.known(line["type"], line["id"], said_since=False)
                if known and known.place and (known.place.part, known.place.offset) != (entry.part, offset):
                    continue
            if line["type"] in kinds and _in_time(line, wanted, index):
                yield line
            if line["type"] == "comment_thread" and "comment" in kinds:
                yield from (row for row in _comments(line) if _in_time(row, wanted, index))


def _in_time(line: dict[str, Any], wanted: Wanted, index: Index | None) -> bool:
    if not wanted.since and not wanted.until:
        return True
    if wanted.by == "fetched":
        at = line.get("fetched_at")
    elif line["type"] == "comment_thread":
        at = index.published_at(line["id"]) if index else None
    else:
        at = line.get(_DATES[line["type"]])
    day = (at or "")[:10]
    return bool(day) and (not wanted.since or day >= wanted.since) and (not wanted.until or day <= wanted.until)


def _comments(thread: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for comment in thread.get("comments") or ():
        yield {
            **comment,
            "type": "comment",
            "site": thread.get("site"),
            "article_id": thread["id"],
            "thread_revision": thread.get("revision"),
            "fetched_at": thread.get("fetched_at"),
        }


class _nothing:
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


class Sink(Protocol):
    """Where rows go."""

    def write(self, row: dict[str, Any]) -> None:
        """Take a row."""

    def close(self) -> None:
        """Finish the file."""


class JsonLines:
    """A row a line, as it is in the archive."""

    def __init__(self, out: BinaryIO):
        self.out = out

    def write(self, row: dict[str, Any]) -> None:
        self.out.write(encode_line(row))

    def close(self) -> None:
        self.out.close()


class Csv:
    """A row a line; lists and objects as JSON in their cell, null as an empty one."""

    def __init__(self, out: BinaryIO, kind: str):
        self.text = io.TextIOWrapper(cast(Any, out), "utf-8", newline="")
        self.names = [field.name for field in dataclasses.fields(ROWS[kind])]
        self.writer = csv.writer(self.text)
        self.writer.writerow(self.names)

    def write(self, row: dict[str, Any]) -> None:
        self.writer.writerow([_cell(row.get(name)) for name in self.names])

    def close(self) -> None:
        self.text.close()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    # A spreadsheet runs what begins like a formula; the apostrophe is its own mark for text.
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


class Parquet:
    """Typed columns as the item classes have them, by pyarrow (``pip install pyarrow``)."""

    def __init__(self, out: BinaryIO, kind: str):
        try:
            import pyarrow
            import pyarrow.parquet
        except ImportError as error:
            raise ArchiveError("Parquet needs pyarrow: pip install pyarrow") from error
        self.arrow = pyarrow
        self.out = out
        self.schema = pyarrow.schema([(name, _arrow(pyarrow, hint)) for name, hint in _hints(ROWS[kind])])
        self.writer = pyarrow.parquet.ParquetWriter(out, self.schema, compression="zstd")
        self.rows: list[dict[str, Any]] = []

    def write(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        if len(self.rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        if self.rows:
            self.writer.write_table(self.arrow.Table.from_pylist(self.rows, schema=self.schema))
            self.rows.clear()

    def close(self) -> None:
        self._flush()
        self.writer.close()
        self.out.close()


def _hints(cls: type) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(cls)
    return [(field.name, hints[field.name]) for field in dataclasses.fields(cls)]


def _arrow(arrow: Any, hint: Any) -> Any:
    """The Arrow type of a field of the item classes."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _arrow(arrow, next(one for one in typing.get_args(hint) if one is not type(None)))
    if origin is list:
        return arrow.list_(_arrow(arrow, typing.get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        return arrow.struct([(name, _arrow(arrow, of)) for name, of in _hints(cast(type, hint))])
    return {int: arrow.int64(), bool: arrow.bool_(), float: arrow.float64()}.get(hint, arrow.string())


def extract(
    sites: list[Holdings], wanted: Wanted, target: str, *, force: bool = False, progress: Progress = silent
) -> int:
    """Copy what is wanted to `target` and return the number of rows.

    The ending says the form: ``.jsonl``, ``.csv`` (each with ``.gz`` or ``.zst`` behind it), ``.parquet``; ``-`` is JSON
    Lines on standard output. The file appears under its name once it is whole. Raises ArchiveError where the form and
    the kinds do not go together, or the file is there and `force` is not given.
    """
    path = Path(target)
    form = target.lower().removesuffix(".gz").removesuffix(".zst").rpartition(".")[2] if target != "-" else "jsonl"
    if form not in ("jsonl", "csv", "parquet") or (form == "parquet" and not target.lower().endswith(".parquet")):
        raise ArchiveError(f"{target}: the name has to end in .jsonl, .csv (.gz or .zst may follow) or .parquet")
    if form != "jsonl" and len(wanted.kinds) != 1:
        raise ArchiveError(f"a {form} file holds one kind of row: say which by --type")
    if target == "-":
        return _copy(sites, wanted, JsonLines(os.fdopen(os.dup(sys.stdout.fileno()), "wb")), progress)
    if path.exists() and not force:
        raise ArchiveError(f"{target} exists; --force writes it anew")
    part = path.with_name(f".{path.name}.part")
    try:
        out = _packed(part, path.name)
        sink: Sink = JsonLines(out) if form == "jsonl" else (Csv if form == "csv" else Parquet)(out, wanted.kinds[0])
        count = _copy(sites, wanted, sink, progress)
        part.replace(path)
    except OSError as error:
        raise ArchiveError(f"cannot write {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return count


def _packed(part: Path, name: str) -> BinaryIO:
    if name.lower().endswith(".gz"):
        return cast(BinaryIO, gzip.open(part, "wb", compresslevel=6))
    if name.lower().endswith(".zst"):
        return cast(
            BinaryIO,
            zstandard.ZstdCompressor(level=9, write_checksum=True).stream_writer(part.open("wb"), closefd=True),
        )
    return part.open("wb")


def _copy(sites: list[Holdings], wanted: Wanted, sink: Sink, progress: Progress) -> int:
    count = 0
    try:
        for holdings in sites:
            for row in rows(holdings, wanted, progress):
                sink.write(row)
                count += 1
    finally:
        sink.close()
    return count
