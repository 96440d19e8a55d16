"""The set of what a run met."""

import tracemalloc

from newsarchive.hashes import Hashes


def test_it_knows_what_it_met_and_nothing_else() -> None:
    met = Hashes()
    assert [met.add(f"/2019/03/article-{n}") for n in range(5_000)] == [True] * 5_000
    assert [met.add(f"/2019/03/article-{n}") for n in range(5_000)] == [False] * 5_000
    assert all(f"/2019/03/article-{n}" in met for n in range(5_000))
    assert not any(f"/2020/03/article-{n}" in met for n in range(5_000))
    assert len(met) == 5_000


def test_numbers_none_and_texts_are_told_apart() -> None:
    met = Hashes()
    assert [met.add(0), met.add("0"), met.add(None), met.add(("id", "0")), met.add(0)] == [True] * 4 + [False]


def test_it_takes_at_most_24_bytes_each() -> None:
    tracemalloc.start()
    met = Hashes()
    for number in range(20_000):
        met.add(number)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 24 * 20_000 + 10_000
