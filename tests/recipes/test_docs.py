"""Every command of the pages that have no test of their own, run as it stands there but for the site's address and its politeness."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.archive.seaweed import KEYS, Seaweed
from tests.crawling import ROOT, UNHURRIED, crawl
from tests.recipes.blocks import Block, blocks, run
from tests.sites import SampleSite

ALL = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TESTS = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__))
PAGES = [page for page in ALL if not re.search(rf'"docs(/|" / "){page.name}"', TESTS) or page.name == "tweets.md"]
"""Those that no other test names; of docs/tweets.md one runs a single example."""
BY_CI = {"make demo": "make -s demo", "make test": "make test"}
"""Commands that .ci/run runs itself, and how."""
CASES = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page.read_text("utf-8")))
    if block.run and "class Mirror" not in block.code
]


@pytest.mark.parametrize("page", ALL, ids=lambda page: page.stem)
def test_every_block_says_what_it_is_and_what_is_not_run_says_why(page: Path) -> None:
    fences = re.findall(r"^```([^\n]*)$", page.read_text("utf-8"), re.MULTILINE)
    assert [said for said in fences[::2] if not said] == []
    assert [said for said in fences if said.startswith(("bash", "shell", "console"))] == []  # they are called sh here
    assert [said for said in fences if "not run" in said and not re.search(r"not run: \w+", said)] == []


def as_commands(code: str, url: str) -> str:
    """The code for a site on this machine, whose address is `url`."""
    for line in code.splitlines():
        if (said := line.partition("#")[0].strip()) in BY_CI:
            assert BY_CI[said] in (ROOT / ".ci/run").read_text("utf-8")
            code = code.replace(line, "")
    if "make crawl" in code:
        made = subprocess.run(["make", "-n", "crawl"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        code = code.replace("make crawl", made.splitlines()[-1])
    code = code.replace(".venv/bin/scrapy", "scrapy")
    options = " ".join(f"-s {name}={value}" for name, value in UNHURRIED.items())
    code = re.sub(r"-a url=https://example\.org\b", f"-a url={url}", code)
    code = re.sub(r"\bcrawl (southfront)\b(?! -a url)", rf"crawl \1 -a url={url}", code)
    return re.sub(r"\bcrawl (\w+)", rf"crawl \1 {options}", code)


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("archived")
    with SampleSite() as site:
        assert crawl(site, here / "archive").exit_code == 0
    return here / "archive"


@pytest.mark.recipes
@pytest.mark.parametrize("block", CASES)
def test_the_commands_of_a_page_do_what_they_are_there_for(
    block: Block, archived: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    shutil.copytree(archived, tmp_path / "archive")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("NEWSARCHIVE_TWEET_RESOLVERS", "markup")
    with SampleSite() as site:
        if block.language == "python":
            python(block, site, tmp_path)
        elif block.heading == "S3":
            with Seaweed(tmp_path / "s3") as s3:
                for name, value in (KEYS | {"AWS_ENDPOINT_URL": s3.url, "NEWSARCHIVE_LOCAL": "archive"}).items():
                    monkeypatch.setenv(name, value)
                    block = replace(block, code=block.code.replace(f"{name}=…", f"{name}={value}"))
                block = replace(block, code=block.code.replace("https://s3.example.net", s3.url))
                monkeypatch.setenv("NEWSARCHIVE_STORE", "s3://archive/prefix")
                shell(replace(block, code=block.code.replace("s3://bucket/", "s3://archive/")), site, tmp_path)
        else:
            shell(block, site, tmp_path)


def shell(block: Block, site: SampleSite, here: Path) -> None:
    code = as_commands(block.code, site.url)
    printed = run(replace(block, code=code), here, [Path(sys.executable).parent])
    assert block.output is None or printed == block.output


def python(block: Block, site: SampleSite, here: Path) -> None:
    if "SiteSpider" in block.code:
        file = here / "exampletimes.py"
        file.write_text(re.sub(r'home = "[^"]+"', f'home = "{site.url}"', block.code), "utf-8")
        options = " ".join(f"-s {name}={value}" for name, value in UNHURRIED.items())
        printed = run(
            replace(block, language="sh", code=f"scrapy runspider {file} {options} 2>&1"),
            here,
            [Path(sys.executable).parent],
        )
        named = re.search(r'site_name = "([^"]+)"', block.code)
        assert named is not None
        assert f"{named[1]}: COMPLETE (exit code 0)" in printed
        return
    names: dict[str, object] = {"html": "<p>https://twitter.com/river/status/1103483853686165505</p>"}
    with pytest.MonkeyPatch.context() as place:
        place.chdir(here)
        exec(compile(block.code, block.heading, "exec"), names)
    if "article" in block.code:
        assert names["article"]["type"] == "article"  # type: ignore[index]
