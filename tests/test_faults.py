"""Whole crawls of sample sites on bad days: what was had, what the ledger says of the rest, and the exit code."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.crawling import crawl
from tests.sites import FaultRule, SampleSite
from tests.sites.faults import Fault


def report(store: Path) -> dict[str, Any]:
    """The ledger of the last run."""
    return json.loads(max((store / "southfront" / "reports").glob("*.json")).read_text("utf-8"))


def test_a_protected_post_is_a_reason_in_its_month_and_nothing_is_unexplained(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        months = [post.date.strftime("%Y-%m") for post in site.store.posts.values() if post.password]
        made = crawl(site, tmp_path, comments="none")
    ledger = report(tmp_path)
    assert made.exit_code == 0
    assert len(months) == ledger["articles"]["left_out"]["protected"] == 1
    (row,) = (row for row in ledger["months"] if row["left_out"])
    assert (row["month"], row["reasons"]) == (months[0], {"protected": 1})
    assert [row["unexplained"] for row in ledger["months"]] == [0] * len(ledger["months"])


@pytest.mark.parametrize("fault", ["challenge", "cut-html", "database", "empty"])
def test_a_list_of_archive_pages_that_ends_in_something_else_is_not_at_its_end(fault: Fault, tmp_path: Path) -> None:
    with SampleSite(rest="off-401", sitemap="none", feeds=False, theme="classic") as site:
        site.set(faults=[FaultRule((fault,), path="^/page/2/")])
        made = crawl(site, tmp_path, "-s", "RETRY_TIMES=1", discover="archives", comments="none")
    ledger = report(tmp_path)
    assert made.exit_code == 3
    assert "/page/2/: " in ledger["sources"][0]["problems"][0]
    assert {entry["status"] for entry in ledger["incidents"]["entries"]} == {200}
    assert all(entry["at"] for entry in ledger["incidents"]["entries"])


@pytest.mark.parametrize("fault", ["challenge", "cut-html", "database", "empty"])
def test_an_article_whose_second_page_is_something_else_is_missing_not_shorter(fault: Fault, tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        post = site.post("nextpage")
        site.set(faults=[FaultRule((fault,), path=f"/{post.slug}/2/")])
        made = crawl(site, tmp_path, "-s", "RETRY_TIMES=1", comments="none")
    assert made.exit_code == 3
    assert f"southfront/{post.id}" not in made.articles
    (missing,) = report(tmp_path)["missing"]["entries"]
    assert missing["reason"].startswith("a page of it cannot be read: ")


def test_a_page_that_would_not_be_read_to_its_end_is_missing_not_shorter(tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        site.set(faults=[FaultRule(("huge",), path="^/first-of-all/")])
        made = crawl(site, tmp_path, "-s", "DOWNLOAD_MAXSIZE=0", comments="none")
    assert made.exit_code == 3
    assert "southfront/4001" not in made.articles
    (missing,) = report(tmp_path)["missing"]["entries"]
    assert missing["reason"] == "The page is longer than the 32 MiB that are read of one"
