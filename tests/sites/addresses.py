"""The site's addresses: pretty ones, and the plain ones of a site without rewriting."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from .clock import local
from .options import Options
from .store import Author, Comment, Post, Store, Term, rest_base


@dataclass(slots=True)
class Addresses:
    """Builds every address of the site at `root` (scheme, host and port, no slash at the end)."""

    root: str
    options: Options
    store: Store

    @property
    def plain(self) -> bool:
        """Whether addresses are in their plain form."""
        return self.options.rest == "plain-permalinks"

    @property
    def home(self) -> str:
        """The site's address without slash at the end, base path included."""
        return self.root + self.options.base_path

    def _plain(self, **fields: object) -> str:
        return f"{self.home}/?{urlencode(fields)}"

    def post(self, post: Post) -> str:
        """An article's address."""
        if self.plain:
            return self._plain(p=post.id)
        day = f"/{local(post.date):%Y/%m/%d}" if self.options.day_permalinks else ""
        slug = post.slug if post.slug.replace("-", "").isalnum() and post.slug.isascii() else quote(post.slug).lower()
        return f"{self.home}{day}/{slug}/"

    def short(self, post: Post) -> str:
        """``/?p=ID``."""
        return self._plain(p=post.id)

    def _below(self, post: Post, pretty: str, **plain: object) -> str:
        return self._plain(p=post.id, **plain) if self.plain else f"{self.post(post)}{pretty}"

    def post_page(self, post: Post, page: int) -> str:
        """A further page of a paged post."""
        return self.post(post) if page == 1 else self._below(post, f"{page}/", page=page)

    def comment_page(self, post: Post, page: int) -> str:
        """A page of its comments."""
        return self._below(post, f"comment-page-{page}/", cpage=page) + "#comments"

    def comment(self, comment: Comment) -> str:
        """A comment's own address, as REST gives it."""
        return f"{self.post(self.store.posts[comment.post])}#comment-{comment.id}"

    def post_feed(self, post: Post, kind: str = "") -> str:
        """The feed of its comments."""
        return self._below(post, f"feed/{kind and kind + '/'}", feed=kind or "rss2")

    def feed(self, kind: str = "") -> str:
        """The site's feed."""
        return self._plain(feed=kind or "rss2") if self.plain else f"{self.home}/feed/{kind and kind + '/'}"

    def comments_feed(self) -> str:
        """The feed of the latest comments."""
        return self._plain(feed="comments-rss2") if self.plain else f"{self.home}/comments/feed/"

    def term(self, term: Term) -> str:
        """A category's or tag's archive."""
        category = term.taxonomy == "category"
        if self.plain:
            return self._plain(cat=term.id) if category else self._plain(tag=term.slug)
        return f"{self.home}/{'category' if category else 'tag'}/{quote(term.slug)}/"

    def author(self, author: Author) -> str:
        """An author's archive."""
        return self._plain(author=author.id) if self.plain else f"{self.home}/author/{quote(author.login)}/"

    def month(self, year: int, month: int) -> str:
        """A month's archive."""
        return self._plain(m=f"{year}{month:02}") if self.plain else f"{self.home}/{year}/{month:02}/"

    def page_of(self, archive: str, page: int) -> str:
        """A further page of an archive."""
        if page == 1:
            return archive
        if self.plain:
            return archive + ("&" if "?" in archive else "?") + f"paged={page}"
        return f"{archive}page/{page}/"

    def rest(self, path: str = "/", query: str = "") -> str:
        """A REST address; `path` begins with a slash."""
        if self.plain:
            return f"{self.home}/index.php?rest_route={quote(path)}" + (f"&{query}" if query else "")
        return f"{self.home}/wp-json{path}" + (f"?{query}" if query else "")

    def rest_post(self, post: Post) -> str:
        """A post's REST address."""
        return self.rest(f"/wp/v2/{rest_base(post.type)}/{post.id}")

    def fill(self, markup: str, post: Post) -> str:
        """`markup` with the site's address (and the post's id) put in."""
        return markup.replace("{site}", self.home).replace("{post}", str(post.id)) if "{" in markup else markup
