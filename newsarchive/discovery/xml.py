"""XML from strangers: gzip undone within bounds, no entities, no network, broken documents read as far as they go."""

import zlib

from lxml import etree

LARGEST_BYTES = 64 * 1024 * 1024
"""A sitemap may hold 50 MB by its standard."""


class NotXml(ValueError):
    """The answer is no XML document, or one that is too large."""


def root_of(body: bytes) -> etree._Element:
    """The root element of an XML document, gzipped or not. Raises NotXml."""
    if body[:2] == b"\x1f\x8b":
        undo = zlib.decompressobj(wbits=31)
        try:
            body = undo.decompress(body, LARGEST_BYTES)
        except zlib.error as error:
            raise NotXml(f"broken gzip: {error}") from error
        if undo.unconsumed_tail:
            raise NotXml(f"larger than {LARGEST_BYTES} bytes when unpacked")
    if len(body) > LARGEST_BYTES:
        raise NotXml(f"larger than {LARGEST_BYTES} bytes")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<") or start[:15].lower().startswith((b"<!doctype html", b"<html")):
        raise NotXml("no XML")
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True
    )
    try:
        root = etree.fromstring(start, parser)
    except etree.XMLSyntaxError as error:
        raise NotXml(str(error)) from error
    if root is None:
        raise NotXml("nothing that can be read")
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace, or without a prefix that nobody declared; empty for what is no element."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
