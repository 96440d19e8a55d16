"""An article beyond its own page: the further pages it is cut into, and the times that the lists tell of it."""

import re
from collections.abc import Callable

from newsarchive.dates import wire
from newsarchive.discovery import Entry
from newsarchive.fetch import Answer, Ask, Fetch, FetchError
from newsarchive.items import Article
from newsarchive.wordpress.paging import joined, next_pages
from newsarchive.wordpress.site import Site

_SECOND_PAGE = re.compile(rb"""/2/?["'?#]|page=2""")
"""What a page of a paged post holds: without it no links need be looked at."""


async def whole(
    first: Article, answer: Answer, *, fetch: Fetch, site: Site, read: Callable[[Answer], Article]
) -> Article:
    """The article with all the pages it is cut into, `first` read from `answer`. Raises FetchError where one of them cannot
    be had, and what `read` raises."""
    if not _SECOND_PAGE.search(answer.body):
        return first
    pages = [first]
    for url in next_pages(answer.body, answer.url):
        more = await fetch(Ask(url=site.here(url)))
        if more.status in {301, 302, 404}:
            break  # counted in by its links, and not there
        if more.status != 200:
            raise FetchError(f"{url} answers {more.status}")
        page = read(more)
        if page.id != first.id:
            break
        pages.append(page)
    return joined(pages)


def dated(article: Article, entry: Entry) -> Article:
    """`article` with the source's own times where its page tells none, or only the day or the minute."""
    if entry.published_at is not None and article.published_at_precision != "second":
        article.published_at, article.published_at_precision = wire(entry.published_at), "second"
    if entry.modified_at is not None and article.modified_at is None:
        article.modified_at, article.modified_at_precision = wire(entry.modified_at), "second"
    return article
