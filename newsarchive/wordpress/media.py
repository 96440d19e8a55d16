"""The pictures, videos, players and tweets of a body, with their captions."""

import re
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from newsarchive import tweets
from newsarchive.items import Block, Image, Video
from newsarchive.markup import squash
from newsarchive.wordpress.addresses import absolute, host, largest, picture_key
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.players import provider
from newsarchive.wordpress.running_text import BREAK, END, LINK, cleaned, plain

if TYPE_CHECKING:
    from newsarchive.wordpress.body import Reader

_EMBEDDING = word_set("iframe blockquote script amp-twitter twitter-widget div center br span p")


def read_figure(reader: "Reader", element: HtmlElement) -> None:
    """A picture, video, table, quote or gallery with its caption."""
    names = element.get("class") or ""
    may = "embed" in names or "twitter" in names or next(element.iter("img"), None) is None
    if may and put_embed(reader, element):
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
        true = [image for image in pictures if largest(image, reader.base) and not _is_pixel(image)]
        pictures = [image for image in true if image.getparent().tag != "noscript"] or true or pictures
    if len(pictures) != 1 or (
        next(element.iter("table", "blockquote", "figure", "iframe", "video", "pre", "ul"), element) is not element
        and element.tag == "figure"
        and len(list(element.iter("figure", "table", "blockquote", "iframe", "video", "pre"))) > 1
    ):
        reader.container(element)
        reader.flush(element)
        return
    credit = cleaned(credit_element.text_content()) or None if credit_element is not None else None
    caption = None
    if caption_element is not None:
        caption = _read_caption(reader, caption_element, credit_element)
    put_picture(reader, pictures[0], caption, credit)


def _read_caption(reader: "Reader", element: HtmlElement, credit: HtmlElement | None) -> str | None:
    kept_links, reader.line_links = reader.line_links, []
    reader.container(element)
    text = plain("".join(reader.parts).replace(BREAK, " "))
    reader.parts.clear()
    reader.links.extend(reader.line_links)
    reader.line_links = kept_links
    if credit is not None and credit is not element:
        said = squash(credit.text_content())
        if said and text.endswith(said):
            text = text[: -len(said)].rstrip(" |–-/")
    return _without_noise(reader, text)


def _without_noise(reader: "Reader", text: str) -> str | None:
    for noise in reader.rules.caption_noise:
        text = noise.sub("", text)
    return squash(text).strip(" |–-") if text and not re.search(r"\w", text) else squash(text) or None


def read_figcaption(reader: "Reader", element: HtmlElement) -> None:
    """A caption: that of the block before it, else a paragraph."""
    kept = reader.pieces[-1][0] if reader.pieces else None
    text = _read_caption(reader, element, None)
    if not text:
        return
    if kept is not None and kept.type in ("video", "table", "image") and kept.caption is None:
        kept.caption = text
    elif kept is not None and kept.type == "quote" and kept.cite is None:
        kept.cite = text
        reader.pieces[-1] = (kept, f"{reader.pieces[-1][1]}\n{text}")
        return
    elif kept is not None and kept.type == "embed" and kept.caption is None:
        kept.caption = text
    else:
        reader.put(Block(type="paragraph", text=text), text)
        return
    block, words = reader.pieces[-1]
    reader.pieces[-1] = (block, f"{words}\n{text}" if words else text)


def read_image(reader: "Reader", element: HtmlElement) -> None:
    """A picture; an emoji is its character."""
    if _is_emoji(element):
        reader.parts.append(element.get("alt") or "")
        return
    if element.keys() and reader.left_out(element):
        return
    put_picture(reader, element, None, None)


def put_picture(reader: "Reader", element: HtmlElement, caption: str | None, credit: str | None) -> None:
    """Puts the picture that `element` loads in the end; of one that cannot be told, its caption alone."""
    url = largest(element, reader.base)
    if url is None or _is_pixel(element):
        if caption:
            reader.parts.append(caption)
        return
    alt = squash(element.get("alt")) or None
    source = element.get("src") or ""
    if not source or source.startswith(("data:", "about:")) or element.get("data-src") or element.get("data-lazy-src"):
        reader.sources[element] = url
    reader.images.append(Image(url=url, alt=alt, caption=caption, credit=credit))
    block = Block(type="image", url=url, alt=alt, caption=caption, credit=credit)
    if reader.parts and any(part.strip(" \t\r\n\xa0" + LINK + END) for part in reader.parts):
        reader.pending.append(block)
    else:
        reader.put(block, caption or "")


def read_frame(reader: "Reader", element: HtmlElement) -> None:
    """A player, or what else a page loads into a frame."""
    if "wp-embedded-content" in (element.get("class") or ""):
        return  # the quote beside it says the same
    if put_embed(reader, element):
        return
    url = _source(element, reader.base)
    if url is None:
        return
    whose = provider(url)
    if whose:
        reader.videos.append(Video(url=url, provider=whose))
        reader.put(Block(type="video", url=url, provider=whose), "")
    else:
        reader.put(Block(type="embed", url=url, provider=host(url) or None), "")


def read_video(reader: "Reader", element: HtmlElement) -> None:
    """A video or a sound that the browser itself plays."""
    url = _source(element, reader.base)
    for source in element.iter("source"):
        url = url or _source(source, reader.base)
    if url:
        if element.tag == "audio":
            reader.put(Block(type="embed", url=url, provider="file"), "")
        else:
            reader.videos.append(Video(url=url, provider=provider(url) or "file"))
            reader.put(Block(type="video", url=url, provider=provider(url) or "file"), "")


def read_noscript(reader: "Reader", element: HtmlElement) -> None:
    """What a lazy loader shows without scripts: read only where nothing beside it says the same."""
    known = {picture_key(image.url) for image in reader.images}
    for image in element.iter("img"):
        url = largest(image, reader.base)
        before = element.getprevious()
        if (
            url
            and picture_key(url) not in known
            and (before is None or before.tag not in ("img", "picture") or _is_pixel(before))
        ):
            read_image(reader, image)
    after = element.getnext()
    beside = _source(after, reader.base) if after is not None and after.tag == "iframe" else None
    players = {_without_query(url) for url in (beside, *(video.url for video in reader.videos)) if url}
    for frame in element.iter("iframe"):
        url = _source(frame, reader.base)
        if url and provider(url) and _without_query(url) not in players:
            read_frame(reader, frame)


def put_embed(reader: "Reader", element: HtmlElement) -> bool:
    """Puts the tweets, the video or the card that `element` is nothing but an embed of; False where it is none."""
    found = tweets.embeds_of(element)
    if found:
        shown = _shown_of(reader, element)
        for index, tweet in enumerate(found):
            words = shown if len(found) == 1 else (tweet.urls_seen[0] if tweet.urls_seen else tweet.text or "")
            block = Block(type="tweet", text=words or None, url=tweet.url, tweet_id=tweet.id, provider="twitter")
            reader.put(block, words if index or len(found) == 1 else shown)
            if len(found) > 1 and index:
                reader.pieces[-1] = (block, "")
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
            reader.videos.append(Video(url=text, provider=whose))
            reader.put(Block(type="video", url=text, text=text, provider=whose), text)
            return True
    return False


def _shown_of(reader: "Reader", element: HtmlElement) -> str:
    """The words of an embed, as text, kept out of the links and blocks."""
    links, reader.links = reader.links, []
    images, reader.images = reader.images, []
    kept, reader.pieces = reader.pieces, []
    heading, reader.heading = reader.heading, None
    if element.tag not in ("iframe", "amp-twitter", "twitter-widget"):
        reader.container(element) if element.tag != "figure" else _read_captions(reader, element)
        reader.flush(None)
    found, reader.pieces = reader.pieces, kept
    reader.links, reader.images, reader.heading = links, images, heading
    reader.line_links.clear()
    return "\n".join(text for _, text in found if text)


def _read_captions(reader: "Reader", element: HtmlElement) -> None:
    for child in element.iter("blockquote", "p", "figcaption"):
        reader.parts.append(child.text_content())
        reader.flush(None)
    if not reader.pieces:
        reader.parts.append(element.text_content())


def may_embed(first: HtmlElement) -> bool:
    """Whether a paragraph that begins with `first` may be nothing but an embed: most that begin with a link are not."""
    tag = first.tag
    if tag == "a":
        address = (first.get("href") or "").lower()
        return "status" in address or "t.co/" in address or "video" in address or "youtu" in address
    return tag in _EMBEDDING


def _is_emoji(image: HtmlElement) -> bool:
    names = image.get("class") or ""
    return ("emoji" in names or "wp-smiley" in names) and bool(image.get("alt"))


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


def _without_query(url: str) -> str:
    return url.partition("?")[0]
