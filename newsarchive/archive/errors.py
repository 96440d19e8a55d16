"""What can go wrong with an archive, in words for the person who reads the log."""


class ArchiveError(Exception):
    """Something about the archive that stops what was asked for; the message says what and what to do."""


class ArchiveBusy(ArchiveError):
    """Another process is writing this site."""


class ArchiveUnwritable(ArchiveError):
    """The archive cannot be written: disk full, read-only, no permission. Nothing after this is kept."""
