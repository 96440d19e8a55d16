"""The time inside a status id, and the ids that cannot exist.

Since 2010-11-04 an id is a "snowflake": the milliseconds since an epoch of Twitter's own, above 22 bits of machine and
sequence. Before that ids were counted one by one, so their time can only be estimated between ids whose time is known.
Between the last counted id and the first snowflake lies a gap in which no tweet was ever made.
"""

import re
import time
from bisect import bisect_right
from datetime import datetime, timedelta, timezone

from newsarchive.dates import wire
from newsarchive.items import CreatedAtSource

LAST_COUNTED_ID = 29_700_859_247
"""The last id that was counted, 2010-11-04."""
FIRST_SNOWFLAKE = 250_000_000_000_000
"""No snowflake is smaller (this one would be of 2010-11-04T18:16:19Z; the first real ones are some three hours later)."""
LARGEST_ID = 2**63 - 1
_EPOCH_MS = 1_288_834_974_657
_DAY_MS = 86_400_000

# (id, seconds since 1970) of counted ids, measured by oduwsdl/tweetedat (data/TweetTimeline.txt).
_COUNTED = (
    (20, 1142974214),
    (1017, 1144025913),
    (5054, 1148417717),
    (10203, 1152936547),
    (15193, 1154363852),
    (20143, 1156465138),
    (30118, 1158210921),
    (50479, 1161992831),
    (70858, 1163756968),
    (85033, 1164173401),
    (113333, 1164225575),
    (509893, 1164945634),
    (1019763, 1165955393),
    (1982803, 1167735485),
    (154087772, 1184678682),
    (200314062, 1186850083),
    (250165992, 1189042513),
    (300924282, 1191066355),
    (400628102, 1194605118),
    (500331902, 1197633935),
    (601848512, 1200408511),
    (699739532, 1202740811),
    (763187412, 1204074228),
    (764773599, 1204262018),
    (775876969, 1206296831),
    (801256119, 1209656697),
    (850201623, 1215193730),
    (900053527, 1219805329),
    (950811828, 1223437499),
    (1000663737, 1226422960),
    (1100367550, 1231277424),
    (1374099837, 1237785407),
    (1500995594, 1239506976),
    (1754787120, 1241965383),
    (2001327454, 1243927899),
    (2148448429, 1244856549),
    (2508910496, 1246940289),
    (2936188409, 1248982177),
    (3070646265, 1249138005),
    (3509574208, 1251105235),
    (4176683349, 1253639969),
    (4301091037, 1253661319),
    (5003318593, 1255993726),
    (6007914562, 1259069957),
    (7425214828, 1262744672),
    (7889290754, 1263784943),
    (9281518530, 1266496581),
    (10006637163, 1267759995),
    (12065974081, 1271106371),
    (15024458109, 1275199898),
    (18040951621, 1278601729),
    (20419340738, 1281049940),
    (22507682402, 1283156877),
    (25060099992, 1285018888),
    (27032422680, 1286803101),
    (29120764341, 1288384572),
    (29700859247, 1288904568),
)
_COUNTED_IDS = tuple(point[0] for point in _COUNTED)


def impossible(tweet_id: str, now_ms: int | None = None) -> str | None:
    """Why no tweet can have this id, in words; None where one can.

    `tweet_id` is a decimal string; `now_ms` the present in milliseconds since 1970, by default the system's.
    """
    if not (tweet_id.isascii() and tweet_id.isdigit() and len(tweet_id) <= 20) or tweet_id.startswith("0"):
        return "not a decimal number"
    number = int(tweet_id)
    if number > LARGEST_ID:
        return "larger than 64 bits"
    if LAST_COUNTED_ID < number < FIRST_SNOWFLAKE:
        return "between the last counted id and the first snowflake"
    if now_ms is None:
        now_ms = int(time.time() * 1000)
    if number >= FIRST_SNOWFLAKE and (number >> 22) + _EPOCH_MS > now_ms + _DAY_MS:
        return "of a time to come"
    return None


def moment(tweet_id: str) -> datetime | None:
    """When a tweet was posted by its id alone; None for an impossible id. Of a counted id it is an estimate."""
    if impossible(tweet_id):
        return None
    number = int(tweet_id)
    epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
    if number >= FIRST_SNOWFLAKE:
        return epoch + timedelta(milliseconds=(number >> 22) + _EPOCH_MS)
    after = min(max(bisect_right(_COUNTED_IDS, number), 1), len(_COUNTED) - 1)
    (low_id, low), (high_id, high) = _COUNTED[after - 1], _COUNTED[after]
    seconds = low + (high - low) * max(number - low_id, 0) // (high_id - low_id)
    return epoch + timedelta(seconds=seconds)


def created_at(tweet_id: str) -> tuple[str | None, CreatedAtSource | None]:
    """The time in an id on the wire form, and whether it was read (snowflake) or estimated (interpolated).

    >>> created_at("1103483853686165505")
    ('2019-03-07T02:33:47.114Z', 'snowflake')
    >>> created_at("98273645123")
    (None, None)
    """
    posted = moment(tweet_id)
    if posted is None:
        return None, None
    return wire(posted), "snowflake" if int(tweet_id) >= FIRST_SNOWFLAKE else "interpolated"


def doubt(tweet_id: str, article_time: datetime | None, years: int = 5) -> str | None:
    """Why an id looks wrong beside the time of the article that refers to it, in words; None where nothing speaks against it.

    A tweet of more than a day after the article's last change was not there to be quoted; one posted `years` before it
    is often an id with a digit lost (a snowflake one digit short is a valid id of 2010 to 2012).
    """
    posted = moment(tweet_id)
    if posted is None or article_time is None:
        return None
    if posted > article_time + timedelta(days=1):
        return "posted after the article"
    if posted < article_time - timedelta(days=365 * years):
        return f"posted more than {years} years before the article"
    return None


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene janvier januar janeiro gennaio januari января ocak",
            "february feb febrero février fevrier februar fevereiro febbraio februari февраля şubat",
            "march mar marzo mars märz março marco maart марта mart",
            "april apr abril avril aprile апреля nisan",
            "may mayo mai maio maggio mei мая mayıs",
            "june jun junio juin juni junho giugno июня haziran",
            "july jul julio juillet juli julho luglio июля temmuz",
            "august aug agosto août aout augustus августа ağustos",
            "september sep sept septiembre septembre setembro settembre сентября eylül",
            "october oct octubre octobre oktober outubro ottobre октября ekim",
            "november nov noviembre novembre novembro ноября kasım",
            "december dec diciembre décembre decembre dezember dezembro dicembre декабря aralık",
        ),
        1,
    )
    for name in names.split()
}


def printed_day(text: str) -> datetime | None:
    """The day printed in an embed (``February 24, 2020``, ``7 de marzo de 2019``, ``2019年3月7日``) at midnight; None if not understood.

    It is a day of the embedder's clock, so up to a day beside the true one.
    """
    if found := re.search(r"(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日", text):
        year, month, day = map(int, found.groups())
    else:
        numbers = re.findall(r"(?<!\d)\d{1,4}(?!\d)", text[:60])
        months = [_MONTHS[word] for word in re.findall(r"[^\W\d_]+", text[:60].lower()) if word in _MONTHS]
        years = [int(number) for number in numbers if len(number) == 4]
        days = [int(number) for number in numbers if len(number) <= 2]
        if not (years and days and months):
            return None
        year, month, day = years[-1], months[0], days[-1] if ":" in text else days[0]
    try:
        return datetime(year, month, day, tzinfo=timezone.utc)
    except ValueError:  # the 31st of February
        return None
