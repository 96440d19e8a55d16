"""An archive of news sites: articles, comment threads and the tweets they embed, as JSON Lines that lose nothing."""

__version__ = "0.1.0"

SOFTWARE = f"newsarchive/{__version__}"
