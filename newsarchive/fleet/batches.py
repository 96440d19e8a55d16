"""The frontier: what is to be read, in batches, and what became of each.

A batch is `open`, `taken` by a worker, `done`, or set `aside` because it has been tried too often. Of a site the oldest
goes first, one at a time. What of a batch is archived already is not read again, so that it may be taken any number of times.
Tweets that look-ups have left waiting are batches of their own, which are done whoever has answered: when a tweet is due
again the log of observations says, and the next plan asks it.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, Literal

import msgspec

from newsarchive.agenda import COMMENTS_SINCE, REST_SINCE
from newsarchive.archive.errors import ArchiveError
from newsarchive.counting import counted
from newsarchive.discovery.entries import Entry
from newsarchive.fleet.database import Connection
from newsarchive.fleet.index import SharedIndex
from newsarchive.tweets.outcome import Met

Kind = Literal["plan", "articles", "threads", "tweets", "crawl"]
"""plan: read the site's lists and make batches of what they say; tweets: ask about what look-ups have left waiting;
crawl: a whole crawl by `scrapy crawl`, which no worker takes up again."""
MOST_ATTEMPTS = 5
"""So often a batch may be begun: one that kills its workers, or fails each time, is then set aside."""
ONE_RUN = ("since", "until", "limit", "discover")
"""Arguments that say what a plan takes in: its batches are read without them."""
MARKS = ("articles", "threads", "validators", REST_SINCE, COMMENTS_SINCE)
"""Watermarks of a site that say all of it has been read: a plan's are set once all its batches are done."""


class Superseded(ArchiveError):
    """A batch has been taken by another worker meanwhile."""


@dataclass(kw_only=True)
class Batch:
    """A batch as it was taken."""

    n: int
    site: str
    kind: Kind
    spider: str
    arguments: dict[str, str]
    entries: list[Entry] = field(default_factory=list)
    tweets: list[Met] = field(default_factory=list)
    """What a batch of tweets has in the place of entries."""
    begun: int = 1
    """How often it has been begun, this time included."""
    attempts: int = 1
    """How often of these it was not the site's nor the operator's doing that it did not end."""
    refusals: int = 0
    """How often in a row the site has turned us away."""
    planned_at: datetime

    @property
    def size(self) -> int:
        """How many entries, or tweets, it has."""
        return len(self.entries) + len(self.tweets)

    @property
    def run(self) -> str:
        """What the names of its parts begin with, whoever writes them."""
        return f"{self.planned_at.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}-b{self.n}"


@dataclass(kw_only=True)
class Outcome:
    """What became of a batch."""

    state: Literal["open", "done"]
    verdict: str
    fault: bool = False
    """Whether this try counts as one of `MOST_ATTEMPTS`."""
    refused: bool = False
    """Whether the site turned us away."""
    result: dict[str, Any] = field(default_factory=dict)


_COLUMNS = "n, site, kind, spider, arguments, entries, begun, attempts, refusals, planned_at"
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # as JSON has it: the one character that PostgreSQL does not keep


def _batch(row: Any) -> Batch:
    n, site, kind, spider, arguments, entries, begun, attempts, refusals, planned_at = row
    of_tweets = kind == "tweets"
    return Batch(
        n=n, site=site, kind=kind, spider=spider, arguments=arguments,
        entries=[] if of_tweets else msgspec.convert(entries, list[Entry], strict=False),
        tweets=msgspec.convert(entries, list[Met]) if of_tweets else [],
        begun=begun, attempts=attempts, refusals=refusals, planned_at=planned_at,
    )  # fmt: skip


def add_plan(connection: Connection, site: str, spider: str, arguments: Mapping[str, str]) -> bool:
    """Adds a plan of a site, unless one waits already; says whether it did."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))", (site,))
        waits = connection.execute(
            "SELECT 1 FROM batch WHERE site = %s AND spider = %s AND kind = 'plan' AND state IN ('open', 'taken')",
            (site, spider),
        ).fetchone()
        if not waits:
            connection.execute(
                "INSERT INTO batch (site, kind, spider, arguments, entries, size) VALUES (%s, 'plan', %s, %s, '[]', 0)",
                (site, spider, json.dumps(dict(arguments))),
            )
    return not waits


def begin_crawl(connection: Connection, site: str, worker: str) -> Batch:
    """The batch that a whole crawl by `scrapy crawl` is, from its beginning taken."""
    connection.execute(
        "UPDATE batch SET state = 'done', verdict = 'died', ended_at = now() WHERE site = %s AND kind = 'crawl' AND state = 'taken'",
        (site,),
    )
    row = connection.execute(
        "INSERT INTO batch (site, kind, spider, arguments, entries, size, state, begun, worker, taken_at) "
        f"VALUES (%s, 'crawl', '', '{{}}', '[]', 0, 'taken', 1, %s, now()) RETURNING {_COLUMNS}",
        (site, worker),
    ).fetchone()
    return _batch(row)


def take(connection: Connection, site: str, worker: str) -> Batch | None:
    """The site's next batch, taken; None where nothing waits. To be called by the holder of the site."""
    while True:
        row: Any = connection.execute(
            "SELECT n, attempts FROM batch WHERE site = %s AND state IN ('open', 'taken') AND kind <> 'crawl' ORDER BY n LIMIT 1",
            (site,),
        ).fetchone()
        if row is None:
            return None
        if row[1] < MOST_ATTEMPTS:
            taken = connection.execute(
                "UPDATE batch SET state = 'taken', begun = begun + 1, attempts = attempts + 1, worker = %s, taken_at = now() WHERE n = %s "
                f"RETURNING {_COLUMNS}",
                (worker, row[0]),
            ).fetchone()
            return _batch(taken)
        set_aside(connection, row[0], f"begun {counted(row[1], 'time')} and never finished")


def set_aside(connection: Connection, n: int, why: str) -> None:
    """Takes a batch out of the queue, until `again` puts it back."""
    connection.execute(
        "UPDATE batch SET state = 'aside', ended_at = now(), result = COALESCE(result, '{}') || jsonb_build_object('why', %s::text) "
        "WHERE n = %s",
        (why, n),
    )


def again(connection: Connection, sites: Iterable[str]) -> list[str]:
    """Puts back what was set aside (of `sites`, of all where there are none); the sites concerned, sorted."""
    wanted = list(sites)
    rows = connection.execute(
        "UPDATE batch SET state = 'open', attempts = 0, ended_at = NULL WHERE state = 'aside' AND (site = ANY(%s) OR %s) "
        "RETURNING site",
        (wanted, not wanted),
    ).fetchall()
    return sorted({site for (site,) in rows})


def waiting(connection: Connection) -> list[str]:
    """The sites that have something to do and no turn in the queue, sorted."""
    rows = connection.execute(
        "SELECT DISTINCT site FROM batch b WHERE state IN ('open', 'taken') AND kind <> 'crawl' AND NOT EXISTS "
        "(SELECT 1 FROM procrastinate_jobs j WHERE j.lock = b.site AND j.status IN ('todo', 'doing')) ORDER BY site"
    ).fetchall()
    return [site for (site,) in rows]


def busy(connection: Connection) -> bool:
    """Whether anything is left to do now, by this worker or another; what rests does not count."""
    row = connection.execute(
        "SELECT 1 FROM batch b WHERE state IN ('open', 'taken') AND kind <> 'crawl' AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j "
        "WHERE j.lock = b.site AND j.status = 'todo' AND j.scheduled_at > now() + interval '1 minute') LIMIT 1"
    ).fetchone()
    return row is not None


def held_back(connection: Connection, site: str) -> set[str]:
    """Addresses of what is set aside: a new plan leaves it there."""
    rows = connection.execute(
        "SELECT e ->> 'url' FROM batch, jsonb_array_elements(entries) e "
        "WHERE site = %s AND state = 'aside' AND kind <> 'tweets'",
        (site,),
    ).fetchall()
    return {url for (url,) in rows}


# ---------------------------------------------------------------------------------------- within the one transaction


def confirm(connection: Connection, batch: Batch) -> None:
    """Makes sure that nobody else can take the batch before this transaction ends. Raises Superseded where one has."""
    row = connection.execute(
        "SELECT 1 FROM batch WHERE n = %s AND state = 'taken' AND begun = %s FOR UPDATE", (batch.n, batch.begun)
    ).fetchone()
    if row is None:
        raise Superseded(f"batch {batch.n} of {batch.site} has been taken by another worker meanwhile")


def add(connection: Connection, plan: Batch, kind: Kind, entries: list[Entry]) -> None:
    """Adds a batch of a plan."""
    arguments = {name: value for name, value in plan.arguments.items() if name not in ONE_RUN}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO batch (site, kind, plan, spider, arguments, entries, size) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (
                plan.site, kind, plan.n, plan.spider, json.dumps(arguments), msgspec.json.encode(entries).decode(),
                len(entries),
            ),
        )  # fmt: skip


def _json(value: Any) -> str:
    return _NUL.sub(r"\1", msgspec.json.encode(value).decode())


def add_tweets(connection: Connection, site: str, tweets: Iterable[Met], size: int) -> int:
    """Adds batches of `size` tweets, once one that nobody has begun is full; says how many tweets that were.

    What is in a batch already that is not done is left out. So is what this machine has asked nobody about where a line of
    the archive says what came of it: another machine has asked. The batches are of no plan, whose watermarks wait for none.
    """
    found = list(tweets)
    rows = connection.execute(
        "SELECT e ->> 'id' FROM batch, jsonb_array_elements(entries) e WHERE site = %s AND kind = 'tweets' AND state <> 'done'",
        (site,),
    ).fetchall()
    waiting = {id for (id,) in rows}
    rows = connection.execute(
        "SELECT id FROM known WHERE site = %s AND kind = 'tweet' AND source <> 'markup' AND id = ANY(%s)",
        (site, [one.id for one in found if not one.asked]),
    ).fetchall()
    told = {id for (id,) in rows}
    new = [one for one in found if one.id not in waiting and (one.asked or one.id not in told)]
    row: Any = connection.execute(
        "SELECT n, size FROM batch WHERE site = %s AND kind = 'tweets' AND state = 'open' AND begun = 0 AND size < %s LIMIT 1",
        (site, size),
    ).fetchone()
    room = size - row[1] if row else 0
    if row and new:
        connection.execute(
            "UPDATE batch SET entries = entries || %s::jsonb, size = size + %s WHERE n = %s",
            (_json(new[:room]), len(new[:room]), row[0]),
        )
    for start in range(room, len(new), size):
        some = new[start : start + size]
        connection.execute(
            "INSERT INTO batch (site, kind, spider, arguments, entries, size) VALUES (%s, 'tweets', 'tweets', %s, %s, %s)",
            (site, json.dumps({"site": site}), _json(some), len(some)),
        )
    return len(new)


def conclude(connection: Connection, batch: Batch, outcome: Outcome, marks: Mapping[str, str] | None = None) -> None:
    """Writes down what became of a batch; `marks` are a plan's."""
    lasting = outcome.state == "done"
    connection.execute(
        "UPDATE batch SET state = %s, verdict = %s, result = %s, attempts = %s, refusals = %s, marks = %s, worker = NULL, "
        "ended_at = CASE WHEN %s THEN now() END WHERE n = %s",
        (
            outcome.state, outcome.verdict, json.dumps(outcome.result),
            batch.attempts if lasting or outcome.fault else batch.attempts - 1, batch.refusals + 1 if outcome.refused else 0,
            json.dumps(dict(marks)) if marks else None, lasting, batch.n,
        ),
    )  # fmt: skip
    if lasting:
        _mark(connection, batch)


def _mark(connection: Connection, batch: Batch) -> None:
    """Sets a plan's watermarks once it and all its batches have been read whole."""
    row: Any = connection.execute(
        "SELECT p.n, p.marks FROM batch b JOIN batch p ON p.n = COALESCE(b.plan, b.n) WHERE b.n = %s AND p.marks IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM batch c WHERE c.plan = p.n AND (c.state <> 'done' OR c.verdict <> 'complete'))",
        (batch.n,),
    ).fetchone()
    if row:
        index = SharedIndex(connection, batch.site)
        for name, value in row[1].items():
            index.set_watermark(name, value)
        connection.execute("UPDATE batch SET marks = NULL WHERE n = %s", (row[0],))
