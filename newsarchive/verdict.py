"""Whether a crawl may be trusted: one word, one exit code, and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from newsarchive.counting import counted, noun
from newsarchive.run import Run
from newsarchive.wordpress.site import ROBOTS_FORBID

EXIT_CODES = {"complete": 0, "crashed": 1, "arguments": 2, "partial": 3, "refused": 4, "broken": 5, "unwritable": 6}
"""Exit code of `scrapy crawl` by verdict; docs/failures.md says what each means."""

_BY_CLOSE_REASON = {
    "archive_unwritable": "unwritable",
    "archive_busy": "unwritable",
    "refused": "refused",
    "unreachable": "broken",
}


@dataclass(frozen=True)
class Verdict:
    """How a crawl went."""

    name: str
    """A key of `EXIT_CODES`."""
    reasons: list[str] = field(default_factory=list)
    """Why it is not complete; empty where it is."""

    @property
    def exit_code(self) -> int:
        """The exit code of `scrapy crawl`."""
        return EXIT_CODES[self.name]


def judge_run(
    run: Run, close_reason: str, stats: Mapping[str, Any], *, complete_share: float = 1.0, comments_share: float = 0.95
) -> Verdict:
    """The verdict on a crawl that ended for `close_reason`.

    Complete means: it ended by itself, every list was read to its end, nothing that was scraped failed to be written,
    at least `complete_share` (0 to 1) of the articles and threads that were wanted were had, and at least `comments_share`
    of the comments that their pages declare (a page may count comments that no reader is ever shown).
    """
    if close_reason in _BY_CLOSE_REASON:
        return _stopped(close_reason, stats)
    if run.unreadable:
        name, why = run.unreadable
        return Verdict(name, [why])
    if failed := _failed(stats):
        return failed
    reasons = []
    if close_reason != "finished":
        reasons.append(f"the crawl was stopped: {close_reason}")
    reasons += run.problems
    if not run.sources:
        reasons.append("no source of articles was asked")
    elif close_reason == "finished" and not any(source.answered for source in run.sources):
        said = "; ".join(f"{source.name}: {source.refusal or 'no answer'}" for source in run.sources)
        reasons = [f"no source lists any article ({said})"]
        if any(source.forbidden for source in run.sources):
            return Verdict("refused", [*reasons, f"what could list them is not to be asked: {ROBOTS_FORBID}"])
        return Verdict("broken", reasons)
    had = sum(run.captured.values()) + run.threads["read"]
    lacking = len(run.missing)
    if lacking and had < complete_share * (had + lacking):
        kinds: dict[str, int] = {}
        for missing in run.missing:
            kinds[missing.reason] = kinds.get(missing.reason, 0) + 1
        most = sorted(kinds.items(), key=lambda pair: -pair[1])[:5]
        reasons.append(
            f"{counted(lacking, 'article or thread is', 'articles or threads are')} missing: "
            + "; ".join(f"{reason} ({n})" for reason, n in most)
        )
    reasons += _of_the_archive(stats)
    declared, lacked = run.threads["declared"], run.threads["lacking"]
    if lacked > (1 - comments_share) * declared:
        why, threads = run.incomplete.most_common(1)[0]
        reasons.append(
            f"{lacked} of {counted(declared, 'declared comment')} {noun(lacked, 'is', 'are')} missing, mostly: {why} ({counted(threads, 'thread')})"
        )
    reasons += [f"a monitor failed: {said}" for said in stats.get("newsarchive/monitors/failed", ())]
    return Verdict("partial", reasons) if reasons else Verdict("complete")


def judge_sweep(close_reason: str, stats: Mapping[str, Any], *, ended: bool, unanswered: int) -> Verdict:
    """The verdict on a sweep of tweets: complete where it came to its end and somebody answered about each tweet it asked about.

    `ended`: whether it went through all that was due; `unanswered`: about so many tweets nobody answered.
    """
    if close_reason in _BY_CLOSE_REASON:
        return _stopped(close_reason, stats)
    if failed := _failed(stats):
        return failed
    if close_reason == "finished" and not ended:
        return Verdict("crashed", ["the sweep failed before its end; the log has the traceback"])
    reasons = [] if close_reason == "finished" else [f"the sweep was stopped: {close_reason}"]
    if unanswered:
        reasons.append(f"about {counted(unanswered, 'tweet')} nobody has answered; the next sweep asks again")
    reasons += _of_the_archive(stats)
    return Verdict("partial", reasons) if reasons else Verdict("complete")


def _stopped(close_reason: str, stats: Mapping[str, Any]) -> Verdict:
    name = _BY_CLOSE_REASON[close_reason]
    said = _unwritable(stats) if name == "unwritable" else []
    return Verdict(name, said or [f"the crawl was stopped: {close_reason.replace('_', ' ')}"])


def _unwritable(stats: Mapping[str, Any]) -> list[str]:
    """Why the archive cannot be written, what is kept all the same, and what to do; empty where it can."""
    why = stats.get("newsarchive/export/unwritable")
    if why is None:
        return []
    kept = counted(stats.get("newsarchive/export/lines", 0), "line of this run is", "lines of this run are")
    return [why, f"{kept} kept, with all that was there before; the same command, run again, fetches the rest"]


def _failed(stats: Mapping[str, Any]) -> Verdict | None:
    """What weighs more than anything that is missing: lines that were not written, a spider that failed."""
    lost = sum(v for k, v in stats.items() if k.startswith("feedexport/failed_count/")) + stats.get(
        "newsarchive/export/failed", 0
    )
    if lost:
        said = f"{counted(lost, 'item or feed', 'items or feeds')} could not be written"
        return Verdict("unwritable", [said, *_unwritable(stats)])
    crashes = {
        k.rpartition("/")[2]: v
        for k, v in stats.items()
        if k.startswith("spider_exceptions/") and not k.endswith("/count")
    }
    if crashes:
        said = ", ".join(f"{kind} ({counted(count, 'time')})" for kind, count in sorted(crashes.items()))
        return Verdict("crashed", [f"the spider failed on something it read: {said}; the log has each traceback"])
    return None


def _of_the_archive(stats: Mapping[str, Any]) -> list[str]:
    told = (
        ("upload/pending", "not on S3 yet; the next run or `scrapy archive push` uploads what waits"),
        ("archive/damaged_parts", "damaged; `scrapy archive verify` says more"),
    )
    return [
        f"{counted(count, 'part is', 'parts are')} {words}"
        for name, words in told
        if (count := stats.get(f"newsarchive/{name}", 0))
    ]
