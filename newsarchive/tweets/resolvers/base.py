"""What a resolver is: one class that asks one service about tweets and says what it answered."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, ClassVar

from newsarchive.dates import parse_iso, wire
from newsarchive.fetch import Answer, Ask
from newsarchive.tweets.hosts import AskThrough, Lane
from newsarchive.tweets.outcome import Observation, Outcome, Target
from newsarchive.tweets.states import Record

_LONGEST_DETAIL = 300


@dataclass(kw_only=True)
class Context:
    """What resolvers are made with and work with."""

    setting: Callable[[str, Any], Any] = lambda name, default: default
    """Looks up a setting, by name and default."""
    spent_usd: Callable[[str], float] = lambda name: 0.0
    """What a resolver has cost so far."""
    owe: Callable[[str, Sequence[str], str, float], None] = lambda name, ids, day, usd_each: None
    """Writes down what a resolver's request may cost, for each id, before it goes out."""
    settle: Callable[[str, Sequence[str], str], None] = lambda name, ids, day: None
    """Strikes it out: it has cost nothing."""
    now: Callable[[], str] = str
    """The time, on the wire form."""
    agent: str = ""
    """The User-Agent, for services that want one; the downloader sets it anyway."""
    stats: Callable[[str, int], None] = field(default=lambda name, count: None)


class Resolver:
    """Asks a service about tweets. A subclass has a name, its lanes, `request` and `parse`; that is all.

    What an answer means for a tweet is not decided here but in `newsarchive.tweets.states`: `parse` names the answer.
    """

    name: ClassVar[str] = ""
    version: ClassVar[int] = 1
    """Raised when `parse` reads more or other things."""
    endpoint: ClassVar[str] = ""
    """The endpoint its first request goes to, as `states` names it; empty where that is `name`."""
    batch: ClassVar[int] = 1
    """So many tweets in one request."""
    lane: ClassVar[Lane]
    """The policy towards its host; more lanes may be asked through in `resolve`."""
    waits: ClassVar[bool] = False
    """Whether a request waits a moment for more tweets to share it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.stopped = self.unusable()
        """Why it is not asked any more in this run; empty while it is."""

    def unusable(self) -> str:
        """Why it cannot be used with these settings; empty where it can."""
        return ""

    def wants(self, target: Target, record: Record) -> bool:
        """Whether it can add to what is known: by default, while nobody has said what became of the tweet."""
        return target.id.isdigit() and record.state in ("unresolved", "archived", "unavailable")

    def group(self, target: Target) -> str:
        """Targets of equal group may share a request."""
        return ""

    def request(self, targets: Sequence[Target]) -> Ask:
        """The request about `targets`, at most `batch`."""
        raise NotImplementedError

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """What an answer says of each of `targets`; pure, and raises on no answer."""
        raise NotImplementedError

    async def resolve(self, targets: Sequence[Target], ask: AskThrough) -> AsyncIterator[list[Observation]]:
        """The observations of `targets`, answer by answer: each list is in the log before the next request goes out.

        Raises Resting and FetchError as `ask` does.
        """
        at = self.context.now()
        answer = await ask(self.lane, self.request(targets))
        yield self.observe(self.parse(answer.status, answer.headers, answer.body, targets), answer, at)

    def rest_of(self, answer: Answer, strikes: int) -> float | None:
        """For how many seconds a 429 or 503 wants the host left alone, where it says so in its own way."""
        return None

    def unanswered(self, target: Target, at: str, why: str) -> Observation:
        """That no answer came about a tweet."""
        return Observation(
            id=target.id, resolver=self.name, version=self.version, endpoint=self.endpoint or self.name,
            answer="no_answer", detail=why[:_LONGEST_DETAIL], at=at,
        )  # fmt: skip

    def observe(self, outcomes: Sequence[Outcome], answer: Answer, at: str, cost_usd: float = 0.0) -> list[Observation]:
        """The outcomes of one answer as observations; `cost_usd` is shared among them."""
        at = answered_at(answer.headers, at)
        digest = sha256(answer.body).hexdigest()
        return [
            Observation(
                id=one.id,
                resolver=self.name,
                version=self.version,
                endpoint=one.endpoint,
                answer=one.answer,
                detail=(one.detail or "")[:_LONGEST_DETAIL] or None,
                content=one.content,
                at=at,
                url=answer.asked or answer.url,
                http_status=answer.status,
                payload_sha256=digest,
                payload=answer.body if first else None,
                cost_usd=cost_usd / len(outcomes),
            )
            for first, one in ((place == 0, each) for place, each in enumerate(outcomes))
        ]


def answered_at(headers: Mapping[str, str], at: str) -> str:
    """`at`, or what the answer's own clock says where that is more than ten minutes off: then ours is wrong.

    Two answers a day apart are a proof, so the day must be one. ``Age`` is how long a cache has had the answer.
    """
    own = parse_iso(at)
    age = headers.get("age", "")
    try:
        told = parsedate_to_datetime(headers.get("date", ""))
        told += timedelta(seconds=int(age) if age.isascii() and age.isdigit() and len(age) < 9 else 0)
        if own is None or abs(told - own) <= timedelta(minutes=10):
            return at
        return wire(told.astimezone(timezone.utc))
    except (TypeError, ValueError, IndexError, OverflowError):  # no date
        return at


def failure(status: int) -> str | None:
    """What a status says of the asking rather than of the tweet; None where it may say something of the tweet."""
    if status == 429:
        return "rate_limited"
    if status >= 500:
        return "server_error"
    return {401: "unauthorized", 402: "payment", 403: "forbidden", 407: "forbidden"}.get(status)


def same(targets: Sequence[Target], endpoint: str, answer: str, detail: str | None = None) -> list[Outcome]:
    """The same outcome for every target."""
    return [Outcome(id=target.id, endpoint=endpoint, answer=answer, detail=detail) for target in targets]


def as_json(body: bytes) -> Any:
    """`body` as JSON with whole numbers kept exact; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):  # an HTML page, cut short, or nested beyond sense
        return None


def mapping(value: Any) -> dict[str, Any]:
    """`value` where it is a JSON object, else an empty one: so a reader needs no test at every step."""
    return value if isinstance(value, dict) else {}


def sequence(value: Any) -> list[Any]:
    """`value` where it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def words(value: Any) -> str | None:
    """`value` where it is a string with something in it, lone surrogates as U+FFFD; numbers as their digits; None otherwise."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str) or not value:
        return None
    return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def number(value: Any) -> int | None:
    """`value` where it is a whole number of at least 0 that 64 bits hold."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63 else None
