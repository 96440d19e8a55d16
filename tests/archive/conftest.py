"""Items and archives for the tests of the store."""

from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive, Options, manifest
from newsarchive.archive.lines import read_lines
from newsarchive.items import Article, Block, Comment, CommentThread

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=timezone.utc)


def article(number: int = 1, **fields: Any) -> Article:
    """An article of the site ``daily``, read by REST at noon."""
    text = fields.pop("text", f"The mayor opened bridge number {number}.")
    values: dict[str, Any] = {
        "id": f"daily/{number}",
        "site": "daily",
        "url": f"https://daily.example/2026/05/bridge-{number}/",
        "fetched_at": "2026-05-04T12:00:00Z",
        "source": "rest",
        "title": f"Bridge {number} opens",
        "text": text,
        "blocks": [Block(type="paragraph", text=text)],
        "authors": ["Ann Lee"],
        "published_at": "2026-05-03T08:30:00Z",
        "published_at_precision": "second",
        "modified_at": "2026-05-03T08:30:00Z",
    }
    return Article(**{**values, **fields})


def comment(id: str, text: str = "Well said.", **fields: Any) -> Comment:
    """A root comment by Bo."""
    return Comment(**{"id": id, "author": "Bo", "text": text, "posted_at": "2026-05-03T09:00:00Z", **fields})


def thread(*comments: Comment, complete: bool = True, **fields: Any) -> CommentThread:
    """The thread of article 1, read from its page."""
    values: dict[str, Any] = {
        "id": "daily/1",
        "article_id": "daily/1",
        "site": "daily",
        "url": "https://daily.example/2026/05/bridge-1/",
        "fetched_at": "2026-05-04T12:00:00Z",
        "source": "page",
        "comments": list(comments),
        "count": len(comments),
        "declared_count": len(comments),
        "complete": complete,
    }
    return CommentThread(**{**values, **fields})


def lines_of(root: Path, kind: str = "") -> list[bytes]:
    """Every line in sealed parts, in the order in which they were sealed."""
    entries, wrong = manifest.read(root / "daily/manifest.ndjson")
    assert wrong == []
    return [
        line
        for entry in entries.values()
        if entry.kind.startswith(kind)
        for _, line in read_lines(root / "daily" / entry.file)
    ]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def opened(root: Path) -> Callable[..., Archive]:
    """Opens the archive of ``daily``."""

    def open_archive(**options: Any) -> Archive:
        return Archive(root, "daily", Options(**{"near_window": 0, **options}), now=lambda: NOON)

    return open_archive
