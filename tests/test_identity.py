"""One name for one site, one spelling for one address."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.identity import address, post_id_in, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.daily.example/", "daily.example"),
        ("http://DAILY.example:80/", "daily.example"),
        ("https://daily.example:8443/", "daily.example_8443"),
        ("http://localhost:8080/blog/en/", "localhost_8080_blog_en"),
        ("daily.example", "daily.example"),
        ("https://zeitung.münchen.example/", "zeitung.xn--mnchen-3ya.example"),
        ("http://[::1]:8080/", "1_8080"),
        ("https://daily.example/../../etc", "daily.example_.._.._etc"),
    ],
)
def test_a_site_has_one_safe_directory_name(url, site):
    assert site_of(url) == site
    assert "/" not in site_of(url)


@pytest.mark.parametrize("url", ["", "https://", "https://./"])
def test_an_address_without_host_names_no_site(url):
    with pytest.raises(ValueError, match="host"):
        site_of(url)


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://daily.example/2026/05/bridge/", "/2026/05/bridge"),
        ("http://www.daily.example/2026/05/bridge?utm_source=x&fbclid=1#top", "/2026/05/bridge"),
        ("https://amp.daily.example/2026/05/bridge/amp/", "/2026/05/bridge"),
        ("https://daily.example/2026/05/bridge/?amp=1", "/2026/05/bridge"),
        ("https://web.archive.org/web/20260504id_/https://daily.example/2026/05/bridge/", "/2026/05/bridge"),
        ("https://daily.example/%D0%BC%D0%BE%D1%81%D1%82/", "/%D0%BC%D0%BE%D1%81%D1%82"),
        ("https://daily.example/мост/", "/%D0%BC%D0%BE%D1%81%D1%82"),
        ("https://daily.example/?p=12", "/?p=12"),
        ("https://daily.example/", ""),
        ("http://[broken", ""),
    ],
)
def test_an_address_has_one_spelling(url, same):
    assert address(url) == same


@pytest.mark.parametrize(
    ("url", "id"),
    [
        ("https://daily.example/?p=12", "12"),
        ("https://daily.example/?lang=en&p=0012#x", "12"),
        ("https://daily.example/?page=12", None),
        ("https://daily.example/?p=x12", None),
    ],
)
def test_a_short_address_tells_the_post_id(url, id):
    assert post_id_in(url) == id


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_no_text_is_too_odd_for_an_address(text):
    assert isinstance(address(text), str)
    assert isinstance(address("https://daily.example/" + text), str)
