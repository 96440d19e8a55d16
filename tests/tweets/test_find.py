import pytest
from lxml import html as lxml_html

from newsarchive.tweets import embed_of, embeds_of, find_references, references_in

A, B, C = "1234567890123456789", "1234567890987654321", "1100000000000000000"
URL = f"https://twitter.com/first_acc/status/{A}"
OTHER = f"https://x.com/second_acc/status/{B}"
QUOTE = (
    '<p lang="en" dir="ltr">A plain <a href="https://twitter.com/hashtag/word?src=hash">#word</a> and a <a href="https://t.co/Ab1Cd2Ef3G">link.example/x…</a>'
    '<br>second line <a href="https://t.co/Zz9Yy8Xx7W">pic.twitter.com/Zz9Yy8Xx7W</a></p>&mdash; First (née Other) &amp; Co (@first_acc) '
    f'<a href="{URL}?ref_src=twsrc%5Etfw">March 2, 2020</a>'
)

CASES = [
    # form, markup, what comes out: (form, kind, id, handle)
    ("a paragraph of one address", f"<p>{URL}</p>", [("bare_url", "embed", A, "first_acc")]),
    ("white space around it", f"<p>\n\t{URL} \n</p>", [("bare_url", "embed", A, "first_acc")]),
    ("inline markup around it", f"<p><span><b>{URL}</b></span></p>", [("bare_url", "embed", A, "first_acc")]),
    ("lines split by br", f"<p>{URL}<br />\n{OTHER}</p>", [("bare_url", "embed", A, "first_acc"), ("bare_url", "embed", B, "second_acc")]),
    ("a line of a paragraph", f"<p>Words before:<br>{URL}<br>words after</p>", [("bare_url", "embed", A, "first_acc")]),
    ("a paragraph with its link", f'<p><a href="{URL}">{URL}</a></p>', [("bare_url", "embed", A, "first_acc")]),
    ("a link in a sentence that shows itself", f'<p>See <a href="{URL}">{URL}</a>.</p>', [("link", "link", A, "first_acc")]),
    ("a link on words", f'<p>As <a href="{URL}">the ministry said</a> today.</p>', [("link", "link", A, "first_acc")]),
    ("a link on words alone", f'<p><a href="{URL}">the ministry said</a></p>', [("link", "link", A, "first_acc")]),
    ("an address in a sentence", f"<p>It is at {URL} and was removed.</p>", [("text", "link", A, "first_acc")]),
    ("an address with a full stop", f"<p>{URL}.</p>", [("text", "link", A, "first_acc")]),
    ("two addresses on a line", f"<p>{URL} {OTHER}</p>", [("text", "link", A, "first_acc"), ("text", "link", B, "second_acc")]),
    ("a cut link text", f'<p>So <a href="{URL}">twitter.com/first_acc/status/12345…</a></p>', [("link", "link", A, "first_acc")]),
    ("a shortened link that shows the address", f'<p>So <a href="https://t.co/Ab1Cd2Ef3G">{URL}</a> says.</p>', [("text", "link", A, "first_acc")]),
    ("a quote", f'<blockquote class="twitter-tweet">{QUOTE}</blockquote><script async src="https://platform.twitter.com/widgets.js"></script>', [("blockquote", "embed", A, "first_acc")]),
    ("a quote of 2023", f'<blockquote class="twitter-tweet tw-align-center" data-media-max-width="560">{QUOTE}</blockquote>', [("blockquote", "embed", A, "first_acc")]),
    ("a video quote", f'<blockquote class="twitter-video" data-lang="de">{QUOTE}</blockquote>', [("blockquote", "embed", A, "first_acc")]),
    ("a quote of a link alone", f'<blockquote class="twitter-tweet"><a href="{URL}"></a></blockquote>', [("blockquote", "embed", A, "first_acc")]),
    ("a quote whose words link to another status", f'<blockquote class="twitter-tweet"><p>See <a href="{OTHER}">this</a></p>&mdash; First (@first_acc) <a href="{URL}">March 2, 2020</a></blockquote>', [("blockquote", "embed", A, "first_acc")]),
    ("a quote that lost its class", f"<blockquote>{QUOTE}</blockquote>", [("blockquote", "embed", A, "first_acc")]),
    ("a quotation that cites a status", f'<blockquote><p>Long words, says <a href="{URL}">he</a> and more.</p></blockquote>', [("link", "link", A, "first_acc")]),
    ("an embed figure with an address", f'<figure class="wp-block-embed is-type-rich is-provider-twitter wp-block-embed-twitter"><div class="wp-block-embed__wrapper">\n{URL}\n</div></figure>', [("figure", "embed", A, "first_acc")]),
    ("an embed figure of two lines", f'<figure class="wp-block-embed"><div class="wp-block-embed__wrapper">\n{URL}\n{OTHER}\n</div></figure>', [("figure", "embed", A, "first_acc"), ("figure", "embed", B, "second_acc")]),
    ("an embed figure with a quote", f'<figure class="wp-block-embed is-provider-x"><div class="wp-block-embed__wrapper"><blockquote class="twitter-tweet">{QUOTE}</blockquote></div></figure>', [("figure", "embed", A, "first_acc")]),
    ("an embed figure with a link", f'<figure class="wp-block-embed-twitter"><div class="embed-x"><a href="{URL}">{URL}</a></div></figure>', [("figure", "embed", A, "first_acc")]),
    ("a caption with its source", f'<figure class="wp-block-image"><img src="a.jpg"><figcaption>Photo: <a href="{URL}">Source</a></figcaption></figure>', [("link", "link", A, "first_acc")]),
    ("an embed figure and a caption with another", f'<figure class="wp-block-embed is-provider-twitter"><div class="wp-block-embed__wrapper">\n{URL}\n</div><figcaption><a href="{OTHER}">Source</a></figcaption></figure>', [("figure", "embed", A, "first_acc"), ("link", "link", B, "second_acc")]),
    ("a block comment with its figure", f'<!-- wp:embed {{"url":"{URL}","providerNameSlug":"twitter"}} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">{URL}</div></figure><!-- /wp:embed -->', [("figure", "embed", A, "first_acc")]),
    ("a block comment alone", f'<!-- wp:embed {{"url":"{URL}","providerNameSlug":"twitter"}} /--><p>Words</p>', [("block_comment", "embed", A, "first_acc")]),
    ("an old block comment", f'<!-- wp:core-embed/twitter {{"url":"{URL}"}} -->', [("block_comment", "embed", A, "first_acc")]),
    ("block comments before another tweet", f'<!-- wp:embed {{"url":"{URL}"}} /--><p>{OTHER}</p>', [("block_comment", "embed", A, "first_acc"), ("bare_url", "embed", B, "second_acc")]),
    ("a player", f'<iframe src="https://platform.twitter.com/embed/Tweet.html?dnt=true&amp;id={A}&amp;lang=en"></iframe>', [("iframe", "embed", A, None)]),
    ("a player with the id apart", f'<iframe src="https://platform.twitter.com/embed/index.html?x=1" data-tweet-id="{A}"></iframe>', [("iframe", "embed", A, None)]),
    ("a lazy player", f'<iframe src="about:blank" data-lazy-src="https://twitter.com/i/videos/tweet/{A}"></iframe>', [("iframe", "embed", A, None)]),
    ("a lazy player and its noscript", f'<iframe data-src="https://twitframe.com/show?url=https%3A%2F%2Ftwitter.com%2Ffirst_acc%2Fstatus%2F{A}"></iframe><noscript><iframe src="https://twitframe.com/show?url=https%3A%2F%2Ftwitter.com%2Ffirst_acc%2Fstatus%2F{A}"></iframe></noscript>', [("iframe", "embed", A, "first_acc")]),
    ("a card player", f'<iframe src="https://twitter.com/i/cards/tfw/v1/{A}"></iframe>', [("iframe", "embed", A, None)]),
    ("a rendered embed", f'<div class="twitter-tweet twitter-tweet-rendered"><iframe src="https://platform.twitter.com/embed/Tweet.html?id={A}" data-tweet-id="{A}"></iframe></div>', [("widget", "embed", A, None)]),
    ("a widget", f'<twitter-widget class="twitter-tweet-rendered" data-tweet-id="{A}"></twitter-widget>', [("widget", "embed", A, None)]),
    ("a wrapper with the id and a link", f'<div data-tweet-id="{A}"><a href="{URL}">2h</a></div>', [("widget", "embed", A, None)]),
    ("an editor's embed", f'<figure class="media"><oembed url="{URL}"></oembed></figure>', [("widget", "embed", A, "first_acc")]),
    ("amp", f'<amp-twitter width="375" height="472" layout="responsive" data-tweetid="{A}"><blockquote placeholder>{QUOTE}</blockquote></amp-twitter>', [("amp", "embed", A, None)]),
    ("an instant article", f'<figure class="op-social"><iframe><blockquote class="twitter-tweet">{QUOTE}</blockquote></iframe></figure>', [("figure", "embed", A, "first_acc")]),
    ("a shortcode with an id", f"<p>[tweet {A}]</p>", [("shortcode", "embed", A, None)]),
    ("a shortcode with an attribute", f"<p>[tweet id=&#8221;{A}&#8221; align='center']</p>", [("shortcode", "embed", A, None)]),
    ("a shortcode with an address", f"<p>[tweet {URL}]</p>", [("shortcode", "embed", A, "first_acc")]),
    ("an embed shortcode", f"<p>[embed]{URL}[/embed]</p>", [("shortcode", "embed", A, "first_acc")]),
    ("an embed shortcode with a size", f'<p>[embed width="500"]{URL}[/embed]</p>', [("shortcode", "embed", A, "first_acc")]),
    ("an archived copy", f'<p>Now <a href="https://web.archive.org/web/20200303000000/{URL}">archived</a></p>', [("link", "link", A, "first_acc")]),
    ("a mirror", f'<p><a href="https://nitter.net/first_acc/status/{A}#m">mirror</a></p>', [("link", "link", A, "first_acc")]),
    ("a comment as WordPress links it", f'<p>True! <a href="{URL}" rel="nofollow ugc">{URL}</a></p>', [("link", "link", A, "first_acc")]),
    ("the same twice", f"<p>{URL}</p><p>Again: {URL}</p>", [("bare_url", "embed", A, "first_acc"), ("text", "link", A, "first_acc")]),
    ("a code alone", "<p>pic.twitter.com/oWuVaBwCeD</p>", [("locator", "locator", None, None)]),
    ("a shortened address alone", "<p>https://t.co/oWuVaBwCeD</p>", [("locator", "locator", None, None)]),
    ("a flattened quote", "<p>Some words pic.twitter.com/oWuVaBwCeD &mdash; First Name (@first_acc) February 24, 2020</p>", [("locator", "locator", None, "first_acc")]),
    ("a flattened quote of two paragraphs", "<blockquote><p>Some words pic.twitter.com/oWuVaBwCeD</p><p>&mdash; First Name (@first_acc) February 24, 2020</p></blockquote>", [("locator", "locator", None, "first_acc")]),
    ("a quote with an impossible id", '<blockquote class="twitter-tweet"><p>Words</p>&mdash; First (@first_acc) <a href="https://twitter.com/first_acc/status/98273645123">March 2, 2020</a></blockquote>', [("locator", "locator", None, "first_acc")]),
    ("a code beside its own status", f'<p>Words pic.twitter.com/oWuVaBwCeD — First (@first_acc) <a href="{URL}">March 2, 2020</a></p>', [("link", "link", A, "first_acc")]),
    ("a code glued to its status", f"<p>{URL}pic.twitter.com/oWuVaBwCeD</p>", [("text", "link", A, "first_acc")]),
    ("plain text", f"Words.\n{URL}\nMore at {OTHER}", [("bare_url", "embed", A, "first_acc"), ("text", "link", B, "second_acc")]),
    ("a noscript and then the quote", f'<noscript><blockquote class="twitter-tweet">{QUOTE}</blockquote></noscript><blockquote class="twitter-tweet">{QUOTE}</blockquote><p>{URL}</p>', [("blockquote", "embed", A, "first_acc"), ("bare_url", "embed", A, "first_acc")]),
    ("a noscript's link and then the player", f'<noscript><a href="{URL}">Tweet</a></noscript><iframe data-src="https://twitter.com/i/videos/{A}"></iframe>', [("link", "link", A, "first_acc"), ("iframe", "embed", A, None)]),
    ("an address in Markdown", f"See [the words]({URL}).", [("text", "link", A, "first_acc")]),
    ("a template", f'<template><blockquote class="twitter-tweet">{QUOTE}</blockquote></template>', [("blockquote", "embed", A, "first_acc")]),
    ("a frame's own document", f'<iframe srcdoc="&lt;blockquote class=&quot;twitter-tweet&quot;&gt;&lt;a href=&quot;{URL}&quot;&gt;&lt;/a&gt;&lt;/blockquote&gt;"></iframe>', [("blockquote", "embed", A, "first_acc")]),
    ("plain text with entities", f"{URL}?s=20&#038;t=1", [("bare_url", "embed", A, "first_acc")]),
]  # fmt: skip

TRAPS = {
    "a timeline": '<a class="twitter-timeline" href="https://twitter.com/first_acc">Tweets by first_acc</a>',
    "a share button": '<a class="twitter-share-button" href="https://twitter.com/share?url=x" data-text="status">Tweet</a>',
    "an intent": f'<a href="https://twitter.com/intent/tweet?text=Hello&url=https%3A%2F%2Fexample.org%2Fstatus%2F{A}">Tweet</a>',
    "a share by status": '<a href="https://twitter.com/home?status=https://example.org/status/20">Tweet</a>',
    "a follow button": '<a class="twitter-follow-button" href="https://twitter.com/first_acc">Follow</a>',
    "an amp timeline": '<amp-twitter data-timeline-source-type="profile" data-timeline-screen-name="first_acc"></amp-twitter>',
    "a moment": '<a class="twitter-moment" href="https://twitter.com/i/moments/1100000000000000000">Moment</a>',
    "a profile alone": "<p>https://twitter.com/first_acc</p>",
    "a handle": "<p>status of (@first_acc) in 2019</p>",
    "a mention with a dash": "<p>He — First (@first_acc) — has status.</p>",
    "digits": f"<p>status {A}</p>",
    "an address in a script": f"<script>var u = '{URL}';</script>",
    "an address in a style": f"<style>/* {URL} */</style>",
    "an address in the head": f"<html><head><title>{URL}</title></head><body><p>status</p></body></html>",
    "a cut address": "<p>https://twitter.com/first_acc/status/12345678…</p>",
    "an impossible id": "<p>https://twitter.com/first_acc/status/98273645123</p>",
    "an id with a digit too many": f"<p>https://twitter.com/first_acc/status/{A}1</p>",
    "another site's status": "<p>https://netflix.com/first_acc/status/20 https://mastodon.example/@a/20</p>",
    "a commented-out embed": f'<!-- <p>{URL}</p> --><p>status</p>',
    "broken block markup": '<!-- wp:embed {"url":["x" --><!-- wp:embed {"url":3} --><p>status</p>',
    "an other shortcode": f"<p>[gallery ids=\"{A}\"] [embed]https://example.org/status/1[/embed] [tweet]</p>",
    "an iframe of another site": f'<iframe src="https://player.example.org/status/{A}"></iframe>',
    "nothing": "",
    "no markup": "just words",
}  # fmt: skip


@pytest.mark.parametrize(("markup", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_every_form_is_found(markup, expected):
    found = find_references(markup)
    assert [(tweet.form, tweet.kind, tweet.id, tweet.handle) for tweet in found] == expected
    assert [tweet.position for tweet in found] == list(range(len(found)))


@pytest.mark.parametrize("markup", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_bytes_and_a_parsed_tree_give_the_same(markup):
    assert find_references(markup.encode()) == find_references(markup)
    if "<" in markup:
        assert references_in(lxml_html.fromstring(f"<div>{markup}</div>")) == find_references(markup)


@pytest.mark.parametrize("markup", TRAPS.values(), ids=TRAPS)
def test_what_is_no_tweet_is_left_out(markup):
    assert find_references(markup) == []


def test_there_are_more_than_thirty_cases():
    assert len(CASES) + len(TRAPS) >= 30


def test_markup_in_a_feeds_cdata_is_read():
    feed = f'<content:encoded><![CDATA[<blockquote class="twitter-tweet">{QUOTE}</blockquote>]]></content:encoded>'
    assert [(tweet.form, tweet.kind, tweet.id) for tweet in find_references(feed)] == [("blockquote", "embed", A)]


def test_an_address_in_angle_brackets_is_no_tag():
    text = f"Words.\nSee <{URL}> there, <b>and</b> <HTTPS://x.com/second_acc/status/{B}>."
    assert [(tweet.form, tweet.id) for tweet in find_references(text)] == [("text", A), ("text", B)]


def test_a_quote_tells_words_author_day_and_language():
    [tweet] = find_references(f'<blockquote class="twitter-tweet" data-lang="de">{QUOTE}</blockquote>')
    assert tweet.text == "A plain #word and a link.example/x…\nsecond line pic.twitter.com/Zz9Yy8Xx7W"
    assert tweet.text_truncated is False
    assert (tweet.author_name, tweet.handle) == ("First (née Other) & Co", "first_acc")
    assert (tweet.printed_date, tweet.language) == ("March 2, 2020", "en")
    assert (tweet.created_at, tweet.created_at_source) == ("2020-03-02T19:54:56.824Z", "snowflake")
    assert [link.short for link in tweet.urls] == ["https://t.co/Ab1Cd2Ef3G", "https://t.co/Zz9Yy8Xx7W"]
    assert (tweet.resolver, tweet.state, tweet.evidence) == ("markup", "unresolved", [])
    assert tweet.urls_seen == [f"{URL}?ref_src=twsrc%5Etfw"]


def test_the_name_in_a_paragraph_of_its_own_is_read():
    [tweet] = find_references(
        '<blockquote class="twitter-tweet"><p lang="ar" dir="rtl">كلمات <a href="https://t.co/Ab1Cd2Ef3G">pic.twitter.com/Ab1Cd2Ef3G</a></p>\n'
        f'<p>&mdash; اسم (@first_acc) <a href="{URL}">2 مارس 2020</a></p></blockquote>'
    )
    assert tweet.text == "كلمات pic.twitter.com/Ab1Cd2Ef3G"
    assert (tweet.author_name, tweet.printed_date, tweet.language) == ("اسم", "2 مارس 2020", "ar")


def test_words_with_dashes_stay_whole():
    [tweet] = find_references(
        f'<blockquote class="twitter-tweet"><p>One — two – three (@other) four</p>&mdash; A — B (@first_acc) <a href="{URL}">March 2, 2020</a></blockquote>'
    )
    assert (tweet.text, tweet.author_name) == ("One — two – three (@other) four", "A — B")


def test_cut_words_are_known_to_be_cut():
    [tweet] = find_references(
        f'<blockquote class="twitter-tweet"><p>Long words that go on… <a href="https://t.co/Ab1Cd2Ef3G">pic.twitter.com/Ab1Cd2Ef3G</a></p>&mdash; A (@first_acc) <a href="{URL}">March 2, 2020</a></blockquote>'
    )
    assert tweet.text_truncated is True


def test_a_quote_with_no_words_has_no_text():
    [tweet] = find_references(f'<blockquote class="twitter-tweet"><a href="{URL}">March 2, 2020</a></blockquote>')
    assert (tweet.text, tweet.resolver, tweet.text_truncated) == (None, None, None)


def test_emoji_pictures_are_text():
    [tweet] = find_references(
        f'<blockquote class="twitter-tweet"><p>Go <img class="emoji" alt="🚀" src="e.png"> now</p>&mdash; A <img class="emoji" alt="🇨🇺"> (@first_acc) <a href="{URL}">March 2, 2020</a></blockquote>'
    )
    assert (tweet.text, tweet.author_name) == ("Go 🚀 now", "A 🇨🇺")


def test_an_account_in_the_quote_completes_an_address_without_one():
    [tweet] = find_references(
        f'<blockquote class="twitter-tweet"><p>Words</p>&mdash; First (@first_acc) <a href="https://twitter.com/i/web/status/{A}">March 2, 2020</a></blockquote>'
    )
    assert (tweet.handle, tweet.url) == ("first_acc", URL)


def test_a_flattened_quote_keeps_all_it_says():
    [tweet] = find_references(
        "<p>Some words pic.twitter.com/oWuVaBwCeD &mdash; Fírst Näme (@first_acc) February 24, 2020</p>"
    )
    assert (tweet.id, tweet.url, tweet.state) == (None, None, "unresolved")
    assert (tweet.text, tweet.author_name) == ("Some words pic.twitter.com/oWuVaBwCeD", "Fírst Näme")
    assert (tweet.locator, tweet.printed_date) == ("oWuVaBwCeD", "February 24, 2020")
    assert (tweet.created_at, tweet.created_at_source) == ("2020-02-24T00:00:00Z", "embed_day")


def test_an_archived_address_is_kept_as_seen():
    [tweet] = find_references(f'<a href="https://web.archive.org/web/20200303000000/{URL}">x</a>')
    assert tweet.urls_seen == [f"https://web.archive.org/web/20200303000000/{URL}"]
    assert tweet.url == URL


def _block(markup):
    return lxml_html.fragment_fromstring(markup)


EMBEDS = [
    "a paragraph of one address", "inline markup around it", "a paragraph with its link", "a quote", "a video quote",
    "a quote that lost its class", "an embed figure with an address", "an embed figure with a quote", "a player",
    "a lazy player", "a rendered embed", "a widget", "amp", "an instant article", "a shortcode with an id",
    "an embed shortcode", "an embed figure with a link",
]  # fmt: skip


@pytest.mark.parametrize("name", EMBEDS)
def test_a_block_that_is_an_embed_is_recognised(name):
    markup = next(case[1] for case in CASES if case[0] == name).partition("<script")[0]
    tweet = embed_of(_block(markup))
    assert tweet is not None
    assert tweet.id == A


@pytest.mark.parametrize(
    "name",
    ["a link in a sentence that shows itself", "a link on words", "an address in a sentence", "a line of a paragraph",
     "a quotation that cites a status", "a caption with its source"],
)  # fmt: skip
def test_a_block_that_says_more_is_no_embed(name):
    assert embed_of(_block(next(case[1] for case in CASES if case[0] == name))) is None


def test_a_paragraph_around_an_embed_is_one():
    assert embed_of(_block(f'<p><iframe src="https://twitter.com/i/videos/{A}"></iframe></p>')).id == A
    assert embed_of(_block(f'<div><blockquote class="twitter-tweet">{QUOTE}</blockquote></div>')).id == A
    assert embed_of(_block(f'<div><p>Words</p><blockquote class="twitter-tweet">{QUOTE}</blockquote></div>')) is None


def test_an_embed_with_its_caption_is_one():
    figure = _block(
        f'<figure class="wp-block-embed is-provider-twitter"><div class="wp-block-embed__wrapper">\n{URL}\n</div>'
        "<figcaption>What the ministry said</figcaption></figure>"
    )
    assert [tweet.id for tweet in embeds_of(figure)] == [A]


def test_two_addresses_in_one_block_are_two_embeds():
    assert [tweet.id for tweet in embeds_of(_block(f"<p>{URL}<br>{OTHER}</p>"))] == [A, B]


def test_a_comment_and_an_empty_paragraph_are_no_embeds():
    assert embed_of(lxml_html.fragment_fromstring("<div><!-- status --></div>")[0]) is None
    assert embed_of(_block("<p></p>")) is None
