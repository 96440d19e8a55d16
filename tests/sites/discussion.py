"""Comments under an article: WordPress' own list in two themes, or wpDiscuz by the simulation beside this module."""

import html
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from .addresses import Addresses
from .clock import local
from .exchange import Request, Response
from .options import Options
from .store import Comment, Post, Store, comment_markup
from .wpdiscuz_sim import Settings, SimComment, SimPost, Site

_SIM_ZONE = timezone(timedelta(hours=2))


def author_name(comment: Comment) -> str:
    """The name shown."""
    return comment.author or "Anonymous"


class Threads:
    """A post's comments as a threaded list walks them."""

    def __init__(self, store: Store, post: Post) -> None:
        self.shown = store.reachable(post.id)
        self.below: dict[int, list[Comment]] = {}
        for one in self.shown:
            self.below.setdefault(one.parent, []).append(one)
        self.roots = self.below.get(0, [])

    def pages(self, options: Options) -> int:
        """How many comment pages there are."""
        return max(1, -(-len(self.roots) // options.comments_per_page)) if options.page_comments else 1

    def page(self, number: int, options: Options) -> list[Comment]:
        """The root threads of a comment page."""
        if not options.page_comments:
            return self.roots
        return self.roots[(number - 1) * options.comments_per_page : number * options.comments_per_page]

    def walk(self, roots: list[Comment], depth: int) -> Iterator[tuple[str, Comment | None, int]]:
        """("open", comment, level), ("down" | "up", None, level) and ("close", comment, level): past `depth` replies stay level."""
        todo: list[tuple[str, Comment | None, int]] = [("open", one, 1) for one in reversed(roots)]
        while todo:
            step = todo.pop()
            yield step
            kind, one, level = step
            if kind != "open" or one is None:
                continue
            children = self.below.get(one.id, [])
            if level >= depth:
                todo += [("open", child, level) for child in reversed(children)]
                yield "close", one, level
            elif children:
                todo += [("close", one, level), ("up", None, level)]
                todo += [("open", child, level + 1) for child in reversed(children)]
                yield "down", None, level
            else:
                yield "close", one, level


def native_section(post: Post, page: int | None, at: Addresses, *, block: bool) -> str:
    """The comment section of a theme that uses WordPress' own lists; empty where there is none to show or write."""
    store, options = at.store, at.options
    count = store.count(post.id)
    if not count and not post.comments_open:
        return ""
    threads = Threads(store, post)
    pages = threads.pages(options)
    page = page or pages
    render = _block_comment if block else _classic_comment
    out = []
    for kind, one, level in threads.walk(threads.page(page, options), options.thread_depth):
        if kind == "open" and one is not None:
            out.append(render(one, level, post, at))
        else:
            out.append({"down": '<ol class="children">\n', "up": "</ol>\n", "close": "</li>\n"}[kind])
    numbers = sorted({1, pages, page - 1, page, page + 1} & set(range(1, pages + 1))) if pages > 1 else []
    links = "\n".join(
        f'<span aria-current="page" class="page-numbers current">{number}</span>'
        if number == page
        else f'<a class="page-numbers" href="{at.comment_page(post, number)}">{number}</a>'
        for number in numbers
    )
    older = f'<a href="{at.comment_page(post, page - 1)}">Older comments</a>' if links and page > 1 else ""
    form = (
        '<div id="respond" class="comment-respond"><h3 id="reply-title" class="comment-reply-title">Leave a Reply</h3>'
        f'<form action="{at.home}/wp-comments-post.php" method="post" id="commentform" class="comment-form"><p class="comment-notes">Your email address will not be published.</p>'
        f"<p><textarea name=\"comment\"></textarea></p><input type='hidden' name='comment_post_ID' value='{post.id}' /></form></div>"
        if post.comments_open
        else '<p class="no-comments">Comments are closed.</p>'
    )
    title = post.title or "Untitled"
    if block:
        heading = f'<h3 id="comments" class="wp-block-comments-title">{count} responses to &#8220;{title}&#8221;</h3>'
        return (
            f'<div class="wp-block-comments"><h2>Comments</h2>{heading if count else ""}<ol class="wp-block-comment-template">{"".join(out)}</ol>'
            f'<div class="wp-block-comments-pagination">{older}<div class="wp-block-comments-pagination-numbers">{links}</div></div>{form}</div>'
        )
    heading = f'<h2 class="comments-title">{count} comments</h2>' if count else ""
    nav = (
        f'<nav class="navigation comments-pagination" aria-label="Comments"><div class="nav-links">{older}{links}</div></nav>'
        if links
        else ""
    )
    return f'<div id="comments" class="comments-area">{heading}<ol class="comment-list">\n{"".join(out)}</ol>{nav}{form}</div>'


def _name(one: Comment) -> str:
    name = html.escape(author_name(one), quote=False)
    if not one.author_url:
        return name
    return f'<a href="{html.escape(one.author_url)}" class="url" rel="ugc external nofollow">{name}</a>'


def _classes(one: Comment, level: int, at: Addresses) -> str:
    login = at.store.authors[one.user].login if one.user else ""
    kind = "comment" if one.type == "wpdiscuz_sticky" else one.type
    return f"{kind}{f' byuser comment-author-{login}' if login else ''} depth-{level}"


def _classic_comment(one: Comment, level: int, post: Post, at: Addresses) -> str:
    address = f"{at.post(post)}#comment-{one.id}"
    if one.type in {"pingback", "trackback"}:
        return f'<li id="comment-{one.id}" class="{one.type} depth-{level}"><div class="comment-body">{one.type.capitalize()}: {_name(one)}</div>'
    when = local(one.date)
    reply = (
        f"<div class=\"reply\"><a rel='nofollow' class='comment-reply-link' href='{at.post(post)}?replytocom={one.id}#respond' data-commentid=\"{one.id}\" data-postid=\"{post.id}\">Reply</a></div>"
        if post.comments_open
        else ""
    )
    return (
        f'<li id="comment-{one.id}" class="{_classes(one, level, at)}"><article id="div-comment-{one.id}" class="comment-body">'
        f"<footer class=\"comment-meta\"><div class=\"comment-author vcard\"><img alt='' src='https://secure.gravatar.com/avatar/0?s=60' class='avatar avatar-60 photo' height='60' width='60' />"
        f'<b class="fn">{_name(one)}</b> <span class="says">says:</span></div>'
        f'<div class="comment-metadata"><a href="{address}"><time datetime="{when.isoformat()}">{when:%B} {when.day}, {when.year} at {_clock(when)}</time></a></div></footer>'
        f'<div class="comment-content">{comment_markup(one.content)}</div>{reply}</article>'
    )


def _block_comment(one: Comment, level: int, post: Post, at: Addresses) -> str:
    when = local(one.date)
    return (
        f'<li id="comment-{one.id}" class="{_classes(one, level, at)}"><div class="wp-block-columns"><div class="wp-block-column">'
        f'<div class="wp-block-comment-author-name">{_name(one)}</div><div class="wp-block-comment-date"><time datetime="{when.isoformat()}">'
        f'<a href="{at.post(post)}#comment-{one.id}">{when:%B} {when.day}, {when.year}</a></time></div>'
        f'<div class="wp-block-comment-content">{comment_markup(one.content)}</div></div></div>'
    )


def _clock(when: datetime) -> str:
    return f"{when.hour % 12 or 12}:{when:%M} {'am' if when.hour < 12 else 'pm'}"


class _Posts(dict[int, SimPost]):
    """The store's posts as the simulation wants them, made when asked for."""

    def __init__(self, store: Store, at: Addresses) -> None:
        self.store, self.at = store, at

    def get(self, number: int, default: SimPost | None = None) -> SimPost | None:  # type: ignore[override]
        """The post of that number."""
        post = self.store.posts.get(number)
        return self.of(post) if post else default

    def of(self, post: Post) -> SimPost:
        """A post and its comments."""
        return SimPost(
            id=post.id,
            slug=self.at.post(post).removeprefix(self.at.home).strip("/"),
            title=post.title,
            status="publish" if post.listed else "private" if post.status == "private" else "draft",
            password=bool(post.password),
            comments_open=post.comments_open,
            published=post.date,
            comments=[self._comment(one) for one in self.store.approved(post.id)],
        )

    def _comment(self, one: Comment) -> SimComment:
        # The simulation knows one fixed offset; a wall clock of the right hour is handed to it as if that were in force.
        wall = local(one.date).replace(tzinfo=_SIM_ZONE, fold=0)
        return SimComment(
            id=one.id, parent=one.parent, author=author_name(one), author_url=one.author_url, user_id=one.user,
            login=self.store.authors[one.user].login if one.user else None, posted=wall, content=comment_markup(one.content).strip(),
            likes=one.likes, dislikes=one.dislikes, edited=one.edited is not None, kind=one.type, closed=one.closed,
            images=[self.at.home + path for path in one.images],
        )  # fmt: skip


class WpDiscuz:
    """The simulation over the store."""

    def __init__(self, at: Addresses) -> None:
        self.at = at
        settings = {"page_cache": at.options.page_cache, **at.options.wpdiscuz}
        self.sim = Site(at.home, Settings(**settings))
        self.posts = _Posts(at.store, at)
        self.sim.posts = self.posts

    def section(self, post: Post, page: int | None) -> str:
        """The comment section of an article's page; of a post with a password only the script."""
        sim = self.posts.of(post)
        if post.password:
            return self.sim.script(sim)
        text = self.sim.render_comments_section(sim, page)
        if post.comments_open:
            text = text.replace('<div id="wpd-threads"', _FORM + '<div id="wpd-threads"', 1)
        return text + _tail(at_count=self.at.store.count(post.id)) if text else ""

    def cookies(self, request: Request) -> dict[str, str]:
        """Headers that its pages send."""
        return {} if self.sim.settings.page_cache else self.sim.page_headers(request.cookies)

    def ajax(self, request: Request) -> Response:
        """admin-ajax.php, or the plugin's own endpoint."""
        if request.method != "POST":
            return Response(200, b"0")
        status, headers, body = self.sim.ajax(request.form, request.cookies)
        return _response(status, headers, body)

    def live_update(self, query: dict[str, str]) -> Response:
        """/wpdiscuz/v1/update."""
        return _response(*self.sim.rest("/wpdiscuz/v1/update", query))


_FORM = (
    '<div class="wpd-form-wrap"><div class="wpd-form-head"><div class="wpd-sbs-toggle"><i class=\'far fa-envelope\'></i> <span class="wpd-sbs-title">Subscribe</span></div></div>'
    '<div class="wpdiscuz-subscribe-bar"><form action="#" method="post"><label>Notify of</label><select><option>new follow-up comments</option><option>new replies to my comments</option></select></form></div>'
    '<form class="wpd_comm_form wpd_main_comm_form" method="post"><div class="wpd-avatar">guest</div><textarea placeholder="Join the discussion"></textarea><input type="submit" value="Post Comment" /></form></div>'
)
"""What a guest meets above the thread: furniture."""


def _response(status: int, headers: dict[str, str], body: bytes) -> Response:
    answer = Response(status, body, headers.pop("content-type", "text/html; charset=UTF-8"))
    for name, value in headers.items():
        answer.header(name.title(), value)
    return answer


def _tail(at_count: int) -> str:
    """The bubble and the inline form that wpDiscuz leaves in every page: furniture."""
    return (
        f"<div id='wpd-bubble-wrapper'><span id='wpd-bubble-all-comments-count' title='{at_count}'>{at_count}</span><div id='wpd-bubble-count'>0</div>"
        "<div id='wpd-bubble'><div id='wpd-bubble-add-message'>Would love your thoughts, please comment.<span id='wpd-bubble-add-message-close'><a href='#'>x</a></span></div></div></div>"
        "<div id='wpdiscuz-comment-message'></div><div id='wpd-inline-form-wrapper'>()<a href='#'>x</a></div>"
    )
