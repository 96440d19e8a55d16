"""wpDiscuz' comment markup, new and old."""

import random

import pytest

from newsarchive import markup, wpdiscuz
from newsarchive.dates import Clock
from newsarchive.wpdiscuz.markup import read_list


def one(inside: str, *, number: str = "12_7", classes: str = "comment", after: str = "") -> str:
    return (
        f"<div id='wpd-comm-{number}' class='{classes} wpd-comment'><div class='wpd-comment-wrap'>"
        f"<div id='comment-12' class='wpd-comment-right'>{inside}</div></div>{after}</div>"
    )


TEXT = '<div class="wpd-comment-text"><p>Words.</p></div>'


def test_id_and_true_parent_are_in_the_elements_id() -> None:
    (comment,) = wpdiscuz.comments(one(TEXT))
    assert (comment.id, comment.parent_id, comment.text) == ("12", "7", "Words.")
    assert wpdiscuz.comments(one(TEXT, number="12_0"))[0].parent_id is None


def test_a_reply_stands_in_its_parent_and_is_read_apart() -> None:
    inner = one('<div class="wpd-comment-author">Ben</div><div class="wpd-comment-text">Inner.</div>', number="13_12")
    outer = one(f'<div class="wpd-comment-author">Ada</div>{TEXT}', number="12_0", after=inner)
    assert [(c.id, c.author, c.text) for c in wpdiscuz.comments(outer)] == [
        ("12", "Ada", "Words."),
        ("13", "Ben", "Inner."),
    ]


def test_author_and_the_address_the_name_links_to() -> None:
    linked = one(f"<div class='wpd-comment-author '><a href='/author/ada/'>Ada &amp; Co</a></div>{TEXT}")
    (shown,) = read_list(markup.tree(linked), "https://example.org/a/")
    assert (shown.comment.author, shown.comment.author_url) == ("Ada & Co", "https://example.org/author/ada/")
    script = one(f"<div class='wpd-comment-author'><a href='javascript:alert(1)'>Ada</a></div>{TEXT}")
    assert wpdiscuz.comments(script)[0].author_url is None


def test_the_date_is_in_the_title() -> None:
    dated = one(f"<div class='wpd-comment-date' title='March 7, 2019 2:47 pm'>7 years ago</div>{TEXT}")
    (shown,) = read_list(markup.tree(dated), clock=Clock(offset_minutes=120))
    assert (shown.comment.posted_at, shown.comment.posted_at_precision) == ("2019-03-07T12:47:00Z", "minute")
    assert wpdiscuz.comments(dated)[0].posted_at_precision == "local_minute"


def test_the_third_layout_keeps_a_replys_date_beside_the_name_it_answers() -> None:
    reply = one(
        "<div class='wpd-reply-to'>Reply to <a href='#comment-7'>Ben</a>"
        f"<div class='wpd-comment-date' title='March 7, 2019 2:47 pm'>then</div></div>{TEXT}"
    )
    assert wpdiscuz.comments(reply)[0].posted_at == "2019-03-07T14:47:00Z"


def test_votes_are_exact_in_the_title() -> None:
    assert wpdiscuz.comments(one(f"<div class='wpd-vote-result' title='1024'>1K</div>{TEXT}"))[0].votes == 1024
    assert wpdiscuz.comments(one(f"<div class='wpd-vote-result' title='-3'>-3</div>{TEXT}"))[0].votes == -3
    assert wpdiscuz.comments(one(TEXT))[0].votes is None


def test_votes_shown_apart() -> None:
    apart = one(
        "<div class='wpd-vote-result wpd-vote-result-like wpd-up' title='4'>4</div><div class='wpd-vote-result-sep'></div>"
        f"<div class='wpd-vote-result wpd-vote-result-dislike wpd-down' title='-1'>-1</div>{TEXT}"
    )
    (comment,) = wpdiscuz.comments(apart)
    assert (comment.likes, comment.dislikes, comment.votes) == (4, 1, 3)


def test_marks_for_edited_pinned_and_pingbacks() -> None:
    (edited,) = wpdiscuz.comments(
        one(f"{TEXT}<div class='wpd-comment-last-edited'>Last edited a year ago by Ada</div>")
    )
    (pinned,) = wpdiscuz.comments(one(TEXT, classes="wpdiscuz_sticky wpd-sticky-comment"))
    (ping,) = wpdiscuz.comments(one(TEXT, classes="pingback"))
    assert (edited.edited, edited.text, pinned.pinned, pinned.kind, ping.kind) == (
        True, "Words.", True, "comment", "pingback",
    )  # fmt: skip


def test_answers_to_further_questions_of_the_form_are_no_part_of_the_text() -> None:
    field = "<div class='wpd-custom-field wpd-cf-text'><div class='wpd-cf-label'>Town</div> <div class='wpd-cf-value'> Odessa</div></div>"
    (comment,) = wpdiscuz.comments(
        one(
            f"<div class='wpd-comment-text'><div class='wpd-top-custom-fields'>{field}</div><p>Words.</p>"
            f"<div class='wpd-bottom-custom-fields'>{field}</div></div>"
        )
    )
    assert (comment.text, comment.html) == ("Words.", "<p>Words.</p>")


def test_what_awaits_approval_is_left_out() -> None:
    assert wpdiscuz.comments(one(TEXT, classes="wpd-unapproved-comment")) == []
    held = '<div class="wpd-comment-text"><p>Words.</p><p class="wc_held_for_moderate">Held.</p></div>'
    assert wpdiscuz.comments(one(held)) == []


def test_a_login_name_is_no_sign_that_a_comment_awaits_approval() -> None:
    assert len(wpdiscuz.comments(one(TEXT, classes="byuser comment-author-unapproved-ada"))) == 1


@pytest.mark.parametrize("name", ["Ada", "<a href='https://example.org/ada'>Ada</a>"])
def test_what_follows_a_name_is_not_of_it(name: str) -> None:
    badge = f"<div class='wpd-comment-author'>{name} <span class='wpd-user-nicename'>(@ada)</span><a href='/rank/'>Gold</a></div>"
    assert wpdiscuz.comments(one(badge + TEXT))[0].author == "Ada"


def test_the_article_quoted_by_inline_feedback_is_not_the_comments_text() -> None:
    quoted = one(
        '<div class="wpd-comment-text"><div class="wpd-inline-feedback-wrapper">The article.</div><p>Mine.</p></div>'
    )
    assert wpdiscuz.comments(quoted)[0].text == "Mine."


def test_attached_pictures_are_kept_whole() -> None:
    attached = one(
        '<div class="wpd-comment-text"><p>See.</p><div class="wmu-comment-attachments"><a href="https://example.org/big.jpg">'
        '<img src="https://example.org/small.jpg"></a></div></div>'
    )
    (comment,) = wpdiscuz.comments(attached)
    assert (comment.text, comment.images) == ("See.", ["https://example.org/big.jpg"])


def test_what_a_list_leaves_out_is_said() -> None:
    toggle = "<div class='wpd-toggle'><span class='wpd-view-replies'><span>View Replies</span> (4)</span></div>"
    cut = (
        "<div class='wpd-comment-text'><p>One two<span id='wpdiscuz-readmore-12_0'><span class='wpdiscuz-hellip'>…</span>"
        "<span class='wpdiscuz-readmore'>Read more »</span></span></p></div>"
    )
    (shown,) = read_list(markup.tree(one(cut + toggle)))
    assert (shown.hidden_replies, shown.cut, shown.comment.text) == (4, True, "One two")


def test_share_links_are_no_tweets() -> None:
    share = "<div class='wpd-comment-share'><a href='https://twitter.com/intent/tweet?text=Words'>t</a></div>"
    (comment,) = wpdiscuz.comments(one(share + TEXT))
    assert (comment.tweets, comment.links) == ([], [])


def test_a_tweet_linked_in_a_comment_is_found() -> None:
    text = (
        '<div class="wpd-comment-text"><p><a href="https://twitter.com/ada/status/1103635434563088384">so</a></p></div>'
    )
    assert [tweet.id for tweet in wpdiscuz.comments(one(text))[0].tweets] == ["1103635434563088384"]


OLD = """
<div id="wc-comm-31_0" class="comment even wc-comment wc-blog-guest wc_comment_level-1">
 <div class="wc-comment-left "><img class="avatar" src="a.png"><div class="wc-blog-guest wc-comment-label"><span>Guest</span></div></div>
 <div id="comment-31" class="wc-comment-right ">
  <div class="wc-comment-header"><div class="wc-comment-author "><a rel="nofollow" href="https://ada.example/">Ada</a></div>
   <div class="wc-comment-link"><i class="wc-share-link"></i><span class="share_buttons_box"><a class="wc_tw" href="https://twitter.com/home?status=x">t</a></span></div></div>
  <div class="wc-comment-text"><p>Old words.</p></div>
  <div class="wc-comment-footer"><div class="wc-footer-left"><span class="wc-vote-link wc-up"></span><div class="wc-vote-result wc-vote-result-like">5</div>
   <div class="wc-vote-result wc-vote-result-dislike">-2</div></div><div class="wc-footer-right"><div class="wc-comment-date">7. März 2019 14:47</div></div></div>
 </div>
 <div id="wpdiscuz_form_anchor-31_0"></div>
 <div id="wc-comm-32_31" class="comment wc-comment wc-reply wc_comment_level-2"><div id="comment-32" class="wc-comment-right">
  <div class="wc-comment-header"><div class="wc-comment-author">Ben</div></div><div class="wc-comment-text"><p>Old reply.</p></div>
  <div class="wc-comment-footer"><div class="wc-vote-result">3</div><div class="wc-comment-date">2 years ago</div></div></div></div>
</div>"""


def test_markup_of_versions_4_and_5() -> None:
    first, second = (shown.comment for shown in read_list(markup.tree(OLD), language="de"))
    assert (first.id, first.author, first.author_url, first.text) == ("31", "Ada", "https://ada.example/", "Old words.")
    assert (first.votes, first.likes, first.dislikes, first.posted_at) == (3, 5, 2, "2019-03-07T14:47:00Z")
    assert (second.id, second.parent_id, second.votes, second.posted_at) == ("32", "31", 3, None)


def test_no_input_raises() -> None:
    rng = random.Random(7)
    whole = one(TEXT, number="12_0", after=one(TEXT, number="13_12")) + OLD
    assert wpdiscuz.comments(b"") == []
    assert wpdiscuz.comments("<html></html>") == []
    for _ in range(150):
        letters = list(whole)
        for _ in range(rng.randint(1, 40)):
            letters[rng.randrange(len(letters))] = rng.choice("<>'\"/ =a0_-\x00\ud800")
        wpdiscuz.comments("".join(letters[: rng.randint(1, len(letters))]))


def test_a_thousand_nested_comments_do_not_recurse() -> None:
    page = "".join(
        f"<div id='wpd-comm-{n}_{n - 1}' class='wpd-comment'><div class='wpd-comment-wrap'>{TEXT}</div>"
        for n in range(1, 1001)
    )
    found = [c.id for c in wpdiscuz.comments(page)]
    assert found == [str(n) for n in range(1, len(found) + 1)]
    assert len(found) >= 20  # WordPress nests at most ten levels
