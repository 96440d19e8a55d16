"""What of a site is to be read in a run, by what the archive remembers of the runs before; and what is left to the next."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from newsarchive.archive import Archive, Known
from newsarchive.arguments import CrawlArguments
from newsarchive.dates import parse_iso, wire
from newsarchive.discovery import Entry, Window
from newsarchive.discovery.types import PostType
from newsarchive.errand import Errand
from newsarchive.hashes import Hashes
from newsarchive.run import Run
from newsarchive.schedule import thread_due

OVERLAP = timedelta(minutes=10)
"""An incremental crawl asks for changes from so long before the last complete one began: clocks differ, caches lag."""
REST_COUNT = "rest_total"
"""The archive's mark of how many articles REST counted when last each absence was settled or remembered; protected ones
count as well, so it is no number of ours."""
REST_SINCE = "rest_since"
"""The archive's mark of since when REST, in whose place another source was read, has to be asked for changes; empty where it
has been asked for all of them."""
COMMENTS_SINCE = "comments_since"
"""The same of new comments."""
POST_TYPES = "post_types"
"""The archive's mark of the types of posts it has ever taken, as REST's addresses name them."""
SHOWN_TYPES = "shown_types"
"""The archive's mark of the types of posts that the site showed when a run last looked, as [name, name in REST's addresses]."""
MOST_AGAIN = 10_000
"""So many threads of which something was lost are remembered for the next run."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read of an entry."""

    article: bool
    thread: bool


def _mark(what: str, post_type: str) -> str:
    """The archive's mark of when articles, or threads as well, of a type were last read completely."""
    return what if post_type == "posts" else f"{what}/{post_type}"


def post_id_of(article_id: str) -> str | None:
    """The post id in ``<site>/<post id>``; None where a slug stands in its place."""
    tail = article_id.rpartition("/")[2]
    return tail if tail.isdigit() else None


@dataclass(kw_only=True)
class Agenda:
    """The agenda of one run of one site."""

    archive: Archive
    asked: CrawlArguments
    run: Run
    now: Callable[[], datetime]
    errand: Errand = field(default_factory=Errand)
    new: int = 0
    """How many articles this run met that the archive did not know, or as gone."""
    _met: Hashes = field(default_factory=Hashes)
    _planned: Hashes = field(default_factory=Hashes)
    _again: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._again = set(json.loads(self.archive.watermark("again") or "[]"))

    @property
    def whole(self) -> bool:
        """Whether the run is of the whole site, so that it may speak for all of it."""
        return not (self.asked.narrowed or self.errand.entries)

    def id_of(self, post_id: str) -> str:
        """The article's id by its post's."""
        return f"{self.run.site}/{post_id}"

    def mark(self) -> datetime | None:
        """From when on an incremental run asks for changes: when the last run began that read all that this one would."""
        what = "articles" if self.asked.comments == "none" else "threads"
        marks = [parse_iso(self.archive.watermark(_mark(what, name))) for name in self.asked.post_types]
        known = [mark for mark in marks if mark is not None]
        return min(known) - OVERLAP if len(known) == len(marks) else None

    def since(self, what: str) -> datetime | None:
        """From when on an incremental run asks REST for changes (`REST_SINCE`) or for new comments (`COMMENTS_SINCE`)."""
        mark, away = self.mark(), parse_iso(self.archive.watermark(what))
        return min(mark, away) if mark and away else mark

    def window(self) -> Window:
        """What is asked of the lists: everything, or after a complete crawl what is new or changed since."""
        asked, mark = self.asked, self.mark()
        narrowed = asked.since or asked.until or asked.full or asked.discover == "all"
        self.run.incremental = mark is not None and not narrowed
        return Window(since=asked.since, until=asked.until, changed_after=mark if self.run.incremental else None)

    def validators(self) -> dict[str, dict[str, str]]:
        """The validators of the lists that the last complete run read; none where this run reads all of them."""
        return json.loads(self.archive.watermark("validators") or "{}") if self.run.incremental else {}

    def shown_types(self) -> list[PostType] | None:
        """The types of posts that the site showed when a run over all of it last looked; None where none did."""
        seen = self.archive.watermark(SHOWN_TYPES)
        return [PostType(name, rest) for name, rest in json.loads(seen)] if seen else None

    def saw_types(self, shown: list[PostType]) -> None:
        """Leaves the types of posts that the site shows for the runs that do not look."""
        self.archive.set_watermark(SHOWN_TYPES, json.dumps([[one.name, one.rest] for one in shown]))

    def meets(self, entry: Entry) -> bool:
        """Whether this run meets the entry for the first time."""
        return self._met.add(self._key(entry))

    def _key(self, entry: Entry) -> str:
        """What is the same of an article's entries, whether a list tells its id or its address alone."""
        if entry.post_id:
            return entry.post_id
        known = self.archive.article_at(entry.url)
        return (post_id_of(known) or known) if known else entry.key

    def passes_over(self, entry: Entry) -> bool:
        """Takes note of an entry of which nothing is to be read, whichever list names it; whether this run meets it for the first time."""
        key = self._key(entry)
        self._planned.add(("article", key))
        self._planned.add(("thread", key))
        return self.meets(entry)

    def read(self, article_id: str) -> None:
        """Takes note of an article that was read: a list may name it by an address that tells no id."""
        self._met.add(post_id_of(article_id) or article_id)

    def met(self, article_id: str) -> bool:
        """Whether this run has met the article."""
        return post_id_of(article_id) in self._met or article_id in self._met

    def plan(self, entry: Entry) -> Plan:
        """What of an entry is new, changed or due. Where this run has met it before, what was not planned then: the list that
        tells of an edit tells of no new comments, which another one does."""
        key, again = self._key(entry), not self.meets(entry)
        plan = self._plan(entry, again)
        return Plan(
            article=plan.article and self._planned.add(("article", key)),
            thread=plan.thread and self._planned.add(("thread", key)),
        )

    def _plan(self, entry: Entry, again: bool) -> Plan:
        threads = self.asked.comments != "none"
        if again and (self.asked.full or self.asked.urls):
            return Plan(article=False, thread=False)
        if self.asked.full or self.asked.urls:
            return Plan(article=True, thread=threads)
        known = self.archive.known("article", self.id_of(entry.post_id)) if entry.post_id else None
        if known is None and (found := self.archive.article_at(entry.url)):
            known = self.archive.known("article", found)
        if known is None and again:
            return Plan(article=False, thread=False)
        if known is None:
            self.new += 1
            return Plan(article=True, thread=threads)
        self.new += known.gone and not again
        modified = parse_iso(known.modified_at)
        changed = known.gone or bool(entry.modified_at and (modified is None or entry.modified_at != modified))
        changed = changed or known.id in self._again  # REST told it whole, and its page could not be read
        changed = changed and not again
        thread = self.archive.known("comment_thread", known.id)
        counted = entry.comment_count is not None and (thread is None or entry.comment_count != thread.comment_count)
        due = threads and (thread is None or counted or self._due(thread))
        return Plan(article=changed or (due and self._at_hand(known, entry)), thread=due)

    def _at_hand(self, known: Known, entry: Entry) -> bool:
        """Whether an article whose thread is read can be read with it, in the way it was read before: an edit that leaves
        the modified time alone is seen by no list. Read in another way it might only look edited."""
        if known.source.startswith("rest"):
            return entry.post is not None and self.asked.via in {"auto", "rest"}
        return (
            known.source == "page"
            and entry.post is None
            and {self.asked.via, self.asked.comments}.isdisjoint({"rest", "browser"})
        )

    def due_threads(self) -> Iterator[Known]:
        """Known threads that the schedule says are to be read, or of which something was lost; not of what is gone."""
        for known in self.archive.each("comment_thread"):
            if self._due(known):
                article = self.archive.known("article", known.id)
                if article is None or not article.gone:
                    yield known

    def _due(self, thread: Known) -> bool:
        published, read = parse_iso(thread.published_at), parse_iso(thread.read_at)
        return thread.id in self._again or thread_due(self.now(), published, read, complete=bool(thread.complete))

    def _leave_to_rest(self) -> dict[str, str]:
        """The marks of what REST alone tells (changes that sitemaps and feeds know no time of, new comments) and was not asked
        for by this run: once it answers again, it is asked from the same time on."""
        if not self.run.incremental:
            return {}
        listed = any(source.name == "rest" and source.answered for source in self.run.sources)
        told = {REST_SINCE: listed} | ({} if self.asked.comments == "none" else {COMMENTS_SINCE: self.run.new_comments})
        since = {what: self.since(what) for what in told}
        return {what: "" if done else wire(at) for what, done in told.items() if (at := since[what]) is not None}

    def close(self, complete: bool, validators: dict[str, dict[str, str]]) -> None:
        """Leaves the marks for the next run: what was lost, and from when on a complete run of the whole site is followed."""
        if self.run.started_at is None:
            return
        if self.errand.hand_on is None:
            again = {id for id in self._again if not self.met(id)} | self.run.again
            self.archive.set_watermark("again", json.dumps(sorted(again)[:MOST_AGAIN]))
            before = (self.archive.watermark(POST_TYPES) or "posts").split()
            if self.run.sources and (more := set(self.asked.post_types) - set(before)):
                self.archive.set_watermark(POST_TYPES, " ".join([*before, *sorted(more)]))
        if complete and self.whole:
            self.archive.set_watermark("validators", json.dumps(validators))
            # What is left to REST is noted before the marks move on and struck out after: a kill between asks too much, not too little.
            to_rest = self._leave_to_rest()
            for name, since in to_rest.items():
                if since:
                    self.archive.set_watermark(name, since)
            for what in ("articles",) if self.asked.comments == "none" else ("articles", "threads"):
                for name in self.asked.post_types:
                    self.archive.set_watermark(_mark(what, name), wire(self.run.started_at))
            for name, since in to_rest.items():
                if not since:
                    self.archive.set_watermark(name, since)
