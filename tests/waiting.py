"""A scheduler that tells how many requests have waited in it at a time."""

import logging
from typing import Any

from scrapy import Request
from scrapy.core.scheduler import Scheduler


class WaitingScheduler(Scheduler):
    """Scrapy's own, with the most that waited as a line of the log at its end."""

    most = 0

    def enqueue_request(self, request: Request) -> bool:
        taken = super().enqueue_request(request)
        self.most = max(self.most, len(self))
        return taken

    def close(self, reason: str) -> Any:
        logging.getLogger(__name__).info("%d at most have waited", self.most)
        return super().close(reason)
