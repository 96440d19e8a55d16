"""What a start does with what a dead run has left, and rebuilding the index from the parts alone."""

import contextlib
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from newsarchive import SOFTWARE
from newsarchive.archive import manifest, readings
from newsarchive.archive.asked import SiteIndex
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.index import Index
from newsarchive.archive.layout import ENDINGS, PartName, Site, part_name
from newsarchive.archive.lines import read_lines
from newsarchive.archive.manifest import Entry
from newsarchive.archive.parts import file_sha256, seal_file
from newsarchive.archive.replay import Replay, whole_lines
from newsarchive.counting import counted

FileOf = Callable[[Entry], AbstractContextManager[Path]]
"""Gives the file of a sealed part for a while, wherever it is held."""

log = logging.getLogger(__name__)


@dataclass
class Repaired:
    """What a start had to put right; all zero and empty after a run that ended well."""

    parts_sealed: int = 0
    """Parts a dead run had left open."""
    lines_recovered: int = 0
    """Lines in them."""
    torn_bytes: int = 0
    """Bytes cut off after the last whole line."""
    manifest_added: int = 0
    """Sealed parts that had no line in the manifest."""
    lines_indexed: int = 0
    """Lines the index had not taken in."""
    index_rebuilt: bool = False
    """Whether there was no index to go by."""
    damage: list[str] = field(default_factory=list)
    """What cannot be put right: sealed parts that are missing or have another size."""


def repair(
    site: Site,
    *,
    compression: str,
    run: str,
    now: str,
    votes: bool = False,
    metrics: bool = False,
    file: "FileOf | None" = None,
) -> tuple[Index, Repaired]:
    """Bring the site into the state of a run that ended well; to be called under its lock. Returns the index, open for writing.

    Raises sqlite3.DatabaseError where there is an index that cannot be read: it may be deleted.
    """
    done = Repaired()
    entries, wrong = manifest.read(site.manifest)
    if wrong or not _ends_whole(site.manifest):
        log.warning("The manifest of %s has a broken line; it is written anew from the parts.", site.name)
        manifest.rewrite(site.manifest, entries.values())
    _seal_leftovers(site, done, entries, compression=compression, run=run, now=now)
    for path in site.sealed_files():
        name = part_name(site.within(path))
        if name and str(name) not in entries:
            entry = entry_of(site, path, name, now)
            manifest.append(site.manifest, entry)
            entries[entry.part] = entry
            done.manifest_added += 1
    done.damage = damage(site, entries)
    done.index_rebuilt = bool(entries) and not site.index.exists()
    index = Index(site.index, write=True)
    try:
        done.lines_indexed = catch_up(site, index, entries, votes=votes, metrics=metrics, file=file)
        readings.catch_up(site.readings, index)
    except BaseException:
        index.close()
        raise
    _say(site, done)
    return index, done


def _ends_whole(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            if stream.seek(0, os.SEEK_END) == 0:
                return True
            stream.seek(-1, os.SEEK_END)
            return stream.read(1) == b"\n"
    except FileNotFoundError:
        return True


def _seal_leftovers(
    site: Site, done: Repaired, entries: dict[str, Entry], *, compression: str, run: str, now: str
) -> None:
    for path in sorted(site.open.iterdir()):
        if path.name.endswith("~sealing"):
            path.unlink()
    for path in sorted(site.open.iterdir(), key=lambda path: (path.stat().st_mtime_ns, path.name)):
        name = part_name(path.name)
        if name is None:
            continue  # not ours: left where it is
        if str(name) in entries or any((site.path / (str(name) + ending)).exists() for ending in ENDINGS.values()):
            path.unlink()  # compressed and renamed before the run died; the plain file is left over
            continue
        entry = _seal_one(site, path, name, done, compression=compression, run=run, now=now)
        if entry:
            manifest.append(site.manifest, entry)
            entries[entry.part] = entry


def _seal_one(
    site: Site, path: Path, name: PartName, done: Repaired, *, compression: str, run: str, now: str
) -> Entry | None:
    lines, end, digest, times = 0, 0, sha256(), []
    why: list[str] = []
    for offset, data, line in whole_lines(path, lambda _, reason: why.append(reason)):
        lines, end = lines + 1, offset + len(data)
        digest.update(data)
        times.append(line.get("fetched_at") or "")
    cut = path.stat().st_size - end
    if cut:
        done.torn_bytes += cut
        _cut(site, path, end, name)
        log.warning(
            "Cut %s off a part that a dead run left (%s): %s",
            counted(cut, "byte"),
            name,
            why[0] if why else "no whole line",
        )
    if not lines:
        path.unlink()
        return None
    fd = os.open(path, os.O_RDWR)
    os.fsync(fd)
    os.close(fd)
    done.parts_sealed += 1
    done.lines_recovered += lines
    times = sorted(filter(None, times))
    return seal_file(
        site, name, compression, lines=lines, plain_bytes=end, plain_sha256=digest.hexdigest(), first=times[0] if times else None,
        last=times[-1] if times else None, run=name.stem.rpartition("-")[0] or run, sealed_at=now, repaired=True,
    )  # fmt: skip


def _cut(site: Site, path: Path, end: int, name: PartName) -> None:
    """Cut the file at `end`; what holds a line end is more than one torn write and is put aside for a person to see."""
    with path.open("r+b") as stream:
        stream.seek(end)
        if b"\n" in stream.read():
            site.damaged.mkdir(exist_ok=True)
            stream.seek(end)
            with (site.damaged / name.while_open).open("wb") as aside:
                shutil.copyfileobj(stream, aside)
        stream.truncate(end)
        os.fsync(stream.fileno())


def entry_of(site: Site, path: Path, name: PartName, now: str) -> Entry:
    """The manifest entry of a sealed file, by reading it. Raises ArchiveError where it cannot be read."""
    lines, end, times = 0, 0, []
    why: list[str] = []
    for offset, data, line in whole_lines(path, lambda offset, reason: why.append(f"at byte {offset}: {reason}")):
        lines, end = lines + 1, offset + len(data)
        times.append(line.get("fetched_at") or "")
    if why:
        raise ArchiveError(
            f"{path} is in no manifest and is damaged {why[0]}. Move it out of the archive, then run again."
        )
    times = sorted(filter(None, times))
    return Entry(
        part=str(name), file=site.within(path), kind=name.kind, lines=lines, bytes=path.stat().st_size, sha256=file_sha256(path),
        plain_bytes=end, first=times[0] if times else None, last=times[-1] if times else None, run=name.stem.rpartition("-")[0],
        software=SOFTWARE, sealed_at=now, repaired=True,
    )  # fmt: skip


def damage(site: Site, entries: dict[str, Entry]) -> list[str]:
    """Sealed parts that are missing or have another size than the manifest says, in words; [] where all is well."""
    found = []
    for entry in entries.values():
        try:
            size = (site.path / entry.file).stat().st_size
        except FileNotFoundError:
            if not entry.pruned_to:
                found.append(f"{entry.file} is missing ({counted(entry.lines, 'line')})")
            continue
        if size != entry.bytes:
            found.append(
                f"{entry.file} has {counted(size, 'byte')}, not {entry.bytes}: it was changed after it was sealed"
            )
    return found


def is_broken(error: BaseException) -> bool:
    """Whether an index is what is wrong, and not the disk, a permission or what was asked of it."""
    return type(error) is sqlite3.DatabaseError


def remove_index(site: Site) -> None:
    """Delete the index; nothing is lost that the parts do not say."""
    for ending in ("", "-wal", "-shm"):
        site.index.with_name(site.index.name + ending).unlink(missing_ok=True)


def catch_up(
    site: Site,
    index: SiteIndex,
    entries: dict[str, Entry],
    *,
    votes: bool,
    metrics: bool,
    file: FileOf | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Take into the index what it lacks of the sealed parts; returns how many lines."""
    indexed = index.indexed()
    replay = Replay(index, votes=votes, metrics=metrics, fresh=not indexed)
    for entry in entries.values():
        start = indexed.get(entry.part, 0)
        if start < entry.plain_bytes:
            path = site.path / entry.file
            if not path.exists() and not entry.pruned_to:
                continue  # said as damage
            if not path.exists() and not file:
                raise ArchiveError(
                    f"{entry.file} is not in the index and is held at {entry.pruned_to} only: set NEWSARCHIVE_STORE to it"
                )
            try:
                with file(entry) if file else contextlib.nullcontext(path) as here:
                    replay.part(entry.part, read_lines(here), start)
            except (ValueError, EOFError, OSError) as error:
                raise ArchiveError(
                    f"{entry.file} cannot be read: {error}. `scrapy archive verify` says more."
                ) from error
        progress(entry.bytes)
    replay.finish()
    return replay.lines


def rebuild(
    site: Site,
    *,
    votes: bool = False,
    metrics: bool = False,
    file: FileOf | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Make the index anew from the parts and the log of readings; to be called under the site's lock. Returns the number of lines.

    `file` has the file of a part, wherever it is held; `progress` is told the bytes of each part that is done.
    """
    entries, _ = manifest.read(site.manifest)
    new = site.index.with_name("index.new")
    for ending in ("", "-wal", "-shm"):
        new.with_name(new.name + ending).unlink(missing_ok=True)
    index = Index(new, write=True, durable=False)
    try:
        lines = catch_up(site, index, entries, votes=votes, metrics=metrics, file=file, progress=progress)
        readings.catch_up(site.readings, index)
        index.settle()
    finally:
        index.close()
    remove_index(site)
    new.replace(site.index)
    manifest.sync_directory(site.inner)
    return lines


def _say(site: Site, done: Repaired) -> None:
    if done.parts_sealed or done.torn_bytes:
        log.warning(
            "A run on %s had died. Of what it left: sealed %s with %s, cut %s.",
            site.name, counted(done.parts_sealed, "part"), counted(done.lines_recovered, "line"), counted(done.torn_bytes, "torn byte"),
        )  # fmt: skip
    if done.lines_indexed:
        log.info("Took %s of %s into the index.", counted(done.lines_indexed, "line"), site.name)
    for what in done.damage:
        log.error("The archive of %s is damaged: %s. `scrapy archive verify` says more.", site.name, what)
