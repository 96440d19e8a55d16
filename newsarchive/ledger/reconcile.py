"""What was to be had against what is held, to the month."""

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from newsarchive.ledger.facts import RunFacts

REPORT_VERSION = 1
MOST_ENTRIES = 10_000
"""So many missing entries and incidents are written one by one; the counts have them all."""


def reconcile(facts: RunFacts) -> dict[str, Any]:
    """The report of a run, as plain values for JSON.

    A month's ``expected`` is the most that any source lists for it; ``had`` is what is held (or was read); ``missing``
    are those that could not be had and ``left_out`` those that are rightly not kept, both named in ``reasons``;
    ``unexplained`` is what then remains: listed, not held, and nobody said why.
    ``completeness`` is had / expected over all months, None where nothing was expected. A run that is incremental or narrowed
    did not ask for all that is listed: nothing is unexplained in it, and the completeness of its articles is None.
    ``post_types``: ``asked`` are the types that REST was asked for, as its addresses name them; ``left_out`` those that the site
    shows beside them, ``name`` as WordPress calls one and ``rest`` as REST does (null where it has no list of it). None of what
    is listed, expected or missing is of these. [] where there are none, null where nothing told.
    Of a source that tells no time everything is in the month ``unknown``, and the totals are compared without regard to months.
    """
    asked_all = not (facts.incremental or facts.narrowed)
    had = dict(facts.held if facts.held is not None else facts.captured)
    lacking = Counter(lack.month for lack in facts.missing if lack.kind == "article")
    left_out: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for reason, by_month in facts.passed_over.items():
        left_out.update(by_month)
        for month, count in by_month.items():
            reasons.setdefault(month, Counter())[reason] += count
    for lack in facts.missing:
        if lack.kind == "article":
            reasons.setdefault(lack.month, Counter())[lack.reason] += 1
    dated = _expected(facts)
    names = sorted({*dated, *had, *lacking, *left_out, *facts.comments} - {"unknown"})
    if any("unknown" in months for months in (dated, had, lacking, left_out, facts.comments)):
        names.append("unknown")
    months = []
    for name in names:
        row: dict[str, Any] = {"month": name, "expected": dated.get(name, 0), "had": had.get(name, 0)}
        row |= {"missing": lacking[name], "left_out": left_out[name]}
        known = row["had"] + row["missing"] + row["left_out"]
        row["unexplained"] = max(0, row["expected"] - known) if asked_all and name != "unknown" else 0
        months.append({**row, "reasons": _most(reasons.get(name, {})), "comments": facts.comments.get(name, 0)})
    total = _total(facts, dated)
    articles: dict[str, Any] = {
        "expected": total,
        "had": sum(had.values()),
        "read": sum(facts.captured.values()),
        "missing": sum(lacking.values()),
        "left_out": _most({reason: sum(by_month.values()) for reason, by_month in facts.passed_over.items()}),
        "absent": _most(facts.absent),
    }
    left = left_out.total()
    articles["unexplained"] = max(0, total - articles["had"] - articles["missing"] - left) if asked_all else 0
    threads: dict[str, Any] = {
        "read": facts.threads_read,
        "complete": facts.threads_complete,
        "incomplete": facts.threads_read - facts.threads_complete,
        "missing": sum(lack.kind == "comment_thread" for lack in facts.missing),
        "reasons": _most(facts.incomplete),
        "comments_declared": facts.comments_declared,
        "comments_captured": facts.comments_captured,
        "comments_lacking": facts.comments_lacking,
    }
    wanted = total - left
    return {
        "report_version": REPORT_VERSION,
        "site": facts.site,
        "base": facts.base,
        "run": facts.run,
        "started_at": facts.started_at,
        "ended_at": facts.ended_at,
        "verdict": facts.verdict,
        "exit_code": facts.exit_code,
        "reasons": list(facts.reasons),
        "incremental": facts.incremental,
        "narrowed": list(facts.narrowed),
        "software": facts.software,
        "completeness": {
            "articles": min(1.0, round(articles["had"] / wanted, 6)) if asked_all and wanted > 0 else None,
            "threads": _share(facts.threads_complete, facts.threads_read + threads["missing"]),
            "comments": _share(facts.comments_captured, facts.comments_captured + facts.comments_lacking),
        },
        "post_types": {
            "asked": list(facts.post_types),
            "left_out": None
            if facts.types_left_out is None
            else [{"name": name, "rest": rest} for name, rest in facts.types_left_out],
        },
        "articles": articles,
        "threads": threads,
        "tweets": _most(facts.tweets),
        "months": months,
        "sources": [{**asdict(source), "months": dict(source.months)} for source in facts.sources],
        "missing": {
            "count": len(facts.missing),
            "by_reason": _most(Counter(lack.reason for lack in facts.missing)),
            "entries": [asdict(lack) for lack in facts.missing[:MOST_ENTRIES]],
        },
        "incidents": {
            "count": facts.incident_count or len(facts.incidents),
            "by_rule": _most(facts.incident_rules or Counter(one.rule for one in facts.incidents)),
            "entries": [asdict(one) for one in facts.incidents[:MOST_ENTRIES]],
        },
        "timeline": [asdict(moment) for moment in facts.timeline],
        "requests": facts.requests,
        "retries": facts.retries,
    }


def render_json(report: dict[str, Any]) -> str:
    """The report as JSON text, the same for the same facts."""
    text = json.dumps(report, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be written


def _expected(facts: RunFacts) -> dict[str, int]:
    most: dict[str, int] = {}
    for source in facts.sources:
        for month, count in source.months.items():
            most[month] = max(most.get(month, 0), count)
    if any(month != "unknown" for month in most):
        # What a source without dates lists is the same articles once more.
        named = [source.months.get("unknown", 0) for source in facts.sources if set(source.months) - {"unknown"}]
        most["unknown"] = max(named, default=0)
    return {month: count for month, count in most.items() if count}


def _total(facts: RunFacts, dated: dict[str, int]) -> int:
    """How many articles there are: the most that a source, with what it misses, or the months come to."""
    by_source = [max(source.listed, sum(source.months.values())) + (source.missed or 0) for source in facts.sources]
    return max([*by_source, sum(dated.values())], default=0)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _most(counts: Any) -> dict[str, int]:
    """Largest first, equal ones by name."""
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
