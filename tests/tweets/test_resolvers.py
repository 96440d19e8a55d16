"""Each resolver's `parse`, on every shape that its service answers with. Ids and names are invented."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.items import Media, TweetLink
from newsarchive.tweets.outcome import Target
from newsarchive.tweets.resolvers import KNOWN, Context
from newsarchive.tweets.resolvers.oembed import OEmbed
from newsarchive.tweets.resolvers.payloads import from_v1, from_v2, from_widget
from newsarchive.tweets.resolvers.syndication import Syndication, token
from newsarchive.tweets.resolvers.tco import TCo
from newsarchive.tweets.resolvers.wayback import Capture, Wayback, captures, likeliest, page_content
from newsarchive.tweets.resolvers.xapi import XApi
from newsarchive.tweets.states import RULES

ID, OTHER = "1234567890123456789", "1100000000000000000"
TARGET = Target(id=ID, handle="some_acc")


def answer(kind, status, body, *targets, headers=None):
    """(answer, detail) for each target."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    found = kind(Context()).parse(status, headers or {}, raw, list(targets or [TARGET]))
    return [(one.answer, one.detail) for one in found]


# ------------------------------------------------------------------------------------------------------------ X API

_HOSTS = ("https://api.twitter.com", "https://api.x.com")


@pytest.mark.parametrize("host", _HOSTS)
@pytest.mark.parametrize(
    ("kind", "title", "said"),
    [
        ("resource-not-found", "Not Found Error", "not_found"),
        ("resource-not-found", "Forbidden", "absent"),  # suspended users come with this type
        ("resource-not-found", None, "absent"),
        ("not-authorized-for-resource", "Authorization Error", "not_authorized"),
        ("not-authorized-for-resource", "Not Found Error", "absent"),
        ("something-new", "Not Found Error", "absent"),
    ],
)
@pytest.mark.parametrize("key", ["resource_id", "value"])
def test_xapi_reads_errors_of_either_host(host, kind, title, said, key):
    error = {
        key: ID,
        "title": title,
        "parameter": "ids",
        "resource_type": "tweet",
        "detail": "why",
        "type": f"{host}/2/problems/{kind}",
    }
    assert answer(XApi, 200, {"errors": [error]}) == [(said, "why")]


def test_xapi_reads_an_error_without_parameter():
    error = {
        "resource_id": ID,
        "resource_type": "tweet",
        "title": "Not Found Error",
        "detail": "why",
        "type": "https://api.x.com/2/problems/resource-not-found",
    }
    assert answer(XApi, 200, {"data": [{"id": OTHER, "text": "x"}], "errors": [error]}) == [("not_found", "why")]


def test_xapi_passes_over_errors_about_included_things():
    error = {"value": ID, "parameter": "referenced_tweets.id", "resource_type": "tweet", "type": "…/resource-not-found"}
    user = {"value": ID, "parameter": "ids", "resource_type": "user", "type": "…/resource-not-found"}
    assert answer(XApi, 200, {"errors": [error, user]}) == [("absent", None)]


def test_xapi_tells_batch_apart_by_id():
    body = {
        "data": [{"id": ID, "text": "a"}, {"id": "999", "edit_history_tweet_ids": ["998", "999"], "text": "b"}],
        "errors": [
            {
                "value": OTHER,
                "parameter": "ids",
                "resource_type": "tweet",
                "type": "…/resource-not-found",
                "title": "Not Found Error",
                "detail": "gone",
            }
        ],
    }
    targets = [Target(id=ID), Target(id=OTHER), Target(id="998"), Target(id="997")]
    assert answer(XApi, 200, body, *targets) == [
        ("found", None),
        ("not_found", "gone"),
        ("found", None),
        ("absent", None),
    ]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, {"errors": [{"parameters": {"ids": [ID]}, "message": "does not match"}]}, "invalid"),
        (400, {"errors": [{"parameters": {"tweet.fields": ["x"]}, "message": "is not one of"}]}, "malformed"),
        (400, {"detail": "bad"}, "malformed"),
        (400, b"<html>", "malformed"),
        (401, {"title": "Unauthorized"}, "unauthorized"),
        (402, {"title": "CreditsDepleted"}, "payment"),
        (403, {"title": "Forbidden", "reason": "client-not-enrolled"}, "forbidden"),
        (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, "rate_limited"),
        (503, b"<html>", "server_error"),
        (200, b"<html>", "malformed"),
        (200, b"[]", "malformed"),
        (200, {}, "malformed"),
        (204, b"", "malformed"),
    ],
)
def test_xapi_failures(status, body, said):
    assert answer(XApi, status, body)[0][0] == said


def test_xapi_400_for_many_says_nothing_of_any():
    assert answer(XApi, 400, {}, TARGET, Target(id=OTHER)) == [("malformed", None)] * 2


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"data": [{"username": "Some_Acc", "protected": True}]}, "protected"),
        ({"data": [{"username": "some_acc", "protected": False}]}, "visible"),
        ({"errors": [{"value": "some_acc", "title": "Forbidden", "detail": "User has been suspended: [some_acc].", "type": "…/resource-not-found"}]}, "suspended"),
        ({"errors": [{"value": "some_acc", "title": "Forbidden", "detail": "Something new", "type": "…/resource-not-found"}]}, "absent"),
        ({"errors": [{"value": "some_acc", "title": "Not Found Error", "detail": "Could not find user with usernames: [some_acc].", "type": "…/resource-not-found"}]}, "not_found"),
        ({"errors": [{"value": "another", "title": "Not Found Error", "type": "…/resource-not-found"}]}, "absent"),
    ],
)  # fmt: skip
def test_xapi_users(body, said):
    [outcome] = XApi(Context()).parse_users(200, json.dumps(body).encode(), [TARGET])
    assert outcome.answer == said


def test_v2_content_is_read_whole():
    tweet = {
        "id": ID,
        "author_id": "12",
        "text": "cut &amp; …",
        "note_tweet": {
            "text": "A &lt;long&gt; text https://t.co/Ab1",
            "entities": {"urls": [{"url": "https://t.co/Ab1", "expanded_url": "https://news.example/a"}]},
        },
        "created_at": "2020-03-02T19:54:56.000Z",
        "lang": "es",
        "conversation_id": "7",
        "referenced_tweets": [{"type": "quoted", "id": "5"}, {"type": "replied_to", "id": "6"}],
        "attachments": {"media_keys": ["3_1", "13_2", "3_9"]},
        "public_metrics": {
            "like_count": 0,
            "retweet_count": 2,
            "reply_count": 3,
            "quote_count": 4,
            "impression_count": 5,
        },
    }
    includes = {
        "users": [{"id": "13", "username": "b"}, {"id": "12", "username": "some_acc", "name": "Some Name"}],
        "media": [
            {"media_key": "3_1", "type": "photo", "url": "https://pbs.example/1.jpg", "alt_text": "A bridge"},
            {"media_key": "13_2", "type": "video", "preview_image_url": "https://pbs.example/2.jpg", "variants": [
                {"bit_rate": 1, "url": "https://video.example/low.mp4"}, {"bit_rate": 9, "url": "https://video.example/high.mp4"},
                {"content_type": "application/x-mpegURL", "url": "https://video.example/list.m3u8"}]},
        ],
    }  # fmt: skip
    content = from_v2(tweet, includes, "2026-11-01T00:00:00Z")
    assert (content.text, content.text_truncated) == ("A <long> text https://t.co/Ab1", False)
    assert (content.handle, content.author_name, content.author_id) == ("some_acc", "Some Name", "12")
    assert (content.quoted_id, content.replied_to_id, content.conversation_id) == ("5", "6", "7")
    assert content.urls == [TweetLink(short="https://t.co/Ab1", expanded="https://news.example/a")]
    assert content.media == [
        Media(type="photo", url="https://pbs.example/1.jpg", alt="A bridge"),
        Media(type="video", url="https://video.example/high.mp4"),
    ]
    assert (content.metrics.likes, content.metrics.views, content.metrics.observed_at) == (0, 5, "2026-11-01T00:00:00Z")


def test_a_retweet_has_the_whole_words_of_the_other():
    tweet = {"id": ID, "text": "RT @other: the beginn…", "referenced_tweets": [{"type": "retweeted", "id": "5"}]}
    content = from_v2(tweet, {"tweets": [{"id": "5", "text": "the beginning and the end"}]}, None)
    assert content.text == "RT @other: the beginning and the end"


# ----------------------------------------------------------------------------------------------------------- oEmbed


def _quote(tweet_id, words="Words &amp; more"):
    return {
        "author_name": "Some Name",
        "html": f'<blockquote class="twitter-tweet"><p lang="en" dir="ltr">{words}</p>&mdash; Some Name (@some_acc) '
        f'<a href="https://x.com/some_acc/status/{tweet_id}?ref_src=twsrc%5Etfw">March 2, 2020</a></blockquote>\n\n',
        "cache_age": "3153600000",
        "height": None,
        "provider_name": "X",
    }


_TIMELINE = {
    "html": '<a class="twitter-timeline" href="https://x.com/some_acc">Tweets by some_acc</a>',
    "provider_name": "Twitter",
}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, _quote(ID), "found"),
        (200, _quote(OTHER), "other"),
        (200, _TIMELINE, "other"),
        (200, {"html": None}, "other"),
        (200, b"<html>", "malformed"),
        (400, {"errors": [{"code": 357, "message": "url: queryParam is required"}]}, "malformed"),
        (403, {"error": "Sorry, you are not authorized to see this status.", "request": "/oembed"}, "protected"),
        (403, b"<html>blocked</html>", "forbidden"),
        (402, b"", "payment"),
        (404, b"<html>", "not_found"),
        (429, b"", "rate_limited"),
        (500, b"", "server_error"),
    ],
)
def test_oembed(status, body, said):
    assert answer(OEmbed, status, body)[0][0] == said


def test_oembed_tells_words_author_and_language():
    [outcome] = OEmbed(Context()).parse(200, {}, json.dumps(_quote(ID, "It goes on…")).encode(), [TARGET])
    content = outcome.content
    assert (content.text, content.text_truncated, content.language) == ("It goes on…", True, "en")
    assert (content.handle, content.author_name) == ("some_acc", "Some Name")


# ------------------------------------------------------------------------------------------------------ syndication


@pytest.mark.parametrize(
    ("tweet_id", "expected"),
    [("1103483853686165505", "2oap3euadp"), ("1103356574771437568", "2oaaosm3n4x"), ("1102751547249909761", "2o8e9f7ylav"), ("20", "6dq1a2xwd93")],
)  # fmt: skip
def test_the_token_is_what_a_browser_computes(tweet_id, expected):
    assert token(tweet_id) == expected


@given(st.integers(1, 2**63 - 1))
def test_the_token_never_raises(number):
    assert set(token(str(number))) <= set("123456789abcdefghijklmnopqrstuvwxyz")


def _tombstone(text):
    return {"__typename": "TweetTombstone", "tombstone": {"text": {"text": text, "rtl": False}} if text else {}}


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, {"__typename": "Tweet", "id_str": ID, "text": "x", "user": {"screen_name": "a"}}, "found"),
        (200, {"__typename": "Tweet", "id_str": ID, "text": "x"}, "found_without_user"),
        (200, {"__typename": "Tweet", "id_str": OTHER, "text": "x", "user": {}}, "malformed"),
        (200, _tombstone("This Post was deleted by the Post author. Learn more"), "tombstone_deleted"),
        (200, _tombstone("This Post is from a suspended account. Learn more"), "tombstone_suspended"),
        (200, _tombstone("You’re unable to view this Post because this account owner limits who can view their Posts."), "tombstone_protected"),
        (200, _tombstone("Age-restricted adult content. This content might not be appropriate"), "tombstone_age"),
        (200, _tombstone("This Post has been withheld in Germany"), "tombstone_withheld"),
        (200, _tombstone("This Post is unavailable."), "tombstone_other"),
        (200, _tombstone(None), "tombstone_empty"),
        (200, {}, "empty"),
        (200, b"", "malformed"),
        (400, {"error": "Bad request."}, "bad_request"),
        (403, b"", "forbidden"),
        (404, b"<html>", "not_found"),
        (429, b"Rate limit", "rate_limited"),
        (503, b"", "server_error"),
    ],
)  # fmt: skip
def test_syndication(status, body, said):
    assert answer(Syndication, status, body)[0][0] == said


def test_the_widgets_tweet_is_read_with_its_media():
    tweet = {
        "text": "A &gt; B", "note_tweet": {"id": "x"}, "favorite_count": 7, "conversation_count": 2, "quoted_tweet": {"id_str": "5"},
        "in_reply_to_status_id_str": "6", "entities": {"urls": [{"url": "https://t.co/Ab1", "expanded_url": "https://news.example/"}]},
        "user": {"id_str": "12", "name": "N", "screen_name": "some_acc"},
        "mediaDetails": [{"type": "photo", "media_url_https": "https://pbs.example/1.jpg", "ext_alt_text": "A map"},
                         {"type": "animated_gif", "video_info": {"variants": [{"bitrate": 0, "url": "https://video.example/g.mp4"}]}}],
    }  # fmt: skip
    content = from_widget(tweet, None)
    assert (content.text, content.text_truncated) == ("A > B", True)
    assert (content.quoted_id, content.replied_to_id, content.metrics.likes, content.metrics.replies) == (
        "5",
        "6",
        7,
        2,
    )
    assert [media.type for media in content.media] == ["photo", "animated_gif"]
    assert content.media[0].alt == "A map"


# -------------------------------------------------------------------------------------------------------- fxtwitter


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, {"code": 200, "status": {"id": ID, "text": "x"}}, "found"),
        (200, {"code": 200, "tweet": {"id": ID, "text": "x"}}, "found"),
        (200, {"code": 200, "status": {"id": OTHER}}, "malformed"),
        (404, {"code": 404, "tombstone": {"reason": "deleted"}}, "deleted"),
        (404, {"code": 404, "tombstone": {"reason": "suspended"}}, "suspended"),
        (401, {"code": 401, "tombstone": {"reason": "private"}}, "private"),
        (401, {"code": 401, "message": "PRIVATE_TWEET"}, "private"),
        (404, {"code": 404, "tombstone": {"reason": "blocked"}}, "blocked"),
        (404, {"code": 404, "tombstone": {"reason": "a new one"}}, "unavailable"),
        (404, {"code": 404, "message": "NOT_FOUND", "tweet": None}, "not_found"),
        (404, b"<html>no such page</html>", "malformed"),
        (401, b"", "unauthorized"),
        (500, {"code": 500, "message": "API_FAIL"}, "server_error"),
        (429, b"", "rate_limited"),
    ],
)
def test_fxtwitter(status, body, said):
    assert answer(KNOWN["fxtwitter"], status, body)[0][0] == said


# ---------------------------------------------------------------------------------------------------------- Wayback

_NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


def _row(stamp, address, mime="text/html", status="200"):
    return ["com,twitter)/x", stamp, address, mime, status, "D", "1"]


def test_the_index_is_read_by_its_own_column_names():
    short = [
        ["original", "timestamp", "digest", "mimetype", "statuscode"],
        [f"https://twitter.com/a/status/{ID}", "20200302100000", "D", "text/html", "200"],
    ]
    found, resume = captures(json.dumps(short).encode())
    assert found == {ID: [Capture("20200302100000", f"https://twitter.com/a/status/{ID}", "text/html")]}
    assert resume is None


def test_rows_of_errors_redirects_and_longer_ids_do_not_count():
    rows = [
        _NAMES,
        _row("20200302100000", f"https://twitter.com/a/status/{ID[:-1]}", status="404"),
        _row("20200302100001", f"https://twitter.com/a/status/{ID[:-1]}", "text/plain", "302"),
        _row("20200302100002", f"https://twitter.com/a/status/{ID}"),
        _row("2020", f"https://twitter.com/a/status/{ID}"),
        _row("20200302100003", f"https://twitter.com/a/status/{ID}?s=20", "application/json"),
        _row("20200302100004", f"http://twitter.com/a/status/{ID}/photo/1"),
    ]
    found, _ = captures(json.dumps(rows).encode())
    assert {name: len(some) for name, some in found.items()} == {ID: 3}


def test_the_index_gives_its_key_to_go_on():
    rows = [_NAMES, _row("20200302100002", f"https://twitter.com/a/status/{ID}"), [], ["com,twitter)/a/status/9 2020"]]
    assert captures(json.dumps(rows).encode())[1] == "com,twitter)/a/status/9 2020"


@pytest.mark.parametrize("body", [b"", b"[]", b"\n"])
def test_an_empty_index_answer_is_no_captures(body):
    assert answer(Wayback, 200, body) == [("none", None)]


@pytest.mark.parametrize(("status", "body", "said"), [(200, b"<html>", "malformed"), (429, b"", "rate_limited"), (503, b"", "server_error"), (413, b"", "server_error"), (403, b"", "forbidden")])  # fmt: skip
def test_index_failures(status, body, said):
    assert answer(Wayback, status, body)[0][0] == said


def test_json_captures_come_first_and_pages_without_words_not_at_all():
    rows = [
        Capture("20230101000000", "u", "text/html"),
        Capture("20190308000000", "u", "text/html"),
        Capture("20221201000000", "u", "application/json"),
        Capture("20190307000000", "u", "text/html"),
    ]
    assert [row.timestamp for row in likeliest(rows)] == ["20221201000000", "20190307000000", "20190308000000"]


def test_a_capture_is_asked_for_unrewritten():
    asked = []

    async def ask(lane, request):
        asked.append(request.url)
        return _Answer(request.url)

    import asyncio

    asyncio.run(Wayback(Context())._body(Capture("20190307100000", f"https://twitter.com/a/status/{ID}", ""), ask))
    assert asked == [f"https://web.archive.org/web/20190307100000id_/https://twitter.com/a/status/{ID}"]


class _Answer:
    def __init__(self, url):
        self.url, self.status, self.headers, self.body = url, 200, {}, b""


_V1 = {
    "id": int(ID), "id_str": ID, "text": "The beginning…", "truncated": True, "created_at": "Mon Mar 02 19:54:56 +0000 2020",
    "extended_tweet": {"full_text": "The beginning &amp; the end", "entities": {"urls": [{"url": "https://t.co/A", "expanded_url": "https://web.archive.org/web/20200302000000/https://news.example/"}]},
                       "extended_entities": {"media": [{"type": "photo", "media_url_https": "https://web.archive.org/web/20200302195456im_/https://pbs.example/1.jpg"}]}},
    "user": {"id_str": "12", "name": "Some Name", "screen_name": "some_acc"}, "lang": "en", "in_reply_to_status_id_str": None,
    "favorite_count": 0, "retweet_count": 0,
}  # fmt: skip


def test_an_archived_status_is_read_whole_and_its_rewritten_addresses_are_restored():
    headers = {"memento-datetime": "Mon, 02 Mar 2020 20:00:00 GMT"}
    outcome = Wayback(Context()).parse_playback(200, headers, json.dumps(_V1).encode(), TARGET)
    content = outcome.content
    assert (outcome.answer, content.text, content.text_truncated) == ("json", "The beginning & the end", False)
    assert content.urls == [TweetLink(short="https://t.co/A", expanded="https://news.example/")]
    assert content.media == [Media(type="photo", url="https://pbs.example/1.jpg")]
    assert content.created_at == "2020-03-02T19:54:56Z"
    assert content.metrics.observed_at == "2020-03-02T20:00:00Z"


def test_an_archived_cut_status_is_known_to_be_cut():
    assert from_v1({"text": "The beginn…", "truncated": True}, None).text_truncated is True


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, json.dumps({"data": {"id": ID, "text": "x"}, "includes": {}}).encode(), "json"),
        (200, json.dumps({**_V1, "id_str": OTHER}).encode(), "other"),
        (200, json.dumps({"errors": [{"title": "Not Found Error"}]}).encode(), "nothing"),
        (200, b"<html><div id=react-root>Something went wrong</div></html>", "nothing"),
        (200, b"", "nothing"),
        (404, b"", "nothing"),
        (302, b"", "nothing"),
        (429, b"", "rate_limited"),
        (504, b"", "server_error"),
        (403, b"<p>This URL has been excluded from the Wayback Machine.</p>", "blocked"),
        (403, b"<html>", "forbidden"),
    ],
)
def test_playback(status, body, said):
    assert Wayback(Context()).parse_playback(status, {}, body, TARGET).answer == said


def test_an_address_that_the_wayback_machine_keeps_closed_does_not_stop_it_for_the_others():
    body = b"org.archive.wayback.exception.AdministrativeAccessControlException: Blocked Site Error"
    assert answer(Wayback, 403, body) == [("blocked", None)]
    assert answer(Wayback, 403, b"Forbidden") == [("forbidden", None)]


def test_an_old_page_tells_the_asked_tweet_and_not_its_answers():
    page = f"""<html><body>
    <div class="permalink-inner"><div class="tweet permalink-tweet js-actionable" data-tweet-id="{ID}" data-screen-name="some_acc"
      data-name="Some Name" data-user-id="12" data-conversation-id="7">
      <p class="TweetTextSize TweetTextSize--jumbo js-tweet-text tweet-text" lang="en">Words &amp; more<a href="https://t.co/x">pic.twitter.com/AbCdEf12</a></p>
      <div class="AdaptiveMedia-photoContainer" data-image-url="https://pbs.example/1.jpg"></div></div></div>
    <div class="tweet" data-tweet-id="{OTHER}" data-screen-name="other"><p class="tweet-text">An answer</p></div></body></html>""".encode()
    content = page_content(page, ID)
    assert (content.text, content.handle, content.author_name) == (
        "Words & more pic.twitter.com/AbCdEf12",
        "some_acc",
        "Some Name",
    )
    assert (content.author_id, content.conversation_id, content.language) == ("12", "7", "en")
    assert content.media == [Media(type="photo", url="https://pbs.example/1.jpg")]
    assert page_content(page, "5") is None


# -------------------------------------------------------------------------------------------------------------- t.co

_LOCATOR = Target(id="t.co/AbCdEf12", handle="some_acc", printed_date="March 2, 2020")


@pytest.mark.parametrize(
    ("status", "headers", "body", "said"),
    [
        (301, {"location": f"https://twitter.com/Some_Acc/status/{ID}/photo/1"}, b"", "status"),
        (200, {}, f'<head><noscript><META http-equiv="refresh" content="0;URL=https://twitter.com/some_acc/status/{ID}/video/1"></noscript>'.encode(), "status"),
        (301, {"location": f"https://twitter.com/other/status/{ID}/photo/1"}, b"", "other_tweet"),
        (301, {"location": f"https://twitter.com/some_acc/status/{OTHER}/photo/1"}, b"", "other_tweet"),
        (301, {"location": "https://news.example/"}, b"", "elsewhere"),
        (200, {}, b"<html>", "malformed"),
        (301, {}, b"", "malformed"),
        (404, {}, b"", "not_found"),
        (429, {}, b"", "rate_limited"),
    ],
)  # fmt: skip
def test_tco(status, headers, body, said):
    assert answer(TCo, status, body, _LOCATOR, headers=headers)[0][0] == said


# ---------------------------------------------------------------------------------------------------------- all of them

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([ID, "Tweet", "TweetTombstone"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["data", "errors", "includes", "id", "id_str", "text", "user", "users", "media", "html", "tombstone", "status",
                         "__typename", "author_id", "entities", "urls", "mediaDetails", "attachments", "media_keys", "note_tweet", "value",
                         "public_metrics", "referenced_tweets", "type", "withheld", "extended_tweet", "retweeted_status", "author", "variants"]),
        inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(KNOWN)),
    st.sampled_from([200, 200, 200, 301, 400, 401, 403, 404, 429, 500, 599, 204]),
    st.one_of(st.binary(max_size=60), _JSON.map(lambda value: json.dumps(value).encode())),
)
def test_no_answer_whatever_makes_a_resolver_raise_or_say_what_has_no_rule(name, status, body):
    resolver = KNOWN[name](Context())
    for outcome in resolver.parse(status, {}, body, [TARGET]):
        assert outcome.id == ID
        assert (outcome.endpoint, outcome.answer) in RULES
    if isinstance(resolver, Wayback):
        assert ("wayback.playback", resolver.parse_playback(status, {}, body, TARGET).answer) in RULES
    if isinstance(resolver, XApi):
        assert ("xapi.users", resolver.parse_users(status, body, [TARGET])[0].answer) in RULES


SHARED = (
    Path(os.environ.get("NEWSARCHIVE_SHARED", Path(__file__).parents[3] / "shared")) / "reference" / "tweet-samples"
)
PUBLISHED = [
    ("apiv2_lookup_errors.json", "xapi", 200, ["23454", "24"], ["not_authorized", "not_found"]),
    ("apiv2_lookup_partial_docs.json", "xapi", 200, ["123", "456", "789"], ["found", "not_found", "absent"]),
    ("apiv2_lookup_suspended_1000082502030065665.json", "xapi", 200, ["1000082502030065665"], ["not_authorized"]),
    ("apiv2_video.json", "xapi", 200, ["1656684087061381121"], ["found"]),
    ("apiv2_429.json", "xapi", 429, ["20"], ["rate_limited"]),
    ("oembed_error_400_missing_url.json", "oembed", 400, ["20"], ["malformed"]),
    ("oembed_error_403_protected.json", "oembed", 403, ["20"], ["protected"]),
    ("oembed_x_2026_2102808325742322002.json", "oembed", 200, ["2102808325742322002"], ["found"]),
    ("oembed_xdocs_463440424141459456.json", "oembed", 200, ["463440424141459456"], ["found"]),
    ("oembed_xdocs_TwitterDev.json", "oembed", 200, ["20"], ["other"]),
    ("syndication_empty_object.json", "syndication", 200, ["20"], ["empty"]),
    ("syndication_error_400.json", "syndication", 400, ["20"], ["bad_request"]),
    ("syndication_photo_quoting_video_1457720343297019909.json", "syndication", 200, ["1457720343297019909"], ["found"]),
    ("syndication_quote_photos_edited_1838292181909672312.json", "syndication", 200, ["1838292181909672312"], ["found"]),
    ("syndication_reply_with_parent_1482900151027052550.json", "syndication", 200, ["1482900151027052550"], ["found"]),
    ("syndication_tombstone_deleted.json", "syndication", 200, ["20"], ["tombstone_deleted"]),
    ("syndication_tombstone_empty.json", "syndication", 200, ["20"], ["tombstone_empty"]),
    ("graphql_tweet_tombstone_suspended.json", "syndication", 200, ["20"], ["malformed"]),
    ("fxtwitter_v1_404.json", "fxtwitter", 404, ["20"], ["not_found"]),
    ("wayback_cdx_elonmusk_404_then_302.json", "wayback", 200, ["1675187969420828672"], ["none"]),
    ("wayback_cdx_twitter_user_prefix.json", "wayback", 200, ["1264635402788487171", "126463540278848717"], ["captures", "none"]),
]  # fmt: skip


@pytest.mark.parametrize(("file", "name", "status", "ids", "said"), PUBLISHED, ids=[case[0] for case in PUBLISHED])
def test_published_samples_are_understood(file, name, status, ids, said):
    if not (SHARED / file).is_file():
        pytest.skip("the published samples are not on this machine (NEWSARCHIVE_SHARED)")
    outcomes = KNOWN[name](Context()).parse(status, {}, (SHARED / file).read_bytes(), [Target(id=each) for each in ids])
    assert [outcome.answer for outcome in outcomes] == said
    for outcome in outcomes:
        assert outcome.answer != "found" or outcome.content.text


def test_a_published_archived_status_is_understood():
    file = SHARED / "wayback_flat_rewritten_890659426796945408.json"
    if not file.is_file():
        pytest.skip("the published samples are not on this machine (NEWSARCHIVE_SHARED)")
    outcome = Wayback(Context()).parse_playback(200, {}, file.read_bytes(), Target(id="890659426796945408"))
    assert (outcome.answer, outcome.content.created_at) == ("json", "2017-07-27T19:45:29Z")


def test_a_published_archived_answer_of_the_api_is_understood():
    file = SHARED / "apiv2_single.json"
    if not file.is_file():
        pytest.skip("the published samples are not on this machine (NEWSARCHIVE_SHARED)")
    outcome = Wayback(Context()).parse_playback(200, {}, file.read_bytes(), Target(id="1618628579440619521"))
    assert (outcome.answer, outcome.content.replied_to_id) == ("json", "1618619004586950657")
