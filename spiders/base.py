"""The way of one site's articles and threads, the same for every WordPress site: found, read, handed on.

A site's own spider is a subclass of a few lines: its address, its names, its quirks.
"""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timezone
from functools import partial
from typing import Any, ClassVar

import scrapy
from scrapy import Request, signals
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from newsarchive import guard
from newsarchive.absence import Absences
from newsarchive.agenda import Agenda, Plan, post_id_of
from newsarchive.archive import Archive
from newsarchive.archive.crawl import archive_of
from newsarchive.arguments import CrawlArguments, read_arguments
from newsarchive.article_pages import dated, whole
from newsarchive.browser import BrowserFetch, browser_request
from newsarchive.browser.chromium import find_chromium
from newsarchive.dates import parse_iso, wire
from newsarchive.discovery import Entry, rest, types
from newsarchive.downloading import Downloader, answer_of, reason_of
from newsarchive.errand import errand_of
from newsarchive.fetch import Answer, Ask, Fetch, FetchError
from newsarchive.guard.incident import BY_SCRIPT, INCIDENT
from newsarchive.handover import Handover
from newsarchive.identity import site_of
from newsarchive.items import Article, CommentThread
from newsarchive.markup import Document
from newsarchive.middlewares.judgement import EXPECT
from newsarchive.middlewares.patience import LOOKED, ONE_MORE_LOOK
from newsarchive.readers import Call, Readers
from newsarchive.run import Run
from newsarchive.thread_page import ThreadPage
from newsarchive.threads import ThreadReader
from newsarchive.visitor import introduce
from newsarchive.wanted import Wanted
from newsarchive.wordpress import article_from_html, article_from_rest
from newsarchive.wordpress.page import ProtectedPost
from newsarchive.wordpress.page_kind import page_kind
from newsarchive.wordpress.quirks import Quirks
from newsarchive.wordpress.rest_article import fill_from_page
from newsarchive.wordpress.site import ROBOTS_FORBID, Site, SiteUnreadable, bare_host, probe


class SiteSpider(scrapy.Spider):
    """Archives one WordPress site. Subclasses say which."""

    arguments: ClassVar[type] = CrawlArguments
    site_name: ClassVar[str] = ""
    """The identity of the site in every item; empty takes it from the address."""
    home: ClassVar[str] = ""
    """Address of the home page; empty asks for ``-a url=``."""
    domains: ClassVar[tuple[str, ...]] = ()
    """Every domain the site has had, without ``www.``: all are the one site."""
    quirks: ClassVar[Quirks] = Quirks()
    """What is peculiar to its pages."""

    site: str
    """The identity of the site, as its items carry it."""
    archive: Archive
    wordpress: Site
    fetch: Fetch
    by_browser: bool = False
    """Whether the site answers a browser alone, which then asks for everything."""

    def __init__(self, name: str | None = None, **given: str) -> None:
        super().__init__(name)
        self.asked: CrawlArguments = read_arguments(self.arguments, given)
        self.base: str = self.asked.url or self.home
        self.site = self.site_name or site_of(self.base)
        self.run = Run(site=self.site, base=self.base, narrowed=self.asked.narrowed, post_types=self.asked.post_types)

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        """Raises ArgumentError for arguments that this spider cannot do without."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        introduce(settings)

    @classmethod
    def from_crawler(cls, crawler: scrapy.crawler.Crawler, *args: Any, **kwargs: Any) -> "SiteSpider":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._take_robots, signal=signals.robots_parsed)
        return spider

    def _take_robots(self, robotparser: Any, request: Request) -> None:
        """Notes the sitemaps that robots.txt names, from the copy Scrapy has fetched anyway."""
        if bare_host(request.url) == bare_host(self.base):
            self._sitemaps = [str(url) for url in getattr(getattr(robotparser, "rp", None), "sitemaps", [])]

    # ------------------------------------------------------------------------------------------------ finding

    async def start(self) -> AsyncIterator[Any]:
        self.fetch = Downloader(self.crawler)
        self.handover = Handover(self.crawler)
        self.readers = Readers(self.settings.getint("NEWSARCHIVE_READERS"))
        self.crawler.signals.connect(self.readers.close, signal=signals.engine_stopped)
        self.archive = archive_of(self.crawler)
        self.run.started_at = self.now()
        self.errand = errand_of(self.crawler)
        self.agenda = Agenda(archive=self.archive, asked=self.asked, run=self.run, now=self.now, errand=self.errand)
        try:
            self.wordpress = await self._open()
        except SiteUnreadable as error:
            self.run.unreadable = (error.verdict, str(error))
            self.logger.error("%s", error)
            return
        self.wanted = Wanted(
            fetch=self.fetch, site=self.wordpress, archive=self.archive, agenda=self.agenda, asked=self.asked,
            errand=self.errand, run=self.run,
        )  # fmt: skip
        async for batch in self.wanted.batches():
            if self.errand.hand_on is not None:
                self.errand.hand_on([(entry, plan.article) for entry, plan in batch])
                continue
            async for found in self._read(batch):
                if isinstance(found, Request):
                    yield found
                    await self.handover.room()
                else:
                    await self.handover.item(found)
        async for gone in self._taken_down():
            await self.handover.item(gone)
        await self.handover.items_taken()

    async def _taken_down(self) -> AsyncIterator[Article]:
        """Known articles that have been taken down, where this run can tell: it listed the whole site, or REST counts fewer."""
        if not self.agenda.whole:
            return
        await self.handover.items_taken()
        await self.handover.pages_read()
        listed_all = not self.run.incremental and any(source.complete for source in self.run.sources)
        unlisted = await self.absences.unlisted(self.agenda.met if listed_all else None, self.agenda.new)
        async for article in self.absences.confirmed(unlisted):
            self.logger.info("%s has been taken down: %s", article.id, article.url)
            yield article

    @staticmethod
    def now() -> datetime:
        """The time, in UTC."""
        return datetime.now(timezone.utc)

    async def _open(self) -> Site:
        hosts = frozenset(bare_host(f"https://{domain}/") for domain in self.domains)
        given: dict[str, Any] = {"name": self.site, "hosts": hosts, "ask_rest": self._rest_wanted()}
        try:
            site = self.errand.site or await probe(self.fetch, self.base, **given)
        except SiteUnreadable as error:
            if not error.browser or not self._browser_allowed():
                raise
            self.logger.warning("%s; a browser is asked for everything", error)
            self.by_browser, self.fetch = True, BrowserFetch(self.crawler, thread=False)
            site = await probe(self.fetch, self.base, **given)
        site.sitemaps, site.post_types = getattr(self, "_sitemaps", []), self.asked.post_types
        if site.rest_forbidden and "rest" in (self.asked.discover, self.asked.via):
            raise SiteUnreadable(f"{site.base} is not to be read by REST: {ROBOTS_FORBID}", "refused")
        await self._check_types(site)
        self.run.base, self.run.rest = site.base, site.rest is not None
        self.allowed_domains = sorted({host.partition(":")[0] for host in site.hosts})
        share = self.settings.getfloat("NEWSARCHIVE_ABSENT_SHARE")
        self.absences = Absences(self.archive, self.fetch, site, self.run, self.now, share=share)
        mode = "page" if self.asked.comments == "browser" else self.asked.comments
        self.opened_threads = ThreadReader(fetch=self.fetch, site=site, mode="page")
        self.threads = ThreadReader(fetch=self.fetch, site=site, mode=mode)  # type: ignore[arg-type]  # checked
        self.logger.info("%s: REST %s", site.base, "answers" if site.rest else f"is not used ({site.rest_refusal})")
        return site

    async def _check_types(self, site: Site) -> None:
        """Raises SiteUnreadable where types of posts were asked for that REST does not know."""
        if site.rest is None or site.post_types == ("posts",) or self.errand.entries:
            return
        try:
            known = await types.known(self.fetch, site)
        except rest.Refused as refusal:
            self.logger.info("REST does not list its types of posts: %s", refusal)
            return  # each one's own list tells
        if unknown := [name for name in site.post_types if name not in known.values()]:
            there = ", ".join(sorted(known.values()))
            raise SiteUnreadable(
                f"-a post_types=: REST lists no articles as {', '.join(unknown)}; there are {there}", "arguments"
            )

    def _rest_wanted(self) -> bool:
        asked = self.asked
        return (
            asked.discover in {"auto", "rest", "all"}
            or asked.via in {"auto", "rest"}
            or asked.comments in {"auto", "rest", "browser"}
        )

    def close_run(self, complete: bool) -> None:
        """Leaves what the next run is to know."""
        if hasattr(self, "agenda"):
            lists = self.wanted.lists if hasattr(self, "wanted") else None
            self.agenda.close(complete, lists.validators if lists is not None else {})
        if hasattr(self, "absences"):
            self.absences.close()

    # ------------------------------------------------------------------------------------------------ reading

    async def _read(self, batch: list[tuple[Entry, Plan]]) -> AsyncIterator[Any]:
        """The items and the article pages of a batch."""
        comments = await self._rest_comments([entry for entry, plan in batch if plan.thread])
        for entry, plan in batch:
            article = self._rest_article(entry) if plan.article else None
            told = comments.get(entry.post_id or "", []) if comments is not None else None
            if self._page_needed(plan, article):
                yield self._page(entry, plan, article, told)
                continue
            if article is not None:
                yield self._took(article)
            if plan.thread:
                yield await self._thread(entry, None, article, told)

    async def _rest_comments(self, wanted: list[Entry]) -> dict[str, list[dict]] | None:
        """REST's comments of the wanted posts, by post id; None where REST does not give them or is not to be asked."""
        ids = [entry.post_id for entry in wanted if entry.post_id]
        if not ids or self.wordpress.rest is None or self.asked.comments not in {"auto", "rest", "browser"}:
            return None
        by_post: dict[str, list[dict]] = {post_id: [] for post_id in ids}
        try:
            async for found in rest.comments(self.fetch, self.wordpress, ids):
                for comment in found:
                    by_post.setdefault(str(comment.get("post")), []).append(comment)
        except rest.Refused as refusal:
            self.wordpress.comments_refused = True
            self.logger.info("comments are not read by REST: %s", refusal)
            if self.asked.comments == "rest":
                self.run.miss("comment_thread", self.wordpress.base, f"REST refuses the comments: {refusal}")
            return None
        return by_post

    def _rest_article(self, entry: Entry) -> Article | None:
        """The article of an entry that REST listed whole; None where it was not."""
        if entry.post is None or self.asked.via in {"page", "browser"}:
            return None
        return article_from_rest(
            entry.post,
            site=self.site,
            base_url=self.wordpress.base,
            quirks=self.quirks,
            language=self.wordpress.language,
            fetched_at=self._stamp(),
        )

    def _page_needed(self, plan: Plan, article: Article | None) -> bool:
        if plan.article and article is None:
            return True
        return plan.thread and self.asked.comments != "rest" and self.asked.via != "rest"

    def _expect(self, entry: Entry) -> guard.Expect:
        site = self.wordpress
        hosts = frozenset(host.partition(":")[0] for host in site.hosts)
        return guard.Expect(kind="article", url=entry.url, post_id=entry.post_id, home=site.base, hosts=hosts)

    def _page(
        self, entry: Entry, plan: Plan, article: Article | None, told: list[dict] | None, *, by_browser: bool = False
    ) -> Request:
        given: dict[str, Any] = {
            "callback": self.parse_article,
            "errback": self.article_failed,
            "cb_kwargs": {"entry": entry, "plan": plan, "article": article, "told": told},
            "meta": {EXPECT: self._expect(entry)},
            "dont_filter": True,
        }
        if by_browser or self.by_browser or "browser" in (self.asked.via, self.asked.comments):
            return browser_request(entry.url, thread=plan.thread, **given)
        return Request(entry.url, **given)

    async def parse_article(
        self, response: Response, entry: Entry, plan: Plan, article: Article | None, told: list[dict] | None
    ) -> AsyncIterator[Article | CommentThread | Request]:
        """The article and the thread of a page."""
        answer = answer_of(response)
        incident = response.meta.get(INCIDENT)
        if incident is not None and incident.rule == "password-protected":
            self.run.pass_over("protected", entry.published_at)
            return
        kind = page_kind(answer.body) if incident is None and article is None else None
        if kind in {"page", "list"} and not self.asked.urls:
            self.run.pass_over("not an article", entry.published_at)
            return
        why = f"its page answers {answer.status}" if answer.status != 200 else ""
        if incident is not None:
            why = incident.reason
            known = self.archive.article_at(entry.url)
            if known and self.agenda.whole and self.absences.saw_page(known, answer.status, incident.rule):
                return  # what that means is decided once the whole site has been read
        opened = bool(response.meta.get("playwright"))
        if (
            incident is not None
            and not opened
            and self._last_resort()
            and (incident.refused or incident.rule in BY_SCRIPT)
        ):
            request = self._page(entry, plan, article, told, by_browser=True)
            if incident.rule in ONE_MORE_LOOK:
                request.meta[LOOKED] = (incident.rule,)  # twice by plain HTTP: a browser looks once
            yield request
            return
        if why:
            for found in await self._without_page(entry, plan, article, told, why):
                yield found
            return
        reader = self.opened_threads if opened else self.threads
        document = Document(answer.body, answer.charset)
        calls: list[Call] = [self._article_call(answer, document)]
        if plan.thread:
            calls.append(reader.page_call(answer, document, told))
        read, *of_thread = await self.readers(*calls)
        del document, calls  # its tree is not to wait for what the thread is asked for
        try:
            if isinstance(read, Exception):
                raise read
            if opened:
                read.source = "browser"
            if plan.article and article is None:
                read = await whole(
                    read,
                    answer,
                    fetch=self.fetch,
                    site=self.wordpress,
                    read=lambda more: self._article_call(more, Document(more.body, more.charset))(),
                )
        except ProtectedPost:
            self.run.pass_over("protected", entry.published_at)
            return
        except FetchError as error:
            self.run.miss("article", entry.url, f"a page of it cannot be read: {error}", entry.published_at)
            return
        read = dated(read, entry)
        if not self.wanted.window.holds(parse_iso(read.published_at)) and plan.article:
            self.run.pass_over("outside the dates asked for", entry.published_at)
            return
        if plan.article:
            yield self._took(read if article is None else fill_from_page(article, read))
        if plan.thread:
            if isinstance(of_thread[0], Exception):
                raise of_thread[0]
            yield await self._thread(entry, answer, article or read, told, page=of_thread[0], opened=opened)

    def _article_call(self, answer: Answer, document: Document) -> "partial[Article]":
        """The call that reads the article of a page; it raises ProtectedPost."""
        return partial(
            article_from_html,
            document,
            answer.address,
            site=self.site,
            quirks=self.quirks,
            fetched_at=self._stamp(),
        )

    async def article_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """What can still be had of an article whose page could not be downloaded."""
        request = failure.request  # type: ignore[attr-defined]
        for found in await self._without_page(**request.cb_kwargs, why=reason_of(failure.value or failure)):
            yield found

    async def _without_page(
        self, entry: Entry, plan: Plan, article: Article | None, told: list[dict] | None, why: str
    ) -> list[Article | CommentThread]:
        """What REST told of an article whose page cannot be read; what is lacking is noted."""
        if plan.article and article is None:
            self.run.miss("article", entry.url, why, entry.published_at)
            return []
        found: list[Article | CommentThread] = [self._took(article)] if article is not None else []
        if plan.thread:
            self.run.miss("comment_thread", entry.url, why, entry.published_at)
            if told:
                found.append(await self._thread(entry, None, article, told))
            if entry.post_id:
                self.run.again.add(self.agenda.id_of(entry.post_id))
        return found

    def _took(self, article: Article) -> Article:
        self.agenda.read(article.id)
        self.run.captured[(article.published_at or "unknown")[:7]] += 1
        return article

    def _browser_allowed(self) -> bool:
        """Whether a browser may open the site's door: it was asked for, or is the last resort."""
        return "browser" in (self.asked.via, self.asked.comments) or self._last_resort()

    def _last_resort(self) -> bool:
        """Whether a browser may be used for what nothing else gets."""
        return (
            "auto" in (self.asked.via, self.asked.comments)
            and self.settings.getbool("NEWSARCHIVE_BROWSER")
            and find_chromium(self.settings.get("NEWSARCHIVE_CHROMIUM") or "") is not None
        )

    async def _thread(
        self,
        entry: Entry,
        answer: Answer | None,
        article: Article | None,
        told: list[dict] | None,
        *,
        page: ThreadPage | None = None,
        opened: bool = False,
    ) -> CommentThread:
        """The thread of an article, and its place in the run's count."""
        url = article.url if article else entry.url
        post_id = entry.post_id or (post_id_of(article.id) if article else None)
        article_id = article.id if article else self.agenda.id_of(post_id or "")
        losses: list[str] = []
        asked = {"article_id": article_id, "url": url, "post_id": post_id, "told": told}
        reader = self.opened_threads if opened else self.threads
        thread = await reader.read(**asked, page=answer, read=page, losses=losses)  # type: ignore[arg-type]
        if not opened and thread.declared_count and not thread.count and self._last_resort():
            try:
                answer = await BrowserFetch(self.crawler)(Ask(url=url))
            except FetchError as error:
                losses.append(f"a browser cannot open it either: {error}")
            else:
                opened = True
                thread = await self.opened_threads.read(**asked, page=answer, losses=losses)  # type: ignore[arg-type]
        if opened and not thread.complete and answer is not None and self.asked.comments == "auto":
            # The page's script did not bring everything: what it would have asked for is asked for without it.
            asked_for = await self.threads.read(**asked, page=answer, losses=losses)  # type: ignore[arg-type]
            thread = max(thread, asked_for, key=lambda one: one.count)
            if not thread.complete:
                self.run.again.add(article_id)
        if opened:
            thread.source = thread.source.replace("page", "browser")
        thread.fetched_at = self._stamp()
        known = self.archive.known("comment_thread", article_id)
        self.run.read_thread(thread, len(known.prints) if known is not None and known.complete else 0)
        if losses and not thread.complete:
            self.run.miss("comment_thread", url, losses[0], entry.published_at)
            self.run.again.add(article_id)
        return thread

    def _stamp(self) -> str:
        return wire(self.now().replace(microsecond=0))
