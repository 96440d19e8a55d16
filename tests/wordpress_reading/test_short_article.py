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


_BLOCKS = """<html lang="en"><head><title>Nothing in it – The Quay</title></head><body class="single single-post postid-5">
<div class="wp-site-blocks"><header class="wp-block-template-part"><p class="wp-block-site-title"><a href="/">The Quay</a></p></header>
<main class="wp-block-group"><div class="wp-block-group"><h1 class="wp-block-post-title">Nothing in it</h1></div>{content}
<div class="{around}"><div class="wp-block-columns"><div class="wp-block-column">
<div class="wp-block-group"><p>{posted}</p><div class="wp-block-post-date"><time datetime="2017-11-05T01:30:00+01:00">November 5, 2017</time></div>
<p>in</p><div class="taxonomy-category wp-block-post-terms"><a href="/category/news/" rel="tag">News</a></div></div>
<div class="wp-block-group"><p>by</p><div class="wp-block-post-author"><p class="wp-block-post-author__name">Jane Doe</p></div></div>
</div></div></div></main></div></body></html>"""
"""Twenty Twenty-Three of WordPress 6.1, shortened: the block of a post's content is left out where that is empty."""


@pytest.mark.parametrize("around", ["wp-block-template-part", "wp-block-group"])
@pytest.mark.parametrize("posted", ["Posted", "Die Redaktion hat diesen Beitrag für Sie abgelegt am"])
def test_a_post_of_blocks_that_is_a_title_alone_has_no_text(around: str, posted: str) -> None:
    article = article_from_html(
        _BLOCKS.format(content="", around=around, posted=posted), "https://quay.example/nothing/"
    )
    assert (article.title, article.text, article.blocks) == ("Nothing in it", None, [])
    assert (article.authors, article.categories, article.published_at) == (
        ["Jane Doe"],
        ["News"],
        "2017-11-05T00:30:00Z",
    )


def test_a_post_of_blocks_of_one_word_has_that_text() -> None:
    content = '<div class="entry-content wp-block-post-content"><p>Soon.</p></div>'
    page = _BLOCKS.format(content=content, around="wp-block-template-part", posted="Posted")
    assert article_from_html(page, "https://quay.example/nothing/").text == "Soon."
