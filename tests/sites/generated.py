"""Articles and threads made up by number, for large sites: always the same for the same number."""

import functools
from collections.abc import Sequence
from datetime import datetime, timedelta

from .articles import AUTHORS, MEDIA, TERMS
from .clock import utc
from .options import Options
from .pieces import Piece, bare_tweet, h, image, tweet_quote
from .store import Comment, Post, Store

FIRST_POST, FIRST_COMMENT = 100_001, 1_000_001
_START, _SPACING = utc("2012-01-01 06:00:00"), timedelta(minutes=97)
_WHO = (
    "The harbour office",
    "A spokesman for the mill",
    "The river commission",
    "The night watch",
    "An engineer of the lock",
    "The ferry company",
    "The town of Velim",
    "A farmer on the southern bank",
)
_DID = (
    "has put off",
    "welcomes",
    "will not discuss",
    "has measured again",
    "wants to pay for",
    "calls a mistake",
    "has found no trace of",
    "promises",
)
_WHAT = (
    "the new crossing",
    "the works on the dam",
    "a second ferry",
    "the price of grain",
    "the lamps on the quay",
    "the closing of the gate",
    "a map of the shallows",
    "the survey of last year",
)
_WHEN = (
    "before the winter",
    "after a week of rain",
    "on Monday",
    "as it did a year ago",
    "without giving a reason",
    "for the third time",
    "to everybody’s surprise",
    "at the request of the council",
)
_SLUG = str.maketrans({"’": "", "'": ""})
_SENTENCES = tuple(f"{who} {did} {what} {when}." for who in _WHO for did in _DID for what in _WHAT for when in _WHEN)
_TITLES = tuple(
    f"{what.removeprefix('the ').removeprefix('a ').title()} {when.title()}".replace("’S", "’s")
    for what in _WHAT
    for when in _WHEN
)


def _mix(number: int, place: int) -> int:
    """A number that looks like chance and is always the same; cheap, since a page of a list needs thousands."""
    mixed = (number * 2_654_435_761 + place * 40_503_007 + 97) & 0xFFFFFFFF
    mixed ^= mixed >> 15
    return (mixed * 2_246_822_519 & 0xFFFFFFFF) >> 7


def _sentence(number: int, place: int) -> str:
    return _SENTENCES[_mix(number, place) % len(_SENTENCES)]


@functools.cache
def _paragraphs() -> tuple[Piece, ...]:
    texts = (" ".join(_sentence(number, part) for part in range(3)) for number in range(8192))
    return tuple(Piece("paragraph", f"<p>{text}</p>", passages=(text,)) for text in texts)


@functools.cache
def _heading(number: int) -> Piece:
    return h(2, _SENTENCES[number])


@functools.cache
def _picture(number: int) -> Piece:
    return image(f"made-{number}", alt="Made up", caption=f"Picture {number} of the series", number=600 + number)


def body(number: int, tweets_per_100: int) -> Sequence[Piece]:
    """The body of the article of that number."""
    paragraphs = _paragraphs()
    pieces = [paragraphs[_mix(number, place) & 8191] for place in range(6 + number % 5)]
    pieces.insert(2, _heading(_mix(number, 90) % len(_SENTENCES)))
    if number % 3 == 0:
        pieces.insert(1, _picture(number % 40))
    if _mix(number, 91) % 100 < tweets_per_100:
        status = str(1_103_000_000_000_000_000 + number * 4_194_304 * 1000)
        if number % 2:
            tweet = bare_tweet(f"https://twitter.com/river_watch/status/{status}", status, "river_watch")
        else:
            tweet = tweet_quote(status, "river_watch", "River Watch", _sentence(number, 92), "March 5, 2019")
        pieces.insert(4, tweet)
    return pieces


def post(number: int, tweets_per_100: int = 60) -> Post:
    """The article of that number (0, 1, …)."""
    title = f"{_TITLES[_mix(number, 93) % len(_TITLES)]} ({number})"
    slug = "-".join(title.translate(_SLUG).lower().replace("(", "").replace(")", "").split())
    date = _START + _SPACING * number
    return Post(
        FIRST_POST + number, slug, title.replace("’", "&#8217;"), functools.partial(body, number, tweets_per_100), date,
        date + timedelta(minutes=number % 50), author=1 + number % 3, categories=(2, 3 + number % 3), tags=(21 + number % 5,),
        editor="blocks" if number % 2 else "classic",
    )  # fmt: skip


def thread(number: int, count: int, first_id: int, start: datetime) -> list[Comment]:
    """`count` comments under the article of that number; every third answers the one before it."""
    return [
        Comment(
            first_id + place, FIRST_POST + number, f"Reader {_mix(number, 100 + place) % 400}", start + timedelta(minutes=9 * place + 3), _sentence(number, 200 + place),
            parent=first_id + place - 1 if place % 3 == 2 else 0, likes=_mix(number, 300 + place) % 9,
        )
        for place in range(count)
    ]  # fmt: skip


def fill_generated(store: Store, options: Options) -> None:
    """Adds `options.n_articles` articles with `options.comments_per_article` comments each."""
    if not options.articles:
        store.add(*AUTHORS, *TERMS, *MEDIA)
    each = options.comments_per_article
    for number in range(options.n_articles):
        one = post(number, options.tweets_per_100_articles)
        store.add(one, *thread(number, each, FIRST_COMMENT + number * each, one.date))
