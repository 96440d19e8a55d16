"""Which values are secrets, and text without them."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from scrapy.settings import BaseSettings

MASK = "[secret]"
SHORTEST = 6
"""A value of fewer characters is no secret worth the name, and masking it would eat half of every log."""

_NAME = re.compile(
    r"secret|token|passw|credential|api_?key|access_key|private_key|bearer|cookie|_auth\b|_pass\b", re.IGNORECASE
)
_NO_SECRET = re.compile(r"^(?:COOKIES_|.*_(?:FILE|DIR|PATH|URL|ENABLED|DEBUG)$)")
"""Names that say the words above and hold none: switches, places."""
_IN_ADDRESS = re.compile(r"://[^\s/@:]{0,200}:([^\s/]{1,200})@|\bpassword=(?:'([^']{1,200})'|([^\s&'\"]{1,200}))")
_SHAPES = re.compile(
    r"(?<=://)[^\s/@:\"']{0,200}:[^\s/\"']{1,200}(?=@)"
    r"|(?<=\bpassword=)(?:'[^']{1,200}'|[^\s&'\"]{1,200})"
    r"|(?<=[Bb]earer )[\w.~+/%=-]{6,2000}"
    r"|(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])"
    r"|(?<=x-amz-security-token:)[\w+/=%-]{6,4000}"
    r"|(?<=X-Amz-Signature=)[0-9a-f]{6,200}"
)
"""What is a secret wherever it stands: user and password of an address or a libpq connection string, bearer tokens, keys and
signatures of AWS."""


class Mask:
    """Puts `MASK` in the place of every secret in a text, as it is or as JSON and addresses write it.

    >>> Mask(["s3cr3t/value"])("sent s3cr3t/value to postgresql://ann:hidden@db/news")
    'sent [secret] to postgresql://[secret]@db/news'
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        forms = {
            form
            for one in secrets
            if len(one) >= SHORTEST
            for form in (one, json.dumps(one)[1:-1], quote(one, safe=""))
        }
        longest_first = sorted(forms, key=lambda one: (-len(one), one))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __call__(self, text: str) -> str:
        """`text` without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        return _SHAPES.sub(MASK, text)


def _secrets(values: Iterable[tuple[str, Any]]) -> Iterable[str]:
    for name, value in values:
        if not isinstance(value, str) or not value:
            continue
        if _NAME.search(name) and not _NO_SECRET.match(name):
            yield value
        for found in _IN_ADDRESS.finditer(value):
            yield found[found.lastindex or 1]


def mask_of(settings: BaseSettings, environ: Mapping[str, str] = os.environ) -> Mask:
    """The mask for whatever is secret by its name, or is a password in an address, in the settings and the environment."""
    # Not by settings[name]: asking for a deprecated one warns.
    values = [(name, attribute.value) for name, attribute in settings.attributes.items()]
    return Mask([*_secrets(environ.items()), *_secrets(values)])
