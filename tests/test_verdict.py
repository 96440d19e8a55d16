"""The verdict on a crawl."""

import pytest

from newsarchive.discovery import Source
from newsarchive.run import Run
from newsarchive.verdict import judge_run, judge_sweep


def run(**more) -> Run:
    made = Run(site="example", sources=[Source(name="rest", answered=True, listed=2)], **more)
    made.captured["2019-03"] = 2
    made.threads["read"] = 2
    return made


def test_a_run_that_lacks_nothing_is_complete() -> None:
    verdict = judge_run(run(), "finished", {})
    assert (verdict.name, verdict.exit_code, verdict.reasons) == ("complete", 0, [])


def test_a_missing_article_makes_it_partial_and_is_named() -> None:
    made = run()
    made.miss("article", "https://example.org/a/", "its page answers 500")
    verdict = judge_run(made, "finished", {})
    assert verdict.exit_code == 3
    assert verdict.reasons == ["1 article or thread is missing: its page answers 500 (1)"]


def test_a_set_share_may_be_missing() -> None:
    made = run()
    made.miss("article", "https://example.org/a/", "its page answers 500")
    assert judge_run(made, "finished", {}, complete_share=0.8).name == "complete"
    assert judge_run(made, "finished", {}, complete_share=0.9).name == "partial"


def test_most_declared_comments_missing_makes_it_partial() -> None:
    made = run()
    made.threads.update(declared=100, lacking=6)
    made.incomplete["only the page was read"] = 2
    assert judge_run(made, "finished", {}).reasons == [
        "6 of 100 declared comments are missing, mostly: only the page was read (2 threads)"
    ]
    made.threads["lacking"] = 5
    assert judge_run(made, "finished", {}).name == "complete"


def test_a_list_that_broke_off_makes_it_partial() -> None:
    made = run()
    made.sources[0].problems.append("page 7 of the REST list: 500 text/html")
    assert judge_run(made, "finished", {}).exit_code == 3


@pytest.mark.parametrize(
    ("reason", "name", "code"),
    [
        ("shutdown", "partial", 3),
        ("memusage_exceeded", "partial", 3),
        ("refused", "refused", 4),
        ("unreachable", "broken", 5),
        ("archive_unwritable", "unwritable", 6),
    ],
)
def test_a_run_that_was_stopped_is_not_complete(reason: str, name: str, code: int) -> None:
    verdict = judge_run(run(), reason, {})
    assert (verdict.name, verdict.exit_code) == (name, code)


def test_a_site_that_cannot_be_read_says_so() -> None:
    verdict = judge_run(Run(site="example", unreadable=("refused", "https://example.org/ answers 403")), "finished", {})
    assert (verdict.name, verdict.exit_code, verdict.reasons) == ("refused", 4, ["https://example.org/ answers 403"])


def test_no_list_at_all_is_broken() -> None:
    made = Run(
        site="example", sources=[Source(name="rest", refusal="401 rest_forbidden"), Source(name="feed", refusal="404")]
    )
    verdict = judge_run(made, "finished", {})
    assert verdict.exit_code == 5
    assert verdict.reasons == ["no source lists any article (rest: 401 rest_forbidden; feed: 404)"]


def test_a_run_that_is_stopped_before_a_list_has_answered_is_not_broken() -> None:
    verdict = judge_run(Run(site="example", sources=[Source(name="rest")]), "shutdown", {})
    assert (verdict.name, verdict.reasons) == ("partial", ["the crawl was stopped: shutdown"])


def test_what_was_scraped_and_not_written_is_never_complete() -> None:
    assert judge_run(run(), "finished", {"feedexport/failed_count/S3FeedStorage": 1}).exit_code == 6


@pytest.mark.parametrize(
    ("reason", "stats", "before"),
    [
        ("archive_unwritable", {}, []),
        ("finished", {"newsarchive/export/failed": 1}, ["1 item or feed could not be written"]),
    ],
)
def test_an_archive_that_cannot_be_written_says_why_what_is_kept_and_what_to_do(reason, stats, before) -> None:
    why = "cannot write the archive in /srv/archive/daily: the disk is full: make room there"
    stats |= {"newsarchive/export/unwritable": why, "newsarchive/export/lines": 412}
    assert judge_run(run(), reason, stats).reasons == [
        *before,
        why,
        "412 lines of this run are kept, with all that was there before; the same command, run again, fetches the rest",
    ]


def test_parts_that_are_not_on_s3_yet_make_it_partial() -> None:
    verdict = judge_run(run(), "finished", {"newsarchive/upload/pending": 2})
    assert verdict.exit_code == 3
    assert verdict.reasons[0].startswith("2 parts are not on S3 yet")


def test_a_spider_that_failed_on_a_page_is_a_crash() -> None:
    verdict = judge_run(run(), "finished", {"spider_exceptions/count": 2, "spider_exceptions/KeyError": 2})
    assert verdict.exit_code == 1
    assert "KeyError (2 times)" in verdict.reasons[0]


@pytest.mark.parametrize(
    ("reason", "stats", "more", "code"),
    [
        ("finished", {}, {}, 0),
        ("finished", {}, {"unanswered": 3}, 3),
        ("shutdown", {}, {"ended": False}, 3),
        ("finished", {"newsarchive/upload/pending": 2}, {}, 3),
        ("finished", {}, {"ended": False}, 1),
        ("archive_busy", {}, {"ended": False}, 6),
        ("archive_unwritable", {}, {}, 6),
        ("finished", {"newsarchive/export/failed": 1}, {"unanswered": 3}, 6),
    ],
)
def test_a_sweep_is_judged_by_its_end_and_by_what_stayed_unanswered(reason, stats, more, code):
    verdict = judge_sweep(reason, stats, **{"ended": True, "unanswered": 0, **more})
    assert (verdict.exit_code, bool(verdict.reasons)) == (code, code != 0)
