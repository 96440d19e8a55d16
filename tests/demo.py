"""`make demo`: the sample site, crawled as the real one would be, and what came of it in a person's words."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from tests.sites import SampleSite

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "demo"
UNHURRIED = {"DOWNLOAD_DELAY": "0", "AUTOTHROTTLE_ENABLED": "False", "NEWSARCHIVE_TWEET_RESOLVERS": "markup"}
"""The politeness that a site on this machine does not need, and no look-ups on the network; all else is as in real use."""


def crawl(url: str, store: Path) -> int:
    """Runs the real spider against `url`; its exit code."""
    command = [sys.executable, "-m", "scrapy", "crawl", "southfront", "-a", f"url={url}"]
    for name, value in UNHURRIED.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"NEWSARCHIVE_STORE": str(store)}, check=False).returncode


def lines(store: Path, kind: str) -> list[dict[str, Any]]:
    """Every archived line of a kind, in order of id."""
    files = sorted(store.glob(f"southfront/{kind}/date=*/*.jsonl"))
    found = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return sorted(found, key=lambda line: (len(line["id"]), line["id"]))


def story(articles: list[dict[str, Any]], threads: list[dict[str, Any]]) -> str:
    """What was archived: the counts, and one line of each kind, told."""
    proven = sum(thread["complete"] for thread in threads)
    comments = [comment for thread in threads for comment in thread["comments"]]
    tweets = [tweet for one in (*articles, *comments) for tweet in one["tweets"]]
    told = [
        f"{len(articles)} articles, {len(comments)} comments in {len(threads)} threads ({proven} proven complete), "
        f"{len(tweets)} references to {len({t['id'] for t in tweets if t['id']})} tweets."
    ]
    article = next(a for a in articles if len(a["tweets"]) == 3 and a["comment_count"] == 26)
    first = article["text"].split("\n\n")[0]
    told.append(
        f"An article, {article['id']}: “{article['title']}” by {', '.join(article['authors'])}, published "
        f"{article['published_at']}, {article['word_count']} words in {article['language']}. It begins: “{first}”"
    )
    thread = next(t for t in threads if t["id"] == article["id"])
    comment = max(thread["comments"], key=lambda c: (c["depth"], c["id"]))
    parent = next((c for c in thread["comments"] if c["id"] == comment["parent_id"]), None)
    told.append(
        f"Its thread: the page declares {thread['declared_count']} comments, {thread['count']} were read, "
        f"{'all of them' if thread['complete'] else thread['missing']['reason']}. {comment['author']} answers "
        f"{parent['author'] if parent else 'the article'}: “{textwrap.shorten(comment['text'], 100, placeholder=' …')}”"
    )
    told += [
        f"A tweet it embeds: {tweet['url']}, posted {tweet['created_at']} (by its id), "
        f"{'not looked up, as that takes the network' if tweet['state'] == 'unresolved' else tweet['state']}."
        for tweet in article["tweets"]
    ]
    return "\n\n".join(textwrap.fill(part, 110, break_long_words=False, break_on_hyphens=False) for part in told)


def main() -> int:
    """Crawls the sample site anew and tells; exits as the crawl does."""
    shutil.rmtree(PLACE, ignore_errors=True)
    store = PLACE / "archive"
    with SampleSite() as site:
        code = crawl(site.url, store)
    if code:
        return code
    print(f"\n{story(lines(store, 'articles'), lines(store, 'threads'))}\n")
    print(
        "The archive is in demo/archive/southfront: articles/, threads/, one JSON object a line; reports/, a page about each run."
    )
    print("Try:")
    print("  head -1 demo/archive/southfront/articles/date=*/*.jsonl | python3 -m json.tool | less")
    return 0


if __name__ == "__main__":
    sys.exit(main())
