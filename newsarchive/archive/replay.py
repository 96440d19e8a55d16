"""From the log to the index: what a line says of what it is about, and reading whole parts again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from newsarchive.archive.asked import SiteIndex
from newsarchive.archive.index import Known, Place, Row, address_key
from newsarchive.archive.lines import decode_line, read_lines
from newsarchive.archive.revisions import prints_after
from newsarchive.content import fingerprint, scrub

BATCH = 2000
"""Lines a transaction."""


def row_of(line: Mapping[str, Any], place: Place, before: Known | None, prints: dict[str, str | None]) -> Row:
    """What the index has to know of a line that was written at `place`, given what it knew `before`."""
    return Row(known=known_of(line, place, before, prints), addresses=addresses_of(line))


def known_of(
    line: Mapping[str, Any], place: Place | None, before: Known | None, prints: dict[str, str | None]
) -> Known:
    """What is known by a line of what it is about, given what was known `before`.

    Only what any index can hold: what is no text or no count is not known there, whatever the line says.
    """
    kind = line["type"]
    thread = kind == "comment_thread"
    complete = bool(line.get("complete")) if thread else None
    fetched_at = text_of(line.get("fetched_at"))
    return Known(
        kind=kind, id=line["id"], revision=line.get("revision") or 1, content_hash=text_of(line.get("content_hash")),
        prints=prints_after(before, line, prints), fetched_at=fetched_at, source=text_of(line.get("source")) or "",
        url=text_of(line.get("url")) or "", published_at=text_of(line.get("published_at")),
        modified_at=text_of(line.get("modified_at")),
        comment_count=count_of(line.get("declared_count" if thread else "comment_count")), complete=complete,
        gone=line.get("gone") is not None, read_at=fetched_at, line_complete=complete, place=place,
    )  # fmt: skip


def text_of(value: Any) -> str | None:
    """A text without lone surrogates and NUL, for which databases have no place; None where it is no text."""
    if not isinstance(value, str):
        return None
    return value if value.isascii() and "\0" not in value else str(scrub(value)).replace("\0", "\ufffd")


def count_of(value: Any) -> int | None:
    """A count that fits into a database; None where it is none: a page may declare anything."""
    return value if isinstance(value, int) and 0 <= value < 1 << 31 else None


def addresses_of(line: Mapping[str, Any]) -> list[bytes]:
    """Keys of the addresses of an article; none for other lines."""
    if line["type"] != "article":
        return []
    urls = [line.get("url"), line.get("canonical_url"), *(line.get("aliases") or ())]
    return list(dict.fromkeys(key for url in urls if url and isinstance(url, str) and (key := address_key(url))))


class Replay:
    """Takes lines of the log into `index`, part after part; call `finish` at the end.

    A line whose revision does not follow the one that is known waits until all parts have been read.
    """

    def __init__(self, index: SiteIndex, *, votes: bool = False, metrics: bool = False, fresh: bool = False):
        self.index = index
        self._fresh = fresh
        """Whether the index began empty: then a first revision needs no look at what is known."""
        self._kinds = {"votes": votes, "metrics": metrics}
        self._rows: list[Row] = []
        self._latest: dict[tuple[str, str], Known] = {}
        self._early: list[tuple[dict[str, Any], Place]] = []
        self.lines = 0

    def part(self, name: str, lines: Iterable[tuple[int, bytes]], start: int = 0) -> None:
        """Take the lines of a part from the offset `start` on; raises ValueError at one that is no line of ours."""
        for offset, data in lines:
            if offset < start:
                continue
            line = checked_line(data)
            self._take(line, Place(part=name, offset=offset, length=len(data)))

    def _take(self, line: dict[str, Any], place: Place, *, late: bool = False) -> None:
        key = (line["type"], line["id"])
        revision = line.get("revision") or 1
        before = self._latest.get(key)
        if before is None and not (self._fresh and revision == 1):
            before = self.index.known(*key, said_since=False)
        if revision > (before.revision + 1 if before else 1) and not late:
            self._early.append((line, place))
            return
        self.lines += 1
        if before and revision <= before.revision:
            if before.place != place:
                self._flush()
                self.index.add_older(*key, revision, place)
            return
        try:
            row = row_of(line, place, before, fingerprint(line, **self._kinds))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"{line['type']} {line['id']} at byte {place.offset} has no form of its type: {error!r}"
            ) from error
        self._rows.append(row)
        self._latest[key] = row.known
        if len(self._rows) >= BATCH:
            self._flush()

    def _flush(self) -> None:
        self.index.commit(self._rows)
        self._rows.clear()
        self._latest.clear()

    def finish(self) -> None:
        """Take what had to wait, and commit."""
        early, self._early = sorted(self._early, key=lambda pair: pair[0].get("revision") or 1), []
        for line, place in early:
            self._take(line, place, late=True)
        self._flush()


def checked_line(data: bytes) -> dict[str, Any]:
    """A whole line of ours as a dict; raises ValueError with the reason where it is none."""
    if not data.endswith(b"\n"):
        raise ValueError("the last line is torn")
    line = decode_line(data)
    if not isinstance(line.get("type"), str) or not isinstance(line.get("id"), str):
        raise ValueError("a line without type and id")
    return line


def whole_lines(path: Path, wrong: Callable[[int, str], None]) -> Iterator[tuple[int, bytes, dict[str, Any]]]:
    """(offset, bytes, line) up to the first that is no line; `wrong` is told where that is and why."""
    offset = 0
    try:
        for offset, data in read_lines(path):
            yield offset, data, checked_line(data)
    except (ValueError, EOFError) as error:
        wrong(offset, str(error))
