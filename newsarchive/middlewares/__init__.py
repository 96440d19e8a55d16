"""Scrapy downloader middlewares: whom we ask, what we believe, how patiently we ask again and when we stop.

In the order an answer passes them, from the network inwards (their numbers in ``DOWNLOADER_MIDDLEWARES``):

| number | class | in place of | does |
|---|---|---|---|
| 760 | `addresses.AddressMiddleware` | | refuses private addresses, after every redirect, and holds a name to the address that was checked |
| 600 | `redirects.RedirectMiddleware` | Scrapy's | follows redirects within the site; any other, and a loop, is handed on unfollowed |
| 595 | `whole.WholeMiddleware` | | marks compressed answers that break off |
| 560 | `judgement.JudgementMiddleware` | | judges each answer, counts refusals, stops a crawl that is being refused |
| 550 | `patience.PatienceMiddleware` | Scrapy's retries | asks again, later and later, and lets a host that says 429 or 503 rest |
| 100 | `robots.RobotsMiddleware` | Scrapy's | asks for nothing that robots.txt forbids, nor for the same by another address |
"""

from newsarchive.middlewares.addresses import AddressMiddleware
from newsarchive.middlewares.judgement import JudgementMiddleware
from newsarchive.middlewares.patience import PatienceMiddleware
from newsarchive.middlewares.redirects import RedirectMiddleware
from newsarchive.middlewares.robots import RobotsMiddleware
from newsarchive.middlewares.whole import WholeMiddleware

__all__ = [
    "AddressMiddleware",
    "JudgementMiddleware",
    "PatienceMiddleware",
    "RedirectMiddleware",
    "RobotsMiddleware",
    "WholeMiddleware",
]
