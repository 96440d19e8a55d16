from pathlib import Path

from newsarchive.verdict import EXIT_CODES

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "failures.md").read_text("utf-8")


def test_every_rule_is_explained() -> None:
    rules = {path.name for path in (ROOT / "tests" / "guard" / "pages").iterdir()}
    assert {rule for rule in rules if f"`{rule}`" not in TEXT} == set()


def test_every_exit_code_is_explained() -> None:
    assert {name for name, code in EXIT_CODES.items() if f"| {code} | {name} |" not in TEXT} == set()
