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


def thread_due(now: datetime, published_at: datetime | None, last_read: datetime | None, *, complete: bool = True) -> bool:
    """Whether a thread is to be read: one never read is, an incomplete one is after an hour, the others by the table.

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
    if not complete:
        return now - last_read >= timedelta(hours=1)
    age = now - published_at if published_at else timedelta(days=364)
    for younger_than, interval in THREAD_INTERVALS:
        if age < younger_than:
            return now - last_read >= interval
    return now - last_read >= OLD_THREAD_INTERVAL
