"""A part: lines appended to a hidden file, then sealed under its final name for good."""

import os
from hashlib import sha256
from pathlib import Path

from newsarchive import SOFTWARE
from newsarchive.archive.faults import reached
from newsarchive.archive.frames import write_frames
from newsarchive.archive.layout import ENDINGS, PartName, Site
from newsarchive.archive.manifest import Entry, sync_directory, write_all


class OpenPart:
    """A part being written. Each line is one write; nothing is buffered in this process."""

    def __init__(self, site: Site, name: PartName, *, opened: float = 0.0):
        self.site = site
        self.name = name
        self.label = str(name)
        """The part's name in the index."""
        self.path = site.open / name.while_open
        self.opened = opened
        """When it was opened, on the clock of whoever opened it."""
        self.lines = 0
        self.bytes = 0
        self.first: str | None = None
        self.last: str | None = None
        self._hash = sha256()
        self._fd: int | None = os.open(
            self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644
        )
        self._named = False

    def write(self, line: bytes, at: str | None) -> int:
        """Append `line`; returns its offset. On OSError (disk full) the part is as it was before."""
        assert self._fd is not None
        reached("before_write")
        offset = self.bytes
        try:
            write_all(self._fd, line)
        except OSError:
            os.ftruncate(self._fd, offset)
            raise
        reached("after_write")
        self._hash.update(line)
        self.bytes += len(line)
        self.lines += 1
        if at:
            self.first = min(self.first or at, at)
            self.last = max(self.last or at, at)
        return offset

    def sync(self) -> None:
        """Make what was written durable, the first time the file's name as well."""
        assert self._fd is not None
        os.fdatasync(self._fd)
        if not self._named:
            sync_directory(self.path.parent)
            self._named = True

    def close(self) -> None:
        """Let go of the file, leaving it as it is."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def seal(self, compression: str, *, run: str, sealed_at: str) -> Entry:
        """Give it its final name and return its manifest entry (not yet in the manifest)."""
        assert self._fd is not None
        os.fsync(self._fd)
        self.close()
        return seal_file(
            self.site, self.name, compression, lines=self.lines, plain_bytes=self.bytes, plain_sha256=self._hash.hexdigest(),
            first=self.first, last=self.last, run=run, sealed_at=sealed_at,
        )  # fmt: skip


def seal_file(
    site: Site, name: PartName, compression: str, *, lines: int, plain_bytes: int, plain_sha256: str, first: str | None,
    last: str | None, run: str, sealed_at: str, repaired: bool = False,
) -> Entry:  # fmt: skip
    """Turn the open file of `name`, whose content is durable, into the sealed part."""
    reached("before_seal")
    source = site.open / name.while_open
    final = site.path / (str(name) + ENDINGS[compression])
    fresh = not final.parent.is_dir()
    final.parent.mkdir(parents=True, exist_ok=True)
    if fresh:
        sync_directory(final.parent.parent)
        sync_directory(site.path)
    size, digest = plain_bytes, plain_sha256
    ready = source
    if compression != "none":
        ready = site.open / (name.while_open + "~sealing")
        size, digest = _compress(source, ready, compression)
    reached("before_rename")
    ready.rename(final)
    reached("after_rename")
    sync_directory(final.parent)
    if ready != source:
        source.unlink()
    return Entry(
        part=str(name), file=site.within(final), kind=name.kind, lines=lines, bytes=size, sha256=digest, plain_bytes=plain_bytes,
        first=first, last=last, run=run, software=SOFTWARE, sealed_at=sealed_at, repaired=repaired,
    )  # fmt: skip


def _compress(source: Path, target: Path, compression: str) -> tuple[int, str]:
    """Write `source` compressed to `target`, durably; returns its size and SHA-256."""
    with source.open("rb") as lines, target.open("wb") as out:
        write_frames(lines, out, compression)
        out.flush()
        os.fsync(out.fileno())
    return target.stat().st_size, file_sha256(target)


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of the file's bytes."""
    digest = sha256()
    with path.open("rb", buffering=0) as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
