"""The log's form: Scrapy's text, or JSON by ``NEWSARCHIVE_LOG_FORMAT=json``; in both no secret is written."""

import json
import logging
import warnings
from datetime import datetime, timezone
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.log import get_scrapy_root_handler
from twisted.logger import globalLogBeginner

from newsarchive.archive.crawl import setting
from newsarchive.watching.secrets import Mask, mask_of


class Masked(logging.Formatter):
    """What another formatter writes, without secrets."""

    def __init__(self, inner: logging.Formatter, mask: Mask) -> None:
        super().__init__()
        self.inner = inner
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self.mask(self.inner.format(record))


def _in_a_line(record: logging.LogRecord) -> bool:
    """Takes the trace off a record: what it says of a robots.txt that cannot be had is in its message."""
    if record.levelno == logging.ERROR:  # and not each address that is forbidden, which is told of below that
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
    return True


class _Certificates(logging.Filter):
    """Lets Twisted tell once, in a line, why it does not take a certificate: at each try it does so by a trace, twice."""

    def __init__(self) -> None:
        super().__init__()
        self.told: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if not message.startswith("while verifying certificate"):
            return True
        error = record.exc_info[1] if record.exc_info else None
        why = str(error or message.strip().splitlines()[-1])
        record.msg, record.args = f"a certificate is not valid: {why}", ()
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        first = why not in self.told
        self.told.add(why)
        return first


class JsonLines(logging.Formatter):
    """A JSON object a record: ``time`` (UTC), ``level``, ``logger``, ``message``, ``spider``; ``exception`` where there is
    one, and what the record carries as ``facts`` (a dict)."""

    def format(self, record: logging.LogRecord) -> str:
        at = (
            datetime.fromtimestamp(record.created, timezone.utc)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z")
        )
        spider = getattr(record, "spider", None)
        line: dict[str, Any] = {
            "time": at,
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "spider": getattr(spider, "name", spider) if spider is not None else None,
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if isinstance(facts := getattr(record, "facts", None), dict):
            line.update(facts)
        return json.dumps(line, ensure_ascii=False, default=str)


def wants_json(settings: BaseSettings) -> bool:
    """Whether the log is JSON."""
    return str(setting(settings, "NEWSARCHIVE_LOG_FORMAT", "text")).lower() == "json"


def dress(settings: BaseSettings) -> None:
    """Gives the log the form that the settings ask for, and the mask: to our handler, or to Scrapy's where that is in use."""
    handler = log_handler()
    if handler is None:
        return
    inner = handler.formatter or logging.Formatter()
    if wants_json(settings):
        inner = JsonLines()
    elif isinstance(inner, Masked):
        inner = inner.inner
    handler.setFormatter(Masked(inner, mask_of(settings)))


_installed: list[logging.Handler] = []


def log_handler() -> logging.Handler | None:
    """The handler that writes the log: ours, else Scrapy's; None where neither is installed."""
    return _installed[-1] if _installed else get_scrapy_root_handler()


def _keep_twisted_off_stderr() -> None:
    """Ends Twisted's own printing of errors to standard error, which it does until it is told of a log: Scrapy, which takes them
    into the log all the same, never tells it. How warnings are shown stays as it is."""
    shown = warnings.showwarning
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)
    warnings.showwarning = shown


def start_log(settings: BaseSettings) -> None:
    """Installs a log handler of ours by Scrapy's settings (``LOG_FILE``, ``LOG_LEVEL`` …), to be called before Scrapy does.

    Scrapy replaces its own handler while a crawl starts, and with it whatever form and mask it had been given. Does
    nothing where ``LOG_INSTALL_ROOT_HANDLER`` is off: then the log is the caller's.
    """
    if not settings.getbool("LOG_INSTALL_ROOT_HANDLER"):
        return
    settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
    handler: logging.Handler = logging.NullHandler()
    if file := settings.get("LOG_FILE"):
        mode = "a" if settings.getbool("LOG_FILE_APPEND") else "w"
        handler = logging.FileHandler(file, mode=mode, encoding=settings.get("LOG_ENCODING"))
    elif settings.getbool("LOG_ENABLED"):
        handler = logging.StreamHandler()
    handler.setLevel(settings.get("LOG_LEVEL"))
    handler.setFormatter(logging.Formatter(settings.get("LOG_FORMAT"), settings.get("LOG_DATEFORMAT")))
    # A site that cannot be reached is told of by the spider, and not first by thirty lines of Scrapy's code.
    logging.getLogger("scrapy.downloadermiddlewares.robotstxt").addFilter(_in_a_line)
    logging.getLogger("twisted").addFilter(_Certificates())
    if not _installed:
        _keep_twisted_off_stderr()
    logging.root.setLevel(logging.NOTSET)
    logging.root.addHandler(handler)
    _installed.append(handler)
    dress(settings)
