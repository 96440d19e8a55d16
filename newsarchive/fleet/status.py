"""How far a fleet is: what is done, left, set aside and refused, how fast it goes, and who is at work."""

from dataclasses import dataclass, field
from typing import Any

from newsarchive.fleet.database import Connection


@dataclass(kw_only=True)
class SiteStatus:
    """How far one site is."""

    site: str
    articles: int = 0
    """Articles that the index knows."""
    threads: int = 0
    planned: int = 0
    """Articles and threads in batches, of every plan."""
    done: int = 0
    """Those in batches that are done."""
    left: int = 0
    """Those in batches that are not."""
    tweets: int = 0
    """Tweets that the index knows a line of."""
    tweets_left: int = 0
    """Tweets in batches that are not done."""
    to_plan: bool = False
    """Whether the site's lists are still to be read."""
    per_minute: float = 0.0
    """Those done in the last ten minutes, a minute."""
    partial: int = 0
    """Batches of articles and threads of which something is missing; the next plan asks for it again."""
    at_work: str | None = None
    """The worker that has it."""
    rests_until: str | None = None
    """Until when it is left alone, as it has turned us away."""
    post_types: list[str] = field(default_factory=list)
    """The types of posts that the last plan asked for."""
    types_left_out: list[tuple[str, str | None]] | None = None
    """Types that the site shows and that plan left out: WordPress' name and REST's, the latter None where REST has no list of
    it. None where nothing told."""
    aside: list[dict[str, Any]] = field(default_factory=list)
    """Batches that were given up: ``batch``, ``kind``, ``size``, ``why``."""


@dataclass(kw_only=True)
class FleetStatus:
    """How far a fleet is."""

    sites: list[SiteStatus]
    workers: int = 0
    """Processes that have been heard of in the last 30 s."""

    @property
    def left(self) -> int:
        """Articles and threads in batches that are not done."""
        return sum(site.left for site in self.sites)

    @property
    def tweets_left(self) -> int:
        """Tweets in batches that are not done."""
        return sum(site.tweets_left for site in self.sites)


_BATCHES = """
SELECT site, COALESCE(sum(size) FILTER (WHERE pages), 0), COALESCE(sum(size) FILTER (WHERE pages AND state = 'done'), 0),
  COALESCE(sum(size) FILTER (WHERE pages AND waits), 0), COALESCE(bool_or(kind = 'plan' AND waits), false),
  COALESCE(sum(size) FILTER (WHERE pages AND state = 'done' AND ended_at > now() - interval '10 minutes'), 0) / 10.0,
  count(*) FILTER (WHERE kind <> 'tweets' AND state = 'done' AND verdict = 'partial'), max(worker) FILTER (WHERE state = 'taken'),
  COALESCE(sum(size) FILTER (WHERE kind = 'tweets' AND waits), 0)
FROM (SELECT *, kind IN ('articles', 'threads') AS pages, state IN ('open', 'taken') AS waits FROM batch) b
GROUP BY site ORDER BY site"""
_FIELD = {"article": "articles", "comment_thread": "threads", "tweet": "tweets"}


def status(connection: Connection) -> FleetStatus:
    """How far the fleet is now."""
    sites = {
        row[0]: SiteStatus(
            site=row[0], planned=row[1], done=row[2], left=row[3], to_plan=row[4], per_minute=round(float(row[5]), 1),
            partial=row[6], at_work=row[7], tweets_left=row[8],
        )
        for row in connection.execute(_BATCHES).fetchall()
    }  # fmt: skip
    for site, kind, count in connection.execute(
        "SELECT site, kind, count(*) FROM known GROUP BY site, kind"
    ).fetchall():
        if kind in _FIELD:
            setattr(sites.setdefault(site, SiteStatus(site=site)), _FIELD[kind], count)
    plans = (
        "SELECT DISTINCT ON (site) site, result -> 'post_types', result -> 'left_out' FROM batch "
        "WHERE kind = 'plan' AND state = 'done' ORDER BY site, n DESC"
    )
    for site, asked, left in connection.execute(plans).fetchall():
        if left is not None:
            sites[site].post_types, sites[site].types_left_out = asked, [(name, rest) for name, rest in left]
    aside = "SELECT site, n, kind, size, COALESCE(result ->> 'why', verdict, '') FROM batch WHERE state = 'aside' ORDER BY n"
    for site, n, kind, size, why in connection.execute(aside).fetchall():
        sites[site].aside.append({"batch": n, "kind": kind, "size": size, "why": why})
    rests = (
        "SELECT lock, to_char(scheduled_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM procrastinate_jobs "
        "WHERE status = 'todo' AND scheduled_at > now() + interval '1 minute'"
    )
    for site, until in connection.execute(rests).fetchall():
        if site in sites:
            sites[site].rests_until = until
    heard = connection.execute(
        "SELECT count(*) / 2 FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds'"
    ).fetchone()
    return FleetStatus(sites=list(sites.values()), workers=int(heard[0]) if heard else 0)
