"""SouthFront: analysis and intelligence, WordPress with wpDiscuz."""

from newsarchive.wordpress.quirks import Quirks
from spiders.base import SiteSpider


class SouthFrontSpider(SiteSpider):
    """Archives SouthFront, whichever of its domains it is on."""

    name = "southfront"
    site_name = "southfront"
    home = "https://southfront.press/"
    domains = ("southfront.press", "southfront.org")
    quirks = Quirks(
        furniture_texts=(r"Support SouthFront", r"SouthFront"),
        caption_noise=(r"Click to see (?:the )?full[- ]size image\.?",),
        related_headings=(r"MORE ON (?:THE|THIS) TOPIC:?",),
    )
