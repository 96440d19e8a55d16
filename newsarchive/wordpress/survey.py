"""A page gone through once: what the readers of its parts ask for, so that none of them has to search it again."""

import re

from lxml.html import HtmlElement

from newsarchive.marks import Marks
from newsarchive.wordpress.furniture import word_set

_PLACED = word_set("a time h1 form input img meta link title script article")
# A page has a thousand elements, and each question to each of them costs: of most kinds not all need be asked.
_UNMARKED = word_set(
    "script style link meta title head br path option col source defs use g circle rect polygon wbr tr td tbody"
)
_UNNAMED = _UNMARKED | word_set("a span p img i b em strong li input label button svg noscript h4 h5 h6 time small")
_NO_PROSE = word_set(
    "script style noscript textarea option button template svg title select h1 ul ol table tbody tr img link meta br path col input"
)
_IN_A_LINE = word_set(
    "a abbr b big br center cite code del em figure font h2 h3 i iframe img ins noscript script small span strong sub sup u div"
)
PROSE = 30
"""Characters from which a piece of text counts as prose, not as a label."""


class Survey:
    """The elements of a page by what they are, and where its prose stands.

    `source` is the page's text, where it is at hand: what does not stand in it need not be looked for. Of the marks'
    ids only those of boxes and headings are there.
    """

    def __init__(self, root: HtmlElement, source: str = "") -> None:
        self.root = root
        self.marks = marks = Marks(None)  # filled here, in the same pass
        marks.elements = elements = list(root.iter("*"))
        self.by_tag: dict[str, list[int]] = {tag: [] for tag in _PLACED}
        """Places, in the marks' elements, of the tags that are asked for."""
        self.prose: dict[HtmlElement, int] = {}
        """Characters of prose that stand directly in an element, between its children included."""
        by_tag, owners, ids, by_names = self.by_tag, self.prose, marks.ids, marks.by_names
        for place, element in enumerate(elements):
            tag = element.tag
            if tag in _PLACED:
                by_tag[tag].append(place)
            if tag not in _UNMARKED:
                names = element.get("class")
                if names:
                    if names in by_names:
                        by_names[names].append(place)
                    else:
                        by_names[names] = [place]
                if tag not in _UNNAMED:
                    name = element.get("id")
                    if name and name not in ids:
                        ids[name] = element
            if tag not in _NO_PROSE:
                text = element.text
                if text is not None and len(text) > PROSE and not text.isspace():
                    owners[element] = owners.get(element, 0) + len(text)
            if tag in _IN_A_LINE:
                text = element.tail
                if text is not None and len(text) > PROSE and not text.isspace():
                    parent = element.getparent()
                    if parent is not None and parent.tag not in _NO_PROSE:
                        owners[parent] = owners.get(parent, 0) + len(text)
        marks.links = self.of("a")
        if not source or "itemprop" in source:
            marks.find_properties(root)

    def of(self, tag: str) -> list[HtmlElement]:
        """The elements of a tag, in order. Kept are a, article, form, h1, img, input, link, meta, script, time, title."""
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
