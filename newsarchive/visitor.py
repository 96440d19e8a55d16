"""Who we say we are: the User-Agent, with a way to reach the people behind the crawl."""

from scrapy.settings import BaseSettings, get_settings_priority

from newsarchive import __version__


def introduce(settings: BaseSettings) -> None:
    """Sets USER_AGENT from NEWSARCHIVE_CONTACT; one that was set by hand stays."""
    if settings.getpriority("USER_AGENT") == get_settings_priority("default"):
        contact = str(settings.get("NEWSARCHIVE_CONTACT") or "").strip()
        settings.set(
            "USER_AGENT", f"newsarchive/{__version__}" + (f" (+{contact})" if contact else ""), priority="project"
        )
