"""wpDiscuz' AJAX answers, and the errors that come with status 200."""

import json

import pytest

from newsarchive.fetch import Answer
from newsarchive.wpdiscuz.answers import Failure, Page, granted_nonce, read
from newsarchive.wpdiscuz.session import WpdiscuzSession
from newsarchive.wpdiscuz.settings import Thread


def answer(body: object, status: int = 200, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(url="https://example.org/wp-admin/admin-ajax.php", status=status, body=data, headers=headers)


def test_a_page_of_comments() -> None:
    data = {"comment_list": "<div></div>", "last_parent_id": "6425", "is_show_load_more": True, "comments_count": 26}
    assert read(answer({"success": True, "data": data})) == Page(html="<div></div>", cursor="6425", more=True)


def test_past_the_end() -> None:
    data = {"comment_list": "", "last_parent_id": 0, "is_show_load_more": False, "comments_count": -1}
    assert read(answer({"success": True, "data": data})) == Page(html="", cursor=None, more=False)


def test_a_sorted_list_calls_its_markup_message() -> None:
    assert read(answer({"success": True, "data": {"message": "<div></div>", "last_parent_id": "5"}})) == Page(
        html="<div></div>", cursor="5"
    )


def test_versions_4_and_5_answer_without_a_wrapper() -> None:
    assert read(answer({"comment_list": "<div></div>", "last_parent_id": "5", "is_show_load_more": 1})) == Page(
        html="<div></div>", cursor="5", more=True
    )


@pytest.mark.parametrize(
    ("body", "status", "fault"),
    [
        (b"Nonce is invalid.", 200, "nonce"),
        ("Nonce недійсний.".encode(), 200, "nonce"),
        (b"0", 200, "off"),
        (b"0", 400, "off"),
        (b"-1", 200, "off"),
        ({"success": False, "data": "wc_msg_post_not_found"}, 200, "unreadable"),
        ({"success": False, "data": "wc_msg_required_fields"}, 200, "broken"),
        (b"<h1>Error establishing a database connection</h1>", 200, "down"),
        (b"<p>There has been a critical error on this website.</p>", 200, "down"),
        (b"Briefly unavailable for scheduled maintenance.", 503, "down"),
        (b"<html>500</html>", 500, "down"),
        (b'{"success":true,"data":{"comment_list":"<div', 200, "down"),
        (b"<html>Just a moment</html>", 403, "refused"),
        (b"", 429, "refused"),
        (b"", 200, "broken"),
        (b"<html>A page</html>", 200, "broken"),
        ([1], 200, "broken"),
        ({"success": True, "data": {"comment_list": 5}}, 200, "broken"),
        ({"success": True}, 200, "broken"),
        (b"[" * 100_000, 200, "broken"),
    ],
)
def test_every_failure_is_known_for_what_it_is(body: object, status: int, fault: str) -> None:
    found = read(answer(body, status))
    assert isinstance(found, Failure)
    assert found.fault == fault


def test_the_nonce_in_an_answer() -> None:
    assert granted_nonce(answer({"success": True, "data": {"wpdiscuz_nonce": "10ee6933ed"}})) == "10ee6933ed"
    assert granted_nonce(answer({"success": True})) is None
    assert granted_nonce(answer({"success": True, "data": {"wpdiscuz_nonce": "a; b=c\r\n"}})) is None
    assert granted_nonce(answer(b"0")) is None


def test_a_session_keeps_each_sites_nonce_and_sends_it_both_ways() -> None:
    session = WpdiscuzSession()
    thread = Thread(post_id="7", ajax_url="https://example.org/", cookiehash="ab12")
    assert session.sign(thread, {"a": "b"}) == ({"a": "b"}, {})
    cookies = "other=1; path=/\nwpdiscuz_nonce_ab12=5eed01; expires=Sun, 22 Nov 2026 22:56:58 GMT; HttpOnly"
    assert session.learn(answer(b"", **{"set-cookie": cookies}))
    assert session.sign(thread, {"a": "b"}) == (
        {"a": "b", "wpdiscuz_nonce": "5eed01"},
        {"Cookie": "wpdiscuz_nonce_ab12=5eed01"},
    )
    session.drop(thread)
    assert session.nonce(thread) is None
