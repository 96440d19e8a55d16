from collections.abc import Callable
from typing import Any

import pytest

from newsarchive.middlewares.redirects import within
from tests.middlewares.conftest import Reply, Script


@pytest.mark.parametrize(
    ("url", "allowed", "inside"),
    [
        ("https://news.example/", ["news.example"], True),
        ("https://www.news.example/", ["news.example"], True),
        ("https://news.example/", ["www.news.example"], True),
        ("https://m.news.example/", ["news.example"], True),
        ("https://anews.example/", ["news.example"], False),
        ("https://news.example.org/", ["news.example"], False),
        ("http://127.0.0.1:8000/", ["127.0.0.1:8000"], True),
        ("https://anything.example/", [], True),
        ("http://[", ["news.example"], False),
    ],
)
def test_within(url: str, allowed: list[str], inside: bool) -> None:
    assert within(url, allowed) is inside


def test_a_redirect_within_the_site_is_followed(script: Script, crawl: Callable[..., Any]) -> None:
    script["/old"] = [Reply(301, headers={"Location": "/new"})]
    script["/new"] = [Reply()]
    got = crawl([script.url + "/old"], allowed=["127.0.0.1"])
    assert got["seen"][script.url + "/old"]["url"] == script.url + "/new"


def test_a_redirect_to_a_stranger_is_handed_on_unfollowed(script: Script, crawl: Callable[..., Any]) -> None:
    elsewhere = script.url.replace("127.0.0.1", "localhost") + "/lander"
    script["/story"] = [Reply(302, headers={"Location": elsewhere})]
    script["/lander"] = [Reply()]
    got = crawl([script.url + "/story"], allowed=["127.0.0.1"])
    seen = got["seen"][script.url + "/story"]
    assert (seen["status"], seen["incident"]) == (302, "other-domain")
    assert (script.times("/story"), script.times("/lander")) == (2, 0)


def test_a_slip_to_a_stranger_passes_at_the_second_look(script: Script, crawl: Callable[..., Any]) -> None:
    script["/story"] = [Reply(302, headers={"Location": "http://parked.invalid/lander"}), Reply()]
    got = crawl([script.url + "/story"], allowed=["127.0.0.1"])
    assert got["seen"][script.url + "/story"]["status"] == 200


def test_a_loop_ends_and_is_named(script: Script, crawl: Callable[..., Any]) -> None:
    script["/loop"] = [Reply(302, headers={"Location": "/loop"})]
    got = crawl([script.url + "/loop"], settings={"REDIRECT_MAX_TIMES": 3})
    seen = got["seen"][script.url + "/loop"]
    assert (seen["status"], seen["incident"]) == (302, "redirect-unfollowed")
    assert script.times("/loop") == 8


def test_what_is_posted_is_posted_again_and_never_turned_into_a_get(script: Script, crawl: Callable[..., Any]) -> None:
    path = "/wp-admin/admin-ajax.php"
    script[path] = [Reply(302, headers={"Location": "/"}), Reply(body=b'{"success": true}')]
    script["/"] = [Reply()]
    got = crawl([script.url + path], method="POST")
    assert got["seen"][script.url + path]["bytes"] == 17
    assert (script.times(path), script.times("/")) == (2, 0)
