"""Whether a reading is new, changed or unchanged, and what changed: decided from fingerprints alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from newsarchive.archive.index import Known
from newsarchive.identity import changed_fields, comment_edited


@dataclass(kw_only=True)
class Verdict:
    """What a reading is, beside what the archive knows."""

    status: Literal["new", "changed", "unchanged"]
    revision: int
    """The revision this line is, or (unchanged) the one it repeats."""
    content_hash: str
    previous_hash: str | None = None
    fields: list[str] = field(default_factory=list)
    """Articles and tweets: names of the fields that changed."""
    changes: dict[str, list[str]] | None = None
    """Threads: ids of comments added, edited, removed; None for the first revision."""
    silent: bool | None = None
    """Articles: whether the content changed while the site's modified time stayed."""
    near_duplicate_of: str | None = None
    similarity: float | None = None
    prints: dict[str, str | None] = field(default_factory=dict)
    signature: bytes | None = None

    def fields_for(self, kind: str) -> dict[str, Any]:
        """The fields of a line of that kind that a verdict decides."""
        said: dict[str, Any] = {
            "revision": self.revision,
            "previous_hash": self.previous_hash,
            "content_hash": self.content_hash,
        }
        if kind == "article":
            said |= {"silent": self.silent, "near_duplicate_of": self.near_duplicate_of, "similarity": self.similarity}
        elif kind == "comment_thread":
            said["changes"] = self.changes
        return said


def judge(
    known: Known | None,
    line: Mapping[str, Any],
    content_hash: str,
    prints: dict[str, str | None],
    *,
    counts: bool = False,
) -> Verdict:
    """Compare a reading with what is `known` of it.

    A revision is made only by a field that both readings know. An incomplete reading of a thread never removes a
    comment. `counts`: votes or metrics are in the fingerprints, so an equal hash does not settle it.
    """
    verdict = Verdict(status="unchanged", revision=1, content_hash=content_hash, prints=prints)
    if known is None:
        verdict.status = "new"
        return verdict
    verdict.revision = known.revision
    if line.get("type") == "comment_thread":
        _judge_thread(verdict, known, bool(line.get("complete")))
    elif counts or content_hash != known.content_hash:
        verdict.fields = changed_fields(
            known.prints, prints, same_way=known.kind == "article" and line.get("source") == known.source
        )
        if verdict.fields:
            verdict.status = "changed"
            modified = line.get("modified_at")
            if known.kind == "article" and modified and known.modified_at and "gone" not in verdict.fields:
                verdict.silent = modified == known.modified_at
    if verdict.status == "changed":
        verdict.revision += 1
        verdict.previous_hash = known.content_hash
    return verdict


def _judge_thread(verdict: Verdict, known: Known, complete: bool) -> None:
    before, after = known.prints, verdict.prints
    changes = {
        "added": [id for id in after if id not in before],
        "edited": [id for id, new in after.items() if (old := before.get(id)) and new and comment_edited(old, new)],
        "removed": [id for id in before if id not in after] if complete else [],
    }
    # The last line may hold a part of the comments that are known from several incomplete readings: the first reading
    # that is whole gets a line even where it brings no comment that is new.
    first_whole = complete and known.line_complete is False and verdict.content_hash != known.content_hash
    if any(changes.values()) or first_whole:
        verdict.status = "changed"
        verdict.changes = changes


def prints_after(known: Known | None, line: Mapping[str, Any], prints: dict[str, str | None]) -> dict[str, str | None]:
    """The fingerprint to remember once `line` is kept: of an incomplete thread together with the comments known before.

    What a reading does not show of a comment (its pictures, by REST) stays as it was known.
    """
    if known is None or line.get("type") != "comment_thread":
        return prints
    merged: dict[str, str | None] = {} if line.get("complete") else dict(known.prints)
    for id, new in prints.items():
        old = known.prints.get(id)
        merged[id] = (
            "|".join(b or a for a, b in zip(old.split("|"), new.split("|"), strict=False)) if old and new else new
        )
    return merged
