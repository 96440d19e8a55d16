"""The commands and files of docs/scrapyd.md, on a real Scrapyd in a directory of the test's own in place of /srv/newsarchive."""

import configparser
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawling import UNHURRIED
from tests.recipes.blocks import Block, blocks, run
from tests.scrapyd.daemon import ROOT, Scrapyd, checkout
from tests.sites import SampleSite

PAGE = blocks((ROOT / "docs/scrapyd.md").read_text("utf-8"))
FILES = {block.note: block.code for block in PAGE if block.language == "ini"}
UNITS = [name for name in FILES if name.startswith("/etc/systemd")]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_can_be_read_and_names_what_the_page_makes(name: str) -> None:
    unit = configparser.ConfigParser(strict=True, interpolation=None, comment_prefixes=("#",))
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # systemd's names keep their case
    unit.read_string(FILES[name])
    if name.endswith(".timer"):
        assert unit["Timer"]["OnCalendar"] == "*-*-* 03:17:00"
        return
    service = unit["Service"]
    assert service["User"] == "newsarchive"
    assert service["EnvironmentFile"] in FILES
    assert service["ExecStart"].split()[0] in {"/srv/newsarchive/venv/bin/scrapy", "/srv/newsarchive/venv/bin/scrapyd"}
    assert "/srv/newsarchive/archive" in service["ReadWritePaths"].split()
    assert service["NoNewPrivileges"] == service["PrivateTmp"] == "yes"
    assert service["ProtectSystem"] == "strict"


@pytest.mark.scrapyd
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is not on this machine (Debian: systemd)")
    for name in UNITS:
        # Neither the user nor the programs of a server are here; what is judged is the rest of the file.
        text = FILES[name].replace("User=newsarchive", "User=root").replace("Group=newsarchive", "Group=root")
        lines = [f"ExecStart={sys.executable}" if line.startswith("ExecStart=") else line for line in text.splitlines()]
        target = tmp_path / Path(name).name.replace("@.", "@southfront.")
        target.write_text("\n".join(lines).replace("/srv/newsarchive/checkout", "/"))
        done = subprocess.run(
            [analyze, "verify", "--man=no", str(target)], capture_output=True, text=True, timeout=60, check=False
        )
        said = [line for line in done.stderr.splitlines() if target.name in line]
        assert said == []


@pytest.mark.scrapyd
def test_the_commands_of_the_page_lead_from_nothing_to_a_verdict(tmp_path: Path) -> None:
    if not shutil.which("jq") or not shutil.which("curl"):
        pytest.fail("jq and curl are needed: apt-get install jq curl")
    here = tmp_path / "newsarchive"
    environ = {"NEWSARCHIVE_STORE": str(here / "archive")}
    conf = FILES["/srv/newsarchive/scrapyd/scrapyd.conf"].replace("[scrapyd]\n", "[scrapyd]\npoll_interval = 0.2\n")
    with SampleSite() as site:
        scrapyd = Scrapyd(here / "scrapyd", environ=environ, bin=here / "venv/bin", conf=conf)
        checkout(here / "checkout", scrapyd.url)
        options = " ".join(f"-d setting={name}={value}" for name, value in UNHURRIED.items())
        stands_for = {
            "/srv/newsarchive": str(here),
            "127.0.0.1:6800": f"127.0.0.1:{scrapyd.port}",
            "-d spider=southfront": f"-d spider=southfront -d url={site.url} {options}",
            "scrapy crawl southfront": f"scrapy crawl southfront -a url={site.url} "
            + " ".join(f"-s {name}={value}" for name, value in UNHURRIED.items()),
        }
        ran = []
        try:
            for block in PAGE:
                if not block.run or block.note == "as root":
                    continue
                code = block.code
                for name, value in stands_for.items():
                    code = code.replace(name, value)
                if "make deploy" in code:
                    scrapyd.start()
                printed = run(Block(block.heading, "sh", "", code, None), tmp_path, [Path(sys.executable).parent])
                if block.output is not None:
                    assert printed == block.output
                ran.append(printed)
            assert len(ran) == 6
            assert ran[1] == "complete\n"
            deployed = json.loads(ran[3][ran[3].index("{") :])
            assert (deployed["status"], deployed["spiders"]) == ("ok", 3)
        finally:
            if scrapyd.process is not None:
                scrapyd.__exit__()
