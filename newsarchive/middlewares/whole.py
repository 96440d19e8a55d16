"""Compressed answers that break off.

Scrapy 2.19 hands on what it could unpack of a gzip, deflate, br or zstd stream and says nothing of the rest
(`scrapy.utils.gz.gunzip`: "as much data as possible"), so half a page would look like a short one.
"""

import zlib
from collections.abc import Callable, Iterator

import brotli
from backports import zstd  # as Scrapy itself does below Python 3.14
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

DATALOSS = "dataloss"
"""The flag Scrapy itself sets on answers that came incomplete."""
_STEP = 65_536


class BreaksOff(Exception):
    """A compressed stream that ends before its end, or is none."""


def whole(data: bytes, encoding: str, limit: int) -> bool:
    """Whether `data` is a complete stream of `encoding`, a Content-Encoding (``br``, ``gzip``; ``deflate, gzip`` where both were applied).

    Unpacks at most `limit` bytes, and what is larger counts as complete, as does an encoding that is not known here.
    """
    names = [name.strip() for name in encoding.lower().split(",")]
    while names and data and (unpack := _UNPACKERS.get(names.pop())) is not None:
        try:
            data = _first(unpack(data), limit, keep=bool(names))
        except BreaksOff:
            return False
    return True


def _first(pieces: Iterator[bytes], limit: int, *, keep: bool) -> bytes:
    """Goes through `pieces` as far as `limit` bytes; gives them where they are to be kept and were no more."""
    kept, unpacked = bytearray(), 0
    for piece in pieces:
        unpacked += len(piece)
        if unpacked > limit:
            return b""
        if keep:
            kept += piece
    return bytes(kept)


def _zlib(data: bytes, bits: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(bits)
    try:
        yield stream.decompress(data, _STEP)
        while not stream.eof and stream.unconsumed_tail:
            yield stream.decompress(stream.unconsumed_tail, _STEP)
        if not stream.eof:
            yield stream.flush(_STEP)
    except zlib.error as error:
        raise BreaksOff(str(error)) from error
    if not stream.eof:
        raise BreaksOff("the stream has no end")


def _gzip(data: bytes) -> Iterator[bytes]:
    return _zlib(data, 31)


def _deflate(data: bytes) -> Iterator[bytes]:
    try:
        zlib.decompressobj(15).decompress(data, 1)
    except zlib.error:
        return _zlib(data, -15)  # some servers send it without zlib's header
    return _zlib(data, 15)


def _br(data: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    try:
        piece = stream.process(data, output_buffer_limit=_STEP)
        while piece:
            yield piece
            piece = b"" if stream.is_finished() else stream.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise BreaksOff(str(error)) from error
    if not stream.is_finished():
        raise BreaksOff("the stream has no end")


def _zstd(data: bytes) -> Iterator[bytes]:
    while data:  # a stream may be of several frames
        stream = zstd.ZstdDecompressor()
        try:
            piece = stream.decompress(data, _STEP)
            while piece or not (stream.eof or stream.needs_input):
                yield piece
                piece = b"" if stream.eof else stream.decompress(b"", _STEP)
        except zstd.ZstdError as error:
            raise BreaksOff(str(error)) from error
        if not stream.eof:
            raise BreaksOff("the stream has no end")
        data = stream.unused_data


_UNPACKERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _br, "zstd": _zstd,
}  # fmt: skip
"""Every encoding that Scrapy 2.19 accepts (`scrapy.downloadermiddlewares.httpcompression`)."""


class WholeMiddleware:
    """Marks an answer whose compressed stream breaks off with the flag ``dataloss`` and empties it, for nothing of it can be trusted.

    Stands next to Scrapy's HttpCompressionMiddleware (590), on the network's side.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "WholeMiddleware":
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    async def process_response(self, request: Request, response: Response) -> Response:
        """The response, marked where it came incomplete."""
        encoding = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not encoding or request.method == "HEAD" or whole(response.body, encoding, self.limit_bytes):
            return response
        marked = response.replace(body=b"", flags=[*response.flags, DATALOSS])
        del marked.headers["Content-Encoding"]
        return marked
