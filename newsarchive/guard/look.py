"""What can be told of a page at a glance, in bytes and in time that grows with the page at most linearly."""

import html
import re
from functools import cached_property
from urllib.parse import unquote, urlsplit

HEAD = 65_536
"""How much of a page's beginning is looked at, in bytes."""
TAIL = 4_096
LITTLE_TEXT = 2_500
"""A page with fewer bytes of visible text than this may be an interstitial."""
OWN_TEXT = 200
"""A page that marks no article and has fewer bytes of text beside its menus and links holds none."""
MANY_LINKS = 20
"""A page with more links than this is a page of a site."""

_TITLE = re.compile(rb"<title[^>]{0,200}>([^<]{0,400})", re.I)
_CLASS = re.compile(rb"""\bclass\s{0,3}=\s{0,3}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s>"']{1,400}))""", re.I)
_HREF = re.compile(rb"""\bhref\s{0,3}=\s{0,3}(?:"([^"]{0,2000})"|'([^']{0,2000})'|([^\s>"']{1,2000}))""", re.I)
_CONTENT = re.compile(rb"""\bcontent\s{0,3}=\s{0,3}["']([^"']{0,2000})""", re.I)
_POST_CLASS = re.compile(rb"(?:^|\s)postid-(\d{1,20})(?=\s|$)")
_OF_ONE_POST = re.compile(rb"(?:^|\s)(?:postid-\d|single(?:\s|$)|single-post)")
_OF_A_POST = re.compile(rb"(?:^|\s)(?:(?:postid|page-id|attachmentid)-\d|single(?:\s|$)|single-post)")
MARKED_POST = re.compile(rb"""<article\b[^>]{0,300}?\bid=["']?post-(\d{1,20})""", re.I)
"""An article with its id, as WordPress' own themes write it."""
_ANY_POST = re.compile(rb"""\bid=["']?post-(\d{1,20})""", re.I)
_SHORTLINK_ID = re.compile(r"[?&]p=(\d{1,20})(?:&|$)")
_REST_POST = re.compile(r"/wp/v2/posts/(\d{1,20})>")
_SHORT_HEADER = re.compile(r"[?&]p=(\d{1,20})>;\s?rel=[\"']?shortlink")
_TAG = re.compile(r"<[^<>]{0,300}>")
_WORD = re.compile(r"[^\W\d_]{3,}")
_OF_AN_ARTICLE = (b"<article", b"hentry", b"entry-content", b"post-content", b"articlebody", b"datepublished", b"article:published_time", b'og:type" content="article', b"og:type' content='article", b"comment_post_id", b'id="respond"', b'id="comments"', b"json+oembed", b"<time", b'id="post-', b'class="post', b"et_pb_post", b'elementor-type="single', b"youtube.com/embed", b"player.vimeo.com")  # fmt: skip
"""What every theme writes of at least one with an article on a page, lower case. 24 of 200 saved pages have no class of a post; two of
them have none of these."""
_SKIPPED = ((b"<script", b"</script"), (b"<style", b"</style"), (b"<svg", b"</svg"), (b"<!--", b"-->"), (b"<noscript", b"</noscript"))  # fmt: skip
_AROUND = (*_SKIPPED, *((b"<" + tag, b"</" + tag) for tag in (b"header", b"nav", b"footer", b"aside", b"form", b"button", b"select")), (b"<a ", b"</a"))  # fmt: skip
"""What stands around an article, and links, which are no text of a page's own."""


def visible_bytes(low: bytes, enough: int, skipped: tuple[tuple[bytes, bytes], ...] = _SKIPPED) -> int:
    """About how many bytes of text `low` (lower-cased HTML) shows, counted until there are `enough`.

    What is `skipped` (scripts, styles, comments) and tags are left out, runs of blanks count as one byte. One pass: what
    is opened and never closed ends it.
    """
    shown = at = 0
    while shown < enough:
        opened = low.find(b"<", at)
        piece = low[at : opened if opened >= 0 else len(low)]
        shown += len(b" ".join(piece.split()))
        if opened < 0:
            break
        for start, end in skipped:
            if low.startswith(start, opened):
                closed = low.find(end, opened + len(start))
                at = (
                    len(low) if closed < 0 else closed + len(end) * (end == b"-->")
                )  # a closing tag is skipped as a tag
                break
        else:
            closed = low.find(b">", opened)
            at = len(low) if closed < 0 else closed + 1
    return shown


class Look:
    """A page's body, with what is asked of it worked out once and only when asked."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    @cached_property
    def low(self) -> bytes:
        """Its beginning in lower case."""
        return self.body[:HEAD].lower()

    @cached_property
    def low_tail(self) -> bytes:
        """Its end in lower case."""
        return self.body[-TAIL:].lower()

    @cached_property
    def title(self) -> str:
        """Its title in lower case, blanks squashed; empty where there is none."""
        found = _TITLE.search(self.body, 0, HEAD)
        return " ".join(html.unescape(found.group(1).decode("utf-8", "replace")).lower().split()) if found else ""

    @cached_property
    def body_at(self) -> int:
        """Where ``<body`` stands; 0 where it is not found."""
        for tag in (b"<body", b"<BODY"):
            at = self.body.find(tag)
            if at >= 0:
                return at
        return 0

    @cached_property
    def body_classes(self) -> bytes:
        """The classes of the body element; empty where it has none."""
        at = self.body_at
        end = self.body.find(b">", at, at + 6_000) if at else -1
        found = _CLASS.search(self.body, at, end) if end > 0 else None
        return next(filter(None, found.groups()), b"") if found else b""

    @cached_property
    def post_id(self) -> str | None:
        """The post that the page says it shows: by its body's classes or its shortlink."""
        found = _POST_CLASS.search(self.body_classes)
        if found:
            return found.group(1).decode()
        short = _SHORTLINK_ID.search(self._link(b"shortlink"))
        return short.group(1) if short else None

    @cached_property
    def canonical(self) -> str:
        """The address the page calls its own; empty where it does not say."""
        return self._link(b"canonical") or self._og_url()

    def _og_url(self) -> str:
        at = self.body.find(b'property="og:url"')
        start, end = (
            (self.body.rfind(b"<", max(0, at - 3_000), at), self.body.find(b">", at, at + 3_000))
            if at >= 0
            else (-1, -1)
        )
        found = _CONTENT.search(self.body, start, end) if start >= 0 and end >= 0 else None
        return html.unescape(found.group(1).decode("utf-8", "replace")) if found else ""

    @cached_property
    def headlines(self) -> list[str]:
        """Its first headlines (``h1``; ``h2`` where there is none), lower case, at most three."""
        low = self.body[self.body_at : self.body_at + 4 * HEAD].lower()
        for tag in (b"h1", b"h2"):
            found: list[str] = []
            at = 0
            for _ in range(20):  # a page with more of them has no headline
                at = low.find(b"<" + tag, at)
                opened = low.find(b">", at, at + 500) if at >= 0 else -1
                if at < 0 or len(found) == 3:
                    break
                closed = low.find(b"</" + tag, opened, opened + 600) if opened >= 0 else -1
                if closed >= 0:
                    words = html.unescape(_TAG.sub(" ", low[opened + 1 : closed].decode("utf-8", "replace")))
                    found.append(" ".join(words.lower().split()))
                at = max(at + 3, closed)
            if found:
                return found
        return []

    def _link(self, rel: bytes) -> str:
        for quoted in (b'rel="' + rel + b'"', b"rel='" + rel + b"'", b"rel=" + rel):
            at = self.body.find(quoted)
            if at < 0:
                continue
            start, end = self.body.rfind(b"<", max(0, at - 3_000), at), self.body.find(b">", at, at + 3_000)
            found = _HREF.search(self.body, start, end) if start >= 0 and end >= 0 else None
            if found:
                return html.unescape(next(filter(None, found.groups()), b"").decode("utf-8", "replace"))
        return ""

    @cached_property
    def is_post(self) -> bool:
        """Whether WordPress marked it as the page of one post, page or attachment."""
        return bool(_OF_A_POST.search(self.body_classes))

    @cached_property
    def is_single(self) -> bool:
        """Whether WordPress marked it as the page of one post, not a static page nor an attachment."""
        return bool(_OF_ONE_POST.search(self.body_classes))

    def is_dated(self) -> bool:
        """Whether its head says when what it shows was published, as only an article's does."""
        return b"article:published_time" in self.low or b'"datepublished"' in self.low

    def tells_of(self, slug: str) -> bool:
        """Whether its title or a headline has at least half of the words of `slug`; False where the slug has none."""
        wanted = set(_WORD.findall(slug))
        shown = set(_WORD.findall(" ".join((self.title, *self.headlines))))
        return bool(wanted) and 2 * len(wanted & shown) >= len(wanted)

    @cached_property
    def has_an_article(self) -> bool:
        """Whether anything in it is marked as an article, or it has some text of its own beside menus, lists and links."""
        low = self.body.lower()
        return any(mark in low for mark in _OF_AN_ARTICLE) or self.has_own_text(self.body_at + 8 * HEAD)

    def has_own_text(self, end: int) -> bool:
        """Whether it has some text of its own beside menus, lists and links before `end`."""
        return visible_bytes(self.body[self.body_at : end].lower(), OWN_TEXT, _AROUND) >= OWN_TEXT

    @cached_property
    def headed_post(self) -> str:
        """The post in whose article the page's only ``h1`` stands, by its id; empty where there is none such."""
        low = self.body[self.body_at : self.body_at + 4 * HEAD].lower()
        headline, post = low.find(b"<h1"), MARKED_POST.search(low)
        if post is None or headline < post.end() or low.find(b"<h1", headline + 3) >= 0:
            return ""
        return post[1].decode() if low.find(b"<article", post.end(), headline) < 0 else ""

    def marks_alone(self, post_id: str) -> bool:
        """Whether the post's is the only element that is marked as a post's (``<div id="post-7">``)."""
        return set(_ANY_POST.findall(self.body, self.body_at, self.body_at + 4 * HEAD)) == {post_id.encode()}

    @cached_property
    def links(self) -> int:
        """About how many links there are near the beginning of its body."""
        return self.body.count(b"<a ", self.body_at, self.body_at + 49_152)

    @cached_property
    def shows_little(self) -> bool:
        """Whether it shows so little text that it may be an interstitial."""
        return visible_bytes(self.body[self.body_at : self.body_at + 4 * HEAD].lower(), LITTLE_TEXT) < LITTLE_TEXT


def link_header_post_id(header: str) -> str | None:
    """The post id that WordPress' ``Link`` headers give (``…/wp/v2/posts/7>; rel="alternate"``, ``…?p=7>; rel=shortlink``)."""
    found = _REST_POST.search(header[:4_000]) or _SHORT_HEADER.search(header[:4_000])
    return found.group(1) if found else None


def host_of(url: str) -> str:
    """The host of `url` in lower case without ``www.``; empty where it has none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.").rstrip(".")


def path_of(url: str) -> str:
    """The path of `url`, decoded, in lower case, without a slash at its end."""
    try:
        return unquote(urlsplit(url.strip()).path).lower().rstrip("/ ")
    except ValueError:
        return ""


_NO_SLUG = re.compile(r"^(?:\d+|amp|feed|embed|comment-page-\d+|page|index\.(?:php|html?))$")


def slug_of(url: str) -> str:
    """The last part of `url`'s path that names something: page numbers, ``amp`` and dates are passed over; empty where none does."""
    for part in reversed(path_of(url).split("/")):
        if part and not _NO_SLUG.match(part):
            return part.removesuffix(".html").removesuffix(".htm").removesuffix(".php")
    return ""
