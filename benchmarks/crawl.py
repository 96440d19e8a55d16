"""A whole crawl beside a bare Scrapy spider that only downloads the same pages, in turns, in one run.

    python benchmarks/crawl.py [--articles 5000] [--rounds 3]
    python benchmarks/crawl.py --articles 1000 --rounds 1 --pace 10
    python benchmarks/crawl.py --scale 1000 10000 50000

The generated site is served from memory by a process of its own; neither side waits between requests, or, with --pace, both
ask so many times a second as a polite visitor of a site might, and ours makes every line durable. Prints, for each way of
reading, pages and articles a second, CPU time (readers included) and requests an article, the crawl's own peak memory, and
the ratio to the bare spider of the same round; with --scale, how time and memory grow with the site.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "LOG_LEVEL": "WARNING",
    "NEWSARCHIVE_TWEET_RESOLVERS": "markup",
    "NEWSARCHIVE_PROGRESS_SECONDS": "0",
}


@dataclass
class Cost:
    """What one crawl took."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    requests: int
    articles: int = 0


MEASURING = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
status = subprocess.call(sys.argv[1:], stdout=sys.stderr)
seconds = time.perf_counter() - start
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([status, seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
"""Run by a Python of its own, of some 15 MB: Linux counts as a process' peak what its parent once had, where that was more."""


def measured(command: list[str], env: dict[str, str]) -> tuple[float, float, float]:
    """(wall seconds, CPU seconds, peak MB) of a command; raises where it fails."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURING, *command], cwd=ROOT, env=os.environ | env, stdout=subprocess.PIPE, check=True
    )
    status, seconds, cpu, peak = json.loads(done.stdout)
    if status:
        raise SystemExit(f"{' '.join(command)} failed: status {status}")
    return seconds, cpu, peak


class Server:
    """The generated site in a process of its own."""

    def __init__(self, articles: int) -> None:
        command = [
            sys.executable,
            "-m",
            "tests.sites",
            "--no-articles",
            "--no-gzip",
            "--keep-answers",
            "--control",
            "--theme",
            "classic",
            "--comments",
            "native",
        ]
        command += ["--n-articles", str(articles)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().split()[-1]

    def requests(self) -> list[list[str]]:
        """Every request so far: method and target."""
        ask = urllib.request.Request(
            f"{self.url}/__control__", json.dumps({"do": "requests"}).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(ask, timeout=60) as answer:
            return json.loads(answer.read())["result"]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait()


@dataclass
class Way:
    """A way of crawling."""

    arguments: list[str]
    settings: dict[str, str] = field(default_factory=dict)


def paced(pace: float) -> dict[str, str]:
    """Settings with which Scrapy asks `pace` times a second; none for 0."""
    return {"DOWNLOAD_DELAY": str(1 / pace), "RANDOMIZE_DOWNLOAD_DELAY": "False"} if pace else {}


def ours(server: Server, store: Path, way: Way, pace: float = 0) -> tuple[Cost, list[str]]:
    """One crawl by the southfront spider into an empty archive, and the pages it asked for."""
    shutil.rmtree(store, ignore_errors=True)
    before = len(server.requests())
    command = [sys.executable, "-m", "scrapy", "crawl", "southfront", "-a", f"url={server.url}"]
    for argument in way.arguments:
        command += ["-a", argument]
    for name, value in (SETTINGS | way.settings | paced(pace)).items():
        command += ["-s", f"{name}={value}"]
    seconds, cpu, peak = measured(command, {"NEWSARCHIVE_STORE": str(store)})
    asked = [target for method, target in server.requests()[before:] if method == "GET"]
    kept = sum(1 for file in store.glob("*/articles/*/*.jsonl") for _ in file.open("rb"))
    return Cost(seconds, cpu, peak, len(server.requests()) - before, kept), asked


def bare(server: Server, targets: list[str], folder: Path, pace: float = 0) -> Cost:
    """The bare spider over the same pages."""
    file = folder / "urls.txt"
    root = server.url
    file.write_text("\n".join(root + target for target in targets), "utf-8")
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "runspider",
        str(ROOT / "benchmarks" / "bare_spider.py"),
        "-a",
        f"urls={file}",
    ]
    for name, value in paced(pace).items():
        command += ["-s", f"{name}={value}"]
    # Outside the project, so that none of its settings reach the bare spider.
    seconds, cpu, peak = measured(
        command, {"SCRAPY_SETTINGS_MODULE": "benchmarks.bare_settings", "PYTHONPATH": str(ROOT)}
    )
    return Cost(seconds, cpu, peak, len(targets), len(targets))


WAYS = {
    "pages": Way(["via=page", "discover=sitemap", "comments=page"]),
    "pages, 2 readers": Way(["via=page", "discover=sitemap", "comments=page"], {"NEWSARCHIVE_READERS": "2"}),
    "rest": Way(["via=rest", "comments=rest"]),
}


def beside_bare(articles: int, rounds: int, folder: Path, pace: float) -> None:
    """Prints each way beside the bare spider of the same round."""
    ratios: dict[str, list[float]] = {name: [] for name in WAYS}
    costs: dict[str, list[Cost]] = {}
    server = Server(articles)
    try:
        _, asked = ours(server, folder / "archive", WAYS["pages"])  # not counted: the server makes each answer once
        ours(server, folder / "archive", WAYS["rest"])
        for _ in range(rounds):
            beside = bare(server, asked, folder, pace)
            costs.setdefault("bare", []).append(beside)
            for name, way in WAYS.items():
                if pace and name.endswith("readers"):
                    continue  # at a pace that one process keeps, more have nothing to do
                cost, _ = ours(server, folder / "archive", way, pace)
                costs.setdefault(name, []).append(cost)
                done = cost.articles if name == "rest" else cost.requests
                ratios[name].append((done / cost.seconds) / (beside.requests / beside.seconds))
    finally:
        server.close()
    print("| way | pages/s | articles/s | CPU ms an article | requests an article | peak MB | ratio to bare |")
    print("|---|---|---|---|---|---|---|")
    for name, some in costs.items():
        middle = sorted(some, key=lambda cost: cost.seconds)[len(some) // 2]
        ratio = f"{statistics.median(ratios[name]):.2f}" if ratios.get(name) else "1"
        print(
            f"| {name} | {middle.requests / middle.seconds:.0f} | {middle.articles / middle.seconds:.0f}"
            f" | {1000 * middle.cpu_seconds / max(middle.articles, 1):.2f} | {middle.requests / max(middle.articles, 1):.2f}"
            f" | {middle.peak_mb:.0f} | {ratio} |"
        )


def scale(sizes: list[int], folder: Path) -> None:
    """Prints what each way takes of sites of several sizes, beside what it may: time in proportion, memory flat."""
    print("| articles | way | seconds | CPU ms an article | peak MB | at most |")
    print("|---|---|---|---|---|---|")
    least: dict[str, Cost] = {}
    for articles in sizes:
        server = Server(articles)
        try:
            for name in ("rest", "pages"):
                cost, _ = ours(server, folder / "archive", WAYS[name])
                first = least.setdefault(name, cost)
                may = first.peak_mb * 1.1 + 200 * (cost.articles - first.articles) / 2**20
                print(
                    f"| {cost.articles} | {name} | {cost.seconds:.0f} | {1000 * cost.cpu_seconds / max(cost.articles, 1):.2f}"
                    f" | {cost.peak_mb:.0f} | {may:.0f} |",
                    flush=True,
                )
        finally:
            server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pace", type=float, default=0, help="requests a second of both sides; 0: as fast as they can")
    parser.add_argument(
        "--scale", type=int, nargs="+", metavar="ARTICLES", help="sites of these sizes, one after another"
    )
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if args.scale:
            scale(args.scale, Path(name))
        else:
            beside_bare(args.articles, args.rounds, Path(name), args.pace)


if __name__ == "__main__":
    main()
