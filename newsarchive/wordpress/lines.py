"""The lines that a theme prints by the headline: who wrote the post, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.dates import is_bare_date
from newsarchive.markup import squash
from newsarchive.wordpress.furniture import spelled, word_set
from newsarchive.wordpress.places import Places, headline_in, in_card, in_site_head, is_outside

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
