"""Every reference to a tweet in markup or plain text, in the order of the document."""

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.items import EmbeddedTweet, TweetForm
from newsarchive.markup import decode, fragment, tree
from newsarchive.tweets.address import MIRRORS, clean, parse_status_url, scan
from newsarchive.tweets.clock import impossible
from newsarchive.tweets.quote import embedded, flattened, read_blockquote

# What must stand in markup for anything to be found in it, in lower case, and what each is looked for in.
_IN_TEXT = (
    "status",
    "t.co/",
    "pic.twitter.com",
    "pic.x.com",
    "[tweet",
    "[blackbirdpie",
    "(@",
    "i/videos/",
    "threadreader",
)
_IN_HREF = ("status", "tweet.html", "i/videos/", "i/cards/", "threadreader", "embed/index.html")
_IN_MARKUP = ("data-tweet", "twitter-tweet", "twitter-video", "amp-twitter", "twitter-widget")
_HINTS = tuple(dict.fromkeys((*_IN_TEXT, *_IN_HREF, *_IN_MARKUP)))
# Half of the hints have a word in common: where it does not stand, none of them is looked for.
_SHARED = ("tweet", "twitter")
_SHARED_BYTES = tuple(word.encode() for word in _SHARED)
_HINTS_BYTES = tuple(
    (hint, hint.encode(), next((word.encode() for word in _SHARED if word in hint), b"")) for hint in _HINTS
)

_ID_ATTRIBUTES = ("data-tweet-id", "data-tweetid")
_URL_ATTRIBUTES = ("data-oembed-url", "data-embed-url", "data-tweet-url", "url")


def _hints(markup: str | bytes) -> tuple[str, ...]:
    """Which of the hints stand in `markup`; a hint with capitals in it counts as all of them."""
    if isinstance(markup, bytes):
        low = markup.lower()
        lacking = {word for word in _SHARED_BYTES if word not in low}
        return tuple(hint for hint, word, shared in _HINTS_BYTES if shared not in lacking and word in low)
    words = markup.lower()
    return tuple(hint for hint in _HINTS if hint in words)


def may_refer(markup: str) -> bool:
    """Whether `find_references` looks for anything in `markup`: where this is False it finds nothing."""
    return bool(_hints(markup))


def _hints_of(element: HtmlElement) -> tuple[str, ...]:
    return _hints(etree.tostring(element, encoding="utf-8", with_tail=False))


@lru_cache(maxsize=256)
def _candidates(hints: tuple[str, ...]) -> Any:
    """The nodes that can hold a reference where only `hints` stand in the markup, in the order of the document."""

    def contains(what: str, words: tuple[str, ...]) -> str:
        tests = []
        for word in words:
            if word in hints:
                heart = word[1:] if word in ("status", "tweet.html") else word  # Status, Tweet.html
                tests += [f"contains({what}, '{heart}')"]
                if word == "status":
                    tests += [f"contains({what}, 'TATUS')"]
        return " or ".join(tests)

    parts = ["blockquote", "iframe", "amp-twitter", "twitter-widget"]
    if links := contains("@href", _IN_HREF):
        parts.append(f"a[{links}]")
    if "twitter-tweet" in hints:
        parts.append("*[contains(@class, 'twitter-tweet')]")
    if "data-tweet" in hints:
        parts += [f"*[@{name}]" for name in _ID_ATTRIBUTES]
    if "status" in hints:
        parts += [f"*[@{name}]" for name in _URL_ATTRIBUTES]
    paths = [f"descendant-or-self::{part}" for part in parts] + ["descendant-or-self::comment()[contains(., 'wp:')]"]
    if texts := contains(".", _IN_TEXT):
        paths.append(f"descendant::text()[{texts}]")
    return etree.XPath(" | ".join(paths))


_UNREAD = frozenset({"iframe", "script", "style", "title", "textarea", "head", "option", "select"})
_INLINE = frozenset({"a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "mark", "s", "small", "span", "strong", "sub", "sup", "u", "center"})  # fmt: skip
_NOT_TWEETS = re.compile(
    r"twitter-(?:timeline|share-button|follow-button|hashtag-button|mention-button|dm-button|moment|grid)"
)
_EMBED_FIGURE = re.compile(
    r"wp-block-embed|is-provider-(?:twitter|x)\b|op-(?:social|interactive)|embed-(?:x|twitter)\b|wp-embed-"
)
_QUOTE_CLASS = re.compile(r"(?<![\w-])twitter-(?:tweet|video)(?![\w]|-(?:share|follow))")
_SHORTCODE = re.compile(
    r"\[(tweet|twitter|embed|blackbirdpie)((?:\s|=)[^\[\]]{0,500})?\](?:\s{0,20}([^\s\[\]]{1,1000})\s{0,20}\[/\1\])?",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w/])[1-9][0-9]{0,19}(?![\w/])")
_CODE = re.compile(r"(?<![\w/.@-])(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/([A-Za-z0-9]{4,16})(?![A-Za-z0-9])")
_BLOCK_COMMENT = re.compile(r"\s*wp:(?:core-)?embed\S*\s*(\{.*\})\s*/?\s*\Z", re.S)
_AUTOLINK = re.compile(r"<(https?://[^\s<>\"']{1,2000})>", re.I)  # as mails and Markdown write addresses
_PAGE = re.compile(r"<(?:!doctype|html|head|body)\b", re.I)
_MOST = 10_000  # references a document may have; beyond it is no article


def find_references(html: str | bytes, mirrors: Collection[str] = MIRRORS) -> list[EmbeddedTweet]:
    """The tweets that a page, a REST body, block markup, a comment or plain text refers to, in order, one per place.

    Bare addresses, ``blockquote.twitter-tweet`` and ``.twitter-video``, embed figures, players and lazy iframes,
    ``amp-twitter``, rendered widgets, shortcodes, block comments and links in prose give ``id``, ``handle``, ``url``,
    ``created_at`` (by the id's clock); a quote also its words, author and printed day, with ``resolver`` ``markup``. A
    ``t.co`` or ``pic.twitter.com`` code and a quote that lost its link are kept with kind ``locator`` and no id. The
    same tweet met twice is listed twice. Share buttons, intents, profiles, timelines, and ids that no tweet can have
    are left out. An empty list where there are none; never raises.
    """
    if isinstance(html, bytes) and html[:2] in (b"\xff\xfe", b"\xfe\xff"):
        html = decode(html)
    if not _hints(html):
        return []
    html = _AUTOLINK.sub(r" \1 ", decode(html))
    if "<" not in html:
        return _numbered(_in_text(clean(html), mirrors, plain=True))
    if "<![CDATA[" in html:  # a feed's markup, which HTML takes for a comment up to its first ">"
        html = html.replace("<![CDATA[", "").replace("]]>", "")
    page = _PAGE.search(html[:5000]) is not None
    return references_in(tree(html) if page else fragment(html), mirrors)


def references_in(element: HtmlElement, mirrors: Collection[str] = MIRRORS) -> list[EmbeddedTweet]:
    """The same for an element of a parsed tree, itself included; its tail is not read."""
    hints = _hints_of(element)
    return _numbered(_walk(element, hints, mirrors)) if hints else []


def embeds_of(element: HtmlElement, mirrors: Collection[str] = MIRRORS) -> list[EmbeddedTweet]:
    """The tweets that a block-level element is an embed of; an empty list where it says anything else besides.

    A paragraph of nothing but status addresses, a quote, figure, iframe, ``amp-twitter`` or widget as WordPress and
    its plugins write them. A caption belongs to the embed. Most paragraphs are turned away by their first character.
    """
    tag = element.tag
    if not isinstance(tag, str):
        return []
    if tag in _WORDS_FIRST:
        lead = (element.text or "").lstrip()
        if lead and not lead.startswith(_LEADS) and lead[0] not in "\u200b\u200e\u200f\ufeff":
            return []
        if not lead and len(element) == 0:
            return []
    hints = _hints_of(element)
    if not hints:
        return []
    found = list(_walk(element, hints, mirrors))
    if not found or any(tweet.kind != "embed" for tweet in found if tweet.form not in ("link", "text")):
        return []
    embeds = [tweet for tweet in found if tweet.kind == "embed"]
    return embeds if embeds and _says_nothing_else(element) else []


_WORDS_FIRST = frozenset({"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "dd", "dt", "td", "th", "pre"})
_LEADS = ("http", "HTTP", "//", "[", "www.", "twitter.com", "x.com", "mobile.", "m.twitter", "web.archive", "archive.", "t.co", "pic.")  # fmt: skip


def embed_of(element: HtmlElement, mirrors: Collection[str] = MIRRORS) -> EmbeddedTweet | None:
    """The first of `embeds_of`; None where the element is no tweet's embed."""
    embeds = embeds_of(element, mirrors)
    return embeds[0] if embeds else None


def _says_nothing_else(element: HtmlElement) -> bool:
    """Whether all text outside quotes, players and captions is addresses, and there is no other media."""
    stack = [element]
    while stack:
        node = stack.pop()
        tag = node.tag
        if not isinstance(tag, str) or tag in (
            "script",
            "style",
            "noscript",
            "blockquote",
            "amp-twitter",
            "figcaption",
        ):
            continue
        if tag in ("iframe", "twitter-widget"):
            continue
        if tag in ("img", "video", "audio", "table", "ul", "ol", "h1", "h2", "h3", "h4"):
            return tag == "img" and (node.get("alt", "") or "x").isascii() is False
        if node.get("class") and _QUOTE_CLASS.search(node.get("class", "")):
            continue
        texts = [node.text] + [child.tail for child in node]
        for text in texts:
            if text and (words := text.strip()) and not _only_addresses(words):
                return False
        stack.extend(node)
    return True


def _only_addresses(words: str) -> bool:
    words = clean(words)
    if _SHORTCODE.fullmatch(words) or words in ("[embed]", "[/embed]"):
        return True
    return all(word.startswith(("http", "//", "HTTP", "www.")) or "/status" in word for word in words.split())


def _numbered(tweets: Iterator[EmbeddedTweet]) -> list[EmbeddedTweet]:
    found = []
    for position, tweet in enumerate(tweets):
        if position >= _MOST:
            break
        tweet.position = position
        found.append(tweet)
    return found


def _walk(root: HtmlElement, hints: tuple[str, ...], mirrors: Collection[str]) -> Iterator[EmbeddedTweet]:
    whole: dict[Any, set[str | None] | None] = {}  # element -> ids it has told; None: nothing inside is read any more
    pending: EmbeddedTweet | None = None  # of a block comment, whose figure follows
    last: EmbeddedTweet | None = None
    last_quiet = False  # whether it stands in a noscript, beside which the same is written for those with scripts
    for node in _candidates(hints)(root):
        is_text = isinstance(node, str)
        owner = node.getparent() if is_text else node
        if owner is None:
            continue
        if is_text and node.is_tail:
            owner = owner.getparent()
        told: set[str | None] = set()
        skip, quiet = False, False
        ancestor = owner if is_text else owner.getparent()
        while ancestor is not None:
            if ancestor.tag in _UNREAD:
                skip = True
            elif ancestor.tag == "noscript":
                quiet = True
            if whole and ancestor in whole:
                ids = whole[ancestor]
                if ids is None:
                    skip = True
                else:
                    told |= ids
            if skip or ancestor is root:
                break
            ancestor = ancestor.getparent()
        if skip:
            continue
        closed = None
        if is_text:
            found = list(_text_node(node, owner, mirrors))
        elif not isinstance(node.tag, str):
            found = _block_comment(node, mirrors)
        else:
            found, closed = _element(node, mirrors)
            if closed:
                whole[node] = None
            elif found and node.tag not in ("a", "blockquote"):
                whole[node] = {tweet.id for tweet in found}
            elif found and node.tag == "a":
                whole[node] = None
        for tweet in found:
            if tweet.id is not None and tweet.id in told:
                continue
            twin = last if last is not None and tweet.id is not None and tweet.id == last.id else None
            if twin and (quiet or (last_quiet and tweet.kind == twin.kind)):
                last_quiet = last_quiet and quiet
                continue
            if pending is not None:
                if tweet.id == pending.id and tweet.form != "block_comment":
                    pending = None
                else:
                    yield pending
                    pending = None
            last, last_quiet = tweet, quiet
            if tweet.form == "block_comment":
                pending = tweet
            else:
                yield tweet
    if pending is not None:
        yield pending


def _element(node: HtmlElement, mirrors: Collection[str]) -> tuple[list[EmbeddedTweet], bool]:
    """The references an element makes by itself, and whether nothing inside it is to be read for more."""
    tag, classes = node.tag, node.get("class", "")
    if tag == "a":
        reference = parse_status_url(node.get("href", ""), mirrors)
        if reference is None:
            return [], False
        tweet = embedded(reference)
        own = parse_status_url("".join(node.itertext())[:2000], mirrors)
        if own is not None and own.id == reference.id and _alone(node):
            tweet.form = "figure" if _in_embed_figure(node) else "bare_url"
        else:
            tweet.form, tweet.kind = "link", "link"
        return [tweet], True
    if _NOT_TWEETS.search(classes):
        return [], tag in ("blockquote", "iframe")
    if tag == "blockquote":
        marked = bool(_QUOTE_CLASS.search(classes))
        if not marked and not _hints_of(node):
            return [], False
        quoted = read_blockquote(node, mirrors)
        if quoted is None:
            return [], False
        if not marked and not (quoted.author_name and quoted.printed_date):
            return [], False  # an ordinary quotation that links to a tweet
        if quoted.id:
            quoted.form = "figure" if _in_embed_figure(node) else "blockquote"
        return [quoted], True
    if tag == "iframe":
        return _iframe(node, mirrors), False
    if tag in ("amp-twitter", "twitter-widget"):
        found = _by_id(node, "amp" if tag == "amp-twitter" else "widget")
        return found, True
    if "twitter-tweet" in classes and _QUOTE_CLASS.search(classes):
        found = _by_id(node, "widget")
        for frame in node.iter("iframe"):
            found = found or _iframe(frame, mirrors)
        for tweet in found:
            tweet.form = "widget"
        return found, bool(found)
    found = _by_id(node, "widget")
    for name in _URL_ATTRIBUTES:
        if not found and (value := node.get(name)) and (reference := parse_status_url(value, mirrors)):
            found = [embedded(reference)]
            found[0].form = "widget"
    return found, False


def _by_id(node: HtmlElement, form: TweetForm) -> list[EmbeddedTweet]:
    for name in _ID_ATTRIBUTES:
        value = (node.get(name) or "").strip()
        if value and not impossible(value):
            reference = parse_status_url(f"https://twitter.com/i/web/status/{value}")
            if reference:
                tweet = embedded(reference)
                tweet.form, tweet.urls_seen = form, []
                return [tweet]
    return []


def _iframe(node: HtmlElement, mirrors: Collection[str]) -> list[EmbeddedTweet]:
    """A player's frame, by its own id or by whichever attribute a lazy loader or consent plugin put the address in."""
    found = _by_id(node, "iframe")
    if found:
        source = next((value for value in node.attrib.values() if found[0].id in value and "//" in value), None)
        found[0].urls_seen = [clean(source)] if source else []
        return found
    for name, value in node.attrib.items():
        if "src" in name or "url" in name:
            reference = parse_status_url(value, mirrors)
            if reference:
                tweet = embedded(reference)
                tweet.form = "iframe"
                return [tweet]
    inner = "".join(part for part in (node.text, node.get("srcdoc")) if part)
    if "<" in inner and _hints(inner):  # libxml2 keeps what stands inside a frame as text
        found = [tweet for tweet in references_in(tree(inner), mirrors) if tweet.kind == "embed"]
        for tweet in found:
            if _in_embed_figure(node):
                tweet.form = "figure"
        return found
    return []


def _block_comment(node: etree._Comment, mirrors: Collection[str]) -> list[EmbeddedTweet]:
    """``<!-- wp:embed {"url":"…","providerNameSlug":"twitter"} -->``, which only unrendered content has."""
    if "<!--" in (node.text or "")[:20] or not (shape := _BLOCK_COMMENT.match((node.text or "")[:20_000])):
        return []
    try:
        attributes = json.loads(shape.group(1))
    except (ValueError, RecursionError):  # not JSON, or nested beyond sense
        return []
    url = attributes.get("url") if isinstance(attributes, dict) else None
    reference = parse_status_url(url, mirrors) if isinstance(url, str) else None
    if reference is None:
        return []
    tweet = embedded(reference)
    tweet.form = "block_comment"
    return [tweet]


def _text_node(node: Any, owner: HtmlElement, mirrors: Collection[str]) -> Iterator[EmbeddedTweet]:
    text = clean(str(node))
    if "(@" in text and (block := _block_of(owner)) is not None:
        quote = flattened(block) if not any(True for _ in _status_links(block)) else None
        if quote is not None and quote.text is None and block.tag == "p":
            parent = block.getparent()  # WordPress puts the name into a paragraph of its own
            if parent is not None and parent.tag == "blockquote" and not any(True for _ in _status_links(parent)):
                quote = flattened(parent) or quote
        if quote is not None and text.rstrip().endswith((quote.printed_date or "\0", f"(@{quote.handle})")):
            yield quote
            return
    for tweet in _in_text(text, mirrors):
        if tweet.kind == "locator" and _beside_its_tweet(owner):
            continue
        if tweet.form == "bare_url":
            if not _alone(node if node.is_tail else owner, text_node=node):
                tweet.form, tweet.kind = "text", "link"
            elif _in_embed_figure(owner):
                tweet.form = "figure"
        yield tweet


def _in_text(text: str, mirrors: Collection[str], plain: bool = False) -> Iterator[EmbeddedTweet]:
    """References in running text. One that has its line for itself is ``bare_url`` (in markup: if no other line says more)."""
    shortcodes = list(_SHORTCODE.finditer(text)) if "[" in text else []
    at = 0
    for shortcode in shortcodes:
        tweet = _shortcode(shortcode, mirrors)
        if tweet is not None:
            yield from _plain(text[at : shortcode.start()], mirrors, plain)
            yield tweet
            at = shortcode.end()
    yield from _plain(text[at:] if at else text, mirrors, plain)


def _plain(text: str, mirrors: Collection[str], plain: bool) -> Iterator[EmbeddedTweet]:
    spans = list(scan(text, mirrors)) if "tatus" in text.lower() or "i/videos" in text or "threadreader" in text else []
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    alone = {line for line in lines if (status := parse_status_url(line, mirrors)) and status.seen == line}
    bare = plain or len(alone) == len(set(lines))
    marks: list[tuple[int, EmbeddedTweet]] = []
    for start, stop, reference in spans:
        tweet = embedded(reference)
        line = text[
            text.rfind("\n", 0, start) + 1 : text.find("\n", stop) if "\n" in text[stop:] else len(text)
        ].strip()
        if not (bare and line in alone):
            tweet.form, tweet.kind = "text", "link"
        marks.append((start, tweet))
    if "t.co/" in text or "pic." in text:
        for code in _CODE.finditer(text):
            if not any(start <= code.start() < stop for start, stop, _ in spans):
                locator = EmbeddedTweet(form="locator", kind="locator", locator=code.group(1), urls_seen=[code.group()])
                marks.append((code.start(), locator))
    for _, tweet in sorted(marks, key=lambda mark: mark[0]):
        yield tweet


def _shortcode(found: re.Match, mirrors: Collection[str]) -> EmbeddedTweet | None:
    """``[tweet ID]``, ``[tweet id="ID"]``, ``[tweet URL]``, ``[embed]URL[/embed]``."""
    name, attributes, content = found.group(1).lower(), found.group(2) or "", found.group(3) or ""
    for _, _, reference in scan(
        f"{attributes} {content}".replace("“", " ").replace("”", " ").replace('"', " "), mirrors
    ):
        tweet = embedded(reference)
        tweet.form = "shortcode"
        return tweet
    if name == "embed":
        return None
    number = _NUMBER.search(attributes) or _NUMBER.search(content)
    if number is None or impossible(number.group()) or len(number.group()) < 2:
        return None
    tweet = embedded(parse_status_url(f"https://twitter.com/i/web/status/{number.group()}"))  # type: ignore[arg-type]
    tweet.form, tweet.urls_seen = "shortcode", []
    return tweet


def _block_of(element: HtmlElement) -> HtmlElement | None:
    while element is not None and element.tag in _INLINE:
        element = element.getparent()
    return element


_STATUS_LINKS: Any = etree.XPath("descendant::a[contains(@href, 'tatus')]")


def _status_links(element: HtmlElement) -> Iterator[HtmlElement]:
    for anchor in _STATUS_LINKS(element):
        if parse_status_url(anchor.get("href", "")):
            yield anchor


def _beside_its_tweet(owner: HtmlElement) -> bool:
    """Whether the paragraph names a status itself: the code is then that tweet's own picture or link."""
    block = _block_of(owner)
    return block is not None and len(block) < 200 and any(True for _ in _status_links(block))


def _in_embed_figure(element: HtmlElement) -> bool:
    for _ in range(6):
        parent = element.getparent()
        if parent is None or element.tag == "figcaption":
            return False
        element = parent
        if element.tag == "figcaption":
            return False
        if element.tag in ("figure", "div") and _EMBED_FIGURE.search(element.get("class", "")):
            return True
    return False


def _alone(element: Any, text_node: Any = None) -> bool:
    """Whether what is shown here has its line for itself: only line breaks or the ends of a block stand beside it."""
    if text_node is not None and not text_node.is_tail:
        owner = text_node.getparent()
        if len(owner) and owner[0].tag != "br" and owner[0].tag not in _BLOCKS:
            return False
        return (
            owner.tag not in _INLINE or (len(owner) == 0 and _alone(owner)) or (owner.tag in _INLINE and _alone(owner))
        )
    if text_node is not None:
        before = text_node.getparent()
        after = before.getnext()
        if before.tag != "br" and before.tag not in _BLOCKS:
            return False
        if after is not None and after.tag != "br" and after.tag not in _BLOCKS:
            return False
        owner = before.getparent()
        return owner is None or owner.tag not in _INLINE or _alone(owner)
    for _ in range(20):
        parent = element.getparent()
        if parent is None:
            return True
        before, after = element.getprevious(), element.getnext()
        lead = parent.text if before is None else before.tail
        if (lead or "").strip() or (element.tail or "").strip():
            return False
        if before is not None and before.tag != "br" and before.tag not in _BLOCKS:
            return False
        if after is not None and after.tag != "br" and after.tag not in _BLOCKS:
            return False
        if parent.tag not in _INLINE:
            return True
        element = parent
    return False


_BLOCKS = frozenset({"p", "div", "figure", "blockquote", "script", "section", "ul", "ol", "table", "h1", "h2", "h3", "h4", "hr", "pre", "iframe", "noscript", etree.Comment})  # fmt: skip
