"""Whole crawls of sample sites on bad days: what was had, what the ledger says of the rest, and the exit code."""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.absence import MARK
from newsarchive.archive import Archive
from newsarchive.dates import wire
from tests.crawling import ROOT, UNHURRIED, Archived, crawl
from tests.sites import TRANSIENT, FaultRule, SampleSite
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


def archived(made: Archived) -> dict[str, Any]:
    """Every line's last revision without when and by which run it was read."""
    when = {
        "fetched_at",
        "capture",
        "source",
        "revision",
        "previous_hash",
        "changes",
        "near_duplicate_of",
        "similarity",
    }
    when |= {"counts", "evidence", "state_checked_at", "resolved_at"}

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: timeless(inner) for name, inner in value.items() if name not in when}
        return [timeless(inner) for inner in value] if isinstance(value, list) else value

    return {
        f"{kind} {id}": timeless(lines[-1])
        for kind in ("articles", "threads")
        for id, lines in getattr(made, kind).items()
    }


def test_with_a_fault_at_every_tenth_request_three_runs_converge_and_each_gap_is_named_before(tmp_path: Path) -> None:
    with SampleSite(n_articles=75, theme="classic", rest="off-401") as site:
        whole = crawl(site, tmp_path / "whole")
        urls = {post["id"]: post["url"] for post in site.truth()}
        site.set(faults=[FaultRule(TRANSIENT, every=10, seconds=1)])
        gaps: list[int] = []
        incidents: list[int] = []
        for _ in range(3):
            made = crawl(site, tmp_path / "faulty", "-s", "RETRY_TIMES=1")
            ledger = report(tmp_path / "faulty")
            named = {(entry["kind"], entry["url"]) for entry in ledger["missing"]["entries"]}
            lists = [problem for source in ledger["sources"] for problem in source["problems"]]
            lacking = {post: url for post, url in urls.items() if f"southfront/{post}" not in made.articles}
            assert lists or {url for url in lacking.values() if ("article", url) not in named} == set()
            assert (made.exit_code == 0) is not bool(ledger["reasons"])
            assert made.exit_code == 3 or not lacking
            gaps.append(len(lacking))
            incidents.append(ledger["incidents"]["count"])
    assert whole.exit_code == 0, whole.log[-2000:]
    assert len(urls) > 100
    assert incidents[0] > 10
    assert gaps[2] == 0
    got, wanted = archived(made), archived(whole)
    assert got.keys() == wanted.keys()
    assert [id for id in wanted if got[id] != wanted[id]] == []


def test_an_article_of_which_rest_told_but_whose_page_failed_is_read_again_by_the_next_run(tmp_path: Path) -> None:
    with SampleSite(theme="classic", articles=False, n_articles=12) as site:
        post = next(post for post in site.truth() if post["comments"])
        path = post["url"].removeprefix(site.url)
        site.set(faults=[FaultRule(("500",), path=f"^{path}")])
        first = crawl(site, tmp_path, "-s", "RETRY_TIMES=1")
        named = [(entry["kind"], entry["url"]) for entry in report(tmp_path)["missing"]["entries"]]
        site.set(faults=[])
        second = crawl(site, tmp_path)
        third = crawl(site, tmp_path)
    assert (first.exit_code, named) == (3, [("comment_thread", post["url"])])
    assert first.thread(post["id"])["complete"] is False
    assert (second.exit_code, f"GET {path}" in second.requests) == (0, True)
    assert (third.exit_code, f"GET {path}" in third.requests) == (0, False)


def test_a_redirect_that_only_adds_a_query_gives_an_article_no_other_address(tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        site.set(faults=[FaultRule(("redirect-endless",), path="^/first-of-all/$", times=1)])
        made = crawl(site, tmp_path, comments="none")
    line = made.article("4001")
    assert "GET /first-of-all/?on=1" in made.requests
    assert line["url"] == f"{site.url}/first-of-all/"
    assert [alias for alias in line["aliases"] if "on=1" in alias] == []


def test_sources_that_each_hide_three_of_a_hundred_are_joined_and_both_are_named(tmp_path: Path) -> None:
    with SampleSite(theme="classic", n_articles=120, hidden_percent={"rest": 3, "sitemap": 3}) as site:
        made = crawl(site, tmp_path, discover="all", comments="none", via="auto")
        truth = site.truth()
    assert {f"southfront/{post['id']}" for post in truth} == set(made.articles)
    missed = {source["name"]: source["missed"] for source in report(tmp_path)["sources"]}
    assert len(truth) > 140
    left_out = sum(report(tmp_path)["articles"]["left_out"].values())
    assert f"found     {len(truth) + left_out} articles listed by rest, sitemap, feed, archives\n" in made.log
    assert 1 <= missed["rest"] <= 10
    assert 1 <= missed["sitemap"] <= 10


@pytest.mark.parametrize(("source", "path"), [("feed", r"/feed/\?paged=7"), ("archives", "^/page/7/")])
def test_pagination_that_is_killed_at_page_7_makes_the_run_partial(source: str, path: str, tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401", sitemap="none", articles=False, n_articles=120) as site:
        site.set(faults=[FaultRule(("500",), path=path)])
        made = crawl(site, tmp_path, "-s", "RETRY_TIMES=1", discover=source, comments="none")
    ledger = report(tmp_path)
    assert made.exit_code == ledger["exit_code"] == 3
    assert len(made.articles) == 60
    (problem,) = ledger["sources"][0]["problems"]
    assert "7" in problem
    assert problem.endswith(": answers 500")


def test_known_articles_survive_a_parked_domain_a_login_wall_and_a_mirror_that_sends_everybody_home(
    tmp_path: Path,
) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        first = crawl(site, tmp_path, comments="none")
        for fault in ("other-domain", "login", "redirect-home"):
            site.set(faults=[FaultRule((fault,), path="^/[a-z0-9%-]+/$")])
            made = crawl(site, tmp_path, "-s", "RETRY_TIMES=1", full=1, comments="none")
            assert made.exit_code != 0, fault
            assert not [id for id, lines in made.articles.items() if lines[-1]["gone"]], fault
    assert archived(made) == archived(first)


def test_a_robots_txt_that_suddenly_forbids_everything_takes_nothing_down(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        first = crawl(site, tmp_path, comments="none")
        site.set(robots="User-agent: *\nDisallow: /\n")
        made = crawl(site, tmp_path, full=1, comments="none")
    assert made.exit_code == 4
    assert f"because   {site.url}/ is not to be crawled: its robots.txt forbids it. Ask the people" in made.log
    assert "NEWSARCHIVE_CONTACT" in made.log
    assert made.requests == ["GET /robots.txt"]
    assert archived(made) == archived(first)


def test_an_absence_seen_by_one_source_counts_on_another_day_and_a_return_is_recorded(tmp_path: Path) -> None:
    def gone(made: Archived) -> list[Any]:
        return [line["gone"] and line["gone"]["status"] for line in made.articles["southfront/4010"]]

    def suspicions(*, hours_ago: int = 0) -> int:
        """How many absences are remembered; each is made so much older."""
        with Archive(tmp_path, "southfront") as archive:
            looks = json.loads(archive.watermark(MARK) or "{}").get("southfront/4010", [])
            for look in looks:
                look["at"] = wire(datetime.fromisoformat(look["at"]) - timedelta(hours=hours_ago))
            if hours_ago:
                archive.set_watermark(MARK, json.dumps({"southfront/4010": looks}))
            return len(looks)

    with SampleSite(theme="classic", rest="off-401") as site:
        crawl(site, tmp_path, comments="none")
        site.unpublish(4010)
        first = crawl(site, tmp_path, full=1, comments="none")
        assert (first.exit_code, gone(first), suspicions()) == (0, [None], 1)
        same_day = crawl(site, tmp_path, full=1, comments="none")
        assert (same_day.exit_code, gone(same_day), suspicions(hours_ago=30)) == (0, [None], 1)
        site.set(faults=[FaultRule(("challenge", "500", "login"), path="^/[a-z0-9%-]+/$")])
        failing = crawl(site, tmp_path, "-s", "RETRY_TIMES=0", full=1, comments="none")
        assert failing.exit_code != 0
        assert gone(failing) == [None]
        site.set(faults=[])
        next_day = crawl(site, tmp_path, full=1, comments="none")
        assert (next_day.exit_code, gone(next_day), suspicions()) == (0, [None, 404], 0)
        site.set(faults=[FaultRule(("redirect-home",), path="^/[a-z0-9%-]+/$")])
        sent_home = crawl(site, tmp_path, "-s", "RETRY_TIMES=0", full=1, comments="none")
        assert sent_home.exit_code != 0
        site.set(faults=[])
        site.republish(4010)
        back = crawl(site, tmp_path, full=1, comments="none")
    assert gone(back) == [None, 404, None]
    assert back.articles["southfront/4010"][0]["text"] == back.article("4010")["text"]
    assert [id for id, lines in back.articles.items() if len(lines) > 1] == ["southfront/4010"]


def test_a_crawl_stopped_a_second_time_is_partial_and_the_next_one_makes_it_whole(tmp_path: Path) -> None:
    with SampleSite(theme="classic", faults=[FaultRule(("hang",), path="^/[a-z0-9%-]+/$", seconds=60)]) as site:
        command = [sys.executable, "-m", "scrapy", "crawl", "southfront", "-a", f"url={site.url}"]
        command += [word for name, value in UNHURRIED.items() for word in ("-s", f"{name}={value}")]
        env = os.environ | {"NEWSARCHIVE_STORE": str(tmp_path)}
        with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as stopped:
            assert stopped.stderr is not None
            while not any(target.startswith("/plan-to") for _, target in site.requests):
                assert stopped.poll() is None
                time.sleep(0.05)
            stopped.send_signal(signal.SIGINT)
            log = ""
            for line in stopped.stderr:
                log += line
                if "Closing spider" in line:
                    stopped.send_signal(signal.SIGINT)
        assert stopped.returncode == 3, log
        assert "stopped before its end (exit code 3)" in log
        site.set(faults=[])
        assert crawl(site, tmp_path).exit_code == 0
