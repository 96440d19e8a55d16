"""Whole crawls against the stand-in, in processes of their own."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tweets.standin import Fact, World, serve, snowflake

ROOT = Path(__file__).parents[2]
FAST = {"NEWSARCHIVE_TWEET_PACE": 0, "NEWSARCHIVE_TWEET_BATCH_SECONDS": 0.2, "NEWSARCHIVE_TWEET_BUDGET_SECONDS": 5}
SEED = {
    "1103483853686165505": "2019-03-07T02:33:47.114Z",
    "1103356574771437568": "2019-03-06T18:08:01.456Z",
    "1102751547249909761": "2019-03-05T02:03:51.654Z",
}


def _environment():
    own = {name: value for name, value in os.environ.items() if not name.startswith(("NEWSARCHIVE_", "X_BEARER"))}
    return {**own, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def crawl(tmp_path, articles, settings, **more):
    """A crawl that yields these articles; gives the process, ended."""
    plan = tmp_path / "plan.json"
    plan.write_text(
        json.dumps({"articles": articles, "settings": {"NEWSARCHIVE_STORE": str(tmp_path / "archive"), **settings}})
    )
    run = subprocess.run(
        [sys.executable, "-m", "tests.tweets.crawling", str(plan)],
        cwd=tmp_path, env=_environment(), capture_output=True, text=True, timeout=120, check=False, **more,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run


def sweep(tmp_path, settings, *arguments):
    """``scrapy crawl tweets``; gives the process, ended."""
    options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "tweets", *options, "-s", f"NEWSARCHIVE_STORE={tmp_path / 'archive'}", *arguments],
        cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def lines(tmp_path, kind):
    """The archived lines of a kind."""
    parts = sorted((tmp_path / "archive").glob(f"*/{kind}/**/*.jsonl")) + sorted(
        (tmp_path / "archive").glob(f"*/open/{kind}*")
    )
    return [json.loads(line) for part in parts for line in part.read_text().splitlines()]


@pytest.fixture
def world():
    return World().add(*(Fact(tweet_id, handle="seed_account", text=f"Seed {n}") for n, tweet_id in enumerate(SEED)))


def _article(*ids):
    return "".join(f"<p>https://twitter.com/seed_account/status/{each}</p>" for each in ids)


@pytest.mark.slow
def test_an_article_leaves_the_crawl_with_its_tweets_filled(tmp_path, world):
    with serve(world) as base:
        crawl(tmp_path, [[1, _article(*SEED)]], {**world.settings(base), **FAST})
    [article] = lines(tmp_path, "articles")
    assert {tweet["id"]: tweet["created_at"] for tweet in article["tweets"]} == SEED
    assert [tweet["text"] for tweet in article["tweets"]] == ["Seed 0", "Seed 1", "Seed 2"]
    assert {(tweet["state"], tweet["resolver"], tweet["author_name"]) for tweet in article["tweets"]} == {
        ("available", "xapi", "Some Account")
    }
    assert len([path for host, path in world.asked if host == "xapi"]) == 1
    assert [path for host, path in world.asked if path == "/robots.txt"] == []


@pytest.mark.slow
def test_the_token_stands_nowhere(tmp_path, world):
    with serve(world) as base:
        run = crawl(tmp_path, [[1, _article(*SEED)]], {**world.settings(base), **FAST, "LOG_LEVEL": "DEBUG"})
    assert world.token not in run.stdout + run.stderr
    for path in (tmp_path / "archive").rglob("*"):
        assert not path.is_file() or world.token.encode() not in path.read_bytes()


@pytest.mark.slow
def test_without_resolvers_the_page_itself_is_the_source(tmp_path, world):
    quote = (
        '<blockquote class="twitter-tweet"><p lang="en">Quoted words</p>&mdash; Seed (@seed_account) '
        '<a href="https://twitter.com/seed_account/status/1103483853686165505">March 7, 2019</a></blockquote>'
    )
    articles = [[1, quote], [2, _article("1103483853686165505")]]
    with serve(world) as base:
        crawl(tmp_path, articles, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"})
    for article in lines(tmp_path, "articles"):
        [tweet] = article["tweets"]
        assert (tweet["state"], tweet["text"], tweet["resolver"]) == ("archived", "Quoted words", "markup")
    assert world.asked == []


@pytest.mark.slow
def test_hosts_that_do_not_answer_cost_no_article_and_no_more_than_the_budget(tmp_path, world):
    world.statuses = {"xapi": ["drop"] * 500, "oembed": [503] * 500, "wayback": [500] * 500}
    articles = [[n, _article(snowflake(n))] for n in range(20)]
    with serve(world) as base:
        started = time.monotonic()
        crawl(tmp_path, articles, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_BUDGET_SECONDS": 1})
    assert time.monotonic() - started < 30
    archived = lines(tmp_path, "articles")
    assert len(archived) == 20
    assert {tweet["state"] for article in archived for tweet in article["tweets"]} == {"unresolved"}


@pytest.mark.slow
def test_a_host_that_hangs_holds_up_neither_the_articles_nor_the_end_of_the_crawl(tmp_path, world):
    over = threading.Event()
    world._xapi = world._oembed = world._wayback = lambda *request: over.wait(60) and None
    articles = [[n, _article(snowflake(n))] for n in range(20)]
    with serve(world) as base:
        started = time.monotonic()
        run = crawl(tmp_path, articles, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_BUDGET_SECONDS": 1})
        seconds = time.monotonic() - started
        over.set()
    assert seconds < 40  # some start-up, and the one request under way: seven seconds
    assert len(lines(tmp_path, "articles")) == 20
    assert {host for host, _ in world.asked} == {"xapi"}
    assert " ERROR: " not in run.stderr


@pytest.mark.slow
def test_a_second_crawl_asks_nothing_that_is_answered(tmp_path, world):
    with serve(world) as base:
        settings = {**world.settings(base), **FAST}
        crawl(tmp_path, [[1, _article(*SEED)]], settings)
        asked = len(world.asked)
        crawl(tmp_path, [[2, _article(*SEED)]], settings)
    assert len(world.asked) == asked
    assert all(tweet["state"] == "available" for article in lines(tmp_path, "articles") for tweet in article["tweets"])


@pytest.mark.slow
def test_pictures_are_downloaded_only_where_a_setting_asks_for_it(tmp_path, world):
    with serve(world) as base:
        fact = Fact(snowflake(1), handle="seed_account", picture=f"{base}/media/picture.jpg")
        world.add(fact)
        settings = {**world.settings(base), **FAST}
        crawl(tmp_path, [[1, _article(fact.id)]], settings)
        assert [host for host, _ in world.asked] == ["xapi"]
        place = tmp_path / "media"
        more = {"NEWSARCHIVE_TWEET_MEDIA": str(place), "NEWSARCHIVE_TWEET_MEDIA_HOSTS": "127.0.0.1"}
        crawl(tmp_path, [[2, _article(fact.id)]], {**settings, **more})
    assert [path.read_bytes() for path in place.glob("full/*.jpg")] == [b"a picture"]
    assert {tweet["media"][0]["url"] for line in lines(tmp_path, "articles") for tweet in line["tweets"]} == {
        fact.picture
    }


@pytest.mark.slow
def test_the_sweep_writes_a_line_a_tweet_and_a_revision_only_for_what_matters(tmp_path, world):
    gone = Fact(snowflake(5), handle="seed_account", state="deleted", archived="json", text="Gone words")
    world.add(gone)
    with serve(world) as base:
        settings = {**world.settings(base), **FAST}
        crawl(tmp_path, [[1, _article(*SEED, gone.id)]], {**settings, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"})
        run = sweep(tmp_path, settings)
        assert run.returncode == 0, run.stderr
        assert "available" in run.stderr
        assert "75.0%" in run.stderr
        written = {line["id"]: line for line in lines(tmp_path, "tweets")}
        assert set(written) == {*SEED, gone.id}
        assert (written[gone.id]["state"], written[gone.id]["text"], written[gone.id]["source"]) == (
            "deleted",
            "Gone words",
            "wayback",
        )
        assert written[gone.id]["urls_seen"] == [f"https://twitter.com/seed_account/status/{gone.id}"]
        asked = len(world.asked)
        assert sweep(tmp_path, settings).returncode == 0
        assert len(world.asked) == asked
        assert sweep(tmp_path, settings, "-a", f"ids={gone.id}").returncode == 0
        assert len(world.asked) > asked
    assert len(lines(tmp_path, "tweets")) == 4


@pytest.mark.slow
def test_the_sweep_writes_what_a_crawl_of_articles_has_been_answered(tmp_path, world):
    with serve(world) as base:
        settings = {**world.settings(base), **FAST}
        crawl(tmp_path, [[1, _article(*SEED)]], settings)
        asked = len(world.asked)
        assert sweep(tmp_path, settings).returncode == 0
        assert {line["id"]: line["state"] for line in lines(tmp_path, "tweets")} == dict.fromkeys(SEED, "available")
        assert sweep(tmp_path, settings).returncode == 0
    assert len(world.asked) == asked
    assert len(lines(tmp_path, "tweets")) == 3


@pytest.mark.slow
def test_the_sweep_takes_a_limit_and_a_state(tmp_path, world):
    facts = [Fact(snowflake(n), handle="seed_account") for n in range(10)]
    world.add(*facts)
    articles = [[0, _article(*(fact.id for fact in facts))], [1, _article(facts[7].id)]]
    with serve(world) as base:
        settings = {**world.settings(base), **FAST}
        crawl(tmp_path, articles, {**settings, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"})
        sweep(tmp_path, settings, "-a", "limit=1")
        assert set(world.ids_asked) == {("xapi", facts[7].id)}  # the most referenced
        sweep(tmp_path, settings, "-a", "state=deleted")
        assert len(world.ids_asked) == 1
    assert sweep(tmp_path, settings, "-a", "state=nonsense").returncode != 0


@pytest.mark.slow
def test_the_sweep_says_by_its_exit_code_how_it_went(tmp_path, world):
    quote = (
        '<blockquote class="twitter-tweet"><p lang="en">Quoted words</p>&mdash; Seed (@seed_account) '
        '<a href="https://twitter.com/seed_account/status/1103483853686165505">March 7, 2019</a></blockquote>'
    )
    with serve(world) as base:
        settings = {**world.settings(base), **FAST}
        noted = {**settings, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"}
        crawl(tmp_path, [[1, quote + _article(*list(SEED)[1:])]], noted)
        run = sweep(tmp_path, settings, "-a", "site=nowhere")
        assert (run.returncode, run.stderr.splitlines()[-1]) == (
            2,
            "scrapy crawl: -a site=nowhere: tweets were met on quoting; name one",
        )
        world.statuses = {"xapi": [401] * 9, "oembed": [403] * 9, "wayback": [403] * 9}
        run = sweep(tmp_path, settings)
        assert run.returncode == 3
        assert "about 3 tweets nobody has answered" in run.stderr
        world.statuses = {}
        (tmp_path / "archive" / "quoting").rename(tmp_path / "aside")
        (tmp_path / "archive" / "quoting").write_text("no directory")
        assert sweep(tmp_path, settings).returncode == 6
        (tmp_path / "archive" / "quoting").unlink()
        (tmp_path / "aside").rename(tmp_path / "archive" / "quoting")
        assert sweep(tmp_path, settings).returncode == 0
        _at_once(_command(tmp_path, "other", [[1, quote]], noted))
        run = sweep(tmp_path, settings)
        assert (run.returncode, run.stderr.splitlines()[-1]) == (
            2,
            "scrapy crawl: -a site=…: tweets were met on other, quoting; name one",
        )


@contextmanager
def _answered_late(world):
    """The API's first answer comes when somebody else asks as well, or after ten seconds: who shares no turn asks meanwhile."""
    answer, company, first = world._xapi, threading.Event(), []

    def late(*request):
        if first:
            company.set()
        else:
            first.append(True)
            company.wait(10)
        return answer(*request)

    world._xapi = late
    yield
    del world._xapi


def _at_once(*commands):
    """Runs the commands at the same time, to their ends."""
    started = [
        subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for command in commands
    ]
    for process in started:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said.decode()


def _command(tmp_path, site, articles, settings):
    """The command of a crawl of `site`."""
    plan = tmp_path / f"{site}.json"
    known = {"NEWSARCHIVE_STORE": str(tmp_path / "archive"), **settings}
    plan.write_text(json.dumps({"articles": articles, "settings": known, "site": site}))
    return [sys.executable, "-m", "tests.tweets.crawling", str(plan)]


@pytest.mark.slow
def test_two_crawls_at_once_ask_about_a_tweet_once_and_lose_none(tmp_path, world):
    facts = [Fact(snowflake(n), handle=f"a{n % 5}") for n in range(300)]
    world.add(*facts)
    articles = [[n, _article(*(fact.id for fact in facts[n * 10 : n * 10 + 10]))] for n in range(30)]
    with serve(world) as base:
        settings = {
            **world.settings(base),
            **FAST,
            "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 100,
            "NEWSARCHIVE_TWEET_BUDGET_SECONDS": 30,
        }
        with _answered_late(world):
            _at_once(*(_command(tmp_path, site, articles, settings) for site in ("one", "other")))
        assert sweep(tmp_path, settings, "-a", "site=one").returncode == 0  # what neither had the time for
    archived = lines(tmp_path, "articles")
    assert len(archived) == 60
    assert {count for (host, _), count in world.ids_asked.items() if host == "xapi"} == {1}
    connection = sqlite3.connect(tmp_path / "archive" / "tweets.sqlite3")
    assert connection.execute(
        "SELECT count(*), count(DISTINCT id) FROM observation WHERE resolver = 'xapi'"
    ).fetchone() == (300, 300)
    assert connection.execute("SELECT site, count(*) FROM reference GROUP BY site").fetchall() == [
        ("one", 300),
        ("other", 300),
    ]
    assert connection.execute("SELECT DISTINCT state FROM tweet").fetchall() == [("available",)]
    connection.close()


@pytest.mark.slow
def test_a_sweep_beside_a_crawl_asks_about_a_tweet_once(tmp_path, world):
    facts = [Fact(snowflake(n), handle=f"a{n % 5}") for n in range(400)]
    world.add(*facts)
    articles = [[n, _article(*(fact.id for fact in facts[n * 10 : n * 10 + 10]))] for n in range(40)]
    with serve(world) as base:
        settings = {
            **world.settings(base),
            **FAST,
            "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 100,
            "NEWSARCHIVE_TWEET_BUDGET_SECONDS": 30,
        }
        noted = _command(tmp_path, "one", articles[:30], {**settings, "NEWSARCHIVE_TWEET_RESOLVERS": "markup"})
        _at_once(noted)
        options = [part for name, value in settings.items() for part in ("-s", f"{name}={value}")]
        store = f"NEWSARCHIVE_STORE={tmp_path / 'archive'}"
        swept = [sys.executable, "-m", "scrapy", "crawl", "tweets", "-a", "site=one", *options, "-s", store]
        with _answered_late(world):
            _at_once(swept, _command(tmp_path, "other", articles[10:], settings))
        assert sweep(tmp_path, settings, "-a", "site=other").returncode == 0
    assert {count for (host, _), count in world.ids_asked.items() if host == "xapi"} == {1}
    assert len([host for host, _ in world.ids_asked if host == "xapi"]) == 400


POINTS = [
    (point, count)
    for point in ("before_ask", "after_answer", "before_observed", "after_observed")
    for count in (1, 2, 4)
]
"""Where a crawl is killed, and the how many-th time it comes there."""


class _Killed:
    """Crawls over one log that are killed, and what must hold of the log after each."""

    def __init__(self, tmp_path, world, settings):
        facts = [
            Fact(snowflake(n), handle=f"a{n % 5}", state="protected" if n % 10 == 3 else "live") for n in range(600)
        ]
        world.add(*facts)
        self.articles = [[n, _article_of(facts[n * 10 : n * 10 + 10])] for n in range(60)]
        self.tmp_path, self.world = tmp_path, world
        self.settings = {
            **settings,
            "NEWSARCHIVE_TWEET_BATCH_SECONDS": 0.01,
            "NEWSARCHIVE_TWEET_RESOLVERS": "markup,xapi",
        }
        self.command = _command(tmp_path, "quoting", self.articles, self.settings)
        self.kept = {}

    def start(self, **environment):
        return subprocess.Popen(
            self.command,
            cwd=ROOT,
            env={**_environment(), **environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def check(self):
        """Nothing that was written is gone, and nothing of it has been asked for again."""
        database = self.tmp_path / "archive" / "tweets.sqlite3"
        if not database.exists():
            return
        connection = sqlite3.connect(database)
        try:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            now = dict(connection.execute("SELECT n, id FROM observation").fetchall())
            answered = {
                row[0] for row in connection.execute("SELECT id FROM observation WHERE endpoint = 'xapi.tweets'")
            }
        except sqlite3.OperationalError:  # killed before it had tables
            now, answered = {}, set()
        connection.close()
        for number, (tweet_id, asked) in self.kept.items():
            assert now.pop(number) == tweet_id
            assert self.world.ids_asked["xapi", tweet_id] == asked
        for number, tweet_id in now.items():
            if tweet_id in answered:
                self.kept[number] = (tweet_id, self.world.ids_asked["xapi", tweet_id])

    def finish(self):
        """The last crawl and the sweep of what it had not the time for; gives how often each tweet was asked about."""
        subprocess.run(self.command, cwd=ROOT, env=_environment(), check=True, capture_output=True, timeout=120)
        sweep(self.tmp_path, self.settings)
        self.check()
        return [count for (host, _), count in self.world.ids_asked.items() if host == "xapi"]


def _article_of(facts):
    return "".join(f"<p>https://twitter.com/{fact.handle}/status/{fact.id}</p>" for fact in facts)


@pytest.mark.kill
@pytest.mark.slow
@pytest.mark.parametrize(("point", "count"), POINTS)
def test_kill_9_at_a_named_point_loses_no_observation_and_repeats_no_answered_request(tmp_path, world, point, count):
    with serve(world) as base:
        killed = _Killed(tmp_path, world, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 100})
        process = killed.start(NEWSARCHIVE_FAULT=f"{point}:{count}")
        assert process.wait(60) == -signal.SIGKILL
        killed.check()
        asked = killed.finish()
    # Asked twice is only what was under way: one batch.
    assert len(asked) == 600
    assert sum(times > 1 for times in asked) <= (0 if point == "after_observed" else 100)


@pytest.mark.kill
@pytest.mark.slow
def test_kill_9_at_random_moments_loses_no_observation_and_repeats_no_answered_request(tmp_path, world):
    chance = random.Random(1)
    with serve(world) as base:
        killed = _Killed(tmp_path, world, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 100})
        for attempt in range(8):
            process, before = killed.start(), len(world.asked)
            deadline = time.monotonic() + 20
            while (
                process.poll() is None and len(world.asked) < before + 1 + attempt // 2 and time.monotonic() < deadline
            ):
                time.sleep(0.002)
            time.sleep(chance.random() * 0.03)  # a moment of its own: in the request, in the answer, in the transaction
            process.kill()
            process.wait()
            killed.check()
        assert killed.kept
        killed.finish()


@pytest.mark.kill
@pytest.mark.slow
def test_killed_and_started_again_it_never_spends_more_than_the_budget(tmp_path, world):
    """The API bills a tweet and an author once a day, whether or not anybody lived to read the answer."""
    budget = 1.0
    with serve(world) as base:
        killed = _Killed(tmp_path, world, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": budget})
        for count in (1, 1, 2, 2, 3):
            killed.start(NEWSARCHIVE_FAULT=f"after_answer:{count}").wait(60)
        killed.finish()
    billed = {each for host, each in world.ids_asked if host == "xapi" and world.facts[each].state == "live"}
    users = {path for host, path in world.asked if "/2/users" in path}
    assert 0 < len(billed) * 0.005 + (5 + 5 * bool(users)) * 0.010 <= budget
    assert len(billed) < 540


@pytest.mark.slow
def test_two_processes_share_one_budget(tmp_path, world):
    with serve(world) as base:
        killed = _Killed(tmp_path, world, {**world.settings(base), **FAST, "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 1.0})
        other = _command(tmp_path, "other", killed.articles[::-1], killed.settings)
        _at_once(killed.command, other)
    connection = sqlite3.connect(tmp_path / "archive" / "tweets.sqlite3")
    [spent] = connection.execute("SELECT sum(cost_usd) FROM observation").fetchone()
    connection.close()
    assert 0 < spent <= 1.0
