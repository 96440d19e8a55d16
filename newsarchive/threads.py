"""An article's whole comment thread: read by every way the site offers, joined, and proven complete or not.

The page's walk (its HTML, its comment pages, wpDiscuz' AJAX) gives ids, true parents, votes, edited marks, pictures,
pingbacks and pinned comments. REST gives seconds, author ids and names as they were typed, and what the walk cannot
show: replies to comments that were removed, and imported comments that wpDiscuz' paging by id skips. Only the number
that the site declares proves a thread complete.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

from newsarchive import markup
from newsarchive.bounded import Bounded
from newsarchive.dates import Clock
from newsarchive.discovery import rest as rest_lists
from newsarchive.fetch import Answer, Ask, Fetch
from newsarchive.items import Comment, CommentThread, Counts, Missing
from newsarchive.marks import Marks
from newsarchive.markup import Document
from newsarchive.thread_page import ThreadPage, read_thread_page
from newsarchive.wordpress.comment_answers import learn_clock, rest_comment, take_body
from newsarchive.wordpress.comment_pages import page_address
from newsarchive.wordpress.comments import CommentList, read_comments
from newsarchive.wordpress.site import Site
from newsarchive.wpdiscuz import markup as wpdiscuz_markup
from newsarchive.wpdiscuz import settings as wpdiscuz_settings
from newsarchive.wpdiscuz.session import WpdiscuzSession
from newsarchive.wpdiscuz.walk import Walk

Mode = Literal["auto", "rest", "ajax", "page", "none"]
"""auto: the page's walk and REST, joined; rest: REST alone; ajax: the page's walk alone; page: the page and its comment
pages, nothing by AJAX; none: nothing."""

MAX_REQUESTS = 1000
"""For one thread. At wpDiscuz' default of fifty threads a page this is far beyond any thread; it ends endless ones."""
ROUNDS = 2
"""So often a thread is walked where comments come or go meanwhile."""


@dataclass(kw_only=True)
class ThreadReader:
    """Reads the threads of one site in one crawl: keeps what they share, the nonce and the site's clock."""

    fetch: Fetch
    site: Site
    mode: Mode = "auto"
    max_requests: int = MAX_REQUESTS
    clock: Clock = field(init=False)
    session: WpdiscuzSession = field(default_factory=WpdiscuzSession)

    def __post_init__(self) -> None:
        self.clock = Clock(self.site.timezone, None if self.site.timezone else self.site.utc_offset_minutes)

    def page_call(self, page: Answer, document: Document, told: list[dict] | None) -> "partial[ThreadPage]":
        """The call that reads what an article's page says of its thread, for `read` to go on from; it takes `document` apart."""
        for raw in told or ():
            learn_clock(raw, self.clock)
        return partial(read_thread_page, document, page.url, self.clock)

    async def read(
        self,
        *,
        article_id: str,
        url: str,
        post_id: str | None = None,
        page: Answer | None = None,
        read: ThreadPage | None = None,
        told: list[dict] | None = None,
        losses: list[str] | None = None,
    ) -> CommentThread:
        """The thread of an article: see `read_thread`. `told` are REST's comments of the post, None where REST was not asked."""
        return await read_thread(
            self.fetch, article_id=article_id, site=self.site.name, url=url, post_id=post_id, page=page, read=read, mode=self.mode,
            rest_comments=told, wordpress=self.site, clock=self.clock, session=self.session, max_requests=self.max_requests,
            losses=losses,
        )  # fmt: skip


async def read_thread(
    fetch: Fetch,
    *,
    article_id: str,
    url: str,
    site: str = "",
    post_id: str | None = None,
    page: Answer | None = None,
    read: ThreadPage | None = None,
    mode: Mode = "auto",
    rest_comments: list[dict] | None = None,
    wordpress: Site | None = None,
    clock: Clock | None = None,
    session: WpdiscuzSession | None = None,
    max_requests: int = MAX_REQUESTS,
    losses: list[str] | None = None,
) -> CommentThread:
    """The whole thread of the article at `url`, or as much as could be had, with what is missing said.

    `page` is the answer of the article's page, already fetched, and `read` what was read of it, where it was; `rest_comments` what REST lists for the post (None: it
    was not asked; it is then asked where something is missing and `wordpress` has REST). `clock` and `session` are
    shared by the threads of a crawl. Nothing is asked for, or kept, where the page asks for a password, keeps its
    comments for members or cannot be read (401, 403, 404, 410): the thread is then empty, not complete, and `missing.reason` says why; pending comments are never
    kept. A request that fails costs its comments, never the thread, and is added to `losses`; nothing is raised.
    `fetched_at` is the caller's.
    """
    thread = CommentThread(id=article_id, article_id=article_id, site=site, url=url)
    if mode == "none":
        return _nothing(thread, "comments were not asked for")
    reading = _Reading(
        ask=Bounded(fetch, max_requests),
        url=url,
        post_id=post_id,
        mode=mode,
        told=rest_comments,
        wordpress=wordpress,
        clock=clock or Clock(),
        session=session or WpdiscuzSession(),
    )
    if page is not None:
        refusal = reading.open(page, read)
        if refusal:
            return _nothing(thread, refusal)
    await reading.run()
    if losses is not None:
        losses += reading.ask.losses
    return reading.finish(thread)


def _nothing(thread: CommentThread, reason: str) -> CommentThread:
    thread.missing = Missing(reason=reason)
    return thread


@dataclass(kw_only=True)
class _Reading:
    """One thread being read."""

    ask: Bounded
    url: str
    post_id: str | None
    mode: Mode
    told: list[dict] | None
    wordpress: Site | None
    clock: Clock
    session: WpdiscuzSession
    page_url: str = ""
    language: str = ""
    found: CommentList | None = None
    """What the article's page shows; None where it was not read."""
    facts: wpdiscuz_settings.Thread | None = None
    walk: Walk | None = None
    shown: dict[str, Comment] = field(default_factory=dict)
    """What the page and its walk show, by id."""
    in_pages: set[str] = field(default_factory=set)
    """Ids that stood in HTML pages."""
    refused: bool = False
    """Whether REST was asked and did not give the whole list."""
    live: int | None = None
    settled: bool = False
    """`ThreadPage.uncommented`."""

    # -- the article's page ------------------------------------------------------------------------------------------

    def open(self, page: Answer, read: ThreadPage | None = None) -> str:
        """Takes the article's page; the reason, where nothing of its comments may be asked for or kept. `read` is what was
        read of it already."""
        if page.status in {401, 403, 404, 410, 451} or 300 <= page.status < 400:
            return f"the article's page answers {page.status}"
        self.page_url = page.url or self.url
        if page.status != 200:
            self.ask.lose("the article's page could not be read")
            return ""
        self.session.learn(page)
        if read is None:
            for raw in self.told or ():
                learn_clock(raw, self.clock)
            read = read_thread_page(page.body, self.page_url, self.clock, page.charset)
        elif read.clock is not self.clock:  # it was read in another process
            self.clock.learn_from(read.clock)
        if read.closed:
            return "the article asks for a password"
        if read.members_only:
            return "the site shows its comments to members alone"
        self._take_page(read)
        if read.broken_off:
            self.ask.lose("the article's page breaks off")
        return ""

    def _take_page(self, page: ThreadPage) -> None:
        self.language, self.facts, self.found = page.language, page.facts, page.found
        self.post_id = self.post_id or page.post_id
        self.settled = page.uncommented
        self.shown = {comment.id: comment for comment in self.found.comments}
        self.in_pages = set(self.shown)
        self.walk = None
        if page.facts is not None and page.facts.has_list:
            facts = replace(page.facts, post_id=page.facts.post_id or self.post_id)
            self.walk = Walk(self.ask, self.session, facts, self.page_url, self.clock, self.language)
            self.walk.shown = {one.comment.id: one for one in page.shown}

    # -- the ways ----------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Reads by every way that the mode allows, until the ids add up or nothing more can be done."""
        paged = self.mode != "rest" and self.found is not None
        if paged:
            await self._walk()
        if self.mode in {"auto", "rest"} and self.told is None and self._needs_rest():
            await self._ask_rest()
        for _ in range(ROUNDS if paged else 0):
            if not self._uncertain() or not await self._again():
                break
        await self._whole_texts()
        await self._ask_live()

    async def _walk(self) -> None:
        assert self.found is not None
        if self.walk is not None and self.mode != "page":
            await self.walk.lists()
        if self.found.pages and (self.walk is None or self.walk.thread.paginated):
            await self._comment_pages(self.found)
        if self.walk is not None:
            if self.mode != "page":
                await self.walk.hidden_replies()
            for number, one in self.walk.shown.items():
                self.shown.setdefault(number, one.comment)

    async def _comment_pages(self, found: CommentList) -> None:
        """WordPress' comment pages: every one that is linked to, or lies below one that is."""
        have = {found.current} if found.current else set()
        last = max(found.pages | have)
        number = 0
        while number < last:
            number += 1
            if number in have:
                continue
            answer = await self.ask.get(Ask(url=page_address(self.page_url, number)), "a comment page is lost")
            if answer is None:
                continue
            if answer.status != 200:
                self.ask.lose(
                    "a comment page is lost: the server failed"
                    if answer.status >= 500
                    else f"a comment page is lost: {answer.status}"
                )
                continue
            text, root = markup.text_and_tree(answer.body, answer.charset)
            shown: list[wpdiscuz_markup.Shown] = []
            more = read_comments(root, Marks(root), text, self.page_url, self.clock, self.language, shown)
            if not more.comments:
                self.ask.lose("a comment page shows no comments")
            for comment in more.comments:
                self.shown.setdefault(comment.id, comment)
                self.in_pages.add(comment.id)
            if self.walk is not None:
                for one in shown:
                    self.walk.shown.setdefault(one.comment.id, one)
            last = max(last, *more.pages) if more.pages and not more.pages <= {last} else last

    def _declared(self) -> int | None:
        return self.found.declared if self.found is not None else None

    def _uncertain(self) -> bool:
        """Whether comments may have come or gone while the thread was walked: its requests succeeded, and the ids do not add up."""
        declared = self._declared()
        if declared is None or self.ask.losses or self.mode == "page":
            return False
        if self._adds_up(self.shown.values(), declared):
            return self._older_than_rest()
        if not self.ask.used:
            return False
        extra = [raw for raw in self.told or () if isinstance(raw, dict) and str(raw.get("id")) not in self.shown]
        return len(self.shown) + len(extra) != declared

    def _older_than_rest(self) -> bool:
        """Whether REST lists newer comments than the page and its walk show: the page may be a cache's older copy."""
        newest = max((int(number) for number in self.shown if number.isdecimal()), default=0)
        told = (rest_comment(raw, self.page_url, body=False) for raw in self.told or ())
        return any(one is not None and int(one.id) > newest for one in told)

    async def _again(self) -> bool:
        """Reads the page again, past any cache; whether it declares another number, after which the thread has been walked again."""
        before = self._declared()
        bare = self.page_url.partition("#")[0]
        ask = Ask(url=f"{bare}{'&' if '?' in bare else '?'}again={before}")  # caches leave addresses with a query alone
        answer = await self.ask.get(ask, "the article's page could not be read again")
        if answer is None or answer.status != 200:
            return False
        page = read_thread_page(answer.body, self.page_url, self.clock, answer.charset)
        if page.password or (page.facts is None) != (self.facts is None):
            return False
        old = self.shown
        self._take_page(page)
        assert self.found is not None
        if self.found.declared is None or self.found.declared == before:
            self.shown = {**self.shown, **old}
            return False
        if self._adds_up(old.values(), self.found.declared) and self.shown.keys() <= old.keys():
            self.shown = old
            return True
        await self._walk()
        if self.ask.losses:
            self.shown = {**old, **self.shown}
        return True

    def _needs_rest(self) -> bool:
        if self.wordpress is None or self.wordpress.rest is None or not self.post_id:
            return False
        if self.mode == "rest" or self.found is None:
            return True
        declared = self._declared()
        if declared is None or not self._adds_up(self.shown.values(), declared) or self._flattened():
            return True
        if self.walk is not None and any(one.cut for one in self.walk.shown.values()):
            return True
        # Pages tell minutes at best. REST is not asked for the seconds alone where it has refused another thread's.
        return not self.wordpress.comments_refused and any(
            one.posted_at_precision != "second" and one.kind == "comment" and not one.pinned
            for one in self.shown.values()
        )

    def _flattened(self) -> bool:
        """Whether WordPress' own list may show replies beside what they answer: at its deepest level it does."""
        if self.walk is not None:
            return False  # wpDiscuz says each one's true parent
        levels = {comment.id: comment.depth for comment in tidy(self.shown.values())}
        deepest = max(levels.values(), default=1)
        parents = [c.parent_id for c in self.shown.values() if levels[c.id] == deepest]
        return len(parents) > len(set(parents))

    async def _ask_rest(self) -> None:
        assert self.wordpress is not None
        assert self.post_id is not None
        told: list[dict] = []
        try:
            async for found in rest_lists.comments(self.ask, self.wordpress, [self.post_id]):
                told += found
        except rest_lists.Refused as refusal:
            self.refused = self.wordpress.comments_refused = True
            if told or self.mode == "rest" or self.found is None:
                self.ask.lose(f"REST does not give the comments: {str(refusal)[:120]}")
        if told or not self.refused:
            self.told = told
            for raw in told:
                learn_clock(raw, self.clock)

    async def _whole_texts(self) -> None:
        """Texts cut at "Read more": REST has them whole; where it has not, the site is asked for each."""
        if self.walk is None or self.mode == "rest":
            return
        known = {str(raw.get("id")) for raw in self.told or () if isinstance(raw, dict)}
        for number, one in self.walk.shown.items():
            if not one.cut or number in known or self.mode == "page":
                continue
            html = await self.walk.whole_text(number)
            if html is not None:
                take_body(one.comment, html, self.page_url)
                one.cut = False

    async def _ask_live(self) -> None:
        """Asks wpDiscuz' live update route where a cached page says fewer than there are: it counts as of now."""
        declared = self._declared()
        if self.facts is None or self.facts.live_update_url is None or self.mode == "page" or declared is None:
            return
        if len(self.shown) <= declared:
            return
        ask = Ask(url=f"{self.facts.live_update_url}?postId={self.post_id}&lastId=0&visibleCommentIds=")
        try:
            value: Any = (await self.ask(ask)).json()
            self.live = int(value["all_comments_count"])
        except Exception:  # noqa: BLE001  a check that may fail in any way: without it the thread stays unproven
            self.live = None

    # -- the outcome -------------------------------------------------------------------------------------------------

    def _adds_up(self, comments: Iterable[Comment], declared: int) -> bool:
        """Whether the comments are as many as declared: all of them, or those that are no pingbacks, as some themes count."""
        comments = list(comments)
        if len(comments) == declared:
            return True
        return self.walk is None and sum(c.kind == "comment" for c in comments) == declared

    def finish(self, thread: CommentThread) -> CommentThread:
        """Joins what was read and says how far it goes."""
        told = {str(raw.get("id")): raw for raw in self.told or () if isinstance(raw, dict)}
        if self.walk is not None:
            self.shown = {n: self.walk.shown[n].comment if n in self.walk.shown else c for n, c in self.shown.items()}
        cut = sum(one.cut for one in self.walk.shown.values()) if self.walk is not None else 0
        comments: dict[str, Comment] = {}
        if self.mode != "rest":
            for number, comment in self.shown.items():
                raw = told.get(number)
                was_cut = self.walk is not None and number in self.walk.shown and self.walk.shown[number].cut
                comments[number] = comment if raw is None else self._joined(comment, raw, was_cut)
                cut -= bool(raw is not None and was_cut)
        declared = self._declared()
        if self.live is not None and self.live == len(comments):
            declared = self.live
        if declared is None or not self._adds_up(comments.values(), declared):
            for number, raw in told.items():
                if number not in comments:
                    one = rest_comment(raw, self.page_url or self.url)
                    if one is not None:
                        comments[number] = one
        thread.comments = tidy(comments.values())
        thread.count = len(thread.comments)
        thread.counts = self._counts(len(told))
        thread.source = self._source()
        thread.declared_count = declared
        self._judge(thread, cut)
        return thread

    def _joined(self, comment: Comment, raw: dict, was_cut: bool) -> Comment:
        """The page's comment with what REST knows better: seconds, the author's id and name as typed, the parent."""
        known = rest_comment(raw, self.page_url, body=was_cut)
        if known is None:
            return comment
        comment.parent_id = known.parent_id
        comment.author_id = known.author_id
        comment.author = known.author or comment.author
        comment.author_url = comment.author_url or known.author_url
        if known.posted_at is not None:
            comment.posted_at, comment.posted_at_precision = known.posted_at, known.posted_at_precision
        if was_cut and known.text is not None:
            attached = [address for address in comment.images if address not in known.images]
            comment.text, comment.html = known.text, known.html
            comment.links, comment.tweets, comment.images = known.links, known.tweets, known.images + attached
        return comment

    def _counts(self, told: int) -> Counts:
        counts = Counts(declared=self._declared(), live_update=self.live)
        if self.found is not None:
            counts.page = len(self.in_pages)
        if self.walk is not None and (self.walk.by_ajax or (self.ask.used and self.mode in {"auto", "ajax"})):
            counts.ajax = len(self.walk.by_ajax)
        if self.told is not None:
            counts.rest = told
        return counts

    def _source(self) -> str:
        ways = []
        if self.found is not None and self.mode != "rest":
            ways.append("page")
        if self.walk is not None and self.walk.by_ajax:
            ways.append("ajax")
        if self.told is not None:
            ways.append("rest")
        return "+".join(ways) or ("page" if self.found is not None else "rest")

    def _judge(self, thread: CommentThread, cut: int) -> None:
        """Sets `complete`, or what is missing and why."""
        declared, reason = thread.declared_count, next(iter(self.ask.losses), None)
        if declared is None:
            declared = thread.declared_count = self._declared_elsewhere(thread)
        if declared is not None and self._adds_up(thread.comments, declared):
            if cut <= 0:
                thread.complete = True
                return
            thread.missing = Missing(count=0, reason=reason or "texts are cut at Read more")
        elif declared is None:
            thread.missing = Missing(reason=reason or self._undeclared())
        elif thread.count > declared:
            thread.missing = Missing(reason=reason or "more comments than declared: the page may be an older copy")
        else:
            thread.missing = Missing(count=declared - thread.count, reason=reason or self._unshown())

    def _declared_elsewhere(self, thread: CommentThread) -> int | None:
        """The number that something else than a count in the page proves; None where nothing does."""
        if (
            self.found is None
            or self.found.foreign
            or self.ask.losses
            or self.mode in {"rest", "page"}
            or self.facts is not None
        ):
            return None
        if self.told is not None and not self.refused:
            comments = sum(comment.kind == "comment" for comment in thread.comments)
            # REST counts what is of the kind comment; a page that has a place for comments shows the pingbacks.
            return thread.count if comments == len(self.told) else None
        if thread.comments or self.shown:
            return None
        # Nobody has commented: an empty list over the form, or neither list nor form nor a feed of the article's comments.
        return 0 if self.found.form or (self.settled and not self.found.section) else None

    def _undeclared(self) -> str:
        if self.found is None:
            return "REST declares no count and lists no pingbacks"
        if self.mode == "rest":
            return "REST declares no count and lists no pingbacks"
        if self.found.foreign:
            return "the comments are another service's"
        return (
            "the page declares no count" if self.found.section or self.shown else "the page has no place for comments"
        )

    def _unshown(self) -> str:
        if self.mode == "page" and self.walk is not None and not self.walk.thread.paginated:
            return "only the page was read"
        if self.mode == "rest":
            return "REST lists no pingbacks, no pinned comments"
        if self.told is None:
            return "the page counts comments that it does not show, and REST does not give them"
        return "the page counts comments that neither it nor REST shows"


def tidy(comments: Iterable[Comment]) -> list[Comment]:
    """Each comment once, depth by its true parents, roots in the order of their time, each followed by its replies.

    A comment whose parent is not among them stays where a root stands, and keeps its `parent_id`; parents that go in a
    circle are cut at the comment that comes first.
    """
    by_id: dict[str, Comment] = {}
    for comment in comments:
        by_id.setdefault(comment.id, comment)
    below: dict[str, list[Comment]] = {}
    roots: list[Comment] = []
    for comment in by_id.values():
        if comment.parent_id is not None and comment.parent_id in by_id and comment.parent_id != comment.id:
            below.setdefault(comment.parent_id, []).append(comment)
        else:
            roots.append(comment)
    for replies in below.values():
        replies.sort(key=_moment)
    ordered: list[Comment] = []
    done: set[str] = set()
    # What no root leads to is a circle of parents: its first comment stands as a root.
    for root in [*sorted(roots, key=_moment), *sorted(by_id.values(), key=_moment)]:
        stack = [(root, 1)]
        while stack:
            comment, depth = stack.pop()
            if comment.id in done:
                continue
            done.add(comment.id)
            comment.depth = depth
            ordered.append(comment)
            stack += [(reply, depth + 1) for reply in reversed(below.get(comment.id, []))]
    return ordered


def _moment(comment: Comment) -> tuple[str, int, str]:
    number = int(comment.id) if comment.id.isascii() and comment.id.isdigit() else 0
    return comment.posted_at or "", number, comment.id
