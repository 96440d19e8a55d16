"""A run's numbers as a file for the textfile collector of Prometheus' node exporter.

https://github.com/prometheus/node_exporter#textfile-collector; written by the package ``prometheus-client``.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.verdict import EXIT_CODES

_LABELLED = (
    (re.compile(r"incident/(?P<rule>[^/]+)"), "incidents", "Answers that were not the page, by rule"),
    (re.compile(r"tweets/(?P<resolver>[^/]+)/(?P<answer>[^/]+)"), "tweet_answers", "Answers of the tweet resolvers"),
    (
        re.compile(
            r"(?P<type>article|comment_thread|tweet)/(?P<what>found|new|changed|unchanged|silent|near_duplicate)"
        ),
        "items",
        "Items by type and by what they were against the archive",
    ),
)
"""Numbers that are one metric with labels."""


def write_textfile(
    path: Path, numbers: Mapping[str, Any], *, site: str, spider: str, started_at: datetime, ended_at: datetime | None
) -> None:
    """Writes `path` anew, whole or not at all: what `newsarchive.watching.numbers` gives, every metric labelled with site and spider.

    ``newsarchive_last_complete_timestamp_seconds`` outlives the runs that were not complete: it is taken over from the
    file that was there. `ended_at` is None while the run goes on. Raises ImportError without prometheus-client, OSError.
    """
    from prometheus_client import CollectorRegistry, Gauge
    from prometheus_client import write_to_textfile as write  # needed by those alone who ask for the file

    registry = CollectorRegistry()
    gauges: dict[str, Any] = {}

    def say(name: str, about: str, value: float, **labels: str) -> None:
        if name not in gauges:
            gauges[name] = Gauge(f"newsarchive_{name}", about, ["site", "spider", *labels], registry=registry)
        gauges[name].labels(site=site, spider=spider, **labels).set(value)

    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        for pattern, metric, about in _LABELLED:
            if found := pattern.fullmatch(name):
                say(metric, about, value, **found.groupdict())
                break
        else:
            say(re.sub(r"\W+", "_", name), f"newsarchive/{name} of the run", value)
    say("run_started_timestamp_seconds", "When the run began", started_at.timestamp())
    say("running", "1 while the run goes on", 0 if ended_at else 1)
    complete_at = _complete_before(path, site)
    if ended_at is not None:
        say("run_finished_timestamp_seconds", "When the run ended", ended_at.timestamp())
        for verdict in EXIT_CODES:
            say("verdict", "1 for the verdict of the run", float(numbers.get("verdict") == verdict), verdict=verdict)
        if numbers.get("verdict") == "complete":
            complete_at = ended_at.timestamp()
    if complete_at is not None:
        say("last_complete_timestamp_seconds", "When the last complete run ended", complete_at)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(str(path), registry)


def _complete_before(path: Path, site: str) -> float | None:
    """When the last complete run ended, by the file as it is; None where it does not say."""
    from prometheus_client.parser import text_string_to_metric_families as read

    try:
        families = list(read(path.read_text("utf-8")))
    except (OSError, ValueError):
        return None
    for family in families:
        for sample in family.samples:
            if sample.name == "newsarchive_last_complete_timestamp_seconds" and sample.labels.get("site") == site:
                return sample.value
    return None
