"""Memory does not grow with the site, and garbage is not looked for where there is none: in a page being read, in what is loaded."""

import functools
import gc
import re
import sys
from pathlib import Path

import pytest

from benchmarks.crawl import measured
from newsarchive.handover import QUEUE
from newsarchive.memory import uncollected
from newsarchive.wordpress import article_from_html, thread_from_html
from tests.crawling import crawl
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
    caches = [each for each in gc.get_objects() if isinstance(each, functools._lru_cache_wrapper)]
    sizes = {
        each.__name__: each.cache_parameters()["maxsize"]
        for each in caches
        if each.__module__.startswith("newsarchive")
    }
    assert {"body_name", "_names_furniture", "roles", "_names_elsewhere"} <= sizes.keys()
    assert [name for name, size in sizes.items() if size is None or size > 4096] == []


def test_a_benchmark_tells_the_memory_of_what_it_runs_not_its_own():
    held = b"x" * (300 << 20)
    del held
    _, _, peak = measured([sys.executable, "-c", "x = b'x' * (50 << 20)"], {})
    assert 50 < peak < 100


PROBE = """
import gc, pathlib
from scrapy import signals

class Probe:
    @classmethod
    def from_crawler(cls, crawler):
        probe = cls()
        crawler.signals.connect(probe.closed, signal=signals.spider_closed)
        return probe

    def closed(self):
        pathlib.Path(__file__).with_name("left_alone").write_text(str(gc.get_freeze_count()))
"""


def test_the_collector_leaves_alone_what_a_crawl_has_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "probe.py").write_text(PROBE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with SampleSite() as site:
        made = crawl(
            site, tmp_path / "store", "-s", 'EXTENSIONS={"probe.Probe": 1}', discover="rest", comments="none", limit=1
        )
    assert len(made.articles) == 1, made.log[-3000:]
    assert int((tmp_path / "left_alone").read_text()) > 50_000
