"""The locked set follows the bounds it was made from."""

import re
from pathlib import Path

import pytest
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


def locked(name: str = "requirements.lock") -> dict[str, str]:
    """Versions by name, of what has hashes."""
    lock = (ROOT / name).read_text("utf-8")
    found = re.finditer(r"^([\w.-]+)==(\S+?)(?: ;.*)? \\\n    --hash=sha256:", lock, re.MULTILINE)
    return {one[1].lower(): one[2] for one in found}


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", WANTED[0]),
        ("requirements-fleet.lock", (ROOT / "requirements-fleet.txt").read_text("utf-8")),
    ],
)
def test_a_locked_set_has_everything_within_its_bounds_and_with_hashes(lock: str, wanted: str) -> None:
    held = locked(lock)
    lacking = [
        str(one)
        for one in requirements(wanted)
        if one.name.lower() not in held or not one.specifier.contains(held[one.name.lower()])
    ]
    assert lacking == [], "make lock"


def test_both_locked_sets_can_be_installed_into_one_environment() -> None:
    held, beside = locked(), locked("requirements-fleet.lock")
    assert {name: beside[name] for name in beside.keys() & held.keys() if beside[name] != held[name]} == {}


def test_the_locked_set_has_nothing_that_testing_alone_needs() -> None:
    testing = [one.name for one in requirements(WANTED[2])]
    assert "pytest" in testing
    assert [name for name in testing if name in locked()] == []
