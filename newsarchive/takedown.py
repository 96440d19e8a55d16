"""Whether a known article has been taken down, or is back: never on one look, and never because the whole site fails."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

Word = Literal["there", "absent", "unclear"]
Action = Literal["nothing", "suspect", "gone", "returned"]

APART = timedelta(hours=12)
"""A second look on another day is at least so much later: two looks around midnight are one."""
WAVE_AT_LEAST = 5
WAVE_SHARE = 0.3
"""Where at least `WAVE_AT_LEAST` known articles and more than this share of those known are absent, it is the site that fails."""

_ABSENT_RULES = {"not-found": 404, "gone": 410, "redirect-home": 302, "soft-404": 404}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one source said of one article at one moment."""

    at: datetime
    """When (aware)."""
    source: str
    """page, rest …: where it was looked for. Two sources are two witnesses."""
    word: Word
    """there, absent, or unclear: a failure or a challenge, which says nothing."""
    status: int = 200
    """404, 410; 302 for a redirect to the home page; 401 where REST refuses it."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is remembered of an article between runs."""

    gone: bool = False
    """Whether it is recorded as taken down."""
    suspicions: tuple[Look, ...] = ()
    """Looks that found it absent, not yet confirmed; at most one a source and day."""


@dataclass(frozen=True, kw_only=True)
class SiteHealth:
    """How the site did in this run, without which an absence means nothing."""

    home_answers: bool
    """Whether its home page, or its REST index, came as it should."""
    looked: int = 0
    """How many articles are known, and not recorded as gone."""
    absent: int = 0
    """How many of them were absent; what is not listed and was not yet looked for counts as well."""
    share: float = WAVE_SHARE
    """Of more than this share being absent the site is to blame; with 1 its word is taken, however many are."""

    @property
    def fails(self) -> bool:
        """Whether it is the site that fails, not its articles."""
        wave = self.absent >= WAVE_AT_LEAST and self.absent > self.share * self.looked
        return wave or not self.home_answers


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to do, and what to remember."""

    action: Action
    """nothing, suspect (remember, write no line), gone or returned (write a revision)."""
    standing: Standing = field(default_factory=Standing)
    """What to remember from now on."""
    status: int | None = None
    """gone: the status for `newsarchive.items.Gone`."""


def word_of(status: int, rule: str | None) -> tuple[Word, int]:
    """What an article's page said: its word and status, from the answer's status and the rule of its incident (None: no incident).

    REST's refusal of one post (401 or 403, with its list answering) is for the caller to call absent with status 401.
    """
    if rule is None and 200 <= status < 300:
        return "there", status
    if rule in _ABSENT_RULES:
        return "absent", _ABSENT_RULES[rule]
    return "unclear", status


def decide(standing: Standing, looks: list[Look], site: SiteHealth) -> Decision:
    """What this run's `looks` at one article mean.

    Absent twice, on different days or by different sources, is gone; seen once is there, and back where it was gone.
    Where sources of one run differ, the one that shows it wins. While the site fails nothing is concluded or remembered,
    except that what is there is there.
    """
    if any(look.word == "there" for look in looks):
        return Decision(action="returned" if standing.gone else "nothing", standing=Standing())
    absent = [look for look in looks if look.word == "absent"]
    if not absent or site.fails or standing.gone:
        return Decision(action="nothing", standing=standing)
    known = (*standing.suspicions, *absent)
    if any(_confirms(one, other) for one in known for other in absent if one is not other):
        latest = max(absent, key=lambda look: look.at)
        return Decision(action="gone", standing=Standing(gone=True), status=latest.status)
    kept = {(look.source, look.at.date()): look for look in reversed(known)}
    suspicions = tuple(sorted(kept.values(), key=lambda look: (look.at, look.source))[-10:])
    return Decision(action="suspect", standing=replace(standing, suspicions=suspicions))


def _confirms(first: Look, second: Look) -> bool:
    """Whether two looks are two witnesses: of different sources, or on different days; none from the future, by a clock that was wrong."""
    if first.source != second.source:
        return True
    return first.at.date() != second.at.date() and second.at - first.at >= APART
