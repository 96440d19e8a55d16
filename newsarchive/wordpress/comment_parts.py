"""The parts of one comment's markup, by what names them: classes, microdata, and the elements made for names and times."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from newsarchive.items import CommentKind
from newsarchive.markup import squash

AUTHORS = (
    "fn", "comment-author-name", "wp-block-comment-author-name", "comment-author-link", "comment_author_name", "comment__author-name",
    "comment-author",
)  # fmt: skip
"""What themes call the name of a comment's author, the surest first."""
LIKELY_AUTHORS = (
    "comment_author", "comment__author", "commentauthor", "author-name", "author", "comment-name", "commenter", "user-name", "username", "name",
)  # fmt: skip
"""The same, of classes that other things have as well."""
_EVERY_AUTHOR = {*AUTHORS, *LIKELY_AUTHORS}
_BODIES = (
    "comment-content", "wp-block-comment-content", "comment-text", "comment_text", "commenttext", "comment__content", "comment__text", "comment_content", "commentcontent",
    "comment-body-text", "dsq-comment-message", "comment-entry", "commententry", "comment-message", "comment-copy", "comment-txt", "comment-main-content", "comment-inner-content",
)  # fmt: skip
_BODY_PROPERTIES = ("text", "commentText", "reviewBody", "description")
DAY_OR_HOUR = re.compile(r"\b(?:19|20)\d\d\b|\d[:.h]\d\d")
TRAILING_SAYS = re.compile(r"\s*(?:\bsays?|\bsagt|\bschreibt|\bmeint|\ba dit|\bdit|\bdice|\bdijo|\bsaid|\bwrote|\bhat gesagt|\bscrive|\bha detto|\bdiz|\bdisse|\bpisze|\bskrev|\bskriver|\bschreef|\bzegt|\bscrisse|\bescribió|\bcomentou|\ba écrit|\bnapisał(?:a|\(a\))?|\bnapsal(?:a|\(a\))?|\bnapísal(?:a|\(a\))?|\bsäger|\bsiger|\bsier|\bsanoo|\bszerint|\bspune|\bпишет|\bговорит|\bнаписал(?:а|\(а\))?|\bпише|\bкаже|\bλέει|\bdedi ki|\bdiyor ki|\bberkata|يقول|قال|说道?|說道?|より|:)\s*[:：]?\s*$", re.I)  # fmt: skip
"""That somebody says, after their name, in the words of WordPress' translations."""


def kind_of(element: HtmlElement) -> CommentKind:
    """What a comment is, by the class that WordPress gives it (``comment_class``), as wpDiscuz' lists do too."""
    classes = (element.get("class") or "").split()
    return "pingback" if "pingback" in classes else "trackback" if "trackback" in classes else "comment"


class CommentParts:
    """What names which part of the comment that `element` holds, as it was when this was made."""

    def __init__(self, element: HtmlElement) -> None:
        self.element = element
        self.named: dict[str, HtmlElement] = {}
        """The first part of each class; of an author's, the first that says something: one around the picture alone names nobody."""
        self.properties: dict[str, HtmlElement] = {}
        """The first part of each itemprop."""
        self.cite: HtmlElement | None = None
        self.time: HtmlElement | None = None
        named = self.named
        for part in element.iter("*"):
            names = part.get("class")
            if names:
                for name in names.split():
                    if name not in named or (name in _EVERY_AUTHOR and not squash(named[name].text_content())):
                        named[name] = part
            prop = part.get("itemprop")
            if prop:
                self.properties.setdefault(prop, part)
            tag = part.tag
            if tag == "cite" and self.cite is None:
                self.cite = part
            elif tag == "time" and self.time is None:
                self.time = part
        self.body = self._body()
        """What holds the words and nothing else; None where nothing is marked so."""

    def having(self, *names: str) -> Iterator[HtmlElement]:
        """The parts of the classes, in the order of `names`."""
        return (self.named[name] for name in names if name in self.named)

    def of_property(self, *names: str) -> Iterator[HtmlElement]:
        """The parts of the itemprops, in the order of `names`."""
        return (self.properties[name] for name in names if name in self.properties)

    def _body(self) -> HtmlElement | None:
        body = next(self.having(*_BODIES), None)
        if body is None:
            body = next(self.of_property(*_BODY_PROPERTIES), None)
        if body is None:
            return None
        # The words have an element of their own inside, where a theme names both so: ".comment-content > .comment-entry".
        return next((part for part in self.having(*_BODIES) if body in part.iterancestors()), body)

    def above_words(self) -> Iterator[HtmlElement]:
        """The parts that stand before the words; all but the paragraphs, where the words are not marked."""
        return islice(self._above_words(), 200)

    def _above_words(self) -> Iterator[HtmlElement]:
        for part in self.element.iterdescendants("*"):
            if part is self.body:
                return
            if self.body is not None or all(above.tag != "p" for above in part.iterancestors()):
                yield part
