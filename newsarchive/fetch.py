"""What the readers of this package ask for and get back, whoever does the fetching.

The readers are plain coroutines that take a `Fetch`: a crawl gives them one that goes through Scrapy's downloader, a
test gives them one that looks the answer up. So nothing here, nor in any reader, knows Scrapy.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request: GET, or POST where `form` is given."""

    url: str
    form: Mapping[str, str] | None = None
    """Fields of a urlencoded POST; None asks by GET."""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One response, whatever its status, after retries; redirects have been followed."""

    url: str
    """The address that answered, after redirects."""
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; values of a repeated header are joined by ``, `` (``set-cookie``: by newlines)."""
    asked: str = ""
    """The address that was asked for, before redirects."""

    @property
    def address(self) -> str:
        """The address of what came: `url`, or `asked` where redirects only added a query to it (a session, a challenge that was passed)."""
        return self.asked if self.asked and self.url.startswith(f"{self.asked.partition('#')[0]}?") else self.url

    @property
    def media_type(self) -> str:
        """``text/html``, ``application/json`` … in lower case; empty when the answer does not say."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The charset its Content-Type declares."""
        for part in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = part.strip().partition("=")
            if name.lower() == "charset":
                return value.strip("\"' ") or None
        return None

    def json(self) -> Any:
        """The body as JSON; raises ValueError where it is none."""
        return json.loads(self.body)


class FetchError(Exception):
    """No answer at all: DNS, TLS, time-out, reset, robots.txt or size limit. The message says which, for a person to read."""


class Forbidden(FetchError):
    """robots.txt forbids the address: nothing was asked, and what it leads to is not to be had by another one either."""


class NotThePage(FetchError):
    """An answer that looks like success and is not what was asked for: a challenge, a cut page, an error with status 200.

    It is an error so that no reader takes it for an empty list, or for the end of one.
    """

    def __init__(self, reason: str, answer: Answer) -> None:
        super().__init__(reason)
        self.answer = answer
        """What came."""


Fetch = Callable[[Ask], Awaitable[Answer]]
"""Returns the answer of any status; raises `FetchError` where there is none."""
