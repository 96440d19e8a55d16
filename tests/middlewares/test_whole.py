import gzip
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from backports import zstd
from scrapy.downloadermiddlewares.httpcompression import ACCEPTED_ENCODINGS

from newsarchive.middlewares.whole import whole
from tests.middlewares.conftest import Reply, Script

TEXT = b"".join(b"<p>Paragraph %d of the harbour's story.</p>\n" % n for n in range(4_000))
_RAW = zlib.compressobj(wbits=-15)
STREAMS = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT, quality=4),
    "zstd": zstd.compress(TEXT),
    "deflate, gzip": gzip.compress(zlib.compress(TEXT), mtime=0),
}
RAW = _RAW.compress(TEXT) + _RAW.flush()


@pytest.mark.parametrize("encoding", STREAMS)
def test_a_whole_stream_is_whole_and_a_cut_one_is_not(encoding: str) -> None:
    stream = STREAMS[encoding]
    assert whole(stream, encoding, 10_000_000) is True
    for at in (1, 10, len(stream) // 2, len(stream) - 9, len(stream) - 1):
        assert whole(stream[:at], encoding, 10_000_000) is False, at


def test_deflate_without_its_header_is_known() -> None:
    assert whole(RAW, "deflate", 10_000_000) is True
    assert whole(RAW[: len(RAW) // 2], "deflate", 10_000_000) is False


def test_what_is_no_such_stream_is_not_whole() -> None:
    assert whole(b"<html></html>", "gzip", 1_000) is False
    assert whole(b"<html></html>", "br", 1_000) is False
    assert whole(b"<html></html>", "zstd", 1_000) is False


def test_every_encoding_that_scrapy_asks_for_is_known() -> None:
    assert {name.decode() for name in ACCEPTED_ENCODINGS} <= set(STREAMS)


def test_the_second_of_two_frames_and_the_inner_of_two_encodings_may_break_off_too() -> None:
    two = zstd.compress(b"one") + zstd.compress(TEXT)
    assert whole(two, "zstd", 10_000_000) is True
    assert whole(two[:-5], "zstd", 10_000_000) is False
    assert whole(gzip.compress(zlib.compress(TEXT)[:-5], mtime=0), "deflate, gzip", 10_000_000) is False


def test_an_empty_body_and_an_unknown_encoding_are_left_alone() -> None:
    assert whole(b"", "gzip", 1_000) is True
    assert whole(b"<html>", "identity", 1_000) is True


ZEROS = bytes(30_000_000)
BOMBS = {
    "gzip": gzip.compress(ZEROS, mtime=0),
    "deflate": zlib.compress(ZEROS),
    "br": brotli.compress(ZEROS, quality=4),
    "zstd": zstd.compress(ZEROS),
    "gzip, gzip": gzip.compress(gzip.compress(ZEROS, mtime=0), mtime=0),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_unpacked_no_further_than_the_limit(encoding: str) -> None:
    tracemalloc.start()
    assert whole(BOMBS[encoding], encoding, 100_000) is True
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 3_000_000


def test_bombs_are_refused_and_the_next_page_read(script: Script, crawl: Callable[..., Any]) -> None:
    for number, (encoding, body) in enumerate(BOMBS.items()):
        script[f"/bomb{number}"] = [Reply(body=body, headers={"Content-Encoding": encoding})]
    script["/good"] = [Reply()]
    bombs = [f"{script.url}/bomb{number}" for number in range(len(BOMBS))]
    got = crawl([*bombs, script.url + "/good"], settings={"DOWNLOAD_MAXSIZE": 1_000_000})
    for url in bombs:
        assert got["seen"][url].startswith("IgnoreRequest")
        assert "exceeded" in got["seen"][url]
        assert script.times(url.removeprefix(script.url)) == 1
    assert got["seen"][script.url + "/good"]["status"] == 200


@pytest.mark.parametrize("encoding", STREAMS)
def test_a_page_that_breaks_off_is_asked_for_again_and_then_an_incident(
    encoding: str, script: Script, crawl: Callable[..., Any]
) -> None:
    cut = Reply(body=STREAMS[encoding][:-20], headers={"Content-Encoding": encoding})
    script["/once"] = [cut, Reply()]
    script["/always"] = [cut]
    got = crawl([script.url + "/once", script.url + "/always"])
    assert (got["seen"][script.url + "/once"]["tries"], got["seen"][script.url + "/once"]["incident"]) == (1, None)
    assert got["seen"][script.url + "/always"] == "ResponseDataLossError: the compressed answer breaks off"
    assert got["stats"]["newsarchive/incident/cut-short"] == 6


def test_a_whole_compressed_page_is_read(script: Script, crawl: Callable[..., Any]) -> None:
    page = b"<html><head></head><body>" + TEXT + b"</body></html>"
    for name, body in (
        ("gzip", gzip.compress(page, mtime=0)),
        ("br", brotli.compress(page)),
        ("deflate", zlib.compress(page)),
        ("zstd", zstd.compress(page)),
    ):
        script[f"/{name}"] = [Reply(body=body, headers={"Content-Encoding": name})]
    got = crawl([f"{script.url}/{name}" for name in ("gzip", "br", "deflate", "zstd")])
    assert [one["bytes"] for one in got["seen"].values()] == [len(page)] * 4
