"""An article's headline: what the page shows and what it tells machines, ranked."""

import re
from html import unescape
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.markup import folded, squash
from newsarchive.wordpress.furniture import spelled, word_set
from newsarchive.wordpress.head import Head, said_text
from newsarchive.wordpress.places import Found, Places, is_outside, own_names
from newsarchive.wordpress.survey import leads_home

_KNOWN_TAGS = word_set("a abbr acronym address article aside b bdi bdo big blockquote br button center cite code data del details dfn div dl dd dt em "
    "embed figcaption figure font footer form g h1 h2 h3 h4 h5 h6 header hgroup hr i iframe img input ins kbd label li link main map mark meta nav nobr noscript "
    "object ol p path picture pre q rect circle rp rt ruby s samp script section select small source span strike strong style sub summary sup svg symbol "
    "table tbody td textarea tfoot th thead time title tr track tt u ul use var video wbr defs polygon line polyline ellipse")  # fmt: skip


_SEPARATOR = re.compile(r"\s+[|–—\-»«:•·~/]+\s+|\s*[|»«]\s*|:\s+")


def titles(head: Head, found: Places, site_name: str) -> list[Found]:
    """What the page may mean as its headline, without the site's name, best first.

    A heading that the document's title, Open Graph or JSON-LD repeats is believed before any of these, for a reader
    sees it. An empty list where there is nothing but the site's name.
    """
    own = own_names(found, site_name)
    heads = _told(head, _without_archive(head.title, own))
    said = [folded(text) for text, _, _ in heads]
    parts = {
        folded(part)
        for text, _, _ in heads
        for part in (text, *_SEPARATOR.split(text))
        if 2 * len(part) >= len(text)  # else the site's name, or a word of the headline
    }
    _add_unmarked(found, [text for text, _, _ in heads], own)
    visible = _visible(found, said, own, parts)
    cleaned = [Found(_without_site(text.strip(" |–—-»«•·"), own, visible), rule, worth) for text, rule, worth in heads]
    site = folded(_host(head).removeprefix("www."))
    every = visible + [
        _with_kicker(title, visible)
        for title in cleaned
        if title.value and folded(title.value) not in own and not site.startswith(folded(title.value))
    ]
    every.sort(key=lambda title: -title.worth)
    found.headline = folded(every[0].value) if every else ""
    return every


def _told(head: Head, document: str) -> list[tuple[str, str, float]]:
    """What the page tells machines, `document` as its title, by which rule, and its worth."""
    headline = next(filter(None, (said_text(node.get("headline")) for node in head.articles)), "")
    told = (
        (head.meta("og:title"), "og:title", 0.7),
        (head.meta("twitter:title"), "twitter:title", 0.55),
        (headline, "JSON-LD headline", 0.65),
        (head.meta("headline", "dc.title", "parsely-title", "sailthru.title"), "meta title", 0.6),
        (document, "<title>", 0.5),
    )
    return [(squash(unescape(text)), rule, worth) for text, rule, worth in told if text]


def _visible(found: Places, said: list[str], own: set[str], parts: set[str]) -> list[Found]:
    """The headings a reader sees, in their order; worth more where what machines are told (`said`) holds them."""
    visible: list[Found] = []
    only_h1 = sum(element.tag == "h1" for element, _ in found.titles) == 1
    for order, (element, rule) in enumerate(found.titles):
        text = squash(_heading_text(element, found.source)[:2000])
        if len(element):
            text = _without_tail(element, _without_kicker(element, text, said, own, parts), parts)
        key = folded(text)
        if not key or len(text) > 400 or (key in own and len(key) < 60 and not _is_of_a_post(element)):
            continue
        worth = _worth(element, rule, only_h1)
        if len(key) > 2:
            shares = sorted((len(key) / len(other) for other in said if key in other), reverse=True)
            worth += sum(shares[:2]) * 0.2 + (0.1 if shares and shares[0] > 0.95 else 0.0)
        visible.append(Found(text, rule, round(worth - order * 0.001, 3)))
    return visible


_OF_POSTS = ("headline", "entry", "post", "p-name", "article", "single", "story")
"""Words in the rule that found a heading, for one named after a post's."""


def _worth(element: HtmlElement, rule: str, only_h1: bool) -> float:
    """How far a heading that `rule` found is trusted by what it is and where it stands."""
    worth = 0.6 if element.tag == "h1" else 0.55
    if any(word in rule for word in _OF_POSTS):
        worth += 0.15
    if element.tag == "h1":
        worth += 0.1 if only_h1 else 0.05
    elif element.tag != "h2" and "headline" not in rule:
        worth -= 0.2
    if any(map(_is_trail, islice(element.iterancestors(), 4))):
        worth -= 0.4
    return worth


# What WordPress' own theme up to 2.9 puts between the site's name and the post's: "The Quay » Blog Archive » Bridge closed".
_ARCHIVE = re.compile(
    r"\s*[»|–:-]\s*(?:(?:we)?blog[- ]?(?:archi[vf]\w{0,3})|archi(?:v|vo|ve|ves|vio|vos) d(?:u|el|o|e) blog)\s*[»|–:-]\s*(?=\S)",
    re.I,
)


def _without_archive(document: str, own: set[str]) -> str:
    """The post's part of a document's title that names an archive; the site's part joins the site's `own` names."""
    archive = _ARCHIVE.search(document)
    if archive is None:
        return document
    before, after = document[: archive.start()], document[archive.end() :]
    if folded(after) in own:
        return before  # "Bridge closed | Blog Archive | The Quay"
    own.add(folded(before))
    return after


def _is_of_a_post(heading: HtmlElement) -> bool:
    """Whether a heading that leads nowhere stands in a post: it is the post's, though a logo may be named like it."""
    return not leads_home(heading) and any(
        node.tag == "article" or _POST.search(f"{node.get('id') or ''} {node.get('class') or ''}")
        for node in islice(heading.iterancestors(), 3)
    )


_POST = re.compile(r"(?:^|\s)(?:post-\d+|hentry)(?:\s|$)")


def _is_trail(node: HtmlElement) -> bool:
    """Whether an element is a trail of breadcrumbs, or a step of it: a heading there is the short form of one below."""
    return node.get("itemprop") == "itemListElement" or "breadcrumb" in (node.get("class") or "").lower()


def _add_unmarked(found: Places, said: list[str], own: set[str]) -> None:
    """Adds to the headings a second-rank one that says nothing by its class, but what the document's title holds.

    WordPress' own theme up to 2.9 and the hundreds made after it print ``<div class="post"><h2>``. Nothing is searched
    where a heading that is known says it.
    """
    if found.root is None or not said:
        return
    whole = {folded(part) for text in said for part in (text, *_SEPARATORS.split(text))}
    said = [folded(text) for text in said]
    for element, _ in found.titles:
        key = folded(element.text_content()[:500])
        if len(key) > 2 and key not in own and any(key in told for told in said):
            return
    elsewhere = []
    for heading in islice(found.root.iter("h1", "h2", "h3"), 60):
        key = folded(heading.text_content()[:500])
        # A heading of the text may be a word of the title: "Berlin" in "Berlin votes again – The News".
        held = any(key in told and 2 * len(key) >= len(told) for told in said)
        if heading.tag == "h1" and len(key) > 10 and key not in own and held:
            elsewhere.append(heading)
        elif len(key) > 5 and key not in own and (held or key in whole) and not is_outside(heading, {}):
            found.titles.append((heading, f"<{heading.tag}>"))
            return
    # Where no other says it, one in the picture above the page, which may be named like the site's head.
    found.titles += [(heading, "<h1>") for heading in elsewhere[:1]]


_SEPARATORS = re.compile(r"\s+[|–—»«•·:-]+\s+")


def _heading_text(heading: HtmlElement, source: str) -> str:
    """The words of a heading. ``What <Next>?``, printed without escapes, has lost a word to the markup: it is given back."""
    strange = [
        inner for inner in heading.iterdescendants() if isinstance(inner.tag, str) and inner.tag not in _KNOWN_TAGS
    ]
    if not strange or len(strange) > 5:
        if len(heading) and next(heading.iter("br"), None) is not None:
            return "".join(
                f" {text}" if text.is_tail and text.getparent().tag == "br" else text for text in _TEXTS(heading)
            )
        return heading.text_content()
    parts: list[str] = []
    for node in heading.iter():
        if node in strange and (found := re.search(rf"<({re.escape(str(node.tag))})>", source, re.IGNORECASE)):
            parts.append(found[0])
        if isinstance(node.tag, str):
            parts.append(node.text or "")
        if node is not heading:
            parts.append(node.tail or "")
    return "".join(parts) if not any(len(node) for node in strange) else heading.text_content()


_TEXTS = etree.XPath(".//text()")
_KICKERS = word_set(
    "kicker overline roofline dachzeile topline highline eyebrow pretitle overtitle surtitle supertitle spitzmarke"
)


def _without_tail(heading: HtmlElement, text: str, parts: set[str]) -> str:
    """`text` without a second line in the same heading, where a machine is told the first alone: ``<h1>Headline <small>…</small></h1>``."""
    last = heading[-1]
    after = squash(last.text_content()[:500]) if isinstance(last.tag, str) and not squash(last.tail) else ""
    front = text[: -len(after)].rstrip(" :|–—-·•") if after and text.endswith(after) else ""
    return front if len(folded(front)) > 5 and folded(front) in parts and folded(text) not in parts else text


def _without_kicker(heading: HtmlElement, text: str, said: list[str], own: set[str], parts: set[str]) -> str:
    """`text` without the words that stand small before the headline proper, inside the same heading.

    Known by their own name, or because a machine is told the rest alone: ``<h1><span>Politics</span> The headline</h1>``.
    """
    while len(heading) == 1 and heading[0].tag == "a" and not squash(heading.text) and not squash(heading[0].tail):
        heading = heading[0]
    if not len(heading):
        return text
    before = squash(heading[0].text_content()[:500]) if isinstance(heading[0].tag, str) else ""
    rest = text[len(before) :].lstrip(" :|–—-»›•·")
    if not before or not rest or squash(heading.text) or not text.startswith(before):
        return text
    key = folded(rest)
    named = any(not _KICKERS.isdisjoint(spelled(name)) for name in (heading[0].get("class") or "").split())
    told = len(key) > 5 and (
        (key in parts and folded(text) not in parts)
        or any(other.startswith(key) and other[len(key) :] in own | {""} for other in said)
    )
    return rest if named or told else text


def _host(head: Head) -> str:
    """The host that the page names as its own; empty where it names none."""
    address = next(iter(head.links.get("canonical", ())), "") or head.meta("og:url")
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _with_kicker(title: Found, visible: list[Found]) -> Found:
    """A heading may carry more than the title ("Politics | …"): what it ends with, and a machine is told, is the title."""
    key = folded(title.value)
    if len(key) > 10:
        for heading in visible:
            if heading.value.endswith(title.value) and heading.value[: -len(title.value)].rstrip().endswith(
                ("|", "•", "»", "›")
            ):
                return Found(title.value, title.rule, round(title.worth + 0.2, 3))
    return title


def _without_site(text: str, own: set[str], visible: list[Found]) -> str:
    """`text` without the site's name before or after a separator."""
    own = own - {""}
    parts = list(_SEPARATOR.finditer(text))
    keys = {folded(title.value) for title in visible}
    for gap in reversed(parts):
        before, after = text[: gap.start()], text[gap.end() :]
        if folded(after) in own or folded(before) in keys:
            return before.strip()
    for gap in parts:
        before, after = text[: gap.start()], text[gap.end() :]
        if folded(before) in own or folded(after) in keys:
            return after.strip()
    return text
