"""Settings in the order of a crawl: discover, fetch, items, archive, export. Each deviation from Scrapy's default says why.

Every ``NEWSARCHIVE_*`` setting is also read from an environment variable of the same name. Scrapy's own:
https://docs.scrapy.org/en/latest/topics/settings.html
"""

import os
import sys
from pathlib import Path

# `spiders` and `pipelines` are top-level names that other packages use as well: this checkout (or egg) goes first.
_HERE = str(Path(__file__).resolve().parent.parent)
if sys.path[:1] != [_HERE]:
    sys.path.insert(0, _HERE)


def _env(name: str, default: str) -> str:
    return os.environ.get(name, default)


BOT_NAME = "newsarchive"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"
COMMANDS_MODULE = "newsarchive.commands"

# --- who we are ---------------------------------------------------------------------------------------------------

# An address or a page where the people who run the site can reach you; it becomes a part of the User-Agent.
NEWSARCHIVE_CONTACT = _env("NEWSARCHIVE_CONTACT", "")
ROBOTSTXT_OBEY = True  # default False in the library: a good visitor obeys

# --- fetch, politely ------------------------------------------------------------------------------------------------

DOWNLOAD_DELAY = 1.0  # seconds; default 0
CONCURRENT_REQUESTS_PER_DOMAIN = 4  # default 8: a news site is one host
# Look-ups of tweets keep their own pace for each service (docs/tweets.md), so none is added here.
DOWNLOAD_SLOTS = {"tweets": {"concurrency": 8, "delay": 0, "randomize_delay": False}}
CONCURRENT_REQUESTS = 16  # the default, written down because it caps the line above
AUTOTHROTTLE_ENABLED = True  # default False: slows down with the site
AUTOTHROTTLE_START_DELAY = 1.0  # seconds; default 5
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
RETRY_TIMES = 4  # default 2; PatienceMiddleware waits longer before each
NEWSARCHIVE_RETRY_WAIT = 2  # seconds before the first new try, doubled for each next one
NEWSARCHIVE_RETRY_WAIT_MAX = 120  # seconds, at most
NEWSARCHIVE_RETRY_AFTER_MAX = 600  # seconds that a site may ask us to wait; what asks for more is given up
NEWSARCHIVE_HOST_REST = 10  # seconds a whole host rests after a 429 or 503 that names no time, doubled each time
NEWSARCHIVE_REFUSED_IN_A_ROW = 10  # so many refusals one after another stop the crawl; 0: never
NEWSARCHIVE_REFUSED_SHARE = 0.5  # as does this share of the last 50 answers
NEWSARCHIVE_FAILED_IN_A_ROW = 30  # so many failures without any answer stop it as well
METAREFRESH_ENABLED = False  # default True: challenges send visitors on by it
DOWNLOAD_TIMEOUT = 60  # seconds; default 180
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024  # bytes, unpacked; default 1 GiB: no article is that large, and bombs are
DOWNLOAD_WARNSIZE = 0  # default 32 MiB: the line above ends it anyway
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False: what is archived is what the site sent
# The one cookie that reading needs (wpDiscuz' nonce) is sent by its reader; a jar would also ask the network for the list
# of public suffixes.
COOKIES_ENABLED = False  # default True
# The browser, for what HTTP does not get; started with the first page that needs it.
DOWNLOAD_HANDLERS = {
    "http": "newsarchive.browser.handler.BrowserHandler",
    "https": "newsarchive.browser.handler.BrowserHandler",
}
NEWSARCHIVE_BROWSER = _env("NEWSARCHIVE_BROWSER", "1")  # 0: never, but for via=browser and comments=browser
NEWSARCHIVE_CHROMIUM = _env("NEWSARCHIVE_CHROMIUM", "")  # path; empty: the system's, else Playwright's own
NEWSARCHIVE_BROWSER_PAGES = 2  # open at once
NEWSARCHIVE_BROWSER_SECONDS = 180  # for one page with its thread
NEWSARCHIVE_BROWSER_RENEW = 50  # a fresh profile after so many pages bounds its memory
REDIRECT_MAX_TIMES = 6  # default 20
DOWNLOADER_MIDDLEWARES = {  # newsarchive/middlewares/__init__.py says what each does
    "newsarchive.middlewares.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsarchive.middlewares.PatienceMiddleware": 550,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "newsarchive.middlewares.JudgementMiddleware": 560,
    "newsarchive.middlewares.WholeMiddleware": 595,
    "newsarchive.middlewares.RedirectMiddleware": 600,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "newsarchive.middlewares.AddressMiddleware": 760,
}
CONCURRENT_ITEMS = 2  # default 100: each response starts that many tasks, and an article yields two items
# What these do is of no use here, and each costs every answer its share: statuses are judged above, nothing asks for a
# depth, and an address that is too long is a miss to be told of, not to be left out without a word.
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
}

# So many processes read pages beside the crawl's own. For a site that may be asked for some fifty pages a second or more
# (one's own); below that a single process has time to spare. 0: none.
NEWSARCHIVE_READERS = _env("NEWSARCHIVE_READERS", "0")

# --- archive --------------------------------------------------------------------------------------------------------

# Where many machines archive together (docs/scaling.md): postgresql://user@host/database holds frontier and index.
NEWSARCHIVE_DATABASE = _env("NEWSARCHIVE_DATABASE", "")
NEWSARCHIVE_FLEET_BATCH = _env("NEWSARCHIVE_FLEET_BATCH", "200")  # articles or threads a batch
# A directory or s3://bucket/prefix. docs/archive.md says more of each of these.
NEWSARCHIVE_STORE = _env("NEWSARCHIVE_STORE", "archive")
NEWSARCHIVE_LOCAL = _env("NEWSARCHIVE_LOCAL", "archive")  # where lines are written first when the store is S3
NEWSARCHIVE_COMPRESSION = _env("NEWSARCHIVE_COMPRESSION", "none")  # of sealed parts: none, gz or zst
NEWSARCHIVE_SYNC_LINES = _env("NEWSARCHIVE_SYNC_LINES", "100")  # so many lines are made durable together,
NEWSARCHIVE_SYNC_MS = _env("NEWSARCHIVE_SYNC_MS", "20")  # or after so many milliseconds
NEWSARCHIVE_PART_LINES = _env("NEWSARCHIVE_PART_LINES", "100000")  # a part is sealed after so many lines,
NEWSARCHIVE_PART_BYTES = _env("NEWSARCHIVE_PART_BYTES", str(128 * 1024 * 1024))  # bytes
NEWSARCHIVE_PART_SECONDS = _env("NEWSARCHIVE_PART_SECONDS", "3600")  # or seconds, and when the run ends
NEWSARCHIVE_LOCK_WAIT = _env("NEWSARCHIVE_LOCK_WAIT", "0")  # seconds to wait for another writer of the site; 0: refuse
NEWSARCHIVE_VOTES_REVISE = _env("NEWSARCHIVE_VOTES_REVISE", "0")  # 1: changed votes make a revision
NEWSARCHIVE_METRICS_REVISE = _env("NEWSARCHIVE_METRICS_REVISE", "0")  # 1: so do a tweet's counts
NEWSARCHIVE_NEAR_WINDOW = _env(
    "NEWSARCHIVE_NEAR_WINDOW", "20000"
)  # articles that near-duplicates are sought among; 0: none
NEWSARCHIVE_NEAR_SIMILARITY = _env("NEWSARCHIVE_NEAR_SIMILARITY", "0.3")  # from this likeness on they are marked
NEWSARCHIVE_UPLOAD_WAIT = _env("NEWSARCHIVE_UPLOAD_WAIT", "120")  # seconds a run waits at its end for uploads to S3
NEWSARCHIVE_KEEP_LOCAL = _env("NEWSARCHIVE_KEEP_LOCAL", "1")  # 0: a part that is safe on S3 is deleted here
NEWSARCHIVE_S3_PART_BYTES = _env("NEWSARCHIVE_S3_PART_BYTES", str(16 * 1024 * 1024))  # larger parts go up in pieces

ITEM_PIPELINES = {
    "pipelines.dedupe.DedupePipeline": 100,
    "pipelines.tweets.TweetsPipeline": 200,
    "pipelines.media.TweetMediaPipeline": 250,  # off while NEWSARCHIVE_TWEET_MEDIA is empty
    "pipelines.export.ExportPipeline": 300,
}

# --- export by Scrapy itself (-o, -O) -------------------------------------------------------------------------------

FEED_EXPORT_ENCODING = "utf-8"  # default writes \uXXXX

# --- watching it ----------------------------------------------------------------------------------------------------

LOG_LEVEL = "INFO"  # default DEBUG: a line for every request
MEMUSAGE_LIMIT_MB = int(_env("NEWSARCHIVE_MEMORY_MB", "2048"))  # default off: a crawl that leaks stops itself
TELNETCONSOLE_ENABLED = False  # default True: a console that runs code has no place in production
REMOTE_CONTROL_ENABLED = False  # default True since 2.19, for the same reason

# Seconds between two lines about how far the crawl is, in a log; on a terminal a steady line shows it. 0: none.
NEWSARCHIVE_PROGRESS_SECONDS = 60
# The share (0 to 1) of wanted articles and threads that a run must have had to be called complete.
NEWSARCHIVE_COMPLETE_SHARE = 1.0
# The same for declared comments: pages count some that no reader is shown, such as replies to one that was removed.
NEWSARCHIVE_COMPLETE_COMMENTS = 0.95
# Where a larger share of the known articles is absent, the site is to blame and none is called taken down. 1: its word is taken.
NEWSARCHIVE_ABSENT_SHARE = 0.3
EXTENSIONS = {
    "scrapy.extensions.logstats.LogStats": None,  # Progress says more
    "newsarchive.progress.Progress": 500,
    "newsarchive.summary.Summary": 900,
    "newsarchive.watching.Numbers": 950,  # after the verdict, which is one of them
}
ADDONS = {"newsarchive.watching.monitoring.Monitoring": 500}
# text (Scrapy's) or json (an object a line). In both, whatever is a secret by its name is masked.
NEWSARCHIVE_LOG_FORMAT = _env("NEWSARCHIVE_LOG_FORMAT", "text")
# A file for the textfile collector of Prometheus' node exporter; {site} in it stands for the site's name. Empty: none.
NEWSARCHIVE_PROMETHEUS_FILE = _env("NEWSARCHIVE_PROMETHEUS_FILE", "")
NEWSARCHIVE_PROMETHEUS_SECONDS = 30  # written so often while the crawl runs; 0: at its end alone
# 1: Spidermon's monitors (newsarchive/monitors.py) have a say in the verdict. Needs the package spidermon.
NEWSARCHIVE_MONITORS = _env("NEWSARCHIVE_MONITORS", "0")
NEWSARCHIVE_MONITOR_LISTED = 0.8  # a run over everything lists at least this share of what an earlier one did
NEWSARCHIVE_MONITOR_THREADS = 0.9  # share of the threads read that are proven complete
NEWSARCHIVE_MONITOR_FAILURES = 0.1  # share of the answers that were not the page
