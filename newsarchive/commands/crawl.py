"""`scrapy crawl`: Scrapy's own, with arguments checked first and an exit code that tells how the crawl went."""

import argparse
import logging
import sys

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError

from newsarchive.arguments import ArgumentError, CrawlArguments, describe, read_arguments
from newsarchive.memory import leave_alone_what_is_loaded
from newsarchive.verdict import EXIT_CODES
from newsarchive.watching import mask_of, start_log

log = logging.getLogger(__name__)


def arguments_help() -> str:
    """The `-a` arguments of a site's spider, a line each."""
    return "\n".join(
        f"  -a {name}=…  {takes}{f' (default {default})' if default else ''}: {about}"
        for name, takes, default, about in describe(CrawlArguments)
    )


class Command(ScrapyCrawl):
    """Runs a spider; exits 0 only for a complete crawl."""

    def long_desc(self) -> str:
        return "Run a spider of the current project, by name. Exits 0 only for a complete crawl (docs/failures.md)."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.epilog = f"Arguments of the spiders of sites:\n{arguments_help()}"
        parser.formatter_class = argparse.RawDescriptionHelpFormatter

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        start_log(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if len(args) != 1:
            raise UsageError("name one spider: scrapy crawl NAME")
        assert self.crawler_process is not None
        try:
            spidercls = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            names = ", ".join(sorted(self.crawler_process.spider_loader.list()))
            self._refuse(f"there is no spider {args[0]}; there are {names}")
            return
        try:
            if arguments := getattr(spidercls, "arguments", None):
                read_arguments(arguments, opts.spargs)
            check = getattr(spidercls, "check_arguments", None)
            if check:
                check(opts.spargs)
            if check_archive := getattr(spidercls, "check_archive", None):
                check_archive(opts.spargs, self.settings)
        except ArgumentError as error:
            self._refuse(str(error))
            return
        if self.settings is not None and self.settings.get("LOG_LEVEL") != "DEBUG":
            for name in ("scrapy.middleware", "scrapy.crawler", "scrapy.addons", "scrapy.statscollectors"):
                logging.getLogger(name).setLevel(logging.WARNING)  # lists of components and numbers hide what happens
        crawler = self._create_crawler(spidercls)
        crawler.signals.connect(leave_alone_what_is_loaded, signal=signals.engine_started)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed or crawler.stats is None:
            self.exitcode = EXIT_CODES["crashed"]
            return
        # A spider that leaves no verdict (one without our base) keeps Scrapy's meaning: 0 when it ended.
        ended = 0 if crawler.stats.get_value("finish_reason") else None
        self.exitcode = crawler.stats.get_value("newsarchive/exit_code", ended)
        if self.exitcode is None:  # stopped a second time, and so before the spider could close
            self.exitcode = EXIT_CODES["partial"]
            log.error(
                "stopped before its end (exit code %d): the next run seals what is written and fetches the rest",
                self.exitcode,
            )

    def _refuse(self, message: str) -> None:
        assert self.settings is not None
        message = mask_of(self.settings)(message)  # what was given may hold a password
        print(f"scrapy crawl: {message}", file=sys.stderr)
        if self.settings.get("LOG_FILE"):  # all that whoever scheduled the crawl gets to see
            log.error("%s (exit code %d)", message, EXIT_CODES["arguments"])
        self.exitcode = EXIT_CODES["arguments"]
