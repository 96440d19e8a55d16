"""Comments from REST and from feeds."""

import pytest

from newsarchive.dates import Clock
from newsarchive.wordpress.comment_answers import feed_comments, learn_clock, rest_comment

RAW = {
    "id": 12, "post": 7, "parent": 5, "author": 3, "author_name": "Mike &amp; Mary", "author_url": "https://m.example/?a=1&#038;b=2",
    "date": "2019-03-07T14:47:11", "date_gmt": "2019-03-07T12:47:11", "content": {"rendered": '<p>See <a href="https://x.example/">this</a>.</p>'},
    "link": "https://example.org/a/#comment-12", "status": "approved", "type": "comment",
}  # fmt: skip


def test_a_comment_of_the_rest_list() -> None:
    comment = rest_comment(RAW, "https://example.org/a/")
    assert comment is not None
    assert (comment.id, comment.parent_id, comment.author_id, comment.author) == ("12", "5", "3", "Mike & Mary")
    assert (comment.author_url, comment.posted_at, comment.posted_at_precision) == (
        "https://m.example/?a=1&b=2", "2019-03-07T12:47:11Z", "second",
    )  # fmt: skip
    assert (comment.text, comment.links, comment.votes, comment.url) == (
        "See this.", ["https://x.example/"], None, "https://example.org/a/#comment-12",
    )  # fmt: skip


def test_guests_roots_and_the_nameless() -> None:
    comment = rest_comment({**RAW, "parent": 0, "author": 0, "author_name": "", "author_url": ""}, "")
    assert comment is not None
    assert (comment.parent_id, comment.author_id, comment.author, comment.author_url) == (None, None, None, None)


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("http://-", None),  # what some type where a form insists on an address
        ("http://", None),
        ("javascript:alert(1)", None),
        ("https://jane.example/my page/", "https://jane.example/my%20page/"),
        ("/members/jane/", "https://example.org/members/jane/"),
    ],
)
def test_the_address_of_an_author_is_one_or_none_as_in_pages(said: str, address: str | None) -> None:
    comment = rest_comment({**RAW, "author_url": said}, "https://example.org/a/")
    assert comment is not None
    assert comment.author_url == address


def test_what_is_not_approved_or_no_comment_is_none() -> None:
    for raw in (
        {**RAW, "status": "hold"},
        {**RAW, "status": "spam"},
        {**RAW, "id": "x"},
        {**RAW, "id": True},
        {},
        None,
        [],
        "x",
    ):
        assert rest_comment(raw, "") is None


def test_odd_types_are_read_around() -> None:
    comment = rest_comment({"id": "12", "author_name": None, "content": "plain", "date_gmt": 5, "link": {}}, "")
    assert comment is not None
    assert (comment.id, comment.text, comment.posted_at) == ("12", "plain", None)


def test_the_sites_offset_is_learned() -> None:
    clock = Clock()
    learn_clock(RAW, clock)
    assert clock.read("March 7, 2019 2:50 pm") == ("2019-03-07T12:50:00Z", "minute")


FEED = b"""<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<item><title>By: Ada</title><link>https://example.org/a/#comment-6</link><dc:creator><![CDATA[Ada]]></dc:creator><pubDate>Thu, 07 Mar 2019 12:47:11 +0000</pubDate>
<guid isPermaLink="false">https://example.org/a/#comment-6</guid><content:encoded><![CDATA[<p>In reply to <a href="https://example.org/a/#comment-5">Ben</a>.</p>
<p>Words.</p>]]></content:encoded></item></channel></rss>"""


def test_a_comment_feed() -> None:
    (comment,) = feed_comments(FEED)
    assert (comment.id, comment.parent_id, comment.author, comment.posted_at, comment.text) == (
        "6", "5", "Ada", "2019-03-07T12:47:11Z", "Words.",
    )  # fmt: skip


def test_anything_else_is_no_feed() -> None:
    bomb = b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item><guid>&b;</guid></item></channel></rss>'
    for data in (b"", b"<html>", b"{}", b"<rss><channel><item/></channel></rss>", FEED[:300], bomb):
        assert all(comment.id for comment in feed_comments(data))
