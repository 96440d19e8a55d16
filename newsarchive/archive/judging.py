"""The verdict on a reading of one site: by its fingerprint, and where that is not enough by what the archive holds beside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from newsarchive.archive.index import Known
from newsarchive.archive.lines import decode_line
from newsarchive.archive.nearby import Recent, bands_of, signature, similarity
from newsarchive.archive.options import Options
from newsarchive.archive.revisions import Verdict, comments_alike, judge
from newsarchive.content import hash_and_fingerprint


@dataclass(frozen=True)
class Judge:
    """Judges the readings of one site."""

    options: Options
    line: Callable[[str, str], bytes | None]
    """The last line kept of a kind and an id."""
    sharing: Callable[[list[int]], list[tuple[str, bytes]]]
    """(id, signature) of the archived articles that share bands with a signature."""
    recent: Recent
    """Those judged last, which the archive may not hold yet: a copy often follows at once."""

    def __call__(self, line: Mapping[str, Any], known: Known | None) -> Verdict:
        """Whether `line` is new, changed or unchanged beside what is known."""
        votes, metrics = self.options.votes_revise, self.options.metrics_revise
        hashed, prints = hash_and_fingerprint(line, votes=votes, metrics=metrics)
        alike = self._alike(line, known) if known and not votes else lambda id: False
        verdict = judge(known, line, hashed, prints, counts=votes or metrics, alike=alike)
        if line["type"] == "article" and verdict.status != "unchanged" and self.options.near_window:
            self._look_nearby(line, verdict)
        return verdict

    def _alike(self, line: Mapping[str, Any], known: Known) -> Callable[[str], bool]:
        """Tells whether a comment that a thread's last line, read in another way, has as well says the same there."""
        if line.get("source") == known.source or known.place is None or not known.place.part:
            return lambda id: False

        @cache
        def read() -> tuple[dict[str, Any], dict[str, Any]]:
            before = decode_line(self.line(known.kind, known.id) or b"{}")
            return _by_id(before), _by_id(line)

        return lambda id: comments_alike(id, *read())

    def _look_nearby(self, line: Mapping[str, Any], verdict: Verdict) -> None:
        verdict.signature = signature(line.get("text"))
        if verdict.signature is None:
            return
        best, bands = self.options.near_similarity, bands_of(verdict.signature)
        beside = dict(self.sharing(bands)) | self.recent.sharing(bands)
        self.recent.add(line["id"], verdict.signature, bands)
        for id, other in beside.items():
            alike = similarity(verdict.signature, other)
            if id != line["id"] and (alike > best or (alike == best and not verdict.near_duplicate_of)):
                best, verdict.near_duplicate_of, verdict.similarity = alike, id, round(alike, 3)


def _by_id(thread: Mapping[str, Any]) -> dict[str, Any]:
    return {str(comment["id"]): comment for comment in thread.get("comments") or ()}
