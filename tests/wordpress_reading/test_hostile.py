"""Markup that means harm, or nothing: read in bounded time, never with an exception."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.markup import folded, fragment, squash, tree
from newsarchive.wordpress import article_from_html, next_pages, thread_from_html
from newsarchive.wordpress.body import read_fragment

URL = "https://news.example/x/"
TAGS = "div p b span a ul ol li table tr td blockquote figure figcaption img iframe h1 h2 pre ruby rt q article form script style noscript svg br source wbr cite".split()  # noqa: SIM905

pieces = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            "<div class='entry-content'>", "<a href='http://[::1'>", "<a href='//x'>", "<img src='a.jpg' srcset='b 1w, c 2w,,'>", "<time datetime='2024-13-45'>",
            "<p class='share-related-comments'>", "<meta property='og:title' content='x | y'>", "<link rel=canonical href='::'>", "<!-- c -->", "<![CDATA[x]]>",
            "<iframe src='https://twitter.com/a/status/1103483853686165505'>", "&#0;", "&#xD800;", "\x00", "\ud800", "MORE ON THE TOPIC:", "https://news.example/y/", "<?php x ?>",
        ]
    ),
    st.text(max_size=12),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(pieces, max_size=40).map("".join))
def test_any_markup_gives_an_article_that_json_can_hold(html: str) -> None:
    article = article_from_html(html, URL)
    json.dumps([article.text, article.html, article.title, article.authors]).encode("utf-8")
    assert article.id.startswith("news.example/")
    next_pages(html, URL)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_an_article(data: bytes) -> None:
    assert article_from_html(data, URL).source == "page"


@settings(max_examples=100, deadline=None)
@given(st.lists(pieces, max_size=25).map("".join))
def test_safe_markup_read_again_is_unchanged_in_its_words(html: str) -> None:
    body = read_fragment(html, URL)
    assert "<script" not in body.html
    assert "onerror" not in body.html


@pytest.mark.parametrize(
    "tag", ["div", "b", "span", "blockquote", "ul><li", "table><tr><td", "figure", "a href=/x", "font"]
)
def test_deep_nesting_keeps_its_text_and_takes_no_time(tag: str) -> None:
    end = f"</{tag.split('>')[0].split()[0]}>"
    html = f"<div class='entry-content'>{f'<{tag}>' * 100_000}deep down{end * 100_000}<p>and after</p></div>"
    start = time.perf_counter()
    text = article_from_html(html, URL).text or ""
    assert "deep down" in text
    assert "and after" in text
    assert time.perf_counter() - start < 20


def test_a_page_of_fifty_megabytes_is_read_in_bounds() -> None:
    start = time.perf_counter()
    article = article_from_html(b"<div class='entry-content'><p>The beginning of it.</p>" + b"x" * 50_000_000, URL)
    assert (article.text or "").startswith("The beginning of it.")
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    "html",
    [
        f"<p class='{'share ' * 300_000}'>x</p>",
        f"<p title='{'a' * 2_000_000}'>x</p>",
        f"<a href='https://x.example/{'a' * 2_000_000}'>x</a>",
        f"<img srcset='{'a.jpg 1w,' * 300_000}'>x",
        f"<meta property='og:title' content='{'- ' * 500_000}'>x",
        f"<title>{'a | ' * 300_000}</title><h1>x</h1>",
        f"<h1>{'<x>' * 50_000}x</h1>",
        f"<script type='application/ld+json'>{'[' * 100_000}</script>x",
        f"<p>{'&amp;amp;' * 200_000}x</p>",
        f"<p>{'<br>' * 200_000}x</p>",
        f"<p>{'<a href=/y>y</a> | ' * 20_000}x</p>",
        f"<span class='author'>{'by ' * 300_000}</span>x",
        f"<p>Published on {'1' * 1_000_000}x</p>",
        f"<div class='entry-date'>{'2024-' * 200_000}x</div>",
        f"<div class='entry-content'>{('<p>' + 'pin ' * 14 + 'x</p>') * 20_000}</div>",
        f"<h1>x</h1>{'<div class=author-box><h4>of 5</h4></div>' * 60_000}",
        f"<p {' '.join(f'a{n}=1' for n in range(200_000))}>x</p>",
        f"<p {' '.join(f'a{n}' for n in range(200_000))}",
    ],
)
def test_oversized_parts_take_no_time(html: str) -> None:
    start = time.perf_counter()
    article_from_html(html, URL)
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "comments",
    [
        f"<li class='comment' id='comment-5'><p>Words.</p>{'<i class=x-comment-num>a</i>' * 50_000}</li>",
        f"<li class='comment' id='comment-5'>{'<p><b>Ann</b> — May 7, 2019</p>' * 20_000}</li>",
        f"{'<div class=x-comments>' * 200}{'<div class=x-comment>a</div>' * 50_000}",
        "".join(f"<a href='/{'a' * 2000}{n}/comment-page-1/#comment-5'>x</a>" for n in range(2_000)),
    ],
)
def test_oversized_threads_take_no_time(comments: str) -> None:
    start = time.perf_counter()
    thread_from_html(f"<div id='comments'>{comments}</div>", URL)
    assert time.perf_counter() - start < 10


def test_a_tag_with_thousands_of_attributes_loses_them_and_one_with_long_ones_does_not() -> None:
    many = " ".join(f"a{n}=1" for n in range(5_000))
    picture = f'<img src="/a.jpg" alt="{"one > two, " * 5_000}">'
    article = article_from_html(f"<article><p {many}>First.</p>{picture}<p>Second.</p></article>", URL)
    assert article.text == "First.\n\nSecond."
    assert [image.url for image in article.images] == ["https://news.example/a.jpg"]


def test_a_page_cut_short_is_read_as_far_as_it_goes() -> None:
    html = "<html><body class='postid-4'><div class='entry-content'><p>The news is this.</p><p>And it goes o"
    assert article_from_html(html, URL).text == "The news is this.\n\nAnd it goes o"


def test_a_tree_is_never_deeper_than_readers_may_recurse() -> None:
    depth, level = 0, [tree("<div>" * 5000 + "x")]
    while level:
        depth, level = depth + 1, [child for element in level for child in element]
    assert depth <= 256


@pytest.mark.parametrize(
    ("html", "text"), [("", ""), ("a</div>b", "ab"), ("<p>a", "a"), ("</p></p>", ""), ("<li>a<li>b", "ab")]
)
def test_a_fragment_holds_all_of_its_source(html: str, text: str) -> None:
    assert fragment(html).text_content() == text


def test_words_are_compared_without_case_blanks_and_marks() -> None:
    assert folded("What’s Next?") == folded("whats next")
    assert squash(" a\u00ad\u200bb\u00a0 c ") == "ab c"
