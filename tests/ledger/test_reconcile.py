import json

from newsarchive.ledger import Lack, RunFacts, SourceFacts, reconcile, render_html, render_json
from tests.ledger.sample import hostile, large


def facts(**given: object) -> RunFacts:
    fixed = {
        "site": "portnews", "base": "https://news.example/", "run": "r1", "started_at": "2024-05-07T12:00:00Z",
        "ended_at": "2024-05-07T12:10:00Z", "verdict": "complete", "exit_code": 0,
    }  # fmt: skip
    return RunFacts(**{**fixed, **given})  # type: ignore[arg-type]


def lack(month: str, kind: str = "article") -> Lack:
    return Lack(kind=kind, url=f"https://news.example/{month}/", reason="it does not answer in time", month=month)


def test_a_whole_run_is_whole() -> None:
    months = {"2024-04": 2, "2024-05": 3}
    report = reconcile(
        facts(sources=[SourceFacts(name="rest", listed=5, months=months)], captured=months, threads_read=5, threads_complete=5, comments_captured=9)
    )  # fmt: skip
    assert report["completeness"] == {"articles": 1.0, "threads": 1.0, "comments": 1.0}
    assert report["months"] == [
        {
            "month": "2024-04",
            "expected": 2,
            "had": 2,
            "missing": 0,
            "left_out": 0,
            "unexplained": 0,
            "reasons": {},
            "comments": 0,
        },
        {
            "month": "2024-05",
            "expected": 3,
            "had": 3,
            "missing": 0,
            "left_out": 0,
            "unexplained": 0,
            "reasons": {},
            "comments": 0,
        },
    ]


def test_what_is_listed_and_not_held_is_missing_with_a_reason_or_unexplained() -> None:
    report = reconcile(
        facts(
            sources=[SourceFacts(name="rest", listed=10, months={"2024-05": 10})],
            captured={"2024-05": 5},
            passed_over={"protected": {"2024-05": 1}},
            missing=[lack("2024-05"), lack("2024-05"), lack("2024-05", "comment_thread")],
        )
    )
    assert report["months"] == [
        {
            "month": "2024-05",
            "expected": 10,
            "had": 5,
            "missing": 2,
            "left_out": 1,
            "unexplained": 2,
            "reasons": {"it does not answer in time": 2, "protected": 1},
            "comments": 0,
        }
    ]
    assert report["articles"]["unexplained"] == 2
    assert report["completeness"]["articles"] == 0.555556
    assert report["missing"]["by_reason"] == {"it does not answer in time": 3}
    assert report["threads"]["missing"] == 1


def test_the_source_that_lists_most_in_a_month_is_what_was_to_be_had() -> None:
    report = reconcile(
        facts(
            sources=[
                SourceFacts(name="rest", listed=5, missed=1, months={"2024-04": 3, "2024-05": 2}),
                SourceFacts(name="feed", listed=5, missed=1, months={"2024-04": 2, "2024-05": 3}),
            ],
            captured={"2024-04": 3, "2024-05": 3},
        )
    )
    assert [row["expected"] for row in report["months"]] == [3, 3]
    assert report["articles"]["expected"] == 6
    assert report["completeness"]["articles"] == 1.0


def test_a_source_without_dates_is_compared_by_its_total_alone() -> None:
    report = reconcile(
        facts(sources=[SourceFacts(name="sitemap", listed=7, months={"unknown": 7})], captured={"2024-05": 6})
    )
    assert report["articles"]["unexplained"] == 1
    assert [row["unexplained"] for row in report["months"]] == [0, 0]


def test_a_dated_and_an_undated_source_list_the_same_articles() -> None:
    report = reconcile(
        facts(
            sources=[
                SourceFacts(name="sitemap", listed=5, months={"unknown": 5}),
                SourceFacts(name="rest", listed=5, months={"2024-05": 5}),
            ],
            captured={"2024-05": 5},
        )
    )
    assert report["articles"]["expected"] == 5
    assert [row["month"] for row in report["months"]] == ["2024-05"]


def test_what_is_rightly_left_out_is_not_missing() -> None:
    report = reconcile(
        facts(sources=[SourceFacts(name="sitemap", listed=5, months={"unknown": 5})], captured={"2024-05": 3}, passed_over={"protected": {"unknown": 2}})
    )  # fmt: skip
    assert report["articles"]["unexplained"] == 0
    assert report["completeness"]["articles"] == 1.0


def test_an_incremental_run_says_nothing_of_completeness() -> None:
    report = reconcile(facts(incremental=True, sources=[SourceFacts(name="rest", listed=2, months={"2024-05": 2})]))
    assert report["completeness"] == {"articles": None, "threads": None, "comments": None}
    assert report["articles"]["unexplained"] == 0


def test_what_the_archive_holds_counts_where_it_was_counted() -> None:
    report = reconcile(facts(sources=[SourceFacts(name="rest", listed=4, months={"2024-05": 4})], captured={"2024-05": 1}, held={"2024-05": 4}))  # fmt: skip
    assert (report["articles"]["had"], report["articles"]["read"]) == (4, 1)
    assert report["completeness"]["articles"] == 1.0


def test_nothing_at_all_is_a_report_too() -> None:
    report = reconcile(facts())
    assert report["months"] == []
    assert report["completeness"]["articles"] is None


def test_json_is_the_same_for_the_same_facts_and_can_be_written() -> None:
    assert render_json(reconcile(large())) == render_json(reconcile(large()))
    text = render_json(reconcile(hostile()))
    assert json.loads(text.encode("utf-8"))["exit_code"] == 5


def test_a_run_that_asked_for_a_part_says_nothing_of_the_rest() -> None:
    listed = [SourceFacts(name="rest", listed=70, months={"2024-05": 70})]
    report = reconcile(facts(sources=listed, captured={"2024-05": 3}, narrowed=["limit"]))
    assert report["completeness"]["articles"] is None
    assert report["articles"]["unexplained"] == 0
    assert [row["unexplained"] for row in report["months"]] == [0]
    page = render_html(report)
    assert "asked for a part of it (limit)" in page
    assert "not measured by a run that asks for a part alone" in page
