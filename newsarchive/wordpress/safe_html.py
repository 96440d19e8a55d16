"""An article's own markup, safe to show: written anew from a list of what is allowed, so nothing else can pass."""

from collections.abc import Collection
from html import escape

from lxml.html import HtmlElement

from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.furniture import is_inline_feedback, word_set
from newsarchive.wordpress.players import provider

_KEPT = word_set(
    "p br hr h1 h2 h3 h4 h5 h6 blockquote q cite ul ol li dl dt dd table caption thead tbody tfoot tr th td pre code kbd "
    "samp var em strong b i u s del ins mark small sub sup abbr dfn time div figure figcaption img a ruby rt rp rb bdi bdo "
    "details summary video audio source iframe"
)
# A browser ends a paragraph before these; WordPress puts a caption's figure into one or not as it pleases.
_NO_PARAGRAPH = word_set("figure div ul ol table blockquote pre h1 h2 h3 h4 h5 h6")
_VOID = frozenset({"br", "hr", "img", "source"})
_GONE = word_set(
    "script style noscript template svg math form input button select option textarea label fieldset object embed applet link meta "
    "title head base frame frameset noframes nav dialog canvas map area track param portal xml"
)
# Elements that say something though they hold no text.
_SPEAKS_EMPTY = frozenset({"br", "hr", "img", "source", "video", "audio", "iframe", "td", "th"})
_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "source": ("src", "type"),
    "video": ("src", "poster", "width", "height"),
    "audio": ("src",),
    "iframe": ("src", "width", "height", "title"),
    "blockquote": ("class", "cite"),
    "q": ("cite",),
    "del": ("datetime",),
    "ins": ("datetime",),
    "time": ("datetime",),
    "abbr": ("title",),
    "ol": ("start", "reversed", "type"),
    "li": ("value",),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan", "scope"),
}
_ADDRESSES = frozenset({"href", "src", "cite", "poster"})
_DEEPEST = 150
_LONGEST_ATTRIBUTE = 4000


def safe_html(
    element: HtmlElement, base_url: str, cut: Collection[HtmlElement] = (), sources: dict | None = None
) -> str:
    """The markup inside `element` without what runs, calls home or was `cut`; the same input gives the same bytes.

    Only listed elements and attributes are written; of others the text stays, of scripts, styles, forms and drawings
    nothing. Addresses are absolute and http, https or mailto. A frame stays only where it is a known video player.
    `sources` gives the address to write for a picture (an element of the tree) whose ``src`` is a lazy loader's.
    """
    out: list[str] = []
    _inside(element, base_url, cut, sources or {}, out, 0)
    return "".join(out).strip()


def _shown(text: str) -> str:
    return escape(text, quote=False) if "&" in text or "<" in text or ">" in text else text


def _inside(
    element: HtmlElement, base: str, cut: Collection[HtmlElement], sources: dict, out: list[str], depth: int
) -> None:
    text = element.text
    if text:
        out.append(_shown(text))
    for child in element:
        tag = child.tag
        if tag in _KEPT:
            if child not in cut:
                if depth > _DEEPEST:
                    out.append(_shown("".join(child.itertext())))
                elif (tag == "p" and _holds_blocks(child)) or (tag == "div" and is_inline_feedback(child)):
                    _inside(child, base, cut, sources, out, depth + 1)
                else:
                    _write(child, tag, base, cut, sources, out, depth)
        elif tag not in _GONE and isinstance(tag, str) and child not in cut:
            if depth > _DEEPEST:
                out.append(_shown("".join(child.itertext())))
            elif tag == "span" and (child.get("dir") or child.get("lang")):
                _write(child, tag, base, cut, sources, out, depth)
            else:
                _inside(child, base, cut, sources, out, depth + 1)
        text = child.tail
        if text:
            out.append(_shown(text))


def _holds_blocks(paragraph: HtmlElement) -> bool:
    return len(paragraph) > 0 and any(
        inner.tag in _NO_PARAGRAPH and not is_inline_feedback(inner) for inner in paragraph
    )


def _write(
    child: HtmlElement, tag: str, base: str, cut: Collection[HtmlElement], sources: dict, out: list[str], depth: int
) -> None:
    attributes = ""
    if child.keys() or child in sources:
        attributes = _attributes(child, tag, base, sources)
    if (tag == "img" or tag == "iframe") and ' src="' not in attributes:
        return
    if not len(child) and tag not in _VOID and tag != "iframe":  # most that is written: words and nothing else
        text = child.text or ""
        speaks = tag in _SPEAKS_EMPTY or (text and not text.isspace())
        out.append(f"<{tag}{attributes}>{_shown(text)}</{tag}>" if speaks else " ")
        return
    start = len(out)
    out.append(f"<{tag}{attributes}>")
    if tag in _VOID:
        if len(child):  # libxml2 lets what follows a <source> be inside it
            _inside(child, base, cut, sources, out, depth + 1)
        return
    if tag != "iframe":
        _inside(child, base, cut, sources, out, depth + 1)
        if tag not in _SPEAKS_EMPTY and _says_nothing(out, start + 1):
            del out[start:]
            out.append(" ")
            return
    out.append(f"</{tag}>")


def _says_nothing(out: list[str], start: int) -> bool:
    for at in range(start, len(out)):
        part = out[at]
        if part and not part.isspace():
            return False
    return True


def _attributes(child: HtmlElement, tag: str, base: str, sources: dict) -> str:
    written = ""
    for name in (*_ATTRIBUTES.get(tag, ()), "dir", "lang"):
        value = child.get(name)
        if name == "src" and child in sources:
            value = sources[child]
        if value is None:
            continue
        if name in _ADDRESSES:
            value = absolute(value, base, mail=name == "href")
            if value is None or (tag == "iframe" and provider(value) in (None, "file")):
                continue
        elif name == "class":
            if "twitter-" not in value and "wp-embedded-content" not in value:
                continue
            value = " ".join(part for part in value.split() if part.startswith(("twitter-", "wp-embedded-content")))
        elif name in ("width", "height", "colspan", "rowspan", "start", "value"):
            if not value.isascii() or not value.isdigit() or len(value) > 5:
                continue
        elif len(value) > _LONGEST_ATTRIBUTE:
            continue
        written += f' {name}="{escape(value)}"'
    return written
