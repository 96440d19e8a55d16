"""What looking up tweets costs: 100,000 references in 10,000 articles to 30,000 tweets, against a stand-in for every host.

    python -m benchmarks.tweets                # all of it, about six minutes
    python -m benchmarks.tweets --articles 1000

Crawls, each a process of its own, through the pipelines and Scrapy's downloader: with an empty log; with a full log;
then a tenth of the articles in turns without the tweets pipeline and with it over the full log, of which the medians
are compared, so that other work on the machine falls on both; and the sweep of an empty log after a crawl that only
noted. It prints items a second, requests for each distinct tweet, and the memory at a quarter and at the end.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import scrapy  # noqa: E402
from scrapy import signals  # noqa: E402
from scrapy.crawler import AsyncCrawlerProcess  # noqa: E402

from newsarchive.items import Article  # noqa: E402
from newsarchive.markup import fragment  # noqa: E402
from newsarchive.tweets import references_in  # noqa: E402
from tests.tweets.standin import Fact, World, serve, snowflake  # noqa: E402

REFERENCES_EACH = 10
DISTINCT_SHARE = 0.3
ROUNDS = 5
WORDS = "The ministry said on Monday that talks would go on in the capital, while both sides spoke of progress. " * 4


def facts(articles: int) -> list[Fact]:
    """The tweets of the world."""
    return [
        Fact(snowflake(number), handle=f"account{number % 500}", text=f"Words of tweet {number}")
        for number in range(int(articles * REFERENCES_EACH * DISTINCT_SHARE))
    ]


def body(number: int, known: list[Fact]) -> str:
    """An article's markup: paragraphs and ten references, half of them quotes."""
    chance = random.Random(number)
    parts = []
    for place in range(REFERENCES_EACH):
        # Every tweet is referred to at least once; the rest is drawn at random.
        at = number * REFERENCES_EACH + place
        fact = known[at] if at < len(known) else known[chance.randrange(len(known))]
        parts.append(f"<p>{WORDS}</p>")
        address = f"https://twitter.com/{fact.handle}/status/{fact.id}"
        parts.append(
            f"<p>{address}</p>"
            if place % 2
            else f'<blockquote class="twitter-tweet"><p lang="en">{fact.text}</p>&mdash; {fact.name} (@{fact.handle}) '
            f'<a href="{address}?ref_src=twsrc%5Etfw">March 6, 2019</a></blockquote>'
        )
    return "\n".join(parts)


class Newspaper(scrapy.Spider):
    """Has articles and asks for no page."""

    name = "newspaper"

    async def start(self):
        self.known = facts(self.world)
        self.crawler.signals.connect(self.scraped, signal=signals.item_scraped)
        self.started, self.started_cpu, self.done = time.perf_counter(), time.process_time(), 0
        for number in range(self.first, self.first + self.articles):
            yield scrapy.Request(f"data:,{number}", cb_kwargs={"number": number}, dont_filter=True)

    def parse(self, response, number: int):
        """An answer's article."""
        yield self.article(number, self.known)

    def scraped(self) -> None:
        """Notes the time and the memory as articles are kept."""
        self.done += 1
        if self.done == max(self.articles // 4, 1):
            self.crawler.stats.set_value("memory_quarter_mb", resident_mb())
        if self.done == self.articles:
            self.crawler.stats.set_value("seconds", time.perf_counter() - self.started)
            self.crawler.stats.set_value("cpu_seconds", time.process_time() - self.started_cpu)
            self.crawler.stats.set_value("memory_end_mb", resident_mb())

    def article(self, number: int, known: list[Fact]) -> Article:
        """One article as its parser leaves it: body parsed, references found."""
        html = body(number, known)
        tree = fragment(html)
        return Article(
            id=f"newspaper/{number}",
            url=f"https://news.example/article-{number}/",
            source="rest",
            title=f"Article {number}",
            html=html,
            text=tree.text_content(),
            published_at="2019-03-07T12:00:00Z",
            modified_at="2019-03-07T12:00:00Z",
            tweets=references_in(tree),
        )


def resident_mb() -> float:
    """Memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def crawl(told: dict) -> None:
    """Runs in the child: one crawl, its figures as JSON in the file that was named."""
    pipelines = {"pipelines.dedupe.DedupePipeline": 100, "pipelines.export.ExportPipeline": 300}
    if told["resolve"]:
        pipelines["pipelines.tweets.TweetsPipeline"] = 200
    process = AsyncCrawlerProcess(
        {
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "ITEM_PIPELINES": pipelines,
            "DOWNLOAD_SLOTS": {"tweets": {"delay": 0, "concurrency": 16, "randomize_delay": False}},
            "NEWSARCHIVE_NEAR_WINDOW": 0,  # the articles' words are nearly the same
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            **told["settings"],
        }
    )
    crawler = process.create_crawler(Newspaper)
    process.crawl(crawler, articles=told["articles"], first=told["first"], world=told["world"])
    process.start()
    figures = {
        "seconds": crawler.stats.get_value("seconds"),
        "cpu_seconds": crawler.stats.get_value("cpu_seconds"),
        "items": crawler.stats.get_value("item_scraped_count", 0),
        **{
            name: value
            for name, value in crawler.stats.get_stats().items()
            if name.startswith(("newsarchive/tweets", "memory_", "log_count/ERROR"))
        },
    }
    Path(told["figures"]).write_text(json.dumps(figures))


def child(place: Path, name: str, told: dict) -> dict:
    """One crawl in a process of its own."""
    told = {**told, "figures": str(place / f"{name}.json")}
    subprocess.run([sys.executable, "-m", "benchmarks.tweets", "--child", json.dumps(told)], cwd=ROOT, check=True)
    return json.loads((place / f"{name}.json").read_text())


def main() -> None:
    """Runs all crawls and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--child")
    given = parser.parse_args()
    if given.child:
        crawl(json.loads(given.child))
        return
    place = Path(tempfile.mkdtemp(prefix="tweets-benchmark-"))
    world = World().add(*facts(given.articles))
    distinct = len(world.facts)
    print(f"{given.articles} articles, {given.articles * REFERENCES_EACH} references, {distinct} tweets")
    try:
        with serve(world) as base:
            settings = {
                **world.settings(base),
                "NEWSARCHIVE_TWEET_PACE": 0,
                "NEWSARCHIVE_TWEET_RESOLVERS": "markup,xapi,oembed,wayback",
                "NEWSARCHIVE_TWEET_XAPI_BUDGET_USD": 10_000,
            }

            def run(name: str, *, resolve: bool, log: str, share: int = 1, **more: object) -> dict:
                world.asked.clear()
                world.ids_asked.clear()
                own = {
                    **settings,
                    "NEWSARCHIVE_STORE": str(place / name),
                    "NEWSARCHIVE_TWEET_LOG": str(place / log),
                    **more,
                }
                count = max(given.articles // share, 1)
                told = {"articles": count, "first": (given.articles - count) // 2, "world": given.articles}
                figures = child(place, name, {**told, "resolve": resolve, "settings": own})
                report(name, figures, world, distinct)
                return figures

            run("empty-log", resolve=True, log="log.sqlite3")
            run("full-log", resolve=True, log="log.sqlite3")
            turns = []
            for number in range(ROUNDS):
                without = run(f"without-{number}", resolve=False, log="none.sqlite3", share=10)
                turns.append((without, run(f"with-{number}", resolve=True, log="log.sqlite3", share=10)))
            run("note-only", resolve=True, log="swept.sqlite3", NEWSARCHIVE_TWEET_RESOLVERS="markup")
            world.asked.clear()
            world.ids_asked.clear()
            sweep(place, settings, world, distinct)
            speed, processor = (
                median(without[unit] / figures[unit] for without, figures in turns)
                for unit in ("seconds", "cpu_seconds")
            )
            print(f"with full log: {speed:.2f} of the speed without looking up ({processor:.2f} by processor time)")
    finally:
        shutil.rmtree(place, ignore_errors=True)


def sweep(place: Path, settings: dict, world: World, distinct: int) -> None:
    """``scrapy crawl tweets`` over a log in which everything is pending."""
    own = {**settings, "NEWSARCHIVE_STORE": str(place / "sweep"), "NEWSARCHIVE_TWEET_LOG": str(place / "swept.sqlite3"), "LOG_LEVEL": "ERROR",
           "DOWNLOAD_DELAY": 0, "DOWNLOAD_SLOTS": '{"tweets": {"delay": 0, "concurrency": 16}}'}  # fmt: skip
    options = [part for name, value in own.items() for part in ("-s", f"{name}={value}")]
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "scrapy", "crawl", "tweets", *options], cwd=ROOT, check=True)
    report("sweep", {"seconds": time.perf_counter() - started, "items": distinct}, world, distinct)


def report(name: str, figures: dict, world: World, distinct: int) -> None:
    """A line of the table."""
    requests = Counter(host + ("/users" if "/2/users" in path else "") for host, path in world.asked)
    shares = ", ".join(f"{host} {count / distinct:.4f}" for host, count in requests.items()) or "none"
    twice = sum(count > 1 for count in world.ids_asked.values())
    memory = (
        f"{figures['memory_quarter_mb']:.0f} -> {figures['memory_end_mb']:.0f} MB" if "memory_end_mb" in figures else ""
    )
    processor = f"{figures['cpu_seconds']:6.1f} s cpu" if "cpu_seconds" in figures else ""
    print(
        f"{name:<10} {figures['items'] / figures['seconds']:8.1f} items/s {figures['seconds']:7.1f} s {processor}  requests a tweet: {shares};"
        f" asked twice: {twice}  {memory}  errors: {figures.get('log_count/ERROR', 0)}"
    )


if __name__ == "__main__":
    main()
