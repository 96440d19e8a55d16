"""Where the comments of WordPress' own lists stand in a page of any theme, and which answers which."""

import re
from itertools import islice

from lxml.etree import XPath
from lxml.html import HtmlElement

from newsarchive.marks import Marks
from newsarchive.markup import squash
from newsarchive.wordpress.comment_pages import COMMENT_ANCHOR
from newsarchive.wordpress.furniture import word_set

MAX_COMMENTS = 20_000
"""More than a page of comments ever holds."""

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


def comment_elements(root: HtmlElement, marks: Marks) -> dict[HtmlElement, str]:
    """The element that holds the whole of each comment, in document order, with the comment's number; empty where none says one."""
    return _by_id(root, marks) or _by_class(marks)


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


def parents_of(order: list[HtmlElement], elements: dict[HtmlElement, str]) -> dict[HtmlElement, HtmlElement]:
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
