"""Types of posts: which ones REST knows, and which ones a site shows to its visitors."""

import contextlib
import re
from dataclasses import dataclass
from urllib.parse import urljoin

from newsarchive.discovery.rest import Refused
from newsarchive.discovery.sitemaps import CANDIDATES, place, read, type_of
from newsarchive.discovery.xml import NotXml
from newsarchive.fetch import Ask, Fetch, FetchError
from newsarchive.wordpress.site import Site

_NO_ARTICLES = re.compile(r"attachment|nav_menu_item|wp_\w+")
"""Types that every WordPress has, and whose entries are no articles: REST lists none of them as published, or without an address."""
_NOT_OWN = frozenset({"page", "attachment", "category", "post_tag", "post_format", "author"})
"""What every WordPress has sitemaps of beside posts: types, and as plugins name theirs, lists by term and by author."""
_OF_A_PLUGIN = re.compile(r"/([\w-]+)-sitemap\d*\.xml(?:\.gz)?$")
"""The type, or else the taxonomy, in the address of a sitemap of a plugin's (Yoast, Rank Math …)."""


@dataclass(frozen=True, order=True, slots=True)
class PostType:
    """A type of posts with public entries."""

    name: str
    """As WordPress calls it: ``analysis``."""
    rest: str | None = None
    """As REST's addresses name it: ``analyses``; None where REST has no list of them (``show_in_rest`` is off unless a site asks
    for it, and a plugin may have routes of its own)."""


async def known(fetch: Fetch, site: Site) -> dict[str, str]:
    """Each type of posts that REST lists articles of, with its name in REST's addresses (``{"post": "posts"}``). Raises Refused."""
    return {
        name: base
        for name, base in (await _all_known(fetch, site)).items()
        if base is not None and not _NO_ARTICLES.fullmatch(name)
    }


async def _all_known(fetch: Fetch, site: Site) -> dict[str, str | None]:
    """Each type that REST knows, with its name in the addresses under ``wp/v2``; None where it is elsewhere. Raises Refused.

    Seen: WordPress 6.1, ``/wp/v2/types``: ``{"post": {"slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2", …}, …}``.
    """
    if site.types is not None:
        return site.types
    if site.rest is None:
        raise Refused(site.rest_refusal or "not asked for")
    try:
        answer = await fetch(Ask(url=site.rest_url("wp/v2/types")))
        found = answer.json() if answer.status == 200 and "json" in answer.media_type else None
    except (FetchError, ValueError) as error:
        raise Refused(str(error)) from error
    if not isinstance(found, dict):
        raise Refused(f"{answer.status} {answer.media_type or 'without a type'}")
    types = {name: one for name, one in found.items() if isinstance(one, dict)}
    site.types = {
        name: one["rest_base"] if one.get("rest_namespace", "wp/v2") == "wp/v2" else None
        for name, one in types.items()
        if isinstance(one.get("rest_base"), str)
    }
    return site.types


async def shown(fetch: Fetch, site: Site) -> list[PostType] | None:
    """Posts, and the types of the site's own, as far as a visitor can see them and they have entries; None where nothing tells.

    One request, for the index of the sitemaps, which names every type whether REST knows it or not. A second for REST's
    types, where it names more than every WordPress has; none where they have been asked for before.
    """
    named = [url for url in map(site.here, site.sitemaps) if site.owns(url)]
    named.sort(key=lambda url: "index" not in url and "wp-sitemap" not in url)  # not the one for Google News alone
    start = named[0] if named else urljoin(site.base, CANDIDATES[0] if site.permalinks else CANDIDATES[-1])
    try:
        sitemaps, _ = read((await fetch(Ask(url=start))).body)
    except (FetchError, NotXml):
        return None
    if not sitemaps:
        return None  # one list of everything
    places = [place(one.url) for one in sitemaps]
    types = {name for where in places if (name := type_of(where))}
    maybe = {hit[1] for where in places if (hit := _OF_A_PLUGIN.search(where))}
    bases: dict[str, str | None] = {"post": "posts"}
    if (types | maybe) - _NOT_OWN - bases.keys():
        with contextlib.suppress(Refused):  # types that WordPress' own sitemaps name are named all the same
            bases = await _all_known(fetch, site)
    return sorted(PostType(name, bases.get(name)) for name in (types | maybe & bases.keys()) - _NOT_OWN)
