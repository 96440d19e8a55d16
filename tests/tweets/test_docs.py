"""What docs/tweets.md says is so."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from newsarchive.tweets.outcome import Target
from newsarchive.tweets.resolvers import DEFAULT, KNOWN, Context, load
from newsarchive.tweets.states import RULES

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tweets.md").read_text()
EXAMPLE = next(block for block in re.findall(r"```python\n(.*?)```", PAGE, re.S) if "class Mirror" in block)


@pytest.fixture
def example():
    module = ModuleType("resolver_of_the_docs")
    exec(compile(EXAMPLE, "docs/tweets.md", "exec"), module.__dict__)
    sys.modules[module.__name__] = module
    yield module
    del sys.modules[module.__name__]


def test_the_example_is_a_resolver_by_its_import_path(example):
    [mirror] = load(["markup", "resolver_of_the_docs.Mirror"], Context())
    target = Target(id="20")
    assert mirror.request([target]).url == "https://tweets.example.org/20.json"
    [told] = mirror.parse(200, {}, b'{"text": "Words"}', [target])
    assert told.content.text == "Words"
    assert mirror.parse(429, {}, b"", [target])[0].answer == "rate_limited"
    assert mirror.parse(200, {}, b"<html>", [target])[0].answer == "nothing"


def test_every_setting_of_the_code_is_in_the_table_and_the_other_way_round():
    code = "".join(
        path.read_text()
        for folder in ("newsarchive/tweets", "pipelines", "spiders")
        for path in (ROOT / folder).rglob("*.py")
    )
    used = set(re.findall(r"NEWSARCHIVE_TWEET_[A-Z_]+[A-Z]", code))
    documented = set(re.findall(r"\| `(NEWSARCHIVE_TWEET_[A-Z_]+)`", PAGE))
    assert used == documented


def test_every_resolver_and_every_state_is_explained():
    for name in (*DEFAULT, *KNOWN):
        assert f"`{name}`" in PAGE
    for ruling in RULES.values():
        assert ruling.state is None or f"`{ruling.state}`" in PAGE


def test_the_default_chain_is_the_documented_one():
    assert f"`{','.join(DEFAULT)}`" in PAGE
