"""Not the page: whether an answer is what was asked for, and the evidence where it is not."""

from newsarchive.guard.incident import Evidence, Expect, Incident
from newsarchive.guard.judge import judge

__all__ = ["Evidence", "Expect", "Incident", "judge"]
