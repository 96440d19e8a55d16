"""Articles by XML sitemaps: WordPress' own (no lastmod), Yoast's and its like (with lastmod), gzipped or not, by index."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

from newsarchive.dates import parse_iso
from newsarchive.discovery.entries import Entry, Source, Window
from newsarchive.discovery.xml import NotXml, local, root_of
from newsarchive.fetch import Ask, Fetch, FetchError, Forbidden
from newsarchive.wordpress.site import Site

CANDIDATES = ("wp-sitemap.xml", "sitemap_index.xml", "sitemap.xml", "?sitemap=index")
"""Where sitemaps are when robots.txt names none: WordPress 5.5 and later, Yoast and Rank Math, everybody else, and
WordPress where permalinks are off."""
_OF_A_TYPE = re.compile(r"wp-sitemap-posts-([\w-]+)-\d+\.xml$|[?&]sitemap=posts&sitemap-subtype=([\w-]+)")
_NO_ARTICLES = re.compile(
    r"(?:^|[/_-])(?:taxonom[a-z]*|categor[a-z]*|tags?|authors?|users?|images?|pages?)(?![a-z])[\w-]*\.xml(?:\.gz)?$"
    r"|[?&]sitemap=(?:taxonomies|users)",
    re.I,
)
"""Names of sitemaps that hold no articles, whichever plugin wrote them; whole words, for there are types like ``reportage``."""
MOST_SITEMAPS = 5_000
MOST_DEPTH = 4


@dataclass(frozen=True, slots=True)
class _Listed:
    url: str
    lastmod: datetime | None


def read(body: bytes) -> tuple[list[_Listed], list[_Listed]]:
    """(sitemaps, pages) that a sitemap or a sitemap index names. Raises NotXml."""
    root = root_of(body)
    kind = local(root)
    if kind not in {"sitemapindex", "urlset"}:
        raise NotXml(f"a <{kind}> is no sitemap")
    found = []
    for element in root:
        url, lastmod = None, None
        for part in element:
            name = local(part)
            if name == "loc":
                url = (part.text or "").strip()
            elif name == "lastmod":
                lastmod = parse_iso(part.text)
        if url and len(url) < 4_000:
            found.append(_Listed(url, lastmod))
    return (found, []) if kind == "sitemapindex" else ([], found)


async def posts(fetch: Fetch, site: Site, window: Window, source: Source) -> AsyncIterator[list[Entry]]:
    """What the sitemaps list, a list for each sitemap. Pages that are no articles are among it: only the page tells."""
    named = [url for url in map(site.here, site.sitemaps) if site.owns(url)]
    candidates = CANDIDATES if site.permalinks else CANDIDATES[::-1]
    starts = [urljoin(site.base, name) for name in candidates]
    # Those that robots.txt names are all read; without any, the first place that has one.
    for url in named or starts:
        async for entries in _walk(fetch, site, window, source, url):
            yield entries
        if source.answered and not named:
            return
    if not source.answered and not source.refusal:
        source.refusal = "no sitemap was found"


async def _walk(fetch: Fetch, site: Site, window: Window, source: Source, start: str) -> AsyncIterator[list[Entry]]:
    """The sitemap at `start` and those it leads to."""
    waiting: list[tuple[str, int]] = [(start, 0)]
    met = {start}
    while waiting:
        url, depth = waiting.pop(0)
        try:
            answer = await fetch(Ask(url=url))
            if answer.status == 304:  # unchanged since the last complete run
                source.answered, source.refusal = True, None
                continue
            if answer.status != 200:
                raise NotXml(f"answers {answer.status}")
            sitemaps, pages = read(answer.body)
        except (FetchError, NotXml) as error:
            if depth == 0:
                source.refusal = f"{url}: {error}"
                source.forbidden |= isinstance(error, Forbidden)
            else:
                source.problems.append(f"{url}: {error}")
            continue
        source.answered, source.refusal = True, None
        for listed in sitemaps:
            child = site.here(listed.url)
            stale = window.changed_after and listed.lastmod and listed.lastmod < window.changed_after
            if child in met or stale or not site.owns(child) or not _may_hold_articles(place(child)):
                continue
            if depth >= MOST_DEPTH or len(met) >= MOST_SITEMAPS:
                source.problems.append(f"{child}: left out, the sitemaps go deeper or are more than is sane")
                continue
            met.add(child)
            waiting.append((child, depth + 1))
        plain = _PLAIN_OWN if type_of(place(url)) not in {None, "post"} else _PLAIN
        entries = [entry for listed in pages if (entry := _entry(site, window, listed, plain))]
        for entry in entries:
            source.count(entry)
        del answer, pages  # some MB, which need not stay until all of the entries have been read
        if entries:
            yield entries


def place(url: str) -> str:
    """Path and query of an address, as far as they name a sitemap."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if "sitemap=" in parts.query else parts.path


def type_of(where: str) -> str | None:
    """The type of posts in the `place` of a sitemap of WordPress' own (5.5 and later), with permalinks and without; else None."""
    hit = _OF_A_TYPE.search(where)
    return hit[1] or hit[2] if hit else None


def _may_hold_articles(where: str) -> bool:
    of_type = type_of(where)
    return of_type != "page" if of_type else not _NO_ARTICLES.search(where)


_PLAIN = re.compile(r"(?:^|&)p=\d+")
"""The query of an article where permalinks are off."""
_PLAIN_OWN = re.compile(r"(?:^|&)(?!page_id=|lang=)[\w-]+=[^&]")
"""That of an entry of a type of the site's own, in the sitemap of its type: ``?analysis=who-owns-the-quay``."""


def _entry(site: Site, window: Window, listed: _Listed, plain: re.Pattern[str]) -> Entry | None:
    url = site.here(listed.url)
    if not site.owns(url):
        return None
    parts = urlsplit(url)
    if parts.path in {urlsplit(site.base).path, "", "/"} and not plain.search(parts.query):
        return None
    if window.changed_after and listed.lastmod and listed.lastmod < window.changed_after - timedelta(minutes=1):
        return None
    if window.since and listed.lastmod and listed.lastmod < window.since:
        return None  # published no later than it was changed
    return Entry(url=url, modified_at=listed.lastmod)
