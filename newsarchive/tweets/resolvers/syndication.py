"""The endpoint behind Twitter's embed widget. Opt-in: undocumented, and its robots.txt closes it to every crawler."""

import math
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from newsarchive.fetch import Ask
from newsarchive.tweets.hosts import Lane
from newsarchive.tweets.outcome import Outcome, Target
from newsarchive.tweets.resolvers.base import Context, Resolver, as_json, failure, mapping, same, words
from newsarchive.tweets.resolvers.payloads import from_widget

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# The tombstone's own words -> answer, the first that fits.
_REASONS = (
    ("deleted by", "tombstone_deleted"),
    ("suspended account", "tombstone_suspended"),
    ("limits who can view", "tombstone_protected"),
    ("age-restricted", "tombstone_age"),
    ("withheld", "tombstone_withheld"),
)


class Syndication(Resolver):
    """``GET /tweet-result?id=`` for one tweet."""

    name = "syndication"
    lane = Lane(
        host="cdn.syndication.twimg.com",
        interval_seconds=1.0,
        rest_seconds=900,
        rest_most_seconds=86_400,
        strikes=3,
        robots="robots.txt closes the host to crawlers: whoever names this resolver in the settings takes that on",
    )

    def __init__(self, context: Context) -> None:
        base = context.setting("NEWSARCHIVE_TWEET_SYNDICATION_URL", "https://cdn.syndication.twimg.com")
        self.base = str(base).rstrip("/")
        super().__init__(context)

    def request(self, targets: Sequence[Target]) -> Ask:
        """The tweet with the token the widget would send."""
        query = urlencode({"id": targets[0].id, "token": token(targets[0].id), "lang": "en"})
        return Ask(url=f"{self.base}/tweet-result?{query}", headers={"Accept": "application/json"})

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """``{"__typename":"Tweet",…}``; ``{}`` and an empty tombstone are sent for live tweets too; 404 is HTML."""
        endpoint = "syndication"
        if failed := failure(status):
            return same(targets, endpoint, failed)
        if status in (400, 404):
            return same(targets, endpoint, "not_found" if status == 404 else "bad_request")
        answer = as_json(body)
        if status != 200 or not isinstance(answer, dict):
            return same(targets, endpoint, "malformed", f"status {status}")
        kind = answer.get("__typename")
        if kind == "TweetTombstone":
            text = words(mapping(mapping(answer.get("tombstone")).get("text")).get("text"))
            if not text:
                return same(targets, endpoint, "tombstone_empty")
            said = next((name for part, name in _REASONS if part in text.lower()), "tombstone_other")
            return same(targets, endpoint, said, text)
        if kind != "Tweet":
            return same(targets, endpoint, "malformed" if answer else "empty")
        if words(answer.get("id_str")) != targets[0].id:
            return same(targets, endpoint, "malformed", f"answered about {answer.get('id_str')}")
        said = "found" if mapping(answer.get("user")) else "found_without_user"
        content = from_widget(answer, self.context.now() or None)
        return [Outcome(id=targets[0].id, endpoint=endpoint, answer=said, content=content)]


def token(tweet_id: str) -> str:
    """The widget's token: ``((Number(id) / 1e15) * Math.PI).toString(36)`` without zeros and the point, as V8 prints it.

    >>> token("20")
    '6dq1a2xwd93'
    """
    value = (float(int(tweet_id)) / 1e15) * math.pi
    whole = int(value)
    fraction = value - whole
    # V8 prints digits until what is left is within half a unit of the last place of the number itself.
    delta = max(0.5 * (math.nextafter(value, math.inf) - value), math.nextafter(0.0, 1.0))
    digits: list[int] = []
    if fraction >= delta:
        while True:
            fraction *= 36
            delta *= 36
            digit = int(fraction)
            digits.append(digit)
            fraction -= digit
            if (fraction > 0.5 or (fraction == 0.5 and digit & 1)) and fraction + delta > 1:
                while digits:
                    digits[-1] += 1
                    if digits[-1] < 36:
                        break
                    digits.pop()
                else:
                    whole += 1
                break
            if fraction < delta:
                break
    head = ""
    while whole:
        whole, digit = divmod(whole, 36)
        head = _DIGITS[digit] + head
    text = (head or "0") + "." + "".join(_DIGITS[digit] for digit in digits)
    return text.replace("0", "").replace(".", "")
