"""The walk through a thread: what is asked for, in which order, with which nonce."""

import asyncio
import json
import random

import pytest

from newsarchive.fetch import Answer, Ask
from newsarchive.threads import read_thread
from newsarchive.wpdiscuz import WpdiscuzSession
from tests.sites.wpdiscuz_sim import SimComment, SimPost, Site
from tests.threads.reading import grown, read, shape, site_with, truth

ROOTS = 12


def roots(count: int = ROOTS) -> list[SimComment]:
    return [SimComment(id=10 * n, content=f"<p>Root {n}.</p>") for n in range(1, count + 1)]


def actions(site: Site) -> list[str]:
    """The AJAX actions asked for."""
    return [form["action"] for _, form in site.asked if "action" in form]


def forms(site: Site) -> list[dict[str, str]]:
    return [form for _, form in site.asked if "action" in form]


def test_a_whole_list_in_the_page_asks_for_nothing() -> None:
    site, post = site_with(roots(), per_page=50)
    assert read(site, post).complete
    assert len(site.asked) == 1


def test_the_pages_list_is_gone_on_from_not_asked_for_again() -> None:
    site, post = site_with(roots(), per_page=5)
    thread = read(site, post)
    assert thread.complete
    assert [(f["lastParentId"], f["isFirstLoad"], f["sorting"]) for f in forms(site)] == [
        ("50", "0", "oldest"),
        ("100", "0", "oldest"),
    ]
    assert (thread.counts.page, thread.counts.ajax, thread.source) == (5, 7, "page+ajax")


def test_newest_first_is_walked_in_its_own_order() -> None:
    site, post = site_with(roots(), per_page=5, order="newest")
    assert read(site, post).complete
    assert [(f["lastParentId"], f["sorting"]) for f in forms(site)] == [("80", "newest"), ("30", "newest")]


def test_an_order_by_votes_is_begun_anew_by_age() -> None:
    site, post = site_with(roots(), per_page=5, order="by_vote")
    assert read(site, post).complete
    assert [(f["lastParentId"], f["isFirstLoad"], f["sorting"]) for f in forms(site)] == [
        ("0", "1", "oldest"),
        ("50", "0", "oldest"),
        ("100", "0", "oldest"),
    ]


def test_without_sort_buttons_no_order_is_asked_for() -> None:
    site, post = site_with(roots(), per_page=5, sort_buttons=False)
    assert read(site, post).complete
    assert all("sorting" not in form for form in forms(site))


@pytest.mark.parametrize("first", [1, 2])
def test_a_first_list_by_ajax_is_one_request_a_page(first: int) -> None:
    site, post = site_with(roots(), per_page=5, first_load_with_ajax=first)
    thread = read(site, post)
    assert thread.complete
    assert actions(site) == ["wpdLoadMoreComments"] * 3
    assert (thread.counts.page, thread.counts.ajax) == (0, 12)


def test_load_rest_is_one_request() -> None:
    site, post = site_with(roots(), per_page=5, load_type=1)
    assert read(site, post).complete
    assert len(forms(site)) == 1


def test_replies_behind_view_replies_are_asked_for_where_there_are_any() -> None:
    site, post = site_with(
        [*roots(3), SimComment(id=21, parent=20, likes=4), SimComment(id=22, parent=21)], parents_only=True
    )
    thread = read(site, post)
    assert thread.complete
    assert [(f["action"], f["commentId"]) for f in forms(site)] == [("wpdShowReplies", "20")]
    assert shape(thread) == {"10": None, "20": None, "21": "20", "22": "21", "30": None}
    assert next(c for c in thread.comments if c.id == "21").votes == 4


def test_the_custom_endpoint_is_used_where_it_is_in_force() -> None:
    site, post = site_with(roots(), per_page=5, custom_endpoint=True)
    assert read(site, post).complete
    assert site.asked[1][0] == "/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php"


def test_true_parents_are_kept_where_the_page_flattens_them() -> None:
    chain = [SimComment(id=n, parent=n - 1 if n > 1 else 0) for n in range(1, 13)]
    site, post = site_with(chain, thread_depth=5)
    thread = read(site, post)
    assert [c.depth for c in thread.comments] == list(range(1, 13))


def test_threads_switched_off_still_give_parents() -> None:
    site, post = site_with(grown(random.Random(3), 30, 6), threaded=False, per_page=7)
    thread = read(site, post)
    assert thread.complete
    assert shape(thread) == truth(post)


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("newest_page_first", [False, True])
def test_comment_pages_are_each_read_once(native: bool, newest_page_first: bool) -> None:
    pinned = [] if native else [SimComment(id=999, kind="wpdiscuz_sticky")]
    site, post = site_with(
        [*roots(), *pinned], per_page=3, paginate=True, native=native, newest_page_first=newest_page_first
    )
    thread = read(site, post)
    assert thread.complete
    assert len(site.asked) <= 5
    assert not forms(site)
    assert thread.counts.page == thread.count


# -- the nonce -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", ["7.6.13", "7.6.41"])
def test_old_versions_are_asked_without_a_nonce(version: str) -> None:
    site, post = site_with(roots(), per_page=5, version=version)
    assert read(site, post).complete
    assert all("wpdiscuz_nonce" not in form for form in forms(site))


@pytest.mark.parametrize("version", ["7.6.44", "7.6.47", "7.6.49", "7.6.52", "7.6.54"])
def test_the_pages_cookie_is_sent_as_cookie_and_field(version: str) -> None:
    site, post = site_with(roots(), per_page=5, version=version)
    assert read(site, post).complete
    assert actions(site) == ["wpdLoadMoreComments"] * 2
    assert {form["wpdiscuz_nonce"] for form in forms(site)} == {"5eed0123ab"}


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("7.6.44", ["wpdGetNonce", "wpdLoadMoreComments"]),
        ("7.6.49", ["wpdGetNonce", "wpdLoadMoreComments"]),
        ("7.6.52", ["wpdGetNonce", "wpdLoadMoreComments"]),
        ("7.6.54", ["wpdGetNonce", "wpdLoadMoreComments"]),
    ],
)
def test_a_cache_that_drops_the_cookie_costs_one_request(version: str, asked: list[str]) -> None:
    site, post = site_with(roots(), per_page=6, version=version, page_cache=True)
    assert read(site, post).complete
    assert actions(site) == asked


def test_a_version_that_gives_no_nonce_by_ajax_gives_it_with_a_page_past_the_cache() -> None:
    site, post = site_with(roots(), per_page=6, version="7.6.47", page_cache=True)
    assert read(site, post).complete
    assert [path.partition("?")[0] for path, _ in site.asked] == [
        "/a-post/",
        "/wp-admin/admin-ajax.php",
        "/a-post/",
        "/wp-admin/admin-ajax.php",
    ]


def test_one_nonce_serves_the_whole_crawl() -> None:
    site, post = site_with(roots(), per_page=6, page_cache=True)
    other = site.add(SimPost(id=8, slug="another", comments=roots()))
    session = WpdiscuzSession()
    assert read(site, post, session=session).complete
    assert read(site, other, session=session).complete
    assert actions(site).count("wpdGetNonce") == 1


def test_a_nonce_that_ran_out_is_replaced() -> None:
    site, post = site_with(roots(), per_page=5)

    def midnight() -> None:
        site.nonce = "0new0new00"

    site.before[2] = midnight
    assert read(site, post).complete
    assert actions(site) == ["wpdLoadMoreComments", "wpdLoadMoreComments", "wpdGetNonce", "wpdLoadMoreComments"]


def test_a_site_whose_nonces_are_never_good_is_asked_for_one_only_once_a_crawl() -> None:
    site, post = site_with(roots(), per_page=5)
    other = site.add(SimPost(id=8, slug="another", comments=roots()))
    site.faults = dict.fromkeys([n for n in range(1, 40) if n != 5], "nonce")
    session = WpdiscuzSession()
    first = read(site, post, session=session)
    assert first.missing is not None
    assert (first.missing.count, first.missing.reason) == (
        7,
        "a page of comments is lost: the site takes no nonce that it gives",
    )
    before = actions(site).count("wpdGetNonce")
    assert not read(site, other, session=session).complete
    assert actions(site).count("wpdGetNonce") == before


# -- versions 4 and 5 ------------------------------------------------------------------------------------------------


def test_versions_4_and_5_are_asked_by_their_own_names() -> None:
    def comment(number: int) -> str:
        return (
            f'<div id="wc-comm-{number}_0" class="wc-comment"><div id="comment-{number}" class="wc-comment-right">'
            f'<div class="wc-comment-author">Ada</div><div class="wc-comment-text"><p>Old {number}.</p></div></div></div>'
        )

    facts = {
        "url": "https://example.org/wp-admin/admin-ajax.php",
        "wpdiscuz_options": {"wc_post_id": 7, "wordpress_comment_order": "desc"},
    }
    body = (
        f'<html><body><div id="wpcomm"><span class="wc_header_text_count">2</span>{comment(9)}<div class="wc-load-more-link" data-lastparentid="9"></div>'
        f'<input id="wpdiscuzHasMoreComments" value="1"></div><script>var wpdiscuzAjaxObj = {json.dumps(facts)};</script></body></html>'
    )
    asked: list[Ask] = []

    async def fetch(ask: Ask) -> Answer:
        asked.append(ask)
        data = {"comment_list": comment(8), "is_show_load_more": False, "last_parent_id": "8"}
        return Answer(url=ask.url, status=200, headers={"content-type": "text/html"}, body=json.dumps(data).encode())

    page = Answer(url="https://example.org/a/", status=200, body=body.encode())
    thread = asyncio.run(read_thread(fetch, article_id="x/7", url=page.url, page=page))
    assert (thread.complete, [c.id for c in thread.comments]) == (True, ["8", "9"])
    (ask,) = asked
    assert ask.form is not None
    assert (ask.form["action"], ask.form["order"], ask.form["lastParentId"], ask.form["postId"]) == (
        "wpdLoadMoreComments", "desc", "9", "7",
    )  # fmt: skip


# -- bounds ----------------------------------------------------------------------------------------------------------


def test_a_server_that_repeats_its_cursor_ends_the_walk() -> None:
    site, post = site_with(roots(), per_page=5)
    ajax = site.ajax

    def stuck(form: dict[str, str], cookies: dict[str, str]):
        return ajax({**form, "lastParentId": "50"}, cookies)

    site.ajax = stuck  # type: ignore[method-assign, assignment]
    thread = read(site, post)
    assert len(site.asked) <= 4
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (2, "a page of comments is lost: the server repeats itself")


def test_the_limit_of_requests_ends_the_walk() -> None:
    site, post = site_with(roots(), per_page=1)
    thread = read(site, post, max_requests=4)
    assert len(site.asked) == 5
    assert thread.missing is not None
    assert (thread.missing.count, thread.missing.reason) == (7, "the limit of requests for one thread is reached")


@pytest.mark.parametrize("version", ["7.6.13", "7.6.47", "7.6.54"])
@pytest.mark.parametrize("first_load_with_ajax", [0, 1])
def test_a_page_whose_settings_an_optimiser_moved_away_is_walked(version: str, first_load_with_ajax: int) -> None:
    comments = grown(random.Random(3), 60, 3)
    site, post = site_with(comments, version=version, per_page=5, first_load_with_ajax=first_load_with_ajax)
    site.script = lambda post: "<script src='/wp-content/cache/all.js'></script>"  # type: ignore[method-assign]
    thread = read(site, post)
    assert thread.complete, thread.missing
    assert shape(thread) == truth(post)


def test_comment_pages_are_read_where_the_settings_are_moved_away() -> None:
    site, post = site_with(grown(random.Random(3), 60, 3), per_page=5, paginate=True)
    site.script = lambda post: ""  # type: ignore[method-assign]
    assert read(site, post).complete
