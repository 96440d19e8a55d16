"""How long many sites take when none is asked faster than is polite: a simulation, the same for the same seed.

    python -m benchmarks.politeness [--sites 1000] [--seed 1]

The sizes of sites are log-normal, few large ones among many small. A site is asked at most once a second, or as slowly as
it answers where that is slower; one worker has a site at a time, in batches of 200 articles, and sites take turns. A worker
has so many places, each for one site, and one core, which bounds what its places do together. Prints a table for docs/scaling.md.
"""

import argparse
import heapq
import random
from collections import deque
from dataclasses import dataclass

REQUESTS_AN_ARTICLE = 2.1
"""Its page, its share of the lists, and a page of its thread's comments; as crawls of the sample site need."""
CPU_SECONDS_A_REQUEST = 0.011
"""Of a crawl of pages with their threads: 8 to 11 ms as benchmarks/fleet.py measures it on a busy machine; of a slower core more."""
BATCH = 200
"""Articles."""
BATCH_SECONDS = 3.0
"""What a batch costs a site beside its articles: robots.txt, and the lists."""
KEPT_BYTES_AN_ARTICLE = 4_000
"""An article with its thread as .jsonl.zst: 12 kB of JSON, packed three times; an estimate."""
INDEX_BYTES_AN_ARTICLE = 2_000
"""Rows of an article and its thread in PostgreSQL, with their addresses: measured with 600 articles of the sample site."""
SIGNATURE_BYTES = 1_950
"""What finding near-duplicates adds, for the last 20,000 articles of a site."""


@dataclass(frozen=True)
class Fleet:
    """Workers of one core each, with places for so many sites at a time."""

    workers: int
    places: int


@dataclass(frozen=True)
class Result:
    """What archiving everything once took."""

    hours: float
    half_hours: float
    """Until half of the sites were whole."""
    requests_a_second: float
    cores_busy: float
    """Of all workers, on average."""


def sizes(sites: int, seed: int) -> list[int]:
    """Articles of each site: half of them have fewer than 10,000, one in a hundred more than 150,000."""
    chance = random.Random(seed)
    return [max(50, round(chance.lognormvariate(9.2, 1.15))) for _ in range(sites)]


def intervals(sites: int, seed: int) -> list[float]:
    """Seconds between two requests to each site: one in ten answers more slowly than it may be asked."""
    chance = random.Random(seed + 1)
    return [max(1.0, chance.lognormvariate(-0.9, 0.7)) for _ in range(sites)]


def simulate(fleet: Fleet, articles: list[int], seconds_a_request: list[float]) -> Result:
    """Archives every site once, batch by batch in turns."""
    # More places than one core can serve at that pace only share the core.
    busy = CPU_SECONDS_A_REQUEST * fleet.places
    slower = max(1.0, busy / (sum(seconds_a_request) / len(seconds_a_request)))
    left = list(articles)
    turns = deque(range(len(articles)))
    at_work: list[tuple[float, int]] = []
    ended: list[float] = []
    now = 0.0
    while turns or at_work:
        while turns and len(at_work) < fleet.workers * fleet.places:
            site = turns.popleft()
            some = min(BATCH, left[site])
            left[site] -= some
            taken = BATCH_SECONDS + some * REQUESTS_AN_ARTICLE * max(seconds_a_request[site], slower)
            heapq.heappush(at_work, (now + taken, site))
        now, site = heapq.heappop(at_work)
        if left[site]:
            turns.append(site)
        else:
            ended.append(now)
    requests = sum(articles) * REQUESTS_AN_ARTICLE
    return Result(
        hours=now / 3600, half_hours=ended[len(ended) // 2] / 3600, requests_a_second=requests / now,
        cores_busy=requests * CPU_SECONDS_A_REQUEST / now,
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    articles, pace = sizes(given.sites, given.seed), intervals(given.sites, given.seed)
    total = sum(articles)
    index = sum(INDEX_BYTES_AN_ARTICLE * size + SIGNATURE_BYTES * min(size, 20_000) for size in articles)
    print(
        f"{given.sites} sites, {total / 1e6:.1f} million articles, the largest {max(articles):,}; "
        f"{total * KEPT_BYTES_AN_ARTICLE / 1e9:.0f} GB of .jsonl.zst, {index / 1e9:.0f} GB of PostgreSQL"
    )
    print("| workers | sites at a time, each | days for all | days for half of the sites | requests/s | cores busy |")
    print("|---|---|---|---|---|---|")
    for fleet in (Fleet(1, 1), Fleet(1, 16), Fleet(1, 64), Fleet(2, 64), Fleet(4, 64), Fleet(8, 64), Fleet(16, 64)):
        done = simulate(fleet, articles, pace)
        print(
            f"| {fleet.workers} | {fleet.places} | {done.hours / 24:.1f} | {done.half_hours / 24:.1f} "
            f"| {done.requests_a_second:.0f} | {done.cores_busy:.1f} |"
        )
    longest = max(size * REQUESTS_AN_ARTICLE * each for size, each in zip(articles, pace, strict=True)) / 86400
    print(f"No fleet is faster than the site that takes longest: {longest:.1f} days.")


if __name__ == "__main__":
    main()
