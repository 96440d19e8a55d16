import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request
from scrapy.resolver import dnscache

from newsarchive.middlewares.addresses import AddressMiddleware, given_url, host_in, literal, private
from tests.middlewares.conftest import Reply, Script


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254",
        "0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "[::1]", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "2002:0a00:0001::", "64:ff9b::a00:1", "::", "198.51.100.7",
        "::10.0.0.1", "fec0::1", "64:ff9b:1::a00:1", "fd00:ec2::254", "::ffff:a9fe:a9fe",
    ],
)  # fmt: skip
def test_private_in_every_form(address: str) -> None:
    assert private(address) is True


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "news.example", "", "1.2.3.4.5", "a.b"])  # fmt: skip
def test_public_or_a_name(address: str) -> None:
    assert private(address) is False


def test_a_name_is_no_literal() -> None:
    assert literal("news.example") is None
    assert literal("face") is None  # hexadecimal digits alone are a name
    assert str(literal("127.1")) == "127.0.0.1"


def test_host_of_a_broken_address_is_empty() -> None:
    assert host_in("http://[::1") == ""
    assert host_in("http://News.Example.:80/") == "news.example"


def test_the_given_address_is_the_base_or_the_first_start_address() -> None:
    class Based:
        base = "http://news.example/"

    class Started:
        start_urls = ["http://other.example/"]

    assert given_url(Based()) == "http://news.example/"
    assert given_url(Started()) == "http://other.example/"
    assert given_url(object()) == ""


class Names:
    """A name server of a few names, which counts its answers."""

    def __init__(self, **names: list[str]) -> None:
        self.names = {name.replace("_", "."): addresses for name, addresses in names.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        return self.names.get(host, [])


def ask(middleware: AddressMiddleware, url: str, **meta: Any) -> str:
    """asked, or why not."""
    try:
        asyncio.run(middleware.process_request(Request(url, meta=meta)))
    except (IgnoreRequest, CannotResolveHostError) as refusal:
        return str(refusal)
    return "asked"


@pytest.fixture(autouse=True)
def _clean_names() -> Any:
    dnscache.clear()
    yield
    dnscache.clear()


def test_private_addresses_and_names_are_refused_on_a_public_site() -> None:
    names = Names(
        news_example=["93.184.216.34"], inside_example=["10.0.0.9"], both_example=["93.184.216.34", "10.0.0.9"]
    )
    guard = AddressMiddleware(lambda: "https://news.example/", names)
    assert ask(guard, "https://news.example/a/") == "asked"
    assert ask(guard, "http://inside.example/") == "inside.example is a private address"
    assert ask(guard, "http://both.example/") == "both.example is a private address"
    assert ask(guard, "http://169.254.169.254/latest/meta-data/") == "169.254.169.254 is a private address"
    assert ask(guard, "http://2130706433/") == "2130706433 is a private address"


def test_a_name_is_resolved_once_and_the_download_is_held_to_it() -> None:
    names = Names(news_example=["2606:2800:220:1::1", "93.184.216.34"])
    guard = AddressMiddleware(lambda: "https://news.example/", names)
    assert ask(guard, "https://news.example/a/") == ask(guard, "https://news.example/b/") == "asked"
    assert names.asked == ["news.example"]
    assert dnscache["news.example"] == "93.184.216.34"


def test_a_name_that_has_no_address_now_is_not_left_to_a_second_question() -> None:
    names = Names()
    guard = AddressMiddleware(lambda: "https://news.example/", names)
    assert ask(guard, "https://news.example/a/") == "news.example cannot be resolved"
    names.names["news.example"] = ["127.0.0.1"]  # the name server that was silent a moment ago
    assert ask(guard, "https://news.example/a/") == "asked"  # it is the site that was given
    assert ask(AddressMiddleware(lambda: "https://other.example/", names), "https://news.example/a/") == (
        "news.example is a private address"
    )
    names.names["late.example"] = ["93.184.216.34"]
    assert ask(guard, "https://late.example/") == "asked"


def test_a_name_without_an_address_is_a_failure_that_is_asked_again(crawl: Callable[..., Any]) -> None:
    got = crawl(["http://nothing.invalid/a/"], base="http://93.184.216.34/")
    (said,) = got["seen"].values()
    assert said == "CannotResolveHostError: nothing.invalid cannot be resolved"
    assert got["stats"]["newsarchive/retry/CannotResolveHostError"] > 0


def test_a_local_site_may_be_crawled() -> None:
    guard = AddressMiddleware(lambda: "http://127.0.0.1:8000/", Names(localhost=["127.0.0.1"]))
    assert ask(guard, "http://127.0.0.1:8000/a/") == "asked"
    assert ask(guard, "http://localhost:8000/a/") == "asked"


def test_behind_a_proxy_names_are_the_proxys_matter_and_addresses_are_not() -> None:
    names = Names()
    guard = AddressMiddleware(lambda: "https://news.example/", names)
    assert ask(guard, "https://inside.example/", proxy="http://proxy.example:3128") == "asked"
    assert ask(guard, "http://10.0.0.1/", proxy="http://proxy.example:3128") == "10.0.0.1 is a private address"
    assert ask(guard, "http://localhost/", proxy="http://proxy.example:3128") == "localhost is a private address"
    assert "inside.example" not in names.asked


def test_a_redirect_to_a_private_address_is_not_asked_for(script: Script, crawl: Callable[..., Any]) -> None:
    script["/secret"] = [Reply()]
    got = crawl([script.url + "/secret"], base="http://93.184.216.34/")
    assert got["seen"] == {script.url + "/secret": "IgnoreRequest: 127.0.0.1 is a private address"}
    assert script.times("/secret") == 0
