"""Ids as numbers, so that neighbours lie together in the index: a site lists its posts in the order of their ids.

An article and its thread are ``<prefix><post id>``, one prefix a site, and a tweet is its id. Each kind has a range of
the 64-bit integers of its own. Ids of any other form have no number.
"""

_RANGES = {"article": (0, 1 << 60), "comment_thread": (1 << 60, 1 << 61), "tweet": (1 << 62, 1 << 63)}
_PREFIXED = ("article", "comment_thread")


def range_of(kind: str) -> tuple[int, int]:
    """The first number of a kind, and the one after its last; an empty range where the kind has no numbers."""
    return _RANGES.get(kind, (0, 0))


def split(kind: str, id: str) -> tuple[str, str] | None:
    """(prefix, digits) of an id that may have a number; None where it has another form.

    >>> split("article", "daily/17"), split("tweet", "17"), split("article", "daily/a-slug"), split("article", "daily/007")
    (('daily/', '17'), ('', '17'), None, None)
    """
    if kind not in _RANGES:
        return None
    cut = id.rfind("/") + 1 if kind in _PREFIXED else 0
    digits = id[cut:]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 19 or (digits[0] == "0" and digits != "0"):
        return None
    return id[:cut], digits


def number_of(kind: str, id: str, prefix: str | None) -> int | None:
    """The number of an id, given the site's `prefix`; None where it has none.

    >>> number_of("article", "daily/17", "daily/"), number_of("article", "other/17", "daily/")
    (17, None)
    """
    parts = split(kind, id)
    if parts is None or (parts[0] != prefix and kind in _PREFIXED):
        return None
    start, end = _RANGES[kind]
    number = start + int(parts[1])
    return number if number < end else None


def named_by(number: int, prefix: str) -> tuple[str, str]:
    """The (kind, id) of a number.

    >>> named_by(17, "daily/")
    ('article', 'daily/17')
    """
    for kind, (start, end) in _RANGES.items():
        if start <= number < end:
            return kind, f"{prefix if kind in _PREFIXED else ''}{number - start}"
    raise ValueError(f"{number} is no number of an id")
