"""HTML from strangers: bytes to text, text to a tree, with bounds on what a page can cost."""

import re
from functools import cached_property, lru_cache
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

_META_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decode(data: bytes | str, declared: str | None = None) -> str:
    """Text of `data`: by its byte order mark, as UTF-8 where it is valid UTF-8, else by the declared or the page's own charset.

    A wrong declaration never costs the text: UTF-8 that decodes wins over it, and what no charset fits is read as
    Windows-1252 with replacement characters. A str is returned as it is.
    """
    if isinstance(data, str):
        return data
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass  # not UTF-8: the declarations are asked next
    found = _META_CHARSET.search(data[:4096])
    for name in (declared, found.group(1).decode("ascii", "ignore") if found else None):
        if not name or name.lower() in {"utf-8", "utf8"}:
            continue
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue  # an unknown or a wrong charset: the next one
    # A few broken bytes in a page that is otherwise UTF-8 (a cut cache, a pasted quote) are still UTF-8.
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 200 < len(text):
        return text
    return data.decode("cp1252", "replace")


PAGE_BYTES = 32 * 1024 * 1024
"""What is read of a page; the rest of a longer one is left aside."""

_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32)])
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE, U+FFFF


def tree(source: bytes | str, declared: str | None = None) -> HtmlElement:
    """The document's root element; an empty document gives an empty ``<html>``.

    Control characters and lone surrogates, which neither XML nor JSON can hold, are dropped. No element lies deeper
    than 256 levels: deeper markup is flattened into its parent, its text kept, so readers may recurse. A tag with
    thousands of attributes loses them. Of a page longer than `PAGE_BYTES` the beginning is read. `declared` is the charset the answer's header gives.
    """
    return _tree(_utf8(source, declared))


def text_and_tree(source: bytes | str, declared: str | None = None) -> tuple[str, HtmlElement]:
    """What `decode` and `tree` give of the same document, which is decoded once and, where it is UTF-8, encoded never."""
    if isinstance(source, bytes) and source[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        data = source.removeprefix(b"\xef\xbb\xbf")
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            pass  # read by its declarations below
        else:
            return text, _tree(data)
    text = decode(source, declared)
    return text, _tree(text.encode("utf-8", "ignore"))


class Document:
    """A page as it came, parsed when first asked for: what reads it one after another shares one tree.

    A reader that takes the tree apart must be the last. Pickled, it is the source alone.
    """

    def __init__(self, source: bytes | str, declared: str | None = None) -> None:
        self._source, self._declared = source, declared

    def __reduce__(self) -> tuple[type["Document"], tuple[bytes | str, str | None]]:
        return Document, (self._source, self._declared)

    @cached_property
    def text_and_tree(self) -> tuple[str, HtmlElement]:
        """As the function of that name."""
        return text_and_tree(self._source, self._declared)


def _tree(data: bytes) -> HtmlElement:
    data = data[:PAGE_BYTES]
    if any(control in data for control in _CONTROL_BYTES):  # looking for each takes half as long as taking them out
        data = data.translate(None, _CONTROL_BYTES)
    if b"\xef" in data:
        for noncharacter in _NONCHARACTERS:
            data = data.replace(noncharacter, b"")
    data = _bounded_tags(data)
    root, complaint = _parse(data)
    if (
        complaint is not None and complaint.type_name == "ERR_RESOURCE_LIMIT"
    ):  # it stopped at 256 levels: the rest is lost
        root, _ = _parse(_flattened(data), huge=True)  # a text or an attribute of over ten megabytes passes, too
    return root if root is not None else lxml_html.Element("html")


def fragment(source: bytes | str) -> HtmlElement:
    """A ``<div>`` that holds `source`, a piece of markup without a page around it; an empty one gives an empty ``<div>``."""
    body = tree(b"<html><body><div>" + _utf8(source) + b"</div></body></html>").find("body")
    if body is None or not len(body):
        return lxml_html.Element("div")
    if len(body) == 1 and not (body.text or body[0].tail or "").strip():
        return body[0]
    body.tag = "div"  # a stray end tag closed the wrapper early: all that follows it still belongs to the piece
    return body


def _utf8(source: bytes | str, declared: str | None = None) -> bytes:
    if isinstance(source, bytes) and source[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        try:
            source[:PAGE_BYTES].decode("utf-8")
        except UnicodeDecodeError:
            pass  # read by its declarations below
        else:
            return source.removeprefix(b"\xef\xbb\xbf")
    return decode(source, declared).encode("utf-8", "ignore")


# lxml.html asks a Python function for the class of every element, each time one is touched: half of a reader's time.
_CLASSES = etree.ElementDefaultClassLookup(element=HtmlElement, comment=lxml_html.HtmlComment)


def _parse(data: bytes, huge: bool = False) -> tuple[HtmlElement | None, Any]:
    parser = etree.HTMLParser(encoding="utf-8", remove_pis=True, huge_tree=huge, collect_ids=False)
    parser.set_element_class_lookup(_CLASSES)
    try:
        root = etree.fromstring(data, parser)
    except (etree.ParserError, etree.XMLSyntaxError):  # nothing in it but white space or comments
        root = None
    return root, parser.error_log.last_error


_LONG_TAG_BYTES = 8_192
_MOST_ATTRIBUTES = 1_000
_TAG_NAME = re.compile(rb"<[a-zA-Z][^\s/]{0,40}")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


def _bounded_tags(data: bytes) -> bytes:
    """`data` without the attributes of tags that have thousands: libxml2 (2.14) compares each with each, 40,000 take seconds."""
    out: list[bytes] = []
    copied = position = 0
    while len(data) - position > _LONG_TAG_BYTES:
        closed = data.rfind(b">", position, position + _LONG_TAG_BYTES)
        if closed >= 0:
            position = closed + 1
            continue
        closed = data.find(b">", position)
        closed = len(data) if closed < 0 else closed
        opened = data.rfind(b"<", position, closed)
        name = _TAG_NAME.match(data, opened) if opened >= 0 else None
        if name and len(_QUOTED.sub(b"", data[opened:closed]).split()) > _MOST_ATTRIBUTES:
            out.append(data[copied : name.end()])
            copied = closed
        position = closed + 1
    return b"".join((*out, data[copied:])) if out else data


_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})[^<>]{0,2000}>?")
# Never counted as depth: elements that hold nothing, and those that libxml2 closes itself where their like follows.
_FLAT = frozenset(
    b"area base br col hr img input link meta param html head body p li option td tr th tbody colgroup".split()
)
_UNCLOSED = frozenset(
    b"embed source track wbr".split()
)  # hold nothing either, but libxml2 nests what follows into them


def _flattened(data: bytes) -> bytes:
    """`data` without the tags that open more than fifty levels."""
    out: list[bytes] = []
    depth = position = 0
    for tag in _TAG.finditer(data):
        name = tag[2].lower()
        if name in _FLAT:
            continue
        if name in _UNCLOSED:
            out += (data[position : tag.end()], b"</" + name + b">")
            position = tag.end()
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth + bool(tag[1]) > 50:
            out += (data[position : tag.start()], b" ")
            position = tag.end()
    return b"".join((*out, data[position:]))


_UNSEEN = ("\u00ad", "\u200b", "\u2060", "\ufeff")


def squash(text: str | None) -> str:
    """`text` with every run of white space as one blank, none at the ends; None gives the empty string.

    What a reader cannot see is dropped: soft hyphens, zero-width spaces, byte order marks.

    >>> squash("  news\\u00adpaper\\n of record ")
    'newspaper of record'
    """
    if not text:
        return ""
    if not text.isascii():
        for unseen in _UNSEEN:
            if unseen in text:
                text = text.replace(unseen, "")
    return " ".join(text.split())


def folded(text: str) -> str:
    """`text` without case, blanks and punctuation: what two spellings of one title share."""
    return _folded(text) if len(text) < 500 else "".join(_WORD.findall(text.casefold()))


_WORD = re.compile(r"\w+")


@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    """The same for a short text: a page's titles and names are each compared some five times."""
    return "".join(_WORD.findall(text.casefold()))
