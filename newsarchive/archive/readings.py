"""The log of readings that brought nothing new: what the index knows beyond the lines, so that a rebuilt one knows it too.

``.archive/readings.ndjson`` has one `Seen` a line: that a thread could not be read whole again, the ETag, the modified time
and the comment count that the site told last. It is written before the index takes a reading in, not made durable:
what a power cut takes from it is read once more. It stays on this machine, and is written anew when most of it is past.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec

from newsarchive.archive.asked import SiteIndex
from newsarchive.archive.index import Index, Seen
from newsarchive.archive.manifest import write_all

logger = logging.getLogger(__name__)

_POSITION = "readings"
"""The watermark that says how many bytes of the log an index has taken in."""
_BATCH = 5000
_SMALL = 4 * 1024 * 1024
_BYTES_A_READING = 400
"""Twice what a line of the log takes."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Seen).decode


class Readings:
    """The log in the file `path`, to be written."""

    def __init__(self, path: Path):
        self.path = path
        self._fd: int | None = None

    def add(self, seen: Iterable[Seen]) -> None:
        """Append readings by one write. On OSError the log is as it was before."""
        if self._fd is None:
            self._fd = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        end = os.fstat(self._fd).st_size
        try:
            write_all(self._fd, b"".join(_encode(reading) + b"\n" for reading in seen))
        except OSError:
            os.ftruncate(self._fd, end)
            raise

    def settle(self, index: SiteIndex) -> None:
        """Remember in `index` that it has taken in all that was added."""
        if self._fd is not None:
            index.set_watermark(_POSITION, str(os.fstat(self._fd).st_size))

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def catch_up(path: Path, index: Index) -> None:
    """Take into `index` what it lacks of the log, once a torn last line is cut off; no log is an empty one.

    To be called under the site's lock, when all lines are in the index.
    """
    if not path.exists():
        return
    with path.open("r+b") as log:
        size = _cut_torn(log)
        start = int(index.watermark(_POSITION) or 0)
        log.seek(start if start <= size else 0)
        readings = _each(log)
        while batch := list(islice(readings, _BATCH)):
            index.commit([], batch)
    if size > _SMALL and size > index.readings() * _BYTES_A_READING:
        size = _write_anew(path, index)
    index.set_watermark(_POSITION, str(size))


def _cut_torn(log: BinaryIO) -> int:
    """Cut off what stands after the last line end; returns the size that is left."""
    end = log.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - 65536)
        log.seek(start)
        last = log.read(end - start).rfind(b"\n")
        end = start + last + 1
        if last >= 0:
            break
    log.truncate(end)
    return end


def _each(log: BinaryIO) -> Iterator[Seen]:
    for line in log:
        try:
            yield _decode(line)
        except msgspec.MsgspecError:  # a power cut may leave anything of what was not yet durable
            logger.warning("A line of %s cannot be read; what it told is read from the site once more.", log.name)


def _write_anew(path: Path, index: Index) -> int:
    """Put what `index` knows into the place of all that was logged, in one step; returns the size."""
    new = path.with_name("readings.new")
    with new.open("wb") as log:
        for reading in index.seen():
            log.write(_encode(reading) + b"\n")
        size = log.tell()
        log.flush()
        os.fsync(log.fileno())
    new.replace(path)
    return size
