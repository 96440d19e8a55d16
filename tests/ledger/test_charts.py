import pytest

from newsarchive.ledger.charts import bars, nice_top, number, percent, ring, rows


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 4), (3, 4), (4, 4), (5, 8), (11, 12), (21, 24), (26, 32), (241, 300), (999, 1200), (1201, 1600), (4000, 4000)],
)
def test_axis_ends_at_a_round_number(highest: float, top: float) -> None:
    assert nice_top(highest) == top


@pytest.mark.parametrize(
    ("share", "said"), [(1, "100 %"), (0.99999, "99.9 %"), (0.5, "50 %"), (0, "0 %"), (0.1234, "12.3 %")]
)
def test_what_is_not_whole_is_never_called_so(share: float, said: str) -> None:
    assert percent(share) == said


def test_numbers_are_grouped() -> None:
    assert [number(n) for n in (0, 12345, 2.5, 1000.25)] == ["0", "12,345", "2.5", "1,000.25"]


def test_a_chart_of_nothing_is_nothing() -> None:
    assert bars("x", [], []) == ""
    assert bars("x", ["a"], [("n", "c1", [0])]) == ""
    assert rows("x", {}, {}) == ""


def test_a_stack_is_as_high_as_its_parts() -> None:
    drawn = bars("x", ["a"], [("one", "c1", [2]), ("two", "c2", [2])])
    assert drawn.count("<rect") == 2
    assert 'height="97.00" fill="var(--c1)"' in drawn
    assert 'y="12.00" width="46.00" height="97.00" fill="var(--c2)"' in drawn


def test_names_are_escaped() -> None:
    for drawn in (
        bars("<b>", ["<b>"], [("<b>", "c1", [1])]),
        rows("<b>", {"<b>": 1}, {}),
        ring("<b>", 0.5, "<b>"),
    ):
        assert "&lt;b&gt;" in drawn
        assert drawn.count("<b>") == drawn.count("</b>")
