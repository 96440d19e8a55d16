"""Plain comments are read without a parser, and say what they say when read with one."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.markup import fragment
from newsarchive.wordpress.body import Body, read_body, read_fragment
from newsarchive.wordpress.plain import plain_paragraphs
from newsarchive.wordpress.quirks import COMMENT

URL = "https://example.org/a-bridge/"


def parsed(html: str) -> Body:
    return read_body(fragment(html), URL, COMMENT)


def test_paragraphs_of_words_need_no_parser() -> None:
    html = "<p>Not a word &#8220;of it&#8221; &amp; so on.<br />\nSecond line.</p>\n<p>Fish&nbsp;&lt;3</p>\n"
    assert plain_paragraphs(html) == [("Not a word “of it” & so on.\v\nSecond line.", "\n"), ("Fish\xa0<3", "\n")]
    body = read_fragment(html, URL)
    assert body.text == "Not a word “of it” & so on.\nSecond line.\n\nFish <3"
    assert body.html == "<p>Not a word “of it” &amp; so on.<br>\nSecond line.</p>\n<p>Fish\xa0&lt;3</p>"
    assert [block.type for block in body.blocks] == ["paragraph", "paragraph"]
    assert (body.word_count, body.links, body.images, body.tweets) == (12, [], [], [])


@pytest.mark.parametrize(
    "html",
    [
        "",
        "Words alone",
        "<p>One <em>word</em></p>",
        '<p class="a">Words</p>',
        "<P>Words</P>",
        "<p>Words",
        "<p>Words</p> and more",
        "and more <p>Words</p>",
        "<p>One<p>Two</p></p>",
        "<p></p>",
        "<p> Words</p>",
        "<p>&nbsp;Words</p>",
        "<p><br />Words</p>",
        "<p>https://youtu.be/abcdefghijk</p>",
        "<p>See pic.twitter.com/AbCdEfGhIj</p>",
        "<p>See x.com/someone/STATUS/1103483853686165505</p>",
        "<p>A > B</p>",
        "<p>A & B</p>",
        "<p>A &copy; B</p>",
        "<p>A &amp B</p>",
        "<p>A &#65; B</p>",
        "<p>A &#128; B</p>",
        "<p>A \x07 B</p>",
        "<p>A \r\n B</p>",
        "<p>A \ud83d B</p>",
        "<p>A \uffff B</p>",
        "<p>A <!-- B --> C</p>",
        "<p>" + "A " * 60_000 + "</p>",
    ],
)
def test_whatever_is_unusual_is_left_to_the_parser(html: str) -> None:
    assert plain_paragraphs(html) is None
    assert read_fragment(html, URL) == parsed(html)


_WORDS = (
    "A word", "was he there?", "x", " ", "\n", "\t", "  ", "\n\n", "\xa0", "\u200b", "\ufeff", "\xad", "\u2028", "\x85", "\r",
    "\x00", "\x1f", "\x7f", "\ud800", "\ufffe", "\U0001f600", "\U0001fffe", "漢字", "é", "e\u0301", "İ", "&amp;", "&amp;amp;",
    "&amp;quot;", "&amp;#8217;", "&lt;", "&gt;", "&lt;b&gt;", "&quot;", "&nbsp;", "&#8217;", "&#8230;", "&#8203;", "&#8232;",
    "&#038;", "&#39;", "&#32;", "&#034;", "&#8211;", "&#65;", "&#0;", "&#x27;", "&copy;", "&hellip;", "&amp", "&", "& ", "&#", "<", ">",
    "< b", "->", "<br />", "<br>", "<br/>", "<br />\n", "<BR>", "<br clear=all>", "</br>", "</p>", "<p>", "</p>\n<p>", "</p><p>",
    "</p>\n\n<p>", "<em>so</em>", '<a href="/x">there</a>', "<!-- no -->", "https://example.org/x?a=1&amp;b=2", "http://x.org", "HTTPS://x.org",
    "www.example.org", "https://youtu.be/abcdefghijk", "https://twitter.com/a/status/1103483853686165505", "x.com/a/status/1103483853686165505",
    "https://t.co/AbCdEfGhIj", "pic.twitter.com/AbCdEfGhIj", "[tweet 1103483853686165505]", "(@a)", "Read also:", "Share this", ":-)",
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(_WORDS) | st.text(max_size=6), max_size=12).map("".join))
def test_a_comment_of_anything_says_what_the_parser_makes_of_it(words: str) -> None:
    html = f"<p>{words}</p>\n"
    assert read_fragment(html, URL) == parsed(html)


def test_plain_comments_of_every_shape_say_what_the_parser_makes_of_them() -> None:
    chance = random.Random(7)
    usual = [word for word in _WORDS if plain_paragraphs(f"<p>A{word}B</p>") is not None]
    assert len(usual) > 40
    plain = 0
    for _ in range(4000):
        words = "".join(chance.choices(usual, k=chance.randint(1, 9)))
        html = chance.choice(("", "\n", " ")) + f"<p>{words}</p>" + chance.choice(("", "\n", " \t"))
        plain += plain_paragraphs(html) is not None
        assert read_fragment(html, URL) == parsed(html), html
    assert plain > 2000
