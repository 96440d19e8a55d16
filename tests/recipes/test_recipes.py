"""Every command of docs/recipes.md, run on an archive of the sample site by the tools themselves."""

import gzip
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
import zstandard

from tests.archive.seaweed import KEYS, Seaweed
from tests.crawling import ROOT, crawl
from tests.environments import environment
from tests.recipes.blocks import Block, blocks, run
from tests.recipes.bulk import BulkServer
from tests.sites import SampleSite

pytestmark = pytest.mark.recipes
PAGE = blocks((ROOT / "docs/recipes.md").read_text("utf-8"))
HEADINGS = list(dict.fromkeys(block.heading for block in PAGE))


def tools() -> Path:
    return environment("recipes", ROOT / "requirements-recipes.txt", ROOT / "requirements-browse.txt")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's directory with an archive of the sample site, and the files that some recipes make for others."""
    for program in ("jq", "zstdcat"):
        if not shutil.which(program):
            pytest.fail(f"{program} is not installed: apt-get install jq zstd")
    here = tmp_path_factory.mktemp("recipes")
    with SampleSite() as site:
        assert crawl(site, here / "archive").exit_code == 0
    shutil.copy(ROOT / "scrapy.cfg", here)
    for block in PAGE:
        if block.heading in {"Types", "Parquet"} and block.language == "sh":
            run_here(block, here)
    return here


def run_here(block: Block, here: Path, **env: str) -> str:
    return run(
        block, here, [tools(), Path(sys.executable).parent],
        PYTHONPATH=str(ROOT), NEWSARCHIVE_STORE=str(here / "archive"), HF_HUB_OFFLINE="1", HF_HOME=str(here / "hf"), **env,
    )  # fmt: skip


def of(heading: str) -> list[Block]:
    """The blocks under a heading that are to be run."""
    return [block for block in PAGE if block.heading == heading and block.run]


NEEDS_MORE = {"DuckDB on S3", "Elasticsearch and OpenSearch", "Spark"}
"""Recipes that have a test of their own, for a server or Java."""


@pytest.mark.parametrize("heading", [heading for heading in HEADINGS if heading not in NEEDS_MORE and of(heading)])
def test_a_recipe_prints_what_it_says(place: Path, heading: str) -> None:
    for block in of(heading):
        for made in ("articles.parquet", "comments.parquet"):
            if made in block.code and "export" in block.code:
                (place / made).unlink(missing_ok=True)
        printed = run_here(block, place)
        assert printed.strip(), block.code
        if block.output is not None:
            assert printed == block.output


def test_duckdb_reads_the_archive_from_a_real_s3_server(place: Path, tmp_path: Path) -> None:
    (block,) = of("DuckDB on S3")
    home = extension_home(tmp_path / "home")
    with Seaweed(tmp_path / "s3") as s3, SampleSite() as site, pytest.MonkeyPatch.context() as environ:
        for name, value in (KEYS | {"AWS_ENDPOINT_URL": s3.url, "NEWSARCHIVE_LOCAL": str(tmp_path / "spool")}).items():
            environ.setenv(name, value)
        assert crawl(site, tmp_path / "none", "-s", "NEWSARCHIVE_STORE=s3://archive/news").exit_code == 0
        printed = run_here(
            block, place, HOME=str(home), DUCKDB_S3_ENDPOINT=s3.url.removeprefix("http://"), DUCKDB_S3_USE_SSL="false"
        )
    assert printed == block.output


def extension_home(home: Path) -> Path:
    """A home in which ``INSTALL httpfs`` finds DuckDB's extension already there, from PyPI and not from DuckDB's own server."""
    code = (
        "import duckdb, duckdb_extension_httpfs as one, pathlib, shutil, sys\n"
        "(file,) = pathlib.Path(one.__file__).parent.rglob(f'v{duckdb.__version__}/*.duckdb_extension')\n"
        "system = duckdb.sql('PRAGMA platform').fetchall()[0][0]\n"
        "target = pathlib.Path(sys.argv[1]) / '.duckdb/extensions' / f'v{duckdb.__version__}' / system\n"
        "target.mkdir(parents=True)\n"
        "shutil.copy(file, target)\n"
    )
    subprocess.run([tools() / "python", "-c", code, str(home)], check=True)
    return home


def test_a_server_takes_the_bulk_format_and_every_field_keeps_its_type(place: Path) -> None:
    with BulkServer() as server:
        printed = ""
        for block in of("Elasticsearch and OpenSearch"):
            code = block.code.replace("localhost:9200", f"127.0.0.1:{server.port}")
            said = run_here(replace(block, code=code), place)
            assert said == block.output
            printed += said
        assert printed == "true\nfalse\n"
        assert len(server.indices["articles"].documents) == 29
        assert "southfront/4107" in server.indices["articles"].documents


def test_spark_reads_every_site_and_its_days(place: Path, tmp_path: Path) -> None:
    if not shutil.which("java"):
        pytest.skip("Java is not on this machine (Debian: default-jre-headless)")
    (block,) = of("Spark")
    spark = environment("spark", ROOT / "requirements-spark.txt")
    own = {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(tmp_path)}
    assert run(block, place, [spark], **own) == block.output
    (tmp_path / "archive").mkdir()
    for site in ("one", "two"):
        shutil.copytree(place / "archive/southfront", tmp_path / "archive" / site)
    shutil.copytree(place / "types", tmp_path / "types")
    assert run(block, tmp_path, [spark], **own) == "[('ar', 2), ('ru-RU', 2), ('en-US', 54)]\n"


def test_a_day_that_fills_what_was_null_before_is_read_with_its_types(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "types", tmp_path / "types")
    for kind, types in (("articles", "article"), ("threads", "comment_thread")):
        (part,) = (place / f"archive/southfront/{kind}").glob("date=*/*.jsonl")
        lines = [json.loads(line) for line in part.read_text("utf-8").splitlines()]
        schema = pyarrow.parquet.read_schema(place / f"types/{types}.parquet")
        for day, of_day in (("2026-11-01", lines), ("2026-11-02", [filled(line, schema) for line in lines])):
            folder = tmp_path / f"archive/southfront/{kind}/date={day}"
            folder.mkdir(parents=True)
            (folder / "part.jsonl").write_text("".join(json.dumps(line) + "\n" for line in of_day), "utf-8")
    shutil.copy(place / "articles.parquet", tmp_path)
    assert run_here(of("DuckDB")[0], tmp_path) == "[('en-US', 54, 452), ('ar', 2, 0), ('ru-RU', 2, 0)]\n"
    assert run_here(of("polars")[0], tmp_path) == "(58, 452, 58)\n"
    assert run_here(of("pyarrow")[0], tmp_path) == "29\n58\n"


def filled(value: Any, kind: Any) -> Any:
    """`value` with something of the type `kind` (a schema, or a type of pyarrow) in the place of every null."""
    if isinstance(kind, pyarrow.Schema) or pyarrow.types.is_struct(kind):
        fields = list(kind) if isinstance(kind, pyarrow.Schema) else kind.fields
        return {field.name: filled((value or {}).get(field.name), field.type) for field in fields}
    if pyarrow.types.is_list(kind):
        return [filled(one, kind.value_type) for one in value or ()]
    if value is not None:
        return value
    return {pyarrow.int64(): 0, pyarrow.bool_(): True, pyarrow.float64(): 0.5}.get(kind, "later")


def test_a_query_for_one_day_opens_no_other(place: Path, tmp_path: Path) -> None:
    shutil.copytree(place / "types", tmp_path / "types")
    shutil.copytree(place / "archive/southfront", tmp_path / "archive/southfront")
    (tmp_path / "archive/southfront/articles/date=2020-01-01").mkdir()
    (tmp_path / "archive/southfront/articles/date=2020-01-01/part.jsonl").write_text("no line\n")
    block = of("DuckDB")[0]
    assert run_here(block, tmp_path) == block.output


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


READERS = """
import duckdb, gzip, json, pandas, polars, pyarrow, pyarrow.dataset, pyarrow.json, subprocess, sys, zlib, zstandard
from datasets import load_dataset

file = sys.argv[1]
zst = file.endswith(".zst")
raw = open(file, "rb").read()


def count(read):
    try:
        return read()
    except pyarrow.ArrowInvalid:
        return "refused"


json.dump({
    "duckdb": duckdb.sql(f"SELECT count(*) FROM read_json('{file}')").fetchall()[0][0],
    "pandas": len(pandas.read_json(file, lines=True, dtype=False)),
    "polars": polars.scan_ndjson(file).select(polars.len()).collect().item(),
    "datasets": load_dataset("json", data_files=file, split="train", cache_dir="cache").num_rows,
    "pyarrow.json": pyarrow.json.read_json(file).num_rows,
    "pyarrow.dataset": count(lambda: pyarrow.dataset.dataset(file, format="json").count_rows()),
    "cat": subprocess.run(["zstdcat" if zst else "zcat", file], capture_output=True, check=True).stdout.count(b"\\n"),
    "open": sum(1 for _ in (zstandard.open if zst else gzip.open)(file, "rt")),
    "decompressobj": (zstandard.ZstdDecompressor().decompressobj() if zst else zlib.decompressobj(31)).decompress(raw).count(b"\\n"),
    "decompress": zstandard.ZstdDecompressor().decompress(raw).count(b"\\n") if zst else None,
}, sys.stdout)
"""
FIRST_ALONE = {"decompressobj", "decompress"}


@pytest.mark.parametrize("ending", ["zst", "gz"])
def test_readers_of_several_frames_are_those_that_the_page_names(tmp_path: Path, ending: str) -> None:
    frames = [b"".join(b'{"id": %d}\n' % number for number in range(at, at + 10)) for at in (0, 10, 20)]
    packed = [zstandard.compress(one) if ending == "zst" else gzip.compress(one) for one in frames]
    (tmp_path / f"part.jsonl.{ending}").write_bytes(b"".join(packed))
    done = subprocess.run(
        [tools() / "python", "-c", READERS, f"part.jsonl.{ending}"],
        cwd=tmp_path, env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    counts = json.loads(done.stdout)
    expected = {name: 10 if name in FIRST_ALONE else 30 for name in counts}
    if ending == "zst":
        expected["pyarrow.dataset"] = "refused"
    else:
        expected["decompress"] = None
    assert counts == expected


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the pages over an archive of the sample site with its hostile articles."""
    here = tmp_path_factory.mktemp("browse")
    with SampleSite(hostile=True) as site:
        assert crawl(site, here / "archive").exit_code == 0
        site.edit(4107, title="Plan To Force The Sarvo Bridge Stalls")
        (lead,) = [post for post in site.truth() if post["id"] == "4107"]
        site.remove_comment(int(lead["comments"][-1]["id"]))
        site.edit_comment(int(lead["comments"][0]["id"]), "I take that back.")
        assert crawl(site, here / "archive", full=1).exit_code == 0
    with SampleSite(articles=False, n_articles=3) as other:
        assert crawl(other, here / "archive", spider="wordpress").exit_code == 0
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
    assert "I take that back." in page
    assert page.count("<summary>earlier words</summary>") == 1
    assert "1 removed: " in page
    assert "1 edited: " in page
    assert "default-src 'none'" in policy


def test_every_article_has_a_page_and_nothing_hostile_is_markup_in_it(served: str) -> None:
    tables, _ = fetch(f"{served}/newsarchive/articles.json?_size=200&_shape=array&_col=id")
    ids = [row["id"] for row in json.loads(tables)]
    assert len(ids) == 42
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
    # A word of the title weighs more than one of a short text.
    assert re.findall(r'<h3><a href="[^"]*">(.*?)</a>', page)[0] == "Plan To Force The Sarvo Bridge Stalls"
    for text in ("%22%20OR%20%28%20%2A", "", "%00", "%3Cscript%3E", "NEAR%28a%20b%29", "a" * 3000):
        page, _ = fetch(f"{served}/-/search?q={text}")
        assert "<script" not in page.lower()


def test_the_front_page_shows_all_sites_or_one_alone(served: str) -> None:
    page, _ = fetch(served)
    assert "<h1>2 sites</h1>" in page
    assert page.count('class="entry"') == 40
    of_site = [where for where in re.findall(r'href="(/\?site=[^"]+)"', page) if "southfront" not in where]
    assert len(of_site) == 1
    page, _ = fetch(served + of_site[0])
    assert page.count('class="entry"') == 3
    page, _ = fetch(f"{served}/?site=southfront&skip=30")
    assert page.count('class="entry"') == 9
    assert '<a href="/?skip=0&amp;site=southfront">' in page


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
