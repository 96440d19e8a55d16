"""Fills the tweets of articles and comments with the best that is known of them."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from itemadapter import ItemAdapter
from scrapy.crawler import Crawler

from newsarchive.dates import parse_iso
from newsarchive.errand import errand_of
from newsarchive.items import Article, CommentThread, EmbeddedTweet, Tweet
from newsarchive.tweets import find_references
from newsarchive.tweets.address import MIRRORS
from newsarchive.tweets.filling import fill_reference, said_by_markup, target_of
from newsarchive.tweets.hosts import SystemClock
from newsarchive.tweets.outcome import Observation
from newsarchive.tweets.parts import Pushed
from newsarchive.tweets.service import Service, forget, service_of
from newsarchive.tweets.states import Record, fold, moment_of, quote_digest

log = logging.getLogger(__name__)

_SAME_QUOTES = 5  # differing quotes of one tweet that are worth keeping


@dataclass
class _Place:
    """An article or a comment, with its references."""

    holder: MutableMapping[str, Any]
    tweets: list[EmbeddedTweet]
    as_mappings: bool
    time: datetime | None


class TweetsPipeline:
    """Looks up the tweets of every item that has any: items of any class with ``tweets`` or ``comments``.

    The references are those the parser put there; where it put none they are looked for in ``html`` or ``text``. Each
    is filled from the log of observations; what is due there is asked for first, for at most
    NEWSARCHIVE_TWEET_BUDGET_SECONDS an item. What is not back by then stays ``unresolved`` (or what the page itself
    says) and waits for ``scrapy crawl tweets``. No failure here loses an item: at worst it leaves as it came.
    Stats: ``newsarchive/tweets/references``, ``unresolved``, and ``<resolver>/requests`` and ``<resolver>/<answer>``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.service: Service | None = None
        self._met: set[str] = set()
        """Tweets of what was read, where somebody is to be told at the end which of them wait."""
        self._told: set[str] = set()
        """What was said of the log of observations."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TweetsPipeline":
        return cls(crawler)

    def open_spider(self) -> None:
        """Opens the log; where that fails the pages' own words are all that tweets are filled with."""
        try:
            self.service = service_of(self.crawler)
        except (OSError, sqlite3.Error) as error:
            log.error("tweets: the log of observations cannot be opened, nothing is looked up: %s", error)

    async def close_spider(self) -> None:
        """Waits a moment for answers that are on their way, and hands on what waits for one after that."""
        if self.service is not None:
            await self.service.settle()
            await self._hand_on(self.service)
            await self.service.close()
            pushed = await self.service.push(ending=True)
            self._said(pushed)
            if (
                pushed and pushed.error and self.crawler.stats
            ):  # the run's verdict counts it with the archive's own parts
                self.crawler.stats.inc_value("newsarchive/upload/pending", max(pushed.pending, 1))
            forget(self.crawler)

    async def _hand_on(self, service: Service) -> None:
        errand = errand_of(self.crawler)
        if errand.hand_on_tweets is None or not (errand.hand_on or self._met):
            return
        ids = None if errand.hand_on else self._met
        try:
            errand.hand_on_tweets(await asyncio.to_thread(service.left, self._site({}), ids))
        except sqlite3.Error as error:
            self._unusable(error)

    def _unusable(self, error: sqlite3.Error) -> None:
        """Tells once what is wrong with the log of observations: a full disk is so for every item."""
        if str(error) not in self._told:
            self._told.add(str(error))
            log.error("tweets: the log of observations cannot be used: %s", error)

    def _said(self, pushed: Pushed | None) -> None:
        """Tells what came of putting the log on S3; the next time does the rest."""
        if pushed is not None and pushed.error:
            log.error("tweets: observations are not on S3 yet: %s. They are kept here.", pushed.error)

    async def process_item(self, item: Any) -> Any:
        """The item, its tweets filled."""
        if self.service is not None:
            self._said(await self.service.push())
        if isinstance(item, Tweet) or not ItemAdapter.is_item(item) or self._has_none(item):
            return item
        adapter = ItemAdapter(item)
        places = [place for place in self._places(adapter) if place.tweets]
        if not places:
            return item
        self._count("references", sum(len(place.tweets) for place in places))
        document = str(adapter.get("url") or adapter.get("id") or "")
        try:
            await self._fill(places, document, self._site(adapter))
        except sqlite3.Error as error:
            self._unusable(error)
            self._fill_alone(places, document)
        except Exception:  # whatever is in a page or an answer, it may cost the tweets' state but not the article
            log.exception("tweets: those of %s are left as its page has them", document)
        for place in places:
            place.holder["tweets"] = (
                [msgspec.to_builtins(tweet) for tweet in place.tweets] if place.as_mappings else place.tweets
            )
            self._count("unresolved", sum(tweet.state == "unresolved" for tweet in place.tweets))
        return item

    def _site(self, adapter: Mapping[str, Any]) -> str:
        spider = self.crawler.spider
        run = getattr(spider, "run", None)
        return str(adapter.get("site") or getattr(run, "site", None) or getattr(spider, "name", ""))

    def _count(self, what: str, by: int) -> None:
        if by and self.crawler.stats:
            self.crawler.stats.inc_value(f"newsarchive/tweets/{what}", by)

    # ---------------------------------------------------------------------------------------------------- finding

    def _has_none(self, item: Any) -> bool:
        """Whether one of our own items refers to no tweet, which most do not; looked at without an adapter for each comment."""
        if not isinstance(item, (Article, CommentThread)):
            return False
        mirrors = self.service.mirrors if self.service else MIRRORS
        holders = [item] if isinstance(item, Article) else item.comments
        return not any(one.tweets or find_references(one.html or one.text or "", mirrors) for one in holders)

    def _places(self, adapter: ItemAdapter) -> Iterator[_Place]:
        comments = adapter.get("comments")
        if "tweets" in adapter.field_names() or not isinstance(comments, list):
            time = parse_iso(adapter.get("modified_at")) or parse_iso(adapter.get("published_at"))
            yield self._place(adapter, time)
        for comment in comments if isinstance(comments, list) else ():
            if ItemAdapter.is_item(comment):
                holder = ItemAdapter(comment)
                yield self._place(holder, parse_iso(holder.get("posted_at")))

    def _place(self, holder: ItemAdapter, time: datetime | None) -> _Place:
        given = holder.get("tweets") or []
        mappings = isinstance(holder.item, dict) or any(isinstance(one, dict) for one in given)
        tweets = [found for found in map(_reference, given) if found is not None]
        mirrors = self.service.mirrors if self.service else MIRRORS
        if (not tweets or mirrors != MIRRORS) and self._may_hold(holder):
            source = holder.get("html") or holder.get("text")
            found = find_references(source, mirrors) if isinstance(source, (str, bytes)) else []
            if len(found) > len(tweets):
                tweets = found
        return _Place(holder, tweets, mappings, time)

    @staticmethod
    def _may_hold(holder: ItemAdapter) -> bool:
        """Whether the item has somewhere to put tweets."""
        return isinstance(holder.item, dict) or "tweets" in holder.field_names()

    # ---------------------------------------------------------------------------------------------------- filling

    async def _fill(self, places: list[_Place], document: str, site: str) -> None:
        service = self.service
        if service is None:
            self._fill_alone(places, document)
            return
        at = service.now()
        asked = [
            (place, tweet, target)
            for place in places
            for tweet in place.tweets
            if (target := target_of(tweet)) is not None
        ]
        targets = {target.id: target for _, _, target in asked}
        service.log.note(site, document, list(targets.values()))
        if errand_of(self.crawler).hand_on_tweets:
            self._met.update(targets)
        records = service.log.records(targets)
        if self._keep_quotes(service, records, places, document, at):
            records = service.log.records(targets)
        due = service.lookups.due(list(targets.values()), records=records)
        if due:
            await service.lookups.look_up(due, budget_seconds=service.budget_seconds)
            records = service.log.records(targets)
        for place, tweet, target in asked:
            fill_reference(tweet, records.get(target.id) or Record(id=target.id), place.time, at)

    def _keep_quotes(
        self, service: Service, records: Mapping[str, Record], places: list[_Place], document: str, at: str
    ) -> bool:
        """Keeps the words of quotes as observations, each differing wording once; says whether there were any to keep."""
        said = [
            found
            for place in places
            for tweet in place.tweets
            if (found := said_by_markup(tweet, document, at)) is not None
        ]
        known = {one.id: list(records[one.id].quotes) if one.id in records else [] for one in said}
        new: list[Observation] = []
        for one in said:
            assert one.content is not None
            digest = quote_digest(one.content)
            if digest not in known[one.id] and len(known[one.id]) < _SAME_QUOTES:
                known[one.id].append(digest)
                new.append(one)
        service.log.append(new)
        return bool(new)

    def _fill_alone(self, places: list[_Place], document: str) -> None:
        """Fills tweets from the page they stand on, without the log."""
        at = moment_of(SystemClock().now())
        for place in places:
            for tweet in place.tweets:
                said = said_by_markup(tweet, document, at)
                record = fold(tweet.id, [said]) if tweet.id and said else Record(id=tweet.id or "")
                fill_reference(tweet, record, place.time, at)


def _reference(value: Any) -> EmbeddedTweet | None:
    if isinstance(value, EmbeddedTweet):
        return value
    try:
        return msgspec.convert(dict(value), EmbeddedTweet)
    except (TypeError, ValueError, msgspec.ValidationError):  # another class's notion of a tweet: left alone
        return None
