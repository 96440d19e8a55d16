"""Whom we may ask: no private address, unless the site that is crawled is on one itself.

A page can redirect, or a list can link, to ``http://169.254.169.254/`` or to a name that resolves to ``10.0.0.1``, and
would have us read what only our own network may read.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import dnscache

log = logging.getLogger(__name__)

NOT_THE_SITE = "not_the_site"
"""Key in ``request.meta`` of a look-up at another service, named by a setting and with rules of its own: it is not judged,
not asked again and not held to the site's addresses."""

Resolve = Callable[[str], Awaitable[list[str]]]


async def resolve(host: str) -> list[str]:
    """The addresses of `host`; empty where it has none."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """`host` as an address where it is one, in any of the forms a C library takes (``127.1``, ``0x7f000001``, ``2130706433``); else None."""
    host = host.strip("[]").partition("%")[0]
    try:
        return ip_address(host)
    except ValueError:
        pass  # not in the usual form
    if not host or host.strip("0123456789abcdefABCDEFxX."):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def private(address: str) -> bool:
    """Whether `address` is none of the public Internet: private, loopback, link-local, multicast, reserved, shared, or such an IPv4 address written as IPv6."""
    found: Any = literal(address)
    if found is None:
        return False
    for inner in (getattr(found, "ipv4_mapped", None), getattr(found, "sixtofour", None)):
        if inner is not None:
            found = inner
            break
    if isinstance(found, IPv6Address):
        if found.is_site_local or found.packed[:6] == bytes.fromhex(
            "0064ff9b0001"
        ):  # NAT64 of a network's own, RFC 8215
            return True
        if found.packed[:12] in _IPV4_BEHIND:
            found = IPv4Address(found.packed[12:])
    return not found.is_global or found.is_multicast


_IPV4_BEHIND = frozenset({bytes(12), bytes.fromhex("0064ff9b0000000000000000")})
"""The beginnings of IPv6 addresses whose last four bytes are an IPv4 address: ``::10.0.0.1`` (deprecated), NAT64."""


class AddressMiddleware:
    """Refuses (IgnoreRequest) requests to private addresses, each redirect's target among them.

    A name is resolved and checked once, and Scrapy's name cache is told the address that was checked, so that a name
    server that answers otherwise a moment later is not asked. The cache is asked by Scrapy's default resolver; with
    ``DNSCACHE_ENABLED=False`` only the check remains. Where a proxy resolves the names (``meta["proxy"]``, set by
    HttpProxyMiddleware before this one) only addresses written as such are checked.
    """

    def __init__(self, site_url: Callable[[], str], resolve: Resolve = resolve, *, pin: bool = True) -> None:
        self.site_url = site_url
        self.resolve = resolve
        self.pin = pin
        self._checked: dict[str, bool] = {}
        self._site_is_local: bool | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AddressMiddleware":
        return cls(lambda: given_url(crawler.spider), pin=crawler.settings.getbool("DNSCACHE_ENABLED"))

    async def process_request(self, request: Request) -> None:
        """Lets a request to a public address pass; raises IgnoreRequest for any other, and CannotResolveHostError for a name
        that has none now: a name server that is asked again by the download might give one that nobody has checked."""
        host = host_in(request.url)
        if request.meta.get(NOT_THE_SITE) or not host:
            return
        found = await self._is_private(host, ask=not request.meta.get("proxy"))
        if found is False or await self._is_local():
            return
        if found is None:
            raise CannotResolveHostError(f"{host} cannot be resolved")
        log.warning("not asked for, %s is a private address: %s", host, request.url[:500])
        raise IgnoreRequest(f"{host} is a private address")

    async def _is_local(self) -> bool:
        """Whether the site itself is on a private address."""
        if self._site_is_local is None:
            site = host_in(self.site_url())
            self._site_is_local = await self._is_private(site, ask=True) if site else False
        return bool(self._site_is_local)

    async def _is_private(self, host: str, *, ask: bool) -> bool | None:
        """Whether `host` is, or has, a private address; None where it has no address at all."""
        if literal(host) is not None:
            return private(host)
        if not ask:
            return host == "localhost" or host.endswith(".localhost")
        if host not in self._checked:
            addresses = await self.resolve(host)
            if not addresses:
                return None  # asked again next time: a name server may have been down
            found = any(private(address) for address in addresses)
            if self.pin and host not in dnscache:
                ipv4 = next((address for address in addresses if ":" not in address), None)
                if ipv4 is not None:  # the default resolver knows IPv4 alone
                    dnscache[host] = ipv4
            if len(self._checked) >= 10_000:
                self._checked.clear()
            self._checked[host] = found
        return self._checked[host]


def host_in(url: str) -> str:
    """The host in `url`, lower case; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def given_url(spider: Any) -> str:
    """The address of the site that `spider` was told to crawl: its ``base``, else its first start address; else empty."""
    base = getattr(spider, "base", "")
    starts = getattr(spider, "start_urls", None) or [""]
    return base if isinstance(base, str) and base else str(starts[0])
