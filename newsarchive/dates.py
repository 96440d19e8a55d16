"""Times: whatever a site writes, as UTC in the one form the archive uses."""

import re
import unicodedata
import warnings
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from newsarchive.items import Precision


def wire(moment: datetime) -> str:
    """``2019-03-07T14:47:00Z`` for an aware datetime; milliseconds are written only where there are some."""
    moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds") + "Z"


def parse_iso(text: str | None, offset_minutes: int | None = None) -> datetime | None:
    """An ISO 8601 (or MySQL) time as an aware datetime; None where `text` is no such time.

    A time without zone is on a clock `offset_minutes` ahead of UTC (0 where None).
    """
    text = (text or "").strip()
    if not text or text.startswith("0000-"):
        return None
    if text[-1:] in "Zz":
        text = text[:-1] + "+00:00"
    if len(text) > 5 and text[-5] in "+-" and text[-4:].isdigit() and "T" in text:
        text = text[:-2] + ":" + text[-2:]  # +0200: Python 3.10 reads only +02:00
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not 1 < moment.year < 9999:
        return None  # nobody's time, and on another zone's clock there may be none such
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes or 0)))
    return moment


def parse_mail(text: str | None) -> datetime | None:
    """An RFC 822 time (``Thu, 07 Mar 2019 14:47:00 +0000``) as an aware datetime; None for anything else."""
    try:
        found = parsedate_to_datetime((text or "").strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None and 1 < found.year < 9999 else None


@dataclass(frozen=True)
class Printed:
    """A time as a page prints it: on the site's clock, without zone."""

    moment: datetime
    """Naive; midnight where only the day is printed."""
    exact_to: Literal["second", "minute", "day"]
    ambiguous: bool = False
    """Whether day and month could as well be the other way round (``03/07/2019``) and nothing decided."""


# Month names as WordPress' translations print them: January to December, variants joined by a slash, without accents.
# A name also matches by its first three letters or more; the page's own language is asked first.
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar/janner februar/feber marz/maerz april mai juni juli august september oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "nl": "januari februari maart/mrt april mei juni juli augustus september oktober november december",
    "ru": "январь/января февраль/февраля март/марта апрель/апреля май/мая июнь/июня июль/июля август/августа сентябрь/сентября октябрь/октября ноябрь/ноября декабрь/декабря",
    "uk": "січень/січня лютии/лютого березень/березня квітень/квітня травень/травня червень/червня липень/липня серпень/серпня вересень/вересня жовтень/жовтня листопад/листопада грудень/грудня",
    "pl": "styczen/stycznia luty/lutego marzec/marca kwiecien/kwietnia maj/maja czerwiec/czerwca lipiec/lipca sierpien/sierpnia wrzesien/wrzesnia pazdziernik/pazdziernika listopad/listopada grudzien/grudnia",
    "cs": "leden/ledna unor/unora brezen/brezna duben/dubna kveten/kvetna cerven/cervna cervenec/cervence srpen/srpna zari rijen/rijna listopad/listopadu prosinec/prosince",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb": "januar februar mars april mai juni juli august september oktober november desember",
    "fi": "tammikuu/tammikuuta helmikuu/helmikuuta maaliskuu/maaliskuuta huhtikuu/huhtikuuta toukokuu/toukokuuta kesakuu/kesakuuta heinakuu/heinakuuta elokuu/elokuuta syyskuu/syyskuuta lokakuu/lokakuuta marraskuu/marraskuuta joulukuu/joulukuuta",
    "tr": "ocak subat mart nisan mayıs haziran temmuz agustos eylul ekim kasım aralık",
    "hu": "januar februar marcius aprilis majus junius julius augusztus szeptember oktober november december",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "el": "ιανουαριος/ιανουαριου φεβρουαριος/φεβρουαριου μαρτιος/μαρτιου απριλιος/απριλιου μαιος/μαιου ιουνιος/ιουνιου ιουλιος/ιουλιου αυγουστος/αυγουστου σεπτεμβριος/σεπτεμβριου οκτωβριος/οκτωβριου νοεμβριος/νοεμβριου δεκεμβριος/δεκεμβριου",
    "bg": "януари февруари март април маи юни юли август септември октомври ноември декември",
    "sr": "јануар/januar/јануара фебруар/februar/фебруара март/mart/марта април/april/априла мај/maj/маја јун/jun/јуна јул/jul/јула август/avgust/августа септембар/septembar/септембра октобар/oktobar/октобра новембар/novembar/новембра децембар/decembar/децембра",
    "hr": "sijecanj/sijecnja veljaca/veljace ozujak/ozujka travanj/travnja svibanj/svibnja lipanj/lipnja srpanj/srpnja kolovoz/kolovoza rujan/rujna listopad/listopada studeni/studenoga prosinac/prosinca",
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ca": "gener febrer marc abril maig juny juliol agost setembre octubre novembre desembre",
    "ar": "يناير/جانفي فبراير/فيفري مارس ابريل/أبريل/افريل مايو/ماي يونيو/جوان يوليو/جويلية اغسطس/أغسطس/اوت سبتمبر اكتوبر/أكتوبر نوفمبر ديسمبر",
    "he": "ינואר/בינואר פברואר/בפברואר מרץ/במרץ אפריל/באפריל מאי/במאי יוני/ביוני יולי/ביולי אוגוסט/באוגוסט ספטמבר/בספטמבר אוקטובר/באוקטובר נובמבר/בנובמבר דצמבר/בדצמבר",
    "lt": "sausis/sausio vasaris/vasario kovas/kovo balandis/balandzio geguze/geguzes birzelis/birzelio liepa/liepos rugpjutis/rugpjucio rugsejis/rugsejo spalis/spalio lapkritis/lapkricio gruodis/gruodzio",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
}  # fmt: skip


def _plain(text: str) -> str:
    """`text` in lower case, without accents and what is not seen (joiners, marks of direction), with ASCII digits."""
    if text.isascii():
        return text.lower()
    out = []
    for char in unicodedata.normalize("NFKD", text.casefold()):
        if unicodedata.category(char) in {"Mn", "Cf"}:
            continue
        digit = unicodedata.digit(char, None)
        out.append(char if digit is None else str(digit))
    return unicodedata.normalize("NFC", "".join(out))  # Hangul is put together again


@lru_cache(maxsize=64)
def _names(language: str) -> dict[str, int]:
    """Month by name and by every beginning of a name of three letters or more; the longer name wins nothing: the first does."""
    names: dict[str, int] = {}
    if language in _MONTHS:
        months = [_plain(entry).split("/") for entry in _MONTHS[language].split()]
    else:
        months = _in_dateparser(language, *_MONTHS["en"].split())
    for number, variants in enumerate(months, 1):
        names.update((name, number) for name in variants)
    for number, variants in enumerate(months, 1):
        for name in variants:
            for end in range(3, len(name)):
                names.setdefault(name[:end], number)
    return names


def _in_dateparser(language: str, *entries: str) -> list[list[str]]:
    """How a language that no table here has writes each of `entries` ("january", "pm"); empty where dateparser has it neither."""
    if not language:
        return []
    from dateparser.languages.loader import LocaleDataLoader  # 0.2 s: only when a site needs it

    try:
        said = LocaleDataLoader().get_locale(language).info
    except ValueError:
        return []
    return [[_plain(word) for word in said.get(entry, ())] for entry in entries]


@lru_cache(maxsize=4096)
def _month(word: str, language: str) -> int | None:
    """The month a word names, in `language` or, where that does not know it, in any other."""
    for asked in (language, *_MONTHS):
        found = _names(asked).get(word)
        if found:
            return found
    return None


@lru_cache(maxsize=1024)
def _month_elsewhere(word: str) -> int | None:
    """The month a word names in one of the two hundred languages of dateparser; for the first forty words asked."""
    if _month_elsewhere.cache_info().misses > 40:
        return None  # a page full of invented months must not cost minutes
    from dateparser.date import (
        DateDataParser,
    )  # the import costs 0.2 s and the first question 3 s: only when a site needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own use of the standard library, not ours
        found = DateDataParser(settings={"STRICT_PARSING": True}).get_date_data(f"15 {word} 2019").date_obj
    return found.month if found and (found.day, found.year) == (15, 2019) else None


# WordPress' own default, "F j, Y g:i a": most of what is met.
_USUAL = re.compile(r"([^\W\d_]{3,}) (\d{1,2}), (\d{4})(?: (?:at )?(\d{1,2}):(\d\d)(?: ?([ap])\.?m\.?)?)?$")
_NUMERIC = re.compile(
    r"(?<!\d)(\d{1,4})(\s?[./\-]\s?|\s?[年년]\s*)(\d{1,2})(?:\s?[./\-]\s?|\s?[月월]\s*)(\d{1,4})(?!\d)"
)
_TIME = re.compile(
    r"(?<![\d.])(\d{1,2})\s?(?:[:h時时點点시]|\.(?=\d\d(?![\d.]))|uhr\s)\s?(\d{2})(?:\s?[:.分분]\s?(\d{2}))?(?![\d])"
)
_HOUR = re.compile(r"(?<![\d.:])(\d{1,2})\s?(?:(?=[ap]\.?\s?m\b)|uhr\b|h\b)")
_PM = re.compile(
    r"(?<![^\W\d])p\.?\s?m\b|午後|下午|오후|μ\.?\s?μ|(?<![^\W\d])م(?![^\W\d])|مساء|(?<![^\W\d])os(?![^\W\d])"
    r"|ب\.?ظ|(?<=\d )(?:п\.?п|ptm|chieu|toi)(?![^\W\d])"
)
_AM = re.compile(
    r"(?<![^\W\d])a\.?\s?m\b|午前|上午|오전|π\.?\s?μ|(?<![^\W\d])ص(?![^\W\d])|صباح|(?<![^\W\d])oo(?![^\W\d])"
    r"|ق\.?ظ|(?<=\d )(?:д\.?п|atm|sang)(?![^\W\d])"
)
# The halves of the day that are a word of other languages: "10:30 em Política" is Portuguese, "10:30 du 7 mars" French.
_HALVES = {"sv": (r"f\.? ?m", r"e\.? ?m"), "et": (r"e\.?l", r"p\.?l"), "hu": ("de", "du"), "sl": ("dop", "pop")}


def _spelled(words: list[str]) -> str:
    """A pattern of any of `words`, a dot after each letter or not ("ප.ව."); a single letter is said of too much else."""
    spelled = "|".join(r"\.?".join(map(re.escape, word)) for word in words if len(word) > 1)
    return rf"(?<![^\W\d])(?:{spelled or '(?!)'})"


@lru_cache(maxsize=64)
def _halves(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a language calls the hours before noon, and those after it."""
    if language in _MONTHS and language not in _HALVES:
        return _AM, _PM
    if language in _HALVES:
        am, pm = (rf"(?<=\d )(?:{half})" for half in _HALVES[language])
    else:
        am, pm = map(_spelled, _in_dateparser(language, "am", "pm") or ([], []))
    return re.compile(rf"{am}(?![^\W\d])"), re.compile(rf"{pm}(?![^\W\d])")


# Months by number: 7월 and 7月, 十二月, Tháng Mười Hai.
_COUNTED = ("", *"一二三四五六七八九十", "十一", "十二")
_THANG = ("", "mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_COUNTED_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}}|{'|'.join(_COUNTED[:0:-1])})\s?[月월]|(?<![^\W\d])thang (\d{{1,2}}|{'|'.join(_THANG[:0:-1])})(?![^\W_])"
)
_WORD = re.compile(r"[^\W\d_]{3,}|[\u0900-\u0dff\u1000-\u109f]+")
"""What may name a month; in the scripts of South Asia, whose vowel signs are no letters to `re`, May is as short as a letter."""
_WEEKDAYS = {"mar", "marti"}
"""Tuesday in Spanish, French, Italian and Romanian, which reads as March where a month is looked for."""
_NUMBER = re.compile(r"\d+")


def parse_printed(
    text: str | None, language: str = "", day_first: bool | None = None, *, any_language: bool = True
) -> Printed | None:
    """A date, with its time if there is one, in the words of any language: ``March 7, 2019 2:47 pm``, ``7 mars 2019 14 h 47``, ``07.03.2019 14:47``.

    `language` (``de``, ``pt-BR``) and `day_first` decide what the text leaves open; without either a slashed date is read
    day first, but month first where `language` is en or en-US, and marked ambiguous. `any_language` off asks only the
    tables here, for a text that may well hold no date at all. None where there is no full date:
    "7 years ago", a time alone, a year outside 1970-2100 (Buddhist years are converted).
    """
    if not text or len(text) > 200:
        return None
    plain = " ".join(_plain(text).split())
    language = language.lower().replace("_", "-")
    primary = language.partition("-")[0]
    usual = _USUAL.match(plain)
    if usual and (month := _month(usual[1], primary)):
        return _of_usual_form(usual, month)
    ambiguous = False
    numeric = _NUMERIC.search(plain)
    date: tuple[int, int, int] | None = None
    rest = plain
    if numeric:
        date, ambiguous = _numeric(numeric, language, day_first)
        rest = plain[: numeric.start()] + " " + plain[numeric.end() :]
    if date is None:
        date, rest = _worded(plain, primary, any_language)
        ambiguous = False
    if date is None:
        return None
    year, month, day = date
    if 2513 <= year <= 2643:
        year -= 543
    hour, minute, second, exact_to = _clock_time(rest, primary)
    return _printed((year, month, day, hour, minute, second), exact_to, ambiguous)


def _of_usual_form(found: re.Match[str], month: int) -> Printed | None:
    """The time of a `_USUAL`."""
    hour = int(found[4] or 0)
    if found[6]:
        hour = hour % 12 + (12 if found[6] == "p" else 0)
    return _printed((int(found[3]), month, int(found[2]), hour, int(found[5] or 0), 0), "minute" if found[4] else "day")


def _printed(
    parts: tuple[int, int, int, int, int, int], exact_to: Literal["second", "minute", "day"], ambiguous: bool = False
) -> Printed | None:
    """A time of these parts, year to second; None where there is no such time, or nobody's site printed it."""
    if not 1970 <= parts[0] <= 2100:
        return None
    try:
        return Printed(datetime(*parts), exact_to, ambiguous)
    except ValueError:
        return None  # 31 February, 25:70


_BESIDE_DATES = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|uhr"
    r"|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|(?:lune|marte|mercole|giove|vener)di|sabato|domenica"
    r"|segunda|terca|quarta|quinta|sexta|feira|(?:maan|dins|woens|donder|vrij|zater|zon)dag|(?:man|tirs|tis|ons|tors|fre|lor|son)dag"
    r"|poniedziałek|wtorek|sroda|czwartek|piatek|sobota|niedziela|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье"
    r"|понеділок|вівторок|середа|четвер|субота|неділя|pazartesi|salı|carsamba|persembe|cuma|cumartesi|pazar|luni|miercuri|joi|vineri|sambata|duminica"
    r"|δευτερα|τριτη|τεταρτη|πεμπτη|παρασκευη|σαββατο|κυριακη|ال(?:اثنين|ثلاثاء|اربعاء|خميس|جمعة|سبت|احد)|日?[月火水木金土日]曜日?|日?星期[一二三四五六日天]|stand|artikels"
    r"|[ecmp][sd]t|gmt|utc|bst|ces?t|ees?t|msk|ist|a[ecw][sd]t|nz[sd]t"
)
"""Days of the week, the hour and whose it is, and that it is as of then, without accents."""
_SAID_OF_DATES = re.compile(
    r"posted|published|date|veroffentlicht|erstellt|geschrieben|datum|publie|publicad[oa]|pubblicato|geplaatst|gepubliceerd|opublikowano|опубликовано"
)
"""The words for publishing, without accents."""


def is_bare_date(text: str, *, alone: bool = False) -> bool:
    """Whether a text is a full date and nothing else but a day of the week, an hour, or (not `alone`) that it was published then.

    >>> is_bare_date("Posted on Thursday, March 7th, 2019 at 2:47 pm")
    True
    >>> is_bare_date("Berlin, 7. März 2019")
    False
    """
    if len(text) > 60 or parse_printed(text, any_language=False) is None:
        return False
    words = _WORD.findall(_plain(text))
    return all(
        _BESIDE_DATES.fullmatch(word) or _month(word, "") or (not alone and _SAID_OF_DATES.fullmatch(word))
        for word in words
    )


def _numeric(found: re.Match[str], language: str, day_first: bool | None) -> tuple[tuple[int, int, int] | None, bool]:
    """Year, month and day of ``07.03.2019`` in any order, and whether the order is a guess."""
    first, glue, second, third = found[1], found[2].strip(), int(found[3]), found[4]
    if len(first) == 4:
        return (int(first), second, int(third)), False
    if len(third) not in {2, 4} or len(first) > 2:
        return None, False
    a, year = int(first), int(third) + (2000 if len(third) == 2 else 0)
    if a > 12 or (second <= 12 and glue in {".", "-"} and day_first is None):
        return (year, second, a), False
    if second > 12:
        return (year, a, second), False
    if day_first is None:
        swap = language in {"en", "en-us"}
        return ((year, a, second) if swap else (year, second, a)), a != second
    return ((year, second, a) if day_first else (year, a, second)), False


def _worded(plain: str, language: str, any_language: bool) -> tuple[tuple[int, int, int] | None, str]:
    """Year, month and day where the month is a word, and the text without the numbers used."""
    numbers = list(_NUMBER.finditer(plain))
    years = [number for number in numbers if len(number[0]) == 4]
    named = _named_month(plain, language, any_language, numbers) if years else None
    if named is None:
        return None, plain
    month, word = named
    taken = [found.span() for found in (word, *_TIME.finditer(plain), *_HOUR.finditer(plain))]
    days = [
        number
        for number in numbers
        if len(number[0]) <= 2
        and 1 <= int(number[0]) <= 31
        and not any(start <= number.start() < end for start, end in taken)
    ]
    if not days:
        return None, plain
    day, year = (min(some, key=lambda number: _gap(number, word)) for some in (days, years))
    rest = plain
    for used in (day, year):
        rest = rest[: used.start()] + " " * len(used[0]) + rest[used.end() :]
    return (int(year[0]), month, int(day[0])), rest


def _named_month(
    plain: str, language: str, any_language: bool, numbers: list[re.Match[str]]
) -> tuple[int, re.Match[str]] | None:
    """The month that a text names, and where. Of several, "Stand des Artikels: 26. Februar 2020", that beside a number: another is a word like one."""
    counted = _COUNTED_MONTH.search(plain)
    if counted:
        return _counted(counted), counted
    words = list(_WORD.finditer(plain))[:12]
    named = [(month, word) for word in words if (month := _month(word[0], language))]
    if len(named) > 1 and language != "en" and named[0][1][0] in _WEEKDAYS:
        del named[0]
    if named:
        return min(named, key=lambda one: min(_gap(number, one[1]) for number in numbers))
    if not any_language:
        return None
    return next(((month, word) for word in words if (month := _month_elsewhere(word[0]))), None)


def _gap(one: re.Match[str], other: re.Match[str]) -> int:
    """The characters between two parts of a text."""
    return min(abs(one.end() - other.start()), abs(one.start() - other.end()))


def _counted(found: re.Match[str]) -> int:
    """The month of a `_COUNTED_MONTH`."""
    said = found[1] or found[2]
    return int(said) if said.isdigit() else (_COUNTED if found[1] else _THANG).index(said)


def _clock_time(text: str, language: str) -> tuple[int, int, int, Literal["second", "minute", "day"]]:
    found = _TIME.search(text)
    if found:
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        exact_to: Literal["second", "minute", "day"] = "second" if found[3] else "minute"
    else:
        alone = _HOUR.search(text)
        if not alone:
            return 0, 0, 0, "day"
        hour, minute, second, exact_to = int(alone[1]), 0, 0, "minute"
    if hour <= 12:
        own_am, own_pm = _halves(language)
        if _PM.search(text) or own_pm.search(text):
            hour = hour % 12 + 12
        elif _AM.search(text) or own_am.search(text):
            hour %= 12
    return hour, minute, second, exact_to


class Clock:
    """A site's own clock: what turns the times it prints into UTC, and learns as the crawl goes.

    The time zone's name (REST's index tells it) settles everything, daylight saving included; next best is a fixed offset;
    else the offset seen nearest in time (`learn`); with nothing known a printed time is taken as UTC and marked ``local_…``.
    """

    def __init__(
        self, zone: str | None = None, offset_minutes: int | None = None, day_first: bool | None = None
    ) -> None:
        self.zone: tzinfo | None = None
        if zone:
            try:
                self.zone = ZoneInfo(zone)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                self.zone = None  # a name this machine's database does not have: the offset has to do
        elif offset_minutes is not None and abs(offset_minutes) < 24 * 60:
            self.zone = timezone(timedelta(minutes=offset_minutes))
        self.day_first = day_first
        self._fallback = offset_minutes
        self._seen: list[tuple[datetime, int]] = []

    def learn(self, local: datetime, offset_minutes: int) -> None:
        """That the site's clock was `offset_minutes` ahead of UTC when it showed `local` (naive). Kept: two hundred of them."""
        if self.zone is None and abs(offset_minutes) <= 15 * 60:
            place = bisect_left(self._seen, (local, offset_minutes))
            near = self._seen[max(0, place - 1) : place + 1]
            if len(near) == 2 and near[0][1] == near[1][1] == offset_minutes:
                return  # between two that say the same: nothing new
            if (local, offset_minutes) not in near and len(self._seen) < 200:
                self._seen.insert(place, (local, offset_minutes))

    def learn_iso(self, text: str | None) -> None:
        """Learns from ``2019-03-07T14:47:00+02:00``; a time in UTC teaches nothing, as plugins write UTC on any site."""
        moment = parse_iso(text) if text and text[-6:-5] in {"+", "-"} else None
        if moment is not None:
            offset = moment.utcoffset()
            if offset:
                self.learn(moment.replace(tzinfo=None), round(offset.total_seconds() / 60))

    def learn_from(self, other: "Clock") -> None:
        """What another clock of the same site has learned."""
        for local, offset_minutes in sorted({*other._seen} - {*self._seen}):
            self.learn(local, offset_minutes)
        if self.day_first is None:
            self.day_first = other.day_first

    def place(self, local: datetime) -> tuple[datetime, bool]:
        """The aware time when the clock shows `local` (naive), and whether the offset is known (else UTC was taken)."""
        if self.zone is not None:
            return local.replace(tzinfo=self.zone), True
        if self._seen:
            place = bisect_left(self._seen, (local, 0))
            near = self._seen[max(0, place - 1) : place + 1]
            offset = min(near, key=lambda seen: abs(seen[0] - local))[1]
            return local.replace(tzinfo=timezone(timedelta(minutes=offset))), True
        if self._fallback is not None and abs(self._fallback) < 24 * 60:
            return local.replace(tzinfo=timezone(timedelta(minutes=self._fallback))), True
        return local.replace(tzinfo=timezone.utc), False

    def read(self, text: str | None, language: str = "") -> tuple[str | None, Precision | None]:
        """The time `text` says, on the wire form, and how exact it is; (None, None) where it says none."""
        moment = parse_iso(text) if text and text[:4].isdigit() and "T" in text else None
        if (
            moment is not None
            and moment.tzinfo is not None
            and (text or "")[-1:] in "Zz0123456789"
            and _ZONED.search(text or "")
        ):
            return wire(moment.replace(microsecond=0)), "second"
        printed = parse_printed(text, language, self.day_first)
        if printed is None:
            return None, None
        aware, known = self.place(printed.moment)
        if known:
            return wire(aware), printed.exact_to
        return wire(aware), "local_day" if printed.exact_to == "day" else "local_minute"

    def settle_order(self, texts: Iterable[str | None], language: str = "") -> None:
        """Learns from a thread's dates whether the site writes the day first, where one of them leaves no doubt."""
        if self.day_first is not None:
            return
        for text in texts:
            found = _NUMERIC.search(_plain(text)) if text and len(text) <= 200 else None
            if found and len(found[1]) <= 2 and len(found[4]) in {2, 4}:
                if int(found[1]) > 12:
                    self.day_first = True
                    return
                if int(found[3]) > 12:
                    self.day_first = False
                    return


_ZONED = re.compile(r"T.*(?:[Zz]|[+-]\d\d:?\d\d)$")
