"""Everything that reads what strangers send, each as a function of bytes that fails where a promise is broken.

The promises: nothing is raised but what a reader says it raises, and what comes out is valid by the shipped schema and
can be written as UTF-8.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import jsonschema
import msgspec

from newsarchive import markup
from newsarchive.content import content_hash, fingerprint
from newsarchive.dates import wire
from newsarchive.discovery import Entry, Source, Window, archives, feeds, sitemaps
from newsarchive.discovery import rest as rest_lists
from newsarchive.fetch import Answer, Ask
from newsarchive.guard import Expect, judge
from newsarchive.identity import address, post_id_in, site_of
from newsarchive.items import CommentThread
from newsarchive.schema import shipped_schema
from newsarchive.threads import read_thread, tidy
from newsarchive.tweets import find_references
from newsarchive.tweets.outcome import Target
from newsarchive.tweets.resolvers import KNOWN, Context, load
from newsarchive.tweets.resolvers.wayback import captures, page_content
from newsarchive.wordpress import (
    ProtectedPost,
    article_from_html,
    article_from_rest,
    joined,
    next_pages,
    thread_from_html,
)
from newsarchive.wordpress.comment_answers import feed_comments, rest_comment
from newsarchive.wordpress.page_kind import page_kind
from newsarchive.wordpress.site import Site, looks_like_wordpress, rest_root
from newsarchive.wpdiscuz import answers

URL = "https://news.example/2024/05/harbour-reopens/"
SITE = Site(
    name="news.example",
    base="https://news.example/",
    hosts=frozenset({"news.example"}),
    rest="https://news.example/wp-json/",
)
KINDS = ("article", "page", "rest", "ajax", "feed", "sitemap", "any")
RESOLVERS = load(list(KNOWN), Context())
_VALID = jsonschema.Draft202012Validator(shipped_schema())


def keepable(item: Any) -> None:
    """Fails unless `item` makes a valid line, the same each time."""
    line = msgspec.json.encode(item)
    line.decode("utf-8")
    _VALID.validate(json.loads(line))
    assert content_hash(item) == content_hash(msgspec.json.decode(line, type=type(item)))
    fingerprint(item)


def page(data: bytes) -> None:
    """An article's page."""
    pages = next_pages(data, URL)
    assert all(url.startswith("https://news.example/") for url in pages)
    page_kind(data)
    try:
        article = article_from_html(data, URL)
    except ProtectedPost:
        return
    keepable(article)
    assert "<script" not in (article.html or "").lower()
    keepable(joined([article, article]))


def thread(data: bytes) -> None:
    """A page's comments."""
    found = thread_from_html(data, URL)
    keepable(found)
    assert len({comment.id for comment in found.comments}) == len(found.comments) == found.count


def walk(data: bytes) -> None:
    """A thread whose page, and whatever is asked for after it, is this."""
    answer = Answer(url=URL, status=200, body=data, headers={"set-cookie": data[:99].decode("latin-1")})

    async def fetch(ask: Ask) -> Answer:
        return answer

    read = asyncio.run(read_thread(fetch, article_id="s/1", url=URL, page=answer, wordpress=SITE, max_requests=20))
    keepable(read)
    assert read.count == len(read.comments)


def ajax(data: bytes) -> None:
    """An answer of wpDiscuz."""
    answer = Answer(url=URL, status=200, body=data)
    read = answers.read(answer)
    answers.granted_nonce(answer)
    html = getattr(read, "html", None)
    if html:
        thread(html.encode("utf-8", "surrogatepass"))


def rest(data: bytes) -> None:
    """An answer of REST: posts or comments."""
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return  # a reader says so
    comments = []
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, dict) and (article := article_from_rest(one, site="s", base_url=SITE.base)) is not None:
            keepable(article)
        comment = rest_comment(one, URL)
        if comment is not None:
            comments.append(comment)
    tidied = tidy(comments)
    keepable(CommentThread(id="s/1", article_id="s/1", url=URL, source="rest", comments=tidied, count=len(tidied)))


async def _collected(entries: AsyncIterator[list[Entry]]) -> list[Entry]:
    return [entry async for some in entries for entry in some]


def lists(data: bytes) -> None:
    """A sitemap, a feed, a list of REST's, a page that lists articles, a home page."""
    answer = Answer(url=SITE.base, status=200, body=data, headers={"content-type": "application/json"})

    async def fetch(ask: Ask) -> Answer:
        return answer

    for read in (sitemaps.posts, feeds.posts, rest_lists.posts):
        source = Source(name="any")
        entries = asyncio.run(_collected(read(fetch, SITE, Window(), source)))
        assert source.answered or source.refusal
        assert all(SITE.owns(entry.url) for entry in entries if entry.post is None)
        for entry in entries:
            assert entry.key.encode("utf-8") is not None
            assert entry.published_at is None or wire(entry.published_at)
            assert entry.modified_at is None or wire(entry.modified_at)
    asyncio.run(feeds.commented(fetch, SITE))
    feed_comments(data, URL)
    assert all(SITE.owns(link) for link in archives.links(data, URL, SITE))
    home, text = Answer(url=SITE.base, status=200, body=data), markup.decode(data)
    rest_root(home, text)
    looks_like_wordpress(home, text)


def tweets(data: bytes) -> None:
    """What services answer about tweets, and markup that refers to them."""
    for found in find_references(data):
        msgspec.json.encode(found).decode("utf-8")
    targets = [Target(id="1103483853686165505", handle="river_watch"), Target(id="t.co/abc", printed_date="2019-03-05")]
    for resolver in RESOLVERS:
        asked = targets[1:] if resolver.name == "t.co" else targets[:1]
        for status in (200, 404):
            outcomes = resolver.parse(status, {}, data, asked)
            assert [one.id for one in outcomes] == [one.id for one in asked]
            msgspec.json.encode(outcomes).decode("utf-8")
    captures(data)
    page_content(data, targets[0].id)


def rules(data: bytes) -> None:
    """The rules that tell what is not the page; the first two bytes are the status and what was asked for."""
    if len(data) < 2:
        return
    status = (200, 202, 301, 403, 404, 410, 429, 503)[data[0] % 8]
    expect = Expect(kind=KINDS[data[1] % 7], home=SITE.base, post_id="7" if data[1] & 128 else None)  # type: ignore[arg-type]
    location = {"location": data[2:80].decode("latin-1"), "content-type": "text/html"}
    incident = judge(Answer(url=URL, asked=URL, status=status, body=data[2:], headers=location), expect)
    if incident is not None:
        assert len(incident.evidence.matched) <= 200
        incident.evidence.matched.encode("utf-8")


def addresses(data: bytes) -> None:
    """An address as a page or a list may write it."""
    text = data.decode("utf-8", "replace")
    address(text).encode("utf-8")
    with contextlib.suppress(ValueError):  # as it says of what has no host
        assert re.fullmatch(r"[a-z0-9._-]{1,120}", site_of(text))
    post_id_in(text)
    SITE.here(text)
    SITE.owns(text)


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (page, thread, walk, ajax, rest, lists, tweets, rules, addresses)
}
