"""Articles by feeds: RSS 2.0 and Atom, ten a page, paged by ``?paged=N`` until 404; ``?feed=rss2`` where permalinks are off."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urldefrag, urljoin

from lxml import etree

from newsarchive.dates import parse_iso, parse_mail
from newsarchive.discovery.entries import Entry, Source, Window
from newsarchive.discovery.xml import NotXml, local, root_of
from newsarchive.fetch import Ask, Fetch, FetchError, Forbidden
from newsarchive.identity import post_id_in
from newsarchive.wordpress.site import Site

MOST_PAGES = 20_000


@dataclass(kw_only=True)
class FeedItem:
    """An article as a feed shows it."""

    url: str
    post_id: str | None = None
    published_at: datetime | None = None
    comment_count: int | None = None


def _time(text: str | None) -> datetime | None:
    """An RFC 822 or ISO time, aware; None for anything else."""
    return parse_mail(text) or parse_iso(text)


def _post_id(guid: str | None) -> str | None:
    """The id in a ``…/?p=123`` guid, as WordPress writes it unless a plugin changed it."""
    return post_id_in(guid or "")


def items(body: bytes) -> list[FeedItem]:
    """The articles of a feed; [] where it has none. Raises NotXml where it is no feed."""
    root = root_of(body)
    if local(root) not in {"rss", "feed", "RDF"}:
        raise NotXml(f"a <{local(root)}> is no feed")
    return [item for element in root.iter() if local(element) in {"item", "entry"} and (item := _item(element))]


def _item(element: etree._Element) -> FeedItem | None:
    found = FeedItem(url="")
    for part in element:
        name, text = local(part), (part.text or "").strip()
        if name == "link":
            if part.get("href") and part.get("rel", "alternate") == "alternate":
                found.url = part.get("href", "")
            elif text:
                found.url = text
        elif name in {"guid", "id"}:
            found.post_id = _post_id(text)
        elif name in {"pubDate", "published", "date"}:
            found.published_at = _time(text)
        elif name == "comments" and text.isdigit():  # slash:comments; RSS' own <comments> is an address
            found.comment_count = int(text)
    return found if found.url else None


async def posts(fetch: Fetch, site: Site, window: Window, source: Source) -> AsyncIterator[list[Entry]]:
    """What the paged feed lists, newest first, a list for each page."""
    for path in _forms(site, "feed/", "?feed=rss2"):
        async for entries in _pages(fetch, site, window, source, path):
            yield entries
        if source.answered:
            source.refusal = None
            return


def _forms(site: Site, path: str, query: str) -> tuple[str, str]:
    """Both forms of a feed's address, the likelier first."""
    return (path, query) if site.permalinks else (query, path)


async def _pages(fetch: Fetch, site: Site, window: Window, source: Source, path: str) -> AsyncIterator[list[Entry]]:
    """The pages of the feed at `path`."""
    met: set[str] = set()
    for page in range(1, MOST_PAGES + 1):
        url = urljoin(site.base, path if page == 1 else f"{path}{'&' if '?' in path else '?'}paged={page}")
        try:
            answer = await fetch(Ask(url=url))
            if answer.status == 304:  # unchanged since the last complete run
                source.answered = True
                return
            if answer.status == 404 and page > 1:
                return
            if answer.status != 200:
                raise NotXml(f"answers {answer.status}")
            found = items(answer.body)
        except (FetchError, NotXml) as error:
            if page == 1:
                source.refusal = f"{url}: {error}"
                source.forbidden |= isinstance(error, Forbidden)
            else:
                source.problems.append(f"{url}: {error}")
            return
        source.answered = True
        fresh = [item for item in found if item.url not in met]
        met.update(item.url for item in fresh)
        entries = [
            Entry(
                url=site.here(item.url),
                post_id=item.post_id,
                published_at=item.published_at,
                comment_count=item.comment_count,
            )
            for item in fresh
            if site.owns(item.url) and window.holds(item.published_at)
        ]
        for entry in entries:
            source.count(entry)
        if entries:
            yield entries
        # A feed that gives the same page for ever, and one that has gone past what is asked for, have both ended.
        if not fresh or _past(window, fresh):
            return
    source.problems.append(f"the feed did not end within {MOST_PAGES} pages")


async def commented(fetch: Fetch, site: Site) -> list[str]:
    """Addresses of the articles that the site's comment feed names, its last ten comments; [] where it has none or is unchanged."""
    found: list[FeedItem] = []
    for path in _forms(site, "comments/feed/", "?feed=comments-rss2"):
        try:
            answer = await fetch(Ask(url=urljoin(site.base, path)))
            if answer.status == 304:
                return []
            found = items(answer.body) if answer.status == 200 else []
        except (FetchError, NotXml):
            continue  # the site has none here
        if answer.status == 200:
            break
    return list(dict.fromkeys(site.here(urldefrag(item.url)[0]) for item in found if site.owns(item.url)))


def _past(window: Window, found: list[FeedItem]) -> bool:
    times = [item.published_at for item in found if item.published_at]
    bound = max((moment for moment in (window.since, window.changed_after) if moment), default=None)
    return bool(bound and times and max(times) < bound)
