"""The manifest: what every sealed part holds, one line a part, in the order they were sealed."""

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from newsarchive.archive.faults import reached


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed part as the manifest has it."""

    part: str
    """Its name without ending: ``articles/date=2026-11-22/<stem>``."""
    file: str
    """Its file, relative to the site."""
    kind: str
    """The type of its lines."""
    lines: int
    bytes: int
    """Size of the file."""
    sha256: str
    """SHA-256 (hex) of the file."""
    plain_bytes: int
    """Size of its lines before compression."""
    first: str | None = None
    """Earliest ``fetched_at`` in it."""
    last: str | None = None
    """Latest ``fetched_at`` in it."""
    run: str = ""
    """The run that wrote it."""
    software: str = ""
    """Name and version of what sealed it."""
    sealed_at: str = ""
    repaired: bool = False
    """Whether it was sealed from what a dead run had left."""
    pruned_to: str | None = None
    """Where it is held now that the local file has been pruned (``s3://…``); None while it is here."""


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Entry)


def encode(entry: Entry) -> bytes:
    """`entry` as a line of the manifest."""
    return _encoder.encode(entry) + b"\n"


def read(path: Path) -> tuple[dict[str, Entry], list[str]]:
    """The manifest's entries by part, in their order, and what is wrong with lines that are none. No file is no entries."""
    entries: dict[str, Entry] = {}
    wrong = []
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return {}, []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            entry = _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            wrong.append(f"{path.name} line {number}: {error}")
            continue
        entries[entry.part] = entry
    return entries, wrong


def append(path: Path, entry: Entry) -> None:
    """Add `entry`, durably."""
    reached("before_manifest")
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        write_all(fd, encode(entry))
        os.fsync(fd)
    finally:
        os.close(fd)
    reached("after_manifest")


def rewrite(path: Path, entries: Iterable[Entry]) -> None:
    """Put `entries` in the place of all there were, in one step."""
    new = path.with_name(".manifest.new")
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        write_all(fd, b"".join(map(encode, entries)))
        os.fsync(fd)
    finally:
        os.close(fd)
    new.replace(path)
    sync_directory(path.parent)


def write_all(fd: int, data: bytes) -> None:
    """Write all of `data`; a full disk may take a part of it before it raises OSError."""
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, data[written:])


def sync_directory(path: Path) -> None:
    """Make the names in the directory durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
