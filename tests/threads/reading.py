"""Reading a simulated site's threads as a crawl does: a `fetch` on the simulator, and comment trees to put on it."""

import asyncio
import random
from datetime import datetime, timedelta, timezone

from newsarchive.dates import Clock
from newsarchive.fetch import Answer, Ask, Fetch, FetchError
from newsarchive.items import CommentThread
from newsarchive.threads import read_thread
from newsarchive.wordpress.site import Site as WordPress
from tests.sites.wpdiscuz_sim import Settings, SimComment, SimPost, Site


def fetch_from(site: Site) -> Fetch:
    """A `Fetch` that the simulated site answers."""

    async def fetch(ask: Ask) -> Answer:
        try:
            status, headers, body = site.respond(ask.url, ask.form, ask.headers)
        except ConnectionError as error:
            raise FetchError(str(error)) from error
        return Answer(url=ask.url, status=status, headers=headers, body=body, asked=ask.url)

    return fetch


def site_with(comments: list[SimComment], **settings: object) -> tuple[Site, SimPost]:
    """A site with one post, number 7, that has the comments."""
    site = Site(settings=Settings(**settings))  # type: ignore[arg-type]
    return site, site.add(SimPost(id=7, slug="a-post", comments=comments))


def read(site: Site, post: SimPost, *, rest: bool = False, **given: object) -> CommentThread:
    """The thread of `post`, its page fetched first; `rest`: the reader may ask the site's REST."""
    fetch = fetch_from(site)

    async def go() -> CommentThread:
        page = await fetch(Ask(url=site.url(post)))
        wordpress = WordPress(name="sample", base=site.base + "/", rest=site.base + "/wp-json/") if rest else None
        asked: dict = {"page": page, "wordpress": wordpress, "clock": Clock(offset_minutes=120), **given}
        return await read_thread(fetch, article_id="sample/7", url=site.url(post), **asked)

    return asyncio.run(go())


def told_by_rest(site: Site, post: SimPost) -> list[dict]:
    """All that REST lists of a post."""
    return [site.rest_comment(post, c) for c in sorted(post.approved(), key=lambda c: c.id) if c.kind == "comment"]


def grown(rng: random.Random, count: int, depth: int, first: int = 100) -> list[SimComment]:
    """A random tree of approved comments, at most `depth` deep, ids and times rising together."""
    comments: list[SimComment] = []
    depths = {0: 0}
    number, moment = first, datetime(2019, 3, 7, 9, 0, 5, tzinfo=timezone.utc)
    for _ in range(count):
        number += rng.randint(1, 4)
        moment += timedelta(seconds=rng.randint(30, 5000))
        parent = 0
        if comments and rng.random() < 0.6:
            candidate = rng.choice(comments[-60:])
            parent = candidate.id if depths[candidate.id] < depth else 0
        depths[number] = depths[parent] + 1
        comments.append(
            SimComment(
                id=number,
                parent=parent,
                posted=moment,
                author=rng.choice(["Ada", "Ben & Co", "O'Neil", "Ирина", "王伟"]),
                user_id=number % 3,
                likes=rng.randint(0, 9),
                dislikes=rng.randint(0, 4),
                edited=rng.random() < 0.1,
                kind="comment" if parent or rng.random() < 0.95 else rng.choice(["pingback", "trackback"]),
                content=f"<p>{'word ' * rng.randint(1, 30)}{number}</p>",
            )
        )
    return comments


def shape(thread: CommentThread) -> dict[str, str | None]:
    """Parent by id."""
    return {comment.id: comment.parent_id for comment in thread.comments}


def truth(post: SimPost) -> dict[str, str | None]:
    """Parent by id of what is approved."""
    return {str(c.id): str(c.parent) if c.parent else None for c in post.approved()}
