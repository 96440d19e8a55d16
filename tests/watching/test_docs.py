"""The commands of docs/watching.md."""

import sys
from pathlib import Path

import pytest

from tests.crawling import ROOT, UNHURRIED
from tests.recipes.blocks import Block, blocks, run
from tests.sites import SampleSite

COMMANDS = [block for block in blocks((ROOT / "docs/watching.md").read_text("utf-8")) if block.run]


@pytest.mark.recipes
@pytest.mark.parametrize("number", range(len(COMMANDS)))
def test_a_command_prints_what_it_says(tmp_path: Path, number: int) -> None:
    block = COMMANDS[number]
    (tmp_path / "scrapy.cfg").write_bytes((ROOT / "scrapy.cfg").read_bytes())
    with SampleSite() as site:
        options = " ".join(f"-s {name}={value}" for name, value in UNHURRIED.items())
        code = block.code.replace("crawl southfront", f"crawl southfront -a url={site.url} {options}")
        printed = run(
            Block(block.heading, "sh", "", code, None), tmp_path, [Path(sys.executable).parent],
            PYTHONPATH=str(ROOT), NEWSARCHIVE_STORE=str(tmp_path / "archive"),
        )  # fmt: skip
    assert printed == block.output


def test_the_page_has_a_command_for_each_way_of_watching() -> None:
    assert [block.heading for block in COMMANDS] == ["What a run was", "Logs as JSON", "Prometheus"]
