"""Downloads the pictures and videos of tweets, where a setting asks for it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http.request import NO_CALLBACK
from scrapy.pipelines.files import FileInfoOrError, FilesPipeline
from scrapy.pipelines.media import MediaPipeline

from newsarchive.archive.crawl import setting
from newsarchive.tweets.service import names_of

HOSTS = ("pbs.twimg.com", "video.twimg.com")


class TweetMediaPipeline(FilesPipeline):
    """Scrapy's own file download for ``media`` of tweets, into the place that NEWSARCHIVE_TWEET_MEDIA names.

    Off while that is empty. A file is kept under the SHA-1 of its address (``full/<sha1>.jpg``), so the item needs no
    field for it, and is asked for again after 90 days at the earliest (``FILES_EXPIRES``). Only hosts of
    NEWSARCHIVE_TWEET_MEDIA_HOSTS are asked: the addresses come from other people's answers.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "TweetMediaPipeline":
        place = setting(crawler.settings, "NEWSARCHIVE_TWEET_MEDIA", "")
        if not place:
            raise NotConfigured
        cls._update_stores(crawler.settings)
        pipeline = cls(str(place), crawler=crawler)
        pipeline.hosts = frozenset(names_of(setting(crawler.settings, "NEWSARCHIVE_TWEET_MEDIA_HOSTS", HOSTS)))
        return pipeline

    hosts: frozenset[str] = frozenset(HOSTS)

    def get_media_requests(self, item: Any, info: MediaPipeline.SpiderInfo) -> list[Request]:
        """A request for each picture and video, once an item."""
        if not ItemAdapter.is_item(item):
            return []
        urls = dict.fromkeys(url for url in _media_of(ItemAdapter(item)) if _host(url) in self.hosts)
        return [Request(url, callback=NO_CALLBACK, meta={"allow_offsite": True}) for url in urls]

    def item_completed(self, results: list[FileInfoOrError], item: Any, info: MediaPipeline.SpiderInfo) -> Any:
        """The item as it is; a picture that cannot be had costs nothing but itself."""
        return item


def _media_of(item: ItemAdapter) -> Iterator[str]:
    for media in item.get("media") or ():
        yield str(ItemAdapter(media).get("url") or "")
    for inner in (*(item.get("tweets") or ()), *(item.get("comments") or ())):
        if ItemAdapter.is_item(inner):
            yield from _media_of(ItemAdapter(inner))


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in ("http", "https") else ""
    except ValueError:  # no address
        return ""
