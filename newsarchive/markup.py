"""HTML from strangers: bytes to text, text to a tree, with bounds on what a page can cost."""

import re

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


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def tree(source: bytes | str) -> HtmlElement:
    """The document's root element; an empty document gives an empty ``<html>``.

    Control characters and lone surrogates, which neither XML nor JSON can hold, are dropped. libxml2 bounds the depth
    (256 levels; deeper markup is flattened into its parent, its text kept), so nothing here recurses without end.
    """
    text = _CONTROL.sub("", decode(source))
    if not text.strip():
        return lxml_html.fromstring("<html></html>")
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_pis=True)
    return lxml_html.document_fromstring(text.encode("utf-8"), parser=parser, ensure_head_body=False)


_SPACE = re.compile(r"[\s\u200b\ufeff]+")


def squash(text: str | None) -> str:
    """`text` with every run of white space as one blank, none at the ends; None gives the empty string."""
    return _SPACE.sub(" ", text or "").strip()
