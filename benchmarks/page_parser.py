"""The page reader against trafilatura, newspaper4k and bare lxml parsing, on the same pages, in turns.

    python -m benchmarks.page_parser              # about two minutes
    python -m benchmarks.page_parser --scores     # also the score on annotated pages, against benchmarks/page_scores.json

Each side is a process of its own; page after page, each reads it once and says how long that took, so whatever else the
machine does meets all of them. Prints the median and the mean for each, and the ratio to ours of the medians. The pages
are the annotated ones of NEWSARCHIVE_SHARED (``../shared``) where they are, else the project's own (tests/pages). The
peers live in ``build/bench`` (requirements-bench.txt); bare lxml is the floor: it parses and does nothing else.
"""

import argparse
import contextlib
import gzip
import importlib.util
import io
import json
import os
import platform
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


def scores() -> dict[str, Any] | None:
    """The row that the annotated pages' own scorer gives; None where they are not on this machine."""
    scorer = SHARED / "pages" / "score.py"
    if not scorer.is_file():
        return None
    spec = importlib.util.spec_from_file_location("page_score", scorer)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    from newsarchive.wordpress import article_from_html, thread_from_html

    with contextlib.redirect_stdout(io.StringIO()):
        row = module.score(module.dev_pages(), article_from_html, thread_from_html)
    return {
        name: row[name]
        for name in (
            "pages",
            "errors",
            "precision",
            "recall",
            "f1",
            "title",
            "author",
            "date",
            "comments_recall",
            "comments_leaked_into_text",
        )
    }


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
        row = scores()
        print(json.dumps(row))
        if asked.write and row:
            SCORES.write_text(json.dumps({"annotated": row}, indent=2) + "\n", "utf-8")
        kept = json.loads(SCORES.read_text("utf-8"))["annotated"]
        if row and any(row[name] < kept[name] for name in ("f1", "title", "author", "date", "comments_recall")):
            print(f"fallen below {kept}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
