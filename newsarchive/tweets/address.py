"""Status addresses: which tweet a URL names, however it was written, wrapped, mirrored or archived."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from html import unescape
from urllib.parse import parse_qsl, unquote

from newsarchive.dates import wire
from newsarchive.tweets.clock import impossible

MIRRORS = frozenset({
    "fxtwitter.com", "vxtwitter.com", "fixupx.com", "fixvx.com", "twittpr.com", "xfixup.com",
    "xcancel.com", "lightbrd.com", "nuku.trabun.org", "twiiit.com", "twstalker.com",
})  # fmt: skip
"""Hosts that show tweets under Twitter's own paths; so does every host that starts with ``nitter.``. The list ages: `parse_status_url` takes another."""

_OWN = frozenset({"twitter.com", "x.com"})
_OWN_PREFIXES = frozenset({"", "www", "mobile", "m"})
_MIRROR_PREFIXES = frozenset({"", "www", "d", "g", "t", "api", "c", "i"})
_ARCHIVES = frozenset(
    {"archive.is", "archive.ph", "archive.today", "archive.li", "archive.md", "archive.fo", "archive.vn"}
)
# Pages that only pass on to the address in a parameter; share buttons and intents are no references and are not here.
_PASSES = {
    "google.com": "url q", "l.facebook.com": "u", "lm.facebook.com": "u", "l.instagram.com": "u", "youtube.com": "q",
    "twitframe.com": "url", "publish.twitter.com": "query url", "publish.x.com": "query url", "vk.com": "to",
    "out.reddit.com": "url", "t.umblr.com": "z", "l.wl.co": "u", "duckduckgo.com": "uddg", "translate.google.com": "u",
}  # fmt: skip
_PASS_PATHS = {"google.com": "/url", "youtube.com": "/redirect", "vk.com": "/away.php", "duckduckgo.com": "/l/"}
_WAYBACK_HOSTS = frozenset({"web.archive.org", "wayback.archive.org", "archive.org", "web-beta.archive.org"})
_BARE_WRAPS = frozenset({"href.li", "anonym.to", "nullrefer.com", "dereferer.me"})  # https://href.li/?URL
_NOBODY = frozenset({"i", "web", "anyuser", "status", "statuses", "twitter"})  # stand for no account in a path

_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)
_LONGEST = 4096
_DEEPEST = 3  # an archived copy of a redirect to a status; nobody wraps deeper

# What may follow an id: the end, a delimiter, or another address glued to it. "…" and "..." mean the id was cut.
_AFTER_ID = r"""(?=$|[\s/?#&"'<>)\],;:!\\|*+~`^{}»›”’“‘–—\u3000-\u9fff\uac00-\ud7af\uff01-\uff0f]|\.(?!\.\.)|https?:|pic\.(?:twitter|x)\.com)"""
_ID = r"(?P<id>[1-9][0-9]{0,19})" + _AFTER_ID
_HEAD = re.compile(r"(?:https?:/{1,3}){1,2}|//|(?=[a-z0-9])", re.I)
_HOST = re.compile(r"([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)\.?(?::(?:80|443))?(?=[/?])", re.I)
_STATUS = re.compile(rf"/{{1,2}}(?:#!/)?(?:@?(?P<handle>[a-z0-9_]{{1,20}})/)?(?:web/)?status(?:es)?/{{1,2}}{_ID}", re.I)
_PLAYER = re.compile(rf"/i/(?:videos/(?:tweet/)?|cards/tfw/v1/){_ID}", re.I)
_FX_API = re.compile(rf"/2/status/{_ID}", re.I)
_WIDGET = re.compile(rf"/embed/(?:tweet|index)\.html\?(?:[^\s#]{{0,2000}}&)?id={_ID}", re.I)
_THREAD = re.compile(rf"/thread/{_ID}", re.I)
_WAYBACK = re.compile(r"/(?:save/(?:_embed/)?|web/(?:([0-9]{1,14}|\*)[a-z_*]{0,5}/)?)?(?=\S)", re.I)
_ARCHIVE_TODAY = re.compile(r"/(?:(?:newest|oldest|timegate|([0-9]{4}[0-9.:-]{0,20})|o/[a-z0-9]{4,6})/)?(?=\S)", re.I)
_WEBCACHE = re.compile(r"cache:(?:[\w-]{1,20}:)?(\S+)", re.I)
_GOOGLE = re.compile(r"google\.(?:com|[a-z]{2}|com?\.[a-z]{2})")
_AMP = re.compile(
    r"/(?:amp|[civ])/(?:s/)?(?=\S)"
)  # Google's copies: /amp/s/ADDRESS, and /c/s/ADDRESS at ampproject.org
_ENCODED = re.compile(r"https?%3a", re.I)


@dataclass(frozen=True, kw_only=True)
class StatusReference:
    """The tweet that an address names."""

    id: str
    """The status id, a decimal string that a tweet can have."""
    handle: str | None
    """The account in the address, as written; None where it names none (``/i/web/status/…``). Accounts get renamed: it may differ from the author's."""
    url: str
    """``https://twitter.com/<handle>/status/<id>``, or ``https://x.com/i/web/status/<id>`` without handle."""
    seen: str
    """The address as it was written, with entities decoded and without what followed it."""
    host: str
    """The host that was named at last: twitter.com, x.com, platform.twitter.com or a mirror's."""
    wrapper: str | None = None
    """The host of the archive or redirect around the address; None where there is none."""
    archived_at: str | None = None
    """When the archive named in the address copied it; None where no exact time is named."""


def canonical(tweet_id: str, handle: str | None) -> str:
    """The address a tweet is filed under.

    >>> canonical("20", "someone")
    'https://twitter.com/someone/status/20'
    """
    return f"https://twitter.com/{handle}/status/{tweet_id}" if handle else f"https://x.com/i/web/status/{tweet_id}"


def clean(text: str) -> str:
    """`text` with entities decoded twice (WordPress writes ``&amp;#038;``) and without invisible characters."""
    if "&" in text:
        text = unescape(unescape(text))
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return text.replace("\\/", "/") if "\\" in text else text


def parse_status_url(
    text: str, mirrors: Collection[str] = MIRRORS, now_ms: int | None = None
) -> StatusReference | None:
    """The tweet that the address at the start of `text` names; None where it names none.

    Twitter's own hosts exactly, its embed pages, `mirrors`, archives and redirects are known; profiles, share buttons,
    intents, timelines and cut or impossible ids name no tweet. Opening brackets and quotes before the address, and
    whatever cannot belong to it after it, are passed over. Never raises.

    >>> parse_status_url("https://mobile.twitter.com/someone/status/1103483853686165505?s=20").url
    'https://twitter.com/someone/status/1103483853686165505'
    >>> parse_status_url("https://twitter.com/intent/tweet?in_reply_to=1103483853686165505") is None
    True
    """
    if not isinstance(text, str):
        return None
    token = _TOKEN.match(clean(text[: 2 * _LONGEST]).strip().lstrip("\"'<([{“‘«*_"))
    return _read(token.group(), mirrors, now_ms, 0) if token else None


_CANDIDATE = re.compile(
    r"https?:/{1,3}(?=\S)"
    r"|(?<![\w:/.@-])(?://)?(?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,10}/(?=[^\s<>\"]{0,300}(?:status|/i/|cache:))",
    re.I,
)
_TOKEN = re.compile(r"""[^\s<>"]{1,4096}""")
_GLUED = re.compile(r"(?:https?://|pic\.(?:twitter|x)\.com/|[–—])", re.I)
_TRAILING = ".,;:!?)]}'”’»›|*"


def scan(text: str, mirrors: Collection[str] = MIRRORS) -> Iterator[tuple[int, int, StatusReference]]:
    """The status addresses in running `text` (already `clean`), in order, each with its start and end.

    An address that is no status is passed over whole: what stands in another site's query is not a reference.
    """
    at = 0
    while found := _CANDIDATE.search(text, at):
        token = _TOKEN.match(text, found.start())
        if not token:  # "https:///<"
            at = found.end()
            continue
        reference = _read(token.group(), mirrors, None, 0)
        at = token.end()
        if reference:
            at = found.start() + len(reference.seen)
            yield found.start(), at, reference


def _read(text: str, mirrors: Collection[str], now_ms: int | None, depth: int) -> StatusReference | None:
    """The status that the address at the start of `text`, one token without white space, names."""
    if _ENCODED.match(text):
        text = unquote(text)
    head = _HEAD.match(text)
    found = _HOST.match(text, head.end()) if head else None
    if not found:
        return None
    host, path = found.group(1).lower(), found.end()
    *prefix, name, top = ["", *host.split(".")] if "." in host else ["", host, ""]
    parent, below = f"{name}.{top}", ".".join(prefix).lstrip(".")
    if parent in _OWN:
        if below in _OWN_PREFIXES:
            shapes: tuple[re.Pattern, ...] = (_STATUS, _PLAYER)
        elif below == "platform":
            shapes = (_WIDGET,)
        elif below == "publish":
            return _wrapped(text, path, host, mirrors, now_ms, depth)
        else:
            return None
    elif host.startswith("nitter.") or host in mirrors or (parent in mirrors and below in _MIRROR_PREFIXES):
        shapes = (_FX_API, _STATUS) if below == "api" else (_STATUS,)
    elif parent == "threadreaderapp.com":
        shapes = (_THREAD,)
    else:
        return _wrapped(text, path, host, mirrors, now_ms, depth) if depth < _DEEPEST else None
    for shape in shapes:
        if status := shape.match(text, path):
            return _named(text, status, host, now_ms)
    if "%" in text[path : path + 200]:
        plain = unquote(text)
        if plain != text and len(plain) < len(text) and (reference := _read(plain, mirrors, now_ms, _DEEPEST)):
            return replace(reference, seen=text.rstrip(_TRAILING))
    return None


def _named(text: str, status: re.Match, host: str, now_ms: int | None) -> StatusReference | None:
    parts = status.groupdict()
    if impossible(parts["id"], now_ms):
        return None
    handle = parts.get("handle")
    if handle and handle.lower() in _NOBODY:
        handle = None
    glued = _GLUED.search(text, status.end())
    return StatusReference(
        id=parts["id"],
        handle=handle,
        url=canonical(parts["id"], handle),
        seen=(text[: glued.start()] if glued else text).rstrip(_TRAILING),
        host=host.removeprefix("www."),
    )


def _wrapped(
    text: str, path: int, host: str, mirrors: Collection[str], now_ms: int | None, depth: int
) -> StatusReference | None:
    """The status inside an archive's or a redirect's address, whose host ends at `path`."""
    host = host.removeprefix("www.")
    inner, stamp = "", ""
    if host in _WAYBACK_HOSTS:
        if found := _WAYBACK.match(text, path):
            inner, stamp = text[found.end() :], found.group(1) or ""
    elif host in _ARCHIVES:
        if text.startswith(("/?", "/submit/?"), path):
            inner = _parameter(text, "url")
        elif found := _ARCHIVE_TODAY.match(text, path):
            inner, stamp = text[found.end() :], re.sub(r"[^0-9]", "", found.group(1) or "")
    elif host in _BARE_WRAPS:
        inner = text[path:].lstrip("/?")
    elif host == "webcache.googleusercontent.com":
        if found := _WEBCACHE.match(_parameter(text, "q")):
            inner = found.group(1)
    elif (found := _AMP.match(text, path)) and (_GOOGLE.fullmatch(host) or f".{host}".endswith(".cdn.ampproject.org")):
        inner = text[found.end() :]
    else:
        service = "google.com" if _GOOGLE.fullmatch(host) else host
        if service in _PASSES and text.startswith(_PASS_PATHS.get(service, ""), path):
            inner = _parameter(text, _PASSES[service])
    if not inner:
        return None
    reference = _read(inner[:_LONGEST], mirrors, now_ms, depth + 1)
    if not reference:
        return None
    whole = text if reference.seen not in text else text[: text.rindex(reference.seen) + len(reference.seen)]
    return replace(reference, seen=whole.rstrip(_TRAILING), wrapper=host, archived_at=_stamped(stamp))


def _parameter(text: str, names: str) -> str:
    """The value of the first of `names` (separated by blanks) in the query of `text`; empty where none is there."""
    query = text.partition("?")[2].partition("#")[0]
    try:
        values = dict(reversed(parse_qsl(query, max_num_fields=50)))
    except ValueError:  # more than fifty fields: no redirect has them
        return ""
    return next((values[name].strip() for name in names.split() if name in values), "")


def _stamped(digits: str) -> str | None:
    if len(digits) != 14:
        return None
    try:
        return wire(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc))
    except (ValueError, OverflowError):  # 20191399…: no such time
        return None
