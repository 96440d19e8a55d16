"""What the class names of themes and plugins say that an element tells of its article."""

from dataclasses import dataclass
from functools import lru_cache

from newsarchive.wordpress.furniture import word_set

_TITLES = word_set("entry-title post-title article-title p-name headline post_title entry_title single-title posttitle "
    "wp-block-post-title article-headline single-post-title post-headline story-title td-post-title entry-header-title tdb-title-text "
    "article__title post__title entry__title title page-title storytitle single__title headline__title elementor-heading-title news-title blog-title")  # fmt: skip
_SUBTITLES = word_set("subtitle sub-title entry-subtitle post-subtitle article-subtitle single-subtitle post_subtitle "
    "td-post-sub-title tdb-sub-title subheadline sub-headline deck dek entry-deck standfirst article-dek wps-subtitle the-subtitle jeg_post_subtitle")  # fmt: skip
AUTHORS = {"fn": 0.8, "p-author": 0.8, "author-name": 0.8, "post-author": 0.6, "entry-author": 0.65, "entry-author-name": 0.8, "author": 0.65, "vcard": 0.65, "byline": 0.55,
    "td-post-author-name": 0.75, "tdb-author-name": 0.8, "meta-author": 0.6, "by-author": 0.65, "post-author-name": 0.75, "article-author": 0.65, "author-link": 0.7, "author_name": 0.8,
    "posted-by": 0.5, "entry-meta-author": 0.65, "post-meta-author": 0.65, "autor": 0.6, "authors": 0.55, "article-author-name": 0.8, "author__name": 0.8, "post__author": 0.6, "jeg_meta_author": 0.6, "entry__author": 0.65, "wp-block-post-author__name": 0.85, "wp-block-post-author-name": 0.85, "writer": 0.5, "saboxplugin-authorname": 0.5, "authorname": 0.7}  # fmt: skip
"""How far a class name of bylines is trusted."""
_PUBLISHED = word_set("published updated dt-published")
_DATES = word_set(
    "entry-date post-date date posted-on postdate published-date publish-date article-date post_date entry_date meta-date time "
    "entry-time post-time entrydate articledate newsdate storydate publishdate dateline timestamp datetime publication-date date-published single-date the-date post-published "
    "td-post-date wp-block-post-date byline entry-meta post-meta postmetadata meta postinfo post-info meta-info article-meta "
    "story-date news-date pubdate date-header published-on post__date entry__date article__date article-info single-meta jeg_meta_date"
)
_LINES = word_set("meta info infos line list wrap wrapper box container")
_WHOLE_LINES = word_set("postinfo postmeta entryinfo entrymeta articleinfo articlemeta")
_OTHER_DATES = word_set("update updated modified event events")


@dataclass(frozen=True)
class Roles:
    """What an element may tell: by which class name, or empty."""

    title: str = ""
    subtitle: bool = False
    author: str = ""
    author_worth: float = 0.0
    date: str = ""


NOTHING = Roles()


_KNOWN = frozenset((*_TITLES, *_SUBTITLES, *AUTHORS, *_PUBLISHED, *_DATES))


def telling(classes: frozenset[str]) -> list[str]:
    """Those of a page's class names that say something."""
    hits = {
        name
        for name in classes
        if "ate" in name or "uth" in name or "uto" in name or "meta" in name or "writer" in name or not name.islower()
    }
    return [name for name in hits | (classes & _KNOWN) if role(name) is not NOTHING]


@lru_cache(maxsize=4096)
def role(name: str) -> Roles:
    """What one class name says; `NOTHING` for most."""
    name = name.lower()
    if "comment" in name:
        return NOTHING  # ".recipe-comments__author" tells of a comment
    worth = AUTHORS.get(name, 0.0)
    words = name.replace("_", "-").split("-") if len(name) < 60 else [""]
    if not worth and ("author" in name or "autor" in name):
        if words[-1] in ("author", "autor", "authors", "byline", "writer"):
            worth = 0.55
        elif words[-1] in ("name", "link", "fn", "title") and ("author" in words or "autor" in words):
            worth = 0.6
    elif not worth and len(words) > 1 and "writer" in words and words[-1] in ("name", "link"):
        worth = 0.6
    if name in _PUBLISHED:
        date = "published"
    elif name in _DATES or ("date" in words and _OTHER_DATES.isdisjoint(words)):
        date = name
    elif ("meta" in words and words[-1] in _LINES) or not _WHOLE_LINES.isdisjoint(words):
        date = "meta"  # a theme's own name for its meta line
    else:
        date = ""
    roles = Roles(name if name in _TITLES else "", name in _SUBTITLES, name if worth else "", worth, date)
    return roles if roles != NOTHING else NOTHING


@lru_cache(maxsize=2048)
def roles(names: str) -> Roles:
    """What a class attribute says: of several names, the first of a headline or a day, the surest of an author."""
    every = [one for name in names[:1000].split() if (one := role(name)) is not NOTHING]
    if len(every) < 2:
        return every[0] if every else NOTHING
    author = max(every, key=lambda one: one.author_worth)
    dates = [one.date for one in every if one.date]
    return Roles(
        next((one.title for one in every if one.title), ""),
        any(one.subtitle for one in every),
        author.author,
        author.author_worth,
        "published" if "published" in dates else next(iter(dates), ""),
    )
