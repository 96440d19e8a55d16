"""The archive of one site: what is kept, what is known, and what a dead run leaves."""

import errno
import gzip
import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
import zstandard

from newsarchive.archive import Archive, ArchiveBusy, ArchiveError, ArchiveUnwritable, Options
from newsarchive.archive import manifest as manifests
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.layout import Site
from newsarchive.archive.lines import read_lines
from newsarchive.archive.repair import rebuild
from newsarchive.archive.verify import verify
from newsarchive.dates import wire
from tests.archive.conftest import article, comment, lines_of, thread


def test_a_line_lies_under_its_kind_and_the_day_it_was_fetched(opened, root):
    with opened() as archive:
        archive.append(article(1))
        archive.append(thread(comment("9")))
    assert [path.parent.relative_to(root).as_posix() for path in sorted(root.rglob("*.jsonl*"))] == [
        "daily/articles/date=2026-05-04",
        "daily/threads/date=2026-05-04",
    ]


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
        assert archive.repaired.damage == [f"{gone.relative_to(root / 'daily').as_posix()} is missing (1 lines)"]
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
