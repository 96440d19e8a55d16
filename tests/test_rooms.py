"""The walls of the house: who may import whom, and what files are called."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FORBIDDEN = {
    "newsarchive": {"spiders", "pipelines", "tests"},
    "spiders": {"pipelines", "tests"},
    "pipelines": {"spiders", "tests"},
}


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", FORBIDDEN)
def test_imports_go_one_way(room: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(imported(path) & FORBIDDEN[room])
        for path in (ROOT / room).rglob("*.py")
        if imported(path) & FORBIDDEN[room]
    }
    assert wrong == {}


def test_nothing_is_called_by_what_it_is_not() -> None:
    names = {path.stem for room in FORBIDDEN for path in (ROOT / room).rglob("*.py")}
    assert names & {"utils", "util", "helpers", "helper", "common", "misc"} == set()


def test_a_spider_is_called_like_its_file() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = {path.stem for path in (ROOT / "spiders").glob("*.py")} - {"__init__", "base"}
    assert set(listed.stdout.split()) == files


def test_the_projects_spiders_win_over_another_package_of_that_name(tmp_path: Path) -> None:
    other = tmp_path / "spiders"
    other.mkdir()
    (other / "__init__.py").write_text("raise RuntimeError('the wrong spiders')\n")
    listed = subprocess.run(
        [sys.executable, "-P", "-m", "scrapy", "list"]
        if sys.version_info >= (3, 11)
        else [sys.executable, "-m", "scrapy", "list"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "southfront" in listed.stdout.split(), listed.stderr[-800:]


READING = """
import sys
from newsarchive.tweets import find_references, parse_status_url
from newsarchive.wordpress import article_from_html, thread_from_html
from newsarchive.wpdiscuz import comments
page = "<html lang=en><title>A</title><article id=post-7><h1>A</h1><p>Some words.</p></article></html>"
article_from_html(page, "https://example.org/a/"), thread_from_html(page, "https://example.org/a/")
comments(page), find_references(page), parse_status_url("https://twitter.com/x/status/1")
print(sorted({"scrapy", "twisted"} & set(sys.modules)))
"""


def test_reading_a_page_of_ones_own_loads_nothing_that_crawls() -> None:
    read = subprocess.run([sys.executable, "-c", READING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert read.stdout == "[]\n"
