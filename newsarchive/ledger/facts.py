"""What a ledger is made from: plain values that a crawl has at its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """How one source of articles did."""

    name: str
    """rest, sitemap, feed, archives or urls."""
    answered: bool = True
    refusal: str | None = None
    """Why it gave no list."""
    problems: Sequence[str] = ()
    """What went wrong on the way; empty where it was read to its end."""
    total: int | None = None
    """How many articles it says it has."""
    listed: int = 0
    missed: int | None = None
    """How many articles it does not list that another source does; None where that was not compared."""
    months: Mapping[str, int] = field(default_factory=dict)
    """Articles it lists by month of publication (``2019-03``; ``unknown``)."""


@dataclass(frozen=True, kw_only=True)
class Lack:
    """An article or a thread that is missing."""

    kind: str
    """article or comment_thread."""
    url: str
    reason: str
    month: str = "unknown"


@dataclass(frozen=True, kw_only=True)
class Incidence:
    """An answer that was not the page, with its evidence."""

    rule: str
    reason: str
    url: str
    status: int
    matched: str = ""
    body_sha256: str = ""
    at: str | None = None
    """When (``2019-03-07T14:47:00Z``)."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """What came in during one stretch of the run."""

    at: str
    """Its beginning."""
    good: int = 0
    """Answers that were what was asked for."""
    bad: int = 0
    """Answers that were not, and failures to get any."""


@dataclass(frozen=True, kw_only=True)
class RunFacts:
    """The facts of one run over one site."""

    site: str
    base: str
    """Address of the site."""
    run: str
    """Name of the run, unique in the archive."""
    started_at: str
    ended_at: str
    verdict: str
    """complete, partial, refused, broken …: as `newsarchive.verdict` says."""
    exit_code: int
    reasons: Sequence[str] = ()
    """Why it is not complete."""
    incremental: bool = False
    """Whether only what is new or changed was asked for; its months then say nothing of completeness."""
    narrowed: Sequence[str] = ()
    """The arguments that asked for a part of the site alone (``since``, ``limit`` …); its months say nothing then, either."""
    post_types: Sequence[str] = ("posts",)
    """The types of posts that REST was asked for, as its addresses name them."""
    types_left_out: Sequence[tuple[str, str | None]] | None = None
    """Types that the site shows and the run left out: WordPress' name and REST's, the latter None where REST has no list of
    it. None where nothing told which types it shows."""
    sources: Sequence[SourceFacts] = ()
    captured: Mapping[str, int] = field(default_factory=dict)
    """Articles read in this run, by month."""
    held: Mapping[str, int] | None = None
    """Articles the archive holds after it, by month; None where that was not counted, and `captured` is taken."""
    comments: Mapping[str, int] = field(default_factory=dict)
    """Comments that the threads held declare, by the month of their article."""
    passed_over: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Listed and rightly not kept, by reason and month."""
    absent: Mapping[str, int] = field(default_factory=dict)
    """Held and no longer listed: taken down, or to be looked for again."""
    threads_read: int = 0
    threads_complete: int = 0
    comments_declared: int = 0
    comments_captured: int = 0
    comments_lacking: int = 0
    """Comments known to be missing."""
    incomplete: Mapping[str, int] = field(default_factory=dict)
    """Incomplete threads, by reason."""
    tweets: Mapping[str, int] = field(default_factory=dict)
    """Tweets met, by state."""
    missing: Sequence[Lack] = ()
    incidents: Sequence[Incidence] = ()
    """Bounded by who gathers them."""
    incident_count: int = 0
    """All of them."""
    incident_rules: Mapping[str, int] = field(default_factory=dict)
    """All of them, by rule."""
    timeline: Sequence[Moment] = ()
    requests: int = 0
    retries: int = 0
    software: str = ""
