"""wpDiscuz' AJAX answers: a page of comments, or what went wrong, which mostly comes with status 200."""

from dataclasses import dataclass
from typing import Any, Literal

from newsarchive.fetch import Answer

Fault = Literal["nonce", "off", "unreadable", "down", "refused", "forbidden", "broken"]
"""nonce: a new nonce is needed; off: the action does not exist or a field was wrong; unreadable: the post cannot be read;
down: the server or its database has failed, asking again may help; refused: 401, 403, 429; forbidden: robots.txt keeps us from asking; broken: something else came."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of comments."""

    html: str
    """The comments' markup; empty past the end."""
    cursor: str | None = None
    """Id of the last root, to ask on from; None where there is none."""
    more: bool = False
    """Whether more follow."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """No page of comments."""

    fault: Fault
    said: str
    """The answer in short, for a person to read."""


def read(answer: Answer) -> Page | Failure:
    """What an answer to wpdLoadMoreComments, wpdSorting, wpdShowReplies, wpdGetSingleComment or wpdReadMore holds.

    7.x: ``{"success":true,"data":{"comment_list":"<div …","last_parent_id":"6425","is_show_load_more":false}}``, in
    wpdSorting and single answers ``message`` for ``comment_list``; 4.x and 5.x: the inner object alone, as text/html.
    """
    if answer.status in {401, 403, 405, 407, 429, 451}:
        return Failure(fault="refused", said=str(answer.status))
    if answer.status >= 500:
        return Failure(fault="down", said=str(answer.status))
    start = answer.body[:400].strip()
    if b"Nonce is invalid" in start:
        return Failure(fault="nonce", said="Nonce is invalid.")
    if start in {b"0", b"-1"} or answer.status == 400:
        return Failure(fault="off", said=f"{answer.status} {start[:20].decode('ascii', 'replace')}".strip())
    if answer.status != 200:
        return Failure(fault="broken", said=str(answer.status))
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        if b"atabase" in start or b"critical error" in start or b"maintenance" in start:
            return Failure(fault="down", said="200 with an error page")
        if start[:1] == b"{":
            return Failure(fault="down", said="200 with an answer cut short")
        if start and len(answer.body) <= 300 and b"<" not in start:
            # "Nonce is invalid." in the site's language: nothing else answers with bare words.
            return Failure(fault="nonce", said=start[:80].decode("utf-8", "replace"))
        return Failure(fault="broken", said=f"200 with {answer.media_type or 'no type'} instead of JSON")
    return _read_value(value)


def _read_value(value: Any) -> Page | Failure:
    if not isinstance(value, dict):
        return Failure(fault="broken", said="200 with other JSON")
    data = value.get("data", value) if "success" in value else value
    if value.get("success") is False:
        said = data if isinstance(data, str) else ""
        if said == "wc_msg_post_not_found":
            return Failure(fault="unreadable", said=said)
        return Failure(fault="broken", said=f"refused: {said[:80]}")
    if not isinstance(data, dict):
        return Failure(fault="broken", said="200 with other JSON")
    html = data.get("comment_list", data.get("message"))
    if not isinstance(html, str):
        return Failure(fault="broken", said="200 without comments")
    cursor = str(data.get("last_parent_id") or "")
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20 and int(cursor)):
        cursor = ""
    more = data.get("is_show_load_more")
    return Page(html=html, cursor=cursor or None, more=more is True or str(more) in {"1", "true"})


def granted_nonce(answer: Answer) -> str | None:
    """The nonce in an answer to wpdGetNonce (7.6.54: ``{"success":true,"data":{"wpdiscuz_nonce":"…"}}``); None where none is given."""
    try:
        value = answer.json()
    except (ValueError, RecursionError):
        return None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(data, dict):
        return None
    nonce = next((v for k, v in data.items() if "nonce" in str(k) and isinstance(v, str)), None)
    return nonce if nonce and nonce.isalnum() and len(nonce) <= 64 else None
