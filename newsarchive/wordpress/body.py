"""The body of an article or a comment: what a reader sees of it, as text, as blocks, and as safe markup.

One reader for every source, so that the same post read from REST (``content.rendered``) and from a page of any theme
says the same.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from newsarchive import tweets
from newsarchive.items import Block, EmbeddedTweet, Image, Link, RelatedLink, Video
from newsarchive.markup import fragment, squash
from newsarchive.wordpress import blocks, body_boxes, body_end, body_lines, body_start, media
from newsarchive.wordpress.addresses import absolute, host, picture_key
from newsarchive.wordpress.furniture import is_inline_feedback, text_length, word_set
from newsarchive.wordpress.plain import Paragraph, plain_paragraphs
from newsarchive.wordpress.quirks import COMMENT, Quirks, Rules, rules
from newsarchive.wordpress.running_text import BREAK, END, LINK, cleaned, plain, unlinked, word_count
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
    reader = Reader(base_url, rules(quirks))
    reader.headline = headline
    return reader.read(element)


def read_fragment(html: str | bytes, base_url: str, quirks: Quirks = COMMENT) -> Body:
    """The same for a piece of markup without a page around it, such as a comment's; by default exactly as written."""
    if quirks is COMMENT and isinstance(html, str):
        paragraphs = plain_paragraphs(html)
        if paragraphs is not None:
            return Reader(base_url, rules(COMMENT)).read_plain(paragraphs)
    return read_body(fragment(html), base_url, quirks)


_INLINE = word_set(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark s samp small span strike strong sub "
    "sup time tt u var wbr rb nobr blink tooltip o:p"
)
_FILE = re.compile(r"\.(?!html?\b|php\b|aspx?\b)[a-z0-9]{2,5}(?:[?#].*)?$", re.I)
_CARD = re.compile(r"post|entry|article|teaser|card|item|story")
_DEEPEST = 120
_MOST = 50_000


class Reader:
    """A body being read: what has been said so far, and what the paragraph at hand holds."""

    def __init__(self, base_url: str, the_rules: Rules) -> None:
        self.base = base_url
        self.rules = the_rules
        self.host = host(base_url)
        self.parts: list[str] = []
        self.links: list[Link] = []
        self.line_links: list[Link] = []  # of the paragraph being read
        self.pending: list[Block] = []  # pictures met inside it
        self.pieces: list[tuple[Block, str]] = []
        self.leads: dict[int, body_end.Lead] = {}  # of blocks that are but links to this site's pages, by id()
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
        self.filing: dict[int, Link] = {}  # links that WordPress marks as a category, by id()
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
            body_start.cut_date_line(self)
            body_end.cut_lost_heading(self)
            body_end.cut_tail(self)
            body_end.cut_wall(self)
            body_end.take_credit(self)
        body = self.said()
        body.html = safe_html(element, self.base, self.cut, self.sources)
        body.tweets = tweets.references_in(element)
        return body

    def read_plain(self, paragraphs: list[Paragraph]) -> Body:
        """The same for paragraphs of nothing but words, which need no tree."""
        html = []
        for text, after in paragraphs:
            self.parts.append(text.replace("\v", BREAK))
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
            word_count=word_count(text),
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
                parts.append(BREAK)
            elif tag == "img":
                media.read_image(self, child)
            elif isinstance(tag, str):
                self.block(child, tag, element)
            text = child.tail
            if text and (parts or not text.isspace()):
                parts.append(text)
        self.depth -= 1

    def block(self, child: HtmlElement, tag: str, element: HtmlElement) -> None:
        """Reads a `child` of `element` that is neither a paragraph nor, as a rule, part of a line."""
        if tag == "ruby":
            blocks.read_ruby(self, child)
        elif tag == "q":
            blocks.read_inline_quote(self, child)
        elif tag == "math":
            blocks.read_formula(self, child)
        elif tag == "div" and is_inline_feedback(child):
            self.container(child)
        elif (tag not in blocks.UNREAD or self.is_all_in_a_form(child, tag)) and not self.left_out(child):
            handler = _BLOCKS.get(tag)
            since = len(self.pieces)
            self.flush(element)
            if handler:
                handler(self, child)
                self.flush(child)
            else:
                self.division(child)
                self.flush(child, since)
        elif tag in blocks.UNREAD and child not in self.cut:
            self.note(child, f"<{tag}>")

    def paragraph(self, element: HtmlElement) -> None:
        self.flush(element)
        if element.keys() and self.left_out(element):
            return
        if _may_be_embed(element) and media.put_embed(self, element):
            return
        if self.in_quote and _is_source(element):
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
        href = element.get("href") or "#"
        url = absolute(href, self.base) if not href.startswith("#") else None
        if url is None:
            self.container(element)
            return
        if self.takes_button(element, url):
            return
        start, pieces = len(self.parts), len(self.pieces)
        around, self.inside = self.inside, url
        self.parts.append(LINK)
        self.container(element)
        self.parts.append(END)
        self.inside = around
        words = plain("".join(self.parts[start:]))
        if len(self.pieces) != pieces and not words:  # blocks stood inside the link, and took the words with them
            link = Link(url=url, text=squash(element.text_content()) or None)
            if any(id(block) in self.leads or block.type == "image" for block, _ in self.pieces[pieces:]):
                self.links.append(link)
        else:
            link = Link(url=url, text=words or None)
            if words or not len(element):
                self.line_links.append(link)
        if "tag" in (relation := element.get("rel") or ""):
            self.terms.add(url)
            if "category" in relation:
                self.filing[id(link)] = link

    def takes_button(self, element: HtmlElement, url: str) -> bool:
        """Takes a link that a plugin for related posts prints in a box with a name at random: its button "READ" has always the same."""
        if not len(element) or element[0].tag != "div":
            return False
        spans = list(element.iter("span"))
        if all(span.get("class") != "ctaText" for span in spans):
            return False
        self.relate([Link(url=url, text=squash(spans[-1].text_content()) or None)])
        self.cut[element] = "card"
        return True

    def left_out(self, element: HtmlElement) -> bool:
        """Whether `element` is furniture, hidden, or cut by the site's own rules."""
        rule = body_boxes.rule_against(self, element)
        if rule is None:
            return False
        if rule == body_boxes.HEADLINE:
            self.flush(element.getparent())
        self.cut[element] = rule
        self.note(element, rule)
        self.ended = body_boxes.is_discussion(element, rule) and 2 * self.said_length() > self.whole()
        return True

    def said_length(self) -> int:
        """The length of all text that has been read."""
        return sum(len(text) for _, text in self.pieces)

    def whole(self) -> int:
        """The length of all text in the root."""
        if not self.length and self.root is not None:
            self.length = text_length(self.root)
        return self.length

    def is_all_in_a_form(self, element: HtmlElement, tag: str) -> bool:
        """A shop's page stands in its order form."""
        return tag == "form" and self.rules.general and text_length(element) * 2 > self.whole() > 0

    def note(self, element: HtmlElement, rule: str) -> None:
        """Keeps the beginning of what `rule` cuts; of a page that is nothing but furniture, not all."""
        if len(self.cuts) < 200 and element.tag not in ("script", "style", "svg"):
            words = squash(" ".join(element.itertext())[:400])
            if words:
                self.note_text(words, rule)

    def note_text(self, text: str, rule: str) -> None:
        """The same of words that are a text already."""
        self.cuts.append((rule, text[:120]))

    # -- paragraphs

    def flush(self, element: HtmlElement | None, since: int | None = None) -> None:
        """Ends the paragraph being read. `element` is what held it, `since` the number of blocks before that began."""
        if not self.parts:
            return
        raw = "".join(self.parts)
        self.parts.clear()
        links, self.line_links = self.line_links, []
        pending, self.pending = self.pending, []
        if LINK in raw or BREAK in raw or END in raw:
            self.lines(raw, links, element, since)
        else:
            text = cleaned(raw)
            if text:
                self.say(text, [], False, element, since)
        for block in pending:
            self.put(block, block.caption or "")

    def lines(self, raw: str, links: list[Link], element: HtmlElement | None, since: int | None) -> None:
        lead, mark, rest = raw.partition(LINK)
        head = plain(lead.replace(BREAK, " "))
        if mark and head and self.rules.is_related_heading(head) and not unlinked(mark + rest):
            self.say(head, [], False, element, since)  # "Read also: <a>…</a>"
            raw = mark + rest
        paragraphs: list[list[str]] = [[]]
        for line in raw.split(BREAK):
            if line.strip(" \t\r\n\xa0" + LINK + END):
                paragraphs[-1].append(line)
            elif paragraphs[-1]:
                paragraphs[-1].append(line) if LINK in line or END in line else paragraphs.append([])
            elif LINK in line or END in line:
                paragraphs[-1].append(line)
        at = 0
        for lines in paragraphs:
            marked = BREAK.join(lines)
            count = marked.count(LINK)
            text = "\n".join(filter(None, (plain(line) for line in lines)))
            if text:
                mine = links[at : at + count]
                self.say(text, mine, bool(mine) and not unlinked(marked), element, since)
            at += count
        self.links.extend(links[at:])

    def say(self, text: str, links: list[Link], linked: bool, element: HtmlElement | None, since: int | None) -> None:
        """Puts a paragraph, unless it is furniture or belongs to the related links."""
        level = blocks.HEADINGS.get(element.tag) if element is not None else None
        block = Block(type="heading", text=text, level=level) if level else Block(type="paragraph", text=text)
        if not links and len(text) >= 200 and self.inside is None and self.heading is None:
            self.put(block, text)  # prose, as most of a body is: neither a label nor a heading of related links
            return
        rule = body_lines.rule_against(self, text, links, element)
        if rule is not None:
            self.note_text(text, rule)
            self.drop(element, since)
            return
        if self.inside and not links:  # a card: blocks inside one link
            links, linked = [Link(url=self.inside, text=text)], True
        related = self.further_reading(text, links, linked)
        if related:
            self.relate(related)
            self.drop(element, since)
            return
        if not (self.inside and linked):
            self.links.extend(links)
        self.put(block, text)
        if linked and all(self.is_own_page(link.url) for link in links):
            self.leads[id(block)] = body_end.Lead(links, element if since is None else None, block)
        if self.rules.is_related_heading(text):
            self.heading = (len(self.pieces) - 1, block, element if since is None else None)

    def further_reading(self, text: str, links: list[Link], linked: bool) -> list[Link]:
        """The links of a paragraph that is further reading; none of any other."""
        if linked and (
            self.heading is not None
            or (self.rules.is_related_heading(text) and all(self.is_own_page(link.url) for link in links))
        ):
            return links  # under a heading, or "Read another story …", itself the link
        if self.heading is not None and text.startswith("http") and not re.search(r"\s", text):
            bare = absolute(text, self.base)
            if bare and host(bare) == self.host:
                return links or [Link(url=bare)]
        return []

    def is_own_page(self, url: str) -> bool:
        return bool(self.host) and host(url) == self.host and not _FILE.search(url)

    def is_this_page(self, url: str) -> bool:
        """Whether `url` is the page's own, a query or a scheme apart."""
        (_, _, path, query, _), (_, _, own, own_query, _) = urlsplit(url), urlsplit(self.base)
        return path.rstrip("/") == own.rstrip("/") and (bool(path.strip("/")) or query == own_query)

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
                self.note_text(block.text or "", "heading of related links")
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
        if "wp-caption" in names or "gallery-item" in names or "wp-block-image" in names:
            media.read_figure(self, element)
            return
        if ("embed" in names or "twitter" in names or "tweet" in names) and media.put_embed(self, element):
            return
        if self.rules.general and (element.tag == "article" or _CARD.search(names)) and self.takes_card(element):
            return
        self.container(element)

    def takes_card(self, element: HtmlElement) -> bool:
        """Takes a teaser of another post (its title, linked, and a few words) as further reading; False where it is none."""
        if element is self.root or text_length(element) > 800:
            return False
        if sum(text_length(part) > 80 for part in element.iter("p")) > 1:
            return False  # an entry of a round-up: a teaser has a few words
        for heading in element.iter("h2", "h3", "h4", "h5"):
            if heading is self.headline or (element.tag != "article" and "title" not in (heading.get("class") or "")):
                continue
            anchor = next(heading.iter("a"), None)
            if anchor is None:
                anchor = next(heading.iterancestors("a"), None)
            url = absolute(anchor.get("href"), self.base) if anchor is not None else None
            if url and self.is_own_page(url) and not self.is_this_page(url):
                words = squash(heading.text_content())
                self.relate([Link(url=url, text=words or None)])
                self.cut[element] = "card"
                self.note_text(words, "another post's card")
                return True
        return False

    def sub(self, element: HtmlElement) -> list[tuple[Block, str]]:
        """The pieces inside `element`, read apart."""
        kept, self.pieces = self.pieces, []
        heading, self.heading = self.heading, None
        self.container(element)
        self.flush(element)
        found, self.pieces = self.pieces, kept
        self.heading = heading
        return found


_Handler = Callable[[Reader, HtmlElement], None]
_BLOCKS: dict[str, _Handler] = {
    **dict.fromkeys(blocks.HEADINGS, Reader.container),
    "blockquote": blocks.read_quote,
    "ul": blocks.read_list,
    "ol": blocks.read_list,
    "menu": blocks.read_list,
    "table": blocks.read_table,
    "pre": blocks.read_code,
    "listing": blocks.read_code,
    "figure": media.read_figure,
    "figcaption": media.read_figcaption,
    "iframe": media.read_frame,
    "embed": media.read_frame,
    "object": media.read_frame,
    "video": media.read_video,
    "audio": media.read_video,
    "noscript": media.read_noscript,
}


def _may_be_embed(paragraph: HtmlElement) -> bool:
    """Whether a paragraph begins with what may be an embed, or is the address of one."""
    if len(paragraph):
        return not (paragraph.text or "").strip() and media.may_embed(paragraph[0])
    return (paragraph.text or "").lstrip()[:4].lower() == "http"


def _is_source(paragraph: HtmlElement) -> bool:
    """Whether a paragraph of a quotation is its source and nothing else: ``<p><cite>…</cite></p>``."""
    if len(paragraph) != 1 or paragraph[0].tag != "cite":
        return False
    return not squash(paragraph.text) and not squash(paragraph[0].tail)


def _each_once(images: list[Image]) -> list[Image]:
    found: dict[str, Image] = {}
    for image in images:
        found.setdefault(picture_key(image.url), image)
    return list(found.values())


__all__ = ["Body", "read_body", "read_fragment"]
