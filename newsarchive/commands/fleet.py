"""`scrapy fleet`: plan, work, see how far it is: an archive that many machines write together (docs/scaling.md)."""

import argparse
import asyncio
import dataclasses
import json
import logging
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict
from scrapy.utils.reactor import install_reactor

from newsarchive.archive import ArchiveError
from newsarchive.archive.crawl import setting
from newsarchive.arguments import ArgumentError
from newsarchive.counting import counted
from newsarchive.ledger import left_out
from newsarchive.watching import mask_of, start_log
from newsarchive.wordpress.site import bare_host

if TYPE_CHECKING:
    from newsarchive.fleet.database import Connection
    from newsarchive.fleet.status import FleetStatus


class Command(ScrapyCommand):
    """One subcommand a task. Exit code 1: it could not be done, 2: asked wrongly."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        return "plan|work|status|retry|reindex [options]"

    def short_desc(self) -> str:
        return "Archive with many workers at once, by PostgreSQL"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        tasks = parser.add_subparsers(dest="task", metavar="TASK", title="tasks", parser_class=argparse.ArgumentParser)
        plan = tasks.add_parser(
            "plan", help="put sites into the queue: a worker reads their lists and makes batches of them"
        )
        plan.add_argument("site", nargs="+", metavar="SITE", help="a spider's name, or the address of a WordPress site")
        plan.add_argument(
            "-a",
            action="append",
            default=[],
            dest="arguments",
            metavar="NAME=VALUE",
            help="for their spiders, as in scrapy crawl",
        )
        work = tasks.add_parser("work", help="take one batch after the other")
        work.add_argument(
            "--sites", type=int, default=1, metavar="N", help="work on so many sites at a time (default 1)"
        )
        work.add_argument("--drain", action="store_true", help="end once nothing is left to do")
        status = tasks.add_parser("status", help="what is done, left, set aside and refused, and how fast it goes")
        status.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")
        reindex = tasks.add_parser(
            "reindex", help="forget what is known of sites; their next plan reads it from the parts again"
        )
        reindex.add_argument("site", nargs="+", metavar="SITE", help="a site's name, as in status")
        retry = tasks.add_parser("retry", help="put batches that were given up back into the queue")
        retry.add_argument("site", nargs="*", metavar="SITE", help="of these sites only")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        assert self.settings is not None
        if not opts.task:
            raise UsageError("name a task: scrapy fleet plan|work|status|retry|reindex")
        if args:
            raise UsageError(f"what is {' '.join(args)}? -s NAME=VALUE goes before the task")
        try:
            from newsarchive.fleet.archive import place_of
            from newsarchive.fleet.database import connect, prepare
            from newsarchive.fleet.jobs import prepare_queue
        except ModuleNotFoundError as error:
            self._fail(f"{error}: pip install -r requirements-fleet.txt")
            return
        try:
            with closing(connect(self._database())) as connection:
                prepare(connection, *place_of(self.settings))
                prepare_queue(connection)
                if opts.task != "work":
                    getattr(self, f"_{opts.task}")(connection, opts)
            if opts.task == "work":
                self._work(opts)
        except ArgumentError as error:
            self._fail(str(error), 2)
        except ArchiveError as error:
            self._fail(str(error))

    def _database(self) -> str:
        return str(setting(self.settings, "NEWSARCHIVE_DATABASE", ""))

    def _fail(self, message: str, code: int = 1) -> None:
        assert self.settings is not None
        print(f"scrapy fleet: {mask_of(self.settings)(message)}", file=sys.stderr)
        self.exitcode = code

    # ------------------------------------------------------------------------------------------------ tasks

    def _plan(self, connection: "Connection", opts: argparse.Namespace) -> None:
        from newsarchive.fleet.batches import add_plan

        given = arglist_to_dict(opts.arguments)
        if "urls" in given:
            raise ArgumentError(
                "-a urls=…: a plan takes in whole sites; scrapy crawl takes addresses, with the same database"
            )
        for name in opts.site:
            spider, arguments = self._spider(name)
            site = self._site(spider, arguments | given)
            added = add_plan(connection, site, spider, arguments | given)
            print(f"{site}: {'its lists are read by the next free worker' if added else 'waits to be planned already'}")
            asyncio.run(self._turn(site))

    def _spider(self, name: str) -> tuple[str, dict[str, str]]:
        """The spider that archives a site, and the arguments that name the site to it."""
        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        domains = {spider: getattr(loader.load(spider), "domains", None) for spider in sorted(loader.list())}
        of_sites = {spider: known for spider, known in domains.items() if known is not None}
        if "://" not in name:
            if name not in of_sites:
                raise ArgumentError(f"{name} is neither a spider of sites ({', '.join(of_sites)}) nor an address")
            return name, {}
        for spider, known in of_sites.items():
            if bare_host(name) in known:
                return spider, {}
        return "wordpress", {"url": name}

    def _site(self, spider: str, arguments: dict[str, str]) -> str:
        """The site that a spider with these arguments archives. Raises ArgumentError where they cannot be used."""
        assert self.settings is not None
        kind = get_spider_loader(self.settings).load(spider)
        check = getattr(kind, "check_arguments", None)
        if check:
            check(arguments)
        return str(kind(**arguments).run.site)  # type: ignore[attr-defined]  # a spider of sites has it

    async def _turn(self, site: str) -> None:
        from newsarchive.fleet.jobs import ask_turn, queue

        app = queue(self._database())
        async with app.open_async():
            await ask_turn(app, site)

    def _retry(self, connection: "Connection", opts: argparse.Namespace) -> None:
        from newsarchive.fleet.batches import again

        for site in again(connection, opts.site):
            print(f"{site}: what was given up waits again")
            asyncio.run(self._turn(site))

    def _reindex(self, connection: "Connection", opts: argparse.Namespace) -> None:
        from newsarchive.fleet.database import Hold
        from newsarchive.fleet.index import SharedIndex

        for site in opts.site:
            with closing(Hold(self._database(), site)) as hold, hold.connection.transaction():
                SharedIndex(hold.connection, site).forget()
            print(f"{site}: its next plan reads from the parts what is known")

    def _status(self, connection: "Connection", opts: argparse.Namespace) -> None:
        from newsarchive.fleet.status import status

        found = status(connection)
        if opts.as_json:
            print(json.dumps(dataclasses.asdict(found) | {"left": found.left, "tweets_left": found.tweets_left}))
        else:
            print(status_text(found))

    def _work(self, opts: argparse.Namespace) -> None:
        assert self.settings is not None
        start_log(self.settings)
        for name in ("scrapy.middleware", "scrapy.crawler", "scrapy.addons", "scrapy.statscollectors", "procrastinate"):
            logging.getLogger(name).setLevel(logging.WARNING)  # lists of components and turns hide what happens
        install_reactor(self.settings["TWISTED_REACTOR"])
        from twisted.internet import reactor  # the one just installed

        from newsarchive.fleet.work import Worker

        process: Any = reactor  # its declared interface lacks what all reactors take
        worker = Worker(self.settings, sites=opts.sites, drain=opts.drain)
        failure: list[BaseException] = []

        async def work() -> None:
            try:
                await worker.run()
            except Exception as error:  # noqa: BLE001  (whatever it was, the process ends with it)
                failure.append(error)
            finally:
                process.stop()

        tasks: list[asyncio.Task[None]] = []
        process.callWhenRunning(lambda: tasks.append(asyncio.ensure_future(work())))
        process.run(installSignalHandlers=False)
        if failure:
            self._fail(f"{type(failure[0]).__name__}: {failure[0]}")


def status_text(fleet: "FleetStatus") -> str:
    """The status as a table for people, and below it what was left out and set aside."""
    lines = [f"{'site':<24}{'done':>9}{'left':>9}{'a minute':>10}  state"]
    for site in fleet.sites:
        state = (
            f"rests until {site.rests_until}" if site.rests_until
            else f"at work: {site.at_work}" if site.at_work
            else "to be planned" if site.to_plan
            else "waits" if site.left or site.tweets_left
            else "done"
        )  # fmt: skip
        tweets = f"; {counted(site.tweets_left, 'tweet waits', 'tweets wait')}" if site.tweets_left else ""
        partial = f"; {counted(site.partial, 'batch', 'batches')} partial" if site.partial else ""
        lines.append(f"{site.site:<24}{site.done:>9}{site.left:>9}{site.per_minute:>10.1f}  {state}{tweets}{partial}")
    lines += [
        f"left out of {site.site}: {line}"
        for site in fleet.sites
        for line in left_out(site.post_types, site.types_left_out or ())
    ]
    lines += [
        f"set aside: batch {one['batch']} of {site.site}, {counted(one['size'], one['kind'].removesuffix('s'))}: {one['why']}"
        for site in fleet.sites
        for one in site.aside
    ]
    pages = counted(fleet.left, "article or thread", "articles and threads")
    lines.append(f"{counted(fleet.workers, 'worker')}, {pages} left, {counted(fleet.tweets_left, 'tweet')}")
    return "\n".join(lines)
