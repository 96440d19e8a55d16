"""Times, hashes and fingerprints in few bytes, for the index; what has an unusual form stays as it is.

Each pair of functions is exact: what is unpacked is what was packed.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any

import msgspec

_EPOCH = datetime(1970, 1, 1)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.A)
_DIGITS = re.compile(r"0|[1-9]\d{0,17}", re.A)
_LIST = re.compile(r"[0-9a-f]{8}(?: [0-9a-f]{8})*")
_PAIRS = re.compile(r"[0-9a-f]{8}:(?:[0-9a-f]{8})?(?: [0-9a-f]{8}:(?:[0-9a-f]{8})?)*")
_DIGEST = re.compile(r"[0-9a-f]{16}")
_HASH = re.compile(r"[0-9a-f]{64}")

_FIELDS = (
    ("title", "subtitle", "body", "authors", "published_at", "categories", "tags", "description", "images", "gone"),
    ("handle", "author_id", "language", "quoted_id", "replied_to_id", "author_name", "media", "urls", "text", "state"),
)
"""Names of fields that come in these orders: they need not be written."""
_PRECISIONS = ("second", "minute", "day", "local_minute", "local_day")
_NOTHING = "00000000"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def packed_time(time: str | None) -> int | str | None:
    """Seconds since 1970 of a time as it is on the wire; any other text as it is."""
    if time is None or not _TIME.fullmatch(time):
        return time
    try:
        since = datetime.fromisoformat(time[:-1]) - _EPOCH
    except ValueError:
        return time  # such as 31 February
    return since.days * 86400 + since.seconds


def plain_time(packed: int | str | None) -> str | None:
    """The time that `packed_time` packed."""
    return f"{(_EPOCH + timedelta(seconds=packed)).isoformat()}Z" if isinstance(packed, int) else packed


def packed_hash(hashed: str | None) -> bytes | str | None:
    """The 32 bytes of a SHA-256 in hex; any other text as it is."""
    return bytes.fromhex(hashed) if hashed and _HASH.fullmatch(hashed) else hashed


def plain_hash(packed: bytes | str | None) -> str | None:
    """The hash that `packed_hash` packed."""
    return packed.hex() if isinstance(packed, bytes) else packed


def packed_prints(prints: Mapping[str, str | None]) -> bytes:
    """A fingerprint in about a quarter of its JSON.

    MessagePack of ``[n, value, ...]`` with the fields of ``_FIELDS[n]``, of ``[-1, ids, texts, pictures, votes]`` for
    the comments of a thread, or of ``[-2, names, values]``.
    """
    names = tuple(prints)
    if names in _FIELDS:
        return _encode([_FIELDS.index(names), *map(_packed, prints.values())])
    return _encode(_packed_comments(prints) or [-2, names, list(map(_packed, prints.values()))])


def plain_prints(packed: bytes) -> dict[str, str | None]:
    """The fingerprint that `packed_prints` packed."""
    form, *rest = _decode(packed)
    if form >= 0:
        return dict(zip(_FIELDS[form], map(_plain, rest), strict=True))
    if form == -1:
        return _plain_comments(*rest)
    names, values = rest
    return dict(zip(names, map(_plain, values), strict=True))


def _packed(value: str | None) -> Any:
    """One value of a fingerprint: a digest is 8 bytes, lists of digests have an odd length, a time is a number."""
    if not value:
        return value
    if value in ("0", "1"):
        return value == "1"
    if _DIGEST.fullmatch(value):
        return bytes.fromhex(value)
    if _LIST.fullmatch(value):
        return b"\0" + bytes.fromhex(value)
    if _PAIRS.fullmatch(value) and _NOTHING not in value:
        return b"\1" + bytes.fromhex("".join(pair[:8] + (pair[9:] or _NOTHING) for pair in value.split(" ")))
    time, _, precision = value.partition(" ")
    if precision in _PRECISIONS and isinstance(seconds := packed_time(time), int):
        return seconds * 8 + _PRECISIONS.index(precision)
    return value


def _plain(packed: Any) -> str | None:
    if isinstance(packed, bytes):
        if len(packed) == 8:
            return packed.hex()
        if packed[0] == 0:
            return packed[1:].hex(" ", 4)
        digests = packed[1:].hex(" ", 4).split(" ")
        return " ".join(
            f"{one}:{'' if other == _NOTHING else other}"
            for one, other in zip(digests[::2], digests[1::2], strict=True)
        )
    if isinstance(packed, bool):
        return "1" if packed else "0"
    if isinstance(packed, int):
        return f"{plain_time(packed // 8)} {_PRECISIONS[packed % 8]}"
    text: str | None = packed
    return text


def _packed_comments(prints: Mapping[str, str | None]) -> list[Any] | None:
    """The comments of a thread, ids as steps from each to the next; None where one has another form."""
    parts = [value.split("|") if value else [] for value in prints.values()]
    if not all(
        len(part) == 3 and _DIGEST.fullmatch(part[0]) and (not part[1] or _DIGEST.fullmatch(part[1])) for part in parts
    ) or not all(map(_DIGITS.fullmatch, prints)):
        return None
    numbers = [0, *map(int, prints)]
    pictures, votes = [_packed(part[1]) for part in parts], [part[2] for part in parts]
    return [
        -1,
        [after - before for before, after in pairwise(numbers)],
        bytes.fromhex("".join(part[0] for part in parts)),
        _once(pictures),
        _once(votes),
    ]


def _once(values: list[Any]) -> Any:
    """The one value that all have, or the list of them."""
    return values[0] if values and values.count(values[0]) == len(values) else values


def _plain_comments(steps: list[int], texts: bytes, pictures: Any, votes: Any) -> dict[str, str | None]:
    count = len(steps)
    digests = (texts[at : at + 8].hex() for at in range(0, count * 8, 8))
    pictures = pictures if isinstance(pictures, list) else [pictures] * count
    votes = votes if isinstance(votes, list) else [votes] * count
    return {
        str(id): f"{text}|{_plain(picture)}|{vote}"
        for id, text, picture, vote in zip(accumulate(steps), digests, pictures, votes, strict=True)
    }
