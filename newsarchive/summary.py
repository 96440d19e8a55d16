"""The extension that ends a crawl: the summary for a person, the verdict for the machine, the mark for the next crawl."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from newsarchive.archive import ArchiveError
from newsarchive.archive.crawl import archive_of, local_root
from newsarchive.counting import counted
from newsarchive.errand import errand_of
from newsarchive.ledger import facts_of, left_out, write_report
from newsarchive.run import Run
from newsarchive.verdict import Verdict, judge_run

log = logging.getLogger(__name__)


def summary_text(run: Run, verdict: Verdict, stats: Mapping[str, Any], seconds: float) -> str:
    """The closing summary, a line each for what was found, kept, lacking and spent."""

    def count(name: str) -> int:
        return int(stats.get(f"newsarchive/{name}", 0))

    requests = int(stats.get("downloader/request_count", 0))
    articles = sum(run.captured.values())
    listed = sum(source.listed - source.repeated for source in run.sources)
    lines = [
        f"{run.site}: {verdict.name.upper()} (exit code {verdict.exit_code})",
        f"  found     {counted(listed, 'article')} listed by {', '.join(s.name for s in run.sources if s.answered) or 'no source'}",
        f"  articles  {articles} read: {count('article/new')} new,"
        f" {max(count('article/changed') - run.absent['taken down'], 0)} changed,"
        f" {count('article/unchanged')} unchanged",
        f"  threads   {run.threads['read']} read: {run.threads['complete']} complete, {run.threads['incomplete']} not"
        f" ({counted(run.threads['comments'], 'comment')}; {run.threads['lacking']} known to be missing)",
        f"  tweets    {counted(count('tweets/references'), 'reference')}, {count('tweets/unresolved')} still unresolved",
        f"  failures  {len(run.missing)} missing, {counted(run.incident_count, 'answer that was', 'answers that were')} not the page",
        f"  requests  {requests}" + (f", {requests / articles:.2f} an article" if articles else ""),
        f"  time      {seconds:.1f} s",
    ]
    if run.passed_over:
        left = ", ".join(f"{months.total()} {why}" for why, months in sorted(run.passed_over.items()))
        lines.insert(2, f"  left out  {left}")
    if run.absent:
        lines.insert(2, "  absent    " + ", ".join(f"{n} {what}" for what, n in sorted(run.absent.items())))
    lines[2:2] = [
        f"  besides   {line}" for line in left_out(run.post_types, [(one.name, one.rest) for one in run.besides or ()])
    ]
    if run.missed:
        lines.insert(2, "  missed    " + ", ".join(f"{name} lacks {n}" for name, n in run.missed.items()))
    lines += [f"  because   {reason}" for reason in verdict.reasons[:10]]
    return "\n".join(lines)


class Summary:
    """Judges a crawl as it closes; does nothing for a spider without `run`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Summary":
        summary = cls(crawler)
        crawler.signals.connect(summary.item_scraped, signal=signals.item_scraped)
        crawler.signals.connect(summary.spider_closed, signal=signals.spider_closed)
        return summary

    def item_scraped(self, item: Any, spider: Spider) -> None:
        """Takes note of an item that has passed every pipeline."""
        run = getattr(spider, "run", None)
        if isinstance(run, Run):
            run.kept(item)

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Sets ``newsarchive/verdict`` and ``newsarchive/exit_code``, logs the summary, moves the watermark of a complete crawl."""
        run = getattr(spider, "run", None)
        if not isinstance(run, Run):
            return
        stats = self.crawler.stats
        assert stats is not None
        settings = self.crawler.settings
        verdict = judge_run(
            run,
            reason,
            stats.get_stats(),
            complete_share=settings.getfloat("NEWSARCHIVE_COMPLETE_SHARE"),
            comments_share=settings.getfloat("NEWSARCHIVE_COMPLETE_COMMENTS"),
        )
        now = datetime.now(timezone.utc)
        seconds = (now - run.started_at).total_seconds() if run.started_at else 0.0
        if verdict.name != "unwritable" and hasattr(spider, "close_run"):
            spider.close_run(verdict.name == "complete")
        stats.set_value("newsarchive/verdict", verdict.name)
        stats.set_value("newsarchive/exit_code", verdict.exit_code)
        if verdict.reasons:
            stats.set_value("newsarchive/verdict_reasons", verdict.reasons[:20])
        if verdict.name != "unwritable" and not errand_of(self.crawler).entries:
            self._report(run, verdict, now)
        level = logging.INFO if verdict.name == "complete" else logging.ERROR
        log.log(level, "%s", summary_text(run, verdict, stats.get_stats(), seconds))

    def _report(self, run: Run, verdict: Verdict, now: datetime) -> None:
        """Writes the run's report beside the archive; where that fails the log says so, for the crawl itself is done."""
        assert self.crawler.stats is not None
        held: Counter[str] = Counter()
        comments: Counter[str] = Counter()
        try:
            archive = archive_of(self.crawler)
            for article in archive.each("article"):
                held[(article.published_at or "unknown")[:7]] += 1
            for thread in archive.each("comment_thread"):
                comments[(thread.published_at or "unknown")[:7]] += thread.declared_count or 0
            name = (run.started_at or now).strftime("%Y%m%dT%H%M%SZ")
            stats = self.crawler.stats.get_stats()
            facts = facts_of(
                run,
                verdict,
                name=name,
                ended_at=now,
                stats=stats,
                held=held,
                comments=comments,
                tweets=run.tweets,
                timeline=run.timeline,
            )
            _, page = write_report(facts, local_root(self.crawler.settings) / run.site / "reports")
        except (OSError, ArchiveError) as error:
            log.error("the report of this run could not be written: %s", error)
            return
        self.crawler.stats.set_value("newsarchive/report", str(page))
        log.info("the report of this run is %s", page)
