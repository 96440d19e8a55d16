"""Whole crawls of sample sites on bad days: what was had, what the ledger says of the rest, and the exit code."""

import json
from pathlib import Path
from typing import Any

from tests.crawling import crawl
from tests.sites import SampleSite


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
