"""The REST interface, /wp-json/wp/v2/…, with WordPress' own limits, orders and refusals."""

import html
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from functools import partial
from typing import Any
from urllib.parse import urlencode

from .addresses import Addresses
from .body import excerpt, rest_markup
from .clock import SITE_ZONE, local, mysql
from .exchange import Request, Response
from .noise import Noise
from .store import Author, Comment, Media, Post, Term, comment_markup, rest_base

Row = dict[str, Callable[[], Any]]
"""A resource as functions of its fields, so that `_fields` costs only what is asked for."""

_DATE = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d(:?\d\d)?)?$")
_EXPOSED = [
    ("X-Robots-Tag", "noindex"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
]
POST_ORDERS = "author, date, id, include, modified, parent, relevance, slug, include_slugs, and title"
COMMENT_ORDERS = "date, date_gmt, id, include, post, parent, and type"


class Refusal(Exception):
    """An error as REST words it."""

    def __init__(self, status: int, code: str, message: str, **extra: object) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"code": code, "message": message, "data": {"status": status, **extra}}


def invalid(name: str, words: str) -> Refusal:
    """A parameter that is not accepted."""
    return Refusal(400, "rest_invalid_param", f"Invalid parameter(s): {name}", params={name: words})


def hidden(number: int, source: str, percent: int) -> bool:
    """Whether a source that leaves out that share of the posts leaves out this one."""
    return percent > 0 and zlib.crc32(f"{source}/{number}".encode()) % 100 < percent


class Rest:
    """Answers REST requests from the store."""

    def __init__(self, at: Addresses, noise: Noise) -> None:
        self.at, self.store, self.options, self.noise = at, at.store, at.options, noise

    def answer(self, path: str, request: Request) -> Response:
        """The answer to a REST path (``/wp/v2/posts``)."""
        query = {name: value for name, value in request.query.items() if name != "rest_route"}
        link = [("Link", f'<{self.at.rest()}>; rel="https://api.w.org/"')]
        try:
            self._gate(path)
            body, headers = self._route(path.rstrip("/") or "/", query)
        except Refusal as refusal:
            return _json(refusal.body, refusal.status, link + _EXPOSED)
        return _json(body, 200, link + _EXPOSED + headers + [("Allow", "GET")])

    def _gate(self, path: str) -> None:
        mode = self.options.rest
        if mode == "off-401":
            raise Refusal(401, "rest_cannot_access", "DRA: Only authenticated users can access the REST API.")
        if mode == "off-404":
            raise Refusal(404, "rest_disabled", "The REST API is disabled on this site.")
        removed = (
            r"^/wp/v2/" if mode == "no-route" else r"^/wp/v2/(comments|users)" if mode.startswith("only") else None
        )
        if removed and re.search(removed, path):
            raise _no_route()

    def _route(self, path: str, query: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
        if path == "/":
            return self._index(), []
        lists: dict[str, Callable[[dict[str, str]], tuple[Any, list[tuple[str, str]]]]] = {
            "/wp/v2/posts": self._posts,
            **{f"/wp/v2/{rest_base(one)}": partial(self._posts, type=one) for one in self.store.own_types()},
            "/wp/v2/comments": self._comments,
            "/wp/v2/users": lambda q: self._simple(q, path, self._users(), self._user, "name"),
            "/wp/v2/categories": lambda q: self._simple(q, path, self._terms("category"), self._term, "name"),
            "/wp/v2/tags": lambda q: self._simple(q, path, self._terms("post_tag"), self._term, "name"),
            "/wp/v2/media": lambda q: self._simple(q, path, list(self.store.media.values()), self._medium, "date"),
            "/wp/v2/pages": lambda q: self._simple(q, path, [], self._term, "date"),
        }
        if path in lists:
            return lists[path](query)
        if path == "/wp/v2/types":
            return {"post": {"name": "Posts", "slug": "post", "rest_base": "posts", "rest_namespace": "wp/v2", "taxonomies": ["category", "post_tag"]},
                    "page": {"name": "Pages", "slug": "page", "rest_base": "pages", "rest_namespace": "wp/v2", "taxonomies": []},
                    **{one: {"name": one, "slug": one, "rest_base": rest_base(one), "rest_namespace": "wp/v2", "taxonomies": []}
                       for one in [*self.store.own_types(), *self.options.empty_types]}}, []  # fmt: skip
        kinds = "|".join(
            ["posts", *map(rest_base, self.store.own_types()), "comments", "users", "categories", "tags", "media"]
        )
        hit = re.fullmatch(rf"/wp/v2/({kinds})/(\d+)", path)
        if hit is None:
            if re.fullmatch(r"/wp/v2/posts/\d+/revisions", path):
                raise Refusal(401, "rest_cannot_read", "Sorry, you are not allowed to view revisions of this post.")
            raise _no_route()
        return self._one(hit[1], int(hit[2]), query), []

    # Lists

    def _posts(self, query: dict[str, str], type: str = "post") -> tuple[Any, list[tuple[str, str]]]:
        page, size = _paging(query)
        self._context(query)
        if query.get("status", "publish") not in {"publish", "any"} or query.get("status") == "any":
            raise invalid("status", "Status is forbidden.")
        order = query.get("orderby", "date")
        if order not in re.split(r", (?:and )?", POST_ORDERS):
            raise invalid("orderby", f"orderby is not one of {POST_ORDERS}.")
        bounds = _bounds(query, "after", "before", "modified_after", "modified_before")
        wanted = ("include", "exclude", "categories", "tags", "author", "slug", "search", "sticky", "order")
        key = (type, order, tuple(bounds.items()), tuple(query.get(name, "") for name in wanted))
        rows: list[Post] = self.store.cached(key, lambda: self._select(query, order, bounds, type))  # type: ignore[assignment]
        start = int(query["offset"]) if query.get("offset", "").isdigit() else (page - 1) * size
        if self.options.endless:
            start = min(start, max(0, (len(rows) - 1) // size * size))
        if page > 1 and start >= len(rows):
            raise Refusal(
                400,
                "rest_post_invalid_page_number",
                "The page number requested is larger than the number of pages available.",
            )
        chosen = rows[start : start + size]
        return self._answer(chosen, self._post, query), self._headers(
            f"/wp/v2/{rest_base(type)}", query, len(rows), page, size
        )

    def _select(self, query: dict[str, str], order: str, bounds: dict[str, datetime], type: str) -> list[Post]:
        rows = [
            one
            for one in self.store.listed(type)
            if not hidden(one.id, "rest", self.options.hidden_percent.get("rest", 0))
        ]
        include, exclude = _ids(query.get("include")), _ids(query.get("exclude"))
        categories, tags, authors = _ids(query.get("categories")), _ids(query.get("tags")), _ids(query.get("author"))
        slugs = set(query["slug"].split(",")) if query.get("slug") else None
        search = query.get("search", "").lower()
        limits: list[tuple[str, Callable[[Post], datetime], int]] = [
            ("after", lambda one: one.date, 1), ("before", lambda one: one.date, -1),
            ("modified_after", lambda one: one.modified, 1), ("modified_before", lambda one: one.modified, -1),
        ]  # fmt: skip
        for name, when, sign in limits:
            if name in bounds:
                edge = bounds[name]
                rows = [one for one in rows if (when(one) > edge if sign > 0 else when(one) < edge)]
        if include:
            rows = [one for one in rows if one.id in include]
        if exclude:
            rows = [one for one in rows if one.id not in exclude]
        if categories:
            rows = [one for one in rows if categories & set(one.categories)]
        if tags:
            rows = [one for one in rows if tags & set(one.tags)]
        if authors:
            rows = [one for one in rows if one.author in authors]
        if slugs:
            rows = [one for one in rows if one.slug in slugs or _percent(one.slug) in slugs]
        if "sticky" in query:
            rows = [one for one in rows if one.sticky == (query["sticky"] in {"true", "1"})]
        if search:
            rows = [one for one in rows if search in one.title.lower() or search in rest_markup(one, self.at).lower()]
        keys: dict[str, Callable[[Post], Any]] = {
            "id": lambda one: one.id, "modified": lambda one: (one.modified, one.id), "slug": lambda one: one.slug,
            "title": lambda one: one.title, "author": lambda one: (one.author, one.id),
        }  # fmt: skip
        rows = sorted(rows, key=keys.get(order, lambda one: (one.date, one.id)))
        if query.get("order", "desc") == "desc":
            rows.reverse()
        return rows

    def _comments(self, query: dict[str, str]) -> tuple[Any, list[tuple[str, str]]]:
        page, size = _paging(query)
        self._context(query, plural="comments")
        for name in ("type", "status", "author_email", "author_exclude"):
            if name in query and query[name] not in {"approve", "comment"}:
                raise Refusal(401, "rest_forbidden_param", f"Query parameter not permitted: {name}")
        order = query.get("orderby", "date_gmt")
        if order not in re.split(r", (?:and )?", COMMENT_ORDERS):
            raise invalid("orderby", f"orderby is not one of {COMMENT_ORDERS}.")
        bounds = _bounds(query, "after", "before")
        posts = _ids(query.get("post"))
        if any(one in self.store.posts and not self.store.posts[one].public for one in posts):
            raise Refusal(401, "rest_cannot_read_post", "Sorry, you are not allowed to read the post for this comment.")
        key = (
            "comments",
            order,
            tuple(bounds.items()),
            tuple(query.get(name, "") for name in ("post", "parent", "include", "exclude", "author", "order")),
        )
        rows: list[Comment] = self.store.cached(key, lambda: self._select_comments(query, order, bounds, posts))  # type: ignore[assignment]
        start = int(query["offset"]) if query.get("offset", "").isdigit() else (page - 1) * size
        # As in WordPress, comments of posts that may not be read are counted, and dropped after the page was cut.
        chosen = [one for one in rows[start : start + size] if self.store.posts[one.post].public]
        return self._answer(chosen, self._comment, query), self._headers(
            "/wp/v2/comments", query, len(rows), page, size
        )

    def _select_comments(
        self, query: dict[str, str], order: str, bounds: dict[str, datetime], posts: set[int]
    ) -> list[Comment]:
        source: Iterable[Comment] = (
            self.store.comments.values() if not posts else [one for post in posts for one in self.store.approved(post)]
        )
        rows = [
            one
            for one in source
            if one.status == "approved" and one.type == "comment" and self.store.posts[one.post].listed
        ]
        include, exclude, authors = _ids(query.get("include")), _ids(query.get("exclude")), _ids(query.get("author"))
        if query.get("parent"):
            parents = _ids(query["parent"])
            rows = [one for one in rows if one.parent in parents]
        if include:
            rows = [one for one in rows if one.id in include]
        if exclude:
            rows = [one for one in rows if one.id not in exclude]
        if authors:
            rows = [one for one in rows if one.user in authors]
        if "after" in bounds:
            rows = [one for one in rows if one.date > bounds["after"]]
        if "before" in bounds:
            rows = [one for one in rows if one.date < bounds["before"]]
        keys: dict[str, Callable[[Comment], Any]] = {
            "id": lambda one: one.id,
            "post": lambda one: (one.post, one.id),
            "parent": lambda one: (one.parent, one.id),
        }
        rows.sort(key=keys.get(order, lambda one: (one.date, one.id)), reverse=query.get("order", "desc") == "desc")
        return rows

    def _simple(
        self, query: dict[str, str], path: str, rows: list[Any], make: Callable[[Any], Row], order: str
    ) -> tuple[Any, list[tuple[str, str]]]:
        page, size = _paging(query)
        self._context(query)
        include = _ids(query.get("include"))
        if include:
            rows = [one for one in rows if one.id in include]
        if query.get("slug"):
            rows = [one for one in rows if getattr(one, "slug", getattr(one, "login", "")) in query["slug"].split(",")]
        if query.get("orderby") == "id":
            rows = sorted(rows, key=lambda one: one.id, reverse=query.get("order") == "desc")
        elif order == "name":
            rows = sorted(rows, key=lambda one: one.name)
        return self._answer(rows[(page - 1) * size : page * size], make, query), self._headers(
            path, query, len(rows), page, size
        )

    def _headers(self, path: str, query: dict[str, str], total: int, page: int, size: int) -> list[tuple[str, str]]:
        pages = page + 1 if self.options.endless else -(-total // size)
        headers = [("X-WP-Total", str(total)), ("X-WP-TotalPages", str(pages))]
        for rel, number in (("prev", page - 1), ("next", page + 1)):
            if 1 <= number <= pages and number != page:
                headers.append(("Link", f'<{self.at.rest(path, urlencode({**query, "page": number}))}>; rel="{rel}"'))
        return headers

    def _context(self, query: dict[str, str], plural: str = "posts") -> None:
        if query.get("context") == "edit":
            raise Refusal(401, "rest_forbidden_context", f"Sorry, you are not allowed to edit {plural}.")

    # Single things

    def _one(self, kind: str, number: int, query: dict[str, str]) -> Any:
        if kind == "posts" or kind in map(rest_base, self.store.own_types()):
            post = self.store.posts.get(number)
            if post is None or rest_base(post.type) != kind:
                raise Refusal(404, "rest_post_invalid_id", "Invalid post ID.")
            self._context(query, "this post")
            if not post.listed:
                raise Refusal(401, "rest_forbidden", "Sorry, you are not allowed to do that.")
            return self._answer([post], self._post, query)[0]
        if kind == "comments":
            comment = self.store.comments.get(number)
            if comment is None:
                raise Refusal(404, "rest_comment_invalid_id", "Invalid comment ID.")
            if comment.status != "approved" or not self.store.posts[comment.post].public:
                raise Refusal(401, "rest_cannot_read", "Sorry, you are not allowed to read this comment.")
            return self._answer([comment], self._comment, query)[0]
        tables: dict[str, tuple[dict[int, Any], Callable[[Any], Row], str]] = {
            "users": (self.store.authors, self._user, "rest_user_invalid_id"),
            "categories": (self.store.terms, self._term, "rest_term_invalid"),
            "tags": (self.store.terms, self._term, "rest_term_invalid"),
            "media": (self.store.media, self._medium, "rest_post_invalid_id"),
        }
        table, make, code = tables[kind]
        if number not in table:
            raise Refusal(404, code, "Invalid ID.")
        return self._answer([table[number]], make, query)[0]

    def _answer(self, things: list[Any], make: Callable[[Any], Row], query: dict[str, str]) -> list[Any]:
        fields = [one.strip() for one in query.get("_fields", "").split(",") if one.strip()]
        wanted: dict[str, list[str]] = {}
        for one in fields:
            top, _, inner = one.partition(".")
            wanted.setdefault(top, []).append(inner)
        answers = []
        for thing in things:
            row = make(thing)
            embed = row.pop("_embedded", None)
            if not fields:
                answer = {name: value() for name, value in row.items()}
            else:
                answer = {}
                for name, below in wanted.items():
                    if name in row:
                        value = row[name]()
                        answer[name] = (
                            value
                            if "" in below or not isinstance(value, dict)
                            else {key: value[key] for key in below if key in value}
                        )
            # With `_fields`, WordPress embeds only what `_links` was asked for.
            if "_embed" in query and embed is not None and (not fields or "_links" in wanted or "_embedded" in wanted):
                every = embed()
                only = {one for one in query["_embed"].split(",") if one not in {"", "1", "true"}}
                answer["_embedded"] = {name: value for name, value in every.items() if not only or name in only}
            answers.append(answer)
        return answers

    # Rows

    def _post(self, one: Post) -> Row:
        at = self.at
        return {
            "id": lambda: one.id,
            "date": lambda: mysql(local(one.date)),
            "date_gmt": lambda: mysql(one.date),
            "guid": lambda: {"rendered": at.short(one)},
            "modified": lambda: mysql(local(one.modified)),
            "modified_gmt": lambda: mysql(one.modified),
            "slug": lambda: _percent(one.slug),
            "status": lambda: "publish",
            "type": lambda: one.type,
            "link": lambda: at.post(one),
            "title": lambda: {"rendered": one.title},
            "content": lambda: {"rendered": self.noise.spelling(rest_markup(one, at)), "protected": bool(one.password)},
            "excerpt": lambda: {"rendered": f"<p>{excerpt(one)}</p>\n" if excerpt(one) else "", "protected": bool(one.password)},
            "author": lambda: one.author,
            "featured_media": lambda: one.featured,
            "comment_status": lambda: "open" if one.comments_open else "closed",
            "ping_status": lambda: "open" if one.pings_open else "closed",
            "sticky": lambda: one.sticky,
            "template": lambda: "",
            "format": lambda: "standard",
            "meta": list,
            "categories": lambda: sorted(one.categories),
            "tags": lambda: self.noise.order(sorted(one.tags)),
            "_links": lambda: {
                "self": [{"href": at.rest(f"/wp/v2/{rest_base(one.type)}/{one.id}")}],
                "collection": [{"href": at.rest("/wp/v2/posts")}],
                "author": [{"embeddable": True, "href": at.rest(f"/wp/v2/users/{one.author}")}],
                "replies": [{"embeddable": True, "href": at.rest("/wp/v2/comments", f"post={one.id}")}],
                "wp:term": [{"taxonomy": "category", "embeddable": True, "href": at.rest("/wp/v2/categories", f"post={one.id}")},
                            {"taxonomy": "post_tag", "embeddable": True, "href": at.rest("/wp/v2/tags", f"post={one.id}")}],
                **({"wp:featuredmedia": [{"embeddable": True, "href": at.rest(f"/wp/v2/media/{one.featured}")}]} if one.featured else {}),
            },
            "_embedded": lambda: self._embedded(one),
        }  # fmt: skip

    def _embedded(self, one: Post) -> dict[str, Any]:
        def whole(row: Row) -> dict[str, Any]:
            return {name: value() for name, value in row.items()}

        parts: dict[str, Any] = {}
        if self.options.rest != "only-comments-and-users-removed":
            parts["author"] = [whole(self._user(self.store.authors[one.author]))]
            replies = (
                []
                if one.password
                else [whole(self._comment(two)) for two in self.store.approved(one.id)[::-1] if two.type == "comment"][
                    :10
                ]
            )
            if replies:
                parts["replies"] = [replies]
        else:
            parts["author"] = [_no_route().body]
        if one.featured:
            parts["wp:featuredmedia"] = [whole(self._medium(self.store.media[one.featured]))]
        terms = self.store.terms
        parts["wp:term"] = [
            [whole(self._term(terms[number])) for number in sorted(group)] for group in (one.categories, one.tags)
        ]
        return parts

    def _comment(self, one: Comment) -> Row:
        return {
            "id": lambda: one.id,
            "post": lambda: one.post,
            "parent": lambda: one.parent,
            "author": lambda: one.user,
            "author_name": lambda: html.escape(one.author, quote=False),
            "author_url": lambda: one.author_url,
            "date": lambda: mysql(local(one.date)),
            "date_gmt": lambda: mysql(one.date),
            "content": lambda: {"rendered": comment_markup(one.content)},
            "link": lambda: self.at.comment(one),
            "status": lambda: "approved",
            "type": lambda: one.type,
            "author_avatar_urls": lambda: {"24": "https://secure.gravatar.com/avatar/0?s=24"},
            "meta": list,
            "_links": lambda: {"self": [{"href": self.at.rest(f"/wp/v2/comments/{one.id}")}],
                               "up": [{"embeddable": True, "post_type": "post", "href": self.at.rest(f"/wp/v2/posts/{one.post}")}]},
        }  # fmt: skip

    def _users(self) -> list[Author]:
        writing = {one.author for one in self.store.listed()}
        return [one for one in self.store.authors.values() if one.id in writing]

    def _user(self, one: Author) -> Row:
        return {
            "id": lambda: one.id, "name": lambda: one.name, "url": lambda: one.url, "description": lambda: "",
            "link": lambda: self.at.author(one), "slug": lambda: one.login, "meta": list,
        }  # fmt: skip

    def _terms(self, taxonomy: str) -> list[Term]:
        return [one for one in self.store.terms.values() if one.taxonomy == taxonomy]

    def _term(self, one: Term) -> Row:
        return {
            "id": lambda: one.id,
            "count": lambda: self._counts()[one.id],
            "description": lambda: "", "link": lambda: self.at.term(one), "name": lambda: html.escape(one.name, quote=False),
            "slug": lambda: one.slug, "taxonomy": lambda: one.taxonomy, "parent": lambda: one.parent, "meta": list,
        }  # fmt: skip

    def _counts(self) -> Counter[int]:
        """How many posts each term has."""

        def make() -> Counter[int]:
            return Counter(term for post in self.store.listed() for term in (*post.categories, *post.tags))

        return self.store.cached("counts of terms", make)  # type: ignore[return-value]

    def _medium(self, one: Media) -> Row:
        address = self.at.home + one.path
        return {
            "id": lambda: one.id, "date": lambda: "2019-03-07T10:00:00", "slug": lambda: one.path.rsplit("/", 1)[1].partition(".")[0],
            "status": lambda: "inherit", "type": lambda: "attachment", "alt_text": lambda: one.alt, "media_type": lambda: "image",
            "caption": lambda: {"rendered": f"<p>{one.caption}</p>\n" if one.caption else ""}, "mime_type": lambda: "image/jpeg", "source_url": lambda: address,
            "media_details": lambda: {"width": 1600, "height": 900, "sizes": {
                "medium": {"width": 300, "height": 169, "source_url": address.replace(".jpg", "-300x169.jpg")},
                "large": {"width": 1024, "height": 576, "source_url": address.replace(".jpg", "-1024x576.jpg")},
                "full": {"width": 1600, "height": 900, "source_url": address}}},
        }  # fmt: skip

    def _index(self) -> dict[str, Any]:
        routes = ["/", "/wp/v2", "/wp/v2/types"]
        if self.options.rest != "no-route":
            routes += [f"/wp/v2/{name}" for name in ("posts", "pages", "media", "categories", "tags")]
            if self.options.rest != "only-comments-and-users-removed":
                routes += ["/wp/v2/comments", "/wp/v2/users"]
        offset = SITE_ZONE.utcoffset(self.store.clock().astimezone(SITE_ZONE)).total_seconds() / 3600
        return {
            "name": self.options.title, "description": self.options.tagline, "url": self.at.home, "home": self.at.home,
            "gmt_offset": offset, "timezone_string": "Europe/Athens",
            "namespaces": ["oembed/1.0", "wp/v2"], "routes": {one: {"namespace": "wp/v2", "methods": ["GET"]} for one in routes},
        }  # fmt: skip


def _no_route() -> Refusal:
    return Refusal(404, "rest_no_route", "No route was found matching the URL and request method.")


def _percent(slug: str) -> str:
    """A slug as the database has it: percent-encoded in lower case where it is not ASCII."""
    return (
        slug
        if slug.isascii()
        else "".join(one if one.isascii() else "".join(f"%{byte:02x}" for byte in one.encode()) for one in slug)
    )


def _ids(text: str | None) -> set[int]:
    return {int(one) for one in (text or "").split(",") if one.strip().isdigit()}


def _paging(query: dict[str, str]) -> tuple[int, int]:
    numbers = []
    for name, default, top in (("page", 1, None), ("per_page", 10, 100)):
        text = query.get(name, str(default))
        if not text.isdigit() or int(text) < 1 or (top and int(text) > top):
            words = (
                f"{name} must be between 1 (inclusive) and 100 (inclusive)"
                if top
                else f"{name} must be greater than or equal to 1"
            )
            raise invalid(name, words)
        numbers.append(int(text))
    return numbers[0], numbers[1]


def _bounds(query: dict[str, str], *names: str) -> dict[str, datetime]:
    """The time limits asked for; one without zone is on the site's own clock."""
    found = {}
    for name in names:
        if name not in query:
            continue
        text = query[name].replace(" ", "+")
        if not _DATE.match(text):
            raise invalid(name, "Invalid date.")
        moment = datetime.fromisoformat(re.sub(r"\.\d+", "", text).upper().replace("Z", "+00:00"))
        found[name] = moment.replace(tzinfo=SITE_ZONE).astimezone(timezone.utc) if moment.tzinfo is None else moment
    return found


def _json(body: object, status: int, headers: list[tuple[str, str]]) -> Response:
    text = json.dumps(body, separators=(",", ":")).replace("/", "\\/")
    return Response(status, text.encode(), "application/json; charset=UTF-8", list(headers))
