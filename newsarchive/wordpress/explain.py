"""Why a page was read as it was: the rule behind each field, the candidates it beat, and what was cut."""

from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from newsarchive.counting import counted
from newsarchive.wordpress.candidates import Candidate
from newsarchive.wordpress.page import Reading

_BEATEN = 4
"""Beaten candidates shown of each field."""


def explanation(reading: Reading) -> Iterator[str]:
    """The lines of an explanation, for a person who adds a site: nothing in it is meant for a program."""
    article = reading.article
    yield f"id             {article.id}"
    yield f"address        {article.canonical_url or article.url}"
    yield f"language       {article.language}"
    for name, found in reading.found.items():
        yield ""
        if not found:
            yield f"{name:14} not said"
            continue
        yield f"{name:14} {_shown(found[0].value)}"
        yield f"    by {found[0].rule} ({found[0].worth:.2f})"
        for other in found[1 : 1 + _BEATEN]:
            yield f"    before {other.rule} ({other.worth:.2f}): {_shown(other.value)}"
    yield ""
    if reading.bodies:
        yield f"body           {_place(reading.bodies[0])}"
        for candidate in reading.bodies[1 : 1 + _BEATEN]:
            yield f"    before {_place(candidate)}"
    else:
        yield "body           none found"
    kinds: dict[str, int] = {}
    for block in article.blocks:
        kinds[block.type] = kinds.get(block.type, 0) + 1
    yield f"    {counted(article.word_count or 0, 'word')}; " + (
        ", ".join(counted(count, kind) for kind, count in kinds.items()) or "no blocks"
    )
    yield ""
    yield f"cut            {counted(len(reading.body.cut), 'piece')} of furniture"
    for rule, words in reading.body.cut:
        yield f"    {rule}: {_shown(words)}"
    if article.related:
        yield ""
        yield f"related        {counted(len(article.related), 'link')}"
        for link in article.related[:10]:
            yield f"    {_shown(link.title or link.url)}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    at = getattr(value, "at", None)
    text = f"{at} ({value.precision})" if at else str(value)
    return text if len(text) < 100 else text[:97] + "…"


def _place(candidate: Candidate) -> str:
    return f"{_selector(candidate.element)} by {candidate.why} ({candidate.score:.2f})"


def _selector(element: HtmlElement) -> str:
    """A CSS selector that names the element well enough to be found in the page's source."""
    name = element.get("id")
    if name:
        return f"{element.tag}#{name}"
    classes = (element.get("class") or "").split()
    return ".".join([str(element.tag), *classes[:3]])
