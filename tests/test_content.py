"""One hash for one content, however it is written and read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.content import changed_fields, content_hash, fingerprint
from newsarchive.items import Article, Block, Comment, CommentThread, Gone, Image, Tweet
from tests.archive.conftest import article, comment, thread


def test_the_hash_of_an_article_stays_what_it_is_over_the_years():
    assert content_hash(article(1)) == "ea586c06b11ed26ae0b2a5843b70c5ac5e43ccfd150d4de81c580dd5e5c2db04"


NOISE: dict[str, dict[str, Any]] = {
    "another fetch": {"fetched_at": "2027-01-01T00:00:00Z", "source": "page"},
    "another address": {"url": "https://www.old-daily.example/?p=1", "aliases": ["https://daily.example/x/"]},
    "modified time": {"modified_at": "2027-01-01T00:00:00Z"},
    "counters": {"comment_count": 90, "comments_open": False, "word_count": 7},
    "markup": {"html": "<p>changed nonce=1</p>"},
    "white space": {"title": "  Bridge 1\u00a0 opens\n"},
    "composed letters": {"authors": ["Ann Lee"]},
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_does_not_change_the_hash(name):
    assert content_hash(article(1, **NOISE[name])) == content_hash(article(1))


CHANGES: dict[str, dict[str, Any]] = {
    "title": {"title": "Bridge 1 closes"},
    "subtitle": {"subtitle": "At last"},
    "text": {"text": "Other words."},
    "authors": {"authors": ["Bo Ek"]},
    "published_at": {"published_at": "2026-05-03T09:30:00Z"},
    "categories": {"categories": ["City"]},
    "tags": {"tags": ["bridge"]},
    "description": {"description": "A bridge."},
    "images": {"images": [Image(url="https://daily.example/wp-content/uploads/a.jpg")]},
    "gone": {"gone": Gone(status=404, seen_at="2026-05-04T12:00:00Z")},
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_field_that_bears_meaning_changes_the_hash(name):
    assert content_hash(article(1, **CHANGES[name])) != content_hash(article(1))
    changed = changed_fields(fingerprint(article(1)), fingerprint(article(1, **CHANGES[name])), same_way=True)
    assert changed == ["body" if name == "text" else name]


def test_the_order_of_tags_and_categories_does_not_count():
    one, other = (article(1, tags=tags, categories=tags) for tags in (["a", "b"], ["b", "a"]))
    assert content_hash(one) == content_hash(other)


def test_a_tweet_in_the_text_counts_by_its_id():
    bare = Block(type="tweet", tweet_id="123", url="https://twitter.com/x/status/123", text=None)
    cached = Block(type="tweet", tweet_id="123", url="https://x.com/y/status/123?s=20", text="Words — X (@x) May 3")
    assert content_hash(article(1, blocks=[bare])) == content_hash(article(1, blocks=[cached]))


@pytest.mark.parametrize(
    "url",
    [
        "https://old-daily.example/wp-content/uploads/2026/05/a.jpg",
        "https://daily.example/wp-content/uploads/2026/05/a-1024x683.jpg",
        "https://i0.wp.com/daily.example/wp-content/uploads/2026/05/a.jpg?w=640&ssl=1",
        "https://daily.example/wp-content/uploads/2026/05/a-scaled.jpg",
    ],
)
def test_a_picture_is_the_same_on_another_domain_behind_a_cdn_and_in_another_size(url):
    def pictured(where: str) -> Article:
        image = Image(url=where, caption="The bridge")
        return article(1, images=[image], blocks=[Block(type="image", url=where, caption="The bridge")])

    assert content_hash(pictured(url)) == content_hash(
        pictured("https://daily.example/wp-content/uploads/2026/05/a.jpg")
    )


@pytest.mark.parametrize("name", ["a.jpg.webp", "a.webp", "a-1024x683.jpg.webp", "a.JPEG", "a.avif"])
def test_a_picture_that_an_optimiser_serves_in_another_format_is_no_change(name: str) -> None:
    def pictured(name: str) -> dict[str, str | None]:
        url = f"https://daily.example/wp-content/uploads/2026/05/{name}"
        return fingerprint(
            article(1, images=[Image(url=url)], blocks=[Block(type="image", url=url, caption="A bridge")])
        )

    assert changed_fields(pictured("a.jpg"), pictured(name), same_way=True) == []
    assert changed_fields(pictured("b.jpg"), pictured(name), same_way=True) == ["body", "images"]


def test_a_player_is_the_same_in_each_form_of_its_address():
    forms = (
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://youtu.be/abcdefghijk?si=x",
        "https://www.youtube.com/embed/abcdefghijk",
    )
    assert len({content_hash(article(1, blocks=[Block(type="video", url=url)])) for url in forms}) == 1


@pytest.mark.parametrize("path", ["/wp-content/uploads/lock.mp4", "/an-article-of-its-own/"])
def test_a_video_or_an_article_of_the_site_itself_moves_with_it(path: str) -> None:
    def at(host: str, path: str = path) -> Any:
        return article(1, url=f"https://{host}/a/", blocks=[Block(type="embed", url=f"https://{host}{path}")])

    assert differs(at("daily.example"), at("www.new-daily.example"), same_way=True) == []
    assert differs(at("daily.example"), at("daily.example", "/another/"), same_way=True) == ["body"]


def test_the_quotes_that_a_theme_prints_in_a_name_are_no_change() -> None:
    assert differs(article(1, authors=["Sean O'Neil"]), article(1, authors=["Sean O’Neil"]), same_way=True) == []
    assert differs(article(1, authors=["Sean O'Neil"]), article(1, authors=["Sean ONeil"]), same_way=True) == [
        "authors"
    ]


def test_a_mapping_has_the_hash_of_its_item():
    import msgspec

    assert content_hash(msgspec.to_builtins(article(1))) == content_hash(article(1))


def differs(before: Any, after: Any, same_way: bool = False) -> list[str]:
    return changed_fields(fingerprint(before), fingerprint(after), same_way=same_way)


def test_what_only_one_way_of_reading_knows_is_no_change():
    page = article(1, source="page", subtitle="At last", description="From the meta tag", tags=["bridge"])
    rest = article(1, source="rest", description="From the excerpt", tags=["bridge", "river"])
    assert differs(rest, page) == []
    assert differs(page, rest) == []


def test_what_both_ways_know_differently_is_a_change():
    assert differs(article(1, tags=["bridge", "river"]), article(1, tags=["bridge", "road"])) == ["tags"]


@pytest.mark.parametrize(
    ("time", "precision", "changed"),
    [
        ("2026-05-03T08:30:00Z", "minute", []),
        ("2026-05-03T00:00:00Z", "day", []),
        ("2026-05-02T00:00:00Z", "day", ["published_at"]),
        ("2026-05-03T11:30:00Z", "local_minute", []),
        ("2026-05-03T08:31:00Z", "minute", ["published_at"]),
        ("2026-05-03T01:30:00Z", "second", []),  # the page of a site whose zone was changed
        ("2026-05-05T08:30:00Z", "second", ["published_at"]),
    ],
)
def test_times_are_compared_as_exactly_as_both_are_known(time, precision, changed):
    assert differs(article(1), article(1, published_at=time, published_at_precision=precision)) == changed


def test_a_time_that_moves_by_hours_between_two_readings_of_one_way_is_a_change():
    assert differs(article(1), article(1, published_at="2026-05-03T01:30:00Z"), same_way=True) == ["published_at"]


def test_votes_dates_and_depth_of_comments_do_not_count():
    one = thread(comment("1", votes=3, depth=1))
    other = thread(comment("1", votes=9, depth=2, posted_at="2027-01-01T00:00:00Z", html="<b>x</b>"), complete=False)
    assert content_hash(one) == content_hash(other)
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one, votes=True) != fingerprint(other, votes=True)


def test_the_order_of_comments_does_not_count():
    assert content_hash(thread(comment("1"), comment("2"))) == content_hash(thread(comment("2"), comment("1")))


def test_metrics_of_a_tweet_do_not_count():
    from newsarchive.items import Metrics

    one, other = (Tweet(id="1", text="x", state="available", metrics=Metrics(likes=likes)) for likes in (1, 2))
    assert content_hash(one) == content_hash(other)
    assert fingerprint(one) == fingerprint(other)
    assert fingerprint(one, metrics=True) != fingerprint(other, metrics=True)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.text(max_size=60), st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_is_too_odd_for_a_hash(title, text):
    odd = article(
        1, title=title, text=text, blocks=[Block(type="image", url=text, caption=title), Block(type="video", url=title)]
    )
    assert len(content_hash(odd)) == 64
    assert set(fingerprint(odd)) == set(fingerprint(article(1)))
    assert len(content_hash(CommentThread(id="x", comments=[Comment(id=title, text=text)]))) == 64
