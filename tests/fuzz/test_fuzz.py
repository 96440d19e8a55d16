"""Saved pages spoilt at random, and markup of nothing but oddities: no reader breaks a promise."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import PIECES, seeds
from tests.fuzz.targets import TARGETS

FOUND = sorted((Path(__file__).parent / "found").glob("*/*.bin"))
"""What broke a promise once: a file a finding, in the folder of its target."""


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A saved page in which pieces were cut out, doubled, swapped with others or put in."""
    body = draw(st.sampled_from(seeds()))
    start = draw(st.integers(0, max(0, len(body) - 6_000)))
    body = body[start : start + 6_000]  # shorter ones find the same in less time
    for _ in range(draw(st.integers(1, 8))):
        at = draw(st.integers(0, len(body)))
        end = min(len(body), at + draw(st.integers(0, 300)))
        how = draw(st.sampled_from(["cut", "double", "piece", "bytes", "end"]))
        if how == "cut":
            body = body[:at] + body[end:]
        elif how == "double":
            body = body[:end] + body[at:end] * draw(st.integers(1, 4)) + body[end:]
        elif how == "piece":
            body = body[:at] + draw(st.sampled_from(PIECES)) * draw(st.integers(1, 3)) + body[at:]
        elif how == "bytes":
            body = body[:at] + draw(st.binary(max_size=8)) + body[end:]
        else:
            body = body[:at]
    return body


odd = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=6)), max_size=40).map(b"".join)


@pytest.mark.parametrize("target", TARGETS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.one_of(spoilt(), odd))
def test_no_promise_is_broken(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_saved_whole_breaks_none_either(target: str) -> None:
    for body in seeds():
        TARGETS[target](body)


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_what_broke_one_once_breaks_none_now(file: Path) -> None:
    TARGETS[file.parent.name](file.read_bytes())
