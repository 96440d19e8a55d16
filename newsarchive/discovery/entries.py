"""What the sources of a site list: one entry an article, and what each source had to say for itself."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newsarchive.identity import address


@dataclass(kw_only=True, slots=True)  # a list of 50,000 is held whole
class Entry:
    """An article as a source lists it."""

    url: str
    """Where it is."""
    post_id: str | None = None
    """Its id on the site, where the source tells."""
    published_at: datetime | None = None
    """When it was published, where the source tells."""
    modified_at: datetime | None = None
    """When it was changed, where the source tells."""
    comment_count: int | None = None
    """How many comments it has, where the source tells."""
    post: dict[str, Any] | None = None
    """REST's whole answer for it, where it was listed by REST."""

    @property
    def key(self) -> str:
        """What tells this article from others across sources: its address without scheme, host and spelling."""
        return address(self.url)


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which articles are asked for."""

    since: datetime | None = None
    """Published then or later."""
    until: datetime | None = None
    """Published before."""
    changed_after: datetime | None = None
    """Published or changed after; what a crawl that was complete before asks for."""

    def holds(self, published_at: datetime | None) -> bool:
        """Whether an article of that time is asked for; one of unknown time is, until its page tells."""
        if published_at is None:
            return True
        return not (self.since and published_at < self.since) and not (self.until and published_at >= self.until)


@dataclass(kw_only=True)
class Source:
    """How one source of articles did in a run."""

    name: str
    """rest, sitemap, feed, archives or urls."""
    answered: bool = False
    """Whether it gave a list at all."""
    refusal: str | None = None
    """Why it gave none."""
    forbidden: bool = False
    """Whether robots.txt forbids it."""
    problems: list[str] = field(default_factory=list)
    """What went wrong while it was read; empty when the list was read to its end."""
    total: int | None = None
    """How many articles it says it has, where it does."""
    listed: int = 0
    """How many it listed."""
    repeated: int = 0
    """Of those, how many it or a source before it had listed already."""
    keys: set[str] = field(default_factory=set)
    """`Entry.key` of each; filled only where sources are compared."""
    months: Counter[str] = field(default_factory=Counter)
    """Articles by month of publication (``2019-03``); ``unknown`` where the source tells no time."""

    @property
    def complete(self) -> bool:
        """Whether it was read to its end."""
        return self.answered and not self.problems

    def count(self, entry: Entry) -> None:
        """Takes note of an entry."""
        self.listed += 1
        self.months[entry.published_at.strftime("%Y-%m") if entry.published_at else "unknown"] += 1
