"""An article's title, authors, times and terms in a page of any theme: what each place says, ranked.

Every field is a list of `Found`, the best first, so that an explanation can show what a value beat. What is ranked how
is said once, here, beside the rule.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timezone
from functools import lru_cache
from html import unescape
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.dates import parse_iso, parse_printed, wire
from newsarchive.items import Precision
from newsarchive.markup import folded, squash
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.head import Head, said_text
from newsarchive.wordpress.survey import Survey, leads_home


@dataclass(frozen=True)
class Found:
    """One place's word on a field."""

    value: Any
    rule: str
    """Where it was read, for a person."""
    worth: float
    """How far the place is trusted; the highest wins."""


@dataclass
class Places:
    """The elements of a page that may say something about its article, by what they may say."""

    titles: list[tuple[HtmlElement, str]] = field(default_factory=list)
    authors: list[tuple[HtmlElement, str]] = field(default_factory=list)
    dates: list[tuple[HtmlElement, str]] = field(default_factory=list)
    subtitles: list[HtmlElement] = field(default_factory=list)
    categories: list[HtmlElement] = field(default_factory=list)
    tags: list[HtmlElement] = field(default_factory=list)
    site_titles: list[HtmlElement] = field(default_factory=list)
    root: HtmlElement | None = None
    source: str = ""
    """The page's text, for what parsing loses."""


# Parts of a page that speak of other things than its article.
_ASIDE = word_set("sidebar widget widget-area colophon footer site-footer secondary site-header masthead")
_ELSEWHERE = word_set(
    "comments comment commentlist comment-list comments-area respond related related-posts yarpp "
    "jp-relatedposts menu nav-links post-navigation navigation wpdcom disqus_thread "
    "wp-block-latest-posts wp-block-latest-comments wp-block-query popular-posts recent-posts "
    "post-nav nav-previous nav-next read-more more-posts nav-single below-entry-meta-related author-box-posts"
)


def places(survey: Survey, body: HtmlElement | None) -> Places:
    """The telling elements of a page. `body` is the article's body, where one was found: what stands around it is no
    other article's, however it is called."""
    found = Places(root=survey.root, site_titles=_site_titles(survey))
    outside: dict[HtmlElement, bool] = {}
    if body is not None:
        outside = dict.fromkeys((body, *body.iterancestors()), False)
    elements = survey.marks.elements
    telling: set[int] = set()
    for names, somewhere in survey.marks.by_names.items():
        if _roles(names) is not None:
            telling.update(somewhere)
    telling.update(survey.by_tag["h1"])
    telling.update(survey.by_tag["time"])
    for place in survey.by_tag["a"]:
        anchor = elements[place]
        if anchor.get("rel") or _AUTHOR_PAGE.search((anchor.get("href") or "")[:2000]):
            telling.add(place)
    properties = {place: name for place, name in survey.properties.items() if name in _PROPERTIES}
    telling.update(properties)
    for place in sorted(telling):
        element = elements[place]
        if not _is_outside(element, outside):
            _sort(element, properties.get(place, ""), found)
    return found


def _site_titles(survey: Survey) -> list[HtmlElement]:
    """Elements that print the site's own name: by WordPress' class names, and as the logo that links home."""
    named = list(survey.marks.having("site-title", "wp-block-site-title", "site-name"))[:3]
    return named + [anchor for anchor in survey.of("a")[:8] if leads_home(anchor)][:2]


_PROPERTIES = word_set("headline name author datePublished dateModified dateCreated")


def _is_outside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether `element` stands in comments, a list of other posts, a sidebar, or the site's own head and foot."""
    chain = []
    node: HtmlElement | None = element
    outside = aside = False
    while node is not None:
        if node in known:
            # A sidebar inside the very article belongs to it; one beside it does not.
            outside = known[node] or (aside and node.tag != "article" and "hentry" not in (node.get("class") or ""))
            break
        chain.append(node)
        if node.tag == "header" and "entry-header" in (node.get("class") or "") and node.find(".//h1") is not None:
            aside = False
            break  # the article's own head, wherever the theme puts it
        where = _leads_elsewhere(node)
        if where == "elsewhere":
            outside = True
            break
        aside = aside or where == "aside"
        node = node.getparent()
    outside = outside or (aside and node is None)
    for node in chain:
        known[node] = outside
    return outside


_BEGINNINGS = ("comment-", "comments-", "related", "wpd-", "menu-item")


def _leads_elsewhere(node: HtmlElement) -> str:
    """``elsewhere``, ``aside`` (unless inside the article), or nothing for an element that says neither."""
    tag = node.tag
    if tag == "nav":
        return "elsewhere"
    names = node.get("class")
    where = _names_elsewhere(names) if names else ""
    if where:
        return where
    if tag == "aside" or (tag == "footer" and not _POSTS_OWN.search(names or "")):
        return "aside"
    number = node.get("id")
    return _names_elsewhere(number) if number else ""


_POSTS_OWN = re.compile(r"entry|post|article", re.I)


@lru_cache(maxsize=16_384)
def _names_elsewhere(names: str) -> str:
    for name in names[:1000].lower().split():
        if name in _ELSEWHERE or name.startswith(_BEGINNINGS):
            if name != "comments-link":
                return "elsewhere"
        elif name in _ASIDE or name.startswith(("widget_", "footer-", "sidebar-")):
            return "aside"
    return ""


# /author/jane/ is WordPress' own; the others are what translated sites make of it.
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:e|en|es|i)?|auteurs?)/[^/?#]{2,80}/?(?:[?#]|$)|[?&]author=\d")


_TITLE_WORDS = word_set("entry-title post-title article-title p-name headline post_title entry_title single-title posttitle "
    "wp-block-post-title article-headline single-post-title post-headline story-title td-post-title entry-header-title tdb-title-text "
    "article__title post__title entry__title title page-title storytitle single__title headline__title elementor-heading-title news-title blog-title")  # fmt: skip
_SUBTITLE_WORDS = word_set("subtitle sub-title entry-subtitle post-subtitle article-subtitle single-subtitle post_subtitle "
    "td-post-sub-title tdb-sub-title subheadline sub-headline deck dek entry-deck standfirst article-dek wps-subtitle the-subtitle jeg_post_subtitle")  # fmt: skip


@dataclass(frozen=True)
class _Roles:
    """What an element's class attribute says it may tell."""

    title: str = ""
    subtitle: bool = False
    author: str = ""
    date: str = ""


_TELLING = (
    "auth", "autor", "byline", "vcard", "writer", "publi", "update", "date", "time", "posted", "meta", "title", "headline",
    "p-name", "dek", "deck", "standfirst",
)  # fmt: skip


@lru_cache(maxsize=16_384)
def _roles(names: str) -> _Roles | None:
    names = names[:1000].lower()
    if not any(word in names for word in _TELLING):
        return None
    words = names.split()
    author = date = ""
    if "auth" in names or "autor" in names or "byline" in names or "vcard" in names or "writer" in names:
        author = _author_rule(words) or ""
    if "published" in words or "updated" in words or "dt-published" in words:
        date = "class published"
    elif "date" in names or "time" in names or "posted" in names or "meta" in names or "byline" in names:
        date = _date_rule(words) or ""
    title = next((word for word in words if word in _TITLE_WORDS), "")
    subtitle = not _SUBTITLE_WORDS.isdisjoint(words)
    return _Roles(title, subtitle, author, date) if author or date or title or subtitle else None


_HEADING_TAGS = word_set("h1 h2 h3 div span p header")


def _sort(element: HtmlElement, prop: str, found: Places) -> None:
    tag = element.tag
    names = element.get("class")
    roles = (_roles(names) if names else None) or _Roles()
    if tag in _HEADING_TAGS and (tag == "h1" or roles.title or prop in ("headline", "name")):
        rule = (
            "itemprop headline" if prop == "headline" else f"{tag} class {roles.title}" if roles.title else f"<{tag}>"
        )
        found.titles.append((element, rule))
    if roles.subtitle:
        found.subtitles.append(element)
    relations = (element.get("rel") or "").split() if tag == "a" else ()
    if relations:
        if "category" in relations:
            found.categories.append(element)
        elif "tag" in relations:
            parent = element.getparent()
            around = (parent.get("class") or "") if parent is not None else ""
            (found.categories if "taxonomy-category" in around or "cat-links" in around else found.tags).append(element)
    if "author" in relations:
        found.authors.append((element, "rel author"))
    elif tag == "a" and _AUTHOR_PAGE.search((element.get("href") or "")[:2000]):
        found.authors.append((element, "link to an author's page"))
    if prop == "author":
        found.authors.append((element, "itemprop author"))
    elif roles.author:
        found.authors.append((element, roles.author))
    if prop.startswith("date"):
        found.dates.append((element, f"itemprop {prop}"))
    elif tag == "time" or roles.date:
        found.dates.append((element, "<time>" if tag == "time" else roles.date))


# -- title

_KNOWN_TAGS = word_set("a abbr acronym address article aside b bdi bdo big blockquote br button center cite code data del details dfn div dl dd dt em "
    "embed figcaption figure font footer form g h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label li link main map mark meta nav nobr noscript "
    "object ol p path picture pre q rect circle rp rt ruby s samp script section select small source span strike strong style sub summary sup svg symbol "
    "table tbody td textarea tfoot th thead time title tr track tt u ul use var video wbr defs polygon line polyline ellipse")  # fmt: skip


_SEPARATOR = re.compile(r"\s+[|–—\-»«:•·~/]+\s+|\s*[|»«]\s*|:\s+")


def titles(head: Head, found: Places, site_name: str) -> list[Found]:
    """What the page may mean as its headline, without the site's name, best first.

    A heading that the document's title, Open Graph or JSON-LD repeats is believed before any of these, for a reader
    sees it. An empty list where there is nothing but the site's name.
    """
    heads = [
        (squash(unescape(text)), rule, worth)
        for text, rule, worth in (
            (head.meta("og:title"), "og:title", 0.7),
            (head.meta("twitter:title"), "twitter:title", 0.55),
            (
                next(filter(None, (said_text(node.get("headline")) for node in head.articles())), ""),
                "JSON-LD headline",
                0.65,
            ),
            (head.meta("headline", "dc.title", "parsely-title", "sailthru.title"), "meta title", 0.6),
            (head.title, "<title>", 0.5),
        )
        if text
    ]
    said = [folded(text) for text, _, _ in heads]
    own = own_names(found, site_name)
    visible: list[Found] = []
    seen_h1 = sum(1 for element, _ in found.titles if element.tag == "h1")
    for order, (element, rule) in enumerate(found.titles):
        text = squash(_heading_text(element, found.source)[:2000])
        key = folded(text)
        if not key or len(text) > 400 or (key in own and len(key) < 60):
            continue
        worth = 0.6 if element.tag == "h1" else 0.55
        if (
            "headline" in rule
            or "entry" in rule
            or "post" in rule
            or "p-name" in rule
            or "article" in rule
            or "single" in rule
        ):
            worth += 0.15
        if element.tag == "h1":
            worth += 0.1 if seen_h1 == 1 else 0.05
        elif element.tag not in ("h2", "h1") and "headline" not in rule:
            worth -= 0.2
        if len(key) > 2:
            shares = sorted((len(key) / len(other) for other in said if key in other), reverse=True)
            worth += sum(shares[:2]) * 0.2 + (0.1 if shares and shares[0] > 0.95 else 0.0)
        visible.append(Found(text, rule, round(worth - order * 0.001, 3)))
    cleaned = [Found(_without_site(text.strip(" |–—-»«•·"), own, visible), rule, worth) for text, rule, worth in heads]
    every = visible + [
        _with_kicker(title, visible) for title in cleaned if title.value and folded(title.value) not in own
    ]
    every.sort(key=lambda title: -title.worth)
    return every


def _heading_text(heading: HtmlElement, source: str) -> str:
    """The words of a heading. ``What <Next>?``, printed without escapes, has lost a word to the markup: it is given back."""
    strange = [
        inner for inner in heading.iterdescendants() if isinstance(inner.tag, str) and inner.tag not in _KNOWN_TAGS
    ]
    if not strange or len(strange) > 5:
        return heading.text_content()
    parts: list[str] = []
    for node in heading.iter():
        if node in strange and (found := re.search(rf"<({re.escape(str(node.tag))})>", source, re.IGNORECASE)):
            parts.append(found[0])
        if isinstance(node.tag, str):
            parts.append(node.text or "")
        if node is not heading:
            parts.append(node.tail or "")
    return "".join(parts) if not any(len(node) for node in strange) else heading.text_content()


def own_names(found: Places, site_name: str) -> set[str]:
    """The site's own names, folded: the one it declares, and every heading that is but a link to a home page."""
    headings = [element for element, _ in found.titles if leads_home(element)]
    return {folded(site_name)} | {folded(element.text_content()[:300]) for element in (*headings, *found.site_titles)}


def _with_kicker(title: Found, visible: list[Found]) -> Found:
    """A heading may carry more than the title ("Politics | …"): what it ends with, and a machine is told, is the title."""
    key = folded(title.value)
    if len(key) > 10:
        for heading in visible:
            if heading.value.endswith(title.value) and heading.value[: -len(title.value)].rstrip().endswith(
                ("|", "•", "»", "›")
            ):
                return Found(title.value, title.rule, round(title.worth + 0.2, 3))
    return title


def _without_site(text: str, own: set[str], visible: list[Found]) -> str:
    """`text` without the site's name before or after a separator."""
    own = own - {""}
    parts = list(_SEPARATOR.finditer(text))
    keys = {folded(title.value) for title in visible}
    for gap in reversed(parts):
        before, after = text[: gap.start()], text[gap.end() :]
        if folded(after) in own or folded(before) in keys:
            return before.strip()
    for gap in parts:
        before, after = text[: gap.start()], text[gap.end() :]
        if folded(before) in own or folded(after) in keys:
            return after.strip()
    return text


# -- authors

_BY = re.compile(
    r"^(?:(?:written|posted|published|reported|authored|story|article|words|text|review|guest post|submitted|contributed|added|created)\s+)?by\b[\s:]*"
    r"|^(?:geschrieben|verfasst|veröffentlicht|erstellt|gepostet|ein (?:beitrag|artikel|gastbeitrag)|text|artikel|beitrag|gastbeitrag)?\s*von\b[\s:]*"
    r"|^(?:(?:escrito|publicado|redactado|postado|texto)\s+)?por\b[\s:]*|^(?:(?:publié|écrit|rédigé|posté)\s+)?par\b[\s:]*"
    r"|^(?:(?:scritto|pubblicato)\s+)?(?:da|di)\b[\s:]+|^(?:door|av|af|door:)\b[\s:]+"
    r"|^(?:author|autor(?:in|en)?|auteur|autore|автор|text|texte|texto|foto|reporter|redaktion)\s*[:|]\s*|^[|–—•·/@-]\s*",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:[|•·–—/,]|\bam\b|\bon\b|\bum\b|\bel\b|\ble\b|\bin\b|\bpublished\b|\bupdated\b|\bposted\b)\s*(?:\w+,?\s+)?\d{1,4}[.,/\s].*$|\s*[|•·].*$|\s*\((?:[^()]{0,80})\)\s*$",
    re.I,
)
_NO_NAME = re.compile(
    r"^(?:author|autor|by|von|posts?|(?:view|see|show|read) (?:all|more).*|all posts.*|more (?:posts|from).*|(?:zeige |zeigt |siehe )?alle (?:beiträge|artikel).*|ver todas.*|voir tous.*|veröffentlicht am|weitere.*|about.*|über.*|follow.*|share.*|comments?|leave.*|read more.*|website|facebook|twitter|instagram|e-?mail|kontakt|contact|posts? by.*|articles? by.*)$",
    re.I,
)
# Accounts rather than people: believed only where a reader sees them as the author.
_ACCOUNTS = re.compile(
    r"(?:wp-?|super|site)?admin(?:istrator)?|webmaster|root|user|editor|test|anonymous|unknown|guest", re.I
)
_HANDLE = re.compile(r"\s+@\w{1,40}$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_COUNTED = re.compile(r"(?:^|\s)\d")  # "257 articles", "25. Oktober": no name has a number for a word
_DOMAIN = re.compile(r"(?:[\w-]{1,60}\.){1,3}[a-z]{2,6}")
_AUTHOR_CLASSES = {"fn": 0.8, "p-author": 0.8, "author-name": 0.8, "post-author": 0.6, "entry-author": 0.65, "entry-author-name": 0.8, "author": 0.65, "vcard": 0.65, "byline": 0.55,
    "td-post-author-name": 0.75, "tdb-author-name": 0.8, "meta-author": 0.6, "by-author": 0.65, "post-author-name": 0.75, "article-author": 0.65, "author-link": 0.7, "author_name": 0.8,
    "posted-by": 0.5, "entry-meta-author": 0.65, "post-meta-author": 0.65, "autor": 0.6, "authors": 0.55, "article-author-name": 0.8, "author__name": 0.8, "post__author": 0.6, "jeg_meta_author": 0.6, "entry__author": 0.65, "wp-block-post-author__name": 0.85, "wp-block-post-author-name": 0.85, "writer": 0.5, "saboxplugin-authorname": 0.5, "authorname": 0.7}  # fmt: skip


def _author_rule(words: list[str]) -> str | None:
    best: tuple[float, str] | None = None
    for word in words:
        worth = _AUTHOR_CLASSES.get(word)
        if worth is None and len(word) < 60 and ("author" in word or "autor" in word):
            parts = re.split(r"[-_]+", word)
            if parts[-1] in ("author", "autor", "authors", "byline", "writer"):
                worth = 0.55
            elif parts[-1] in ("name", "link", "fn", "title") and ("author" in parts or "autor" in parts):
                worth = 0.6
        if worth is not None and (best is None or worth > best[0]):
            best = (worth, word)
    return f"class {best[1]}" if best else None


def author_name(text: str) -> str | None:
    """The name in a byline; None where it holds none.

    >>> author_name("By Jane Doe | March 7, 2019")
    'Jane Doe'
    >>> author_name("View all posts")
    """
    text = squash(text)
    if not text or len(text) > 200:
        return None
    for _ in range(2):
        text = _BY.sub("", text).strip()
    text = _HANDLE.sub("", _AFTER.sub("", text)).strip(" ,;:|–—-/•·")
    if not text or len(text) > 90 or len(text.split()) > 9 or "http" in text or "@" in text or _NO_NAME.match(text):
        return None
    return text if _LETTERS.search(text) and not _COUNTED.search(text) else None


def authors(head: Head, found: Places, site_name: str) -> list[Found]:
    """Who the page may mean as its authors (lists of names), best first; empty where it shows none."""
    every: list[Found] = []
    own = own_names(found, site_name) - {""}
    for node in head.articles():
        names = _ld_names(node.get("author"), head) or _ld_names(node.get("creator"), head)
        if names:
            every.append(Found(names, "JSON-LD author", 0.78))
            break
    for property_name, worth in (
        ("author", 0.7), ("parsely-author", 0.72), ("sailthru.author", 0.72), ("article:author", 0.6), ("og:article:author", 0.66),
        ("dc.creator", 0.6), ("dc:creator", 0.6), ("dcterms.creator", 0.6), ("byl", 0.7), ("twitter:data1", 0.71), ("citation_author", 0.6),
    ):  # fmt: skip
        for content in head.metas.get(property_name, ()):
            if property_name == "twitter:data1" and re.search(r"\d", content):
                continue  # "Est. reading time": "4 minutes"
            name = author_name(unescape(content))
            if name:
                every.append(Found([name], f"meta {property_name}", worth))
                break
    shown: dict[str, list[str]] = {}
    spare: dict[str, list[str]] = {}  # the site's own name: an author only where nobody else is one
    beside: dict[str, HtmlElement | None] = {}
    for element, rule in found.authors:
        if rule in shown and _around(element) is not beside[rule]:
            continue  # another byline further down: an author box, another post
        text = _byline(element, rule)
        name = author_name(text) if text else None
        if name and folded(name) in own:
            spare.setdefault(rule, [name])
        elif name:
            names = shown.setdefault(rule, [])
            beside.setdefault(rule, _around(element))
            if name not in names:
                names.append(name)
    for rule, names in (spare | shown).items():
        worth = {"rel author": 0.82, "itemprop author": 0.8, "link to an author's page": 0.79}.get(
            rule
        ) or _AUTHOR_CLASSES.get(rule.removeprefix("class "), 0.55)
        every.append(
            Found(
                names[:6]
                if rule in ("rel author", "class fn", "itemprop author", "link to an author's page")
                else names[:1],
                rule,
                worth,
            )
        )
    ranked = []
    for one in every:
        worth = one.worth
        keys = {folded(author) for author in one.value}
        if keys <= own or any(_DOMAIN.fullmatch(author) for author in one.value):
            worth -= 0.4
        if one.rule.startswith(("JSON-LD", "meta")) and all(_ACCOUNTS.fullmatch(author) for author in one.value):
            continue
        worth += 0.08 * min(
            3, sum(1 for other in every if other is not one and keys == {folded(author) for author in other.value})
        )
        ranked.append(Found(one.value, one.rule, round(worth, 3)))
    ranked.sort(key=lambda one: -one.worth)
    return ranked


def _around(element: HtmlElement) -> HtmlElement | None:
    """The block a byline stands in: two authors of one post share it."""
    node = element.getparent()
    while node is not None and node.tag in ("span", "a", "li", "b", "strong", "em", "i", "address", "cite"):
        node = node.getparent()
    return node


def _ld_names(value: Any, head: Head) -> list[str]:
    names = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            node = head.node(item) or {}
            text = said_text(node.get("name"))
        else:
            text = item if isinstance(item, str) and "://" not in item else ""
        name = author_name(unescape(text)) if text else None
        if name and name not in names:
            names.append(name)
    return names[:10]


_NAMED = etree.XPath(
    "(.//*[@itemprop='name'] | .//*[contains(concat(' ', @class, ' '), ' fn ')] | .//*[contains(@class, 'author-name')] | .//a[@rel='author'])[1]"
)


def _byline(element: HtmlElement, rule: str) -> str:
    if element.tag == "meta":
        return element.get("content") or ""
    inner = _NAMED(element) if len(element) else None
    if isinstance(inner, list) and inner:
        element = inner[0]
    text = element.get("content") or element.text_content()[:500]
    if not squash(text) and element.get("title"):
        text = element.get("title") or ""
    return text


# -- times


@dataclass(frozen=True)
class Moment:
    """A time of the article's, on the wire form."""

    at: str
    precision: Precision


_DATE_CLASSES = word_set(
    "entry-date post-date date posted-on postdate published-date publish-date article-date post_date entry_date meta-date time "
    "entry-time post-time dateline timestamp datetime publication-date date-published single-date the-date post-published "
    "td-post-date wp-block-post-date byline entry-meta post-meta postmetadata meta postinfo post-info meta-info article-meta "
    "story-date news-date pubdate date-header published-on post__date entry__date article__date article-info single-meta jeg_meta_date"
)
_GENERAL = word_set(
    "byline entry-meta post-meta postmetadata meta postinfo post-info meta-info article-meta article-info single-meta"
)


def _date_rule(words: list[str]) -> str | None:
    for word in words:
        if word in _DATE_CLASSES:
            return f"class {word}"
        parts = word.replace("_", "-").split("-")
        if "date" in parts and not {"update", "updated", "modified", "event", "events"} & set(parts):
            return f"class {word}"
    return None


def published(head: Head, found: Places, url: str) -> list[Found]:
    """When the page may mean it was published (`Moment`), best first."""
    every: list[Found] = []
    for node in head.articles():
        moment = exact(said_text(node.get("datePublished")))
        if moment:
            every.append(Found(moment, "JSON-LD datePublished", 0.9))
            break
    for node in head.of_type("WebPage", "ItemPage", "FAQPage", "MedicalWebPage"):
        moment = exact(said_text(node.get("datePublished")))
        if moment:
            every.append(Found(moment, "JSON-LD WebPage datePublished", 0.85))
            break
    for name, worth in (
        ("article:published_time", 0.92), ("og:article:published_time", 0.9), ("article:published", 0.85), ("datepublished", 0.86), ("parsely-pub-date", 0.85),
        ("sailthru.date", 0.8), ("dc.date.issued", 0.8), ("dcterms.date", 0.75), ("dc.date", 0.75), ("dc.date.created", 0.75), ("dcterms.created", 0.75), ("pubdate", 0.8), ("publish-date", 0.8),
        ("publication_date", 0.75), ("date", 0.75), ("cxenseparse:recs:publishtime", 0.8), ("article.published", 0.8), ("og:pubdate", 0.8), ("published_at", 0.7), ("citation_publication_date", 0.6), ("citation_date", 0.6), ("og:published_time", 0.8),
    ):  # fmt: skip
        moment = exact(head.meta(name)) or (printed(head.meta(name), head.language) if head.meta(name) else None)
        if moment:
            every.append(Found(moment, f"meta {name}", worth))
    told = any(one.worth > 0.8 for one in every)
    for order, (element, rule) in enumerate(found.dates[:40]):
        place = _dated(element, rule, head.language, not told and order < 12)
        if place:
            every.append(Found(place[0], place[1], round(place[2] - min(order, 50) * 0.002, 3)))
    for element, _ in found.dates:  # hAtom: a post that was never changed may have no more than "updated"
        if "updated" in (element.get("class") or "").lower().split():
            moment = exact(element.get("datetime") or element.get("title"))
            if moment:
                every.append(Found(moment, "class updated", 0.35))
                break
    if not every:
        every = _beside_title(found, head.language)
    by_url = _URL_DATE.search(url)
    if by_url:
        moment = exact("-".join(by_url.groups()))
        if moment:
            every.append(Found(moment, "the address", 0.5))
            # A time that falls on the day in the address (or next to it: zones) is the post's own.
            every = [
                Found(one.value, one.rule, one.worth + 0.1) if one.value.at[:10] == moment.at[:10] else one
                for one in every
            ]
    every.sort(key=lambda one: -one.worth)
    return every


def _beside_title(found: Places, language: str) -> list[Found]:
    """A date that stands alone just after the heading, or says in words that it is the day of publication."""
    for heading, _ in found.titles[:3]:
        if heading.tag not in ("h1", "h2"):
            continue
        for count, node in enumerate(heading.itersiblings()):
            if count > 4:
                break
            text = squash(node.text_content()[:200]) if isinstance(node.tag, str) else ""
            if text and len(text) < 80 and _YEAR.search(text) and (moment := printed(text, language)):
                return [Found(moment, "printed under the title", 0.4)]
    return _in_words(found, language)


_IN_WORDS = re.compile(
    r"^[\s(*–-]{0,5}(?:(?:first |originally |date )?(?:published|posted)|veröffentlicht|erschienen|publié|publicad[oa]|pubblicato|gepubliceerd|geplaatst|"
    r"opublikowano|опубликовано|yayınlan\w+|publicerad|udgivet|julkaistu)\s*(?:on|am|le|el|il|em|op|den|date)?\s*[:–-]?\s*(\S.{5,60})",
    re.I,
)


def _in_words(found: Places, language: str) -> list[Found]:
    if found.root is None:
        return []
    for text in _SHORT_TEXTS(found.root):
        said = _IN_WORDS.match(text)
        if said and _YEAR.search(said[1]) and (moment := printed(squash(said[1])[:60], language)):
            return [Found(moment, "said in words", 0.38)]
    return []


_SHORT_TEXTS = etree.XPath(
    "//body//*[not(self::script or self::style or self::option)]/text()[string-length(.) > 12 and string-length(.) < 160]",
    smart_strings=False,
)

_URL_DATE = re.compile(r"/((?:19|20)\d\d)/(0\d|1[0-2])/([0-2]\d|3[01])(?:/|$)")
_UPDATED = word_set(
    "updated modified date-modified entry-modified post-modified last-updated last-modified modified-date post-modified-date updated-date"
)


def _dated(element: HtmlElement, rule: str, language: str, as_printed: bool) -> tuple[Moment, str, float] | None:
    """What a dated element says, by which rule, and its worth; its words are read only where nothing better was told."""
    names = (element.get("class") or "").lower()
    if rule in ("itemprop dateModified",) or ("published" not in names and not _UPDATED.isdisjoint(names.split())):
        return None
    value = (
        element.get("datetime")
        or element.get("content")
        or (element.get("title") if element.tag in ("abbr", "span") else None)
    )
    if value is None and len(element):
        inner = next((time for time in element.iter("time") if time.get("datetime")), None)
        value = inner.get("datetime") if inner is not None else None
    moment = exact(value)
    worth = 0.65
    if rule.startswith("itemprop"):
        worth = 0.88 if "Published" in rule else 0.7
    elif "published" in names.split():
        worth = 0.87
    elif "entry-date" in names or "post-date" in names:
        worth = 0.8
    if moment:
        return moment, rule, worth
    if not as_printed:
        return None
    if rule.startswith("class ") and rule[6:] in _GENERAL:
        worth = 0.45
    text = squash(element.text_content()[:300])
    if not text or len(text) > 160 or not _YEAR.search(text):
        return None
    moment = printed(text, language)
    return (moment, f"{rule}, as printed", worth - 0.12) if moment else None


_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}[./]\d{1,2}[./]\d\d\b")


def modified(head: Head, found: Places) -> list[Found]:
    """When the page may say it was last changed (`Moment`), best first."""
    every: list[Found] = []
    for node in [*head.articles(), *head.of_type("WebPage")]:
        moment = exact(said_text(node.get("dateModified")))
        if moment:
            every.append(Found(moment, "JSON-LD dateModified", 0.9))
            break
    for name in ("article:modified_time", "og:updated_time", "datemodified", "last-modified"):
        moment = exact(head.meta(name))
        if moment:
            every.append(Found(moment, f"meta {name}", 0.85))
    for element, rule in found.dates:
        names = (element.get("class") or "").lower().split()
        if rule == "itemprop dateModified" or ("published" not in names and not _UPDATED.isdisjoint(names)):
            moment = exact(element.get("datetime") or element.get("content") or element.get("title"))
            if moment:
                every.append(Found(moment, rule if rule.startswith("itemprop") else "time.updated", 0.8))
    every.sort(key=lambda one: -one.worth)
    return every


_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS = re.compile(r"T?\d\d:\d\d:\d\d")


def exact(text: str | None) -> Moment | None:
    """A machine's time as a `Moment`; None where `text` is none, or lies outside 1900 to 2100, or is the day that stands for none."""
    text = (text or "").strip()
    if len(text) > 40 or not _ISO.match(text):
        return None
    text = re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", text)
    moment = parse_iso(text)
    if moment is None and "T" not in text:
        moment = parse_iso(text[:10])
        text = text[:10]
    if moment is None or not 1900 <= moment.year <= 2100 or text[:10] == "1970-01-01":
        return None
    if len(text) <= 10:
        return Moment(wire(moment), "local_day")
    zoned = text[-1] in "Zz" or re.search(r"[+-]\d\d:?\d\d$", text[10:])
    if _SECONDS.search(text):
        return Moment(wire(moment), "second" if zoned else "local_minute")
    return Moment(wire(moment), "minute" if zoned else "local_minute")


def printed(text: str, language: str) -> Moment | None:
    """A time as a reader reads it; the site's clock is taken as UTC, for nothing here says its offset."""
    said = parse_printed(text, language, any_language=False)
    if said is None or not 1990 <= said.moment.year <= 2100:
        return None
    return Moment(
        wire(said.moment.replace(tzinfo=timezone.utc)), "local_day" if said.exact_to == "day" else "local_minute"
    )


# -- terms


def terms(elements: Iterable[HtmlElement]) -> list[str]:
    """The names that category or tag links print, each once, in order."""
    names: dict[str, None] = {}
    for element in elements:
        name = squash(element.text_content()[:300]).lstrip("#").strip()
        if name and len(name) < 120:
            names.setdefault(name)
    return list(names)
