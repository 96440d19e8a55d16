"""What themes of every age print around an article and its comments, read by general rules: small pages, literal answers."""

import json

import pytest

from newsarchive.wordpress import article_from_html, thread_from_html

SIGNED = "external nofollow"
URL = "https://quay.example/harbour-bridge/"
WORDS = "The old harbour bridge will be closed to all traffic from Monday, the council decided after a long debate."


def _page(inside: str, *, title: str = "Bridge closed | The Quay", language: str = "en", head: str = "") -> str:
    return (
        f'<html lang="{language}"><head><title>{title}</title><link rel="canonical" href="{URL}">{head}</head>'
        f"<body>{inside}</body></html>"
    )


def _post(line: str, after: str = "") -> str:
    return (
        f'<div class="post" id="post-77"><h1 class="entry-title">Bridge closed</h1>{line}'
        f'<div class="entry-content"><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div>{after}'
    )


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", '<div class="postmeta">Posted by Mara Lindqvist on March 7th, 2019</div>'),
        ("en", '<p class="postinfo">By <strong>Mara Lindqvist</strong> on Thursday, March 7, 2019 at 2:47 pm</p>'),
        ("en", "<small>March 7th, 2019 by Mara Lindqvist </small>"),
        ("en", "<p>By Mara Lindqvist March 7, 2019</p>"),
        (
            "en",
            '<p>By <a href="/people/m/">Mara Lindqvist</a> Published in <a href="/c/">City</a> March 7, 2019 2:47 pm</p>',
        ),
        (
            "en",
            '<div class="post-info"><h3>A council decides what the harbour has been waiting for, and many in the city do not like what they hear of it</h3>'
            'by Mara Lindqvist / March 7, 2019 / <a href="#respond">Leave a comment</a><script>var a_long_script = "that is no word of the line";</script></div>',
        ),
        ("en", '<h4 class="writer-name">By <a href="/m/">Mara Lindqvist</a></h4><div class="date">March 7, 2019</div>'),
        ("en", '<span class="author"><b>Author</b>Mara Lindqvist</span><div class="date">March 7, 2019</div>'),
        (
            "en",
            '<span class="author">Recipe by Mara Lindqvist, Senior Food Editor</span><div class="date">March 7, 2019</div>',
        ),
        ("de-DE", '<div class="entry-meta">Geschrieben von Mara Lindqvist am 7. März 2019</div>'),
        ("de", '<span class="post-info">von Mara Lindqvist, 07.03.2019, 14:47 Uhr</span>'),
        ("fr-FR", '<p class="post-info">Publié le 7 mars 2019 par Mara Lindqvist</p>'),
        ("es", '<p class="meta">Publicado el 7 de marzo de 2019 por Mara Lindqvist</p>'),
        ("it-IT", '<div class="entry-meta">Scritto da Mara Lindqvist il 7 Marzo 2019 alle 14:47</div>'),
        ("nl-NL", '<div class="entry-meta">Geplaatst op 7 maart 2019 door Mara Lindqvist</div>'),
        ("pl-PL", '<div class="entry-meta">Opublikowano 7 marca 2019 przez Mara Lindqvist</div>'),
        ("ru-RU", '<div class="entry-meta">Автор: Mara Lindqvist | 7 марта 2019</div>'),
        ("sv-SE", '<div class="entry-meta">Av Mara Lindqvist den 7 mars 2019</div>'),
    ],
)
def test_a_line_by_the_headline_names_the_author_and_the_day(language: str, line: str) -> None:
    article = article_from_html(_page(_post(line), language=language), URL)
    assert article.authors == ["Mara Lindqvist"]
    assert (article.published_at or "")[:10] == "2019-03-07"


@pytest.mark.parametrize(
    "line",
    [
        "<p>Posted by admin on March 7, 2019</p>",
        "<p>By Monday the bridge is closed</p>",
        '<ol class="commentlist"><li id="comment-3"><div class="comment-author-info"><h4>Joe Roe</h4></div><p>Yes.</p></li></ol>',
        "<p class='entry-meta'>Stand by for News from the harbour</p>",
        "<p class='entry-meta'>Reviewed by <a href='/author/kim/'>Reviewed by Kim Roe</a></p>",
        "",
        '<div class="hrecipe"><h2 class="item"><span class="fn">Fish soup of the quay</span></h2></div>',
        '<div class="byline">Bridge closed</div>',
        '<a href="/author/x/">View Author Page</a><a href="/author/x/" title="x">→ Learn More</a>',
        '<div class="reviews"><b class="recipe-comments__author">joe</b> <i class="recipe-comments__date">May 2, 2018</i></div>',
    ],
)
def test_no_author_is_guessed(line: str) -> None:
    assert article_from_html(_page(_post(line)), URL).authors == []


def test_author_of_a_related_article_is_not_this_ones() -> None:
    card = (
        '<div class="cards"><h3 class="block-title">Related articles</h3><div><div class="title"><a href="/o/">The fish market</a></div>'
        '<div class="by"><a href="/author/joe-roe/">Joe Roe</a> / May 2, 2018</div></div></div>'
    )
    assert article_from_html(_page(_post("", card)), URL).authors == []


def test_a_category_linked_above_the_headline_makes_no_card_of_the_article() -> None:
    inside = (
        '<div id="content"><article class="post"><header class="entry-header"><h3 class="entry-category"><a href="/c/city/">City</a></h3>'
        '<h1 class="entry-title">Bridge closed</h1><div class="entry-meta">By <a href="/mara/" rel="author">Mara Lindqvist</a>'
        f'<span class="entry-date">March 7, 2019</span></div></header><div class="entry-content"><p>{WORDS}</p></div></article></div>'
    )
    article = article_from_html(_page(inside), URL)
    assert (article.authors, article.published_at) == (["Mara Lindqvist"], "2019-03-07T00:00:00Z")


def test_a_byline_that_is_a_heading_makes_no_card_of_what_stands_beside_it() -> None:
    line = (
        '<div class="meta-info"><h4 class="author"><span><a class="name" href="#" onclick="unfold()">Mara Lindqvist</a></span></h4>'
        '<div class="unfolded"><a href="/author/mara/">View Staff Page</a></div><div class="post-time">Thursday, March 7th, 2019</div></div>'
    )
    article = article_from_html(_page(_post(line)), URL)
    assert (article.authors, article.published_at) == (["Mara Lindqvist"], "2019-03-07T00:00:00Z")


def test_words_for_a_screen_reader_are_no_part_of_a_name() -> None:
    line = '<a href="/author/mara/">Mara Lindqvist<span class="screen-reader-text">archive page</span></a>'
    assert article_from_html(_page(_post(line)), URL).authors == ["Mara Lindqvist"]


def test_day_by_a_class_name_without_a_hyphen() -> None:
    line = '<ul><li class="author">By Mara Lindqvist</li><li class="entryDate">07.17.13</li><li>1:00 PM</li></ul>'
    assert article_from_html(_page(_post("", line)), URL).published_at == "2013-07-17T00:00:00Z"


@pytest.mark.parametrize(
    "label",
    [
        '<dl><dt>\n Author\n</dt><dd><a href="/people/mara/">Mara Lindqvist</a></dd></dl>',
        '<p><strong>Author:</strong> <a href="/people/mara/">Mara Lindqvist</a> <strong>Tags:</strong> Harbour</p>',
        '<div class="author-bio footer"><h3>Mara Lindqvist</h3><p>Writes about ports.</p></div>',
        '<ol class="commentlist"><li class="comment bypostauthor" id="comment-3"><cite class="fn">Mara Lindqvist</cite>'
        "<p>Thank you all.</p></li></ol>",
    ],
    ids=["definition", "label", "box", "her own comment"],
)
def test_author_said_elsewhere_than_in_a_byline(label: str) -> None:
    assert article_from_html(_page(_post("", label)), URL).authors == ["Mara Lindqvist"]


def test_heading_without_a_class_is_the_headline_of_an_old_theme() -> None:
    inside = (
        '<div id="header"><h1><a href="https://quay.example/">The Quay</a></h1></div>'
        f'<div class="post"><h2>Bridge closed</h2><div class="entry"><p>{WORDS}</p></div></div>'
    )
    article = article_from_html(_page(inside, title="The Quay &raquo; Blog Archive &raquo; Bridge closed"), URL)
    assert article.title == "Bridge closed"


@pytest.mark.parametrize(
    ("heading", "head"),
    [
        ("<span class='sub-heading'>City</span>Bridge closed", "<meta property='og:title' content='Bridge closed'>"),
        ("<span class='kicker'>City</span> Bridge closed", ""),
        (
            "<a href='/harbour-bridge/'><span class='label'>City</span> Bridge closed</a>",
            "<meta property='og:title' content='Bridge closed'>",
        ),
    ],
)
def test_what_stands_small_before_the_headline_is_not_of_it(heading: str, head: str) -> None:
    page = _page(f"<h1>{heading}</h1><div class='entry-content'><p>{WORDS}</p></div>", head=head)
    assert article_from_html(page, URL).title == "Bridge closed"


def test_heading_in_a_trail_of_breadcrumbs_gives_way_to_the_headline() -> None:
    inside = (
        "<ul><li itemprop='itemListElement'><a href='/'>The Quay</a></li><li itemprop='itemListElement'><h1>Bridge</h1></li></ul>"
        f"<h2 class='entry-title'>Bridge closed for a year</h2><div class='entry-content'><p>{WORDS}</p></div>"
    )
    assert article_from_html(_page(inside, title="Bridge | The Quay"), URL).title == "Bridge closed for a year"


def test_name_of_the_site_is_no_title_though_nothing_else_is_one() -> None:
    page = _page(f"<div class='entry-content'><p>{WORDS}</p></div>", title="QUAY")
    assert article_from_html(page, URL).title is None


def test_teasers_of_other_posts_tell_neither_day_nor_author() -> None:
    card = (
        '<div class="module"><h3 class="entry-title"><a href="/other/">The fish market opens</a></h3>'
        '<span class="post-author-name"><a href="/author/joe/">Joe Roe</a></span>'
        '<span class="post-date"><time class="entry-date" datetime="2022-01-07T10:00:00+00:00">2022</time></span></div>'
    )
    line = (
        '<div class="tdb_single_date"><time class="updated" datetime="2019-03-07T14:47:00+00:00">March 7</time></div>'
    )
    article = article_from_html(_page(_post(line, card * 3)), URL)
    assert (article.published_at, article.authors) == ("2019-03-07T14:47:00Z", [])


def test_day_of_the_last_change_in_a_meta_line_is_not_that_of_publication() -> None:
    line = '<div class="theme-meta-info">By Mara <span class="updated">2020-05-09T14:47:00+00:00</span><span>March 7th, 2019</span></div>'
    assert article_from_html(_page(_post(line)), URL).published_at == "2019-03-07T00:00:00Z"


def test_calendar_leaf_is_a_day() -> None:
    line = '<div class="date"><span>Mar</span><span>07</span><span>2019</span></div>'
    assert article_from_html(_page(_post(line)), URL).published_at == "2019-03-07T00:00:00Z"


def test_hour_of_the_printed_day_is_taken_where_the_page_says_it() -> None:
    line = '<div class="date">March 7, 2019</div><span class="updated" title="2019-03-07T18:52:11+00:00"></span>'
    article = article_from_html(_page(_post(line)), URL)
    assert (article.published_at, article.published_at_precision) == ("2019-03-07T18:52:11Z", "second")


def test_lines_above_and_below_the_headline_are_two() -> None:
    page = _page(f'<div id="content">7 March<h1>Bridge closed</h1>The news.<p>{WORDS}</p><p>{WORDS}</p></div>')
    assert article_from_html(page, URL).text == f"7 March\n\nThe news.\n\n{WORDS}\n\n{WORDS}"


# Comments of themes that put the name, the time and the buttons into one element, or the words two boxes deep.
_COMMENTS = {
    "name and time in one": '<div class="comment-box"><div class="comment-author meta"><strong>Tom Becker</strong> March 8, 2019 at 9:00 am'
    ' - <a class="comment-reply-link" href="#">Reply</a></div><div class="comment-text"><p>I cross it daily.</p></div></div>',
    "words in an inner box": '<div class="comment-author"><img src="a.png"></div><div class="comment-content"><div class="comment-author">'
    '<span class="comment-link">Tom Becker</span> <span class="comment-date">8 Mar 2019</span></div><div class="comment-entry"><p>I cross it daily.</p></div></div>',
    "name inside the content": '<div class="comment-content"><header class="comment-meta comment-author vcard"><cite class="fn">Tom Becker</cite> '
    '<a class="comment-date" href="#comment-11"><time datetime="2019-03-08T09:00:00+00:00">x</time></a></header><section class="own-content comment"><p>I cross it daily.</p></section></div>',
    "numbered": '<div class="comment-head"><div class="author"><span class="by"><a href="#comment-11">#1</a> written by <b><a href="http://t.example">Tom Becker</a></b></span>'
    '<span class="comment-time">8 March 2019, 9:00</span></div></div><div class="comment-text"><p>I cross it daily.</p></div>',
    "heading": '<h4><a href="http://t.example" class="url">Tom Becker</a><span class="meta"><abbr title="2019-03-08T09:00:00Z">9:00 on March 8, 2019</abbr>'
    ' <a class="comment-reply-link" href="#">Reply</a></span></h4><div class="commentcontent"><p>I cross it daily.</p></div>',
    "in a paragraph": '<p class="comment_meta"><strong><a href="http://t.example" rel="external nofollow">Tom Becker</a></strong>'
    ' <span class="comment_time">// Mar 8, 2019 at 9:00 am</span></p><div class="entry"><p>I cross it daily.</p></div>',
    "time in the heading": '<div class="media-body"><h4 class="media-heading">Tom Becker <small><time datetime="2019-03-08T07:00:00+00:00">March 8</time></small></h4><p>I cross it daily.</p></div>',
    "time without a mark": "<strong>Tom Becker</strong> | 8.3.2019 | 9:00 Uhr<br><p>I cross it daily.</p>",
    "a line above": '<img class="avatar" src="a.png"><p class="commentmeta"><strong>Tom Becker</strong> &#8212; March 8, 2019 @ <a href="#comment-11">9:00 am</a> </p><p>I cross it daily.</p>',
    "a line above that says so": '<div class="commentmeta"><strong><a href="http://t.example">Tom Becker</a></strong> — <em>posted</em> March 8, 2019 <em>at</em> 9:00 am</div><div class="comment-body"><p>I cross it daily.</p></div>',
    "a heading above": '<div class="comment-text"><h4> <a href="/m/tom/">Tom Becker</a> <span>on 3.8.2019</span> </h4><p>I cross it daily.</p></div>',
    "a small heading inside": '<div class="comment-text"><h6 class="author">Tom Becker</h6> <span class="date">March 8, 2019 at 6:51 am</span><p>I cross it daily.</p></div>',
    "numbered by a link": '<span class="comment_num"><a href="#comment-11">1</a></span> <span class="comment_author">Tom Becker</span> <span class="comment_time">March 8, 2019 at 9:00 am</span><p>I cross it daily.</p>',
    "shortened names": '<div class="commeta"><ul><li class="comauth">Tom Becker</li><li class="comdate"><time datetime="2019-03-08T09:00:00+00:00">March 8</time></li></ul></div><div class="comcontent"><p>I cross it daily.</p></div>',
    "names of one's own": '<div class="comment-data"><span class="comment-author__name">Tom Becker skrev:</span> <span class="comment__date">8. März 2019 - 17:02</span></div><div class="comment-block"><p>I cross it daily.</p></div>',
    "signed below": '<p>I cross it daily.</p><p><cite>Comment by <a href="http://t.example" rel="external nofollow">Tom Becker</a> &#8212; March 8, 2019 @ <a href="#comment-11">9:00 am</a></cite></p>',
    "in a table": '<div class="comment-author">Tom Becker<br><small>March 8, 2019 9:00 am</small></div><div class="comment-text"><p>I cross it daily.</p></div>',
}  # fmt: skip


@pytest.mark.parametrize("shape", _COMMENTS)
def test_comment_is_its_words_by_its_author(shape: str) -> None:
    page = _page(_post("", f'<ol class="commentlist"><li class="comment" id="comment-11">{_COMMENTS[shape]}</li></ol>'))
    [comment] = thread_from_html(page, URL).comments
    assert (comment.author, comment.text) == ("Tom Becker", "I cross it daily.")
    assert (comment.posted_at or "")[:10] == ("2019-08-03" if shape == "a heading above" else "2019-03-08")


def _thread(*comments: str) -> list[tuple[str, str | None, str | None, str | None]]:
    """Id, author, text and day of the comments in a list of WordPress' own."""
    page = _page(_post("", f'<ol class="commentlist">{"".join(comments)}</ol>'))
    return [(one.id, one.author, one.text, (one.posted_at or "")[:10]) for one in thread_from_html(page, URL).comments]


def test_comment_of_nobody_is_kept_beside_signed_ones() -> None:
    said = _thread(
        '<li class="comment" id="comment-11"><cite class="fn">Tom Becker</cite> <span class="date">March 8, 2019</span><p>I cross it.</p></li>',
        '<li class="comment odd" id="comment-12"><p>So do I.</p></li>',
    )
    assert sorted(said) == [("11", "Tom Becker", "I cross it.", "2019-03-08"), ("12", None, "So do I.", "")]


def test_name_that_is_a_month_is_not_the_month() -> None:
    line = '<p class="comment-meta"><b class="fn">Jan</b> — April 1st, 2019 @ 1:54 pm</p>'
    assert _thread(f'<li class="comment" id="comment-11">{line}<p>Hello.</p></li>') == [
        ("11", "Jan", "Hello.", "2019-04-01")
    ]


@pytest.mark.parametrize(
    "words",
    [
        "<p><strong>Correction</strong> — 7 March 2019 was a Thursday.</p>",
        "<p><b>Tom Becker</b> said: Nice!</p>",
        "<p><em>1.</em> On 8 March 2019 it rained.</p>",
    ],
)
def test_words_that_begin_like_a_signature_are_words(words: str) -> None:
    comment = f'<li class="comment" id="comment-11"><cite class="fn">Anna Roe</cite> <span class="date">March 9, 2019</span>{words}</li>'
    [(_, author, text, day)] = _thread(comment)
    assert (author, day) == ("Anna Roe", "2019-03-09")
    assert text
    assert text.split()[-1] in ("Thursday.", "Nice!", "rained.")


def test_comments_a_theme_names_its_own_way_and_numbers_none_are_read() -> None:
    def one(name: str, text: str, inside: str = "", kind: str = "trellis-comment") -> str:
        head = f'<p class="trellis-comment-author">{name}</p><p class="trellis-comment-date">Wednesday 29th of June 2022</p>'
        return (
            f'<div class="{kind} trellis-comment-new"><div class="trellis-comment-header"><div class="trellis-comment-text">{head}</div></div>'
            f"<div><p>{text}</p></div>{inside}</div>"
        )

    answer = one("Eileen Gray", "Thanks.", kind="trellis-comment-child")
    page = _page(_post("", f'<div class="trellis-comments">{one("Jen", "What is the weight?", answer)}</div>'))
    first, second = thread_from_html(page, URL).comments
    assert [(one.author, one.text, (one.posted_at or "")[:10]) for one in (first, second)] == [
        ("Jen", "What is the weight?", "2022-06-29"), ("Eileen Gray", "Thanks.", "2022-06-29")
    ]  # fmt: skip
    assert second.parent_id == first.id


@pytest.mark.parametrize(
    ("links", "count"),
    [
        ('<a href="#respond">★★★★★ 5 from 4 reviews</a>', None),
        (f'<a href="{URL}#comments">(45)</a> <a href="{URL}#comments">75 Comments</a>', 75),
        (f'<a href="{URL}#comments">12</a>', 12),
    ],
    ids=["a rating", "a rating before the count", "a number alone"],
)
def test_number_of_comments_is_not_that_of_ratings(links: str, count: int | None) -> None:
    assert article_from_html(_page(_post(links)), URL).comment_count == count


def test_comments_that_disqus_prints_for_search_engines_are_read() -> None:
    inside = (
        '<div id="disqus_thread"><ul id="dsq-comments"><li class="comment even" id="dsq-comment-11"><div id="dsq-comment-header-11">'
        '<cite id="dsq-cite-11"><a href="http://t.example" rel="nofollow">Tom Becker</a></cite></div><div id="dsq-comment-body-11">'
        '<div class="dsq-comment-message"><p>I cross it daily.</p></div></div></li></ul></div>'
    )
    [comment] = thread_from_html(_page(_post("", inside)), URL).comments
    assert (comment.id, comment.author, comment.text) == ("11", "Tom Becker", "I cross it daily.")


def _text(inside: str, *, around: str = "{}") -> str | None:
    body = f'<div class="entry-content"><p>{WORDS}</p>{inside}</div>'
    return article_from_html(_page(f"<h1>Bridge closed</h1>{around.format(body)}"), URL).text


@pytest.mark.parametrize(
    "inside",
    [
        '<p>Tags: <a href="/tag/a/" rel="tag">Harbour</a>, <a href="/tag/b/" rel="tag">Bridges</a></p>',
        '<p>Share: <a href="https://www.facebook.com/sharer/sharer.php?u=x">Facebook</a> <a href="https://x.com/intent/post?text=x">X</a></p>',
        '<ul><li><a href="https://api.whatsapp.com/send?text=x">WhatsApp</a></li></ul>',
        '<h3>You may also like</h3><div><a href="https://quay.example/o/"><img src="/o.jpg"><span>The fish market</span></a></div>',
        '<h3>Ähnliche Beiträge</h3><article><a href="/o/"><img src="/o.jpg"><h4>The fish market</h4></a><p>It opens its doors again.</p></article>',
        '<aside><h3>More</h3><ul><li><a href="/o/">The fish market opens its doors again</a></li></ul></aside>',
        '<div class="lee-tambien"><p>The fish market opens its doors again</p></div>',
        "<p>Schlagwörter:</p>",
        '<p>Dieser Eintrag wurde veröffentlicht in <a href="/category/city/" rel="category tag">Stadt</a> von <a href="/author/m/" rel="author">mara</a>. Setze ein Lesezeichen auf den <a href="/harbour-bridge/" rel="bookmark">Permalink</a>.</p>',
        "<p>Nächster Artikel</p><p>Be Sociable, Share!</p><p>Kommentar hinzufügen</p><p>Jetzt teilen!</p><p>Article suivant »</p><p>Latest news</p>",
        "<p>FacebookTweetPinEmail6Yummly9PrintShares15</p>",
        "<p>SaveSave</p><p>Save</p>",
        '<p><a href="#recipe">Jump to Recipe</a>·<a href="#print">Print Recipe</a></p>',
        "<p>To view the full story, please subscribe.</p><p>Join now:</p><ul><li>All stories for members</li></ul><p>Already a subscriber? Log in.</p>",
    ],
    ids=["tags", "shares", "share list", "picture cards", "articles", "aside", "read also", "label", "filed", "labels", "counters", "pins", "jumps", "pay wall"],
)  # fmt: skip
def test_text_is_without(inside: str) -> None:
    assert _text(inside) == WORDS


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ('<p>The council shared it on <a href="https://www.facebook.com/sharer/sharer.php?u=x">Facebook</a> as well.</p>',
         "The council shared it on Facebook as well."),
        ("<aside><p>The bridge is older than the town hall.</p></aside>", "The bridge is older than the town hall."),
        ('<article><h3><a href="/harbour-bridge/?from=list">An older note</a></h3></article>', "An older note"),
        ("<p>Tags: what they are for</p>", "Tags: what they are for"),
        ('<p>All else on the bridge stands <a href="/category/city/">in its own section</a>.</p>', "All else on the bridge stands in its own section."),
        ("<p>Next story: a bridge in the north</p>", "Next story: a bridge in the north"),
        ("<p>Already a member of the union, Norway waits.</p>", "Already a member of the union, Norway waits."),
    ],
    ids=["a share link in a sentence", "an aside that says something", "its own address", "the word in a line", "a section linked", "a label in a line", "members in the news"],
)  # fmt: skip
def test_text_keeps(inside: str, kept: str) -> None:
    assert _text(inside) == f"{WORDS}\n\n{kept}"


def test_headline_inside_the_body_is_not_of_the_text() -> None:
    page = _page(f'<div id="content"><h1>Bridge closed</h1><p>{WORDS}</p><h2>Why now</h2><p>{WORDS}</p></div>')
    article = article_from_html(page, URL)
    assert (article.title, article.text) == ("Bridge closed", f"{WORDS}\n\nWhy now\n\n{WORDS}")
    assert "<h1>" not in (article.html or "")


def test_nothing_below_the_comments_is_of_the_article() -> None:
    inside = f'<p>{WORDS}</p><div class="fb-comments" data-href="x"></div><p>Advertise with us.</p>Anywhere.'
    assert _text(inside) == f"{WORDS}\n\n{WORDS}"


def test_link_around_a_picture_and_words_is_the_words_link() -> None:
    page = _page(_post("").replace(WORDS, f'See <a href="/map/"><img src="/m.png"> the map</a> of it. {WORDS}', 1))
    assert [(link.url, link.text) for link in article_from_html(page, URL).links] == [
        ("https://quay.example/map/", "the map")
    ]


_LOGO = '<header><div class="logo"><a href="https://quay.example/">The Quay</a></div></header>'


@pytest.mark.parametrize(
    "inside",
    [
        f'<div class="topbar"><span class="date">Friday, November 27, 2026</span></div>{_LOGO}<div>{_post("")}</div>',
        f'<div id="page"><div class="top"><time class="date" datetime="2026-11-27T10:00:00Z">Today</time></div>{_LOGO}{_post("")}</div>',
        f'<div id="page"><div class="head"><div class="date">Friday, November 27, 2026</div>{_LOGO}</div>{_post("")}</div>',
        f"{_LOGO}{_post('', '<div class=sidebar><p>Friday, November 27, 2026</p></div>')}",
    ],
)
def test_day_of_the_visit_in_the_head_of_the_site_is_no_day_of_publication(inside: str) -> None:
    assert article_from_html(_page(inside), URL).published_at is None


@pytest.mark.parametrize("before", ["", '<div class="breadcrumbs"><a href="https://quay.example/">The Quay</a></div>'])
def test_day_above_the_headline_is_the_day_of_publication(before: str) -> None:
    inside = f'{_LOGO}<div id="content">{before}<div class="date">March 7, 2019</div>{_post("")}</div>'
    assert article_from_html(_page(inside), URL).published_at == "2019-03-07T00:00:00Z"


def test_formula_and_its_line_are_one() -> None:
    formula = (
        "<math><semantics><mrow><mi>x</mi><mo>=</mo><mn>2</mn></mrow><annotation>x=2</annotation></semantics></math>"
    )
    assert _text(f"<p>So {formula} at last.</p>") == f"{WORDS}\n\nSo x=2 at last."


def test_reading_of_a_word_in_an_older_form_stands_in_its_line() -> None:
    assert (
        _text("<p><ruby><rb>東京</rb><rtc><rt>とうきょう</rt></rtc></ruby>です。</p>")
        == f"{WORDS}\n\n東京(とうきょう)です。"
    )


def _ld(*objects: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(one)}</script>' for one in objects)


_MAIN = {
    "@type": "NewsArticle", "headline": "Bridge closed", "mainEntityOfPage": {"@type": "WebPage", "@id": URL},
    "datePublished": "2019-03-07T14:47:00+00:00", "author": {"@type": "Person", "name": "Mara Lindqvist"},
}  # fmt: skip
_OTHER = {
    "@type": "NewsArticle", "headline": "The fish market opens", "url": "https://quay.example/other/",
    "datePublished": "2022-01-01T00:00:00+00:00", "author": {"@type": "Person", "name": "Joe Roe"},
}  # fmt: skip
_LIST = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": _OTHER}]}


@pytest.mark.parametrize(
    ("head", "day", "authors"),
    [
        (_ld(_LIST, _MAIN), "2019-03-07", ["Mara Lindqvist"]),
        (_ld(_LIST), None, []),
        (_ld(_MAIN | {"mainEntityOfPage": "https://quay.example/"}), "2019-03-07", ["Mara Lindqvist"]),
        (_ld(_MAIN | {"headline": "A bridge", "mainEntityOfPage": "https://google.com/article"}), "2019-03-07", ["Mara Lindqvist"]),
        (_ld(_MAIN).replace("}}</script>", "},}</script>"), "2019-03-07", ["Mara Lindqvist"]),
        (_ld({"@type": "WebPage", "author": {"@type": "Person", "name": "Mara Lindqvist"}}), None, ["Mara Lindqvist"]),
        (_ld({"@type": "WebPage", "author": {"@type": "Person", "name": "mlindqvist"}}), None, []),
    ],
    ids=["after a list", "a list alone", "home as its page", "a copied example", "a comma too many", "the page's author", "an account"],
)  # fmt: skip
def test_json_ld_is_believed_where_it_is_about_this_article(head: str, day: str | None, authors: list[str]) -> None:
    article = article_from_html(_page(_post(""), head=head), URL)
    assert (article.published_at and article.published_at[:10], article.authors) == (day, authors)


@pytest.mark.parametrize(
    ("comment", "author", "text"),
    [
        (f'<div>Anna</div><p>See <a rel="{SIGNED}" href="https://sea.example/">this report</a> now.</p>', None, "Anna\n\nSee this report now."),
        (f'<strong>Anna</strong> says: <p>See <a rel="{SIGNED}" href="https://sea.example/">this report</a>.</p>', "Anna", "See this report."),
        (f'<div class="comment-content"><p><a rel="{SIGNED}" href="https://sea.example/">https://sea.example/</a></p></div>', None, "https://sea.example/"),
        (f'<p class="by"><a rel="{SIGNED}" href="https://anna.example/">Anna</a> says:</p><p>It is.</p>', "Anna", "It is."),
        ('<div class="comment-author"><cite class="fn"><small>Anna</small></cite></div><p>It is.</p>', "Anna", "It is."),
    ],
    ids=["in the words", "beside a name", "an address alone", "the commenter's own", "a small name"],
)  # fmt: skip
def test_a_link_in_the_words_of_a_comment_names_no_commenter(comment: str, author: str | None, text: str) -> None:
    page = f'<div id="comments"><ol class="commentlist"><li id="comment-5">{comment}</li></ol></div>'
    assert [(one.author, one.text) for one in thread_from_html(page, URL).comments] == [(author, text)]


@pytest.mark.parametrize(
    ("document", "heading"),
    [
        ("The Quay &raquo; Blog Archive &raquo; Bridge closed", "<h1>The Quay</h1><h2><a href='/b/'>Bridge closed</a></h2>"),
        ("The Quay » Blog Archiv » Bridge closed", "<h1>The Quay</h1>"),
        ("Bridge closed", "<a href='https://quay.example/'>Bridge closed</a><div class='post' id='post-7'><h1>Bridge closed</h1></div>"),
    ],
    ids=["WordPress' first theme", "in German", "a logo named like the post"],
)  # fmt: skip
def test_headline_beside_the_site_named_in_its_own_way(document: str, heading: str) -> None:
    page = _page(f'{heading}<div class="entry"><p>{WORDS}</p><p>{WORDS}</p></div>', title=document)
    assert article_from_html(page, URL).title == "Bridge closed"


def test_post_author_is_who_the_list_of_comments_says_and_no_commenter() -> None:
    comments = (
        '<ol class="commentlist"><li class="comment" id="comment-3"><cite><b class="fn">Joe Roe</b></cite><p>Yes.</p></li>'
        '<li class="comment bypostauthor" id="comment-4"><cite><b class="fn">Mara Lindqvist</b> <span>Post author</span></cite><p>No.</p></li></ol>'
    )
    page = _page(_post("", comments)).replace("<body>", '<body class="single-post single-author">')
    assert article_from_html(page, URL).authors == ["Mara Lindqvist"]


@pytest.mark.parametrize(
    ("language", "lines", "day"),
    [
        ("en", '<div class="date">03.07.19</div><div class="side"><div class="date">02.28.19</div></div>', "2019-03-07"),
        ("en", '<div class="date">03.07.19</div>', "2019-07-03"),
        ("", '<p>Published 3/7/19</p>', "2019-03-07"),
        ("de", '<p>Veröffentlicht 3/7/19</p>', "2019-07-03"),
    ],
    ids=["another day tells", "nothing tells", "an English text tells", "German"],
)  # fmt: skip
def test_order_of_day_and_month_is_the_pages_own(language: str, lines: str, day: str) -> None:
    article = article_from_html(_page(_post(lines), language=language), URL)
    assert (article.published_at or "")[:10] == day


def test_language_is_what_the_paragraphs_agree_on() -> None:
    names = (
        "Harald Österberg, Søren Kjærgaard, Łukasz Wiśniewski, Ngô Đình Diệm, Jürgen Müller, Željko Šimić, Áron Szűcs, Þóra Björk. "
        * 3
    )
    page = _page(
        f'<div class="entry-content"><p>{names}</p><p>{WORDS}</p><p>{WORDS} {WORDS}</p><p>{WORDS}</p></div>',
        language="",
    )
    assert article_from_html(page, URL).language == "en"
    mixed = "Die alte Brücke am Hafen wird ab Montag für den gesamten Verkehr gesperrt, wie der Rat nach langer Debatte beschloss."
    page = _page(f'<div class="entry-content"><p>{names}</p><p>{WORDS}</p><p>{mixed}</p></div>', language="")
    assert article_from_html(page, URL).language == "und"


@pytest.mark.parametrize(
    "name",
    ["wp-biographia-container-top", "ts-fab-wrapper", "m-a-box", "multiple-authors-box", "guest-bio", "authorinfobox"],
)
def test_box_about_the_author_is_no_part_of_the_text(name: str) -> None:
    assert _text(f'<div class="{name}"><h3>About Mara</h3><p>Mara writes about ports.</p></div>') == WORDS


def test_times_that_a_sharing_plugin_tells_machines_are_read() -> None:
    head = (
        '<meta name="shareaholic:article_published_time" content="2019-03-07T08:47:00-06:00">'
        '<meta name="shareaholic:article_modified_time" content="2019-03-08T08:47:00-06:00">'
    )
    article = article_from_html(_page(_post(""), head=head), URL)
    assert (article.published_at, article.modified_at) == ("2019-03-07T14:47:00Z", "2019-03-08T14:47:00Z")


def test_account_that_only_machines_are_told_is_no_author() -> None:
    assert article_from_html(_page(_post(""), head='<meta name="sailthru.author" content="wp">'), URL).authors == []


def test_line_under_the_headline_is_not_the_post_whose_prose_stands_elsewhere() -> None:
    rating = '<div class="x1"><h1>Bridge closed</h1></div><div class="x2"><p>(45)</p></div>'
    steps = "".join(f"<li>Step {number}: one cup of it</li>" for number in range(60))
    prose = (
        f'<div class="x3"><div><p>{WORDS}</p></div><ul>{steps}</ul><div><p>{WORDS[::-1]}</p><p>{WORDS}</p></div></div>'
    )
    text = article_from_html(_page(f'<div class="x0">{rating}</div><div class="x4">{prose}</div>'), URL).text
    assert text
    assert text.endswith(f"Step 59: one cup of it\n\n{WORDS[::-1]}\n\n{WORDS}")


@pytest.mark.parametrize(
    ("byline", "name"),
    [
        ("AutorIn: Mara Lindqvist", "Mara Lindqvist"),
        ("Autor:innen: Mara Lindqvist", "Mara Lindqvist"),
        ("AuthorHouse", "AuthorHouse"),
        ("John Smith, Jr.", "John Smith, Jr."),
        ("Mara Lindqvist, Editor, The Quay", "Mara Lindqvist"),
        ("Mara Lindqvist, Staff Writer, and Joe Roe", "Mara Lindqvist, Staff Writer, and Joe Roe"),
        ("Lindqvist, Roe and Staff", "Lindqvist, Roe and Staff"),
    ],
)
def test_byline_loses_what_is_no_name_and_nobody_else(byline: str, name: str) -> None:
    assert article_from_html(_page(_post(f'<span class="author">{byline}</span>')), URL).authors == [name]


@pytest.mark.parametrize(
    "title",
    ["Bridge closed | Blog Archive | The Quay", "The Quay | Blog Archive | Bridge closed"],
)
def test_archive_in_the_documents_title_stands_before_the_post_or_before_the_site(title: str) -> None:
    site = "<meta property='og:site_name' content='The Quay'>"
    page = _page(f"<h2>Bridge closed</h2><div class='entry'><p>{WORDS}</p><p>{WORDS}</p></div>", title=title, head=site)
    assert article_from_html(page, URL).title == "Bridge closed"


def test_margin_that_is_called_like_a_box_is_none() -> None:
    said = "Mara Lindqvist, who heads the council, said it would take a year."
    assert _text(f'<div class="m-a-2"><p>{said}</p></div>') == f"{WORDS}\n\n{said}"


@pytest.mark.parametrize("line", ["<strong>EDIT</strong>: May 9, 2019, 10:00", "<b>The Quay</b>, 9 May 1999"])
@pytest.mark.parametrize(
    "comment",
    [
        '<div class="comment-author"><b class="fn">Jo</b></div><i class="comment-date">May 7, 2019</i><div class="comment-content">{}</div>',
        '<cite class="fn">Jo</cite> <small>May 7, 2019</small>{}',
        "<p><strong>Jo</strong> — May 7, 2019</p>{}",
        '<div class="comment-content">{}</div><p><cite>Comment by <a href="http://t.example" rel="external nofollow">Jo</a> — May 7, 2019</cite></p>',
    ],
    ids=["marked", "not marked", "a line above", "signed below"],
)
def test_line_like_a_signature_is_of_the_words_where_another_signs(comment: str, line: str) -> None:
    said = comment.format(f"<p>{line}</p><p>Well then.</p>")
    [(_, author, text, day)] = _thread(f'<li class="comment" id="comment-11">{said}</li>')
    assert (author, day) == ("Jo", "2019-05-07")
    assert text in ("EDIT: May 9, 2019, 10:00\n\nWell then.", "The Quay, 9 May 1999\n\nWell then.")


@pytest.mark.parametrize(
    ("author", "date", "day"),
    [
        ("Jan", "January 1, 2019 at 7:00 pm", "2019-01-01"),
        ("May", "May 7, 2019", "2019-05-07"),
        ("7", "7 May 2019", "2019-05-07"),
        ("May", "May | March 7, 2019", "2019-03-07"),
    ],
)
def test_day_that_begins_like_its_author_is_whole(author: str, date: str, day: str) -> None:
    said = f'<b class="comment-author">{author}</b><i class="comment-date">{date}</i><div class="comment-content"><p>Well.</p></div>'
    assert _thread(f'<li class="comment" id="comment-11">{said}</li>') == [("11", author, "Well.", day)]


@pytest.mark.parametrize("user", ["info", "date", "reply", "header"])
def test_words_by_a_user_who_is_called_like_a_part_of_a_comment_are_kept(user: str) -> None:
    said = f'<div class="comment byuser comment-author-{user}"><b>Jo</b> <small>May 7, 2019</small><p>Well.</p></div>'
    assert _thread(f'<li id="comment-11">{said}</li>') == [("11", "Jo", "Well.", "2019-05-07")]


@pytest.mark.parametrize(
    ("box", "item"),
    [
        ("has-comments", "recent-comment"),
        ("sidebar-comments", "sidebar-comment"),
        ("new-comments", "new-comment"),
        ("comments", "latest-comment"),
        ("post-comments", "user-comment"),
    ],
)
def test_list_of_the_latest_comments_is_none_of_the_pages_own(box: str, item: str) -> None:
    said = '<b class="comment-author">Jo</b> <i class="comment-date">May 7, 2019</i> on <a href="/other/">Fish</a><p>Well then.</p>'
    page = _page(_post("", f'<ul class="{box}"><li class="{item}">{said}</li></ul>'))
    assert thread_from_html(page, URL).comments == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "<div><span>By Mara Lindqvist</span> <b>March 7, 2019</b></div>"),
        ("", "<div><div><a href='/m/'>By Mara Lindqvist</a></div><div><i></i>March 7, 2019 <a href='/city/'>City</a>, <a href='/sea/'>Harbour</a></div></div>"),
        ("<div><div>March 7, 2019</div><div>By Mara Lindqvist</div></div>", ""),
    ],
    ids=["a line", "parted by markup", "before the headline"],
)  # fmt: skip
def test_day_and_author_by_the_headline_need_no_names(before: str, after: str) -> None:
    inside = f'<div>{before}<div><h1>Bridge closed</h1></div><div>{after}</div><div class="entry-content"><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div>'
    article = article_from_html(_page(inside), URL)
    assert (article.published_at, article.authors) == ("2019-03-07T00:00:00Z", ["Mara Lindqvist"])


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("<p>by <b>oz</b> on <b>March 7, 2019</b></p>", "oz"),
        ("<div><div>By</div> <div><a href='/m/'>Mara</a></div> <div>-</div> <div>March 7, 2019</div></div>", "Mara"),
        ("<div><span>Posted on</span> <a href='/x/'>March 7, 2019</a> <span>by</span> <a href='/m/'>maral</a></div>", "maral"),
    ],
    ids=["in a line", "in boxes", "after the day"],
)  # fmt: skip
def test_author_parted_from_by_is_whoever_stands_there(line: str, author: str) -> None:
    inside = f"<div><div><h1>Bridge closed</h1></div><div><div>{line}</div></div><div><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div>"
    article = article_from_html(_page(inside), URL)
    assert (article.authors, article.published_at) == ([author], "2019-03-07T00:00:00Z")


@pytest.mark.parametrize(
    "line",
    ["<p>Photo by <b>Jim Roe</b></p>", "<p>The play is directed by <b>Jane Roe</b></p>", "<p>by <b>admin</b></p>"],
)
def test_who_is_named_after_another_by_is_no_author(line: str) -> None:
    inside = f"<div><div><h1>Bridge closed</h1></div><div><div>{line}</div></div><div><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div>"
    assert article_from_html(_page(inside), URL).authors == []


def test_day_said_below_the_text_in_an_element_of_its_own_is_read() -> None:
    inside = f"<h3>Bridge closed</h3><div><p>{WORDS}</p><p>{WORDS[::-1]}</p></div><div><b>Published on:</b> <i>6 August 2009</i></div>"
    assert article_from_html(_page(inside), URL).published_at == "2009-08-06T00:00:00Z"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<div><nav><a href='/a/'>City</a></nav><div>March 7, 2019</div></div>", ""),
        ("", f"<div class='entry-content'><p>{WORDS} {WORDS}</p><p>March 7, 2019</p><p>By Mara Lindqvist</p></div>"),
        ("<nav>March 7, 2019</nav>", "<div>Doors open on May 5</div>"),
    ],
    ids=["the day of the visit", "below prose", "a menu"],
)
def test_day_elsewhere_is_not_that_of_publication(before: str, after: str) -> None:
    inside = f'{before}<div><h1>Bridge closed</h1>{after}<div class="entry-content"><p>{WORDS}</p><p>{WORDS[::-1]}</p></div></div>'
    article = article_from_html(_page(inside), URL)
    assert (article.published_at, article.authors) == (None, [])


@pytest.mark.parametrize(
    "said",
    [
        "<figure><img src='/b.jpg'><figcaption>By Gage Skidmore, CC BY-SA 2.0</figcaption></figure>",
        "<figure><img src='/b.jpg'><figcaption>Photo by Max Roe, July 4, 2001</figcaption></figure>",
        "<blockquote><p>All that is bridges.</p><cite>By Max Frisch</cite></blockquote>",
        "<p>Title: <i>The Bridge</i><br>Author: <b>Iain Banks</b><br>Published: <b>May 5, 1986</b><br>Publisher: Quay</p>",
        "<p>By Late March, the snow had gone from the bridge and the harbour.</p>",
        "<p>By <b>Friday</b>, the bridge will be closed to all.</p>",
        "<p>The fair opens on <b>June 15, 2024</b> at the town hall.</p>",
        "<p>The fair opens on June 15, 2024 in Bonn.</p>",
        "<table><tr><td>March 7, 2019</td><td>1</td></tr></table>",
        "<div class='event-schedule'>March 7, 2019</div>",
        "<h3>March 7, 2019</h3><p>Rain.</p><h3>March 8, 2019</h3><p>Sun.</p>",
        "<p><strong>March 7, 2019, 9:00</strong></p><p>Rain.</p><p><strong>March 7, 2019, 9:30</strong></p><p>Sun.</p>",
    ],
)
@pytest.mark.parametrize(
    "box", ["<div class='entry-content'>", "<div>", ""], ids=["named", "a box", "beside the headline"]
)
def test_what_the_text_itself_begins_with_names_no_author_and_no_day(said: str, box: str) -> None:
    text = f"{box}{said}<p>{WORDS * 2}</p><p>{WORDS[::-1] * 2}</p>{box and '</div>'}"
    article = article_from_html(_page(f"<div><div><h1>Bridge closed</h1>{text}</div></div>"), URL)
    assert (article.authors, article.published_at) == ([], None)


@pytest.mark.parametrize(
    "said", ["<p>Date: June 15, 2024<br>Venue: Town Hall</p>", "<ul><li>June 15, 2024</li><li>Town Hall</li></ul>"]
)
def test_day_of_an_event_in_the_text_is_not_that_of_publication(said: str) -> None:
    inside = f"<div><h1>Bridge closed</h1></div><div>{said}<p>{WORDS * 2}</p></div>"
    assert article_from_html(_page(f"<div>{inside}</div>"), URL).published_at is None


def test_day_below_the_headline_of_a_diary_is_its_own() -> None:
    diary = f"<h3>March 5, 2019</h3><p>{WORDS * 2}</p><h3>March 6, 2019</h3><p>{WORDS * 2}</p>"
    page = _page(f"<div><h1>Bridge closed</h1><div>March 7, 2019</div>{diary}</div>")
    assert article_from_html(page, URL).published_at == "2019-03-07T00:00:00Z"


def test_line_of_another_post_above_the_headline_names_no_author_and_no_day_of_it() -> None:
    line = "<div><a href='/fish/'>Fish market to open in May</a> <span>May 5, 2001</span> <span>by Max Roe</span></div>"
    inside = f"<div>{line}<div><div><h1>Bridge closed</h1></div><div><p>{WORDS * 2}</p><p>{WORDS[::-1]}</p></div></div></div>"
    article = article_from_html(_page(inside), URL)
    assert (article.authors, article.published_at) == ([], None)


def test_card_after_a_post_without_a_text_names_no_author_and_no_day_of_it() -> None:
    card = "<div><h3><a href='/fish/'>Fish market</a></h3><p>By Mara Lindqvist, May 5, 2001</p></div>"
    article = article_from_html(
        _page(f"<main><div><h1>A picture</h1></div><section><img src='/b.jpg'></section></main>{card}"), URL
    )
    assert (article.authors, article.published_at) == ([], None)


_ELSEWHERE = f"<div><div>{'<div>The ferry to the island sails twice a day until then.</div>' * 8}</div></div>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<div><section><div><h1>Bridge closed</h1></div></section><section><div><div><p>{WORDS * 6}</p></div></div></section></div>",
        f"<div><div><div><h1>Bridge closed</h1></div></div><i></i></div><div><div><p>{WORDS * 6}</p></div></div>",
        f"<div><div><h1>Bridge closed</h1><div><h4>Fish market</h4><p>{WORDS * 2}</p></div></div><section><p>{WORDS * 3}</p><p>{WORDS * 3}</p></section></div>",
    ],
    ids=["in one section", "apart", "a box between"],
)
def test_article_of_a_theme_without_names_is_never_lost(inside: str) -> None:
    assert WORDS * 3 in (article_from_html(_page(inside + _ELSEWHERE), URL).text or "")


@pytest.mark.parametrize(
    ("beside", "text"),
    [
        ("<div>City news</div>", WORDS * 6),
        ("<p>In short.</p>", f"In short.\n\n{WORDS * 6}"),
        ("<ul><li>Two years.</li></ul>", f"Two years.\n\n{WORDS * 6}"),
    ],
    ids=["a box", "a paragraph", "a list"],
)
def test_text_of_a_theme_without_names_is_what_stands_with_its_prose(beside: str, text: str) -> None:
    inside = f"<h1>Bridge closed</h1><div id='content'>{beside}<div><p>{WORDS * 3}</p><p>{WORDS * 3}</p></div></div>"
    assert article_from_html(_page(inside), URL).text == text.replace(WORDS * 6, f"{WORDS * 3}\n\n{WORDS * 3}")


@pytest.mark.parametrize(
    ("above", "below", "text"),
    [
        ("<div><p>The council met until midnight, and many came.</p></div>", "", "until midnight"),
        ("<div><figure><img src='/b.jpg'><figcaption>The bridge</figcaption></figure></div>", "", "The bridge"),
        ("", "<div><h2>What is closed</h2><ul><li>The bridge itself, from Monday on</li><li>Both of its ramps</li></ul></div>", "Both of its"),
        ("", "<div><table><tr><td>Monday, both lanes</td><td>closed</td></tr><tr><td>Sunday, one lane</td><td>open</td></tr></table></div>", "one lane"),
    ],
    ids=["a lead", "a picture", "a list", "a table"],
)  # fmt: skip
def test_parts_of_a_text_that_a_builder_puts_into_boxes_are_kept(above: str, below: str, text: str) -> None:
    inside = (
        f"<main><div><h1>Bridge closed</h1></div><div>{above}<div>{f'<p>{WORDS * 3}</p>' * 8}</div>{below}</div></main>"
    )
    assert text in (article_from_html(_page(inside), URL).text or "")


def test_boxes_of_a_builder_that_are_named_alike_are_parts_of_one_text() -> None:
    boxes = [
        f"<p>{WORDS * 3}</p>" * 8,
        "<h2>The ferry</h2>",
        "<p>It sails twice a day.</p>",
        "<blockquote><p>Twice a day is not enough for the island.</p></blockquote>",
    ]
    inside = "".join(f"<div class='x-widget-w1'><div>{box}</div></div>" for box in boxes)
    text = (
        article_from_html(_page(f"<main><div><h1>Bridge closed</h1></div><div>{inside}</div></main>"), URL).text or ""
    )
    assert text.split("\n\n")[8:] == ["The ferry", "It sails twice a day.", "Twice a day is not enough for the island."]


def test_line_under_the_headline_is_not_the_text_of_a_short_post() -> None:
    inside = f"<div id='content'><div class='post'><h2>Bridge closed</h2><div>{WORDS[:80]}</div><div class='text'><p>It opens in May.</p></div></div></div>"
    assert "It opens in May." in (article_from_html(_page(inside), URL).text or "")


def test_short_text_beside_a_post_without_a_body_is_not_its_text() -> None:
    inside = f"<div><div><div><h1>A picture</h1></div></div></div><div><div><p>{WORDS}</p></div></div>"
    assert article_from_html(_page(inside + _ELSEWHERE), URL).text is None


def test_comments_of_a_theme_without_names_are_no_part_of_the_text() -> None:
    comment = '<li id="comment-{0}"><div id="div-comment-{0}"><cite>Tom</cite><p>I cross it daily, and so do many more.</p></div></li>'
    inside = f"<div id='content'><h1>Bridge closed</h1><p>{WORDS}</p><p>{WORDS[::-1]}</p><ol>{comment.format(8)}{comment.format(9)}</ol></div>"
    assert article_from_html(_page(inside), URL).text == f"{WORDS}\n\n{WORDS[::-1]}"


@pytest.mark.parametrize(
    "head",
    [
        '<h4>Jo Roe <span class="meta">7:00 pm <em>on</em> May 7, 2019 <span class="actions"><a class="thepermalink" href="#c">Permalink</a></span></span></h4>',
        '<header class="comment-meta comment-author vcard"><div class="comment-author-link">Jo Roe</div><div class="comment-date-time">May 7, 2019</div>'
        '<a class="comment-permalink" href="#c">Permalink</a></header>',
    ],
    ids=["a heading that goes on", "a name and a day side by side"],
)
def test_name_and_day_of_a_comments_head_are_told_apart(head: str) -> None:
    said = f'<li class="comment" id="comment-11">{head}<div class="commentcontent"><p>Well.</p></div></li>'
    assert _thread(said) == [("11", "Jo Roe", "Well.", "2019-05-07")]


@pytest.mark.parametrize(
    "head",
    [
        "On <a href='/j/'>Jo Roe</a> <span>May 7, 2019 7:00 pm</span>",
        "Guest <b>Jo Roe</b> <span>May 7, 2019 7:00 pm</span>",
        "On <span>May 7, 2019 at 7:00 pm</span>, <b>Jo Roe</b> wrote",
        "Jo Roe <span>May 7, 2019 7:00 pm</span> <a href='#r'>Answer</a>",
    ],
)
def test_name_of_a_commenter_is_no_word_beside_it(head: str) -> None:
    said = f'<li class="comment" id="comment-11"><div class="comment-author">{head}</div><div class="commentcontent"><p>Well.</p></div></li>'
    assert _thread(said) == [("11", "Jo Roe", "Well.", "2019-05-07")]


def test_body_in_a_section_apart_from_the_headline_is_found_without_a_name() -> None:
    inside = (
        '<section class="ct-section"><div class="ct-wrap"><h1 class="ct-headline">Bridge closed</h1><div>By Mara Lindqvist on May 4, 2021</div></div></section>'
        f'<section class="ct-section"><div class="ct-wrap"><div class="ct-span"><p>{WORDS}</p><p>{WORDS}</p><p>{WORDS}</p></div></div></section>'
        f'<section class="ct-section"><div class="ct-posts"><a href="/fish/">Fish market</a><p>{WORDS[::-1]}</p></div></section>'
    )
    assert article_from_html(_page(inside), URL).text == f"{WORDS}\n\n{WORDS}\n\n{WORDS}"


def test_label_of_an_advertisement_between_dashes_is_no_paragraph() -> None:
    inside = f'<div class="entry-content"><p>{WORDS}</p><div class="rec"><span>- Advertisement -</span></div><p>{WORDS}</p></div>'
    assert article_from_html(_page(inside), URL).text == f"{WORDS}\n\n{WORDS}"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "en",
            '<p class="postmetadata alt"><small>This entry was posted on Thursday, March 7th, 2019 at 2:47 pm and is filed under <a href="/c/">City</a>. You can follow any '
            'responses to this entry through the <a href="/feed/">RSS 2.0</a> feed. You can <a href="#respond">leave a response</a>.</small></p>',
        ),
        ("ar", '<div class="entry-meta"><span class="post-date">٧ مارس ٢٠١٩</span></div>'),
        ("en", '<div class="box"><ul class="brz-wp__postInfo"><li>Mara</li><li>March 7, 2019</li></ul></div>'),
    ],
    ids=["a long line below the post", "Arabic digits", "a builder's list"],
)
def test_day_in_a_line_of_the_post(language: str, line: str) -> None:
    article = article_from_html(_page(_post("", line), language=language), URL)
    assert (article.published_at or "")[:10] == "2019-03-07"


def test_name_and_day_side_by_side_in_a_line_are_no_one_word() -> None:
    line = '<div class="entry-meta"><span class="by">By Mara P. Lindqvist</span><span class="on">March 7, 2019</span></div>'
    article = article_from_html(_page(_post(line)), URL)
    assert (article.authors, article.published_at) == (["Mara P. Lindqvist"], "2019-03-07T00:00:00Z")


@pytest.mark.parametrize(("month", "day"), [("06", "2013-06-05T00:00:00Z"), ("05", "2013-05-06T00:00:00Z")])
def test_address_tells_the_month_of_a_day_that_is_written_in_numbers(month: str, day: str) -> None:
    page = _page(_post('<span class="entry-date">06.05.13</span>')).replace(
        URL, f"https://quay.example/2013/{month}/bridge/"
    )
    assert article_from_html(page, URL).published_at == day


@pytest.mark.parametrize("nobody", ["admin", "The Quay", "thequay.org"])
def test_whoever_signs_goes_before_an_account_or_the_site_itself(nobody: str) -> None:
    line = (
        f'<div class="entry-meta">by <span class="author vcard"><a class="fn n" href="/author/1/">{nobody}</a></span></div>'
        "<p>By Mara Lindqvist</p>"
    )
    article = article_from_html(_page(_post(line), head='<meta property="og:site_name" content="The Quay">'), URL)
    assert article.authors == ["Mara Lindqvist"]
