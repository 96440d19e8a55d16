"""The body of an article or a comment: what a reader sees of it, as text, as blocks, and as safe markup.

One reader for every source, so that the same post read from REST (``content.rendered``) and from a page of any theme
says the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsarchive import tweets
from newsarchive.items import Block, EmbeddedTweet, Image, Link, RelatedLink, Video
from newsarchive.markup import fragment, squash
from newsarchive.wordpress.addresses import absolute, host, is_picture, largest, picture_key
from newsarchive.wordpress.furniture import (
    furniture_name,
    holds_paragraphs,
    is_inline_feedback,
    text_length,
    word_set,
)
from newsarchive.wordpress.furniture_words import CALL, CREDIT, LABELS, NOTICE, SUBSCRIBING, WALL
from newsarchive.wordpress.plain import Paragraph, plain_paragraphs
from newsarchive.wordpress.players import provider
from newsarchive.wordpress.quirks import COMMENT, Quirks, Rules, rules
from newsarchive.wordpress.safe_html import safe_html


@dataclass(kw_only=True)
class Body:
    """What a body says. All empty where there is none."""

    text: str = ""
    """Paragraphs separated by a blank line, in reading order. A line break of the author's is a line break; a list has a
    line for each item, a table a line for each row with tabs between cells; a caption stands where its picture does."""
    html: str = ""
    """Its markup, sanitised, furniture and related links left out."""
    blocks: list[Block] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    related: list[RelatedLink] = field(default_factory=list)
    tweets: list[EmbeddedTweet] = field(default_factory=list)
    word_count: int = 0
    credit: str | None = None
    """Whose the article's first picture is, where a line at the body's end says so."""
    cut: list[tuple[str, str]] = field(default_factory=list)
    """What was left out as furniture: the rule, and the beginning of what it cut."""


def read_body(
    element: HtmlElement,
    base_url: str,
    quirks: Quirks = Quirks(),
    headline: HtmlElement | None = None,
) -> Body:
    """The body that `element` holds; the tree is left as it is. Never raises, whatever the markup.

    Embeds (tweets, videos, players) become blocks where they stand, and a status address on a line of its own stays in
    the text as well, as a reader sees it. What WordPress' plugins add to a post (share buttons, related posts, author
    boxes, newsletter forms, advertisements) is left out, and so are what `quirks` name and the article's own `headline`.
    """
    reader = _Reader(base_url, rules(quirks))
    reader.headline = headline
    return reader.read(element)


def read_fragment(html: str | bytes, base_url: str, quirks: Quirks = COMMENT) -> Body:
    """The same for a piece of markup without a page around it, such as a comment's; by default exactly as written."""
    if quirks is COMMENT and isinstance(html, str):
        paragraphs = plain_paragraphs(html)
        if paragraphs is not None:
            return _Reader(base_url, rules(COMMENT)).read_plain(paragraphs)
    return read_body(fragment(html), base_url, quirks)


_BREAK, _LINK, _END = "\x01", "\x02", "\x03"  # mark line breaks and links in running text; no parsed text holds them
_LINKED = re.compile("\x02[^\x03]*\x03?")
_SEPARATORS = re.compile(r"[\s|/•·–—\-,;:.»›>→*&+\[\]()\d]*")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[\U00020000-\U0003134f]")
# Written twice over by an editor or an importer: what a reader was meant to see is what one more reading gives.
# Never < or >: who writes about markup means them.
_TWICE = re.compile(
    r"&(?:amp|quot|nbsp|apos|[lr][sd]quo|[mn]dash|hellip|laquo|raquo|bull|middot|euro|copy|reg|trade|[aeiouncAEIOUNCs]{1,2}(?:acute|grave|circ|uml|tilde|cedil|zlig|lig|ring)|#(?:0?3[4-9]|1[6-9]\d|2[0-5]\d|8\d{3}|x(?:[aA]0|20[0-9a-fA-F]{2})));"
)

_INLINE = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark s samp small span strike strong sub "
    "sup time tt u var wbr rb nobr blink tooltip o:p"
)
_GONE = word_set(
    "script style template svg form input button select option textarea link meta title head base frame frameset noframes "
    "nav dialog canvas map area track param amp-ad amp-analytics amp-auto-ads noindex"
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_ROLES = frozenset({"navigation", "complementary", "search", "contentinfo", "banner", "dialog", "alertdialog"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_FILE = re.compile(r"\.(?!html?\b|php\b|aspx?\b)[a-z0-9]{2,5}(?:[?#].*)?$", re.I)
_SHARES = re.compile(
    r"//(?:[\w-]+\.)?(?:facebook\.com/(?:sharer|share\.php|dialog/)|(?:twitter|x)\.com/(?:intent/(?:tweet|post)|share|home\?status)|whatsapp\.com/send\?text|wa\.me/\?text|t\.me/share"
    r"|telegram\.me/share|linkedin\.com/(?:sharearticle|sharing|cws)|pinterest\.[a-z.]{2,6}/pin/create|reddit\.com/submit|tumblr\.com/(?:share|widgets)|xing\.com/(?:spi|social)|getpocket\.com/(?:save|edit)|vk\.com/share|plus\.google\.com/share|addtoany\.com/)",
    re.I,
)
_CARD = re.compile(r"post|entry|article|teaser|card|item|story")
_BOXES = word_set("div section article main td")
_DISCUSSION = word_set(
    "comments-area commentlist comment-list respond comment-respond wp-block-comments disqus_thread fb-comments wpdcom wpdiscuz-comments"
)
_DEEPEST = 120
_MOST = 50_000


class _Reader:
    def __init__(self, base_url: str, the_rules: Rules) -> None:
        self.base = base_url
        self.rules = the_rules
        self.host = host(base_url)
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.line_links: list[Link] = []  # of the paragraph being read
        self.pending: list[Block] = []  # pictures met inside it
        self.pieces: list[tuple[Block, str]] = []
        self.leads: dict[
            int, tuple[list[Link], HtmlElement | None, Block]
        ] = {}  # blocks that are but links to this site's pages, by id()
        self.lists: dict[int, tuple[HtmlElement, Block]] = {}  # of list blocks
        self.images: list[Image] = []
        self.videos: list[Video] = []
        self.related: list[RelatedLink] = []
        self.cut: dict[HtmlElement, str] = {}
        self.cuts: list[tuple[str, str]] = []
        self.sources: dict[HtmlElement, str] = {}
        self.heading: tuple[int, Block, HtmlElement | None] | None = None  # of related links, the last block read
        self.furniture: set[HtmlElement] = set()
        self.inside: str | None = None  # the address of the link whose inside is being read
        self.depth = 0
        self.in_quote = 0
        self.credit: str | None = None
        self.cite: str | None = None
        self.root: HtmlElement | None = None
        self.headline: HtmlElement | None = None
        self.terms: set[str] = set()  # addresses of the article's tags and categories, as WordPress marks them
        self.ended = False  # at the comments: what a theme prints below them is the article's no more
        self.length = 0  # of all text in the root, once it was asked for

    # -- the whole

    def read(self, element: HtmlElement) -> Body:
        self.root = element
        if self.rules.selectors:
            self.furniture = self.rules.furniture_in(element)
        self.container(element)
        self.flush(element)
        if self.rules.general:
            self.cut_tail()
            self.cut_wall()
            self.take_credit()
        body = self.said()
        body.html = safe_html(element, self.base, self.cut, self.sources)
        body.tweets = tweets.references_in(element)
        return body

    def read_plain(self, paragraphs: list[Paragraph]) -> Body:
        """The same for paragraphs of nothing but words, which need no tree."""
        html = []
        for text, after in paragraphs:
            self.parts.append(text.replace("\v", _BREAK))
            self.flush(None)
            html.append(f"<p>{escape(text, quote=False)}</p>{after}")
        body = self.said()
        body.html = "".join(html).replace("\v", "<br>").strip()
        return body

    def said(self) -> Body:
        """What has been read, but for its markup and its tweets."""
        texts = [text for _, text in self.pieces if text]
        text = "\n\n".join(texts)
        return Body(
            text=text,
            blocks=[block for block, _ in self.pieces],
            images=_each_once(self.images),
            videos=list({video.url: video for video in self.videos}.values()),
            links=self.links,
            related=list({link.url: link for link in reversed(self.related)}.values())[::-1],
            word_count=_words(text),
            cut=self.cuts,
            credit=self.credit,
        )

    # -- walking

    def container(self, element: HtmlElement) -> None:
        """Reads what is inside `element` as running text and blocks."""
        parts = self.parts
        if self.depth > _DEEPEST or len(self.pieces) > _MOST:
            parts.append(" ".join(element.itertext()))
            return
        self.depth += 1
        text = element.text
        if text and (parts or not text.isspace()):
            parts.append(text)
        for child in element:
            tag = child.tag
            if self.ended:
                if isinstance(tag, str):
                    self.cut[child] = "after the comments"
                    self.note(child, "after the comments")
                continue
            if tag == "p":
                self.paragraph(child)
            elif tag in _INLINE:
                self.inline(child, tag)
            elif tag == "br":
                parts.append(_BREAK)
            elif tag == "img":
                self.image(child)
            elif isinstance(tag, str):
                self.block(child, tag, element)
            text = child.tail
            if text and (parts or not text.isspace()):
                parts.append(text)
        self.depth -= 1

    def block(self, child: HtmlElement, tag: str, element: HtmlElement) -> None:
        """Reads a `child` of `element` that is neither a paragraph nor, as a rule, part of a line."""
        if tag == "ruby":
            self.ruby(child)
        elif tag == "q":
            self.said_quote(child)
        elif tag == "math":
            self.formula(child)
        elif tag == "div" and is_inline_feedback(child):
            self.container(child)
        elif (tag not in _GONE or self.is_all_in_a_form(child, tag)) and not self.left_out(child):
            handler = _BLOCKS.get(tag)
            since = len(self.pieces)
            self.flush(element)
            if handler:
                handler(self, child)
                self.flush(child)
            else:
                self.division(child)
                self.flush(child, since)
        elif tag in _GONE and child not in self.cut:
            self.note(child, f"<{tag}>")

    def paragraph(self, element: HtmlElement) -> None:
        self.flush(element)
        if element.keys() and self.left_out(element):
            return
        if len(element) and not (element.text or "").strip() and _may_embed(element[0]) and self.embed(element):
            return
        if not len(element) and (element.text or "").lstrip()[:4].lower() == "http" and self.embed(element):
            return
        if (
            self.in_quote
            and len(element) == 1
            and element[0].tag == "cite"
            and not squash(element.text)
            and not squash(element[0].tail)
        ):
            self.cite = squash(element[0].text_content()) or None
            return
        self.container(element)
        self.flush(element)

    def inline(self, element: HtmlElement, tag: str) -> None:
        if element.keys() and self.left_out(element):
            return
        if not len(element) and tag != "a" and tag != "cite":
            text = element.text
            if text:
                self.parts.append(text)
            return
        if tag == "a":
            self.anchor(element)
        elif tag == "cite" and self.in_quote and element.getparent().tag in ("blockquote", "q"):
            self.flush(element.getparent())
            self.cite = squash(element.text_content()) or None
        else:
            self.container(element)

    def anchor(self, element: HtmlElement) -> None:
        url = absolute(element.get("href"), self.base) if not (element.get("href") or "#").startswith("#") else None
        if url is None:
            self.container(element)
            return
        start, pieces = len(self.parts), len(self.pieces)
        around, self.inside = self.inside, url
        self.parts.append(_LINK)
        self.container(element)
        self.parts.append(_END)
        self.inside = around
        taken = len(self.pieces) != pieces  # blocks stood inside the link, and took the words with them
        words = own = _plain("".join(self.parts[start:]))
        if taken and not own:
            words = squash(element.text_content())
        link = Link(url=url, text=words or None)
        if "tag" in (element.get("rel") or ""):
            self.terms.add(url)
        if taken and not own:
            if any(id(block) in self.leads or block.type == "image" for block, _ in self.pieces[pieces:]):
                self.links.append(link)
        elif words or not len(element):
            self.line_links.append(link)

    def left_out(self, element: HtmlElement) -> bool:
        """Whether `element` is furniture, hidden, or cut by the site's own rules."""
        rule: str | None = None
        keys = element.keys()
        if self.furniture and element in self.furniture:
            rule = "the site's furniture"
        elif self.headline is not None and element is self.headline:
            self.flush(element.getparent())
            rule = "the headline"
        elif element.tag == "aside" and self.rules.general and _leads_away(element):
            rule = "<aside> of links"
        elif not keys:
            return False
        elif "hidden" in keys or ("style" in keys and _HIDDEN.search((element.get("style") or "")[:2000])):
            rule = "hidden"
        elif self.rules.general:
            if "class" in keys:
                rule = furniture_name(element.get("class") or "")
            if not rule and "id" in keys:
                rule = furniture_name(element.get("id") or "")
            if not rule and "role" in keys and element.get("role") in _ROLES:
                rule = f"role {element.get('role')}"
            if rule and self.is_content_after_all(element, rule):
                rule = None
        if rule:
            self.cut[element] = rule
            self.note(element, rule)
            discussion = rule in _DISCUSSION or element.get("id") == "comments"
            self.ended = discussion and sum(len(text) for _, text in self.pieces) * 2 > self.whole()
            return True
        return False

    def whole(self) -> int:
        """The length of all text in the root."""
        if not self.length and self.root is not None:
            self.length = text_length(self.root)
        return self.length

    def is_content_after_all(self, element: HtmlElement, rule: str) -> bool:
        """A box named like furniture that holds most of the body, or paragraph after paragraph, is no furniture; nor is a
        picture of the article's own."""
        if element.tag == "img":
            return "wp-image-" in (element.get("class") or "")
        if element.tag not in _BOXES or "comment" in rule or rule == "respond":
            return False
        if holds_paragraphs(element):
            return True
        length = text_length(element)
        return length >= 200 and length * 2 > self.whole()

    def is_all_in_a_form(self, element: HtmlElement, tag: str) -> bool:
        """A shop's page stands in its order form."""
        if tag != "form" or self.root is None or not self.rules.general:
            return False
        return text_length(element) * 2 > text_length(self.root) > 0

    def note(self, element: HtmlElement, rule: str) -> None:
        if len(self.cuts) < 200:
            words = (
                squash(" ".join(element.itertext())[:400])[:120]
                if element.tag not in ("script", "style", "svg")
                else ""
            )
            if words:
                self.cuts.append((rule, words))

    # -- paragraphs

    def flush(self, element: HtmlElement | None, since: int | None = None) -> None:
        """Ends the paragraph being read. `element` is what held it, `since` the number of blocks before that began."""
        if not self.parts:
            return
        raw = "".join(self.parts)
        self.parts.clear()
        links, self.line_links = self.line_links, []
        pending, self.pending = self.pending, []
        if _LINK in raw or _BREAK in raw or _END in raw:
            self.lines(raw, links, element, since)
        else:
            text = _cleaned(raw)
            if text:
                self.say(text, [], False, element, since)
        for block in pending:
            self.put(block, block.caption or "")

    def lines(self, raw: str, links: list[Link], element: HtmlElement | None, since: int | None) -> None:
        lead, mark, rest = raw.partition(_LINK)
        head = _plain(lead.replace(_BREAK, " "))
        if mark and head and self.rules.is_related_heading(head) and not _unlinked(mark + rest):
            self.say(head, [], False, element, since)  # "Read also: <a>…</a>"
            raw = mark + rest
        paragraphs: list[list[str]] = [[]]
        for line in raw.split(_BREAK):
            if line.strip(" \t\r\n\xa0" + _LINK + _END):
                paragraphs[-1].append(line)
            elif paragraphs[-1]:
                paragraphs[-1].append(line) if _LINK in line or _END in line else paragraphs.append([])
            elif _LINK in line or _END in line:
                paragraphs[-1].append(line)
        at = 0
        for lines in paragraphs:
            marked = _BREAK.join(lines)
            count = marked.count(_LINK)
            text = "\n".join(filter(None, (_plain(line) for line in lines)))
            if text:
                mine = links[at : at + count]
                self.say(text, mine, bool(mine) and not _unlinked(marked), element, since)
            at += count
        self.links_left(links[at:])

    def links_left(self, links: list[Link]) -> None:
        self.links.extend(links)

    def say(self, text: str, links: list[Link], linked: bool, element: HtmlElement | None, since: int | None) -> None:
        """Puts a paragraph, unless it is furniture or belongs to the related links."""
        level = _HEADINGS.get(element.tag) if element is not None else None
        block = Block(type="heading", text=text, level=level) if level else Block(type="paragraph", text=text)
        if not links and len(text) >= 200 and self.inside is None and self.heading is None:
            self.put(block, text)  # prose, as most of a body is: neither a label nor a heading of related links
            return
        if self.rules.is_furniture_text(text) or (self.rules.general and len(text) < 60 and LABELS.fullmatch(text)):
            self.cuts.append(
                ("the site's furniture text" if self.rules.is_furniture_text(text) else "label", text[:120])
            )
            self.drop(element, since)
            return
        if links and self.rules.general and self.is_of_buttons(text, links):
            self.cuts.append(("tags or share links", text[:120]))
            self.drop(element, since)
            return
        if self.inside and not links:  # a card: blocks inside one link
            links, linked = [Link(url=self.inside, text=text)], True
        if linked and self.rules.is_related_heading(text) and all(self.is_own_page(link.url) for link in links):
            self.relate(links)  # "Read another story …", itself the link
            self.drop(element, since)
            return
        if self.heading is not None:
            bare = absolute(text, self.base) if text.startswith("http") and not re.search(r"\s", text) else None
            if linked or (bare and host(bare) == self.host):
                self.relate(links or [Link(url=bare or "")])
                self.drop(element, since)
                return
        if not (self.inside and linked):
            self.links.extend(links)
        self.put(block, text)
        if linked and all(self.is_own_page(link.url) for link in links):
            self.leads[id(block)] = (links, element if since is None else None, block)
        if self.rules.is_related_heading(text):
            self.heading = (len(self.pieces) - 1, block, element if since is None else None)

    def is_own_page(self, url: str) -> bool:
        return bool(self.host) and host(url) == self.host and not _FILE.search(url)

    def is_of_buttons(self, text: str, links: list[Link]) -> bool:
        """Whether a paragraph is but the article's tags, or links that share it, with a word or two before them."""
        if not all(link.url in self.terms or _SHARES.search(link.url) for link in links):
            return False
        for link in links:
            text = text.replace(link.text or "", "", 1)
        return sum(map(str.isalnum, text)) < 25

    def is_this_page(self, url: str) -> bool:
        """Whether `url` is the page's own, a query or a scheme apart."""
        (_, _, path, query, _), (_, _, own, own_query, _) = urlsplit(url), urlsplit(self.base)
        return path.rstrip("/") == own.rstrip("/") and (bool(path.strip("/")) or query == own_query)

    def cut_tail(self) -> None:
        """Takes a body's end that only leads to other pages of the site, with its headings, as further reading."""
        at, links, cut = len(self.pieces), 0, len(self.pieces)
        while at > 0:
            block, text = self.pieces[at - 1]
            lead = self.lead(block)
            if lead:
                links += len(lead)
                cut = at - 1
            elif block.type == "heading" or (text.endswith(":") and len(text) < 100):
                if cut == len(self.pieces):
                    break
                cut = at - 1
            elif block.type not in ("image", "embed") and (
                len(text) > 45 or text.endswith((".", "!", "”", "“", '"', "»"))
            ):
                break
            at -= 1
        alone = links == 1 and cut == len(self.pieces) - 1 and len(self.pieces[cut][1]) > 20
        if (links < 2 and not alone) or not any(len(text) > 100 for _, text in self.pieces[:cut]):
            return
        for block, text in self.pieces[cut:]:
            found = self.lead(block) or []
            self.related.extend(RelatedLink(url=link.url, title=link.text) for link in found)
            element = self.leads[id(block)][1] if id(block) in self.leads else None
            if element is None and id(block) in self.lists:
                element = self.lists[id(block)][0]
            if element is not None and element is not self.root:
                self.cut[element] = "tail"
            if text:
                self.cuts.append(("leads elsewhere, to the end", text[:120]))
        gone = {link.url for block, _ in self.pieces[cut:] for link in self.lead(block) or []}
        self.links = [link for link in self.links if link.url not in gone]
        shown = {image.url for block, _ in self.pieces[cut:] if (image := block).type == "image"}
        self.images = [image for image in self.images if image.url not in shown]
        del self.pieces[cut:]

    def cut_wall(self) -> None:
        """Takes a body's end that only asks to subscribe or to log in."""
        for at in range(max(1, len(self.pieces) - 12), len(self.pieces)):
            if len(self.pieces[at][1]) >= 500 or not WALL.match(self.pieces[at][1]):
                continue
            after = [text for _, text in self.pieces[at:] if text]
            if 2 * sum(1 for text in after if SUBSCRIBING.search(text)) > len(after):
                self.cuts.extend(("asks to subscribe", text[:120]) for text in after)
                del self.pieces[at:]
                return

    def take_credit(self) -> None:
        """Gives a line at a body's end that says whose the picture is to the picture, and drops the site's own notice."""
        for at in range(len(self.pieces) - 1, max(len(self.pieces) - 4, 0), -1):
            block, text = self.pieces[at]
            if block.type != "paragraph":
                continue
            if NOTICE.match(text) and len(text) < 400:
                self.cuts.append(("copyright notice", text[:120]))
                del self.pieces[at]
            elif len(text) < 300 and CALL.match(text) and (at == len(self.pieces) - 1 or text.endswith("!")):
                self.cuts.append(("a call to the reader", text[:120]))
                del self.pieces[at]
            elif len(text) < 160 and self.credit is None and (said := CREDIT.match(text)):
                self.credit = squash(text[said.end() :]) or None
                if self.images and not self.images[0].credit:
                    self.images[0].credit = self.credit
                self.cuts.append(("credit of a picture", text[:120]))
                del self.pieces[at]

    def lead(self, block: Block) -> list[Link] | None:
        """The links of a block that is nothing but links to this site's pages; None for any other."""
        if id(block) in self.leads:
            return self.leads[id(block)][0]
        if id(block) not in self.lists:
            return None
        element = self.lists[id(block)][0]
        found: list[Link] = []
        said = 0
        for anchor in element.iter("a"):
            words = squash(anchor.text_content())
            url = absolute(anchor.get("href"), self.base)
            if words and url and self.is_own_page(url):
                found.append(Link(url=url, text=words))
                said += len(words)
        if not found or len(block.text or "") > said * 1.25 + 6 * len(found):
            return None
        self.leads[id(block)] = (found, element, block)
        return found

    def drop(self, element: HtmlElement | None, since: int | None) -> None:
        if element is not None and element is not self.root and (since is None or since == len(self.pieces)):
            self.cut[element] = "furniture"

    def relate(self, links: list[Link]) -> None:
        """Takes `links` as further reading; their heading leaves the text with the first."""
        if self.heading and self.heading[0] >= 0:
            at, block, element = self.heading
            if at < len(self.pieces) and self.pieces[at][0] is block:
                del self.pieces[at]
                self.drop(element, None)
                self.cuts.append(("heading of related links", (block.text or "")[:120]))
            self.heading = (-1, block, None)
        for link in links:
            title = link.text if link.text and not link.text.startswith(("http://", "https://")) else None
            self.related.append(RelatedLink(url=link.url, title=title))

    def put(self, block: Block, text: str) -> None:
        if self.heading is not None and block.type != "image":
            self.heading = None
        self.pieces.append((block, text))

    # -- blocks

    def division(self, element: HtmlElement) -> None:
        names = element.get("class") or ""
        if names and ("wp-caption" in names or "gallery-item" in names or "wp-block-image" in names):
            self.figure(element)
        elif (names and (("embed" in names or "twitter" in names or "tweet" in names) and self.embed(element))) or (
            self.rules.general
            and (element.tag == "article" or (names and _CARD.search(names)))
            and self.is_card(element)
        ):
            pass
        else:
            self.container(element)

    def is_card(self, element: HtmlElement) -> bool:
        """Takes a teaser of another post (its title, linked, and a few words) as further reading; False where it is none."""
        if element is self.root or text_length(element) > 800:
            return False
        if sum(text_length(part) > 80 for part in element.iter("p")) > 1:
            return False  # an entry of a round-up: a teaser has a few words
        for heading in element.iter("h2", "h3", "h4", "h5"):
            anchor = next(heading.iter("a"), None)
            if anchor is None:
                anchor = next(heading.iterancestors("a"), None)
            url = (
                absolute(anchor.get("href"), self.base)
                if anchor is not None and (element.tag == "article" or "title" in (heading.get("class") or ""))
                else None
            )
            if url and heading is not self.headline and self.is_own_page(url) and not self.is_this_page(url):
                words = squash(heading.text_content())
                self.relate([Link(url=url, text=words or None)])
                self.cut[element] = "card"
                self.cuts.append(("another post's card", words[:120]))
                return True
        return False

    def heading_block(self, element: HtmlElement) -> None:
        self.container(element)

    def sub(self, element: HtmlElement) -> list[tuple[Block, str]]:
        """The pieces inside `element`, read apart."""
        kept, self.pieces = self.pieces, []
        heading, self.heading = self.heading, None
        self.container(element)
        self.flush(element)
        found, self.pieces = self.pieces, kept
        self.heading = heading
        return found

    def quote(self, element: HtmlElement) -> None:
        names = element.get("class") or ""
        if "wp-embedded-content" in names:
            self.own_embed(element)
            return
        if self.embed(element):
            return
        cite, self.cite = self.cite, None
        if self.heading is not None and self.relate_list(element):
            self.cite = cite
            return
        self.in_quote += 1
        pieces = self.sub(element)
        self.in_quote -= 1
        source, self.cite = self.cite, cite
        said = [
            piece for piece in pieces if piece[0].type in ("paragraph", "heading", "quote", "list", "code", "table")
        ]
        text = "\n\n".join(text for _, text in said if text)
        shown = f"{text}\n{source}" if text and source else text or source or ""
        if shown:
            self.put(Block(type="quote", text=text or None, cite=source), shown)
        for block, words in pieces:
            if block.type in ("image", "video", "tweet", "embed"):
                self.put(block, words)

    def own_embed(self, element: HtmlElement) -> None:
        """WordPress' card of another post: ``<blockquote class="wp-embedded-content"><a href>Title</a>``."""
        anchor = next(element.iter("a"), None)
        url = absolute(anchor.get("href"), self.base) if anchor is not None else None
        if url is None:
            return
        words = squash(anchor.text_content()) or None if anchor is not None else None
        if self.heading is not None:
            self.relate([Link(url=url, text=words)])
            self.cut[element] = "related"
            return
        self.links.append(Link(url=url, text=words))
        self.put(Block(type="embed", text=words, url=url, provider="wordpress"), words or "")

    def relate_list(self, element: HtmlElement) -> bool:
        """Takes a list or a quote of nothing but links as further reading; False where it says anything else."""
        anchors = [anchor for anchor in element.iter("a") if squash(anchor.text_content())]
        said = sum(len(squash(anchor.text_content())) for anchor in anchors)
        if not anchors or len(squash(" ".join(element.itertext()))) > said * 1.3 + 8 * len(anchors):
            return False
        links = [
            Link(url=url, text=squash(anchor.text_content()))
            for anchor in anchors
            if (url := absolute(anchor.get("href"), self.base))
        ]
        if not links:
            return False
        self.relate(links)
        self.cut[element] = "related"
        return True

    def list(self, element: HtmlElement) -> None:
        if self.heading is not None and self.relate_list(element):
            return
        items: list[str] = []
        others: list[tuple[Block, str]] = []
        ordered = element.tag == "ol"
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _GONE or (child.keys() and self.left_out(child)):
                continue
            found = (
                [(Block(type="list", items=_inner(child, self)), "")] if child.tag in ("ul", "ol") else self.sub(child)
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
            self.lists[id(block)] = (element, block)
            self.put(block, text)
        for block, words in others:
            self.put(block, words)

    def table(self, element: HtmlElement) -> None:
        if _is_layout(element):
            self.container(element)
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
                        cells.append(_cleaned(cell.text or ""))
                        continue
                    pieces = self.sub(cell)
                    cells.append(
                        " ".join(text.replace("\n", " ") for block, text in pieces if text and block.type != "image")
                    )
                    others.extend(
                        (block, "") for block, _ in pieces if block.type in ("image", "video", "tweet", "embed")
                    )
            if any(cells):
                rows.append(cells)
        if rows:
            text = "\n".join("\t".join(row).rstrip() for row in rows)
            self.put(
                Block(type="table", text=text, rows=rows, caption=caption), f"{caption}\n{text}" if caption else text
            )
        for block, words in others:
            self.put(block, words)

    def code(self, element: HtmlElement) -> None:
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
            self.put(Block(type="paragraph" if verse else "code", text=text), text)

    def ruby(self, element: HtmlElement) -> None:
        """漢字 with its reading in brackets, as a browser without ruby shows it."""
        if element.text:
            self.parts.append(element.text)
        for child in element:
            if child.tag == "rt":
                self.parts.append(f"({squash(child.text_content())})")
            elif isinstance(child.tag, str) and child.tag != "rp":
                self.ruby(child) if child.tag in ("rb", "rtc") else self.container(child)
            if child.tail:
                self.parts.append(child.tail)

    def formula(self, element: HtmlElement) -> None:
        """A formula in its line, without the source that tools keep beside it: ``<math>… <annotation>x^2``."""
        for part in element.iter():
            if isinstance(part.tag, str) and part.tag[:10] != "annotation" and part.text:
                self.parts.append(part.text)

    def said_quote(self, element: HtmlElement) -> None:
        self.parts.append("“")
        self.container(element)
        self.parts.append("”")

    # -- media

    def figure(self, element: HtmlElement) -> None:
        """A picture, video, table, quote or gallery with its caption."""
        names = element.get("class") or ""
        may = "embed" in names or "twitter" in names or next(element.iter("img"), None) is None
        if may and self.embed(element):
            return
        caption_element, credit_element = None, None
        for node in element.iter("figcaption", "p", "dd", "div", "cite", "span"):
            names = node.get("class") or ""
            if credit_element is None and ("credit" in names or "photographer" in names):
                credit_element = node
            if caption_element is None and (node.tag == "figcaption" or ("caption" in names and node is not element)):
                caption_element = node
        pictures = [image for image in element.iter("img") if not _is_emoji(image)]
        if len(pictures) == 2:
            # A lazy loader says its picture twice: for browsers, and in a <noscript> for those without scripts.
            true = [image for image in pictures if largest(image, self.base) and not _is_pixel(image)]
            pictures = [image for image in true if image.getparent().tag != "noscript"] or true or pictures
        if len(pictures) != 1 or (
            next(element.iter("table", "blockquote", "figure", "iframe", "video", "pre", "ul"), element) is not element
            and element.tag == "figure"
            and len(list(element.iter("figure", "table", "blockquote", "iframe", "video", "pre"))) > 1
        ):
            start = len(self.pieces)
            self.container(element)
            self.flush(element)
            self.give_caption(start)
            return
        credit = _cleaned(credit_element.text_content()) or None if credit_element is not None else None
        caption = None
        if caption_element is not None:
            caption = self.caption(caption_element, credit_element)
        self.picture(pictures[0], caption, credit)

    def caption(self, element: HtmlElement, credit: HtmlElement | None) -> str | None:
        kept_links, self.line_links = self.line_links, []
        self.container(element)
        text = _plain("".join(self.parts).replace(_BREAK, " "))
        self.parts.clear()
        self.links.extend(self.line_links)
        self.line_links = kept_links
        if credit is not None and credit is not element:
            said = squash(credit.text_content())
            if said and text.endswith(said):
                text = text[: -len(said)].rstrip(" |–-/")
        return self.without_noise(text)

    def without_noise(self, text: str) -> str | None:
        for noise in self.rules.caption_noise:
            text = noise.sub("", text)
        return squash(text).strip(" |–-") if text and not re.search(r"\w", text) else squash(text) or None

    def give_caption(self, start: int) -> None:
        """A paragraph that ends a figure of a table, video or code is that one's caption."""

    def figcaption(self, element: HtmlElement) -> None:
        kept = self.pieces[-1][0] if self.pieces else None
        text = self.caption(element, None)
        if not text:
            return
        if kept is not None and kept.type in ("video", "table", "image") and kept.caption is None:
            kept.caption = text
        elif kept is not None and kept.type == "quote" and kept.cite is None:
            kept.cite = text
            self.pieces[-1] = (kept, f"{self.pieces[-1][1]}\n{text}")
            return
        elif kept is not None and kept.type == "embed" and kept.caption is None:
            kept.caption = text
        else:
            self.put(Block(type="paragraph", text=text), text)
            return
        block, words = self.pieces[-1]
        self.pieces[-1] = (block, f"{words}\n{text}" if words else text)

    def image(self, element: HtmlElement) -> None:
        if _is_emoji(element):
            self.parts.append(element.get("alt") or "")
            return
        if element.keys() and self.left_out(element):
            return
        self.picture(element, None, None)

    def picture(self, element: HtmlElement, caption: str | None, credit: str | None) -> None:
        url = largest(element, self.base)
        if url is None or _is_pixel(element):
            if caption:
                self.parts.append(caption)
            return
        alt = squash(element.get("alt")) or None
        source = element.get("src") or ""
        if (
            not source
            or source.startswith(("data:", "about:"))
            or element.get("data-src")
            or element.get("data-lazy-src")
        ):
            self.sources[element] = url
        self.images.append(Image(url=url, alt=alt, caption=caption, credit=credit))
        block = Block(type="image", url=url, alt=alt, caption=caption, credit=credit)
        if self.parts and any(part.strip(" \t\r\n\xa0" + _LINK + _END) for part in self.parts):
            self.pending.append(block)
        else:
            self.put(block, caption or "")

    def frame(self, element: HtmlElement) -> None:
        if "wp-embedded-content" in (element.get("class") or ""):
            return  # the quote beside it says the same
        if self.embed(element):
            return
        url = _source(element, self.base)
        if url is None:
            return
        whose = provider(url)
        if whose:
            self.videos.append(Video(url=url, provider=whose))
            self.put(Block(type="video", url=url, provider=whose), "")
        else:
            self.put(Block(type="embed", url=url, provider=host(url) or None), "")

    def video(self, element: HtmlElement) -> None:
        url = _source(element, self.base)
        for source in element.iter("source"):
            url = url or _source(source, self.base)
        if url:
            if element.tag == "audio":
                self.put(Block(type="embed", url=url, provider="file"), "")
            else:
                self.videos.append(Video(url=url, provider=provider(url) or "file"))
                self.put(Block(type="video", url=url, provider=provider(url) or "file"), "")

    def noscript(self, element: HtmlElement) -> None:
        """What a lazy loader shows without scripts: read only where nothing beside it says the same."""
        known = {picture_key(image.url) for image in self.images}
        for image in element.iter("img"):
            url = largest(image, self.base)
            before = element.getprevious()
            if (
                url
                and picture_key(url) not in known
                and (before is None or before.tag not in ("img", "picture") or _is_pixel(before))
            ):
                self.image(image)
        after = element.getnext()
        beside = _source(after, self.base) if after is not None and after.tag == "iframe" else None
        players = {_without_query(url) for url in (beside, *(video.url for video in self.videos)) if url}
        for frame in element.iter("iframe"):
            url = _source(frame, self.base)
            if url and provider(url) and _without_query(url) not in players:
                self.frame(frame)

    def embed(self, element: HtmlElement) -> bool:
        """Puts the tweets, the video or the card that `element` is nothing but an embed of; False where it is none."""
        found = tweets.embeds_of(element)
        if found:
            shown = self.shown_of(element)
            for index, tweet in enumerate(found):
                words = shown if len(found) == 1 else (tweet.urls_seen[0] if tweet.urls_seen else tweet.text or "")
                block = Block(type="tweet", text=words or None, url=tweet.url, tweet_id=tweet.id, provider="twitter")
                self.put(block, words if index or len(found) == 1 else shown)
                if len(found) > 1 and index:
                    self.pieces[-1] = (block, "")
            return True
        text = squash(element.text_content()) if element.tag in ("p", "figure", "div") else ""
        if (
            text.startswith("http")
            and len(text) < 300
            and " " not in text
            and next(element.iter("img", "iframe", "video", "blockquote"), None) is None
        ):
            whose = provider(text)
            if whose:
                self.videos.append(Video(url=text, provider=whose))
                self.put(Block(type="video", url=text, text=text, provider=whose), text)
                return True
        return False

    def shown_of(self, element: HtmlElement) -> str:
        """The words of an embed, as text, kept out of the links and blocks."""
        links, self.links = self.links, []
        images, self.images = self.images, []
        kept, self.pieces = self.pieces, []
        heading, self.heading = self.heading, None
        if element.tag not in ("iframe", "amp-twitter", "twitter-widget"):
            self.container(element) if element.tag != "figure" else self.children(element)
            self.flush(None)
        found, self.pieces = self.pieces, kept
        self.links, self.images, self.heading = links, images, heading
        self.line_links.clear()
        return "\n".join(text for _, text in found if text)

    def children(self, element: HtmlElement) -> None:
        for child in element.iter("blockquote", "p", "figcaption"):
            self.parts.append(child.text_content())
            self.flush(None)
        if not self.pieces:
            self.parts.append(element.text_content())


_Handler = Callable[[_Reader, HtmlElement], None]
_BLOCKS: dict[str, _Handler] = {
    **dict.fromkeys(_HEADINGS, _Reader.heading_block),
    "blockquote": _Reader.quote,
    "ul": _Reader.list,
    "ol": _Reader.list,
    "menu": _Reader.list,
    "table": _Reader.table,
    "pre": _Reader.code,
    "listing": _Reader.code,
    "figure": _Reader.figure,
    "figcaption": _Reader.figcaption,
    "iframe": _Reader.frame,
    "embed": _Reader.frame,
    "object": _Reader.frame,
    "video": _Reader.video,
    "audio": _Reader.video,
    "noscript": _Reader.noscript,
}


_EMBEDDING = word_set("iframe blockquote script amp-twitter twitter-widget div center br span p")


def _leads_away(element: HtmlElement) -> bool:
    """Whether most of what an element says is links."""
    return 2 * sum(text_length(link) for link in element.iter("a")) > text_length(element)


def _may_embed(first: HtmlElement) -> bool:
    """Whether a paragraph that begins with `first` may be nothing but an embed: most that begin with a link are not."""
    tag = first.tag
    if tag == "a":
        address = (first.get("href") or "").lower()
        return "status" in address or "t.co/" in address or "video" in address or "youtu" in address
    return tag in _EMBEDDING


def _inner(element: HtmlElement, reader: _Reader) -> list[str]:
    """The items of a list that stands, wrongly, directly inside another."""
    pieces = reader.sub(element)
    return [text for _, text in pieces if text]


def _plain(marked: str) -> str:
    """`marked` without the marks of links, white space squashed."""
    return _cleaned(marked.replace(_LINK, "").replace(_END, ""))


def _cleaned(raw: str) -> str:
    text = squash(raw)
    if "&" in text and _TWICE.search(text):
        text = squash(_TWICE.sub(lambda found: unescape(found.group()), text))
    return text


def _unlinked(marked: str) -> bool:
    """Whether anything but separators stands outside links."""
    return not _SEPARATORS.fullmatch(_LINKED.sub("", marked.replace(_BREAK, " ")))


def _words(text: str) -> int:
    """Words of a text; of a script written without blanks, its characters."""
    if text.isascii() or not _CJK.search(text):
        return len(text.split())
    return len(_CJK.sub(" ", text).split()) + sum(1 for _ in _CJK.finditer(text))


def _each_once(images: list[Image]) -> list[Image]:
    found: dict[str, Image] = {}
    for image in images:
        found.setdefault(picture_key(image.url), image)
    return list(found.values())


def _is_emoji(image: HtmlElement) -> bool:
    names = image.get("class") or ""
    return ("emoji" in names or "wp-smiley" in names) and bool(image.get("alt"))


def _without_query(url: str) -> str:
    return url.partition("?")[0]


def _is_pixel(image: HtmlElement) -> bool:
    return image.get("width") in ("0", "1") or image.get("height") in ("0", "1")


def _source(element: HtmlElement, base: str) -> str | None:
    for name in (
        "src",
        "data-src",
        "data-lazy-src",
        "data-litespeed-src",
        "data-url",
        "data",
        "data-cmp-src",
        "data-src-cmplz",
    ):
        value = element.get(name)
        if value and not value.startswith("about:"):
            url = absolute(value, base)
            if url:
                return url
    return None


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table places things side by side rather than saying anything by its rows."""
    if table.get("role") == "presentation":
        return True
    for node in table.iter("table", "h1", "h2", "h3", "blockquote", "iframe", "figure", "ul", "ol"):
        if node is not table:
            return True
    return all(sum(cell.tag in ("td", "th") for cell in row) < 2 for row in table.iter("tr"))


__all__ = ["Body", "is_picture", "read_body", "read_fragment"]
