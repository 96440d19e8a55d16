"""The index by itself: ids of every form, and what a window of near-duplicates finds."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive.index import Index, Known, Place, Row, Seen
from newsarchive.archive.nearby import Bands, bands_of, signature, words_of

IDS = ["daily/2", "daily/10", "daily/a-slug", "other/7", "7", "daily/99999999999999999999"]


def known(id: str, kind: str = "article", revision: int = 1, offset: int = 0) -> Known:
    return Known(
        kind=kind,
        id=id,
        revision=revision,
        content_hash="0f" * 32,
        prints={"title": "ab" * 8},
        fetched_at="2026-05-04T12:00:00Z",
        source="rest",
        url=f"https://daily.example/{id}?a=b",
        place=Place(part="articles/date=2026-05-04/p-0001", offset=offset, length=10),
    )


@pytest.fixture
def index(tmp_path: Path):
    with closing(Index(tmp_path / "index.sqlite3", write=True)) as made:
        yield made


def test_ids_of_every_form_are_found_and_told_apart(index):
    with closing(Index(index.path)) as reader:
        assert reader.known("article", "daily/2") is None
        index.commit(Row(known=known(id, kind)) for id in IDS for kind in ("article", "comment_thread", "tweet"))
        for kind in ("article", "comment_thread", "tweet"):
            for id in IDS:
                found = reader.known(kind, id)
                assert found is not None
                assert (found.kind, found.id, found.url) == (kind, id, f"https://daily.example/{id}?a=b")
            assert sorted(one.id for one in reader.each(kind)) == sorted(IDS)
        assert reader.known("article", "daily/3") is None
        assert sorted(name for name, _ in reader.heads()) == sorted(
            (kind, id) for id in IDS for kind in ("article", "comment_thread", "tweet")
        )
        assert reader.totals()["articles"] == 6


def test_things_are_listed_by_their_numbers_and_then_as_they_were_met(index):
    index.commit(Row(known=known(id)) for id in ("daily/10", "daily/b", "daily/9", "daily/a"))
    assert [one.id for one in index.each("article")] == ["daily/9", "daily/10", "daily/b", "daily/a"]


def test_an_address_leads_to_the_article_whatever_the_form_of_its_id(index):
    index.commit([Row(known=known(id), addresses=[id.encode()]) for id in IDS])
    assert [index.article_at(id.encode()) for id in IDS] == IDS
    assert index.article_at(b"elsewhere") is None


def test_a_transaction_that_fails_leaves_no_trace(index):
    broken = known("daily/b")
    broken.place = None
    with pytest.raises(AssertionError):
        index.commit([Row(known=known("daily/1")), Row(known=known("daily/a")), Row(known=broken)])
    assert list(index.heads()) == []
    index.commit([Row(known=known("other/1")), Row(known=known("other/a"))])
    assert [name for name, _ in index.heads()] == [("article", "other/a"), ("article", "other/1")]


def test_a_reading_tells_nothing_of_another_revision_than_it_repeats(index):
    def seen(revision: int, at: str) -> Seen:
        return Seen(kind="article", id="daily/1", revision=revision, at=at, etag=f"of {revision}")

    index.commit([Row(known=known("daily/1"))], [seen(1, "2026-05-05T00:00:00Z")])
    assert index.known("article", "daily/1").etag == "of 1"
    # Both in one transaction: the page was read unchanged, then changed.
    index.commit([Row(known=known("daily/1", revision=2, offset=10))], [seen(1, "2026-05-06T00:00:00Z")])
    assert index.known("article", "daily/1").etag is None
    index.commit([], [seen(2, "2026-05-07T00:00:00Z"), seen(3, "2026-05-08T00:00:00Z")])
    assert (index.known("article", "daily/1").etag, index.known("article", "daily/1").read_at) == (
        "of 2",
        "2026-05-07T00:00:00Z",
    )


def words(chance: random.Random, count: int) -> list[str]:
    return [f"word{chance.randrange(3000)}" for _ in range(count)]


def test_copies_are_found_among_thousands_with_a_set_phrase_in_all(index):
    chance = random.Random(3)
    phrase = " ".join(words(chance, 60))
    texts = [" ".join(words(chance, 240)) + " " + phrase for _ in range(3000)]
    signed = [(f"daily/{number}", signature(text)) for number, text in enumerate(texts)]
    index.sign(signed, 2000)
    # Of the last 2,000 a cut and rewritten copy is found, of those before none is told.
    copies = [" ".join([*words(chance, 30), *text.split()[:200]]) for text in texts]
    found = [
        f"daily/{number}" in [id for id, _ in index.alike(bands_of(signature(copies[number])))]
        for number in range(0, 3000, 25)
    ]
    assert sum(found[40:]) == 80
    assert sum(found[:40]) == 0


def test_a_place_is_taken_over_from_articles_that_have_left_the_window():
    bands = Bands()
    bands.add(1, [77], 1)
    bands.add(2, [77], 1)
    bands.add(3, [77], 1)
    assert bands.sharing([77]) == [1, 2]
    bands.add(4, [77], 2)
    assert bands.sharing([77]) == [2, 4]
    assert bands.sharing([78]) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-b_c, d.\x1fe\x7f3", ["a", "b_c", "d", "e", "3"]),
        ("\u201cit\u2019s\u201d\u00a0over\u2014now\u2026", ["it", "s", "over", "now"]),
        ("caf\u00e9 \u2013 \u043c\u0438\u0440\u00b2!", ["caf\u00e9", "\u043c\u0438\u0440\u00b2"]),
        ("", []),
    ],
)
def test_words_are_letters_digits_and_underscores_in_any_script(text, words):
    assert words_of(text) == words
