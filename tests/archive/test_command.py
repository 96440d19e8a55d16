"""`scrapy archive`, task by task."""

import argparse
import csv
import gzip
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard
from scrapy.exceptions import UsageError
from scrapy.settings import Settings

from newsarchive.archive import Archive, manifest
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.parts import file_sha256
from newsarchive.commands.archive import Command
from newsarchive.items import Gone, Tweet
from tests.archive.conftest import article, comment, thread

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a task and returns its exit code, standard output and standard error."""

    def run_task(*arguments: str) -> tuple[int, str, str]:
        command = Command()
        command.settings = Settings({"NEWSARCHIVE_STORE": str(root)})
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        command.add_options(parser)
        options, rest = parser.parse_known_args(arguments)
        command.run(rest, options)
        return (command.exitcode, *capsys.readouterr())

    return run_task


@pytest.fixture
def held(opened: Callable[..., Archive]) -> None:
    """Two articles, one of them revised, and a thread of two comments, in three parts."""
    with opened() as archive:
        archive.append(article(1, text="It opened at noon."))
        archive.append(article(2, published_at="2019-01-02T00:00:00Z", fetched_at="2026-04-30T23:59:59Z"))
        archive.append(thread(comment("1", "First"), comment("2", "=SUM(A1)", parent_id="1", depth=2)))
        archive.append(article(1, text="It opened at one."))


def only(root: Path, pattern: str) -> Path:
    (path,) = root.glob(pattern)
    return path


def test_stats_say_what_is_held(run, held):
    code, said, _ = run("stats", "--json")
    (site,) = json.loads(said)["sites"]
    assert code == 0
    assert (site["site"], site["lines"], site["articles"], site["threads"], site["comments"]) == ("daily", 4, 2, 1, 2)
    assert site["months"] == {"2026-04": {"article": 1}, "2026-05": {"article": 2, "comment_thread": 1}}
    assert "2 articles (0 gone), 1 thread (0 incomplete) with 2 comments" in run("stats")[1]


def test_stats_without_an_index_do_not_say_that_nothing_is_held(run, held, root):
    (root / "daily/.archive/index.sqlite3").unlink()
    (site,) = json.loads(run("stats", "--json")[1])["sites"]
    assert (site["lines"], site["articles"], site["comments"]) == (4, None, None)
    assert "no index, so articles, threads and tweets are not counted" in run("stats")[1]


def test_days_in_the_wrong_order_are_asked_wrongly(run, held, tmp_path):
    with pytest.raises(UsageError, match="--since 2026-05-04 is after --until 2026-05-01"):
        run("export", str(tmp_path / "x.jsonl"), "--since", "2026-05-04", "--until", "2026-05-01")
    assert list(tmp_path.glob("x*")) == []


def test_changes_say_what_happened_and_when(run, opened):
    down = Gone(status=404, seen_at="2026-05-07T12:00:00Z")
    seen = {
        "id": "20",
        "site": "daily",
        "url": "https://twitter.com/jack/status/20",
        "text": "Setting up",
        "source": "oembed",
    }
    with opened() as archive:
        archive.append(article(1, modified_at="2026-05-03T08:30:00Z"))
        archive.append(thread(comment("1", "First"), comment("2", "Second")))
        archive.append(Tweet(**seen, state="available", fetched_at="2026-05-04T12:00:00Z"))
        changed = {"title": "Bridge is open", "modified_at": "2026-05-03T08:30:00Z"}
        archive.append(article(1, **changed, fetched_at="2026-05-05T12:00:00Z"))
        changed |= {"tags": ["river"], "modified_at": "2026-05-06T08:00:00Z"}
        archive.append(article(1, **changed, fetched_at="2026-05-06T12:00:00Z"))
        archive.append(article(1, **changed, gone=down, fetched_at="2026-05-07T12:00:00Z"))
        archive.append(article(1, **changed, fetched_at="2026-05-08T12:00:00Z"))
        later = thread(comment("1", "First, corrected"), comment("3", "Third"))
        later.fetched_at = "2026-05-08T13:00:00Z"
        archive.append(later)
        archive.append(Tweet(**seen, state="deleted", fetched_at="2026-05-09T12:00:00Z"))
    assert run("changes")[1].splitlines() == [
        "2026-05-05T12:00:00Z  daily/1  edited silently: title  “Bridge is open”",
        "2026-05-06T12:00:00Z  daily/1  edited: tags  “Bridge is open”",
        "2026-05-07T12:00:00Z  daily/1  taken down (404)  “Bridge is open”",
        "2026-05-08T12:00:00Z  daily/1  back  “Bridge is open”",
        "2026-05-08T13:00:00Z  daily/1  comments: 1 new, 1 edited, 1 removed",
        "2026-05-09T12:00:00Z  20  tweet: available, now deleted",
    ]
    assert run("changes", "--since", "2026-05-07", "--until", "2026-05-07")[1].count("\n") == 1
    (one,) = json.loads(run("changes", "--what", "silent", "--json")[1])["changes"]
    assert (one["what"], one["fields"], one["revision"]) == ("silent", ["title"], 2)
    (one,) = json.loads(run("changes", "--what", "thread", "--json")[1])["changes"]
    assert (one["added"], one["edited"], one["removed"]) == (["3"], ["1"], ["2"])


def test_an_archive_in_which_nothing_has_changed_says_so(run, opened):
    with opened() as archive:
        archive.append(article(1))
    assert run("changes") == (0, "", "nothing has changed\n")
    assert json.loads(run("changes", "--json")[1]) == {"changes": []}


def test_an_index_of_another_version_says_what_makes_it_anew(run, held, root):
    with closing(sqlite3.connect(root / "daily/.archive/index.sqlite3")) as index:
        index.execute("PRAGMA user_version = 1")
    code, _, said = run("changes")
    assert code == 1
    assert "`scrapy archive reindex` makes it anew" in said


def test_a_task_names_itself_where_it_is_asked_wrongly(run, capsys):
    with pytest.raises(SystemExit):
        run("show")
    assert capsys.readouterr().err.startswith("usage: scrapy archive show [-h]")


def test_a_whole_archive_verifies(run, held):
    code, said, _ = run("verify", "--json")
    assert (code, json.loads(said)["ok"]) == (0, True)
    assert "4 lines in 3 parts" in run("verify")[1]


def _reseal(root: Path, path: Path) -> None:
    """Make the manifest agree with an altered file, as a careful forger does."""
    site = Site(root, "daily")
    entries, _ = manifest.read(site.manifest)
    import msgspec

    size = path.stat().st_size
    manifest.rewrite(
        site.manifest,
        [
            msgspec.structs.replace(entry, bytes=size, plain_bytes=size, sha256=file_sha256(path))
            if entry.file == site.within(path)
            else entry
            for entry in entries.values()
        ],
    )


def test_verify_names_an_altered_byte(run, held, root):
    path = only(root, "daily/threads/*/*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"First", b"Fir5t"))
    code, said, _ = run("verify", "--json")
    problems = json.loads(said)["sites"][0]["problems"]
    assert code == 1
    assert problems[0].startswith(f"{path.relative_to(root / 'daily').as_posix()} has the SHA-256 ")


def test_verify_names_a_forged_line_though_the_manifest_was_forged_with_it(run, held, root):
    path = only(root, "daily/threads/*/*.jsonl")
    path.write_bytes(path.read_bytes().replace(b"First", b"Fir5t"))
    _reseal(root, path)
    (problem,) = json.loads(run("verify", "--json")[1])["sites"][0]["problems"]
    assert "line 1 (comment_thread daily/1): has the content hash" in problem


def test_verify_names_a_break_in_the_chain_of_revisions(run, held, root):
    path = only(root, "daily/articles/date=2026-05-04/*.jsonl")
    first, _second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + first)
    _reseal(root, path)
    problems = json.loads(run("verify", "--json")[1])["sites"][0]["problems"]
    assert any("line 2 (article daily/1): is revision 1 after revision 1" in problem for problem in problems)


def test_verify_names_a_deleted_part_and_a_strange_one(run, held, root):
    path = only(root, "daily/threads/*/*.jsonl")
    shutil.copy(path, path.with_name("strange.jsonl"))
    path.unlink()
    problems = json.loads(run("verify", "--json")[1])["sites"][0]["problems"]
    assert (
        "threads/date=2026-05-04/strange.jsonl is in no manifest (the next crawl enters it if it is whole)" in problems
    )
    assert f"{path.relative_to(root / 'daily').as_posix()} is missing" in problems


def test_verify_of_an_archive_that_is_being_written_is_about_what_is_sealed(opened, run, held):
    with opened() as archive:
        archive.append(article(3))
        archive.flush()
        code, said, _ = run("verify", "--json")
        assert "parts still open: 1 (a crawl is at work" in run("verify")[1]
    assert (code, json.loads(said)["sites"][0]["lines"], json.loads(said)["sites"][0]["open"]) == (0, 4, 1)
    assert json.loads(run("verify", "--json")[1])["sites"][0]["lines"] == 5
    assert "open" not in run("verify")[1]


def test_verify_names_an_index_that_lags(run, held, root):
    with closing(Index(root / "daily/.archive/index.sqlite3", write=True)) as index:
        index._db.execute("DELETE FROM known WHERE n >= 1 << 60")
    assert json.loads(run("verify", "--json")[1])["sites"][0]["problems"] == [
        "the index does not know 1 thing; `scrapy archive reindex` rebuilds it"
    ]


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_verify_names_a_compressed_part_that_is_cut(opened, run, root, compression):
    with opened(compression=compression) as archive:
        archive.append(article(1))
    path = only(root, "daily/articles/*/*.jsonl.*")
    path.write_bytes(path.read_bytes()[:-9])
    code, said, _ = run("verify")
    assert code == 1
    assert "bytes, not" in said


@pytest.mark.parametrize("asked", ["daily/1", "1", "http://www.daily.example/2026/05/bridge-1/?utm_source=x"])
def test_show_prints_an_article_with_its_revisions(run, held, asked):
    code, said, _ = run("show", asked)
    assert code == 0
    assert "article daily/1: 2 revisions" in said
    assert "-It opened at noon.\n+It opened at one." in said
    assert "#2 to 1 Bo" in said
    assert [len(lines) for lines in json.loads(run("show", asked, "--json")[1]).values()] == [2, 1]


def test_show_of_what_is_not_held_says_so(run, held):
    assert run("show", "77") == (1, "", "scrapy archive show: 77 is not held\n")
    assert json.loads(run("show", "77", "--json")[1]) == {"error": "77 is not held"}


def test_export_copies_the_lines_as_they_are(run, held, root, tmp_path):
    target = tmp_path / "copy.jsonl"
    assert run("export", str(target))[:2] == (0, f"4 rows in {target}\n")
    entries = manifest.read(root / "daily/manifest.ndjson")[0].values()
    assert target.read_bytes() == b"".join((root / "daily" / entry.file).read_bytes() for entry in entries)


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--type", "article", "--latest"], [("daily/2", 1), ("daily/1", 2)]),
        (["--type", "article", "--since", "2026-05-01"], [("daily/1", 1), ("daily/1", 2)]),
        (["--type", "article", "--until", "2019-12-31", "--by", "published"], [("daily/2", 1)]),
        (["--type", "thread", "--since", "2026-05-03", "--by", "published"], [("daily/1", 1)]),
        (["--type", "thread", "--since", "2026-05-04", "--by", "published"], []),
        (["--type", "comment"], [("1", None), ("2", None)]),
    ],
)
def test_export_takes_only_what_is_wanted(run, held, tmp_path, arguments, found):
    target = tmp_path / "copy.jsonl"
    assert run("export", str(target), *arguments)[0] == 0
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert sorted((line["id"], line.get("revision")) for line in lines) == sorted(found)


def test_export_packs_by_the_ending(run, held, tmp_path):
    run("export", str(tmp_path / "a.jsonl"))
    run("export", str(tmp_path / "a.jsonl.gz"))
    run("export", str(tmp_path / "a.jsonl.zst"))
    plain = (tmp_path / "a.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "a.jsonl.gz").read_bytes()) == plain
    with zstandard.open(tmp_path / "a.jsonl.zst", "rb") as packed:
        assert packed.read() == plain


def test_export_writes_comments_flat_as_csv(run, held, tmp_path):
    target = tmp_path / "comments.csv"
    assert run("export", str(target), "--type", "comment")[0] == 0
    with target.open(newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert (first["article_id"], first["id"], first["text"], first["votes"]) == ("daily/1", "1", "First", "")
    # A spreadsheet takes it for text.
    assert second["text"] == "'=SUM(A1)"


@pytest.mark.parametrize("kind", ["article", "thread", "comment"])
def test_export_writes_parquet_with_typed_columns(run, held, tmp_path, kind):
    parquet = pytest.importorskip("pyarrow.parquet", reason="Parquet is optional: pip install pyarrow")
    target = tmp_path / "rows.parquet"
    assert run("export", str(target), "--type", kind)[0] == 0
    rows: list[dict[str, Any]] = parquet.read_table(target).to_pylist()
    if kind == "article":
        assert sorted((row["id"], row["revision"], row["blocks"][0]["type"]) for row in rows) == [
            ("daily/1", 1, "paragraph"),
            ("daily/1", 2, "paragraph"),
            ("daily/2", 1, "paragraph"),
        ]
    elif kind == "thread":
        assert [comment["id"] for comment in rows[0]["comments"]] == ["1", "2"]
    else:
        assert [(row["id"], row["parent_id"], row["depth"]) for row in rows] == [("1", None, 1), ("2", "1", 2)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["copy.txt"], "the name has to end in"),
        (["copy.csv"], "say which by --type"),
        (["copy.parquet.gz", "--type", "article"], "the name has to end in"),
        (["copy.jsonl", "--site", "nosuch"], "nosuch is not held"),
    ],
)
def test_export_refuses_what_cannot_be(run, held, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    code, _, said = run("export", *arguments)
    assert code == 1
    assert message in said
    assert list(tmp_path.glob("*copy*")) == []


def test_export_does_not_write_over_a_file_unless_told_to(run, held, tmp_path):
    target = tmp_path / "copy.jsonl"
    target.write_text("mine")
    assert run("export", str(target))[0] == 1
    assert target.read_text() == "mine"
    assert run("export", str(target), "--force")[0] == 0


def test_reindex_makes_a_deleted_index_anew(run, held, root):
    (root / "daily/.archive/index.sqlite3").unlink()
    assert run("reindex")[:2] == (0, "daily: 4 lines indexed\n")
    assert json.loads(run("verify", "--json")[1])["ok"] is True
    assert run("show", "1")[0] == 0


def test_reindex_waits_for_no_crawl(run, opened):
    with opened():
        code, _, said = run("reindex")
    assert code == 1
    assert "another process is writing the archive of this site" in said


@pytest.mark.parametrize("task", ["push", "prune"])
def test_push_and_prune_are_for_s3(run, held, task):
    code, _, said = run(task)
    assert code == 1
    assert "this task is for s3://bucket/prefix" in said


def test_no_archive_is_said(run, root):
    code, _, said = run("stats")
    assert (code, said) == (1, f"scrapy archive stats: there is no archive in {root}\n")


def test_no_task_is_a_usage_error(run):
    with pytest.raises(UsageError):
        run()
