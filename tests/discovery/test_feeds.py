"""Articles by feeds."""

import asyncio
from datetime import datetime, timezone

from newsarchive.discovery import Source, Window, feeds
from tests.discovery.conftest import Paper, gather

UTC = timezone.utc


def rss(*numbers: int) -> str:
    items = "".join(
        f"<item><title>T</title><link>https://example.org/post-{n}/</link><comments>https://example.org/post-{n}/#comments</comments>"
        f"<pubDate>Thu, {n:02} Mar 2019 14:47:00 +0200</pubDate><guid isPermaLink='false'>https://example.org/?p={n}</guid>"
        f"<slash:comments>{n}</slash:comments></item>"
        for n in numbers
    )
    return f"<rss version='2.0' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><channel><link>https://example.org</link>{items}</channel></rss>"


def listed(site, paper, window=None):
    source = Source(name="feed")
    return asyncio.run(gather(feeds.posts(paper, site, window or Window(), source))), source


def test_pages_are_read_until_there_are_no_more(site) -> None:
    paper = Paper({"https://example.org/feed/": rss(9, 8), "https://example.org/feed/?paged=2": rss(7)})
    entries, source = listed(site, paper)
    assert [(e.post_id, e.url, e.comment_count) for e in entries] == [
        ("9", "https://example.org/post-9/", 9),
        ("8", "https://example.org/post-8/", 8),
        ("7", "https://example.org/post-7/", 7),
    ]
    assert entries[0].published_at == datetime(2019, 3, 9, 12, 47, tzinfo=UTC)
    assert source.complete


def test_a_feed_that_ignores_the_page_number_ends(site) -> None:
    paper = Paper(lambda url: rss(9, 8))
    entries, source = listed(site, paper)
    assert len(entries) == 2
    assert len(paper.asked) == 2
    assert source.complete


def test_a_feed_is_not_read_further_than_what_is_asked_for(site) -> None:
    paper = Paper(
        {
            "https://example.org/feed/": rss(9, 8),
            "https://example.org/feed/?paged=2": rss(7, 6),
            "https://example.org/feed/?paged=3": rss(5),
        }
    )
    entries, _ = listed(site, paper, Window(since=datetime(2019, 3, 8, tzinfo=UTC)))
    assert [e.post_id for e in entries] == ["9", "8"]
    assert len(paper.asked) == 2


def test_a_page_that_fails_leaves_the_list_incomplete(site) -> None:
    paper = Paper({"https://example.org/feed/": rss(9, 8), "https://example.org/feed/?paged=2": 500})
    _, source = listed(site, paper)
    assert source.problems == ["https://example.org/feed/?paged=2: answers 500"]


def test_atom_is_read(site) -> None:
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='alternate' href='https://example.org/a/'/>"
        "<id>https://example.org/?p=5</id><published>2019-03-07T12:00:00Z</published></entry></feed>"
    )
    assert [(i.url, i.post_id, i.published_at) for i in feeds.items(atom.encode())] == [
        ("https://example.org/a/", "5", datetime(2019, 3, 7, 12, tzinfo=UTC))
    ]


def test_a_site_without_feed_says_so(site) -> None:
    _, source = listed(site, Paper({}))
    assert not source.answered
    assert source.refusal == "https://example.org/?feed=rss2: answers 404"


def test_the_feed_of_a_site_without_permalinks_is_read(site) -> None:
    paper = Paper({"https://example.org/?feed=rss2": rss(9, 8), "https://example.org/?feed=rss2&paged=2": rss(7)})
    entries, source = listed(site, paper)
    assert [e.post_id for e in entries] == ["9", "8", "7"]
    assert (source.complete, source.refusal) == (True, None)


def test_a_site_known_to_be_without_permalinks_is_asked_by_queries_at_once(site) -> None:
    site.permalinks = False
    feed = Paper({"https://example.org/?feed=rss2": rss(9)})
    comments = Paper({"https://example.org/?feed=comments-rss2": rss(9)})
    listed(site, feed)
    assert asyncio.run(feeds.commented(comments, site)) == ["https://example.org/post-9/"]
    assert feed.asked == ["https://example.org/?feed=rss2", "https://example.org/?feed=rss2&paged=2"]
    assert comments.asked == ["https://example.org/?feed=comments-rss2"]
