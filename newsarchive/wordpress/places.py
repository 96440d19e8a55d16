"""The elements of a page that may tell of its article: its headline, its authors, its times, its terms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from newsarchive.items import Block
from newsarchive.markup import folded, squash
from newsarchive.wordpress.furniture import spelled, word_set
from newsarchive.wordpress.quirks import Quirks, rules
from newsarchive.wordpress.survey import Survey, leads_home
from newsarchive.wordpress.telling import NOTHING, roles, telling


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
    classes: frozenset[str] = frozenset()
    """The class names of the page: what is not among them need not be looked for."""
    around: frozenset[HtmlElement] = frozenset()
    """What the article's body stands in, and the body itself."""
    body: HtmlElement | None = None
    blocks: list[Block] = field(default_factory=list)
    """What the body says, once it was read."""
    headline: str = ""
    """The article's headline, folded, once it was found."""
    source: str = ""
    """The page's text, for what parsing loses."""
    own: dict[str, set[str]] = field(default_factory=dict)
    """The answers of `own_names`, by the name asked with."""


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
    found = Places(root=survey.root, classes=survey.marks.classes, site_titles=_site_titles(survey))
    outside: dict[HtmlElement, bool] = {}
    if body is not None:
        outside = dict.fromkeys((body, *body.iterancestors()), False)
        found.around = frozenset(outside)
        found.body = body
    elements = survey.marks.elements
    marks = survey.marks
    asked = {*survey.by_tag["h1"], *survey.by_tag["time"], *marks.places(telling(marks.classes))}
    for place, address in zip(survey.by_tag["a"], marks.addresses, strict=True):
        if elements[place].get("rel") or ("aut" in address and _AUTHOR_PAGE.search(address[:2000])):
            asked.add(place)
    properties = {place: name for place, name in survey.marks.properties.items() if name in _PROPERTIES}
    asked.update(properties)
    for place in sorted(asked):
        element = elements[place]
        if not is_outside(element, outside):
            _sort(element, properties.get(place, ""), found)
    return found


def _site_titles(survey: Survey) -> list[HtmlElement]:
    """Elements that print the site's own name: by WordPress' class names, and as the logo that links home."""
    named = list(survey.marks.having("site-title", "wp-block-site-title", "site-name"))[:3]
    return named + [anchor for anchor in survey.marks.links[:8] if leads_home(anchor)][:2]


_PROPERTIES = word_set("headline name author datePublished dateModified dateCreated")


def is_outside(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
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


@lru_cache(maxsize=2048)
def _names_elsewhere(names: str) -> str:
    for name in names[:1000].lower().split():
        if name in _ELSEWHERE or name.startswith(_BEGINNINGS):
            if name != "comments-link":
                return "elsewhere"
        elif name in _ASIDE or name.startswith(("widget_", "footer-", "sidebar-")):
            return "aside"
        elif "related" in name and "related" in spelled(name):
            return "elsewhere"
    return ""


# /author/jane/ is WordPress' own; the others are what translated sites make of it.
_AUTHOR_PAGE = re.compile(r"/(?:authors?|autor(?:e|en|es|i)?|auteurs?)/[^/?#]{2,80}/?(?:[?#]|$)|[?&]author=\d")


_HEADINGS = word_set("h1 h2 h3 h4 h5 div span p header")


def _sort(element: HtmlElement, prop: str, found: Places) -> None:
    tag = element.tag
    names = element.get("class") if tag != "body" else None  # body.single-author says of the site how many write for it
    said = roles(names) if names else NOTHING
    if tag in _HEADINGS and (tag == "h1" or said.title or prop in ("headline", "name")):
        rule = "itemprop headline" if prop == "headline" else f"{tag} class {said.title}" if said.title else f"<{tag}>"
        found.titles.append((element, rule))
    if said.subtitle:
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
    elif said.author and (said.author != "fn" or _is_a_persons(element)):
        found.authors.append((element, f"class {said.author}"))
    if prop.startswith("date"):
        found.dates.append((element, f"itemprop {prop}"))
    elif tag == "time" or said.date:
        found.dates.append((element, "<time>" if tag == "time" else f"class {said.date}"))


# Microformats of things, whose "fn" is the thing's own name.
_THINGS = word_set(
    "hrecipe h-recipe hproduct h-product hreview h-review hreview-aggregate haudio hmedia vevent h-event"
)


def _is_a_persons(name: HtmlElement) -> bool:
    """Whether a formatted name ("fn") is that of a person, not of a dish or a product."""
    for node in (name, *islice(name.iterancestors(), 8)):
        names = (node.get("class") or "").lower().split()
        if "vcard" in names or "author" in names:
            return True
        if not _THINGS.isdisjoint(names):
            return False
    return True


def own_names(found: Places, site_name: str) -> set[str]:
    """The site's own names, folded: the one it declares, and every heading that is but a link to a home page."""
    if site_name not in found.own:
        headings = [element for element, _ in found.titles if leads_home(element)]
        texts = [element.text_content()[:300] for element in (*headings, *found.site_titles)]
        found.own[site_name] = {folded(text) for text in (site_name, *texts)}
    return found.own[site_name]


def in_card(element: HtmlElement, found: Places) -> bool:
    """Whether `element` stands in another post's teaser: in a box whose heading is another's and a link to it, or says "Related"."""
    for node in islice(element.iterancestors(), 6):
        if node in found.around or node.tag in ("body", "main"):
            return False
        headings = list(islice(node.iter("h1", "h2", "h3", "h4", "h5"), 3))
        for heading in headings:
            if heading is element or heading in element.iterancestors():
                continue  # the byline itself, written as a heading
            anchor = next(heading.iter("a"), None)
            if anchor is None:
                anchor = next(heading.iterancestors("a"), None)
            if anchor is None and rules(Quirks()).is_related_heading(squash(heading.text_content()[:500])):
                return next(one for one in node.iter() if one is heading or one is element) is heading
            if anchor is None or heading.tag == "h1":
                return False
            if any(folded(one.text_content()[:500]) == found.headline for one in headings):
                return False  # what stands above the headline is a link to its category
            address = (anchor.get("href") or "")[:2000]
            if not address.startswith("#") and not _AUTHOR_PAGE.search(address):
                return True
    return False


def in_site_head(element: HtmlElement, headline: HtmlElement) -> bool:
    """Whether `element` stands in the site's own head: before the headline, and before or beside its menu or logo.

    What a clock prints there is the day of the visit.
    """
    around = {headline: headline}
    for node in headline.iterancestors():
        around[node] = headline  # what follows is the branch of `node` that holds the headline
        headline = node
    branch = element
    for node in element.iterancestors():
        if node in around:
            break
        branch = node
    else:
        return False
    between: list[HtmlElement] = []
    for sibling in (branch, *branch.itersiblings()):
        if sibling is around[node]:
            return node.tag == "body" or any(map(_is_head, between))
        between.append(sibling)
    return False


def _is_head(node: HtmlElement) -> bool:
    if not isinstance(node.tag, str) or "crumb" in (node.get("class") or "") + (node.get("id") or ""):
        return False
    return next(node.iter("nav"), None) is not None or any(map(leads_home, islice(node.iter("a"), 5)))


def headline_in(found: Places) -> HtmlElement | None:
    """The heading that shows the headline, the first of them where several do."""
    shown = [(element, folded(element.text_content())) for element, _ in found.titles]
    for element, text in shown:
        if text == found.headline:
            return element
    for element, text in shown:  # with a kicker, or a second line
        if element.tag in ("h1", "h2") and len(found.headline) > 10 and found.headline in text:
            return element
    return None


def terms(elements: Iterable[HtmlElement]) -> list[str]:
    """The names that category or tag links print, each once, in order."""
    names: dict[str, None] = {}
    for element in elements:
        name = squash(element.text_content()[:300]).lstrip("#").strip()
        if name and len(name) < 120:
            names.setdefault(name)
    return list(names)
