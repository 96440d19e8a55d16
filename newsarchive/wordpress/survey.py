"""A page gone through once: what the readers of its parts ask for, so that none of them has to search it again."""

import re

from lxml.html import HtmlElement

from newsarchive.marks import Marks
from newsarchive.wordpress.furniture import word_set

# Elements whose own text is no prose: unseen, or a headline.
_UNREAD = word_set("h1 script style noscript textarea option button template svg title")
_KEPT = word_set("a time h1 h2 form input img meta link title script article")
_NAMELESS = word_set(
    "script style link br path svg option img strong em b i"
)  # whose ids and properties nobody asks for
PROSE = 30
"""Characters from which a piece of text counts as prose, not as a label."""


class Survey:
    """The elements of a page by what they are, and where its prose stands."""

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.marks = marks = Marks(None)  # filled here, in the same pass
        marks.elements = elements = list(root.iter("*"))
        self.by_tag: dict[str, list[int]] = {tag: [] for tag in _KEPT}
        """Places, in the marks' elements, of the tags that are asked for."""
        self.properties: dict[int, str] = {}
        """The itemprop of the places that have one."""
        self.prose: dict[HtmlElement, int] = {}
        """Characters of prose that stand directly in an element, between its children included."""
        by_tag, owners, ids, by_names = self.by_tag, self.prose, marks.ids, marks.by_names
        for place, element in enumerate(elements):
            tag = element.tag
            if tag in _KEPT:
                by_tag[tag].append(place)
            names = element.get("class")
            if names:
                if names in by_names:
                    by_names[names].append(place)
                else:
                    by_names[names] = [place]
            if tag not in _NAMELESS:
                name = element.get("id")
                if name and name not in ids:
                    ids[name] = element
                name = element.get("itemprop")
                if name:
                    self.properties[place] = name
            text = element.text
            if text is not None and len(text) > PROSE and tag not in _UNREAD and not text.isspace():
                owners[element] = owners.get(element, 0) + len(text)
            text = element.tail
            if text is not None and len(text) > PROSE and not text.isspace():
                parent = element.getparent()
                if parent is not None and parent.tag not in _UNREAD:
                    owners[parent] = owners.get(parent, 0) + len(text)

    def of(self, tag: str) -> list[HtmlElement]:
        """The elements of a tag, in order. Kept are a, article, form, h1, h2, img, input, link, meta, script, time, title."""
        elements = self.marks.elements
        return [elements[place] for place in self.by_tag[tag]]


_HOME = re.compile(r"(?:^|//)[^/?#]{3,200}/?(?:index\.\w{3,4})?(?:[?#].*)?$|^/$")


def leads_home(heading: HtmlElement) -> bool:
    """Whether a heading is the site's own: a link to a home page."""
    anchor = heading if heading.tag == "a" else next(heading.iter("a"), None)
    if anchor is None:
        parent = heading.getparent()
        anchor = parent if parent is not None and parent.tag == "a" else None
    if anchor is None:
        return False
    target = (anchor.get("href") or "")[:2000]
    return target == "/" or ("//" in target and bool(_HOME.search(target[target.rfind("//") :])))
