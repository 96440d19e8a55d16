"""What stands in a headline beside it, and where it stands: small pages, literal answers."""

import pytest

from newsarchive.wordpress import article_from_html

URL = "https://quay.example/harbour-bridge/"
WORDS = "The old harbour bridge will be closed to all traffic from Monday, the council decided after a long debate."


def _title(top: str, before: str = "") -> str | None:
    page = (
        f'<html lang="en"><head><title>Harbour bridge to close - The Quay</title><link rel="canonical" href="{URL}"></head>'
        f'<body class="single postid-5">{before}<main><article class="post">{top}<div class="entry-content"><p>{WORDS}</p></div></article></main></body></html>'
    )
    return article_from_html(page, URL).title


@pytest.mark.parametrize(
    "heading",
    [
        "Harbour bridge to close <small>A report found cracks</small>",
        "<span class='label'>Opinion</span> Harbour bridge to close",
        "Harbour bridge<br>to close",
        "Harbour bridge to <em>close</em>",
    ],
)
def test_headline_is_what_a_machine_is_told_of_it(heading: str) -> None:
    assert _title(f'<h1 class="entry-title">{heading}</h1>') == "Harbour bridge to close"


def test_headline_in_a_picture_that_is_named_like_the_head_of_a_site() -> None:
    hero = '<section class="masthead"><h1 class="masthead__title">Harbour bridge to close</h1></section>'
    assert _title("<h1>Download the report</h1>", hero) == "Harbour bridge to close"
