"""What the archive costs: ``python -m benchmarks.archive`` prints a table; ``--ids 10000000`` for the index at full size.

Beside it, in the same run: a plain ``set`` for the look-up, and Scrapy's own feed exporter for the writing.
"""

import argparse
import gc
import os
import random
import resource
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from scrapy.exporters import JsonLinesItemExporter

from newsarchive.archive import Archive, Options
from newsarchive.archive.index import Index, Known, Place, Row, Seen, address_key
from newsarchive.archive.layout import Site
from newsarchive.archive.repair import rebuild
from newsarchive.content import fingerprint
from newsarchive.items import Article, Block

WORDS = [f"word{number}" for number in range(5000)]
TURNS = 3
"""So often each way of writing is measured."""


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


class Watch:
    """Seconds by the clock and of CPU (all threads) since it was made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def append_rate(root: Path, items: list[Article], options: Options, group: int = 100) -> tuple[float, float, float]:
    """(lines a second, lines a second of CPU, bytes a line), made durable `group` at a time by a thread, as in a crawl."""
    with Archive(root, "bench", options) as archive:
        more, done = threading.Event(), threading.Event()

        def flusher() -> None:
            while not done.is_set():
                more.wait()
                more.clear()
                archive.flush()

        thread = threading.Thread(target=flusher)
        thread.start()
        watch = Watch()
        for number, item in enumerate(items, 1):
            archive.append(item)
            if number % group == 0:
                more.set()
        done.set()
        more.set()
        thread.join()
        archive.flush()
        wall, cpu = watch.read()
        return len(items) / wall, len(items) / cpu, archive.counts["bytes"] / len(items)


def feed_rate(path: Path, items: list[Article]) -> tuple[float, float]:
    """(lines a second, lines a second of CPU) of Scrapy's exporter, durable only at its end."""
    watch = Watch()
    with path.open("wb") as file:
        exporter = JsonLinesItemExporter(file, encoding="utf-8")
        for item in items:
            exporter.export_item(item)
        file.flush()
        os.fsync(file.fileno())
    wall, cpu = watch.read()
    return len(items) / wall, len(items) / cpu


def middle(turns: Sequence[tuple[float, ...]]) -> tuple[float, float]:
    """The median of the turns' rates: (lines a second, lines a second of CPU)."""
    return statistics.median(turn[0] for turn in turns), statistics.median(turn[1] for turn in turns)


def known_row(number: int, prints: dict[str, str | None]) -> Row:
    """An index row of an article that is held, with one address."""
    place = Place(
        part=f"articles/date=2026-05-04/p{number // 100_000}", offset=number % 100_000 * 10_000, length=10_000
    )
    url = f"https://bench.example/2026/05/a-title-of-several-words-{number}/"
    known = Known(
        kind="article", id=f"bench/{number}", revision=1, content_hash=f"{number:064x}", prints=prints,
        fetched_at="2026-05-04T12:00:00Z", source="rest", url=url, published_at="2026-05-03T08:30:00Z",
        modified_at="2026-05-03T08:30:00Z", comment_count=number % 50, place=place,
    )  # fmt: skip
    key = address_key(url)
    return Row(known=known, addresses=[key] if key else [])


def fill(index: Index, ids: int, prints: dict[str, str | None]) -> None:
    """Bring the index to `ids` articles: the first by its own commit, then copies of their rows under higher numbers."""
    first = min(ids, 10_000)
    index.commit(known_row(number, prints) for number in range(first))
    db = index._db  # taking in ten million rows one by one would be most of the benchmark
    columns = [name for _, name, *_ in db.execute("PRAGMA table_info(known)")][1:]
    held = first
    while held < ids:
        more = min(held, ids - held)
        db.execute(f"INSERT INTO known SELECT n + {held}, {', '.join(columns)} FROM known WHERE n < {more} ORDER BY n")
        held += more
    db.execute(
        f"INSERT OR IGNORE INTO address SELECT randomblob(16) AS key, n, 1 FROM known WHERE n >= {first} ORDER BY key"
    )


def index_cost(path: Path, ids: int, prints: dict[str, str | None], probes: int = 50_000, batch: int = 100) -> None:
    """Fill an index with `ids`, then measure what an item costs: look-up by id and by address, and its commit.

    Half of the items are known and read unchanged, half are new, each with an address. Once the known ones are met in
    the order of a list page (neighbours by id, new ones at the end), once anywhere, which no site's list does.
    """
    index = Index(path, write=True)
    start = time.perf_counter()
    fill(index, ids, prints)
    filled = time.perf_counter() - start
    size = path.stat().st_size
    index.close()
    index, reader = Index(path, write=True), Index(path)
    chance = random.Random(2)
    new = ids
    for order in ("in the order of a list", "anywhere"):
        before, watch = rss_mb(), Watch()
        first = chance.randrange(ids - probes // 2)
        for group in range(0, probes, batch):
            rows, seen = [], []
            for number in range(batch):
                if number % 2:
                    at = first + (group + number) // 2 if order != "anywhere" else chance.randrange(ids)
                    known = reader.known("article", f"bench/{at}")
                    assert known is not None
                    seen.append(Seen(kind="article", id=known.id, revision=1, at="2026-05-05T12:00:00Z"))
                else:
                    row = known_row(new, prints)
                    assert reader.known("article", row.known.id) is None
                    assert reader.article_at(row.addresses[0]) is None
                    rows.append(row)
                    new += 1
            index.commit(rows, seen)
        wall, cpu = watch.read()
        print(
            f"| look-up and commit at {ids:,} ids, {order} | {wall / probes * 1e6:.0f} µs an item ({cpu / probes * 1e6:.0f} of CPU) | memory {before:.0f} -> {rss_mb():.0f} MB |"
        )
    print(f"| the index | {size / ids:.0f} bytes an id | {size / 1e6:,.0f} MB, filled in {filled:.0f} s |")
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
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--ids", type=int, default=1_000_000)
    parser.add_argument("--where", help="directory on the disk to measure (default: the temporary one)")
    asked = parser.parse_args()
    items = articles(asked.lines)
    gc.freeze()  # a crawl holds no thousands of items for the collector to walk
    place = Path(tempfile.mkdtemp(prefix="newsarchive-bench-", dir=asked.where))
    try:
        print("| what | rate | |\n|---|---|---|")
        # The first turn is not counted: it is spent on memory, directories and names met for the first time.
        turns = [append_rate(place / f"turn-{n}", items, Options(near_window=0)) for n in range(1 + TURNS)][1:]
        size = turns[0][2]
        rate, by_cpu = middle(turns)
        print(
            f"| append, durable 100 at a time | {rate:,.0f} lines/s ({by_cpu:,.0f} a second of CPU) | lines of {size / 1000:.1f} KB |"
        )
        some = items[: asked.lines // 4]
        rate, by_cpu = middle([append_rate(place / f"near-{n}", some, Options()) for n in range(TURNS)])
        print(f"| the same, near-duplicates looked for | {rate:,.0f} lines/s ({by_cpu:,.0f} a second of CPU) | |")
        rate, by_cpu = middle([feed_rate(place / "feed.jsonl", items) for _ in range(TURNS)])
        print(f"| Scrapy's feed exporter, durable at its end | {rate:,.0f} lines/s ({by_cpu:,.0f} a second of CPU) | |")
        watch, total = Watch(), size * len(items) / 1e6
        rebuild(Site(place / f"turn-{TURNS}", "bench"))
        wall, cpu = watch.read()
        print(f"| reindex | {total / wall:,.0f} MB/s ({total / cpu:,.0f} a second of CPU) | {total:,.0f} MB |")
        prints = fingerprint(items[0])
        del items
        for ids in sorted({min(asked.ids, 100_000), asked.ids}):
            index_cost(place / f"index-{ids}.sqlite3", ids, prints)
        set_cost(asked.ids)
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
