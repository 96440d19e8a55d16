"""Compressed parts: frames that other tools read through, and of which ours reads one."""

import contextlib
import gzip
import io
import random
import subprocess

import pytest
import zstandard

from newsarchive.archive import frames
from newsarchive.archive.frames import line_in_frames, write_frames
from newsarchive.archive.lines import read_at, read_lines


def lines(count: int) -> list[bytes]:
    chance = random.Random(5)
    return [
        b"%d %s\n" % (number, b" ".join(b"%d" % chance.randrange(10**6) for _ in range(chance.randrange(1, 4000))))
        for number in range(count)
    ]


@pytest.fixture(params=["zst", "gz"])
def packed(request, tmp_path):
    """A file of 450 lines (6 MB), and the lines."""
    path = tmp_path / f"part.jsonl.{request.param}"
    with path.open("wb") as out:
        write_frames(lines(450), out, request.param)
    return path, lines(450)


def test_every_line_is_read_alone_and_all_are_read_through(packed, monkeypatch):
    path, held = packed
    assert [line for _, line in read_lines(path)] == held
    unpacked = []
    whole = frames._unpacked
    monkeypatch.setattr(frames, "_unpacked", lambda path, frame: unpacked.append(len(frame)) or whole(path, frame))
    offset = 0
    for number, line in enumerate(held):
        if number % 13 == 0:
            assert read_at(path, offset, len(line)) == line
        offset += len(line)
    assert len(unpacked) == 35
    assert max(unpacked) < path.stat().st_size / 4
    assert read_at(path, offset, 5) == b""


def test_other_tools_read_all_frames(packed):
    path, held = packed
    if path.suffix == ".gz":
        assert gzip.decompress(path.read_bytes()) == b"".join(held)
        said = subprocess.run(["gzip", "-dc", str(path)], check=True, capture_output=True).stdout
        assert said == b"".join(held)
    else:
        with zstandard.open(path, "rb") as stream:
            assert stream.read() == b"".join(held)
        # What the documentation warns of: this sees the first frame alone, and says nothing.
        assert zstandard.ZstdDecompressor().decompress(path.read_bytes()) == b"".join(held[:100])


def test_of_a_file_that_is_cut_the_frames_before_are_read(packed):
    path, held = packed
    path.write_bytes(path.read_bytes()[:-1000])
    assert read_at(path, 0, len(held[0])) == held[0]
    at = sum(map(len, held[:399]))
    assert read_at(path, at, len(held[399])) == held[399]
    read = []
    with contextlib.suppress(EOFError):
        for _, line in read_lines(path):
            read.append(line)
    assert read[:400] == held[:400]
    assert len(read) < 450 or read[-1] != held[-1]


def test_a_file_that_something_else_packed_is_read_through(tmp_path):
    held = lines(120)
    data, at = b"".join(held), sum(map(len, held[:110]))
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(data))
    with (tmp_path / "a.jsonl.zst").open("wb") as out:
        zstandard.ZstdCompressor().copy_stream(io.BytesIO(data), out)
    for path in tmp_path.iterdir():
        assert line_in_frames(path, at, len(held[110])) is None
        assert read_at(path, at, len(held[110])) == held[110]


def test_long_lines_make_short_frames(tmp_path):
    out = io.BytesIO()
    write_frames([b"x" * 3_000_000 + b"\n"] * 5, out, "gz")
    assert out.getvalue().count(b"\x1f\x8b\x08\x04") == 3


def test_a_frame_of_equal_bytes_has_blocks_that_stand_for_many(tmp_path):
    path = tmp_path / "a.jsonl.zst"
    with path.open("wb") as out:
        write_frames([b"\0" * 2_000_000 + b"\n", b"y\n"] * 3, out, "zst")
    assert read_at(path, 4_000_006 - 2, 2) == b"y\n"
