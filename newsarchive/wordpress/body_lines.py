"""The lines of a body that are none of it: labels, tags and categories, buttons to share it."""

import re
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive.items import Link
from newsarchive.wordpress.blocks import HEADINGS
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.furniture_words import BUTTON, LABELS
from newsarchive.wordpress.running_text import is_sentence

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

_SHARES = re.compile(
    r"//(?:[\w-]+\.)?(?:facebook\.com/(?:sharer|share\.php|dialog/)|(?:twitter|x)\.com/(?:intent/(?:tweet|post)|share|home\?status)|whatsapp\.com/send\?text|wa\.me/\?text|t\.me/share"
    r"|telegram\.me/share|linkedin\.com/(?:sharearticle|sharing|cws)|pinterest\.[a-z.]{2,6}/pin/create|reddit\.com/submit|tumblr\.com/(?:share|widgets)|xing\.com/(?:spi|social)|getpocket\.com/(?:save|edit)|vk\.com/share|plus\.google\.com/share|addtoany\.com/)",
    re.I,
)
_SAYING = word_set("li h2 h3 h4 h5 h6 dt dd td th")
_FILED = 90
"""Letters between two links, from which on a line says more than when, by whom and where a post was filed."""


def rule_against(reader: "Reader", text: str, links: list[Link], element: HtmlElement | None) -> str | None:
    """The rule by which a paragraph that `element` holds is left out; None where it is of the body."""
    if reader.rules.is_furniture_text(text):
        return "the site's furniture text"
    if not reader.rules.general:
        return None
    if len(text) < 60 and LABELS.fullmatch(text) and not _is_plainly_said(text, element):
        return "label"
    if links and _is_of_buttons(reader, text, links):
        return "tags, categories or share links"
    return None


def _is_plainly_said(text: str, element: HtmlElement | None) -> bool:
    """Whether what a button or a counter says is the author's heading, item or cell: ``<li>Save</li>``, with no mark of either.

    The editor's own is none: ``<h2 class="wp-block-heading" id="h-print">``.
    """
    if element is None or element.tag not in _SAYING or len(element):
        return False
    if element.keys() and not (element.get("class") or "").startswith("wp-block-heading"):
        return False
    return BUTTON.fullmatch(text) is not None or (text[0].isdigit() and element.tag not in HEADINGS)


def _is_of_buttons(reader: "Reader", text: str, links: list[Link]) -> bool:
    """Whether a paragraph is but the article's tags, or links that share it, with a word or two before them.

    Or a theme's line on where the post is filed, which may say more: no author writes ``rel="category"``.
    """
    filed = any(id(link) in reader.filing for link in links)
    if not filed and not all(link.url in reader.terms or _SHARES.search(link.url) for link in links):
        return False
    if filed and links[0].text and text.startswith(links[0].text) and is_sentence(text):
        return False  # a short post beside its category
    said, at = [], 0
    for link in links:
        start = text.find(link.text or "", at)
        if start >= 0:
            said.append(text[at:start])
            at = start + len(link.text or "")
    letters = [sum(map(str.isalnum, part)) for part in (*said, text[at:])]
    return sum(letters) < (200 if filed else 25) and max(letters) < _FILED
