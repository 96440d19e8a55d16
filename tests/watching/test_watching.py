"""What a crawl tells those who watch it: logs, numbers, monitors; and what it never tells."""

import json
import logging
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from scrapy.settings import Settings

from newsarchive import settings as project
from newsarchive.watching import Mask, mask_of
from newsarchive.watching.logs import JsonLines
from tests.crawling import crawl
from tests.sites import FaultRule, SampleSite

SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIAPLANTEDPLANTED01",
    "AWS_SECRET_ACCESS_KEY": "planted/aws+secret/0123456789abcdef",
    "AWS_SESSION_TOKEN": "plantedSessionToken==",
    "X_BEARER_TOKEN": "AAAAplanted%2Fbearer%3Dtoken",
    "NEWSARCHIVE_DATABASE": "postgresql://ann:plantedpassword@127.0.0.1:1/news",
    "SOME_API_KEY": 'planted"api\\key',
}
NEEDLES = ("planted", "PLANTED")


def samples(path: Path) -> dict[str, dict[str, float]]:
    """The values of a file of Prometheus by metric and by what their labels say beside site and spider."""
    found: dict[str, dict[str, float]] = {}
    for family in text_string_to_metric_families(path.read_text()):
        for sample in family.samples:
            assert (sample.labels.pop("site"), sample.labels.pop("spider")) == ("southfront", "southfront")
            found.setdefault(sample.name, {})[",".join(sample.labels.values())] = sample.value
    return found


def everything_in(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_comes_out_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], form: str
) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    by_hand = {
        "LOG_LEVEL": "DEBUG",
        "NEWSARCHIVE_LOG_FORMAT": form,
        "NEWSARCHIVE_PROMETHEUS_FILE": str(tmp_path / "{site}.prom"),
        # Scrapy lists settings that differ from its defaults, this one among them.
        "AWS_SECRET_ACCESS_KEY": "planted-by-hand-0123456789",
        "NEWSARCHIVE_STORE": "s3://archive/news",
        "NEWSARCHIVE_LOCAL": str(tmp_path / "spool"),
        "NEWSARCHIVE_TWEET_LOG": str(tmp_path / "tweets.sqlite3"),
        "NEWSARCHIVE_UPLOAD_WAIT": "3",
        "NEWSARCHIVE_TWEET_RESOLVERS": "markup,xapi",
    }
    # Nothing listens at either: every attempt fails and is told.
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with SampleSite() as site:
        by_hand["NEWSARCHIVE_TWEET_XAPI_URL"] = site.url
        more = [word for name, value in by_hand.items() for word in ("-s", f"{name}={value}")]
        made = crawl(site, tmp_path / "store", *more, limit=12)
        asked = [request for request in made.requests if "tweets" in request]
    assert "Overridden settings" in made.log or form == "json"
    assert "[secret]" in made.log
    assert asked == [] or all("planted" not in request for request in asked)
    told = re.findall(r".{0,60}planted.{0,40}", made.log, re.IGNORECASE)
    assert told == []
    written = everything_in(tmp_path)
    assert "southfront.prom" in written
    assert [name for name, data in written.items() if any(needle.encode() in data for needle in NEEDLES)] == []
    assert not any(needle in text for text in capfd.readouterr() for needle in NEEDLES)


def test_a_password_among_the_arguments_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with SampleSite() as site:
        place = site.url.replace("://", "://ann:plantedinfo@")
        refused = crawl(site, tmp_path / "one", url=place)
        # Of addresses that are given one by one the wrong ones are named, and the rest is read.
        made = crawl(site, tmp_path / "two", urls=f"{place}/articles/given/,{site.truth()[0]['url']}")
    assert refused.exit_code == 2
    assert "-a url=http://[secret]@127.0.0.1" in refused.log
    assert len(made.articles) == 1
    assert "planted" not in refused.log + made.log
    assert [name for name, data in everything_in(tmp_path).items() if b"planted" in data] == []


def test_a_json_log_is_json_in_every_line_and_ends_with_the_numbers(tmp_path: Path) -> None:
    with SampleSite() as site:
        made = crawl(site, tmp_path, "-s", "NEWSARCHIVE_LOG_FORMAT=json", limit=2)
    lines = [json.loads(line) for line in made.log.splitlines()]
    assert {"time", "level", "logger", "message", "spider"} <= set.intersection(*(set(line) for line in lines))
    (last,) = [line for line in lines if "numbers" in line]
    assert last["spider"] == "southfront"
    assert (last["numbers"]["verdict"], last["numbers"]["exit_code"], last["numbers"]["article/new"]) == (
        "complete",
        0,
        2,
    )


def test_a_text_log_has_the_numbers_in_one_line(tmp_path: Path) -> None:
    with SampleSite() as site:
        made = crawl(site, tmp_path, limit=2)
    (line,) = [line for line in made.log.splitlines() if "the run in numbers: " in line]
    numbers = json.loads(line.partition("the run in numbers: ")[2])
    assert (numbers["verdict"], numbers["comment_thread/found"], numbers["finish_reason"]) == (
        "complete",
        2,
        "finished",
    )


def test_an_address_that_robots_txt_forbids_is_no_warning(tmp_path: Path) -> None:
    with SampleSite(robots="User-agent: *\nDisallow: /wp-json/\n") as site:
        made = crawl(site, tmp_path, "-s", "LOG_LEVEL=INFO", limit=1, comments="none")
    assert not any("wp-json" in request for request in made.requests)
    assert "Forbidden by robots.txt: <" not in made.log


def test_a_log_file_gets_the_same_lines(tmp_path: Path) -> None:
    with SampleSite() as site:
        made = crawl(
            site, tmp_path / "store", "-s", f"LOG_FILE={tmp_path / 'log'}", "-s", "NEWSARCHIVE_LOG_FORMAT=json", limit=1
        )
    assert made.log == ""
    assert json.loads((tmp_path / "log").read_text().splitlines()[-1])["message"] == "Spider closed (finished)"


def test_prometheus_is_told_the_verdict_and_since_when_no_run_was_complete(tmp_path: Path) -> None:
    option = ("-s", f"NEWSARCHIVE_PROMETHEUS_FILE={tmp_path}/newsarchive_{{site}}.prom")
    file = tmp_path / "newsarchive_southfront.prom"
    with SampleSite() as site:
        assert crawl(site, tmp_path / "store", *option).exit_code == 0
        first = samples(file)
        site.set(faults=[FaultRule(("500",))])
        broken = crawl(site, tmp_path / "store", *option, "-s", "RETRY_TIMES=0")
        second = samples(file)
    assert broken.exit_code == 5
    assert first["newsarchive_items"]["article,new"] == 29
    assert first["newsarchive_verdict"]["complete"] == 1
    assert first["newsarchive_running"][""] == 0
    assert first["newsarchive_last_complete_timestamp_seconds"] == first["newsarchive_run_finished_timestamp_seconds"]
    assert (second["newsarchive_verdict"]["complete"], second["newsarchive_verdict"]["broken"]) == (0, 1)
    assert second["newsarchive_last_complete_timestamp_seconds"] == first["newsarchive_last_complete_timestamp_seconds"]
    assert (
        second["newsarchive_run_finished_timestamp_seconds"][""]
        > first["newsarchive_run_finished_timestamp_seconds"][""]
    )


def test_a_file_for_prometheus_that_cannot_be_written_costs_a_line_in_the_log(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with SampleSite() as site:
        made = crawl(site, tmp_path / "store", "-s", f"NEWSARCHIVE_PROMETHEUS_FILE={tmp_path}/file/below.prom", limit=1)
    assert made.exit_code == 0
    assert "the numbers for Prometheus cannot be written" in made.log


def test_monitors_that_hold_leave_the_verdict_alone(tmp_path: Path) -> None:
    with SampleSite() as site:
        made = crawl(site, tmp_path, "-s", "NEWSARCHIVE_MONITORS=1")
    assert made.exit_code == 0, made.log[-3000:]
    assert "[Spidermon] 4 monitors" in made.log


def test_a_site_that_lists_less_than_before_is_not_called_complete(tmp_path: Path) -> None:
    with SampleSite() as site:
        assert crawl(site, tmp_path, comments="none").exit_code == 0
        site.set(hidden_percent={"rest": 60})
        made = crawl(site, tmp_path, "-s", "NEWSARCHIVE_MONITORS=1", full=1, discover="rest", comments="none")
    assert made.exit_code == 3, made.log[-3000:]
    assert "because   a monitor failed: articles listed" in made.log


def test_nothing_that_runs_code_listens_and_memory_is_bounded() -> None:
    assert (project.TELNETCONSOLE_ENABLED, project.REMOTE_CONTROL_ENABLED) == (False, False)
    assert project.MEMUSAGE_LIMIT_MB == 2048


def test_what_is_secret_by_its_name_or_shape_is_masked() -> None:
    settings = Settings({"NEWSARCHIVE_TWEET_XAPI_TOKEN": "abcdef-token", "COOKIES_ENABLED": "False", "RETRY_TIMES": 3})
    mask = mask_of(settings, {"DB_PASSWORD": "hunter2hunter2", "HOME": "/home/ann", "GIT_TOKEN_FILE": "/etc/token"})
    assert mask("GET ?t=abcdef-token by hunter2hunter2 in /home/ann with /etc/token: False") == (
        "GET ?t=[secret] by [secret] in /home/ann with /etc/token: False"
    )
    assert (
        mask("postgresql://ann:pw@db/x and http://127.0.0.1:8080/a:b@c")
        == "postgresql://[secret]@db/x and http://127.0.0.1:8080/a:b@c"
    )
    assert mask("postgresql://ann:p@ss@db/x") == "postgresql://[secret]@db/x"
    assert mask("host=db password='pw pw' user=ann") == "host=db password=[secret] user=ann"
    assert mask("Authorization: Bearer abc.def.ghi") == "Authorization: Bearer [secret]"


def test_a_short_value_is_no_secret() -> None:
    assert Mask(["1", "true"])("1 is true") == "1 is true"


def test_an_exception_is_a_field_of_the_json_line() -> None:
    try:
        raise ValueError("no such thing")
    except ValueError as error:
        record = logging.LogRecord(
            "news", logging.ERROR, __file__, 1, "failed on %s", ("x",), (type(error), error, error.__traceback__)
        )
    line = json.loads(JsonLines().format(record))
    assert (line["message"], line["level"], line["spider"]) == ("failed on x", "ERROR", None)
    assert line["exception"].endswith("ValueError: no such thing")
