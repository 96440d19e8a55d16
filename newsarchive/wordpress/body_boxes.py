"""The boxes of a body that are none of it: which rule leaves an element out."""

import re
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive.wordpress.blocks import HEADINGS
from newsarchive.wordpress.furniture import furniture_name, holds_paragraphs, text_length, word_set

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

HEADLINE = "the headline"
_ROLES = frozenset({"navigation", "complementary", "search", "contentinfo", "banner", "dialog", "alertdialog"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_BOXES = word_set("div section article main td")
_DISCUSSION = word_set(
    "comments-area commentlist comment-list respond comment-respond wp-block-comments disqus_thread fb-comments wpdcom wpdiscuz-comments"
)


def rule_against(reader: "Reader", element: HtmlElement) -> str | None:
    """The rule by which `element` is left out; None where it is of the body."""
    if reader.furniture and element in reader.furniture:
        return "the site's furniture"
    if element is reader.headline:
        return HEADLINE
    general = reader.rules.general
    if general and element.tag == "aside" and _leads_away(element):
        return "<aside> of links"
    keys = element.keys()
    if "hidden" in keys or ("style" in keys and _HIDDEN.search((element.get("style") or "")[:2000])):
        return "hidden"
    if not general:
        return None
    name = _furniture(element, keys)
    return name if name and not _is_content(reader, element, name) else None


def is_discussion(element: HtmlElement, rule: str) -> bool:
    """Whether an element that is left out is that of the comments."""
    return rule in _DISCUSSION or element.get("id") == "comments"


def _furniture(element: HtmlElement, keys: list[str]) -> str | None:
    """The class name, the id or the role that says that an element is furniture."""
    name = furniture_name(element.get("class") or "") if "class" in keys else None
    if not name and "id" in keys and not _is_anchor(element):
        name = furniture_name(element.get("id") or "")
    if not name and "role" in keys and element.get("role") in _ROLES:
        name = f"role {element.get('role')}"
    return name


def _is_anchor(element: HtmlElement) -> bool:
    """Whether an id is made of the words of a heading, for a table of contents: ``<h2 id="h-who-pays-for-ads">``."""
    return element.tag in HEADINGS and not (element.get("id") or "").startswith(("comment", "respond", "reply"))


def _leads_away(element: HtmlElement) -> bool:
    """Whether most of what an element says is links."""
    return 2 * sum(text_length(link) for link in element.iter("a")) > text_length(element)


def _is_content(reader: "Reader", element: HtmlElement, rule: str) -> bool:
    """A box named like furniture that holds most of the body, or paragraph after paragraph, is no furniture; nor is a
    picture of the article's own."""
    if element.tag == "img":
        return "wp-image-" in (element.get("class") or "")
    if element.tag not in _BOXES or "comment" in rule or rule == "respond":
        return False
    if holds_paragraphs(element):
        return True
    length = text_length(element)
    return length >= 200 and length * 2 > reader.whole()
