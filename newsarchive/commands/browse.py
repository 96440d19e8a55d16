"""`scrapy browse`: the archive as a SQLite database with full-text search, shown by Datasette."""

import argparse
import importlib.util
import os
import sys
from importlib import resources
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsarchive.archive import ArchiveError
from newsarchive.archive.crawl import bucket_of, is_s3, local_root, setting
from newsarchive.archive.holdings import Holdings
from newsarchive.archive.layout import Site, sites
from newsarchive.browse.database import build
from newsarchive.counting import counted
from newsarchive.watching import mask_of


class Command(ScrapyCommand):
    """Makes the database anew, then serves it on this machine until it is interrupted. Exit code 1: it cannot be made."""

    requires_project = True
    requires_crawler_process = False
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Read and search the archive in a web browser"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--database", default="newsarchive.db", metavar="FILE", help="the SQLite database (default %(default)s)"
        )
        parser.add_argument("--only-build", action="store_true", help="make the database and serve nothing")
        parser.add_argument("--only-serve", action="store_true", help="serve the database as it is")
        parser.add_argument("--port", type=int, default=8001, help="port on 127.0.0.1 (default %(default)s)")
        parser.add_argument("--store", help="the archive's place, instead of NEWSARCHIVE_STORE")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"unrecognised: {' '.join(args)}")
        assert self.settings is not None
        if opts.store:
            self.settings.set("NEWSARCHIVE_STORE", opts.store, priority="cmdline")
        database = Path(opts.database)
        try:
            if not opts.only_serve:
                self._build(database)
            if not opts.only_build:
                self._serve(database, opts.port)
        except ArchiveError as error:
            print(f"scrapy browse: {mask_of(self.settings)(str(error))}", file=sys.stderr)
            self.exitcode = 1

    def _build(self, database: Path) -> None:
        root = local_root(self.settings)
        store = str(setting(self.settings, "NEWSARCHIVE_STORE", "archive"))
        bucket = bucket_of(store, self.settings) if is_s3(store) else None
        names = sorted({*sites(root), *(bucket.folders() if bucket is not None else ())})
        if not names:
            raise ArchiveError(f"there is no archive in {root}")
        held = build((Holdings(Site(root, name), bucket) for name in names), database)
        print(
            f"{database}: {counted(held.articles, 'article')}, {counted(held.comments, 'comment')},"
            f" {counted(held.tweets, 'tweet')}, {counted(held.revisions, 'revision')}"
        )

    def _serve(self, database: Path, port: int) -> None:
        """Becomes Datasette."""
        here = Path(str(resources.files("newsarchive.browse")))
        if importlib.util.find_spec("datasette") is None:
            raise ArchiveError("Datasette is not installed: pip install -r requirements-browse.txt")
        if not database.is_file():
            raise ArchiveError(f"there is no database {database}")
        sys.stdout.flush()
        options = [
            "--immutable",
            str(database),
            "--plugins-dir",
            str(here / "plugins"),
            "--template-dir",
            str(here / "templates"),
        ]
        options += ["--metadata", str(here / "metadata.json"), "--host", "127.0.0.1", "--port", str(port)]
        options += [
            "--setting",
            "sql_time_limit_ms",
            "20000",
        ]  # default 1000: a common word in a large archive takes longer
        os.execv(sys.executable, [sys.executable, "-m", "datasette", "serve", *options])
