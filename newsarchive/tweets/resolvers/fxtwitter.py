"""FxTwitter's public API, kept by volunteers. Opt-in: no contract, and its robots.txt closes it to every crawler."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from html import unescape
from typing import Any

from newsarchive.dates import wire
from newsarchive.fetch import Ask
from newsarchive.items import Media, Metrics
from newsarchive.tweets.hosts import Lane
from newsarchive.tweets.outcome import Content, Outcome, Target
from newsarchive.tweets.resolvers.base import (
    Context,
    Resolver,
    as_json,
    failure,
    mapping,
    number,
    same,
    sequence,
    words,
)

_REASONS = {"deleted", "suspended", "private", "blocked", "unavailable"}
_TYPES = {"photo": "photo", "video": "video", "gif": "animated_gif"}


class FxTwitter(Resolver):
    """``GET /2/status/ID`` for one tweet."""

    name = "fxtwitter"
    lane = Lane(
        host="api.fxtwitter.com",
        interval_seconds=0.5,
        rest_seconds=900,
        rest_most_seconds=86_400,
        strikes=3,
        robots="robots.txt closes the host to crawlers: whoever names this resolver in the settings takes that on",
    )

    def __init__(self, context: Context) -> None:
        self.base = str(context.setting("NEWSARCHIVE_TWEET_FXTWITTER_URL", "https://api.fxtwitter.com")).rstrip("/")
        super().__init__(context)

    def request(self, targets: Sequence[Target]) -> Ask:
        """The tweet by its id."""
        return Ask(url=f"{self.base}/2/status/{targets[0].id}", headers={"Accept": "application/json"})

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """``{"code":200,"status":{…}}`` or ``{"code":404,"tombstone":{"reason":"deleted"}}``; version 1 has ``tweet`` and
        ``message`` (PRIVATE_TWEET with 401, NOT_FOUND). The reasons are guesses of the service."""
        endpoint = "fxtwitter"
        answer = mapping(as_json(body))
        reason = words(mapping(answer.get("tombstone")).get("reason"))
        if reason:
            return same(
                targets, endpoint, reason if reason in _REASONS else "unavailable", words(answer.get("message"))
            )
        if status == 401 and answer.get("message") == "PRIVATE_TWEET":
            return same(targets, endpoint, "private", "PRIVATE_TWEET")
        if failed := failure(status):
            return same(targets, endpoint, failed)
        tweet = mapping(answer.get("status")) or mapping(answer.get("tweet"))
        if status == 404 and answer and not tweet:
            return same(targets, endpoint, "not_found", words(answer.get("message")))
        if status != 200 or words(tweet.get("id")) != targets[0].id:
            return same(targets, endpoint, "malformed", f"status {status}")
        return [Outcome(id=targets[0].id, endpoint=endpoint, answer="found", content=self._content(tweet))]

    def _content(self, tweet: Mapping[str, Any]) -> Content:
        author, media = mapping(tweet.get("author")), mapping(tweet.get("media"))
        text = words(mapping(tweet.get("raw_text")).get("text")) or words(tweet.get("text"))
        seconds = number(tweet.get("created_timestamp"))
        counts = [
            number(tweet.get(name) if tweet.get(name) is not None else tweet.get(other))
            for name, other in (("likes", ""), ("retweets", "reposts"), ("replies", ""), ("quotes", ""), ("views", ""))
        ]
        shown = sequence(media.get("all")) or [*sequence(media.get("photos")), *sequence(media.get("videos"))]
        replied = tweet.get("replying_to_status") or mapping(tweet.get("replying_to")).get("status")
        return Content(
            handle=words(author.get("screen_name")),
            author_name=words(author.get("name")),
            author_id=words(author.get("id")),
            created_at=wire(datetime.fromtimestamp(seconds, timezone.utc)) if seconds and seconds < 1 << 34 else None,
            text=unescape(text) if text else None,
            text_truncated=False if text else None,
            language=words(tweet.get("lang")),
            media=[found for found in map(_media, shown) if found] or None,
            quoted_id=words(mapping(tweet.get("quote")).get("id")),
            replied_to_id=words(replied),
            metrics=Metrics(
                likes=counts[0], retweets=counts[1], replies=counts[2], quotes=counts[3], views=counts[4],
                observed_at=self.context.now() or None,
            ),
        )  # fmt: skip


def _media(value: Any) -> Media | None:
    media = mapping(value)
    kind, url = _TYPES.get(str(media.get("type"))), words(media.get("url"))
    if not kind or not url or not url.startswith(("http://", "https://")):
        return None
    return Media(type=kind, url=url, alt=words(media.get("altText")) or words(media.get("alt_text")))
