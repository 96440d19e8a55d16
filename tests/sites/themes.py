"""Pages in three themes: a classic one, one of blocks, and one with class names of its own and a lot of furniture."""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .addresses import Addresses
from .body import excerpt, page_markup, pages, title
from .clock import local
from .discussion import WpDiscuz, native_section
from .noise import Noise
from .store import Post

FURNITURE = (
    "0 $", "2,500 $", "5,000 $", "700 $", "Drones over the valley", "Total Seen", "1,204", "All Time", "This Week", "31",
    "Last 7 Days", "CLICK FOR FULL REPORT", "Support SouthFront", "Would love your thoughts, please comment.", "View all comments", "Inline Feedbacks",
)  # fmt: skip
"""What the pages hold around an article and no article's text may hold."""


@dataclass(slots=True)
class Page:
    """A page before its theme is put around it."""

    main: str
    heading: str
    canonical: str = ""
    post: Post | None = None
    body_class: str = ""
    head: str = ""


class Themes:
    """Renders pages in the theme that the options name."""

    def __init__(self, at: Addresses, wpdiscuz: WpDiscuz, noise: Noise) -> None:
        self.at, self.store, self.options = at, at.store, at.options
        self.wpdiscuz, self._noise = wpdiscuz, noise

    # Articles

    def article(self, post: Post, page: int = 1, comment_page: int | None = None) -> str:
        """An article's page (or a further page of it, or of its comments)."""
        body = self._noise.spelling(page_markup(post, page, self.at))
        comments = self._comments(post, comment_page)
        name = title(post)
        author, when = self.store.authors[post.author], local(post.date)
        build = {"classic": self._classic, "block": self._block, "southfront": self._southfront}[self.options.theme]
        if page > 1 and len(pages(post)) >= page:
            canonical = self.at.post_page(post, page)
        else:
            canonical = self.at.comment_page(post, comment_page) if comment_page else self.at.post(post)
        main = build(post, name, author.name, self.at.author(author), when, body, comments)
        return self._frame(
            Page(
                main,
                name or "Untitled",
                canonical,
                post,
                f"post-template-default single single-{post.type} postid-{post.id} single-format-standard",
                self._article_head(post),
            )
        )

    def _comments(self, post: Post, comment_page: int | None) -> str:
        if self.options.comments == "wpdiscuz":
            return self.wpdiscuz.section(post, comment_page)
        return "" if post.password else native_section(post, comment_page, self.at, block=self.options.theme == "block")

    def _terms(self, post: Post, taxonomy: str) -> list[str]:
        numbers = post.categories if taxonomy == "category" else post.tags
        rel = "category tag" if taxonomy == "category" else "tag"
        terms = [
            self.store.terms[number] for number in (self._noise.order(numbers) if taxonomy == "post_tag" else numbers)
        ]
        return [
            f'<a href="{html.escape(self.at.term(one))}" rel="{rel}">{html.escape(one.name, quote=False)}</a>'
            for one in terms
        ]

    def _thumbnail(self, post: Post) -> str:
        if not post.featured:
            return ""
        medium = self.store.media[post.featured]
        full = self.at.home + medium.path
        large = full.replace(".jpg", "-1024x576.jpg")
        return (
            f'<img width="1024" height="576" src="{large}" class="attachment-post-thumbnail size-post-thumbnail wp-post-image" alt="{html.escape(medium.alt)}" '
            f'srcset="{large} 1024w, {full} 1600w" sizes="(max-width: 1024px) 100vw, 1024px" />'
        )

    def _classic(
        self, post: Post, name: str, author: str, author_url: str, when: datetime, body: str, comments: str
    ) -> str:
        subtitle = f'<p class="entry-subtitle">{post.subtitle}</p>' if post.subtitle else ""
        thumbnail = self._thumbnail(post)
        cats, tags = ", ".join(self._terms(post, "category")), ", ".join(self._terms(post, "post_tag"))
        slugs = " ".join(
            [f"category-{self.store.terms[one].slug}" for one in post.categories]
            + [f"tag-{self.store.terms[one].slug}" for one in post.tags]
        )
        modified = local(post.modified)
        updated = (
            f'<time class="updated" datetime="{modified.isoformat()}">{_day(modified)}</time>'
            if post.modified != post.date
            else ""
        )
        near = "".join(
            f'<div class="nav-{side}"><a href="{self.at.post(one)}" rel="{rel}">{one.title}</a></div>'
            for side, rel, one in self._neighbours(post)
        )
        return (
            f'<article id="post-{post.id}" class="post-{post.id} post type-post status-publish format-standard hentry {slugs}">'
            f'<header class="entry-header"><h1 class="entry-title">{name or "Untitled"}</h1>{subtitle}{f"<figure class=post-thumbnail>{thumbnail}</figure>" if thumbnail else ""}</header>\n'
            f'<div class="entry-content">\n{body}</div><!-- .entry-content -->\n'
            f'<footer class="entry-footer"><span class="posted-on">Published <time class="entry-date published{"" if updated else " updated"}" datetime="{when.isoformat()}">{_day(when)}</time>{updated}</span>'
            f'<span class="byline">By <span class="author vcard"><a class="url fn n" href="{author_url}" rel="author">{author}</a></span></span>'
            f'<span class="cat-links">Categorized as {cats}</span>{f"<span class=tags-links>Tagged {tags}</span>" if tags else ""}</footer></article>\n'
            f'{comments}<nav class="navigation post-navigation">{near}</nav>'
        )

    def _block(
        self, post: Post, name: str, author: str, author_url: str, when: datetime, body: str, comments: str
    ) -> str:
        thumbnail = self._thumbnail(post)
        tags = '<span class="wp-block-post-terms__separator">, </span>'.join(self._terms(post, "post_tag"))
        cats = '<span class="wp-block-post-terms__separator">, </span>'.join(self._terms(post, "category"))
        subtitle = f'<p class="wp-block-post-excerpt__excerpt">{post.subtitle}</p>' if post.subtitle else ""
        return (
            f'<div class="wp-block-group">{f"<figure class=wp-block-post-featured-image>{thumbnail}</figure>" if thumbnail else ""}<h1 class="wp-block-post-title">{name}</h1>{subtitle}</div>'
            f'<div class="has-global-padding is-layout-constrained entry-content wp-block-post-content">{body}</div>'
            f'<div class="wp-block-template-part"><div class="wp-block-group"><p>Posted</p><div class="wp-block-post-date"><time datetime="{when.isoformat()}"><a href="{self.at.post(post)}">{_day(when)}</a></time></div>'
            f'<p>in</p><div class="taxonomy-category wp-block-post-terms">{cats}</div><p>by</p><div class="wp-block-post-author"><div class="wp-block-post-author__content"><p class="wp-block-post-author__name">{author}</p></div></div></div>'
            f'<div class="wp-block-group"><p>Tags:</p><div class="taxonomy-post_tag wp-block-post-terms">{tags}</div></div></div>'
            f'<section class="wp-block-template-part">{comments}</section>'
        )

    def _southfront(
        self, post: Post, name: str, author: str, author_url: str, when: datetime, body: str, comments: str
    ) -> str:
        salt, shares, views = self._noise.token("k1"), self._noise.counter(118), self._noise.counter(20417)
        thumbnail = self._thumbnail(post)
        cats, tags = " / ".join(self._terms(post, "category")), " ".join(self._terms(post, "post_tag"))
        return (
            f'<div class="sfx-story {salt}"><div class="sfx-crumbs"><a href="{self.at.home}/">Home</a> &raquo; {cats}</div>\n'
            f'<h1 class="sfx-hl">{name}</h1>{f"<h2 class=sfx-deck>{post.subtitle}</h2>" if post.subtitle else ""}\n'
            f'<div class="sfx-by"><span>{when:%d.%m.%Y}</span> <a href="{author_url}">{author}</a> <span class="sfx-views">{views:,} views</span></div>\n'
            f"{f'<div class=sfx-lead-image>{thumbnail}</div>' if thumbnail else ''}"
            f'<div class="sfx-txt">\n<div class="sfx-give"><a href="{self.at.home}/donate/"><strong>Support SouthFront</strong></a></div>\n{body}</div>\n'
            f'<div class="sfx-give"><a href="{self.at.home}/donate/">Support SouthFront</a></div>'
            f'<div class="sfx-share"><span>{shares}</span> Shares <a href="https://twitter.com/intent/tweet?url={html.escape(self.at.post(post))}">Tweet</a></div>'
            f'<div class="sfx-org"><a href="{self.at.home}/">SouthFront</a></div><div class="sfx-tags">{tags}</div></div>\n{comments}'
        )

    def _neighbours(self, post: Post) -> list[tuple[str, str, Post]]:
        listed = self.store.listed()
        where: dict[int, int] = self.store.cached("places", lambda: {one.id: place for place, one in enumerate(listed)})  # type: ignore[assignment]
        place = where.get(post.id)
        if place is None:
            return []
        found = []
        if place + 1 < len(listed):
            found.append(("previous", "prev", listed[place + 1]))
        if place:
            found.append(("next", "next", listed[place - 1]))
        return found

    def _article_head(self, post: Post) -> str:
        at = self.at
        address = html.escape(at.post(post))
        head = (
            f'<link rel="alternate" type="application/json" href="{html.escape(at.rest_post(post))}" />\n'
            if self.options.rest == "on"
            else ""
        ) + f"<link rel='shortlink' href='{html.escape(at.short(post))}' />\n"
        if self.options.feeds and (post.comments_open or self.store.count(post.id)):
            head += f'<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="{html.escape(at.post_feed(post))}" />\n'
        if self.options.seo or self.options.theme == "southfront":
            author = self.store.authors[post.author].name
            published, modified = f"{post.date:%Y-%m-%dT%H:%M:%S}+00:00", f"{post.modified:%Y-%m-%dT%H:%M:%S}+00:00"
            summary = html.escape(post.excerpt) if post.excerpt else ""
            head += (
                f'<meta property="og:type" content="article" />\n<meta property="og:title" content="{post.title} - {self.options.title}" />\n<meta property="og:url" content="{address}" />\n'
                + (
                    f'<meta name="description" content="{summary}" />\n<meta property="og:description" content="{summary}" />\n'
                    if summary
                    else ""
                )
                + f'<meta property="article:published_time" content="{published}" />\n<meta property="article:modified_time" content="{modified}" />\n'
            )
            if self.options.seo:
                graph = {"@context": "https://schema.org", "@graph": [
                    {"@type": "NewsArticle", "headline": html.unescape(post.title), "datePublished": published, "dateModified": modified, "inLanguage": post.language or "en-US",
                     "author": {"@type": "Person", "name": author}, "mainEntityOfPage": at.post(post), "commentCount": self.store.count(post.id)},
                    {"@type": "WebSite", "name": self.options.title, "url": at.home + "/"}]}  # fmt: skip
                head += f'<meta name="author" content="{author}" />\n<script type="application/ld+json" class="yoast-schema-graph">{json.dumps(graph, ensure_ascii=False)}</script>\n'
        return head

    # Lists

    def archive(self, heading: str, posts: Sequence[Post], page: int, address: str) -> str:
        """A page of an archive: the home page's list, a month's, a category's."""
        size = self.options.posts_per_page
        shown = list(posts[(page - 1) * size : page * size])
        if not heading and page == 1:
            # As in WordPress: on the front page pinned posts go first, and come again where they belong only if that is page 1.
            pinned = [one for one in self.store.listed() if one.sticky]
            shown = pinned + [one for one in shown if not one.sticky]
        last = max(1, -(-len(posts) // size))
        entries = "\n".join(self._entry(one) for one in shown)
        numbers = sorted({1, page - 1, page, page + 1, last} & set(range(1, last + 1)))
        links = " ".join(
            f'<span aria-current="page" class="page-numbers current">{number}</span>'
            if number == page
            else f'<a class="page-numbers" href="{html.escape(self.at.page_of(address, number))}">{number}</a>'
            for number in numbers
        )
        if page < last:
            links += f' <a class="next page-numbers" href="{html.escape(self.at.page_of(address, page + 1))}">Older posts</a>'
        main = f'<h1 class="page-title">{heading}</h1>{entries}<nav class="navigation pagination"><div class="nav-links">{links}</div></nav>'
        return self._frame(
            Page(main, heading, self.at.page_of(address, page), None, "archive" if heading else "home blog")
        )

    def _entry(self, one: Post) -> str:
        address, name, when = self.at.post(one), title(one) or "Untitled", local(one.date)
        if self.options.theme == "southfront":
            return f'<div class="sfx-card"><a href="{address}"><b>{name}</b></a><i>{when:%d.%m.%Y}</i><p>{excerpt(one)}</p></div>'
        if self.options.theme == "block":
            return f'<li class="wp-block-post post-{one.id}"><h2 class="wp-block-post-title"><a href="{address}">{name}</a></h2><div class="wp-block-post-excerpt"><p>{excerpt(one)}</p></div><div class="wp-block-post-date"><time datetime="{when.isoformat()}">{_day(when)}</time></div></li>'
        return (
            f'<article id="post-{one.id}" class="post-{one.id} post type-post status-publish hentry"><header class="entry-header"><h2 class="entry-title"><a href="{address}" rel="bookmark">{name}</a></h2></header>'
            f'<div class="entry-content"><p>{excerpt(one)} <a class="more-link" href="{address}">Continue reading</a></p></div><time class="entry-date published" datetime="{when.isoformat()}">{_day(when)}</time></article>'
        )

    def message(self, heading: str, words: str, body_class: str) -> str:
        """A page with nothing but a message: not found, a search without result, the donation page."""
        return self._frame(Page(f'<h1 class="page-title">{heading}</h1><p>{words}</p>', heading, "", None, body_class))

    # The frame

    def _frame(self, page: Page) -> str:
        at, options = self.at, self.options
        language = page.post.language if page.post and page.post.language else "en-US"
        feeds = (
            f'<link rel="alternate" type="application/rss+xml" title="{html.escape(options.title)} &raquo; Feed" href="{html.escape(at.feed())}" />\n'
            f'<link rel="alternate" type="application/rss+xml" title="{html.escape(options.title)} &raquo; Comments Feed" href="{html.escape(at.comments_feed())}" />\n'
            if options.feeds
            else ""
        )
        # A site that switches REST off mostly drops its link, too; the plugin answering 401 leaves it.
        rest = (
            f'<link rel="https://api.w.org/" href="{html.escape(at.rest())}" />\n' if options.rest != "off-404" else ""
        )
        canonical = f'<link rel="canonical" href="{html.escape(page.canonical)}" />\n' if page.canonical else ""
        body_class = page.body_class if options.theme != "southfront" else "sfx"
        direction = ' dir="rtl"' if language[:2] in {"ar", "fa", "he", "ur"} else ""
        head = (
            f'<!DOCTYPE html>\n<html lang="{language}"{direction}>\n<head>\n<meta charset="UTF-8" />\n<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
            f"<title>{page.heading} &#8211; {html.escape(options.title)}</title>\n{feeds}{rest}{canonical}{page.head}"
            + ('<meta name="generator" content="WordPress 6.1.9" />\n' if options.theme != "southfront" else "")
            + f"<style>body{{margin:0}}</style>\n<script src='{at.home}/wp-includes/js/jquery/jquery.min.js?ver=3.6.1'></script>\n</head>\n"
        )
        wrap = {"classic": self._classic_frame, "block": self._block_frame, "southfront": self._southfront_frame}[
            options.theme
        ]
        foot = f"<script>var ajaxNonce = '{self._noise.token('5e')}';</script>\n<!-- {self._noise.counter(38)} queries -->\n"
        return f'{head}<body class="{body_class}">\n{wrap(page.main)}\n{foot}</body>\n</html>\n'

    def _recent(self) -> str:
        return "".join(
            f'<li><a href="{html.escape(self.at.post(one))}">{one.title or "Untitled"}</a> <small>{self._noise.ago("7 years ago")}</small></li>'
            for one in self.store.listed()[:4]
        )

    def _classic_frame(self, main: str) -> str:
        home, name = self.at.home, html.escape(self.options.title)
        cats = "".join(
            f'<li class="cat-item"><a href="{html.escape(self.at.term(one))}">{html.escape(one.name)}</a></li>'
            for one in self.store.terms.values()
            if one.taxonomy == "category"
        )
        return (
            f'<div id="page" class="site"><a class="skip-link screen-reader-text" href="#content">Skip to content</a><header id="masthead" class="site-header"><p class="site-title"><a href="{home}/">{name}</a></p>'
            f'<p class="site-description">{html.escape(self.options.tagline)}</p></header><div id="content" class="site-content"><div id="primary" class="content-area"><main id="main" class="site-main">\n{main}\n</main></div></div>'
            f'<aside class="widget-area"><section class="widget widget_recent_entries"><h2>Recent Posts</h2><ul>{self._recent()}</ul></section><section class="widget widget_categories"><h2>Categories</h2><ul>{cats}</ul></section></aside>'
            f'<footer id="colophon" class="site-footer"><div class="site-info">Proudly powered by WordPress</div></footer></div>'
        )

    def _block_frame(self, main: str) -> str:
        home, name = self.at.home, html.escape(self.options.title)
        return (
            f'<div class="wp-site-blocks"><header class="wp-block-template-part"><p class="wp-block-site-title"><a href="{home}" rel="home">{name}</a></p>'
            f'<nav class="wp-block-navigation"><ul><li><a href="{home}/donate/">Donate</a></li></ul></nav></header><main class="is-layout-flow wp-block-group">{main}</main>'
            f'<footer class="wp-block-template-part"><p>Proudly powered by WordPress</p><ul class="wp-block-latest-posts">{self._recent()}</ul></footer></div>'
        )

    def _southfront_frame(self, main: str) -> str:
        home, name = self.at.home, html.escape(self.options.title)
        raised = self._noise.counter(700)
        return (
            f'<div class="sfx-top"><a class="sfx-logo" href="{home}/">{name}</a><ul class="sfx-menu"><li><a href="{home}/donate/">Donate</a></li></ul></div>\n'
            f'<div class="sfx-bar"><span>0 $</span><span>2,500 $</span><span>5,000 $</span><div class="sfx-fill">{raised:,} $</div><div>DECEMBER 2025</div></div>\n'
            '<div class="sfx-count"><h3>Drones over the valley</h3><div>Total Seen</div><div>1,204</div><div>All Time</div><div>This Week</div><div>31</div><div>Last 7 Days</div>'
            f'<a href="{home}/report/">CLICK FOR FULL REPORT</a></div>\n'
            f'<div class="sfx-cols"><div class="sfx-c8">{main}</div><div class="sfx-c4"><h4>Latest</h4><ul>{self._recent()}</ul></div></div>\n<div class="sfx-foot">&copy; {name}</div>'
        )


def _day(when: datetime) -> str:
    return f"{when:%B} {when.day}, {when.year}"
