import gzip
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest

from newsarchive.middlewares.whole import whole
from tests.middlewares.conftest import Reply, Script

TEXT = b"".join(b"<p>Paragraph %d of the harbour's story.</p>\n" % n for n in range(4_000))
_RAW = zlib.compressobj(wbits=-15)
STREAMS = {
    "gzip": gzip.compress(TEXT, mtime=0),
    "x-gzip": gzip.compress(TEXT, mtime=0),
    "deflate": zlib.compress(TEXT),
    "br": brotli.compress(TEXT, quality=4),
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


def test_an_empty_body_and_an_unknown_encoding_are_left_alone() -> None:
    assert whole(b"", "gzip", 1_000) is True
    assert whole(b"<html>", "identity", 1_000) is True


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    assert whole(gzip.compress(bytes(50_000_000), mtime=0)[:-9], "gzip", 100_000) is True


def test_a_bomb_is_refused_and_the_next_page_read(script: Script, crawl: Callable[..., Any]) -> None:
    script["/bomb"] = [Reply(body=gzip.compress(bytes(30_000_000), mtime=0), headers={"Content-Encoding": "gzip"})]
    script["/good"] = [Reply()]
    got = crawl([script.url + "/bomb", script.url + "/good"], settings={"DOWNLOAD_MAXSIZE": 1_000_000})
    assert "exceeded" in got["seen"][script.url + "/bomb"]
    assert got["seen"][script.url + "/bomb"].startswith("IgnoreRequest")
    assert got["seen"][script.url + "/good"]["status"] == 200
    assert script.times("/bomb") == 1


def test_a_whole_compressed_page_is_read(script: Script, crawl: Callable[..., Any]) -> None:
    page = b"<html><head></head><body>" + TEXT + b"</body></html>"
    for name, body in (
        ("gzip", gzip.compress(page, mtime=0)),
        ("br", brotli.compress(page)),
        ("deflate", zlib.compress(page)),
    ):
        script[f"/{name}"] = [Reply(body=body, headers={"Content-Encoding": name})]
    got = crawl([f"{script.url}/{name}" for name in ("gzip", "br", "deflate")])
    assert [one["bytes"] for one in got["seen"].values()] == [len(page)] * 3
