"""One comment of WordPress' own list, in the markup of any theme: its author, its day, and its words without both."""

import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from newsarchive.dates import parse_printed
from newsarchive.items import Comment, CommentKind
from newsarchive.markup import squash
from newsarchive.wordpress.body import read_body
from newsarchive.wordpress.quirks import COMMENT

_AUTHORS = (
    "fn", "comment-author-name", "wp-block-comment-author-name", "comment-author-link", "comment_author_name", "comment__author-name",
    "comment-author", "comment_author", "comment__author", "commentauthor", "author-name", "author", "comment-name", "commenter", "user-name", "username", "name",
)  # fmt: skip
_BODIES = (
    "comment-content", "wp-block-comment-content", "comment-text", "comment_text", "commenttext", "comment__content", "comment__text", "comment_content", "commentcontent",
    "comment-body-text", "dsq-comment-message", "comment-entry", "commententry", "comment-message", "comment-copy", "comment-txt", "comment-main-content", "comment-inner-content",
)  # fmt: skip
_DATES = ("comment-date", "comment-time", "comment_date", "wp-block-comment-date", "comment__date")
_METAS = ("comment-metadata", "comment-meta", "commentmetadata", "comment_meta", "date", "time", "published", "comment-permalink")  # fmt: skip
_META = {
    "comment-author", "comment-meta", "commentmetadata", "comment-metadata", "comment_meta", "comment-header", "comment-head", "comment-footer", "reply",
    "comment-reply", "comment-reply-link", "comment-edit-link", "says", "edit-link", "avatar", "comment-avatar", "comment-actions", "comment-date",
    "comment-time", "comment-author-name", "comment-author-link", "comment-rating", "comment-likes", "comment-like", "comment-not-liked", "vcard", "comment-links", "comment-permalink", "permalink",
    "comment-number", "wp-block-comment-reply-link", "wp-block-comment-edit-link", "wp-block-comment-date", "wp-block-comment-author-name", "wp-block-avatar", "comment-respond", "sharedaddy",
    "screen-reader-text", "fn", "gravatar", "commentnumber", "comment-tools", "comment-info", "comment-arrow", "comment-awaiting-moderation", "ratingblock", "cld-like-dislike-wrap",
}  # fmt: skip
_SIGNED = {"external", "nofollow"}
"""What WordPress writes into the relation of a commenter's own link, and of no other."""
_LABEL = re.compile(r"\W*|(?:\w+\s)?(?:by|von|par|por|da|di|door|przez|av|af|от)\W*", re.I)
_DAY_OR_HOUR = re.compile(r"\b(?:19|20)\d\d\b|\d[:.h]\d\d")
_NOBODY = {"says", "comment-reply-link", "comment-edit-link", "comment-permalink", "screen-reader-text"}
_PENDING = {"comment-awaiting-moderation", "awaiting-moderation", "comment-pending", "unapproved"}
_TRAILING_SAYS = re.compile(r"\s*(?:\bsays?|\bsagt|\bschreibt|\bmeint|\ba dit|\bdit|\bdice|\bdijo|\bsaid|\bwrote|\bhat gesagt|\bscrive|\bha detto|\bdiz|\bdisse|\bpisze|\bskrev|\bskriver|\bschreef|\bzegt|\bscrisse|\bescribió|\bcomentou|\ba écrit|\bnapisał(?:a|\(a\))?|\bnapsal(?:a|\(a\))?|\bnapísal(?:a|\(a\))?|\bsäger|\bsiger|\bsier|\bsanoo|\bszerint|\bspune|\bпишет|\bговорит|\bнаписал(?:а|\(а\))?|\bпише|\bкаже|\bλέει|\bdedi ki|\bdiyor ki|\bberkata|يقول|قال|说道?|說道?|より|:)\s*[:：]?\s*$", re.I)  # fmt: skip


def read_comment(element: HtmlElement, number: str, url: str) -> tuple[Comment, str] | None:
    """One comment, its replies already taken out, and its date as printed; None for one that awaits approval or says nothing."""
    classes = set((element.get("class") or "").split())
    if classes & _PENDING:
        return None
    if element.tag == "dt":
        _take_definitions(element)
    first: dict[str, HtmlElement] = {}
    props: dict[str, HtmlElement] = {}
    cite: HtmlElement | None = None
    moment: HtmlElement | None = None
    for part in element.iter():
        tag = part.tag
        if not isinstance(tag, str):
            continue
        names = part.get("class")
        if names:
            for name in names.split():
                if name not in first or (name in _AUTHORS and not squash(first[name].text_content())):
                    first[name] = part  # one around the picture alone names nobody
        prop = part.get("itemprop")
        if prop:
            props.setdefault(prop, part)
        if tag == "cite" and cite is None:
            cite = part
        elif tag == "time" and moment is None:
            moment = part
    if _PENDING & first.keys():
        return None
    kind: CommentKind = "pingback" if "pingback" in classes else "trackback" if "trackback" in classes else "comment"
    comment = Comment(id=number, kind=kind)
    body = next((first[name] for name in _BODIES if name in first), None)
    if body is None:
        body = next(
            (props[name] for name in ("text", "commentText", "reviewBody", "description") if name in props), None
        )
    if body is not None:
        body = _inner_body(body, first)
    outside = _outside(element, body)
    signed = _take_author(comment, element, first, props, cite, outside, url)
    date = _printed_date(element, first, props, moment, number, comment.author) or _loose_date(element, outside)
    line = _signing_line(element, body, comment.author)
    if line is not None:
        comment.author, date = comment.author or line.name, line.date if moment is None else date
        line.element.drop_tree()
    if body is None:
        body = element
        _strip_meta(body, comment.author, date)
        if comment.kind == "comment" and signed is not None and _says_only(signed, comment.author, body):
            signed.drop_tree()
    elif comment.kind == "comment":
        if signed is not None and body in signed.iterancestors():
            _strip_meta(body, comment.author, date)
        _strip_controls(body)
    if kind != "comment":
        _take_ping(comment, element, url)
    read = read_body(body, url, COMMENT)
    comment.text, comment.html = read.text or None, read.html or None
    comment.images = [image.url for image in read.images if "gravatar.com/avatar" not in image.url]
    comment.links = [link.url for link in read.links]
    comment.tweets = list(read.tweets)
    if not comment.text and not comment.images and not comment.author:
        return None
    comment.url = f"{url.partition('#')[0]}#comment-{number}" if number and url else None
    return comment, date


def _signs(link: HtmlElement) -> bool:
    """Whether a link is a commenter's own: some plugins give every link of a text the same relation."""
    if not _SIGNED.issubset((link.get("rel") or "").split()) or "://" in link.text_content():
        return False
    around = link.getparent()
    said = squash(around.text_content().replace(link.text_content(), " ", 1)) if around is not None else ""
    before = squash(around.text) + "".join(squash(node.tail) for node in link.itersiblings(preceding=True))
    return (not before or _LABEL.fullmatch(before) is not None) and (
        around.tag != "p"
        or not said
        or _TRAILING_SAYS.fullmatch(said) is not None
        or _DAY_OR_HOUR.search(said) is not None
    )


def _says_only(part: HtmlElement, author: str | None, body: HtmlElement) -> bool:
    """Whether `part` of `body` is nothing but the author's name."""
    return squash(part.text_content()) == author and body in part.iterancestors()


def _inner_body(body: HtmlElement, first: dict[str, HtmlElement]) -> HtmlElement:
    """The element of the words inside `body`, where a theme names both so: ``.comment-content > .comment-entry``."""
    inside = [first[name] for name in _BODIES if name in first and body in first[name].iterancestors()]
    return inside[0] if inside else body


def _take_definitions(element: HtmlElement) -> None:
    """Puts the ``dd`` that follow a ``dt#comment-12`` into it: the words are in them."""
    follower = element.getnext()
    while follower is not None and follower.tag == "dd":
        following = follower.getnext()
        element.append(follower)
        follower = following


def _take_author(
    comment: Comment,
    element: HtmlElement,
    first: dict[str, HtmlElement],
    props: dict[str, HtmlElement],
    cite: HtmlElement | None,
    outside: list[HtmlElement],
    url: str,
) -> HtmlElement | None:
    """The author's name and address, from the most telling mark there is, which is returned; None where there is none."""
    candidates = [first[name] for name in _AUTHORS[:7] if name in first]
    marked = props.get("author") if "author" in props else props.get("creator")
    if marked is not None:
        inner = next((e for e in marked.iter() if e.get("itemprop") == "name"), None)
        candidates.append(marked if inner is None else inner)
    candidates += [] if cite is None else [cite]
    candidates += [first[name] for name in _AUTHORS[7:] if name in first]
    candidates += [
        part
        for name, part in first.items()
        if "com" in name
        and name.replace("_", "-").replace("--", "-").endswith(("author", "author-name", "username", "auth"))
    ]
    candidates += [link for link in element.iter("a") if _signs(link)]
    candidates += [part for part in outside if part.tag in {"h2", "h3", "h4", "h5", "h6", "strong", "b"}][:2]
    marked, text = None, ""
    for marked in candidates:
        text = squash(marked.get("content") or " ".join(marked.itertext()))
        if text and len(text) <= 200:
            break
    else:
        return None
    own = squash(marked.text) if len(marked) else ""
    if not _DAY_OR_HOUR.search(text) or not len(marked):
        pass
    elif (
        any(map(str.isalpha, own))
        and not _DAY_OR_HOUR.search(own)
        and not _LABEL.fullmatch(own)
        and not _names_somebody(marked)
    ):
        text = own  # <h4>Jane <span>2:47 pm</span></h4>
    else:  # ".comment-author" around the name, the time and a button
        for inner in marked.iter("cite", "b", "strong", "a", "span", "h3", "h4"):
            if inner is not marked and (name := _name_in(inner)):
                marked, text = inner, name
                break
    for inner in marked.iter("time", "small"):
        text = squash(text.replace(squash(" ".join(inner.itertext())), "", 1)) if inner is not marked else text
    text = text or squash(marked.text_content())  # a name in small letters
    text = _without_day(text)
    text = _TRAILING_SAYS.sub("", text).strip(" ,|–—-")
    comment.author = text[:200] or None
    link = marked if marked.tag == "a" else next(marked.iter("a"), None)
    if link is None:
        link = next((a for a in marked.iterancestors("a")), None)
    href = (link.get("href") or "").strip() if link is not None else ""
    if href and not href.startswith("#") and "#comment-" not in href:
        comment.author_url = _web(url, href)
    return marked


_COMMENT_BY = re.compile(
    r"(?:comment|kommentar|commentaire|comentario|comentário|commento|reactie|komentarz|trackback|pingback)\s+(?:by|von|par|de|da|di|van|door|av|przez)\s+", re.I
)  # fmt: skip


def _without_day(signature: str) -> str:
    """The name in a signature of WordPress' first themes: "Comment by Jane Doe — May 5, 2021 @ 9:40 am"."""
    name, dash, rest = signature.partition(" — ")
    if dash and name and _DAY_OR_HOUR.search(rest) and parse_printed(rest) is not None:
        return _COMMENT_BY.sub("", name, count=1)
    return signature


def _name_in(inner: HtmlElement) -> str:
    """What an element says, if it may be a name; empty where it is a day, a number or a button."""
    name = squash(inner.text_content())
    if not 0 < len(name) < 100 or name[0] == "#" or _DAY_OR_HOUR.search(name):
        return ""
    return "" if {*(inner.get("class") or "").split()} & _NOBODY else name


def _names_somebody(marked: HtmlElement) -> bool:
    """Whether an element within names the author, in bold letters or before the day: ``On <a>Jane</a> <i>May 7, 2019</i>``."""
    for child in marked:
        if child.tag in ("cite", "b", "strong", "a") and _name_in(child):
            return True
        if _DAY_OR_HOUR.search(child.text_content()):
            return any(map(_name_in, child.itersiblings("cite", "b", "strong")))
    return False


def _printed_date(
    element: HtmlElement,
    first: dict[str, HtmlElement],
    props: dict[str, HtmlElement],
    moment: HtmlElement | None,
    number: str,
    author: str | None,
) -> str:
    """The comment's date as the markup says it: a machine's form before a person's."""
    if moment is not None:
        said = moment.get("datetime") or ""
        return said if len(said) >= 16 and "T" in said else squash(moment.text_content()) or said
    for name in ("datePublished", "dateCreated", "commentTime", "datetime"):
        if name in props:
            return squash(props[name].get("content") or props[name].get("datetime") or props[name].text_content())
    for part in element.iter("abbr", "span", "a"):
        title = part.get("title") or ""
        if len(title) >= 16 and title[:4].isdigit() and "T" in title:
            return title
    for link in element.iter("a"):
        if number and (link.get("href") or "").endswith(f"#comment-{number}"):
            text = squash(link.text_content())
            if sum(c.isdigit() for c in text) >= 5 or (sum(c.isdigit() for c in text) >= 3 and len(text) > 10):
                return text
    for name in (*_DATES, *(name for name, part in first.items() if part is not element and _is_date(name)), *_METAS):
        if name in first:
            text = squash(first[name].text_content())
            title = first[name].get("title") or ""
            if title and parse_printed(title, any_language=False) and not parse_printed(text, any_language=False):
                return title  # "3 years ago"
            if author and text.startswith(author):
                rest = text[len(author) :]
                between = _BETWEEN.match(rest)  # "Jan — April 1st" is no day in January, "May 7" one in May
                if between and parse_printed(rest[between.end() :]) is not None:
                    text = rest[between.end() :]
            if any(c.isdigit() for c in text):
                return text[:150]
    cite = next(element.iter("cite"), None)
    signature = squash(cite.text_content()) if cite is not None else ""
    return signature[:150] if _DAY_OR_HOUR.search(signature) else ""


_BETWEEN = re.compile(r"\s*[,|–—:•·@/(-]\s*|\s+(?=(?:on|am|le|el|il|op)\s)")


def _is_date(name: str) -> bool:
    """Whether a theme's own class name is that of a day: "comment__date", but not WordPress' name for the comments of a user "date"."""
    return "comment" in name and name.endswith(("-date", "-time")) and not name.startswith("comment-author-")


@dataclass(frozen=True)
class _Line:
    """A line that says who wrote a comment, and when."""

    element: HtmlElement
    name: str
    date: str


_AFTER_NAME = re.compile(
    r"\s*(?:[^\W\d_]{2,12}\s?:\s*)?[—–|,:·•@(-]+\s*|\s*[^\W\d_]{2,12}\s?:\s*|\s+(?=(?:on|am|le|el|il|op)\s+\d)"
)

_BARE_DATE = re.compile(r"(?:[^\W\d_]+\W+){0,3}\d.{0,60}?\d\s*(?:[ap]\.?\s?m\.?|uhr|h)?\W*", re.I)
"""A date with nothing after it but the half of the day: "posted March 7th, 2019 @ 2:47 pm"."""


def _signing_line(element: HtmlElement, body: HtmlElement | None, author: str | None) -> _Line | None:
    """The line above a comment's words, of a theme that marks neither name nor day: ``<p><strong>Jane</strong> — May 7, 2019 @ 2 pm</p>``.

    Nothing but a picture or a number stands above it; after another's name it is of the words: ``<b>EDIT</b>: May 8, 2019``.
    """
    above = ""
    for part in islice(element.iter("p", "div", "span", "h3", "h4", "h5", "h6"), 10):
        if part is body:
            continue
        name = part[0] if len(part) and part is not element and not squash(part.text) else None
        if name is None or name.tag not in ("strong", "b", "cite", "a"):
            continue
        text, said = squash(part.text_content()), squash(name.text_content())
        rest = text[len(said) :]
        between = _AFTER_NAME.match(rest)
        if said and len(text) <= 160 and between and not _DAY_OR_HOUR.search(said) and author in (None, said):
            date = rest[between.end() :].strip(" )")
            above = above or squash(element.text_content()[:2000])
            first = not any(map(str.isalpha, above.partition(text)[0]))
            if first and _BARE_DATE.fullmatch(date) and parse_printed(date) is not None:
                return _Line(part, said, date)
    return None


def _is_meta(name: str) -> bool:
    """Whether a theme's own class name is that of what stands around a comment's words: "trellis-comment-header"."""
    return "comment" in name and name.replace("_", "-").rpartition("-")[2] in _META_ENDS


_META_ENDS = {
    "header", "author", "date", "time", "meta", "info", "avatar", "metadata", "permalink", "footer", "reply", "num", "number", "commentcount",
}  # fmt: skip


def _strip_meta(body: HtmlElement, author: str | None, date: str) -> None:
    """Takes what is not the comment's words out of an element that holds everything."""
    for part in body.iter() if date else ():
        if squash(part.tail) == date and part is not body:
            part.tail = None
        if part.tag != "a" and isinstance(part.tag, str) and squash(part.text) == date:
            part.text = None
    named: list[HtmlElement] = []
    first = body
    while len(first) and isinstance(first.tag, str) and not squash(first.text):
        first = first[0]
    for part in list(body.iter()):
        if part is body or not isinstance(part.tag, str) or part.getparent() is None:
            continue
        names = set((part.get("class") or "").split())
        if any(map(_is_meta, names)):
            named.append(part)
        text: str | None = None
        gone = part.tag in {
            "form",
            "time",
            "button",
            "script",
            "style",
            "noscript",
            "footer",
            "header",
            "cite",
        } or bool(names & _META)
        if (
            not gone
            and part.tag in {"small", "h3", "h4", "h5", "h6", "strong", "b", "a", "span", "em", "p", "div"}
            and len(part) <= 4
        ):
            text = squash(part.text_content())
            if len(text) <= 150:
                bare = _TRAILING_SAYS.sub("", text).strip(" ,|–—-:")
                gone = bool(
                    (author and bare == author)
                    or (date and text == date)
                    or (part.tag == "small" and any(c.isdigit() for c in text))
                )
        if (
            not gone
            and part.tag == "img"
            and ("avatar" in (part.get("class") or "") or "gravatar.com/avatar" in (part.get("src") or ""))
        ):
            gone = True
        if not gone and part.tag in {"div", "span", "p", "ul"} and 0 < len(part) <= 8 and _is_of_buttons(part):
            gone = True
        if not gone and part.tag in {"div", "span"} and part is first and text and _NUMBER.fullmatch(text):
            gone = True
        if (
            not gone
            and part.tag == "a"
            and ("replytocom=" in (part.get("href") or "") or (part.get("href") or "").endswith("#respond"))
        ):
            gone = True
        if gone:
            if part.tail and _TRAILING_SAYS.fullmatch(part.tail):
                part.tail = None  # the "says:" after a name
            part.drop_tree()
    left = _letters(body) if named else 0
    for part in reversed(named):
        said = _letters(part) if part.getparent() is not None else left
        if said < left:  # else it holds the words as well
            part.drop_tree()
            left -= said


_NUMBER = re.compile(r"(?:#|№|nr\.?|no\.?)?\s?\d{1,4}\s?[.):]?", re.I)
"""A comment's place in its list."""


_SCRIPTED = re.compile(r"#?$|#[\w-]*respond|javascript:", re.I)


def _is_of_buttons(part: HtmlElement) -> bool:
    """Whether all words of a part are links that a script answers: "Reply | Quote"."""
    links = [link for link in part.iter("a") if _SCRIPTED.match(link.get("href") or "x")]
    said = sum(map(_letters, links))
    return 0 < said < 60 and said + 3 * len(links) >= _letters(part)


def _letters(element: HtmlElement) -> int:
    return sum(map(len, element.text_content().split()))


_VOTES = {"cld-like-dislike-wrap", "ratingblock", "comment-rating", "comment-vote", "comment-votes", "wpulike", "wp_ulike_comments"}  # fmt: skip


def _strip_controls(body: HtmlElement) -> None:
    """Takes reply links and forms out of a comment's words."""
    for part in list(body.iter("a", "div", "span", "p", "form", "button", "footer")):
        if part is body or part.getparent() is None:
            continue
        names = set((part.get("class") or "").split())
        href = part.get("href") or ""
        if part.tag in {"form", "button"} or names & ({"reply", "comment-reply-link", "comment-edit-link", "comment-reply", "comment-actions", "sharedaddy", "comment-likes", "comment-not-liked"} | _VOTES) or "replytocom=" in href:  # fmt: skip
            part.drop_tree()


def _outside(element: HtmlElement, body: HtmlElement | None) -> list[HtmlElement]:
    """The parts of a comment that stand before its text; all but the paragraphs where the text is not marked."""
    parts = []
    for part in element.iter():
        if part is body:
            break
        if (
            isinstance(part.tag, str)
            and part is not element
            and (body is not None or not any(a.tag == "p" for a in part.iterancestors()))
        ):
            parts.append(part)
    return parts[:200]


def _loose_date(element: HtmlElement, outside: list[HtmlElement]) -> str:
    """A date that stands alone somewhere before the text, without any mark; empty where there is none."""
    texts = [element.text] + [t for part in outside for t in (part.text, part.tail)]
    for text in texts:
        said = squash(text)
        if 8 <= len(said) <= 60 and sum(c.isdigit() for c in said) >= 5 and parse_printed(said) is not None:
            return said
    return ""


def _take_ping(comment: Comment, element: HtmlElement, url: str) -> None:
    """A pingback's author is the page that links here: ``Pingback: <a href="…">Its title</a>``."""
    for link in element.iter("a"):
        href = (link.get("href") or "").strip()
        if href and not href.startswith("#") and "action=" not in href and "#comment-" not in href:
            comment.author = comment.author or squash(link.text_content())[:200] or None
            comment.author_url = comment.author_url or _web(url, href)
            return


def _web(base: str, address: str) -> str | None:
    try:
        whole = urljoin(base, address)
    except ValueError:
        return None
    return whole if whole[:7].lower() == "http://" or whole[:8].lower() == "https://" else None
