"""What a crawl did: the facts its summary, its report and its verdict are made from."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from newsarchive.discovery.entries import Source
from newsarchive.discovery.types import PostType
from newsarchive.guard import Incident
from newsarchive.items import Article, CommentThread
from newsarchive.ledger.of_run import Timeline


@dataclass(kw_only=True)
class Missing:
    """An article or thread that a source lists and the archive has not got."""

    kind: str
    """article or comment_thread."""
    url: str
    reason: str
    month: str = "unknown"
    """Month of publication, ``2019-03``."""


@dataclass(kw_only=True)
class Run:
    """The facts of one crawl of one site, gathered as it goes."""

    site: str
    base: str = ""
    started_at: datetime | None = None
    rest: bool = False
    incremental: bool = False
    narrowed: list[str] = field(default_factory=list)
    """Names of the arguments that ask for a part of the site alone (``since``, ``limit`` …)."""
    unreadable: tuple[str, str] | None = None
    """(verdict, why) where the site could not be read at all."""
    sources: list[Source] = field(default_factory=list)
    post_types: tuple[str, ...] = ("posts",)
    """The types of posts that are asked of REST."""
    besides: list[PostType] | None = None
    """Types that the site shows and this run leaves out; None where nothing tells of any."""
    new_comments: bool = False
    """Whether REST has listed the comments that are new since the last complete run."""
    missed: dict[str, int] = field(default_factory=dict)
    """With ``discover=all``: how many articles each source does not list that another does."""
    captured: Counter[str] = field(default_factory=Counter)
    """Articles read, by month of publication."""
    threads: Counter[str] = field(default_factory=Counter)
    """Threads read: ``read``, ``complete``, ``incomplete``, ``comments``, ``declared``, ``lacking`` (comments known to be missing)."""
    incomplete: Counter[str] = field(default_factory=Counter)
    """Incomplete threads by reason."""
    tweets: Counter[str] = field(default_factory=Counter)
    """References to tweets in what was kept, by the tweet's state."""
    passed_over: dict[str, Counter[str]] = field(default_factory=dict)
    """Listed, and rightly not kept: by reason (``protected``, ``not an article`` …) and month of publication."""
    absent: Counter[str] = field(default_factory=Counter)
    """Known articles that are no longer listed: ``taken down`` in this run, ``to be looked for again``."""
    missing: list[Missing] = field(default_factory=list)
    """What is lacking, one entry each."""
    again: set[str] = field(default_factory=set)
    """Ids of threads of which something was lost, and of articles whose page could not be read: the next run reads them again."""
    incidents: list[tuple[Incident, datetime]] = field(default_factory=list)
    """Answers that were not the page, and when; at most `MOST_INCIDENTS`, `incident_count` has them all."""
    incident_count: int = 0
    timeline: Timeline = field(default_factory=Timeline)
    """Good and bad answers over time."""

    def miss(self, kind: str, url: str, reason: str, published_at: datetime | None = None) -> None:
        """Takes note of something that could not be had."""
        self.missing.append(Missing(kind=kind, url=url, reason=reason, month=_month(published_at)))

    def pass_over(self, reason: str, published_at: datetime | None) -> None:
        """Takes note of something that is listed, and rightly not kept."""
        self.passed_over.setdefault(reason, Counter())[_month(published_at)] += 1

    def met(self, incident: Incident, at: datetime) -> None:
        """Takes note of an answer that was not the page."""
        self.incident_count += 1
        if len(self.incidents) < MOST_INCIDENTS:
            self.incidents.append((incident, at))

    def read_thread(self, thread: CommentThread, known: int = 0) -> None:
        """Counts a thread that was read. Its comments `known` by a whole reading just before lack where the page shows and
        declares none any more, without a proof that there are none: it may have lost its place for comments. That is said
        once: a site that has no comments any more would have no complete run again."""
        self.threads["read"] += 1
        self.threads["complete" if thread.complete else "incomplete"] += 1
        self.threads["comments"] += thread.count
        vanished = known if thread.declared_count is None and not thread.count else 0
        self.threads["declared"] += thread.declared_count or vanished
        if thread.missing is not None:
            self.threads["lacking"] += thread.missing.count or vanished
            self.incomplete[thread.missing.reason or "unknown"] += 1

    def kept(self, item: object) -> None:
        """Counts what a line that was kept says of its tweets."""
        holders = [item] if isinstance(item, Article) else item.comments if isinstance(item, CommentThread) else []
        for holder in holders:
            self.tweets.update(tweet.state for tweet in holder.tweets)

    @property
    def problems(self) -> list[str]:
        """What went wrong with the lists themselves."""
        return [f"{source.name}: {problem}" for source in self.sources for problem in source.problems]


def _month(at: datetime | None) -> str:
    return at.strftime("%Y-%m") if at else "unknown"


MOST_INCIDENTS = 1_000
