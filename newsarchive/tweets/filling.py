"""Puts what is known of a tweet where it is shown: into an article's or a comment's reference, and into a line of its own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from newsarchive.items import EmbeddedTweet, Evidence, Tweet, TweetFacts
from newsarchive.tweets.address import canonical
from newsarchive.tweets.clock import FIRST_SNOWFLAKE, created_at, doubt
from newsarchive.tweets.outcome import Content, Observation, Target
from newsarchive.tweets.states import Record

_SAID = ("handle", "author_name", "author_id", "text", "text_truncated", "language", "media", "urls", "quoted_id",
         "replied_to_id", "conversation_id", "metrics")  # fmt: skip


def target_of(tweet: EmbeddedTweet) -> Target | None:
    """What can be asked about a reference; None for one that names neither an id nor a code."""
    if tweet.id:
        return Target(id=tweet.id, handle=tweet.handle, seen=next(iter(tweet.urls_seen), None))
    if tweet.locator:
        return Target(id=f"t.co/{tweet.locator}", handle=tweet.handle, printed_date=tweet.printed_date)
    return None


def said_by_markup(tweet: EmbeddedTweet, document: str, at: str) -> Observation | None:
    """The words of a quote in a page as an observation, so that every other document that refers to the tweet has them too."""
    if not tweet.id or tweet.resolver != "markup" or not tweet.text:
        return None
    content = Content(
        handle=tweet.handle,
        author_name=tweet.author_name,
        text=tweet.text,
        text_truncated=tweet.text_truncated,
        language=tweet.language,
        urls=tweet.urls or None,
    )
    return Observation(
        id=tweet.id, resolver="markup", endpoint="markup", answer="said", content=content, at=at, url=document
    )


def fill(tweet: TweetFacts, tweet_id: str, record: Record) -> None:
    """Writes the record into `tweet`; what the record does not know stays as the markup had it."""
    content = record.content
    for name in _SAID:
        value = getattr(content, name)
        if value is not None:
            setattr(tweet, name, value)
    if content.created_at and int(tweet_id) < FIRST_SNOWFLAKE:
        tweet.created_at, tweet.created_at_source = content.created_at, "api"
    tweet.state, tweet.state_checked_at = record.state, record.state_checked_at
    tweet.evidence = list(record.evidence)
    if record.resolver:
        tweet.resolver, tweet.resolved_at = record.resolver, record.resolved_at


def fill_reference(tweet: EmbeddedTweet, record: Record, article_time: datetime | None, at: str) -> None:
    """Fills a reference of a document of `article_time`; an id that does not go with that time is marked in the evidence."""
    if tweet.id is None and record.content.status_id:  # a code whose tweet has been proven
        tweet.id, tweet.kind = record.content.status_id, "embed"
        tweet.url = canonical(tweet.id, tweet.handle)
        tweet.created_at, tweet.created_at_source = created_at(tweet.id)
        tweet.evidence = list(record.evidence)
        return
    if tweet.id is None:
        return
    fill(tweet, tweet.id, record)
    if "/i/web/" in (tweet.url or "") and tweet.handle:
        tweet.url = canonical(tweet.id, tweet.handle)
    if why := doubt(tweet.id, article_time):
        tweet.evidence = [*tweet.evidence, Evidence(resolver="snowflake", outcome=f"doubtful: {why}", at=at)]


def line_of(target: Target, record: Record, *, site: str, seen: Sequence[str], at: str) -> Tweet:
    """The tweet as a line of its own; `seen` are the addresses under which it was met."""
    handle = record.content.handle or target.handle
    when, source = created_at(target.id)
    tweet = Tweet(
        id=target.id,
        site=site,
        url=canonical(target.id, handle),
        fetched_at=at,
        source=record.resolver or "snowflake",
        handle=handle,
        created_at=when,
        created_at_source=source,
    )
    fill(tweet, target.id, record)
    return replace(tweet, urls_seen=list(seen))
