import pytest

from newsarchive.wordpress.body import read_fragment
from newsarchive.wordpress.quirks import COMMENT, Quirks

URL = "https://news.example/story/"
SITE = Quirks(
    furniture=(".donation-bar", "//div[@data-role='counter']"),
    furniture_texts=(r"Support the paper",),
    caption_noise=(r"Press to enlarge\.?",),
    related_headings=(r"MORE ON THE TOPIC",),
)


def text_of(html: str, quirks: Quirks = COMMENT) -> str:
    return read_fragment(html, URL, quirks).text


def test_paragraphs_are_parted_by_a_blank_line() -> None:
    assert text_of("<p>One\n two.</p>\n<p>Three.</p>") == "One two.\n\nThree."


def test_a_break_is_a_line_and_two_are_a_paragraph() -> None:
    assert text_of("One<br>two<br><br>three") == "One\ntwo\n\nthree"


def test_a_list_has_a_line_for_each_item_and_nested_ones_are_indented() -> None:
    body = read_fragment("<ol><li>A<ul><li>a1</li></ul></li><li>B</li></ol>", URL)
    assert body.text == "A\n  a1\nB"
    assert (body.blocks[0].type, body.blocks[0].ordered, body.blocks[0].items) == ("list", True, ["A", "  a1", "B"])


def test_a_table_keeps_rows_cells_and_caption() -> None:
    body = read_fragment(
        "<table><caption>Losses</caption><tr><th>Side</th><th>Lost</th></tr><tr><td>Red</td><td>2</td></tr></table>",
        URL,
    )
    assert body.blocks[0].rows == [["Side", "Lost"], ["Red", "2"]]
    assert body.text == "Losses\nSide\tLost\nRed\t2"


def test_a_table_that_only_places_things_is_read_as_what_it_holds() -> None:
    assert text_of("<table><tr><td><p>One.</p><p>Two.</p></td></tr></table>") == "One.\n\nTwo."


def test_a_quote_keeps_its_source_apart_and_in_the_text() -> None:
    body = read_fragment("<blockquote><p>We are ready.</p><p><cite>A spokesman</cite></p></blockquote>", URL)
    assert (body.blocks[0].type, body.blocks[0].text, body.blocks[0].cite) == ("quote", "We are ready.", "A spokesman")
    assert body.text == "We are ready.\nA spokesman"


def test_code_and_verse_keep_their_lines() -> None:
    body = read_fragment('<pre><code>if x:\n    y</code></pre><pre class="wp-block-verse">Water\n  and iron</pre>', URL)
    assert [(block.type, block.text) for block in body.blocks] == [
        ("code", "if x:\n    y"),
        ("paragraph", "Water\n  and iron"),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>news&shy;paper&#8203;</p>", "newspaper"),
        ("<p>AT&amp;amp;T &amp;#8217;</p>", "AT&T ’"),
        ("<p>&amp;lt;b&amp;gt;</p>", "&lt;b&gt;"),
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>字</p>", "漢(かん)字"),
        ('<p>Off <img class="emoji" alt="🚢" src="https://s.w.org/x.png"> she goes</p>', "Off 🚢 she goes"),
        ("<p><q>Aye</q>, she said.</p>", "“Aye”, she said."),
        ("<p>می‌خواهم</p>", "می‌خواهم"),
        ('<p>Seen<span class="screen-reader-text"> unseen</span></p><p style="display:none">hidden</p>', "Seen"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert text_of(html, Quirks()) == text


def test_the_largest_picture_is_taken_and_its_caption_stands_in_the_text() -> None:
    body = read_fragment(
        '<figure class="wp-caption"><a href="/wp-content/uploads/a.jpg"><img src="/wp-content/uploads/a-300x200.jpg" alt="A pier"></a>'
        "<figcaption>The pier. Press to enlarge</figcaption></figure>",
        URL,
        SITE,
    )
    assert [(image.url, image.alt, image.caption) for image in body.images] == [
        ("https://news.example/wp-content/uploads/a.jpg", "A pier", "The pier.")
    ]
    assert body.text == "The pier."


def test_a_lazy_picture_is_found_where_its_loader_keeps_it() -> None:
    body = read_fragment(
        '<p><img src="data:image/gif;base64,R0" data-src="https://news.example/b.jpg" data-srcset="https://news.example/b.jpg 300w, https://news.example/b-big.jpg 900w"></p>',
        URL,
    )
    assert [image.url for image in body.images] == ["https://news.example/b-big.jpg"]
    assert '<img src="https://news.example/b-big.jpg">' in body.html


def test_a_status_address_alone_is_a_tweet_and_stays_in_the_text() -> None:
    body = read_fragment("<p>https://twitter.com/bridge/status/1103483853686165505</p>", URL)
    assert [(block.type, block.tweet_id) for block in body.blocks] == [("tweet", "1103483853686165505")]
    assert [tweet.id for tweet in body.tweets] == ["1103483853686165505"]
    assert body.text == "https://twitter.com/bridge/status/1103483853686165505"


def test_players_are_videos_and_other_frames_embeds() -> None:
    body = read_fragment(
        '<iframe src="https://www.youtube.com/embed/abc"></iframe><iframe src="https://maps.example/x"></iframe>', URL
    )
    assert [(block.type, block.provider) for block in body.blocks] == [("video", "youtube"), ("embed", "maps.example")]
    assert body.html == '<iframe src="https://www.youtube.com/embed/abc"></iframe>'


def test_what_the_site_calls_furniture_is_cut() -> None:
    html = '<div class="donation-bar">2,500 $</div><div data-role="counter">6,910</div><p><strong>Support the paper</strong></p><p>The news.</p>'
    body = read_fragment(html, URL, SITE)
    assert (body.text, body.html) == ("The news.", "<p>The news.</p>")


def test_plugins_boxes_are_cut_anywhere() -> None:
    html = '<p>The news.</p><div class="sharedaddy">Share</div><div class="code-block code-block-2"><ins class="adsbygoogle">x</ins></div><div class="jp-relatedposts">y</div>'
    assert text_of(html, Quirks()) == "The news."


@pytest.mark.parametrize(
    "links",
    [
        '<ul><li><a href="/one/">One</a></li></ul>',
        '<blockquote class="wp-embedded-content"><a href="/one/">One</a></blockquote><p><iframe class="wp-embedded-content" src="/one/embed/"></iframe></p>',
        '<p><a href="/one/">One</a></p>',
        '<blockquote><p><a href="/one/">One</a></p></blockquote>',
    ],
)
def test_links_after_a_related_heading_are_related_and_no_text(links: str) -> None:
    body = read_fragment(
        f"<p>The news.</p><p><strong>MORE ON THE TOPIC:</strong></p>{links}<p>And on it goes.</p>", URL, SITE
    )
    assert [(link.url, link.title) for link in body.related] == [("https://news.example/one/", "One")]
    assert body.text == "The news.\n\nAnd on it goes."


def test_a_related_heading_without_links_is_text() -> None:
    assert (
        text_of("<p>MORE ON THE TOPIC:</p><p>Nothing more is known.</p>", SITE)
        == "MORE ON THE TOPIC:\n\nNothing more is known."
    )


def test_a_card_of_another_post_is_an_embed() -> None:
    body = read_fragment(
        '<blockquote class="wp-embedded-content"><a href="https://news.example/two/">Two</a></blockquote>', URL
    )
    assert [(block.type, block.text, block.url) for block in body.blocks] == [
        ("embed", "Two", "https://news.example/two/")
    ]


def test_links_have_absolute_addresses_and_words() -> None:
    body = read_fragment(
        '<p>See <a href="/map">the map</a> and <a href="#note">1</a>, <a href="javascript:x()">x</a>.</p>', URL
    )
    assert [(link.url, link.text) for link in body.links] == [("https://news.example/map", "the map")]


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<p onclick='x()'>a</p>",
        "<a href='javascript:alert(1)'>a</a>",
        "<a href='java\nscript:alert(1)'>a</a>",
        "<img src='x' onerror='alert(1)'>",
        "<iframe src='https://evil.example/'></iframe>",
        "<form action='/x'><input></form>",
        "<style>p{}</style>",
        "<svg onload='alert(1)'></svg>",
        "<object data='x.swf'></object>",
        "<p style='background:url(x)'>a</p>",
        "<math><mtext><img src=x onerror=alert(1)></mtext></math>",
        "<a href='data:text/html,<script>1</script>'>a</a>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    ],
)
def test_markup_is_safe_to_show(html: str) -> None:
    shown = read_fragment(html, URL).html.lower()
    assert not [
        bad
        for bad in (
            "script",
            "onclick",
            "onerror",
            "onload",
            "style",
            "evil",
            "<form",
            "<input",
            "<svg",
            "<object",
            "data:",
        )
        if bad in shown
    ]


def test_words_of_scripts_without_blanks_are_counted_by_character() -> None:
    assert read_fragment("<p>Two words 漢字</p>", URL).word_count == 4


def test_a_comment_is_read_as_written() -> None:
    assert (
        text_of('<p class="share">Read also: <a href="/x">x</a></p>')
        == text_of("<p>Read also: x</p>")
        == "Read also: x"
    )


def test_an_empty_body_is_empty() -> None:
    body = read_fragment("", URL)
    assert (body.text, body.html, body.blocks, body.word_count) == ("", "", [], 0)


def test_a_selector_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="no selector: 'div\\[\\['"):
        read_fragment("<p>x</p>", URL, Quirks(furniture=("div[[",)))


BRIDGE = '<img src="/wp-content/uploads/bridge.jpg">'


@pytest.mark.parametrize(
    "pictures",
    [
        BRIDGE,
        f'<img src="data:image/gif;base64,R0lGOD" data-lazy-src="/wp-content/uploads/bridge.jpg"><noscript>{BRIDGE}</noscript>',
        f'<noscript>{BRIDGE}</noscript><img class="lazyload" data-src="/wp-content/uploads/bridge.jpg">',
        f'<img width="1" height="1" src="/blank.gif"><noscript>{BRIDGE}</noscript>',
    ],
)
def test_a_picture_keeps_its_caption_however_a_lazy_loader_writes_it(pictures: str) -> None:
    body = read_fragment(f"<p>A.</p><figure>{pictures}<figcaption>At noon</figcaption></figure>", URL)
    (image,) = body.images
    assert (image.url.endswith("/wp-content/uploads/bridge.jpg"), image.caption) == (True, "At noon")
    assert [(block.type, block.caption) for block in body.blocks] == [("paragraph", None), ("image", "At noon")]


PLAYER = '<iframe src="https://www.youtube.com/embed/abcdefghijk?feature=oembed"></iframe>'


@pytest.mark.parametrize(
    "player",
    [
        PLAYER,
        f'<div class="youtube-player" data-src="https://www.youtube.com/embed/abcdefghijk"></div><noscript>{PLAYER}</noscript>',
        f'<iframe src="about:blank" data-src="https://www.youtube.com/embed/abcdefghijk"></iframe><noscript>{PLAYER}</noscript>',
        f'<noscript>{PLAYER}</noscript><iframe data-src="https://www.youtube.com/embed/abcdefghijk"></iframe>',
    ],
)
def test_a_video_is_read_once_however_a_lazy_loader_writes_it(player: str) -> None:
    counter = '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-X"></iframe></noscript>'
    body = read_fragment(f"<p>A.</p>{counter}{player}<p>B.</p>", URL)
    assert [block.type for block in body.blocks] == ["paragraph", "video", "paragraph"]
    assert [video.url.partition("?")[0] for video in body.videos] == ["https://www.youtube.com/embed/abcdefghijk"]


_STORY = "<p>The council voted on Tuesday to reopen the harbour after three years of repairs, it said.</p>"


@pytest.mark.parametrize(
    "last",
    [
        "Already registered voters can check their registration online until Monday.",
        "This story is for all the members of our crew, who never came to register.",
    ],
)
def test_a_last_paragraph_about_members_or_registered_voters_is_the_articles(last: str) -> None:
    assert read_fragment(f"{_STORY * 3}<p>{last}</p>", URL, Quirks()).text.endswith(last)


@pytest.mark.parametrize(
    "last",
    [
        "Already registered? Log in here.",
        "This story is available only to subscribers.",
        "The full article is reserved for our paying members.",
    ],
)
def test_a_wall_is_not_the_articles(last: str) -> None:
    text = read_fragment(f"{_STORY * 3}<p>{last}</p><p>Subscribe now.</p>", URL, Quirks()).text
    assert text.endswith("it said.")


def test_entries_of_a_round_up_are_kept_though_their_headings_lead_to_other_pages() -> None:
    entry = f"<article><h2><a href='/2024/bridge/'>Bridge</a></h2>{_STORY}{_STORY}</article>"
    teaser = "<article><h2><a href='/2024/canal/'>Canal</a></h2><p>It is dry.</p></article>"
    body = read_fragment(f"{_STORY * 2}{entry}{teaser}", URL, Quirks())
    assert ("Bridge" in body.text, "Canal" in body.text) == (True, False)
    assert body.text.count("reopen the harbour") == 4


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("<div class='on'>Thursday, March 7, 2019</div>", ""),
        ("<em>07.03.2019</em>", ""),
        ("<p>Veröffentlicht am 7. März 2019 um 14:47 Uhr</p>", ""),
        ("<div>City</div><div>7 mars 2019</div>", "City\n\n"),
        ("<p>Par Zoé Martin, le 7 mars 2019 à 14h47</p>", ""),
        ("<div><div>By <a>Ida Maar</a></div><div><time>November 2, 2023 3:53 PM EDT</time></div></div>", ""),
        ("<p>By Ida Maar</p><p>November 2, 2023</p>", "By Ida Maar\n\nNovember 2, 2023\n\n"),
        ("<div>By the harbour</div><div>November 2, 2023</div>", "By the harbour\n\n"),
        ("<p>Written by the Quay on March 7, 2019</p>", "Written by the Quay on March 7, 2019\n\n"),
        ("<p>Berlin, March 7, 2019</p>", "Berlin, March 7, 2019\n\n"),
        ("<h3>March 7, 2019</h3>", "March 7, 2019\n\n"),
    ],
)
def test_a_date_alone_above_the_text_is_its_day_and_none_of_its_words(line: str, kept: str) -> None:
    assert text_of(f"{line}<p>The bridge is closed.</p>", Quirks()) == f"{kept}The bridge is closed."


def test_the_dates_of_a_diary_are_kept() -> None:
    diary = "<p>March 7, 2019</p><p>Rain.</p><p>March 8, 2019</p><p>Sun.</p>"
    assert text_of(diary, Quirks()) == "March 7, 2019\n\nRain.\n\nMarch 8, 2019\n\nSun."


def test_a_date_that_is_all_of_a_post_is_kept() -> None:
    assert text_of("<p>March 7, 2019</p>", Quirks()) == "March 7, 2019"


def test_a_heading_of_further_reading_with_nothing_below_is_no_end_of_the_text() -> None:
    text = text_of(f"{_STORY * 2}<div><h3>See Also</h3><div class='filled-by-script'></div></div>", Quirks())
    assert text.endswith("it said.")


@pytest.mark.parametrize(
    "heading",
    [
        "Recommended for you",
        "También te puede interesar",
        "Gerelateerde berichten",
        "Powiązane artykuły",
        "İlgili Haberler",
        "Διαβάστε επίσης",
        "Bài viết liên quan",
        "Baca juga:",
        "مقالات ذات صلة",
        "相关文章",
    ],
)
def test_headings_of_further_reading_in_other_languages(heading: str) -> None:
    body = read_fragment(f"{_STORY}<h4>{heading}</h4><p><a href='/fish/'>Fish</a></p>{_STORY}", URL, Quirks())
    assert (heading in body.text, [link.title for link in body.related]) == (False, ["Fish"])


@pytest.mark.parametrize(
    "last",
    [
        "<h3>Discover more from The Quay</h3><p>Subscribe to get the latest posts sent to your email.</p>",
        "<h3>Entdecke mehr von Der Kai</h3><p>Melde dich für ein Abonnement an, um die neuesten Beiträge per E-Mail zu erhalten.</p>",
        "<h3>En savoir plus sur Le Quai</h3><p>Abonnez-vous pour recevoir les derniers articles par e-mail.</p>",
    ],
)
def test_a_form_for_subscribers_below_the_post_is_not_the_articles(last: str) -> None:
    assert text_of(f"{_STORY * 3}<div>{last}</div>", Quirks()).endswith("it said.")


def test_a_heading_or_an_item_that_is_but_the_word_of_a_button_is_kept() -> None:
    guide = f"<h2>Print</h2>{_STORY}<ol><li>Open</li><li>Save</li></ol>"
    assert text_of(guide, Quirks()).split("\n") == ["Print", "", text_of(_STORY), "", "Open", "Save"]
    buttons = f"{_STORY}<ul><li><a href='#p'>Print</a></li><li class='b'>Save</li></ul>"
    assert text_of(buttons, Quirks()) == text_of(_STORY)


@pytest.mark.parametrize(
    "furniture",
    [
        "<p><a href='/print/'>Print This Post</a></p>",
        "<p><a href='https://news.google.com/p/'>Follow us on Google News</a></p>",
        "<p>Pages: 1 <a href='/story/2/'>2</a></p>",
        "<div><span>Listen to this article</span> <span>3 min</span></div>",
        "<p>Vorlesen</p>",
        "<div class='embed-privacy-container'><div class='embed-privacy-overlay'><p>Click here to display content.</p></div></div>",
        "<p class='powerpress_links powerpress_links_mp3'>Podcast: <a href='/a.mp3'>Play in new window</a></p>",
        "<div class='wp-post-series-box'><p>This post is part 2 of 3 in the series.</p></div>",
        "<div class='wp-block-query'><ul><li><h3><a href='/fish/'>Fish</a></h3></li></ul></div>",
        "<div class='wp-block-co-authors-plus-coauthors'>Mara Lindqvist</div>",
        "<div class='sexy-bookmarks'>Bookmark it</div>",
    ],
)
def test_what_plugins_put_amid_a_text_is_none_of_it(furniture: str) -> None:
    assert text_of(f"{_STORY}{furniture}{_STORY}", Quirks()) == text_of(f"{_STORY}{_STORY}")


def test_link_that_a_plugin_for_related_posts_puts_amid_a_text_is_further_reading() -> None:
    card = "<div class='u7f3'><a href='/fish/'><div><span class='ctaText'>READ</span> <span class='postTitle'>Fish</span></div></a></div>"
    body = read_fragment(f"{_STORY}{card}{_STORY}", URL, Quirks())
    assert (body.text, [link.title for link in body.related]) == (text_of(f"{_STORY}{_STORY}"), ["Fish"])


@pytest.mark.parametrize(
    "furniture",
    [
        "<p>Lesezeit: 3 Minuten</p>",
        "<p>5 min read</p>",
        "<p>345 views</p>",
        "<p>(345 mal gelesen, 1 mal heute)</p>",
        "<p>Rating: 4.5/<strong>5</strong> (12 votes cast)</p>",
        "<p><a href='#comments'>3 Kommentare</a></p>",
        "<p><small>[Anzeige]</small></p>",
        "<div class='autor-box'><p>Mara writes of ports.</p></div>",
        "<div class='inhaltsverzeichnis'><ul><li><a href='#a'>First</a></li></ul></div>",
        "<p class='wp-flattr-button'><a href='/story/'>Story</a></p>",
        "<div class='spenden-box'><p>Spenden Sie.</p></div>",
    ],
)
def test_counters_and_boxes_amid_a_text_are_none_of_it(furniture: str) -> None:
    assert text_of(f"{_STORY}{furniture}{_STORY}", Quirks()) == text_of(f"{_STORY}{_STORY}")


def test_numbers_in_a_table_or_a_list_are_no_counters() -> None:
    assert (
        text_of(
            "<table><tr><th>Page</th><td>345 views</td></tr><tr><th>Post</th><td>3 comments</td></tr></table>", Quirks()
        )
        == "Page\t345 views\nPost\t3 comments"
    )
    assert text_of(f"{_STORY}<ul><li>12 shares</li><li>One bond</li></ul>", Quirks()).endswith("12 shares\nOne bond")


@pytest.mark.parametrize(
    "line",
    ["Join us on Sunday at the bridge.", "345 views were heard.", "Pages: 12 were lost.", "Listen to this: it hums."],
)
def test_a_line_that_only_begins_like_a_label_is_kept(line: str) -> None:
    assert line in text_of(f"{_STORY}<p>{line}</p>{_STORY}", Quirks())


@pytest.mark.parametrize(
    "line",
    [
        "<p>March 7, 2019</p>",
        "<p style='text-align: right'><em>March 7, 2019</em></p>",
        "<p class='has-text-align-right'>March 7, 2019</p>",
    ],
    ids=["plain", "placed", "placed by the editor of blocks"],
)
def test_the_day_above_a_letter_is_the_authors(line: str) -> None:
    assert text_of(f"{line}<p>Dear Mayor,</p>{_STORY}", Quirks()).startswith("March 7, 2019\n\nDear Mayor,")


@pytest.mark.parametrize(
    "heading",
    [
        "<h2 class='wp-block-heading'>Print</h2>",
        "<h2 class='wp-block-heading' id='h-share'>Share</h2>",
        "<h3>Latest news</h3>",
        "<h3>Neueste Beiträge</h3>",
    ],
)
def test_a_heading_like_a_label_is_kept_where_prose_follows(heading: str) -> None:
    words = heading.partition(">")[2].partition("<")[0]
    assert f"\n\n{words}\n\nThe council" in text_of(f"{_STORY}{heading}{_STORY}", Quirks())


def test_a_heading_is_no_furniture_for_an_anchor_made_of_its_words() -> None:
    assert "Who pays for ads" in text_of(f"{_STORY}<h2 id='h-who-pays-for-ads'>Who pays for ads</h2>{_STORY}", Quirks())
    assert text_of(f"{_STORY * 3}<h3 id='comments'>Two responses</h3><p>Well.</p>", Quirks()).endswith("it said.")


def test_a_heading_of_the_latest_posts_goes_with_its_links() -> None:
    body = read_fragment(f"{_STORY}<h3>Latest posts</h3><ul><li><a href='/fish/'>Fish</a></li></ul>", URL, Quirks())
    assert (body.text, [link.title for link in body.related]) == (text_of(_STORY), ["Fish"])


def test_the_verdict_of_a_review_is_no_lost_heading() -> None:
    assert text_of(f"{_STORY * 2}<p>Recommended.</p>", Quirks()).endswith("\n\nRecommended.")


def test_a_short_post_beside_its_category_is_kept() -> None:
    category = "<a href='/c/city/' rel='category tag'>City</a>"
    post = "The council voted on Tuesday to reopen the harbour after three years of repairs, and the ferry sails again from May on."
    assert post in text_of(f"<div>{category} {post}</div>", Quirks())
    assert (
        text_of(f"<div>{category} The council voted to reopen it.</div>", Quirks())
        == "City The council voted to reopen it."
    )
    assert text_of(f"{_STORY}<div>Filed in {category} by Ann on May 7, 2019</div>", Quirks()) == text_of(_STORY)


def test_a_name_of_a_category_that_ends_like_a_comments_is_no_furniture() -> None:
    assert text_of(f"<div class='post category-comment-2'>{_STORY}</div>", Quirks()) == text_of(_STORY)
    assert text_of(f"{_STORY}<div id='div-comment-2'><p>Well said.</p></div>", Quirks()) == text_of(_STORY)
