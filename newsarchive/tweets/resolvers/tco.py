"""t.co: where a shortened address leads, for quotes that lost their link. Opt-in."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from newsarchive.fetch import Ask
from newsarchive.tweets.address import parse_status_url
from newsarchive.tweets.clock import moment, printed_day
from newsarchive.tweets.hosts import Lane
from newsarchive.tweets.outcome import Content, Outcome, Target
from newsarchive.tweets.resolvers.base import Context, Resolver, failure, same
from newsarchive.tweets.states import Record

_REFRESH = re.compile(rb"""<meta[^>]{0,200}http-equiv=["']?refresh[^>]{0,200}url=([^"'>\s]{1,2000})""", re.I)
_LOCATOR = re.compile(r"t\.co/([A-Za-z0-9]{4,16})")


class TCo(Resolver):
    """``GET /CODE``, without following where it leads."""

    name = "tco"
    lane = Lane(
        host="t.co",
        interval_seconds=1.0,
        rest_seconds=900,
        rest_most_seconds=86_400,
        strikes=3,
        robots="a redirect that every reader's click asks for: whoever names this resolver in the settings takes it on",
    )

    def __init__(self, context: Context) -> None:
        self.base = str(context.setting("NEWSARCHIVE_TWEET_TCO_URL", "https://t.co")).rstrip("/")
        super().__init__(context)

    def wants(self, target: Target, record: Record) -> bool:
        """A code beside an account and a day; without them nothing could prove that it is that tweet."""
        return bool(
            _LOCATOR.fullmatch(target.id) and target.handle and target.printed_date and not record.content.status_id
        )

    def request(self, targets: Sequence[Target]) -> Ask:
        """The code's address."""
        return Ask(url=f"{self.base}/{targets[0].id.removeprefix('t.co/')}")

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """A redirect, or a page with ``<meta http-equiv=refresh>``, to ``…/status/ID/photo/1``.

        A picture's code leads to the tweet it was posted in first, which need not be the quoted one. So it counts only
        where the account is the quote's and the id's day is at most a day beside the printed one.
        """
        target = targets[0]
        if failed := failure(status):
            return same(targets, "tco", failed)
        if status in (404, 410):
            return same(targets, "tco", "not_found")
        there = headers.get("location", "") if 300 <= status < 400 else ""
        if status == 200 and (found := _REFRESH.search(body[:20_000])):
            there = found.group(1).decode("utf-8", "replace")
        if not there:
            return same(targets, "tco", "malformed", f"status {status}")
        reference = parse_status_url(there)
        if reference is None:
            return same(targets, "tco", "elsewhere", there)
        posted, day = moment(reference.id), printed_day(target.printed_date or "")
        own = (reference.handle or "").lower() == (target.handle or "").lower()
        near = posted and day and -timedelta(days=1) <= posted - day < timedelta(days=2)
        if not (own and near):
            return same(targets, "tco", "other_tweet", there)
        content = Content(status_id=reference.id, handle=reference.handle)
        return [Outcome(id=target.id, endpoint="tco", answer="status", detail=there, content=content)]
