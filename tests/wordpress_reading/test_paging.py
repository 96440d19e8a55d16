import pytest

from newsarchive.wordpress import article_from_html, article_from_rest, joined, next_pages

HEAD = '<html lang="en"><head><title>Long</title></head><body class="single postid-5"><h1 class="entry-title">Long</h1><div class="entry-content">'
LINKS = '<div class="page-links">Pages: <span class="post-page-numbers current">1</span> <a href="/long/2/" class="post-page-numbers">2</a> … <a href="/long/4/" class="post-page-numbers">4</a></div>'
URL = "https://news.example/long/"


def test_a_post_of_one_page_has_no_others() -> None:
    assert next_pages(f"{HEAD}<p>x</p></div>", URL) == []


def test_pages_left_out_of_the_list_are_counted_in() -> None:
    assert next_pages(HEAD + LINKS, URL) == [
        "https://news.example/long/2/",
        "https://news.example/long/3/",
        "https://news.example/long/4/",
    ]


def test_a_later_page_names_the_first() -> None:
    assert next_pages(HEAD + LINKS, "https://news.example/long/2/") == [
        "https://news.example/long/",
        "https://news.example/long/3/",
        "https://news.example/long/4/",
    ]


def test_pages_of_plain_addresses_are_found() -> None:
    links = '<p class="post-nav-links"><a class="post-page-numbers" href="/?p=5&amp;page=2">2</a></p>'
    assert next_pages(HEAD + links, "https://news.example/?p=5") == ["https://news.example/?p=5&page=2"]


def test_pages_below_an_address_that_ends_in_a_number_are_found() -> None:
    links = '<div class="page-links"><a class="post-page-numbers" href="/archives/417/2">2</a></div>'
    assert next_pages(HEAD + links, "https://news.example/archives/417") == ["https://news.example/archives/417/2"]


@pytest.mark.parametrize(
    "href",
    [
        "/other/2/",
        "/2019/03/",
        "https://elsewhere.example/long/2/",
        "/long/comment-page-2/",
        "/long/amp/",
        "javascript:x",
    ],
)
def test_other_addresses_are_no_pages(href: str) -> None:
    assert next_pages(f'{HEAD}<div class="page-links"><a href="{href}">2</a></div>', URL) == []


def test_joined_pages_are_what_rest_gives_at_once() -> None:
    parts = [
        "<p>First page.</p>",
        '<p>Second <a href="https://a.example/">page</a>.</p><p>https://twitter.com/b/status/1103483853686165505</p>',
        "<p>Third page.</p>",
    ]
    pages = [
        article_from_html(f"{HEAD}{part}</div>", URL if number == 1 else f"{URL}{number}/", site="s")
        for number, part in enumerate(parts, 1)
    ]
    post = {"id": 5, "link": URL, "title": {"rendered": "Long"}, "content": {"rendered": "\n".join(parts)}}
    whole, rest = joined(pages), article_from_rest(post, site="s", base_url="https://news.example/")
    assert rest is not None
    assert (whole.id, whole.text, whole.html, whole.blocks, whole.links, whole.tweets, whole.word_count) == (
        rest.id, rest.text, rest.html, rest.blocks, rest.links, rest.tweets, rest.word_count,
    )  # fmt: skip


def test_pages_of_different_posts_are_not_joined() -> None:
    one = article_from_html(f"{HEAD}<p>x</p></div>", URL, site="s")
    other = article_from_html("<body class='postid-6'><div class='entry-content'>y</div></body>", URL, site="s")
    with pytest.raises(ValueError, match="pages of different posts"):
        joined([one, other])
    with pytest.raises(ValueError, match="no page to join"):
        joined([])
