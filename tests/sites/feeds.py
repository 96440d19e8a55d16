"""Feeds: the site's, an archive's, the latest comments, a post's comments; RSS 2 and Atom, with conditional requests."""

import hashlib
import html
from collections.abc import Sequence
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime

from .addresses import Addresses
from .body import excerpt, rest_markup, title
from .clock import utc, wire
from .discussion import author_name
from .exchange import Request, Response
from .rest import hidden
from .store import Comment, Post, comment_markup

_RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:wfw="http://wellformedweb.org/CommentAPI/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
	xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel>
<title>{title}</title>
<link>{home}</link>
<description>{tagline}</description>
<lastBuildDate>{changed}</lastBuildDate>
<language>en-US</language>
<generator>https://wordpress.org/?v=6.1.9</generator>
{items}</channel>
</rss>
"""
_ATOM = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" xml:lang="en-US">
<title type="text">{title}</title>
<updated>{changed}</updated>
<link rel="alternate" type="text/html" href="{home}" />
<id>{home}/feed/atom/</id>
{items}</feed>
"""
_START = utc("2015-01-01 00:00:00")


class Feeds:
    """Answers feed addresses."""

    def __init__(self, at: Addresses) -> None:
        self.at = at

    def posts(self, request: Request, posts: Sequence[Post], page: int, kind: str) -> Response:
        """A feed of posts; past its end it is empty with status 404."""
        size, percent = self.at.options.feed_size, self.at.options.hidden_percent.get("feed", 0)
        shown = [one for one in posts if not hidden(one.id, "feed", percent)]
        if self.at.options.endless:
            page = min(page, max(1, -(-len(shown) // size)))
        chosen = shown[(page - 1) * size : page * size]
        changed = max((one.modified for one in shown), default=_START)
        entries = "".join(self._atom_post(one) if kind == "atom" else self._rss_post(one) for one in chosen)
        return self._feed(
            request, html.escape(self.at.options.title), entries, changed, kind, 200 if chosen or page == 1 else 404
        )

    def comments(self, request: Request, page: int) -> Response:
        """The last comments of the site; it has no second page."""
        public = {one.id for one in self.at.store.listed() if not one.password}
        found = [one for one in self.at.store.comments.values() if one.status == "approved" and one.post in public]
        found.sort(key=lambda one: (one.date, one.id), reverse=True)
        chosen = found[: self.at.options.feed_size] if page == 1 else []
        changed = found[0].date if found else _START
        entries = "".join(self._rss_comment(one, whose=True) for one in chosen)
        return self._feed(
            request,
            f"Comments for {html.escape(self.at.options.title)}",
            entries,
            changed,
            "",
            200 if page == 1 else 404,
        )

    def thread(self, request: Request, post: Post) -> Response:
        """The last comments of a post, whatever page is asked for."""
        name = title(post) or "Untitled"
        if post.password:
            return self._feed(request, f"Protected Comments: {name}", "", post.modified, "", 200)
        found = self.at.store.approved(post.id)
        entries = "".join(self._rss_comment(one, whose=False) for one in found[::-1][: self.at.options.feed_size])
        return self._feed(request, f"Comments on: {name}", entries, found[-1].date if found else post.modified, "", 200)

    def _feed(self, request: Request, name: str, entries: str, changed: datetime, kind: str, status: int) -> Response:
        options = self.at.options
        stamp = format_datetime(changed.astimezone(timezone.utc), usegmt=True)
        # WordPress tags its feeds by the time of the last change alone; here the content counts too, so that two edits in one second differ.
        tag = f'"{hashlib.md5(f"{stamp}{entries}".encode(), usedforsecurity=False).hexdigest()}"'
        headers = [("Last-Modified", stamp), ("ETag", tag), ("Link", f'<{self.at.rest()}>; rel="https://api.w.org/"')]
        if status == 200 and _unchanged(request, tag, changed):
            return Response(304, headers=headers)
        if kind == "atom":
            text = _ATOM.format(title=name, changed=wire(changed), home=self.at.home, items=entries)
            return Response(status, text.encode(), "application/atom+xml; charset=UTF-8", headers)
        text = _RSS.format(
            title=name,
            home=self.at.home,
            tagline=html.escape(options.tagline),
            changed=format_datetime(changed),
            items=entries,
        )
        return Response(status, text.encode(), "application/rss+xml; charset=UTF-8", headers)

    def _rss_post(self, one: Post) -> str:
        at, store = self.at, self.at.store
        terms = "".join(
            f"<category><![CDATA[{store.terms[number].name}]]></category>" for number in (*one.categories, *one.tags)
        )
        count = store.count(one.id)
        comments = (
            f"<comments>{html.escape(at.post(one))}#{'comments' if count else 'respond'}</comments>"
            if one.comments_open or count
            else ""
        )
        body = "<p>This content is password protected.</p>" if one.password else rest_markup(one, at)
        return (
            f"<item><title>{title(one)}</title><link>{html.escape(at.post(one))}</link>{comments}<dc:creator><![CDATA[{store.authors[one.author].name}]]></dc:creator>"
            f'<pubDate>{format_datetime(one.date)}</pubDate>{terms}<guid isPermaLink="false">{html.escape(at.short(one))}</guid>'
            f"<description><![CDATA[{excerpt(one)}]]></description><content:encoded><![CDATA[{body}]]></content:encoded>"
            f"<wfw:commentRss>{html.escape(at.post_feed(one))}</wfw:commentRss><slash:comments>{count}</slash:comments></item>\n"
        )

    def _atom_post(self, one: Post) -> str:
        at, store = self.at, self.at.store
        address = html.escape(at.post(one))
        body = "" if one.password else rest_markup(one, at)
        terms = "".join(
            f'<category scheme="{at.home}" term="{html.escape(store.terms[number].name)}" />'
            for number in (*one.categories, *one.tags)
        )
        return (
            f'<entry><author><name>{html.escape(store.authors[one.author].name)}</name></author><title type="html"><![CDATA[{title(one)}]]></title>'
            f'<link rel="alternate" type="text/html" href="{address}" /><id>{html.escape(at.short(one))}</id><updated>{wire(one.modified)}</updated><published>{wire(one.date)}</published>'
            f'{terms}<content type="html" xml:base="{address}"><![CDATA[{body}]]></content><thr:total>{store.count(one.id)}</thr:total></entry>\n'
        )

    def _rss_comment(self, one: Comment, *, whose: bool) -> str:
        at, store = self.at, self.at.store
        name = html.escape(author_name(one), quote=False)
        heading = f"Comment on {title(store.posts[one.post]) or 'Untitled'} by {name}" if whose else f"By: {name}"
        parent = store.comments.get(one.parent)
        reply = (
            f'<p>In reply to <a href="{at.comment(parent)}">{html.escape(author_name(parent), quote=False)}</a>.</p>\n'
            if parent
            else ""
        )
        return (
            f"<item><title>{heading}</title><link>{html.escape(at.comment(one))}</link><dc:creator><![CDATA[{author_name(one)}]]></dc:creator>"
            f'<pubDate>{format_datetime(one.date)}</pubDate><guid isPermaLink="false">{html.escape(at.comment(one))}</guid>'
            f"<content:encoded><![CDATA[{reply}{comment_markup(one.content)}]]></content:encoded></item>\n"
        )


def _unchanged(request: Request, tag: str, changed: datetime) -> bool:
    """As WordPress compares: where both headers are sent, both must agree."""
    asked, since = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    if asked is None and since is None:
        return False
    if asked is not None and asked.removeprefix("W/") != tag:
        return False
    if since is not None:
        try:
            return parsedate_to_datetime(since) >= changed.replace(microsecond=0)
        except ValueError:
            return False
    return True
