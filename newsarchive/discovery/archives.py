"""Articles by the site's own pages: the paged home page, else its date archives. The last resort."""

import re
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timezone
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree

from newsarchive.discovery.entries import Entry, Source, Window
from newsarchive.fetch import Ask, Fetch, FetchError
from newsarchive.identity import address
from newsarchive.markup import tree
from newsarchive.wordpress.site import Site

MOST_PAGES = 20_000
EMPTY_YEARS = 3
"""So many years without an article end the walk into the past."""
_HEADLINES = etree.XPath(
    "//a[@href][ancestor::h1 or ancestor::h2 or ancestor::h3 or ancestor::h4 or ancestor::h5"
    " or contains(concat(' ', @rel, ' '), ' bookmark ') or contains(@class, 'title') or contains(@class, 'more-link')"
    " or h1 or h2 or h3 or h4]/@href"
)
_LINKS = etree.XPath("//a[@href]/@href")
_MORE, _PLAIN_MORE = "page/{}/", "?paged={}"
"""Where a list's further pages are, with permalinks and without."""
_NO_ARTICLE = re.compile(
    r"/(?:category|tag|author|page|feed|comments|wp-[\w-]+|search|login|cart|shop)(?:/|$)|^/\d{4}(?:/\d{1,2}){0,2}/?$"
    r"|\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|zip|xml|php|css|js)$",
    re.I,
)


def links(html: bytes, url: str, site: Site) -> list[str]:
    """Addresses on a listing page that may be articles, in order: the headlines' if there are any, else every inner link."""
    root = tree(html)
    for find in (_HEADLINES, _LINKS):
        found = dict.fromkeys(link for href in find(root) if (link := _candidate(href, url, site)))
        if len(found) >= 2:
            return list(found)
    return list(found)


def _candidate(href: str, url: str, site: Site) -> str | None:
    try:
        link = site.here(urldefrag(urljoin(url, href.strip()))[0])
        parts = urlsplit(link)
        ours = parts.scheme in {"http", "https"} and site.owns(link)
    except ValueError:
        return None  # an address that is none
    if not ours or len(link) > 2_000:
        return None
    path = parts.path[len(urlsplit(site.base).path) - 1 :]
    if not path.strip("/") and not re.search(r"(?:^|&)p=\d+", parts.query):
        return None
    return None if _NO_ARTICLE.search(path) else link


async def posts(
    fetch: Fetch,
    site: Site,
    window: Window,
    source: Source,
    now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
) -> AsyncIterator[list[Entry]]:
    """What the listing pages link to, a list for each page: the home page's pages if it has any, else year by year."""
    met: set[str] = set()
    home_pages = 0
    async for entries in _pages(fetch, site, source, site.base, met, _MORE if site.permalinks else _PLAIN_MORE):
        home_pages += 1
        yield entries
    if home_pages == 1 and site.permalinks and not source.problems:  # they may be off without a sign of it
        async for entries in _pages(fetch, site, source, site.base, met, _PLAIN_MORE, first=2):
            home_pages += 1
            yield entries
    if home_pages > 1 or source.problems:
        return
    # The home page lists no further pages (a static front page): the date archives do.
    year, empty = (window.until or now()).year, 0
    first = window.since.year if window.since else 1990
    while year >= first and empty < EMPTY_YEARS:
        pages = 0
        async for entries in _pages(fetch, site, source, urljoin(site.base, f"{year}/"), met):
            pages += 1
            yield entries
        empty = 0 if pages else empty + 1
        year -= 1


async def _pages(
    fetch: Fetch, site: Site, source: Source, start: str, met: set[str], more: str = _MORE, first: int = 1
) -> AsyncIterator[list[Entry]]:
    """The articles of a paged list that are not in `met` yet; ends at a page that is not there or brings nothing new.

    `more` is where its pages are below `start`, from the second on.
    """
    for page in range(first, MOST_PAGES + 1):
        url = start if page == 1 else urljoin(start, more.format(page))
        try:
            answer = await fetch(Ask(url=url))
        except FetchError as error:
            source.problems.append(f"{url}: {error}")
            return
        moved = page > 1 and address(answer.url) != address(url)
        if answer.status in {404, 410} or moved:
            return  # past the end; some sites send such a visitor to the first page
        if answer.status != 200:
            source.problems.append(f"{url}: answers {answer.status}")
            return
        source.answered = True
        fresh = [link for link in links(answer.body, answer.url, site) if address(link) not in met]
        if not fresh:
            return
        met.update(map(address, fresh))
        entries = [Entry(url=link) for link in fresh]
        for entry in entries:
            source.count(entry)
        yield entries
    source.problems.append(f"{start}: did not end within {MOST_PAGES} pages")
