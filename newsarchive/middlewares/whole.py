"""Compressed answers that break off.

Scrapy 2.19 hands on what it could unpack of a gzip, deflate, br or zstd stream and says nothing of the rest
(`scrapy.utils.gz.gunzip`: "as much data as possible"), so half a page would look like a short one.
"""

import zlib
from collections.abc import Callable

import brotli
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

DATALOSS = "dataloss"
"""The flag Scrapy itself sets on answers that came incomplete."""
_STEP = 65_536


def whole(data: bytes, encoding: str, limit: int) -> bool:
    """Whether `data` is a complete stream of `encoding`; unpacks at most `limit` bytes, and what is larger counts as complete.

    An encoding that is not known here counts as complete.
    """
    check = _CHECKS.get(encoding)
    return check is None or not data or check(data, limit)


def _zlib(data: bytes, limit: int, bits: int) -> bool:
    stream = zlib.decompressobj(bits)
    unpacked = len(stream.decompress(data, _STEP))
    while not stream.eof and stream.unconsumed_tail and unpacked <= limit:
        unpacked += len(stream.decompress(stream.unconsumed_tail, _STEP))
    if not stream.eof and unpacked <= limit:
        unpacked += len(stream.flush(_STEP))
    return stream.eof or unpacked > limit


def _gzip(data: bytes, limit: int) -> bool:
    try:
        return _zlib(data, limit, 31)
    except zlib.error:
        return False


def _deflate(data: bytes, limit: int) -> bool:
    for bits in (15, -15):  # some servers send it without zlib's header
        try:
            return _zlib(data, limit, bits)
        except zlib.error:
            continue  # the other form
    return False


def _br(data: bytes, limit: int) -> bool:
    stream = brotli.Decompressor()
    try:
        unpacked = len(stream.process(data, output_buffer_limit=_STEP))
        while not stream.is_finished() and unpacked <= limit:
            piece = stream.process(b"", output_buffer_limit=_STEP)
            if not piece:
                break
            unpacked += len(piece)
    except brotli.error:
        return False
    return stream.is_finished() or unpacked > limit


_CHECKS: dict[str, Callable[[bytes, int], bool]] = {"gzip": _gzip, "x-gzip": _gzip, "deflate": _deflate, "br": _br}


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
        encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1").strip().lower()
        if not encoding or request.method == "HEAD" or whole(response.body, encoding, self.limit_bytes):
            return response
        marked = response.replace(body=b"", flags=[*response.flags, DATALOSS])
        del marked.headers["Content-Encoding"]
        return marked
