"""Tweets as Twitter's own JSON shapes write them: API v2, API v1.1 (archived streams) and the embed widget's."""

import re
from collections.abc import Mapping
from datetime import datetime
from html import unescape
from typing import Any

from newsarchive.dates import parse_iso, wire
from newsarchive.items import Media, Metrics, TweetLink
from newsarchive.tweets.outcome import Content
from newsarchive.tweets.resolvers.base import mapping, number, sequence, words

_REWRITTEN = re.compile(r"https?://web\.archive\.org/web/\d{1,14}(?:[a-z]{2}_)?/(?=https?:)")
_V1_TIME = "%a %b %d %H:%M:%S %z %Y"
_MEDIA_TYPES = {"photo", "video", "animated_gif"}


def from_v2(tweet: Mapping[str, Any], includes: Mapping[str, Any], at: str | None) -> Content:
    """``data`` of API v2 (one tweet) with its ``includes``; `at` is when its counts were so."""
    note = mapping(tweet.get("note_tweet"))
    entities = mapping(note.get("entities")) or mapping(tweet.get("entities"))
    text = words(note.get("text")) or words(tweet.get("text"))
    user = _by(includes, "users", "id", tweet.get("author_id"))
    metrics = mapping(tweet.get("public_metrics"))
    content = Content(
        handle=words(user.get("username")),
        author_name=words(user.get("name")),
        author_id=words(tweet.get("author_id")),
        created_at=_iso(tweet.get("created_at")),
        text=_plain(text),
        text_truncated=False if text else None,
        language=words(tweet.get("lang")),
        urls=_links(entities.get("urls"), "url"),
        conversation_id=_digits(tweet.get("conversation_id")),
        withheld_in=_withheld(tweet) or _withheld(user),
        metrics=_metrics(metrics, "like_count", "retweet_count", "reply_count", "quote_count", "impression_count", at),
    )
    for reference in map(mapping, sequence(tweet.get("referenced_tweets"))):
        other = _digits(reference.get("id"))
        if reference.get("type") == "quoted":
            content.quoted_id = other
        elif reference.get("type") == "replied_to":
            content.replied_to_id = other
        elif reference.get("type") == "retweeted":
            inner = _by(includes, "tweets", "id", other)
            content.text = _retweet(content.text, _plain(words(inner.get("text"))))
    keys = sequence(mapping(tweet.get("attachments")).get("media_keys"))
    media = [_by(includes, "media", "media_key", key) for key in keys]
    content.media = [found for found in map(_media_v2, media) if found] or None
    return content


def from_v1(tweet: Mapping[str, Any], at: str | None) -> Content:
    """A v1.1 status as the archived stream holds it, ``extended_tweet`` and all."""
    longer = mapping(tweet.get("extended_tweet"))
    text = words(longer.get("full_text")) or words(tweet.get("full_text")) or words(tweet.get("text"))
    user = mapping(tweet.get("user"))
    entities = mapping(longer.get("entities")) or mapping(tweet.get("entities"))
    extended = mapping(longer.get("extended_entities")) or mapping(tweet.get("extended_entities")) or entities
    content = Content(
        handle=words(user.get("screen_name")),
        author_name=words(user.get("name")),
        author_id=words(user.get("id_str")) or words(user.get("id")),
        created_at=_v1_time(tweet.get("created_at")),
        text=_plain(text),
        text_truncated=(bool(tweet.get("truncated")) and not longer) if text else None,
        language=words(tweet.get("lang")),
        urls=_links(entities.get("urls"), "url"),
        quoted_id=_digits(tweet.get("quoted_status_id_str")),
        replied_to_id=_digits(tweet.get("in_reply_to_status_id_str")),
        withheld_in=[country for country in map(words, sequence(tweet.get("withheld_in_countries"))) if country]
        or None,
        metrics=_metrics(tweet, "favorite_count", "retweet_count", "reply_count", "quote_count", "", at),
        media=[found for found in map(_media_v1, sequence(extended.get("media"))) if found] or None,
    )
    if inner := mapping(tweet.get("retweeted_status")):
        content.text = _retweet(content.text, from_v1(inner, at).text if "retweeted_status" not in inner else None)
        content.text_truncated = False
    return content


def from_widget(tweet: Mapping[str, Any], at: str | None) -> Content:
    """``"__typename":"Tweet"`` of the embed widget's endpoint. With ``note_tweet`` its text is the cut one."""
    user, entities = mapping(tweet.get("user")), mapping(tweet.get("entities"))
    text = words(tweet.get("text"))
    return Content(
        handle=words(user.get("screen_name")),
        author_name=words(user.get("name")),
        author_id=words(user.get("id_str")),
        created_at=_iso(tweet.get("created_at")),
        text=_plain(text),
        text_truncated=bool(tweet.get("note_tweet")) if text else None,
        language=words(tweet.get("lang")),
        urls=_links(entities.get("urls"), "url"),
        quoted_id=_digits(mapping(tweet.get("quoted_tweet")).get("id_str")),
        replied_to_id=_digits(tweet.get("in_reply_to_status_id_str")),
        metrics=_metrics(tweet, "favorite_count", "", "conversation_count", "", "", at),
        media=[found for found in map(_media_v1, sequence(tweet.get("mediaDetails"))) if found] or None,
    )


def _by(includes: Mapping[str, Any], kind: str, key: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        return {}
    return next((one for one in map(mapping, sequence(includes.get(kind))) if one.get(key) == value), {})


def _plain(text: str | None) -> str | None:
    return unescape(text) if text else None


def _retweet(shown: str | None, inner: str | None) -> str | None:
    """``RT @name: words``, with the inner tweet's words, which are not cut."""
    start = re.match(r"RT @\w{1,20}: ", shown or "")
    return start.group() + inner if start and inner else shown


def _digits(value: Any) -> str | None:
    text = words(value)
    return text if text and text.isascii() and text.isdigit() and len(text) <= 20 else None


def _iso(value: Any) -> str | None:
    moment = parse_iso(words(value))
    return wire(moment) if moment else None


def _v1_time(value: Any) -> str | None:
    try:
        return wire(datetime.strptime(str(value), _V1_TIME))
    except (ValueError, OverflowError):  # not of that form
        return None


def _withheld(thing: Mapping[str, Any]) -> list[str] | None:
    countries = sequence(mapping(thing.get("withheld")).get("country_codes"))
    return [country for country in map(words, countries) if country] or None


def _url(value: Any) -> str | None:
    text = words(value)
    return _REWRITTEN.sub("", text) if text and re.match(r"https?://", text) else None


def _links(value: Any, short: str) -> list[TweetLink] | None:
    links = []
    for link in map(mapping, sequence(value)):
        if (seen := _url(link.get(short))) and not link.get("media_key"):
            links.append(
                TweetLink(short=seen, expanded=_url(link.get("unwound_url")) or _url(link.get("expanded_url")))
            )
    return links or None


def _best(variants: Any, rate: str) -> str | None:
    """The address of the video variant with the most bits a second."""
    found = [
        (number(one.get(rate)) or 0, _url(one.get("url") or one.get("src"))) for one in map(mapping, sequence(variants))
    ]
    usable = [pair for pair in found if pair[1]]
    return max(usable, key=lambda pair: pair[0])[1] if usable else None


def _media_v2(media: Mapping[str, Any]) -> Media | None:
    url = _url(media.get("url")) or _best(media.get("variants"), "bit_rate") or _url(media.get("preview_image_url"))
    kind = words(media.get("type"))
    return Media(type=kind, url=url, alt=words(media.get("alt_text"))) if url and kind in _MEDIA_TYPES else None


def _media_v1(value: Any) -> Media | None:
    media = mapping(value)
    kind = words(media.get("type")) or "photo"
    video = _best(mapping(media.get("video_info")).get("variants"), "bitrate") if kind != "photo" else None
    url = video or _url(media.get("media_url_https")) or _url(media.get("media_url"))
    return Media(type=kind, url=url, alt=words(media.get("ext_alt_text"))) if url and kind in _MEDIA_TYPES else None


def _metrics(
    counts: Mapping[str, Any], likes: str, retweets: str, replies: str, quotes: str, views: str, at: str | None
) -> Metrics | None:
    found = [number(counts.get(name)) if name else None for name in (likes, retweets, replies, quotes, views)]
    if all(count is None for count in found):
        return None
    return Metrics(likes=found[0], retweets=found[1], replies=found[2], quotes=found[3], views=found[4], observed_at=at)
