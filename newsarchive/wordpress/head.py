"""What a page says of itself to machines: meta elements, links, and JSON-LD."""

import json
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsarchive.markup import folded, squash
from newsarchive.wordpress.survey import Survey

_LONGEST_SCRIPT = 1_000_000
_MOST_NODES = 500
_LAST_COMMA = re.compile(r",\s*([}\]])")
_ARTICLES = ("Article", "Posting", "Report", "Recipe", "PodcastEpisode")


@dataclass
class Head:
    """The machine-readable part of a page; all empty where it has none."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    """Contents by lower-case name, property or itemprop, in the order of the page."""
    links: dict[str, list[str]] = field(default_factory=dict)
    """Addresses by relation (``canonical``, ``shortlink``, ``amphtml``; ``json`` is the page's own REST address)."""
    title: str = ""
    """The document's title."""
    language: str = ""
    """What ``<html lang>`` says."""
    nodes: list[dict[str, Any]] = field(default_factory=list)
    """Every JSON-LD object that has a type."""
    articles: list[dict[str, Any]] = field(default_factory=list)
    """Those that describe articles."""

    def meta(self, *names: str) -> str:
        """The first content of the first of `names` that has one; empty where none has."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return content
        return ""

    def node(self, reference: Any) -> dict[str, Any] | None:
        """The JSON-LD object meant by ``{"@id": …}``, or `reference` itself where it says more than an id."""
        if not isinstance(reference, dict):
            return None
        name = reference.get("@id")
        if name and len(reference) <= 2:
            return next((node for node in self.nodes if node.get("@id") == name and len(node) > 2), reference)
        return reference

    def of_type(self, *kinds: str) -> list[dict[str, Any]]:
        """The JSON-LD objects of these types, in order."""
        return [node for node in self.nodes if any(kind in kinds for kind in types(node))]


def read_head(survey: Survey) -> Head:
    """What a page says of itself. Broken JSON-LD is passed over; sizes are bounded."""
    root = survey.root
    head = Head(language=(root.get("lang") or root.get("xml:lang") or "").strip()[:35])
    for element in survey.of("meta"):
        content = element.get("content")
        name = (element.get("property") or element.get("name") or element.get("itemprop")) if content else None
        if content and name and len(content) < 5000:
            head.metas.setdefault(name.lower(), []).append(squash(content))
    for element in survey.of("link"):
        _link(head, element)
    for element in survey.of("title"):
        parent = element.getparent()
        if not head.title and (parent is None or parent.tag != "svg"):
            head.title = squash(element.text_content()[:2000])
    for element in survey.of("script"):
        if "ld+json" in (element.get("type") or ""):
            _ld(head, element.text or "")
    articles = [node for node in head.nodes if any(kind.endswith(_ARTICLES) for kind in types(node))]
    head.articles = [node for node in articles if not _is_another(node, head)]
    return head


def _is_another(article: dict[str, Any], head: Head) -> bool:
    """Whether a JSON-LD article is another page's: one of a list of the latest, which says its own address and headline."""
    headline = folded(unescape(said_text(article.get("headline")) or said_text(article.get("name"))))
    titles = [folded(unescape(title)) for title in (head.title, head.meta("og:title")) if title]
    if not headline or not titles or any(headline in title or title in headline for title in titles):
        return False
    page = article.get("mainEntityOfPage")
    said = (article.get("url"), page.get("@id") if isinstance(page, dict) else page, article.get("@id"))
    own = _place(next(iter(head.links.get("canonical", ())), "") or head.meta("og:url"))
    places = [place for address in said if isinstance(address, str) and (place := _place(address))]
    # Copied examples and home pages say nothing: only an address of this site, of a page, and not of this one.
    return own is not None and own not in places and any(host == own[0] and path for host, path in places)


def _place(address: str) -> tuple[str, str] | None:
    """Host and path of an address; None where it has no host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return (parts.netloc.lower().removeprefix("www."), parts.path.strip("/")) if parts.netloc else None


def _link(head: Head, element: HtmlElement) -> None:
    relations = element.get("rel")
    if not relations or relations == "stylesheet":
        return
    address = (element.get("href") or "").strip()
    for relation in relations.lower().split():
        if relation == "alternate" and element.get("type") == "application/json":
            relation = "json"
        if address and len(address) < 4000:
            head.links.setdefault(relation, []).append(address)


def _ld(head: Head, script: str) -> None:
    script = script.strip()
    if script.startswith(("<!--", "//<![CDATA[", "<![CDATA[", "/*")):
        start, stop = script.find("{"), script.rfind("}")
        script = script[start : stop + 1]
    if not script or len(script) > _LONGEST_SCRIPT:
        return
    try:
        said = json.loads(script, strict=False)
    except RecursionError:
        return
    except ValueError:  # many themes write JSON-LD by hand, and leave a comma behind the last of a list
        try:
            said = json.loads(_LAST_COMMA.sub(r"\1", script), strict=False)
        except (ValueError, RecursionError):
            return
    stack = [(said, 0)]
    while stack and len(head.nodes) < _MOST_NODES:
        value, depth = stack.pop()
        if isinstance(value, dict):
            if "@type" in value:
                head.nodes.append(value)
            inner = list(value.values())
        elif isinstance(value, list):
            inner = value
        else:
            continue
        if depth < 12:
            stack.extend((item, depth + 1) for item in reversed(inner[:200]) if isinstance(item, dict | list))


def types(node: dict[str, Any]) -> list[str]:
    """The types of a JSON-LD object, without their vocabulary's address."""
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return [kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str)]


def said_text(value: Any) -> str:
    """A JSON-LD value as text: a string, the first of a list, or an object's ``@value`` or name; empty for anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return squash(value[:5000]) if isinstance(value, str) else ""
