"""WordPress' own comment lists, in the markup of many themes."""

import random

import pytest

from newsarchive import markup
from newsarchive.items import Comment
from newsarchive.marks import Marks
from newsarchive.wordpress import thread_from_html
from newsarchive.wordpress.comment_count import declared_count
from newsarchive.wordpress.comment_pages import comment_pages, page_address, page_number, post_id

URL = "https://example.org/2019/03/a-post/"


def comments(html: str, url: str = URL) -> list[Comment]:
    return thread_from_html(f"<html><body>{html}</body></html>", url).comments


HTML5 = """
<h2 class="comments-title">2 comments</h2><ol class="comment-list">
<li id="comment-5" class="comment depth-1 parent"><article id="div-comment-5" class="comment-body"><footer class="comment-meta">
 <div class="comment-author vcard"><img class="avatar" src="https://secure.gravatar.com/avatar/1"><b class="fn"><a href="https://ada.example/" class="url">Ada</a></b> <span class="says">says:</span></div>
 <div class="comment-metadata"><a href="/2019/03/a-post/#comment-5"><time datetime="2019-03-07T14:47:11+02:00">then</time></a></div></footer>
 <div class="comment-content"><p>First.</p></div><div class="reply"><a class="comment-reply-link" href="?replytocom=5#respond" data-commentid="5">Reply</a></div></article>
 <ol class="children"><li id="comment-6" class="comment depth-2"><article class="comment-body"><div class="comment-author"><b class="fn">Ben</b></div><div class="comment-content"><p>Second.</p></div></article></li></ol>
</li></ol><div id="respond"></div>"""


def test_wordpress_own_list() -> None:
    thread = thread_from_html(f"<html><body>{HTML5}</body></html>", URL)
    first, second = thread.comments
    assert (first.id, first.author, first.author_url, first.text) == ("5", "Ada", "https://ada.example/", "First.")
    assert (first.posted_at, first.posted_at_precision) == ("2019-03-07T12:47:11Z", "second")
    assert (second.id, second.parent_id, second.depth, second.author, second.text) == ("6", "5", 2, "Ben", "Second.")
    assert (thread.declared_count, thread.complete, thread.counts.page) == (2, True, 2)


BLOCK = """<div class="wp-block-comments"><h3 id="comments" class="wp-block-comments-title">One response to &#8220;Ten things&#8221;</h3>
<ol class="wp-block-comment-template"><li id="comment-5" class="comment depth-1"><div class="wp-block-comment-author-name">Ada</div>
<div class="wp-block-comment-date"><time datetime="2019-03-07T14:47:11+02:00"><a href="#comment-5">March 7</a></time></div>
<div class="wp-block-comment-content"><p>Words.</p></div><div class="wp-block-comment-reply-link"><a href="?replytocom=5">Reply</a></div></li></ol></div>"""
CLASSIC = """<h3 id="comments">One Response to “Ten things”</h3><ol class="commentlist"><li class="comment" id="comment-5"><div id="div-comment-5" class="comment-body">
<div class="comment-author vcard"><cite class="fn">Ada</cite> <span class="says">says:</span></div><div class="comment-meta commentmetadata"><a href="#comment-5">March 7, 2019 at 2:47 pm</a></div>
<p>Words.</p><div class="reply"><a href="?replytocom=5#respond">Reply</a></div></div></li></ol>"""
KUBRICK = """<ol class="commentlist"><li class="alt" id="comment-5"><cite><a href="https://ada.example/">Ada</a></cite> Says:<br>
<small class="commentmetadata"><a href="#comment-5">March 7th, 2019 at 2:47 pm</a></small><p>Words.</p></li></ol>"""
DEFINITIONS = """<dl id="comment_list"><dt class="comment" id="comment-5"><span class="comment_author">Ada</span><span class="comment_time"><a href="#comment-5">March 7, 2019 at 2:47 pm</a></span></dt>
<dd class="comment"><div class="format_text" id="comment-body-5"><p>Words.</p></div></dd></dl>"""
WRAPPED = """<ul class="commentlist"><li class="comment" id="li-comment-5"><div id="comment-5"><div class="comment-author vcard"><img src="x.png"></div>
<span class="author">Ada</span><br> March 7, 2019 2:47 pm <div class="comment-text"><p>Words.</p></div></div></li></ul>"""
MICRODATA = """<div id="comments"><div itemprop="comment" itemscope itemtype="https://schema.org/Comment"><span itemprop="author"><span itemprop="name">Ada</span></span>
<meta itemprop="datePublished" content="2019-03-07T14:47:00+00:00"><div itemprop="text"><p>Words.</p></div><a class="comment-reply-link" data-commentid="5">Reply</a></div></div>"""
ANCHORED = """<ul class="Comments"><li><a name="comment-5"></a><div><strong>Ada</strong> says:<br><time datetime="1551970020000">7.3.2019 14:47</time>
<div class="comment-text">Words.</div></div></li></ul>"""


@pytest.mark.parametrize(
    "html", [BLOCK, CLASSIC, KUBRICK, DEFINITIONS, WRAPPED, MICRODATA, ANCHORED],
    ids=["block", "classic", "kubrick", "definitions", "wrapped", "microdata", "anchored"],
)  # fmt: skip
def test_a_comment_in_any_themes_markup(html: str) -> None:
    (comment,) = comments(html)
    assert (comment.id, comment.author, comment.text) == ("5", "Ada", "Words.")
    assert (comment.posted_at or "").startswith("2019-03-07T")


def test_replies_in_a_list_beside_what_they_answer() -> None:
    html = (
        '<div class="comment" id="comment-1"><b class="fn">A</b><div class="comment-text">One.</div></div>'
        '<div class="children"><div class="comment" id="comment-2"><b class="fn">B</b><div class="comment-text">Two.</div></div></div>'
    )
    assert [(c.id, c.parent_id) for c in comments(html)] == [("1", None), ("2", "1")]


def test_replies_told_by_their_depth_alone() -> None:
    html = "".join(
        f'<div class="comment depth-{d}" id="comment-{n}"><b class="fn">A</b><div class="comment-text">{n}</div></div>'
        for n, d in ((1, 1), (2, 2), (3, 3), (4, 2), (5, 1))
    )
    assert [(c.id, c.parent_id) for c in comments(html)] == [
        ("1", None),
        ("2", "1"),
        ("3", "2"),
        ("4", "1"),
        ("5", None),
    ]


def test_a_pingbacks_author_is_the_page_that_links_here() -> None:
    html = '<ol class="commentlist"><li class="pingback" id="comment-9"><p>Pingback: <a href="https://b.example/x">Their title</a></p></li></ol>'
    (ping,) = comments(html)
    assert (ping.kind, ping.author, ping.author_url) == ("pingback", "Their title", "https://b.example/x")


def test_what_awaits_moderation_is_left_out() -> None:
    html = '<ol class="comment-list"><li id="comment-5" class="comment"><b class="fn">Ada</b><em class="comment-awaiting-moderation">Wait.</em><div class="comment-content">Words.</div></li></ol>'
    assert comments(html) == []


def test_lists_of_the_latest_comments_elsewhere_are_not_the_threads() -> None:
    html = HTML5 + (
        '<aside><ul><li id="comment-77"><b class="fn">Zoe</b> on <a href="/2018/01/other/#comment-77">Another</a><p>Elsewhere.</p></li></ul>'
        '<ol class="wp-block-latest-comments"><li class="wp-block-latest-comments__comment">Zoe on Another</li></ol></aside>'
    )
    assert [c.id for c in comments(html)] == ["5", "6"]


def test_a_comment_without_a_number_gets_an_id_that_stays() -> None:
    html = '<div id="comments"><div class="comment"><span class="fn">Ada</span><time datetime="2019-03-07T14:47:00Z">x</time><div class="comment-text">Words.</div></div></div>'
    (first,), (second,) = comments(html), comments(html)
    assert first.id == second.id
    assert first.id.startswith("x")


@pytest.mark.parametrize(
    ("html", "number"),
    [
        ('<h2 class="comments-title">3 thoughts on “Top 10 of 2019”</h2>', 3),
        ('<h2 class="comments-title">One thought on “Top 10”</h2>', 1),
        ('<h3 id="comments">1.204 Kommentare zu „Zehn“</h3>', 1204),
        ('<div id="comments"><h3>Comments (12)</h3></div>', 12),
        ('<div id="comments"><div id="respond"><h3 id="reply-title">Leave 5 replies</h3></div></div>', None),
        ('<meta itemprop="commentCount" content="7">', 7),
        ('<meta itemprop="interactionCount" content="UserComments:8">', 8),
        ('<a href="/2019/03/a-post/#comments">4 Comments</a><a href="/other/#comments">9 Comments</a>', 4),
        ('<script type="application/ld+json">{"commentCount": 6}</script>', 6),
        ('<div class="wpd-thread-info" data-comments-count="1500"><span class="wpdtc" title="1500">1.5K</span></div>', 1500),
        ("<p>No word of it.</p>", None),
    ],
)  # fmt: skip
def test_the_declared_count(html: str, number: int | None) -> None:
    text = f"<html><body>{html}</body></html>"
    assert declared_count(Marks(markup.tree(text)), text, URL) == number


@pytest.mark.parametrize(
    ("url", "own", "other"),
    [
        ("https://example.org/ada/7/", "/ada/7/comment-page-2/", "/ada/8/comment-page-9/"),
        ("https://example.org/?p=7", "/?p=7&cpage=2", "/?p=8&cpage=9"),
        ("https://example.org/%D0%BC/", "https://example.org/%d0%bc/comment-page-2/", "/%d0%bb/comment-page-9/"),
    ],
)
def test_the_comment_pages_of_other_articles_are_not_the_articles(url: str, own: str, other: str) -> None:
    root = markup.tree(
        f'<footer><a href="{other}#comment-1">Ada on another</a><a href="{other}#comment-2">Bo on another</a></footer>'
        f'<ol class="comment-list"><li id="comment-5"><a href="{own}#comment-5">then</a></li></ol>'
    )
    assert comment_pages(root, Marks(root), url) == (frozenset({2}), 2)


def test_a_list_of_the_latest_comments_does_not_tell_the_page_at_hand() -> None:
    latest = "".join(f'<a href="/2019/03/a-post/comment-page-9/#comment-{n}">Ada on this</a>' for n in (91, 92))
    root = markup.tree(
        f'<ul>{latest}</ul><li id="comment-5"><a href="/2019/03/a-post/comment-page-2/#comment-5">then</a></li>'
    )
    assert comment_pages(root, Marks(root), URL) == (frozenset({2, 9}), 2)


def test_comment_pages_and_the_one_at_hand() -> None:
    html = (
        '<div id="comment-8"><a href="/2019/03/a-post/comment-page-3/#comment-8">then</a></div><a class="page-numbers" href="/2019/03/a-post/comment-page-1/#comments">1</a>'
        '<a class="prev page-numbers" href="/2019/03/a-post/comment-page-2/#comments">Older</a>'
    )
    root = markup.tree(html)
    assert comment_pages(root, Marks(root), URL) == (frozenset({1, 2, 3}), 3)
    assert page_address(URL, 2) == "https://example.org/2019/03/a-post/comment-page-2/"
    assert page_address(URL + "comment-page-3/#comments", 2) == "https://example.org/2019/03/a-post/comment-page-2/"
    assert page_address("https://example.org/news/7", 2) == "https://example.org/news/7/comment-page-2"
    assert page_address("https://example.org/?p=7", 2) == "https://example.org/?p=7&cpage=2"
    assert [page_number(a) for a in ("/a/comment-page-4/", "/?p=7&cpage=2", "/a/")] == [4, 2, None]


@pytest.mark.parametrize(
    "html",
    ['<input name="comment_post_ID" value="7">', '<link rel="shortlink" href="https://example.org/?p=7">', '<a data-postid="7">Reply</a>'],
)  # fmt: skip
def test_the_articles_number(html: str) -> None:
    assert post_id(markup.tree(f"<html><body>{html}</body></html>")) == "7"


def test_no_input_raises_or_takes_long() -> None:
    rng = random.Random(11)
    whole = HTML5 + BLOCK + KUBRICK + MICRODATA + DEFINITIONS
    assert thread_from_html(b"", URL).comments == []
    for _ in range(150):
        letters = list(whole)
        for _ in range(rng.randint(1, 60)):
            letters[rng.randrange(len(letters))] = rng.choice("<>'\"/ =a0_-\x00\ud800")
        thread_from_html("".join(letters[: rng.randint(1, len(letters))]), URL)
    for url in ("", "not a url", "http://[::", "https://example.org"):
        thread_from_html(whole, url)


def test_a_flood_of_comments_is_read_in_time_that_grows_with_it() -> None:
    html = "".join(
        f'<li id="comment-{n}" class="comment"><b class="fn">A</b><div class="comment-content">W.</div></li>'
        for n in range(3000)
    )
    assert len(comments(f'<ol class="comment-list">{html}</ol>')) == 3000


@pytest.mark.parametrize("box", ['<li class="comment">{}</li>', '<div class="comment">{}</div>', "<div>{}</div>"])
def test_a_box_around_all_comments_is_none_of_them(box: str) -> None:
    html = "".join(
        f'<div id="comment-{n}"><b class="fn">A</b><div class="comment-content">W{n}.</div></div>' for n in range(1, 4)
    )
    assert [(c.id, c.parent_id, c.text) for c in comments(box.format(html))] == [
        ("1", None, "W1."),
        ("2", None, "W2."),
        ("3", None, "W3."),
    ]
