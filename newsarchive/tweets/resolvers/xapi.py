"""The X API v2, the one source with a contract: a hundred tweets a request, paid by what it returns.

https://docs.x.com/x-api/posts/get-posts-by-ids. Asked only with a token, and never for more than the budget: before
each request its worst price (all tweets and all authors returned) must still fit. A tweet that may not be seen is asked
about once more through its author, which tells a suspended account from a protected one.
"""

import os
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from newsarchive.dates import parse_iso
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.tweets.hosts import AskThrough, Lane, Resting
from newsarchive.tweets.outcome import Observation, Outcome, Target
from newsarchive.tweets.resolvers.base import Context, Resolver, as_json, failure, mapping, same, sequence, words
from newsarchive.tweets.resolvers.payloads import from_v2
from newsarchive.tweets.states import Record

POST_USD = 0.005
USER_USD = 0.010
_WORST_TWEET_USD = 3 * POST_USD + USER_USD  # a tweet, the ones it quotes and answers, its author
_WORST_USD = _WORST_TWEET_USD + USER_USD  # and the author asked about again
_FIELDS = {
    "expansions": "author_id,attachments.media_keys,referenced_tweets.id",
    "tweet.fields": "attachments,author_id,conversation_id,created_at,edit_history_tweet_ids,entities,id,lang,note_tweet,"
    "possibly_sensitive,public_metrics,referenced_tweets,text,withheld",
    "user.fields": "id,name,username,protected,withheld",
    "media.fields": "alt_text,height,media_key,preview_image_url,type,url,variants,width",
}
_TOKEN = re.compile(r"[\x21-\x7e]+")
_ID = re.compile(r"[0-9]{1,19}")
_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")


class XApi(Resolver):
    """``GET /2/tweets?ids=`` and, for tweets that may not be seen, ``GET /2/users/by?usernames=``."""

    name = "xapi"
    endpoint = "xapi.tweets"
    batch = 100
    waits = True
    lane = Lane(
        host="api.x.com",
        interval_seconds=1.0,
        rest_seconds=60,
        rest_most_seconds=901,
        robots="an API under contract, not pages: its terms and the token govern",
    )

    def __init__(self, context: Context) -> None:
        self.base = str(context.setting("NEWSARCHIVE_TWEET_XAPI_URL", "https://api.x.com")).rstrip("/")
        token = str(context.setting("NEWSARCHIVE_TWEET_XAPI_TOKEN", "") or os.environ.get("X_BEARER_TOKEN", ""))
        self._token = token.strip()
        self.budget_usd = float(context.setting("NEWSARCHIVE_TWEET_XAPI_BUDGET_USD", 5.0))
        self._waiting_usd = 0.0  # of requests that stand in line; one that goes out is written down in the log
        super().__init__(context)

    def unusable(self) -> str:
        """Why it cannot be used: no token, or no money left."""
        if not self._token:
            return "no token (NEWSARCHIVE_TWEET_XAPI_TOKEN)"
        if not _TOKEN.fullmatch(self._token):
            return "NEWSARCHIVE_TWEET_XAPI_TOKEN has blanks or other characters in it that no token has"
        return "" if self._affordable() else "the budget is used up (NEWSARCHIVE_TWEET_XAPI_BUDGET_USD)"

    def _affordable(self) -> int:
        """How many tweets can still be asked for, at the worst price."""
        return max(int((self._left_usd() + 1e-9) / _WORST_USD), 0)

    def _left_usd(self) -> float:
        return self.budget_usd - self.context.spent_usd(self.name) - self._waiting_usd

    def wants(self, target: Target, record: Record) -> bool:
        """Every tweet: nothing else knows it whole, and nothing else may say that it is deleted."""
        return bool(_ID.fullmatch(target.id)) and target.id.isascii()

    def request(self, targets: Sequence[Target]) -> Ask:
        """The look-up of up to a hundred ids."""
        query = urlencode({"ids": ",".join(target.id for target in targets), **_FIELDS}, safe=",")
        return Ask(url=f"{self.base}/2/tweets?{query}", headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}

    def rest_of(self, answer: Answer, strikes: int) -> float | None:
        """Until ``x-rate-limit-reset``, and a moment more."""
        reset = answer.headers.get("x-rate-limit-reset", "")
        now = parse_iso(self.context.now())
        if now is None or not reset.isascii() or not reset.isdigit() or len(reset) > 12:
            return None
        return max(float(reset) - now.timestamp(), 0.0) + 2.0

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """200 ``{"data":[…],"includes":{…},"errors":[…]}``: what is in ``data`` is found, also under an edit's newer id;
        an error names its id in ``resource_id`` or ``value``. An id in neither list, or with another error than
        these two, may be anything."""
        endpoint = "xapi.tweets"
        if status == 400:
            spoilt = len(targets) == 1 and _about_ids(body)
            return same(targets, endpoint, "invalid" if spoilt else "malformed", _problem(body))
        if (failed := failure(status)) or status != 200:
            return same(targets, endpoint, failed or "malformed", _problem(body))
        answer = as_json(body)
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            return same(targets, endpoint, "malformed")
        includes = mapping(answer.get("includes"))
        found: dict[str, Outcome] = {}
        at = self.context.now() or None
        wanted = {target.id for target in targets}
        for tweet in map(mapping, sequence(answer.get("data"))):
            names = {words(tweet.get("id")), *map(words, sequence(tweet.get("edit_history_tweet_ids")))} & wanted
            if not names:
                continue
            content = from_v2(tweet, includes, at)
            said = "withheld" if mapping(tweet.get("withheld")).get("country_codes") else "found"
            for name in names:
                found[str(name)] = Outcome(id=str(name), endpoint=endpoint, answer=said, content=content)
        for error in map(mapping, sequence(answer.get("errors"))):
            name = words(error.get("resource_id")) or words(error.get("value")) or ""
            # Errors also tell of included users and media: only those about the asked ids count.
            if (
                error.get("parameter", "ids") != "ids"
                or error.get("resource_type", "tweet") != "tweet"
                or name in found
            ):
                continue
            kind = str(error.get("type", "")).rpartition("/")[2]
            said = {
                ("resource-not-found", "Not Found Error"): "not_found",
                ("not-authorized-for-resource", "Authorization Error"): "not_authorized",
            }.get((kind, str(error.get("title"))), "absent")
            found[name] = Outcome(id=name, endpoint=endpoint, answer=said, detail=words(error.get("detail")))
        return [found.get(target.id) or Outcome(id=target.id, endpoint=endpoint, answer="absent") for target in targets]

    def parse_users(self, status: int, body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """``/2/users/by``: ``protected`` of those in ``data``, "User has been suspended" among the errors, or not found."""
        endpoint = "xapi.users"
        if (failed := failure(status)) or status != 200:
            return same(targets, endpoint, failed or "malformed", _problem(body))
        answer = as_json(body)
        if not isinstance(answer, dict) or not ("data" in answer or "errors" in answer):
            return same(targets, endpoint, "malformed")
        said: dict[str, tuple[str, str | None]] = {}
        for user in map(mapping, sequence(answer.get("data"))):
            said[str(user.get("username", "")).lower()] = (
                "protected" if user.get("protected") is True else "visible",
                None,
            )
        for error in map(mapping, sequence(answer.get("errors"))):
            detail = words(error.get("detail")) or ""
            name = (words(error.get("value")) or words(error.get("resource_id")) or "").lower()
            if "suspended" in detail.lower():
                said.setdefault(name, ("suspended", detail))
            elif error.get("title") == "Not Found Error":  # suspended accounts have the same type
                said.setdefault(name, ("not_found", detail))
        outcomes = []
        for target in targets:
            verdict, detail_ = said.get((target.handle or "").lower(), ("absent", None))
            outcomes.append(Outcome(id=target.id, endpoint=endpoint, answer=verdict, detail=detail_))
        return outcomes

    async def resolve(self, targets: Sequence[Target], ask: AskThrough) -> AsyncIterator[list[Observation]]:
        """One request for all of them, halved where one id spoils it, and one about the authors of those not to be seen."""
        queue = [list(targets)]
        while queue:
            affordable = self._affordable()
            if not affordable:
                self.stopped = self.unusable()
                return
            some = queue.pop()
            if len(some) > affordable:
                queue.append(some[affordable:])
                some = some[:affordable]
            at = self.context.now()
            answer = await self._paid(self.request(some), some, _WORST_TWEET_USD, ask)
            if answer.status == 400 and len(some) > 1 and _about_ids(answer.body):
                half = len(some) // 2
                queue += [some[half:], some[:half]]
                continue
            outcomes = self.parse(answer.status, answer.headers, answer.body, some)
            yield self.observe(outcomes, answer, at, cost_usd=price(answer))
            hidden = [
                target
                for target, outcome in zip(some, outcomes, strict=True)
                if outcome.answer == "not_authorized" and _HANDLE.fullmatch(target.handle or "")
            ]
            names = list(dict.fromkeys((target.handle or "").lower() for target in hidden))
            if names and self._left_usd() + 1e-9 >= len(hidden) * USER_USD:
                query = urlencode({"usernames": ",".join(names), "user.fields": "protected,username"}, safe=",")
                at = self.context.now()
                request = Ask(url=f"{self.base}/2/users/by?{query}", headers=self._headers())
                answer = await self._paid(request, hidden, USER_USD, ask)
                outcomes = self.parse_users(answer.status, answer.body, hidden)
                yield self.observe(outcomes, answer, at, cost_usd=price(answer))

    async def _paid(self, request: Ask, targets: Sequence[Target], usd_each: float, ask: AskThrough) -> Answer:
        """The answer; what it may cost is written down right before the request goes out, and stays where nobody lives to
        read the answer. Where there is none, or it brings nothing, nothing is billed."""
        ids, worst, day = [target.id for target in targets], len(targets) * usd_each, ""

        def going_out() -> None:
            nonlocal day
            day = self.context.now()[:10]
            self.context.owe(self.name, ids, day, usd_each)
            self._waiting_usd -= worst

        self._waiting_usd += worst
        try:
            answer = await ask(self.lane, request, going_out)
        except (FetchError, Resting):
            self.context.settle(self.name, ids, day)
            raise
        finally:
            if not day:
                self._waiting_usd -= worst
        if answer.status != 200:
            self.context.settle(self.name, ids, day)
        if (token := self._token.encode()) in answer.body:  # a proxy that shows what it was sent
            answer = replace(answer, body=answer.body.replace(token, b"***"))
        return answer


def _about_ids(body: bytes) -> bool:
    """Whether a 400 complains of the ids, and not of anything else in the request: ``{"errors":[{"parameters":{"ids":[…]}}]}``."""
    errors = map(mapping, sequence(mapping(as_json(body)).get("errors")))
    return any("ids" in mapping(error.get("parameters")) for error in errors)


def price(answer: Answer) -> float:
    """What an answer costs: every tweet and every user in it, included ones as well."""
    if answer.status != 200:
        return 0.0
    body = mapping(as_json(answer.body))
    users_asked = "/2/users" in answer.url
    includes = mapping(body.get("includes"))
    data = len(sequence(body.get("data")))
    posts = (0 if users_asked else data) + len(sequence(includes.get("tweets")))
    users = (data if users_asked else 0) + len(sequence(includes.get("users")))
    return posts * POST_USD + users * USER_USD


def _problem(body: bytes) -> str | None:
    answer = mapping(as_json(body))
    first = next(iter(map(mapping, sequence(answer.get("errors")))), {})
    return words(answer.get("detail")) or words(answer.get("title")) or words(first.get("message"))
