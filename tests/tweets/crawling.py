"""A crawl for tests: yields articles with tweets, through the pipelines and Scrapy's own downloader.

python -m tests.tweets.crawling PLAN.json: ``articles`` (a list of [id, html]), ``settings`` and the ``site``.
"""

import json
import sys
from pathlib import Path

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from newsarchive.items import Article
from newsarchive.tweets import find_references


class QuotingSpider(scrapy.Spider):
    """Has articles and asks for no page."""

    name = "quoting"

    def __init__(self, articles, site, **given):
        super().__init__(name=site, **given)
        self.articles = articles

    async def start(self):
        for article_id, html in self.articles:
            yield Article(
                id=f"{self.name}/{article_id}",
                site=self.name,
                url=f"https://{self.name}.example/{article_id}/",
                title=f"Article {article_id}",
                html=html,
                text=html,
                published_at="2019-03-07T12:00:00Z",
                tweets=find_references(html),
            )


def main(path):
    """Runs the crawl."""
    told = json.loads(Path(path).read_text())
    settings = {
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "ITEM_PIPELINES": {
            "pipelines.dedupe.DedupePipeline": 100,
            "pipelines.tweets.TweetsPipeline": 200,
            "pipelines.media.TweetMediaPipeline": 250,
            "pipelines.export.ExportPipeline": 300,
        },
        "ROBOTSTXT_OBEY": True,
        **told["settings"],
    }
    process = AsyncCrawlerProcess(settings)
    process.crawl(QuotingSpider, articles=told["articles"], site=told.get("site", "quoting"))
    process.start()


if __name__ == "__main__":
    main(sys.argv[1])
