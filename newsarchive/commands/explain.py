"""`scrapy explain`: why a page is read as it is."""

import argparse
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.http import Response

from newsarchive.downloading import answer_of
from newsarchive.fetch import Answer
from newsarchive.wordpress.explain import explanation
from newsarchive.wordpress.page import ProtectedPost, read_page
from newsarchive.wordpress.quirks import Quirks


class Command(ScrapyCommand):
    """Exit code 1: the page could not be had or read, 2: asked wrongly."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options] URL-or-file"

    def short_desc(self) -> str:
        return "Show which rule gave each field of an article's page, what it beat, and what was cut"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--spider", help="read with this spider's quirks (default: the one whose site it is, if any)"
        )
        parser.add_argument("--url", help="for a file: the address it was read from (default: the file's own)")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one page: its address, or a saved file")
        if args[0].startswith(("http://", "https://")):
            answer = self._fetched(args[0])
        else:
            path = Path(args[0])
            if not path.is_file():
                raise UsageError(f"neither an address nor a file: {args[0]}")
            answer = Answer(url=opts.url or path.resolve().as_uri(), status=200, body=path.read_bytes())
        if answer is None:
            self.exitcode = 1
            return
        if answer.status != 200:
            print(f"the page answers {answer.status}; what follows is read from that answer")
        try:
            reading = read_page(
                answer.body,
                answer.url,
                quirks=self._quirks(opts.spider, answer.url),
                declared_charset=answer.charset,
            )
        except ProtectedPost as refusal:
            print(refusal)
            self.exitcode = 1
            return
        for line in explanation(reading):
            print(line)

    def _quirks(self, name: str | None, url: str) -> Quirks:
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        if name:
            try:
                return getattr(loader.load(name), "quirks", Quirks())
            except KeyError:
                raise UsageError(
                    f"no spider is called {name!r}; there are {', '.join(sorted(loader.list()))}"
                ) from None
        host = (urlsplit(url).hostname or "").removeprefix("www.")
        for each in sorted(loader.list()):
            spider: Any = loader.load(each)
            if host and host in getattr(spider, "domains", ()):
                return getattr(spider, "quirks", Quirks())
        return Quirks()

    def _fetched(self, url: str) -> Answer | None:
        assert self.crawler_process is not None
        answers: list[Answer] = []
        self.crawler_process.crawl(_One, url=url, answers=answers)
        self.crawler_process.start()
        return answers[0] if answers else None


class _One(Spider):
    """Fetches one page, with the project's politeness and nothing of its archive."""

    name = "explain"
    custom_settings = {
        "ITEM_PIPELINES": {},  # nothing is archived
        "EXTENSIONS": {},  # nor counted, nor reported
        "RETRY_TIMES": 1,  # a person waits for it, who can ask again
    }

    def __init__(self, url: str, answers: list[Answer], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.start_urls = [url]  # what was asked for by a person may be on a private network
        self.url = url
        self.answers = answers

    async def start(self) -> AsyncIterator[Request]:
        meta = {"handle_httpstatus_all": True}
        yield Request(self.url, callback=self.parse, errback=self.failed, meta=meta, dont_filter=True)

    def parse(self, response: Response, **kwargs: Any) -> None:
        self.answers.append(answer_of(response))

    def failed(self, failure: Any) -> None:
        print(f"{self.url} could not be read: {failure.getErrorMessage()}")
