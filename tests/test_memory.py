"""Reading a page leaves nothing that only a garbage collection would free, so none runs meanwhile."""

import gc

import pytest

from newsarchive.memory import uncollected
from newsarchive.wordpress import article_from_html, thread_from_html

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
