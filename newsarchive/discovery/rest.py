"""Articles and comments by WordPress' REST API, a hundred a request.

Seen: WordPress 6.1. A page past the end is 400 ``rest_post_invalid_page_number`` for posts and an empty list for
comments; times without zone are the site's local ones, so every time asked for ends in Z; `after` and its kin are strict.
"""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from typing import Any

from newsarchive.counting import counted
from newsarchive.dates import parse_iso, wire
from newsarchive.discovery.entries import Entry, Source, Window
from newsarchive.fetch import Answer, Ask, Fetch, FetchError, Forbidden
from newsarchive.wordpress.comment_answers import REST_FIELDS
from newsarchive.wordpress.site import Site

POST_FIELDS = (
    "id,date,date_gmt,modified,modified_gmt,slug,status,type,link,title,content,excerpt,author,featured_media,"
    "comment_status,categories,tags,yoast_head_json,_links,_embedded"
)
POST_EMBEDS = "author,wp:term,wp:featuredmedia"
_SMALLER = (100, 20, 5)
"""Posts a request: a server that fails to build a hundred is asked for fewer (each divides the one before)."""


MOST_STALE = 2
"""So many pages in a row that say nothing new are no list any more; one may be, when a hundred articles came meanwhile."""


class Refused(Exception):
    """REST does not give the list; the message is its own word."""


async def posts(fetch: Fetch, site: Site, window: Window, source: Source) -> AsyncIterator[list[Entry]]:
    """Public articles, newest id first, a list for each answer. What goes wrong is noted in `source`."""
    if site.rest is None:
        source.refusal, source.forbidden = site.rest_refusal, site.rest_forbidden
        return
    for name in site.post_types:
        before = source.total or 0
        for asked in _questions(window):
            async for found in _list(fetch, site, name, asked, source, before):
                entries = [entry for post in found if (entry := _entry(site, post))]
                for entry in entries:
                    source.count(entry)
                yield entries
            if not source.answered or source.problems:
                return


def _questions(window: Window) -> list[dict[str, str]]:
    """The parameters of each list to ask for: one, or two where only what is new is wanted."""
    bounds: dict[str, str] = {}
    if window.since:
        bounds["after"] = wire(window.since - timedelta(seconds=1))
    if window.until:
        bounds["before"] = wire(window.until)
    if window.changed_after is None:
        return [bounds]
    changed = wire(window.changed_after)
    # A scheduled article is published later than it was last changed, so it is found by its own time.
    published = {"after": max(changed, bounds.get("after", "")), "modified_before": changed}
    return [bounds | {"modified_after": changed}, bounds | published]


async def _list(
    fetch: Fetch, site: Site, name: str, asked: dict[str, str], source: Source, before: int
) -> AsyncIterator[list[dict]]:
    """The posts of one list of a type, page by page; a page the server fails on is asked for in smaller pieces.

    `before`: how many articles REST counts of the types before it.
    """
    what = "the REST list" if name == "posts" else f"the REST list of {name}"
    page, pages = 1, 1
    seen: set[int] = set()
    totals: list[int] = []
    stale = 0
    while page <= pages:
        try:
            found, answer = await _page(fetch, site, name, asked, page, _SMALLER)
        except Refused as refusal:
            if page == 1 and not source.answered:
                source.refusal, source.forbidden = str(refusal), isinstance(refusal.__cause__, Forbidden)
            else:
                problem = f"page {page} of {what}: {refusal}"
                if page == 1 and name != "posts" and refusal.__cause__ is None:  # it will be so in every run to come
                    problem += (
                        f" (-a discover=sitemap may list them; without {name} in -a post_types= the run is complete)"
                    )
                source.problems.append(problem)
            return
        source.answered = True
        pages = _number(answer, "x-wp-totalpages") or (page + 1 if found else page)
        if (total := _number(answer, "x-wp-total")) is not None:
            totals.append(total)
            source.total = max(source.total or 0, before + total)
        fresh = [post for post in found if isinstance(post.get("id"), int) and post["id"] not in seen]
        seen.update(post["id"] for post in fresh)
        yield fresh
        if not found:
            break
        stale = 0 if fresh else stale + 1
        if stale == MOST_STALE:  # a cache that knows no page numbers gives one page for ever
            source.problems.append(f"page {page} of {what} repeats what the pages before it say")
            return
        page += 1
    # An article that was taken down meanwhile moves the rest up a place, and one slips through between two pages.
    if totals and (len(seen) < totals[-1] or min(totals) < totals[0]):
        async for fresh in _missed(fetch, site, name, asked, seen):
            seen.update(post["id"] for post in fresh)
            yield fresh
        if len(seen) < totals[-1]:
            source.problems.append(f"{what} gave {len(seen)} of the {counted(totals[-1], 'article')} that it counts")


async def named(fetch: Fetch, site: Site, ids: list[str]) -> list[Entry]:
    """The public articles among the posts of these ids, in no order. Raises Refused."""
    entries: list[Entry] = []
    for name in site.post_types:
        met = {entry.post_id for entry in entries}
        left = [one for one in ids if one not in met]
        for start in range(0, len(left), 100):
            wanted = {"include": ",".join(left[start : start + 100])}
            found, _ = await _page(fetch, site, name, wanted, 1, _SMALLER[:1])
            entries += [entry for post in found if (entry := _entry(site, post))]
    return entries


async def _missed(
    fetch: Fetch, site: Site, name: str, asked: dict[str, str], seen: set[int]
) -> AsyncIterator[list[dict]]:
    """Posts of a type that are listed now and not in `seen`."""
    ids: list[int] = []
    page, pages = 1, 1
    while page <= pages:
        try:
            found, answer = await _page(fetch, site, name, asked, page, (100,), fields="id")
        except Refused:
            return  # the caller counts what is lacking
        pages = _number(answer, "x-wp-totalpages") or page
        ids += [post["id"] for post in found if post.get("id") not in seen]
        page += 1
    for start in range(0, len(ids), 100):
        wanted = {"include": ",".join(map(str, ids[start : start + 100]))}
        try:
            found, _ = await _page(fetch, site, name, wanted, 1, _SMALLER[:1])
        except Refused:
            return
        yield found


async def _page(
    fetch: Fetch,
    site: Site,
    name: str,
    asked: dict[str, str],
    page: int,
    sizes: tuple[int, ...],
    fields: str = POST_FIELDS,
) -> tuple[list[dict], Answer]:
    """One page of `sizes[0]` posts; where the server breaks on it, the same stretch in pages of the next size. Raises Refused."""
    embed = {"_embed": POST_EMBEDS} if "_embedded" in fields else {}
    url = site.rest_url(
        f"wp/v2/{name}", per_page=sizes[0], page=page, orderby="id", order="desc", **asked, _fields=fields, **embed
    )
    try:
        answer = await fetch(Ask(url=url))
        found = _items(answer)
    except (FetchError, _Broken) as error:
        if len(sizes) == 1:
            raise Refused(str(error)) from error
        parts = sizes[0] // sizes[1]
        whole: list[dict] = []
        for part in range((page - 1) * parts + 1, page * parts + 1):
            try:
                found, answer = await _page(fetch, site, name, asked, part, sizes[1:], fields)
            except _PastEnd:
                break
            whole += found
            if part >= (_number(answer, "x-wp-totalpages") or part + 1):
                break
        total = _number(answer, "x-wp-total")
        if total is not None:  # of pages of the size first asked for
            headers = {**answer.headers, "x-wp-totalpages": str(-(-total // sizes[0]))}
            answer = Answer(url=answer.url, status=answer.status, headers=headers, asked=answer.asked)
        return whole, answer
    except _PastEnd:
        return [], Answer(url=url, status=400)
    return found, answer


class _Broken(Exception):
    """The server failed; fewer at a time may do."""


class _PastEnd(Exception):
    """There is no such page."""


def _items(answer: Answer) -> list[dict]:
    """The list in a REST answer. Raises Refused, _PastEnd or _Broken."""
    try:
        found: Any = answer.json() if "json" in answer.media_type else None
    except ValueError:
        found = None
    if answer.status == 200 and isinstance(found, list):
        return [item for item in found if isinstance(item, dict)]
    if isinstance(found, dict) and isinstance(found.get("code"), str):
        if found["code"] == "rest_post_invalid_page_number":
            raise _PastEnd
        if answer.status < 500:
            raise Refused(f"{answer.status} {found['code']}: {str(found.get('message') or '')[:200]}")
    if answer.status in {401, 403, 404, 405, 410, 451}:
        raise Refused(f"{answer.status} without JSON")
    raise _Broken(f"{answer.status} {answer.media_type or 'without a type'} where a JSON list belongs")


def _number(answer: Answer, header: str) -> int | None:
    value = answer.headers.get(header, "")
    return int(value) if value.isdigit() else None


def _entry(site: Site, post: dict) -> Entry | None:
    """The entry of a REST post; None for what is not public or is no article."""
    if post.get("status", "publish") != "publish" or not isinstance(post.get("id"), int):
        return None
    offset = site.utc_offset_minutes
    return Entry(
        url=site.here(str(post.get("link") or f"?p={post['id']}")),
        post_id=str(post["id"]),
        published_at=parse_iso(_zulu(post.get("date_gmt"))) or parse_iso(post.get("date"), offset),
        modified_at=parse_iso(_zulu(post.get("modified_gmt"))) or parse_iso(post.get("modified"), offset),
        post=post,
    )


def _zulu(text: object) -> str | None:
    return f"{text}Z" if isinstance(text, str) and text and not text.endswith("Z") else None


async def comments(
    fetch: Fetch, site: Site, post_ids: Iterable[str] | None = None, *, after: datetime | None = None
) -> AsyncIterator[list[dict]]:
    """Approved comments of the given posts (of all where None), oldest id first. Raises Refused.

    REST leaves out pingbacks, trackbacks and wpDiscuz' sticky ones, and drops those of unreadable posts without a word.
    """
    asked: dict[str, object] = {"per_page": 100, "orderby": "id", "order": "asc", "_fields": REST_FIELDS}
    if post_ids is not None:
        asked["post"] = ",".join(post_ids)
    if after is not None:
        asked["after"] = wire(after)
        asked["_fields"] = "id,post"
    page, pages = 1, 1
    before: list[dict] = []
    while page <= pages:
        try:
            answer = await fetch(Ask(url=site.rest_url("wp/v2/comments", **asked, page=page)))
            found = _items(answer)
        except (FetchError, _Broken) as error:
            raise Refused(f"page {page} of the comments: {error}") from error
        except _PastEnd:
            return
        if found and found == before:
            raise Refused(f"page {page} of the comments is the one before it once more")
        before = found
        # A short page is not the end: the count of pages is, or an empty list where no count is given.
        pages = _number(answer, "x-wp-totalpages") or (page + 1 if found else page)
        yield found
        page += 1


async def total(fetch: Fetch, site: Site, more: Iterable[str] = ()) -> int | None:
    """How many public articles REST counts; None where REST is off or does not say; asked once a run. Raises Refused.

    `more` are types besides the site's, which do not count where REST does not list them (any more).
    """
    if site.rest is None:
        return None
    counts = []
    for name in dict.fromkeys([*site.post_types, *more]):
        if name in site.totals:
            counts.append(site.totals[name])
            continue
        try:
            answer = await fetch(Ask(url=site.rest_url(f"wp/v2/{name}", per_page=1, _fields="id")))
            found = _items(answer)
        except (FetchError, Refused, _Broken, _PastEnd) as error:
            if name not in site.post_types:
                continue
            raise Refused(str(error)) from error
        number = _number(answer, "x-wp-total")
        site.totals[name] = 0 if number is None and not found else number
        counts.append(site.totals[name])
    return None if None in counts else sum(filter(None, counts))


async def ids(fetch: Fetch, site: Site, names: Iterable[str]) -> set[str]:
    """The ids of every public article of these types. Raises Refused where a page of them cannot be had: half a list proves
    no absence. A type that is none of the site's is passed over where REST does not list it (any more)."""
    found: set[str] = set()
    for name in names:
        page, pages = 1, 1
        while page <= pages:
            try:
                some, answer = await _page(fetch, site, name, {}, page, (100,), fields="id")
            except Refused:
                if page == 1 and name not in site.post_types:
                    break
                raise
            fresh = {str(post.get("id")) for post in some} - found
            if some and not fresh:
                raise Refused(f"page {page} of the ids repeats what the pages before it say")
            found |= fresh
            pages = _number(answer, "x-wp-totalpages") or (page + 1 if some else page)
            page += 1
    return found
