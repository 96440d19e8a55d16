"""Sitemaps: WordPress' own, or an SEO plugin's with the times of change, or packed ones."""

import gzip
from xml.sax.saxutils import escape

from .addresses import Addresses
from .exchange import Response, redirect
from .rest import hidden
from .store import Post

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
YOAST_SIZE = 1000


class Sitemaps:
    """Answers the addresses of sitemaps; None where there is none at that address."""

    def __init__(self, at: Addresses) -> None:
        self.at = at

    def address(self) -> str:
        """The index as robots.txt names it; empty without sitemaps."""
        names = {"core": "wp-sitemap.xml", "yoast": "sitemap_index.xml", "gz": "sitemap.xml.gz", "none": ""}
        name = names[self.at.options.sitemap]
        if self.at.plain and name == "wp-sitemap.xml":
            return f"{self.at.home}/?sitemap=index"
        return f"{self.at.home}/{name}" if name else ""

    def answer(self, name: str) -> Response | None:
        """The answer for a file name at the site's root."""
        kind = self.at.options.sitemap
        if kind == "none":
            return None
        if kind == "core":
            return self._core(name)
        if kind == "yoast":
            return self._yoast(name)
        return self._packed(name)

    def _posts(self, type: str = "post") -> list[Post]:
        percent = self.at.options.hidden_percent.get("sitemap", 0)
        return [
            one
            for one in reversed(self.at.store.listed(type))
            if not one.password and not hidden(one.id, "sitemap", percent)
        ]

    def _core(self, name: str) -> Response | None:
        size = self.at.options.sitemap_size
        if name == "sitemap.xml":
            return redirect(self.address(), 302)
        posts = self._posts()
        count = max(1, -(-len(posts) // size))
        if name == "wp-sitemap.xml":
            parts = [f"wp-sitemap-posts-post-{number}.xml" for number in range(1, count + 1)]
            parts += [f"wp-sitemap-posts-{one}-1.xml" for one in self.at.store.own_types()]
            parts += [
                "wp-sitemap-posts-page-1.xml",
                "wp-sitemap-taxonomies-category-1.xml",
                "wp-sitemap-taxonomies-post_tag-1.xml",
                "wp-sitemap-users-1.xml",
            ]
            return _index([(f"{self.at.home}/{part}", None) for part in parts])
        if name.startswith("wp-sitemap-posts-post-"):
            number = name.removeprefix("wp-sitemap-posts-post-").removesuffix(".xml")
            if not number.isdigit() or not 1 <= int(number) <= count:
                return None
            return _urls([(self.at.post(one), None) for one in posts[(int(number) - 1) * size : int(number) * size]])
        for one in self.at.store.own_types():
            if name == f"wp-sitemap-posts-{one}-1.xml":
                return _urls([(self.at.post(post), None) for post in self._posts(one)])
        if name == "wp-sitemap-posts-page-1.xml":
            return _urls([(f"{self.at.home}/", None), (f"{self.at.home}/donate/", None)])
        if name == "wp-sitemap-users-1.xml":
            return _urls([(self.at.author(one), None) for one in self.at.store.authors.values()])
        for taxonomy in ("category", "post_tag"):
            if name == f"wp-sitemap-taxonomies-{taxonomy}-1.xml":
                return _urls(
                    [(self.at.term(one), None) for one in self.at.store.terms.values() if one.taxonomy == taxonomy]
                )
        return None

    def _yoast(self, name: str) -> Response | None:
        if name in {"wp-sitemap.xml", "sitemap.xml"}:
            return redirect(self.address())
        posts = self._posts()
        cuts = [posts[start : start + YOAST_SIZE] for start in range(0, max(len(posts), 1), YOAST_SIZE)]
        names = ["post-sitemap.xml"] + [f"post-sitemap{number}.xml" for number in range(2, len(cuts) + 1)]
        if name == "sitemap_index.xml":
            parts: list[tuple[str, str | None]] = []
            for one, cut in zip(names, cuts, strict=True):
                when = max((post.modified for post in cut), default=None)
                parts.append((f"{self.at.home}/{one}", f"{when:%Y-%m-%dT%H:%M:%S}+00:00" if when else None))
            parts += [(f"{self.at.home}/{one}-sitemap.xml", None) for one in self.at.store.own_types()]
            return _index([*parts, (f"{self.at.home}/category-sitemap.xml", None)])
        if name == "category-sitemap.xml":
            return _urls(
                [(self.at.term(one), None) for one in self.at.store.terms.values() if one.taxonomy == "category"]
            )
        for one in self.at.store.own_types():
            if name == f"{one}-sitemap.xml":
                return _urls([(self.at.post(post), None) for post in self._posts(one)])
        if name in names:
            return _urls(
                [(self.at.post(one), f"{one.modified:%Y-%m-%dT%H:%M:%S}+00:00") for one in cuts[names.index(name)]]
            )
        return None

    def _packed(self, name: str) -> Response | None:
        if name == "sitemap.xml.gz":
            answer = _index([(f"{self.at.home}/sitemap-posts.xml.gz", None)])
        elif name == "sitemap-posts.xml.gz":
            answer = _urls([(self.at.post(one), f"{one.modified:%Y-%m-%dT%H:%M:%S}+00:00") for one in self._posts()])
        else:
            return None
        answer.body = gzip.compress(answer.body, mtime=0)
        answer.content_type = "application/x-gzip"
        return answer


def _lines(tag: str, rows: list[tuple[str, str | None]]) -> str:
    return "".join(
        f"<{tag}><loc>{escape(address)}</loc>" + (f"<lastmod>{when}</lastmod>" if when else "") + f"</{tag}>\n"
        for address, when in rows
    )


def _index(rows: list[tuple[str, str | None]]) -> Response:
    text = f"{_HEAD}<sitemapindex {_NS}>{_lines('sitemap', rows)}</sitemapindex>\n"
    return Response(200, text.encode(), "application/xml; charset=UTF-8")


def _urls(rows: list[tuple[str, str | None]]) -> Response:
    text = f"{_HEAD}<urlset {_NS}>{_lines('url', rows)}</urlset>\n"
    return Response(200, text.encode(), "application/xml; charset=UTF-8")
