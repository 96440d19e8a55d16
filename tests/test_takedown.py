from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.takedown import Look, SiteHealth, Standing, decide, word_of

NOON = datetime(2024, 5, 7, 12, tzinfo=timezone.utc)
WELL = SiteHealth(home_answers=True, looked=100, absent=1)


def look(word: str = "absent", hours: float = 0, source: str = "page", status: int = 404) -> Look:
    return Look(at=NOON + timedelta(hours=hours), source=source, word=word, status=status)  # type: ignore[arg-type]


SUSPECTED = Standing(suspicions=(look(),))
GONE = Standing(gone=True)
DOWN = SiteHealth(home_answers=False, looked=100, absent=1)
WAVE = SiteHealth(home_answers=True, looked=20, absent=12)


@pytest.mark.parametrize(
    ("name", "standing", "looks", "site", "action", "gone", "remembered"),
    [
        ("there and known", Standing(), [look("there")], WELL, "nothing", False, 0),
        ("absent once", Standing(), [look()], WELL, "suspect", False, 1),
        ("absent again the same day", SUSPECTED, [look(hours=3)], WELL, "suspect", False, 1),
        ("absent again around midnight", Standing(suspicions=(look(hours=11),)), [look(hours=13)], WELL, "suspect", False, 2),
        ("absent on another day", SUSPECTED, [look(hours=24)], WELL, "gone", True, 0),
        ("absent before the suspicion, by a clock set back", Standing(suspicions=(look(hours=9_000),)), [look()], WELL, "suspect", False, 2),
        ("absent on the day after the clock was set back", Standing(suspicions=(look(hours=9_000), look())), [look(hours=24)], WELL, "gone", True, 0),
        ("absent by a second source", Standing(), [look(), look(source="rest", status=401)], WELL, "gone", True, 0),
        ("absent by another source later", SUSPECTED, [look(hours=1, source="rest")], WELL, "gone", True, 0),
        ("the same look twice", Standing(), [look(), look()], WELL, "suspect", False, 1),
        ("there on the second look", SUSPECTED, [look("there", 24)], WELL, "nothing", False, 0),
        ("one source has it", Standing(), [look(), look("there", source="rest")], WELL, "nothing", False, 0),
        ("a challenge says nothing", Standing(), [look("unclear", status=403)], WELL, "nothing", False, 0),
        ("a challenge forgets nothing", SUSPECTED, [look("unclear", 24, status=503)], WELL, "nothing", False, 1),
        ("not looked at", SUSPECTED, [], WELL, "nothing", False, 1),
        ("the home page fails", SUSPECTED, [look(hours=24)], DOWN, "nothing", False, 1),
        ("a wave", SUSPECTED, [look(hours=24)], WAVE, "nothing", False, 1),
        ("a wave is not remembered", Standing(), [look()], WAVE, "nothing", False, 0),
        ("there during a wave", GONE, [look("there")], WAVE, "returned", False, 0),
        ("still gone", GONE, [look(hours=48)], WELL, "nothing", True, 0),
        ("back", GONE, [look("there", 48)], WELL, "returned", False, 0),
    ],
)  # fmt: skip
def test_decision(
    name: str, standing: Standing, looks: list[Look], site: SiteHealth, action: str, gone: bool, remembered: int
) -> None:
    made = decide(standing, looks, site)
    assert (made.action, made.standing.gone, len(made.standing.suspicions)) == (action, gone, remembered)


def test_the_status_kept_is_the_latest() -> None:
    made = decide(SUSPECTED, [look(hours=24, status=410)], WELL)
    assert made.status == 410


@pytest.mark.parametrize(
    ("looked", "absent", "fails"),
    [(0, 0, False), (3, 3, False), (4, 4, False), (5, 5, True), (100, 30, False), (100, 31, True), (1_000, 5, False)],
)
def test_where_many_are_absent_it_is_the_site(looked: int, absent: int, fails: bool) -> None:
    assert SiteHealth(home_answers=True, looked=looked, absent=absent).fails is fails


@pytest.mark.parametrize(
    ("status", "rule", "word"),
    [
        (200, None, ("there", 200)),
        (404, "not-found", ("absent", 404)),
        (410, "gone", ("absent", 410)),
        (200, "redirect-home", ("absent", 302)),
        (200, "soft-404", ("absent", 404)),
        (200, "cloudflare-challenge", ("unclear", 200)),
        (200, "cut-short", ("unclear", 200)),
        (200, "other-domain", ("unclear", 200)),
        (403, "forbidden", ("unclear", 403)),
        (500, "server-error", ("unclear", 500)),
        (200, "parked", ("unclear", 200)),
    ],
)
def test_what_an_answer_says_of_an_article(status: int, rule: str | None, word: tuple[str, int]) -> None:
    assert word_of(status, rule) == word


LOOKS = st.lists(
    st.builds(
        look,
        st.sampled_from(["there", "absent", "unclear"]),
        st.floats(0, 200),
        st.sampled_from(["page", "rest", "feed"]),
        st.sampled_from([404, 410, 302, 401]),
    ),
    max_size=4,
)


@given(runs=st.lists(LOOKS, max_size=8))
def test_nothing_is_gone_that_was_seen_in_the_same_run_nor_on_one_look(runs: list[list[Look]]) -> None:
    standing = Standing()
    absences = 0
    for looks in runs:
        made = decide(standing, looks, WELL)
        absences += sum(one.word == "absent" for one in looks)
        if any(one.word == "there" for one in looks):
            assert made.action in {"nothing", "returned"}
            absences = 0
        if made.action == "gone":
            assert absences >= 2
        assert len(made.standing.suspicions) <= 10
        standing = made.standing
