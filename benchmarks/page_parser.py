"""The page reader against trafilatura, newspaper4k and bare lxml parsing, on the same pages, in turns.

    python -m benchmarks.page_parser              # about two minutes
    python -m benchmarks.page_parser --scores     # also the scores on annotated pages, against benchmarks/page_scores.json

The scores are of the pages as they are, and of the same pages `blinded`: what is left where neither a theme's class names
nor metadata help.

Each side is a process of its own; page after page, each reads it once and says how long that took, so whatever else the
machine does meets all of them. Prints the median and the mean for each, and the ratio to ours of the medians. The pages
are the annotated ones of NEWSARCHIVE_SHARED (``../shared``) where they are, else the project's own (tests/pages). The
peers live in ``build/bench`` (requirements-bench.txt); bare lxml is the floor: it parses and does nothing else.
"""

import argparse
import contextlib
import gzip
import hashlib
import importlib.util
import io
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("NEWSARCHIVE_SHARED", ROOT.parent / "shared"))
SCORES = Path(__file__).with_name("page_scores.json")
SIDES = ("newsarchive", "with thread", "lxml", "trafilatura", "newspaper4k")


def pages() -> list[tuple[str, bytes]]:
    """Address and bytes of every page there is to read."""
    annotated = SHARED / "pages" / "annotations.json"
    if annotated.is_file():
        notes = json.loads(annotated.read_text("utf-8"))
        return [
            (url, gzip.decompress((annotated.parent / "html" / note["file"]).read_bytes()))
            for url, note in notes.items()
        ]
    own = sorted((ROOT / "tests" / "pages").glob("*/*/page.html"))
    return [(json.loads(page.with_name("expected.json").read_text("utf-8"))["url"], page.read_bytes()) for page in own]


def reader(side: str) -> Callable[[bytes, str], Any]:
    """What a side does with a page."""
    if side == "newsarchive":
        sys.path.insert(0, str(ROOT))
        from newsarchive.wordpress import article_from_html

        return article_from_html
    if side == "with thread":  # as a crawl by pages reads them: one tree for the article and its comments
        sys.path.insert(0, str(ROOT))
        from newsarchive.dates import Clock
        from newsarchive.markup import Document
        from newsarchive.thread_page import read_thread_page
        from newsarchive.wordpress import article_from_html

        def read_both(raw: bytes, url: str) -> Any:
            document = Document(raw)
            return article_from_html(document, url), read_thread_page(document, url, Clock())

        return read_both
    if side == "lxml":
        from lxml import html

        return lambda raw, url: html.document_fromstring(raw)
    if side == "trafilatura":
        import trafilatura

        return lambda raw, url: trafilatura.bare_extraction(
            raw.decode("utf-8", "replace"), url=url, include_comments=False, with_metadata=True
        )
    import newspaper

    def read(raw: bytes, url: str) -> Any:
        article = newspaper.Article(url, fetch_images=False)
        article.download(input_html=raw.decode("utf-8", "replace"))
        article.parse()
        return article

    return read


def work(side: str) -> None:
    """Reads the page whose number comes in a line, and answers with the seconds it took (CPU)."""
    read, every = reader(side), pages()
    said = sys.stdout
    for url, raw in every[:3]:  # imports and tables, once
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(Exception):
            read(raw, url)
    said.write("ready\n")
    said.flush()
    for line in sys.stdin:
        url, raw = every[int(line)]
        start = time.process_time()
        with (
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.suppress(Exception),
        ):  # a peer's failure is not timed apart
            read(raw, url)
        said.write(f"{time.process_time() - start}\n")
        said.flush()


def peers() -> Path:
    """The Python of ``build/bench``, made on first use."""
    place, wanted = ROOT / "build" / "bench", ROOT / "requirements-bench.txt"
    python, mark = place / "bin" / "python", place / "made-from"
    if not mark.exists() or mark.read_text("utf-8") != wanted.read_text("utf-8"):
        venv.create(place, with_pip=True, clear=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--upgrade", "pip"], check=True)  # pip 23 fails over lxml's extras
        subprocess.run([*install, "-r", str(wanted)], check=True)
        mark.write_text(wanted.read_text("utf-8"), "utf-8")
    return python


def measure(sides: list[str], every: int) -> dict[str, list[float]]:
    """Milliseconds of each page by side, the sides in turns."""
    python_of_peers = str(peers()) if {"trafilatura", "newspaper4k"} & set(sides) else ""
    workers = {}
    for side in sides:
        python = python_of_peers if side in ("trafilatura", "newspaper4k") else sys.executable
        command = [python, str(Path(__file__).resolve()), "--worker", side]
        workers[side] = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
    took: dict[str, list[float]] = {side: [] for side in sides}
    try:
        for side, worker in workers.items():
            assert worker.stdout is not None
            if worker.stdout.readline() != "ready\n":
                raise SystemExit(f"{side} does not start with {worker.args[0]}: run this with .venv/bin/python")  # type: ignore[index]
        for number in range(every):
            for side, worker in workers.items():
                assert worker.stdin is not None
                assert worker.stdout is not None
                worker.stdin.write(f"{number}\n")
                worker.stdin.flush()
                took[side].append(float(worker.stdout.readline()) * 1000)
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    return took


_JSON_LD = re.compile(rb"<script[^>]{0,300}ld\+json[^>]{0,300}>.*?</script>", re.S | re.I)
_META = re.compile(
    rb"<meta[^>]*(?:property|name)\s*=\s*[\"']?(?:og:|article:|twitter:|author|dc\.|parsely|sailthru|date|pub)[^>]*>",
    re.I,
)
_CLASS = re.compile(rb"(\sclass\s*=\s*)([\"'])(.*?)\2", re.S | re.I)


def blinded(raw: bytes) -> bytes:
    """A page without the metadata that names its title, author or time, and each of its class names replaced by one that says nothing."""

    def renamed(found: re.Match[bytes]) -> bytes:
        names = (b"x" + hashlib.sha256(name).hexdigest()[:8].encode() for name in found[3].split())
        return found[1] + found[2] + b" ".join(names) + found[2]

    return _CLASS.sub(renamed, _META.sub(b"", _JSON_LD.sub(b"", raw)))


COMPARED = ("f1", "title", "author", "date", "comments_recall")
"""The scores that may not fall."""


def scores() -> dict[str, dict[str, Any]]:
    """The rows that the annotated pages' own scorer gives, as they are and blinded; empty where they are not on this machine."""
    scorer = SHARED / "pages" / "score.py"
    if not scorer.is_file():
        return {}
    spec = importlib.util.spec_from_file_location("page_score", scorer)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from newsarchive.wordpress import article_from_html, thread_from_html

    every = list(module.dev_pages())
    with contextlib.redirect_stdout(io.StringIO()):
        rows = {
            "annotated": module.score(every, article_from_html, thread_from_html),
            "blinded": module.score(
                [(url, note, blinded(raw)) for url, note, raw in every], article_from_html, thread_from_html
            ),
        }
    kept = ("pages", "errors", "precision", "recall", *COMPARED, "comments_leaked_into_text")
    return {kind: {name: row[name] for name in kept} for kind, row in rows.items()}


def fallen(rows: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The scores of `rows` that are below the committed ones; empty where none is."""
    kept = json.loads(SCORES.read_text("utf-8"))
    low = {kind: {name: row[name] for name in COMPARED if row[name] < kept[kind][name]} for kind, row in rows.items()}
    return {kind: names for kind, names in low.items() if names}


def main() -> int:
    """Prints the table; 1 where a score has fallen below the committed one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worker", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="*", choices=SIDES, help="these sides alone")
    parser.add_argument("--scores", action="store_true", help="score the annotated pages, too")
    parser.add_argument("--write", action="store_true", help="keep the scores as the committed table")
    asked = parser.parse_args()
    if asked.worker:
        work(asked.worker)
        return 0
    sys.path.insert(0, str(ROOT))
    count = len(pages())
    took = measure(list(asked.only or SIDES), count)
    print(
        f"{count} pages, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}; CPU milliseconds a page"
    )
    ours = statistics.median(took["newsarchive"]) if "newsarchive" in took else None
    for side, times in took.items():
        ratio = f"   {statistics.median(times) / ours:6.2f} x ours" if ours else ""
        print(f"{side:12} median {statistics.median(times):8.2f}   mean {statistics.fmean(times):8.2f}{ratio}")
    if asked.scores or asked.write:
        rows = scores()
        for kind, row in rows.items():
            print(f"{kind}: {json.dumps(row)}")
        if asked.write and rows:
            SCORES.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
        if low := fallen(rows):
            print(f"fallen below {SCORES.name}: {low}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
