"""Compressed parts as frames of about a hundred lines, each of which can be read alone.

A ``.jsonl.zst`` part is a row of Zstandard frames, a ``.jsonl.gz`` part a row of gzip members, as their standards
foresee: what reads such files through gives all lines. To find the frame that holds a line no other is unpacked. A
Zstandard frame tells its sizes in its header and those of its blocks (RFC 8878, 3.1.1); a gzip member of ours tells
them in an extra field (RFC 1952, 2.3.1.1) with the id ``NA``.
"""

import struct
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

import zstandard

LINES = 100
"""Lines a frame. One of 10 KB a line is a fortieth larger than all in one frame would be."""
BYTES = 4 * 1024 * 1024
"""A frame of long lines is full before: it is unpacked in memory."""

_MOST = 16 * BYTES
"""Larger frames, of parts that something else has packed, are read through."""

_GZIP = struct.Struct("<4sIBBHccHII")
"""Magic with method and flags, time, extra flags, system, length of the extra field; its id, length, and two sizes."""
_GZIP_END = struct.Struct("<II")


def write_frames(lines: Iterable[bytes], out: BinaryIO, compression: str) -> None:
    """Write lines as frames of `compression` (``zst`` or ``gz``)."""
    pack = _zst_packer() if compression == "zst" else _gzip_member
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if len(held) >= LINES or size >= BYTES:
            out.write(pack(b"".join(held)))
            held, size = [], 0
    if held:
        out.write(pack(b"".join(held)))


def _zst_packer() -> Callable[[bytes], bytes]:
    return zstandard.ZstdCompressor(level=9, write_checksum=True, write_content_size=True).compress


def _gzip_member(data: bytes) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    whole = _GZIP.size + len(body) + _GZIP_END.size
    head = _GZIP.pack(b"\x1f\x8b\x08\x04", 0, 0, 255, 12, b"N", b"A", 8, whole, len(data))
    return head + body + _GZIP_END.pack(zlib.crc32(data), len(data))


def line_in_frames(path: Path, offset: int, length: int) -> bytes | None:
    """The `length` bytes at `offset` before compression, shorter where the file ends; None where its frames do not tell
    their sizes or are large, so that it has to be read through.

    Raises OSError, zstandard.ZstdError or zlib.error where the frame is damaged.
    """
    measure = _zst_sizes if path.name.endswith(".zst") else _gzip_sizes
    with path.open("rb") as file:
        start = at = 0
        while True:
            sizes = measure(file, at)
            if sizes is None:
                return None if file.seek(0, 2) > at else b""
            packed, plain = sizes
            if offset < start + plain:
                if plain > _MOST:
                    return None
                file.seek(at)
                data = _unpacked(path, file.read(packed))
                return data[offset - start : offset - start + length]
            at, start = at + packed, start + plain


def _unpacked(path: Path, frame: bytes) -> bytes:
    if path.name.endswith(".zst"):
        return zstandard.ZstdDecompressor().decompress(frame)
    return zlib.decompress(frame, 31)


def _zst_sizes(file: BinaryIO, at: int) -> tuple[int, int] | None:
    """(bytes in the file, bytes unpacked) of the Zstandard frame at `at`; None where none starts, or it does not say."""
    file.seek(at)
    head = file.read(18)
    try:
        parameters = zstandard.get_frame_parameters(head)
        end = at + zstandard.frame_header_size(head)
    except zstandard.ZstdError:
        return None
    if parameters.content_size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR):
        return None
    while True:
        file.seek(end)
        header = file.read(3)
        if len(header) < 3:
            return None  # the file ends within the frame
        block = int.from_bytes(header, "little")
        repeated = block >> 1 & 3 == 1  # one byte stands for all of the block's
        end += 3 + (1 if repeated else block >> 3)
        if block & 1:
            return end - at + (4 if parameters.has_checksum else 0), parameters.content_size


def _gzip_sizes(file: BinaryIO, at: int) -> tuple[int, int] | None:
    """(bytes in the file, bytes unpacked) of the gzip member at `at`; None where none of ours starts."""
    file.seek(at)
    head = file.read(_GZIP.size)
    if len(head) < _GZIP.size:
        return None
    magic, _, _, _, extra, one, two, field, packed, plain = _GZIP.unpack(head)
    return (packed, plain) if (magic, extra, one + two, field) == (b"\x1f\x8b\x08\x04", 12, b"NA", 8) else None
