"""Spider arguments."""

from datetime import datetime, timezone

import pytest

from newsarchive.arguments import ArgumentError, CrawlArguments, describe, moment, read_arguments


def test_every_argument_is_read() -> None:
    asked = read_arguments(
        CrawlArguments,
        {
            "url": "https://example.org/blog",
            "since": "2019-03-07",
            "limit": "5",
            "via": "page",
            "comments": "none",
            "discover": "all",
            "post_types": "post, analysis",
            "full": "1",
        },
    )
    assert asked.url == "https://example.org/blog/"
    assert asked.post_types == ("posts", "analysis")
    assert asked.since == datetime(2019, 3, 7, tzinfo=timezone.utc)
    assert (asked.limit, asked.via, asked.comments, asked.discover, asked.full) == (5, "page", "none", "all", True)


def test_nothing_given_is_the_defaults() -> None:
    assert read_arguments(CrawlArguments, {}) == CrawlArguments()


def test_ages_count_from_now() -> None:
    parse = moment(lambda: datetime(2019, 3, 10, 12, tzinfo=timezone.utc))
    assert parse("7d") == datetime(2019, 3, 3, 12, tzinfo=timezone.utc)
    assert parse("12h") == datetime(2019, 3, 10, 0, tzinfo=timezone.utc)
    assert parse("2019-03-07T14:47:00+02:00") == datetime(2019, 3, 7, 12, 47, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("since", "yesterday", "-a since=yesterday: takes a date"),
        ("until", "2019-13-45", "-a until=2019-13-45: takes a date"),
        ("limit", "0", "-a limit=0: takes a whole number from 1 up"),
        ("limit", "many", "-a limit=many: takes a whole number from 1 up"),
        ("via", "carrier pigeon", "takes auto, rest, page or browser"),
        ("url", "example.org", "takes an address"),
        ("url", "https://user:secret@example.org/", "a user name or a password has no place in it"),
        ("url", "https://example.org:port/", "takes an address"),
        ("urls", "no-such-file.txt", "there is no file no-such-file.txt"),
        ("full", "perhaps", "takes 1 or 0"),
        ("post_types", "post,../users", "-a post_types=post,../users: takes names in REST's addresses"),
        ("mdoe", "full", "there is no such argument; there are url, since"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_it_takes(name: str, text: str, says: str) -> None:
    with pytest.raises(ArgumentError) as error:
        read_arguments(CrawlArguments, {name: text})
    assert says in str(error.value)
    assert "invalid literal" not in str(error.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(ArgumentError) as error:
        read_arguments(CrawlArguments, {"limit": "x", "via": "y"})
    assert len(str(error.value).splitlines()) == 2


def test_a_span_of_time_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ArgumentError, match="until=… is not after -a since="):
        read_arguments(CrawlArguments, {"since": "2019-03-07", "until": "2019-03-07"})
    assert read_arguments(CrawlArguments, {"since": "2019-03-07", "until": "2019-03-08"}).until


def test_the_schedulers_own_arguments_are_passed_over() -> None:
    assert read_arguments(CrawlArguments, {"_job": "17", "_version": "3"}) == CrawlArguments()


def test_a_file_of_addresses_is_read_with_its_rubbish(tmp_path) -> None:
    file = tmp_path / "urls.txt"
    file.write_bytes(
        b"https://example.org/a/\n\n# a note\nrubbish \xff here\nhttps://example.org/a/\nhttps://example.org/b/\n"
    )
    asked = read_arguments(CrawlArguments, {"urls": str(file)})
    assert asked.urls == ("https://example.org/a/", "rubbish \ufffd here", "https://example.org/b/")


def test_addresses_can_be_a_comma_list() -> None:
    asked = read_arguments(CrawlArguments, {"urls": "https://example.org/a/, https://example.org/b/"})
    assert asked.urls == ("https://example.org/a/", "https://example.org/b/")


def test_defaults_are_told_as_they_are_given() -> None:
    defaults = {name: default for name, _, default, _ in describe(CrawlArguments)}
    assert (defaults["urls"], defaults["via"], defaults["post_types"], defaults["full"]) == (
        "",
        "auto",
        "posts",
        "False",
    )


def test_every_argument_is_explained() -> None:
    assert [row[0] for row in describe(CrawlArguments)] == [
        "url",
        "since",
        "until",
        "urls",
        "limit",
        "via",
        "comments",
        "discover",
        "post_types",
        "full",
    ]
    assert all(takes and about for _, takes, _, about in describe(CrawlArguments))
