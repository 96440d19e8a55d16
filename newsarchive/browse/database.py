"""A SQLite database from an archive: the last revision of everything, every revision's text, full-text search.

Made from the lines alone, each read once, in flat memory; to make it again is to bring it up to date. Any tool that
reads SQLite reads it, Datasette and sqlite-utils find the full-text tables by themselves.
"""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.holdings import Holdings, Progress, silent

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Held:
    """How many of each the database holds."""

    articles: int
    comments: int
    tweets: int
    revisions: int


def build(sites: Iterable[Holdings], path: Path, progress: Progress = silent) -> Held:
    """Makes the database at `path` from `sites`; what is there already is replaced once the new one is whole.

    Raises ArchiveError where the archive is damaged or `path` cannot be written.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(unfinished)) as db:
            db.execute("PRAGMA journal_mode=OFF")  # it is thrown away where it does not come to its end
            db.execute("PRAGMA synchronous=OFF")
            db.executescript(_sql("schema.sql"))
            for holdings in sites:
                for _, _, line in holdings.lines(progress=progress):
                    _TAKE[line["type"]](db, line)
            db.executescript(_sql("finish.sql"))
            db.execute("ANALYZE")
            db.commit()
            names = ("articles", "comments", "tweets", "revisions")
            held = Held(*(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names))
        unfinished.replace(path)
    except (OSError, sqlite3.Error) as error:
        raise ArchiveError(f"cannot make the database {path}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return held


def _sql(name: str) -> str:
    return resources.files("newsarchive.browse").joinpath(name).read_text("utf-8")


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def _put(db: sqlite3.Connection, table: str, row: Mapping[str, Any], key: str = "", newer: str = "") -> None:
    """Inserts a row; where its key is there already it takes the place if `newer` (SQL) holds."""
    names = list(row)
    text = f"INSERT INTO {table} ({','.join(names)}) VALUES ({','.join('?' * len(names))})"
    if key:
        changes = ",".join(f"{name}=excluded.{name}" for name in names)
        text += f" ON CONFLICT ({key}) DO UPDATE SET {changes} WHERE {newer}"
    db.execute(text, [_cell(value) for value in row.values()])


def _picked(line: Line, *names: str) -> dict[str, Any]:
    return {name: line.get(name) for name in names}


def _take_article(db: sqlite3.Connection, line: Line) -> None:
    gone = line.get("gone") or {}
    row = _picked(
        line, "id", "site", "url", "title", "subtitle", "authors", "published_at", "modified_at", "language", "categories", "tags",
        "description", "text", "word_count", "images", "videos", "links", "related", "blocks", "comment_count", "comments_open",
        "near_duplicate_of", "similarity", "revision", "fetched_at", "source", "content_hash",
    )  # fmt: skip
    row |= {"gone_status": gone.get("status"), "gone_at": gone.get("seen_at")}
    _put(db, "articles", row, "id", "excluded.revision >= articles.revision")
    _take_revision(db, line, silent=line.get("silent"), title=line.get("title"), text=line.get("text"))
    _take_references(db, line, line["id"], None, line.get("tweets") or ())


def _take_thread(db: sqlite3.Connection, line: Line) -> None:
    missing, changes = line.get("missing") or {}, line.get("changes") or {}
    row = _picked(line, "id", "site", "url", "declared_count", "count", "complete", "revision", "fetched_at", "source")
    row |= {"missing_count": missing.get("count"), "missing_reason": missing.get("reason")}
    _put(db, "threads", row, "id", "excluded.revision >= threads.revision")
    _take_revision(db, line, **_picked(changes, "added", "edited", "removed"))
    article = line.get("article_id") or line["id"]
    for position, comment in enumerate(line.get("comments") or ()):
        row = _picked(
            comment, "id", "parent_id", "depth", "author", "author_url", "posted_at", "text", "votes", "likes", "dislikes",
            "edited", "pinned", "kind", "images", "links", "url",
        )  # fmt: skip
        row |= {"article_id": article, "position": position, "site": line.get("site"), "revision": line.get("revision")}
        _put(db, "comments", row, "article_id, id", "excluded.revision >= comments.revision")
        _take_references(db, line, article, comment["id"], comment.get("tweets") or ())


def _take_tweet(db: sqlite3.Connection, line: Line) -> None:
    _take_revision(db, line, text=line.get("text"), state=line.get("state"))
    _take_facts(db, line, line.get("fetched_at"))


def _take_facts(db: sqlite3.Connection, tweet: Line, at: str | None) -> None:
    if not tweet.get("id"):
        return
    row = _picked(
        tweet, "id", "url", "handle", "author_name", "created_at", "created_at_source", "text", "text_truncated", "language",
        "media", "quoted_id", "replied_to_id", "metrics", "state", "state_checked_at", "evidence", "resolver",
    )  # fmt: skip
    row["known_at"] = tweet.get("state_checked_at") or tweet.get("resolved_at") or at or ""
    # What nobody could say anything about does not take the place of what somebody knew.
    said = "(excluded.state <> 'unresolved', excluded.text IS NOT NULL, excluded.known_at)"
    _put(db, "tweets", row, "id", f"{said} >= (tweets.state <> 'unresolved', tweets.text IS NOT NULL, tweets.known_at)")


def _take_references(
    db: sqlite3.Connection, line: Line, article: str, comment: str | None, tweets: Iterable[Line]
) -> None:
    """The references of a document; those of all but its last revision go in the end (`finish.sql`)."""
    for tweet in tweets:
        _take_facts(db, tweet, line.get("fetched_at"))
        row = _picked(tweet, "position", "locator", "form", "kind") | {"tweet_id": tweet.get("id")}
        _put(
            db,
            "tweet_references",
            row | {"article_id": article, "comment_id": comment, "revision": line.get("revision")},
        )


def _take_revision(db: sqlite3.Connection, line: Line, **more: Any) -> None:
    row = _picked(line, "type", "id", "revision", "fetched_at", "source", "content_hash", "previous_hash")
    _put(db, "revisions", row | more, "type, id, revision", "excluded.fetched_at >= revisions.fetched_at")


_TAKE = {"article": _take_article, "comment_thread": _take_thread, "tweet": _take_tweet}
