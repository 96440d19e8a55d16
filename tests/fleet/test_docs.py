"""The commands of docs/scaling.md, run for real on a PostgreSQL and two sites of the test's own."""

import configparser
import shutil
import sys
from pathlib import Path

import pytest

from tests.crawling import ROOT, UNHURRIED
from tests.fleet.postgres import Postgres
from tests.fleet.running import lines
from tests.recipes.blocks import Block, blocks, run
from tests.sites import SampleSite

PAGE = blocks((ROOT / "docs/scaling.md").read_text("utf-8"))
FILES = {block.note: block.code for block in PAGE if block.language == "ini"}


@pytest.mark.fleet
@pytest.mark.slow
def test_the_commands_of_the_page_lead_from_a_bare_server_to_an_archive(postgres: Postgres, tmp_path: Path) -> None:
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    options = " ".join(f"-s {name}={value}" for name, value in UNHURRIED.items())
    env = {
        "NEWSARCHIVE_DATABASE": f"postgresql://newsarchive@127.0.0.1:{postgres.port}/newsarchive",
        "NEWSARCHIVE_STORE": str(tmp_path / "archive"), "PYTHONPATH": str(ROOT),
        "PGHOST": "127.0.0.1", "PGPORT": str(postgres.port), "PGUSER": "archive",
    }  # fmt: skip
    printed: list[tuple[str, str]] = []
    with SampleSite() as one, SampleSite(articles=False, n_articles=12) as two:
        for block in PAGE:
            if not block.run or block.note == "as root":
                continue
            code = block.code.replace("plan southfront https://news.example.org/", f"plan {one.url}/ {two.url}/")
            code = code.replace("fleet work", f"fleet {options} work").replace(
                "news.example.org", two.url.removeprefix("http://").replace(":", "_")
            )
            said = run(
                Block(block.heading, "sh", "", code, None), tmp_path, [Path(sys.executable).parent, postgres.bin], **env
            )
            printed.append((block.code.split("\n")[0], said))
    said = dict(printed)
    assert len(printed) == 6
    assert said["scrapy fleet status"].endswith("0 workers, 0 articles and threads left, 0 tweets\n0\n")
    assert "its next plan reads from the parts what is known" in said["scrapy fleet retry"]
    assert len(lines(tmp_path / "archive")) == 2 * (29 + 12)
    assert (tmp_path / "fleet.dump").stat().st_size > 10_000


def test_the_unit_restarts_the_worker_and_lets_it_write_where_the_archive_is() -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's names keep their case
    unit.read_string(FILES["/etc/systemd/system/newsarchive-worker.service"])
    service = unit["Service"]
    assert service["Restart"] == "always"
    assert service["ExecStart"].split()[1:3] == ["fleet", "work"]
    assert service["EnvironmentFile"] in FILES
    assert FILES["/etc/newsarchive.env"].count(service["ReadWritePaths"]) == 2
    assert int(service["TimeoutStopSec"]) > 60  # a worker that ends publishes what it has, for a minute at most


def test_every_setting_of_the_page_is_a_setting() -> None:
    settings = (ROOT / "newsarchive/settings.py").read_text("utf-8")
    named = [
        line.split("`")[1]
        for line in (ROOT / "docs/scaling.md").read_text("utf-8").splitlines()
        if line.startswith("| `NEWS")
    ]
    assert named == ["NEWSARCHIVE_DATABASE", "NEWSARCHIVE_FLEET_BATCH"]
    assert [name for name in named if f"\n{name} = " not in settings] == []
