"""Redirects: followed within the site; what leads away, or round and round, is handed on as it came."""

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware as ScrapyRedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response

from newsarchive.guard.look import host_of


def within(url: str, allowed: list[str]) -> bool:
    """Whether `url` is on one of the hosts `allowed` or below one; an empty list allows every host."""
    host = host_of(url)
    known = [name.lower().removeprefix("www.").partition(":")[0] for name in allowed]
    return not known or any(host == name or host.endswith("." + name) for name in known)


class RedirectMiddleware(ScrapyRedirectMiddleware):
    """As Scrapy's, but a redirect to a host outside ``spider.allowed_domains`` and one too many are no error and no request.

    Nor is one that would make a GET of a POST: what was posted would be lost, and the answer be to another question.
    The answer with the redirect's status and ``Location`` is handed on in their place, so that it can be judged and
    asked for again, and a stranger's host is never asked. Requests with ``meta["allow_offsite"]`` are followed anywhere.
    """

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request to follow, or the response."""
        try:
            followed = super().process_response(request, response)
        except IgnoreRequest:
            return response  # too many
        if isinstance(followed, Request) and followed.method != request.method:
            return response
        if not isinstance(followed, Request) or request.meta.get("allow_offsite"):
            return followed
        allowed = list(getattr(self.crawler.spider, "allowed_domains", None) or [])
        # A crawl of some service's pages may ask hosts that are not the site's from the start: those follow their own way.
        if within(followed.url, allowed) or not within(request.url, allowed):
            return followed
        return response
