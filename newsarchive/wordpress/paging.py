"""Posts that WordPress cuts into pages (``<!--nextpage-->``): the other pages' addresses, and the pages put together.

REST gives such a post whole; a page shows ``/slug/2/`` (or ``?page=2``) by links that core writes as
``<a href="…/slug/2/" class="post-page-numbers">`` (5.1 on) inside whatever the theme puts around them.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.items import Article
from newsarchive.markup import tree
from newsarchive.wordpress.addresses import absolute, picture_key

MOST_PAGES = 200
"""How many pages of one post are believed."""

_LINKS = etree.XPath(
    "//a[contains(@class, 'post-page-numbers')] | //*[contains(concat(' ', @class, ' '), ' page-links ')"
    " or contains(concat(' ', @class, ' '), ' page-link ') or contains(concat(' ', @class, ' '), ' link-pages ')"
    " or contains(concat(' ', @class, ' '), ' pagelink ') or contains(concat(' ', @class, ' '), ' post-pagination ')"
    " or contains(concat(' ', @class, ' '), ' wp-link-pages ') or contains(concat(' ', @class, ' '), ' pages-links ')]//a"
    " | //link[@rel='next' or @rel='prev']"
)
_NUMBER = re.compile(r"^(.*?)/(\d{1,3})/?$")


def next_pages(page: bytes | str | HtmlElement, url: str) -> list[str]:
    """The addresses of the other pages of a paged post, by number; empty for a post of one page.

    `url` is the address of the page read, whichever of them it is. Pages that the list leaves out ("1 2 … 9") are
    counted in; links to anything but numbered pages of this very post are left out.
    """
    root = page if isinstance(page, HtmlElement) else tree(page)
    post, own = _split(url)
    numbers: dict[int, str] = {}
    links = _LINKS(root)
    for link in links if isinstance(links, list) else ():
        address = absolute(link.get("href"), url)
        if address is None:
            continue
        base, number = _split(address)
        if base != post:
            base, number = _below(address)  # a post whose own address ends in its number
        if base == post and number <= MOST_PAGES:
            numbers.setdefault(number, address.partition("#")[0])
    if not any(number > 1 for number in numbers):
        return []
    pattern = next(address for number, address in numbers.items() if number > 1)
    shown = next(number for number in numbers if number > 1)
    for number in range(2, max(numbers)):
        numbers.setdefault(number, _renumbered(pattern, shown, number))
    numbers.setdefault(1, _first(url))
    numbers.pop(own, None)
    return [numbers[number] for number in sorted(numbers)]


def _split(url: str) -> tuple[str, int]:
    """The post that an address means, whatever its page, and the number of the page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, 1
    query = dict(parse_qsl(parts.query))
    number = query.pop("page", "")
    path = parts.path.rstrip("/")
    if number.isdigit() and len(number) < 4:
        return f"{parts.netloc}{path}?{sorted(query.items())}", int(number)
    found = _NUMBER.match(path)
    # /2019/03/ is an archive and /12345/ a post: only a number behind a name is a page.
    if found and re.search(r"[^\d/][^/]*$", found[1]) and 1 < int(found[2]) <= MOST_PAGES:
        return f"{parts.netloc}{found[1]}?{sorted(query.items())}", int(found[2])
    return f"{parts.netloc}{path}?{sorted(query.items())}", 1


def _below(address: str) -> tuple[str, int]:
    """As `_split`, taking any number at the end for a page's."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address, 1
    found = _NUMBER.match(parts.path)
    if found is None:
        return address, 1
    return f"{parts.netloc}{found[1]}?{sorted(parse_qsl(parts.query))}", int(found[2])


def _renumbered(address: str, old: int, new: int) -> str:
    if re.search(rf"[?&]page={old}(?!\d)", address):
        return re.sub(rf"([?&]page=){old}(?!\d)", rf"\g<1>{new}", address)
    return re.sub(rf"/{old}(/?(?:\?.*)?)$", rf"/{new}\g<1>", address)


def _first(url: str) -> str:
    url = url.partition("#")[0]
    _, own = _split(url)
    if own == 1:
        return url
    if re.search(r"[?&]page=\d", url):
        return re.sub(r"[?&]page=\d+", "", url)
    return re.sub(rf"/{own}(/?(?:\?.*)?)$", r"\g<1>", url)


def joined(pages: Sequence[Article]) -> Article:
    """One article of a paged post's pages, in the order given: the first page's fields, every page's content.

    Raises ValueError for no page at all, and for pages that are not of one post.
    """
    if not pages:
        raise ValueError("no page to join")
    first = pages[0]
    if any(page.id != first.id for page in pages):
        raise ValueError(f"pages of different posts: {sorted({page.id for page in pages})}")
    if len(pages) == 1:
        return first
    whole = replace(first)
    whole.text = "\n\n".join(page.text for page in pages if page.text) or None
    whole.html = "\n".join(page.html for page in pages if page.html) or None
    whole.blocks = [block for page in pages for block in page.blocks]
    whole.images = list(
        {picture_key(image.url): image for page in reversed(pages) for image in reversed(page.images)}.values()
    )[::-1]
    whole.videos = list({video.url: video for page in reversed(pages) for video in reversed(page.videos)}.values())[
        ::-1
    ]
    whole.links = [link for page in pages for link in page.links]
    whole.related = list({link.url: link for page in reversed(pages) for link in reversed(page.related)}.values())[::-1]
    whole.tweets = []
    for page in pages:
        for tweet in page.tweets:
            whole.tweets.append(replace(tweet, position=len(whole.tweets)))
    whole.word_count = sum(page.word_count for page in pages)
    own = {first.canonical_url, first.url}
    whole.aliases = list(dict.fromkeys(alias for page in pages for alias in page.aliases if alias not in own))
    return whole
