"""What the saved pages do not show: the answer's own fields, the bounds, and that nothing whatever makes it raise."""

import gzip
import hashlib
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.fetch import Answer
from newsarchive.guard import Expect, judge
from newsarchive.guard.look import Look, slug_of, visible_bytes

URL = "https://news.example/2024/05/harbour-reopens/"
KINDS = ("article", "page", "rest", "ajax", "feed", "sitemap", "any")


def answer(body: bytes, status: int = 200, **fields: object) -> Answer:
    return Answer(**{"url": URL, "asked": URL, "status": status, "body": body, **fields})


def test_evidence_names_status_address_and_digest_of_the_body() -> None:
    body = b"<title>Just a moment...</title>"
    incident = judge(answer(body, 403), Expect(kind="article"))
    assert incident is not None
    assert incident.evidence.status == 403
    assert incident.evidence.url == URL
    assert incident.evidence.matched == "just a moment..."
    assert incident.evidence.body_sha256 == hashlib.sha256(body).hexdigest()
    assert incident.evidence.body_bytes == 31


def test_challenges_are_refusals_and_server_troubles_are_not() -> None:
    challenge = judge(answer(b"<title>Just a moment...</title>", 503))
    trouble = judge(answer(b"", 503))
    assert challenge is not None
    assert trouble is not None
    assert (challenge.refused, trouble.refused) == (True, False)
    assert trouble.retryable is True


def test_a_closed_rest_interface_is_no_refusal_of_the_pages() -> None:
    incident = judge(answer(b"<html><body><p>no</p></body></html>", 403), Expect(kind="rest"))
    assert incident is not None
    assert incident.refused is False


def test_another_post_at_the_same_address_is_worth_another_try() -> None:
    body = b'<html><body class="single postid-9"><p>Something else entirely, at length.</p></body></html>'
    incident = judge(answer(body), Expect(kind="article", post_id="7"))
    assert incident is not None
    assert (incident.rule, incident.retryable) == ("another-post", True)


def test_a_single_author_theme_makes_no_post_of_a_front_page() -> None:
    assert Look(b'<html><body class="home blog single-author">').is_post is False
    assert Look(b"<html><body class='single postid-7 single-author'>").is_post is True


def test_expectation_may_name_the_address_that_was_asked_for() -> None:
    body = b'<html><body class="home blog"><p>The latest stories of the day are here.</p></body></html>'
    got = Answer(url="https://news.example/", status=200, body=body)
    incident = judge(got, Expect(kind="article", url=URL, home="https://news.example/"))
    assert incident is not None
    assert incident.rule == "redirect-home"


def test_slug_passes_over_page_numbers_and_wrappers() -> None:
    assert slug_of("https://news.example/2024/05/Harbour-Reopens/2/") == "harbour-reopens"
    assert slug_of("https://news.example/harbour-reopens/comment-page-3/#comments") == "harbour-reopens"
    assert slug_of("https://news.example/harbour-reopens.html") == "harbour-reopens"
    assert slug_of("https://news.example/%D0%BF%D0%BE%D1%80%D1%82/amp/") == "порт"
    assert slug_of("https://news.example/?p=7") == ""
    assert slug_of("http://[broken") == ""


def test_scripts_and_comments_are_no_visible_text() -> None:
    assert visible_bytes(b"<p>one  two</p><script>three</script><!-- four --><b>five</b>", 100) == 11


def test_hostile_markup_costs_no_more_than_it_is_long() -> None:
    started = time.process_time()
    for piece in (
        b"<script",
        b"<!--",
        b"<title",
        b"<body class='",
        b"<link rel=canonical ",
        b"<",
        b"href='",
        b"<a ",
        b"<h1>",
        b"<article ",
    ):
        for kind in KINDS:
            judge(answer(b"<html>" + piece * (2_000_000 // len(piece))), Expect(kind=kind, post_id="7"))
    assert time.process_time() - started < 20


def test_a_good_page_of_100_kilobytes_is_judged_in_about_a_millisecond() -> None:
    links = b"".join(b'<li><a href="/s/%d/">A story of the port town</a></li>' % n for n in range(900))
    text = b"<p>The harbour opened again on Tuesday after two weeks of repairs.</p>" * 700
    page = b'<html><head><title>Harbour</title></head><body class="single postid-7">' + links + text + b"</body></html>"
    good = answer(page)
    times = []
    for _ in range(20):
        started = time.perf_counter()
        assert judge(good, Expect(kind="article", post_id="7")) is None
        times.append(time.perf_counter() - started)
    assert min(times) < 0.002


_PIECES = st.sampled_from(
    [b"<html>", b"<head>", b"</head>", b"<body class='single postid-9'>", b"</body>", b"</html>", b"<title>", b"</title>",
     b"just a moment...", b"_cf_chl_opt", b"<script>", b"</script>", b"<!--", b"-->", b"<link rel=canonical href=", b"\xff",
     b"\x00", b"{", b"}", b"[", b"]", b"<rss>", b"</rss>", b"<urlset", b"0", b"\x1f\x8b", b"log in", b"<a href='/'>", b"404"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    body=st.one_of(st.binary(max_size=400), st.lists(_PIECES, max_size=40).map(b"".join)),
    status=st.integers(min_value=0, max_value=1_100),
    headers=st.dictionaries(
        st.sampled_from(["content-type", "content-length", "location", "link", "cf-mitigated", "content-encoding"]),
        st.text(max_size=60),
    ),
    url=st.one_of(st.text(max_size=60), st.just(URL), st.text(max_size=30).map(lambda tail: "http://[" + tail)),
    asked=st.one_of(st.text(max_size=60), st.just(URL)),
    kind=st.sampled_from(KINDS),
    post_id=st.one_of(st.none(), st.text(max_size=5)),
)
def test_nothing_makes_it_raise_and_evidence_stays_small(
    body: bytes, status: int, headers: dict[str, str], url: str, asked: str, kind: str, post_id: str | None
) -> None:
    got = Answer(url=url, asked=asked, status=status, body=body, headers=headers)
    incident = judge(got, Expect(kind=kind, post_id=post_id, home="https://news.example/"))
    if incident:
        assert len(incident.evidence.matched) <= 200
        assert len(incident.evidence.url) <= 2_000


def test_a_cut_page_is_found_wherever_it_is_cut() -> None:
    paragraphs = b"".join(b"<p>Paragraph %d of the harbour's story, which goes on and on.</p>\n" % n for n in range(60))
    page = (
        b'<!DOCTYPE html><html lang="en"><head><title>Harbour</title></head><body class="single postid-7"><article>'
        + paragraphs
        + b"</article></body></html>"
    )
    missed = [
        at for at in range(130, page.index(b"</body>"), 7) if judge(answer(page[:at]), Expect(kind="article")) is None
    ]
    assert missed == []


def test_a_page_is_too_large_where_its_end_would_not_be_read() -> None:
    long, short = b"<html><body><p>" + b"\xef" * 20_000_000, b"<html><body><p>" + b"x" * 20_000_000
    cyrillic = {"content-type": "text/html; charset=windows-1251"}
    found = [
        judge(answer(long, headers=cyrillic), Expect(kind="article")),
        judge(answer(b"[" + b" " * 34_000_000 + b"]"), Expect(kind="rest")),
        judge(answer(short + short + b"</p></body></html>"), Expect(kind="page")),
    ]
    assert [(one.rule, one.evidence.matched) for one in found if one] == [
        ("too-large", "40000015 bytes"),
        ("too-large", "34000002 bytes"),
        ("too-large", "40000048 bytes"),
    ]
    assert judge(answer(short + b"</p></body></html>"), Expect(kind="page")) is None


def test_a_gzip_stream_that_nobody_unpacked_is_no_page() -> None:
    incident = judge(answer(gzip.compress(b"<html></html>")), Expect(kind="page"))
    assert incident is not None
    assert incident.rule == "undecoded"
