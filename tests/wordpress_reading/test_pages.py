"""Pages of many themes, each a folder: ``page.html`` in, the fields of ``expected.json`` out. A new folder is a new test."""

import dataclasses
import json
from pathlib import Path

import pytest

from newsarchive.wordpress import article_from_html

PAGES = Path(__file__).parent.parent / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/expected.json"))


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_page_gives_what_its_folder_expects(folder: Path) -> None:
    said = json.loads((folder / "expected.json").read_text("utf-8"))
    article = dataclasses.asdict(article_from_html((folder / "page.html").read_bytes(), said["url"]))
    assert {name: article[name] for name in said["expected"]} == said["expected"]
    assert [words for words in said["absent"] if words in (article["text"] or "")] == []


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_page_is_read_the_same_twice(folder: Path) -> None:
    html, url = (folder / "page.html").read_bytes(), json.loads((folder / "expected.json").read_text("utf-8"))["url"]
    assert article_from_html(html, url) == article_from_html(html.decode(), url)


def test_there_are_at_least_a_dozen_pages() -> None:
    assert len(CASES) >= 12
