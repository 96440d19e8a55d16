"""Times: whatever a site writes, as UTC in the one form the archive uses."""

from datetime import datetime, timedelta, timezone


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
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes or 0)))
    return moment
