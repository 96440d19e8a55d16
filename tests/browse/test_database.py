"""The database made from an archive, and what its pages are made from."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive, ArchiveError, Options
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.layout import Site
from newsarchive.browse.database import build
from newsarchive.browse.reading import DEEPEST, changes, query, tree
from newsarchive.items import Article, Changes, Comment, CommentThread, EmbeddedTweet, Gone, Tweet

SAME: dict[str, Any] = {"id": "daily/1", "site": "daily", "url": "https://daily.example/bridge/", "source": "rest"}


def put(archive: Archive, item: Any) -> None:
    archive.stamp(item, archive.judge(item))
    assert archive.append(item)


def article(text: str, at: str, **more: Any) -> Article:
    return Article(**SAME, fetched_at=at, title="The bridge", text=text, **more)


def thread(at: str, *comments: Comment, **more: Any) -> CommentThread:
    return CommentThread(
        **SAME, fetched_at=at, article_id="daily/1", comments=list(comments), count=len(comments), complete=True, **more
    )


@pytest.fixture
def made(tmp_path: Path) -> sqlite3.Connection:
    """An article in two revisions, its thread in two, a tweet first unresolved and then known."""
    unknown = EmbeddedTweet(
        id="1103483853686165505", url="https://twitter.com/river/status/1103483853686165505", state="unresolved"
    )
    with Archive(tmp_path, "daily", Options(near_window=0)) as archive:
        put(archive, article("It opens on Fríday.", "2026-05-04T12:00:00Z", tweets=[unknown]))
        put(
            archive,
            thread("2026-05-04T12:00:01Z", Comment(id="7", text="Good."), Comment(id="8", parent_id="7", text="Bad.")),
        )
        archive.seal()
        put(archive, Tweet(
            id="1103483853686165505", site="daily", url="https://twitter.com/river/status/1103483853686165505", source="syndication",
            fetched_at="2026-05-04T13:00:00Z", state="available", text="Water at the bridge", handle="river", state_checked_at="2026-05-04T13:00:00Z",
        ))  # fmt: skip
        put(
            archive,
            thread("2026-05-05T12:00:01Z", Comment(id="7", text="Good!"), changes=Changes(edited=["7"], removed=["8"])),
        )
        put(
            archive,
            article(
                "It opens on Monday.",
                "2026-05-05T12:00:00Z",
                tweets=[unknown],
                gone=Gone(status=404, seen_at="2026-05-06T00:00:00Z"),
            ),
        )
    held = build([Holdings(Site(tmp_path, "daily"))], tmp_path / "daily.db")
    assert (held.articles, held.comments, held.tweets, held.revisions) == (1, 2, 1, 5)
    db = sqlite3.connect(tmp_path / "daily.db")
    yield db
    db.close()


def test_the_last_revision_of_everything_is_a_row(made: sqlite3.Connection) -> None:
    assert made.execute("SELECT text, revision, gone_status, gone_at FROM articles").fetchall() == [
        ("It opens on Monday.", 2, 404, "2026-05-06T00:00:00Z")
    ]
    assert made.execute("SELECT count, complete, revision FROM threads").fetchall() == [(1, 1, 2)]


def test_a_comment_that_was_removed_stays_with_the_revision_that_had_it(made: sqlite3.Connection) -> None:
    assert made.execute("SELECT id, text, revision FROM comments ORDER BY id").fetchall() == [
        ("7", "Good!", 2),
        ("8", "Bad.", 1),
    ]


def test_the_earlier_words_of_a_comment_are_kept(made: sqlite3.Connection) -> None:
    assert made.execute("SELECT id, text, revision FROM earlier_comments").fetchall() == [("7", "Good.", 1)]


def test_what_is_known_of_a_tweet_is_not_lost_to_a_later_reading_that_knows_nothing(made: sqlite3.Connection) -> None:
    assert made.execute("SELECT state, text, handle FROM tweets").fetchall() == [
        ("available", "Water at the bridge", "river")
    ]
    assert made.execute("SELECT article_id, comment_id, tweet_id, revision FROM tweet_references").fetchall() == [
        ("daily/1", None, "1103483853686165505", 2)
    ]


def test_every_revision_is_there_with_its_words(made: sqlite3.Connection) -> None:
    rows = made.execute("SELECT revision, text FROM revisions WHERE type = 'article' ORDER BY revision").fetchall()
    assert rows == [(1, "It opens on Fríday."), (2, "It opens on Monday.")]


def test_words_are_found_whatever_their_accents(made: sqlite3.Connection) -> None:
    assert made.execute(
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (query("MÓNDAY"),)
    ).fetchone() == (1,)
    assert made.execute("SELECT count(*) FROM tweets_fts WHERE tweets_fts MATCH ?", (query("water"),)).fetchone() == (
        1,
    )


def test_a_database_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot make the database"):
        build([], tmp_path / "nowhere" / "news.db")


def test_what_was_there_stays_where_the_archive_is_damaged(tmp_path: Path) -> None:
    with Archive(tmp_path, "daily", Options(near_window=0)) as archive:
        put(archive, article("It opens.", "2026-05-04T12:00:00Z"))
    (part,) = tmp_path.glob("daily/articles/date=*/*.jsonl")
    part.write_bytes(b"no line\n")
    (tmp_path / "news.db").write_bytes(b"what was there")
    with pytest.raises(ArchiveError):
        build([Holdings(Site(tmp_path, "daily"))], tmp_path / "news.db")
    assert (tmp_path / "news.db").read_bytes() == b"what was there"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["news.db"]


def comment(id: str, parent: str | None) -> dict[str, Any]:
    return {"id": id, "parent_id": parent, "author": f"author {id}"}


def test_comments_in_a_ring_are_shown_once() -> None:
    shown = tree([comment("1", "2"), comment("2", "1"), comment("3", "3"), comment("4", "gone")])
    assert sorted(one["id"] for one in shown) == ["1", "2", "3", "4"]


def test_a_thread_of_a_hundred_thousand_levels_is_flat_in_the_end() -> None:
    shown = tree([comment(str(number), str(number - 1) if number else None) for number in range(100_000)])
    assert (len(shown), shown[-1]["level"], shown[1]["answers"]) == (100_000, DEEPEST, "author 0")


def test_changes_between_revisions_are_whole_paragraphs() -> None:
    old, new = (
        {"title": "Bridge", "text": "One.\n\nTwo.\n\nThree."},
        {"title": "Bridge", "text": "One.\n\nTwo!\n\nThree."},
    )
    assert changes(old, new) == [(" ", "One."), ("-", "Two."), ("+", "Two!"), (" ", "Three.")]


def test_texts_too_long_to_compare_are_not_compared() -> None:
    assert changes({"title": "", "text": "a\n" * 3000}, {"title": "", "text": "b\n" * 3000}) is None
