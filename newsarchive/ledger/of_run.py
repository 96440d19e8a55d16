"""The facts of a ledger from a crawl's own account."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from newsarchive import __version__
from newsarchive.dates import wire
from newsarchive.ledger.facts import Incidence, Lack, Moment, RunFacts, SourceFacts

if TYPE_CHECKING:
    from newsarchive.run import Run
    from newsarchive.verdict import Verdict

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass
class Timeline:
    """Good and bad answers over time, in at most `most` stretches of equal length, which grows as the run does."""

    stretch_seconds: int = 10
    most: int = 360
    counts: dict[int, list[int]] = field(default_factory=dict)
    """Stretch number since 1970 to [good, bad]."""

    def note(self, good: bool, at: datetime) -> None:
        """Takes one answer into account."""
        number = int((at - _EPOCH).total_seconds()) // self.stretch_seconds
        self.counts.setdefault(number, [0, 0])[0 if good else 1] += 1
        while max(self.counts) - min(self.counts) >= self.most:
            self._double()

    def _double(self) -> None:
        merged: dict[int, list[int]] = {}
        for number, (good, bad) in self.counts.items():
            into = merged.setdefault(number // 2, [0, 0])
            into[0] += good
            into[1] += bad
        self.stretch_seconds *= 2
        self.counts = merged

    def moments(self) -> list[Moment]:
        """The stretches in order, those without any answer among them."""
        if not self.counts:
            return []
        found = []
        for number in range(min(self.counts), max(self.counts) + 1):
            good, bad = self.counts.get(number, (0, 0))
            at = _EPOCH + timedelta(seconds=number * self.stretch_seconds)
            found.append(Moment(at=wire(at), good=good, bad=bad))
        return found


def facts_of(
    run: "Run",
    verdict: "Verdict",
    *,
    name: str,
    ended_at: datetime,
    stats: Mapping[str, Any],
    held: Mapping[str, int] | None = None,
    comments: Mapping[str, int] | None = None,
    tweets: Mapping[str, int] | None = None,
    timeline: Timeline | None = None,
) -> RunFacts:
    """The facts of `run`; `name` is its name in the archive, `held` and `comments` what the archive holds by month, `tweets` by state."""
    sources = [
        SourceFacts(
            name=source.name,
            answered=source.answered,
            refusal=source.refusal,
            problems=list(source.problems),
            total=source.total,
            listed=source.listed,
            missed=run.missed.get(source.name),
            months=dict(source.months),
        )
        for source in run.sources
    ]
    incidents = [
        Incidence(
            rule=one.rule,
            reason=one.reason,
            url=one.evidence.url,
            status=one.evidence.status,
            matched=one.evidence.matched,
            body_sha256=one.evidence.body_sha256,
            at=wire(at.replace(microsecond=0)),
        )
        for one, at in run.incidents
    ]
    before = "newsarchive/incident/"
    rules = {key.removeprefix(before): int(count) for key, count in stats.items() if key.startswith(before)}
    return RunFacts(
        site=run.site,
        base=run.base,
        run=name,
        started_at=wire(run.started_at or ended_at),
        ended_at=wire(ended_at),
        verdict=verdict.name,
        exit_code=verdict.exit_code,
        reasons=list(verdict.reasons),
        incremental=run.incremental,
        narrowed=list(run.narrowed),
        post_types=list(run.post_types),
        types_left_out=None if run.besides is None else [(one.name, one.rest) for one in run.besides],
        sources=sources,
        captured=dict(run.captured),
        held=held,
        comments=comments or {},
        passed_over={reason: dict(months) for reason, months in run.passed_over.items()},
        absent=dict(run.absent),
        threads_read=run.threads["read"],
        threads_complete=run.threads["complete"],
        comments_declared=run.threads["declared"],
        comments_captured=run.threads["comments"],
        comments_lacking=run.threads["lacking"],
        incomplete=dict(run.incomplete),
        tweets=tweets or {},
        missing=[Lack(kind=one.kind, url=one.url, reason=one.reason, month=one.month) for one in run.missing],
        incidents=incidents,
        incident_count=max(run.incident_count, sum(rules.values())),
        incident_rules=rules,
        timeline=timeline.moments() if timeline else [],
        requests=int(stats.get("downloader/request_count", 0)),
        retries=int(stats.get("newsarchive/retry/count", 0)),
        software=f"newsarchive {__version__}",
    )
