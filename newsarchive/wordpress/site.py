"""What a WordPress site is and where its doors are, from its home page and its REST index."""

import re
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urljoin, urlsplit, urlunsplit

from newsarchive import guard
from newsarchive.fetch import Answer, Ask, Fetch, FetchError, Forbidden, NotThePage
from newsarchive.markup import decode

ROBOTS_FORBID = (
    "its robots.txt forbids it. Ask the people who run the site to allow newsarchive there;"
    " NEWSARCHIVE_CONTACT tells them who you are"
)
"""What is said, and what can be done, where robots.txt closes a site."""


class SiteUnreadable(Exception):
    """The site cannot be read at all: it does not answer, refuses, or is no WordPress."""

    def __init__(self, message: str, verdict: str, *, browser: bool = False) -> None:
        super().__init__(message)
        self.verdict = verdict
        """refused, broken, or arguments where something was asked for that it has not got."""
        self.browser = browser
        """Whether a browser may do better."""


def bare_host(url: str) -> str:
    """The host of `url`, with a port that is not the scheme's own, without ``www.``; empty where `url` is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{port}" if port and port not in {80, 443} else host


@dataclass(kw_only=True)
class Site:
    """A WordPress site as it answered."""

    name: str
    """The identity its items carry."""
    base: str
    """Address of its home page, with a slash at the end."""
    hosts: frozenset[str] = frozenset()
    """Every host that is this site: the one given, the ones it calls itself, and the ones its spider knows."""
    rest: str | None = None
    """REST root (``…/wp-json/`` or ``…/?rest_route=/``) if it answers; None otherwise."""
    rest_refusal: str | None = None
    """Why REST is not used, in the site's own words; None where it is."""
    rest_forbidden: bool = False
    """Whether that is because robots.txt forbids it."""
    post_types: tuple[str, ...] = ("posts",)
    """The types of posts that are archived, as REST's addresses name them (``…/wp/v2/posts``)."""
    types: dict[str, str | None] | None = None
    """Every type that REST knows, with its name in REST's addresses (None: it has no list there); None until it is asked."""
    totals: dict[str, int | None] = field(default_factory=dict)
    """How many articles of a type REST counts, once it was asked; None where it does not say."""
    comments_refused: bool = False
    """Whether REST has refused its comments."""
    timezone: str | None = None
    """Name of its time zone (``Europe/Berlin``), where REST tells."""
    utc_offset_minutes: int | None = None
    """Its offset from UTC now, where REST tells."""
    language: str | None = None
    """What its home page declares as its language."""
    sitemaps: list[str] = field(default_factory=list)
    """Sitemaps named by robots.txt."""
    permalinks: bool = True
    """Whether its addresses are paths; False where its REST link shows that they are queries (``/?p=12``)."""
    home: Answer | None = None
    """The home page as it was read."""

    def here(self, url: str) -> str:
        """`url` on the host that is being crawled, if it is an address of this site under another of its hosts; else unchanged."""
        try:
            url = urljoin(self.base, url)
            parts, base = urlsplit(url), urlsplit(self.base)
        except ValueError:
            return url  # no address, such as a broken IPv6 host
        if parts.netloc == base.netloc:
            return urlunsplit(parts._replace(scheme=base.scheme))
        if bare_host(url) in self.hosts:
            return urlunsplit(parts._replace(scheme=base.scheme, netloc=base.netloc))
        return url

    def owns(self, url: str) -> bool:
        """Whether `url` is on one of this site's hosts."""
        return bare_host(self.here(url)) in self.hosts

    def rest_url(self, route: str, **params: object) -> str:
        """Address of a REST route (``wp/v2/posts``) with its parameters; raises ValueError where REST does not answer."""
        if self.rest is None:
            raise ValueError(f"{self.base} has no REST")
        return _route(self.rest, route, params)


def _route(root: str, route: str, params: dict[str, object]) -> str:
    query = urlencode({name: value for name, value in params.items() if value is not None}, safe=",:", quote_via=quote)
    glue = "&" if "?" in root else "?"
    return f"{root}{route}" + (glue + query if query else "")


_LINK_HEADER = re.compile(r"""<([^<>]{1,500})>\s*;\s*rel=["']?https://api\.w\.org/""")
_LINK_TAG = re.compile(r"""<link\b[^>]{0,300}?rel=["']?https://api\.w\.org/["']?[^>]{0,300}?>""", re.I)
_LANG = re.compile(r"""<html\b[^>]{0,500}?\blang=["']?([A-Za-z-]{2,20})""", re.I)
_HREF = re.compile(r"""href=["']?([^"'\s>]{1,500})""", re.I)
_SIGNS = ("wp-content/", "wp-includes/", "/wp-json", 'content="wordpress', "xmlrpc.php")


def rest_root(answer: Answer, text: str) -> str | None:
    """The REST root that a page names in its Link header or a ``<link>``; None where it names none."""
    found = _LINK_HEADER.search(answer.headers.get("link", ""))
    if found:
        return urljoin(answer.url, found[1])
    tag = _LINK_TAG.search(text)
    href = _HREF.search(tag[0]) if tag else None
    return urljoin(answer.url, href[1]) if href else None


def looks_like_wordpress(answer: Answer, text: str) -> bool:
    """Whether a page shows that WordPress made it."""
    low = text[:400_000].lower()
    return "api.w.org" in answer.headers.get("link", "") or any(sign in low for sign in _SIGNS)


async def probe(
    fetch: Fetch, base: str, *, name: str, hosts: frozenset[str] = frozenset(), ask_rest: bool = True
) -> Site:
    """The site at `base`: reads its home page and, if `ask_rest`, its REST index. Raises SiteUnreadable.

    The REST root is taken from the page, else tried at ``/wp-json/`` and ``?rest_route=/`` (permalinks off).
    """
    try:
        home = await fetch(Ask(url=base))
    except NotThePage as error:
        home = error.answer  # judged below
    except Forbidden as error:
        raise SiteUnreadable(f"{base} is not to be crawled: {ROBOTS_FORBID}", "refused") from error
    except FetchError as error:
        raise SiteUnreadable(f"{base} cannot be reached: {error}", "broken") from error
    incident = guard.judge(home, guard.Expect(kind="page", url=base, home=base))
    if incident:
        raise SiteUnreadable(
            f"{base} does not give its home page: {incident.reason}",
            "refused" if incident.refused else "broken",
            browser=incident.refused or incident.rule == "script-only",
        )
    if home.status >= 400:
        verdict = "refused" if home.status in {401, 403, 429, 451} else "broken"
        raise SiteUnreadable(f"{base} answers {home.status}", verdict)
    text = decode(home.body, home.charset)
    site = Site(name=name, base=base, home=home)
    site.hosts = frozenset({*hosts, bare_host(base), bare_host(home.url)})
    declared = _LANG.search(text[:4_000])
    site.language = declared[1] if declared else None
    if urlsplit(home.url)[:2] != urlsplit(base)[:2]:  # https from here on, too: else each request would be redirected
        site.base = urljoin(home.url, "/") if urlsplit(base).path == "/" else home.url
    named = rest_root(home, text)
    site.permalinks = "rest_route=" not in (named or "")
    if not ask_rest:
        site.rest_refusal = "not asked for"
    else:
        await _find_rest(fetch, site, named)
    if site.rest is None and not named and not looks_like_wordpress(home, text):
        raise SiteUnreadable(
            f"{base} does not look like WordPress: neither its home page nor a REST index shows it", "broken"
        )
    return site


async def _find_rest(fetch: Fetch, site: Site, named: str | None) -> None:
    """Sets `site.rest` to the first REST root whose index answers; else `site.rest_refusal`."""
    if named:
        site.hosts |= {bare_host(named)}
    roots = dict.fromkeys([site.here(named)] if named else [])
    roots |= dict.fromkeys([urljoin(site.base, "wp-json/"), site.base + "?rest_route=/"])
    for root in roots:
        try:
            answer = await fetch(
                Ask(url=_route(root, "", {"_fields": "name,home,url,gmt_offset,timezone_string,namespaces"}))
            )
        except Forbidden as error:  # each other root is the same thing by another address
            site.rest_refusal, site.rest_forbidden = str(error), True
            return
        except FetchError as error:
            site.rest_refusal = str(error)
            continue
        index = _json_object(answer)
        if index is None:
            site.rest_refusal = f"{answer.status} {answer.media_type or 'without a type'}"
            continue
        if answer.status == 200 and "wp/v2" in (index.get("namespaces") or []):
            site.rest, site.rest_refusal = root, None
            _take_index(site, index)
            return
        # A JSON refusal is WordPress' own word: the other form of the address would say the same.
        site.rest_refusal = (
            f"{answer.status} {index.get('code') or 'without wp/v2'}: {str(index.get('message') or '')[:200]}"
        )
        return


def _json_object(answer: Answer) -> dict | None:
    if "json" not in answer.media_type:
        return None
    try:
        found = answer.json()
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _take_index(site: Site, index: dict) -> None:
    """The time zone and the addresses that the REST index tells."""
    zone = index.get("timezone_string")
    site.timezone = zone if isinstance(zone, str) and zone else None
    try:
        site.utc_offset_minutes = round(float(index.get("gmt_offset", "")) * 60)
    except (TypeError, ValueError):
        site.utc_offset_minutes = None
    for key in ("home", "url"):
        if isinstance(index.get(key), str):
            site.hosts |= {bare_host(index[key])}
