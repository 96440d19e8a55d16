"""Requests for one thing: a bounded number of them, none of which raises."""

from newsarchive.fetch import Answer, Ask, Fetch, FetchError


class Bounded:
    """A `Fetch` for readers that must not fail because of one request: at most `limit` requests, each loss noted."""

    def __init__(self, fetch: Fetch, limit: int) -> None:
        self._fetch = fetch
        self.left = limit
        self.used = 0
        """Requests made."""
        self.losses: list[str] = []
        """What went wrong, in the order it did; the same words for the same trouble, so that reports can count them."""

    async def __call__(self, ask: Ask) -> Answer:
        """The answer; raises FetchError where there is none, or where the limit is reached."""
        if self.left <= 0:
            self.lose("the limit of requests for one thread is reached")
            raise FetchError("the limit of requests for one thread is reached")
        self.left -= 1
        self.used += 1
        return await self._fetch(ask)

    async def get(self, ask: Ask, what: str) -> Answer | None:
        """The answer; None where there is none, with a loss that says `what` was asked for."""
        try:
            return await self(ask)
        except FetchError as error:
            self.lose(f"{what}: {error}")
            return None

    def lose(self, what: str) -> None:
        """Notes a loss, once."""
        if what not in self.losses and len(self.losses) < 50:
            self.losses.append(what)
