"""When a thread is read again: often while its article is young, rarely once it is old."""

from datetime import datetime, timedelta

THREAD_INTERVALS: tuple[tuple[timedelta, timedelta], ...] = (
    (timedelta(days=2), timedelta(hours=6)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=7)),
    (timedelta(days=365), timedelta(days=60)),
)
"""(article younger than, read again after)."""
OLD_THREAD_INTERVAL = timedelta(days=180)


def thread_due(
    now: datetime, published_at: datetime | None, last_read: datetime | None, *, complete: bool = True
) -> bool:
    """Whether a thread is to be read: one never read is; the others by the table, an incomplete one four times as often.

    An article of unknown age is taken as a year-old one. A changed count of comments is the caller's to see: it makes
    a thread due at once.

    >>> from datetime import timezone
    >>> now = datetime(2019, 3, 10, tzinfo=timezone.utc)
    >>> thread_due(now, now - timedelta(days=1), now - timedelta(hours=7))
    True
    >>> thread_due(now, now - timedelta(days=100), now - timedelta(days=30))
    False
    """
    if last_read is None:
        return True
    age = now - published_at if published_at else timedelta(days=364)
    interval = next((every for younger_than, every in THREAD_INTERVALS if age < younger_than), OLD_THREAD_INTERVAL)
    return now - last_read >= (interval if complete else interval / 4)
