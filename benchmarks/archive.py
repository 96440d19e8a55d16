"""What the archive costs: ``python -m benchmarks.archive`` prints a table; ``--ids 10000000`` for the index at full size.

Beside it, in the same run: a plain ``set`` for the look-up, and Scrapy's own feed exporter for the writing.
"""

import argparse
import os
import random
import resource
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from scrapy.exporters import JsonLinesItemExporter

from newsarchive.archive import Archive, Options
from newsarchive.archive.index import Index, Known, Place, Row
from newsarchive.archive.layout import Site
from newsarchive.archive.repair import rebuild
from newsarchive.identity import fingerprint
from newsarchive.items import Article, Block

WORDS = [f"word{number}" for number in range(5000)]


def articles(count: int) -> list[Article]:
    """Articles whose lines have 10 KB, as a body counts twice: as text and as blocks."""
    chance = random.Random(1)
    made = []
    for number in range(count):
        paragraphs = [" ".join(chance.choices(WORDS, k=46)) for _ in range(10)]
        made.append(
            Article(
                id=f"bench/{number}",
                site="bench",
                url=f"https://bench.example/{number}/",
                fetched_at="2026-05-04T12:00:00Z",
                source="rest",
                title=f"Title {number}",
                text="\n\n".join(paragraphs),
                tags=["a", "b"],
                authors=["Ann Lee"],
                blocks=[Block(type="paragraph", text=text) for text in paragraphs],
            )
        )
    return made


def rss_mb() -> float:
    """Memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def append_rate(root: Path, items: list[Article], options: Options, group: int = 100) -> tuple[float, float]:
    """(lines a second, bytes a line) appended and made durable `group` at a time by a thread, as in a crawl."""
    with Archive(root, "bench", options) as archive:
        more, done = threading.Event(), threading.Event()

        def flusher() -> None:
            while not done.is_set():
                more.wait()
                more.clear()
                archive.flush()

        thread = threading.Thread(target=flusher)
        thread.start()
        start = time.perf_counter()
        for number, item in enumerate(items, 1):
            archive.append(item)
            if number % group == 0:
                more.set()
        done.set()
        more.set()
        thread.join()
        archive.flush()
        seconds = time.perf_counter() - start
        return len(items) / seconds, archive.counts["bytes"] / len(items)


def feed_rate(path: Path, items: list[Article]) -> float:
    """Lines a second of Scrapy's exporter, durable only at its end."""
    start = time.perf_counter()
    with path.open("wb") as file:
        exporter = JsonLinesItemExporter(file, encoding="utf-8")
        for item in items:
            exporter.export_item(item)
        file.flush()
        os.fsync(file.fileno())
    return len(items) / (time.perf_counter() - start)


def known_rows(start: int, stop: int, prints: dict[str, str | None]) -> Iterator[Row]:
    """Index rows of articles that are held."""
    for number in range(start, stop):
        place = Place(
            part=f"articles/date=2026-05-04/p{number // 100_000}", offset=number % 100_000 * 10_000, length=10_000
        )
        known = Known(
            kind="article", id=f"bench/{number}", revision=1, content_hash="0" * 64, prints=prints, fetched_at="2026-05-04T12:00:00Z",
            source="rest", url=f"https://bench.example/{number}/", place=place,
        )  # fmt: skip
        yield Row(known=known)


def index_cost(path: Path, ids: int, prints: dict[str, str | None], probes: int = 50_000, batch: int = 100) -> None:
    """Fill an index with `ids`, then measure look-up and commit an item: half of the items are known, half are new."""
    index = Index(path, write=True)
    start, step = time.perf_counter(), 20_000
    for first in range(0, ids, step):
        index.commit(known_rows(first, min(first + step, ids), prints))
    filled = time.perf_counter() - start
    before = rss_mb()
    reader = Index(path)
    chance = random.Random(2)
    start, cpu = time.perf_counter(), time.process_time()
    for first in range(0, probes, batch):
        for number in range(batch):
            reader.known("article", f"bench/{chance.randrange(ids) if number % 2 else ids + first + number}")
        index.commit(known_rows(ids + first, ids + first + batch // 2, prints))
    micro = (time.perf_counter() - start) / probes * 1e6
    busy = (time.process_time() - cpu) / probes * 1e6
    size = path.stat().st_size / 1e6
    print(
        f"| look-up and commit at {ids:,} ids | {micro:.0f} µs an item ({busy:.0f} µs of CPU) | memory {before:.0f} -> {rss_mb():.0f} MB, index {size:,.0f} MB, filled at {ids / filled:,.0f}/s |"
    )
    reader.close()
    index.close()


def set_cost(ids: int, probes: int = 50_000) -> None:
    """The same with a set of ids in memory, which a kill loses."""
    before = rss_mb()
    known = {f"article\0bench/{number}" for number in range(ids)}
    grown = rss_mb() - before
    chance = random.Random(2)
    start = time.perf_counter()
    for number in range(probes):
        name = f"article\0bench/{chance.randrange(ids) if number % 2 else ids + number}"
        if name not in known:
            known.add(name)
    print(
        f"| the same in a `set` | {(time.perf_counter() - start) / probes * 1e6:.1f} µs an item | memory +{grown:,.0f} MB, lost at a kill |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--ids", type=int, default=1_000_000)
    parser.add_argument("--where", help="directory on the disk to measure (default: the temporary one)")
    asked = parser.parse_args()
    items = articles(asked.lines)
    place = Path(tempfile.mkdtemp(prefix="newsarchive-bench-", dir=asked.where))
    try:
        print("| what | rate | |\n|---|---|---|")
        rate, size = append_rate(place / "one", items, Options(near_window=0))
        print(f"| append, durable 100 at a time | {rate:,.0f} lines/s | lines of {size / 1000:.1f} KB |")
        near, _ = append_rate(place / "near", items[: asked.lines // 4], Options())
        print(f"| the same, near-duplicates looked for | {near:,.0f} lines/s | |")
        print(
            f"| Scrapy's feed exporter, durable at its end | {feed_rate(place / 'feed.jsonl', items):,.0f} lines/s | |"
        )
        site = Site(place / "one", "bench")
        start = time.perf_counter()
        rebuild(site)
        total = size * len(items) / 1e6
        print(f"| reindex | {total / (time.perf_counter() - start):,.0f} MB/s | {total:,.0f} MB, one core |")
        prints = fingerprint(items[0])
        del items
        index_cost(place / "index.sqlite3", asked.ids, prints)
        set_cost(asked.ids)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
