"""The locked set follows the bounds it was made from."""

import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent


def test_the_locked_set_has_everything_within_its_bounds_and_with_hashes() -> None:
    wanted = [
        Requirement(line.partition("#")[0].strip())
        for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
        if line.partition("#")[0].strip()
    ]
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {
        found[1].lower(): found[2]
        for found in re.finditer(r"^([\w.-]+)==(\S+?)(?: ;.*)? \\\n    --hash=sha256:", lock, re.MULTILINE)
    }
    lacking = [
        str(one)
        for one in wanted
        if locked.get(one.name.lower()) is None or not one.specifier.contains(locked[one.name.lower()])
    ]
    assert lacking == [], "make lock"
