"""One article or thread with its revisions, and what changed from each to the next, for a person to read."""

import difflib
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.index import Index
from newsarchive.archive.layout import DIRECTORIES
from newsarchive.archive.lines import decode_line, read_at
from newsarchive.counting import counted


def revisions(holdings: Holdings, kind: str, id: str) -> list[dict[str, Any]]:
    """Every line of one thing, the first revision first; [] where it is not held. Needs the index."""
    if not holdings.site.index.exists():
        raise ArchiveError(f"{holdings.site.name} has no index; `scrapy archive reindex` makes it")
    with closing(Index(holdings.site.index)) as index:
        places = index.places(kind, id)
    found = []
    for _, place in places:
        entry = holdings.entries.get(place.part)
        if entry is None:
            raise ArchiveError(f"the part {place.part} is not sealed yet, or gone; try again when no crawl is running")
        with holdings.file(entry) as path:
            found.append(decode_line(read_at(path, place.offset, place.length)))
    return found


def all_revisions(holdings: Holdings, id: str) -> dict[str, list[dict[str, Any]]]:
    """The revisions of every kind of line that has this id."""
    return {kind: found for kind in DIRECTORIES if (found := revisions(holdings, kind, id))}


def readable(line: dict[str, Any]) -> list[str]:
    """A line in a person's words, one fact or paragraph a line: what two revisions are compared by."""
    if line["type"] == "comment_thread":
        return [text for comment in line.get("comments") or () for text in _comment(comment)]
    if line["type"] == "tweet":
        return [
            f"{name}: {line[name]}"
            for name in ("handle", "author_name", "created_at", "state", "text")
            if line.get(name)
        ]
    facts = [
        f"{name}: {line[name]}"
        for name in ("title", "subtitle", "published_at", "modified_at", "description")
        if line.get(name)
    ]
    facts += [f"{name}: {', '.join(line[name])}" for name in ("authors", "categories", "tags") if line.get(name)]
    facts += [f"image: {image.get('url')} {image.get('caption') or ''}".rstrip() for image in line.get("images") or ()]
    if line.get("gone"):
        facts.append(f"gone: {line['gone'].get('status')} since {line['gone'].get('seen_at')}")
    return [*facts, "", *(line.get("text") or "").split("\n")]


def _comment(comment: dict[str, Any]) -> Iterator[str]:
    indent = "  " * max(0, min((comment.get("depth") or 1) - 1, 20))
    parent = f" to {comment['parent_id']}" if comment.get("parent_id") else ""
    yield f"{indent}#{comment.get('id')}{parent} {comment.get('author') or '(no name)'}, {comment.get('posted_at') or 'no date'}"
    for text in (comment.get("text") or "").split("\n"):
        yield f"{indent}  {text}"


def report(found: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """The last revision of each kind in full, then what each revision changed against the one before."""
    for kind, lines in found.items():
        last = lines[-1]
        yield f"{kind} {last['id']}: {counted(len(lines), 'revision')}, {last.get('url')}"
        for line in lines:
            notes = [f"read {line.get('fetched_at')} by {line.get('source')}"]
            if line.get("silent"):
                notes.append("silent edit")
            changes = line.get("changes") or {}
            notes += [f"{name}: {', '.join(ids)}" for name, ids in changes.items() if ids]
            yield f"  {line.get('revision')}. {str(line.get('content_hash'))[:12]}  {'; '.join(notes)}"
        yield ""
        yield from readable(last)
        for old, new in pairwise(lines):
            yield ""
            names = (f"revision {old.get('revision')}", f"revision {new.get('revision')}")
            yield from difflib.unified_diff(readable(old), readable(new), *names, lineterm="", n=1)
        yield ""


def as_json(found: dict[str, list[dict[str, Any]]]) -> str:
    """The same for machines: the lines as they are, by kind."""
    return json.dumps(found, ensure_ascii=False, indent=2)
