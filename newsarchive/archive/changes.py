"""What changed over time, one revision a row: edits, silent ones, takedowns and returns, comments, states of tweets."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from newsarchive.archive.holdings import Holdings, Progress, silent
from newsarchive.archive.show import revisions
from newsarchive.content import changed_fields, fingerprint

KINDS_OF_CHANGE = ("edited", "silent", "gone", "back", "thread", "tweet")


@dataclass(frozen=True, kw_only=True)
class Change:
    """A revision beside the one before it."""

    at: str
    """When it was read, which is when it was noticed."""
    id: str
    what: str
    """One of `KINDS_OF_CHANGE`; silent: edited, while the modified time stayed; gone: taken down."""
    revision: int
    title: str | None = None
    """Of an article, as it is by then."""
    url: str = ""
    fields: list[str] = field(default_factory=list)
    """Articles and tweets: names of the fields that changed; ``body`` is text, headings, lists, pictures and embeds."""
    status: int | None = None
    """gone: the status that said so."""
    added: list[str] = field(default_factory=list)
    """Threads: ids of comments that are new; so with `edited` and `removed`."""
    edited: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    """Tweets: the state before and the one after."""

    @property
    def told(self) -> str:
        """What happened, in words."""
        if self.what == "gone":
            return f"taken down ({self.status})"
        if self.what == "thread":
            ids = (("new", self.added), ("edited", self.edited), ("removed", self.removed))
            return "comments: " + (
                ", ".join(f"{len(some)} {name}" for name, some in ids if some) or "the same, now proven whole"
            )
        if self.what == "tweet" and self.states:
            return f"tweet: {self.states[0]}, now {self.states[1]}"
        words = {"silent": "edited silently", "back": "back", "tweet": "tweet"}.get(self.what, "edited")
        return f"{words}: {', '.join(self.fields)}" if self.fields else words


def changes(
    holdings: Iterable[Holdings],
    *,
    since: str | None = None,
    until: str | None = None,
    what: Iterable[str] = (),
    progress: Progress = silent,
) -> list[Change]:
    """Each revision but the first ones that was read on these days (``2026-05-04``, both included), the oldest first."""
    found = []
    wanted = set(what)
    for held in holdings:
        for _, _, line in held.lines((), progress):
            day = (line.get("fetched_at") or "")[:10]
            if (line.get("revision") or 1) < 2 or (since and day < since) or (until and day > until):
                continue
            change = _change(line, _before(held, line))
            if not wanted or change.what in wanted:
                found.append(change)
    return sorted(found, key=lambda change: (change.at, change.id, change.revision))


def _before(held: Holdings, line: dict[str, Any]) -> dict[str, Any]:
    """The revision before `line`; empty where it is not held."""
    if line["type"] == "comment_thread":
        return {}  # it says itself what it changed
    earlier = [one for one in revisions(held, line["type"], line["id"]) if one["revision"] < line["revision"]]
    return earlier[-1] if earlier else {}


def _change(line: dict[str, Any], before: dict[str, Any]) -> Change:
    said: dict[str, Any] = {
        "at": line.get("fetched_at") or "", "id": line["id"], "revision": line["revision"], "url": line.get("url") or "",
    }  # fmt: skip
    if line["type"] == "comment_thread":
        return Change(what="thread", **said, **(line.get("changes") or {}))
    same_way = line["type"] == "article" and before.get("source") == line.get("source")
    fields = changed_fields(fingerprint(before), fingerprint(line), same_way=same_way) if before else []
    if line["type"] == "tweet":
        states = [before["state"], line["state"]] if before and before["state"] != line["state"] else []
        return Change(what="tweet", states=states, fields=[one for one in fields if one != "state"], **said)
    said |= {"title": line.get("title"), "fields": [one for one in fields if one != "gone"]}
    if line.get("gone") and not before.get("gone"):
        return Change(what="gone", status=line["gone"].get("status"), **said)
    if before.get("gone") and not line.get("gone"):
        return Change(what="back", **said)
    return Change(what="silent" if line.get("silent") else "edited", **said)
