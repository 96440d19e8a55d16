"""When a comment was posted, as its markup says it: a machine's form before a person's."""

import re

from newsarchive.dates import parse_printed
from newsarchive.markup import squash
from newsarchive.wordpress.comment_parts import DAY_OR_HOUR, CommentParts

_PROPERTIES = ("datePublished", "dateCreated", "commentTime", "datetime")
_DATES = ("comment-date", "comment-time", "comment_date", "wp-block-comment-date", "comment__date")
_METAS = ("comment-metadata", "comment-meta", "commentmetadata", "comment_meta", "date", "time", "published", "comment-permalink")  # fmt: skip
_LONGEST = 150


def date_of(parts: CommentParts, number: str, author: str | None) -> str:
    """The date that the comment of this number (empty where it has none) and author says; empty where it says none."""
    return (
        _in_time(parts)
        or _in_property(parts)
        or _in_title(parts)
        or _in_permalink(parts, number)
        or _in_class(parts, author)
        or _in_cite(parts)
        or _alone(parts)
    )


def _in_time(parts: CommentParts) -> str:
    if parts.time is None:
        return ""
    said = parts.time.get("datetime") or ""
    return said if _is_exact(said) else squash(parts.time.text_content()) or said


def _in_property(parts: CommentParts) -> str:
    part = next(parts.of_property(*_PROPERTIES), None)
    return "" if part is None else squash(part.get("content") or part.get("datetime") or part.text_content())


def _in_title(parts: CommentParts) -> str:
    """A machine's time in a title, as hAtom has it: ``<abbr title="2019-03-07T14:47:00+0000">``."""
    titles = (part.get("title") or "" for part in parts.element.iter("abbr", "span", "a"))
    return next((title for title in titles if title[:4].isdigit() and _is_exact(title)), "")


def _in_permalink(parts: CommentParts, number: str) -> str:
    """The words of the comment's permalink, where they may be a date and are not but a number."""
    for link in parts.element.iter("a") if number else ():
        if (link.get("href") or "").endswith(f"#comment-{number}"):
            text = squash(link.text_content())
            digits = sum(map(str.isdigit, text))
            if digits >= 5 or (digits >= 3 and len(text) > 10):
                return text
    return ""


def _in_class(parts: CommentParts, author: str | None) -> str:
    """What a part says whose class is that of a date, or of the line that has it, without the author's name before it."""
    own = (name for name, part in parts.named.items() if part is not parts.element and _is_date(name))
    for part in parts.having(*_DATES, *own, *_METAS):
        text = squash(part.text_content())
        title = part.get("title") or ""
        if title and _is_day(title) and not _is_day(text):
            return title  # "3 years ago"
        text = _after_name(text, author)
        if any(map(str.isdigit, text)):
            return text[:_LONGEST]
    return ""


def _in_cite(parts: CommentParts) -> str:
    signature = squash(parts.cite.text_content()) if parts.cite is not None else ""
    return signature[:_LONGEST] if DAY_OR_HOUR.search(signature) else ""


def _alone(parts: CommentParts) -> str:
    """A date that stands alone somewhere before the words, without any mark."""
    texts = [parts.element.text]
    for part in parts.above_words():
        texts += (part.text, part.tail)
    for text in texts:
        said = squash(text)
        if 8 <= len(said) <= 60 and sum(map(str.isdigit, said)) >= 5 and parse_printed(said) is not None:
            return said
    return ""


def _is_exact(said: str) -> bool:
    """Whether a machine's time has the hour."""
    return len(said) >= 16 and "T" in said


def _is_day(text: str) -> bool:
    return parse_printed(text, any_language=False) is not None


def _is_date(name: str) -> bool:
    """Whether a theme's own class name is that of a day: "comment__date", but not WordPress' name for the comments of a user "date"."""
    return "comment" in name and name.endswith(("-date", "-time")) and not name.startswith("comment-author-")


_BETWEEN = re.compile(r"\s*[,|–—:•·@/(-]\s*|\s+(?=(?:on|am|le|el|il|op)\s)")


def _after_name(text: str, author: str | None) -> str:
    """`text` without the author's name that it begins with: "Jan — April 1st" is no day in January, "May 7" one in May."""
    if not author or not text.startswith(author):
        return text
    between = _BETWEEN.match(text, len(author))
    if between and parse_printed(text[between.end() :]) is not None:
        return text[between.end() :]
    return text
