"""The end of a body: what only leads elsewhere, asks to subscribe, or says whose a picture is, leaves the text."""

from typing import TYPE_CHECKING, NamedTuple

from lxml.html import HtmlElement

from newsarchive.items import Block, Link, RelatedLink
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.furniture_words import CALL, CREDIT, NOTICE, SUBSCRIBING, WALL

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader


class Lead(NamedTuple):
    """A block that is but links to this site's pages."""

    links: list[Link]
    element: HtmlElement | None
    """What it was read from, where that holds nothing else."""
    block: Block
    """Itself: as long as it is kept, no other has its id()."""


def cut_tail(reader: "Reader") -> None:
    """Takes a body's end that only leads to other pages of the site, with its headings, as further reading."""
    start = _start_of_tail(reader)
    if start is None:
        return
    tail = reader.pieces[start:]
    del reader.pieces[start:]
    links = [link for block, _ in tail for link in _leads_of(reader, block)]
    reader.related.extend(RelatedLink(url=link.url, title=link.text) for link in links)
    for block, text in tail:
        element = _element_of(reader, block)
        if element is not None and element is not reader.root:
            reader.cut[element] = "tail"
        if text:
            reader.note_text(text, "leads elsewhere, to the end")
    gone = {link.url for link in links}
    reader.links = [link for link in reader.links if link.url not in gone]
    shown = {block.url for block, _ in tail if block.type == "image"}
    reader.images = [image for image in reader.images if image.url not in shown]


def _start_of_tail(reader: "Reader") -> int | None:
    """The place of the first piece of an end that only leads elsewhere; None where there is no such end, or no text before it."""
    pieces = reader.pieces
    start, links = len(pieces), 0
    for at in range(len(pieces) - 1, -1, -1):
        block, text = pieces[at]
        lead = _leads_of(reader, block)
        if lead:
            links += len(lead)
            start = at
        elif block.type == "heading" or (text.endswith(":") and len(text) < 100):
            if start == len(pieces):
                break
            start = at
        elif _is_of_text(block, text):
            break
    alone = links == 1 and start == len(pieces) - 1 and len(pieces[start][1]) > 20
    leads_on = links > 1 or alone
    return start if leads_on and any(len(text) > 100 for _, text in pieces[:start]) else None


def _is_of_text(block: Block, text: str) -> bool:
    """Whether a piece says something: a picture or a few words among links do not."""
    return block.type not in ("image", "embed") and (len(text) > 45 or text.endswith((".", "!", "”", "“", '"', "»")))


def _element_of(reader: "Reader", block: Block) -> HtmlElement | None:
    """What a block was read from, where that holds nothing else and is known."""
    lead = reader.leads.get(id(block))
    if lead is not None and lead.element is not None:
        return lead.element
    return reader.lists[id(block)][0] if id(block) in reader.lists else None


def cut_lost_heading(reader: "Reader") -> None:
    """Takes a heading of further reading after which nothing comes: a script fills it in."""
    if reader.heading is None or len(reader.pieces) < 2 or reader.heading[0] != len(reader.pieces) - 1:
        return
    _, block, element = reader.heading
    if block.type != "heading" and (block.text or "").endswith((".", "!")):
        return  # the verdict of a review: "Recommended."
    reader.drop(element, None)
    reader.note_text(block.text or "", "heading of related links")
    del reader.pieces[-1]


def cut_wall(reader: "Reader") -> None:
    """Takes a body's end that only asks to subscribe or to log in."""
    for at in range(max(1, len(reader.pieces) - 12), len(reader.pieces)):
        if len(reader.pieces[at][1]) >= 500 or not WALL.match(reader.pieces[at][1]):
            continue
        after = [text for _, text in reader.pieces[at:] if text]
        if 2 * sum(1 for text in after if SUBSCRIBING.search(text)) > len(after):
            for text in after:
                reader.note_text(text, "asks to subscribe")
            del reader.pieces[at:]
            return


def take_credit(reader: "Reader") -> None:
    """Gives a line at a body's end that says whose the picture is to the picture, and drops the site's own notice."""
    for at in range(len(reader.pieces) - 1, max(len(reader.pieces) - 4, 0), -1):
        block, text = reader.pieces[at]
        if block.type != "paragraph":
            continue
        if NOTICE.match(text) and len(text) < 400:
            reader.note_text(text, "copyright notice")
            del reader.pieces[at]
        elif len(text) < 300 and CALL.match(text) and (at == len(reader.pieces) - 1 or text.endswith("!")):
            reader.note_text(text, "a call to the reader")
            del reader.pieces[at]
        elif len(text) < 160 and reader.credit is None and (said := CREDIT.match(text)):
            reader.credit = squash(text[said.end() :]) or None
            if reader.images and not reader.images[0].credit:
                reader.images[0].credit = reader.credit
            reader.note_text(text, "credit of a picture")
            del reader.pieces[at]


def _leads_of(reader: "Reader", block: Block) -> list[Link]:
    """The links of a block that is nothing but links to this site's pages; none of any other."""
    if id(block) not in reader.leads and id(block) in reader.lists:
        element, _ = reader.lists[id(block)]
        links = _links_alone(reader, element, block)
        if links:
            reader.leads[id(block)] = Lead(links, element, block)
    lead = reader.leads.get(id(block))
    return lead.links if lead is not None else []


def _links_alone(reader: "Reader", element: HtmlElement, block: Block) -> list[Link]:
    """The links to this site's pages in a list, where it says little else."""
    found: list[Link] = []
    said = 0
    for anchor in element.iter("a"):
        words = squash(anchor.text_content())
        url = absolute(anchor.get("href"), reader.base)
        if words and url and reader.is_own_page(url):
            found.append(Link(url=url, text=words))
            said += len(words)
    return found if len(block.text or "") <= said * 1.25 + 6 * len(found) else []
