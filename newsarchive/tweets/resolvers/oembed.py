"""Twitter's public oEmbed: the words, the author and the day of one tweet, made to be asked for by every site that embeds.

https://developer.x.com/en/docs/x-for-websites/oembed-api. Its 404 proves little: live tweets answer so at times.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from urllib.parse import urlencode, urljoin, urlsplit

from newsarchive.fetch import Ask
from newsarchive.markup import fragment
from newsarchive.tweets.address import canonical
from newsarchive.tweets.find import references_in
from newsarchive.tweets.hosts import AskThrough, Lane
from newsarchive.tweets.outcome import Content, Observation, Outcome, Target
from newsarchive.tweets.resolvers.base import Context, Resolver, as_json, failure, mapping, same, words

_HOSTS = frozenset({"publish.twitter.com", "publish.x.com"})  # each has redirected to the other at some time


class OEmbed(Resolver):
    """``GET /oembed?url=`` for one tweet."""

    name = "oembed"
    lane = Lane(
        host="publish.x.com",
        interval_seconds=1.0,
        rest_seconds=900,
        rest_most_seconds=86_400,
        strikes=3,
        robots=(
            "robots.txt closes /oembed to crawlers, the documentation opens it to every program that embeds and recommends it"
            " for bulk work; the documentation is followed, a request a second. Leave oembed out of the resolvers to differ."
        ),
    )

    def __init__(self, context: Context) -> None:
        self.base = str(context.setting("NEWSARCHIVE_TWEET_OEMBED_URL", "https://publish.x.com/oembed"))
        super().__init__(context)

    def request(self, targets: Sequence[Target]) -> Ask:
        """The tweet by its canonical address, without script and thread."""
        address = canonical(targets[0].id, targets[0].handle or "i")
        query = urlencode({"url": address, "omit_script": "1", "hide_thread": "1", "dnt": "true"})
        return Ask(url=f"{self.base}?{query}", headers={"Accept": "application/json"})

    async def resolve(self, targets: Sequence[Target], ask: AskThrough) -> AsyncIterator[list[Observation]]:
        """Asks, and follows one redirect where it leads to the other of the two hosts."""
        at = self.context.now()
        request = self.request(targets)
        answer = await ask(self.lane, request)
        if answer.status in (301, 302, 307, 308):
            own, there = urlsplit(self.base).hostname, ""
            try:
                there = urljoin(request.url, answer.headers.get("location", ""))
                known = urlsplit(there).hostname in {*_HOSTS, own} and urlsplit(there).path.endswith("/oembed")
            except ValueError:  # no address
                known = False
            if known:
                answer = await ask(self.lane, Ask(url=there, headers=request.headers))
        yield self.observe(self.parse(answer.status, answer.headers, answer.body, targets), answer, at)

    def parse(self, status: int, headers: Mapping[str, str], body: bytes, targets: Sequence[Target]) -> list[Outcome]:
        """``{"html":"<blockquote class=\\"twitter-tweet\\">…","author_name":…}``: found where the quote's id is the asked
        one (an address of a profile answers with a timeline). 403 "not authorized to see this status" is a protected account."""
        answer = as_json(body)
        if status == 403 and "not authorized to see this status" in str(mapping(answer).get("error", "")):
            return same(targets, "oembed", "protected", words(mapping(answer).get("error")))
        if failed := failure(status):
            return same(targets, "oembed", failed)
        if status == 404:
            return same(targets, "oembed", "not_found")
        if status != 200 or not isinstance(answer, dict):
            return same(targets, "oembed", "malformed", f"status {status}")
        html = words(answer.get("html")) or ""
        quote = next((one for one in references_in(fragment(html)) if one.form == "blockquote"), None)
        if quote is None or quote.id != targets[0].id:
            return same(targets, "oembed", "other", None if quote is None else f"answered about {quote.id}")
        content = Content(
            handle=quote.handle,
            author_name=words(answer.get("author_name")) or quote.author_name,
            text=quote.text,
            text_truncated=quote.text_truncated,
            language=quote.language,
            urls=quote.urls or None,
        )
        return [Outcome(id=targets[0].id, endpoint="oembed", answer="found", content=content)]
