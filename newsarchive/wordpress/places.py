"""The elements of a page that may tell of its article: its headline, its authors, its times, its terms."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.dates import is_bare_date
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


_NO_LINES = word_set("figure figcaption blockquote table pre")
"""What is said in them is of a picture or somebody else's."""


def beside_titles(found: Places) -> Iterator[HtmlElement]:
    """What follows each of the first headings, as far as a theme puts its own lines there."""
    for heading, _ in found.titles[:3]:
        if heading.tag in ("h1", "h2", "h3"):
            for node in islice(
                (node for node in heading.itersiblings() if isinstance(node.tag, str) and node.tag not in _NO_LINES), 5
            ):
                if not is_outside(node, {}):
                    yield node


_IN_A_LINE = word_set("a abbr address b bdi cite em font i ins small span strong sub sup time u")
_LINE = 160
"""Characters: what is longer is no line that says who and when."""


def line_of(element: HtmlElement) -> str:
    """What a line says of who and when: an element's words; where they are too many, those outside the boxes and scripts in it.

    Empty where these are too many as well.
    """
    parts = [element.text or ""]
    for child in element:  # what stands side by side is no one word
        parts += (child.text_content() if isinstance(child.tag, str) else "", child.tail or " ")
    text = squash("".join(parts)[:1000])
    if len(text) >= _LINE:
        parts = [element.text or ""]
        for child in element:
            parts += (child.text_content() if child.tag in _IN_A_LINE else " ", child.tail or "")
        text = squash("".join(parts)[:1000])
    return text if len(text) < _LINE else ""


def terms(elements: Iterable[HtmlElement]) -> list[str]:
    """The names that category or tag links print, each once, in order."""
    names: dict[str, None] = {}
    for element in elements:
        name = squash(element.text_content()[:300]).lstrip("#").strip()
        if name and len(name) < 120:
            names.setdefault(name)
    return list(names)


@dataclass
class Line:
    """A line by the headline."""

    pieces: list[str]
    """As its markup parts it."""
    is_written: bool
    """Whether it is a paragraph or a heading of the text."""

    @property
    def whole(self) -> str:
        return " ".join(self.pieces)


OF_TEXT = word_set("p dd dt h2 h3 h4 h5 h6")


def has_days_for_headings(found: Places) -> bool:
    """Whether different days stand alone in the text, as in a diary, a timeline or a live blog: none of them is the post's."""
    return len({block.text for block in found.blocks[:200] if block.text and is_bare_date(block.text)}) > 1


def lines_around(found: Places) -> list[Line]:
    """The lines between the headline and the first prose, then those just before the headline, the nearest first.

    For a theme whose names and marks say nothing: asked for where nothing better tells who and when. Neither what is
    said of a picture, a quotation, an event or another post, nor what stands below the text or in it where days are its headings.
    """
    headline = headline_in(found)
    if headline is None:
        return []
    after = _lines(islice(_texts_after(headline), 20))
    before = _lines(reversed(list(islice(_texts_before(headline), 8))))
    lines = list(takewhile(lambda line: sum(map(len, line[1])) < _LINE, after))
    ends = [at for at, (box, _) in enumerate(lines, 1) if _is_of_text(box, found)]
    lines = lines[: max(ends, default=len(lines))]
    before = [line for line in reversed(before) if not in_site_head(line[0], headline)]
    if not any(_leads_to_another(box) for box, _ in before):
        lines += before
    is_diary = has_days_for_headings(found)
    said = []
    for box, pieces in lines:
        is_inside = _is_of_text(box, found)
        is_written = is_inside and box.tag in OF_TEXT
        if (is_diary and is_written) or (not is_inside and in_card(box, found)):
            continue
        if is_outside(box, {}) or any(node.tag in _NO_LINES for node in (box, *islice(box.iterancestors(), 5))):
            continue
        if (is_inside and box.tag == "li") or any(map(tells_of_event, (box, *islice(box.iterancestors(), 2)))):
            continue
        said.append(Line(pieces, is_written))
    return said


def tells_of_event(box: HtmlElement) -> bool:
    """Whether a box is named after an event, whose day it tells, and not for a category of the post's."""
    names = (box.get("class") or "")[:1000].split()
    return any(
        not {"event", "events"}.isdisjoint(spelled(name))
        for name in names
        if not name.startswith(("category-", "tag-"))
    )


def _leads_to_another(box: HtmlElement) -> bool:
    """Whether a line holds another post's headline: a link of more words than a category or an author has."""
    return any(len(anchor.text_content()[:200].split()) > 4 for anchor in islice(box.iter("a"), 10))


def _is_of_text(box: HtmlElement, found: Places) -> bool:
    return found.body is not None and (box is found.body or found.body in box.iterancestors())


_Text = tuple[HtmlElement, str]
"""A piece of text that is not blank, and the element it stands directly in."""
_UNREAD = word_set("script style option")


def _texts_after(element: HtmlElement) -> Iterator[_Text]:
    """The texts of the page's body that follow `element`, in order."""
    parent = element.getparent()
    while parent is not None and element.tag != "body":
        yield from _if_said(parent, element.tail)
        for sibling in element.itersiblings():
            yield from _texts_in(sibling)
            yield from _if_said(parent, sibling.tail)
        element, parent = parent, parent.getparent()


def _texts_before(element: HtmlElement) -> Iterator[_Text]:
    """The texts of the page's body that stand before `element`, the nearest first."""
    parent = element.getparent()
    while parent is not None and element.tag != "body":
        for sibling in element.itersiblings(preceding=True):
            yield from _if_said(parent, sibling.tail)
            yield from reversed(list(_texts_in(sibling)))
        yield from _if_said(parent, parent.text)
        element, parent = parent, parent.getparent()


def _texts_in(element: HtmlElement) -> Iterator[_Text]:
    if not isinstance(element.tag, str):
        return
    walk = etree.iterwalk(element, events=("start", "end", "comment"))
    for event, node in walk:
        if event != "start":
            if node is not element:
                yield from _if_said(node.getparent(), node.tail)
        elif node.tag in _UNREAD:
            walk.skip_subtree()
        else:
            yield from _if_said(node, node.text)


def _if_said(box: HtmlElement, text: str | None) -> Iterator[_Text]:
    if text and not text.isspace():
        yield box, text


def _lines(texts: Iterable[_Text]) -> list[tuple[HtmlElement, list[str]]]:
    """Pieces of text as lines, each with the box it stands in."""
    lines: list[tuple[HtmlElement, list[str]]] = []
    for box, text in texts:
        while box.tag in _IN_A_LINE and box.getparent() is not None:
            box = box.getparent()
        if not lines or lines[-1][0] is not box:
            lines.append((box, []))
        lines[-1][1].append(squash(text[:1000]))
    return lines
