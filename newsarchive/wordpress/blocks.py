"""The blocks of a body: quotes, lists, tables, code, and what stands in a line and is no plain text."""

from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive.items import Block, Link
from newsarchive.markup import squash
from newsarchive.wordpress import media
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.running_text import cleaned

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

HEADINGS = {f"h{level}": level for level in range(1, 7)}
UNREAD = word_set(
    "script style template svg form input button select option textarea link meta title head base frame frameset noframes "
    "nav dialog canvas map area track param amp-ad amp-analytics amp-auto-ads noindex"
)
"""Elements in which nothing is for a reader."""


def read_quote(reader: "Reader", element: HtmlElement) -> None:
    """A quotation with its source; of an embed, what that is."""
    names = element.get("class") or ""
    if "wp-embedded-content" in names:
        _put_own_embed(reader, element)
        return
    if media.put_embed(reader, element):
        return
    cite, reader.cite = reader.cite, None
    if reader.heading is not None and _relate_list(reader, element):
        reader.cite = cite
        return
    reader.in_quote += 1
    pieces = reader.sub(element)
    reader.in_quote -= 1
    source, reader.cite = reader.cite, cite
    said = [piece for piece in pieces if piece[0].type in ("paragraph", "heading", "quote", "list", "code", "table")]
    text = "\n\n".join(text for _, text in said if text)
    shown = f"{text}\n{source}" if text and source else text or source or ""
    if shown:
        reader.put(Block(type="quote", text=text or None, cite=source), shown)
    for block, words in pieces:
        if block.type in ("image", "video", "tweet", "embed"):
            reader.put(block, words)


def _put_own_embed(reader: "Reader", element: HtmlElement) -> None:
    """WordPress' card of another post: ``<blockquote class="wp-embedded-content"><a href>Title</a>``."""
    anchor = next(element.iter("a"), None)
    url = absolute(anchor.get("href"), reader.base) if anchor is not None else None
    if url is None:
        return
    words = squash(anchor.text_content()) or None if anchor is not None else None
    if reader.heading is not None:
        reader.relate([Link(url=url, text=words)])
        reader.cut[element] = "related"
        return
    reader.links.append(Link(url=url, text=words))
    reader.put(Block(type="embed", text=words, url=url, provider="wordpress"), words or "")


def _relate_list(reader: "Reader", element: HtmlElement) -> bool:
    """Takes a list or a quote of nothing but links as further reading; False where it says anything else."""
    anchors = [anchor for anchor in element.iter("a") if squash(anchor.text_content())]
    said = sum(len(squash(anchor.text_content())) for anchor in anchors)
    if not anchors or len(squash(" ".join(element.itertext()))) > said * 1.3 + 8 * len(anchors):
        return False
    links = [
        Link(url=url, text=squash(anchor.text_content()))
        for anchor in anchors
        if (url := absolute(anchor.get("href"), reader.base))
    ]
    if not links:
        return False
    reader.relate(links)
    reader.cut[element] = "related"
    return True


def read_list(reader: "Reader", element: HtmlElement) -> None:
    """A list, a line for each item; one of nothing but links under their heading is further reading."""
    if reader.heading is not None and _relate_list(reader, element):
        return
    items: list[str] = []
    others: list[tuple[Block, str]] = []
    ordered = element.tag == "ol"
    for child in element:
        if not isinstance(child.tag, str) or child.tag in UNREAD or (child.keys() and reader.left_out(child)):
            continue
        found = (
            [(Block(type="list", items=_inner(reader, child)), "")] if child.tag in ("ul", "ol") else reader.sub(child)
        )
        lines: list[str] = []
        for block, words in found:
            if block.type == "list":
                items_inside = [f"  {item}" for item in block.items]
                if lines:
                    items.append("\n".join(lines))
                    lines = []
                items.extend(items_inside)
            elif block.type in ("image", "video", "tweet", "embed"):
                if block.type == "tweet" and words:
                    lines.append(words)
                    words = ""
                others.append((block, words))
            elif words:
                lines.append(words)
        if lines:
            items.append("\n".join(lines))
    if items:
        text = "\n".join(items)
        block = Block(type="list", text=text, ordered=ordered, items=items)
        reader.lists[id(block)] = (element, block)
        reader.put(block, text)
    for block, words in others:
        reader.put(block, words)


def read_table(reader: "Reader", element: HtmlElement) -> None:
    """A table by its rows; one that only places things side by side is read as what stands in it."""
    if _is_layout(element):
        reader.container(element)
        return
    rows: list[list[str]] = []
    others: list[tuple[Block, str]] = []
    caption = None
    for part in element.iter("caption", "tr"):
        if part.tag == "caption":
            caption = squash(part.text_content()) or None
            continue
        cells = []
        for cell in part:
            if cell.tag in ("td", "th"):
                if not len(cell):
                    cells.append(cleaned(cell.text or ""))
                    continue
                pieces = reader.sub(cell)
                cells.append(
                    " ".join(text.replace("\n", " ") for block, text in pieces if text and block.type != "image")
                )
                others.extend((block, "") for block, _ in pieces if block.type in ("image", "video", "tweet", "embed"))
        if any(cells):
            rows.append(cells)
    if rows:
        text = "\n".join("\t".join(row).rstrip() for row in rows)
        reader.put(
            Block(type="table", text=text, rows=rows, caption=caption), f"{caption}\n{text}" if caption else text
        )
    for block, words in others:
        reader.put(block, words)


def read_code(reader: "Reader", element: HtmlElement) -> None:
    """Code or verse, its line breaks and blanks as written."""
    parts: list[str] = []
    for node in element.iter():
        if node.tag == "br":
            parts.append("\n")
        elif isinstance(node.tag, str) and node.text:
            parts.append(node.text)
        if node is not element and node.tail:
            parts.append(node.tail)
    lines = [line.rstrip() for line in "".join(parts).replace("\r\n", "\n").replace("\xad", "").split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    text = "\n".join(lines)
    if text:
        verse = "verse" in (element.get("class") or "")
        reader.put(Block(type="paragraph" if verse else "code", text=text), text)


def read_ruby(reader: "Reader", element: HtmlElement) -> None:
    """漢字 with its reading in brackets, as a browser without ruby shows it."""
    if element.text:
        reader.parts.append(element.text)
    for child in element:
        if child.tag == "rt":
            reader.parts.append(f"({squash(child.text_content())})")
        elif isinstance(child.tag, str) and child.tag != "rp":
            read_ruby(reader, child) if child.tag in ("rb", "rtc") else reader.container(child)
        if child.tail:
            reader.parts.append(child.tail)


def read_formula(reader: "Reader", element: HtmlElement) -> None:
    """A formula in its line, without the source that tools keep beside it: ``<math>… <annotation>x^2``."""
    for part in element.iter():
        if isinstance(part.tag, str) and part.tag[:10] != "annotation" and part.text:
            reader.parts.append(part.text)


def read_inline_quote(reader: "Reader", element: HtmlElement) -> None:
    reader.parts.append("“")
    reader.container(element)
    reader.parts.append("”")


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table places things side by side rather than saying anything by its rows."""
    if table.get("role") == "presentation":
        return True
    for node in table.iter("table", "h1", "h2", "h3", "blockquote", "iframe", "figure", "ul", "ol"):
        if node is not table:
            return True
    return all(sum(cell.tag in ("td", "th") for cell in row) < 2 for row in table.iter("tr"))


def _inner(reader: "Reader", element: HtmlElement) -> list[str]:
    """The items of a list that stands, wrongly, directly inside another."""
    pieces = reader.sub(element)
    return [text for _, text in pieces if text]
