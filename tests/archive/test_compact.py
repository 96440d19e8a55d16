"""What the index packs comes out as it went in, whatever it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.archive.compact import (
    packed_hash,
    packed_prints,
    packed_time,
    plain_hash,
    plain_prints,
    plain_time,
)
from newsarchive.archive.numbers import named_by, number_of
from newsarchive.content import fingerprint
from newsarchive.items import Image
from tests.archive.conftest import article, comment, thread

digest = st.text("0123456789abcdef", min_size=16, max_size=16)
short = st.text("0123456789abcdef", min_size=8, max_size=8)
value = st.one_of(
    st.none(),
    digest,
    st.lists(short, max_size=4).map(" ".join),
    st.lists(st.tuples(short, st.one_of(st.just(""), short)).map(":".join), max_size=4).map(" ".join),
    st.sampled_from(["0", "1", "2026-05-04T12:00:00Z second", "1969-12-31T23:59:59Z local_day", "2026-02-31T00:00:00Z day"]),
    st.tuples(digest, st.one_of(st.just(""), digest), st.sampled_from(["", "7", "-2"])).map("|".join),
    st.text(max_size=12),
)  # fmt: skip
name = st.one_of(
    st.sampled_from(["title", "007", "18", "999999999999999999999"]), st.integers(0, 10**19).map(str), st.text()
)


@given(st.dictionaries(name, value, max_size=12))
def test_any_fingerprint_comes_out_as_it_went_in_and_in_its_order(prints):
    assert list(plain_prints(packed_prints(prints)).items()) == list(prints.items())


@given(
    st.dictionaries(
        st.integers(0, 10**18).map(str), st.tuples(digest, st.one_of(st.just(""), digest), st.just("")).map("|".join)
    )
)
def test_the_fingerprint_of_a_thread_comes_out_as_it_went_in(prints):
    assert list(plain_prints(packed_prints(prints)).items()) == list(prints.items())


def test_fingerprints_take_few_bytes():
    pictures = [Image(url=f"https://daily.example/wp-content/{name}.jpg") for name in "ab"]
    assert len(packed_prints(fingerprint(article(1, images=pictures, tags=["a", "b", "c"], description="d")))) == 85
    comments = [comment(str(5000 + number), f"Comment {number}") for number in range(100)]
    assert len(packed_prints(fingerprint(thread(*comments)))) == 921


@given(st.one_of(st.none(), st.text(), st.datetimes().map(lambda time: time.replace(microsecond=0).isoformat() + "Z")))
def test_any_time_comes_out_as_it_went_in(time):
    assert plain_time(packed_time(time)) == time


def test_a_usual_time_is_a_number():
    assert packed_time("2026-05-04T12:00:00Z") == 1777896000


@pytest.mark.parametrize("hashed", [None, "", "ab", "g" * 64, "A" * 64, "0f" * 32])
def test_any_hash_comes_out_as_it_went_in(hashed):
    assert plain_hash(packed_hash(hashed)) == hashed


@pytest.mark.parametrize(
    ("kind", "id", "number"),
    [
        ("article", "daily/0", 0),
        ("article", "daily/81", 81),
        ("comment_thread", "daily/81", (1 << 60) + 81),
        ("tweet", "1790000000000000000", (1 << 62) + 1790000000000000000),
    ],
)
def test_an_id_of_the_usual_form_is_a_number_and_back(kind, id, number):
    assert number_of(kind, id, "daily/") == number
    assert named_by(number, "daily/") == (kind, id)


@pytest.mark.parametrize(
    ("kind", "id"),
    [
        ("article", "daily/a-slug"),
        ("article", "daily/"),
        ("article", "daily/007"),
        ("article", "daily/²"),
        ("article", "other/7"),
        ("article", "7"),
        ("article", "daily/1152921504606846976"),
        ("article", "daily/99999999999999999999"),
        ("tweet", "daily/7"),
        ("tweet", "9223372036854775807"),
        ("page", "daily/7"),
    ],
)
def test_other_ids_have_no_number(kind, id):
    assert number_of(kind, id, "daily/") is None
