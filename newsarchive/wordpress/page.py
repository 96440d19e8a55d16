"""An article, read from the page a reader sees, whatever the theme."""

import re
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from newsarchive import SOFTWARE
from newsarchive.identity import site_of
from newsarchive.items import Article, Image
from newsarchive.markup import Document, folded, fragment, squash
from newsarchive.memory import uncollected
from newsarchive.wordpress.addresses import absolute, is_picture, largest, picture_key
from newsarchive.wordpress.authors import authors
from newsarchive.wordpress.body import Body, read_body
from newsarchive.wordpress.candidates import Candidate, beside_headline, is_without_body, prose, ranked
from newsarchive.wordpress.comment_count import declared_count
from newsarchive.wordpress.furniture import holds_paragraphs, text_length
from newsarchive.wordpress.head import Head, read_head, said_text
from newsarchive.wordpress.language import language_of
from newsarchive.wordpress.places import Found, Places, headline_in, places, terms
from newsarchive.wordpress.quirks import Quirks, rules
from newsarchive.wordpress.survey import Survey, leads_home
from newsarchive.wordpress.times import modified, published
from newsarchive.wordpress.titles import titles


class ProtectedPost(ValueError):
    """The page is a password-protected post: its article is not for the public, so none is made of it."""


@dataclass
class Reading:
    """A page, read: the article, and why it says what it says."""

    article: Article
    found: dict[str, list[Found]] = field(default_factory=dict)
    """The candidates of each field, the one that was taken first."""
    bodies: list[Candidate] = field(default_factory=list)
    """The elements that may have been the body, the one that was taken first."""
    body: Body = field(default_factory=Body)


@uncollected()
def article_from_html(
    html: bytes | str | Document,
    url: str,
    *,
    site: str | None = None,
    quirks: Quirks = Quirks(),
    declared_charset: str | None = None,
    fetched_at: str | None = None,
) -> Article:
    """The article of a page; what the page does not say is null.

    `url` is the address it was read from, `site` the name its items carry (by default the address' host),
    `declared_charset` what the answer's header says. Any markup gives an article, an empty one with nothing but its id
    and address. Raises `ProtectedPost` for a page that asks for a post's password.
    """
    return read_page(
        html, url, site=site, quirks=quirks, declared_charset=declared_charset, fetched_at=fetched_at
    ).article


def read_page(
    html: bytes | str | Document,
    url: str,
    *,
    site: str | None = None,
    quirks: Quirks = Quirks(),
    declared_charset: str | None = None,
    fetched_at: str | None = None,
) -> Reading:
    """The same, with the candidates each field was chosen from. The tree of a `Document` is left as it is."""
    page = html if isinstance(html, Document) else Document(html, declared_charset)
    text, root = page.text_and_tree
    survey = Survey(root, text)
    if any(map(_asks_password, survey.of("form"))):
        raise ProtectedPost(f"a password-protected post: {url}")
    head = read_head(survey)
    candidates = _bodies(survey, quirks)
    base = url
    element = candidates[0].element if candidates else None
    found = places(survey, element)
    found.source = text
    name = _site_name(head)
    headlines = titles(head, found, name)
    body = read_body(element, base, quirks, headline_in(found)) if element is not None else Body()
    told = _told_body(head, base, quirks, body.text)
    if told is not None:
        body, element = told
        candidates.insert(0, Candidate(element, 3.0, "JSON-LD articleBody"))
    found.blocks = body.blocks
    reading = Reading(Article(), bodies=candidates, body=body)
    canonical = _canonical(head, url)
    language = language_of(head.language or head.meta("og:locale", "language", "content-language"), body.text)
    reading.found = {
        "title": headlines,
        "authors": authors(head, found, name, language),
        "published_at": published(head, found, canonical or url, language),
        "modified_at": modified(head, found),
        "subtitle": _subtitles(found, head),
    }
    article = reading.article
    article.site = site or _site(url)
    article.url = url
    article.canonical_url = canonical
    post_id = _post_id(survey, head, text)
    article.id = f"{article.site}/{post_id or slug(canonical or url)}"
    article.fetched_at = fetched_at
    article.source = "page"
    article.software = SOFTWARE
    take_body(article, body)
    article.title = _first(reading.found["title"])
    article.subtitle = _first(reading.found["subtitle"])
    if article.subtitle == article.title:
        article.subtitle = None
    article.authors = _first(reading.found["authors"]) or []
    first = _first(reading.found["published_at"])
    if first:
        article.published_at, article.published_at_precision = first.at, first.precision
    last = _first(reading.found["modified_at"])
    if last and not (article.published_at and last.at < article.published_at):
        article.modified_at, article.modified_at_precision = last.at, last.precision
    article.categories = terms(found.categories) or _said_list(head, "article:section", "articleSection")
    article.tags = terms(found.tags) or _said_list(head, "article:tag", "keywords")
    description = unescape(head.meta("description", "og:description", "twitter:description", "dc.description"))
    article.description = written_description(description, body.text)
    article.language = language
    article.images = with_featured(_featured(survey, head, url), body)
    article.comment_count = declared_count(survey.marks, text, url)
    article.comments_open = _comments_open(survey)
    article.aliases = _aliases(head, url, canonical)
    return reading


def take_body(article: Article, body: Body) -> None:
    """Gives `article` what its body says."""
    article.text = body.text or None
    article.html = body.html or None
    article.blocks = body.blocks
    article.images = body.images
    article.videos = body.videos
    article.links = body.links
    article.related = body.related
    article.tweets = body.tweets
    article.word_count = body.word_count


def _first(found: list[Found]) -> Any:
    return found[0].value if found else None


# -- which page it is


def _site(url: str) -> str:
    try:
        parts = urlsplit(url)
        return site_of(f"{parts.scheme}://{parts.netloc}")
    except ValueError:
        return "unknown"


_SHORTLINK = re.compile(r"[?&](?:p|page_id)=(\d{1,19})\b")
_BODY_ID = re.compile(r"(?:^|\s)(?:postid|page-id)-(\d{1,19})(?=\s|$)")
_REST_ID = re.compile(r"/wp/v2/[\w-]{1,60}/(\d{1,19})/?$")
_ARTICLE_ID = re.compile(r"post-(\d{1,19})")
_POST_CLASS = re.compile(r"(?:^|\s)(?:hentry|post|type-[\w-]{1,40})(?=\s|$)")
_WPDISCUZ_ID = re.compile(r'"wc_post_id"\s*:\s*"?(\d{1,19})')


def _post_id(survey: Survey, head: Head, text: str) -> str | None:
    """The post's number, by the places WordPress itself writes it; None in a page that has none, or several posts."""
    return (
        _number_in_body_class(survey)
        or _number_in_links(head)
        or _number_in_form(survey)
        or _number_of_only_post(survey)
        or _number_in_settings(text)
    )


def _number_in_body_class(survey: Survey) -> str | None:
    body = survey.root.find("body")
    found = _BODY_ID.search(body.get("class") or "") if body is not None else None
    return found[1] if found else None


def _number_in_links(head: Head) -> str | None:
    """The number in the address of the post's REST object, else in its short link."""
    for address in (*head.links.get("json", ()), *head.links.get("shortlink", ())):
        found = _REST_ID.search(address) or _SHORTLINK.search(address)
        if found:
            return found[1]
    return None


def _number_in_form(survey: Survey) -> str | None:
    """The number that the comment forms send, where they all send the same."""
    numbers = {field.get("value") or "" for field in survey.of("input") if field.get("name") == "comment_post_ID"}
    number = numbers.pop() if len(numbers) == 1 else ""
    return number if number.isdigit() and len(number) < 20 else None


def _number_of_only_post(survey: Survey) -> str | None:
    numbers = {
        found[1]
        for name, element in survey.marks.ids.items()
        if (found := _ARTICLE_ID.fullmatch(name))
        and (element.tag == "article" or _POST_CLASS.search(element.get("class") or ""))
    }
    return numbers.pop() if len(numbers) == 1 else None


def _number_in_settings(text: str) -> str | None:
    """The number in wpDiscuz' settings."""
    found = _WPDISCUZ_ID.search(text) if '"wc_post_id"' in text else None
    return found[1] if found else None


_UNWRITTEN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what is written: ids stand in logs and reports."""


def slug(url: str) -> str:
    """What names a post in its address where no number is known: the last part of its path, or the number of ``?p=``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "unknown"
    short = _SHORTLINK.search("?" + parts.query)
    if short:
        return short[1]
    pieces = [piece for piece in _UNWRITTEN.sub("", unquote(parts.path)).split("/") if piece]
    while len(pieces) > 1 and ((pieces[-1].isdigit() and len(pieces[-1]) < 3) or pieces[-1] in ("amp", "feed")):
        pieces.pop()
    return pieces[-1].removesuffix(".html").removesuffix(".htm")[:200] if pieces else "home"


def _canonical(head: Head, url: str) -> str | None:
    for address in (*head.links.get("canonical", ()), head.meta("og:url")):
        found = absolute(unescape(address), url) if address else None
        if found:  # a page of comments names itself: the article's own address is meant
            return _COMMENT_PAGE.sub(lambda part: part[1] or "", found.partition("#")[0])
    return None


_COMMENT_PAGE = re.compile(r"/comment-page-\d{1,5}(/?)$|[?&]cpage=\d{1,5}$")


def _aliases(head: Head, url: str, canonical: str | None) -> list[str]:
    """The other addresses the page names for itself: short link, AMP, and the one it was read from."""
    known = canonical or url
    aliases: dict[str, None] = {}
    for address in (*head.links.get("shortlink", ()), *head.links.get("amphtml", ())):
        found = absolute(unescape(address), url)
        if found and found != known:
            aliases.setdefault(found)
    if url != known and url.partition("#")[0] != known:
        aliases.setdefault(url.partition("#")[0])
    return list(aliases)[:20]


def _site_name(head: Head) -> str:
    name = head.meta("og:site_name", "application-name", "al:ios:app_name")
    if not name:
        for node in head.of_type("WebSite", "Organization", "NewsMediaOrganization"):
            name = said_text(node.get("name"))
            if name:
                break
    return unescape(name)


def _asks_password(form: HtmlElement) -> bool:
    return "post-password-form" in (form.get("class") or "") or "action=postpass" in (form.get("action") or "")


def is_protected(page: HtmlElement | dict[str, Any]) -> bool:
    """Whether a page (its tree) or a post's REST object is one that only a password opens."""
    if isinstance(page, dict):
        content = page.get("content")
        return bool(isinstance(content, dict) and content.get("protected"))
    return any(map(_asks_password, page.iter("form")))


# -- where the body is


_SIDEBAR = 500
"""Characters of running text, below which what stands apart from the headline may be a sidebar's."""


def _bodies(survey: Survey, quirks: Quirks) -> list[Candidate]:
    """The elements that may be the body, the likeliest first: the site's own rule before what the page shows."""
    named = _by_quirks(survey, quirks)
    if named is not None:
        return [named]
    mass = prose(survey)
    if is_without_body(survey, mass):
        return []
    candidates = ranked(survey, mass) or _by_name_alone(survey)
    if candidates and candidates[0].score >= _SURE:
        return candidates
    beside = beside_headline(survey)
    if beside is None:
        return _without_sidebar(survey, candidates, mass)
    if _may_be_post(beside, candidates, mass):
        candidates.insert(0, Candidate(beside, _SURE, "beside the headline"))
    return candidates


_SURE = 1.3
"""The score below which what stands beside the headline is asked as well."""


def _by_quirks(survey: Survey, quirks: Quirks) -> Candidate | None:
    for selector, written in zip(rules(quirks).bodies, quirks.body, strict=True):
        elements = selector(survey.root)
        for element in elements if isinstance(elements, list) else ():
            if isinstance(element, HtmlElement) and squash(element.text_content()):
                return Candidate(element, 3.0, f"the site's body {written}")
    return None


def _by_name_alone(survey: Survey) -> list[Candidate]:
    named = survey.marks.having("entry-content", "post-content", "wp-block-post-content")
    return [Candidate(element, 0.1, "name alone") for element in (*named, *survey.of("article"))]


def _may_be_post(beside: HtmlElement, candidates: list[Candidate], mass: dict[HtmlElement, int]) -> bool:
    """Whether what stands beside the headline may be the post, and not a line under it whose prose stands elsewhere."""
    best = candidates[0].element if candidates else None
    told = mass.get(best, 0) if best is not None else 0
    if best is beside or text_length(beside) * 4 <= told:
        return False
    return mass.get(beside, 0) * 2 >= told or best not in beside.iterancestors()


def _without_sidebar(survey: Survey, candidates: list[Candidate], mass: dict[HtmlElement, int]) -> list[Candidate]:
    """`candidates` without those of a sidebar, which may be the only text beside a post without a body."""
    if not candidates or candidates[0].why != "running text" or mass.get(candidates[0].element, 0) >= _SIDEBAR:
        return candidates
    apart = [candidate for candidate in candidates if holds_paragraphs(candidate.element)]  # no sidebar's
    best = candidates[0].element
    is_with_headlines = all(leads_home(heading) or best in heading.iterancestors() for heading in survey.of("h1"))
    return apart if apart or not is_with_headlines else candidates


def _told_body(head: Head, base: str, quirks: Quirks, shown: str) -> tuple[Body, HtmlElement] | None:
    """The body that JSON-LD tells, where the page shows another, shorter text in its place; None otherwise."""
    for node in head.articles:
        text = node.get("articleBody")
        if isinstance(text, str) and len(text) > max(300, len(shown)):
            if "<p" not in text and "&lt;p" in text:
                text = unescape(text)
            if "<" not in text:
                text = "".join(f"<p>{escape(line)}</p>" for line in unescape(text).split("\n") if line.strip())
            element = fragment(text)
            body = read_body(element, base, quirks)
            if len(body.text) > len(shown) and folded(body.text[:300])[:60] not in folded(shown):
                return body, element
    return None


# -- single fields


def _subtitles(found: Places, head: Head) -> list[Found]:
    every = []
    for element in found.subtitles:
        text = squash("".join(islice(element.itertext(), 50))[:2000])
        if text and len(text) < 500:
            every.append(Found(text, f"class {element.get('class')}", 0.7))
    for node in head.articles:
        text = said_text(node.get("alternativeHeadline"))
        if text:
            every.append(Found(text, "JSON-LD alternativeHeadline", 0.6))
    return every


def _said_list(head: Head, meta: str, key: str) -> list[str]:
    """Terms as Open Graph or JSON-LD list them; empty where a page only repeats search words."""
    said = [unescape(content) for content in head.metas.get(meta, ()) if content]
    if not said:
        for node in head.articles:
            value = node.get(key)
            values = value if isinstance(value, list) else [value]
            said = [squash(unescape(item)) for item in values if isinstance(item, str)]
            if said:
                break
    names = [name for item in said for name in (item.split(",") if len(said) == 1 else [item])]
    return list(dict.fromkeys(squash(name) for name in names if squash(name)))[:100]


_WORDS = re.compile(r"\w+")


def written_description(text: str, body: str) -> str | None:
    """`text` as a description, unless it is but the beginning of the body's text, cut by a plugin."""
    text = squash(text)
    if not text or not body:
        return text or None
    start = body[: 800 + 6 * len(text)]
    if text.rstrip("….[] ") in start:
        return None
    words = _WORDS.findall(text.casefold())
    if words and text[-1] in "….]":
        words = words[:-1] if len(words) > 3 else words
    said = " ".join(_WORDS.findall(start.casefold()))
    pieces = [" ".join(words[at : at + 6]) for at in range(0, len(words), 6)]
    pieces = [piece for piece in pieces if piece.count(" ") >= 3] or pieces
    hits = sum(piece in said for piece in pieces)
    return None if hits >= 0.7 * len(pieces) else text


_FIGURE_CAPTION = etree.XPath(
    "ancestor::figure[1]//figcaption | ancestor::*[contains(@class, 'wp-caption')][1]//*[contains(@class, 'wp-caption-text')]"
)


def _featured(survey: Survey, head: Head, url: str) -> Image | None:
    """The featured picture: the one the theme marks as such in the article, else Open Graph's."""
    for element in survey.marks.having("wp-post-image"):
        address = largest(element, url) if element.tag == "img" and not _in_other_post(element) else None
        if address:
            captions = _FIGURE_CAPTION(element)
            caption = squash(captions[0].text_content()) if isinstance(captions, list) and captions else ""
            return Image(url=address, alt=squash(element.get("alt")) or None, caption=caption or None)
    address = absolute(head.meta("og:image", "og:image:url", "twitter:image"), url)
    return Image(url=address) if address and is_picture(address) else None


def _in_other_post(element: HtmlElement) -> bool:
    for node in element.iterancestors("article", "div", "section", "aside", "nav", "footer", "li"):
        if node.tag in ("aside", "nav", "footer", "li"):
            return True
        names = node.get("class") or ""
        if "related" in names or "sidebar" in names or "widget" in names or "navigation" in names:
            return True
    return False


def with_featured(featured: Image | None, body: Body) -> list[Image]:
    """The pictures of `body` with the featured one first, each once; where the body shows it too, its own caption is kept."""
    if featured is None:
        return body.images
    key = picture_key(featured.url)
    same = next((image for image in body.images if picture_key(image.url) == key), None)
    if same is not None:
        return [same, *(image for image in body.images if image is not same)]
    if not body.images:
        featured.credit = featured.credit or body.credit
    return [featured, *body.images]


def _comments_open(survey: Survey) -> bool | None:
    marks = survey.marks
    if marks.has("commentform", "wpd-comments-open") or any(
        "wp-comments-post.php" in (form.get("action") or "") for form in survey.of("form")
    ):
        return True
    if marks.has("no-comments", "nocomments", "comments-closed", "wpd-comments-closed", "wpdcom"):
        return False
    listed = marks.ids.get("comments")
    return (
        False
        if listed is not None and any((node.get("id") or "").startswith("comment-") for node in listed.iter("*"))
        else None
    )


__all__ = ["ProtectedPost", "Reading", "article_from_html", "is_protected", "read_page", "slug", "take_body"]
