"""A real browser, for what plain HTTP cannot get: pages behind a script, threads that only a script fetches.

Nothing of it is imported, and no Node or Chromium process started, before the first page is asked for.
"""

from newsarchive.browser.fetch import BrowserFetch, browser_request

__all__ = ["BrowserFetch", "browser_request"]
