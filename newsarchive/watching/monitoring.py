"""The add-on behind ``NEWSARCHIVE_MONITORS``: Spidermon with our monitors, in the one place where they come before the verdict."""

from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

from newsarchive.archive.crawl import setting

BEFORE_THE_VERDICT = 850
"""The verdict is made by an extension at 900 as the spider closes."""


class Monitoring:
    """Switches the monitors on. A crawl that asks for them and has no Spidermon does not start."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Adds Spidermon to the extensions; raises NotConfigured where monitors are not asked for, ImportError without Spidermon."""
        if str(setting(settings, "NEWSARCHIVE_MONITORS", "0")).lower() not in {"1", "true", "yes", "on"}:
            raise NotConfigured
        import spidermon  # noqa: F401  (better here than by a warning that an extension is missing)

        settings["EXTENSIONS"]["spidermon.contrib.scrapy.extensions.Spidermon"] = BEFORE_THE_VERDICT
        settings.set("SPIDERMON_ENABLED", True, priority="addon")
        settings.set("SPIDERMON_SPIDER_CLOSE_MONITORS", ["newsarchive.monitors.RunMonitors"], priority="addon")
        settings.set("SPIDERMON_ADD_FIELD_COVERAGE", True, priority="addon")
        settings.set("SPIDERMON_FIELD_COVERAGE_SKIP_NONE", True, priority="addon")
        # Of what an item holds only the first level is counted: its blocks and comments would be a stat each.
        settings.set("SPIDERMON_DICT_FIELDS_COVERAGE_LEVELS", 0, priority="addon")
