"""A rebuilt index gives the answers of the one that was used, whatever the archive has lived through."""

import tempfile
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive, Options
from newsarchive.archive import readings as log_of_readings
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.index import Index, Seen
from newsarchive.archive.layout import Site
from newsarchive.archive.readings import catch_up
from newsarchive.archive.repair import rebuild
from newsarchive.archive.verify import verify
from newsarchive.dates import wire
from tests.archive.conftest import article, comment, thread

IDS = ["daily/1", "daily/2", "daily/a-slug"]
URLS = ["https://daily.example/a/", "https://daily.example/b/", "https://www.daily.example/?p=1"]

article_read = st.fixed_dictionaries(
    {
        "what": st.just("article"),
        "id": st.sampled_from(IDS),
        "text": st.sampled_from(["One.", "Two."]),
        "url": st.sampled_from(URLS),
        "aliases": st.lists(st.sampled_from(URLS), max_size=1),
        "modified_at": st.sampled_from([None, "2026-05-03T08:30:00Z", "2026-05-04T08:30:00Z"]),
        "comment_count": st.sampled_from([None, 0, 3]),
    }
)
thread_read = st.fixed_dictionaries(
    {
        "what": st.just("thread"),
        "id": st.sampled_from(IDS),
        "comments": st.sets(st.sampled_from("1234")),
        "complete": st.booleans(),
        "declared_count": st.sampled_from([None, 2, 4]),
    }
)
told = st.fixed_dictionaries(
    {"what": st.just("told"), "kind": st.sampled_from(["article", "comment_thread"]), "id": st.sampled_from(IDS), "etag": st.sampled_from(["x", "y"])}
)  # fmt: skip
history = st.lists(
    st.one_of(
        article_read,
        thread_read,
        told,
        st.fixed_dictionaries({"what": st.sampled_from(["flush", "end", "die"])}),
    ),
    max_size=60,
)


def read(archive: Archive, item: Any) -> None:
    """What the pipelines do with an item."""
    archive.identify(item)
    if archive.judge(item).status != "unchanged":
        archive.append(item)
        return
    is_thread = item.type == "comment_thread"
    archive.saw(
        item.type, item.id, at=item.fetched_at, modified_at=None if is_thread else item.modified_at,
        comment_count=item.declared_count if is_thread else item.comment_count,
        complete=item.complete if is_thread else None, urls=() if is_thread else (item.url, *item.aliases),
    )  # fmt: skip


def die(archive: Archive) -> None:
    """End as a process does that is killed: nothing is closed well."""
    archive.failure = archive.failure or RuntimeError()  # type: ignore[assignment]  # so that `close` only lets go
    archive.close()


def live(root: Path, history: list[dict[str, Any]]) -> None:
    """Let an archive live through a history, each moment an hour after the one before."""
    clock = [datetime(2026, 5, 4, 12, tzinfo=timezone.utc)]
    options = Options(near_window=0)
    archive = Archive(root, "daily", options, now=lambda: clock[0])
    for moment in history:
        clock[0] += timedelta(hours=1)
        fields = {name: value for name, value in moment.items() if name != "what"}
        at = wire(clock[0])
        match moment["what"]:
            case "article":
                read(archive, article(**fields, fetched_at=at))
            case "thread":
                comments = [comment(id, f"Comment {id}") for id in sorted(fields.pop("comments"))]
                read(archive, thread(*comments, **fields, article_id=fields["id"], fetched_at=at))
            case "told":
                archive.saw(**fields, at=at)
            case "flush":
                archive.flush()
            case "end":
                archive.close()
                archive = Archive(root, "daily", options, now=lambda: clock[0])
            case "die":
                die(archive)
                archive = Archive(root, "daily", options, now=lambda: clock[0])
    archive.close()


def answers(site: Site) -> list[Any]:
    with closing(Index(site.index)) as index:
        places = [index.places(kind, id) for kind in ("article", "comment_thread") for id in IDS]
        return [*index.dump(), places, index.totals()]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history)
def test_a_rebuilt_index_answers_as_the_used_one(history):
    with tempfile.TemporaryDirectory() as root:
        live(Path(root), history)
        site = Site(root, "daily")
        used = answers(site)
        rebuild(site)
        assert answers(site) == used
        with Archive(root, "daily", Options(near_window=0)):
            pass
        assert answers(site) == used
        assert verify(Holdings(site)).problems == []


def whole_then_incomplete(opened) -> None:
    with opened() as archive:
        read(archive, thread(comment("1")))
        archive.flush()
        read(archive, thread(comment("1"), complete=False, fetched_at="2026-05-05T12:00:00Z"))


def test_that_a_thread_could_not_be_read_whole_again_is_known_after_a_rebuild(opened, root):
    whole_then_incomplete(opened)
    rebuild(Site(root, "daily"))
    with opened() as archive:
        known = archive.known("comment_thread", "daily/1")
        assert (known.revision, known.complete, known.line_complete) == (1, False, True)
        assert known.read_at == "2026-05-05T12:00:00Z"


def test_a_torn_or_spoilt_line_of_the_log_of_readings_is_left_out(opened, root):
    whole_then_incomplete(opened)
    site = Site(root, "daily")
    with site.readings.open("ab") as log:
        log.write(b"\0" * 5000 + b"\n" + b'{"kind":"comment_thread","id":"dai')
    rebuild(site)
    with opened() as archive:
        assert archive.known("comment_thread", "daily/1").complete is False
        archive.saw("comment_thread", "daily/1", etag="x")
    assert [line[:10] for line in site.readings.read_bytes().splitlines()] == [b'{"kind":"c', b"\0" * 10, b'{"kind":"c']


def test_a_log_of_readings_that_is_mostly_past_is_written_anew(opened, root, monkeypatch):
    monkeypatch.setattr(log_of_readings, "_SMALL", 1000)
    with opened() as archive:
        archive.append(article(1))
        archive.flush()
        for hour in range(24):
            at = f"2026-05-05T{hour:02d}:00:00Z"
            archive.saw("article", "daily/1", at=at, etag="x", urls=("https://daily.example/elsewhere/",))
            archive.flush()
    site = Site(root, "daily")
    before, size = answers(site), site.readings.stat().st_size
    with closing(Index(site.index, write=True)) as index:
        catch_up(site.readings, index)
    assert size > 3000
    assert site.readings.read_bytes().count(b"\n") == 2
    rebuild(site)
    assert answers(site) == before


def test_a_reading_of_what_is_not_held_is_not_remembered(opened):
    with opened() as archive:
        archive.saw("article", "daily/9", etag="x", urls=("https://daily.example/nine/",))
        archive.flush()
        assert archive.find("article", "https://daily.example/nine/") is None
        assert list(archive._index.seen()) == []


def test_the_log_of_readings_says_what_the_index_needs(opened, root):
    whole_then_incomplete(opened)
    with closing(Index(root / "daily/.archive/index.sqlite3")) as index:
        assert list(index.seen()) == [
            Seen(kind="comment_thread", id="daily/1", revision=1, at="2026-05-05T12:00:00Z", comment_count=1, complete=False)
        ]  # fmt: skip
