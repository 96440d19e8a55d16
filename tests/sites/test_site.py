"""The sample site answers as WordPress does."""

import gzip
import http.client
import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from . import TRANSIENT, FaultRule, SampleSite
from .__main__ import options
from .clock import utc
from .pieces import plain


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Redirects are looked at, not followed."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def get(url: str, form: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer of any status."""
    data = urlencode(form).encode() if form is not None else None
    request = urllib.request.Request(url, data, {name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with _OPENER.open(request, timeout=20) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read()


def rest(site: SampleSite, path: str) -> Any:
    """A REST answer's JSON."""
    return json.loads(get(f"{site.url}/wp-json/wp/v2{path}")[2])


@pytest.fixture(scope="module")
def site() -> Iterator[SampleSite]:
    """One site for the tests that change nothing."""
    with SampleSite() as one:
        yield one


def test_the_page_of_the_lead_article_holds_its_text_its_furniture_and_no_comment(site: SampleSite) -> None:
    text = get(f"{site.url}/plan-to-force-the-sarvo-bridge-loses-its-momentum/")[2].decode()
    assert "<p>The crossing never took place.</p>" in text
    assert "<p>https://twitter.com/MFAVenezuela/status/1103483853686165505</p>" in text
    assert text.count("Support SouthFront") >= 2
    assert 'data-comments-count="26"' in text
    assert (
        text.index("Notify of")
        < text.index("data-comments-count")
        < text.index("Inline Feedbacks")
        < text.index("Would love your thoughts")
    )
    assert "wpd-comm-" not in text


def test_the_thread_of_the_lead_article_comes_by_ajax(site: SampleSite) -> None:
    status, headers, _ = get(f"{site.url}/plan-to-force-the-sarvo-bridge-loses-its-momentum/")
    cookie = headers["Set-Cookie"].partition(";")[0]
    form = {
        "action": "wpdLoadMoreComments",
        "postId": "4107",
        "sorting": "oldest",
        "offset": "0",
        "lastParentId": "0",
        "isFirstLoad": "1",
    }
    status, _, body = get(f"{site.url}/wp-admin/admin-ajax.php", form, Cookie=cookie)
    answer = json.loads(body)["data"]
    assert status == 200
    assert len(set(re.findall(r"wpd-comm-(\d+)_", answer["comment_list"]))) == 26
    assert answer["is_show_load_more"] is False


def test_ajax_without_a_nonce_is_refused_with_status_200(site: SampleSite) -> None:
    form = {"action": "wpdLoadMoreComments", "postId": "4107", "lastParentId": "0"}
    status, headers, body = get(f"{site.url}/wp-admin/admin-ajax.php", form)
    assert (status, body) == (200, b"Nonce is invalid.")
    assert headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("theme", ["classic", "block", "southfront"])
def test_each_theme_shows_every_public_article(theme: str) -> None:
    with SampleSite(theme=theme) as site:
        for truth in site.truth():
            status, _, body = get(truth["url"])
            assert status == 200
            # An entity that an importer escaped twice is read twice.
            shown = "".join(plain(plain(body.decode())).split())
            paged = "nextpage" in truth["special"]
            for passage in truth["passages"][: 2 if paged else None]:
                assert "".join(passage.split()) in shown


@pytest.mark.parametrize(
    ("asked", "status", "location"),
    [
        ("/?p=4107", 301, "/plan-to-force-the-sarvo-bridge-loses-its-momentum/"),
        ("/plan-to-force-the-sarvo-bridge-loses-its-momentum", 301, "/plan-to-force-the-sarvo-bridge-loses-its-momentum/"),
        ("/plan-to-force/", 301, "/plan-to-force-the-sarvo-bridge-loses-its-momentum/"),
        ("/PLAN-to-force-the-sarvo-bridge-loses-its-momentum/", 200, None),
        ("/plan-to-force-the-sarvo-bridge-loses-its-momentum/amp/", 404, None),
        ("/page/99/", 404, None),
        ("/nothing-of-the-kind/", 404, None),
        ("/sitemap.xml", 302, "/wp-sitemap.xml"),
        ("/half-a-thought/", 404, None),
        ("/?p=4020", 404, None),
        ("/not-before-its-time/", 404, None),
    ],
)  # fmt: skip
def test_addresses_answer_as_those_of_wordpress(
    site: SampleSite, asked: str, status: int, location: str | None
) -> None:
    found, headers, _ = get(site.url + asked)
    assert found == status
    assert headers.get("Location") == (location and site.url + location)


def test_a_slug_in_another_script_is_percent_encoded(site: SampleSite) -> None:
    post = site.post("rtl")
    address = site.answers.at.post(post)
    assert address == f"{site.url}/{quote(post.slug).lower()}/"
    assert get(address)[0] == 200
    assert 'dir="rtl"' in get(address)[2].decode()


def test_rest_lists_every_listed_post_a_hundred_a_page() -> None:
    with SampleSite(articles=False, n_articles=250, comments_per_article=0) as site:
        status, headers, body = get(f"{site.url}/wp-json/wp/v2/posts?per_page=100&page=3&_fields=id")
        assert (headers["X-WP-Total"], headers["X-WP-TotalPages"]) == ("250", "3")
        assert len(json.loads(body)) == 50
        status, _, body = get(f"{site.url}/wp-json/wp/v2/posts?per_page=100&page=4")
        assert (status, json.loads(body)["code"]) == (400, "rest_post_invalid_page_number")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/posts?per_page=101", 400, "rest_invalid_param"),
        ("/posts?orderby=comment_count", 400, "rest_invalid_param"),
        ("/posts?after=yesterday", 400, "rest_invalid_param"),
        ("/posts?status=draft", 400, "rest_invalid_param"),
        ("/posts/4020", 401, "rest_forbidden"),
        ("/posts/999999", 404, "rest_post_invalid_id"),
        ("/comments?post=4019", 401, "rest_cannot_read_post"),
        ("/comments?type=pingback", 401, "rest_forbidden_param"),
        ("/comments?context=edit", 401, "rest_forbidden_context"),
        ("/nothing", 404, "rest_no_route"),
    ],
)  # fmt: skip
def test_rest_refuses_as_wordpress_does(site: SampleSite, path: str, status: int, code: str) -> None:
    found, _, body = get(f"{site.url}/wp-json/wp/v2{path}")
    assert (found, json.loads(body)["code"]) == (status, code)


def test_rest_reads_times_without_zone_on_the_sites_clock(site: SampleSite) -> None:
    # The lead was published at 12:41:00 UTC, 14:41:00 on the site's clock.
    assert rest(site, "/posts?after=2019-03-07T12:40:59Z&before=2019-03-08T00:00:00Z&_fields=id") == [{"id": 4107}]
    assert rest(site, "/posts?after=2019-03-07T12:41:00Z&before=2019-03-08T00:00:00Z&_fields=id") == []
    assert rest(site, "/posts?after=2019-03-07T14:40:59&before=2019-03-08T00:00:00&_fields=id") == [{"id": 4107}]
    assert rest(site, "/posts/4107?_fields=date,date_gmt") == {
        "date": "2019-03-07T14:41:00",
        "date_gmt": "2019-03-07T12:41:00",
    }


def test_rest_gives_no_pingbacks_and_silently_drops_comments_of_unreadable_posts(site: SampleSite) -> None:
    kinds = {one["type"] for one in rest(site, "/comments?per_page=100&page=1")}
    assert kinds == {"comment"}
    _, headers, _ = get(f"{site.url}/wp-json/wp/v2/comments?per_page=100")
    total = sum(
        len(rest(site, f"/comments?per_page=100&page={page}&_fields=id"))
        for page in range(1, int(headers["X-WP-TotalPages"]) + 1)
    )
    assert total == int(headers["X-WP-Total"]) - 1
    assert rest(site, "/comments?per_page=100&page=99") == []


def test_nothing_private_is_ever_shown(site: SampleSite) -> None:
    paths = ["/", "/page/2/", "/page/3/", "/feed/", "/feed/?paged=2", "/feed/?paged=3", "/comments/feed/", "/minutes-of-the-closed-session/feed/",
             "/minutes-of-the-closed-session/", "/words-held-back/", "/wp-sitemap-posts-post-1.xml"]  # fmt: skip
    paths += ["/wp-json/wp/v2/posts?per_page=100&_embed=1"] + [
        f"/wp-json/wp/v2/comments?per_page=100&page={page}" for page in (1, 2, 3)
    ]
    for path in paths:
        text = get(site.url + path)[2].decode()
        for secret in ("members alone", "private note", "must not be seen", "sesame"):
            assert secret not in text, path


@pytest.mark.parametrize(
    ("mode", "index", "posts", "comments", "linked"),
    [
        ("on", 200, 200, 200, True),
        ("off-401", 401, 401, 401, True),
        ("off-404", 404, 404, 404, False),
        ("no-route", 200, 404, 404, True),
        ("only-comments-and-users-removed", 200, 200, 404, True),
    ],
)  # fmt: skip
def test_rest_can_be_switched_off_in_each_way_that_is_met(
    mode: str, index: int, posts: int, comments: int, linked: bool
) -> None:
    with SampleSite(rest=mode) as site:
        found = [get(f"{site.url}/wp-json{path}")[0] for path in ("/", "/wp/v2/posts", "/wp/v2/comments")]
        assert found == [index, posts, comments]
        assert get(f"{site.url}/?rest_route=/wp/v2/posts")[0] == posts
        assert (b"api.w.org" in get(site.url + "/")[2]) is linked


def test_a_site_with_plain_permalinks_answers_at_its_plain_addresses_alone() -> None:
    with SampleSite(rest="plain-permalinks") as site:
        assert get(f"{site.url}/wp-json/")[0] == 404
        posts = json.loads(get(f"{site.url}/?rest_route=/wp/v2/posts&per_page=100")[2])
        lead = next(one for one in posts if one["id"] == 4107)
        assert lead["link"] == f"{site.url}/?p=4107"
        assert get(lead["link"])[0] == 200
        assert get(f"{site.url}/?paged=2")[0] == 200
        assert b"<item>" in get(f"{site.url}/?feed=rss2")[2]


def test_the_core_sitemap_has_no_times_and_two_thousand_addresses_a_part() -> None:
    with SampleSite(articles=False, n_articles=2100, comments_per_article=0) as site:
        index = get(f"{site.url}/wp-sitemap.xml")[2].decode()
        assert "wp-sitemap-posts-post-2.xml" in index
        first = get(f"{site.url}/wp-sitemap-posts-post-1.xml")[2].decode()
        assert (first.count("<loc>"), first.count("<lastmod>")) == (2000, 0)
        assert get(f"{site.url}/wp-sitemap-posts-post-2.xml")[2].count(b"<loc>") == 100
        assert get(f"{site.url}/wp-sitemap-posts-post-3.xml")[0] == 404


def test_the_plugins_sitemap_has_times_and_a_packed_one_is_gzip() -> None:
    with SampleSite(sitemap="yoast") as site:
        assert get(f"{site.url}/wp-sitemap.xml")[1]["Location"] == f"{site.url}/sitemap_index.xml"
        assert "<lastmod>2019-03-07T13:02:11+00:00</lastmod>" in get(f"{site.url}/post-sitemap.xml")[2].decode()
        site.set(sitemap="gz")
        assert b"Sitemap: " + site.url.encode() + b"/sitemap.xml.gz" in get(f"{site.url}/robots.txt")[2]
        assert b"<urlset" in gzip.decompress(get(f"{site.url}/sitemap-posts.xml.gz")[2])
        site.set(sitemap="none")
        assert get(f"{site.url}/wp-sitemap.xml")[0] == 404


def test_feeds_answer_conditional_requests_and_end_with_404(site: SampleSite) -> None:
    status, headers, body = get(f"{site.url}/feed/")
    assert (status, body.count(b"<item>")) == (200, 10)
    assert get(f"{site.url}/feed/", If_None_Match=headers["ETag"])[0] == 304
    assert get(f"{site.url}/feed/", If_None_Match='"other"', If_Modified_Since=headers["Last-Modified"])[0] == 200
    assert get(f"{site.url}/feed/?paged=3")[0] == 200
    assert get(f"{site.url}/feed/?paged=4")[0] == 404
    assert get(f"{site.url}/comments/feed/?paged=2")[0] == 404
    assert get(f"{site.url}/feed/atom/")[1]["Content-Type"].startswith("application/atom+xml")


def test_native_threads_are_cut_into_pages_the_newest_first() -> None:
    with SampleSite(comments="native", theme="classic", page_comments=True, comments_per_page=20) as site:
        post = site.post("long-thread")
        address = site.answers.at.post(post)
        pages = [get(f"{address}comment-page-{number}/")[2].decode() for number in range(1, 7)]
        ids = [set(re.findall(r'<li id="comment-(\d+)"', page)) for page in pages]
        assert len(set().union(*ids)) == 161
        assert get(address)[2].decode().count("comment-page-5") >= 1
        assert set(re.findall(r'<li id="comment-(\d+)"', get(address)[2].decode())) == ids[5]
        assert get(f"{address}comment-page-7/")[0] == 404


def test_edits_show_where_wordpress_shows_them() -> None:
    with SampleSite() as site:
        before = rest(site, "/posts/4107?_fields=modified_gmt,content")
        site.silent_edit(4107, "A silent word.")
        silent = rest(site, "/posts/4107?_fields=modified_gmt,content")
        assert silent["modified_gmt"] == before["modified_gmt"]
        assert "A silent word." in silent["content"]["rendered"]
        site.edit(4107, title="Another Title")
        assert rest(site, "/posts/4107?_fields=modified_gmt,title")["title"]["rendered"] == "Another Title"
        assert [one["id"] for one in rest(site, "/posts?modified_after=2020-01-01T00:00:00Z&_fields=id")] == [4107]

        number = site.add_comment(4107, "I come late.", parent=6401)
        assert rest(site, f"/comments/{number}?_fields=parent,post") == {"parent": 6401, "post": 4107}
        site.edit_comment(number, "I came late.")
        site.vote(number, 3)
        truth = next(one for one in site.truth() if one["id"] == "4107")["comments"][-1]
        assert (truth["text"], truth["votes"], truth["edited"]) == ("I came late.", 3, True)
        site.remove_comment(6401)
        assert get(f"{site.url}/wp-json/wp/v2/comments/6401")[0] == 401
        assert not next(one for one in site.truth() if one["id"] == "4107")["comments"][-1]["shown"]

        site.unpublish(4010)
        assert get(f"{site.url}/grain-ships-wait-off-the-bar/")[0] == 404
        assert get(f"{site.url}/wp-json/wp/v2/posts/4010")[0] == 401
        site.republish(4010)
        site.change_slug(4010, "grain-ships-berth-at-last")
        assert (
            get(f"{site.url}/grain-ships-wait-off-the-bar/")[1]["Location"] == f"{site.url}/grain-ships-berth-at-last/"
        )
        assert get(f"{site.url}/grain-ships-berth-at-last/")[0] == 200


def test_the_control_endpoint_edits_only_where_it_is_enabled() -> None:
    with SampleSite(control=True) as site:
        asked = json.dumps({"do": "add_comment", "post": 4107, "text": "By control."}).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{site.url}/__control__", asked)) as answer:
            assert json.load(answer)["result"] > 6426
        assert site.requests == []
        site.set(control=False)
        assert get(f"{site.url}/__control__", {})[0] == 404


@pytest.mark.parametrize("theme", ["classic", "block", "southfront"])
def test_noise_changes_pages_and_nothing_that_is_true(theme: str) -> None:
    with SampleSite(theme=theme, comments="native") as site:
        address, path = site.answers.at.post(site.post("lead")), "/posts/4107?_fields=content,tags"
        quiet, calm = get(address)[2], rest(site, path)
        assert get(address)[2] == quiet
        site.noise()
        loud, wild = get(address)[2], rest(site, path)
        assert loud != quiet
        assert wild["content"] != calm["content"]
        assert plain(wild["content"]["rendered"]) == plain(calm["content"]["rendered"])
        assert sorted(wild["tags"]) == calm["tags"]


def test_hidden_shares_differ_by_source() -> None:
    with SampleSite(
        articles=False, n_articles=1000, comments_per_article=0, hidden_percent={"rest": 3, "sitemap": 3}
    ) as site:
        by_rest = int(get(f"{site.url}/wp-json/wp/v2/posts")[1]["X-WP-Total"])
        listed = set(re.findall(r"<loc>(.*?)</loc>", get(f"{site.url}/wp-sitemap-posts-post-1.xml")[2].decode()))
        assert 950 < by_rest < 1000
        assert 950 < len(listed) < 1000
        linked = {
            one["link"] for page in range(1, 11) for one in rest(site, f"/posts?per_page=100&page={page}&_fields=link")
        }
        assert len(linked | listed) == 1000


def test_a_site_below_a_path_leaves_the_root_to_others() -> None:
    with SampleSite(base_path="/blog") as site:
        assert site.url.endswith("/blog")
        assert get(f"{site.url}/first-of-all/")[0] == 200
        assert get(site.url.removesuffix("/blog") + "/first-of-all/")[0] == 404
        assert rest(site, "/posts/4001?_fields=link")["link"] == f"{site.url}/first-of-all/"


def test_a_pinned_article_stands_first_on_the_front_page(site: SampleSite) -> None:
    cards = re.findall(r'<div class="sfx-card"><a href="([^"]+)">', get(f"{site.url}/")[2].decode())
    assert cards[0] == f"{site.url}/start-here/"
    assert len(cards) == len(set(cards)) == 10


def test_day_permalinks_carry_the_sites_local_day() -> None:
    with SampleSite(day_permalinks=True) as site:
        # 22:30 UTC is half past midnight of the next day on the site's clock.
        assert rest(site, "/posts/4011?_fields=link")["link"] == f"{site.url}/2019/01/16/what-the-toll-station-earns/"
        assert get(f"{site.url}/2019/01/16/what-the-toll-station-earns/")[0] == 200
        assert get(f"{site.url}/2019/01/15/what-the-toll-station-earns/")[0] == 301


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("500", 500, b"critical error"),
        ("503", 503, b"maintenance"),
        ("429", 429, b"Too Many Requests"),
        ("403", 403, b"Forbidden"),
        ("challenge", 200, b"Just a moment"),
        ("database", 200, b"Error establishing a database connection"),
        ("login", 200, b"loginform"),
        ("soft-404", 200, b"can&rsquo;t be found"),
        ("redirect-loop", 302, b""),
        ("redirect-home", 302, b""),
        ("other-domain", 302, b""),
    ],
)  # fmt: skip
def test_each_fault_is_what_it_says(site: SampleSite, fault: str, status: int, words: bytes) -> None:
    with SampleSite(faults=[FaultRule((fault,))]) as site:  # type: ignore[arg-type]
        found, _, body = get(f"{site.url}/first-of-all/")
        assert found == status
        assert words in body
        assert get(f"{site.url}/robots.txt")[0] == 200


def test_faults_on_the_wire_are_seen_by_the_client() -> None:
    with SampleSite(
        faults=[
            FaultRule(("reset",), path="/reset"),
            FaultRule(("truncated",), path="/cut"),
            FaultRule(("truncated-gzip",), path="/gzip"),
        ]
    ) as site:
        with pytest.raises((urllib.error.URLError, ConnectionError, http.client.RemoteDisconnected)):
            get(f"{site.url}/reset")
        with pytest.raises(http.client.IncompleteRead):
            get(f"{site.url}/cut")
        with pytest.raises(EOFError):
            gzip.decompress(get(f"{site.url}/gzip")[2])


def test_a_rule_counts_and_rests() -> None:
    with SampleSite(faults=[FaultRule(TRANSIENT[:2], every=3, times=2)]) as site:
        found = [get(f"{site.url}/first-of-all/")[0] for _ in range(9)]
    assert found == [200, 200, 500, 200, 200, 503, 200, 200, 200]


def test_generated_articles_are_the_same_each_time() -> None:
    with SampleSite(articles=False, n_articles=3) as one, SampleSite(articles=False, n_articles=3) as two:
        assert [post["passages"] for post in one.truth()] == [post["passages"] for post in two.truth()]
        assert [len(post["comments"]) for post in one.truth()] == [6, 6, 6]


def test_the_clock_is_the_sites_own() -> None:
    with SampleSite(clock=lambda: utc("2020-02-02 02:02:02")) as site:
        site.edit(4107)
        assert rest(site, "/posts/4107?_fields=modified_gmt,modified") == {
            "modified_gmt": "2020-02-02T02:02:02",
            "modified": "2020-02-02T04:02:02",
        }


def test_closing_frees_the_port() -> None:
    site = SampleSite()
    port = urlsplit(site.url).port
    site.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_kept_answers_are_made_anew_after_an_edit() -> None:
    with SampleSite(keep_answers=True, comments="native") as site:
        address = f"{site.url}/first-of-all/"
        assert get(address)[2] == get(address)[2]
        site.edit(4001, "Something was added.")
        assert b"Something was added." in get(address)[2]


def test_a_paper_that_moved_redirects_each_page_to_its_new_address() -> None:
    with SampleSite() as new, SampleSite(host="localhost", store=new.store) as old:
        assert get(f"{old.url}/first-of-all/")[0] == 200
        old.set(moved_to=new.url)
        assert get(f"{old.url}/first-of-all/")[1]["Location"] == f"{new.url}/first-of-all/"
        assert get(f"{new.url}/first-of-all/")[0] == 200


def test_endless_lists_give_their_last_page_again() -> None:
    with SampleSite(endless=True) as site:
        assert rest(site, "/posts?per_page=20&page=900&_fields=id") == rest(
            site, "/posts?per_page=20&page=2&_fields=id"
        )
        assert get(f"{site.url}/page/900/")[0] == 200
        assert get(f"{site.url}/feed/?paged=900")[2].count(b"<item>") > 0


def test_hostile_articles_are_served_whole() -> None:
    with SampleSite(hostile=True) as site:
        for post in site.store.posts.values():
            if post.id > 4200:
                assert get(site.answers.at.post(post))[0] == 200
        cycle = next(one for one in site.truth() if "cycle" in one["special"])
        assert [one["id"] for one in cycle["comments"] if one["shown"]] == ["9004"]


def test_the_command_line_gives_what_the_class_takes() -> None:
    given = options(
        [
            "--rest",
            "off-401",
            "--n-articles",
            "2",
            "--fault",
            "500,reset@10~/feed",
            "--wpdiscuz",
            '{"version": "7.6.47"}',
            "--hidden",
            '{"rest": 3}',
        ]
    )
    assert given["faults"] == [FaultRule(("500", "reset"), every=10, path="/feed")]
    with SampleSite(**given) as site:
        assert site.options.hidden_percent == {"rest": 3}
        assert site.answers.wpdiscuz.sim.settings.version == "7.6.47"
        assert len(site.truth()) > 30
