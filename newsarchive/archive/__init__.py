"""The durable archive: JSON Lines as the truth, an index derived from them. `archive_of(crawler)` is the way in for a crawl."""

from newsarchive.archive.crawl import archive_of
from newsarchive.archive.errors import ArchiveBusy, ArchiveError, ArchiveUnwritable
from newsarchive.archive.index import Known
from newsarchive.archive.options import Options
from newsarchive.archive.revisions import Verdict
from newsarchive.archive.store import Archive

__all__ = ["Archive", "ArchiveBusy", "ArchiveError", "ArchiveUnwritable", "Known", "Options", "Verdict", "archive_of"]
