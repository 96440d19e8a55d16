import sqlite3
from datetime import datetime, timedelta, timezone

import pytest

from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.outcome import Content, Met, Observation, Target

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)


def seen(tweet_id, answer="found", at="2026-11-01T00:00:00Z", **more):
    """An observation by oEmbed."""
    content = Content(text="Words", handle="some_acc") if answer == "found" else None
    return Observation(id=tweet_id, resolver="oembed", endpoint="oembed", answer=answer, at=at, content=content, **more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "tweets.sqlite3"


@pytest.fixture
def log(path):
    made = ObservationLog(path)
    yield made
    made.close()


def test_what_is_appended_is_there_for_another_process_at_once(log, path):
    log.append([seen("20", payload=b"the answer", http_status=200, url="https://publish.example/")])
    other = ObservationLog(path)
    [one] = other.observations(["20"])["20"]
    assert (one.content.text, one.http_status, one.url) == ("Words", 200, "https://publish.example/")
    assert other.payload(one.payload_sha256) == b"the answer"
    assert other.records(["20"])["20"].state == "available"
    other.close()


@pytest.mark.parametrize("statement", ["DELETE FROM observation", "UPDATE observation SET answer = 'not_found'"])
def test_an_observation_can_neither_be_changed_nor_removed(log, path, statement):
    log.append([seen("20")])
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        connection.execute(statement)
    connection.close()


def test_records_can_be_made_anew_from_the_observations(log, path):
    log.append([seen("20"), seen("21", "not_found")])
    before = log.records(["20", "21"])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE tweet SET state = 'deleted'")
    connection.execute('UPDATE record SET record = \'{"id":""}\'')
    connection.commit()
    connection.close()
    again = ObservationLog(path)
    assert again.records(["20"])["20"].state == "unresolved"
    assert again.rebuild() == 2
    assert again.records(["20", "21"]) == before
    again.close()


def test_a_body_is_kept_once(log, path):
    log.append([seen("20", payload=b"same"), seen("21", payload=b"same")])
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT count(*) FROM payload").fetchone() == (1,)
    connection.close()


def test_a_failed_write_leaves_neither_half_a_batch_nor_a_record_ahead_of_it(log):
    with pytest.raises(sqlite3.Error):
        log.append([seen("20"), seen("21", url=object())])
    assert log.observations(["20"]) == {"20": []}
    assert log.records(["20"]) == {}


def test_references_count_once_a_document(log):
    targets = [Target(id="20", handle="a", seen="https://x.com/a/status/20"), Target(id="20"), Target(id="21")]
    assert log.note("site", "https://s.example/1", targets) == 2
    assert log.note("site", "https://s.example/1", targets) == 0
    assert log.note("site", "https://s.example/2", targets[:1]) == 1
    assert log.sites() == ["site"]
    assert log.seen("20") == ["https://x.com/a/status/20"]


def test_the_most_referenced_without_words_come_first(log):
    for number in range(3):
        log.note("site", f"d{number}", [Target(id="22")])
    log.note("site", "d1", [Target(id="21"), Target(id="23")])
    log.note("site", "d2", [Target(id="23")])
    log.append([seen("22")])
    [chunk] = log.waiting()
    assert [target.id for target in chunk] == ["23", "21", "22"]
    assert [[target.id for target in some] for some in log.waiting(chunk=1)] == [["23"], ["21"], ["22"]]
    assert [target.id for some in log.waiting(state="available") for target in some] == ["22"]
    assert list(log.waiting(site="another")) == []


def test_states_are_counted(log):
    log.note("site", "d", [Target(id="20"), Target(id="21"), Target(id="22")])
    log.append([seen("20")])
    assert log.states() == {"unresolved": 2, "available": 1}
    assert log.states("another") == {}


def test_what_was_spent_is_known_after_a_restart(log, path):
    log.append([seen("20", cost_usd=0.015), seen("21", cost_usd=0.015)])
    again = ObservationLog(path)
    assert again.spent_usd("oembed") == pytest.approx(0.03)
    assert again.spent_usd("xapi") == 0
    again.close()


def test_what_a_request_may_cost_counts_until_its_answer_is_here(log, path):
    log.owe("oembed", ["20", "21"], "2026-11-01", 0.02)
    again = ObservationLog(path)
    assert again.spent_usd("oembed") == pytest.approx(0.04)
    again.append([seen("20", cost_usd=0.005), seen("21", "not_found", at="2026-11-02T00:00:00Z")])
    assert again.spent_usd("oembed") == pytest.approx(0.025)  # what was asked for yesterday may have been billed then
    again.owe("oembed", ["21"], "2026-11-01", 0.02)
    assert again.spent_usd("oembed") == pytest.approx(0.025)  # the same on the same day is billed once
    again.settle("oembed", ["21"], "2026-11-01")
    assert again.spent_usd("oembed") == pytest.approx(0.005)
    assert again.spent_usd("xapi") == 0
    again.close()


def test_what_another_process_has_learnt_is_known_at_once(log, path):
    assert log.records(["20"]) == {}
    log.append([seen("20", "not_found")])
    assert log.records(["20"])["20"].state == "unavailable"
    other = ObservationLog(path)
    other.append([seen("20", at="2026-11-01T01:00:00Z")])
    assert log.records(["20"])["20"].state == "available"
    other.close()


def test_records_by_other_rules_are_folded_anew(log, path):
    log.append([seen("20", cost_usd=0.01)])
    log.renew()
    connection = sqlite3.connect(path)
    connection.execute('UPDATE record SET record = \'{"id":""}\'')
    connection.execute("UPDATE spent SET usd = 9")
    connection.commit()
    again = ObservationLog(path)
    again.renew()
    assert again.records(["20"])["20"].state == "unresolved"
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    again.renew()
    assert again.records(["20"])["20"].state == "available"
    assert again.spent_usd("oembed") == pytest.approx(0.01)
    again.close()


def test_a_rest_outlives_the_run(log, path):
    log.set_rest("web.archive.org", NOW, 120, 2)
    again = ObservationLog(path)
    assert again.rest("web.archive.org", NOW + timedelta(seconds=20)) == (100.0, 2)
    assert again.rest("web.archive.org", NOW + timedelta(seconds=200)) == (0.0, 2)
    assert again.rest("elsewhere.example", NOW) == (0.0, 0)
    again.close()


def test_few_records_stay_in_memory(path):
    log = ObservationLog(path, cached=10)
    log.append([seen(str(number)) for number in range(20, 60)])
    assert len(log.records(str(number) for number in range(20, 60))) == 40
    assert len(log._records) == 10
    log.close()


def test_ids_keep_every_digit(log):
    log.append([seen("1838292181909672312")])
    assert list(log.records(["1838292181909672312"])) == ["1838292181909672312"]


def test_a_log_tells_another_what_it_has_met(tmp_path):
    quoted = Observation(
        id="10",
        resolver="markup",
        endpoint="markup",
        answer="said",
        at="2019-03-06T12:00:00Z",
        content=Content(text="So it goes"),
    )
    failed = Observation(
        id="10", resolver="xapi", endpoint="xapi.tweets", answer="server_error", at="2019-03-07T12:00:00Z"
    )
    here, there = (ObservationLog(tmp_path / f"{name}.sqlite3") for name in ("here", "there"))
    seen = "https://twitter.com/some_account/status/10"
    for document in ("https://x.example/1/", "https://x.example/2/"):
        here.note("one", document, [Target(id="10", handle="some_account", seen=seen)])
    here.note("one", "https://x.example/1/", [Target(id="t.co/AbCdEfGhIj", handle="b", printed_date="2019-03-05")])
    here.note("two", "https://y.example/1/", [Target(id="11")])
    here.append([quoted])
    here.append([failed])
    told = here.met("one", ["t.co/AbCdEfGhIj", "11", "10", "12"])
    assert told == [
        Met(id="t.co/AbCdEfGhIj", handle="b", printed_date="2019-03-05", places=[("https://x.example/1/", None)]),
        Met(id="10", handle="some_account", observations=[quoted, failed], places=[("https://x.example/1/", seen), ("https://x.example/2/", seen)]),
    ]  # fmt: skip
    for _ in range(2):
        there.note_met("one", told)
    assert there.targets(["10", "t.co/AbCdEfGhIj"]) == [
        Target(id="10", handle="some_account"),
        Target(id="t.co/AbCdEfGhIj", handle="b", printed_date="2019-03-05"),
    ]
    assert [[target.id for target in some] for some in there.waiting("one")] == [["t.co/AbCdEfGhIj", "10"]]
    assert there.observations(["10"]) == {"10": [quoted, failed]}
    assert (there.seen("10"), there.states("one")) == ([seen], {"archived": 1, "unresolved": 1})
    here.close()
    there.close()
