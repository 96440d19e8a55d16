"""The walk through a wpDiscuz thread: from what the page shows to its last comment, in as few requests as can be.

Seen: 7.6.13 to 7.6.54 (and, from its source, 4.x and 5.x). Lists are cut by root comment; the next part is asked for by
the id of the last root, so comments posted meanwhile do no harm. Past the end the server goes on answering empty lists:
the end is ``is_show_load_more`` false.
"""

from dataclasses import dataclass, field

from newsarchive import markup
from newsarchive.bounded import Bounded
from newsarchive.dates import Clock
from newsarchive.fetch import Answer, Ask, FetchError, Forbidden
from newsarchive.wpdiscuz.answers import Failure, Page, granted_nonce, read
from newsarchive.wpdiscuz.markup import Shown, read_list
from newsarchive.wpdiscuz.session import WpdiscuzSession
from newsarchive.wpdiscuz.settings import Thread

_WORDS = {
    "nonce": "the site takes no nonce that it gives",
    "off": "the site does not know the request",
    "unreadable": "the site says that the post cannot be read",
    "down": "the server failed",
    "refused": "the site refuses the request",
    "forbidden": "robots.txt forbids the request",
    "broken": "something else than comments came",
}
"""How a loss is said, by the answer's fault."""


@dataclass
class Walk:
    """One thread being walked."""

    ask: Bounded
    session: WpdiscuzSession
    thread: Thread
    page_url: str
    """The article's page, which gives a nonce where nothing else does, and is the referrer."""
    clock: Clock
    language: str = ""
    shown: dict[str, Shown] = field(default_factory=dict)
    """Every comment met, by id; the page's own to begin with."""
    by_ajax: set[str] = field(default_factory=set)
    """Ids of those that an AJAX answer held."""

    async def lists(self) -> None:
        """Reads on from what the page shows to the end of the list."""
        if not self.thread.paginated and (self.thread.cursor is not None or self._nothing_shown()):
            await self._lists()

    def _nothing_shown(self) -> bool:
        """Whether the page's list is empty though there are comments, because the first list comes by AJAX."""
        if self.thread.declared == 0:
            return False
        return not self.shown and (self.thread.first_load_with_ajax or bool(self.thread.declared))

    async def _lists(self) -> None:
        first = self.thread.cursor is None or self.thread.sorting == "by_vote"
        # By votes the server counts places, and a vote moves them: that order is begun anew by age, which merges by id.
        sorting = "oldest" if first and self.thread.sorting else self.thread.sorting
        cursor, offset = ("0", 0) if first else (self.thread.cursor or "0", 1)
        seen = {cursor}
        while True:
            page = await self.action(self._load_form(sorting, cursor, offset, first=first))
            if isinstance(page, Failure):
                self._lose("a page of comments is lost", page)
                return
            self.take(page.html)
            if not page.more:
                return
            if page.cursor is None or page.cursor in seen:
                self.ask.lose("a page of comments is lost: the server repeats itself")
                return
            seen.add(page.cursor)
            cursor, offset, first = page.cursor, offset + 1, False

    def _load_form(self, sorting: str | None, cursor: str, offset: int, *, first: bool) -> dict[str, str]:
        form = {"action": "wpdLoadMoreComments", "offset": str(offset), "lastParentId": cursor, "wpdType": ""}
        if self.thread.old:
            form |= {"orderBy": "comment_ID", "order": "desc" if sorting == "newest" else "asc"}
        else:
            form["isFirstLoad"] = "1" if first else "0"
        if sorting:
            form["sorting"] = sorting
        return form

    async def hidden_replies(self) -> None:
        """Reads the replies behind every "View Replies"."""
        for number, shown in list(self.shown.items()):
            if not shown.hidden_replies:
                continue
            page = await self.action({"action": "wpdShowReplies", "commentId": number})
            if isinstance(page, Failure):
                self._lose("replies are lost", page)
                if page.fault in {"off", "nonce", "unreadable", "refused", "forbidden"}:
                    return  # the others would fare the same
                continue
            self.take(page.html)
            shown.hidden_replies = 0

    async def whole_text(self, number: str) -> str | None:
        """The markup of a text that the list cuts at "Read more"; None where it is not given."""
        page = await self.action({"action": "wpdReadMore", "commentId": number})
        if isinstance(page, Failure):
            self._lose("a text is cut", page)
            return None
        return page.html

    def take(self, html: str) -> None:
        """Adds the comments of an answer; a comment met before stays as it was, unless its text was cut."""
        for shown in read_list(markup.fragment(html), self.page_url, self.clock, self.language):
            number = shown.comment.id
            self.by_ajax.add(number)
            before = self.shown.get(number)
            if before is None or (before.cut and not shown.cut):
                shown.hidden_replies = 0 if before is None and not self.thread.parents_only else shown.hidden_replies
                self.shown[number] = shown

    # -- one request -------------------------------------------------------------------------------------------------

    async def action(self, form: dict[str, str]) -> Page | Failure:
        """What an action answers. A nonce that is lacking or stale is got once; an answer that broke is asked for once more."""
        form = {**form, "postId": self.thread.post_id or ""}
        if self.session.nonce(self.thread) is None and self._wants_nonce():
            await self._get_nonce()
        result = await self._post(form)
        if isinstance(result, Failure) and result.fault == "nonce" and not self._given_up():
            self.session.drop(self.thread)
            if await self._get_nonce():
                result = await self._post(form)
            if isinstance(result, Failure) and result.fault == "nonce":
                self.session.dead.add(self.session.cookie(self.thread))
        if isinstance(result, Failure) and result.fault in {"down", "broken"} and result.said.startswith("200"):
            result = await self._post(form)  # errors with status 200 pass the downloader's own retries
        return result

    async def _post(self, form: dict[str, str]) -> Page | Failure:
        signed, headers = self.session.sign(self.thread, form)
        headers |= {"X-Requested-With": "XMLHttpRequest", "Referer": self.page_url}
        try:
            answer = await self.ask(Ask(url=self.thread.ajax_url, form=signed, headers=headers))
        except Forbidden as error:
            return Failure(fault="forbidden", said=str(error))
        except FetchError as error:
            return Failure(fault="down", said=str(error))
        self.session.learn(answer)
        return read(answer)

    def _given_up(self) -> bool:
        return self.session.cookie(self.thread) in self.session.dead

    def _wants_nonce(self) -> bool:
        """Whether the version is one that answers nobody without a nonce: 7.6.44 and later."""
        if self._given_up():
            return False
        numbers = [int(n) if n.isdigit() else 0 for n in (self.thread.version or "0").split(".")[:3]]
        return numbers >= [7, 6, 44]

    async def _get_nonce(self) -> bool:
        """Gets a nonce: by wpdGetNonce, which gives it as a cookie or in its answer, else from a page no cache has kept."""
        form = {"action": "wpdGetNonce", "postId": self.thread.post_id or ""}
        headers = {"X-Requested-With": "XMLHttpRequest", "Referer": self.page_url}
        try:
            answer: Answer | None = await self.ask(Ask(url=self.thread.ajax_url, form=form, headers=headers))
        except Forbidden:
            return False  # as the request that needs the nonce will be
        except FetchError:
            answer = None  # the request that needs the nonce will fail and say so
        if answer is not None:
            nonce = granted_nonce(answer)
            if nonce:
                self.session.keep(self.thread, nonce)
            self.session.learn(answer)
            if self.session.nonce(self.thread):
                return True
        # 7.6.47 says "success" and gives none: a page gives it, and page caches leave addresses with a query alone.
        bare = self.page_url.partition("#")[0]
        try:
            answer = await self.ask(Ask(url=f"{bare}{'&' if '?' in bare else '?'}nonce={self.thread.post_id or '1'}"))
        except FetchError:
            return False
        return self.session.learn(answer) and self.session.nonce(self.thread) is not None

    def _lose(self, what: str, failure: Failure) -> None:
        self.ask.lose(f"{what}: {_WORDS[failure.fault]}")
