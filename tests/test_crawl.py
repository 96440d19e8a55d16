"""Whole crawls of the sample site, each in a process of its own, compared with what is true of it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.absence import MOST_LOOKED_FOR
from newsarchive.archive import Archive
from tests.crawling import ROOT, UNHURRIED, Archived, crawl, differences, lines_of, thread_differences
from tests.sites import TRANSIENT, FaultRule, SampleSite


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SampleSite, Path, Archived]]:
    """The sample site as it is by default, crawled once."""
    store = tmp_path_factory.mktemp("whole")
    with SampleSite() as site:
        yield site, store, crawl(site, store)


def hashes(made: Archived, kind: str) -> dict[str, list[tuple[int, str]]]:
    return {
        id: [(line["revision"], line["content_hash"]) for line in lines] for id, lines in getattr(made, kind).items()
    }


def test_a_crawl_of_a_whole_site_is_complete_and_true(whole) -> None:
    site, _, made = whole
    assert made.exit_code == 0, made.log[-3000:]
    known = ("authors", "modified_at", "tags", "images", "comments_open", "language")
    assert differences(made, site.truth(), fields=known) == []
    assert thread_differences(made, site.truth(), fields=("posted_at", "edited", "pinned")) == []


def test_the_lead_article_reads_as_a_reader_saw_it(whole) -> None:
    _, _, made = whole
    line = made.article("4107")
    assert line["title"] == "Plan To Force The Sarvo Bridge Loses Its Momentum"
    assert line["published_at"] == "2019-03-07T12:41:00Z"
    assert line["comment_count"] == 26
    assert [tweet["created_at"] for tweet in line["tweets"]] == [
        "2019-03-07T02:33:47.114Z",
        "2019-03-06T18:08:01.456Z",
        "2019-03-05T02:03:51.654Z",
    ]
    assert "Support SouthFront" not in line["text"]
    assert "MORE ON THE TOPIC" not in line["text"]
    assert len(line["related"]) >= 2
    assert all("Click to see" not in (image["caption"] or "") for image in line["images"])
    thread = made.thread("4107")
    assert (thread["declared_count"], thread["count"], thread["complete"], thread["missing"]) == (26, 26, True, None)


def test_the_lists_cost_few_requests(whole) -> None:
    site, _, made = whole
    posts, comments = len(site.truth()), sum(len(post["comments"]) for post in site.truth())
    pages = [one for one in made.requests if "wp-json" not in one and "admin-ajax" not in one]
    lists = [one for one in made.requests if "wp-json" in one]
    assert len(lists) <= 20 + (posts + comments) / 100
    assert (
        len(pages) <= posts + 3
    )  # each article's page once; robots.txt, the home page, and a cut page asked for again


def test_a_second_run_asks_little_and_writes_nothing(whole) -> None:
    site, store, first = whole
    second = crawl(site, store)
    assert second.exit_code == 0, second.log[-3000:]
    assert len(second.requests) <= 15
    assert hashes(second, "articles") == hashes(first, "articles")
    assert hashes(second, "threads") == hashes(first, "threads")


def test_reading_everything_again_finds_nothing_new(whole) -> None:
    site, store, first = whole
    again = crawl(site, store, full=1)
    assert again.exit_code == 0, again.log[-3000:]
    assert len(again.requests) >= len(first.requests) - 2
    assert hashes(again, "articles") == hashes(first, "articles")
    assert hashes(again, "threads") == hashes(first, "threads")


def test_the_same_articles_read_from_their_pages_are_no_revisions(whole) -> None:
    site, store, first = whole
    again = crawl(site, store, full=1, via="page", discover="sitemap")
    assert again.exit_code == 0, again.log[-3000:]
    more = {id: lines for id, lines in hashes(again, "articles").items() if lines != hashes(first, "articles").get(id)}
    assert more == {}


def test_nothing_of_what_is_not_public_is_asked_for_or_kept(whole) -> None:
    site, store, made = whole
    hidden = {str(post.id) for post in site.store.posts.values() if not post.public or post.password}
    assert hidden
    assert hidden.isdisjoint(id.rpartition("/")[2] for id in {*made.articles, *made.threads})
    kept = "".join(file.read_text("utf-8") for file in store.rglob("*.jsonl"))
    for post in site.store.posts.values():
        if post.password:
            assert post.password not in kept
    assert not any(
        f"post={number}" in one or f"p={number}" in one.split("&") for number in hidden for one in made.requests
    )


@pytest.mark.parametrize(
    ("options", "orphans"),
    [
        ({"theme": "classic", "rest": "off-401"}, False),
        ({"theme": "classic", "rest": "no-route", "sitemap": "yoast"}, False),
        ({"theme": "block", "rest": "off-404", "sitemap": "gz"}, False),
        ({"theme": "classic", "rest": "off-401", "sitemap": "none"}, False),
        ({"theme": "classic", "rest": "off-401", "sitemap": "none", "feeds": False}, False),
        ({"theme": "classic", "rest": "plain-permalinks"}, True),
        ({"theme": "block", "rest": "only-comments-and-users-removed"}, False),
        ({"theme": "classic", "base_path": "/blog"}, True),
        ({"theme": "southfront", "rest": "off-401"}, False),
        ({"theme": "classic", "noise": True}, True),
    ],
    ids=lambda value: "-".join(str(v).strip("/") for v in value.values()) if isinstance(value, dict) else "",
)
def test_every_kind_of_site_gives_the_same_articles(options: dict, orphans: bool, tmp_path: Path) -> None:
    with SampleSite(**options) as site:
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert made.exit_code == 0, made.log[-3000:]
    assert len(made.requests) < 3 * len(truth)
    if options["theme"] == "block":  # it prints the day alone
        truth = [post | {"published_at": made.article(post["id"])["published_at"]} for post in truth]
    assert differences(made, truth) == []
    assert thread_differences(made, truth, orphans=orphans) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"first_load_with_ajax": 0},
        {"first_load_with_ajax": 2, "load_type": 1},
        {"first_load_with_ajax": 0, "load_type": 3},
        {"first_load_with_ajax": 1, "parents_only": True},
        {"version": "7.6.13"},
        {"version": "7.6.47"},
        {"version": "7.6.54"},
    ],
    ids=str,
)
def test_every_way_wpdiscuz_loads_gives_the_same_threads(settings: dict, tmp_path: Path) -> None:
    with SampleSite(wpdiscuz=settings, theme="classic") as site:
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert made.exit_code == 0, made.log[-3000:]
    assert thread_differences(made, truth, fields=("posted_at",)) == []


def test_native_comments_are_read_page_by_page(tmp_path: Path) -> None:
    with SampleSite(comments="native", theme="classic", page_comments=True) as site:
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert made.exit_code == 0, made.log[-3000:]
    for post in truth:  # without the plugin its pictures are not there, and pingbacks stand as WordPress writes them
        for comment in post["comments"]:
            if comment["images"] or comment["kind"] != "comment":
                comment.update(
                    {
                        name: made_comment[name]
                        for made_comment in made.thread(post["id"])["comments"]
                        if made_comment["id"] == comment["id"]
                        for name in ("images", "links", "text")
                    }
                )
    assert thread_differences(made, truth) == []


def test_a_fault_at_every_tenth_request_costs_nothing(whole, tmp_path: Path) -> None:
    _, _, first = whole
    with SampleSite() as site:
        site.set(faults=[FaultRule(TRANSIENT, every=10, seconds=1)])
        for _ in range(3):
            made = crawl(site, tmp_path)
    assert made.exit_code == 0, made.log[-3000:]
    without_host = [
        {id: [revision for revision, _ in lines] for id, lines in hashes(one, "articles").items()}
        for one in (made, first)
    ]
    assert without_host[0] == without_host[1]
    assert differences(made, site.truth()) == []
    assert {id: made.threads[id][-1]["count"] for id in made.threads} == {
        id: first.threads[id][-1]["count"] for id in first.threads
    }


def test_a_list_that_breaks_off_makes_the_run_partial(tmp_path: Path) -> None:
    with SampleSite(rest="off-401", sitemap="none", theme="classic") as site:
        site.set(faults=[FaultRule(("500",), path=r"/feed/\?paged=2")])
        made = crawl(site, tmp_path, discover="feed")
    assert made.exit_code == 3
    assert "feed/?paged=2: answers 500" in made.log
    assert len(made.articles) == 10


def test_sources_that_each_hide_some_are_joined_and_named(tmp_path: Path) -> None:
    with SampleSite(theme="classic", hidden_percent={"rest": 10, "sitemap": 10}) as site:
        made = crawl(site, tmp_path, discover="all", comments="none")
        truth = site.truth()
    assert differences(made, truth) == []
    missed = next(line for line in made.log.splitlines() if line.strip().startswith("missed"))
    assert "rest lacks 0" not in missed
    assert "sitemap lacks 0" not in missed


def test_only_named_articles_are_read_and_rubbish_is_named(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    with SampleSite(theme="classic") as site:
        file.write_text(
            f"{site.url}/grain-ships-wait-off-the-bar/\nnot an address\nhttps://elsewhere.example/x/\n{site.url}/no-such/\n"
        )
        made = crawl(site, tmp_path / "archive", urls=file)
    assert set(made.articles) == {"southfront/4010"}
    assert made.exit_code == 3
    assert "'not an address' is no address of" in made.log
    assert "There is no such page (1)" in made.log


def test_bounds_and_limit_narrow_a_run(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        some = crawl(site, tmp_path / "a", since="2019-01-01", until="2019-02-24", comments="none")
        few = crawl(site, tmp_path / "b", limit=3, comments="none")
        truth = site.truth()
    wanted = {f"southfront/{post['id']}" for post in truth if "2019-01-01" <= post["published_at"] < "2019-02-24"}
    assert set(some.articles) == wanted
    assert len(few.articles) == 3
    (ledger,) = (json.loads(path.read_text("utf-8")) for path in (tmp_path / "b/southfront/reports").glob("*.json"))
    assert ledger["narrowed"] == ["limit"]
    assert (ledger["articles"]["unexplained"], ledger["completeness"]["articles"]) == (0, None)


def test_a_narrowed_run_says_nothing_about_the_rest(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path, limit=3, comments="none")
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert made.exit_code == 0
    assert differences(made, truth) == []
    assert thread_differences(made, truth) == []


def test_rest_lists_alone_give_threads_that_claim_no_proof(tmp_path: Path) -> None:
    with SampleSite() as site:
        made = crawl(site, tmp_path, via="rest", comments="rest")
        truth = site.truth()
    assert len(made.requests) <= 20
    assert differences(made, truth) == []
    for post in truth:
        thread = made.thread(post["id"])
        assert {one["id"] for one in thread["comments"]} == {one["id"] for one in post["comments"] if one["in_rest"]}
        assert thread["complete"] is False


def test_what_changes_between_runs_is_followed(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path)
        site.edit(4010, title="Grain Ships Sail At Last")
        site.add_comment(4107, "I read this only now.", author="A Late Reader")
        made = crawl(site, tmp_path)
    assert made.exit_code == 0, made.log[-3000:]
    assert [line["revision"] for line in made.articles["southfront/4010"]] == [1, 2]
    assert made.article("4010")["title"] == "Grain Ships Sail At Last"
    assert made.article("4010")["silent"] is False
    thread = made.thread("4107")
    assert (thread["revision"], thread["count"], thread["complete"]) == (2, 27, True)
    assert len(thread["changes"]["added"]) == 1
    assert sum(len(lines) for lines in made.articles.values()) == len(made.articles) + 1
    assert sum(len(lines) for lines in made.threads.values()) == len(made.threads) + 1


def test_pages_of_enormous_size_and_depth_cost_only_themselves(tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        site.set(
            faults=[
                FaultRule(("huge",), path="^/first-of-all/"),
                FaultRule(("deep",), path="^/grain-ships"),
                FaultRule(("wrong-charset",), path="^/what-the-toll"),
            ]
        )
        made = crawl(site, tmp_path)
        truth = site.truth()
    assert made.exit_code == 3
    assert (
        "larger than DOWNLOAD_MAXSIZE allows (2)" in made.log or "larger than DOWNLOAD_MAXSIZE allows (1)" in made.log
    )
    kept = set(made.articles)
    assert {f"southfront/{post['id']}" for post in truth if post["id"] not in {"4001", "4010"}} <= kept
    assert "southfront/4001" not in kept


def test_scrapys_own_feed_gets_every_item(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        made = crawl(site, tmp_path / "archive", "-O", f"{tmp_path}/feed.jsonl:jsonlines")
    feed = [json.loads(line) for line in (tmp_path / "feed.jsonl").read_text("utf-8").splitlines()]
    assert {(line["type"], line["id"]) for line in feed} == {("article", id) for id in made.articles} | {
        ("comment_thread", id) for id in made.threads
    }
    kept = made.article("4107")
    assert next(line for line in feed if line["id"] == kept["id"] and line["type"] == "article") == kept


def run(*arguments: str, store: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments]
    for name, value in UNHURRIED.items():
        command += ["-s", f"{name}={value}"]
    env = os.environ | {"NEWSARCHIVE_STORE": str(store)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nosuch"], 2, "there is no spider nosuch; there are"),
        (["wordpress"], 2, "-a url=…: the wordpress spider takes the address of a site"),
        (["southfront", "-a", "limit=none"], 2, "-a limit=none: takes a whole number from 1 up"),
        (["southfront", "-a", "since=last week"], 2, "-a since=last week: takes a date"),
        (["southfront", "-a", "url=http://127.0.0.1:9/"], 5, "http://127.0.0.1:9/ cannot be reached"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_what_cannot_work_says_so_and_exits_non_zero(
    arguments: list[str], code: int, says: str, tmp_path: Path
) -> None:
    done = run(*arguments, store=tmp_path)
    assert done.returncode == code, done.stderr[-2000:]
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert lines_of(tmp_path, "southfront", "articles") == {}


def test_a_site_that_is_no_wordpress_says_so(tmp_path: Path) -> None:
    with SampleSite(base_path="/blog") as site:  # the root of its host is another kind of site
        done = run("wordpress", "-a", f"url={site.root}/", store=tmp_path)
    assert done.returncode == 5, done.stderr[-2000:]
    assert "does not look like WordPress" in done.stderr


def test_a_site_behind_a_challenge_is_refused_not_archived(tmp_path: Path) -> None:
    with SampleSite() as site:
        site.set(faults=[FaultRule(("challenge",))])
        made = crawl(site, tmp_path)
    assert made.exit_code == 4, made.log[-2000:]
    assert made.articles == {}


def test_the_contact_is_in_the_user_agent(tmp_path: Path) -> None:
    contact = "NEWSARCHIVE_CONTACT=https://example.org/us"
    with SampleSite() as site:
        done = run("southfront", "-a", f"url={site.url}", "-a", "limit=1", "-s", contact, store=tmp_path)
        agents = set(site.user_agents)
    assert done.returncode == 0, done.stderr[-2000:]
    assert agents == {"newsarchive/0.1.0 (+https://example.org/us)"}


def test_a_takedown_and_a_return_are_recorded(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path)
        site.unpublish(4010)
        taken = crawl(site, tmp_path)
        again = crawl(site, tmp_path)
        site.republish(4010)
        back = crawl(site, tmp_path)
    assert [taken.exit_code, again.exit_code, back.exit_code] == [0, 0, 0]
    assert [line["gone"] and line["gone"]["status"] for line in back.articles["southfront/4010"]] == [None, 401, None]
    assert taken.article("4010")["text"] == back.articles["southfront/4010"][0]["text"]
    assert "  absent    1 taken down\n  articles  0 read: 0 new, 0 changed, 0 unchanged\n" in taken.log
    assert len(again.requests) <= 15
    assert sum(len(lines) for lines in back.articles.values()) == len(back.articles) + 2


def hide_from_rest(site: SampleSite) -> None:
    """REST answers 200 with empty lists that count nothing, as a plugin makes it."""
    whole_answer = site.answers.answer

    def hidden(request: Any) -> Any:
        answer = whole_answer(request)
        if "/wp/v2/posts" in request.target or "/wp/v2/comments" in request.target:
            answer.body, answer.status = b"[]", 200
            answer.headers = [one for one in answer.headers if not one[0].lower().startswith("x-wp-")]
        return answer

    site.answers.answer = hidden  # type: ignore[method-assign]


def test_where_rest_lists_nothing_the_next_source_is_asked(tmp_path: Path) -> None:
    with SampleSite() as site:
        hide_from_rest(site)
        made = crawl(site, tmp_path, comments="none")
        truth = site.truth()
    assert made.exit_code == 0, made.log[-3000:]
    assert ids(made) == {post["id"] for post in truth}
    assert "listed by sitemap" in made.log


def test_a_site_without_any_article_is_broken_and_no_page_of_it_is_taken_for_one(tmp_path: Path) -> None:
    with SampleSite() as site:
        for post in list(site.store.listed()):
            site.unpublish(post.id)
        made = crawl(site, tmp_path)
    assert made.exit_code == 5
    assert (
        "no source lists any article (rest: it lists no article at all; sitemap: it lists no article at all" in made.log
    )
    assert made.articles == {}


@pytest.mark.parametrize("hidden", [True, False], ids=["empty", "off"])
def test_what_only_rest_tells_is_not_lost_while_it_is_away(hidden: bool, tmp_path: Path) -> None:
    def mark(name: str) -> str:
        with Archive(tmp_path, "southfront") as archive:
            return archive.watermark(name) or ""

    with SampleSite() as site:
        crawl(site, tmp_path)
        since = mark("threads")
        whole_answer = site.answers.answer
        if hidden:
            hide_from_rest(site)
        else:
            site.set(rest="off-401")
        site.edit(4010, "Edited while REST listed nothing.")
        site.add_comment(4107, "Said while REST listed nothing.")
        away = [crawl(site, tmp_path) for _ in range(3)]
        assert mark("threads") > since  # the other sources are not asked for the same again each night, and REST is
        assert "" < mark("rest_since") < since
        site.answers.answer = whole_answer  # type: ignore[method-assign]
        site.set(rest="on")
        back = crawl(site, tmp_path)
    assert back.exit_code == 0, back.log[-3000:]
    assert (mark("rest_since"), mark("comments_since")) == ("", "")
    assert not [one for one in away[2].requests if "wp-json" not in one and "bridge" in one]
    assert not [id for id, lines in away[-1].articles.items() if lines[-1]["gone"]]
    assert "Edited while REST listed nothing." in back.article("4010")["text"]
    assert "Said while REST listed nothing." in [one["text"] for one in back.thread("4107")["comments"]]


def test_what_is_taken_down_while_rest_lists_nothing_is_found_once_it_lists_again(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path, comments="none")
        whole_answer = site.answers.answer
        hide_from_rest(site)
        away = crawl(site, tmp_path, comments="none")
        again = crawl(site, tmp_path, comments="none")
        site.answers.answer = whole_answer  # type: ignore[method-assign]
        site.unpublish(4010)
        back = crawl(site, tmp_path, comments="none")
    assert [made.exit_code for made in (away, again, back)] == [0, 0, 0]
    assert len(again.requests) <= 15
    assert not [id for id, lines in again.articles.items() if lines[-1]["gone"]]
    assert [id for id, lines in back.articles.items() if lines[-1]["gone"]] == ["southfront/4010"]


def test_threads_that_a_new_theme_has_no_place_for_are_missing_once_and_keep_their_lines(tmp_path: Path) -> None:
    with SampleSite() as site:
        first = crawl(site, tmp_path)
        site.set(rest="only-comments-and-users-removed")
        whole_answer = site.answers.answer

        def without_threads(request: Any) -> Any:
            answer = whole_answer(request)
            place = rb'<div[^>]+id="(comments|wpdcom)".*?(?=<footer|<aside|</main|</body)'
            answer.body = re.sub(rb"(?i)wpdiscuz|comments?", b"xx", re.sub(place, b"", answer.body, flags=re.DOTALL))
            return answer

        site.answers.answer = without_threads  # type: ignore[method-assign]
        made = crawl(site, tmp_path, full=1)
        after = crawl(site, tmp_path, full=1)
    assert (first.exit_code, made.exit_code) == (0, 3)
    assert "declared comments are missing, mostly: the page has no place for comments" in made.log
    assert "declared comments" not in after.log
    assert hashes(after, "threads") == hashes(first, "threads")
    assert hashes(made, "threads") == hashes(first, "threads")


def test_comments_that_rest_alone_was_asked_for_may_be_removed(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path, via="rest")
        for comment in list(site.comments(4010)):
            site.remove_comment(comment.id)
        made = crawl(site, tmp_path, via="rest", full=1)
    assert made.exit_code == 0, made.log[-3000:]


@pytest.mark.parametrize("rest", ["on", "off-401"])
def test_a_new_comment_of_an_article_that_was_edited_as_well_is_read(rest: str, tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest=rest, sitemap="yoast") as site:
        crawl(site, tmp_path)
        site.edit(4107, "Edited.")
        site.add_comment(4107, "Why was this edited?")
        made = crawl(site, tmp_path)
    assert made.exit_code == 0, made.log[-3000:]
    assert "Edited." in made.article("4107")["text"]
    assert "Why was this edited?" in [one["text"] for one in made.thread("4107")["comments"]]
    assert len(made.articles["southfront/4107"]) == len(made.threads["southfront/4107"]) == 2


def test_a_thread_that_two_lists_name_is_read_once(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path)
        with Archive(tmp_path, "southfront") as archive:
            archive.set_watermark("again", json.dumps(["southfront/4107"]))
        made = crawl(site, tmp_path, discover="sitemap")
    assert made.exit_code == 0, made.log[-3000:]
    assert "threads   1 read" in made.log


@pytest.mark.parametrize("rest", ["on", "off-401"])
def test_a_silent_edit_is_seen_when_the_thread_is_read_again(rest: str, tmp_path: Path) -> None:
    with SampleSite(rest=rest) as site:
        crawl(site, tmp_path)
        site.silent_edit(4107, "Nobody is told of this.")
        site.silent_edit(4010, "Nor of this, until its thread is due.")
        site.add_comment(4107, "Has the text changed?")
        made = crawl(site, tmp_path)
    assert made.exit_code == 0, made.log[-3000:]
    assert [line["silent"] for line in made.articles["southfront/4107"]] == [None, True]
    assert "Nobody is told of this." in made.article("4107")["text"]
    assert [id for id, lines in made.articles.items() if len(lines) > 1] == ["southfront/4107"]
    assert len(made.requests) <= 15


def test_an_article_is_not_read_again_in_another_way_than_before(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path)
        site.set(rest="off-401")
        site.add_comment(4107, "REST is off today.")
        made = crawl(site, tmp_path)
    assert "articles  0 read" in made.log
    assert made.thread("4107")["revision"] == 2


def test_a_listed_article_whose_page_is_not_there_is_missed_in_every_run(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        path = next(post["url"] for post in site.truth() if post["id"] == "4010").removeprefix(site.url)
        first = crawl(site, tmp_path)
        site.set(faults=[FaultRule(("soft-404",), path=f"^{path}$")])
        second = crawl(site, tmp_path, full=1)
    assert (first.exit_code, second.exit_code) == (0, 3)
    assert "1 article or thread is missing: its page says that it is not there, and REST that it is" in second.log
    assert all(line["gone"] is None for line in second.articles["southfront/4010"])


def test_a_site_that_fails_is_no_wave_of_takedowns(tmp_path: Path) -> None:
    with SampleSite(theme="classic", rest="off-401") as site:
        first = crawl(site, tmp_path)
        site.set(faults=[FaultRule(("soft-404",), path="^/[a-z0-9%-]+/$")])
        failing = crawl(site, tmp_path, full=1)
    assert first.exit_code == 0
    assert failing.exit_code != 0
    assert hashes(failing, "articles") == hashes(first, "articles")


def test_a_site_that_lists_nothing_any_more_is_partial_in_every_run_until_its_word_is_taken(tmp_path: Path) -> None:
    with SampleSite(theme="classic") as site:
        crawl(site, tmp_path, comments="none")
        for post in list(site.store.listed()):
            site.unpublish(post.id)
        runs = [crawl(site, tmp_path, comments="none") for _ in range(3)]
        believed = crawl(site, tmp_path, "-s", "NEWSARCHIVE_ABSENT_SHARE=1", comments="none")
        after = crawl(site, tmp_path, comments="none")
    assert [made.exit_code for made in runs] == [3, 3, 3]
    assert "29 articles or threads are missing: the site says of too many that they are not there" in runs[2].log
    assert not [id for id, lines in runs[2].articles.items() if lines[-1]["gone"]]
    assert (believed.exit_code, after.exit_code) == (0, 0)
    assert all(lines[-1]["gone"] for lines in after.articles.values())
    assert len(after.requests) <= 15


@pytest.mark.slow
def test_a_large_site_that_lists_nothing_any_more_has_taken_nothing_down(tmp_path: Path) -> None:
    with SampleSite(theme="classic", articles=False, n_articles=MOST_LOOKED_FOR + 550, comments_per_article=0) as site:
        crawl(site, tmp_path, comments="none")
        for post in list(site.store.listed()):
            site.unpublish(post.id)
        made = crawl(site, tmp_path, comments="none")
    assert made.exit_code == 3
    assert not [id for id, lines in made.articles.items() if lines[-1]["gone"]]


@pytest.mark.slow
def test_takedowns_that_one_run_has_no_time_for_are_recorded_by_the_next(tmp_path: Path) -> None:
    with SampleSite(theme="classic", articles=False, n_articles=MOST_LOOKED_FOR * 4, comments_per_article=0) as site:
        crawl(site, tmp_path, comments="none")
        for post in list(site.store.listed())[: MOST_LOOKED_FOR + 20]:
            site.unpublish(post.id)
        runs = [crawl(site, tmp_path, comments="none") for _ in range(3)]
    assert [made.exit_code for made in runs] == [0, 0, 0]
    gone = [sum(1 for lines in made.articles.values() if lines[-1]["gone"]) for made in runs]
    assert gone == [MOST_LOOKED_FOR, MOST_LOOKED_FOR + 20, MOST_LOOKED_FOR + 20]
    assert "  absent    200 taken down, 20 to be looked for again" in runs[0].log
    assert len(runs[2].requests) <= 10


@pytest.mark.slow
def test_articles_that_rest_has_no_list_of_are_looked_for_once_each(tmp_path: Path) -> None:
    with SampleSite(theme="classic", articles=False, n_articles=MOST_LOOKED_FOR + 40, comments_per_article=0) as site:
        posts = [post.id for post in site.store.listed()]
        for number in posts[10:]:
            site.silent_edit(number, type="analysis")
        crawl(site, tmp_path, comments="none", discover="sitemap", via="page")
        runs = [crawl(site, tmp_path, comments="none") for _ in range(3)]
        site.unpublish(posts[0])
        site.unpublish(posts[10])
        runs += [crawl(site, tmp_path, comments="none") for _ in range(3)]
    assert [made.exit_code for made in runs] == [0] * 6
    assert [len(made.requests) > MOST_LOOKED_FOR for made in runs] == [True, False, False, True, False, False]
    assert len(runs[2].requests) <= 10 >= len(runs[5].requests)
    gone = {id for id, lines in runs[-1].articles.items() if lines[-1]["gone"]}
    assert gone == {f"southfront/{posts[0]}", f"southfront/{posts[10]}"}


ANALYSES = (4010, 4011)
"""Posts that are made entries of a type of the site's own."""


def of_two_types(**options: Any) -> SampleSite:
    site = SampleSite(theme="classic", **options)
    for number in ANALYSES:
        site.silent_edit(number, type="analysis")
    return site


def ids(made: Archived) -> set[str]:
    return {id.rpartition("/")[2] for id in made.articles}


@pytest.mark.parametrize("sitemap", ["core", "yoast"])
def test_types_that_are_not_archived_are_named(sitemap: str, tmp_path: Path) -> None:
    with of_two_types(sitemap=sitemap, empty_types=("podcast",)) as site:
        truth = {post["id"] for post in site.truth()}
        made = crawl(site, tmp_path, comments="none")
        again = crawl(site, tmp_path, comments="none")
    assert made.exit_code == 0, made.log[-3000:]
    assert ids(made) == truth - {"4010", "4011"}
    said = "analysis-items: not archived without -a post_types=posts,analysis-items"
    assert f"  besides   {said}\n" in made.log
    asked = [one for one in made.requests if "/types" in one or "sitemap" in one]
    assert len(asked) == 2
    # The next one asks for changes alone, and does not look again: it goes by what this one saw.
    assert not [one for one in again.requests if "/types" in one or "sitemap" in one]
    assert f"  besides   {said}\n" in again.log
    folder = tmp_path / "southfront/reports"
    reports = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.json"))]
    left = {"asked": ["posts"], "left_out": [{"name": "analysis", "rest": "analysis-items"}]}
    assert [(report["incremental"], report["post_types"]) for report in reports] == [(False, left), (True, left)]
    assert all(f"<li>{said}</li>" in path.read_text("utf-8") for path in folder.glob("*.html"))


def test_types_that_are_asked_for_are_archived_and_kept_current(tmp_path: Path) -> None:
    with of_two_types() as site:
        truth = site.truth()
        first = crawl(site, tmp_path, post_types="post,analysis-items")
        second = crawl(site, tmp_path, post_types="post,analysis-items")
        site.edit(4010, "A late word of the author.")
        third = crawl(site, tmp_path, post_types="post,analysis-items")
    assert first.exit_code == 0, first.log[-3000:]
    assert differences(first, truth) == []
    assert thread_differences(first, truth) == []
    assert "besides" not in first.log
    assert len([one for one in first.requests if "/types" in one]) == 1
    assert "besides" not in third.log
    assert (second.exit_code, third.exit_code) == (0, 0)
    assert len(second.requests) <= 15
    assert hashes(second, "articles") == hashes(first, "articles")
    assert "A late word of the author." in third.article("4010")["text"]


def test_a_type_that_is_asked_for_later_is_read_whole_and_none_is_lost_that_is_left_out_again(tmp_path: Path) -> None:
    with of_two_types() as site:
        truth = {post["id"] for post in site.truth()}
        crawl(site, tmp_path, comments="none")
        both = crawl(site, tmp_path, comments="none", post_types="posts,analysis-items")
        path = next(post["url"] for post in site.truth() if post["id"] == "4010").removeprefix(site.url)
        site.set(faults=[FaultRule(("soft-404",), path=f"^{path}$")])
        alone = crawl(site, tmp_path, comments="none", full=1)
    assert both.exit_code == 0, both.log[-3000:]
    assert ids(both) == truth
    assert alone.exit_code == 0, alone.log[-3000:]
    assert all(line["gone"] is None for lines in alone.articles.values() for line in lines)
    assert not [one for one in alone.requests if path in one or "/wp-json/wp/v2/analysis-items/4010" in one]


def test_an_entry_that_is_taken_down_is_found_to_be_so_by_a_run_that_leaves_its_type_out(tmp_path: Path) -> None:
    with of_two_types() as site:
        crawl(site, tmp_path, comments="none", post_types="posts,analysis-items")
        before = crawl(site, tmp_path, comments="none")
        site.unpublish(4010)
        after = crawl(site, tmp_path, comments="none")
    assert [line["gone"] for line in before.articles["southfront/4010"]] == [None]
    assert after.exit_code == 0, after.log[-3000:]
    assert "  absent    1 taken down\n" in after.log
    assert [bool(line["gone"]) for line in after.articles["southfront/4010"]] == [False, True]
    assert [line["gone"] for line in after.articles["southfront/4011"]] == [None]
    # Besides the lists and counts of both types, its page and what REST says of it under either.
    assert len([one for one in after.requests if "4011" in one]) == 0


def test_a_run_by_feeds_names_the_types_that_they_leave_out(tmp_path: Path) -> None:
    with of_two_types() as site:
        made = crawl(site, tmp_path, comments="none", discover="feed")
        by_sitemap = crawl(site, tmp_path / "other", comments="none", discover="sitemap")
    assert "  besides   analysis: not archived without -a discover=sitemap\n" in made.log
    assert "besides" not in by_sitemap.log
    assert {"4010", "4011"} <= ids(by_sitemap)


def test_a_type_that_rest_does_not_know_is_refused_before_any_article(tmp_path: Path) -> None:
    with of_two_types() as site:
        made = crawl(site, tmp_path, post_types="post,anaylsis-items")
    assert (made.exit_code, made.articles) == (2, {})
    assert "REST lists no articles as anaylsis-items; there are analysis-items, pages, posts" in made.log
