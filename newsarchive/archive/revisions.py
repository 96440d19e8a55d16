"""Whether a reading is new, changed or unchanged, and what changed: decided from fingerprints alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from newsarchive.archive.index import Known
from newsarchive.content import changed_fields, comment_edited, comment_meaning


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
    alike: Callable[[str], bool] = lambda id: False,
) -> Verdict:
    """Compare a reading with what is `known` of it.

    A revision is made only by a field that both readings know. An incomplete reading of a thread never removes a
    comment. `counts`: votes or metrics are in the fingerprints, so an equal hash does not settle it. `alike` is asked
    of each comment that has another fingerprint, whether it says the same all the same (`comments_alike`).
    """
    verdict = Verdict(status="unchanged", revision=1, content_hash=content_hash, prints=prints)
    if known is None:
        verdict.status = "new"
        return verdict
    verdict.revision = known.revision
    if line.get("type") == "comment_thread":
        _judge_thread(verdict, known, bool(line.get("complete")), alike)
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


def _judge_thread(verdict: Verdict, known: Known, complete: bool, alike: Callable[[str], bool]) -> None:
    before, after = known.prints, verdict.prints
    changes = {
        "added": [id for id in after if id not in before],
        "edited": [
            id
            for id, new in after.items()
            if (old := before.get(id)) and new and comment_edited(old, new) and not alike(id)
        ],
        "removed": [id for id in before if id not in after] if complete else [],
    }
    # Who reads the lines alone is to know that the thread has been proven whole, and gets what the incomplete readings
    # could not show of it (votes, the declared count), even where no comment is new.
    first_whole = complete and known.line_complete is False
    if any(changes.values()) or first_whole:
        verdict.status = "changed"
        verdict.changes = changes


def comments_alike(id: str, one: Mapping[str, Mapping[str, Any]], other: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a comment of two threads (comments by id), read in different ways, agrees in all that both can know.

    A commenter without a name has none in REST and a word of the theme on a page. A page shows an answer that is deeper
    than it nests under a comment above its true parent.
    """
    if id not in one or id not in other:
        return False
    a, b = comment_meaning(one[id]), comment_meaning(other[id])
    parents_agree = a[1] == b[1] or a[1] in _above(id, other) or b[1] in _above(id, one)
    names_agree = a[2] == b[2] or a[2] is None or b[2] is None
    return parents_agree and names_agree and a[3:5] == b[3:5]


def _above(id: str, comments: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The ids of all that a comment answers, directly or not."""
    above: set[str] = set()
    while id in comments and (parent := comments[id].get("parent_id")) and parent not in above:
        above.add(parent)
        id = parent
    return above


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
