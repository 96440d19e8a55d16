"""Addresses as markup writes them, made absolute; and which of a picture's many is the largest."""

import re
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

LONGEST = 4000
"""Characters an address may have; a longer one is none."""

_SPACE = re.compile(r"[\t\r\n]")
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")


def absolute(address: str | None, base: str, mail: bool = False) -> str | None:
    """`address` as an absolute http or https URL (with `mail` mailto:, too); None where it is no such thing.

    >>> absolute("/donate/", "https://example.org/a/")
    'https://example.org/donate/'
    >>> absolute(" javascript:alert(1)", "https://example.org/")
    """
    if not address:
        return None
    address = address.strip()
    if "\n" in address or "\r" in address or "\t" in address:
        address = _SPACE.sub("", address)
    if not address or len(address) > LONGEST:
        return None
    if " " in address:
        address = address.replace(" ", "%20")
    if address.startswith(("http://", "https://")):
        return address if len(address) > 8 and address[8] not in "/?#" else None
    found = _SCHEME.match(address)
    if found:
        scheme = found.group().lower()
        if scheme in ("http:", "https:") and address[found.end() :].startswith("//"):
            return scheme + address[found.end() :]
        return address if mail and scheme == "mailto:" else None
    try:
        joined = urljoin(base, address)
    except ValueError:  # brackets that are no IPv6 address, and the like
        return None
    return joined if joined.startswith(("http://", "https://")) else None


def host(url: str | None) -> str:
    """The host of `url` in lower case without ``www.``; empty where there is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|svg|tiff?)(?:\?[^#]*)?$", re.I)
_SIZED = re.compile(r"-\d{1,5}x\d{1,5}(?=\.[A-Za-z]{3,4}(?:$|\?))|-scaled(?=\.)|-e\d{10,13}(?=[.-])")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset", "srcset", "data-ll-srcset", "data-sizes-srcset")
_LAZY = ("data-orig-file", "data-large-file", "data-full-url", "data-large_image", "data-original", "data-src", "data-lazy-src", "data-lazyload", "data-cfsrc", "data-ezsrc", "data-litespeed-src", "src")  # fmt: skip
_WIDTH = re.compile(r"(\d{1,6})(?:\.\d{1,6})?[wx],?")


def is_picture(url: str) -> bool:
    """Whether `url` names a picture's file."""
    return bool(_PICTURE.search(url))


def picture_key(url: str) -> str:
    """What the addresses of all sizes of one picture share.

    >>> picture_key("https://example.org/a-300x169.jpg?w=30") == picture_key("http://example.org/a.jpg")
    True
    """
    return _SIZED.sub("", url.partition("?")[0].partition("://")[2])


def largest(image: HtmlElement, base: str) -> str | None:
    """The address of the largest source that an ``<img>`` and the link around it offer; None where there is none.

    The file WordPress links to, else a gallery's original, else the widest of ``srcset``, else ``src`` or what a lazy
    loader keeps in its place.
    """
    own = None
    for name in _LAZY:
        value = image.get(name)
        if value and not value.startswith(("data:", "about:")):
            own = absolute(value, base)
            if own:
                break
    best, width = None, 0
    for name in _LAZY_SETS:
        value = image.get(name)
        if not value:
            continue
        words = value[:20_000].replace("w,", "w, ").split()
        for address, size in pairwise(words):
            found = _WIDTH.fullmatch(size)
            if found and int(found[1]) > width and not address.startswith("data:"):
                best, width = address.lstrip(","), int(found[1])
        if best:
            break
    wide = absolute(best, base)
    if own and wide and image.get("data-orig-file"):
        wide = own
    anchor = image.getparent()
    while anchor is not None and anchor.tag in ("picture", "span", "em", "strong", "div"):
        anchor = anchor.getparent()
    if anchor is not None and anchor.tag == "a":
        linked = absolute(anchor.get("href"), base)
        if linked and is_picture(linked) and (host(linked) == host(own or wide) or "/uploads/" in linked):
            return linked
    return wide or own
