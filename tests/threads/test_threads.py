"""A thread joined from all the site offers, and what is said of one that is not whole."""

import asyncio
import random
from datetime import datetime, timezone

import pytest

from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.items import Comment
from newsarchive.threads import read_thread, tidy
from newsarchive.wordpress.site import Site as WordPress
from tests.sites.wpdiscuz_sim import SimComment
from tests.threads.reading import fetch_from, grown, read, shape, site_with, told_by_rest, truth

SECONDS = datetime(2019, 3, 7, 12, 47, 11, tzinfo=timezone.utc)


# -- joining ---------------------------------------------------------------------------------------------------------


def test_rest_gives_seconds_names_and_ids_and_the_page_gives_votes_and_marks() -> None:
    site, post = site_with(
        [
            SimComment(id=5, author="Mike & Mary", user_id=3, posted=SECONDS, likes=5, dislikes=1, edited=True),
            SimComment(id=6, parent=5, images=["https://example.org/p.jpg"]),
        ]
    )
    thread = read(site, post, rest_comments=told_by_rest(site, post))
    first, second = thread.comments
    assert (first.posted_at, first.posted_at_precision) == ("2019-03-07T12:47:11Z", "second")
    assert (first.author, first.author_id, first.votes, first.edited) == ("Mike & Mary", "3", 4, True)
    assert (second.parent_id, second.images) == ("5", ["https://example.org/p.jpg"])
    assert thread.source == "page+rest"


def test_without_rest_the_minute_is_on_the_sites_clock() -> None:
    site, post = site_with([SimComment(id=5, posted=SECONDS)])
    comment = read(site, post).comments[0]
    assert (comment.posted_at, comment.posted_at_precision) == ("2019-03-07T12:47:00Z", "minute")


def test_pingbacks_and_pinned_comments_that_rest_does_not_list_stay() -> None:
    site, post = site_with(
        [SimComment(id=1), SimComment(id=2, kind="pingback"), SimComment(id=3, kind="wpdiscuz_sticky")]
    )
    thread = read(site, post, rest_comments=told_by_rest(site, post))
    assert thread.complete
    assert {c.id: (c.kind, c.pinned) for c in thread.comments} == {
        "1": ("comment", False),
        "2": ("pingback", False),
        "3": ("comment", True),
    }


def test_replies_to_a_removed_comment_come_from_rest() -> None:
    site, post = site_with(
        [SimComment(id=1, status="trash"), SimComment(id=2, parent=1), SimComment(id=3, parent=2), SimComment(id=4)]
    )
    thread = read(site, post, rest=True)
    assert thread.complete
    assert [(c.id, c.parent_id, c.depth) for c in thread.comments] == [("2", "1", 1), ("3", "2", 2), ("4", None, 1)]
    assert (thread.counts.page, thread.counts.rest, thread.source) == (1, 3, "page+rest")


def test_replies_to_a_removed_comment_are_missing_where_rest_is_off() -> None:
    site, post = site_with([SimComment(id=1, status="trash"), SimComment(id=2, parent=1), SimComment(id=4)])
    thread = read(site, post)
    assert (thread.complete, thread.missing.count if thread.missing else None) == (False, 1)


def test_imported_comments_that_paging_by_id_skips_come_from_rest() -> None:
    rng = random.Random(5)
    comments = grown(rng, 60, 3)
    moments = [c.posted for c in comments]
    rng.shuffle(moments)
    for comment, moment in zip(comments, moments, strict=True):
        comment.posted = moment
    site, post = site_with(comments, per_page=5, order_by_date=True)
    without = read(site, post)
    assert not without.complete
    assert without.missing is not None
    assert without.missing.count == 60 - without.count > 0
    thread = read(site, post, rest=True)
    assert thread.complete
    assert shape(thread) == truth(post)


def test_rest_is_asked_for_the_seconds_where_the_walk_is_proof_enough() -> None:
    site, post = site_with(grown(random.Random(1), 30, 4), per_page=5)
    thread = read(site, post, rest=True)
    assert thread.complete
    assert {c.posted_at_precision for c in thread.comments if c.kind == "comment"} == {"second"}
    assert len([path for path, _ in site.asked if path.startswith("/wp-json")]) == 1


def test_rest_that_refused_a_thread_is_not_asked_for_the_seconds_of_the_next() -> None:
    site, post = site_with([SimComment(id=1)], rest=False)
    wordpress = WordPress(name="sample", base=site.base + "/", rest=site.base + "/wp-json/")
    assert read(site, post, wordpress=wordpress).complete
    assert read(site, post, wordpress=wordpress).complete
    assert len([path for path, _ in site.asked if path.startswith("/wp-json")]) == 1


def test_a_thread_without_comments_is_not_asked_of_rest() -> None:
    site, post = site_with([])
    assert read(site, post, rest=True).complete
    assert len(site.asked) == 1


def test_what_rest_still_lists_but_the_whole_page_does_not_show_is_left_out() -> None:
    site, post = site_with([SimComment(id=1), SimComment(id=2)])
    told = told_by_rest(site, post)
    post.comments[1].status = "trash"
    thread = read(site, post, rest_comments=told)
    assert (thread.complete, [c.id for c in thread.comments]) == (True, ["1"])


@pytest.mark.parametrize("native", [False, True])
def test_an_older_copy_of_the_page_is_read_again_past_its_cache_where_rest_lists_newer_comments(native: bool) -> None:
    site, post = site_with([SimComment(id=1), SimComment(id=2)], native=native)
    stale, fresh = site.page(post), site.page
    post.comments.append(SimComment(id=3))
    site.page = lambda *a, **k: stale if len(site.asked) == 1 else fresh(*a, **k)  # type: ignore[method-assign]
    thread = read(site, post, rest_comments=told_by_rest(site, post))
    assert (thread.complete, [c.id for c in thread.comments]) == (True, ["1", "2", "3"])
    assert [path for path, _ in site.asked] == ["/a-post/", "/a-post/?again=2"]


def test_texts_cut_at_read_more_are_taken_whole_from_rest() -> None:
    site, post = site_with([SimComment(id=1, content="<p>one two three four five</p>")], readmore_words=2)
    thread = read(site, post, rest_comments=told_by_rest(site, post))
    assert (thread.complete, thread.comments[0].text, len(site.asked)) == (True, "one two three four five", 1)


def test_texts_cut_at_read_more_are_asked_for_where_rest_is_off() -> None:
    site, post = site_with([SimComment(id=1, content="<p>one two three four five</p>")], readmore_words=2)
    thread = read(site, post)
    assert (thread.complete, thread.comments[0].text) == (True, "one two three four five")
    assert site.asked[1][1]["action"] == "wpdReadMore"


def test_a_text_that_stays_cut_is_no_complete_thread() -> None:
    site, post = site_with([SimComment(id=1, content="<p>one two three four five</p>")], readmore_words=2)
    site.faults = dict.fromkeys(range(1, 9), "500")
    thread = read(site, post)
    assert not thread.complete
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (0, "a text is cut: the server failed")


def test_true_parents_of_wordpress_own_flattened_list_come_from_rest() -> None:
    chain = [SimComment(id=n, parent=n - 1 if n > 1 else 0) for n in range(1, 9)]
    site, post = site_with(chain, native=True, thread_depth=3)
    thread = read(site, post, rest=True)
    assert (thread.complete, [c.depth for c in thread.comments]) == (True, [1, 2, 3, 4, 5, 6, 7, 8])


# -- comments that come and go meanwhile -----------------------------------------------------------------------------


def test_a_comment_posted_while_the_thread_is_walked_is_had_and_counted() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    site.before[2] = lambda: post.comments.append(SimComment(id=500))
    thread = read(site, post)
    assert (thread.complete, thread.declared_count, thread.count) == (True, 13, 13)


def test_a_comment_removed_while_the_thread_is_walked_is_no_loss() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)

    def remove() -> None:
        post.comments[11].status = "trash"

    site.before[2] = remove
    thread = read(site, post)
    assert (thread.complete, thread.declared_count, thread.count) == (True, 11, 11)


def test_a_thread_that_never_comes_to_rest_is_left_after_a_few_rounds() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    for number in range(1, 100):
        site.before[number] = lambda n=number: post.comments.insert(0, SimComment(id=n + 1000))  # type: ignore[misc]
    thread = read(site, post)
    assert len(site.asked) < 25
    assert thread.complete == (thread.count == thread.declared_count)


def test_an_older_copy_of_the_page_is_set_right_by_live_update() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5, live_update=True)
    stale = site.page(post)
    post.comments.append(SimComment(id=500))
    site.page = lambda *a, **k: stale  # type: ignore[method-assign]
    thread = read(site, post)
    assert (thread.complete, thread.declared_count, thread.counts.declared, thread.counts.live_update) == (
        True, 13, 12, 13,
    )  # fmt: skip


def test_an_older_copy_of_the_page_is_said_where_nothing_sets_it_right() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    stale = site.page(post)
    post.comments.append(SimComment(id=500))
    site.page = lambda *a, **k: stale  # type: ignore[method-assign]
    thread = read(site, post)
    assert not thread.complete
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (
        None, "more comments than declared: the page may be an older copy",
    )  # fmt: skip


# -- what is never asked for, never kept -----------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["7.6.13", "7.6.54"])
def test_nothing_is_asked_for_behind_a_password(version: str) -> None:
    site, post = site_with([SimComment(id=1)], version=version)
    post.password = True
    thread = read(site, post, rest=True)
    assert (thread.comments, thread.complete, len(site.asked)) == ([], False, 1)
    assert thread.missing is not None
    assert thread.missing.reason == "the article asks for a password"


@pytest.mark.parametrize("first_load_with_ajax", [0, 1])
def test_nothing_is_asked_for_or_kept_where_comments_are_for_members_alone(first_load_with_ajax: int) -> None:
    site, post = site_with([SimComment(id=1)], version="7.6.13", first_load_with_ajax=first_load_with_ajax)
    told = told_by_rest(site, post)
    form = '<div id="wpdcom" class="wpdiscuz_unauth wpd-layout-1"><div class="wpd-form-wrap"></div></div>'
    site.render_comments_section = lambda post, comment_page=None: form + site.script(post)  # type: ignore[method-assign]
    thread = read(site, post, rest_comments=told)
    assert (thread.comments, thread.complete, len(site.asked)) == ([], False, 1)
    assert thread.missing is not None
    assert thread.missing.reason == "the site shows its comments to members alone"


@pytest.mark.parametrize("status", ["private", "draft"])
def test_nothing_is_asked_for_of_an_article_that_cannot_be_read(status: str) -> None:
    site, post = site_with([SimComment(id=1)], version="7.6.13")
    post.status = status
    thread = read(site, post, rest=True)
    assert (thread.comments, thread.complete, len(site.asked)) == ([], False, 1)


def test_what_rest_told_of_an_article_that_is_gone_is_not_kept() -> None:
    site, post = site_with([SimComment(id=1)])
    told = told_by_rest(site, post)
    post.status = "draft"
    assert read(site, post, rest_comments=told).comments == []


def test_pending_comments_that_rest_lists_are_not_kept() -> None:
    site, post = site_with([SimComment(id=1)])
    told = [*told_by_rest(site, post), {**told_by_rest(site, post)[0], "id": 2, "status": "hold"}]
    thread = asyncio.run(
        read_thread(fetch_from(site), article_id="sample/7", url=site.url(post), mode="rest", rest_comments=told)
    )
    assert [c.id for c in thread.comments] == ["1"]


# -- modes -----------------------------------------------------------------------------------------------------------


def test_rest_alone_is_no_proof() -> None:
    site, post = site_with([SimComment(id=1), SimComment(id=2, parent=1)])
    thread = asyncio.run(
        read_thread(
            fetch_from(site), article_id="sample/7", url=site.url(post), mode="rest",
            rest_comments=told_by_rest(site, post),
        )
    )  # fmt: skip
    assert (thread.count, thread.complete, thread.source, len(site.asked)) == (2, False, "rest", 0)
    assert thread.missing is not None
    assert thread.missing.reason == "REST declares no count and lists no pingbacks"


def test_rest_alone_is_proof_beside_the_pages_count() -> None:
    site, post = site_with([SimComment(id=1), SimComment(id=2, parent=1)])
    thread = read(site, post, mode="rest", rest=True)
    assert (thread.complete, thread.declared_count, thread.source) == (True, 2, "rest")


def test_mode_page_asks_for_nothing_by_ajax() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    thread = read(site, post, mode="page", rest=True)
    assert (thread.count, thread.complete, len(site.asked)) == (5, False, 1)
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (7, "only the page was read")


def test_mode_ajax_does_not_ask_rest() -> None:
    site, post = site_with([SimComment(id=1, status="trash"), SimComment(id=2, parent=1)])
    thread = read(site, post, mode="ajax", rest=True)
    assert not thread.complete
    assert not [path for path, _ in site.asked if path.startswith("/wp-json")]


def test_mode_none_asks_for_nothing() -> None:
    async def fetch(ask: Ask) -> Answer:
        raise AssertionError(ask.url)

    thread = asyncio.run(read_thread(fetch, article_id="sample/7", url="https://example.org/a/", mode="none"))
    assert (thread.comments, thread.complete) == ([], False)


# -- bad days --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["lost", "500", "429", "refused", "empty", "cut", "database"])
def test_a_lost_page_of_comments_is_the_right_number_missing(fault: str) -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    site.faults = {2: fault, 3: fault}
    thread = read(site, post)
    assert not thread.complete
    assert thread.missing is not None
    assert thread.missing.count == 2


def test_a_lost_page_of_comments_is_filled_from_rest() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    site.faults = {1: "500"}
    thread = read(site, post, rest=True)
    assert (thread.complete, thread.count, thread.counts.ajax) == (True, 12, 0)


@pytest.mark.parametrize("fault", ["database", "cut"])
def test_an_error_with_status_200_is_asked_again_once(fault: str) -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5)
    site.faults = {1: fault}
    assert read(site, post).complete
    assert len(site.asked) == 4


def test_a_lost_comment_page_is_the_right_number_missing() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)], per_page=5, paginate=True, native=True)
    site.faults = {1: "500"}
    thread = read(site, post)
    assert (thread.complete, thread.count) == (False, 7)
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (5, "a comment page is lost: the server failed")


def test_an_articles_page_that_failed_leaves_what_rest_told() -> None:
    site, post = site_with([SimComment(id=1)])
    told = told_by_rest(site, post)
    site.faults = {0: "500"}
    thread = read(site, post, rest_comments=told)
    assert (thread.count, thread.complete) == (1, False)


def test_a_page_cut_short_before_its_list_ended_is_not_complete() -> None:
    site, post = site_with([SimComment(id=10 * n) for n in range(1, 13)])
    site.faults = {0: "cut"}
    thread = read(site, post)
    assert not thread.complete
    assert thread.missing is not None
    assert thread.missing.count == 12 - thread.count


def test_a_page_without_any_connection_gives_an_empty_thread() -> None:
    async def fetch(ask: Ask) -> Answer:
        raise FetchError("the name cannot be resolved")

    thread = asyncio.run(read_thread(fetch, article_id="sample/7", url="https://example.org/a/"))
    assert (thread.comments, thread.complete) == ([], False)


def test_comments_closed_and_none_are_complete_where_the_page_offers_no_feed_of_them() -> None:
    async def fetch(ask: Ask) -> Answer:
        raise AssertionError(ask.url)

    def page(links: str) -> Answer:
        body = f"<html><head>{links}</head><body><article><p>Words.</p></article></body></html>".encode()
        return Answer(url="https://example.org/a/", status=200, body=body)

    site_feed = '<link rel="alternate" type="application/rss+xml" href="https://example.org/comments/feed/">'
    own_feed = '<link rel="alternate" type="application/rss+xml" href="https://example.org/a/feed/">'
    url = "https://example.org/a/"
    closed = asyncio.run(read_thread(fetch, article_id="x/1", url=url, page=page(site_feed)))
    unsure = asyncio.run(read_thread(fetch, article_id="x/1", url=url, page=page(site_feed + own_feed)))
    assert (closed.complete, closed.declared_count, unsure.complete, unsure.declared_count) == (True, 0, False, None)


def test_another_services_comments_are_said_to_be_its() -> None:
    async def fetch(ask: Ask) -> Answer:
        raise AssertionError(ask.url)

    body = b'<html><body><article>Words.</article><div id="disqus_thread"></div></body></html>'
    answer = Answer(url="https://example.org/a/", status=200, body=body)
    thread = asyncio.run(read_thread(fetch, article_id="x/1", url="https://example.org/a/", page=answer))
    assert not thread.complete
    assert thread.missing is not None
    assert thread.missing.reason == "the comments are another service's"


# -- order -----------------------------------------------------------------------------------------------------------


def test_roots_stand_by_time_each_with_its_replies() -> None:
    given = [
        Comment(id="4", parent_id="1", posted_at="2019-01-04T00:00:00Z"),
        Comment(id="1", posted_at="2019-01-02T00:00:00Z"),
        Comment(id="2", posted_at="2019-01-01T00:00:00Z"),
        Comment(id="3", parent_id="4", posted_at="2019-01-05T00:00:00Z"),
        Comment(id="2", posted_at="2019-01-09T00:00:00Z"),
    ]
    assert [(c.id, c.depth) for c in tidy(given)] == [("2", 1), ("1", 1), ("4", 2), ("3", 3)]


def test_parents_in_a_circle_are_cut_open() -> None:
    given = [
        Comment(id="1", parent_id="3"), Comment(id="2", parent_id="1"), Comment(id="3", parent_id="2"),
        Comment(id="4", parent_id="4"),
    ]  # fmt: skip
    assert sorted(c.id for c in tidy(given)) == ["1", "2", "3", "4"]


def test_ten_thousand_levels_do_not_recurse() -> None:
    given = [Comment(id=str(n), parent_id=str(n - 1) if n else None) for n in range(10_000)]
    assert tidy(given)[-1].depth == 10_000
