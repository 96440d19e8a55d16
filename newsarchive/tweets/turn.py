"""Whose turn it is to ask: of all processes with one log of observations, one at a time asks the hosts.

So no tweet is asked about twice, no host meets more requests than its lane allows, and no two processes spend one
budget. The system takes a turn back when its holder dies, however it dies.
"""

import fcntl
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import uuid4

_LOOK_SECONDS = 0.05  # between two looks at whether the turn is free
_COMPANY_SECONDS = 2.0  # so long a turn takes on more although others wait: their tweets may share a request


class Turn:
    """The right to ask about the tweets of one log: the locks on ``<log>.turn`` and, for whoever is next, ``<log>.next``."""

    def __init__(self, log: Path) -> None:
        """Raises OSError where the files cannot be made."""
        self._turn = os.open(f"{log}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._next = os.open(f"{log}.next", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._name = f"process {os.getpid()} {uuid4().hex}".encode()
        self._since: float | None = None
        self.others_until: float | None = None
        """When somebody else's turn, between our last one and this one, ended (seconds since 1970); None where there was none."""

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._since is not None

    @property
    def open(self) -> bool:
        """Whether it is ours and more may be begun in it: nobody waits, or it has only just begun."""
        if self._since is None:
            return False
        if time.monotonic() - self._since < _COMPANY_SECONDS:
            return True
        if not _lock(self._next):
            return False
        fcntl.flock(self._next, fcntl.LOCK_UN)
        return True

    async def take(self, seconds: float, sleep: Callable[[float], Awaitable[None]]) -> bool:
        """Takes it, waiting in line for up to `seconds`; says whether it is ours and open."""
        until = time.monotonic() + seconds
        waits = False
        try:
            while not self.open:
                if not self.held:  # else it is to end first: somebody waits
                    waits = waits or _lock(self._next)
                    if waits and _lock(self._turn):
                        self._begin()
                        return True
                if time.monotonic() >= until:
                    return False
                await sleep(_LOOK_SECONDS)
            return True
        finally:
            if waits:
                fcntl.flock(self._next, fcntl.LOCK_UN)

    def _begin(self) -> None:
        self._since = time.monotonic()
        last = os.pread(self._turn, len(self._name), 0)
        self.others_until = os.fstat(self._turn).st_mtime if last and last != self._name else None
        if last != self._name:
            os.ftruncate(self._turn, 0)
            os.pwrite(self._turn, self._name, 0)

    def release(self) -> None:
        """Gives it back; nothing happens where it is not ours."""
        if self.held:
            self._since = None
            os.utime(self._turn)
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def close(self) -> None:
        """Gives it back and lets the files go."""
        self._since = None
        os.close(self._turn)
        os.close(self._next)


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
