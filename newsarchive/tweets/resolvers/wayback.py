"""The Wayback Machine: what a tweet said when it was archived, long after it is gone.

The index (CDX) is asked which captures there are, JSON ones are read first (the archive stores tweets from the API at
twitter.com addresses), then pages from before June 2020, when Twitter's pages still had the words in them. Bodies are
asked for with ``id_``, so that nothing in them is rewritten. https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import etree

from newsarchive.dates import wire
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.items import Media
from newsarchive.markup import tree
from newsarchive.tweets.address import parse_status_url
from newsarchive.tweets.clock import moment
from newsarchive.tweets.hosts import AskThrough, Lane
from newsarchive.tweets.outcome import Content, Observation, Outcome, Target
from newsarchive.tweets.quote import shown
from newsarchive.tweets.resolvers.base import Context, Resolver, as_json, failure, mapping, sequence, words
from newsarchive.tweets.resolvers.payloads import from_v1, from_v2
from newsarchive.tweets.states import Record

_X_SINCE = datetime(2024, 5, 1, tzinfo=timezone.utc)  # from then on captures are filed under x.com too
_WORDS_UNTIL = "20200601"
_FIELDS = "timestamp,original,mimetype,statuscode,digest,length"
_MANY = 20  # tweets of one account from which on one list of all its captures is cheaper than a question for each
_PAGES = 20  # of such a list; a busier account is asked about tweet by tweet
_ROWS = 5000
_TRIES = 3  # captures of one tweet that are read
_CLOSED = re.compile(
    rb"Blocked Site Error|AdministrativeAccessControl|RobotAccessControl|excluded from the Wayback Machine", re.I
)
_TOO_MUCH = {413, 421}  # the archive's way of saying "later"


@dataclass(frozen=True)
class Capture:
    """A row of the index."""

    timestamp: str
    """Fourteen digits."""
    original: str
    mimetype: str


class Wayback(Resolver):
    """``/cdx/search/cdx`` and ``/web/<timestamp>id_/<address>``."""

    name = "wayback"
    endpoint = "wayback.cdx"
    batch = 500
    # Its robots.txt is asked first, as any site's: there is none.
    lane = Lane(host="web.archive.org", interval_seconds=2.5, strikes=3)  # 24 a minute; 30 is where it blocks
    playback_lane = Lane(host="web.archive.org", interval_seconds=0.25, concurrency=2, strikes=3)

    def __init__(self, context: Context) -> None:
        base = context.setting("NEWSARCHIVE_TWEET_WAYBACK_URL", "https://web.archive.org")
        self.base = str(base).rstrip("/")
        super().__init__(context)

    def wants(self, target: Target, record: Record) -> bool:
        """A tweet nobody has told the words of."""
        return target.id.isdigit() and not record.content.text

    def group(self, target: Target) -> str:
        """The account: its captures are listed together."""
        return (target.handle or "").lower()

    def addresses(self, target: Target) -> list[str]:
        """The address prefixes a tweet may be filed under, the likeliest first."""
        if target.handle:
            found = [f"twitter.com/{target.handle}/status/{target.id}"]
            posted = moment(target.id)
            if posted and posted >= _X_SINCE:
                found.append(f"x.com/{target.handle}/status/{target.id}")
            return found
        return [f"twitter.com/i/web/status/{target.id}", f"x.com/i/status/{target.id}"]

    def index(self, prefix: str, limit: int, resume: str | None = None, whole: bool = False) -> Ask:
        """The question for the captures of every address that begins with `prefix`."""
        query = {
            "url": prefix, "matchType": "prefix", "output": "json", "fl": _FIELDS, "filter": "statuscode:200",
            "collapse": "digest", "limit": str(limit),
        }  # fmt: skip
        if whole:
            query["showResumeKey"] = "true"
        if resume:
            query["resumeKey"] = resume
        return Ask(url=f"{self.base}/cdx/search/cdx?{urlencode(query)}")

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """The index' answer about each of `targets`; the captures themselves are `captures`."""
        endpoint = "wayback.cdx"
        failed = _failure(status, body)
        if failed or status != 200:
            return [Outcome(id=target.id, endpoint=endpoint, answer=failed or "malformed") for target in targets]
        rows, _ = captures(body)
        if rows is None:
            return [Outcome(id=target.id, endpoint=endpoint, answer="malformed") for target in targets]
        return [
            Outcome(id=target.id, endpoint=endpoint, answer="captures" if rows.get(target.id) else "none")
            for target in targets
        ]

    def parse_playback(self, status: int, headers: Mapping[str, str], body: bytes, target: Target) -> Outcome:
        """A capture's body: API JSON of either version, or a page of the old design; anything else has no words in it."""
        endpoint = "wayback.playback"
        failed = _failure(status, body)
        if failed:
            return Outcome(id=target.id, endpoint=endpoint, answer=failed)
        if status != 200:
            return Outcome(id=target.id, endpoint=endpoint, answer="nothing", detail=f"status {status}")
        at = _memento_time(headers)
        answer = as_json(body)
        if isinstance(answer, dict):
            content, names = _json_content(answer, at)
            if content is None:
                return Outcome(id=target.id, endpoint=endpoint, answer="nothing")
            if target.id not in names:
                return Outcome(id=target.id, endpoint=endpoint, answer="other")
            return Outcome(id=target.id, endpoint=endpoint, answer="json", content=content)
        content = page_content(body, target.id)
        if content is None:
            return Outcome(id=target.id, endpoint=endpoint, answer="nothing")
        return Outcome(id=target.id, endpoint=endpoint, answer="html", content=content)

    async def resolve(self, targets: Sequence[Target], ask: AskThrough) -> AsyncIterator[list[Observation]]:
        """One list for an account with many tweets, else a question for each; then the best captures are read."""
        left = list(targets)
        if len(left) >= _MANY and left[0].handle:
            found, whole, answer, at = await self._account(left[0].handle, ask)
            for target in left:
                if rows := found.get(target.id):
                    outcome = Outcome(id=target.id, endpoint="wayback.cdx", answer="captures")
                    listed = self.observe(
                        [outcome], answer, at
                    )  # told with what was read: alone it would end the asking
                    yield listed + await self._unless_lost(target, self._read(target, rows, ask))
                elif whole and len(self.addresses(target)) == 1:
                    yield self.observe([Outcome(id=target.id, endpoint="wayback.cdx", answer="none")], answer, at)
            left = [one for one in left if one.id not in found and not (whole and len(self.addresses(one)) == 1)]
        tasks = [asyncio.ensure_future(self._unless_lost(target, self._one(target, ask))) for target in left]
        try:
            for done in asyncio.as_completed(tasks):
                yield await done
        finally:
            for task in tasks:
                task.cancel()

    async def _unless_lost(self, target: Target, reading: Awaitable[list[Observation]]) -> list[Observation]:
        """What was read; that no answer came is said of this tweet alone, and the others go on."""
        at = self.context.now()
        try:
            return await reading
        except FetchError as error:
            return [self.unanswered(target, at, str(error))]

    async def _account(self, handle: str, ask: AskThrough) -> tuple[dict[str, list[Capture]], bool, Answer, str]:
        """The captures of an account's tweets, whether that is all of them, the last answer and when it was asked for."""
        found: dict[str, list[Capture]] = {}
        resume: str | None = None
        for _ in range(_PAGES):
            at = self.context.now()
            answer = await ask(self.lane, self.index(f"twitter.com/{handle}/status/", _ROWS, resume, whole=True))
            rows, resume = captures(answer.body) if answer.status == 200 else (None, None)
            for name, some in (rows or {}).items():
                found.setdefault(name, []).extend(some)
            if rows is None or not resume:
                break
        listed = Answer(url=answer.url, status=answer.status, asked=answer.asked)  # the list itself is not kept
        return found, rows is not None and not resume, listed, at

    async def _one(self, target: Target, ask: AskThrough) -> list[Observation]:
        observed: list[Observation] = []
        for prefix in self.addresses(target):
            at = self.context.now()
            answer = await ask(self.lane, self.index(prefix, 50))
            outcomes = self.parse(answer.status, answer.headers, answer.body, [target])
            observed = self.observe(outcomes, answer, at)  # of several addresses the last word counts
            rows, _ = captures(answer.body) if answer.status == 200 else (None, None)
            if rows and target.id in rows:
                return observed + await self._read(target, rows[target.id], ask)
            if outcomes[0].answer != "none":
                return observed
        return observed

    async def _read(self, target: Target, rows: Sequence[Capture], ask: AskThrough) -> list[Observation]:
        """Reads captures, the likeliest first, until one has the words."""
        observed: list[Observation] = []
        for capture in likeliest(rows)[:_TRIES]:
            at = self.context.now()
            answer = await self._body(capture, ask)
            outcome = self.parse_playback(answer.status, answer.headers, answer.body, target)
            observed += self.observe([outcome], answer, at)
            if outcome.content is not None or outcome.answer in ("rate_limited", "server_error"):
                break
        return observed

    async def _body(self, capture: Capture, ask: AskThrough) -> Answer:
        url = f"{self.base}/web/{capture.timestamp}id_/{capture.original}"
        answer = await ask(self.playback_lane, Ask(url=url))
        for _ in range(3):  # to the capture nearest in time: it is recorded under its own address
            if answer.status not in (301, 302, 307, 308):
                break
            try:
                there = urljoin(url, answer.headers.get("location", ""))
            except ValueError:  # no address
                break
            found = re.match(r"/web/(\d{1,14})(?:id_)?/(.+)", there.removeprefix(self.base))
            if not there.startswith(self.base + "/web/") or not found:
                break
            url = f"{self.base}/web/{found.group(1)}id_/{found.group(2)}"
            answer = await ask(self.playback_lane, Ask(url=url))
        return answer


def _failure(status: int, body: bytes) -> str | None:
    """As `failure`; a 403 for an address that the archive keeps closed is about that address alone."""
    if status in _TOO_MUCH:
        return "server_error"
    if status in (403, 451) and _CLOSED.search(body[:20_000]):
        return "blocked"
    return failure(status)


def captures(body: bytes) -> tuple[dict[str, list[Capture]] | None, str | None]:
    """The captures in an answer of the index by status id, and the key to resume from; (None, None) where it is no such answer.

    A prefix also finds longer ids: each row counts for the id in its own address only. The first row names the columns.
    """
    if not body.strip():
        return {}, None
    answer = as_json(body)
    if not isinstance(answer, list):
        return None, None
    resume = None
    if len(answer) > 2 and answer[-2] == [] and len(sequence(answer[-1])) == 1:
        resume = words(answer[-1][0])
        answer = answer[:-2]
    found: dict[str, list[Capture]] = {}
    names = [str(name) for name in sequence(answer[0])] if answer else []
    for values in answer[1:]:
        row = dict(zip(names, map(str, sequence(values)), strict=False))
        reference = parse_status_url(row.get("original", ""))
        stamp = row.get("timestamp", "")
        if reference is None or row.get("statuscode", "200") != "200" or not re.fullmatch(r"\d{14}", stamp):
            continue
        capture = Capture(stamp, row["original"], row.get("mimetype", ""))
        found.setdefault(reference.id, []).append(capture)
    return found, resume


def likeliest(rows: Sequence[Capture]) -> list[Capture]:
    """The captures that can hold words, the best first: JSON, then pages of before June 2020; each the earliest first."""
    json_first = [row for row in rows if "json" in row.mimetype]
    pages = [
        row for row in rows if row.mimetype in ("text/html", "warc/revisit", "unk") and row.timestamp < _WORDS_UNTIL
    ]
    return sorted(json_first, key=lambda row: row.timestamp) + sorted(pages, key=lambda row: row.timestamp)


def _memento_time(headers: Mapping[str, str]) -> str | None:
    try:
        return wire(parsedate_to_datetime(headers.get("memento-datetime", "")))
    except (TypeError, ValueError, IndexError, OverflowError):  # not said
        return None


def _json_content(answer: Mapping[str, Any], at: str | None) -> tuple[Content | None, set[str | None]]:
    """The tweet of an archived API answer, and the ids it goes by."""
    if isinstance(answer.get("data"), dict):
        tweet = answer["data"]
        names = {words(tweet.get("id")), *map(words, sequence(tweet.get("edit_history_tweet_ids")))}
        return from_v2(tweet, mapping(answer.get("includes")), at), names
    if words(answer.get("id_str")) and (answer.get("text") or answer.get("full_text")):
        return from_v1(answer, at), {words(answer.get("id_str"))}
    return None, set()


_TWEET: Any = etree.XPath("//div[@data-tweet-id=$id][contains(@class, 'tweet')]")
_TEXT: Any = etree.XPath(".//p[contains(concat(' ', @class, ' '), ' tweet-text ')]")
_PHOTOS: Any = etree.XPath(".//*[@data-image-url]/@data-image-url")


def page_content(body: bytes, tweet_id: str) -> Content | None:
    """The tweet on a page of twitter.com as it was until June 2020; None where it is not on it.

    ``<div class="tweet permalink-tweet …" data-tweet-id data-screen-name data-name data-user-id>`` with
    ``<p class="tweet-text" lang>``; the page shows answers too, so the id must be the asked one.
    """
    if b"data-tweet-id" not in body:
        return None
    root = tree(body)
    boxes = _TWEET(root, id=tweet_id)
    if not boxes:
        return None
    box = boxes[0]
    text = next(iter(_TEXT(box)), None)
    if text is None:
        return None
    photos = [
        Media(type="photo", url=str(url)) for url in _PHOTOS(box)[:4] if urlsplit(str(url)).scheme in ("http", "https")
    ]
    said = re.sub(r"(?<=\S)(pic\.twitter\.com/)", r" \1", shown(text))
    return Content(
        handle=words(box.get("data-screen-name")),
        author_name=words(box.get("data-name")),
        author_id=words(box.get("data-user-id")),
        text=said or None,
        text_truncated=False if said else None,
        language=words(text.get("lang")),
        conversation_id=words(box.get("data-conversation-id")),
        media=photos or None,
    )
