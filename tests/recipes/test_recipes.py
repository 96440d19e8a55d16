"""Every command of docs/recipes.md, run on an archive of the sample site by the tools themselves."""

import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawling import ROOT, crawl
from tests.environments import environment
from tests.recipes.blocks import Block, blocks, run
from tests.sites import SampleSite

pytestmark = pytest.mark.recipes
PAGE = blocks((ROOT / "docs/recipes.md").read_text("utf-8"))
HEADINGS = list(dict.fromkeys(block.heading for block in PAGE))


def tools() -> Path:
    return environment("recipes", ROOT / "requirements-recipes.txt", ROOT / "requirements-browse.txt")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's directory with an archive of the sample site, and the Parquet files that one recipe makes for the others."""
    if not shutil.which("jq"):
        pytest.fail("jq is not installed: apt-get install jq")
    here = tmp_path_factory.mktemp("recipes")
    with SampleSite() as site:
        assert crawl(site, here / "archive").exit_code == 0
    shutil.copy(ROOT / "scrapy.cfg", here)
    for block in PAGE:
        if block.heading == "Parquet" and block.language == "sh":
            run_here(block, here)
    return here


def run_here(block: Block, here: Path) -> str:
    return run(
        block, here, [tools(), Path(sys.executable).parent],
        PYTHONPATH=str(ROOT), NEWSARCHIVE_STORE=str(here / "archive"), HF_HUB_OFFLINE="1", HF_HOME=str(here / "hf"),
    )  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_recipe_prints_what_it_says(place: Path, heading: str) -> None:
    ran = 0
    for block in PAGE:
        if block.heading == heading and block.run:
            for made in ("articles.parquet", "comments.parquet"):
                if made in block.code and "export" in block.code:
                    (place / made).unlink(missing_ok=True)
            printed = run_here(block, place)
            assert printed.strip(), block.code
            if block.output is not None:
                assert printed == block.output
            ran += 1
    assert ran or heading == "Spark"


def test_a_bulk_file_is_actions_and_documents_in_turn(place: Path) -> None:
    lines = [json.loads(line) for line in (place / "articles.bulk.ndjson").read_text("utf-8").splitlines()]
    assert [list(line) for line in lines[::2]] == [["index"]] * 29
    assert [line["index"]["_id"] for line in lines[::2]] == [line["id"] for line in lines[1::2]]


@pytest.mark.parametrize("compression", ["zst", "gz"])
def test_compressed_parts_are_read_to_their_end(tmp_path: Path, compression: str) -> None:
    with SampleSite(n_articles=220, comments_per_article=1) as site:
        assert crawl(site, tmp_path / "archive", "-s", f"NEWSARCHIVE_COMPRESSION={compression}").exit_code == 0
        count = len(site.truth())
    code = (
        "import duckdb, glob, pandas, polars\n"
        "files = glob.glob('archive/*/articles/*/*.jsonl*')\n"
        "print(len(files), duckdb.sql(\"SELECT count(*) FROM read_json('archive/*/articles/*/*.jsonl*')\").fetchall()[0][0],"
        " sum(len(pandas.read_json(file, lines=True, dtype=False)) for file in files),"
        " polars.scan_ndjson('archive/*/articles/*/*.jsonl*', infer_schema_length=None).select(polars.len()).collect().item())"
    )
    printed = run(Block("", "python", "", code, None), tmp_path, [tools()])
    assert printed.split() == ["1", str(count), str(count), str(count)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pages over an archive of the sample site with its hostile articles."""
    here = tmp_path_factory.mktemp("browse")
    with SampleSite(hostile=True) as site:
        assert crawl(site, here / "archive").exit_code == 0
        site.edit(4107, title="Plan To Force The Sarvo Bridge Stalls")
        (lead,) = [post for post in site.truth() if post["id"] == "4107"]
        site.remove_comment(int(lead["comments"][-1]["id"]))
        assert crawl(site, here / "archive", full=1).exit_code == 0
    shutil.copy(ROOT / "scrapy.cfg", here)
    build = Block("", "sh", "", f"scrapy browse --only-build --store '{here}/archive' --database newsarchive.db", None)
    run(build, here, [Path(sys.executable).parent], PYTHONPATH=str(ROOT))
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    browse = ROOT / "newsarchive/browse"
    with (here / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(tools() / "datasette"), "serve", "--immutable", "newsarchive.db", "--plugins-dir", str(browse / "plugins"),
             "--template-dir", str(browse / "templates"), "--metadata", str(browse / "metadata.json"), "--port", str(port)],
            cwd=here, env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(url, timeout=5).close()
                break
            except urllib.error.URLError:
                assert time.monotonic() < until, (here / "log").read_text()
                assert process.poll() is None, (here / "log").read_text()
                time.sleep(0.1)  # it is starting
        yield url
    finally:
        process.terminate()
        process.wait(20)


def fetch(url: str) -> tuple[str, str]:
    """The page and its policy."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


def test_the_page_of_an_article_has_its_thread_its_tweets_and_its_revisions(served: str) -> None:
    page, policy = fetch(f"{served}/-/article/southfront/4107")
    assert "Plan To Force The Sarvo Bridge Stalls" in page
    assert page.count('class="tweet"') == 4  # three in the text, one in a comment
    assert page.count('class="comment l') == 26
    assert "answers Old Pilot" in page
    assert "Article, revision 2" in page
    assert "default-src 'none'" in policy


def test_every_article_has_a_page_and_nothing_hostile_is_markup_in_it(served: str) -> None:
    tables, _ = fetch(f"{served}/newsarchive/articles.json?_size=200&_shape=array&_col=id")
    ids = [row["id"] for row in json.loads(tables)]
    assert len(ids) == 39
    for id in ids:
        page, _ = fetch(f"{served}/-/article/{id}")
        lowered = page.lower()
        assert [
            bad
            for bad in ("<script", "<iframe", "<img", "<svg", "<object", " onerror=", 'href="javascript:')
            if bad in lowered
        ] == [], id


def test_the_search_finds_articles_comments_and_tweets_and_takes_any_text(served: str) -> None:
    page, _ = fetch(f"{served}/-/search?q=bridge")
    assert page.count("<mark>bridge</mark>") >= 5
    for text in ("%22%20OR%20%28%20%2A", "", "%00", "%3Cscript%3E", "NEAR%28a%20b%29", "a" * 3000):
        page, _ = fetch(f"{served}/-/search?q={text}")
        assert "<script" not in page.lower()


@pytest.mark.chromium
def test_a_browser_shows_it_without_a_word_of_complaint(served: str, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium is not None
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--window-size=1280,2400",
         f"--user-data-dir={tmp_path}/profile", f"--screenshot={tmp_path}/page.png", f"{served}/-/article/southfront/4107"],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (tmp_path / "page.png").stat().st_size > 50_000, done.stderr[-2000:]
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
