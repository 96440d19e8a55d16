import asyncio
import json
from datetime import datetime, timedelta, timezone

import pytest

from newsarchive.fetch import FetchError
from newsarchive.tweets.hosts import Lane
from newsarchive.tweets.log import ObservationLog
from newsarchive.tweets.lookup import Lookups
from newsarchive.tweets.outcome import Target
from newsarchive.tweets.resolvers import Context, Resolver, load
from newsarchive.tweets.states import moment_of
from tests.tweets.standin import Fact, World, snowflake


class Clock:
    """Time that passes only where somebody waits for it."""

    def __init__(self):
        self.time = datetime(2026, 11, 1, tzinfo=timezone.utc)

    def now(self):
        return self.time

    async def sleep(self, seconds):
        self.time += timedelta(seconds=seconds)
        await asyncio.sleep(0)


class Bench:
    """Look-ups against a world, with a clock that does not wait."""

    def __init__(self, world, path, names, *, gather=False, pace=1.0, **settings):
        self.world, self.clock = world, Clock()
        self.log = ObservationLog(path)
        known = {**world.settings("http://stand-in"), **settings}
        context = Context(
            setting=lambda name, default: known.get(name, default),
            spent_usd=self.log.spent_usd,
            owe=self.log.owe,
            settle=self.log.settle,
            now=lambda: moment_of(self.clock.now()),
        )
        self.lookups = Lookups(
            self.log, load(names, context), world.fetch, clock=self.clock, linger_seconds=0.01, gather=gather, pace=pace
        )

    def run(self, *targets, budget=3600.0, forced=False):
        """Looks the due ones up; gives the records of all."""

        async def go():
            due = self.lookups.due(targets, forced=forced)
            await self.lookups.look_up(due, budget_seconds=budget, forced=forced)
            await self.lookups.close(5)

        asyncio.run(go())
        return self.log.records(target.id for target in targets)

    def later(self, **delta):
        self.clock.time += timedelta(**delta)


class Broken(Resolver):
    """A resolver that cannot do anything."""

    name = "broken"
    lane = Lane(host="broken.example", interval_seconds=0)

    def request(self, targets):
        raise RuntimeError("on purpose")


@pytest.fixture
def bench(tmp_path):
    benches = []

    def make(world, *names, **more):
        made = Bench(world, tmp_path / "tweets.sqlite3", names, **more)
        benches.append(made)
        return made

    yield make
    for made in benches:
        made.lookups.shut()
        made.log.close()


def _targets(*facts):
    return [Target(id=fact.id, handle=fact.handle) for fact in facts]


def _facts(count, **what):
    return [Fact(snowflake(number), handle=f"account{number % 7}", **what) for number in range(count)]


def test_the_chain_stops_at_the_first_that_tells_all(bench):
    [fact] = _facts(1)
    world = World().add(fact)
    record = bench(world, "xapi", "oembed", "wayback").run(*_targets(fact))[fact.id]
    assert (record.state, record.resolver, record.content.text) == ("available", "xapi", "Words & more")
    assert [host for host, _ in world.asked] == ["xapi"]


def test_a_hundred_share_a_request(bench):
    facts = _facts(250)
    world = World().add(*facts)
    records = bench(world, "xapi", NEWSARCHIVE_TWEET_XAPI_BUDGET_USD=100).run(*_targets(*facts))
    assert {record.state for record in records.values()} == {"available"}
    assert len(world.asked) == 3
    assert set(world.ids_asked.values()) == {1}


def test_without_a_token_the_api_is_not_asked(bench):
    [fact] = _facts(1)
    world = World().add(fact)
    bench(world, "xapi", NEWSARCHIVE_TWEET_XAPI_TOKEN="").run(*_targets(fact))
    assert world.asked == []


def test_the_api_tells_why_a_tweet_is_hidden(bench):
    states = ("deleted", "suspended", "protected", "withheld", "vanished", "hidden")
    facts = [Fact(snowflake(n), handle=f"acc_{state}", state=state) for n, state in enumerate(states)]
    records = bench(World().add(*facts), "xapi").run(*_targets(*facts))
    assert [records[fact.id].state for fact in facts] == [
        "deleted", "suspended", "protected", "withheld", "unavailable", "unavailable",
    ]  # fmt: skip
    assert records[facts[1].id].state_detail == "User has been suspended: [acc_suspended]."


def test_a_tweet_of_an_account_that_is_gone_is_told_apart(bench):
    fact = Fact(snowflake(1), handle="acc_left", state="suspended")
    world = World().add(fact)
    made = bench(world, "xapi")
    world.facts[fact.id].handle = "another_name"  # no account of that name answers
    assert made.run(Target(id=fact.id, handle="acc_left"))[fact.id].state == "account_gone"


def test_an_edited_tweet_answers_under_the_id_that_was_asked(bench):
    fact = Fact(snowflake(1), edited_to=snowflake(2))
    assert bench(World().add(fact), "xapi").run(*_targets(fact))[fact.id].state == "available"


def test_a_batch_that_one_id_spoils_is_halved(bench):
    facts = _facts(8)
    world = World(poison={facts[5].id}).add(*facts)
    records = bench(world, "xapi").run(*_targets(*facts))
    assert [records[fact.id].state for fact in facts].count("available") == 7
    assert records[facts[5].id].state == "invalid_id"


def test_the_budget_is_never_exceeded(bench):
    facts = _facts(50)
    world = World().add(*facts)
    made = bench(world, "xapi", NEWSARCHIVE_TWEET_XAPI_BUDGET_USD=0.40)
    made.run(*_targets(*facts))
    assert made.log.spent_usd("xapi") <= 0.40
    assert made.lookups.resolvers[0].stopped.startswith("the budget is used up")
    asked = len(world.asked)
    made.run(*_targets(*facts))
    assert len(world.asked) == asked


def test_a_paid_answer_is_never_asked_for_again(bench):
    facts = _facts(5)
    world = World().add(*facts)
    bench(world, "xapi").run(*_targets(*facts))
    bench(world, "xapi").run(*_targets(*facts))
    assert len(world.asked) == 1


def test_what_is_paid_for_is_kept_before_the_authors_are_asked_about(bench):
    facts = [Fact(snowflake(1)), Fact(snowflake(2), handle="hidden_acc", state="protected")]
    world = World().add(*facts)
    made = bench(world, "xapi")
    world.statuses["xapi"] = []
    original = world._users

    def fail(names):
        world.statuses["xapi"] = []
        raise KeyboardInterrupt  # the process dies here

    world._users = fail
    with pytest.raises(KeyboardInterrupt):
        made.run(*_targets(*facts))
    world._users = original
    made.log.close()
    again = ObservationLog(made.log.path)
    assert again.records([facts[0].id])[facts[0].id].state == "available"
    assert again.records([facts[1].id])[facts[1].id].state == "unavailable"
    again.close()


def test_a_rate_limit_changes_the_schedule_and_no_state(bench):
    [fact] = _facts(1)
    world = World(statuses={"xapi": [(429, {"x-rate-limit-reset": "1793492000"})]}).add(fact)
    made = bench(world, "xapi")
    record = made.run(*_targets(fact))[fact.id]
    assert record.state == "unresolved"
    assert record.next_tries == {"xapi": "2026-11-01T00:01:00.010Z"} or "xapi" in record.next_tries
    assert made.run(*_targets(fact))[fact.id].state == "unresolved"  # not due yet
    assert len(world.asked) == 1
    made.later(minutes=20)
    assert made.run(*_targets(fact))[fact.id].state == "available"


def test_a_refusal_stops_the_resolver_for_the_run_and_the_next_one_goes_on(bench):
    facts = _facts(3)
    world = World(token="another").add(*facts)
    made = bench(world, "xapi", "oembed", NEWSARCHIVE_TWEET_XAPI_TOKEN="wrong")
    records = made.run(*_targets(*facts))
    assert [record.resolver for record in records.values()] == ["oembed"] * 3
    assert [host for host, _ in world.asked].count("xapi") == 1
    assert records[facts[0].id].next_tries == {"oembed": None}  # of the tweet the refusal says nothing


def test_one_404_of_oembed_is_no_deletion(bench):
    fact = Fact(snowflake(1), state="deleted")
    world = World().add(fact)
    made = bench(world, "oembed")
    for _ in range(4):
        record = made.run(*_targets(fact))[fact.id]
        assert record.state == "unavailable"
        made.later(days=8)
    assert world.ids_asked["oembed", fact.id] == 3  # at once, after a day, after a week; then it is left


def test_404_in_spurts_keeps_what_was_found(bench):
    fact = Fact(snowflake(1))
    world = World(statuses={"oembed": [404]}).add(fact)
    made = bench(world, "oembed")
    assert made.run(*_targets(fact))[fact.id].state == "unavailable"
    made.later(days=2)
    record = made.run(*_targets(fact))[fact.id]
    assert (record.state, record.content.text) == ("available", "Words & more")
    world.facts[fact.id].state = "deleted"
    record = made.run(*_targets(fact), forced=True)[fact.id]
    assert record.content.text == "Words & more"  # once seen it stays
    assert record.state == "available"  # a weaker word than that it was there


def test_two_sources_a_day_apart_prove_a_deletion(bench):
    fact = Fact(snowflake(1), state="deleted")
    world = World().add(fact)
    made = bench(world, "oembed", "fxtwitter")
    assert made.run(*_targets(fact))[fact.id].state == "unavailable"
    made.later(days=2)
    record = made.run(*_targets(fact))[fact.id]
    assert record.state == "deleted"
    assert len(record.evidence) == 2


def test_the_two_hosts_of_oembed_may_lead_to_each_other(bench):
    [fact] = _facts(1)
    world = World().add(fact)
    made = bench(world, "oembed", NEWSARCHIVE_TWEET_OEMBED_URL="http://stand-in/oembed/old/oembed")
    assert made.run(*_targets(fact))[fact.id].state == "available"
    assert [path.partition("?")[0] for _, path in world.asked] == ["/old/oembed", "/oembed"]


@pytest.mark.parametrize("kind", ["json", "json2", "html", "later"])
def test_the_wayback_machine_has_the_words_of_the_dead(bench, kind):
    fact = Fact(snowflake(1), state="deleted", archived=kind)
    record = bench(World().add(fact), "wayback").run(*_targets(fact))[fact.id]
    assert (record.state, record.resolver) == ("archived", "wayback")
    assert record.content.text == "Words & more"
    assert (record.content.handle, record.content.author_name) == ("some_account", "Some Account")


def test_words_of_an_archive_do_not_bring_a_tweet_back(bench):
    fact = Fact(snowflake(1), state="deleted", archived="json")
    record = bench(World().add(fact), "xapi", "wayback").run(*_targets(fact))[fact.id]
    assert (record.state, record.resolver, record.content.text) == ("deleted", "wayback", "Words & more")


@pytest.mark.parametrize("kind", ["", "shell"])
def test_an_archive_without_words_says_nothing(bench, kind):
    fact = Fact(snowflake(1), archived=kind)
    record = bench(World().add(fact), "wayback").run(*_targets(fact))[fact.id]
    assert (record.state, record.content.text) == ("unresolved", None)


def test_a_longer_id_does_not_answer_for_a_shorter_one(bench):
    world = World().add(Fact("1111111111111111119", archived="json"))
    record = bench(world, "wayback").run(Target(id="111111111111111111", handle="some_account"))["111111111111111111"]
    assert record.content.text is None


def test_an_account_with_many_tweets_is_listed_once(bench):
    facts = [Fact(snowflake(n), handle="busy", state="deleted", archived="json" if n % 2 else "") for n in range(40)]
    world = World().add(*facts)
    records = bench(world, "wayback", gather=True).run(*_targets(*facts))
    assert sum(record.content.text is not None for record in records.values()) == 20
    assert [path for host, path in world.asked if "/cdx/" in path] == [
        path for host, path in world.asked if "/cdx/" in path
    ][:1]


def test_the_whole_archive_host_rests_after_a_429(bench):
    facts = [Fact(snowflake(n), handle=f"a{n}", archived="json") for n in range(5)]
    world = World(statuses={"wayback": [429]}).add(*facts)
    made = bench(world, "wayback")
    made.run(*_targets(*facts), budget=10.0)
    assert len(world.asked) == 1
    assert made.log.rest("web.archive.org", made.clock.now())[0] > 30
    made.later(minutes=5)
    made.run(*_targets(*facts), budget=1000.0)
    assert sum(record.content.text is not None for record in made.log.records(f.id for f in facts).values()) == 5


def test_three_429_in_a_row_open_the_circuit(bench):
    facts = _facts(1, archived="json")
    world = World(statuses={"wayback": [429, 429, 429]}).add(*facts)
    made = bench(world, "wayback")
    for _ in range(3):
        made.run(*_targets(*facts))
        made.later(minutes=31)
    assert made.log.rest("web.archive.org", made.clock.now())[0] > 4 * 3600


def test_no_answer_at_all_is_tried_again_at_growing_intervals(bench):
    facts = _facts(1)
    world = World(statuses={"oembed": ["drop"] * 7}).add(*facts)
    made = bench(world, "oembed")
    waits = []
    for _ in range(7):
        made.run(*_targets(*facts))
        again = made.log.records([facts[0].id])[facts[0].id].next_tries["oembed"]
        if again is None:
            break
        at = datetime.fromisoformat(again.replace("Z", "+00:00"))
        waits.append(round((at - made.clock.now()).total_seconds() / 60))
        made.clock.time = at
    assert waits == [1, 5, 30, 120, 480, 1440]
    assert len(world.asked) == 7


def test_a_code_is_expanded_only_where_account_and_day_agree(bench):
    fact = Fact(snowflake(1), handle="First_Acc", code="AbCdEf12Gh")
    made = bench(World().add(fact), "tco")
    good = Target(id="t.co/AbCdEf12Gh", handle="first_acc", printed_date="March 6, 2019")
    assert made.run(good)[good.id].content.status_id == fact.id
    assert fact.time.startswith("2019-03-06")


@pytest.mark.parametrize(
    ("handle", "printed"),
    [("other_acc", "March 6, 2019"), ("first_acc", "March 3, 2019"), ("first_acc", "March 9, 2019")],
)
def test_a_code_whose_picture_is_of_another_tweet_is_not_taken_for_it(bench, handle, printed):
    fact = Fact(snowflake(1), handle="First_Acc", code="AbCdEf12Gh")
    target = Target(id="t.co/AbCdEf12Gh", handle=handle, printed_date=printed)
    assert bench(World().add(fact), "tco").run(target)[target.id].content.status_id is None


def test_an_empty_tombstone_for_a_live_tweet_is_no_verdict(bench):
    [fact] = _facts(1)
    record = bench(World(tombstone_for_live=True).add(fact), "syndication").run(*_targets(fact))[fact.id]
    assert record.state == "unavailable"


def test_one_tweet_is_asked_for_once_however_many_wait_for_it(bench):
    [fact] = _facts(1)
    world = World().add(fact)
    made = bench(world, "oembed")

    async def go():
        await asyncio.gather(*(made.lookups.look_up(_targets(fact), budget_seconds=60) for _ in range(50)))

    asyncio.run(go())
    assert len(world.asked) == 1


def test_what_cannot_be_back_within_the_budget_is_not_begun(bench):
    facts = [Fact(snowflake(n), handle=f"a{n}", archived="json") for n in range(100)]
    world = World().add(*facts)
    made = bench(world, "wayback")
    made.run(*_targets(*facts), budget=10.0)
    assert 0 < len([path for _, path in world.asked if "/cdx/" in path]) <= 6


def test_a_resolver_that_fails_in_its_own_way_spoils_nothing(bench):
    [fact] = _facts(1)
    world = World().add(fact)
    made = bench(world, "tests.tweets.test_lookup.Broken", "oembed")
    record = made.run(*_targets(fact))[fact.id]
    assert record.state == "available"


def test_a_name_that_is_no_resolver_is_refused():
    with pytest.raises(ValueError, match="'nowhere' is none of markup, xapi"):
        load(["nowhere"], Context())
    with pytest.raises(ValueError, match="cannot be imported"):
        load(["no_such_module.Thing"], Context())
    with pytest.raises(ValueError, match="nor the path of a Resolver"):
        load(["newsarchive.tweets.clock.created_at"], Context())


@pytest.mark.parametrize("count", [5, 25])
def test_one_answer_that_is_lost_costs_the_other_tweets_of_the_account_nothing(bench, count):
    """Below and above the number from which on an account's captures are listed together."""
    facts = [Fact(snowflake(n), handle="one_acc", archived="json", text=f"Words {n}") for n in range(count)]
    world = World().add(*facts)
    made = bench(world, "wayback", gather=True)
    answer, lost = world._wayback, []

    def lose_one(path, query, headers):
        if path.startswith("/web/") and not lost:
            lost.append(path)
            raise FetchError("the connection failed")
        return answer(path, query, headers)

    world._wayback = lose_one
    records = made.run(*_targets(*facts))
    assert sorted(record.state for record in records.values()) == ["archived"] * (count - 1) + ["unresolved"]


@pytest.mark.parametrize("status", [200, 400, 401, 500])
def test_a_token_that_comes_back_in_an_answer_is_not_kept(bench, status):
    [fact] = _facts(1)
    world = World().add(fact)
    error = {"value": fact.id, "title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"}

    def echo(path, query, headers):
        said = f"You sent {headers['authorization']}"
        errors = [{**error, "detail": said, "message": said, "parameters": {"ids": [fact.id]}}]
        return status, {"content-type": "application/json"}, json.dumps({"errors": errors, "detail": said}).encode()

    world._xapi = echo
    made = bench(world, "xapi")
    made.run(*_targets(fact))
    [one] = made.log.observations([fact.id])[fact.id]
    kept = made.log.payload(one.payload_sha256)
    assert b"You sent Bearer ***" in kept
    assert world.token.encode() not in kept
    assert world.token not in repr((one, made.log.records([fact.id]), made.lookups.resolvers[0].stopped))


def _that_hangs(made, seconds):
    """Gives the hosts that are asked; none answers before its time-out."""
    asked = []

    async def fetch(lane, request):
        asked.append(lane.host)
        await asyncio.sleep(seconds)
        raise FetchError("it does not answer in time")

    made.lookups.gate._fetch = fetch
    return asked


def test_when_the_time_is_over_nobody_else_in_the_chain_is_asked(bench):
    [fact] = _facts(1)
    made = bench(World().add(fact), "xapi", "oembed", "wayback", pace=0)
    asked = _that_hangs(made, 1.5)
    made.run(*_targets(fact), budget=1.0)
    assert asked == ["api.x.com"]
    made.later(minutes=5)
    made.run(*_targets(fact), budget=60)
    assert asked == ["api.x.com", "api.x.com", "publish.x.com", "web.archive.org"]


def test_who_stands_behind_a_host_that_hangs_until_the_time_is_over_is_not_begun(bench):
    facts = _facts(5)
    made = bench(World().add(*facts), "oembed", pace=0)
    asked = _that_hangs(made, 1.5)
    made.run(*_targets(*facts), budget=1.0)
    assert asked == ["publish.x.com"]
    assert len(made.lookups.due(_targets(*facts[1:]))) == 4


def test_closing_writes_nothing_of_what_it_calls_off(bench):
    [fact] = _facts(1)
    made = bench(World().add(fact), "oembed", pace=0)
    asked = _that_hangs(made, 30)

    async def go():
        await made.lookups.look_up(_targets(fact), budget_seconds=1.0)
        await made.lookups.close(0.05)
        assert asked == ["publish.x.com"]
        assert made.lookups._running == set()

    asyncio.run(go())
    assert made.log.observations([fact.id]) == {fact.id: []}


def test_a_list_of_captures_alone_does_not_end_the_asking(bench):
    """Also where the host wants to be left alone before any of them is read."""
    facts = [Fact(snowflake(n), handle="busy", archived="json") for n in range(25)]
    world = World().add(*facts)
    world.statuses["wayback"] = []
    made = bench(world, "wayback", gather=True)
    answer, listed = world._wayback, []

    def once(path, *rest):
        if "/cdx/" not in path:
            return 429, {"retry-after": "3000"}, b"later"
        listed.append(path)
        return answer(path, *rest)

    world._wayback = once
    made.run(*_targets(*facts), budget=60)
    assert len(listed) == 1
    del world._wayback
    made.later(hours=2)
    records = made.run(*_targets(*facts))
    assert {record.state for record in records.values()} == {"archived"}
