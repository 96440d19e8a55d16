"""What an article is made of: each piece knows its markup in both editors and what a reader should get of it.

An article of the sample site is a list of pieces, so that what is true of it is written down beside its markup and
never read back out of the markup. `{site}` in any markup stands for the site's address and is filled in on serving.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(r"<br\s*/?>\n?")


def plain(markup: str) -> str:
    """Text of inline markup: tags dropped, ``<br>`` as a line break, entities decoded."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup)))


@dataclass(frozen=True, slots=True)
class TweetTruth:
    """A tweet reference that a piece or a comment holds."""

    id: str
    handle: str | None
    form: str
    kind: str = "embed"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it should be archived."""

    url: str
    alt: str | None = None
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a body."""

    type: str
    """paragraph, heading, quote, list, table, code, image, video, tweet, embed, furniture, related, nextpage, more."""
    classic: str
    """Its markup as the classic editor's posts are rendered."""
    blocks: str = ""
    """Its markup as the block editor's posts are rendered; empty where it is the same."""
    passages: tuple[str, ...] = ()
    """What must stand in the article's text, in order."""
    absent: tuple[str, ...] = ()
    """What must not stand in the article's text."""
    tweets: tuple[TweetTruth, ...] = ()
    images: tuple[Picture, ...] = ()
    videos: tuple[tuple[str, str], ...] = ()
    """(address, provider)"""
    links: tuple[tuple[str, str], ...] = ()
    """(address, words)"""
    related: tuple[tuple[str, str], ...] = ()
    """(address, title)"""
    level: int | None = None
    ordered: bool | None = None

    def markup(self, editor: str) -> str:
        """The markup in a post of that editor (``classic`` or ``blocks``)."""
        return self.blocks or self.classic if editor == "blocks" else self.classic


_LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.S)
_STATUS = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter|x)\.com/(\w+)/status(?:es)?/(\d+)")


def _links(markup: str) -> tuple[tuple[str, str], ...]:
    return tuple((html.unescape(href), plain(words)) for href, words in _LINK.findall(markup))


def _linked_tweets(markup: str) -> tuple[TweetTruth, ...]:
    found = (_STATUS.match(html.unescape(href)) for href, _ in _LINK.findall(markup))
    return tuple(TweetTruth(hit[2], hit[1], "link", "link") for hit in found if hit)


def p(markup: str) -> Piece:
    """A paragraph of inline markup."""
    return Piece(
        "paragraph",
        f"<p>{markup}</p>",
        passages=(plain(markup),),
        links=_links(markup),
        tweets=_linked_tweets(markup),
    )


def rtl(markup: str) -> Piece:
    """A right-to-left paragraph."""
    return Piece("paragraph", f'<p dir="rtl" style="text-align: right;">{markup}</p>', passages=(plain(markup),))


def h(level: int, markup: str) -> Piece:
    """A heading."""
    return Piece(
        "heading",
        f"<h{level}>{markup}</h{level}>",
        f'<h{level} class="wp-block-heading">{markup}</h{level}>',
        passages=(plain(markup),),
        level=level,
    )


def quote(*paragraphs: str, cite: str = "") -> Piece:
    """A quotation and who is quoted."""
    inner = "\n".join(f"<p>{one}</p>" for one in paragraphs)
    source = f"<cite>{cite}</cite>" if cite else ""
    return Piece(
        "quote",
        f"<blockquote>\n{inner}\n" + (f"<p>{source}</p>" if source else "") + "</blockquote>",
        f'<blockquote class="wp-block-quote">\n{inner}\n{source}</blockquote>',
        passages=tuple(plain(one) for one in paragraphs) + ((plain(cite),) if cite else ()),
    )


def items(*entries: str, ordered: bool = False) -> Piece:
    """A list."""
    tag = "ol" if ordered else "ul"
    inner = "\n".join(f"<li>{one}</li>" for one in entries)
    return Piece(
        "list", f"<{tag}>\n{inner}\n</{tag}>", passages=tuple(plain(one) for one in entries), ordered=ordered,
        links=tuple(link for one in entries for link in _links(one)),
    )  # fmt: skip


def table(header: Iterable[str], *rows: Iterable[str], caption: str = "") -> Piece:
    """A table with a head row."""
    head = list(header)
    body = [list(row) for row in rows]
    inner = (
        "<thead><tr>" + "".join(f"<th>{cell}</th>" for cell in head) + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body) + "</tbody>"
    )  # fmt: skip
    figcaption = f'<figcaption class="wp-element-caption">{caption}</figcaption>' if caption else ""
    cells = [plain(cell) for row in [head, *body] for cell in row]
    return Piece(
        "table",
        f"<table>{inner}</table>" + (f"<p>{caption}</p>" if caption else ""),
        f'<figure class="wp-block-table"><table>{inner}</table>{figcaption}</figure>',
        passages=(*cells, *([plain(caption)] if caption else [])),
    )


def code(text: str) -> Piece:
    """Preformatted text; line breaks and indents count."""
    escaped = html.escape(text, quote=False)
    return Piece(
        "code", f"<pre>{escaped}</pre>", f'<pre class="wp-block-code"><code>{escaped}</code></pre>', passages=(text,)
    )


def verse(text: str) -> Piece:
    """A poem; its line breaks count."""
    escaped = html.escape(text, quote=False)
    return Piece(
        "paragraph",
        "<p>" + escaped.replace("\n", "<br />\n") + "</p>",
        f'<pre class="wp-block-verse">{escaped}</pre>',
        passages=(text,),
    )


def image(
    name: str,
    *,
    alt: str = "",
    caption: str = "",
    credit: str = "",
    click: bool = False,
    number: int = 0,
    lazy: bool = False,
) -> Piece:
    """A picture in three sizes, the largest only in its link and in srcset.

    `click` adds the words "Click to see full-size image" that some sites write into every caption; `lazy` moves the
    source to data-src behind a grey placeholder, as lazy loaders do.
    """
    full = f"{{site}}/wp-content/uploads/2019/03/{name}.jpg"
    medium, large = full.replace(".jpg", "-300x169.jpg"), full.replace(".jpg", "-1024x576.jpg")
    srcset = f"{medium} 300w, {large} 1024w, {full} 1600w"
    size = 'width="1024" height="576"'
    if lazy:
        source = f'src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="{large}" data-srcset="{srcset}" data-sizes="auto"'
    else:
        source = f'src="{large}" srcset="{srcset}" sizes="(max-width: 1024px) 100vw, 1024px"'
    picture = f'<img decoding="async" loading="lazy" class="size-large wp-image-{number}{" lazyload" if lazy else ""}" {source} alt="{html.escape(alt)}" {size} />'
    shown = caption
    if credit:
        shown = f'{caption} <span class="image-credit">{credit}</span>'.strip()
    if click:
        shown = f"{shown} Click to see full-size image".strip()
    linked = f'<a href="{full}">{picture}</a>'
    if shown:
        classic = (
            f'<figure id="attachment_{number}" aria-describedby="caption-attachment-{number}" style="width: 1024px" '
            f'class="wp-caption alignnone">{linked}<figcaption id="caption-attachment-{number}" '
            f'class="wp-caption-text">{shown}</figcaption></figure>'
        )
        blocks = f'<figure class="wp-block-image size-large">{linked}<figcaption class="wp-element-caption">{shown}</figcaption></figure>'
    else:
        classic = f"<p>{linked}</p>"
        blocks = f'<figure class="wp-block-image size-large">{linked}</figure>'
    return Piece(
        "image",
        classic,
        blocks,
        passages=(plain(caption),) if caption else (),
        absent=("Click to see full-size image",) if click else (),
        images=(Picture(full, alt or None, plain(caption) or None, plain(credit) or None),),
    )


def gallery(*pictures: tuple[str, str]) -> Piece:
    """Several pictures, each with its caption."""
    parts = [image(name, caption=caption, number=900 + i) for i, (name, caption) in enumerate(pictures)]
    classic = (
        '<div id="gallery-1" class="gallery galleryid-1 gallery-columns-3 gallery-size-thumbnail">'
        + "".join(
            f"<dl class='gallery-item'><dt class='gallery-icon landscape'><a href='{one.images[0].url}'>"
            f'<img width="300" height="169" src="{one.images[0].url.replace(".jpg", "-300x169.jpg")}" class="attachment-thumbnail size-thumbnail" alt="" /></a></dt>'
            f"<dd class='wp-caption-text gallery-caption' id='gallery-1-{i}'>{caption}</dd></dl>"
            for i, (one, (_, caption)) in enumerate(zip(parts, pictures, strict=True))
        )
        + "<br style='clear: both' /></div>"
    )
    blocks = (
        '<figure class="wp-block-gallery has-nested-images columns-default is-cropped">'
        + "".join(one.blocks for one in parts)
        + "</figure>"
    )
    return Piece(
        "image",
        classic,
        blocks,
        passages=tuple(plain(caption) for _, caption in pictures if caption),
        images=tuple(one.images[0] for one in parts),
    )


def youtube(video: str) -> Piece:
    """A YouTube player."""
    frame = f'<iframe title="Video" width="500" height="281" src="https://www.youtube.com/embed/{video}?feature=oembed" frameborder="0" allowfullscreen></iframe>'
    return Piece(
        "video",
        f"<p>{frame}</p>",
        '<figure class="wp-block-embed is-type-video is-provider-youtube wp-block-embed-youtube wp-embed-aspect-16-9">'
        f'<div class="wp-block-embed__wrapper">\n{frame}\n</div></figure>',
        videos=((f"https://www.youtube.com/watch?v={video}", "youtube"),),
    )


def player(address: str, provider: str) -> Piece:
    """Another site's player in an iframe."""
    return Piece(
        "video",
        f'<p><iframe src="{address}" width="640" height="360" frameborder="0" allowfullscreen></iframe></p>',
        videos=((address, provider),),
    )


def video_file(name: str, caption: str = "") -> Piece:
    """A video file of the site's own."""
    address = f"{{site}}/wp-content/uploads/2019/03/{name}.mp4"
    figcaption = f'<figcaption class="wp-element-caption">{caption}</figcaption>' if caption else ""
    return Piece(
        "video",
        '<div style="width: 640px;" class="wp-video"><video class="wp-video-shortcode" width="640" height="360" preload="metadata" controls="controls">'
        f'<source type="video/mp4" src="{address}?_=1" /><a href="{address}">{address}</a></video></div>'
        + (f"<p>{caption}</p>" if caption else ""),
        f'<figure class="wp-block-video"><video controls src="{address}"></video>{figcaption}</figure>',
        passages=(plain(caption),) if caption else (),
        videos=((address, "file"),),
    )


def bare_tweet(address: str, tweet_id: str, handle: str | None) -> Piece:
    """A status address on its own line whose embedding failed: plain text in a paragraph, no link."""
    return Piece(
        "tweet",
        f"<p>{html.escape(address)}</p>",
        '<figure class="wp-block-embed is-type-rich is-provider-twitter wp-block-embed-twitter"><div class="wp-block-embed__wrapper">\n'
        f"{html.escape(address)}\n</div></figure>",
        tweets=(TweetTruth(tweet_id, handle, "bare_url"),),
    )


def tweet_quote(tweet_id: str, handle: str, name: str, words: str, day: str, *, css: str = "twitter-tweet") -> Piece:
    """A status as its official embedding: a quotation with its author, its text, and its address in the last link."""
    inner = (
        f'<blockquote class="{css}" data-width="550" data-dnt="true"><p lang="en" dir="ltr">{words}</p>&mdash; {name} (@{handle}) '
        f'<a href="https://twitter.com/{handle}/status/{tweet_id}?ref_src=twsrc%5Etfw">{day}</a></blockquote>'
        '<script async src="https://platform.twitter.com/widgets.js" charset="utf-8"></script>'
    )
    return Piece(
        "tweet",
        inner,
        '<figure class="wp-block-embed is-type-rich is-provider-twitter wp-block-embed-twitter"><div class="wp-block-embed__wrapper">\n'
        f"{inner}\n</div></figure>",
        tweets=(TweetTruth(tweet_id, handle, "blockquote"),),
    )


def tweet_markup(form: str, markup: str, tweet_id: str, handle: str | None, kind: str = "embed") -> Piece:
    """A status in any other form, as given."""
    return Piece("tweet", markup, tweets=(TweetTruth(tweet_id, handle, form, kind),))


def furniture(markup: str, *absent: str) -> Piece:
    """Something in the body that is not the article: none of `absent` may come into its text."""
    return Piece("furniture", markup, absent=absent)


def more_on_the_topic(*entries: tuple[str, str]) -> Piece:
    """The closing list of other articles: (path, title)."""
    lines = "\n".join(f'<li><a href="{{site}}{path}">{title}</a></li>' for path, title in entries)
    return Piece(
        "related",
        f"<p><strong>MORE ON THE TOPIC:</strong></p>\n<ul>\n{lines}\n</ul>",
        absent=("MORE ON THE TOPIC:", *(plain(title) for _, title in entries)),
        related=tuple((f"{{site}}{path}", plain(title)) for path, title in entries),
    )


def nextpage() -> Piece:
    """Where a post goes on on its next page."""
    return Piece("nextpage", "<!--nextpage-->")


def more() -> Piece:
    """Where lists cut the post off."""
    return Piece("more", '<p><span id="more-{post}"></span></p>')


def raw(markup: str, *passages: str, absent: tuple[str, ...] = ()) -> Piece:
    """Markup as given, and what of it belongs to the text."""
    return Piece("paragraph", markup, passages=passages, absent=absent, links=_links(markup))
