"""What makes two readings the same: what of a line bears meaning, its hash, and a fingerprint of each field.

``content_hash`` of a line is the SHA-256 of the canonical JSON (keys sorted, no blanks, UTF-8) of its `meaning`, so
anyone can check it from the line alone. Text counts with its white space squashed and in Unicode form NFC; pictures
count by their path, so that a move to another domain, a CDN in front or another thumbnail size is no change.

Two readings of one thing may know different fields (REST has no subtitle, a page shows one of three categories).
`fingerprint` therefore has a short digest for each field, in which the format of a picture does not count, and `changed_fields`
compares what both can know.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Any, cast
from urllib.parse import unquote

import msgspec
from itemadapter import ItemAdapter

from newsarchive.dates import parse_iso

_encode = msgspec.json.Encoder(order="sorted").encode
_SIZE = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled)(?=\.\w{2,5}$)")
_YOUTUBE = re.compile(
    r"(?:youtu\.be/|youtube(?:-nocookie)?\.com/(?:watch\?(?:.*&)?v=|embed/|shorts/|live/|v/))([\w-]{11})"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain(item: Any) -> Mapping[str, Any]:
    """`item` as a mapping of built-in types, whatever class of item it is."""
    if isinstance(item, Mapping) and not hasattr(item, "fields"):
        return item
    if hasattr(item, "__dataclass_fields__"):
        return cast(Mapping[str, Any], msgspec.to_builtins(item))
    return ItemAdapter(item).asdict()


def scrub(value: Any) -> Any:
    """`value` with each lone surrogate, which UTF-8 cannot hold, replaced by U+FFFD, however deep it lies."""
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {scrub(k): scrub(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrub(v) for v in value]
    return value


def _canonical(value: Any) -> bytes:
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(scrub(value))


def _words(text: str | None) -> str | None:
    """Text as it counts: NFC, one blank for any white space; None and nothing but white space are None."""
    if not text:
        return None
    if text.isascii():
        if text[0] != " " != text[-1] and _is_squashed(text):
            return text
    else:
        text = unicodedata.normalize("NFC", text.replace("\u200b", " ").replace("\ufeff", " "))
    return " ".join(text.split()) or None


def _is_squashed(text: str) -> bool:
    """Whether an ASCII text has single blanks only, and no other white space that `str.split` would take out."""
    # One after the other, for most of a line's time is spent here: a loop or a pattern takes three times as long.
    return not (
        "  " in text
        or "\n" in text
        or "\t" in text
        or "\r" in text
        or "\x0b" in text
        or "\x0c" in text
        or "\x1c" in text
        or "\x1d" in text
        or "\x1e" in text
        or "\x1f" in text
    )


def _set(texts: Iterable[str | None] | None) -> list[str]:
    return sorted({words for words in map(_words, texts or ()) if words})


def _picture(url: str | None) -> str:
    """What stays of a picture's address when the site moves, puts a CDN in front or offers another size."""
    path = unquote(re.split(r"[?#]", url or "", maxsplit=1)[0], errors="replace")
    at = path.find("/wp-content/")
    if at >= 0:
        path = path[at:]
    elif "//" in path:
        path = "/" + path.partition("//")[2].partition("/")[2]
    return _words(_SIZE.sub("", path)) or ""


def _player(url: str | None) -> str:
    """What stays of a video's or an embed's address when it is written in another way."""
    url = url or ""
    found = _YOUTUBE.search(url[:2000])
    if found:
        return "youtube:" + found.group(1)
    return re.sub(
        r"^(?:https?:)?//(?:www\.)?", "", re.split(r"[?#](?=utm_|feature=|si=)|#", url, maxsplit=1)[0]
    ).rstrip("/")


def _block(block: Mapping[str, Any]) -> list[Any]:
    """A block as it counts: a tweet by its id, a picture and a player by their address, the rest by their words."""
    kind = block.get("type")
    if kind == "paragraph":  # nine of ten
        return [kind, _words(block.get("text"))]
    match kind:
        case "tweet":
            return [kind, block.get("tweet_id") or _player(block.get("url"))]
        case "video" | "embed":
            return [kind, _player(block.get("url"))]
        case "image":
            return [kind, _picture(block.get("url")), _words(block.get("caption"))]
        case "list":
            return [
                kind,
                bool(block.get("ordered")),
                [_words(item) for item in block.get("items") or ()] or _words(block.get("text")),
            ]
        case "table":
            rows = [[_words(cell) for cell in row] for row in block.get("rows") or ()]
            return [kind, rows or _words(block.get("text")), _words(block.get("caption"))]
        case "heading":
            return [kind, block.get("level"), _words(block.get("text"))]
        case "quote":
            return [kind, _words(block.get("text")), _words(block.get("cite"))]
    return [kind, _words(block.get("text"))]


def _body(item: Mapping[str, Any]) -> list[Any] | None:
    """The body block by block; from ``text`` where there are no blocks; None where neither is known."""
    if item.get("blocks"):
        return [_block(block) for block in item["blocks"]]
    if item.get("text") is None:
        return None
    return [["paragraph", _words(piece)] for piece in item["text"].split("\n\n") if piece.strip()]


def _minute(item: Mapping[str, Any]) -> str | None:
    """``published_at`` to the minute; None where it is known less exactly."""
    exact = item.get("published_at_precision") in (None, "second", "minute")
    return item["published_at"][:16] if exact and item.get("published_at") else None


def comment_meaning(comment: Mapping[str, Any]) -> list[Any]:
    """What counts of a comment: id, parent, author, text, kind, pictures."""
    return [
        str(comment["id"]),
        comment.get("parent_id"),
        _words(comment.get("author")),
        _words(comment.get("text")),
        comment.get("kind") or "comment",
        sorted(_picture(url) for url in comment.get("images") or ()),
    ]


_TWEET_FIELDS = ("handle", "author_id", "language", "quoted_id", "replied_to_id")


def meaning(item: Any) -> dict[str, Any]:
    """The part of a line that bears meaning: what ``content_hash`` is the hash of.

    article: title, subtitle, body, authors, published_at (to the minute), categories, tags, description, images with
    captions, and whether it is gone. comment_thread: of each comment id, parent, author, text, kind, images, by id.
    tweet: text, author, language, media, links, what it quotes and answers, state.
    Nothing else counts: addresses, modified times, counters, votes, metrics, markup, the order of tags.
    """
    item = plain(item)
    kind = item.get("type")
    if kind == "comment_thread":
        return {"type": kind, "comments": sorted(comment_meaning(comment) for comment in item.get("comments") or ())}
    if kind == "tweet":
        return {
            "type": kind,
            **{name: item.get(name) for name in _TWEET_FIELDS},
            "author_name": _words(item.get("author_name")),
            "text": _words(item.get("text")),
            "media": sorted(media.get("url") or "" for media in item.get("media") or ()),
            "urls": sorted(link.get("expanded") or link.get("short") or "" for link in item.get("urls") or ()),
            "state": item.get("state"),
        }
    return {
        "type": kind,
        "title": _words(item.get("title")),
        "subtitle": _words(item.get("subtitle")),
        "body": _body(item),
        "authors": [_words(name) for name in item.get("authors") or ()],
        "published_at": _minute(item),
        "categories": _set(item.get("categories")),
        "tags": _set(item.get("tags")),
        "description": _words(item.get("description")),
        "images": sorted(
            [_picture(image.get("url")), _words(image.get("caption")) or ""] for image in item.get("images") or ()
        ),
        "gone": item.get("gone") is not None,
    }


def content_hash(item: Any) -> str:
    """SHA-256 (hex) over the canonical JSON of the item's `meaning`: the same content has the same hash however it was read."""
    return sha256(_as_written(item)[2]).hexdigest()


def _as_written(item: Any) -> tuple[Mapping[str, Any], dict[str, Any], bytes]:
    """The line that can be written of `item`, its `meaning`, and the canonical JSON of that."""
    line = plain(item)
    said = meaning(line)
    try:
        return line, said, _encode(said)
    except UnicodeEncodeError:
        line = scrub(line)
        said = meaning(line)
        return line, said, _encode(said)


# ---------------------------------------------------------------------------------------------------- fingerprints


def _short(value: Any) -> str:
    return blake2b(_canonical(value), digest_size=8).hexdigest()


def _known(value: Any) -> str | None:
    return None if value is None else _short(value)


@lru_cache(maxsize=4096)
def _name(text: str | None) -> str:
    """The digest of an author, a category or a tag: a site has few, and says them again in every article.

    Quotes count as typed: a theme of blocks prints "Sean O’Neil" where a classic one prints "Sean O'Neil" (WordPress 6.1).
    """
    return _short(text.translate(_QUOTES) if text else text)[:8]


def _each(names: Iterable[str | None]) -> str:
    return " ".join(sorted(map(_name, names)))


_QUOTES = str.maketrans("‘’ʼ“”„", "'''\"\"\"")
_PICTURE_FORM = re.compile(r"(?:-\d{2,5}x\d{2,5}|-scaled)?(?:\.(?:jpe?g|png|gif|webp|avif))+$", re.I)


def _any_form(path: str) -> str:
    """A picture's path without what says its format: an optimiser that serves photo.jpg.webp changes no article."""
    return _PICTURE_FORM.sub("", path)


def _body_print(body: list[Any] | None, url: str | None) -> str | None:
    if body is not None and any(block[0] in _BY_ADDRESS for block in body):
        own = _player(url).partition("/")[0] + "/"
        body = [_block_print(block, own) if block[0] in _BY_ADDRESS else block for block in body]
    return _known(body)


_BY_ADDRESS = {"image", "video", "embed"}


def _block_print(block: list[Any], own: str) -> list[Any]:
    """A block without what of its address says its format, or that it is on the article's `own` host: sites move."""
    kind, address, *rest = block
    if kind == "image":
        return [kind, _any_form(address), *rest]
    at = address.find("/wp-content/")
    return [kind, address[at + 1 :] if at >= 0 else address.removeprefix(own), *rest]


_BLIND_TO_PICTURES = {"rest", "feed"}
"""Ways of reading comments that do not show the pictures readers attach."""


def fingerprint(item: Any, *, votes: bool = False, metrics: bool = False) -> dict[str, str | None]:
    """A short digest for each field that bears meaning; None where this reading does not know the field.

    For a thread the fields are the comments, by id. `votes` lets comment votes count, `metrics` a tweet's counts.
    """
    return hash_and_fingerprint(item, votes=votes, metrics=metrics)[1]


def hash_and_fingerprint(item: Any, *, votes: bool = False, metrics: bool = False) -> tuple[str, dict[str, str | None]]:
    """`content_hash` and `fingerprint` in one pass."""
    line, said, data = _as_written(item)
    return sha256(data).hexdigest(), _fingerprint_of(line, said, votes, metrics)


def _fingerprint_of(item: Mapping[str, Any], said: dict[str, Any], votes: bool, metrics: bool) -> dict[str, str | None]:
    if said["type"] == "comment_thread":
        return _of_thread(item, said, votes)
    if said["type"] == "tweet":
        return _of_tweet(item, said, metrics)
    return _of_article(item, said)


def _of_thread(item: Mapping[str, Any], said: dict[str, Any], votes: bool) -> dict[str, str | None]:
    sees_pictures = item.get("source") not in _BLIND_TO_PICTURES
    shown = {str(c["id"]): c.get("votes") for c in item.get("comments") or ()} if votes else {}
    prints: dict[str, str | None] = {}
    for number, *rest in said["comments"]:
        words, pictures, count = rest[:4], rest[4], shown.get(number)
        parts = (
            _short(words),
            _short(sorted(map(_any_form, pictures))) if sees_pictures else "",
            "" if count is None else str(count),
        )
        prints[number] = "|".join(parts)
    return prints


def _of_tweet(item: Mapping[str, Any], said: dict[str, Any], metrics: bool) -> dict[str, str | None]:
    # Resolvers know very different things: what one leaves empty it does not know.
    prints = {name: _known(said[name] or None) for name in said if name not in ("type", "state", "text")}
    prints["text"] = None if item.get("text_truncated") else _known(said["text"])
    prints["state"] = None if said["state"] in (None, "unresolved") else said["state"]
    if metrics:
        counts = {k: v for k, v in (item.get("metrics") or {}).items() if k != "observed_at"}
        prints["metrics"] = _known(counts or None)
    return prints


def _of_article(item: Mapping[str, Any], said: dict[str, Any]) -> dict[str, str | None]:
    precision = item.get("published_at_precision") or "second"
    return {
        "title": _known(said["title"]),
        "subtitle": _known(said["subtitle"]),
        "body": _body_print(said["body"], item.get("url")),
        "authors": _each(said["authors"]),
        "published_at": f"{item['published_at']} {precision}" if item.get("published_at") else None,
        "categories": _each(said["categories"]),
        "tags": _each(said["tags"]),
        "description": _known(said["description"]),
        "images": " ".join(sorted(_picture_print(key, caption) for key, caption in said["images"])),
        "gone": "1" if said["gone"] else "0",
    }


def _picture_print(path: str, caption: str) -> str:
    return f"{_short(_any_form(path))[:8]}:{_short(caption)[:8] if caption else ''}"


_OWN_WORDS = {"subtitle", "description"}
"""Fields that each way of reading takes from another place (excerpt, meta tag), so only equal ways compare."""
_PARTIAL = {"authors", "categories", "tags", "images"}
"""Fields of which one way of reading may show only some: there, having less is knowing less."""
_LENGTH = {"second": 16, "minute": 16, "day": 10}
"""How much of a time counts by its precision; a local one is hours off and compares with nothing but its like."""


def changed_fields(before: Mapping[str, str | None], after: Mapping[str, str | None], *, same_way: bool) -> list[str]:
    """Names of the fields of an article or a tweet that differ between two fingerprints, in the order of `after`.

    `same_way`: both readings were made in the same way, so that a field which came or went did so on the site.
    Otherwise only what both know is compared.
    """
    return [name for name, new in after.items() if _differs(name, before.get(name), new, same_way)]


def _differs(name: str, old: str | None, new: str | None, same_way: bool) -> bool:
    if old == new:
        return False
    if name == "published_at" and old and new:
        (old_time, old_precision), (new_time, new_precision) = old.split(" "), new.split(" ")
        if old_precision == new_precision and old_precision not in _LENGTH:
            return old_time != new_time
        if not same_way and _by_zone(old_time, new_time):
            return False
        length = min(_LENGTH.get(old_precision, 0), _LENGTH.get(new_precision, 0))
        return old_time[:length] != new_time[:length]
    if same_way:
        return True
    if old is None or new is None or name in _OWN_WORDS:
        return False
    if name in _PARTIAL:
        was, now = ({token.partition(":")[0] for token in text.split()} for text in (old, new))
        return not (was <= now or now <= was)
    return True


def _by_zone(old: str, new: str) -> bool:
    """Whether two times of an article are a difference of time zones apart: once a site's zone was changed, the pages of
    WordPress (seen: 6.1) state the old local times in the new zone, and REST goes on to state the true ones."""
    one, other = parse_iso(old), parse_iso(new)
    if one is None or other is None:
        return False
    apart = abs((one - other).total_seconds())
    return apart % _ZONE_STEP_SECONDS == 0 and apart <= _ZONES_APART_SECONDS


_ZONE_STEP_SECONDS, _ZONES_APART_SECONDS = 15 * 60, 26 * 3600


def comment_edited(old: str, new: str) -> bool:
    """Whether two fingerprints of one comment differ in a part that both know."""
    return any(a != b for a, b in zip(old.split("|"), new.split("|"), strict=False) if a and b)
