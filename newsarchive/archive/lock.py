"""One writer a site: a lock that the system takes back when its holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Callable
from pathlib import Path

from newsarchive.archive.errors import ArchiveBusy


class Lock:
    """An exclusive lock on the file `path`, which stays where it is; its text says who holds it."""

    def __init__(self, path: Path):
        self.path = path
        self._fd: int | None = None

    def take(self, who: str, wait_seconds: float = 0, pause: Callable[[float], object] = time.sleep) -> None:
        """Take it, waiting up to `wait_seconds`; raises ArchiveBusy where another process still holds it then."""
        until = time.monotonic() + wait_seconds
        while not self.try_take(who):
            if time.monotonic() >= until:
                raise ArchiveBusy(self.refusal())
            if pause(0.1) is False:  # whoever waits has given up
                raise ArchiveBusy(self.refusal())

    def try_take(self, who: str) -> bool:
        """Take it if it is free, and say whether it was."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError:
            os.close(fd)
            raise
        self._fd = fd
        # Who holds it is a courtesy to the refused: a full disk must not keep anyone from repairing the archive.
        try:
            os.ftruncate(fd, 0)
            os.pwrite(fd, who.encode(), 0)
        except OSError:
            return True
        return True

    def refusal(self) -> str:
        """The message for whoever could not have it."""
        try:
            holder = self.path.read_text("utf-8", "replace")[:200].strip()
        except OSError:
            holder = ""
        return (
            f"another process is writing the archive of this site ({holder or 'unknown'}; lock file {self.path}). "
            "Let it finish, or set NEWSARCHIVE_LOCK_WAIT to the seconds to wait for it."
        )

    def release(self) -> None:
        """Give it back; nothing happens where it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
