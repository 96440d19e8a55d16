"""What an archive holds, wherever its parts lie: here, or on S3 only."""

import contextlib
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from newsarchive.archive import manifest
from newsarchive.archive.errors import ArchiveError
from newsarchive.archive.index import Index
from newsarchive.archive.layout import Site
from newsarchive.archive.lines import read_lines
from newsarchive.archive.manifest import Entry
from newsarchive.archive.replay import checked_line

if TYPE_CHECKING:
    from newsarchive.archive.s3 import Bucket

Progress = Callable[[int], None]
"""Told the bytes of each part that is done."""


def silent(_: int) -> None:
    """A `Progress` that shows nothing."""


class Holdings:
    """The sealed parts of one site. With a `bucket` those that only S3 holds are among them, and are fetched
    when read; without `remote` only those of them that were pruned here."""

    def __init__(self, site: Site, bucket: "Bucket | None" = None, *, remote: bool = True):
        self.site = site
        self.bucket = bucket
        self.entries, self.wrong = manifest.read(site.manifest)
        if bucket is not None and remote:
            for entry in self._remote():
                self.entries.setdefault(entry.part, entry)

    def _remote(self) -> Iterator[Entry]:
        """The parts that the bucket's manifest objects speak of, the earliest sealed first."""
        assert self.bucket is not None
        here = {entry.part.rpartition("/")[2] for entry in self.entries.values()}
        found = []
        for key in self.bucket.keys(self.site.name, "manifest"):
            if key.rpartition("/")[2].removesuffix(".ndjson") not in here:
                entry = msgspec.json.decode(b"".join(self.bucket.read(key)), type=Entry)
                where = self.bucket.key(self.site.name, entry.file)
                found.append(msgspec.structs.replace(entry, pruned_to=f"s3://{self.bucket.name}/{where}"))
        return iter(sorted(found, key=lambda entry: (entry.sealed_at, entry.part)))

    @property
    def bytes(self) -> int:
        """Size of all parts."""
        return sum(entry.bytes for entry in self.entries.values())

    @contextlib.contextmanager
    def file(self, entry: Entry) -> Iterator[Path]:
        """The part's file, fetched for the while where only S3 holds it; raises ArchiveError where it cannot be had."""
        path = self.site.path / entry.file
        if path.exists():
            yield path
            return
        if not entry.pruned_to:
            raise ArchiveError(f"{entry.file} is missing")
        if self.bucket is None:
            raise ArchiveError(
                f"{entry.file} is held at {entry.pruned_to} only: set NEWSARCHIVE_STORE to that s3:// prefix"
            )
        with tempfile.TemporaryDirectory(prefix="newsarchive-") as place:
            copy = Path(place) / path.name
            self.bucket.fetch(entry.pruned_to.removeprefix(f"s3://{self.bucket.name}/"), copy, entry.sha256)
            yield copy

    def lines(
        self, kinds: tuple[str, ...] = (), progress: Progress = silent
    ) -> Iterator[tuple[Entry, int, dict[str, Any]]]:
        """(part, offset, line) of every line, of some kinds only where given; raises ArchiveError at damage."""
        for entry in self.entries.values():
            if not kinds or entry.kind in kinds:
                with self.file(entry) as path:
                    try:
                        for offset, data in read_lines(path):
                            yield entry, offset, checked_line(data)
                    except (ValueError, EOFError, OSError) as error:
                        raise ArchiveError(
                            f"{entry.file} cannot be read: {error}. `scrapy archive verify` says more."
                        ) from error
            progress(entry.bytes)


@dataclass
class Stats:
    """What a site's archive holds."""

    site: str
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each month of fetching, the lines of each kind."""
    parts: int = 0
    bytes: int = 0
    lines: int = 0
    articles: int | None = None
    """Different articles, gone ones included; this and what follows is None where there is no index to count by."""
    gone: int | None = None
    threads: int | None = None
    incomplete: int | None = None
    """Threads whose last reading was not proven complete."""
    comments: int | None = None
    """Comments in the threads as last read."""
    tweets: int | None = None
    pending: int | None = None
    """Parts not known to be on S3; None for a local store."""
    only_on_s3: int = 0
    """Parts whose local copy has been pruned."""


def stats(holdings: Holdings) -> Stats:
    """Count what a site holds, by its manifest and its index; without an index the counts that need one are None."""
    said = Stats(holdings.site.name)
    months: dict[str, Counter[str]] = {}
    for part, entry in holdings.entries.items():
        months.setdefault(part.partition("date=")[2][:7], Counter())[entry.kind] += entry.lines
        said.parts, said.bytes, said.lines = said.parts + 1, said.bytes + entry.bytes, said.lines + entry.lines
        said.only_on_s3 += entry.pruned_to is not None
    said.months = {month: dict(sorted(months[month].items())) for month in sorted(months)}
    if not holdings.site.index.exists():
        return said
    try:
        index = Index(holdings.site.index)
    except sqlite3.DatabaseError as error:
        raise ArchiveError(
            f"the index of {holdings.site.name} cannot be read ({error}); `scrapy archive reindex` rebuilds it"
        ) from error
    with contextlib.closing(index):
        totals = index.totals()
        for name, value in totals.items():
            setattr(said, name, value)
        if holdings.bucket is not None:
            safe = index.uploaded(holdings.bucket.url)
            said.pending = sum(not entry.pruned_to and part not in safe for part, entry in holdings.entries.items())
    return said
