"""What a crawl says of itself, while it runs and at its end."""

from newsarchive.discovery import Source
from newsarchive.discovery.types import PostType
from newsarchive.progress import progress_text
from newsarchive.run import Run
from newsarchive.summary import summary_text
from newsarchive.verdict import Verdict


def run(count: int) -> Run:
    made = Run(site="daily")
    made.sources.append(Source(name="rest", answered=True, total=count, listed=count))
    made.captured["2019-03"] = made.incident_count = count
    made.threads.update(read=count, complete=count, comments=count)
    return made


def test_the_summary_counts_one_as_one() -> None:
    stats = {
        "downloader/request_count": 1,
        "newsarchive/article/new": 1,
        "newsarchive/tweets/references": 1,
    }
    assert summary_text(run(1), Verdict("complete"), stats, 2.0).splitlines() == [
        "daily: COMPLETE (exit code 0)",
        "  found     1 article listed by rest",
        "  articles  1 read: 1 new, 0 changed, 0 unchanged",
        "  threads   1 read: 1 complete, 0 not (1 comment; 0 known to be missing)",
        "  tweets    1 reference, 0 still unresolved",
        "  failures  0 missing, 1 answer that was not the page",
        "  requests  1, 1.00 an article",
        "  time      2.0 s",
    ]


def test_the_summary_counts_many_as_many() -> None:
    assert summary_text(run(2), Verdict("complete"), {}, 2.0).splitlines()[1:6] == [
        "  found     2 articles listed by rest",
        "  articles  2 read: 0 new, 0 changed, 0 unchanged",
        "  threads   2 read: 2 complete, 0 not (2 comments; 0 known to be missing)",
        "  tweets    0 references, 0 still unresolved",
        "  failures  0 missing, 2 answers that were not the page",
    ]


def test_types_of_posts_that_were_left_out_follow_what_was_found() -> None:
    made = run(2)
    made.besides = [PostType("analysis", "analyses"), PostType("leaflet"), PostType("video", "video")]
    assert summary_text(made, Verdict("complete"), {}, 2.0).splitlines()[1:5] == [
        "  found     2 articles listed by rest",
        "  besides   analyses, video: not archived without -a post_types=posts,analyses,video",
        "  besides   leaflet: not archived without -a discover=sitemap",
        "  articles  2 read: 0 new, 0 changed, 0 unchanged",
    ]


def test_the_line_of_progress_counts_one_as_one_and_many_as_many() -> None:
    one, many = run(1), run(2)
    assert progress_text(one, {"downloader/request_count": 1}, 0) == (
        "daily: 1 of 1 article, 1 thread (1 comment), 1 request, 0 waiting, 0 missing"
    )
    assert progress_text(many, {}, 0) == (
        "daily: 2 of 2 articles, 2 threads (2 comments), 0 requests, 0 waiting, 0 missing"
    )
