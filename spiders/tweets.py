"""Looks up the tweets that crawls have met: `scrapy crawl tweets`."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, get_args

import scrapy
from scrapy.settings import BaseSettings

from newsarchive.archive.crawl import archive_of, setting
from newsarchive.arguments import ArgumentError, argument, one_of, read_arguments, whole_number
from newsarchive.errand import errand_of
from newsarchive.items import Tweet, TweetState
from newsarchive.tweets.filling import line_of
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Target
from newsarchive.tweets.service import Service, log_path, service_of
from newsarchive.tweets.states import ruling
from newsarchive.verdict import judge_sweep
from newsarchive.visitor import introduce

CHUNK = 500
"""Tweets that are asked about together: enough to fill a hundred to a request and to list an account once."""
PATIENCE = 1000
"""Seconds a sweep waits for a host that wants to be left alone; for longer, and that host's tweets wait for another day."""
PASSES = 3
"""So often the tweets are gone through: what failed for the moment is due again after a minute."""


def tweet_ids(text: str) -> tuple[str, ...]:
    """Status ids, separated by commas."""
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not found or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in found):
        raise ValueError
    return found


@dataclass(frozen=True, kw_only=True)
class SweepArguments:
    """What the sweep can be told."""

    limit: int | None = argument(whole_number, None, "a whole number from 1 up", "stop after so many tweets")
    state: str | None = argument(
        one_of(*get_args(TweetState)), None, "a state (unresolved, unavailable, deleted …)", "only tweets in this state"
    )
    ids: tuple[str, ...] = argument(
        tweet_ids, (), "status ids, comma separated", "only these, whether they are due or not"
    )
    site: str | None = argument(
        str, None, "a site's name", "only tweets met on this site; needed where there are several"
    )
    patience: int = argument(
        whole_number, PATIENCE, "seconds", "how long to wait for a host that wants to be left alone"
    )


@dataclass(kw_only=True)
class Sweep:
    """What is swept."""

    site: str
    ended: bool = False
    """Whether all that was due has been gone through."""
    unanswered: set[str] = field(default_factory=set)
    """The tweets that were asked about and of which nobody has answered anything."""


def site_of(settings: BaseSettings, asked: str | None) -> str | None:
    """The one site whose tweets are meant; None where no tweet was met yet. ArgumentError where it has to be named, or is none of those."""
    observations = ObservationLog(log_path(settings))
    sites = observations.sites()
    observations.close()
    if asked in sites or not sites:
        return asked
    if asked is not None or len(sites) > 1:
        raise ArgumentError(f"-a site={asked or '…'}: tweets were met on {', '.join(sites)}; name one")
    return sites[0]


class TweetsSpider(scrapy.Spider):
    """Asks the resolvers about every tweet that is pending or due for another look, the most referenced first.

    It writes a line for each tweet that something became known of, be it by an answer that a crawl of articles got. Stopped
    at any moment, it goes on where it was: what is answered is in the log. At the end it prints how many tweets are in which state.

    A fleet's errand names the tweets; they may have been met on another machine, and those that are not due, as a worker
    that died has asked about them, have their lines all the same.
    """

    name = "tweets"
    arguments: ClassVar[type] = SweepArguments
    sweeps_tweets: ClassVar[bool] = True

    base = ""
    """The address whose host may be a private one."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name)
        self.asked: SweepArguments = read_arguments(self.arguments, given)
        self.run = Sweep(site=self.asked.site or self.name)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leaves pace and patience to the resolvers' lanes; a refusal is theirs to judge, not the crawl's."""
        super().update_settings(settings)
        introduce(settings)
        settings.set("AUTOTHROTTLE_ENABLED", False, priority="spider")
        middlewares = dict(settings.getdict("DOWNLOADER_MIDDLEWARES"))
        for name in ("Patience", "Judgement"):
            middlewares[f"newsarchive.middlewares.{name}Middleware"] = None
        settings.set("DOWNLOADER_MIDDLEWARES", middlewares, priority="spider")

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        """Raises ArgumentError for arguments that cannot be used."""
        read_arguments(cls.arguments, given)

    @classmethod
    def check_archive(cls, given: Mapping[str, str], settings: BaseSettings) -> None:
        """Raises ArgumentError where the archive's tweets leave open which site is meant."""
        site_of(settings, read_arguments(cls.arguments, given).site)

    @classmethod
    def from_crawler(cls, crawler: scrapy.crawler.Crawler, *args: Any, **kwargs: Any) -> "TweetsSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not errand_of(crawler).tweets:
            spider.run = Sweep(site=site_of(crawler.settings, spider.asked.site) or spider.name)
        # The hosts are the operator's own choice: a stand-in or a proxy on a private address may be one.
        spider.base = str(setting(crawler.settings, "NEWSARCHIVE_TWEET_XAPI_URL", ""))
        return spider

    async def start(self) -> AsyncIterator[Tweet]:
        """A line for each tweet of which something is known that the archive's line does not say yet."""
        service = service_of(self.crawler)
        errand = errand_of(self.crawler).tweets
        service.log.note_met(self.run.site, errand)
        not_asked = dict.fromkeys(one.id for one in errand)
        left = self.asked.limit
        forced = bool(self.asked.ids)
        for turn in range(1 if forced else PASSES):
            asked = 0
            for targets in self._waiting(service):
                due = service.lookups.due(targets, forced=forced)[:left]
                if turn == 0 and not errand:
                    asked_about = {target.id for target in due}
                    for line in self._lines(service, self._untold(service, targets, asked_about)):
                        yield line
                for place in range(0, len(due), CHUNK):
                    some = due[place : place + CHUNK]
                    await service.lookups.look_up(
                        some, budget_seconds=None, patience_seconds=self.asked.patience, forced=forced
                    )
                    self._note_unanswered(service, some)
                    for target in some:
                        not_asked.pop(target.id, None)
                    for line in self._lines(service, some):
                        yield line
                asked += len(due)
                if left is not None:
                    left -= len(due)
                    if left <= 0:
                        break
            if not asked or left == 0:
                break
        for line in self._lines(service, service.log.targets(not_asked)):
            yield line
        self.run.ended = True

    def _waiting(self, service: Service) -> Iterator[list[Target]]:
        ids = self.asked.ids or [one.id for one in errand_of(self.crawler).tweets]
        if ids:
            yield service.log.targets(ids)
            return
        yield from service.log.waiting(self.asked.site, self.asked.state, chunk=10 * CHUNK)

    def _untold(self, service: Service, targets: list[Target], but: set[str]) -> list[Target]:
        """Those of whom more is known than the archive's line says, since a crawl of articles has asked; without those in `but`."""
        archive = archive_of(self.crawler)
        records = service.log.records(target.id for target in targets)
        untold = []
        for target in targets:
            record = records.get(target.id)
            if record is None or target.id in but:
                continue
            line = archive.known("tweet", target.id)
            if line is None or (record.state_checked_at or "") > (line.read_at or line.fetched_at or ""):
                untold.append(target)
        return untold

    def _note_unanswered(self, service: Service, targets: list[Target]) -> None:
        self.run.unanswered.difference_update(target.id for target in targets)
        records = service.log.records(target.id for target in targets)
        states = {target.id: records[target.id].state if target.id in records else "unresolved" for target in targets}
        in_doubt = [tweet_id for tweet_id, state in states.items() if state in ("unresolved", "archived")]
        for tweet_id, observations in service.log.observations(in_doubt).items():
            answers = [one for one in observations if ruling(one).kind not in ("transient", "refused")]
            if all(one.resolver == "markup" for one in answers):
                self.run.unanswered.add(tweet_id)

    def _lines(self, service: Service, targets: list[Target]) -> Iterator[Tweet]:
        records = service.log.records(target.id for target in targets)
        for target in targets:
            record = records.get(target.id)
            if record is None or not record.known or not target.id.isdigit():
                continue
            seen = service.log.seen(target.id)
            yield line_of(target, record, site=self.run.site, seen=seen, at=service.now())

    def closed(self, reason: str) -> None:
        """Prints how many tweets are in which state, and sets the verdict."""
        observations = ObservationLog(log_path(self.crawler.settings))
        states = observations.states(self.asked.site)
        observations.close()
        total = sum(states.values())
        rows = [f"  {state:<15}{count:>9}{count / total:>8.1%}" for state, count in states.items()]
        self.logger.info("\n".join([f"tweets of {self.run.site}: {total}", *rows]))
        stats = self.crawler.stats
        assert stats is not None
        unanswered = len(self.run.unanswered)
        verdict = judge_sweep(reason, stats.get_stats(), ended=self.run.ended, unanswered=unanswered)
        stats.set_value("newsarchive/verdict", verdict.name)
        stats.set_value("newsarchive/exit_code", verdict.exit_code)
        if verdict.reasons:
            stats.set_value("newsarchive/verdict_reasons", verdict.reasons)
            said = "; ".join(verdict.reasons)
            self.logger.error("the sweep: %s (exit code %d): %s", verdict.name.upper(), verdict.exit_code, said)
