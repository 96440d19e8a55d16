"""Every folder of ``pages/<rule>/<case>`` is an answer that the rule must find, every one of ``good/<case>`` one that none may."""

import json
from pathlib import Path

import pytest

from newsarchive.fetch import Answer
from newsarchive.guard import Expect, judge
from newsarchive.guard.rules import RULES

HERE = Path(__file__).parent
BAD = sorted(path.parent for path in (HERE / "pages").glob("*/*/case.json"))
GOOD = sorted(path.parent for path in (HERE / "good").glob("*/case.json"))


def load(folder: Path) -> tuple[Answer, Expect]:
    case = json.loads((folder / "case.json").read_text("utf-8"))
    (body,) = folder.glob("body.*")
    expect = case["expect"]
    answer = Answer(
        url=case["url"],
        asked=case.get("asked", case["url"]),
        status=case["status"],
        headers=case["headers"],
        body=body.read_bytes(),
    )
    return answer, Expect(**{**expect, "hosts": frozenset(expect.get("hosts", ()))})


@pytest.mark.parametrize("folder", BAD, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_is_held_back_by_its_rule(folder: Path) -> None:
    answer, expect = load(folder)
    incident = judge(answer, expect)
    assert incident is not None
    assert incident.rule == folder.parent.name
    assert incident.reason.endswith(".") is False
    assert len(incident.evidence.matched) <= 200
    assert incident.evidence.status == answer.status
    assert len(incident.evidence.body_sha256) == 64


@pytest.mark.parametrize("folder", GOOD, ids=lambda folder: folder.name)
def test_good_answer_passes(folder: Path) -> None:
    assert judge(*load(folder)) is None


def test_every_rule_of_the_table_has_an_example() -> None:
    shown = {folder.parent.name for folder in BAD}
    assert {rule.name for rule in RULES} - shown == set()


def test_rule_names_are_unique() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


def test_marks_are_lower_case() -> None:
    for rule in RULES:
        for mark in (*rule.anywhere, *(part for marks in (*rule.marks, *rule.weak_marks) for part in marks)):
            assert mark == mark.lower(), (rule.name, mark)
        for title in (*rule.titles, *rule.weak_titles):
            assert title == title.lower(), (rule.name, title)
