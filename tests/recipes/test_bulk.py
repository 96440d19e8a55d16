"""The reader of the bulk format refuses what a server would."""

import pytest

from tests.recipes.bulk import Index, Refused, bulk

ND = "application/x-ndjson"
ACTION = b'{"index":{"_index":"articles","_id":"daily/1"}}\n'


def test_an_action_and_a_document_are_kept_and_replaced() -> None:
    indices: dict[str, Index] = {}
    assert bulk(indices, ND, ACTION + b'{"title":"One"}\n')["items"][0]["index"]["status"] == 201
    assert bulk(indices, ND, ACTION + b'{"title":"Two"}\n')["items"][0]["index"]["status"] == 200
    assert indices["articles"].documents == {"daily/1": {"title": "Two"}}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", ACTION + b"{}\n"),
        (ND, ACTION + b"{}"),
        (ND, ACTION),
        (ND, b"{}\n{}\n"),
        (ND, ACTION + b"[]\n"),
        (ND, ACTION + b'{"a":1,"a":2}\n'),
        (ND, b'{"index":{"_index":"articles","_id":""}}\n{}\n'),
    ],
)
def test_what_a_server_refuses_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(Refused):
        bulk({}, kind, body)


def test_a_title_after_one_that_looks_like_a_date_is_an_error_unless_dates_are_named() -> None:
    body = ACTION + b'{"title":"2019/03/07"}\n' + ACTION + b'{"title":"The bridge"}\n'
    assert bulk({}, ND, body)["errors"] is True
    assert bulk({"articles": Index({"date_detection": False})}, ND, body)["errors"] is False


def test_a_field_that_changes_its_type_is_an_error() -> None:
    body = ACTION + b'{"count":1}\n' + ACTION + b'{"count":"many"}\n'
    assert bulk({}, ND, body)["errors"] is True
