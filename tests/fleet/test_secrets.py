"""Secrets are planted wherever a fleet is given any; they are looked for in all that it says and keeps."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.fleet.running import fleet
from tests.sites import SampleSite

PLANTED = {
    "AWS_ACCESS_KEY_ID": "AKIAPLANTEDPLANTED01",
    "AWS_SECRET_ACCESS_KEY": "planted/aws+secret/0123456789abcdef",
    "X_BEARER_TOKEN": "AAAAplanted%2Fbearer",
}


def _with_password(database: str) -> str:
    """The address of a database that asks for no password, with one."""
    return database.replace("archive@", "archive:planted%40word@")


@pytest.mark.fleet
@pytest.mark.slow
def test_no_secret_comes_out_of_a_fleet(database: str, tmp_path: Path) -> None:
    store = tmp_path / "archive"
    settings = {"LOG_LEVEL": "DEBUG", "NEWSARCHIVE_TWEET_RESOLVERS": "markup,xapi"}
    with SampleSite() as site, fleet(store, _with_password(database), tmp_path, **settings) as ours:
        ours.settings["NEWSARCHIVE_TWEET_XAPI_URL"] = site.url
        said = ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}", **PLANTED)
        dead = "http://ann:plantedproxy@127.0.0.1:1/"
        assert (
            ours.start("--drain", **PLANTED, http_proxy=dead, no_proxy="").wait(120) == 0
        )  # the site cannot be reached: it rests
        with psycopg.connect(database) as connection:
            connection.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
        assert ours.start("--drain", **PLANTED).wait(120) == 0
        said += ours.run("fleet", "status", "--json", **PLANTED)
        logs = [path.read_text() for path in sorted(tmp_path.glob("worker-*.log"))]
    assert "Connection refused" in logs[0] or "Connection was refused" in logs[0]
    assert [text for text in (said, *logs) if re.search("planted", text, re.IGNORECASE)] == []
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".jsonl" for path in files)
    assert [path for path in files if re.search(b"planted", path.read_bytes(), re.IGNORECASE)] == []
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN ('newsarchive', 'public')"
        ).fetchall()
        rows = [(table, row) for (table,) in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()]  # type: ignore[call-overload]
    assert len(rows) > 50
    assert [table for table, row in rows if "planted" in str(row).lower()] == []


@pytest.mark.fleet
@pytest.mark.parametrize(
    ("database", "said"),
    [
        ("postgresql://ann:50%planted@127.0.0.1:1/news", "NEWSARCHIVE_DATABASE cannot be read"),
        ("postgresql://127.0.0.1:1/news?password=planted&nosuch=1", "NEWSARCHIVE_DATABASE cannot be read"),
        ("postgresql://ann:planted@127.0.0.1:1/news", "NEWSARCHIVE_DATABASE cannot be reached: connection failed"),
        ("mysql://ann:planted@127.0.0.1/news", "an address of the form postgresql://user@host/database is needed"),
    ],
)
def test_an_address_that_leads_to_no_database_is_told_without_its_password(
    tmp_path: Path, database: str, said: str
) -> None:
    with SampleSite() as site, fleet(tmp_path / "archive", database, tmp_path) as ours:
        for words, code in (
            (("fleet", "status"), 1),
            (("fleet", "work"), 1),
            (("crawl", "southfront", "-a", f"url={site.url}"), 6),
        ):
            told = ours.run(*words, code=code)
            assert said in told
            assert "planted" not in told


@pytest.mark.fleet
def test_an_address_of_a_site_with_a_password_is_refused_and_not_repeated(database: str, tmp_path: Path) -> None:
    with fleet(tmp_path / "archive", database, tmp_path) as ours:
        told = ours.run("fleet", "plan", "https://ann:planted@news.example.org/", code=2)
    assert "-a url=https://[secret]@news.example.org/: takes an address" in told
