"""What the real WordPress is filled with: the sample site's articles and threads, as an editor would have typed them."""

import re
from typing import Any

from tests.sites.articles import AUTHORS, MEDIA, TERMS, comments, posts
from tests.sites.clock import mysql
from tests.sites.generated import FIRST_COMMENT, post, thread
from tests.sites.pieces import Piece, TweetTruth, furniture, image, p
from tests.sites.store import Comment, Post
from tests.wordpress import odd as odd_posts
from tests.wordpress import own as own_types

_BLOCKS = {
    "paragraph": "paragraph",
    "heading": "heading",
    "quote": "quote",
    "list": "list",
    "table": "table",
    "code": "code",
    "image": "image",
    "tweet": "embed",
    "video": "html",
    "furniture": "html",
}
_INNER = re.compile(r"<p>(.*)</p>", re.S)


def source(piece: Piece, editor: str) -> str:
    """A piece as it stands in the database: with the block editor's comments, or as lines for the classic one."""
    if piece.type == "nextpage":
        return (
            "<!--nextpage-->" if editor == "classic" else "<!-- wp:nextpage -->\n<!--nextpage-->\n<!-- /wp:nextpage -->"
        )
    if piece.type == "more":
        return "<!--more-->"
    markup = piece.markup(editor)
    if editor == "classic":
        whole = _INNER.fullmatch(markup)
        return whole[1].replace("<br />\n", "\n") if whole and "<p>" not in whole[1] else markup
    name = _BLOCKS[piece.type] if "wp-block-verse" not in markup else "verse"
    if name == "paragraph" and not markup.startswith("<p>"):
        name = "html"
    attributes = (
        f' {{"level":{piece.level}}}' if piece.level not in {None, 2} else ' {"ordered":true}' if piece.ordered else ""
    )
    return f"<!-- wp:{name}{attributes} -->\n{markup}\n<!-- /wp:{name} -->"


def _of_post(one: Post, threads: dict[int, list[Comment]]) -> dict[str, Any]:
    # An editor types the title with plain quotes and signs; the entities are WordPress' work.
    return {
        "id": one.id, "type": one.type, "parent": own_types.PARENTS.get(one.id, 0), "slug": one.slug, "title": one.title, "content": "\n\n".join(source(piece, one.editor) for piece in one.pieces),
        "date_gmt": mysql(one.date), "modified_gmt": mysql(one.modified), "author": one.author, "status": one.status, "password": one.password,
        "categories": list(one.categories), "tags": list(one.tags), "excerpt": one.excerpt, "sticky": one.sticky, "featured": one.featured,
        "comments_open": one.comments_open, "pings_open": one.pings_open, "special": list(one.special),
        "passages": [text for piece in one.pieces for text in piece.passages if text],
        "absent": sorted({text for piece in one.pieces for text in piece.absent}),
        "tweets": [_tweet(tweet) for piece in one.pieces for tweet in piece.tweets],
        "videos": [provider for piece in one.pieces for _, provider in piece.videos],
        "comments": [_of_comment(comment) for comment in threads.get(one.id, [])],
    }  # fmt: skip


def _tweet(one: TweetTruth) -> dict[str, Any]:
    return {"id": one.id, "handle": one.handle, "kind": one.kind}


def _of_comment(one: Comment) -> dict[str, Any]:
    status = {"approved": "1", "hold": "0", "spam": "spam", "trash": "trash"}[one.status]
    kind = "comment" if one.type == "wpdiscuz_sticky" else one.type
    return {
        "key": one.id, "parent": one.parent, "author": one.author, "url": one.author_url, "user": one.user, "email": f"reader{one.id}@mail.invalid" if kind == "comment" else "",
        "date_gmt": mysql(one.date), "content": one.content, "type": kind, "approved": status,
    }  # fmt: skip


def _typed() -> Post:
    """A post with the shortcodes of the classic editor; `{id:NAME}` stands for an attachment's id."""
    base = next(one for one in posts() if one.id == 4001)
    body = (
        p("Pictures put in by hand, a long time ago."),
        Piece(
            "image",
            '[caption id="attachment_{id:made-1}" align="alignnone" width="1024"]<a href="{site}/wp-content/uploads/2019/03/made-1.jpg"><img class="size-large wp-image-{id:made-1}" '
            'src="{site}/wp-content/uploads/2019/03/made-1-1024x576.jpg" alt="One" width="1024" height="576" /></a> The first of them. Click to see full-size image[/caption]',
            passages=("The first of them.",),
            absent=("Click to see full-size image",),
        ),
        p("And some side by side:"),
        Piece(
            "image",
            '[gallery ids="{id:made-2},{id:made-3}" link="file"]',
            passages=("Caption of made-2", "Caption of made-3"),
        ),
        Piece(
            "tweet",
            "[embed]https://twitter.com/river_watch/status/1103000000000003131[/embed]",
            tweets=(TweetTruth("1103000000000003131", "river_watch", "link", "link"),),
        ),
        p('A "straight" quote -- and it\'s typed as it was.'),
        Piece("paragraph", "Two lines\nin one paragraph.", passages=("Two lines\nin one paragraph.",)),
        furniture("<hr />"),
    )
    return Post(
        4090, "typed-by-hand", 'Typed By Hand: "Quotes" & Dashes -- It\'s All There', body, base.date, base.date, author=3, categories=(5,), tags=(21, 24), special=("typed",),
    )  # fmt: skip


def images() -> list[dict[str, str]]:
    """Every picture that the articles show, to be made and uploaded."""
    names = {
        hit
        for one in _all_posts(0)
        for piece in one.pieces
        for hit in re.findall(r"/uploads/2019/03/([a-z0-9-]+?)(?:-\d+x\d+)?\.jpg", piece.classic)
    }
    names |= {f"made-{number}" for number in range(40)} | {"donate"}
    known = {medium.path.rsplit("/", 1)[1].removesuffix(".jpg"): medium for medium in MEDIA}
    return [
        {"name": name, "alt": known[name].alt if name in known else "", "caption": f"Caption of {name}" if name.startswith("made") else ""}
        for name in sorted(names | set(known))
    ]  # fmt: skip


def _all_posts(made_up: int) -> list[Post]:
    hand = [one for one in posts() if one.id != 4013]
    # The lazy loader's markup is a plugin's work, not the editor's.
    pictures = next(one for one in posts() if one.id == 4013)
    pictures.body = (
        *(piece for piece in pictures.pieces if "lazyload" not in piece.classic),
        image("quay-5", alt="Gulls", number=515),
    )
    return [*hand, pictures, _typed(), *(post(number) for number in range(made_up))]


def plan(made_up: int = 260, comments_each: int = 6, *, odd: bool = False, own: bool = False) -> dict[str, Any]:
    """Everything to put in: about 40 hand-written posts, `made_up` others, and with `odd` and `own` those of `odd.py` and `own.py`."""
    threads: dict[int, list[Comment]] = {}
    besides = [*([odd_posts] if odd else []), *([own_types] if own else [])]
    for one in [*comments(), *(comment for more in besides for comment in more.comments())]:
        threads.setdefault(one.post, []).append(one)
    for number in range(made_up):
        made, count = post(number), comments_each if number % 5 else 0
        threads[made.id] = thread(number, count, FIRST_COMMENT + number * comments_each, made.date)
    return {
        "authors": [{"id": one.id, "login": one.login, "name": one.name, "url": one.url} for one in AUTHORS],
        "terms": [
            {"id": one.id, "taxonomy": one.taxonomy, "slug": one.slug, "name": one.name, "parent": one.parent}
            for one in TERMS
        ],
        "featured": {str(medium.id): medium.path.rsplit("/", 1)[1].removesuffix(".jpg") for medium in MEDIA},
        "images": images(),
        "posts": [
            _of_post(one, threads)
            for one in [*_all_posts(made_up), *(post for more in besides for post in more.posts())]
        ],
    }
