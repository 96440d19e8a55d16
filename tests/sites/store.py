"""What the sample site holds: posts, comments, authors, terms, pictures, and the edits made to them while it runs."""

import html
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from .clock import Clock, real_clock
from .pieces import Piece, p, plain

Status = Literal["publish", "private", "draft", "pending", "future"]
CommentStatus = Literal["approved", "hold", "spam", "trash"]


@dataclass(slots=True)
class Author:
    """An account; every author of a post or registered commenter."""

    id: int
    login: str
    name: str
    url: str = ""


@dataclass(slots=True)
class Term:
    """A category or a tag."""

    id: int
    taxonomy: Literal["category", "post_tag"]
    slug: str
    name: str
    parent: int = 0


@dataclass(slots=True)
class Media:
    """A picture in the media library."""

    id: int
    path: str
    """Below the site's address: ``/wp-content/uploads/2019/03/bridge.jpg``."""
    alt: str = ""
    caption: str = ""


@dataclass(slots=True)
class Post:
    """A post. `pieces` may be a function, so that a large site need not hold every body."""

    id: int
    slug: str
    title: str
    """As REST gives it rendered: inline HTML, entities."""
    body: Sequence[Piece] | Callable[[], Sequence[Piece]]
    date: datetime
    modified: datetime
    author: int = 1
    status: Status = "publish"
    password: str = ""
    categories: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    editor: Literal["classic", "blocks"] = "classic"
    excerpt: str = ""
    featured: int = 0
    sticky: bool = False
    comments_open: bool = True
    pings_open: bool = True
    subtitle: str = ""
    language: str = ""
    old_slugs: tuple[str, ...] = ()
    type: str = "post"
    """post, or a type of the site's own."""
    special: tuple[str, ...] = ()
    """Names of what is peculiar about it, for tests to find it by."""

    @property
    def pieces(self) -> Sequence[Piece]:
        """The body, piece by piece."""
        return self.body() if callable(self.body) else self.body

    @property
    def public(self) -> bool:
        """Whether a visitor may read its text."""
        return self.status == "publish" and not self.password

    @property
    def listed(self) -> bool:
        """Whether a visitor finds it in lists (a post with a password is listed, without its text)."""
        return self.status == "publish"


@dataclass(slots=True)
class Comment:
    """A comment as the database has it."""

    id: int
    post: int
    author: str
    date: datetime
    content: str
    """Plain text with blank lines between paragraphs; may hold the few tags comments may have."""
    parent: int = 0
    author_url: str = ""
    user: int = 0
    type: Literal["comment", "pingback", "trackback", "wpdiscuz_sticky"] = "comment"
    status: CommentStatus = "approved"
    likes: int = 0
    dislikes: int = 0
    edited: datetime | None = None
    images: tuple[str, ...] = ()
    """Pictures uploaded with it: paths below the site's address."""
    closed: bool = False
    """Whether its thread takes no more replies."""


_URL = re.compile(r"""(?<![">=])\bhttps?://[^\s<>"]+[^\s<>".,;:!?)]""")


def comment_markup(content: str) -> str:
    """A comment's text as WordPress renders it: paragraphs, line breaks, addresses made into links."""
    linked = _URL.sub(lambda hit: f'<a href="{hit[0]}" rel="nofollow ugc">{hit[0]}</a>', content)
    parts = [part.strip() for part in re.split(r"\n\s*\n", linked) if part.strip()]
    return "".join("<p>" + part.replace("\n", "<br />\n") + "</p>\n" for part in parts)


def comment_text(content: str) -> str:
    """A comment's text as a reader sees it: paragraphs with a blank line between."""
    return plain("\n\n".join(part.strip() for part in re.split(r"\n\s*\n", content)))


def comment_links(content: str) -> list[str]:
    """Addresses a comment's text links to."""
    return re.findall(r'href="([^"]+)"', html.unescape(comment_markup(content)))


def rest_base(type: str) -> str:
    """The name of a type of posts in REST's addresses: an analysis is among the ``analysis-items``."""
    return "posts" if type == "post" else f"{type}-items"


class Store:
    """The site's database. Readers need no lock: each edit replaces whole values and raises `version`."""

    def __init__(self, clock: Clock = real_clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.version = 0
        self.authors: dict[int, Author] = {}
        self.terms: dict[int, Term] = {}
        self.media: dict[int, Media] = {}
        self.posts: dict[int, Post] = {}
        self.comments: dict[int, Comment] = {}
        self.sequels: dict[int, int] = {}
        """Edits made so far, by post: they number what an edit writes."""
        self._by_slug: dict[str, int] = {}
        self._by_old_slug: dict[str, int] = {}
        self._by_post: dict[int, list[int]] = {}
        self._lists: dict[object, tuple[int, object]] = {}

    # Filling

    def add(self, *things: Author | Term | Media | Post | Comment) -> None:
        """Puts things in; a post or comment of the same id is replaced."""
        with self.lock:
            for thing in things:
                if isinstance(thing, Author):
                    self.authors[thing.id] = thing
                elif isinstance(thing, Term):
                    self.terms[thing.id] = thing
                elif isinstance(thing, Media):
                    self.media[thing.id] = thing
                elif isinstance(thing, Post):
                    self.posts[thing.id] = thing
                    self._by_slug[thing.slug] = thing.id
                else:
                    self.comments[thing.id] = thing
                    self._by_post.setdefault(thing.post, []).append(thing.id)
            self.version += 1

    # Reading

    def cached(self, key: object, make: Callable[[], object]) -> object:
        """`make()`, kept until the next edit; for lists that are cut into many pages."""
        held = self._lists.get(key)
        if held is not None and held[0] == self.version:
            return held[1]
        version = self.version
        made = make()
        if len(self._lists) > 500:
            self._lists.clear()
        self._lists[key] = (version, made)
        return made

    def listed(self, type: str = "post") -> list[Post]:
        """Posts of a type that its lists show, newest first."""

        def make() -> list[Post]:
            found = (one for one in self.posts.values() if one.listed and one.type == type)
            return sorted(found, key=lambda one: (one.date, one.id))[::-1]

        return self.cached(("listed", type), make)  # type: ignore[return-value]

    def own_types(self) -> list[str]:
        """The types of its posts that are not WordPress' own."""
        return sorted({one.type for one in self.posts.values()} - {"post"})

    def by_slug(self, slug: str) -> Post | None:
        """The post of that slug, whatever its status."""
        found = self._by_slug.get(slug)
        return self.posts.get(found) if found else None

    def by_old_slug(self, slug: str) -> Post | None:
        """The post that had that slug before."""
        found = self._by_old_slug.get(slug)
        return self.posts.get(found) if found else None

    def guess(self, start: str) -> Post | None:
        """The first listed post whose slug begins so, as WordPress guesses for an address that is not found."""
        return next((one for one in self.posts.values() if one.listed and one.slug.startswith(start)), None)

    def term(self, taxonomy: str, slug: str) -> Term | None:
        """The category or tag of that slug."""
        return next((one for one in self.terms.values() if one.taxonomy == taxonomy and one.slug == slug), None)

    def author(self, login: str) -> Author | None:
        """The account of that login."""
        return next((one for one in self.authors.values() if one.login == login), None)

    def approved(self, post: int) -> list[Comment]:
        """A post's approved comments of every type, in the order they were posted."""

        found = (self.comments[one] for one in self._by_post.get(post, ()))
        return sorted((one for one in found if one.status == "approved"), key=lambda one: (one.date, one.id))

    def reachable(self, post: int) -> list[Comment]:
        """Those that a threaded list shows: approved, and each ancestor too."""

        approved = self.approved(post)
        parents = {one.id: one.parent for one in approved}
        reached = []
        for one in approved:
            at, seen = one.parent, {one.id}
            while at and at in parents and at not in seen:
                seen.add(at)
                at = parents[at]
            if not at:
                reached.append(one)
        return reached

    def count(self, post: int) -> int:
        """The post's comment_count: all approved comments, pingbacks and orphans too."""
        return len(self.approved(post))

    # Edits while the site runs

    def _changed(self) -> None:
        self.version += 1

    def edit(self, post: int, *, text: str = "", silent: bool = False, **fields: object) -> Post:
        """Changes a post: `text` becomes a further paragraph, other fields are set. `silent` leaves the modified time alone."""
        with self.lock:
            one = self.posts[post]
            self.sequels[post] = self.sequels.get(post, 0) + 1
            if not text and not fields:
                text = f"Update {self.sequels[post]}: the story is developing."
            if text:
                one.body = (*one.pieces, p(html.escape(text, quote=False)))
            for name, value in fields.items():
                setattr(one, name, value)
            if not silent:
                one.modified = max(self.clock(), one.modified + timedelta(seconds=1))
            self._changed()
            return one

    def add_comment(
        self, post: int, text: str = "", *, author: str = "Late Reader", parent: int = 0, **fields: object
    ) -> Comment:
        """A new approved comment, posted now; the post's modified time stays."""
        with self.lock:
            number = max(self.comments, default=0) + 1
            one = Comment(
                number, post, author, self.clock(), html.escape(text or f"A late word, number {number}.", quote=False),
                parent=parent, **fields,  # type: ignore[arg-type]
            )  # fmt: skip
            self.add(one)
            return one

    def edit_comment(self, comment: int, text: str) -> Comment:
        """Rewrites a comment; only the comment itself shows it."""
        with self.lock:
            one = self.comments[comment]
            one.content, one.edited = html.escape(text, quote=False), self.clock()
            self._changed()
            return one

    def remove_comment(self, comment: int) -> None:
        """Trashes a comment: its replies stay in the database as orphans."""
        with self.lock:
            self.comments[comment].status = "trash"
            self._changed()

    def vote(self, comment: int, by: int = 1) -> None:
        """Adds likes (or, below zero, dislikes)."""
        with self.lock:
            one = self.comments[comment]
            one.likes += max(by, 0)
            one.dislikes += max(-by, 0)
            self._changed()

    def unpublish(self, post: int) -> None:
        """Makes a post a draft."""
        with self.lock:
            self.posts[post].status = "draft"
            self._changed()

    def republish(self, post: int) -> None:
        """Publishes it again, with its old date."""
        with self.lock:
            self.posts[post].status = "publish"
            self.posts[post].modified = self.clock()
            self._changed()

    def change_slug(self, post: int, slug: str) -> None:
        """Moves a post to another address; the old one redirects."""
        with self.lock:
            one = self.posts[post]
            self._by_slug.pop(one.slug, None)
            self._by_old_slug[one.slug] = post
            one.old_slugs = (*one.old_slugs, one.slug)
            one.slug = slug
            one.modified = self.clock()
            self._by_slug[slug] = post
            self._changed()
