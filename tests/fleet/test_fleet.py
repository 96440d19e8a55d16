"""Plan, work and see how far it is: a fleet archives what one machine does."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.crawling import crawl
from tests.fleet.running import fleet, lines, parts
from tests.sites import SampleSite

pytestmark = [pytest.mark.fleet, pytest.mark.slow]


def test_a_fleet_archives_what_one_machine_does_and_then_what_changed(database: str, tmp_path: Path) -> None:
    with SampleSite(n_articles=120) as site, fleet(tmp_path / "fleet", database, tmp_path) as ours:
        assert crawl(site, tmp_path / "one").exit_code == 0
        assert ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}") == (
            "southfront: its lists are read by the next free worker\n"
        )
        assert (
            ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
            == "southfront: waits to be planned already\n"
        )
        assert ours.status()["sites"][0]["to_plan"] is True
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "fleet") == lines(tmp_path / "one")
        assert set(lines(tmp_path / "fleet").values()) == {1}
        (status,) = ours.status()["sites"]
        assert (status["planned"], status["done"], status["left"], status["articles"], status["aside"]) == (
            149,
            149,
            0,
            149,
            [],
        )
        assert [name.rpartition("-b")[2] for name in parts(tmp_path / "fleet")] == [
            "2-0001.jsonl",
            "2-0005.jsonl",
        ]
        ours.run("archive", "verify")

        site.edit(4107, title="Plan To Force The Sarvo Bridge Stalls")
        assert crawl(site, tmp_path / "one").exit_code == 0
        before = len(site.requests)
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "fleet") == lines(tmp_path / "one")
        assert [key[:2] for key in lines(tmp_path / "fleet") if key[2] == 2] == [("article", "southfront/4107")]
        assert len(site.requests) - before < 40  # it asked for what is new or changed since the first plan


def test_a_crawl_with_the_setting_uses_the_shared_index_and_nothing_else_changes(database: str, tmp_path: Path) -> None:
    with SampleSite() as site, fleet(tmp_path / "shared", database, tmp_path) as ours:
        assert crawl(site, tmp_path / "one").exit_code == 0
        for _ in range(2):
            ours.run("crawl", "southfront", "-a", f"url={site.url}")
        assert lines(tmp_path / "shared") == lines(tmp_path / "one")
        assert not (tmp_path / "shared" / "southfront" / ".archive" / "index.sqlite3").exists()
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "shared") == lines(tmp_path / "one")


def test_an_archive_of_one_machine_is_taken_over_as_it_is(database: str, tmp_path: Path) -> None:
    with SampleSite(n_articles=30) as site, fleet(tmp_path / "archive", database, tmp_path) as ours:
        assert crawl(site, tmp_path / "archive").exit_code == 0
        before = lines(tmp_path / "archive")
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}")
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "archive") == before
        (status,) = ours.status()["sites"]
        assert (status["articles"], status["threads"], status["planned"]) == (59, 59, 0)


def test_an_index_of_another_version_is_made_anew_by_the_next_plan(database: str, tmp_path: Path) -> None:
    with SampleSite() as site, fleet(tmp_path / "archive", database, tmp_path) as ours:
        ours.run("crawl", "southfront", "-a", f"url={site.url}")
        before = lines(tmp_path / "archive")
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("UPDATE newsarchive.watermark SET value = '1' WHERE name = 'index_version'")
            changed = connection.execute(
                """UPDATE newsarchive.known SET content_hash = '', prints = '{"title": "made in another way"}' WHERE kind = 'article'"""
            )
            assert changed.rowcount == 29
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}", "-a", "full=1")
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "archive") == before
        (status,) = ours.status()["sites"]
        assert (status["articles"], status["threads"]) == (29, 29)


def test_a_batch_is_not_held_to_what_a_run_over_everything_lists(database: str, tmp_path: Path) -> None:
    settings = {"NEWSARCHIVE_MONITORS": "1", "NEWSARCHIVE_FLEET_BATCH": "10"}
    with SampleSite() as site, fleet(tmp_path / "archive", database, tmp_path, **settings) as ours:
        assert crawl(site, tmp_path / "archive").exit_code == 0
        ours.run("fleet", "plan", "southfront", "-a", f"url={site.url}", "-a", "full=1")
        ours.run("fleet", "work", "--drain")
        (status,) = ours.status()["sites"]
        assert (status["planned"], status["done"], status["partial"]) == (29, 29, 0)


def test_a_machine_that_has_not_got_the_archives_directory_is_told(database: str, tmp_path: Path) -> None:
    with (
        fleet(tmp_path / "here", database, tmp_path) as ours,
        fleet(tmp_path / "elsewhere", database, tmp_path) as other,
    ):
        ours.run("fleet", "status")
        said = other.run("fleet", "status", code=1)
        assert "is the index of another archive" in said
        assert not list((tmp_path / "elsewhere").glob("*"))


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("plan", "nosuch"), 2, "nosuch is neither a spider of sites (southfront, wordpress) nor an address"),
        (("plan", "tweets"), 2, "tweets is neither a spider of sites (southfront, wordpress) nor an address"),
        (("plan", "southfront", "-a", "via=pigeon"), 2, "-a via=pigeon: takes auto, rest, page or browser"),
        (("work", "--nosuch"), 2, "what is --nosuch?"),
    ],
)
def test_what_cannot_be_used_is_said(
    database: str, tmp_path: Path, words: tuple[str, ...], code: int, said: str
) -> None:
    with fleet(tmp_path / "archive", database, tmp_path) as ours:
        assert said in ours.run("fleet", *words, code=code)


def test_without_a_database_the_setting_is_asked_for(tmp_path: Path) -> None:
    with fleet(tmp_path / "archive", "", tmp_path) as ours:
        assert "NEWSARCHIVE_DATABASE: an address of the form" in ours.run("fleet", "status", code=1)


def test_the_address_of_a_known_site_is_read_by_its_own_spider(database: str, tmp_path: Path) -> None:
    with fleet(tmp_path / "archive", database, tmp_path) as ours:
        ours.run("fleet", "plan", "https://www.southfront.press/", "https://news.example.org/")
        assert [(site["site"], site["to_plan"]) for site in ours.status()["sites"]] == [
            ("news.example.org", True),
            ("southfront", True),
        ]
        text = ours.run("fleet", "status")
        assert "news.example.org                0        0       0.0  to be planned" in text
        assert json.loads(ours.run("fleet", "status", "--json"))["left"] == 0


def test_types_of_posts_that_a_plan_leaves_out_are_named_and_those_it_asks_for_are_read(
    database: str, tmp_path: Path
) -> None:
    with SampleSite(theme="classic") as site, fleet(tmp_path / "fleet", database, tmp_path) as ours:
        site.silent_edit(4010, type="analysis")
        at = ("-a", f"url={site.url}")
        assert crawl(site, tmp_path / "one").exit_code == 0
        for _ in range(2):  # the second plan asks for changes alone
            ours.run("fleet", "plan", "southfront", *at)
            ours.run("fleet", "work", "--drain")
            said = "left out of southfront: analysis-items: not archived without -a post_types=posts,analysis-items"
            assert said in ours.run("fleet", "status").splitlines()
            assert ours.status()["sites"][0]["types_left_out"] == [["analysis", "analysis-items"]]
        assert lines(tmp_path / "fleet") == lines(tmp_path / "one")

        asked = ("-a", "post_types=posts,analysis-items")
        assert crawl(site, tmp_path / "one", post_types="posts,analysis-items").exit_code == 0
        ours.run("fleet", "plan", "southfront", *at, *asked)
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "fleet") == lines(tmp_path / "one")
        assert ("article", "southfront/4010") in {key[:2] for key in lines(tmp_path / "fleet")}
        (status,) = ours.status()["sites"]
        assert (status["post_types"], status["types_left_out"]) == (["posts", "analysis-items"], [])

        site.unpublish(4010)
        assert crawl(site, tmp_path / "one", post_types="posts,analysis-items").exit_code == 0
        ours.run("fleet", "plan", "southfront", *at, *asked)
        ours.run("fleet", "work", "--drain")
        assert lines(tmp_path / "fleet") == lines(tmp_path / "one")
        assert ("article", "southfront/4010", 2) in {key[:3] for key in lines(tmp_path / "fleet")}
