"""Monitors for Spidermon that hold a run to earlier ones and to what its items should have; a failed one turns the verdict.

``NEWSARCHIVE_MONITORS=1`` switches them on (``pip install spidermon``). https://spidermon.readthedocs.io
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import SkipTest

from spidermon import Monitor, MonitorSuite, monitors
from spidermon.core.actions import Action

from newsarchive.archive.crawl import local_root, setting
from newsarchive.counting import counted, noun
from newsarchive.errand import errand_of
from newsarchive.run import Run

FIELDS = {"Article/title": 0.9, "Article/text": 0.9, "Article/published_at": 0.95}
"""Least share of the items of a run that have the field, by class and field."""
HISTORY = 10
"""So many earlier reports are looked at."""


class _RunMonitor(Monitor):
    @property
    def run_facts(self) -> Run:
        found = getattr(self.data.spider, "run", None)
        if isinstance(found, Run):
            return found
        raise SkipTest("the spider keeps no account of its run")

    def least(self, name: str, default: float) -> float:
        """A share from the settings."""
        return float(setting(self.data.crawler.settings, name, default))


def listed_before(folder: Path) -> Iterator[int]:
    """How many articles were listed by the last complete runs over everything, as their reports say; damaged reports are passed over."""
    for path in sorted(folder.glob("*.json"), reverse=True)[:HISTORY]:
        try:
            report = json.loads(path.read_text("utf-8"))
            if report["verdict"] == "complete" and not report["incremental"] and not report.get("narrowed"):
                yield int(report["articles"]["expected"])
        except (OSError, ValueError, KeyError, TypeError):
            continue


@monitors.name("articles listed")
class ListedMonitor(_RunMonitor):
    """A run over everything lists at least NEWSARCHIVE_MONITOR_LISTED (0.8) of what the most an earlier one did."""

    @monitors.name("against earlier runs")
    def test_listed(self) -> None:
        run = self.run_facts
        if run.incremental or run.narrowed or errand_of(self.data.crawler).entries:
            self.skipTest("the run did not ask for everything")
        earlier = max(listed_before(local_root(self.data.crawler.settings) / run.site / "reports"), default=0)
        if not earlier:
            self.skipTest("no earlier run to compare with")
        listed = max((source.listed for source in run.sources), default=0)
        least = self.least("NEWSARCHIVE_MONITOR_LISTED", 0.8)
        if listed < least * earlier:
            self.fail(f"{counted(listed, 'article is', 'articles are')} listed, an earlier run listed {earlier}")


@monitors.name("fields filled")
class FieldsMonitor(_RunMonitor):
    """Titles, texts and dates are there: a theme that changed shows here first."""

    @monitors.name("shares of the items read")
    def test_fields(self) -> None:
        stats: Any = self.data.stats
        lacking = []
        for field, least in FIELDS.items():
            if stats.get(f"spidermon_item_scraped_count/{field.partition('/')[0]}"):
                share = stats.get(f"spidermon_field_coverage/{field}", 0.0)
                if share < least:
                    lacking.append(f"{field} is filled in {share:.0%} of the items ({least:.0%} wanted)")
        if lacking:
            self.fail("; ".join(lacking))


@monitors.name("threads complete")
class ThreadsMonitor(_RunMonitor):
    """At least NEWSARCHIVE_MONITOR_THREADS (0.9) of the threads read are proven complete."""

    @monitors.name("share of the threads read")
    def test_threads(self) -> None:
        threads = self.run_facts.threads
        if not threads["read"] or getattr(getattr(self.data.spider, "asked", None), "comments", None) == "rest":
            self.skipTest("no thread was read that could be proven complete")
        if threads["complete"] < self.least("NEWSARCHIVE_MONITOR_THREADS", 0.9) * threads["read"]:
            self.fail(
                f"{threads['complete']} of {counted(threads['read'], 'thread')} {noun(threads['complete'], 'is', 'are')} complete"
            )


@monitors.name("answers that were not the page")
class FailuresMonitor(_RunMonitor):
    """At most NEWSARCHIVE_MONITOR_FAILURES (0.1) of the answers are challenges, errors or other things than what was asked for."""

    @monitors.name("share of the requests")
    def test_failures(self) -> None:
        requests = self.data.stats.get("downloader/request_count", 0)
        if not requests:
            self.skipTest("nothing was asked for")
        failed = self.run_facts.incident_count
        if failed > self.least("NEWSARCHIVE_MONITOR_FAILURES", 0.1) * requests:
            self.fail(f"{failed} of {counted(requests, 'answer')} {noun(failed, 'was', 'were')} not the page")


class TurnVerdict(Action):
    """Leaves what failed in ``newsarchive/monitors/failed``, from which the verdict is made."""

    def run_action(self) -> None:
        failed = self.result.monitors_failed_results
        said = (
            f"{result.item.name}: {str(result.error).strip().splitlines()[-1].removeprefix('AssertionError: ')}"
            for result in failed
        )
        self.data.crawler.stats.set_value("newsarchive/monitors/failed", sorted(said))


class RunMonitors(MonitorSuite):
    """What runs as a crawl ends, before its verdict is made."""

    monitors = [ListedMonitor, FieldsMonitor, ThreadsMonitor, FailuresMonitor]
    monitors_failed_actions = [TurnVerdict]
