"""What lines of themes say of who wrote a post, and when: small pages, literal answers."""

import pytest

from newsarchive.wordpress import article_from_html

URL = "https://quay.example/harbour-bridge/"
WORDS = "The old harbour bridge will be closed to all traffic from Monday, the council decided after a long debate."


def _page(line: str, language: str = "en", heading: str = "<h1>Bridge closed</h1>") -> str:
    return (
        f'<html lang="{language}"><head><title>Bridge closed | The Quay</title></head><body>'
        f'<div class="post" id="post-77">{heading}{line}<div class="entry-content"><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div></body></html>'
    )


@pytest.mark.parametrize(
    "line",
    [
        '<div class="article-dates">Updated: May 6, 2019 | Published: March 7, 2019</div>',
        '<p class="meta">Last updated May 6, 2019 at 2:47 pm · First published March 7, 2019</p>',
        '<p class="meta">Zuletzt aktualisiert am 06.05.2019, 14:47 | 07.03.2019</p>',
        '<div><span>Updated <time datetime="2019-05-06T10:00:00Z">May 6</time></span> <time datetime="2019-03-07T10:00:00Z">March 7</time></div>',
    ],
)
def test_day_of_a_change_is_not_that_of_publication(line: str) -> None:
    assert (article_from_html(_page(line), URL).published_at or "")[:10] == "2019-03-07"


def test_day_of_a_change_stands_in_where_it_is_the_only_one() -> None:
    line = '<div>Updated <time datetime="2019-05-06T10:00:00Z">May 6</time></div>'
    assert article_from_html(_page(line), URL).published_at == "2019-05-06T10:00:00Z"


@pytest.mark.parametrize(
    "line",
    [
        '<ul class="post-meta"><li><i class="fa fa-user"></i>Mara Lindqvist</li><li><i class="fa fa-clock"></i>March 7, 2019</li></ul>',
        '<p class="meta">Filed under: <a href="/c/" rel="category tag">City</a> &#8212; Mara Lindqvist @ 2:47 pm <a href="#">March 7, 2019</a></p>',
    ],
    ids=["beside the picture of a person", "before the hour"],
)
def test_name_without_a_word_for_it(line: str) -> None:
    article = article_from_html(_page(line), URL)
    assert (article.authors, (article.published_at or "")[:10]) == (["Mara Lindqvist"], "2019-03-07")


@pytest.mark.parametrize(("language", "day"), [("he", "7 במרץ 2019"), ("lt", "2019 kovo 7"), ("lt-LT", "7 kovo, 2019")])
def test_months_of_more_languages(language: str, day: str) -> None:
    article = article_from_html(_page(f'<span class="post-date">{day}</span>', language), URL)
    assert (article.published_at or "")[:10] == "2019-03-07"


def test_title_of_the_story_goes_before_the_name_of_the_site() -> None:
    headings = '<h1>The Quay</h1><h2 class="storytitle">Bridge closed</h2>'
    assert article_from_html(_page("", heading=headings), URL).title == "Bridge closed"


def test_day_beside_a_marked_byline() -> None:
    line = '<div class="top"><b><a href="/c/">City</a></b> <span>By <a href="/author/mara/" rel="author">Mara Lindqvist</a> Mar. 7, 2019 2:47 pm</span></div>'
    between = "<div>" + 9 * "<a href='/o/'>Another thing that happened there</a> " + "</div>"
    page = _page(f"{between}<div><div>{line}</div></div>", heading="<div><h1>Bridge closed</h1></div>")
    assert article_from_html(page, URL).published_at == "2019-03-07T14:47:00Z"


def test_headline_of_low_rank_above_the_text_is_no_part_of_it() -> None:
    page = _page("", heading="<h1><a href='https://quay.example/'>The Quay</a></h1>").replace(
        '<div class="entry-content">', '<div class="entry-content"><h4 class="post_title">Bridge closed</h4>'
    )
    assert article_from_html(page, URL).text == f"{WORDS}\n\n{WORDS[::-1]}"


def test_topics_below_the_text_are_no_part_of_it() -> None:
    topics = '<footer class="article-topics"><span>Topics</span> <a href="/c/sea/">Sea</a>, <a href="/c/city/">City</a></footer></div></div></body>'
    page = _page("").replace("</div></div></body>", topics)
    assert article_from_html(page, URL).text == f"{WORDS}\n\n{WORDS[::-1]}"
