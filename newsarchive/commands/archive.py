"""`scrapy archive`: look at, check, copy and care for what has been archived."""

import argparse
import contextlib
import dataclasses
import json
import logging
import os
import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from newsarchive.archive import ArchiveError, manifest
from newsarchive.archive.changes import KINDS_OF_CHANGE, changes
from newsarchive.archive.crawl import bucket_of, is_s3, local_root, options_of, setting
from newsarchive.archive.extract import Wanted, extract
from newsarchive.archive.holdings import Holdings, Stats, stats
from newsarchive.archive.layout import Site, is_day, sites
from newsarchive.archive.lock import Lock
from newsarchive.archive.repair import rebuild
from newsarchive.archive.show import all_revisions, report
from newsarchive.archive.verify import Report, verify
from newsarchive.counting import counted, noun
from newsarchive.tweets.parts import Pushed as PushedObservations
from newsarchive.tweets.parts import problems, restore
from newsarchive.tweets.parts import push as push_tweets
from newsarchive.tweets.service import log_path
from newsarchive.watching import mask_of
from newsarchive.watching.logs import Masked

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket
    from newsarchive.archive.upload import Pushed

KINDS = {"article": "article", "thread": "comment_thread", "tweet": "tweet", "comment": "comment"}


class Command(ScrapyCommand):
    """One subcommand a task; each takes ``--site`` and ``--json``. Exit code 1: something is wrong, 2: asked wrongly."""

    requires_project = True
    default_settings = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        return "stats|verify|show|changes|export|reindex|push|prune [options]"

    def short_desc(self) -> str:
        return "Look at, check, copy and care for the archive"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        tasks = parser.add_subparsers(
            dest="task", metavar="TASK", title="tasks", prog="scrapy archive", parser_class=argparse.ArgumentParser
        )

        def task(name: str, about: str) -> argparse.ArgumentParser:
            one = tasks.add_parser(name, help=about, description=about)
            one.add_argument("--site", action="append", default=[], help="only this site; may be given several times")
            one.add_argument("--store", help="the archive's place, instead of NEWSARCHIVE_STORE")
            one.add_argument("--json", action="store_true", dest="as_json", help="one JSON document on standard output")
            return one

        task("stats", "What is held, by site and month.")
        task("verify", "Check every file, line, hash and chain of revisions; exit code 1 where something is wrong.")
        show = task("show", "An article or thread with its revisions and what changed between them.")
        show.add_argument("id", help="its id (SITE/POST), post id or address")
        changed = task("changes", "What changed and when: edits, silent ones, takedowns, returns, comments, tweets.")
        changed.add_argument("--since", type=_day, help="first day of reading, YYYY-MM-DD or 7d")
        changed.add_argument("--until", type=_day, help="last day")
        changed.add_argument(
            "--what",
            action="append",
            default=[],
            choices=KINDS_OF_CHANGE,
            help="only these; may be given several times",
        )
        export = task(
            "export",
            "A filtered copy: .jsonl, .csv (.gz or .zst may follow) or .parquet by the file's ending; - for standard output.",
        )
        export.add_argument("file")
        export.add_argument(
            "--type",
            action="append",
            default=[],
            choices=sorted(KINDS),
            help="comment: the comments of threads, one a line",
        )
        export.add_argument("--since", type=_day, help="first day, YYYY-MM-DD or 7d")
        export.add_argument("--until", type=_day, help="last day")
        export.add_argument(
            "--by", choices=("fetched", "published"), default="fetched", help="which day counts (default fetched)"
        )
        export.add_argument("--latest", action="store_true", help="only the last revision of each thing")
        export.add_argument("--force", action="store_true", help="write over an existing file")
        task(
            "reindex",
            "Make the index anew from the parts; with an S3 store also from parts that other machines stored.",
        )
        task("push", "Upload to S3 every sealed part that is not known to be there.")
        prune = task("prune", "Delete local copies of parts that S3 proves to hold.")
        prune.add_argument(
            "--older-than", type=_day, metavar="DAY", help="only parts of days before this one, YYYY-MM-DD or 30d"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args or not opts.task:
            raise UsageError(
                f"unrecognised: {' '.join(args)}" if args else "name a task: " + self.syntax(), print_help=not args
            )
        assert self.settings is not None
        handler = logging.StreamHandler()
        handler.setLevel(logging.WARNING)
        handler.setFormatter(Masked(logging.Formatter(), mask_of(self.settings)))
        logging.getLogger("newsarchive").addHandler(handler)
        if opts.store:
            self.settings.set("NEWSARCHIVE_STORE", opts.store, priority="cmdline")
        try:
            self.exitcode = getattr(self, f"_{opts.task}")(opts)
        except ArchiveError as error:
            self._fail(opts, str(error))
        except BrokenPipeError:
            # Whoever read our output has had enough; nothing may be flushed into it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except (OSError, sqlite3.Error) as error:
            self._fail(opts, f"the disk or the index fails: {error}")

    def _fail(self, opts: argparse.Namespace, message: str) -> None:
        assert self.settings is not None
        self.exitcode = 1
        message = mask_of(self.settings)(message)  # it may quote the address of an S3 server or a proxy
        if opts.as_json:
            _print_json({"error": message})
        else:
            print(f"scrapy archive {opts.task}: {message}", file=sys.stderr)

    # ------------------------------------------------------------------------------------------------ places

    @property
    def _store(self) -> str:
        return str(setting(self.settings, "NEWSARCHIVE_STORE", "archive"))

    def _bucket(self, *, needed: bool = False) -> "Bucket | None":
        if is_s3(self._store):
            return bucket_of(self._store, self.settings)
        if needed:
            raise ArchiveError(f"NEWSARCHIVE_STORE is {self._store!r}: this task is for s3://bucket/prefix")
        return None

    @property
    def _tweets(self) -> Path:
        """The log of observations."""
        return log_path(self.settings)

    def _sites(self, opts: argparse.Namespace) -> list[Site]:
        root = local_root(self.settings)
        names = opts.site or sites(root)
        bucket = self._bucket()
        if not opts.site and bucket is not None and opts.task in ("stats", "verify", "export", "reindex"):
            names = sorted({*names, *bucket.folders()})
        if not names:
            raise ArchiveError(f"there is no archive in {root}")
        for name in opts.site:
            if name not in sites(root) and bucket is None:
                raise ArchiveError(f"{name} is not held in {root}; there are: {', '.join(sites(root)) or 'no sites'}")
        return [Site(root, name) for name in names]

    def _holdings(self, opts: argparse.Namespace) -> list[Holdings]:
        bucket = self._bucket()
        return [Holdings(site, bucket) for site in self._sites(opts)]

    # ------------------------------------------------------------------------------------------------ tasks

    def _stats(self, opts: argparse.Namespace) -> int:
        found = [stats(holdings) for holdings in self._holdings(opts)]
        if opts.as_json:
            _print_json({"sites": [dataclasses.asdict(one) for one in found]})
            return 0
        for one in found:
            print(f"{one.site}: {_lines_and_parts(one)}")
            if one.articles is None:
                print("  no index, so articles, threads and tweets are not counted; `scrapy archive reindex` makes it")
            else:
                print(
                    f"  {counted(one.articles, 'article')} ({one.gone} gone), {counted(one.threads or 0, 'thread')} ({one.incomplete} incomplete)"
                    f" with {counted(one.comments or 0, 'comment')}, {counted(one.tweets or 0, 'tweet')}"
                )
            if one.pending is not None:
                print(f"  {counted(one.pending, 'part')} not yet on S3, {one.only_on_s3} on S3 only")
            for month, kinds in one.months.items():
                print(
                    f"  {month}  " + "  ".join(counted(count, kind.replace("_", " ")) for kind, count in kinds.items())
                )
        return 0

    def _verify(self, opts: argparse.Namespace) -> int:
        holdings = self._holdings(opts)
        with _progress("verify", sum(one.bytes for one in holdings), opts) as progress:
            reports = [verify(one, progress) for one in holdings]
        tweets = list(problems(self._tweets, self._bucket())) if self._tweets.exists() else []
        wrong = tweets + [problem for one in reports for problem in one.problems]
        if opts.as_json:
            sites_said = [dataclasses.asdict(one) for one in reports]
            _print_json({"ok": not wrong, "sites": sites_said, "tweets": {"problems": tweets}})
        else:
            for problem in tweets:
                print(problem)
            for one in reports:
                how = counted(len(one.problems), "problem") if one.problems else "all well"
                print(f"{one.site}: {_lines_and_parts(one)}: {how}")
                if one.open:
                    print(f"  parts still open: {one.open} (a crawl is at work, or died and the next one seals them)")
                if one.twice:
                    print(f"  {counted(one.twice, 'revision was', 'revisions were')} stored by another machine as well")
                for problem in one.problems[:20]:
                    print(f"  {problem}")
                if len(one.problems) > 20:
                    print(f"  … and {len(one.problems) - 20} more (--json names them)")
        return 1 if wrong else 0

    def _show(self, opts: argparse.Namespace) -> int:
        for holdings in self._holdings(opts):
            found = all_revisions(holdings, _id_of(holdings, opts.id))
            if found:
                if opts.as_json:
                    _print_json(found)
                else:
                    print("\n".join(report(found)))
                return 0
        raise ArchiveError(f"{opts.id} is not held")

    def _changes(self, opts: argparse.Namespace) -> int:
        _in_order(opts)
        holdings = self._holdings(opts)
        with _progress("changes", sum(one.bytes for one in holdings), opts) as progress:
            found = changes(holdings, since=opts.since, until=opts.until, what=opts.what, progress=progress)
        if opts.as_json:
            _print_json({"changes": [dataclasses.asdict(one) for one in found]})
            return 0
        for one in found:
            print(f"{one.at}  {one.id}  {one.told}" + (f"  “{one.title}”" if one.title else ""))
        if not found:
            print("nothing has changed", file=sys.stderr)
        return 0

    def _export(self, opts: argparse.Namespace) -> int:
        _in_order(opts)
        holdings = self._holdings(opts)
        wanted = Wanted(
            kinds=tuple(KINDS[name] for name in opts.type),
            since=opts.since,
            until=opts.until,
            by=opts.by,
            latest=opts.latest,
        )
        with _progress("export", sum(one.bytes for one in holdings), opts) as progress:
            count = extract(holdings, wanted, opts.file, force=opts.force, progress=progress)
        if opts.file != "-":
            if opts.as_json:
                _print_json({"file": str(Path(opts.file).absolute()), "rows": count})
            else:
                print(f"{counted(count, 'row')} in {opts.file}")
        return 0

    def _reindex(self, opts: argparse.Namespace) -> int:
        options = options_of(self.settings)
        done = {}
        for site in self._sites(opts):
            with self._held(site, "reindex"):
                holdings = Holdings(site, self._bucket())
                for part in set(holdings.entries) - set(manifest.read(site.manifest)[0]):
                    manifest.append(site.manifest, holdings.entries[part])
                with _progress(f"reindex {site.name}", holdings.bytes, opts) as progress:
                    done[site.name] = rebuild(
                        site,
                        votes=options.votes_revise,
                        metrics=options.metrics_revise,
                        file=holdings.file,
                        progress=progress,
                    )
        bucket = self._bucket()
        restored = restore(self._tweets, bucket) if bucket is not None else 0
        if opts.as_json:
            _print_json({"lines": done, "observations": restored})
        else:
            for name, lines in done.items():
                print(f"{name}: {counted(lines, 'line')} indexed")
            if restored:
                print(f"{counted(restored, 'observation')} of tweets restored")
        return 0

    def _push(self, opts: argparse.Namespace) -> int:
        from newsarchive.archive.upload import pending_bytes, push

        bucket = self._bucket(needed=True)
        assert bucket is not None
        done = {}
        for site in self._sites(opts):
            with _progress(f"push {site.name}", pending_bytes(site, bucket), opts) as progress:
                done[site.name] = push(site, bucket, progress=progress)
        tweets = (
            push_tweets(self._tweets, bucket, datetime.now(timezone.utc))
            if self._tweets.exists()
            else PushedObservations()
        )
        if opts.as_json:
            said = {name: dataclasses.asdict(one) for name, one in done.items()}
            _print_json({"sites": said, "tweets": dataclasses.asdict(tweets)})
        else:
            for name, one in done.items():
                print(_pushed(name, one))
            print(_pushed("observations of tweets", tweets))
        return 1 if tweets.error or tweets.pending or any(one.pending for one in done.values()) else 0

    def _prune(self, opts: argparse.Namespace) -> int:
        from newsarchive.archive.upload import prune

        bucket = self._bucket(needed=True)
        assert bucket is not None
        done = {}
        for site in self._sites(opts):
            with self._held(site, "prune"), _progress(f"prune {site.name}", Holdings(site).bytes, opts) as progress:
                done[site.name] = prune(site, bucket, before=opts.older_than, progress=progress)
        if opts.as_json:
            _print_json({"sites": {name: dataclasses.asdict(one) for name, one in done.items()}})
        else:
            for name, one in done.items():
                print(
                    f"{name}: {counted(one.parts, 'local copy', 'local copies')} deleted ({_size(one.bytes)}), {one.pending} kept that S3 does not prove to hold"
                )
        return 0

    @contextlib.contextmanager
    def _held(self, site: Site, task: str) -> Iterator[None]:
        """The site's lock: no crawl writes it meanwhile."""
        lock = Lock(site.lock)
        lock.take(f"scrapy archive {task}, process {os.getpid()}", options_of(self.settings).lock_wait)
        try:
            yield
        finally:
            lock.release()


def _in_order(opts: argparse.Namespace) -> None:
    """Raises UsageError where the days asked for are not in order."""
    if opts.since and opts.until and opts.since > opts.until:
        raise UsageError(f"--since {opts.since} is after --until {opts.until}", print_help=False)


def _day(text: str) -> str:
    """``2026-05-04``, or ``7d`` for seven days ago."""
    ago = re.fullmatch(r"(\d{1,5})d", text)
    if ago:
        return (datetime.now(timezone.utc).date() - timedelta(days=int(ago[1]))).isoformat()
    try:
        if is_day(text):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass  # such as 31 February: told below
    raise argparse.ArgumentTypeError(f"{text!r} is no day: write 2026-05-04, or 7d for seven days ago")


def _id_of(holdings: Holdings, asked: str) -> str:
    """The id that a person means by an id, a post id or an address."""
    from newsarchive.archive.index import Index, address_key

    if "://" in asked and holdings.site.index.exists():
        key = address_key(asked)
        with contextlib.closing(Index(holdings.site.index)) as index:
            return (index.article_at(key) if key else None) or asked
    return f"{holdings.site.name}/{asked}" if "/" not in asked and index_lacks(holdings, asked) else asked


def index_lacks(holdings: Holdings, id: str) -> bool:
    """Whether nothing is held under exactly this id, so that it may be a bare post id."""
    return not all_revisions(holdings, id)


@contextlib.contextmanager
def _progress(task: str, total: int, opts: argparse.Namespace) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; nothing where standard error is none, or JSON was asked for."""
    if opts.as_json or not sys.stderr.isatty():
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task(task, total=total)
        yield lambda done: bar.advance(shown, done)


def _lines_and_parts(held: Stats | Report) -> str:
    return f"{counted(held.lines, 'line')} in {counted(held.parts, 'part')}, {_size(held.bytes)}"


def _pushed(name: str, done: "Pushed | PushedObservations") -> str:
    line = f"{name}: {counted(done.parts, 'part')} uploaded ({_size(done.bytes)}), {done.pending} pending"
    return f"{line}: {done.error}" if done.error else line


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))


def _size(count: float) -> str:
    for unit in ("bytes", "KB", "MB"):
        if count < 1000:
            return f"{count:.0f} {noun(count, 'byte')}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
