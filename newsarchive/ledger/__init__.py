"""The ledger of a run: what the sources list against what the archive holds, for machines and for people."""

from newsarchive.ledger.facts import Incidence, Lack, Moment, RunFacts, SourceFacts
from newsarchive.ledger.left_out import left_out
from newsarchive.ledger.of_run import Timeline, facts_of
from newsarchive.ledger.page import render_html
from newsarchive.ledger.reconcile import reconcile, render_json
from newsarchive.ledger.write import write_report

__all__ = [
    "Incidence",
    "Lack",
    "Moment",
    "RunFacts",
    "SourceFacts",
    "Timeline",
    "facts_of",
    "left_out",
    "reconcile",
    "render_html",
    "render_json",
    "write_report",
]
