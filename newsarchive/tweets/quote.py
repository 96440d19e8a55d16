"""What a quoted tweet says in the page itself: the blockquote of an embed, or the same flattened to text."""

import re
from collections.abc import Collection
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from newsarchive.dates import wire
from newsarchive.items import EmbeddedTweet, TweetLink
from newsarchive.tweets.address import StatusReference, clean, parse_status_url
from newsarchive.tweets.clock import created_at, printed_day

_PIECES: Any = etree.XPath(
    "descendant::text()[not(parent::script or parent::style)] | descendant::br | descendant::img[@alt]"
)
_PARAGRAPHS: Any = etree.XPath("descendant::p")
_LONGEST = 20_000
_HANDLE = re.compile(r"\(@\s?(\w{1,20})\)", re.ASCII)
_DASHES = "—―–‒-"
_CODE = re.compile(r"(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/([A-Za-z0-9]{4,16})\b")
_PIC = re.compile(r"(?:https?://)?pic\.(?:twitter|x)\.com/([A-Za-z0-9]{4,16})\b")


def shown(element: HtmlElement) -> str:
    """The text of `element` as shown: ``<br>`` as a line break, emoji pictures as their character, blanks squeezed."""
    parts = []
    for piece in _PIECES(element):
        if isinstance(piece, str):
            parts.append(re.sub(r"\s+", " ", piece))
        elif piece.tag == "br":
            parts.append("\n")
        elif 0 < len(alt := piece.get("alt", "")) <= 16 and not alt.isascii():
            parts.append(alt)
    text = clean("".join(parts)[:_LONGEST])
    return re.sub(r"[ \xa0]*\n[ \xa0]*", "\n", text).strip()


def attribution(line: str) -> tuple[str, str | None, str | None, str]:
    """``words — Name (@handle) date`` as (words, name, handle, date); name and handle are None where it is not of that shape."""
    handles = list(_HANDLE.finditer(line))
    if not handles:
        return line, None, None, ""
    found = handles[-1]  # the author's: the words before it may hold others
    before, date = line[: found.start()].rstrip(), line[found.end() :].strip()
    cut = max(before.rfind(dash) for dash in "—―") if "—" in before or "―" in before else before.rfind("–")
    if cut < 0:
        cut = max(before.rfind(" - "), before.rfind("--"), before.rfind("\n-"), 0 if before.startswith("-") else -1)
    if cut < 0 or len(before) - cut > 120:
        return line, None, None, ""
    name = before[cut:].lstrip(_DASHES + " \n") or None
    return before[:cut].rstrip(" \n" + _DASHES), name, found.group(1), date


def read_blockquote(quote: HtmlElement, mirrors: Collection[str]) -> EmbeddedTweet | None:
    """The tweet that a quote shows, read from ``<blockquote class="twitter-tweet">`` as oEmbed writes it; None if it names none.

    ``<p lang="en" dir="ltr">words</p>&mdash; Name (@handle) <a href="…/status/ID">March 7, 2019</a>``: the tweet is the
    one in the **last** status link (earlier ones are links in its words). WordPress may have put the line with the
    name into a paragraph of its own. Without a status link it is a locator: the quote then tells author and day only.
    """
    anchor, reference = last_status(quote, mirrors)
    if reference is None or anchor is None:
        return flattened(quote)
    tweet = embedded(reference)
    paragraphs = [p for p in _PARAGRAPHS(quote) if anchor not in set(p.iter("a"))]
    whole = shown(quote)
    printed = shown(anchor)
    if printed and whole.endswith(printed):
        whole = whole[: -len(printed)]
    words, name, handle, _ = attribution(whole)
    if paragraphs and handle:
        spoken = "\n\n".join(filter(None, map(shown, paragraphs)))
        rest = whole[len(words) :] if not spoken else whole.replace("\n", " ").rpartition(spoken.rsplit("\n", 1)[-1])[2]
        own = rest.partition("(@")[0].strip().lstrip(_DASHES + " ")
        words, name = spoken, own or name
    _say(tweet, quote, words if handle or paragraphs else (words if words != printed else ""), name, handle, printed)
    tweet.urls = _links(quote, anchor)
    return tweet


def last_status(element: HtmlElement, mirrors: Collection[str]) -> tuple[HtmlElement | None, StatusReference | None]:
    """The last anchor in `element` that leads to a status, and that status."""
    for anchor in reversed(list(element.iter("a"))):
        href = anchor.get("href", "")
        if "tatus" in href and (reference := parse_status_url(href, mirrors)):
            return anchor, reference
    cite = element.get("cite")
    if cite and (reference := parse_status_url(cite, mirrors)):
        return element, reference
    return None, None


def flattened(element: HtmlElement) -> EmbeddedTweet | None:
    """A quote whose link is lost, ``words pic.twitter.com/CODE — Name (@handle) February 24, 2020``, as a locator; None if it is none.

    The line must end in a day: a name with a handle alone is a mention.
    """
    words, name, handle, date = attribution(shown(element))
    if not handle or not 6 <= len(date) <= 40 or not re.search(r"\d{4}|\d\d年", date):
        return None
    codes = _PIC.findall(words)  # the last one stands for the tweet's own picture
    tweet = EmbeddedTweet(form="locator", kind="locator", locator=codes[-1] if codes else None)
    _say(tweet, element, words, name, handle, date)
    day = printed_day(date)
    if day:
        tweet.created_at, tweet.created_at_source = wire(day), "embed_day"
    return tweet


def embedded(reference: StatusReference) -> EmbeddedTweet:
    """A reference as the item of the contract, with the time its id tells."""
    when, source = created_at(reference.id)
    return EmbeddedTweet(
        id=reference.id,
        url=reference.url,
        urls_seen=[reference.seen],
        handle=reference.handle,
        created_at=when,
        created_at_source=source,
    )


def _say(
    tweet: EmbeddedTweet, quote: HtmlElement, words: str, name: str | None, handle: str | None, printed: str
) -> None:
    tweet.author_name = name
    tweet.handle = handle or tweet.handle
    if tweet.id and handle and "/i/web/" in (tweet.url or ""):
        tweet.url = f"https://twitter.com/{handle}/status/{tweet.id}"
    if printed and re.search(r"\d", printed) and len(printed) <= 60 and "/" not in printed:
        tweet.printed_date = printed
    if words:
        tweet.text = words
        ending = _CODE.sub("", words).rstrip()
        tweet.text_truncated = ending.endswith(("…", "..."))
        tweet.resolver = "markup"
    for paragraph in _PARAGRAPHS(quote):
        if language := paragraph.get("lang"):
            tweet.language = language[:35]
            break


def _links(quote: HtmlElement, last: HtmlElement) -> list[TweetLink]:
    links: list[TweetLink] = []
    for anchor in quote.iter("a"):
        href = clean(anchor.get("href", ""))
        if anchor is last or not re.match(r"https?://t\.co/\w", href) or len(links) >= 50:
            continue
        expanded = anchor.get("data-expanded-url") or anchor.get("title") or ""
        links.append(TweetLink(short=href, expanded=expanded if re.match(r"https?://", expanded) else None))
    return links
