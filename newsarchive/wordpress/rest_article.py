"""An article, read from a post as WordPress' REST API gives it (``/wp-json/wp/v2/posts``; WordPress 4.7 to 6.x)."""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import Any

from newsarchive import SOFTWARE
from newsarchive.items import Article, Image
from newsarchive.markup import fragment, squash
from newsarchive.wordpress.addresses import absolute
from newsarchive.wordpress.authors import author_name
from newsarchive.wordpress.body import read_body
from newsarchive.wordpress.language import language_of
from newsarchive.wordpress.moments import exact
from newsarchive.wordpress.page import is_protected, slug, take_body, with_featured, written_description
from newsarchive.wordpress.quirks import Quirks

_TAGS = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|big|br|cite|code|del|em|font|i|ins|kbd|mark|p|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]{0,2000}>",
    re.I,
)
_DOTS = "(?:…|&hellip;|&#8230;)"
_CUT = re.compile(rf"\s*<p>[^<>]*(?:{_DOTS}|\[{_DOTS}\]|\.\.\.)\s*</p>\s*")
"""An excerpt that is seen to be cut before it is parsed: most are."""
Names = Mapping[str, Mapping[str, str]]
"""What the numbers in a post stand for: ``{"authors": {"2": "Jane Doe"}, "categories": {…}, "tags": {…}}``, ids as strings."""


def article_from_rest(
    post: Mapping[str, Any],
    *,
    site: str,
    base_url: str,
    quirks: Quirks = Quirks(),
    names: Names | None = None,
    language: str | None = None,
    fetched_at: str | None = None,
) -> Article | None:
    """The article of a post's REST object; None for one that only a password opens, or that is no published post.

    Names of authors, categories and tags come from the post's ``_embedded`` where it has them (ask with
    ``_embed=author,wp:term,wp:featuredmedia``), else from `names`; without either they are unknown. `language` is what
    the site's pages declare, for REST does not say it; without it the text's own is detected. What is missing or of an
    unexpected type in `post` is null: nothing is raised.
    """
    if is_protected(dict(post)) or post.get("status") not in (None, "publish"):
        return None
    embedded = post.get("_embedded")
    embedded = embedded if isinstance(embedded, Mapping) else {}
    link = absolute(_text(post.get("link")), base_url)
    url = link or absolute(f"?p={post.get('id')}", base_url) or base_url
    content = fragment(_rendered(post.get("content")))
    title = squash(unescape(_TAGS.sub("", _rendered(post.get("title"))))) or None
    body = read_body(content, url, quirks)
    article = Article(site=site, url=url, source="rest", software=SOFTWARE, fetched_at=fetched_at)
    number = _number(post.get("id"))
    article.id = f"{site}/{number or _text(post.get('slug')) or slug(url)}"
    take_body(article, body)
    article.title = title
    article.authors = _authors(post, embedded, names)
    article.categories = _terms("categories", "category", post, embedded, names)
    article.tags = _terms("tags", "post_tag", post, embedded, names)
    article.published_at, article.published_at_precision = _time(post.get("date_gmt"), post.get("date"))
    article.modified_at, article.modified_at_precision = _time(post.get("modified_gmt"), post.get("modified"))
    if article.modified_at and article.published_at and article.modified_at < article.published_at:
        article.modified_at = article.modified_at_precision = None  # a post that was scheduled
    seo = post.get("yoast_head_json")
    seo = seo if isinstance(seo, Mapping) else {}
    for summary in (seo.get("description"), seo.get("og_description"), _own_excerpt(_rendered(post.get("excerpt")))):
        article.description = written_description(unescape(_text(summary)), body.text)
        if article.description:
            break
    article.language = language_of(language, body.text)
    article.images = with_featured(_featured(embedded, url), body)
    article.comments_open = {"open": True, "closed": False}.get(_text(post.get("comment_status")))
    article.canonical_url = absolute(_text(seo.get("canonical")), base_url) or link
    if number:
        short = absolute(f"?p={number}", base_url)
        if short and short != article.canonical_url:
            article.aliases = [short]
    return article


def fill_from_page(article: Article, page: Article) -> Article:
    """`article`, read by REST, with what REST cannot know or did not say filled in from the post's page."""
    article.subtitle = article.subtitle or page.subtitle
    article.authors = article.authors or page.authors
    article.description = article.description or page.description
    article.language = page.language or article.language
    if article.comment_count is None:
        article.comment_count = page.comment_count
    article.aliases = list(dict.fromkeys([*article.aliases, *page.aliases]))
    article.source = "rest+page"
    return article


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Any) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**19:
        return str(value)
    return value if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20 else None


def _rendered(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("rendered")
    return _text(value)


def _own_excerpt(markup: str) -> str:
    """The words of an excerpt that the author wrote; empty for one cut from the body by WordPress, which ends in dots."""
    if _CUT.fullmatch(markup):
        return ""
    excerpt = fragment(markup)
    for more in [anchor for anchor in excerpt.iter("a") if "more" in (anchor.get("class") or "")]:
        more.drop_tree()
    shown = squash(excerpt.text_content())
    return "" if shown.endswith(("…", "[…]", "...")) else shown


def _time(gmt: Any, local: Any) -> tuple[Any, Any]:
    """A post's time: its ``…_gmt`` field, which WordPress writes without zone; the local one where that is lacking."""
    moment = exact(_text(gmt) + "Z") if _text(gmt) and not _text(gmt).startswith("0000") else None
    if moment is None:
        moment = exact(_text(local))
    return (moment.at, moment.precision) if moment else (None, None)


def _name_list(value: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _authors(post: Mapping[str, Any], embedded: Mapping[str, Any], names: Names | None) -> list[str]:
    found = [_text(author.get("name")) for author in _name_list(embedded.get("author"))]
    if not any(found):
        found = [(names or {}).get("authors", {}).get(str(post.get("author")), "")]
    if not any(found):
        seo = post.get("yoast_head_json")
        found = [_text(seo.get("author"))] if isinstance(seo, Mapping) else []
    clean = (author_name(unescape(name)) for name in found if name)
    return list(dict.fromkeys(name for name in clean if name))


def _terms(
    key: str, taxonomy: str, post: Mapping[str, Any], embedded: Mapping[str, Any], names: Names | None
) -> list[str]:
    groups = embedded.get("wp:term")
    terms = (
        [term for group in groups if isinstance(group, list) for term in _name_list(group)]
        if isinstance(groups, list)
        else []
    )
    found = [_text(term.get("name")) for term in terms if term.get("taxonomy") == taxonomy]
    if not found:
        known = (names or {}).get(key, {})
        ids = post.get(key)
        found = [known.get(str(term), "") for term in ids] if isinstance(ids, list) else []
    clean = (squash(unescape(name)) for name in found)
    return list(dict.fromkeys(name for name in clean if name))


def _featured(embedded: Mapping[str, Any], url: str) -> Image | None:
    for media in _name_list(embedded.get("wp:featuredmedia")):
        address = absolute(_text(media.get("source_url")), url)
        if address:
            caption = squash(fragment(_rendered(media.get("caption"))).text_content())
            return Image(url=address, alt=squash(_text(media.get("alt_text"))) or None, caption=caption or None)
    return None


__all__ = ["Names", "article_from_rest"]
