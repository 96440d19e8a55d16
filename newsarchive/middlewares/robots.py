"""robots.txt, obeyed in what it means: what it forbids is not asked for by another address either."""

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request

from newsarchive.downloading import ForbiddenByRobots
from newsarchive.wordpress.forms import as_paths


class RobotsMiddleware(RobotsTxtMiddleware):
    """As Scrapy's, but what it forbids has a kind of its own, `ForbiddenByRobots`, and each form of an address counts.

    WordPress answers ``/?rest_route=/wp/v2/posts`` as it does ``/wp-json/wp/v2/posts``. A robots.txt that forbids the one
    seldom thinks of the other, which is not asked for then (`newsarchive.wordpress.forms`). The query alone is forbidden
    by rules that mean something else (``Disallow: /*?``), so it says nothing of the path.
    """

    async def process_request(self, request: Request) -> None:  # type: ignore[override]
        """Raises ForbiddenByRobots for what robots.txt forbids."""
        try:
            await super().process_request(request)
            for url in as_paths(request.url):
                await super().process_request(request.replace(url=url))
        except IgnoreRequest as error:
            raise ForbiddenByRobots(str(error)) from error
