"""The comments in a page's HTML: WordPress' own lists in any theme, and wpDiscuz' where that is what the page has.

WordPress prints a comment as an element with the id ``comment-12`` (``li-comment-12``, ``div-comment-12``), mostly
``ol.comment-list > li#comment-12.comment.depth-1 > article.comment-body`` with ``.comment-author .fn``, ``time[datetime]``
and ``.comment-content`` in it and replies in ``ol.children``; block themes print ``ol.wp-block-comment-template > li``.
Themes rename and move everything but the id, so the id leads, then microdata, then class names.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml.etree import XPath
from lxml.html import HtmlElement

from newsarchive import markup
from newsarchive.dates import Clock, parse_printed
from newsarchive.items import Comment, CommentKind, CommentThread, Counts, Missing
from newsarchive.marks import Marks
from newsarchive.markup import squash
from newsarchive.memory import uncollected
from newsarchive.wordpress.body import read_body
from newsarchive.wordpress.comment_count import declared_count
from newsarchive.wordpress.comment_pages import COMMENT_ANCHOR, article_path, comment_pages
from newsarchive.wordpress.furniture import word_set
from newsarchive.wordpress.quirks import COMMENT

if TYPE_CHECKING:
    from newsarchive.wpdiscuz.markup import Shown

MAX_COMMENTS = 20_000
"""More than a page of comments ever holds."""


@dataclass(kw_only=True)
class CommentList:
    """The comments a page shows, and what it says about them."""

    comments: list[Comment]
    declared: int | None = None
    """The number of comments the page declares; None where it declares none."""
    pages: frozenset[int] = frozenset()
    """Numbers of the comment pages it links to (``/comment-page-2/``, ``?cpage=2``)."""
    current: int | None = None
    """Its own number among them; None where it does not say."""
    section: bool = False
    """Whether it has a place for comments at all: a list, a form or a heading."""
    form: bool = False
    """Whether it has a form to comment with, which WordPress prints below the list."""
    foreign: bool = False
    """Whether another service's comments (Disqus, Facebook) stand in it, which no request to the site brings."""


@uncollected()
def thread_from_html(html: bytes | str, url: str) -> CommentThread:
    """The comments that a page shows, as a thread: wpDiscuz' (4 to 7) or WordPress' own, pingbacks included.

    `complete` only where the page declares a number and shows as many; comments that come by script are not in it.
    An empty document, or a page without comments, gives a thread without comments.
    """
    from newsarchive.threads import tidy  # threads reads pages with this module: imported late

    text, root = markup.text_and_tree(html)
    language = page_language(root)
    clock = Clock()
    found = read_comments(root, Marks(root), text, url, clock, language)
    comments = tidy(found.comments)
    thread = CommentThread(
        url=url, source="page", comments=comments, count=len(comments), declared_count=found.declared
    )
    thread.counts = Counts(declared=found.declared, page=len(comments))
    thread.complete = found.declared is not None and found.declared == len(comments) and bool(comments or found.section)
    if not thread.complete:
        lacking = None if found.declared is None else max(0, found.declared - len(comments))
        thread.missing = Missing(count=lacking, reason="only the page's own HTML was read")
    return thread


def read_comments(
    root: HtmlElement,
    marks: Marks,
    text: str,
    url: str,
    clock: Clock,
    language: str = "",
    shown: "list[Shown] | None" = None,
) -> CommentList:
    """What the page at `url` (its tree with the tree's marks, and its text) shows of its comments. Takes the tree apart.

    In `shown`, where given, are put the wpDiscuz comments with what their list leaves out of them.
    """
    from newsarchive.wpdiscuz import markup as wpdiscuz  # it reads texts with this package: imported late

    for moment in islice(_zoned_times(root), 20):
        clock.learn_iso(moment)
    found = CommentList(comments=[], declared=declared_count(marks, text, url), foreign=marks.has(*_FOREIGN))
    found.pages, found.current = comment_pages(root, marks, url)
    found.section = marks.has(*_SECTION)
    found.form = marks.has("respond", "commentform")
    if "-comm-" in text:
        listed = wpdiscuz.read_list(root, url, clock, language)
        found.comments = [one.comment for one in listed]
        if shown is not None:
            shown += listed
    if not found.comments:
        found.comments = native_comments(root, marks, url, clock, language)
    return found


def page_language(root: HtmlElement) -> str:
    """The language that ``<html lang>`` names; empty where it names none."""
    return (root.get("lang") or root.get("xml:lang") or "")[:35]


def _zoned_times(root: HtmlElement) -> Iterator[str]:
    for element in root.iter("meta", "time"):
        if element.tag == "time":
            said = element.get("datetime")
        else:
            said = element.get("content") if element.get("property") == "article:published_time" else None
        if said:
            yield said


_SECTION = (
    "comments", "respond", "commentform", "wpdcom", "wpcomm", "disqus_thread", "comments-area", "wp-block-comments",
    "comment-respond", "comment-list", "commentlist",
)  # fmt: skip
_FOREIGN = (
    "disqus_thread", "coral_thread", "hyvor-talk-view", "commento", "isso-thread", "graphcomment", "cusdis_thread", "fb-comments",
)  # fmt: skip

# -- the comments ----------------------------------------------------------------------------------------------------

_ID = re.compile(
    r"(?:li|div|art|article|post|single|dsq)?[-_]?comment[-_]?(\d{1,19})(?:[-_]?(?:body|wrap|wrapper|container|content|box))?$",
    re.I,
)
_CLASS_ID = re.compile(r"(?:^|\s)(?:comment-id|comment)-(\d{1,19})(?:\s|$)")
_DEPTH = re.compile(r"(?:^|\s)(?:depth|level|comment-depth|comment_level)-(\d{1,3})(?:\s|$)")
_LISTS = word_set(
    "commentlist comment-list comments-list comment_list wp-block-comment-template comments-area comments"
)
_LIST_IDS = ("comments", "comment-list", "commentlist", "comments-list")
_OTHERS = re.compile(r"recent|latest|newest|popular|featured|widget|sidebar|footer|\b(?:new|last|top|best|hot)[-_]")
"""What names call comments that are not all of this page's."""
_BY_CLASS = {
    "comment",
    "single-comment",
    "comment-item",
    "comment-wrap",
    "comment-container",
    "comment-box",
    "pingback",
    "trackback",
}
_NAMED_SO = re.compile(
    r"(?:^|\s)(?!(?:no|has|add|post|leave|write|load|show|submit|reply)[-_]comment)[a-z]{2,20}[-_]comment(?:[-_](?:child|item))?(?=\s|$)"
)
"""A theme's own name for a comment, or for an answer to one: "trellis-comment"."""
_NOT_A_COMMENT = {
    "recentcomments", "wp-block-latest-comments__comment", "comment-respond", "comment-form", "comment-reply-link",
    "comment-meta", "comment-author", "comments-link", "comment-link", "comment-count",
}  # fmt: skip
_BLOCKS = {
    "li",
    "div",
    "article",
    "section",
    "dl",
    "dt",
    "dd",
    "tr",
    "td",
    "table",
    "p",
    "span",
    "ol",
    "ul",
    "main",
    "blockquote",
}


def native_comments(root: HtmlElement, marks: Marks, url: str, clock: Clock, language: str = "") -> list[Comment]:
    """The comments of WordPress' own list under `root`, in the order shown. Takes the tree apart."""
    elements = _by_id(root, marks)
    if not elements:
        elements = _by_class(marks)
    order = list(elements)
    parents = _parents(order, elements)
    read: list[tuple[Comment, str] | None] = []
    paths: dict[HtmlElement, str | None] = {}
    # From the last to the first: a comment's replies, which stand in it, are read and taken out before it is.
    for element in reversed(order):
        paths[element] = _own_path(element, elements[element], url)
        read.append(_read_comment(element, elements[element], url))
        if element.getparent() is not None:
            element.drop_tree()
    read.reverse()
    read = _only_comments(read, order, paths, url)
    clock.settle_order((date for one in read if one for date in [one[1]]), language)
    comments: list[Comment] = []
    names: dict[HtmlElement, str] = {}
    taken: set[str] = set()
    again: Counter[str] = Counter()
    for element, one in zip(order, read, strict=True):
        if one is None:
            continue
        comment, date = one
        if not comment.id:
            said = f"{comment.author}|{date}|{comment.text}"
            said = "x" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
            again[said] += 1
            comment.id = said if again[said] == 1 else f"{said}-{again[said]}"
        if comment.id in taken:
            continue
        taken.add(comment.id)
        names[element] = comment.id
        above = parents.get(element)
        if above is not None and above in names:
            comment.parent_id = names[above]
        comment.posted_at, comment.posted_at_precision = clock.read(date, language)
        comments.append(comment)
    for comment in comments:
        if comment.parent_id == comment.id:
            comment.parent_id = None
    return comments


def _own_path(element: HtmlElement, number: str, url: str) -> str | None:
    """The path of the page that the comment's permalink names, comment pages apart; None where it has no permalink."""
    if not number:
        return None
    for link in element.iter("a"):
        href = link.get("href") or ""
        if href.endswith(f"#comment-{number}") and len(href) < 2000:
            return article_path(href, url)
    return None


def _only_comments(
    read: list[tuple[Comment, str] | None], order: list[HtmlElement], paths: dict[HtmlElement, str | None], url: str
) -> list[tuple[Comment, str] | None]:
    """`read` without what only looks like the page's comments: a list of the latest comments on other pages, a notice."""
    told = [path for element in order if (path := paths[element]) is not None]
    home = None
    if len(set(told)) > 1:
        own = article_path(url, url)
        home = own if own in told else max(dict.fromkeys(told), key=told.count)
    signed = any(one and (one[0].author or one[1]) for one in read)
    kept: list[tuple[Comment, str] | None] = []
    for one, element in zip(read, order, strict=True):
        if one is not None:
            comment, date = one
            path = paths[element]
            elsewhere = home is not None and path is not None and path != home
            unsigned = not comment.author and not date and signed and not _marked(element, comment)
            nameless = not comment.id and not (comment.text and comment.author and date) and comment.kind == "comment"
            if elsewhere or unsigned or nameless:
                one = None
        kept.append(one)
    return kept


def _marked(element: HtmlElement, comment: Comment) -> bool:
    """Whether an element has both the id and the class that WordPress itself gives a comment."""
    return bool(comment.id) and "comment" in (element.get("class") or "").split()


def _by_id(root: HtmlElement, marks: Marks) -> dict[HtmlElement, str]:
    """The outermost element of each comment that has an id, in document order, with the comment's number."""
    if not any("omment" in name for name in marks.ids) and not any(
        "omment" in (a.get("name") or "") for a in marks.links
    ):
        return {}
    marked: list[tuple[HtmlElement, str]] = []
    beside: dict[HtmlElement, set[str]] = {}
    first_in: dict[HtmlElement, str] = {}
    for element in root.iter("*"):
        name = element.get("id") or (element.get("name") if element.tag == "a" else None)
        match = _ID.match(name) if name and "omment" in name else None
        if match is None:
            continue
        number = str(int(match[1]))
        marked.append((element, number))
        for above in islice(element.iterancestors(), 6):
            first_in.setdefault(above, number)
        parent = element.getparent()
        if parent is not None:
            beside.setdefault(parent, set()).add(number)
        if len(marked) >= MAX_COMMENTS:
            break
    found: dict[str, HtmlElement] = {}
    used: dict[HtmlElement, bool] = {}
    for element, number in marked:
        block = _widen(element, number, beside, first_in)
        if block is None or (number in found and used.get(found[number])):
            continue
        if block not in used and not _unwanted(block):
            used[block] = _has_words(block)
            if used[block]:
                found[number] = block  # a bare anchor before it says nothing
    return {element: number for number, element in found.items()}


def _widen(
    element: HtmlElement, number: str, beside: dict[HtmlElement, set[str]], first_in: dict[HtmlElement, str]
) -> HtmlElement | None:
    """The element that holds the whole comment: an ``<a id="comment-12">`` or an inner box may stand in it.

    `beside` are the comments' numbers by their parent, `first_in` the first comment's number in each element.
    """
    block = element
    if block.tag not in _BLOCKS:
        block = next((a for a in islice(element.iterancestors(), 6) if a.tag in _BLOCKS), None)
    # div#comment-12 may be the text alone, inside the li that also has the author and the replies.
    while block is not None:
        above = block.getparent()
        if (
            above is None
            or above.tag in {"ol", "ul", "dl", "body", "html", "main"}
            or beside.get(block.getparent(), set()) - {number}
        ):
            break
        match = _ID.match(above.get("id") or "")
        if first_in.get(above) != number or (match and match[1].lstrip("0") != number):
            break
        classes = (above.get("class") or "").split()
        if above.tag != "li" and not {"comment", "comment-item", "single-comment"} & set(classes):
            inside = above.getparent()
            if inside is None or inside.tag != "li" or first_in.get(inside) != number:
                break
        block = above
    return block


def _by_class(marks: Marks) -> dict[HtmlElement, str]:
    """Comments without an id: by microdata, else by class inside a comment list; with the number where a link names it."""
    found = {element for element in _typed(marks) if element.tag in _TYPED_SO and _has_words(element)}
    if not found:
        boxes = dict.fromkeys(_lists(marks))
        for box in [one for one in boxes if boxes.keys().isdisjoint(one.iterancestors())]:
            for element in box.iter("li", "div", "article"):
                names = element.get("class") or ""
                named = not _BY_CLASS.isdisjoint(names.split()) or _own_name(names)
                if named and element not in found and _has_words(element) and not _unwanted(element):
                    found.add(element)
                if len(found) >= MAX_COMMENTS:
                    break
    ordered = [element for element in marks.elements if element in found] if found else []
    # li.comment > div.comment: the same comment twice. The outer one stays, unless it holds several.
    for element in ordered:
        inner = [e for e in element.iter() if e is not element and e in found] if element in found else []
        if len(inner) == 1 and not squash(_own_text(element, inner[0])):
            found.remove(inner[0])
    return {element: _number_inside(element) for element in ordered if element in found}


_TYPED_SO = {"li", "div", "article", "section"}
_TYPES = XPath("//*[@itemtype]")


def _typed(marks: Marks) -> list[HtmlElement]:
    """The elements that microdata calls comments."""
    named = [marks.elements[place] for place, name in marks.properties.items() if name == "comment"]
    types = _TYPES(marks.elements[0]) if marks.elements else []
    return named + [one for one in types if one.get("itemtype").endswith(("/Comment", "/UserComments"))]


def _lists(marks: Marks) -> list[HtmlElement]:
    """What may be a list of comments: by WordPress' own names, or a theme's ("trellis-comments" of each "trellis-comment")."""
    names = [
        name
        for name in marks.classes
        if name in _LISTS or (name.endswith("-comments") and name[:-1] in marks.classes and not _OTHERS.search(name))
    ]
    return marks.having(*names) + [marks.ids[name] for name in _LIST_IDS if name in marks.ids]


def _own_name(names: str) -> bool:
    """Whether one of the class names in `names` is a theme's own for a comment."""
    found = _NAMED_SO.search(names)
    return found is not None and not _OTHERS.search(found[0])


def _own_text(element: HtmlElement, inner: HtmlElement) -> str:
    """The text of `element` outside `inner`."""
    whole, part = element.text_content(), inner.text_content()
    return whole.replace(part, "", 1) if len(whole) < 200_000 else "…"


def _number_inside(element: HtmlElement) -> str:
    """The comment's number as its own reply link, permalink or data attribute says; empty where nothing does."""
    for name in ("data-comment-id", "data-commentid", "data-id", "data-comment"):
        value = element.get(name) or ""
        if value.isascii() and value.isdigit():
            return value
    match = _CLASS_ID.search(element.get("class") or "")
    if match:
        return match[1]
    for part in element.iter("a", "button", "div", "span", "p"):
        value = part.get("data-commentid") or part.get("data-comment-id") or part.get("data-comment") or ""
        if value.isascii() and value.isdigit():
            return value
        link = COMMENT_ANCHOR.search(part.get("href") or "")
        if link:
            return link[1]
    return ""


def _has_words(element: HtmlElement) -> bool:
    if element.tag in {"input", "textarea", "form", "a", "script", "style", "label"}:
        return False
    return any(text.strip() for text in element.itertext()) or next(element.iter("img"), None) is not None


def _unwanted(element: HtmlElement) -> bool:
    classes = set((element.get("class") or "").split())
    return bool(classes & _NOT_A_COMMENT)


def _parents(order: list[HtmlElement], elements: dict[HtmlElement, str]) -> dict[HtmlElement, HtmlElement]:
    """The comment each comment answers: the one it stands in, the one its ``.children`` list follows, or by its depth class."""
    parents: dict[HtmlElement, HtmlElement] = {}
    by_number = {number: element for element, number in elements.items() if number}
    last_at_depth: dict[int, HtmlElement] = {}
    for element in order:
        depth = _DEPTH.search(element.get("class") or "")
        level = int(depth[1]) if depth else 0
        said = element.get("data-parent-id") or element.get("data-parent") or element.get("data-comment-parent") or ""
        above = by_number.get(said.lstrip("0")) if said.isdigit() else None
        if above is None:
            for ancestor in element.iterancestors():
                if ancestor in elements:
                    above = ancestor
                    break
                if "children" in (ancestor.get("class") or "").split():
                    before = ancestor.getprevious()
                    inside = next((e for e in before.iter() if e in elements), None) if before is not None else None
                    if inside is not None:
                        above = inside
                        break
        if above is None and level > 1:
            above = last_at_depth.get(level - 1)
        if above is not None and above is not element:
            parents[element] = above
        if level:
            last_at_depth[level] = element
            for deeper in [d for d in last_at_depth if d > level]:
                del last_at_depth[deeper]
    return parents


_AUTHORS = (
    "fn", "comment-author-name", "wp-block-comment-author-name", "comment-author-link", "comment_author_name", "comment__author-name",
    "comment-author", "comment_author", "comment__author", "commentauthor", "author-name", "author", "comment-name", "commenter", "user-name", "username", "name",
)  # fmt: skip
_BODIES = (
    "comment-content", "wp-block-comment-content", "comment-text", "comment_text", "commenttext", "comment__content", "comment__text", "comment_content", "commentcontent",
    "comment-body-text", "dsq-comment-message", "comment-entry", "commententry", "comment-message", "comment-copy", "comment-txt", "comment-main-content", "comment-inner-content",
)  # fmt: skip
_DATES = ("comment-date", "comment-time", "comment_date", "wp-block-comment-date", "comment__date", "comment-metadata", "comment-meta", "commentmetadata", "comment_meta", "date", "time", "published", "comment-permalink")  # fmt: skip
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
_TRAILING_SAYS = re.compile(r"\s*(?:\bsays?|\bsagt|\bschreibt|\bmeint|\ba dit|\bdit|\bdice|\bdijo|\bsaid|\bwrote|\bhat gesagt|\bscrive|\bha detto|\bdiz|\bdisse|\bpisze|\bskrev|\bskriver|\bschreef|\bzegt|\bscrisse|\bescribió|\bcomentou|\ba écrit|:)\s*:?\s*$", re.I)  # fmt: skip


def _read_comment(element: HtmlElement, number: str, url: str) -> tuple[Comment, str] | None:
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
    if len(marked) and _DAY_OR_HOUR.search(text):  # ".comment-author" around the name, the time and a button
        for inner in marked.iter("cite", "b", "strong", "a", "span", "h3", "h4"):
            name = squash(inner.text_content())
            names = {*(inner.get("class") or "").split()}
            speaks = 0 < len(name) < 100 and name[0] != "#" and not _DAY_OR_HOUR.search(name)
            if inner is not marked and speaks and not names & _NOBODY:
                marked, text = inner, name
                break
    for inner in marked.iter("time", "small"):
        text = squash(text.replace(squash(" ".join(inner.itertext())), "", 1)) if inner is not marked else text
    text = text or squash(marked.text_content())  # a name in small letters
    text = _TRAILING_SAYS.sub("", text).strip(" ,|–—-")
    comment.author = text[:200] or None
    link = marked if marked.tag == "a" else next(marked.iter("a"), None)
    if link is None:
        link = next((a for a in marked.iterancestors("a")), None)
    href = (link.get("href") or "").strip() if link is not None else ""
    if href and not href.startswith("#") and "#comment-" not in href:
        comment.author_url = _web(url, href)
    return marked


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
    for name in (*_DATES, *(name for name, part in first.items() if part is not element and _is_date(name))):
        if name in first:
            text = squash(first[name].text_content())
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
        if name is None or name.tag not in ("strong", "b", "cite", "a", "em"):
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


def _letters(element: HtmlElement) -> int:
    return sum(map(len, element.text_content().split()))


def _strip_controls(body: HtmlElement) -> None:
    """Takes reply links and forms out of a comment's words."""
    for part in list(body.iter("a", "div", "span", "p", "form", "button", "footer")):
        if part is body or part.getparent() is None:
            continue
        names = set((part.get("class") or "").split())
        href = part.get("href") or ""
        if part.tag in {"form", "button"} or names & {"reply", "comment-reply-link", "comment-edit-link", "comment-reply", "comment-actions", "sharedaddy", "comment-likes", "comment-not-liked"} or "replytocom=" in href:  # fmt: skip
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
