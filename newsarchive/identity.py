"""What names the same thing: one name for a site, one spelling for an address, the post id in it."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_UNSAFE = re.compile(r"[^a-z0-9._-]+")
_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|yclid|igshid|mc_[ce]id|_ga|_gl|ref|ref_src|amp|noamp|nonamp|replytocom|share|nb|"
    r"preview|_wpnonce|ver|like_comment",
    re.I,
)
_WAYBACK = re.compile(r"/web/\d{4,14}(?:[a-z]{2}_)?/(?=.)", re.I)
_SURROGATE = re.compile("[\ud800-\udfff]")


def site_of(url: str) -> str:
    """The name a site is filed under: host without ``www.``, then port and path where they are not the usual ones.

    Only ``a-z 0-9 . _ -``, so that it is one safe directory name. Raises ValueError where `url` has no host.

    >>> site_of("https://www.Example.org/"), site_of("http://localhost:8080/blog/")
    ('example.org', 'localhost_8080_blog')
    """
    parts = urlsplit(url if "//" in url else f"//{url}")
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    if not host.strip("."):
        raise ValueError(f"no host in the address {url!r}")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError as error:
        raise ValueError(f"no host name: {host!r}") from error
    pieces = [host]
    if parts.port and parts.port != {"http": 80, "https": 443}.get(parts.scheme):
        pieces.append(str(parts.port))
    pieces += [piece for piece in unquote(parts.path).lower().split("/") if piece]
    return "_".join(_UNSAFE.sub("-", piece) for piece in pieces).strip(".-")[:120] or "-"


def address(url: str) -> str:
    """One spelling for all the addresses under which a site shows the same page: path and telling query, no host.

    Scheme, host, trailing slash, fragment, tracking parameters, AMP forms and a Wayback Machine wrapper are dropped:
    all the domains a site has had are one. Empty for the home page and where `url` is no address.

    >>> address("https://www.example.org/2019/03/a-title/amp/?utm_source=x#top")
    '/2019/03/a-title'
    """
    url = _SURROGATE.sub("\ufffd", url)
    wrapped = _WAYBACK.search(url)
    if wrapped and "archive.org" in url[: wrapped.start()]:
        url = url[wrapped.end() :]
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""  # such as a broken IPv6 host: no address, so nothing is found under it
    path = quote(unquote(parts.path, errors="replace"), safe="/~!$&'()*+,;=:@").rstrip("/")
    path = path.removesuffix("/amp").removesuffix(".amp").removesuffix("/index.php").removesuffix("/index.html")
    query = (
        sorted((k, v) for k, v in parse_qsl(parts.query, max_num_fields=100) if not _TRACKING.fullmatch(k))
        if parts.query and parts.query.count("&") < 100
        else []
    )
    return (path or "/") + "?" + urlencode(query) if query else path


def post_id_in(url: str) -> str | None:
    """The post id of a short address (``?p=123``, ``?page_id=``, ``?attachment_id=``); None where there is none."""
    found = re.search(r"[?&](?:p|page_id|attachment_id)=(\d{1,20})(?:&|#|$)", url)
    return found.group(1).lstrip("0") or None if found else None
