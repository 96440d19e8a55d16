"""The locked set follows the bounds it was made from."""

import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


WANTED = (
    (ROOT / "requirements.txt")
    .read_text("utf-8")
    .partition("# --- what testing alone needs: not in requirements.lock ---\n")
)


def requirements(text: str) -> list[Requirement]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line]


def locked() -> dict[str, str]:
    """Versions by name, of what has hashes."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    found = re.finditer(r"^([\w.-]+)==(\S+?)(?: ;.*)? \\\n    --hash=sha256:", lock, re.MULTILINE)
    return {one[1].lower(): one[2] for one in found}


def test_the_locked_set_has_everything_within_its_bounds_and_with_hashes() -> None:
    held = locked()
    lacking = [
        str(one)
        for one in requirements(WANTED[0])
        if one.name.lower() not in held or not one.specifier.contains(held[one.name.lower()])
    ]
    assert lacking == [], "make lock"


def test_the_locked_set_has_nothing_that_testing_alone_needs() -> None:
    testing = [one.name for one in requirements(WANTED[2])]
    assert "pytest" in testing
    assert [name for name in testing if name in locked()] == []
