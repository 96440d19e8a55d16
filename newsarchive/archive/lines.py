"""Lines and the files they stand in: encoding, and reading parts of any compression."""

import gzip
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec
import zstandard

from newsarchive.archive.frames import line_in_frames
from newsarchive.content import scrub

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode

_LINE_ENDS = ((b"\xe2\x80\xa8", b"\\u2028"), (b"\xe2\x80\xa9", b"\\u2029"), (b"\xc2\x85", b"\\u0085"))

MAX_LINE_BYTES = 256 * 1024 * 1024
"""No line is longer; what is, is damage."""


def encode_line(item: Any) -> bytes:
    """`item` (a dataclass or a mapping) as one line of JSON with its newline; keys in the order they are declared.

    Lone surrogates become U+FFFD and NaN ``null``, as neither has a form in JSON. U+2028, U+2029 and U+0085 are
    written as escapes: some readers of lines take them for line ends.
    """
    try:
        data = _encode(item)
    except UnicodeEncodeError:
        data = _encode(scrub(item if isinstance(item, Mapping) else msgspec.to_builtins(item)))
    if not data.isascii():
        for raw, escaped in _LINE_ENDS:
            data = data.replace(raw, escaped)
    return data + b"\n"


def decode_line(line: bytes) -> dict[str, Any]:
    """A line as a dict; raises ValueError where it is no JSON object."""
    value = _decode(line)
    if not isinstance(value, dict):
        raise ValueError("a line that is no JSON object")
    return cast(dict[str, Any], value)


def open_plain(path: Path) -> BinaryIO:
    """The lines of the file `path` as they were before compression."""
    if path.name.endswith(".gz"):
        return cast(BinaryIO, gzip.open(path, "rb"))
    if path.name.endswith(".zst"):
        raw = zstandard.ZstdDecompressor().stream_reader(path.open("rb"), read_across_frames=True, closefd=True)
        return cast(BinaryIO, io.BufferedReader(cast(Any, raw), 1 << 20))
    return path.open("rb", buffering=1 << 20)


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(offset before compression, line with its newline) of every line in the file; a torn last line has none.

    Raises OSError, EOFError or zstandard.ZstdError where the file is damaged.
    """
    with open_plain(path) as stream:
        offset = 0
        for line in stream:
            yield offset, line
            offset += len(line)


def read_at(path: Path, offset: int, length: int) -> bytes:
    """The line at `offset` of the file; shorter than `length` where the file ends before it."""
    if path.name.endswith((".zst", ".gz")) and (found := line_in_frames(path, offset, length)) is not None:
        return found
    with open_plain(path) as stream:
        if path.name.endswith(".zst"):
            while offset:  # its reader seeks forwards only by reading
                skipped = stream.read(min(offset, 1 << 20))
                if not skipped:
                    return b""
                offset -= len(skipped)
        else:
            stream.seek(offset)
        return stream.read(length)
