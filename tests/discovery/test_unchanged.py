"""Conditional requests for lists."""

import asyncio

from newsarchive.discovery import Source, Window, feeds
from newsarchive.discovery.unchanged import Unchanged
from newsarchive.fetch import Answer, Ask
from tests.discovery.conftest import gather

FEED = b"<rss><channel><item><link>https://example.org/a/</link></item></channel></rss>"


class Server:
    def __init__(self) -> None:
        self.asked: list[Ask] = []

    async def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if "paged" in ask.url:
            return Answer(url=ask.url, status=404)
        if ask.headers.get("If-None-Match") == '"one"':
            return Answer(url=ask.url, status=304)
        return Answer(
            url=ask.url,
            status=200,
            body=FEED,
            headers={"etag": '"one"', "last-modified": "Thu, 07 Mar 2019 14:47:00 GMT"},
        )


def listed(site, fetch) -> tuple[list, Source]:
    source = Source(name="feed")
    return asyncio.run(gather(feeds.posts(fetch, site, Window(), source))), source


def test_an_unchanged_feed_is_not_sent_again(site) -> None:
    server = Server()
    first = Unchanged(server, {})
    assert len(listed(site, first)[0]) == 1
    entries, source = listed(site, Unchanged(server, first.validators))
    assert entries == []
    assert source.complete
    assert server.asked[-1].headers["If-Modified-Since"] == "Thu, 07 Mar 2019 14:47:00 GMT"


def test_articles_that_were_commented_on_are_named_by_the_comment_feed(site) -> None:
    async def fetch(ask: Ask) -> Answer:
        assert ask.url == "https://example.org/comments/feed/"
        body = b"<rss><channel><item><link>http://www.old.example.net/a/#comment-7</link></item><item><link>https://example.org/a/#comment-8</link></item></channel></rss>"
        return Answer(url=ask.url, status=200, body=body)

    assert asyncio.run(feeds.commented(fetch, site)) == ["https://example.org/a/"]
