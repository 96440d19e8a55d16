"""The end of a body: what only leads elsewhere, asks to subscribe, or says whose a picture is, leaves the text."""

from typing import TYPE_CHECKING

from newsarchive.items import Block, Link, RelatedLink
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.furniture_words import CALL, CREDIT, NOTICE, SUBSCRIBING, WALL

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader


def cut_tail(reader: "Reader") -> None:
    """Takes a body's end that only leads to other pages of the site, with its headings, as further reading."""
    at, links, cut = len(reader.pieces), 0, len(reader.pieces)
    while at > 0:
        block, text = reader.pieces[at - 1]
        lead = _leads_of(reader, block)
        if lead:
            links += len(lead)
            cut = at - 1
        elif block.type == "heading" or (text.endswith(":") and len(text) < 100):
            if cut == len(reader.pieces):
                break
            cut = at - 1
        elif block.type not in ("image", "embed") and (len(text) > 45 or text.endswith((".", "!", "”", "“", '"', "»"))):
            break
        at -= 1
    alone = links == 1 and cut == len(reader.pieces) - 1 and len(reader.pieces[cut][1]) > 20
    if (links < 2 and not alone) or not any(len(text) > 100 for _, text in reader.pieces[:cut]):
        return
    for block, text in reader.pieces[cut:]:
        found = _leads_of(reader, block) or []
        reader.related.extend(RelatedLink(url=link.url, title=link.text) for link in found)
        element = reader.leads[id(block)][1] if id(block) in reader.leads else None
        if element is None and id(block) in reader.lists:
            element = reader.lists[id(block)][0]
        if element is not None and element is not reader.root:
            reader.cut[element] = "tail"
        if text:
            reader.cuts.append(("leads elsewhere, to the end", text[:120]))
    gone = {link.url for block, _ in reader.pieces[cut:] for link in _leads_of(reader, block) or []}
    reader.links = [link for link in reader.links if link.url not in gone]
    shown = {image.url for block, _ in reader.pieces[cut:] if (image := block).type == "image"}
    reader.images = [image for image in reader.images if image.url not in shown]
    del reader.pieces[cut:]


def cut_lost_heading(reader: "Reader") -> None:
    """Takes a heading of further reading after which nothing comes: a script fills it in."""
    if reader.heading is None or len(reader.pieces) < 2 or reader.heading[0] != len(reader.pieces) - 1:
        return
    _, block, element = reader.heading
    if block.type != "heading" and (block.text or "").endswith((".", "!")):
        return  # the verdict of a review: "Recommended."
    reader.drop(element, None)
    reader.cuts.append(("heading of related links", (block.text or "")[:120]))
    del reader.pieces[-1]


def cut_wall(reader: "Reader") -> None:
    """Takes a body's end that only asks to subscribe or to log in."""
    for at in range(max(1, len(reader.pieces) - 12), len(reader.pieces)):
        if len(reader.pieces[at][1]) >= 500 or not WALL.match(reader.pieces[at][1]):
            continue
        after = [text for _, text in reader.pieces[at:] if text]
        if 2 * sum(1 for text in after if SUBSCRIBING.search(text)) > len(after):
            reader.cuts.extend(("asks to subscribe", text[:120]) for text in after)
            del reader.pieces[at:]
            return


def take_credit(reader: "Reader") -> None:
    """Gives a line at a body's end that says whose the picture is to the picture, and drops the site's own notice."""
    for at in range(len(reader.pieces) - 1, max(len(reader.pieces) - 4, 0), -1):
        block, text = reader.pieces[at]
        if block.type != "paragraph":
            continue
        if NOTICE.match(text) and len(text) < 400:
            reader.cuts.append(("copyright notice", text[:120]))
            del reader.pieces[at]
        elif len(text) < 300 and CALL.match(text) and (at == len(reader.pieces) - 1 or text.endswith("!")):
            reader.cuts.append(("a call to the reader", text[:120]))
            del reader.pieces[at]
        elif len(text) < 160 and reader.credit is None and (said := CREDIT.match(text)):
            reader.credit = squash(text[said.end() :]) or None
            if reader.images and not reader.images[0].credit:
                reader.images[0].credit = reader.credit
            reader.cuts.append(("credit of a picture", text[:120]))
            del reader.pieces[at]


def _leads_of(reader: "Reader", block: Block) -> list[Link] | None:
    """The links of a block that is nothing but links to this site's pages; None for any other."""
    if id(block) in reader.leads:
        return reader.leads[id(block)][0]
    if id(block) not in reader.lists:
        return None
    element = reader.lists[id(block)][0]
    found: list[Link] = []
    said = 0
    for anchor in element.iter("a"):
        words = squash(anchor.text_content())
        url = absolute(anchor.get("href"), reader.base)
        if words and url and reader.is_own_page(url):
            found.append(Link(url=url, text=words))
            said += len(words)
    if not found or len(block.text or "") > said * 1.25 + 6 * len(found):
        return None
    reader.leads[id(block)] = (found, element, block)
    return found
