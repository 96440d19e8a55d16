import copy
from typing import Any

import pytest

from newsarchive.wordpress import article_from_rest

POST: dict[str, Any] = {
    "id": 71,
    "date": "2024-02-06T12:30:00",
    "date_gmt": "2024-02-06T11:30:00",
    "modified": "2024-02-07T09:00:00",
    "modified_gmt": "2024-02-07T08:00:00",
    "slug": "harbour",
    "status": "publish",
    "link": "https://news.example/harbour/",
    "title": {"rendered": "Harbour &#038; sea: What&#8217;s <i>next</i>? <Map>"},
    "content": {
        "rendered": "<p>The harbour is open.</p>\n<p><!--nextpage--></p>\n<p>The sea is calm.</p>",
        "protected": False,
    },
    "excerpt": {"rendered": "<p>What the council means to do.</p>"},
    "author": 2,
    "comment_status": "open",
    "categories": [8],
    "tags": [39, 40],
}
NAMES = {
    "authors": {"2": "Ada &amp; Bo"},
    "categories": {"8": "Sea &amp; shore"},
    "tags": {"39": "Ferries", "40": "Storms"},
}


def read(post: dict[str, Any], **more: Any) -> Any:
    return article_from_rest(post, site="news", base_url="https://news.example/", **more)


def test_every_field_of_a_post_is_read() -> None:
    article = read(POST, names=NAMES, language="en_GB")
    assert (article.id, article.site, article.source) == ("news/71", "news", "rest")
    assert article.url == article.canonical_url == "https://news.example/harbour/"
    assert article.aliases == ["https://news.example/?p=71"]
    assert article.title == "Harbour & sea: What’s next? <Map>"
    assert article.text == "The harbour is open.\n\nThe sea is calm."
    assert (article.published_at, article.published_at_precision) == ("2024-02-06T11:30:00Z", "second")
    assert (article.modified_at, article.modified_at_precision) == ("2024-02-07T08:00:00Z", "second")
    assert (article.authors, article.categories, article.tags) == (["Ada & Bo"], ["Sea & shore"], ["Ferries", "Storms"])
    assert (article.description, article.language, article.comments_open) == (
        "What the council means to do.",
        "en-GB",
        True,
    )
    assert article.comment_count is None


def test_names_are_taken_from_what_is_embedded() -> None:
    post = POST | {
        "_embedded": {
            "author": [{"id": 2, "name": "Ada Quill"}],
            "wp:term": [[{"taxonomy": "category", "name": "Harbour"}], [{"taxonomy": "post_tag", "name": "Ferries"}]],
            "wp:featuredmedia": [
                {
                    "source_url": "https://news.example/pier.jpg",
                    "alt_text": "A pier",
                    "caption": {"rendered": "<p>The pier</p>"},
                }
            ],
        }
    }
    article = read(post)
    assert (article.authors, article.categories, article.tags) == (["Ada Quill"], ["Harbour"], ["Ferries"])
    assert [(image.url, image.alt, image.caption) for image in article.images] == [
        ("https://news.example/pier.jpg", "A pier", "The pier")
    ]


def test_a_protected_post_gives_no_article() -> None:
    assert read(POST | {"content": {"rendered": "", "protected": True}}) is None


def test_a_post_that_is_not_published_gives_no_article() -> None:
    assert [read(POST | {"status": status}) for status in ("draft", "private", "pending", "future")] == [None] * 4


def test_an_excerpt_cut_from_the_text_is_no_description() -> None:
    assert read(POST | {"excerpt": {"rendered": "<p>The harbour is open. The sea is calm.</p>"}}).description is None
    assert (
        read(
            POST
            | {"excerpt": {"rendered": "<p>The harbour is&hellip; <a class='more-link' href='/x'>Continue</a></p>"}}
        ).description
        is None
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<p>What the council means to do [&hellip;]</p>\n",
        "<p>What the council means to do&#8230;</p>",
        " <p>What the council means to do … </p> ",
        "<p>What the council means to do...</p>",
        "<p>What the <em>council</em> means to do [&hellip;]</p>",
        "<p>What the council</p><p>means to do […]</p>",
        "What the council means to do [&#8230;]",
    ],
)
def test_an_excerpt_that_ends_in_dots_is_cut_from_the_text(markup: str) -> None:
    assert read(POST | {"excerpt": {"rendered": markup}}).description is None


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>The council said &#8220;so &amp; so [&hellip;] for once&#8221;.</p>", "The council said “so & so […] for once”."),
        ("<p>What it means to do [...]</p>", "What it means to do [...]"),
        ("<p>What it means to do &amp;hellip;</p>", "What it means to do …"),
        ("<p>It means to do so… or does it?</p>", "It means to do so… or does it?"),
    ],
)  # fmt: skip
def test_an_excerpt_with_dots_within_is_the_authors(markup: str, said: str) -> None:
    assert read(POST | {"excerpt": {"rendered": markup}}).description == said


def test_local_time_without_gmt_says_so() -> None:
    article = read({name: value for name, value in POST.items() if name != "date_gmt"})
    assert (article.published_at, article.published_at_precision) == ("2024-02-06T12:30:00Z", "local_minute")


def test_anything_of_an_unexpected_type_is_null() -> None:
    for name in POST:
        for value in (None, 5, "x", [], {}, [[1]], {"rendered": 7}, True):
            post = copy.deepcopy(POST)
            post[name] = value
            if name == "status" and value is not None:
                continue
            assert read(post) is not None
    assert read({}).id == "news/news.example" or read({}).id.startswith("news/")
