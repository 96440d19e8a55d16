"""What follows from an answer: the one place that decides what became of a tweet.

Nothing else sets a state. An error says nothing of the tweet. A weaker source never overrides a stronger one, and
content once seen stays. ``deleted`` is said by the X API alone, or where two different sources found nothing with at
least a day between them and no one has shown the tweet since.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Literal

import msgspec

from newsarchive.dates import parse_iso, wire
from newsarchive.items import Evidence, TweetState
from newsarchive.tweets.clock import created_at
from newsarchive.tweets.outcome import Content, Observation

Kind = Literal["content", "negative", "absent", "ambiguous", "note", "transient", "refused"]
"""content: the tweet itself. negative: a reason why it is not shown. absent: the source knows no such tweet, which is a
half of a proof. ambiguous: it may be anything. note: says nothing of its state. transient: no answer, ask again.
refused: the host does not want to be asked; nothing of the tweet."""


@dataclass(frozen=True)
class Ruling:
    """What an answer means."""

    kind: Kind
    state: TweetState | None = None
    strength: int = 0
    """How much it counts: API 50 (48 where it leaves the reason open), live tweet or reason in words 40, a guessed reason 30, not found 20, empty 10, a copy 5."""


_FAILED = {
    "rate_limited": Ruling("transient"),
    "server_error": Ruling("transient"),
    "malformed": Ruling("transient"),
    "no_answer": Ruling("transient"),
    "unauthorized": Ruling("refused"),
    "payment": Ruling("refused"),
    "forbidden": Ruling("refused"),
}
ENDPOINTS: dict[str, dict[str, Ruling]] = {
    "markup": {"said": Ruling("content", "archived", 5)},
    "xapi.tweets": {
        "found": Ruling("content", "available", 50),
        "withheld": Ruling("content", "withheld", 50),
        "not_found": Ruling("negative", "deleted", 50),
        "invalid": Ruling("negative", "invalid_id", 50),
        "not_authorized": Ruling(
            "ambiguous", "unavailable", 48
        ),  # it is there, hidden: no proof by others that it is gone
        "absent": Ruling("ambiguous", "unavailable", 48),
    },
    "xapi.users": {
        "protected": Ruling("negative", "protected", 50),
        "suspended": Ruling("negative", "suspended", 50),
        "not_found": Ruling("negative", "account_gone", 50),
        "visible": Ruling("ambiguous", "unavailable", 48),
        "absent": Ruling("ambiguous", "unavailable", 48),
    },
    "oembed": {
        "found": Ruling("content", "available", 40),
        "protected": Ruling("negative", "protected", 30),
        "not_found": Ruling("absent", "unavailable", 20),
        "other": Ruling("ambiguous", "unavailable", 10),
    },
    "syndication": {
        "found": Ruling("content", "available", 40),
        "found_without_user": Ruling("content", "account_gone", 30),
        "tombstone_deleted": Ruling("absent", "unavailable", 40),
        "tombstone_protected": Ruling("negative", "protected", 40),
        "tombstone_suspended": Ruling("negative", "suspended", 40),
        "tombstone_withheld": Ruling("negative", "withheld", 40),
        "tombstone_age": Ruling("negative", "age_restricted", 40),
        "tombstone_other": Ruling("ambiguous", "unavailable", 15),
        "tombstone_empty": Ruling("ambiguous", "unavailable", 10),
        "empty": Ruling("ambiguous", "unavailable", 10),
        "not_found": Ruling("absent", "unavailable", 20),
        "bad_request": Ruling("ambiguous", "unavailable", 10),
    },
    "fxtwitter": {
        "found": Ruling("content", "available", 30),
        "deleted": Ruling("absent", "unavailable", 30),
        "suspended": Ruling("negative", "suspended", 30),
        "private": Ruling("negative", "protected", 30),
        "blocked": Ruling("ambiguous", "unavailable", 15),
        "unavailable": Ruling("ambiguous", "unavailable", 15),
        "not_found": Ruling("absent", "unavailable", 20),
    },
    "wayback.cdx": {"captures": Ruling("note"), "none": Ruling("note"), "blocked": Ruling("note")},
    "wayback.playback": {
        "json": Ruling("content", "archived", 5),
        "html": Ruling("content", "archived", 5),
        "nothing": Ruling("note"),
        "other": Ruling("note"),
        "blocked": Ruling("note"),
    },
    "tco": {
        "status": Ruling("note"),
        "other_tweet": Ruling("note"),
        "elsewhere": Ruling("note"),
        "not_found": Ruling("note"),
    },
}
RULES: dict[tuple[str, str], Ruling] = {
    (endpoint, answer): ruling
    for endpoint, answers in ENDPOINTS.items()
    for answer, ruling in {**answers, **({} if endpoint == "markup" else _FAILED)}.items()
}
"""(endpoint, answer) -> what it means. An answer that is not here is `UNKNOWN`."""
UNKNOWN, TOLD = Ruling("ambiguous"), Ruling("content", "archived", 5)
"""What a resolver of your own says without a rule: words are words; anything else is kept and decides nothing."""

_PROOF_STRENGTH = 45
_PROOF_HOURS = 24

# Whose word counts for the fields of the content; a later word of the same source replaces its earlier one.
_RANK = {"xapi.tweets": 6, "syndication": 5, "fxtwitter": 5, "wayback.playback": 4, "oembed": 2, "markup": 1}
_GONE: frozenset[TweetState] = frozenset({"deleted", "suspended", "protected", "account_gone"})

_BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8), timedelta(hours=24))  # fmt: skip
_DOUBT = (timedelta(hours=24), timedelta(days=7))
_RECHECK = timedelta(days=90)
LONGEST_WAIT = timedelta(days=91)
"""Whoever is to wait longer was told so by a clock that was wrong."""
_RECHECKED: frozenset[TweetState] = frozenset({"suspended", "protected", "account_gone", "withheld"})


def ruling(observation: Observation) -> Ruling:
    """What an observation means."""
    found = RULES.get((observation.endpoint, observation.answer))
    return found or (TOLD if observation.content and observation.content.text else UNKNOWN)


@dataclass(kw_only=True)
class Record:
    """All that is known of one tweet: a fold over its observations, which can be made anew from them at any time."""

    id: str
    state: TweetState = "unresolved"
    state_detail: str | None = None
    """The reason in the words of the answer that decided."""
    state_checked_at: str | None = None
    strength: int = 0
    content: Content = field(default_factory=Content)
    sources: dict[str, str] = field(default_factory=dict)
    """Which resolver each field of `content` comes from."""
    resolver: str | None = None
    """The resolver that gave the words."""
    resolved_at: str | None = None
    evidence: list[Evidence] = field(default_factory=list)
    next_tries: dict[str, str | None] = field(default_factory=dict)
    """When each resolver that has answered may be asked again; None for never by itself. Who is not in it was not asked."""
    quotes: list[str] = field(default_factory=list)
    """`quote_digest` of each wording that pages quote it with."""
    kept_back: bool = False
    """Whether it holds words of the X API that its terms do not let out any more: the tweet is gone from X."""

    @property
    def known(self) -> bool:
        """Whether anything more than the id and its markup is known."""
        return self.state != "unresolved"


FOLD = 2
"""Raised when `fold` or the rules above say something else of the same observations."""


def quote_digest(content: Content) -> str:
    """By which a page's wording is known again."""
    return sha256(msgspec.json.encode(content)).hexdigest()[:16]


_EVER = datetime(1970, 1, 1, tzinfo=timezone.utc)


def fold(tweet_id: str, observations: Iterable[Observation], *, keep_back: bool = True) -> Record:
    """The record that `observations` of one tweet, in any order, add up to.

    X's terms let nobody keep showing what its API told once the tweet is gone from X: with `keep_back` such words stay
    in the observations and out of the record, which then says what the other sources know.
    """
    ordered = sorted(observations, key=_when)
    record = Record(id=tweet_id)
    decisive = _decide(record, ordered)
    quotes = [quote_digest(one.content) for one in ordered if one.endpoint == "markup" and one.content is not None]
    record.quotes = list(dict.fromkeys(quotes))
    free = [one for one in ordered if one.resolver != "xapi" or one.content is None]
    record.kept_back = keep_back and record.state in _GONE and len(free) < len(ordered)
    telling = _merge(record, free if record.kept_back else ordered)
    by_resolver: dict[str, list[Observation]] = {}
    for one in ordered:
        by_resolver.setdefault(one.resolver, []).append(one)
    for name, own in by_resolver.items():
        if name != "markup" and (when := next_try(own, _EVER)) != _EVER:
            record.next_tries[name] = wire(when) if when else None
    told = [one for one in ordered if one.content is not None] if record.kept_back else []
    chosen = {id(one): one for one in (*telling, *decisive, *told)}
    for one in ordered:
        if id(one) in chosen:
            outcome = f"{one.answer}: {one.detail}" if one.detail else one.answer
            if record.kept_back and one.resolver == "xapi" and one.content is not None:
                outcome += " (its words are kept back: X's terms)"
            record.evidence.append(
                Evidence(
                    resolver=one.resolver,
                    http_status=one.http_status,
                    outcome=outcome,
                    at=one.at,
                    payload_sha256=one.payload_sha256,
                )
            )
    return record


def _decide(record: Record, ordered: Sequence[Observation]) -> list[Observation]:
    """Sets the state; gives the observations it rests on."""
    best: Observation | None = None
    strength = 0
    for one in ordered:
        found = ruling(one)
        if found.state is not None and found.strength >= strength:
            best, strength = one, found.strength
    if best is None:
        return []
    state, rests_on = ruling(best).state, [best]
    proof = _absent_twice(ordered)
    if proof and strength <= _PROOF_STRENGTH and state in ("unavailable", "available", "archived"):
        state, rests_on, best, strength = "deleted", proof, proof[-1], _PROOF_STRENGTH
    record.state = state or "unresolved"
    record.state_detail, record.state_checked_at, record.strength = best.detail, best.at, strength
    return rests_on


def _absent_twice(ordered: Sequence[Observation]) -> list[Observation]:
    """Two observations of different sources, a day or more apart, that found nothing, with none between or after that found it."""
    absences: list[Observation] = []
    for one in ordered:
        found = ruling(one)
        if found.kind == "absent":
            absences.append(one)
        elif found.state in ("available", "protected", "suspended", "age_restricted", "withheld"):
            absences.clear()  # it was there then
    for later in reversed(absences):
        for earlier in absences:
            if earlier.resolver != later.resolver and _hours(earlier.at, later.at) >= _PROOF_HOURS:
                return [earlier, later]
    return []


def _when(one: Observation) -> tuple[str, ...]:
    """The order of time; of one moment an order of its own, so that the same observations always add up to the same."""
    at = one.at.rstrip("Z")  # ...:07 comes before ...:07.114
    return at, one.endpoint, one.answer, one.detail or "", one.url or ""


def _hours(earlier: str, later: str) -> float:
    first, second = parse_iso(earlier), parse_iso(later)
    return (second - first).total_seconds() / 3600 if first and second else 0.0


def _merge(record: Record, ordered: Sequence[Observation]) -> list[Observation]:
    """Puts together the content, each field by its best source; gives the observations it came from."""
    telling = [one for one in ordered if one.content is not None]
    telling.sort(key=lambda one: _RANK.get(one.endpoint, 3))  # stable: within a source the latest comes last
    used: dict[str, Observation] = {}
    for one in telling:
        assert one.content is not None
        for name in _FIELDS:
            value = getattr(one.content, name)
            if value is None or value == "":
                continue
            if name == "metrics" and (have := record.content.metrics):
                if (value.observed_at or "") < (have.observed_at or ""):
                    continue
            elif name in ("text", "text_truncated"):
                continue
            setattr(record.content, name, value)
            used[name] = one
        if one.content.text and (
            record.content.text is None or not one.content.text_truncated or record.content.text_truncated
        ):
            record.content.text, record.content.text_truncated = one.content.text, one.content.text_truncated
            used["text"] = one
    when, source = created_at(record.id)
    if source == "snowflake":
        record.content.created_at = when
    record.sources = {name: one.resolver for name, one in used.items()}
    words = used.get("text")
    if words is not None:
        record.resolver, record.resolved_at = words.resolver, words.at
    return list({id(one): one for one in used.values()}.values())


_FIELDS = tuple(one.name for one in fields(Content))


def next_try(observations: Iterable[Observation], now: datetime) -> datetime | None:
    """When the resolver that made these observations of one tweet may be asked about it again; None for never by itself.

    `now` where it has not been asked yet. Failures wait 1 min, 5 min, 30 min, 2 h, 8 h, 24 h and are then left; an
    answer that may mean anything is asked for again after a day and a week; suspended, protected, withheld and
    deactivated ones, and indexes that had nothing, every 90 days; what was found, or is proven gone, not again. A refusal is the host's, not the
    tweet's: it does not count.
    """
    failures = doubts = 0
    last: tuple[datetime, Ruling] | None = None
    for one in sorted(observations, key=_when):
        found, at = ruling(one), parse_iso(one.at)
        if at is None or found.kind == "refused":
            continue
        failures = failures + 1 if found.kind == "transient" else 0
        if found.kind in ("ambiguous", "absent"):
            doubts += 1
        elif found.kind in ("content", "negative"):
            doubts = 0
        last = (at, found)
    if last is None:
        return now
    at, found = last
    if failures:
        return at + _BACKOFF[failures - 1] if failures <= len(_BACKOFF) else None
    if found.kind in ("ambiguous", "absent"):
        return at + _DOUBT[doubts - 1] if doubts <= len(_DOUBT) else None
    if found.state in _RECHECKED or found.kind == "note":
        return at + _RECHECK
    return None


def moment_of(now: datetime) -> str:
    """A moment as observations carry it: to the millisecond, so that their order is the order of time."""
    return wire(now.replace(microsecond=now.microsecond // 1000 * 1000))
