"""Known articles that a site lists no longer: looked for again, and recorded as gone once two witnesses say so."""

import json
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec

from newsarchive import guard
from newsarchive.agenda import POST_TYPES, REST_COUNT
from newsarchive.archive import Archive, Known
from newsarchive.dates import parse_iso, wire
from newsarchive.discovery import rest
from newsarchive.fetch import Ask, Fetch, FetchError, NotThePage
from newsarchive.items import Article, Gone
from newsarchive.run import Run
from newsarchive.takedown import Look, SiteHealth, Standing, Word, decide, word_of
from newsarchive.wordpress.site import Site

MARK = "absent"
"""The archive's mark under which what was seen once stands until a second look."""
FOUND = "unlisted"
"""The archive's mark of the articles that nobody lists and that were found all the same, until all of them have been looked for."""
MOST_LOOKED_FOR = 200
"""So many absent articles are looked for in one run; more are the site's failure, or the next run's work."""
TOO_MANY = "the site says of too many that they are not there"
"""Why an article counts as missing where it is the site that fails."""


class Absences:
    """The known articles of one site that were not where they should be."""

    def __init__(
        self, archive: Archive, fetch: Fetch, site: Site, run: Run, now: Callable[[], datetime], *, share: float
    ) -> None:
        self.archive, self.fetch, self.site, self.run, self.now, self.share = archive, fetch, site, run, now, share
        self.looks: dict[str, list[Look]] = {}
        """What this run saw of articles that it read for other reasons, by id."""
        self._total: int | None = None
        """How many articles REST counts now; None where it does not say."""
        self._unread: set[str] = set()
        """Those whose page this run wanted, and which says that there is no such article."""
        self._marks: dict[str, str] = {}
        """What is left to the next run once the lines of this one are kept."""

    @property
    def types(self) -> list[str]:
        """The types of posts whose articles the archive may have: this run's, and those of the runs before."""
        return list(dict.fromkeys([*self.site.post_types, *(self.archive.watermark(POST_TYPES) or "").split()]))

    def saw_page(self, article_id: str, status: int, rule: str | None) -> bool:
        """Takes note of what a known article's own page answered; whether it says that there is no such article."""
        word, code = word_of(status, rule)
        if word == "absent":
            self.looks.setdefault(article_id, []).append(Look(at=self.now(), source="page", word=word, status=code))
            self._unread.add(article_id)
        return word == "absent"

    async def unlisted(self, met: Callable[[str], bool] | None, new: int) -> list[Known]:
        """Known articles that are not listed: by this run's own whole list (`met` says whether it had an id), else by REST's
        count, which costs a request for each type as long as it is the last run's and the `new` articles of this one. Where
        it is more, a list that was short has come back, or others have read new ones, and one may be gone all the same.

        Articles of types that only earlier runs asked for are listed here, a hundred a request, lest each be looked for.
        """
        others = [name for name in self.types if name not in self.site.post_types]
        try:
            total = self._total = await rest.total(self.fetch, self.site, others)
            last = self.archive.watermark(REST_COUNT)
            if met is None:
                if total is None or (last is not None and total == int(last) + new):
                    return []
                listed = await rest.ids(self.fetch, self.site, self.types)
                met = lambda article_id: article_id.rpartition("/")[2] in listed  # noqa: E731
            elif others and self.site.rest is not None:
                of_others, of_this_run = await rest.ids(self.fetch, self.site, others), met
                met = lambda article_id: of_this_run(article_id) or article_id.rpartition("/")[2] in of_others  # noqa: E731
        except rest.Refused:
            if met is None:
                return []
        return [one for one in self.archive.each("article") if not one.gone and not met(one.id)]

    async def confirmed(self, unlisted: Iterable[Known]) -> AsyncIterator[Article]:
        """Each article that is gone by now, as its last line with `gone` set. The rest is remembered for another look.

        Where so many are absent that it is the site that fails, nothing is concluded, and each counts as missing.
        """
        remembered = _standings(self.archive.watermark(MARK))
        found = set(json.loads(self.archive.watermark(FOUND) or "[]"))
        wanted = {one.id: one for one in unlisted}
        for article_id in {*self.looks, *remembered}:
            one = self.archive.known("article", article_id)
            if one is not None and one.gone:  # an old list, or a comment, has led to it once more
                self.looks.pop(article_id, None)
                remembered.pop(article_id, None)
            elif one is not None:
                wanted[article_id] = one
        seen = remembered.keys() | self.looks.keys()
        wanted = {id: one for id, one in wanted.items() if id in seen or id not in found}
        for one in sorted(wanted.values(), key=lambda one: one.id not in seen)[:MOST_LOOKED_FOR]:
            await self._look(one)
        left = max(len(wanted) - MOST_LOOKED_FOR, 0)
        found |= {id for id, looks in self.looks.items() if any(look.word == "there" for look in looks)}
        absent = {id for id, looks in self.looks.items() if all(look.word != "there" for look in looks)}
        known = sum(not one.gone for one in self.archive.each("article")) if absent else 0
        health = SiteHealth(home_answers=True, looked=known, absent=len(absent) + left, share=self.share)
        settled = not left and not health.fails
        for article_id, looks in self.looks.items():
            decision = decide(remembered.pop(article_id, Standing()), looks, health)
            if decision.action == "gone":
                article = self._last(article_id)
                if article is not None:
                    article.gone = Gone(status=decision.status or 404, seen_at=wire(self.now().replace(microsecond=0)))
                    article.fetched_at = article.gone.seen_at
                    self.run.absent["taken down"] += 1
                    yield article
            elif decision.action == "suspect" or decision.standing.suspicions:
                remembered[article_id] = decision.standing
                self.run.absent["to be looked for again"] += 1
            elif article_id in absent:
                settled = False  # nobody could say anything: the next run asks again
            one = self.archive.known("article", article_id)
            if article_id in self._unread and article_id not in absent:
                reason = "its page says that it is not there, and REST that it is"
                self.run.miss("comment_thread", one.url if one else article_id, reason)
            if health.fails and article_id in absent:
                self.run.miss("article", one.url if one else article_id, TOO_MANY)
        if left:
            self.run.absent["to be looked for again"] += left
        self._marks = {MARK: _text(remembered), FOUND: "[]" if settled else json.dumps(sorted(found))}
        if settled and self._total is not None:  # else the next run looks for them by itself, whatever REST counts then
            self._marks[REST_COUNT] = str(self._total)

    def close(self) -> None:
        """Leaves the marks for the next run; to be called once the lines of this one are kept."""
        for name, value in self._marks.items():
            self.archive.set_watermark(name, value)

    async def _look(self, one: Known) -> None:
        """Asks for the article's page and, where REST answers, for REST's word on it."""
        looks = self.looks.setdefault(one.id, [])
        if not any(look.source == "page" for look in looks):
            looks.append(await self._ask(one, self.site.here(one.url), "page"))
        post_id = one.id.rpartition("/")[2]
        if self.site.rest is not None and post_id.isdigit() and looks[0].word != "there":
            looks.append(await self._ask_rest(one, post_id))

    async def _ask_rest(self, one: Known, post_id: str) -> Look:
        """REST's word, which is only absent where no type of posts that was ever archived has the post."""
        for name in self.types:
            look = await self._ask(one, self.site.rest_url(f"wp/v2/{name}/{post_id}", _fields="id"), "rest")
            if look.word != "absent":
                break
        return look

    async def _ask(self, one: Known, url: str, source: str) -> Look:
        try:
            answer = await self.fetch(Ask(url=url))
        except NotThePage as error:
            answer = error.answer  # judged below
        except FetchError:
            return Look(at=self.now(), source=source, word="unclear", status=0)
        if source == "rest":
            refused = answer.status in {401, 403, 404, 410} and "json" in answer.media_type
            word: Word = "there" if answer.status == 200 else "absent" if refused else "unclear"
            return Look(at=self.now(), source=source, word=word, status=answer.status)
        hosts = frozenset(host.partition(":")[0] for host in self.site.hosts)
        post_id = one.id.rpartition("/")[2]
        expect = guard.Expect(
            kind="article", url=url, post_id=post_id if post_id.isdigit() else None, home=self.site.base, hosts=hosts
        )
        incident = guard.judge(answer, expect)
        word, status = word_of(answer.status, incident.rule if incident else None)
        return Look(at=self.now(), source=source, word=word, status=status)

    def _last(self, article_id: str) -> Article | None:
        line = self.archive.line("article", article_id)
        return msgspec.json.decode(line, type=Article) if line else None


def _standings(text: str | None) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for article_id, looks in json.loads(text or "{}").items():
        read: list[dict[str, Any]] = [look | {"at": parse_iso(look["at"])} for look in looks]
        found[article_id] = Standing(suspicions=tuple(Look(**look) for look in read))
    return found


def _text(standings: dict[str, Standing]) -> str:
    return json.dumps(
        {
            article_id: [asdict(look) | {"at": wire(look.at)} for look in standing.suspicions]
            for article_id, standing in sorted(standings.items())
            if standing.suspicions
        }
    )
