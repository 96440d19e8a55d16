"""One crawl of the small site in a process of its own: ``crawl.py ours|bare URL DIRECTORY``.

``ours`` is this project's archive; ``bare`` is what a Scrapy project does by itself: JOBDIR and a feed.
"""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from newsarchive.archive import archive_of
from newsarchive.items import Article, Comment, CommentThread


class PressSpider(scrapy.Spider):
    """Reads the lists, and of the articles what the archive has not got."""

    name = "press"
    base = ""

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(f"{self.base}/list?page=1", callback=self.parse_list)

    def parse_list(self, response: Response) -> Any:
        data = response.json()
        if data["next"]:
            yield scrapy.Request(f"{self.base}/list?page={data['next']}", callback=self.parse_list, priority=5)
        for brief in data["articles"]:
            if self.wanted(brief):
                yield scrapy.Request(f"{self.base}/article/{brief['id']}", callback=self.parse_article)

    def wanted(self, brief: dict[str, Any]) -> bool:
        return True

    def parse_article(self, response: Response) -> Any:
        data = response.json()
        yield {"type": "article", **{key: data[key] for key in ("id", "title", "text")}}
        yield {"type": "comment_thread", "id": data["id"], "comments": data["thread"]}


class ArchivedSpider(PressSpider):
    """The same with our items."""

    def wanted(self, brief: dict[str, Any]) -> bool:
        archive = archive_of(self.crawler)
        article, thread = (archive.known(kind, f"press/{brief['id']}") for kind in ("article", "comment_thread"))
        return (
            article is None
            or thread is None
            or article.modified_at != brief["modified"]
            or thread.declared_count != brief["comments"]
        )

    def parse_article(self, response: Response) -> Any:
        data = response.json()
        same: Any = {
            "id": f"press/{data['id']}",
            "site": "press",
            "url": response.url,
            "source": "page",
            "fetched_at": "2026-05-04T12:00:00Z",
        }
        yield Article(**same, title=data["title"], text=data["text"], modified_at=data["modified"])
        comments = [Comment(id=one["id"], author="Bo", text=one["text"]) for one in data["thread"]]
        yield CommentThread(
            **same,
            article_id=same["id"],
            comments=comments,
            count=len(comments),
            declared_count=data["comments"],
            complete=True,
        )


def main(mode: str, url: str, directory: str) -> int:
    """Crawl; exit code 0 where the crawl ended by itself."""
    settings: dict[str, Any] = {
        "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False, "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    }  # fmt: skip
    if mode == "bare":
        settings |= {
            "JOBDIR": f"{directory}/job",
            "FEEDS": {f"{directory}/items.jsonl": {"format": "jsonlines"}},
            "FEED_EXPORT_ENCODING": "utf-8",
        }
    else:
        settings |= {
            "ITEM_PIPELINES": {"pipelines.dedupe.DedupePipeline": 100, "pipelines.export.ExportPipeline": 300},
            "NEWSARCHIVE_STORE": os.environ.get("NEWSARCHIVE_STORE", directory),
            "NEWSARCHIVE_LOCAL": directory,
            "NEWSARCHIVE_PART_LINES": 15,
            "NEWSARCHIVE_SYNC_MS": 2,
            "NEWSARCHIVE_COMPRESSION": os.environ.get("NEWSARCHIVE_COMPRESSION", "none"),
        }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(PressSpider if mode == "bare" else ArchivedSpider)
    process.crawl(crawler, base=url)
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    if os.environ.get("SHOW_STATS"):
        print({key: value for key, value in stats.items() if "newsarchive" in key or "finish" in key}, file=sys.stderr)
    return 0 if stats.get("finish_reason") == "finished" else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
