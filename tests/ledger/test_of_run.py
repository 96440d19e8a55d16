from datetime import datetime, timedelta, timezone

from newsarchive.discovery.entries import Source
from newsarchive.discovery.types import PostType
from newsarchive.guard import Evidence, Incident
from newsarchive.ledger import Timeline, facts_of, reconcile
from newsarchive.run import Run
from newsarchive.verdict import Verdict

NOON = datetime(2024, 5, 7, 12, tzinfo=timezone.utc)


def test_a_runs_account_becomes_a_report() -> None:
    run = Run(site="portnews", base="https://news.example/", started_at=NOON)
    run.sources = [Source(name="rest", answered=True, listed=4)]
    run.sources[0].months.update({"2024-05": 4})
    run.captured["2024-05"] = 2
    run.threads.update({"read": 2, "complete": 1, "comments": 9, "lacking": 1, "declared": 10})
    run.incomplete["an answer was lost"] = 1
    run.pass_over("protected", NOON)
    run.absent["taken down"] = 1
    run.post_types, run.besides = ("posts", "video"), [PostType("analysis", "analyses"), PostType("leaflet")]
    run.miss("article", "https://news.example/c/", "it does not answer in time", NOON)
    evidence = Evidence(
        status=403, url="https://news.example/c/", matched="just a moment...", body_sha256="ab" * 32, body_bytes=9
    )
    run.met(Incident(rule="cloudflare-challenge", reason="…", retryable=True, refused=True, evidence=evidence), NOON)
    stats = {
        "newsarchive/incident/cloudflare-challenge": 4,
        "downloader/request_count": 12,
        "newsarchive/retry/count": 3,
    }
    timeline = Timeline()
    timeline.note(True, NOON)
    facts = facts_of(
        run, Verdict("partial", ["one is missing"]), name="r1", ended_at=NOON + timedelta(minutes=1), stats=stats, tweets={"deleted": 1}, timeline=timeline
    )  # fmt: skip
    report = reconcile(facts)
    assert report["post_types"] == {
        "asked": ["posts", "video"],
        "left_out": [{"name": "analysis", "rest": "analyses"}, {"name": "leaflet", "rest": None}],
    }
    assert report["ended_at"] == "2024-05-07T12:01:00Z"
    assert (report["verdict"], report["exit_code"], report["reasons"]) == ("partial", 3, ["one is missing"])
    assert report["articles"] == {
        "expected": 4,
        "had": 2,
        "read": 2,
        "missing": 1,
        "left_out": {"protected": 1},
        "absent": {"taken down": 1},
        "unexplained": 0,
    }
    assert report["incidents"]["count"] == 4
    assert report["incidents"]["entries"][0]["matched"] == "just a moment..."
    assert report["incidents"]["entries"][0]["at"] == "2024-05-07T12:00:00Z"
    assert report["timeline"] == [{"at": "2024-05-07T12:00:00Z", "good": 1, "bad": 0}]
    assert (report["requests"], report["retries"]) == (12, 3)
    assert report["completeness"] == {"articles": 0.666667, "threads": 0.5, "comments": 0.9}


def test_a_timeline_keeps_its_size_and_loses_nothing() -> None:
    timeline = Timeline(stretch_seconds=10, most=50)
    for second in range(0, 36_000, 7):
        timeline.note(second % 35 != 0, NOON + timedelta(seconds=second))
    moments = timeline.moments()
    assert len(moments) <= 50
    assert sum(one.good + one.bad for one in moments) == 5143
    assert sum(one.bad for one in moments) == 1029


def test_a_quiet_stretch_is_shown_as_one() -> None:
    timeline = Timeline(stretch_seconds=10)
    timeline.note(True, NOON)
    timeline.note(False, NOON + timedelta(seconds=25))
    assert [(one.at[14:19], one.good, one.bad) for one in timeline.moments()] == [
        ("00:00", 1, 0),
        ("00:10", 0, 0),
        ("00:20", 0, 1),
    ]


def test_one_answer_ages_later_does_not_make_a_timeline_long() -> None:
    timeline = Timeline()
    timeline.note(True, NOON)
    timeline.note(True, NOON + timedelta(days=400))
    assert len(timeline.moments()) <= 360


def test_no_answer_is_no_moment() -> None:
    assert Timeline().moments() == []
