"""Where things lie in an archive.

::

    <root>/<site>/articles/date=2026-11-22/20261122T145812Z-9f3c1a-0001.jsonl
                  threads/…  tweets/…
                  manifest.ndjson          a line for each sealed part
                  .archive/lock            held by the one writer of the site
                  .archive/index.sqlite3   derived from the parts: may be deleted
                  .archive/readings.ndjson what was read and had not changed
                  .archive/open/           parts being written; .archive/damaged/: what repair took out of them

The date is the day of fetching, so a sealed part never changes. Open parts and the manifest have names that
``*.jsonl*`` does not match.
"""

import re
from dataclasses import dataclass
from pathlib import Path

DIRECTORIES = {"article": "articles", "comment_thread": "threads", "tweet": "tweets"}
"""The directory of each type of line."""
KINDS = {directory: kind for kind, directory in DIRECTORIES.items()}
ENDINGS = {"none": ".jsonl", "gz": ".jsonl.gz", "zst": ".jsonl.zst"}
"""The ending of a sealed part by its compression."""

_PART = re.compile(r"(articles|threads|tweets)/date=(\d{4}-\d\d-\d\d)/([\w.+-]+?)(\.jsonl(?:\.gz|\.zst)?)?")
_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


@dataclass(frozen=True)
class PartName:
    """A part, whatever state it is in. ``str()`` is its name in the index: ``articles/date=2026-11-22/<stem>``."""

    kind: str
    date: str
    stem: str

    def __str__(self) -> str:
        return f"{DIRECTORIES[self.kind]}/date={self.date}/{self.stem}"

    @property
    def while_open(self) -> str:
        """Its file name in ``.archive/open``."""
        return str(self).replace("/", "~")


def part_name(text: str) -> PartName | None:
    """The part that a sealed file's path within the site, a ``str(PartName)`` or an open file's name speaks of; else None."""
    found = _PART.fullmatch(text.replace("~", "/"))
    return PartName(KINDS[found[1]], found[2], found[3]) if found else None


def is_day(text: str) -> bool:
    """Whether `text` can be a date directory."""
    return _DAY.fullmatch(text) is not None


class Site:
    """The directories of one site in the archive at `root`. Making one touches nothing on disk."""

    def __init__(self, root: str | Path, site: str):
        if not re.fullmatch(r"[\w-][\w.-]*", site):
            raise ValueError(f"{site!r} cannot name a site's directory")
        self.name = site
        self.path = Path(root).expanduser().absolute() / site
        self.manifest = self.path / "manifest.ndjson"
        self.inner = self.path / ".archive"
        self.lock = self.inner / "lock"
        self.push_lock = self.inner / "push.lock"
        self.index = self.inner / "index.sqlite3"
        self.readings = self.inner / "readings.ndjson"
        self.open = self.inner / "open"
        self.damaged = self.inner / "damaged"

    def open_files(self) -> list[Path]:
        """The parts that are not sealed: of a crawl that is at work, or of one that died."""
        return sorted(self.open.iterdir()) if self.open.is_dir() else []

    def sealed_files(self) -> list[Path]:
        """Every file under the site with the name of a sealed part, sorted."""
        return sorted(
            path
            for directory in KINDS
            for path in self.path.glob(f"{directory}/date=*/*.jsonl*")
            if part_name(self.within(path)) and path.name.endswith(tuple(ENDINGS.values()))
        )

    def within(self, path: Path) -> str:
        """`path` relative to the site, with forward slashes."""
        return path.relative_to(self.path).as_posix()


def sites(root: str | Path) -> list[str]:
    """Names of the sites held at `root`, sorted; empty where there is no archive."""
    root = Path(root).expanduser()
    if not root.is_dir():
        return []
    return sorted(
        path.name for path in root.iterdir() if (path / ".archive").is_dir() or (path / "manifest.ndjson").is_file()
    )
