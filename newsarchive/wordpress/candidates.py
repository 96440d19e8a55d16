"""Where an article's body is in a page of any theme: candidates by name and by the running text they hold, ranked."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from lxml.html import HtmlElement

from newsarchive.wordpress.furniture import (
    furniture_name,
    holds_paragraphs,
    is_inline_feedback,
    spelled,
    text_length,
    word_set,
)
from newsarchive.wordpress.survey import Survey, leads_home

_NEVER = word_set("head header footer aside nav form figcaption a select iframe object label")
_CONTAINERS = word_set("div section article main td body span center form")

# What themes call the element that holds the body, and nothing but the body.
_EXACT = {
    "entry-content": 1.0, "wp-block-post-content": 1.0, "e-content": 1.0, "tdb-single-content": 1.0, "td-post-content": 1.0,
    "elementor-widget-theme-post-content": 1.0, "post-content": 0.9, "articlebody": 0.9, "article-body": 0.9,
    "post-body": 0.9, "story-body": 0.9, "entry-body": 0.85, "storycontent": 0.9, "single-content": 0.8, "single-post-content": 0.9,
    "article-content": 0.8, "article-text": 0.85, "body-copy": 0.9, "the-content": 0.8, "content-inner": 0.6, "entry-inner": 0.6,
    "post-text": 0.85, "entry": 0.7, "post-entry": 0.7, "blog-content": 0.7, "wysiwyg": 0.7, "wysiwyg-content": 0.8, "prose": 0.7,
    "rich-text": 0.6, "format-text": 0.8, "cms-content": 0.6, "news-content": 0.7, "page-content": 0.6, "main-content": 0.3, "content": 0.4,
    "story": 0.5, "text": 0.4, "body": 0.4, "article": 0.4, "hentry": 0.35, "h-entry": 0.35, "post": 0.35, "single": 0.3, "postcontent": 0.85, "postbody": 0.85, "entrytext": 0.9, "entrybody": 0.85,
    "articletext": 0.85, "articlecontent": 0.8, "inner-post-entry": 0.8, "primary": 0.2,
}  # fmt: skip
_NOUNS = word_set("entry post article story single blog news item content")
_AROUND = word_set(
    "wrapper wrap container site page main grid col row outer area inner layout offcanvas header footer widget popup"
)
_LAST = word_set("content text txt body story copy prose")
_MATTERS = word_set("content body text copy entry main desc description article contents")


@lru_cache(maxsize=2048)  # a theme has some hundred; names of a post's own (post-4107) pass through
def body_name(names: str) -> tuple[float, str]:
    """How surely a class attribute (or an id) names the body, 0 to 1, and the name that says so.

    >>> body_name("entry-content clearfix")
    (1.0, 'entry-content')
    >>> body_name("alignleft")
    (0.0, '')
    """
    best, by = 0.0, ""
    for name in names[:1000].split():
        words = spelled(name)
        joined = "-".join(words)
        worth = _EXACT.get(joined, 0.0)
        if not worth:
            for first, second in pairwise(words):
                if first in _NOUNS and second in _MATTERS:
                    # A theme's own prefix (bdaia-post-content) changes nothing; a suffix (entry-content-wrapper) names what is around.
                    worth = 0.8 if second == words[-1] else 0.4
                    break
        if not worth and words[-1] in _LAST and _AROUND.isdisjoint(words):
            worth = 0.3  # a theme's own shorthand: "sfx-txt"
        if worth > best:
            best, by = worth, name
    return best, by


@dataclass
class Candidate:
    """An element that may be the body."""

    element: HtmlElement
    score: float
    """0 to 2: what its name promises, and its share of the page's running text."""
    why: str
    """The rule that made it a candidate, for a person to read."""


_Parents = dict[HtmlElement, HtmlElement | None]


def prose(survey: Survey) -> dict[HtmlElement, int]:
    """Characters of running text inside each element of a page that has any, furniture and links left aside."""
    own = survey.prose
    around: _Parents = {}
    chains: list[list[HtmlElement]] = []
    for owner in own:
        chain = []
        node: HtmlElement | None = owner
        while node is not None and node not in around:
            chain.append(node)
            around[node] = node = node.getparent()
        chains.append(chain)
    inner_first = [element for chain in reversed(chains) for element in chain]
    every = _summed(own, inner_first, around)
    total = every.get(survey.root, 0)
    # What stands around the headline, or around a body that says its name, is no furniture, however it is called.
    inner = [element for element in inner_first if every[element] * 5 > total and _named(element)[0] >= 0.4]
    headlines = [heading for heading in survey.of("h1") if not leads_home(heading)][:1]
    spared = {
        outer
        for element in (*inner, *headlines)
        for outer in element.iterancestors()
        if every.get(outer, 0) * 3 > total
    }
    mass = _summed(_outside_furniture(own, inner_first, around, spared), inner_first, around)
    if max(mass.values(), default=0) * 20 < total:  # nothing of the page is left: its names mean something else here
        large = {element for element in inner_first if every[element] * 2 >= total and _rule(element) not in _COMMENTS}
        mass = _summed(_outside_furniture(own, inner_first, around, spared, large), inner_first, around)
    mass.pop(survey.root, None)
    return mass


def _summed(own: dict[HtmlElement, int], inner_first: list[HtmlElement], around: _Parents) -> dict[HtmlElement, int]:
    """What stands in each element, from what stands directly in it."""
    sums = dict(own)
    for element in inner_first:
        length = sums.get(element)
        outer = around[element]
        if length and outer is not None:
            sums[outer] = sums.get(outer, 0) + length
    return sums


def _outside_furniture(
    own: dict[HtmlElement, int],
    inner_first: list[HtmlElement],
    around: _Parents,
    spared: set[HtmlElement],
    kept: Collection[HtmlElement] = (),
) -> dict[HtmlElement, int]:
    """`own` without what stands in furniture. A name makes no furniture of those `spared`, nothing of those `kept`."""
    inside: set[HtmlElement | None] = set()
    for element in reversed(inner_first):
        if around[element] in inside or (
            element not in kept
            and (rule := _rule(element))
            and (rule[0] == "<" or element not in spared)
            and not (_is_soft(rule) and holds_paragraphs(element))
        ):
            inside.add(element)
    return {element: length for element, length in own.items() if element not in inside}


_COMMENTS = word_set(
    "comments commentlist respond comment-list comments-area wpdcom disqus_thread comments-wrapper comments-list"
    " wp-block-comments wp-block-comment-template wp-block-post-comments comments-section comment-section"
)


_UNSEEN = word_set("print-only only-print hidden screen-reader-text visually-hidden")
_SOFT = word_set(
    "ad ads banner banners advert advertisement sponsor sponsored promo social share shares sharing donate donation disclaimer copyright paywall popup modal cookie"
)


def _is_soft(rule: str) -> bool:
    """Whether a name may as well be that of a wrapper around the article."""
    return not _SOFT.isdisjoint(spelled(rule))


def _rule(node: HtmlElement) -> str | None:
    tag = node.tag
    if tag in _NEVER and tag != "form":
        return f"<{tag}>"
    if tag in ("body", "html") or not node.keys():
        return None
    names = node.get("class")
    found = furniture_name(names) if names else None
    if not found and (names := node.get("id")):
        found = furniture_name(names)
    if found and is_inline_feedback(node):
        return None
    if found in _UNSEEN:
        return found
    if found and (body_name(node.get("class") or "")[0] >= 0.6 or "hentry" in (node.get("class") or "").split()):
        return None
    return found


def ranked(survey: Survey, mass: dict[HtmlElement, int]) -> list[Candidate]:
    """The elements that may be the body, the likeliest first; empty where the page holds no running text (`mass`)."""
    total = max(mass.values(), default=0)
    if not total:
        return []
    candidates = []
    only = _only_body(survey)
    if only is not None and only not in mass:
        candidates.append(Candidate(only, 2.0, "the only body of a short post"))
    for element, length in mass.items():
        if element.tag not in _CONTAINERS:
            continue
        named, why = _named(element)
        share = length / total
        if named or share > 0.5:
            score = named + min(share, 1.0) * 1.5 + (1.0 if element is only and share < 0.5 else 0.0)
            candidates.append(Candidate(element, score, why or "running text"))
    near = _around_headline(survey)
    for candidate in candidates:
        if candidate.element not in near and _named(candidate.element)[0] < 0.35:
            candidate.score += near.get(candidate.element.getparent(), 0.0)
    _doubt_lists(candidates)
    candidates.sort(
        key=lambda candidate: (-round(candidate.score, 1), -mass.get(candidate.element, 0), -candidate.score)
    )
    if candidates and candidates[0].score < 2.1:
        # No name says it: the tighter a box around the running text, the likelier it holds the body alone.
        for candidate in candidates[:6]:
            length = text_length(candidate.element)
            candidate.score -= 0.5 * (1 - mass.get(candidate.element, 0) / max(length, 1))
            if candidate.element.tag == "body":
                candidate.score -= 0.5
        candidates[:6] = sorted(candidates[:6], key=lambda candidate: -candidate.score)
    if candidates and candidates[0].element is not only and _named(candidates[0].element)[0] < 0.5:
        tighter = _tightest(candidates[0].element, mass)
        if tighter is not None:
            candidates.insert(0, Candidate(tighter, candidates[0].score, "the running text alone"))
    return candidates


_OF_TEXT = word_set("p ul ol table blockquote figure pre")
_LISTED = word_set("ul ol table blockquote")
_TOLD = 500
"""Characters of running text, below which a line under the headline may hold more of it than the post does."""


def _tightest(around: HtmlElement, mass: dict[HtmlElement, int]) -> HtmlElement | None:
    """The box inside `around`, whose name says little, that holds its running text alone; None where none does.

    No further in than where something of the text stands beside it, however short.
    """
    best, wanted = around, 0.95 * mass.get(around, 0)
    while wanted >= _TOLD and not any(child.tag in _OF_TEXT and text_length(child) for child in best):
        inner = next((child for child in best if child.tag in _CONTAINERS and mass.get(child, 0) >= wanted), None)
        if inner is None or _is_parted(inner):
            break
        best = inner
    return best if text_length(best) < text_length(around) else None


def _is_parted(inner: HtmlElement) -> bool:
    """Whether another part of the text stands beside `inner`, in a box of its own, as page builders make them.

    Above it a lead, a list or a picture; below, where comments and authors have their paragraphs, a list or a table; and
    whatever box has the very name of `inner`.
    """
    name = inner.get("class")
    for box in (*inner.itersiblings(*_CONTAINERS), *inner.itersiblings(*_CONTAINERS, preceding=True)):
        if name and box.get("class") == name and text_length(box):
            return True
    return any(_says_more(box, _OF_TEXT) for box in inner.itersiblings(*_CONTAINERS, preceding=True)) or any(
        _says_more(box, _LISTED) for box in inner.itersiblings(*_CONTAINERS)
    )


def _says_more(box: HtmlElement, tags: frozenset[str]) -> bool:
    if _rule(box) is not None:
        return False
    for node in islice(box.iter(*tags), 20):
        if node.tag == "figure" and next(node.iter("img"), None) is not None:
            return True
        length = text_length(node)
        if length < 40 or 2 * sum(map(text_length, node.iter("a"))) > length:
            continue
        if tags is _OF_TEXT or node.tag == "blockquote" or next(node.iter("p", "form", "time", "input"), None) is None:
            return True
    return False


def _around_headline(survey: Survey) -> dict[HtmlElement | None, float]:
    """What a headline stands in, and how much that says for the boxes beside it: the nearer, the more."""
    near: dict[HtmlElement | None, float] = {}
    for heading in survey.of("h1")[:4]:
        if leads_home(heading):
            continue
        for bonus, around in zip((0.4, 0.2, 0.1, 0.0), heading.iterancestors(), strict=False):
            if around.tag in ("body", "html"):
                break
            near[around] = max(bonus, near.get(around, 0.0))
    return near


def beside_headline(survey: Survey) -> HtmlElement | None:
    """The first box after a headline that holds a paragraph, a list or a picture; None where there is none.

    For a page whose theme's names say nothing, and whose post is too short to be told by its prose.
    """
    for heading in survey.of("h1")[:4]:
        if leads_home(heading):
            continue
        node: HtmlElement | None = heading
        for _ in range(2):
            if node is None or node.tag == "body":
                break
            for box in node.itersiblings():
                if (
                    box.tag in _CONTAINERS
                    and _rule(box) is None
                    and next(box.iter("p", "ul", "ol", "img", "blockquote"), None) is not None
                ):
                    return box
            node = node.getparent()
    return None


def is_without_body(survey: Survey, mass: dict[HtmlElement, int]) -> bool:
    """Whether a single post's page of a theme of blocks has no body: the block of a post's content, left out where that is empty.

    What stands between the headline and the comments is then the theme's alone ("Posted … in … by …"). `mass` is the
    running text: where there is more of it, a plugin's block may print the content in place of WordPress' own.
    Seen: WordPress 6.1, Twenty Twenty-Three.
    """
    body = survey.root.find("body")
    if body is None or "postid-" not in (body.get("class") or ""):
        return False
    having = survey.marks.having
    if not having("wp-site-blocks") or not having("wp-block-post-title"):
        return False
    return not having("wp-block-post-content", "entry-content") and max(mass.values(), default=0) < _TOLD


def _only_body(survey: Survey) -> HtmlElement | None:
    """The one element of a single post's page that WordPress' own names call its body; None where there is none, or more.

    A post of one short sentence holds less running text than the page around it.
    """
    body = survey.root.find("body")
    if body is None or "postid-" not in (body.get("class") or ""):
        return None
    named = survey.marks.having(
        "entry-content", "wp-block-post-content", "e-content", "td-post-content", "tdb_single_content"
    )
    outer = [element for element in named if not any(around in named for around in element.iterancestors())]
    return outer[0] if len(outer) == 1 else None


def _doubt_lists(candidates: list[Candidate]) -> None:
    """Takes from the score of what holds the bodies of several posts: a list of posts is no body."""
    holders: dict[HtmlElement, set[HtmlElement]] = {}
    for candidate in candidates:
        if candidate.score < 0.85 or _named(candidate.element)[0] < 0.8:
            continue
        chain = list(candidate.element.iterancestors())
        post = next(
            (node for node in chain if node.tag == "article" or "hentry" in (node.get("class") or "").split()), None
        )
        if post is not None:
            for element in chain[chain.index(post) + 1 :]:
                holders.setdefault(element, set()).add(post)
    for candidate in candidates:
        if len(holders.get(candidate.element, ())) > 1:
            candidate.score -= 0.5


def _named(element: HtmlElement) -> tuple[float, str]:
    named, why = 0.0, ""
    if element.tag == "body":
        return named, why
    if (names := element.get("class")) is not None:
        named, why = body_name(names)
        why = why and f"class {why}"
    if (name := element.get("id")) is not None and named < 0.7:
        by_id, name = body_name(name)
        if by_id > named:
            named, why = by_id, f"id {name}"
    prop = element.get("itemprop")
    if prop and ("articleBody" in prop or prop == "text") and named < 0.95:
        named, why = 0.95, f"itemprop {prop}"
    return named, why
