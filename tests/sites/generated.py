"""Articles and threads made up by number, for large sites: always the same for the same number."""

import functools
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from .articles import AUTHORS, MEDIA, TERMS
from .clock import utc
from .options import Options
from .pieces import Piece, bare_tweet, h, image, p, tweet_quote
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


def _sentence(pick: random.Random) -> str:
    return f"{pick.choice(_WHO)} {pick.choice(_DID)} {pick.choice(_WHAT)} {pick.choice(_WHEN)}."


def _words(pick: random.Random) -> str:
    return f"{pick.choice(_WHAT).removeprefix('the ').removeprefix('a ').title()} {pick.choice(_WHEN).title()}".replace(
        "’S", "’s"
    )


def body(number: int, tweets_per_100: int) -> Sequence[Piece]:
    """The body of the article of that number."""
    pick = random.Random(number)
    pieces: list[Piece] = [p(" ".join(_sentence(pick) for _ in range(3))) for _ in range(6 + number % 5)]
    pieces.insert(2, h(2, _sentence(pick)))
    if number % 3 == 0:
        pieces.insert(
            1,
            image(
                f"made-{number % 40}",
                alt="Made up",
                caption=f"Picture {number % 40} of the series",
                number=600 + number % 40,
            ),
        )
    if pick.random() * 100 < tweets_per_100:
        status = str(1_103_000_000_000_000_000 + number * 4_194_304 * 1000)
        maker = functools.partial(tweet_quote, status, "river_watch", "River Watch", _sentence(pick), "March 5, 2019")
        pieces.insert(
            4,
            bare_tweet(f"https://twitter.com/river_watch/status/{status}", status, "river_watch")
            if number % 2
            else maker(),
        )
    return pieces


def post(number: int, tweets_per_100: int = 60) -> Post:
    """The article of that number (0, 1, …)."""
    pick = random.Random(number * 31 + 7)
    title = f"{_words(pick)} ({number})"
    slug = "-".join(title.translate(_SLUG).lower().replace("(", "").replace(")", "").split())
    date = _START + _SPACING * number
    return Post(
        FIRST_POST + number, slug, title.replace("’", "&#8217;"), functools.partial(body, number, tweets_per_100), date,
        date + timedelta(minutes=number % 50), author=1 + number % 3, categories=(2, 3 + number % 3), tags=(21 + number % 5,),
        editor="blocks" if number % 2 else "classic",
    )  # fmt: skip


def thread(number: int, count: int, first_id: int, start: datetime) -> list[Comment]:
    """`count` comments under the article of that number; every third answers the one before it."""
    pick = random.Random(number * 17 + 3)
    return [
        Comment(
            first_id + place, FIRST_POST + number, f"Reader {pick.randrange(400)}", start + timedelta(minutes=9 * place + 3), _sentence(pick),
            parent=first_id + place - 1 if place % 3 == 2 else 0, likes=pick.randrange(9),
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
