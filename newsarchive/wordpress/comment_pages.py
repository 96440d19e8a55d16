"""The pages over which WordPress spreads an article's comments: which ones a page links to, and what their addresses are."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from newsarchive.marks import Marks
from newsarchive.markup import squash

_ID_SAID = re.compile(r"(?:^|\s)postid-(\d{1,18})(?:\s|$)|[?&]p=(\d{1,18})$|^(\d{1,18})$")


def post_id(root: HtmlElement) -> str | None:
    """The article's number as the comment form, the body's classes (``postid-12``) or the short link say it."""
    for said in islice(_posts_said(root), 10):
        found = _ID_SAID.search(said.strip())
        number = next((n for n in found.groups() if n), "") if found else ""
        if number and int(number):
            return str(int(number))
    return None


def _posts_said(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("link", "body", "a", "input"):
        tag, said = element.tag, None
        if tag == "a":
            said = element.get("data-postid")
        elif tag == "body":
            said = element.get("class")
        elif tag == "link":
            said = element.get("href") if element.get("rel") == "shortlink" else None
        elif element.get("name") == "comment_post_ID":
            said = element.get("value")
        if said:
            yield said


_PAGE_NUMBER = re.compile(r"/comment-page-(\d{1,5})(?=[/?#]|$)")
COMMENT_ANCHOR = re.compile(r"(?:[?&]replytocom=|#(?:li-|div-)?comment-)(\d{1,19})")
"""The end of an address that names a comment."""


def article_path(address: str, url: str) -> str | None:
    """The path of the article that an address on the page at `url` lies at, whatever its comment page; None for no address."""
    return _article_path(address.partition("#")[0][:_LONGEST], url)


_LONGEST = 4000
"""Characters of an address that are looked at: more are no article's, and are kept by the cache."""


@lru_cache(maxsize=256)
def _article_path(address: str, url: str) -> str | None:
    """The same of an address without its fragment: a page's comments have their permalinks in common but for it."""
    try:
        parts = urlsplit(urljoin(url, address))
        number = parse_qs(parts.query).get("p", [""])[0]
    except ValueError:
        return None
    return f"{unquote(_PAGE_NUMBER.sub('', parts.path)).rstrip('/')}?{number}"


def comment_pages(root: HtmlElement, marks: Marks, url: str) -> tuple[frozenset[int], int | None]:
    """Numbers of the comment pages that the page at `url` links to (its own comments' permalinks included), and its own number."""
    links = list(_links_to_pages(root, marks, url))
    numbers = {number for _, number in links}
    current = page_number(url)
    if current is None:
        current = _page_of_shown(links, marks)
    if current is None and numbers:
        current = _marked_current(marks)
    return frozenset(number for number in numbers if 0 < number <= 5000), current


def _links_to_pages(root: HtmlElement, marks: Marks, url: str) -> Iterator[tuple[str, int]]:
    """The addresses of the article's comment pages in the page, with their numbers; a list of the latest comments leads to other articles'."""
    relations: dict[str, list[str]] = {}
    for link in root.iter("link"):
        relations.setdefault(link.get("rel") or "", []).append(link.get("href") or "")
    articles = {article_path(address, url) for address in [url, *relations.get("canonical", ())[:1]]}
    paging = (address for address in marks.addresses if "comment-page-" in address or "cpage=" in address)
    for address in islice(chain(relations.get("prev", ()), relations.get("next", ()), paging), 3000):
        number = page_number(address)
        if number is not None and article_path(address, url) in articles:
            yield address, number


def _page_of_shown(links: list[tuple[str, int]], marks: Marks) -> int | None:
    """The page that the permalinks of the shown comments name; None where they name none."""
    named = Counter(number for address, number in links if _shown(address, marks))
    return named.most_common(1)[0][0] if named else None


def _marked_current(marks: Marks) -> int | None:
    """The number that the list of pages marks as the one shown."""
    marked = (
        element
        for element in marks.having("page-numbers")
        if "current" in (element.get("class") or "") or element.get("aria-current")
    )
    said = (re.search(r"\d{1,5}", squash(element.text_content())) for element in islice(marked, 3))
    return next((int(digits[0]) for digits in said if digits), None)


def _shown(address: str, marks: Marks) -> bool:
    """Whether the comment that an address names stands in the page; one in a list of the latest comments need not."""
    anchor = COMMENT_ANCHOR.search(address)
    return anchor is not None and any(f"{before}comment-{anchor[1]}" in marks.ids for before in ("", "div-", "li-"))


def page_number(address: str) -> int | None:
    """The number in ``…/comment-page-3/`` or ``…?cpage=3``; None in any other address."""
    found = _PAGE_NUMBER.search(address)
    if found:
        return int(found[1])
    if "cpage=" in address:
        try:
            value = parse_qs(urlsplit(address).query).get("cpage", [""])[0]
        except ValueError:
            return None
        return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
    return None


def page_address(article_url: str, number: int) -> str:
    """The address of an article's comment page: ``…/comment-page-3/`` (``…/comment-page-3``), or ``…?p=12&cpage=3`` where permalinks are off."""
    bare = article_url.partition("#")[0]
    path, _, query = bare.partition("?")
    if query:
        return f"{bare}&cpage={number}"
    slash = "/" if path.endswith("/") else ""  # as the site writes its addresses: any other is redirected
    return f"{_PAGE_NUMBER.sub('', path).rstrip('/')}/comment-page-{number}{slash}"
