"""What the pages show, from the database's rows: comments as a tree, changes between revisions, search results."""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

Row = Mapping[str, Any]

DEEPEST = 12
"""Replies deeper than this are shown as deep as this: a page has a width."""
MOST_COMPARED = 4_000
"""Paragraphs of two revisions together; longer ones are not compared, which takes time that grows with their product."""

_BEGIN, _END = "\x02", "\x03"
"""What stands around a hit in a snippet. Where a text has them itself, a word is marked that is no hit, and nothing worse."""
_WORD = re.compile(r"\w+")


def safe_url(url: Any) -> str | None:
    """`url` where a reader may follow it: http and https alone.

    >>> safe_url("https://example.org/a"), safe_url("javascript:alert(1)"), safe_url("http://[bad")
    ('https://example.org/a', None, None)
    """
    try:
        return url if isinstance(url, str) and urlsplit(url).scheme in {"http", "https"} else None
    except ValueError:
        return None


def loaded(text: str | None) -> Any:
    """A list or object from its JSON; an empty list where there is none."""
    return json.loads(text) if text else []


def tree(comments: Sequence[Row]) -> list[dict[str, Any]]:
    """The comments in the order of reading, each after what it answers, with ``level`` (0 for a root), ``answers`` (the name of
    who is answered) and ``replies`` (how many answer it). A comment whose parent is not there, or that is its own ancestor, is a root.

    >>> [(c["id"], c["level"]) for c in tree([{"id": "3", "parent_id": "1"}, {"id": "1", "parent_id": None}, {"id": "2", "parent_id": None}])]
    [('1', 0), ('3', 1), ('2', 0)]
    """
    by_id = {str(one["id"]): one for one in comments}
    children: dict[str | None, list[str]] = {}
    for id, one in by_id.items():
        parent = one["parent_id"]
        children.setdefault(parent if parent in by_id and parent != id else None, []).append(id)
    found: list[dict[str, Any]] = []
    done: set[str] = set()

    def walk(root: str) -> None:
        waiting = [(root, 0)]
        while waiting:
            id, level = waiting.pop()
            if id in done:
                continue
            done.add(id)
            one = by_id[id]
            answered = by_id.get(one["parent_id"] or "") if level else None
            replies = children.get(id, [])
            found.append(
                {
                    **one,
                    "level": min(level, DEEPEST),
                    "answers": answered and answered.get("author"),
                    "replies": len(replies),
                }
            )
            waiting += [(reply, level + 1) for reply in reversed(replies)]

    for root in children.get(None, []):
        walk(root)
    for id in by_id:  # rings: nobody in them is reached from a root
        walk(id)
    return found


def changes(old: Row, new: Row) -> list[tuple[str, str]] | None:
    """What an article's revision changed: (``-`` taken out, ``+`` put in, `` `` kept beside it, paragraph). None where both are too long."""
    before, after = (_paragraphs(one) for one in (old, new))
    if len(before) + len(after) > MOST_COMPARED:
        return None
    lines = difflib.unified_diff(before, after, lineterm="", n=1)
    return [(line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]


def _paragraphs(row: Row) -> list[str]:
    return [row["title"] or "", *(part for part in (row["text"] or "").split("\n") if part.strip())]


def query(asked: str) -> str:
    """Full-text search's own language for "has all of these words", whatever a person types; empty where there is no word.

    >>> query('bridge "OR (')
    '"bridge" "OR"'
    """
    return " ".join(f'"{word}"' for word in _WORD.findall(asked)[:20])


def snippet_sql(table: str, column: int) -> str:
    """The SQL of a snippet whose hits `marked` finds again."""
    return f"snippet({table}, {column}, char(2), char(3), ' … ', 28)"


def marked(snippet: str | None) -> list[tuple[bool, str]]:
    """A snippet in pieces: whether it is a hit, and its text.

    >>> marked("the \\x02bridge\\x03 stands")
    [(False, 'the '), (True, 'bridge'), (False, ' stands')]
    """
    pieces = []
    for number, part in enumerate(re.split(f"[{_BEGIN}{_END}]", snippet or "")):
        if part:
            pieces.append((number % 2 == 1, part))
    return pieces
