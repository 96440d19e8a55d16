"""Times as sites print them."""

from datetime import datetime, timedelta, timezone

import pytest

from newsarchive.dates import Clock, parse_iso, parse_printed, wire


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("March 7, 2019 2:47 pm", ""),
        ("Thursday, March 7, 2019 at 2:47 PM", "en-US"),
        ("2:47 p.m. on 7 March 2019", "en"),
        ("7 mars 2019 14 h 47", "fr"),
        ("7. März 2019 um 14:47 Uhr", "de"),
        ("07.03.2019 14:47", "de"),
        ("7. 3. 2019 (14:47)", "cs"),
        ("07-03-19 14:47", ""),
        ("2019/03/07 14:47", ""),
        ("2019年3月7日 14:47", "ja"),
        ("2019년 3월 7일 2:47 오후", "ko"),
        ("7 de marzo de 2019 a las 14:47", "es"),
        ("7 марта, 2019 14:47", "ru"),
        ("7 Mart 2019 14:47", "tr"),
        ("2019. március 7. 14:47", "hu"),
        ("٧ مارس ٢٠١٩ ٢:٤٧ م", "ar"),
        ("7 มีนาคม 2562 14:47", "th"),
        ("7 Μαρτίου 2019 2:47 μμ", "el"),
        ("7. maaliskuuta 2019 klo 14.47", "fi"),
        ("03/07/2019 2:47 pm", "en-US"),
        ("07/03/2019 14:47", "fr"),
        ("07.03.2019 2:47 пп", "ru"),
        ("7 mars, 2019 2:47 e m", "sv"),
        ("2019-03-07 2:47 du.", "hu"),
        ("7 maart 2019 2:47 p.l.", "et"),
        ("07/03/2019 2:47 ب.ظ", "fa"),
        ("3월 7, 2019 2:47 오후", "ko"),
        ("三月 7, 2019 2:47 下午", "zh-CN"),
        ("7 Tháng Ba, 2019 2:47 chiều", "vi"),
    ],
)
def test_the_same_minute_in_many_tongues(text: str, language: str) -> None:
    printed = parse_printed(text, language)
    assert printed is not None
    assert (printed.moment, printed.exact_to) == (datetime(2019, 3, 7, 14, 47), "minute")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mar, 5 nov 2019", "es"),
        ("mar. 5 nov. 2019", "fr-FR"),
        ("Marți, 5 noiembrie 2019", "ro"),
        ("mar 5 nov 2019", ""),
    ],
)
def test_a_tuesday_is_not_march(text: str, language: str) -> None:
    printed = parse_printed(text, language)
    assert printed is not None
    assert printed.moment == datetime(2019, 11, 5)


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("十二月 31, 2018 上午12:05", "zh-TW", datetime(2018, 12, 31, 0, 5)),
        ("7 Tháng Mười Một 2019 12:05 sáng", "vi", datetime(2019, 11, 7, 0, 5)),
        ("Tháng Tám 7, 2019", "vi", datetime(2019, 8, 7)),
        ("07.12.2019 12:05 дп", "ru", datetime(2019, 12, 7, 0, 5)),
        ("Publié du 7 mars 2019 à 2:47", "fr", datetime(2019, 3, 7, 2, 47)),
        ("10 de março de 2019 às 10:30 em Política", "pt-BR", datetime(2019, 3, 10, 10, 30)),
        ("7 mars 2019 à 10:30 du matin", "fr", datetime(2019, 3, 7, 10, 30)),
        ("12:30 el 7 de marzo de 2019", "es", datetime(2019, 3, 7, 12, 30)),
        ("2019. március 7. 12:05 de", "hu", datetime(2019, 3, 7, 0, 5)),
        ("Gusht 7, 2019", "sq", datetime(2019, 8, 7)),
        ("märts 7, 2019", "et", datetime(2019, 3, 7)),
        ("მარტი 7, 2019", "ka-GE", datetime(2019, 3, 7)),
        ("ژوئن 7, 2019 2:47 ب.ظ", "fa-IR", datetime(2019, 6, 7, 14, 47)),
        ("مئی 7, 2019", "ur", datetime(2019, 5, 7)),
        ("মে 7, 2019", "bn-BD", datetime(2019, 5, 7)),
        ("7 जुलाई 2019", "hi-IN", datetime(2019, 7, 7)),
        ("2019 අප්\u200dරේල් 7 පෙ.ව. 2:47", "si-LK", datetime(2019, 4, 7, 2, 47)),
        ("2019 මැයි 7 ප.ව. 2:47", "si-LK", datetime(2019, 5, 7, 14, 47)),
    ],
)
def test_months_and_both_halves_of_the_day_in_many_languages(text: str, language: str, moment: datetime) -> None:
    printed = parse_printed(text, language)
    assert printed is not None
    assert printed.moment == moment


@pytest.mark.slow
def test_a_word_like_a_month_gives_way_to_the_month_beside_its_day() -> None:
    printed = parse_printed("Stand des Artikels: 26. Februar 2020, 12:30 Uhr.", "de")
    assert printed is not None
    assert printed.moment == datetime(2020, 2, 26, 12, 30)


def test_a_language_beyond_the_table_is_read_by_dateparser() -> None:
    printed = parse_printed("7 sentyabr 2019 14:47")
    assert printed is not None
    assert printed.moment == datetime(2019, 9, 7, 14, 47)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mar 7th, 2019", datetime(2019, 3, 7)),
        ("19.11.2018", datetime(2018, 11, 19)),
        ("31 Dec 1999", datetime(1999, 12, 31)),
    ],
)
def test_a_day_without_time_is_exact_to_the_day(text: str, moment: datetime) -> None:
    printed = parse_printed(text)
    assert printed is not None
    assert (printed.moment, printed.exact_to) == (moment, "day")


@pytest.mark.parametrize(
    "text",
    [None, "", "7 years ago", "14:47", "yesterday", "31/02/2019", "March 2019", "March 7", "9999-99-99", "x" * 500,
     "March 7, 2019 25:70 pm", "March 7, 0019 2:47 pm"],
)  # fmt: skip
def test_what_is_no_full_date_is_none(text: str | None) -> None:
    assert parse_printed(text) is None


def test_noon_and_midnight_by_the_twelve_hour_clock() -> None:
    hours = [parse_printed(f"March 7, 2019 12:05 {half}") for half in ("am", "pm")]
    assert [printed.moment.hour for printed in hours if printed] == [0, 12]


def test_a_slashed_date_is_settled_by_one_that_leaves_no_doubt() -> None:
    clock = Clock(offset_minutes=0)
    clock.settle_order(["03/04/2019 10:00", "03/25/2019 10:00"])
    assert clock.read("03/04/2019 10:00") == ("2019-03-04T10:00:00Z", "minute")


def test_a_time_zone_knows_summer_and_winter() -> None:
    clock = Clock("Europe/Kyiv")
    assert clock.read("January 7, 2019 2:00 pm")[0] == "2019-01-07T12:00:00Z"
    assert clock.read("July 7, 2019 2:00 pm")[0] == "2019-07-07T11:00:00Z"


def test_an_unknown_time_zone_falls_back_to_the_offset() -> None:
    clock = Clock("Nowhere/Atlantis", offset_minutes=120)
    assert clock.read("July 7, 2019 2:00 pm") == ("2019-07-07T12:00:00Z", "minute")


def test_without_any_offset_a_time_is_local() -> None:
    assert Clock().read("July 7, 2019 2:00 pm") == ("2019-07-07T14:00:00Z", "local_minute")
    assert Clock().read("July 7, 2019") == ("2019-07-07T00:00:00Z", "local_day")


def test_an_offset_is_learned_from_machine_readable_times_nearest_in_time() -> None:
    clock = Clock()
    clock.learn_iso("2019-01-07T14:00:00+02:00")
    clock.learn_iso("2019-07-07T14:00:00+03:00")
    clock.learn_iso("2019-02-07T14:00:00+00:00")  # a plugin's UTC says nothing of the site's clock
    assert clock.read("January 20, 2019 2:00 pm")[0] == "2019-01-20T12:00:00Z"
    assert clock.read("June 20, 2019 2:00 pm")[0] == "2019-06-20T11:00:00Z"


def test_a_machine_readable_time_needs_no_clock() -> None:
    assert Clock("Asia/Tokyo").read("2018-01-26T05:23:08+02:00") == ("2018-01-26T03:23:08Z", "second")


def test_a_clock_learns_no_more_than_it_needs() -> None:
    clock = Clock()
    for day in range(1000):
        clock.learn(datetime(2019, 1, 1) + timedelta(days=day), 60)
    assert len(clock._seen) <= 200


def test_iso_times_with_and_without_zone() -> None:
    assert parse_iso("2019-03-07T14:47:00") == datetime(2019, 3, 7, 14, 47, tzinfo=timezone.utc)
    assert parse_iso("2019-03-07 14:47:00", 120) == datetime(2019, 3, 7, 12, 47, tzinfo=timezone.utc)
    assert parse_iso("2019-03-07T14:47:00+0200") == datetime(2019, 3, 7, 12, 47, tzinfo=timezone.utc)
    assert parse_iso("0000-00-00 00:00:00") is None
    assert wire(datetime(2019, 3, 7, 14, 47, tzinfo=timezone(timedelta(hours=2)))) == "2019-03-07T12:47:00Z"


def test_a_clock_learns_what_another_of_the_site_has_learned() -> None:
    here, there = Clock(), Clock()
    there.learn(datetime(2019, 3, 7, 14, 41), 120)
    there.settle_order(["25/03/2019"])
    here.learn_from(there)
    assert here.read("07/03/2019 14:41")[0] == "2019-03-07T12:41:00Z"
