"""Articles of a few words, over comments of thousands."""

import pytest

from newsarchive.wordpress import article_from_html


@pytest.mark.parametrize(
    "around",
    [
        '<div class="wp-block-comments"><ol class="wp-block-comment-template"><li id="comment-5"><div class="wp-block-comment-content">{}</div></li></ol></div>',
        '<div id="comments"><ol class="comment-list"><li id="comment-5"><div class="comment-content">{}</div></li></ol></div>',
        '<div id="wpdcom"><div id="wpd-comm-5_0"><div class="wpd-comment-text">{}</div></div></div>',
    ],
)
def test_a_long_comment_is_not_taken_for_a_short_article(around: str) -> None:
    page = (
        '<html><body class="single postid-7"><h1>Short</h1><div class="entry-content wp-block-post-content"><p>A film.</p></div>'
        + around.format(f"<p>{'word ' * 3000}</p>")
        + "</body></html>"
    )
    assert article_from_html(page, "https://news.example/short/").text == "A film."
