"""Scrapy's downloader as the `Fetch` that this package's readers take."""

import re
from urllib.parse import urlencode

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newsarchive.fetch import Answer, Ask, FetchError, Forbidden, NotThePage
from newsarchive.guard.incident import INCIDENT, Incident

TOLD_BY_READERS = frozenset({"redirect-home", "soft-404", "listing", "not-json", "not-xml"})
"""Rules of answers with status 200 of which each reader knows best what they mean to it."""


class ForbiddenByRobots(IgnoreRequest):
    """robots.txt forbids the request."""


def request_of(ask: Ask) -> Request:
    """The Scrapy request for `ask`."""
    if ask.form is None:
        return Request(ask.url, headers=dict(ask.headers), callback=NO_CALLBACK)
    headers = {"Content-Type": "application/x-www-form-urlencoded", **ask.headers}
    return Request(ask.url, method="POST", body=urlencode(ask.form), headers=headers, callback=NO_CALLBACK)


def answer_of(response: Response) -> Answer:
    """A Scrapy response as an `Answer`: any header that repeats is joined."""
    headers = {}
    for name, values in response.headers.items():
        key = name.decode("latin-1").lower()
        glue = "\n" if key == "set-cookie" else ", "
        headers[key] = glue.join(value.decode("latin-1") for value in values)
    asked = response.request.meta.get("redirect_urls", [response.request.url])[0] if response.request else response.url
    return Answer(url=response.url, status=response.status, body=response.body, headers=headers, asked=asked)


def checked(response: Response) -> Answer:
    """A response as an `Answer`; raises NotThePage where it was judged to be none though its status is one of success."""
    answer = answer_of(response)
    incident = response.request.meta.get(INCIDENT) if response.request is not None else None
    if isinstance(incident, Incident) and 200 <= answer.status < 300 and incident.rule not in TOLD_BY_READERS:
        raise NotThePage(incident.reason, answer)
    return answer


_WHY: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "its name cannot be resolved"),
    (DownloadConnectionRefusedError, "the connection is refused"),
    (DownloadTimeoutError, "it does not answer in time"),
    (ResponseDataLossError, "the answer breaks off"),
    (DownloadCancelledError, "the answer is larger than DOWNLOAD_MAXSIZE allows"),
    (UnsupportedURLSchemeError, "it is no address for HTTP"),
    (ForbiddenByRobots, "robots.txt forbids it"),
    (IgnoreRequest, "not asked for"),
    (DownloadFailedError, "the connection failed"),
    (OSError, "the connection failed"),
)

FAILURES = tuple(kind for kind, _ in _WHY)
"""What a download that brings no answer raises."""


_WRAPPED = re.compile(r"\[?<twisted\.python\.failure\.Failure [\w.]+: (.*?)>\]?")
"""How Twisted writes the failures that another one is made of: ``[<twisted.python.failure.Failure KIND: WORDS>]``."""


def reason_of(error: object) -> str:
    """Why a download failed, in words for the person who reads the report.

    >>> lost = "[<twisted.python.failure.Failure twisted.internet.error.ConnectionLost: The connection was lost.>]"
    >>> reason_of(DownloadFailedError(lost))
    'the connection failed (The connection was lost)'
    >>> reason_of(OSError("[('SSL routines', '', 'certificate verify failed')]"))
    'its certificate is not valid: it has expired, is for another name, or nobody known has signed it'
    >>> reason_of(DownloadFailedError("VerificationError(errors=[DNSMismatch(mismatched_id=DNS_ID(hostname=b'a.example'))])"))
    'its certificate is not valid: it has expired, is for another name, or nobody known has signed it'
    """
    said = _WRAPPED.sub(r"\1", str(error))
    if "certificate verify failed" in said or "VerificationError(" in said:
        return "its certificate is not valid: it has expired, is for another name, or nobody known has signed it"
    if "DOWNLOAD_MAXSIZE" in said:
        return "the answer is larger than DOWNLOAD_MAXSIZE allows"
    for kind, words in _WHY:
        if isinstance(error, kind):
            detail = said.strip().rstrip(".")[:200]
            return (
                f"{words} ({detail})"
                if detail and kind not in {CannotResolveHostError, DownloadTimeoutError, ForbiddenByRobots}
                else words
            )
    return f"{type(error).__name__}: {said[:200]}"


def failure_of(error: Exception) -> FetchError:
    """A download's failure as readers are told of it."""
    return (Forbidden if isinstance(error, ForbiddenByRobots) else FetchError)(reason_of(error))


class Downloader:
    """A `Fetch` through Scrapy's downloader: robots.txt, throttling, retries, redirects and statistics are Scrapy's."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    async def __call__(self, ask: Ask) -> Answer:
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request_of(ask))
        except FAILURES as error:
            raise failure_of(error) from error
        return checked(response)
