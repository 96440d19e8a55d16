"""The address that a page names as its own."""

import pytest

from newsarchive.wordpress import article_from_html


@pytest.mark.parametrize(
    ("named", "canonical"),
    [
        ("/archives/417/comment-page-2", "https://news.example/archives/417"),
        ("/?p=417&amp;cpage=2", "https://news.example/?p=417"),
        ("/harbour/comment-page-2/#comments", "https://news.example/harbour/"),
    ],
)
def test_a_page_of_comments_names_the_article_as_its_address_is_written(named: str, canonical: str) -> None:
    page = f'<html><head><link rel="canonical" href="{named}"><title>x</title></head><body><p>Words.</p></body></html>'
    assert article_from_html(page, "https://news.example/archives/417").canonical_url == canonical
