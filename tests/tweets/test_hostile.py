"""Answers and settings that mean harm, or were made by a machine gone wrong: none costs an article, money or the truth."""

import asyncio
import json
import logging
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.archive.lines import encode_line
from newsarchive.fetch import Answer
from newsarchive.tweets.filling import line_of
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Target
from newsarchive.tweets.resolvers import KNOWN, Context
from newsarchive.tweets.resolvers.base import answered_at
from newsarchive.tweets.resolvers.oembed import OEmbed
from newsarchive.tweets.resolvers.xapi import XApi
from newsarchive.tweets.states import fold
from tests.tweets.standin import Fact, World, snowflake
from tests.tweets.test_lookup import Bench, Clock  # noqa: F401  (Bench keeps the time by it)

ID = "1234567890123456789"
TARGET = Target(id=ID, handle="some_acc")
AT = "2026-11-01T00:00:00Z"

_ODD = st.sampled_from(
    [None, True, -1, 1 << 70, 10**30, 1.5, 1e300, float("nan"), float("inf"), int(ID), float(ID), ID, "", "\ud800", "\x00", "a" * 5000,
     "https://pbs.example/\ud800.jpg", "2026-13-45", "photo", "Tweet", [], {}]
)  # fmt: skip
_ANY = st.recursive(
    _ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _objects(**fields):
    return st.fixed_dictionaries({}, optional=fields)


_MEDIA = _objects(
    media_key=_ODD, type=_ANY, url=_ANY, variants=_ANY, alt_text=_ANY, media_url_https=_ANY, ext_alt_text=_ANY
)
_USER = _objects(id=_ANY, id_str=_ANY, name=_ANY, username=_ANY, screen_name=_ANY, protected=_ANY)
_TWEET = st.fixed_dictionaries(
    {"id": st.just(ID), "id_str": st.just(ID)},
    optional={
        "__typename": st.just("Tweet"), "text": _ANY, "author_id": _ANY, "created_at": _ANY, "lang": _ANY, "user": _USER, "author": _USER,
        "public_metrics": _objects(like_count=_ANY, reply_count=_ANY), "favorite_count": _ANY, "likes": _ANY, "created_timestamp": _ANY,
        "referenced_tweets": _ANY, "attachments": _ANY, "mediaDetails": st.lists(_MEDIA, max_size=2), "media": _ANY, "withheld": _ANY,
        "note_tweet": _ANY, "entities": _ANY, "conversation_id": _ANY, "quote": _ANY, "edit_history_tweet_ids": _ANY, "raw_text": _ANY,
    },
)  # fmt: skip
_BODIES = st.one_of(
    _TWEET,
    st.fixed_dictionaries({"data": st.lists(_TWEET, max_size=2)}, optional={"includes": _objects(users=st.lists(_USER, max_size=2), media=st.lists(_MEDIA, max_size=2)), "errors": _ANY}),
    st.fixed_dictionaries({"status": _TWEET, "code": st.just(200)}),
    st.fixed_dictionaries({"html": _ANY, "author_name": _ANY}),
    _ANY,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(KNOWN)), _BODIES)
def test_whatever_an_answer_holds_it_can_be_kept_folded_and_written(name, body):
    resolver = KNOWN[name](Context())
    raw = json.dumps(body).encode()
    answer = Answer(url="https://api.example/", status=200, body=raw, headers={})
    log = ObservationLog(":memory:")
    log.append(resolver.observe(resolver.parse(200, {}, raw, [TARGET]), answer, AT, cost_usd=0.005))
    assert len(log.observations([ID])[ID]) == 1
    record = log.records([ID])[ID]
    assert record.state != "deleted"
    assert encode_line(line_of(TARGET, record, site="site", seen=[], at=AT))
    log.close()


@pytest.mark.parametrize("name", sorted(KNOWN))
@pytest.mark.parametrize(
    "body",
    [b"[" * 200_000, b'{"data":' * 100_000, b'{"id":' + b"9" * 100_000 + b"}", b"<html>" * 100_000, b"\xff\xfe\x00", b'"' + b"a" * 2_000_000 + b'"'],
    ids=["deep", "deeper", "long number", "html", "bytes", "long"],
)  # fmt: skip
def test_no_answer_takes_long_or_says_anything(benchmark_seconds, name, body):
    resolver = KNOWN[name](Context())
    with benchmark_seconds(1):
        outcomes = resolver.parse(200, {}, body, [TARGET])
    assert {outcome.answer for outcome in outcomes} <= {"malformed"}


def test_an_answer_with_more_than_was_asked_for_takes_no_long(benchmark_seconds):
    many = [{"id": str(number), "author_id": str(number), "text": "x"} for number in range(100_000)]
    users = [{"id": str(number), "username": "x"} for number in range(100_000)]
    body = json.dumps({"data": many, "includes": {"users": users}}).encode()
    with benchmark_seconds(5):
        [outcome] = XApi(Context()).parse(200, {}, body, [Target(id="99999")])
    assert (outcome.answer, outcome.content.handle) == ("found", "x")


@pytest.mark.parametrize(
    "there",
    ["https://evil.example/oembed", "https://publish.x.com.evil.example/oembed", "https://publish.x.com@evil.example/oembed",
     "http://127.0.0.1/oembed", "//evil.example/oembed", "https://publish.x.com/other", "http://[", "file:///oembed"],
)  # fmt: skip
def test_a_redirect_to_another_host_is_not_followed(there):
    asked = []

    async def ask(lane, request, going_out=None):
        asked.append(request.url)
        return Answer(url=request.url, status=302, headers={"location": there})

    async def go():
        return [one async for some in OEmbed(Context()).resolve([TARGET], ask) for one in some]

    [observed] = asyncio.run(go())
    assert (len(asked), observed.answer) == (1, "malformed")


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "naïve"])
def test_a_token_that_no_header_can_carry_is_not_used_nor_repeated(token, caplog):
    resolver = XApi(Context(setting=lambda name, default: token if name.endswith("TOKEN") else default))
    assert "NEWSARCHIVE_TWEET_XAPI_TOKEN" in resolver.stopped
    assert token not in resolver.stopped + caplog.text


def test_a_token_may_end_in_a_line_break():
    resolver = XApi(Context(setting=lambda name, default: "abc\n" if name.endswith("TOKEN") else default))
    assert resolver.stopped == ""
    assert resolver.request([TARGET]).headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        ({}, AT),
        ({"date": "nonsense"}, AT),
        ({"date": "Sun, 01 Nov 2026 00:09:00 GMT"}, AT),
        ({"date": "Sun, 01 Nov 2026 06:00:00 GMT"}, "2026-11-01T06:00:00Z"),
        ({"date": "Fri, 30 Oct 2026 00:00:00 GMT", "age": "172800"}, AT),
        ({"date": "Fri, 30 Oct 2026 00:00:00 GMT", "age": "x"}, "2026-10-30T00:00:00Z"),
    ],
)
def test_where_our_clock_is_wrong_the_answers_count(headers, at):
    assert answered_at(headers, AT) == at


def test_a_clock_that_jumps_makes_no_day_between_two_answers():
    """The machine starts in 1970, asks, is set right and asks another source: one hour apart, not fifty-six years."""
    told = []
    for name, at, date in (
        ("oembed", "1970-01-01T00:00:05Z", "Sun, 01 Nov 2026 00:00:00 GMT"),
        ("syndication", "2026-11-01T01:00:00Z", "Sun, 01 Nov 2026 01:00:00 GMT"),
    ):
        resolver = KNOWN[name](Context())
        answer = Answer(url="https://api.example/", status=404, headers={"date": date})
        told += resolver.observe(resolver.parse(404, {}, b"", [TARGET]), answer, at)
    assert [one.answer for one in told] == ["not_found", "not_found"]
    assert fold(ID, told).state == "unavailable"


def test_a_clock_set_back_leaves_nothing_waiting_for_years(tmp_path):
    fact = Fact(snowflake(1), handle="some_acc")
    world = World(statuses={"oembed": [503]}).add(fact)
    made = Bench(world, tmp_path / "tweets.sqlite3", ["oembed"])
    made.clock.time = datetime(2036, 1, 1, tzinfo=timezone.utc)
    target = Target(id=fact.id, handle=fact.handle)
    assert made.run(target)[fact.id].state == "unresolved"
    made.clock.time = datetime(2026, 11, 1, tzinfo=timezone.utc)
    assert made.run(target)[fact.id].state == "available"
    made.lookups.shut()
    made.log.close()


def test_a_failure_nobody_thought_of_costs_no_article(tmp_path, monkeypatch, caplog):
    from scrapy import Spider
    from scrapy.utils.test import get_crawler

    from pipelines.tweets import TweetsPipeline

    crawler = get_crawler(settings_dict={"NEWSARCHIVE_STORE": str(tmp_path), "NEWSARCHIVE_TWEET_RESOLVERS": "markup"})
    crawler.spider = Spider("tester")
    pipeline = TweetsPipeline.from_crawler(crawler)
    pipeline.open_spider()
    monkeypatch.setattr(pipeline.service.log, "note", lambda *_: 1 / 0)
    item = {"url": "https://news.example/1", "html": f"<p>https://twitter.com/some_acc/status/{ID}</p>"}
    with caplog.at_level(logging.ERROR):
        out = asyncio.run(pipeline.process_item(item))
    assert out["tweets"][0]["id"] == ID
    assert "https://news.example/1" in caplog.text
    asyncio.run(pipeline.close_spider())
