import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.wordpress import ProtectedPost, article_from_html, is_protected
from newsarchive.wordpress.page import read_page, slug
from newsarchive.wordpress.quirks import Quirks

URL = "https://news.example/2024/02/harbour/"
PROSE = (
    "<p>The harbour was opened again on Tuesday after a week of storms, the port authority said in a statement.</p>" * 3
)


def page(head: str = "", body: str = "", classes: str = "single") -> str:
    return (
        f"<html><head>{head}</head><body class='{classes}'>{body}<div class='entry-content'>{PROSE}</div></body></html>"
    )


@pytest.mark.parametrize(
    ("html", "number"),
    [
        (page(classes="single postid-71"), "71"),
        (page(head="<link rel='shortlink' href='https://news.example/?p=72'>"), "72"),
        (
            page(
                head="<link rel='alternate' type='application/json' href='https://news.example/wp-json/wp/v2/posts/73'>"
            ),
            "73",
        ),
        (page(body="<input name='comment_post_ID' value='74'>"), "74"),
        (page(body="<article id='post-75' class='type-post'></article>"), "75"),
        (page(body='<script>var wpdiscuzAjaxObj = {"wc_post_id":"76"};</script>'), "76"),
        (page(body="<article id='post-1'></article><article id='post-2'></article>"), "harbour"),
        (page(), "harbour"),
    ],
)
def test_the_id_is_the_posts_number_else_its_slug(html: str, number: str) -> None:
    assert article_from_html(html, URL).id == f"news.example/{number}"


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/x/", "x"),
        ("https://a.example/x/2/", "x"),
        ("https://a.example/x.html?y=1", "x"),
        ("https://a.example/?p=9", "9"),
        ("https://a.example/", "home"),
        ("https://a.example/%D0%BC%D0%B8%D1%80/", "мир"),
        ("http://[", "unknown"),
        ("https://news.example/%2e%2e%2f%2e%2e%2fetc%2fpasswd/", "passwd"),
        ("https://news.example/a%0d%0aSet-Cookie:b%00%E2%80%AEc/", "aSet-Cookie:bc"),
    ],
)
def test_a_slug_names_the_post_in_its_address(url: str, name: str) -> None:
    assert slug(url) == name


def test_a_password_page_gives_no_article() -> None:
    html = "<body class='postid-5'><h1>Protected: Plans</h1><form class='post-password-form' action='/wp-login.php?action=postpass'></form></body>"
    with pytest.raises(ProtectedPost):
        article_from_html(html, URL)


def test_protection_is_seen_in_a_rest_post() -> None:
    assert is_protected({"content": {"rendered": "", "protected": True}})
    assert not is_protected({"content": {"rendered": "x", "protected": False}})
    assert not is_protected({"content": None})


def test_an_account_is_no_author_where_the_page_shows_none() -> None:
    assert article_from_html(page(head="<meta name='author' content='admin'>"), URL).authors == []
    assert article_from_html(page(body="<span class='author vcard'>admin</span>"), URL).authors == ["admin"]


def test_a_description_cut_from_the_text_is_none() -> None:
    cut = "The harbour was opened again on Tuesday after a week of storms, the port…"
    assert article_from_html(page(head=f"<meta name='description' content='{cut}'>"), URL).description is None


def test_the_sites_name_is_no_part_of_a_title() -> None:
    head = "<title>Harbour opens | The Post</title><meta property='og:site_name' content='The Post'>"
    assert article_from_html(page(head=head), URL).title == "Harbour opens"
    assert article_from_html(page(head=head.replace("Harbour opens | ", "")), URL).title is None


def test_a_heading_that_links_home_is_no_title() -> None:
    html = page(
        head="<title>Harbour opens - The Post</title>",
        body="<h1><a href='https://news.example/'>The Post</a></h1><h2 class='entry-title'>Harbour opens</h2>",
    )
    assert article_from_html(html, URL).title == "Harbour opens"


def test_no_date_is_guessed() -> None:
    article = article_from_html(page(), "https://news.example/harbour/")
    assert (article.published_at, article.published_at_precision, article.modified_at) == (None, None, None)


def test_the_day_in_the_address_is_a_day_of_the_sites_own_clock() -> None:
    article = article_from_html(page(), "https://news.example/2024/02/06/harbour/")
    assert (article.published_at, article.published_at_precision) == ("2024-02-06T00:00:00Z", "local_day")


def test_comments_are_closed_only_where_the_page_says_so() -> None:
    assert article_from_html(page(body="<form id='commentform'></form>"), URL).comments_open is True
    assert article_from_html(page(body="<p class='no-comments'>Comments are closed.</p>"), URL).comments_open is False
    assert article_from_html(page(), URL).comments_open is None


def test_the_pages_own_charset_is_read_and_a_wrong_one_costs_nothing() -> None:
    text = page(head="<meta charset='windows-1251'><title>Порт открыт</title>")
    assert article_from_html(text.encode("cp1251"), URL).title == "Порт открыт"
    assert article_from_html(text.encode("utf-8"), URL).title == "Порт открыт"
    assert (
        article_from_html(text.replace("windows-1251", "nonsense").encode("utf-8"), URL, declared_charset="x").title
        == "Порт открыт"
    )


def test_the_words_of_the_page_decide_its_language_before_the_detector() -> None:
    assert article_from_html(page().replace("<html>", "<html lang='de-DE'>"), URL).language == "de-DE"
    assert article_from_html(page(), URL).language == "en"
    assert article_from_html("<p>42</p>", URL).language == "und"


def test_candidates_are_kept_for_an_explanation() -> None:
    reading = read_page(page(head="<title>Harbour opens</title>", body="<h1>Harbour opens</h1>"), URL)
    assert [found.rule for found in reading.found["title"]] == ["<h1>", "<title>"]
    assert reading.bodies[0].why == "class entry-content"


def test_a_sites_own_body_is_taken_before_any_rule() -> None:
    html = page(body="<div id='true-story'><p>Told elsewhere.</p></div><div id='empty'></div>")
    assert (
        read_page(html, URL, quirks=Quirks(body=("#nowhere", "#empty", "#true-story"))).article.text
        == "Told elsewhere."
    )
    assert read_page(html, URL, quirks=Quirks(body=("#nowhere",))).bodies[0].why == "class entry-content"


def test_a_page_that_says_no_language_and_too_little_to_tell_is_und() -> None:
    assert article_from_html("<div class='entry-content'><p>Ok 12.</p></div>", URL).language == "und"


def test_a_page_reads_the_same_to_the_byte_in_every_process() -> None:
    program = (
        "import dataclasses, json, pathlib\n"
        "from newsarchive.wordpress import article_from_html\n"
        "for page in sorted(pathlib.Path('tests/pages').glob('*/*/page.html')):\n"
        "    article = article_from_html(page.read_bytes(), 'https://news.example/a/')\n"
        "    print(json.dumps(dataclasses.asdict(article)))\n"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert said[0].count(b"\n") >= 12
    assert said[0] == said[1]


def under(headline: str, language: str = "en") -> str:
    """A page whose `headline` is followed by a line without a mark."""
    head = f"<html lang='{language}'><head><title>Harbour reopens – Port News</title></head><body class='single'>"
    return f"{head}<article><h1>Harbour reopens</h1>{headline}<div class='entry-content'>{PROSE}</div></article>"


@pytest.mark.parametrize(
    ("line", "language", "names"),
    [
        ("<p>The law was signed by Angela Merkel on Monday.</p>", "en", []),
        ("<p>A film by Jane Campion, with songs</p>", "en", []),
        ("<p>Rejected by Emmanuel Macron, the plan goes on</p>", "en", []),
        ("<p>La loi a été signée par Emmanuel Macron, lundi.</p>", "fr", []),
        ("<p>Das Gesetz von Angela Merkel, das am Montag kam</p>", "de", []),
        ("<p>By Zoé Martin</p>", "en", ["Zoé Martin"]),
        ("<p>Publié le 7 mars 2019 par Zoé Martin</p>", "fr", ["Zoé Martin"]),
        ("<p>March 7, 2019 by Zoé Martin</p>", "en", ["Zoé Martin"]),
        ("<p>Posted in News by Zoé Martin</p>", "en", ["Zoé Martin"]),
        ("<p>News | by Zoé Martin</p>", "en", ["Zoé Martin"]),
    ],
)
def test_a_line_under_the_headline_names_an_author_where_it_is_no_sentence(
    line: str, language: str, names: list[str]
) -> None:
    assert article_from_html(under(line, language), URL).authors == names


def test_a_heading_of_the_text_that_is_one_word_of_the_title_is_no_headline() -> None:
    html = (
        "<title>Harbour reopens – Port News</title><body class='single'><div class='entry-content'>"
        f"{PROSE}<h2>Harbour</h2>{PROSE}</div>"
    )
    assert article_from_html(html, URL).title == "Harbour reopens – Port News"
