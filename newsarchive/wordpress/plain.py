"""Comments of nothing but paragraphs of words, which most are: read without a parser, which takes three times as long."""

import re
from html import unescape

from newsarchive.tweets import may_refer

Paragraph = tuple[str, str]
"""The words of a paragraph, a vertical tab for each line break, and the white space behind it."""

_BREAK = re.compile("<br ?/?>")
_ENTITY = re.compile("&(?:amp|lt|gt|quot|nbsp|#0?3[2-9]|#8[0-9]{3});")
# What a parser drops or reads in its own way is left to it: control characters, lone surrogates, U+FFFE and U+FFFF.
_UNUSUAL = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST = 100_000


def plain_paragraphs(html: str) -> list[Paragraph] | None:
    """The paragraphs of `html` where it is nothing but ``<p>`` with words, entities and ``<br />``; None for all else.

    None as well where an address begins a paragraph, or anything in it may refer to a tweet: both may be embeds.
    """
    head, *pieces = html.split("<p>")
    if not pieces or head.strip("\n\t ") or len(html) > _LONGEST or _UNUSUAL.search(html) or may_refer(html):
        return None
    if "&" in html and html.count("&") != len(_ENTITY.findall(html)):
        return None
    found = []
    for piece in pieces:
        text, end, after = piece.partition("</p>")
        if "<" in text:
            text = _BREAK.sub("\v", text)
        if not end or "<" in text or ">" in text or after.strip("\n\t "):
            return None
        if "&" in text:
            text = unescape(text)
        if not text or text[0].isspace() or text[:4].lower() == "http":
            return None
        found.append((text, after))
    return found
