"""Types of posts: which ones REST knows, and which a site has beside those that are archived."""

import re
from urllib.parse import urljoin

from newsarchive.discovery.rest import Refused
from newsarchive.discovery.sitemaps import CANDIDATES, place, read
from newsarchive.discovery.xml import NotXml
from newsarchive.fetch import Ask, Fetch, FetchError
from newsarchive.wordpress.site import Site

_OF_WORDPRESS = re.compile(r"post|page|attachment|nav_menu_item|wp_\w+")
"""Types that every WordPress has."""
_NAMED = re.compile(
    r"wp-sitemap-posts-([\w-]+)-\d+\.xml$|[?&]sitemap-subtype=([\w-]+)|/([\w-]+)-sitemap\d*\.xml(?:\.gz)?$"
)
"""The type in the address of a sitemap: WordPress' own, with permalinks and without, and that of the plugins (Yoast, Rank Math …)."""


async def known(fetch: Fetch, site: Site) -> dict[str, str]:
    """Each type of posts that REST knows, with its name in REST's addresses (``{"post": "posts"}``). Raises Refused.

    Seen: WordPress 6.1, ``/wp/v2/types``: ``{"post": {"slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2", …}, …}``.
    """
    try:
        answer = await fetch(Ask(url=site.rest_url("wp/v2/types")))
        found = answer.json() if answer.status == 200 and "json" in answer.media_type else None
    except (FetchError, ValueError) as error:
        raise Refused(str(error)) from error
    if not isinstance(found, dict):
        raise Refused(f"{answer.status} {answer.media_type or 'without a type'}")
    types = {name: one for name, one in found.items() if isinstance(one, dict)}
    return {
        name: one["rest_base"]
        for name, one in types.items()
        if isinstance(one.get("rest_base"), str) and one.get("rest_namespace", "wp/v2") == "wp/v2"
    }


async def besides(fetch: Fetch, site: Site) -> list[str]:
    """The types of public posts that are not archived, as REST's addresses name them; [] where there are none, or nothing tells.

    One request, and a second for the index of the sitemaps where REST knows types that are not WordPress' own: only those
    that a visitor can see, and that have entries, are in it.
    """
    try:
        types = await known(fetch, site)
    except Refused:
        return []
    left = {
        name: base for name, base in types.items() if base not in site.post_types and not _OF_WORDPRESS.fullmatch(name)
    }
    if not left:
        return []
    named = [url for url in map(site.here, site.sitemaps) if site.owns(url)]
    named.sort(key=lambda url: "index" not in url and "wp-sitemap" not in url)  # not the one for Google News alone
    start = named[0] if named else urljoin(site.base, CANDIDATES[0] if site.permalinks else CANDIDATES[-1])
    try:
        sitemaps, _ = read((await fetch(Ask(url=start))).body)
    except (FetchError, NotXml):
        return []
    shown = {name for one in sitemaps if (hit := _NAMED.search(place(one.url))) for name in hit.groups()}
    return sorted(base for name, base in left.items() if name in shown)
