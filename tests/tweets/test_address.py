import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.tweets import find_references, parse_status_url
from newsarchive.tweets.address import MIRRORS, clean, scan

ID = "1234567890123456789"  # of 2020-03-02
NAME = "Example_News"

NAMED = """
https://twitter.com/U/status/I
http://twitter.com/U/status/I
HTTPS://Twitter.com/U/status/I
https://TWITTER.COM/U/STATUS/I
http://www.twitter.com/U/status/I/
https://mobile.twitter.com/U/status/I?s=20
https://m.twitter.com/U/status/I
https://x.com/U/status/I
https://www.x.com/U/status/I
https://mobile.x.com/U/status/I
//twitter.com/U/status/I
twitter.com/U/status/I
twitter.com/U/statuses/I
https://twitter.com/U/statuses/I
https://twitter.com/#!/U/status/I
https://twitter.com/#!/U/statuses/I
https://twitter.com//U/status/I
https://twitter.com/@U/status/I
https://twitter.com:443/U/status/I
http://twitter.com:80/U/status/I
https://twitter.com./U/status/I
https:/twitter.com/U/status/I
http://https://twitter.com/U/status/I
https:\\/\\/twitter.com\\/U\\/status\\/I
https://twitter.com/U/status/I/photo/1
https://x.com/U/status/I/video/1
https://twitter.com/U/status/I/retweets
https://twitter.com/U/status/I?ref_src=twsrc%5Etfw
https://twitter.com/U/status/I?s=20&#038;t=AbC-1
https://twitter.com/U/status/I?s=20&amp;#038;t=AbC-1
https://twitter.com/U/status/I#m
https://twitter.com/U/status/I).
https://twitter.com/U/status/I,
https://twitter.com/U/status/I.
https://twitter.com/U/status/I!
https://twitter.com/U/status/I:
https://twitter.com/U/status/I;
https://twitter.com/U/status/I"
https://twitter.com/U/status/I'
https://twitter.com/U/status/I]
https://twitter.com/U/status/I”
https://twitter.com/U/status/I<br>
https://twitter.com/U/status/I&nbsp;and
https://twitter.com/U/status/I and more words
https://twitter.com/U/status/Ipic.twitter.com/AbCdEf12Gh
https://twitter.com/U/status/Ipic.x.com/AbCdEf12Gh
https://twitter.com/U/status/Ihttps://example.org/page
https://twitter.com/U/status/I。
https://twitter.com/U%2Fstatus%2FI
https://twitter.com/U/status/I%20
\u200bhttps://twitter.com/U/status/I\u200b
https://twitter.com/U/status/\u200eI
(https://twitter.com/U/status/I)
“https://twitter.com/U/status/I”
https://nitter.net/U/status/I#m
https://nitter.example.org/U/status/I
https://fxtwitter.com/U/status/I/en
https://vxtwitter.com/U/status/I
https://d.fxtwitter.com/U/status/I
https://www.fixupx.com/U/status/I
https://fixvx.com/U/status/I
https://twittpr.com/U/status/I
https://xcancel.com/U/status/I
https://lightbrd.com/U/status/I
https://nuku.trabun.org/U/status/I
https://web.archive.org/web/20200302103000/https://twitter.com/U/status/I
https://web.archive.org/web/20200302103000id_/https://twitter.com/U/status/I
https://web.archive.org/web/20200302103000/https:/twitter.com/U/status/I
https://web.archive.org/web/*/https://twitter.com/U/status/I
https://web.archive.org/web/https://twitter.com/U/status/I
https://web.archive.org/web/2020/http%3A//twitter.com/U/status/I
https://archive.ph/newest/twitter.com/U/status/I
https://archive.is/20200302103000/https://twitter.com/U/status/I
https://archive.today/2020.03.02-103000/https://twitter.com/U/status/I
https://archive.ph/https://twitter.com/U/status/I
https://archive.md/o/AbCdE/https://twitter.com/U/status/I
https://archive.vn/?url=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
https://href.li/?https://twitter.com/U/status/I
https://www.google.com/url?q=https://twitter.com/U/status/I&sa=D
https://www.google.com/url?sa=t&url=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
https://l.facebook.com/l.php?u=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI&h=AT0
https://webcache.googleusercontent.com/search?q=cache:AbCdEf:https://twitter.com/U/status/I
https://twitframe.com/show?url=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
https://web.archive.org/web/20200302103000/https://href.li/?https://twitter.com/U/status/I
https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
https://twitter.com/U/status/I—as
https://twitter.com/U/status/I–
https://twiiit.com/U/status/I
https://twstalker.com/U/status/I
https://web.archive.org/save/https://twitter.com/U/status/I
https://web.archive.org/https://twitter.com/U/status/I
https://archive.is/submit/?url=https://twitter.com/U/status/I
https://www.google.de/url?q=https://twitter.com/U/status/I&sa=D
https://www.google.co.uk/url?url=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
https://www.google.com/amp/s/twitter.com/U/status/I
https://twitter-com.cdn.ampproject.org/c/s/twitter.com/U/status/I
https://translate.google.com/translate?sl=es&tl=en&u=https://twitter.com/U/status/I
https://webcache.googleusercontent.com/search?q=cache:AbC-dEf_:twitter.com/U/status/I+&cd=1&hl=en
https://webcache.googleusercontent.com/search?q=cache%3Ahttps%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI
""".strip().split("\n")

NAMELESS = """
https://twitter.com/i/web/status/I
https://x.com/i/status/I
https://x.com/i/web/status/I
https://twitter.com/statuses/I
https://twitter.com/status/status/I
https://twitter.com/anyuser/status/I
https://twitter.com/twitter/status/I
https://twitter.com/web/status/I
https://twitter.com/i/videos/I
https://twitter.com/i/videos/tweet/I
https://twitter.com/i/cards/tfw/v1/I
https://platform.twitter.com/embed/Tweet.html?dnt=false&amp;id=I
https://platform.twitter.com/embed/index.html?id=I&lang=en
https://platform.x.com/embed/Tweet.html?frame=false&id=I&theme=light
https://threadreaderapp.com/thread/I.html
https://threadreaderapp.com/thread/I
https://nitter.net/i/status/I
https://api.fxtwitter.com/2/status/I
""".strip().split("\n")

NOTHING = [
    "",
    "https://twitter.com/U",
    "https://twitter.com/U/",
    "https://twitter.com/U/status/",
    "https://twitter.com/U/status/abc",
    "https://twitter.com/U/status/0",
    "https://twitter.com/U/status/0123",
    "https://twitter.com/U/likes",
    "https://twitter.com/U/lists/news",
    "https://twitter.com/hashtag/news",
    "https://twitter.com/search?q=status/I",
    "https://twitter.com/i/events/I",
    "https://twitter.com/i/moments/I",
    "https://twitter.com/i/lists/I",
    "https://twitter.com/intent/tweet?in_reply_to=I",
    "https://twitter.com/intent/like?tweet_id=I",
    "https://twitter.com/intent/retweet?tweet_id=I",
    "https://twitter.com/share?url=https%3A%2F%2Ftwitter.com%2FU%2Fstatus%2FI",
    "https://twitter.com/home?status=https://twitter.com/U/status/I",
    "https://www.facebook.com/sharer.php?u=https://twitter.com/U/status/I",
    "https://t.me/share/url?url=https://twitter.com/U/status/I",
    "https://twitter.com/U/status/11034838536861…",
    "https://twitter.com/U/status/11034838536861...",
    "https://twitter.com/U/status/I…",
    "https://twitter.com/U/status/Ia",
    "https://twitter.com/U/status/I_",
    "https://twitter.com/U/status/I١",
    "https://twitter.com/ATwentyOneCharacterNam/status/I",
    "https://twitter.com/U/status/99999999999999999999",
    "https://twitter.com/U/status/9223372036854775808",
    "https://twitter.com/U/status/29700859248",
    "https://twitter.com/U/status/98273645123",
    "https://twitter.com/U/status/249999999999999",
    "https://twitter.com/U/status/9223372036854775807",
    "https://netflix.com/U/status/I",
    "https://twitter.com.example.org/U/status/I",
    "https://twitter.com@example.org/U/status/I",
    "https://example.org@twitter.com/U/status/I",
    "https://nottwitter.com/U/status/I",
    "https://status.twitter.com/U/status/I",
    "https://example.org/twitter.com/U/status/I",
    "https://example.org/?u=https://twitter.com/U/status/I",
    "https://web.archive.org/web/20200302103000/https://example.org/U/status/I",
    "https://web.archive.org/web/20131110121040/http://api.twitter.com/1/statuses/user_timeline.json?id=U",
    "https://archive.ph/AbCdE",
    "https://web.archive.org/details/twitter.com/U/status/I",
    "https://evilgoogle.com/url?q=https://twitter.com/U/status/I",
    "https://google.example.org/url?q=https://twitter.com/U/status/I",
    "https://ampproject.example/c/s/twitter.com/U/status/I",
    "https://twstalker.com.example.org/U/status/I",
    "https://webcache.googleusercontent.com/search?q=twitter.com/U/status/I",
    "https://google.com/search?q=https://twitter.com/U/status/I",
    "https://t.co/oWuVaBwCeD",
    "https://pic.twitter.com/oWuVaBwCeD",
    "https://platform.twitter.com/widgets/tweet_button.html?url=https://example.org",
    "https://platform.twitter.com/embed/Tweet.html?dnt=true",
    "https://mastodon.example/@U/I",
    "see https://twitter.com/U/status/I",
    "I",
    "@U",
    "https://",
    "https://[twitter.com]/U/status/I",
    "",
    "",
][1:]


def _fill(template: str) -> str:
    return (
        template.replace("/I", f"/{ID}").replace("=I", f"={ID}").replace("\u200eI", f"\u200e{ID}").replace("%2FI", f"%2F{ID}")
        .replace("/U", f"/{NAME}").replace("@U", f"@{NAME}").replace("2FU", f"2F{NAME}")
    )  # fmt: skip


@pytest.mark.parametrize("address", NAMED)
def test_names_the_status_and_its_account(address):
    reference = parse_status_url(_fill(address))
    assert reference is not None
    assert (reference.id, reference.handle) == (ID, NAME)
    assert reference.url == "https://twitter.com/Example_News/status/1234567890123456789"


@pytest.mark.parametrize("address", NAMELESS)
def test_names_the_status_without_an_account(address):
    reference = parse_status_url(_fill(address))
    assert reference is not None
    assert (reference.id, reference.handle) == (ID, None)
    assert reference.url == "https://x.com/i/web/status/1234567890123456789"


@pytest.mark.parametrize("address", NOTHING)
def test_names_no_status(address):
    assert parse_status_url(ID if address == "I" else _fill(address)) is None


def test_there_are_more_than_ninety_cases():
    assert len(NAMED) + len(NAMELESS) + len(NOTHING) >= 90


@pytest.mark.parametrize(
    ("address", "wrapper", "archived_at"),
    [
        ("https://web.archive.org/web/20200302103000/https://twitter.com/a/status/20", "web.archive.org", "2020-03-02T10:30:00Z"),
        ("https://web.archive.org/web/20200302103000id_/https://twitter.com/a/status/20", "web.archive.org", "2020-03-02T10:30:00Z"),
        ("https://web.archive.org/web/2020*/https://twitter.com/a/status/20", "web.archive.org", None),
        ("https://web.archive.org/web/20209999999999/https://twitter.com/a/status/20", "web.archive.org", None),
        ("https://archive.ph/20200302-103000/https://twitter.com/a/status/20", "archive.ph", "2020-03-02T10:30:00Z"),
        ("https://archive.ph/newest/twitter.com/a/status/20", "archive.ph", None),
        ("https://href.li/?https://twitter.com/a/status/20", "href.li", None),
        ("https://twitter.com/a/status/20", None, None),
    ],
)  # fmt: skip
def test_a_wrapper_and_the_time_it_names_are_kept(address, wrapper, archived_at):
    reference = parse_status_url(address)
    assert reference is not None
    assert (reference.wrapper, reference.archived_at) == (wrapper, archived_at)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("https://twitter.com/a/status/20?s=20&#038;t=x).", "https://twitter.com/a/status/20?s=20&t=x"),
        ("https://twitter.com/a/status/20pic.twitter.com/AbCdEf12Gh", "https://twitter.com/a/status/20"),
        ("https://twitter.com/a/status/20?s=20—as", "https://twitter.com/a/status/20?s=20"),
        ("https://twitter.com/a/status/20https://twitter.com/a/status/21", "https://twitter.com/a/status/20"),
        ("https://web.archive.org/web/2019/https://twitter.com/a/status/20, and", "https://web.archive.org/web/2019/https://twitter.com/a/status/20"),
        ("https://www.google.com/url?q=https://twitter.com/a/status/20&sa=D", "https://www.google.com/url?q=https://twitter.com/a/status/20"),
    ],
)  # fmt: skip
def test_the_address_is_kept_as_it_was_written(text, seen):
    reference = parse_status_url(text)
    assert reference is not None
    assert reference.seen == seen


def test_an_id_of_tomorrow_is_possible_and_one_of_the_day_after_is_not():
    posted_ms = (int(ID) >> 22) + 1_288_834_974_657
    address = f"https://twitter.com/a/status/{ID}"
    assert parse_status_url(address, now_ms=posted_ms - 86_400_000) is not None
    assert parse_status_url(address, now_ms=posted_ms - 86_400_001) is None


def test_a_mirror_of_the_day_can_be_named():
    address = f"https://mirror.example/{NAME}/status/{ID}"
    assert parse_status_url(address) is None
    assert parse_status_url(address, MIRRORS | {"mirror.example"}) is not None


def test_running_text_gives_its_addresses_in_order():
    text = (
        "First https://twitter.com/a/status/20, then x.com/b/status/21?s=20. "
        "Not https://example.org/?u=https://twitter.com/c/status/22 nor @d/status/23, "
        "but twitter.com/e/status/24https://twitter.com/f/status/25 and archive.ph/newest/twitter.com/g/status/26"
    )
    assert [(r.handle, r.id) for _, _, r in scan(text)] == [
        ("a", "20"),
        ("b", "21"),
        ("e", "24"),
        ("f", "25"),
        ("g", "26"),
    ]


def test_spans_of_running_text_hold_the_address():
    text = clean("See https://twitter.com/a/status/20?s=20&amp;t=1 there")
    [(start, stop, reference)] = scan(text)
    assert text[start:stop] == reference.seen == "https://twitter.com/a/status/20?s=20&t=1"


_PARTS = st.sampled_from(
    ["https://", "//", "twitter.com", "x.com", "/", "a", "status", "statuses", "20", "1234567890123456789", "…", "?url=", "%2F",
     "%", "web.archive.org/web/2019/", "archive.ph/", "google.com/url?q=", "&amp;", "&#", "\u200b", "\ud800", "\x00", " ", "#!",
     "@", "[tweet ", "]", "<p>", "</p>", "<blockquote class='twitter-tweet'>", "<iframe src='", "'>", "<!-- wp:embed {", "} -->",
     "(@a)", "— ", "March 7, 2019", "pic.twitter.com/AbCdEf12", "t.co/AbCdEf12", "<a href='", "</a>", "<noscript>", "\n"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(_PARTS, max_size=40).map("".join)))
def test_nothing_raises_on_any_text(text):
    reference = parse_status_url(text)
    assert reference is None or reference.id.isdigit()
    for tweet in find_references(text):
        assert tweet.id is None or tweet.id.isdigit()


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(_PARTS, max_size=30).map(lambda parts: "".join(parts).encode("utf-16", "surrogatepass")),
    )
)
def test_nothing_raises_on_any_bytes(data):
    assert [tweet.position for tweet in find_references(data)] == list(range(len(find_references(data))))


@pytest.mark.parametrize(
    "text",
    [
        "https://" * 20_000,
        "twitter.com/" * 20_000,
        "a." * 50_000 + "/status/20",
        "a-" * 50_000 + "x.com/status/20",
        "https://twitter.com/a/status/" + "1" * 100_000,
        "https://platform.twitter.com/embed/Tweet.html?" + "&id=x" * 20_000,
        "https://web.archive.org/web/1/" * 5_000,
        "https://webcache.googleusercontent.com/search?" + "&q=" * 20_000 + "cache:",
        "[tweet " * 20_000,
        "[embed]" * 20_000,
        "(@a) " * 20_000 + "status",
        "%25" * 30_000 + "https://twitter.com/%25%25status",
        "&amp;" * 30_000 + "status",
        "t.co/" * 20_000,
        "<p>" + "— a (@b) " * 10_000 + "March 7, 2019</p>",
        "<blockquote class='twitter-tweet'>" * 300 + "status",
        "<div><a href='https://twitter.com/a/status/20'>" * 2_000,
    ],
    ids=lambda text: text[:24],
)
def test_hostile_text_is_read_in_bounded_time(text, benchmark_seconds):
    with benchmark_seconds(2.0):
        parse_status_url(text)
        find_references(text)
