from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.tweets.clock import created_at, doubt, impossible, moment, printed_day


@pytest.mark.parametrize(
    ("tweet_id", "time"),
    [
        ("1103483853686165505", "2019-03-07T02:33:47.114Z"),
        ("1103356574771437568", "2019-03-06T18:08:01.456Z"),
        ("1102751547249909761", "2019-03-05T02:03:51.654Z"),
        ("1838292181909672312", "2024-09-23T18:59:44.641Z"),
        ("250000000000000", "2010-11-04T18:16:19.301Z"),
    ],
)
def test_a_snowflake_tells_its_time_to_the_millisecond(tweet_id, time):
    assert created_at(tweet_id) == (time, "snowflake")


@pytest.mark.parametrize(
    ("tweet_id", "time"),
    [
        ("20", "2006-03-21T20:50:14Z"),
        ("1", "2006-03-21T20:50:14Z"),
        ("29700859247", "2010-11-04T21:02:48Z"),
        ("10006637163", "2010-03-05T03:33:15Z"),
    ],
)
def test_a_counted_id_is_dated_between_known_ones(tweet_id, time):
    assert created_at(tweet_id) == (time, "interpolated")


@pytest.mark.parametrize(
    ("tweet_id", "seconds"),
    [("65541", 1163473981), ("309988312", 1191436471), ("810320103", 1210695479), ("1566256273", 1240241537),
     ("5685978711", 1258134867), ("16010619446", 1276357218)],
)  # fmt: skip
def test_an_estimate_is_within_three_days_of_the_measured_time(tweet_id, seconds):
    assert abs(moment(tweet_id).timestamp() - seconds) < 3 * 86_400


@given(st.integers(20, 29_700_859_246))
def test_estimates_never_run_backwards(number):
    assert moment(str(number)) <= moment(str(number + 1))


@pytest.mark.parametrize(
    "tweet_id",
    ["29700859248", "98273645123", "249999999999999", "9223372036854775808", "99999999999999999999", "9223372036854775807",
     "0", "007", "", "-1", "1.5", "abc", "١٢٣", "1" * 500],
)  # fmt: skip
def test_what_no_tweet_can_have_is_refused(tweet_id):
    assert impossible(tweet_id)
    assert created_at(tweet_id) == (None, None)


@pytest.mark.parametrize("tweet_id", ["1", "20", "29700859247", "250000000000000", "1103483853686165505"])
def test_the_edges_of_the_gap_are_possible(tweet_id):
    assert impossible(tweet_id) is None


def test_the_articles_own_date_casts_doubt():
    article = datetime(2019, 3, 7, 12, 0, tzinfo=timezone.utc)
    assert doubt("1103483853686165505", article) is None
    assert doubt("1838292181909672312", article) == "posted after the article"
    assert doubt("110348385368616550", article) == "posted more than 5 years before the article"  # a digit lost
    assert doubt("1103483853686165505", None) is None
    assert doubt("98273645123", article) is None


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("March 7, 2019", (2019, 3, 7)),
        ("7 de marzo de 2019", (2019, 3, 7)),
        ("7 mars 2019", (2019, 3, 7)),
        ("7. März 2019", (2019, 3, 7)),
        ("7 марта 2019 г.", (2019, 3, 7)),
        ("2019年3月7日", (2019, 3, 7)),
        ("10:22 AM - 7 Mar 2019", (2019, 3, 7)),
    ],
)
def test_a_printed_day_is_understood(printed, day):
    assert printed_day(printed) == datetime(*day, tzinfo=timezone.utc)


@pytest.mark.parametrize("printed", ["", "yesterday", "February 31, 2019", "2019", "March 2019", "7 3 2019"])
def test_an_unclear_day_is_none(printed):
    assert printed_day(printed) is None
