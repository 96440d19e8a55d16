"""What is true of each public post, for tests to compare an archive with."""

import html
import re
from typing import Any

from .addresses import Addresses
from .clock import wire
from .discussion import author_name
from .pieces import TweetTruth, plain
from .store import Comment, Post, comment_links, comment_text

_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w+)/status(?:es)?/(\d+)")


def of_site(at: Addresses) -> list[dict[str, Any]]:
    """Of every post that a visitor may read, oldest first."""
    posts = [one for type in ("post", *at.store.own_types()) for one in at.store.listed(type) if one.public]
    return [of_post(one, at) for one in sorted(posts, key=lambda one: (one.date, one.id))]


def of_post(post: Post, at: Addresses) -> dict[str, Any]:
    """Of one post.

    `passages` must stand in the text in this order, `absent` must not; `tweets` are in order of appearance, each
    reference once a place; `comments` are all approved ones, `shown` those that a threaded list reaches (the others
    are orphans, only REST has them) and `in_rest` those of a type that REST gives.
    """
    store = at.store
    pieces = post.pieces
    shown = {one.id for one in store.reachable(post.id)}

    def fill(text: str) -> str:
        return at.fill(text, post)

    images = [
        {"url": fill(one.url), "alt": one.alt, "caption": one.caption, "credit": one.credit}
        for piece in pieces
        for one in piece.images
    ]
    if post.featured:
        medium = store.media[post.featured]
        address = at.home + medium.path
        if all(one["url"] != address for one in images):
            images.insert(
                0, {"url": address, "alt": medium.alt or None, "caption": medium.caption or None, "credit": None}
            )
    return {
        "id": str(post.id),
        "url": at.post(post),
        "slug": post.slug,
        "special": list(post.special),
        "title": plain(post.title) or None,
        "subtitle": post.subtitle or None,
        "description": html.unescape(post.excerpt) or None,
        "passages": [text for piece in pieces for text in piece.passages if text],
        "absent": sorted({text for piece in pieces for text in piece.absent}),
        "types": [piece.type for piece in pieces if piece.type not in {"furniture", "related", "nextpage", "more"}],
        "authors": [store.authors[post.author].name],
        "published_at": wire(post.date),
        "modified_at": wire(post.modified),
        "language": post.language or "en-US",
        "categories": [store.terms[number].name for number in post.categories],
        "tags": [store.terms[number].name for number in post.tags],
        "images": images,
        "videos": [
            {"url": fill(address), "provider": provider} for piece in pieces for address, provider in piece.videos
        ],
        "links": [{"url": fill(address), "text": words} for piece in pieces for address, words in piece.links],
        "related": [{"url": fill(address), "title": name} for piece in pieces for address, name in piece.related],
        "tweets": [_tweet(one) for piece in pieces for one in piece.tweets],
        "comments_open": post.comments_open,
        "comment_count": store.count(post.id),
        "comments": [{**of_comment(one, at), "shown": one.id in shown} for one in store.approved(post.id)],
    }


def of_comment(one: Comment, at: Addresses) -> dict[str, Any]:
    """Of one comment. WordPress' own lists know no votes, no marks and no pictures."""
    plugin = at.options.comments == "wpdiscuz"
    links = comment_links(one.content)
    found = (_STATUS.match(link) for link in links)
    return {
        "id": str(one.id),
        "parent_id": str(one.parent) if one.parent else None,
        "author": author_name(one),
        "author_id": str(one.user) if one.user else None,
        "author_url": one.author_url or None,
        "posted_at": wire(one.date),
        "text": comment_text(one.content),
        "votes": one.likes - one.dislikes if plugin else None,
        "likes": one.likes if plugin else None,
        "dislikes": one.dislikes if plugin else None,
        "edited": plugin and one.edited is not None,
        "pinned": plugin and one.type == "wpdiscuz_sticky",
        "kind": one.type if one.type in {"pingback", "trackback"} else "comment",
        "images": [at.home + path for path in one.images] if plugin else [],
        "links": links,
        "tweets": [_tweet(TweetTruth(hit[2], hit[1], "link", "link")) for hit in found if hit],
        "in_rest": one.type == "comment",
    }


def _tweet(one: TweetTruth) -> dict[str, Any]:
    return {"id": one.id, "handle": one.handle, "form": one.form, "kind": one.kind}
