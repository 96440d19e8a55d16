"""Memory does not grow with the site. A page read leaves nothing that only a garbage collection frees; none runs meanwhile."""

import gc
import re
import sys
from pathlib import Path

import pytest

from benchmarks.crawl import measured
from newsarchive.handover import QUEUE
from newsarchive.memory import uncollected
from newsarchive.wordpress import article_from_html, thread_from_html
from tests.crawling import ROOT, crawl
from tests.sites import SampleSite

PAGE = b"""<html lang="en"><head><title>A day</title></head><body class="postid-7"><article class="hentry">
<h1 class="entry-title">A day</h1><div class="entry-content"><p>It rained on the first day, and on the second, too.</p>
<blockquote><p>More <a href="/rain/">rain</a>.</p></blockquote><ul><li>one<ul><li>two</li></ul></li></ul></div></article>
<ol class="comment-list"><li id="comment-3" class="comment"><cite class="fn">Jo</cite><p>Yes.</p></li></ol></body></html>"""


def test_a_page_read_leaves_no_cycle():
    article_from_html(PAGE, "https://example.org/a-day/")  # imports and tables, once
    thread_from_html(PAGE, "https://example.org/a-day/")
    gc.collect()
    assert article_from_html(PAGE, "https://example.org/a-day/").title == "A day"
    assert thread_from_html(PAGE, "https://example.org/a-day/").count == 1
    assert gc.collect() == 0


def test_the_collector_goes_on_as_before():
    assert gc.isenabled()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ZeroDivisionError), uncollected():
        1 / 0  # noqa: B018 (what fails is of no matter)
    assert gc.isenabled()


def test_a_collector_at_rest_stays_so():
    gc.disable()
    try:
        with uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_few_pages_wait_however_long_the_list(tmp_path: Path):
    with SampleSite(articles=False, n_articles=300, comments_per_article=0, latency_seconds=0.02) as site:
        made = crawl(
            site, tmp_path, "-s", "SCHEDULER=tests.waiting.WaitingScheduler", via="page", discover="sitemap", comments="page"
        )  # fmt: skip
    assert made.exit_code == 0, made.log[-3000:]
    assert len(made.articles) == 300
    waited = re.search(r"(\d+) at most have waited", made.log)
    assert waited
    assert 0 < int(waited[1]) <= QUEUE


def test_caches_hold_what_a_site_says_again_not_what_each_of_its_pages_says():
    sources = {file.name: file.read_text("utf-8") for file in (ROOT / "newsarchive").rglob("*.py")}
    sizes = [
        (name, int(size))
        for name, text in sources.items()
        for size in re.findall(r"@lru_cache\((?:maxsize=)?(\d+)", text)
    ]
    assert len(sizes) == sum(text.count("@lru_cache") for text in sources.values())
    assert max(size for _, size in sizes) <= 4096


def test_a_benchmark_tells_the_memory_of_what_it_runs_not_its_own():
    held = b"x" * (300 << 20)
    del held
    _, _, peak = measured([sys.executable, "-c", "x = b'x' * (50 << 20)"], {})
    assert 50 < peak < 100
