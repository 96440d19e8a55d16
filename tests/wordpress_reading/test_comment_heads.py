"""What themes print around the words of a comment: small pages, literal answers."""

import pytest

from newsarchive.wordpress import thread_from_html

URL = "https://quay.example/harbour-bridge/"


def _comments(inside: str) -> list[tuple[str | None, str | None, str]]:
    page = f'<html lang="en"><body><ol class="commentlist">{inside}</ol></body></html>'
    return [(one.author, one.text, (one.posted_at or "")[:10]) for one in thread_from_html(page, URL).comments]


def test_signature_below_the_words_names_who_has_no_link() -> None:
    said = (
        '<li id="comment-11"><p>Well.</p><p><cite>Comment by Ann Poe &#8212; May 5, 2019 @ <a href="#comment-11">9:40 am</a></cite></p></li>'
        '<li id="comment-12"><p>So.</p><p><cite>Comment by <a href="https://jo.example/" rel="external nofollow">Jo Roe</a> &#8212; May 6, 2019 @ 9:40 am</cite></p></li>'
    )
    assert _comments(said) == [("Ann Poe", "Well.", "2019-05-05"), ("Jo Roe", "So.", "2019-05-06")]


@pytest.mark.parametrize(
    "head",
    [
        '<div class="date">May 5, 2019 at 17:40 | <a href="#comment-11">#1</a></div><div class="act"><a href="javascript:reply()">Reply</a> | <a href="#">Quote</a></div>',
        '<div class="date">May 5, 2019</div><ul><li><a href="#respond">Answer</a></li></ul>',
    ],
    ids=["two buttons", "a list of one"],
)
def test_buttons_of_a_comment_are_none_of_its_words(head: str) -> None:
    said = f'<li class="comment" id="comment-11"><div class="name">Ann Poe</div>{head}<div><p>Well.</p></div></li>'
    assert _comments(said) == [("Ann Poe", "Well.", "2019-05-05")]


def test_count_of_votes_is_none_of_its_words() -> None:
    said = (
        '<li class="comment" id="comment-11"><b class="fn">Ann Poe</b><i class="comment-date">May 5, 2019</i><div class="comment-content"><p>Well.</p>'
        '<div class="cld-like-dislike-wrap"><a class="cld-like-trigger"></a><span class="cld-count-wrap">3</span></div></div></li>'
    )
    assert _comments(said) == [("Ann Poe", "Well.", "2019-05-05")]


def test_what_a_comment_without_a_name_cites_is_no_signature() -> None:
    said = '<li class="comment" id="comment-11"><p><em>The Times</em>, May 9, 2019</p><p>It was said there.</p></li>'
    assert _comments(said) == [(None, "The Times, May 9, 2019\n\nIt was said there.", "")]


def test_day_in_the_title_of_how_long_ago_it_was() -> None:
    said = (
        '<li class="comment" id="comment-11"><b class="fn">Ann Poe</b> <i class="comment-time" title="May 5, 2019 5:40 pm">3 years ago</i>'
        '<div class="comment-text">Well.</div></li>'
    )
    assert _comments(said) == [("Ann Poe", "Well.", "2019-05-05")]


@pytest.mark.parametrize("says", ["napisał(a):", "пишет:", "λέει:", "dedi ki:", "说道："])
def test_that_somebody_says_is_none_of_their_words(says: str) -> None:
    said = f'<li class="comment" id="comment-11"><b>Ann Poe</b> {says}<br><small>May 5, 2019 17:40</small><p>Well.</p></li>'
    assert _comments(said) == [("Ann Poe", "Well.", "2019-05-05")]


def test_place_of_a_comment_in_its_list_is_none_of_its_words() -> None:
    said = (
        '<li class="comment" id="comment-11"><div class="cnum">1.</div><div class="chead"><b>Ann Poe</b> | May 5, 2019 at 5:40 pm</div>'
        '<div class="cbody"><p>42</p></div></li>'
    )
    assert _comments(said) == [("Ann Poe", "42", "2019-05-05")]


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("http://-", None),  # what some type where a form insists on an address
        ("http://", None),
        ("https://jane.example/my page/", "https://jane.example/my%20page/"),
        ("/members/jane/", "https://example.org/members/jane/"),
    ],
)
def test_address_of_an_author_is_one_or_none(said: str, address: str | None) -> None:
    head = f'<cite class="fn"><a href="{said}" rel="external nofollow">Jane Doe</a></cite>'
    page = f'<ol class="commentlist"><li class="comment" id="comment-1">{head}<p>Good news for the quay.</p></li></ol>'
    (comment,) = thread_from_html(page, "https://example.org/a/").comments
    assert (comment.author, comment.author_url) == ("Jane Doe", address)
