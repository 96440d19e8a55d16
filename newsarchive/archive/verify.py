"""Whether an archive is what it says: every file, line, count, hash and chain of revisions, from the bytes alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import zstandard

from newsarchive.archive import manifest
from newsarchive.archive.chains import Chain, Chains, Link
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings, Progress, silent
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site, part_name
from newsarchive.archive.lines import read_lines
from newsarchive.archive.lock import Lock
from newsarchive.archive.manifest import Entry
from newsarchive.archive.replay import checked_line
from newsarchive.content import content_hash
from newsarchive.counting import counted

MOST_PROBLEMS = 1000
"""Problems that are named; a disk gone bad has no end of them."""


@dataclass
class Report:
    """What a verification found."""

    site: str
    parts: int = 0
    lines: int = 0
    bytes: int = 0
    open: int = 0
    """Open parts, which are not looked into: a crawl is at work, or died and the next one seals them."""
    problems: list[str] = field(default_factory=list)
    """What is wrong: part by part, then thing by thing; empty where all is well."""
    twice: int = 0
    """Lines on S3 whose revision another machine has stored as well, not knowing of it."""


def verify(holdings: Holdings, progress: Progress = silent) -> Report:
    """Read everything a site holds and compare it with what the manifest, the lines and the index say of it."""
    report = Report(holdings.site.name, open=len(holdings.site.open_files()))
    with Chains() as chains:
        for problem in _problems(holdings, report, chains, progress):
            report.problems.append(problem)
            if len(report.problems) >= MOST_PROBLEMS:
                break
    return report


def _problems(holdings: Holdings, report: Report, chains: Chains, progress: Progress) -> Iterator[str]:
    yield from holdings.wrong
    site = holdings.site
    for path in site.sealed_files():
        name = part_name(site.within(path))
        if name and str(name) not in holdings.entries:
            yield f"{site.within(path)} is in no manifest (the next crawl enters it if it is whole)"
    entries = list(holdings.entries.values())
    for number, entry in enumerate(entries):
        report.parts += 1
        try:
            with holdings.file(entry) as path:
                yield from _part(entry, number, path, report, chains)
        except ArchiveError as error:
            yield str(error)
        progress(entry.bytes)
    hint = "`scrapy archive reindex` rebuilds it"
    compared = site.index.exists() and _at_rest(site)
    if compared:
        try:
            with closing(Index(site.index)) as index:
                chains.add_heads(index.heads())
        except sqlite3.DatabaseError as error:
            compared = False
            yield f"the index cannot be read ({error}); {hint}"
    here = set(manifest.read(site.manifest)[0])
    wrong = unknown = 0
    for chain in chains:
        yield from _chain(chain, entries, report, shared=holdings.bucket is not None)
        known = _head(chain, entries, here)
        wrong += chain.head is not None and chain.head not in known
        unknown += chain.head is None and bool(known)
    if compared and wrong:
        yield f"the index is wrong about {counted(wrong, 'thing')}; {hint}"
    if compared and unknown:
        yield f"the index does not know {counted(unknown, 'thing')}; {hint}"


def _chain(chain: Chain, entries: list[Entry], report: Report, *, shared: bool) -> Iterator[str]:
    """What is wrong with the revisions of one thing.

    Machines that write one S3 prefix know of each other's lines by a reindex only, so each may store a revision of
    the same number; one that comes later follows any of them.
    """

    def named(link: Link) -> str:
        return f"{entries[link.part].file} line {link.number} ({chain.kind} {chain.id})"

    last = 0
    hashes: set[str | None] = {None}
    for revision, links in chain.levels.items():
        runs = {entries[link.part].run for link in links}
        for link in links[:1] if revision != last + 1 else ():
            yield f"{named(link)}: is revision {revision} after revision {last}"
        for link in links if revision == last + 1 else ():
            if link.previous not in hashes:
                told = " or ".join(str(hashed) for hashed in hashes)
                yield f"{named(link)}: names {link.previous} as the revision before, which has {told}"
        if shared and len(runs) == len(links):
            report.twice += len(links) - 1
        else:
            for link in links[1:]:
                yield f"{named(link)}: is revision {revision} after revision {revision}"
        last, hashes = revision, {link.hash for link in links}


def _head(chain: Chain, entries: list[Entry], here: set[str]) -> list[tuple[int, str | None]]:
    """What the index may take for the last line of a thing: of the parts that this machine's manifest has."""
    for revision in sorted(chain.levels, reverse=True):
        if found := [link for link in chain.levels[revision] if entries[link.part].part in here]:
            return [(revision, link.hash) for link in found]
    return []


def _at_rest(site: Site) -> bool:
    """Whether nobody is writing the site, and nobody has left open parts: else the index knows lines that no part has."""
    lock = Lock(site.lock)
    try:
        if not lock.try_take("verify"):
            return False
        lock.release()
        return not any(site.open.iterdir())
    except OSError:
        return False  # a copy that cannot be written, or without our directories: the parts alone are compared


def _part(entry: Entry, part: int, path: Path, report: Report, chains: Chains) -> Iterator[str]:
    digest, size = sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    report.bytes += size
    if size != entry.bytes:
        yield f"{entry.file} has {counted(size, 'byte')}, not {entry.bytes}"
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
            for problem in _line(entry, line, part, number, chains):
                yield f"{entry.file} line {number} ({line['type']} {line['id']}): {problem}"
    except (OSError, EOFError, zstandard.ZstdError) as error:
        yield f"{entry.file} cannot be read after line {lines}: {error}"
    report.lines += lines
    if lines != entry.lines:
        yield f"{entry.file} has {counted(lines, 'line')}, not {entry.lines}"
    if plain != entry.plain_bytes:
        yield f"{entry.file} has {counted(plain, 'byte')} of lines, not {entry.plain_bytes}"


def _line(entry: Entry, line: dict[str, Any], part: int, number: int, chains: Chains) -> Iterator[str]:
    if line["type"] != entry.kind:
        yield f"is no {entry.kind}"
        return
    try:
        said = content_hash(line)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield f"is not of the form of its type: {error!r}"
        return
    hashed, previous, revision = line.get("content_hash"), line.get("previous_hash"), line.get("revision")
    if hashed != said:
        yield f"has the content hash {said}, not {hashed}"
    if not isinstance(revision, int) or not 0 < revision < 1 << 31:
        yield f"is revision {revision}, which is no number of one"
        return
    chains.add(line["type"], line["id"], Link(revision, _text(hashed), _text(previous), part, number))


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
