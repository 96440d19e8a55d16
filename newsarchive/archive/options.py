"""How an archive writes."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Options:
    """How an archive writes; the settings ``NEWSARCHIVE_…`` of the same names say what each is for."""

    compression: str = "none"
    part_lines: int = 100_000
    part_bytes: int = 128 * 1024 * 1024
    part_seconds: float = 3600
    lock_wait: float = 0
    votes_revise: bool = False
    metrics_revise: bool = False
    near_window: int = 20_000
    near_similarity: float = 0.3
