"""A site in a dictionary: address to answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.wordpress.site import Site


@dataclass
class Paper:
    """A `Fetch` that looks answers up, or asks a function for them, and keeps what it was asked."""

    answers: Mapping[str, Any] | Callable[[str], Any]
    asked: list[str] = field(default_factory=list)

    async def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask.url)
        found = self.answers(ask.url) if callable(self.answers) else self.answers.get(ask.url, 404)
        if isinstance(found, Exception):
            raise found
        if isinstance(found, Answer):
            return found
        if isinstance(found, int):
            return Answer(url=ask.url, asked=ask.url, status=found, headers={"content-type": "text/html"})
        if isinstance(found, (bytes, str)):
            body = found.encode() if isinstance(found, str) else found
            return Answer(url=ask.url, asked=ask.url, status=200, body=body, headers={"content-type": "text/html"})
        value, headers = found if isinstance(found, tuple) else (found, {})
        status = value["data"]["status"] if isinstance(value, dict) and "code" in value else 200
        headers = {"content-type": "application/json; charset=UTF-8", **headers}
        return Answer(url=ask.url, asked=ask.url, status=status, body=json.dumps(value).encode(), headers=headers)


@pytest.fixture
def site() -> Site:
    return Site(
        name="example",
        base="https://example.org/",
        hosts=frozenset({"example.org", "old.example.net"}),
        rest="https://example.org/wp-json/",
        utc_offset_minutes=120,
    )


async def gather(source) -> list:
    """Everything an async iterator of lists gives, in one list."""
    return [one async for some in source for one in some]


__all__ = ["FetchError", "Paper", "gather"]
