"""A wpDiscuz site in memory: comment trees in, the plugin's pages and AJAX answers out.

It behaves as wpDiscuz 7.6.13 to 7.6.54 on WordPress does (paging by root threads and comment id, first list in the page
or by AJAX, parents only, read-more cuts, flat lists, WordPress' own comment pages, the four nonce behaviours, the hole of
old versions that hands out comments of unreadable posts), and breaks on demand. No network: an HTTP server, or a test's
`fetch`, calls `Site.respond`. Nothing in here is used by the product.
"""

import html
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

Reply = tuple[int, dict[str, str], bytes]
"""Status, headers (names in lower case) and body."""

GENERATOR_HEADERS = {"content-type": "text/html; charset=UTF-8"}


@dataclass(kw_only=True)
class SimComment:
    """A comment as the database has it."""

    id: int
    parent: int = 0
    author: str = "Reader"
    author_url: str = ""
    user_id: int = 0
    login: str | None = None
    posted: datetime = datetime(2019, 3, 7, 12, 47, 11, tzinfo=timezone.utc)
    content: str = "<p>Words.</p>"
    """The rendered markup."""
    likes: int = 0
    dislikes: int = 0
    edited: bool = False
    kind: str = "comment"
    """comment, pingback, trackback or wpdiscuz_sticky."""
    status: str = "approved"
    """approved, pending, spam or trash."""
    closed: bool = False
    inline_quote: str | None = None
    images: list[str] = field(default_factory=list)

    @property
    def votes(self) -> int:
        return self.likes - self.dislikes


@dataclass(kw_only=True)
class SimPost:
    """A post: only what its comments need."""

    id: int
    slug: str
    comments: list[SimComment] = field(default_factory=list)
    status: str = "publish"
    """publish, private or draft."""
    password: bool = False
    comments_open: bool = True
    title: str = "A post"
    body: str = "<p>Words of the post.</p>"
    published: datetime = datetime(2019, 3, 7, 9, 0, 0, tzinfo=timezone.utc)

    @property
    def readable(self) -> bool:
        return self.status == "publish" and not self.password

    def approved(self) -> list[SimComment]:
        return [c for c in self.comments if c.status == "approved"]


@dataclass(kw_only=True)
class Settings:
    """The plugin's and WordPress' settings that change what is sent."""

    version: str = "7.6.54"
    per_page: int = 50
    order: str = "oldest"
    """The default order: oldest, newest or by_vote."""
    order_by_date: bool = False
    """orderCommentsBy = comment_date_gmt; the server then still cuts by id."""
    first_load_with_ajax: int = 0
    load_type: int = 0
    parents_only: bool = False
    paginate: bool = False
    """WordPress' page_comments: comment pages of `per_page` threads, no AJAX."""
    newest_page_first: bool = True
    """Which comment page the article's own address shows."""
    threaded: bool = True
    thread_depth: int = 5
    readmore_words: int = 0
    show_votes: bool = True
    separate_votes: bool = False
    show_date: bool = True
    sort_buttons: bool = True
    custom_endpoint: bool = False
    layout: int = 1
    live_update: bool = False
    date_format: Callable[[datetime], str] = lambda t: (
        f"{t:%B} {t.day}, {t.year} {t.hour % 12 or 12}:{t:%M} {'am' if t.hour < 12 else 'pm'}"
    )
    utc_offset_minutes: int = 120
    page_cache: bool = False
    """A cache in front of the pages drops the cookie, but for addresses with a query, which it leaves alone."""
    rest: bool = True
    native: bool = False
    """No wpDiscuz: WordPress' own comment list."""


def release(version: str) -> int:
    """The last number of ``7.6.47``."""
    return int(version.rsplit(".", 1)[1])


class Site:
    """A site with wpDiscuz (or, with `Settings.native`, with WordPress' own comments)."""

    def __init__(
        self, base: str = "http://127.0.0.1:1", settings: Settings | None = None, cookiehash: str = "0f1e2d3c4b5a"
    ) -> None:
        self.base = base
        self.settings = settings or Settings()
        self.cookiehash = cookiehash
        self.nonce = "5eed0123ab"
        self.posts: dict[int, SimPost] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        """Every request: its path and, for AJAX, the form."""
        self.faults: dict[int, str] = {}
        """What the request of that number (0, 1, 2 … over the whole life) gets instead of its answer: see `broken`."""
        self.before: dict[int, Callable[[], None]] = {}
        """What happens on the site just before that request is answered: a comment is posted, a vote is cast."""
        self._seen: set[str] = set()

    def add(self, post: SimPost) -> SimPost:
        self.posts[post.id] = post
        return post

    def url(self, post: SimPost) -> str:
        return f"{self.base}/{post.slug}/"

    @property
    def ajax_path(self) -> str:
        if self.settings.custom_endpoint:
            return "/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php"
        return "/wp-admin/admin-ajax.php"

    # -- requests ------------------------------------------------------------------------------------------------

    def respond(
        self, url: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """The answer to any request to the site; `ConnectionError` where the fault says that none comes."""
        number = len(self.asked)
        parts = urlsplit(url)
        self.asked.append((parts.path + (f"?{parts.query}" if parts.query else ""), dict(form or {})))
        if number in self.before:
            self.before[number]()
        reply = self._respond(parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), form, headers or {})
        return broken(self.faults[number], reply) if number in self.faults else reply

    def _respond(
        self, path: str, query: dict[str, str], form: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> Reply:
        cookies = {}
        for name, value in headers.items():
            if name.lower() == "cookie":
                cookies = dict(p.strip().split("=", 1) for p in value.split(";") if "=" in p)
        if path.endswith(("/admin-ajax.php", "/wpdiscuz-ajax.php")):
            if path != "/wp-admin/admin-ajax.php" and path != self.ajax_path:
                return 404, dict(GENERATOR_HEADERS), b"<html>Not found</html>"
            return self.ajax(dict(form), cookies) if form is not None else (200, dict(GENERATOR_HEADERS), b"0")
        if path.startswith("/wp-json/"):
            return self.rest(path.removeprefix("/wp-json"), query)
        for post in self.posts.values():
            if path.startswith(f"/{post.slug}/"):
                rest = path.removeprefix(f"/{post.slug}/").strip("/")
                number = int(rest.removeprefix("comment-page-")) if rest.startswith("comment-page-") else None
                return self.page(post, number, cookies, cached=self.settings.page_cache and not query)
        return 404, dict(GENERATOR_HEADERS), b"<html><body>Not found</body></html>"

    def page(
        self,
        post: SimPost,
        comment_page: int | None = None,
        cookies: Mapping[str, str] | None = None,
        *,
        cached: bool = False,
    ) -> Reply:
        """The article's page, or one of its comment pages."""
        if post.status != "publish":
            return 404, dict(GENERATOR_HEADERS), b"<html><body>Not found</body></html>"
        if post.password:
            body = f'<form class="post-password-form" action="{self.base}/wp-login.php?action=postpass" method="post"><input name="post_password" type="password"></form>'
            comments = "" if self.settings.native else self.script(post)
        else:
            body, comments = post.body, self.render_comments_section(post, comment_page)
        local = post.published.astimezone(timezone(timedelta(minutes=self.settings.utc_offset_minutes)))
        text = (
            f'<!doctype html><html lang="en-US"><head><meta charset="UTF-8"><title>{html.escape(post.title)}</title>'
            f'<link rel="canonical" href="{self.url(post)}"><link rel="shortlink" href="{self.base}/?p={post.id}"></head>'
            f'<body class="single postid-{post.id}"><article id="post-{post.id}" class="post hentry"><h1 class="entry-title">{html.escape(post.title)}</h1>'
            f'<time class="entry-date published" datetime="{local.isoformat()}">{local:%d.%m.%Y}</time><div class="entry-content">{body}</div></article>{comments}</body></html>\n'
        )
        headers = dict(GENERATOR_HEADERS)
        if not cached and not self.settings.native:
            headers.update(self.page_headers(cookies or {}))
        return 200, headers, text.encode()

    def page_headers(self, cookies: Mapping[str, str]) -> dict[str, str]:
        """The Set-Cookie that a page sends: from 7.6.44 on, to a client that shows no fresh nonce."""
        name = f"wpdiscuz_nonce_{self.cookiehash}"
        if release(self.settings.version) < 44 or cookies.get(name) == self.nonce:
            return {}
        extra = (
            "; Max-Age=36000; path=/; HttpOnly; SameSite=Strict"
            if release(self.settings.version) < 52
            else "; path=/; SameSite=Strict"
        )
        return {"set-cookie": f"{name}={self.nonce}{extra}"}

    def ajax(self, form: Mapping[str, str], cookies: Mapping[str, str]) -> Reply:
        """What admin-ajax.php answers to a POST."""
        action = form.get("action", "")
        version = release(self.settings.version)
        name = f"wpdiscuz_nonce_{self.cookiehash}"
        if action == "wpdGetNonce":
            if version < 44:
                return 400, dict(GENERATOR_HEADERS), b"0"
            status, headers, body = as_json(
                {"success": True} if version < 54 else {"success": True, "data": {"wpdiscuz_nonce": self.nonce}}
            )
            if version != 47 and version < 54:
                headers["set-cookie"] = f"{name}={self.nonce}; path=/; SameSite=Strict"
            return status, headers, body
        on = {"wpdLoadMoreComments", "wpdSorting", "wpdGetSingleComment"}
        on |= {"wpdShowReplies"} if self.settings.parents_only else set()
        on |= {"wpdReadMore"} if self.settings.readmore_words else set()
        if action not in on or self.settings.native:
            return 400, dict(GENERATOR_HEADERS), b"0"
        if version >= 44:
            shown = cookies.get(name) if version < 52 else form.get("wpdiscuz_nonce") or cookies.get(name)
            if shown != self.nonce:
                return 200, dict(GENERATOR_HEADERS), b"Nonce is invalid."
        try:
            post_id, last = int(form.get("postId", "0")), int(form.get("lastParentId", "0"))
            comment_id = int(form.get("commentId", "0"))
        except ValueError:
            return 200, dict(GENERATOR_HEADERS), b"0"
        if post_id <= 0 or last < 0:
            return 200, dict(GENERATOR_HEADERS), b"0"
        post = self.posts.get(post_id)
        if post is None or (version >= 44 and not post.readable):
            if version >= 44:
                return as_json({"success": False, "data": "wc_msg_post_not_found"})
            return as_json(
                {
                    "success": True,
                    "data": {"is_show_load_more": False, "last_parent_id": 0, "comments_count": -1, "comment_list": ""},
                }
            )
        sorting = form.get("sorting") or self.settings.order
        if sorting not in {"oldest", "newest", "by_vote"}:
            sorting = self.settings.order
        if action == "wpdLoadMoreComments":
            first = form.get("isFirstLoad") == "1"
            roots, sticky, more = self.cut(
                post, sorting, 0 if first else last, int(form.get("offset") or 0), first=first
            )
            count = sum(1 for _ in self.walk(post, sticky + roots))
            return as_json({"success": True, "data": {
                "is_show_load_more": more, "last_parent_id": str(roots[-1].id) if roots else 0, "comments_count": count or -1,
                "comment_list": self.render_list(post, sticky + roots, stamp=f"{post_id}{sorting}{last}"), "callbackFunctions": [],
            }})  # fmt: skip
        if action == "wpdSorting":
            roots, sticky, more = self.cut(post, sorting, 0, 0, first=True)
            message = self.render_list(post, sticky + roots)
            return as_json(
                {
                    "success": True,
                    "data": {
                        "message": message,
                        "last_parent_id": str(roots[-1].id) if roots else 0,
                        "is_show_load_more": more,
                    },
                }
            )
        found = next((c for c in post.approved() if c.id == comment_id), None)
        if found is None:
            return as_json({"success": False, "data": "wc_msg_comment_not_found"})
        if action == "wpdReadMore":
            return as_json({"success": True, "data": {"message": self.text_of(found, whole=True)}})
        shown_whole = self.render_list(post, [found], whole=True)
        return as_json(
            {"success": True, "data": {"comment_list" if action == "wpdShowReplies" else "message": shown_whole}}
        )

    def rest(self, path: str, query: dict[str, str]) -> Reply:
        """``/wp/v2/comments?post=ID…`` and ``/wpdiscuz/v1/update``; anything else is rest_no_route."""
        if path == "/wpdiscuz/v1/update" and self.settings.live_update:
            post = self.posts.get(int(query.get("postId", "0")))
            ids = sorted(c.id for c in self.walk(post, self.roots(post))) if post and post.readable else []
            return as_json(
                {
                    "ids": [str(i) for i in ids],
                    "commentIDsToRemove": [],
                    "all_comments_count": str(len(post.approved()) if post else 0),
                }
            )
        if path != "/wp/v2/comments" or not self.settings.rest:
            return as_json({"code": "rest_no_route", "message": "No route was found.", "data": {"status": 404}}, 404)
        wanted = [int(i) for i in query.get("post", "").split(",") if i.isdigit()]
        posts = [self.posts[i] for i in wanted if i in self.posts] if wanted else list(self.posts.values())
        if wanted and any(not p.readable for p in posts):
            return as_json({"code": "rest_cannot_read_post", "message": "Sorry.", "data": {"status": 401}}, 401)
        rows = sorted(
            ((p, c) for p in posts if p.readable for c in p.approved() if c.kind == "comment"),
            key=lambda row: row[1].id,
        )
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        body = [self.rest_comment(p, c) for p, c in rows[(page - 1) * size : page * size]]
        status, headers, data = as_json(body)
        headers.update({"x-wp-total": str(len(rows)), "x-wp-totalpages": str(-(-len(rows) // size))})
        return status, headers, data

    def rest_comment(self, post: SimPost, c: SimComment) -> dict:
        """One comment as the REST list has it."""
        local = c.posted.astimezone(timezone(timedelta(minutes=self.settings.utc_offset_minutes)))
        return {
            "id": c.id, "post": post.id, "parent": c.parent, "author": c.user_id, "author_name": html.escape(c.author, quote=False),
            "author_url": c.author_url, "date": f"{local:%Y-%m-%dT%H:%M:%S}", "date_gmt": f"{c.posted:%Y-%m-%dT%H:%M:%S}",
            "content": {"rendered": c.content}, "link": f"{self.url(post)}#comment-{c.id}", "status": "approved", "type": "comment",
        }  # fmt: skip

    # -- which comments ------------------------------------------------------------------------------------------

    def roots(self, post: SimPost) -> list[SimComment]:
        """What paging counts: the root threads, or every comment where threads are off; sticky ones not included."""
        shown = [c for c in post.approved() if c.kind != "wpdiscuz_sticky"]
        return [c for c in shown if not c.parent] if self.settings.threaded else shown

    def replies(self, post: SimPost) -> dict[int, list[SimComment]]:
        below: dict[int, list[SimComment]] = {}
        if self.settings.threaded:
            for c in sorted(post.approved(), key=lambda c: c.id):
                if c.parent:
                    below.setdefault(c.parent, []).append(c)
        return below

    def walk(self, post: SimPost, roots: list[SimComment]) -> Iterator[SimComment]:
        """Each root and the replies below it, in the order shown."""
        below = self.replies(post)
        stack = list(reversed(roots))
        while stack:
            c = stack.pop()
            yield c
            stack += reversed(below.get(c.id, []))

    def cut(
        self, post: SimPost, sorting: str, last: int, offset: int, *, first: bool
    ) -> tuple[list[SimComment], list[SimComment], bool]:
        """One page of roots, the sticky ones that go before it, and whether more are to come."""
        s = self.settings
        roots = self.roots(post)
        key: Callable[[SimComment], tuple] = (lambda c: (c.posted, c.id)) if s.order_by_date else (lambda c: (c.id,))
        if sorting == "by_vote":
            roots = sorted(sorted(roots, key=key), key=lambda c: -c.votes)[offset * s.per_page :]
        elif sorting == "newest":
            roots = sorted((c for c in roots if not last or c.id < last), key=key, reverse=True)
        else:
            roots = sorted((c for c in roots if c.id > last), key=key)
        size = len(roots) if s.load_type == 3 or (s.load_type == 1 and not first) else s.per_page
        sticky = [c for c in post.approved() if c.kind == "wpdiscuz_sticky"] if first and s.threaded else []
        if first and not s.threaded:
            sticky = [c for c in post.approved() if c.kind == "wpdiscuz_sticky"]
        return roots[:size], sticky, len(roots) > size

    # -- markup --------------------------------------------------------------------------------------------------

    def text_of(self, c: SimComment, *, whole: bool = False) -> str:
        text = c.content
        words = text.removeprefix("<p>").removesuffix("</p>").split()
        limit = self.settings.readmore_words
        if limit and not whole and len(words) > limit:
            more = f"<span id='wpdiscuz-readmore-{c.id}_0'><span class='wpdiscuz-hellip'>&hellip;&nbsp;</span><span class='wpdiscuz-readmore' title='Read more &raquo;'>Read more &raquo;</span></span>"
            text = "<p>" + " ".join(words[:limit]) + more + "</p>"
        quote = (
            f"<div class='wpd-inline-feedback-wrapper'><i class='fas fa-quote-left'></i>{c.inline_quote} <a class='wpd-feedback-content-link' href='#wpd-inline-1'>Read more</a></div>"
            if c.inline_quote
            else ""
        )
        images = "".join(
            f"<a class='wmu-attached-image-link' href='{u}'><img class='attachment-full size-full wmu-attached-image' src='{u}'></a>"
            for u in c.images
        )
        return (
            quote
            + text
            + (
                f"<div class='wmu-comment-attachments'><div class='wmu-attached-images'>{images}</div></div>"
                if images
                else ""
            )
        )

    def render_list(
        self, post: SimPost, roots: list[SimComment] | None = None, *, whole: bool = False, stamp: str = ""
    ) -> str:
        """The comments of a list with all their replies; `whole` shows replies also where parents only are shown."""
        below = self.replies(post)
        only = self.settings.parents_only and not whole
        out: list[str] = []
        # A stack instead of recursion: trees in tests are deep. A string on it is markup to write as it is.
        stack: list[tuple[SimComment, int] | str] = [
            (c, 1) for c in reversed(self.roots(post) if roots is None else roots)
        ]
        while stack:
            top = stack.pop()
            if isinstance(top, str):
                out.append(top)
                continue
            c, level = top
            children = below.get(c.id, [])
            hidden = sum(1 for _ in self.walk(post, [c])) - 1 if only else 0
            opened, closed = self.render_comment(post, c, level, hidden)
            out.append(opened)
            if only:
                out.append(closed)
            elif level >= self.settings.thread_depth:
                out.append(closed)  # deeper replies follow beside it, at the same level
                stack += [(k, level) for k in reversed(children)]
            else:
                stack.append(closed)
                stack += [(k, level + 1) for k in reversed(children)]
        cached = "<!-- // From wpDiscuz's Caches // -->" if stamp and stamp in self._seen else ""
        self._seen.add(stamp)
        return "".join(out) + cached

    def render_comment(self, post: SimPost, c: SimComment, level: int, hidden: int) -> tuple[str, str]:
        """A comment's markup up to where its replies go, and what closes it."""
        s = self.settings
        classes = [
            c.kind if c.kind != "wpdiscuz_sticky" else "wpdiscuz_sticky",
            "wpd-comment",
            f"wpd_comment_level-{level}",
        ]
        classes += ["byuser", f"comment-author-{c.login}"] if c.login else []
        classes += ["wpd-reply"] if c.parent and s.threaded else []
        classes += ["wpd-sticky-comment"] if c.kind == "wpdiscuz_sticky" else []
        classes += ["wpd-closed-comment"] if c.closed else []
        classes += ["wpd-inline-comment"] if c.inline_quote else []
        name = html.escape(c.author)
        author = (
            f"<a href='{html.escape(c.author_url)}' rel='noreferrer ugc nofollow' target='_blank'>{name}</a>"
            if c.author_url
            else name
        )
        local = c.posted.astimezone(timezone(timedelta(minutes=s.utc_offset_minutes)))
        date = (
            f'<div class="wpd-comment-date" title="{s.date_format(local)}"><i class="far fa-clock"></i> 7 years ago</div>'
            if s.show_date
            else ""
        )
        if s.layout == 3 and date:
            date = f'<div class="wpd-comment-subheader">{date}</div>'
        if not s.show_votes:
            vote = ""
        elif s.separate_votes:
            vote = f"<div class='wpd-vote-result wpd-vote-result-like' title='{c.likes}'>{short(c.likes)}</div><div class='wpd-vote-result wpd-vote-result-dislike' title='{-c.dislikes}'>{-c.dislikes}</div>"
        else:
            vote = f"<div class='wpd-vote-result' title='{c.votes}'>{short(c.votes)}</div>"
        edited = (
            "<div class='wpd-comment-last-edited'><i class='far fa-edit'></i>Last edited 7 years ago by somebody</div>"
            if c.edited
            else ""
        )
        reply_to = (
            f'<div class="wpd-reply-to"><i class="far fa-comments"></i> Reply to&nbsp;<a href="#comment-{c.parent}">Somebody</a></div>'
            if c.parent
            else ""
        )
        toggle = (
            f"<div class='wpd-toggle wpd-hidden'><span class='wpd-view-replies'><span class='wpd-view-replies-text'>View Replies</span> ({hidden})</span></div>"
            if hidden
            else ""
        )
        share = f"<div class='wpd-comment-share'><a class='wc_tw' href='https://twitter.com/intent/tweet?text=Words... &url={self.base}'></a></div>"
        opened = (
            f"<div id='wpd-comm-{c.id}_{c.parent}' class='{' '.join(classes)}'><div class=\"wpd-comment-wrap\"><div class=\"wpd-comment-left\">"
            f'<div class="wpd-avatar"><img alt=\'{name}\' src=\'{self.base}/avatar.png\'></div></div><div id="comment-{c.id}" class="wpd-comment-right">'
            f'<div class="wpd-comment-header"><div class="wpd-comment-author ">{author}</div>{date}{share}</div>{reply_to}'
            f'<div class="wpd-comment-text">{self.text_of(c)}</div>{edited}<div class="wpd-comment-footer"><div class="wpd-vote">{vote}</div>{toggle}</div></div></div>'
            f"<div id='wpdiscuz_form_anchor-{c.id}_{c.parent}'></div>"
        )
        return opened, "</div>"

    def ajax_settings(self, post: SimPost) -> dict[str, str]:
        s = self.settings
        facts = {
            "commentListLoadType": str(s.load_type), "wordpressIsPaginate": str(int(s.paginate)), "isLoadOnlyParentComments": str(int(s.parents_only)),
            "bubbleLiveUpdate": str(int(s.live_update)), "bubbleUpdateUrl": f"{self.base}/wp-json/wpdiscuz/v1/update",
            "wordpressThreadCommentsDepth": str(s.thread_depth), "cookiehash": self.cookiehash, "isNativeAjaxEnabled": str(int(not s.custom_endpoint)),
            "firstLoadWithAjax": str(s.first_load_with_ajax), "wc_post_id": str(post.id), "version": s.version, "loadLastCommentId": "0",
            "url": f"{self.base}/wp-admin/admin-ajax.php", "customAjaxUrl": f"{self.base}/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php",
        }  # fmt: skip
        if release(s.version) >= 54:
            facts["nonceName"] = "wpdiscuz_nonce"
        return facts

    def script(self, post: SimPost) -> str:
        return f"<script id='wpdiscuz-combo-js-js-extra'>\nvar wpdiscuzAjaxObj = {json.dumps(self.ajax_settings(post)).replace('/', chr(92) + '/')};\nvar wpdiscuzUCObj = {{}};\n</script>"

    def render_comments_section(self, post: SimPost, comment_page: int | None = None) -> str:
        """The page's comment section and its script; empty for a post that has no comments and takes none."""
        s = self.settings
        count = len(post.approved())
        if not post.comments_open and not count:
            return ""
        if s.native:
            return self.native_section(post, comment_page)
        buttons = ""
        if s.sort_buttons:
            for order in ("oldest", "newest", "by_vote"):
                active = " wpdiscuz-sort-button-active" if order == s.order else ""
                buttons += f'<span class="wpdiscuz-sort-button{active}" data-sorting="{order}">{order}</span>'
        head = (
            f'<div id="comments" class="comments-area"><div id="respond"></div><div id="wpdcom" class="wpdiscuz_unauth wpd-default wpd-layout-{s.layout} wpd-comments-{"open" if post.comments_open else "closed"}">'
            f'<div id="wpd-threads" class="wpd-thread-wrapper"><div class="wpd-thread-head"><div class="wpd-thread-info" data-comments-count="{count}">'
            f"<span class='wpdtc' title='{count}'>{short(count)}</span> Comments</div><div class=\"wpd-thread-filter\">{buttons}</div></div>"
            '<div class="wpd-comment-info-bar"><div class="wpd-current-view"> Inline Feedbacks</div><div class="wpd-filter-view-all">View all comments</div></div><div class="wpd-thread-list">'
        )
        if s.paginate:
            roots, pages, current = self.comment_page(post, comment_page)
            sticky = [c for c in post.approved() if c.kind == "wpdiscuz_sticky"]
            links = "".join(
                f'<a class="page-numbers" href="{self.url(post)}comment-page-{n}/#comments">{n}</a>'
                for n in {1, pages, current - 1, current + 1} - {current}
                if 0 < n <= pages
            )
            listed = self.render_list(post, sticky + roots) + f'<div class="wpdiscuz-comment-pagination">{links}</div>'
        elif s.first_load_with_ajax:
            listed = (
                '<div class="wpdiscuz-comment-pagination" style=\'display:none;\'><div class="wpd-load-more-submit-wrap"><button name="submit" data-lastparentid="0" class="wpd-load-more-submit">Load More Comments</button></div>'
                '<span id="wpdiscuzHasMoreComments" data-is_show_load_more="0"></span></div>'
            )
        else:
            roots, sticky, more = self.cut(post, s.order, 0, 0, first=True)
            button = (
                f'<div class="wpd-load-more-submit-wrap"><button name="submit" data-lastparentid="{roots[-1].id}" class="wpd-load-more-submit">Load More Comments</button></div><span id="wpdiscuzHasMoreComments" data-is_show_load_more="1"></span>'
                if more
                else ""
            )
            listed = self.render_list(post, sticky + roots) + f'<div class="wpdiscuz-comment-pagination">{button}</div>'
        return f"{head}{listed}</div></div></div></div>{self.script(post)}"

    def comment_page(self, post: SimPost, number: int | None) -> tuple[list[SimComment], int, int]:
        """The roots of one of WordPress' comment pages, how many pages there are, and which one it is."""
        s = self.settings
        roots = sorted(self.roots(post), key=lambda c: c.id)
        pages = max(1, -(-len(roots) // s.per_page))
        current = number or (pages if s.newest_page_first else 1)
        shown = roots[(current - 1) * s.per_page : current * s.per_page]
        return (list(reversed(shown)) if s.order == "newest" else shown), pages, current

    def native_section(self, post: SimPost, number: int | None) -> str:
        s = self.settings
        count = len(post.approved())
        roots, pages, current = self.comment_page(post, number) if s.paginate else (self.roots(post), 1, 1)
        roots = sorted(roots + [c for c in post.approved() if c.kind == "wpdiscuz_sticky"], key=lambda c: c.id)
        below = self.replies(post)
        out: list[str] = []
        stack: list[tuple[SimComment, int] | str] = [(c, 1) for c in reversed(roots)]
        while stack:
            top = stack.pop()
            if isinstance(top, str):
                out.append(top)
                continue
            c, level = top
            local = c.posted.astimezone(timezone(timedelta(minutes=s.utc_offset_minutes)))
            name = html.escape(c.author)
            author = (
                f"<a href='{html.escape(c.author_url)}' rel='external nofollow ugc' class='url'>{name}</a>"
                if c.author_url
                else name
            )
            reply = f"<div class='reply'><a class='comment-reply-link' href='{self.url(post)}?replytocom={c.id}#respond' data-commentid='{c.id}' data-postid='{post.id}'>Reply</a></div>"
            out.append(
                f'<li id="comment-{c.id}" class="{c.kind} depth-{level}"><article id="div-comment-{c.id}" class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><b class="fn">{author}</b> <span class="says">says:</span></div>'
                f'<div class="comment-metadata"><a href="{self.url(post)}#comment-{c.id}"><time datetime="{local.isoformat()}">then</time></a></div></footer><div class="comment-content">{c.content}</div>{reply}</article>'
            )
            children = below.get(c.id, [])
            if level >= s.thread_depth:
                out.append("</li>")
                stack += [(k, level) for k in reversed(children)]
            else:
                stack.append("</ol></li>" if children else "</li>")
                stack += [(k, level + 1) for k in reversed(children)]
                if children:
                    out.append('<ol class="children">')
        links = "".join(
            f'<a class="page-numbers" href="{self.url(post)}comment-page-{n}/#comments">{n}</a>'
            for n in sorted({1, pages, current - 1, current + 1} - {current})
            if 0 < n <= pages
        )
        title = f'<h2 class="comments-title">{count} comments</h2>' if count else ""
        return f'<div id="comments" class="comments-area">{title}<ol class="comment-list">{"".join(out)}</ol><nav class="comments-pagination">{links}</nav><div id="respond" class="comment-respond"></div></div>'


def short(number: int) -> str:
    """``1.5K`` for 1500, as the plugin writes large numbers."""
    return f"{number / 1000:g}K" if abs(number) >= 1000 else str(number)


def as_json(data: object, status: int = 200) -> Reply:
    return status, {"content-type": "application/json; charset=UTF-8"}, json.dumps(data).encode()


def broken(fault: str, reply: Reply) -> Reply:
    """`reply` as a fault leaves it; raises ConnectionError for ``lost``."""
    status, headers, body = reply
    if fault == "lost":
        raise ConnectionError("connection reset")
    if fault == "cut":
        return status, headers, body[: len(body) * 2 // 3]
    page = {
        "500": (500, b"<p>There has been a critical error on this website.</p>"),
        "503": (503, b"Briefly unavailable for scheduled maintenance. Check back in a minute."),
        "429": (429, b"<html><h1>429 Too Many Requests</h1></html>"),
        "database": (200, b"<h1>Error establishing a database connection</h1>"),
        "zero": (200, b"0"),
        "nonce": (200, b"Nonce is invalid."),
        "empty": (200, b""),
        "refused": (403, b"<html>Forbidden</html>"),
    }[fault]
    return page[0], dict(GENERATOR_HEADERS), page[1]
