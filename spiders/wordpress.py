"""Any WordPress site: `scrapy crawl wordpress -a url=https://example.org`."""

from collections.abc import Mapping

from newsarchive.arguments import ArgumentError
from spiders.base import SiteSpider


class WordPressSpider(SiteSpider):
    """Archives the WordPress site at ``url``; its identity is its host."""

    name = "wordpress"

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        if not given.get("url"):
            raise ArgumentError("-a url=…: the wordpress spider takes the address of a site (https://example.org/)")
