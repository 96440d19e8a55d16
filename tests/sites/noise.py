"""What differs from answer to answer and means nothing."""

import random
from collections.abc import Sequence
from typing import TypeVar

from .options import Options

Thing = TypeVar("Thing")


class Noise:
    """Gives a fixed value while `options.noise` is off, and another each time while it is on."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._random = random.Random(0)

    def counter(self, usual: int) -> int:
        """How often something was seen, shared or given."""
        return self._random.randrange(100_000) if self.options.noise else usual

    def token(self, usual: str) -> str:
        """A nonce, or a class name that a build step made up."""
        return f"{usual}{self._random.randrange(16**6):06x}" if self.options.noise else usual

    def ago(self, usual: str) -> str:
        """A relative time."""
        return f"{self._random.randrange(2, 59)} minutes ago" if self.options.noise else usual

    def order(self, things: Sequence[Thing]) -> list[Thing]:
        """Things whose order says nothing."""
        mixed = list(things)
        if self.options.noise:
            self._random.shuffle(mixed)
        return mixed

    def spelling(self, markup: str) -> str:
        """The same characters, some of them as entities."""
        if not self.options.noise:
            return markup
        for plain, entity in (
            ("’", "&#8217;"),
            ("“", "&#8220;"),
            ("”", "&rdquo;"),
            ("—", "&#x2014;"),
            ("–", "&ndash;"),
        ):
            parts = markup.split(plain)
            markup = parts[0] + "".join(self._random.choice((plain, entity)) + part for part in parts[1:])
        return markup
