"""An article's authors: bylines that a page shows and names it tells machines, ranked."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice, pairwise
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.markup import folded, squash
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.head import Head, said_text
from newsarchive.wordpress.lines import beside_titles, line_of, lines_around
from newsarchive.wordpress.moments import printed
from newsarchive.wordpress.places import Found, Places, in_card, is_outside, own_names
from newsarchive.wordpress.running_text import SENTENCE_END, is_sentence
from newsarchive.wordpress.telling import AUTHORS

_BY = re.compile(
    r"^(?:(?:written|posted|published|recipe|reported|authored|story|article|words|text|review|guest post|submitted|contributed|added|created)\s+)?by\b[\s:]*"
    r"|^(?:geschrieben|verfasst|veröffentlicht|erstellt|gepostet|ein (?:beitrag|artikel|gastbeitrag)|text|artikel|beitrag|gastbeitrag)?\s*von\b[\s:]*"
    r"|^(?:(?:escrito|publicado|redactado|postado|texto)\s+)?por\b[\s:]*|^(?:(?:publié|écrit|rédigé|posté)\s+)?par\b[\s:]*"
    r"|^(?:(?:scritto|pubblicato)\s+)?(?:da|di)\b[\s:]+|^(?:door|av|af|door:)\b[\s:]+"
    r"|^(?-i:(?:Author|Autor|Written By)(?=[A-Z][\w'’.-]* ))"
    r"|^(?:author|autor(?:[:*_]?in(?:nen)?|en)?|auteur|autore|автор|text|texte|texto|foto|reporter|redaktion)\s*[:|]\s*|^[|–—•·/@-]\s*",
    re.I,
)
_AFTER = re.compile(
    r"\s*(?:[|•·–—/,]|\bam\b|\bon\b|\bum\b|\bel\b|\ble\b|\bin\b|\bpublished\b|\bupdated\b|\bposted\b)\s*(?:\w+,?\s+)?\d{1,4}[.,/\s].*$|\s*[|•·].*$|\s*\((?:[^()]{0,80})\)\s*$",
    re.I,
)
_NO_NAME = re.compile(
    r"^(?:author|autor|by|von|posts?|(?:medically |fact[- ]?)?(?:reviewed|checked|edited|translated) by.*|(?:geprüft|übersetzt) (?:von|durch).*|(?:view|see|show|read|visit) (?:(?:all|more|full|author|profile|bio|posts?|articles?)\b.*|.*\b(?:page|profile)s?)|all posts.*|more (?:posts|from).*|(?:zeige |zeigt |siehe )?alle (?:beiträge|artikel).*|ver todas.*|voir tous.*|veröffentlicht am|weitere.*|about.*|über.*|follow.*|share.*|comments?|leave.*|read more.*|learn more|website|facebook|twitter|instagram|e-?mail|kontakt|contact|posts? by.*|articles? by.*)$",
    re.I,
)
# Accounts rather than people: believed only where a reader sees them as the author.
_ACCOUNTS = re.compile(
    r"(?:wp-?|super|site)?admin(?:istrator)?|wp|wordpress|webmaster|root|user|editor|test|anonymous|unknown|guest", re.I
)
# What somebody does, after a comma: "Jane Doe, Senior Political Editor". Not where somebody else follows: "… and John Roe".
_ROLE = re.compile(
    r",\s+(?:(?!(?:and|und|et|y)\s)[\w'’.&-]{1,20}\s+){0,4}(?:editor|reporter|correspondent|writer|columnist|contributor|producer|journalist|analyst|bureau chief|staff"
    r"|redakteur(?:in)?|chefredakteur(?:in)?|korrespondent(?:in)?|journaliste?|rédact(?:eur|rice)|redactora?|periodista|corresponsal)\b(?!.*\s(?:and|und|et|y|&)\s(?-i:[A-Z])[\w'’.-]*\s(?-i:[A-Z])).*$",
    re.I,
)
_HANDLE = re.compile(r"\s+@\w{1,40}$")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_COUNTED = re.compile(r"(?:^|\s)\d")  # "257 articles", "25. Oktober": no name has a number for a word
_DOMAIN = re.compile(r"(?:[\w-]{1,60}\.){1,3}[a-z]{2,6}")


# What says whose a text is, in the midst of a line: everywhere, and by the language of the page.
_BY_WORDS = {
    "": r"by|author|autor|autorin|auteur|autore|автор|written by|posted by", "de": "von", "fr": "par", "es": "por", "pt": "por", "it": "di|da", "nl": "door",
    "pl": "przez", "sv": "av", "da": "af", "nb": "av", "no": "av", "nn": "av", "ca": "per", "ro": "de",
}  # fmt: skip
_NAME_ENDS = re.compile(
    r"\s*(?:[|•·–—/()\[\];:»«…,]|\s-(?:\s|$)|\d|\b(?:on|am|at|um|le|el|il|em|op|den|dnia|in|à|a las|alle|under|with)\b"
    r"|\b(?i:filed|posted|published|updated|leave|comments?)\b)"
)
_PARTICLES = word_set(
    "von van de der den del della di da dos du la le al el bin ibn ter ten zu zur y e i and und et & ap mc"
)
_PUBLISHING = re.compile(
    r"(?:posted|published|written|reported|submitted|filed|words|text|story|publié|rédigé|écrit|veröffentlicht|geschrieben|publicado|escrito|pubblicato"
    r"|scritto|geplaatst|gepubliceerd|geschreven|opublikowan|napisan|postat|publicat|scris|skrevet|skriven|опубликован)\w{0,3}\b.{0,40}",
    re.I,
)
# WordPress' own theme up to 1.5: "Filed under: City — Jane Doe @ 2:47 pm".
_BEFORE_HOUR = re.compile(r"—\s*([^\W\d_][\w'’. -]{1,40}?)\s+@\s+\d{1,2}[:.]\d\d")
_AUTHOR_OF = re.compile(r"\b(?:author|autor(?:in)?|auteur|autore|автор)\s*:", re.I)
_LABEL = re.compile(r"\s*(?:author|autor(?:in)?|auteur|autore|автор|written by|by)\s*:?\s*", re.I)


def signed_by(text: str, language: str, *, is_meta: bool = True) -> str | None:
    """The name in a line that says who wrote, among other things; None where it names nobody.

    `is_meta`: whether its mark says that it is no sentence of the text.

    >>> signed_by("Publié le 7 mars 2019 par Zoé Martin", "fr-FR")
    'Zoé Martin'
    >>> signed_by("Posted by admin on March 7, 2019", "en")
    >>> signed_by("Standing by Monday, the council decided", "en")
    >>> signed_by("The law was signed by Jane Doe on Monday.", "en", is_meta=False)
    """
    by = re.search(rf"(?:^|[^\w]\s*)(?:{_by_words(language)})\s*:?\s+(\S.{{1,90}})", squash(text), re.I)
    if by is None and is_meta and (at := _BEFORE_HOUR.search(text)) and not _ACCOUNTS.fullmatch(at[1]):
        return author_name(at[1])
    if by is None or not (is_meta or _is_of_publication(squash(text), by.start(), language)):
        return None
    end = _NAME_ENDS.search(by[1])
    name = by[1][: end.start()].split() if end else by[1].split()
    if (
        len(name) > 1
        and end
        and by[1][end.start() :].lstrip()[:1].isdigit()
        and printed(f"1 {name[-1]} 2000", language)
    ):
        name.pop()  # the month of the day that follows
    elif end and by[1][end.start() :].lstrip()[:1] == ":":
        name.pop()  # "Author: Jane Doe Tags: …"
    if not 1 < len(name) < 6 or not all(word[0].isupper() or word in _PARTICLES for word in name):
        return None
    return author_name(" ".join(name))


def _by_words(language: str) -> str:
    return "|".join(filter(None, (_BY_WORDS[""], _BY_WORDS.get(language[:2].lower(), ""))))


def _parted_from_by(pieces: list[str], language: str) -> Iterator[str | None]:
    """The names that markup parts from the word that says whose the text is: "Posted by", "oz"."""
    words = re.compile(rf"(?:^|[^\w]\s*)(?:{_by_words(language)})\s*:?$", re.I)
    for before, name in pairwise(pieces):
        by = words.search(before)
        if by and len(name) < 60 and len(name.split()) < 6 and _is_of_publication(before, by.start(), language):
            yield author_name(name)


def _is_of_publication(line: str, by: int, language: str) -> bool:
    """Whether what stands before "by" leaves it a byline: nothing, a sign, a day, or that it was published."""
    before = line[: by + (not line[by].isalnum())].strip()  # with the sign that parts it
    if not any(map(str.isalnum, before)):
        return not SENTENCE_END.search(line) or len(line.split()) < 9  # "By Late March, the snow had gone."
    return not SENTENCE_END.search(line) and bool(
        before[-1] in "|•·–—/»:" or printed(before, language) or _PUBLISHING.fullmatch(before)
    )


def author_name(text: str) -> str | None:
    """The name in a byline; None where it holds none.

    >>> author_name("By Jane Doe | March 7, 2019")
    'Jane Doe'
    >>> author_name("View all posts")
    """
    text = squash(text)
    if not text or len(text) > 200:
        return None
    for _ in range(2):
        text = _BY.sub("", text).strip()
    text = _ROLE.sub("", _HANDLE.sub("", _AFTER.sub("", text))).strip(" ,;:|–—-/•·→»›")
    if not text or len(text) > 90 or len(text.split()) > 9 or "http" in text or "@" in text or _NO_NAME.match(text):
        return None
    return text if _LETTERS.search(text) and not _COUNTED.search(text) else None


def authors(head: Head, found: Places, site_name: str, language: str) -> list[Found]:
    """Who the page, in `language`, may mean as its authors (lists of names), best first; empty where it shows none."""
    own = own_names(found, site_name) - {""}
    every = [*_in_json_ld(head), *_in_metas(head), *_in_bylines(found, own)]
    if all(_is_nobody(author, own) for one in every for author in one.value):
        every += _in_a_line(head, found, own, language)
    return _ranked(every, own)


def _in_json_ld(head: Head) -> list[Found]:
    every = (_ld_names(node.get("author"), head) or _ld_names(node.get("creator"), head) for node in head.articles)
    return [Found(names, "JSON-LD author", 0.78) for names in islice(filter(None, every), 1)]


_METAS = {
    "author": 0.7, "parsely-author": 0.72, "sailthru.author": 0.72, "article:author": 0.6, "og:article:author": 0.66,
    "dc.creator": 0.6, "dc:creator": 0.6, "dcterms.creator": 0.6, "byl": 0.7, "twitter:data1": 0.71, "citation_author": 0.6,
}  # fmt: skip


def _in_metas(head: Head) -> list[Found]:
    """The first name of each meta element that may have one."""
    every = []
    for meta, worth in _METAS.items():
        said = head.metas.get(meta, ())
        if meta == "twitter:data1":
            said = [content for content in said if not re.search(r"\d", content)]  # "Est. reading time": "4 minutes"
        names = (author_name(unescape(content)) for content in said)
        every += [Found([name], f"meta {meta}", worth) for name in islice(filter(None, names), 1)]
    return every


_BYLINES = {"rel author": 0.82, "itemprop author": 0.8, "link to an author's page": 0.79}
"""What bylines are worth that no class name marks; `AUTHORS` has those."""
_OF_ONE_EACH = {*_BYLINES, "class fn"}
"""Bylines that hold one name each: several side by side are several authors."""


def _in_bylines(found: Places, own: set[str]) -> list[Found]:
    """The names in the first byline of each rule, and beside it; the site's own only where nobody else is one."""
    shown: dict[str, list[str]] = {}
    spare: dict[str, list[str]] = {}
    beside: dict[str, HtmlElement | None] = {}
    for element, rule in found.authors[:200]:
        if rule in shown and _around(element) is not beside[rule]:
            continue  # another byline further down: an author box, another post
        text = _byline(element)
        name = author_name(text) if text else None
        if name is None or in_card(element, found) or folded(name) == found.headline:
            continue
        if folded(name) in own:
            spare.setdefault(rule, [name])
            continue
        names = shown.setdefault(rule, [])
        beside.setdefault(rule, _around(element))
        if name not in names:
            names.append(name)
    every = []
    for rule, names in (spare | shown).items():
        worth = _BYLINES.get(rule) or AUTHORS.get(rule.removeprefix("class "), 0.55)
        every.append(Found(names[: 6 if rule in _OF_ONE_EACH else 1], rule, worth))
    return every


def _ranked(every: list[Found], own: set[str]) -> list[Found]:
    """The best first: names that several places say gain, nobody's lose; an account's that only machines are told is left out."""
    ranked = []
    named = [{folded(author) for author in one.value} for one in every]
    for one, keys in zip(every, named, strict=True):
        if one.rule.startswith(("JSON-LD", "meta")) and all(_ACCOUNTS.fullmatch(author) for author in one.value):
            continue
        is_nobody = all(_is_nobody(author, own) for author in one.value)
        gain = -0.45 if is_nobody else 0.08 * min(3, named.count(keys) - 1)
        ranked.append(Found(one.value, one.rule, round(one.worth + gain, 3)))
    ranked.sort(key=lambda one: -one.worth)
    return ranked


def _is_nobody(author: str, own: set[str]) -> bool:
    """Whether a name is no person's: the site's own, its host's, or an account's that many sites have."""
    return folded(author) in own or bool(_DOMAIN.fullmatch(author) or _ACCOUNTS.fullmatch(author))


def _in_a_line(head: Head, found: Places, own: set[str], language: str) -> list[Found]:
    """Who the page says to have written, where no mark does: the surest of what it has, or nothing."""
    marked = [(element, True) for element, rule in found.dates[:12] if rule[:6] == "class "]
    for element, is_meta in (*marked, *((element, False) for element in beside_titles(found))):
        text = line_of(element)
        name = signed_by(text, language, is_meta=is_meta) if text else None
        if name and folded(name) not in own:
            return [Found([name], "a line by the headline", 0.45)]
    for element, _ in marked:
        for words in _beside_icons(element):
            name = author_name(words)
            if name and 1 < len(name.split()) < 5 and name[0].isupper() and folded(name) not in own:
                return [Found([name], "the picture of a person", 0.43)]
    # "Author: …" in a paragraph of the text is of the book that it is about.
    lines = [line for line in lines_around(found) if not (line.is_written and _AUTHOR_OF.search(line.whole))]
    whole = (signed_by(line.whole, language, is_meta=False) for line in lines)
    parted = [piece for line in lines if not is_sentence(line.whole) for piece in line.pieces]
    for name in (*whole, *_parted_from_by(parted, language)):
        if name and folded(name) not in own and not _ACCOUNTS.fullmatch(name) and not _DOMAIN.fullmatch(name):
            return [Found([name], "a line around the headline", 0.42)]
    if found.root is None:
        return []
    for text, rule, worth in _said_elsewhere(found.root, found.classes):
        name = author_name(text)
        signed = worth < 0.36  # their own comment: whatever name they go by
        if name and (signed or (folded(name) not in own and name[0].isupper())) and not _ACCOUNTS.fullmatch(name):
            return [Found([name], rule, worth)]
    for node in head.of_type("WebPage"):  # who put it there, more often than who wrote it: the last to be asked
        names = [name for name in _ld_names(node.get("author"), head) if name[0].isupper() and folded(name) not in own]
        if names and not _ACCOUNTS.fullmatch(names[0]):
            return [Found(names, "JSON-LD WebPage author", 0.33)]
    return []


def _said_elsewhere(root: HtmlElement, classes: frozenset[str]) -> Iterator[tuple[str, str, float]]:
    """What may be the author's name, by which rule, and its worth: after "Author:", in a box about them, in their comment."""
    for label in root.iter("dt", "strong", "b", "span", "th"):
        text = label.text
        if text and len(text) < 300 and not len(label) and _LABEL.fullmatch(text) and not is_outside(label, {}):
            follower = label.getnext()
            said = squash(label.tail).strip(" :") or (follower.text_content()[:200] if follower is not None else "")
            yield said, "the word author before it", 0.4
    boxes = set(filter(_BOX.search, classes))
    for heading in islice(root.iter("h2", "h3", "h4", "h5"), 1000) if boxes else ():
        around = " ".join([node.get("class") or "" for node in heading.iterancestors()])
        if not boxes.isdisjoint(around.split()) and "comment" not in around:
            yield _ABOUT.sub("", squash(heading.text_content()[:200])), "the author's box", 0.38
    for name in _BY_POST_AUTHOR(root) if "bypostauthor" in classes else ():
        yield _byline(name)[:200], "a comment by the post's author", 0.35


# The sign of a person in the fonts of pictures that themes use: <i class="fa fa-user"></i> Jane Doe.
_ICON = re.compile(
    r"(?:^|[\s-])(?:icon|fa|bi|ti|la|ri|lnr|dashicons|glyphicon|genericon)s?-(?:\w+-)?(?:user|person|author|pencil)(?:[\s-]|$)"
)


def _beside_icons(line: HtmlElement) -> Iterator[str]:
    """The words beside each picture of a person in a line on the post."""
    for icon in line.iter("i", "span", "svg"):
        if _ICON.search((icon.get("class") or "")[:200]):
            after = icon.getnext()
            yield squash(icon.tail) or (squash(after.text_content()[:200]) if after is not None else "")


_ABOUT = re.compile(r"(?:about|über|à propos de|sobre|over|om)\s+(?:the author\W*|den autor\W*|die autorin\W*)?", re.I)
_BOX = re.compile(r"(^|[_-])(author|autor)[_-]?(bio|box|info|card|profile|about)|about[_-](the[_-])?author")
# WordPress' own mark of a comment whose writer is the post's: the name shown there is what the author goes by.
_BY_POST_AUTHOR = etree.XPath(
    "(//*[contains(concat(' ', @class, ' '), ' bypostauthor ')])[1]"
    "/descendant::*[contains(concat(' ', @class, ' '), ' fn ') or self::cite or contains(@class, 'author-name')"
    " or contains(concat(' ', @class, ' '), ' author ')][1]"
)


def _around(element: HtmlElement) -> HtmlElement | None:
    """The block a byline stands in: two authors of one post share it."""
    node = element.getparent()
    while node is not None and node.tag in ("span", "a", "li", "b", "strong", "em", "i", "address", "cite"):
        node = node.getparent()
    return node


def _ld_names(value: Any, head: Head) -> list[str]:
    names = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            node = head.node(item) or {}
            text = said_text(node.get("name"))
        else:
            text = item if isinstance(item, str) and "://" not in item else ""
        name = author_name(unescape(text)) if text else None
        if name and name not in names:
            names.append(name)
    return names[:10]


_NAMED = etree.XPath(
    "(.//*[@itemprop='name'] | .//*[contains(concat(' ', @class, ' '), ' fn ')] | .//*[contains(@class, 'author-name')] | .//a[@rel='author'])[1]"
)


def _byline(element: HtmlElement) -> str:
    if element.tag == "meta":
        return element.get("content") or ""
    inner = _NAMED(element) if len(element) else None
    if isinstance(inner, list) and inner:
        element = inner[0]
    text = element.get("content") or _seen_text(element)
    if not squash(text) and element.get("title"):
        text = element.get("title") or ""
    return text


_UNSEEN = etree.XPath(
    ".//*[contains(@class, 'screen-reader-text') or contains(@class, 'sr-only') or contains(@class, 'visually-hidden')]"
)


def _seen_text(element: HtmlElement) -> str:
    """The words of a byline without those for a screen reader alone: ``Jane Doe<span class="sr-only">'s page</span>``."""
    text = whole = element.text_content()[:500]
    for unseen in _UNSEEN(element) if len(element) else ():
        text = text.replace(unseen.text_content(), " ", 1)
    return text if text.strip() else whole
