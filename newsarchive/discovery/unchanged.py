"""Conditional requests for lists: what the site says is unchanged since the last complete run is not sent again."""

from newsarchive.fetch import Answer, Ask, Fetch

MOST_VALIDATORS = 2_000


class Unchanged:
    """A `Fetch` that asks with the validators of the last complete run; an unchanged list answers 304.

    `validators` (address to its ETag and Last-Modified) has after the run what the next one asks with.
    """

    def __init__(self, fetch: Fetch, validators: dict[str, dict[str, str]]) -> None:
        self._fetch = fetch
        self._known = validators
        self.validators = dict(validators)

    async def __call__(self, ask: Ask) -> Answer:
        """The answer; 304 where the list is as it was."""
        known = self._known.get(ask.url, {})
        conditions = {
            header: known[name]
            for header, name in (("If-None-Match", "etag"), ("If-Modified-Since", "last-modified"))
            if name in known
        }
        answer = await self._fetch(Ask(url=ask.url, form=ask.form, headers={**ask.headers, **conditions}))
        if answer.status == 200:
            said = {name: answer.headers[name] for name in ("etag", "last-modified") if answer.headers.get(name)}
            if said and len(self.validators) < MOST_VALIDATORS:
                self.validators[ask.url] = said
            else:
                self.validators.pop(ask.url, None)
        return answer
