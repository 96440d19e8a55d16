"""The sample site's clock: UTC inside, Eastern European time on its pages."""

import functools
from collections.abc import Callable
from datetime import datetime, timedelta, timezone, tzinfo

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Now, to the second, as WordPress keeps it."""
    return datetime.now(timezone.utc).replace(microsecond=0)


def utc(text: str) -> datetime:
    """``2019-03-07 12:41:00`` as an aware time."""
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


def wire(moment: datetime) -> str:
    """``2019-03-07T12:41:00Z``."""
    return moment.astimezone(timezone.utc).isoformat()[:19] + "Z"


def mysql(moment: datetime) -> str:
    """``2019-03-07T12:41:00``: a time as REST writes it, without zone."""
    return moment.isoformat()[:19]


class EasternEurope(tzinfo):
    """Europe/Athens since 1996: UTC+2, UTC+3 from the last Sunday of March to that of October, both at 01:00 UTC.

    Written out here because a bare machine may have no time zone database.
    """

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Offset of a local time; in the doubled hour of autumn `fold` says which one is meant."""
        if moment is None:
            return timedelta(hours=2)
        naive = moment.replace(tzinfo=None)
        start, end = self._summer(moment.year)
        if start + timedelta(hours=3) <= naive < end + timedelta(hours=3):
            return timedelta(hours=3)
        if end + timedelta(hours=3) <= naive < end + timedelta(hours=4) and not moment.fold:
            return timedelta(hours=3)
        return timedelta(hours=2)

    def dst(self, moment: datetime | None) -> timedelta:
        """One hour in summer."""
        return self.utcoffset(moment) - timedelta(hours=2)

    def tzname(self, moment: datetime | None) -> str:
        """EET or EEST."""
        return "EEST" if self.dst(moment) else "EET"

    def fromutc(self, moment: datetime) -> datetime:
        """Local time of a UTC time (given naive but for this zone, as the protocol of tzinfo has it)."""
        naive = moment.replace(tzinfo=None)
        start, end = self._summer(moment.year)
        local = moment + timedelta(hours=3 if start <= naive < end else 2)
        return local.replace(fold=1) if end <= naive < end + timedelta(hours=1) else local

    @staticmethod
    @functools.cache
    def _summer(year: int) -> tuple[datetime, datetime]:
        march, october = datetime(year, 3, 31, 1), datetime(year, 10, 31, 1)
        return (
            march - timedelta(days=(march.weekday() + 1) % 7),
            october - timedelta(days=(october.weekday() + 1) % 7),
        )


SITE_ZONE = EasternEurope()


def local(moment: datetime) -> datetime:
    """The site's local time of a UTC time."""
    return moment.astimezone(SITE_ZONE)
