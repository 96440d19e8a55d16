"""What a run is to read of a site: from its lists, its arguments or an errand, as far as the archive has not got it."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

from newsarchive.agenda import COMMENTS_SINCE, REST_SINCE, Agenda, Plan, post_id_of
from newsarchive.archive import Archive, Known
from newsarchive.arguments import CrawlArguments
from newsarchive.dates import parse_iso
from newsarchive.discovery import Discovery, Entry, Source, Window, feeds, rest, types
from newsarchive.discovery.unchanged import Unchanged
from newsarchive.errand import Errand
from newsarchive.fetch import Fetch
from newsarchive.run import Run
from newsarchive.wordpress.page import is_protected
from newsarchive.wordpress.site import Site

log = logging.getLogger(__name__)

BATCH = 300
"""Posts whose comments are asked of REST together: the more, the fewer pages are half empty; the address stays under 4 KB."""


@dataclass(kw_only=True)
class Wanted:
    """What one run is to read. What is passed over, or cannot be had, is noted in its `run`."""

    fetch: Fetch
    site: Site
    archive: Archive
    agenda: Agenda
    asked: CrawlArguments
    errand: Errand
    run: Run
    window: Window = field(default_factory=Window)
    """Which articles are wanted; narrowed once the lists are asked."""
    lists: Unchanged | None = None
    """What asked for the lists; None where none were asked."""

    async def batches(self) -> AsyncIterator[list[tuple[Entry, Plan]]]:
        """What is to be read, at most `BATCH` entries at a time, `limit` in all."""
        left = self.asked.limit
        batch: list[tuple[Entry, Plan]] = []
        async for entries in self._entries():
            for entry in entries:
                if left == 0:
                    break
                if entry.post is not None and is_protected(entry.post):
                    if self.agenda.passes_over(entry):
                        self.run.pass_over("protected", entry.published_at)
                    continue
                plan = self.agenda.plan(entry)
                if plan.article or plan.thread:
                    batch.append((entry, plan))
                    left = None if left is None else left - 1
                if len(batch) == BATCH:  # a sitemap may list 50,000 at once
                    yield batch
                    batch = []
            if left == 0:
                break
        if batch:
            yield batch

    async def _entries(self) -> AsyncIterator[list[Entry]]:
        if self.errand.entries:
            yield await self._assigned(list(self.errand.entries))
            return
        if self.asked.urls:
            yield self._named()
            return
        self.window = self.agenda.window()
        lists = self.lists = Unchanged(
            self.fetch, self.agenda.validators()
        )  # after `window`, which says whether they count
        of_rest = replace(self.window, changed_after=self.agenda.since(REST_SINCE)) if self.run.incremental else None
        discovery = Discovery(
            fetch=lists, site=self.site, window=self.window, rest_window=of_rest, which=self.asked.discover
        )
        self.run.sources = discovery.sources
        async for entries in discovery.entries():
            yield entries
        if self.asked.discover == "all":
            self.run.missed = {name: len(keys) for name, keys in discovery.missed().items()}
        self.run.besides = await self._besides(discovery)
        if self.run.incremental:
            moved = await self._moved(lists)
            for start in range(0, len(moved), BATCH):
                some = moved[start : start + BATCH]
                yield some if self.errand.hand_on is not None else await self._told(some)

    async def _besides(self, discovery: Discovery) -> list[types.PostType] | None:
        """The types of posts that the site shows and this run leaves out; None where nothing tells.

        A run over the whole site looks, the others go by what it saw.
        """
        asked = {source.name: source.complete for source in discovery.sources if source.answered}
        if asked.get("sitemap"):
            return []  # sitemaps list every type
        if self.run.incremental or not self.agenda.whole:
            shown = self.agenda.shown_types()
        elif not asked or any(source.name == "sitemap" for source in discovery.sources):
            return None
        else:
            shown = await types.shown(self.fetch, self.site)
            if shown is not None:
                self.agenda.saw_types(shown)
        if shown is None:
            return None
        if "rest" not in asked:  # feeds and the pages of a site's archives have posts alone
            return [types.PostType(one.name) for one in shown if one.name != "post"]
        return [one for one in shown if one.rest not in self.site.post_types]

    async def _assigned(self, entries: list[Entry]) -> list[Entry]:
        """The entries of an errand; those that REST had listed with what it says of them now."""
        self.run.sources = [Source(name="errand", answered=True, listed=len(entries))]
        return await self._told(entries)

    async def _told(self, entries: list[Entry]) -> list[Entry]:
        """Entries, those that have a time of change with what REST says of them now."""
        ids = [entry.post_id for entry in entries if entry.post_id and entry.modified_at]
        if not ids or self.site.rest is None or self.asked.via not in {"auto", "rest"}:
            return entries
        try:
            told = {entry.post_id: entry for entry in await rest.named(self.fetch, self.site, ids)}
        except rest.Refused as refusal:
            log.info("articles are not read by REST: %s", refusal)
            return entries
        for entry in entries:
            if entry.post_id in told:
                entry.post, entry.modified_at = told[entry.post_id].post, told[entry.post_id].modified_at
        return entries

    def _named(self) -> list[Entry]:
        """The entries of ``-a urls=``; what is no address of this site is named and left out."""
        source = Source(name="urls", answered=True)
        self.run.sources = [source]
        entries = []
        for url in self.asked.urls:
            try:
                ours = url.startswith(("http://", "https://")) and self.site.owns(url)
            except ValueError:
                ours = False
            if not ours:
                self.run.miss("article", url[:200], "no address of this site")
                log.warning("-a urls=: %r is no address of %s", url[:200], self.site.base)
                continue
            entry = Entry(url=self.site.here(url))
            source.count(entry)
            entries.append(entry)
        return entries

    async def _moved(self, lists: Unchanged) -> list[Entry]:
        """Known articles whose threads are to be read: by new comments that REST lists, and by the schedule."""
        entries: dict[str, Entry] = {}
        if self.asked.comments == "none":
            return []
        for known in self.agenda.due_threads():
            entries[known.id] = self._known(known)
        mark = self.agenda.since(COMMENTS_SINCE)
        if self.site.rest and mark and self.asked.comments in {"auto", "rest"}:
            try:
                async for found in rest.comments(self.fetch, self.site, after=mark):
                    for comment in found:
                        article = self.archive.known("article", self.agenda.id_of(str(comment.get("post"))))
                        if article is not None:
                            entries[article.id] = self._known(article, comment_count=-1)
                self.run.new_comments = True
                return list(entries.values())
            except rest.Refused as refusal:
                log.info("new comments cannot be listed by REST: %s", refusal)
        for url in await feeds.commented(lists, self.site):
            if found_id := self.archive.article_at(url):
                entries[found_id] = Entry(url=url, post_id=post_id_of(found_id), comment_count=-1)
        return list(entries.values())

    def _known(self, thread: Known, comment_count: int | None = None) -> Entry:
        """The entry of a known article whose thread is to be read, with its time of change where REST can tell of it again."""
        article = self.archive.known("article", thread.id)
        by_rest = article is not None and article.source.startswith("rest")
        return Entry(
            url=self.site.here(thread.url),
            post_id=post_id_of(thread.id),
            modified_at=parse_iso(article.modified_at) if article is not None and by_rest else None,
            comment_count=comment_count,
        )
