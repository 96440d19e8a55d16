"""The sample site: what it answers to each request, apart from any socket."""

import html
import json
import re
import struct
import threading
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from .addresses import Addresses
from .body import pages
from .clock import local
from .discussion import Threads, WpDiscuz
from .exchange import Request, Response, html_page, redirect
from .faults import apply
from .feeds import Feeds
from .noise import Noise
from .options import Options
from .rest import Rest, hidden
from .sitemaps import Sitemaps
from .store import Author, Post, Store, Term
from .themes import Themes

_NEVER = [("Expires", "Wed, 11 Jan 1984 05:00:00 GMT"), ("Cache-Control", "no-cache, must-revalidate, max-age=0")]
_EDITS = frozenset(
    [
        "edit",
        "silent_edit",
        "add_comment",
        "edit_comment",
        "remove_comment",
        "vote",
        "unpublish",
        "republish",
        "change_slug",
        "noise",
        "options",
        "truth",
        "requests",
    ]
)


class Answers:
    """Routes a request to what answers it."""

    def __init__(self, root: str, store: Store, options: Options) -> None:
        self.store, self.options = store, options
        self.at = Addresses(root, options, store)
        self.noise = Noise(options)
        self.requests: list[tuple[str, str]] = []
        """Every request so far: method and target."""
        self.user_agents: set[str] = set()
        self.control: dict[str, Callable[..., Any]] = {}
        """Edits that POST /__control__ may call, by name."""
        self._lock = threading.Lock()
        self._answers: dict[tuple[str, bool, str | None, str | None], Response] = {}
        self._kept_version = -1
        self.rebuild()

    def rebuild(self) -> None:
        """Takes up changed options."""
        self.wpdiscuz = WpDiscuz(self.at)
        self.rest, self.feeds, self.sitemaps = Rest(self.at, self.noise), Feeds(self.at), Sitemaps(self.at)
        self.themes = Themes(self.at, self.wpdiscuz, self.noise)

    def answer(self, request: Request) -> Response:
        """The answer, with the fault that a rule has in store for it."""
        with self._lock:
            self.requests.append((request.method, request.target))
            self.user_agents.add(request.headers.get("user-agent", ""))
        if self.options.on_request:
            self.options.on_request(request.target)
        if self.options.control and request.path == "/__control__":
            self.requests.pop()
            return self._control(request)
        answer = self._kept(request) if self.options.keep_answers and request.method == "GET" else self._route(request)
        for rule in self.options.faults:
            fault = rule.pick(request)
            if fault:
                return apply(fault, rule, request, answer, self.at.home)
        return answer

    def _kept(self, request: Request) -> Response:
        if self._kept_version != self.store.version:
            self._answers, self._kept_version = {}, self.store.version
        key = (
            request.target,
            "cookie" in request.headers,
            request.headers.get("if-none-match"),
            request.headers.get("if-modified-since"),
        )
        if key not in self._answers:
            self._answers[key] = self._route(request)
        kept = self._answers[key]
        return replace(kept, headers=list(kept.headers))

    def _route(self, request: Request) -> Response:
        path, query = request.path, request.query
        if path == "/robots.txt":
            return self._robots()
        base = self.options.base_path
        if base and not (path == base or path.startswith(base + "/")):
            return html_page(
                "<!DOCTYPE html><html><head><title>Another site</title></head><body><p>The news is elsewhere.</p></body></html>",
                200 if path == "/" else 404,
            )
        path = path[len(base) :] or "/"
        if self.options.moved_to:
            return redirect(self.options.moved_to.rstrip("/") + request.target[len(base) :])
        if path.endswith(("/admin-ajax.php", "/wpdiscuz-ajax.php")):
            return self.wpdiscuz.ajax(request) if self.options.comments == "wpdiscuz" else Response(400, b"0")
        if "rest_route" in query:
            return self._rest(query["rest_route"], request)
        if path == "/wp-json" or path.startswith("/wp-json/"):
            return self._not_found() if self.at.plain else self._rest(path[len("/wp-json") :] or "/", request)
        if path.startswith("/wp-content/uploads/"):
            return self._file(path)
        if path in {"/wp-login.php", "/xmlrpc.php"} or path.startswith("/wp-admin"):
            return (
                redirect(f"{self.at.home}/wp-login.php", 302)
                if path != "/wp-login.php"
                else html_page("<form id='loginform'></form>")
            )
        if query.get("sitemap") == "index":
            return self.sitemaps.answer("wp-sitemap.xml") or self._not_found()
        name = path.rpartition("/")[2]
        if re.search(r"sitemap[\w.-]*\.xml(\.gz)?$", name) and path.count("/") == 1:
            return self.sitemaps.answer(name) or self._not_found()
        return self._page(path, query, request)

    def _rest(self, path: str, request: Request) -> Response:
        if (
            path.rstrip("/") == "/wpdiscuz/v1/update"
            and self.options.comments == "wpdiscuz"
            and self.wpdiscuz.sim.settings.live_update
        ):
            return self.wpdiscuz.live_update(request.query)
        return self.rest.answer(path, request)

    # Pages

    def _page(self, path: str, query: dict[str, str], request: Request) -> Response:
        if self.at.plain or {"p", "feed", "cat", "m", "author", "tag", "paged", "s"} & query.keys():
            found = self._by_query(path, query, request)
            if found is not None:
                return found
        if path == "/" or path == "/index.php":
            return self._archive("", self.store.listed(), query.get("paged", "1"), f"{self.at.home}/", request)
        parts = [part for part in path.split("/") if part]
        found = self._by_path(parts, query, request)
        if found is None:
            return self._guess(parts)
        if found.status == 200 and not path.endswith("/"):
            return redirect(f"{self.at.root}{request.target.partition('?')[0]}/")
        return found

    def _by_query(self, path: str, query: dict[str, str], request: Request) -> Response | None:
        """Plain addresses; under rewriting ?p= redirects to the pretty one."""
        if path not in {"/", "/index.php"}:
            return None
        if query.get("p", "").isdigit():
            post = self.store.posts.get(int(query["p"]))
            if post is None or not post.listed:
                return self._not_found()
            if "feed" in query:
                return self._post_feed(post, request)
            if not self.at.plain:
                return redirect(self.at.post(post))
            return self._article(post, query.get("page", "1"), query.get("cpage"), request)
        if "feed" in query:
            kind = query["feed"]
            if kind == "comments-rss2":
                return self._site_comments(query, request)
            return self._feed(self.store.listed(), query.get("paged", "1"), "atom" if kind == "atom" else "", request)
        page = query.get("paged", "1")
        if "s" in query:
            words = query["s"].lower()
            return self._archive(
                f"Search: {query['s']}",
                [one for one in self.store.listed() if words in one.title.lower()],
                page,
                f"{self.at.home}/?s={query['s']}",
                request,
            )
        if query.get("cat", "").isdigit() and int(query["cat"]) in self.store.terms:
            return self._term(self.store.terms[int(query["cat"])], page, request)
        if "tag" in query:
            term = self.store.term("post_tag", query["tag"])
            return self._term(term, page, request) if term else None
        if query.get("author", "").isdigit() and int(query["author"]) in self.store.authors:
            return self._author(self.store.authors[int(query["author"])], page, request)
        if re.fullmatch(r"\d{4}(\d\d)?(\d\d)?", query.get("m", "")):
            text = query["m"]
            return self._dates([text[:4], text[4:6], text[6:]], page, f"{self.at.home}/?m={text}", request)
        return None

    def _by_path(self, parts: list[str], query: dict[str, str], request: Request) -> Response | None:
        page = "1"
        if len(parts) >= 2 and parts[-2] == "page" and parts[-1].isdigit():
            parts, page = parts[:-2], parts[-1]
        feed = ""
        if parts and parts[-1] == "feed":
            parts, feed = parts[:-1], "rss2"
        elif len(parts) >= 2 and parts[-2] == "feed" and parts[-1] in {"atom", "rss", "rss2", "rdf"}:
            parts, feed = parts[:-2], parts[-1]
        number = query.get("paged", page) if feed else page
        kind = "atom" if feed == "atom" else ""
        if not parts:
            return (
                self._feed(self.store.listed(), number, kind, request)
                if feed
                else self._archive("", self.store.listed(), page, f"{self.at.home}/", request)
            )
        if parts == ["comments"] and feed:
            return self._site_comments(query, request)
        if parts[0] in {"category", "tag"} and len(parts) >= 2:
            term = self.store.term("category" if parts[0] == "category" else "post_tag", parts[-1])
            if term is None:
                return None
            return self._feed(self._of_term(term), number, kind, request) if feed else self._term(term, page, request)
        if parts[0] == "author" and len(parts) == 2:
            author = self.store.author(parts[1])
            if author is None:
                return None
            return self._feed(self._by(author), number, kind, request) if feed else self._author(author, page, request)
        if parts == ["donate"] or parts == ["report"]:
            return self._headed(html_page(self.themes.message(parts[0].title(), "A page that is no article.", "page")))
        dated = [part for part in parts[:3] if part.isdigit()]
        if len(parts) <= 3 and len(dated) == len(parts) and len(parts[0]) == 4:
            address = f"{self.at.home}/{'/'.join(parts)}/"
            return self._dates([*parts, "", ""][:3], page, address, request)
        return self._by_slug(parts, bool(feed), request)

    def _by_slug(self, parts: list[str], feed: bool, request: Request) -> Response | None:
        day = 3 if self.options.day_permalinks else 0
        if len(parts) <= day:
            return None
        post = self.store.by_slug(parts[day].lower())
        if post is None or not post.listed:
            return None
        if day and "/".join(parts[:3]) != f"{local(post.date):%Y/%m/%d}":
            return None
        rest = parts[day + 1 :]
        if feed and not rest:
            return self._post_feed(post, request)
        if not rest:
            return self._article(post, "1", None, request)
        if len(rest) == 1 and rest[0].isdigit():
            return self._article(post, rest[0], None, request)
        if len(rest) == 1 and rest[0].startswith("comment-page-"):
            return self._article(post, "1", rest[0].removeprefix("comment-page-"), request)
        return self._not_found()

    def _guess(self, parts: list[str]) -> Response:
        """An old slug redirects; so does the beginning of one, and a slug below wrong dates."""
        wanted = parts[-1].lower() if parts else ""
        post = self.store.by_old_slug(wanted) or (
            self.store.by_slug(wanted) if self.options.day_permalinks or len(parts) == 4 else None
        )
        if (post is None or not post.listed) and len(parts) == 1 and len(wanted) > 3:
            post = self.store.guess(wanted)
        return redirect(self.at.post(post)) if post is not None and post.listed else self._not_found()

    def _article(self, post: Post, page: str, comment_page: str | None, request: Request) -> Response:
        number = int(page) if page.isdigit() else 0
        last = len(pages(post))
        if not 1 <= number <= last:
            # WordPress shows the first page for a number past the last.
            return redirect(self.at.post(post))
        shown = None
        if comment_page is not None:
            shown = int(comment_page) if comment_page.isdigit() else 0
            if shown < 1 or (
                self.options.comments == "native" and shown > Threads(self.store, post).pages(self.options)
            ):
                return self._not_found()
        answer = html_page(self.themes.article(post, number, shown))
        if not self.at.plain and self.options.rest == "on":
            answer.header("Link", f'<{self.at.rest_post(post)}>; rel="alternate"; type="application/json"')
        answer.header("Link", f"<{self.at.short(post)}>; rel=shortlink")
        return self._headed(answer, request)

    # Archives and feeds

    def _archive(self, heading: str, posts: Sequence[Post], page: str, address: str, request: Request) -> Response:
        number = int(page) if page.isdigit() else 0
        percent = self.options.hidden_percent.get("archives", 0)
        if percent:
            posts = [one for one in posts if not hidden(one.id, "archives", percent)]
        if self.options.endless:
            number = min(number, max(1, -(-len(posts) // self.options.posts_per_page)))
        if number < 1 or (number > 1 and (number - 1) * self.options.posts_per_page >= len(posts)):
            return self._not_found()
        return self._headed(html_page(self.themes.archive(heading, posts, number, address)), request)

    def _of_term(self, term: Term) -> list[Post]:
        return [one for one in self.store.listed() if term.id in (*one.categories, *one.tags)]

    def _by(self, author: Author) -> list[Post]:
        return [one for one in self.store.listed() if one.author == author.id]

    def _term(self, term: Term, page: str, request: Request) -> Response:
        return self._archive(html.escape(term.name), self._of_term(term), page, self.at.term(term), request)

    def _author(self, author: Author, page: str, request: Request) -> Response:
        return self._archive(author.name, self._by(author), page, self.at.author(author), request)

    def _dates(self, parts: list[str], page: str, address: str, request: Request) -> Response:
        shape = "".join(("%Y", "%m", "%d")[place] for place, part in enumerate(parts) if part)
        wanted = "".join(parts)
        found = [one for one in self.store.listed() if local(one.date).strftime(shape) == wanted]
        return self._archive(wanted, found, page, address, request) if found else self._not_found()

    def _feed(self, posts: Sequence[Post], page: str, kind: str, request: Request) -> Response:
        if not self.options.feeds:
            return self._not_found()
        return self.feeds.posts(request, posts, int(page) if page.isdigit() and int(page) else 1, kind)

    def _site_comments(self, query: dict[str, str], request: Request) -> Response:
        if not self.options.feeds:
            return self._not_found()
        return self.feeds.comments(request, int(query["paged"]) if query.get("paged", "").isdigit() else 1)

    def _post_feed(self, post: Post, request: Request) -> Response:
        return self.feeds.thread(request, post) if self.options.feeds else self._not_found()

    # The rest

    def _headed(self, answer: Response, request: Request | None = None) -> Response:
        if self.options.rest != "off-404":
            answer.header("Link", f'<{self.at.rest()}>; rel="https://api.w.org/"')
        if self.options.comments == "wpdiscuz" and request is not None:
            for name, value in self.wpdiscuz.cookies(request).items():
                answer.header(name.title(), value)
        if self.options.page_cache:
            answer.header("X-Cache", "HIT")
        return answer

    def _not_found(self) -> Response:
        answer = html_page(
            self.themes.message(
                "Nothing here", "It looks like nothing was found at this location. Maybe try a search?", "error404"
            ),
            404,
        )
        answer.headers += _NEVER
        return self._headed(answer)

    def _robots(self) -> Response:
        text = self.options.robots
        if not text:
            base, sitemap = self.options.base_path, self.sitemaps.address()
            text = f"User-agent: *\nDisallow: {base}/wp-admin/\nAllow: {base}/wp-admin/admin-ajax.php\n" + (
                f"\nSitemap: {sitemap}\n" if sitemap else ""
            )
        return Response(200, text.encode(), "text/plain; charset=utf-8")

    def _file(self, path: str) -> Response:
        known = path.endswith((".jpg", ".mp4", ".png"))
        return (
            Response(200, PIXEL, "image/png").header("Last-Modified", "Thu, 07 Mar 2019 10:00:00 GMT")
            if known
            else self._not_found()
        )

    def _control(self, request: Request) -> Response:
        """``{"do": "edit", "post": 12, …}`` edits the site while it runs."""
        try:
            asked = json.loads(request.body or b"{}")
            name = asked.pop("do")
            if name not in _EDITS:
                raise KeyError(name)
            body, status = {"ok": True, "result": self.control[name](**asked)}, 200
        except (ValueError, KeyError, TypeError) as error:
            body, status = {"ok": False, "error": f"{type(error).__name__}: {error}"}, 400
        return Response(status, json.dumps(body, default=str).encode(), "application/json")


def _pixel() -> bytes:
    """A grey PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


PIXEL = _pixel()
