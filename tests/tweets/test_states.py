import itertools
from datetime import datetime, timedelta, timezone
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.items import TweetState
from newsarchive.tweets.outcome import Content, Observation
from newsarchive.tweets.resolvers import KNOWN
from newsarchive.tweets.states import ENDPOINTS, RULES, fold, next_try

START = datetime(2026, 11, 1, tzinfo=timezone.utc)
ID = "1234567890123456789"

# (endpoint, answer) -> the state after this answer alone, and whether the tweet is asked about again by itself.
ALONE = """
markup said                        archived        -
xapi.tweets found                  available       never
xapi.tweets withheld               withheld        90 days
xapi.tweets not_found              deleted         never
xapi.tweets invalid                invalid_id      never
xapi.tweets not_authorized         unavailable     1 day
xapi.tweets absent                 unavailable     1 day
xapi.users protected               protected       90 days
xapi.users suspended               suspended       90 days
xapi.users not_found               account_gone    90 days
xapi.users visible                 unavailable     1 day
xapi.users absent                  unavailable     1 day
oembed found                       available       never
oembed protected                   protected       90 days
oembed not_found                   unavailable     1 day
oembed other                       unavailable     1 day
syndication found                  available       never
syndication found_without_user     account_gone    90 days
syndication tombstone_deleted      unavailable     1 day
syndication tombstone_protected    protected       90 days
syndication tombstone_suspended    suspended       90 days
syndication tombstone_withheld     withheld        90 days
syndication tombstone_age          age_restricted  never
syndication tombstone_other        unavailable     1 day
syndication tombstone_empty        unavailable     1 day
syndication empty                  unavailable     1 day
syndication not_found              unavailable     1 day
syndication bad_request            unavailable     1 day
fxtwitter found                    available       never
fxtwitter deleted                  unavailable     1 day
fxtwitter suspended                suspended       90 days
fxtwitter private                  protected       90 days
fxtwitter blocked                  unavailable     1 day
fxtwitter unavailable              unavailable     1 day
fxtwitter not_found                unavailable     1 day
wayback.cdx captures               unresolved      90 days
wayback.cdx none                   unresolved      90 days
wayback.cdx blocked                unresolved      90 days
wayback.playback json              archived        never
wayback.playback html              archived        never
wayback.playback nothing           unresolved      90 days
wayback.playback other             unresolved      90 days
wayback.playback blocked           unresolved      90 days
tco status                         unresolved      90 days
tco other_tweet                    unresolved      90 days
tco elsewhere                      unresolved      90 days
tco not_found                      unresolved      90 days
"""
ERRORS = {
    "rate_limited": "1 minute",
    "server_error": "1 minute",
    "malformed": "1 minute",
    "no_answer": "1 minute",
    "unauthorized": "now",
    "payment": "now",
    "forbidden": "now",
}
TABLE = {
    (words[0], words[1]): (words[2], " ".join(words[3:]))
    for line in ALONE.strip().splitlines()
    if (words := line.split())
}
TABLE.update(
    {
        (endpoint, error): ("unresolved", again)
        for endpoint in ENDPOINTS
        if endpoint != "markup"
        for error, again in ERRORS.items()
    }
)
WAITS = {
    "now": timedelta(0),
    "1 minute": timedelta(minutes=1),
    "1 day": timedelta(days=1),
    "90 days": timedelta(days=90),
}
_CONTENT = {"found", "said", "json", "html", "withheld", "found_without_user"}


TELLING = [pair for pair in RULES if pair[1] not in ERRORS]


def seen(endpoint, answer, hours=0.0, text=None):
    """An observation so many hours after the start."""
    content = Content(text=text or f"words by {endpoint}", text_truncated=False) if answer in _CONTENT or text else None
    at = (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Observation(
        id=ID, resolver=endpoint.partition(".")[0], endpoint=endpoint, answer=answer, at=at, content=content
    )


def test_the_table_has_every_pair():
    assert set(TABLE) == set(RULES)


@pytest.mark.parametrize(("pair", "expected"), TABLE.items(), ids=[" ".join(pair) for pair in TABLE])
def test_one_answer_alone(pair, expected):
    one = seen(*pair)
    state, again = expected
    assert fold(ID, [one]).state == state
    if pair[0] != "markup":
        when = next_try([one], START)
        assert when == (None if again == "never" else START + WAITS[again])


@pytest.mark.parametrize("pair", RULES, ids=" ".join)
def test_only_the_api_says_deleted_by_one_answer(pair):
    assert (fold(ID, [seen(*pair)]).state == "deleted") == (pair == ("xapi.tweets", "not_found"))


def test_no_two_answers_within_a_day_say_deleted_unless_the_api_does():
    for first, second in itertools.product(TELLING, repeat=2):
        state = fold(ID, [seen(*first), seen(*second, hours=23.9)]).state
        if state == "deleted":
            assert ("xapi.tweets", "not_found") in (first, second), (first, second)


def test_two_answers_a_day_apart_say_deleted_only_as_two_sources_that_found_nothing():
    absent = {pair for pair, ruling in RULES.items() if ruling.kind == "absent"}
    for first, second in itertools.product(TELLING, repeat=2):
        state = fold(ID, [seen(*first), seen(*second, hours=25)]).state
        if state == "deleted" and ("xapi.tweets", "not_found") not in (first, second):
            assert first in absent, (first, second)
            assert second in absent, (first, second)
            assert first[0] != second[0], (first, second)


def test_no_error_ever_changes_a_state():
    for pair, error in itertools.product(
        RULES, [pair for pair in RULES if RULES[pair].kind in ("transient", "refused")]
    ):
        before = fold(ID, [seen(*pair)])
        after = fold(ID, [seen(*pair), seen(*error, hours=1)])
        assert (after.state, after.state_checked_at, after.content) == (
            before.state,
            before.state_checked_at,
            before.content,
        )


def test_a_weaker_source_never_overrides_a_stronger_one():
    for first, second in itertools.product(TELLING, repeat=2):
        if RULES[second].strength < RULES[first].strength:
            assert fold(ID, [seen(*first), seen(*second, hours=1)]).state == fold(ID, [seen(*first)]).state, (
                first,
                second,
            )


def test_words_once_seen_stay_whatever_comes_later():
    telling = [pair for pair in RULES if pair[1] in _CONTENT and not pair[0].startswith("xapi")]
    for first, second in itertools.product(telling, TELLING):
        assert fold(ID, [seen(*first), seen(*second, hours=48)]).content.text, (first, second)


def test_the_order_in_which_observations_are_read_does_not_matter():
    told = [
        seen("oembed", "found"),
        seen("oembed", "not_found", 30),
        seen("fxtwitter", "not_found", 60),
        seen("markup", "said", 1),
    ]
    folded = {repr(fold(ID, order)) for order in itertools.permutations(told)}
    assert len(folded) == 1


def test_answers_of_one_moment_add_up_to_the_same_in_any_order():
    for first, second in itertools.combinations(TELLING, 2):
        told = [seen(*first), seen(*second)]
        assert fold(ID, told) == fold(ID, told[::-1]), (first, second)


FOUND_NOTHING = {
    ("oembed", "not_found"), ("syndication", "not_found"), ("syndication", "tombstone_deleted"),
    ("fxtwitter", "not_found"), ("fxtwitter", "deleted"),
}  # fmt: skip
SEEN_THERE = {"found", "withheld", "protected", "private", "suspended"} | {
    f"tombstone_{why}" for why in ("protected", "suspended", "withheld", "age")
}


@settings(max_examples=600, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(RULES)), st.sampled_from([0, 1, 23, 24, 25, 48, 200])), max_size=7))
def test_no_history_ends_in_deleted_without_its_proof(history):
    """Written apart from the rules: the API's last word, or two sources a day apart that found nothing, and nobody since."""
    if fold(ID, [seen(*pair, hours=hours) for pair, hours in history]).state != "deleted":
        return
    of_the_api = [one for one in history if one[0][0].startswith("xapi") and one[0][1] not in ERRORS]
    if of_the_api:
        last = max(hours for pair, hours in of_the_api if pair[1] not in ("absent", "not_authorized", "visible"))
        assert (("xapi.tweets", "not_found"), last) in history
        return
    there = max((hours for (_, answer), hours in history if answer in SEEN_THERE), default=-1)
    nothing = [(pair[0], hours) for pair, hours in history if pair in FOUND_NOTHING and hours >= there]
    assert any(one[0] != two[0] and two[1] - one[1] >= 24 for one in nothing for two in nothing)


def test_a_sighting_between_or_after_two_absences_breaks_the_proof():
    absences = [seen("oembed", "not_found"), seen("fxtwitter", "not_found", 48)]
    assert fold(ID, absences).state == "deleted"
    assert fold(ID, [*absences, seen("syndication", "found", 24)]).state == "available"
    assert fold(ID, [*absences, seen("oembed", "found", 72)]).state == "available"
    assert fold(ID, [*absences, seen("xapi.tweets", "found", 72)]).state == "available"


def test_what_the_api_has_said_is_not_overruled_by_two_that_found_nothing():
    """Also where it left the reason open: a hidden tweet is there, and the others answer 404 for it."""
    overruled = set()
    for pair in TELLING:
        for hours in (-1, 12, 50):
            told = [seen("oembed", "not_found"), seen("fxtwitter", "not_found", 25), seen(*pair, hours=hours)]
            if fold(ID, told).state == "deleted" and pair != ("xapi.tweets", "not_found"):
                overruled.add((*pair, hours))
    assert not {one for one in overruled if one[0].startswith("xapi")}
    # What was seen before may be gone since; what was seen between or afterwards is there.
    assert ("oembed", "found", -1) in overruled
    assert not {one for one in overruled if one[1] == "found" and one[2] > 0}


def test_the_same_source_twice_proves_nothing():
    assert fold(ID, [seen("oembed", "not_found", hours) for hours in (0, 48, 400)]).state == "unavailable"


def test_the_proof_is_the_evidence():
    record = fold(
        ID, [seen("oembed", "not_found"), seen("oembed", "rate_limited", 1), seen("fxtwitter", "deleted", 48)]
    )
    assert [(one.resolver, one.outcome) for one in record.evidence] == [
        ("oembed", "not_found"),
        ("fxtwitter", "deleted"),
    ]
    assert record.state_checked_at == "2026-11-03T00:00:00Z"


def test_each_field_comes_from_its_best_source():
    told = [
        seen("xapi.tweets", "found", 0, "the whole"),
        seen("oembed", "found", 5, "a part"),
        seen("markup", "said", 9, "a part"),
    ]
    told[1].content.author_name = "By oEmbed"
    record = fold(ID, told)
    assert (record.content.text, record.resolver) == ("the whole", "xapi")
    assert (record.content.author_name, record.sources["author_name"]) == ("By oEmbed", "oembed")


def test_whole_words_win_over_cut_ones():
    cut = seen("syndication", "found", 0, "the whole wo…")
    cut.content.text_truncated = True
    assert fold(ID, [cut, seen("oembed", "found", 0, "the whole words")]).content.text == "the whole words"


def test_words_of_the_api_are_kept_back_once_the_tweet_is_gone():
    told = [
        seen("markup", "said", 0, "quoted"),
        seen("xapi.tweets", "found", 1, "by the API"),
        seen("xapi.tweets", "not_found", 2),
    ]
    record = fold(ID, told)
    assert (record.state, record.kept_back, record.content.text, record.resolver) == (
        "deleted",
        True,
        "quoted",
        "markup",
    )
    assert [one.outcome for one in record.evidence if "kept back" in one.outcome] == [
        "found (its words are kept back: X's terms)"
    ]
    free = fold(ID, told, keep_back=False)
    assert (free.kept_back, free.content.text) == (False, "by the API")


def test_ambiguous_answers_are_asked_about_after_a_day_and_a_week_and_then_left():
    told = [seen("oembed", "not_found")]
    assert next_try(told, START) == START + timedelta(days=1)
    told.append(seen("oembed", "not_found", 24))
    assert next_try(told, START) == START + timedelta(days=8)
    told.append(seen("oembed", "not_found", 24 * 8))
    assert next_try(told, START) is None


def test_every_state_of_the_contract_is_reachable_or_the_beginning():
    reached = {fold(ID, [seen(*pair)]).state for pair in RULES}
    assert reached == set(get_args(TweetState))


def test_every_resolver_has_its_answers_in_the_table():
    for kind in KNOWN.values():
        assert (kind.endpoint or kind.name) in ENDPOINTS


def test_an_answer_without_a_rule_is_kept_and_decides_nothing():
    assert fold(ID, [seen("somebody.else", "shrug")]).state == "unresolved"


def test_words_without_a_rule_are_words():
    record = fold(ID, [seen("somebody.else", "told", text="Their words")])
    assert (record.state, record.content.text, record.next_tries) == ("archived", "Their words", {"somebody": None})
    assert (
        fold(ID, [seen("oembed", "not_found"), seen("somebody.else", "told", 5, "Their words")]).state == "unavailable"
    )
