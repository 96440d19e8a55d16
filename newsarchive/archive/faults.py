"""Named moments in the life of a line at which a test can kill the process.

``NEWSARCHIVE_FAULT=after_write:3`` kills it with SIGKILL the third time that ``after_write`` is reached. Where the
variable is not set, `reached` does nothing at all.
"""

import os
import signal

POINTS = (
    "before_write", "after_write", "before_sync", "after_sync", "before_index", "after_index",
    "before_seal", "before_rename", "after_rename", "before_manifest", "after_manifest",
    "before_upload", "in_upload", "after_upload", "after_upload_manifest",
)  # fmt: skip


def reached(point: str) -> None:
    """Say that `point` has been reached."""


def _armed(point: str, _left: dict[str, int] = {}) -> None:  # noqa: B006  (the count is the point of it)
    wanted, _, count = os.environ["NEWSARCHIVE_FAULT"].partition(":")
    if point == wanted:
        _left[point] = _left.get(point, int(count or 1)) - 1
        if _left[point] == 0:
            os.kill(os.getpid(), signal.SIGKILL)


if os.environ.get("NEWSARCHIVE_FAULT"):
    reached = _armed
