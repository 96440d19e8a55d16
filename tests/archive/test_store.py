"""The archive of one site: what is kept, what is known, and what a dead run leaves."""

import contextlib
import errno
import gzip
import json
from contextlib import closing
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest
import zstandard

from newsarchive.archive import Archive, ArchiveBusy, ArchiveError, ArchiveUnwritable, Options, parts
from newsarchive.archive import manifest as manifests
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.lines import read_lines
from newsarchive.archive.repair import rebuild
from newsarchive.archive.verify import verify
from newsarchive.content import content_hash
from newsarchive.dates import wire
from newsarchive.items import EmbeddedTweet
from tests.archive.conftest import NOON, article, comment, lines_of, thread


def test_a_line_lies_under_its_kind_and_the_day_it_was_fetched(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.append(thread(comment("9")))
    assert [path.parent.relative_to(root).as_posix() for path in sorted(root.rglob("*.jsonl*"))] == [
        "daily/articles/date=2026-05-04",
        "daily/threads/date=2026-05-04",
    ]


def test_the_first_line_of_a_site_is_durable_under_a_name_that_is_durable_itself(opened, root, monkeypatch):
    synced: list[Path] = []
    really = manifests.sync_directory
    for module in (manifests, parts):
        monkeypatch.setattr(module, "sync_directory", lambda path: (synced.append(path), really(path)))
    with opened() as archive:
        archive.append(article(1))
        archive.flush()
        inner = root / "daily/.archive"
        assert {root, root / "daily", inner, inner / "open"} <= set(synced)


def test_an_open_part_has_no_name_that_a_reader_picks_up(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.flush()
        assert list(root.rglob("*.jsonl*")) == []


def test_a_line_holds_every_key_in_the_declared_order(opened, root):
    with opened() as archive:
        archive.append(article(1))
    line = json.loads(lines_of(root)[0])
    assert list(line)[:6] == ["type", "schema_version", "id", "site", "url", "fetched_at"]
    assert line["subtitle"] is None
    assert line["revision"] == 1
    assert len(line["content_hash"]) == 64


def test_the_same_content_again_is_no_new_line(opened, root):
    with opened() as archive:
        assert archive.append(article(1)) is True
        assert archive.append(article(1, fetched_at="2026-05-04T13:00:00Z", comment_count=7)) is False
    with opened() as archive:
        assert archive.append(article(1)) is False
    assert len(lines_of(root)) == 1


def test_changed_content_is_a_revision_that_names_the_one_before(opened, root):
    with opened() as archive:
        archive.append(article(1))
    with opened() as archive:
        archive.append(article(1, text="The mayor closed it again."))
    first, second = map(json.loads, lines_of(root))
    assert (second["revision"], second["previous_hash"]) == (2, first["content_hash"])


def test_an_edit_that_leaves_the_modified_time_alone_is_silent(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.append(article(1, text="The mayor closed it."))
        archive.append(article(1, text="The mayor closed it again.", modified_at="2026-05-04T10:00:00Z"))
    assert [json.loads(line)["silent"] for line in lines_of(root)] == [None, True, False]


def test_known_says_what_the_site_said_last(opened):
    with opened() as archive:
        archive.append(article(1, comment_count=3))
        archive.flush()
        archive.saw("article", "daily/1", at="2026-05-05T00:00:00Z", comment_count=5, etag='"x"')
        for _ in range(2):
            known = archive.known("article", "daily/1")
            assert (known.revision, known.comment_count, known.etag, known.read_at) == (
                1,
                5,
                '"x"',
                "2026-05-05T00:00:00Z",
            )
            assert known.fetched_at == "2026-05-04T12:00:00Z"
            archive.flush()
    with opened() as archive:
        assert archive.known("article", "daily/1").comment_count == 5
        assert archive.known("article", "daily/2") is None


def test_a_thread_knows_when_its_article_was_published(opened):
    with opened() as archive:
        archive.append(article(1))
        archive.append(thread(comment("9")))
        assert archive.known("comment_thread", "daily/1").published_at == "2026-05-03T08:30:00Z"
    with opened() as archive:
        assert [(known.id, known.published_at, known.declared_count) for known in archive.each("comment_thread")] == [
            ("daily/1", "2026-05-03T08:30:00Z", 1)
        ]


@pytest.mark.parametrize(
    "url",
    [
        "https://daily.example/2026/05/bridge-1/",
        "http://www.daily.example/2026/05/bridge-1?utm_source=feed#comments",
        "https://old-daily.example/2026/05/bridge-1/amp/",
        "https://daily.example/?p=1",
        "https://web.archive.org/web/20260504120000id_/https://daily.example/2026/05/bridge-1/",
    ],
)
def test_an_article_is_found_under_every_spelling_of_its_address(opened, url):
    with opened() as archive:
        archive.append(article(1))
        assert archive.find("article", url).id == "daily/1"
    with opened() as archive:
        assert archive.find("article", url).id == "daily/1"


def test_an_article_without_a_post_id_is_the_one_known_under_its_address(opened, root):
    with opened() as archive:
        archive.append(article(1))
        assert archive.append(article(1, id="daily/bridge-1", source="page")) is False
    assert len(lines_of(root)) == 1


def test_a_second_writer_is_refused_with_the_holder_named(opened):
    with opened() as archive, pytest.raises(ArchiveBusy, match=archive.run):
        opened()


def test_a_site_is_free_again_once_its_writer_has_closed(opened):
    opened().close()
    opened().close()


@pytest.mark.parametrize(("compression", "ending"), [("gz", ".jsonl.gz"), ("zst", ".jsonl.zst")])
def test_a_part_is_sealed_compressed_where_that_is_asked_for(opened, root, compression, ending):
    with opened(compression=compression) as archive:
        for number in range(50):
            archive.append(article(number))
    (path,) = root.rglob("*.jsonl*")
    assert path.name.endswith(ending)
    plain = (
        gzip.decompress(path.read_bytes())
        if ending.endswith("gz")
        else zstandard.ZstdDecompressor().decompress(path.read_bytes())
    )
    assert [json.loads(line)["id"] for line in plain.splitlines()] == [f"daily/{number}" for number in range(50)]
    with opened() as archive:
        assert json.loads(archive.line("article", "daily/7"))["title"] == "Bridge 7 opens"


def test_parts_are_sealed_by_count(opened, root):
    with opened(part_lines=3) as archive:
        for number in range(7):
            archive.append(article(number))
            archive.flush()
    assert [len(path.read_bytes().splitlines()) for path in sorted(root.rglob("*.jsonl"))] == [3, 3, 1]


def test_the_manifest_says_what_each_part_holds(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.append(article(2, fetched_at="2026-05-04T13:00:00Z"))
    entries, wrong = manifests.read(root / "daily/manifest.ndjson")
    (entry,) = entries.values()
    data = (root / "daily" / entry.file).read_bytes()
    assert wrong == []
    assert (entry.kind, entry.lines, entry.bytes, entry.plain_bytes) == ("article", 2, len(data), len(data))
    assert (entry.first, entry.last) == ("2026-05-04T12:00:00Z", "2026-05-04T13:00:00Z")
    assert entry.sha256 == __import__("hashlib").sha256(data).hexdigest()


def _die(archive) -> None:
    """Leave everything as a killed process does."""
    archive._reader.close()
    archive._index.close()
    archive._lock.release()
    for part in archive._open.values():
        part.close()


def test_what_a_dead_run_left_is_sealed_and_its_torn_tail_cut(opened, root):
    archive = opened()
    archive.append(article(1))
    archive.append(article(2))
    (path,) = (root / "daily/.archive/open").iterdir()
    _die(archive)
    with path.open("ab") as stream:
        stream.write(b'{"type":"article","id":"daily/3","ti')
    with opened() as archive:
        assert (archive.repaired.parts_sealed, archive.repaired.lines_recovered, archive.repaired.torn_bytes) == (
            1,
            2,
            36,
        )
        assert archive.append(article(1)) is False
        assert archive.append(article(3)) is True
    assert [json.loads(line)["id"] for line in lines_of(root)] == ["daily/1", "daily/2", "daily/3"]


def test_a_sealed_part_that_is_in_no_manifest_is_taken_in(opened, root):
    with opened() as archive:
        archive.append(article(1))
    (root / "daily/manifest.ndjson").unlink()
    (root / "daily/.archive/index.sqlite3").unlink()
    with opened() as archive:
        assert (archive.repaired.manifest_added, archive.repaired.lines_indexed) == (1, 1)
        assert archive.append(article(1)) is False


def test_a_torn_manifest_line_is_made_good(opened, root):
    with opened() as archive:
        archive.append(article(1))
    manifest = root / "daily/manifest.ndjson"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:40])
    with opened() as archive:
        assert archive.repaired.manifest_added == 1
    entries, wrong = manifests.read(manifest)
    assert (len(entries), wrong) == (1, [])


def test_a_compressed_part_whose_plain_file_is_left_over_is_not_doubled(opened, root):
    with opened(compression="zst") as archive:
        archive.append(article(1))
    (sealed,) = root.rglob("*.jsonl.zst")
    left = (
        root / "daily/.archive/open" / Site(root, "daily").within(sealed).replace("/", "~").removesuffix(".jsonl.zst")
    )
    left.write_bytes(b"".join(line for _, line in read_lines(sealed)))
    (root / "daily/manifest.ndjson").unlink()
    with opened(compression="zst") as archive:
        assert archive.repaired.parts_sealed == 0
    assert len(list(root.rglob("*.jsonl*"))) == 1


def test_an_index_that_is_rubbish_is_rebuilt(opened, root):
    with opened() as archive:
        archive.append(article(1))
    (root / "daily/.archive/index.sqlite3").write_bytes(b"rubbish" * 1000)
    with opened() as archive:
        assert archive.repaired.index_rebuilt
        assert archive.append(article(1)) is False


def test_a_deleted_part_is_said_and_nothing_else_is_harmed(opened, root):
    with opened(part_lines=1) as archive:
        archive.append(article(1))
        archive.append(article(2))
    gone = sorted(root.rglob("*.jsonl"))[0]
    gone.unlink()
    with opened() as archive:
        assert archive.repaired.damage == [f"{gone.relative_to(root / 'daily').as_posix()} is missing (1 line)"]
        assert archive.append(article(3)) is True


def test_a_rebuilt_index_gives_the_same_answers(opened, root):
    with opened(part_lines=2) as archive:
        for text in ("one", "two", "three"):
            for number in range(5):
                archive.append(
                    article(number, text=f"{text} {number}", aliases=[f"https://daily.example/old-{number}/"])
                )
        archive.append(thread(comment("1"), comment("2")))
        archive.append(thread(comment("3"), complete=False))
        archive.append(thread(comment("1"), comment("3")))
        archive.flush()
        before = archive._reader.dump()
        places = archive._reader.places("article", "daily/3")
    site = Site(root, "daily")
    assert rebuild(site) == 18
    with opened() as archive:
        assert archive._reader.dump() == before
        assert archive._reader.places("article", "daily/3") == places
        assert [revision for revision, _ in places] == [1, 2, 3]


def test_a_line_is_read_by_any_reader_of_lines(opened, root):
    with opened() as archive:
        archive.append(article(1, title="A\u2028B\u0085C \ud83d", text="x"))
    (line,) = lines_of(root)
    assert len(line.decode().splitlines()) == 1
    assert json.loads(line)["title"] == "A\u2028B\u0085C \ufffd"


def test_a_site_that_is_no_directory_name_is_refused(root):
    with pytest.raises(ValueError, match="cannot name"):
        Archive(root, "../else")


def test_permission_denied_is_said(opened, root, monkeypatch):
    def denied(*_: object, **__: object) -> None:
        raise PermissionError(
            errno.EACCES, "Permission denied", str(root)
        )  # root, who runs some tests, may write anywhere

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(ArchiveUnwritable, match="permission denied"):
        opened()


def test_a_file_in_the_place_of_the_archive_is_said(opened, root: Path):
    root.write_text("x")
    with pytest.raises(ArchiveError, match="a file stands where a directory should be"):
        opened()


def test_a_clock_that_is_set_back_does_no_harm(root):
    later, earlier = (datetime(2026, 5, day, 12, tzinfo=timezone.utc) for day in (9, 2))
    for now, text in ((later, "One."), (earlier, "Two."), (later, "Three.")):
        with Archive(root, "daily", Options(near_window=0), now=lambda now=now: now) as archive:
            archive.append(article(1, text=text, fetched_at=wire(now)))
    with Archive(root, "daily", Options(near_window=0)) as archive:
        before = archive._index.dump()
    report = verify(Holdings(Site(root, "daily")))
    assert (report.problems, report.lines) == ([], 3)
    rebuild(Site(root, "daily"))
    with Archive(root, "daily", Options(near_window=0)) as archive:
        assert archive._index.dump() == before
        assert archive.known("article", "daily/1").revision == 3


def test_parts_of_two_days_that_were_sealed_in_the_other_order_are_read_in_the_right_one(opened, root):
    with opened() as archive:
        archive.append(article(1, text="One.", fetched_at="2026-05-04T23:59:59Z"))
        archive.append(article(1, text="Two.", fetched_at="2026-05-05T00:00:01Z"))
        archive.flush()
        before = archive._index.dump()
    site = Site(root, "daily")
    entries, _ = manifests.read(site.manifest)
    manifests.rewrite(site.manifest, reversed(list(entries.values())))
    rebuild(site)
    with opened() as archive:
        assert archive._index.dump() == before


def test_the_last_line_of_a_thing_can_be_read(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.append(article(1, text="Two."))
        archive.flush()
        assert json.loads(archive.line("article", "daily/1"))["revision"] == 2
        assert archive.line("article", "daily/2") is None
    with opened() as archive:
        assert json.loads(archive.line("article", "daily/1"))["text"] == "Two."


ODD = {
    "a count no database holds": {"comment_count": 2**70},
    "a count below none": {"comment_count": -1},
    "half a character in the address": {"url": "https://daily.example/\udc80"},
    "half a character in a title": {"title": "a\ud800b"},
    "a NUL in the address": {"url": "https://daily.example/a\0b"},
    "a modified time that is none": {"modified_at": 1777880000},
    "addresses that are none": {"aliases": [None, 8]},
}


@pytest.mark.parametrize("fields", ODD.values(), ids=ODD)
def test_whatever_a_site_says_the_lines_around_it_enter_the_index(opened, root, fields):
    with opened() as archive:
        assert [archive.append(article(1)), archive.append(article(2, **fields)), archive.append(article(3))] == [
            True
        ] * 3
        assert archive.flush() == 3
        archive.saw("article", "daily/1", comment_count=fields.get("comment_count"))
        archive.flush()
    with opened() as archive:
        assert archive.repaired.lines_indexed == 0
        assert [archive.append(article(1)), archive.append(article(2, **fields)), archive.append(article(3))] == [
            False
        ] * 3
    site = Site(root, "daily")
    with closing(Index(site.index)) as index:
        before = index.dump()
    rebuild(site)
    with closing(Index(site.index)) as index:
        assert index.dump() == before
    assert verify(Holdings(site)).problems == []


@pytest.mark.parametrize("fields", [{"tags": [1]}, {"fetched_at": NOON}, {"extra": object()}, {"id": "daily/\ud800"}])
def test_an_item_that_has_no_form_as_a_line_is_refused_before_anything_is_written(opened, root, fields):
    with opened() as archive:
        archive.append(article(1))
        with pytest.raises((TypeError, AttributeError, UnicodeEncodeError)):
            archive.append({**msgspec.to_builtins(article(2)), **fields})
        archive.append(article(3))
        assert archive.flush() == 2
    assert [json.loads(line)["id"] for line in lines_of(root)] == ["daily/1", "daily/3"]


def test_an_index_that_fails_for_whatever_reason_stops_the_writing_and_the_next_start_puts_it_right(
    opened, root, monkeypatch
):
    def broken(*_: object, **__: object) -> None:
        raise OverflowError("too large")

    archive = opened()
    archive.append(article(1))
    with monkeypatch.context() as patch:
        patch.setattr(archive._index, "commit", broken)
        with pytest.raises(ArchiveUnwritable, match="too large"):
            archive.flush()
    with pytest.raises(ArchiveUnwritable):
        archive.append(article(2))
    archive.close()
    with opened() as archive:
        assert archive.repaired.lines_indexed == 1
        assert archive.append(article(1)) is False


@pytest.mark.parametrize("as_built_in", [False, True])
def test_an_item_that_is_changed_after_its_verdict_is_judged_anew(opened, root, as_built_in):
    """The item may be one of ours or a plain dict, and the change may lie deep within it."""

    def reading(number: int) -> Any:
        return msgspec.to_builtins(article(number)) if as_built_in else article(number)

    with opened() as archive:
        archive.append(reading(1))
        for number in (1, 2):
            item = reading(number)
            verdict = archive.judge(item, claim=True)
            if verdict.status != "unchanged":
                archive.stamp(item, verdict)
            block = (item["blocks"] if as_built_in else item.blocks)[0]
            if as_built_in:
                block["text"] = "The mayor closed the bridge."
            else:
                block.text = "The mayor closed the bridge."
            assert archive.append(item)
    lines = [json.loads(line) for line in lines_of(root)]
    assert [(line["id"], line["revision"], line["content_hash"] == content_hash(line)) for line in lines] == [
        ("daily/1", 1, True), ("daily/1", 2, True), ("daily/2", 1, True),
    ]  # fmt: skip


def test_tweets_that_are_filled_in_after_the_verdict_change_nothing_of_it(opened, root):
    tweet = EmbeddedTweet(id="1103483853686165505", kind="embed", form="bare_url")
    with opened() as archive:
        items = [
            article(1, tweets=[tweet]),
            thread(comment("9", tweets=[tweet])),
        ]
        for item in items:
            archive.stamp(item, archive.judge(item, claim=True))
        tweet.state = "archived"
        assert [archive.append(item) for item in items] == [True, True]
    for line in map(json.loads, lines_of(root)):
        assert (line["revision"], line["content_hash"]) == (1, content_hash(line))
        assert "archived" in json.dumps(line)


def test_a_line_that_was_changed_into_no_form_of_its_type_is_named(opened, root):
    with opened() as archive:
        archive.append(article(1))
    part = next(root.rglob("*.jsonl"))
    part.write_bytes(part.read_bytes().replace(b'"tags":[]', b'"tags":77'))
    (root / "daily/.archive/index.sqlite3").unlink()
    with pytest.raises(ArchiveError, match=r"article daily/1 at byte 0 has no form of its type"):
        opened()


def spoil(path: Path, page: int) -> None:
    """Write nonsense over a page of an index."""
    data = bytearray(path.read_bytes())
    data[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    path.write_bytes(data)


@pytest.mark.parametrize("page", range(20))
def test_an_index_broken_anywhere_is_rebuilt_at_the_latest_by_the_second_start(opened, root, page):
    with opened() as archive:
        for number in range(60):
            archive.append(article(number))
    spoil(root / "daily/.archive/index.sqlite3", page)

    def again() -> list[bool]:
        with opened() as archive:
            return [archive.append(article(number)) for number in range(60)]

    with contextlib.suppress(ArchiveUnwritable):
        again()  # what no start looks at is found when it is asked for: the writing ends there
    assert again() == [False] * 60
    assert verify(Holdings(Site(root, "daily"))).problems == []


@pytest.mark.parametrize("page", range(20))
def test_an_index_that_breaks_a_crawl_before_its_first_article_is_rebuilt_by_the_next_start(opened, root, page):
    with opened() as archive:
        for number in range(60):
            archive.append(article(number))
        archive.flush()
        archive.set_watermark("again", "[]")
    spoil(root / "daily/.archive/index.sqlite3", page)

    def asked() -> tuple[int, bool]:
        with opened() as archive:
            archive.watermark("again")
            return len(list(archive.each("article"))), archive.line("article", "daily/7") is not None

    with contextlib.suppress(ArchiveUnwritable):
        asked()
    assert asked() == (60, True)


def test_a_reading_that_no_index_can_hold_is_passed_over(opened, root):
    with opened() as archive:
        archive.append(article(1))
    seen = {"kind": "article", "id": "daily/1", "revision": 1, "at": "2026-05-05T00:00:00Z", "comment_count": 2**64}
    (root / "daily/.archive/readings.ndjson").write_text(json.dumps(seen) + "\n")
    with opened() as archive:
        assert archive.known("article", "daily/1").comment_count is None
