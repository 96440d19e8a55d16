"""Whether an archive is what it says: every file, line, count, hash and chain of revisions, from the bytes alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings, Progress, silent
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site, part_name
from newsarchive.archive.lines import read_lines
from newsarchive.archive.lock import Lock
from newsarchive.archive.manifest import Entry
from newsarchive.archive.replay import checked_line
from newsarchive.identity import content_hash

MOST_PROBLEMS = 1000
"""Problems that are named; a disk gone bad has no end of them."""


@dataclass
class Report:
    """What a verification found."""

    site: str
    parts: int = 0
    lines: int = 0
    bytes: int = 0
    problems: list[str] = field(default_factory=list)
    """What is wrong, in the order it was found; empty where all is well."""


def verify(holdings: Holdings, progress: Progress = silent) -> Report:
    """Read everything a site holds and compare it with what the manifest, the lines and the index say of it."""
    report = Report(holdings.site.name)
    for problem in _problems(holdings, report, progress):
        report.problems.append(problem)
        if len(report.problems) >= MOST_PROBLEMS:
            break
    return report


def _problems(holdings: Holdings, report: Report, progress: Progress) -> Iterator[str]:
    yield from holdings.wrong
    site = holdings.site
    for path in site.sealed_files():
        name = part_name(site.within(path))
        if name and str(name) not in holdings.entries:
            yield f"{site.within(path)} is in no manifest"
    last: dict[tuple[str, str], tuple[int, str | None]] = {}
    for entry in holdings.entries.values():
        report.parts += 1
        try:
            with holdings.file(entry) as path:
                yield from _part(entry, path, report, last)
        except ArchiveError as error:
            yield str(error)
        progress(entry.bytes)
    yield from _index(holdings, last)


def _at_rest(site: Site) -> bool:
    """Whether nobody is writing the site, and nobody has left open parts."""
    lock = Lock(site.lock)
    try:
        if not lock.try_take("verify"):
            return False
        lock.release()
        return not any(site.open.iterdir())
    except OSError:
        return False  # a copy that cannot be written, or without our directories: the parts alone are compared


def _part(
    entry: Entry, path: Path, report: Report, last: dict[tuple[str, str], tuple[int, str | None]]
) -> Iterator[str]:
    digest, size = sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    report.bytes += size
    if size != entry.bytes:
        yield f"{entry.file} has {size} bytes, not {entry.bytes}"
    elif digest.hexdigest() != entry.sha256:
        yield f"{entry.file} has the SHA-256 {digest.hexdigest()}, not {entry.sha256}"
    lines = plain = 0
    try:
        for number, (_, data) in enumerate(read_lines(path), 1):
            plain += len(data)
            try:
                line = checked_line(data)
            except ValueError as error:
                yield f"{entry.file} line {number}: {error}"
                continue
            lines += 1
            for problem in _line(entry, line, last):
                yield f"{entry.file} line {number} ({line['type']} {line['id']}): {problem}"
    except (OSError, EOFError, zstandard.ZstdError) as error:
        yield f"{entry.file} cannot be read after line {lines}: {error}"
    report.lines += lines
    if lines != entry.lines:
        yield f"{entry.file} has {lines} lines, not {entry.lines}"
    if plain != entry.plain_bytes:
        yield f"{entry.file} has {plain} bytes of lines, not {entry.plain_bytes}"


def _line(entry: Entry, line: dict[str, Any], last: dict[tuple[str, str], tuple[int, str | None]]) -> Iterator[str]:
    if line["type"] != entry.kind:
        yield f"is no {entry.kind}"
        return
    try:
        said = content_hash(line)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield f"is not of the form of its type: {error!r}"
        return
    if line.get("content_hash") != said:
        yield f"has the content hash {said}, not {line.get('content_hash')}"
    key = (line["type"], line["id"])
    revision, before = line.get("revision"), last.get(key, (0, None))
    if revision != before[0] + 1:
        yield f"is revision {revision} after revision {before[0]}"
    elif line.get("previous_hash") != before[1]:
        yield f"names {line.get('previous_hash')} as the revision before, which has {before[1]}"
    if isinstance(revision, int) and revision >= before[0]:
        last[key] = (revision, line.get("content_hash"))


def _index(holdings: Holdings, last: dict[tuple[str, str], tuple[int, str | None]]) -> Iterator[str]:
    """Whether the index knows the last line of everything; no index is no problem, as it can be rebuilt.

    While a crawl runs, and after one that died, it knows lines of open parts as well, and is not compared.
    """
    if not holdings.site.index.exists() or not _at_rest(holdings.site):
        return
    hint = "`scrapy archive reindex` rebuilds it"
    try:
        with closing(Index(holdings.site.index)) as index:
            known = index.heads()
            wrong = sum(1 for key, head in known if last.pop(key, None) != head)
    except sqlite3.DatabaseError as error:
        yield f"the index cannot be read ({error}); {hint}"
        return
    if wrong:
        yield f"the index is wrong about {wrong} things; {hint}"
    if last:
        yield f"the index does not know {len(last)} things; {hint}"
