"""What an article's page says of its wpDiscuz thread: the settings a client needs, the declared count, how far the list goes."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

_OBJECT = re.compile(r"wpdiscuz_?[aA]jax_?[oO]bj\s*=\s*(?=\{)")
_DATA_SCRIPT = re.compile(r"data:text/javascript;base64,([A-Za-z0-9+/=]{200,400000})")
_BOX = XPath("//*[@id='wpdcom' or @id='wpcomm']")
_COUNT = XPath(
    "//*[contains(concat(' ', @class, ' '), ' wpd-thread-info ')]/@data-comments-count"
    " | //*[contains(concat(' ', @class, ' '), ' wpdtc ')]/@title"
    " | //*[contains(concat(' ', @class, ' '), ' wc_header_text_count ')]/text()"
)
_SORTING = XPath("//*[contains(concat(' ', @class, ' '), ' wpdiscuz-sort-button-active ')]/@data-sorting")
_BUTTON = XPath(
    "//*[contains(concat(' ', @class, ' '), ' wpd-load-more-submit ')]/@data-lastparentid"
    " | //*[contains(concat(' ', @class, ' '), ' wc-load-more-link ')]/@data-lastparentid"
    " | //*[contains(concat(' ', @class, ' '), ' wc-load-more-link ')]/@href"
)
_MORE = XPath("//*[@id='wpdiscuzHasMoreComments']")
_DIGITS = re.compile(r"\d{1,18}")


@dataclass(frozen=True, kw_only=True)
class Thread:
    """What the page says of its thread."""

    post_id: str | None
    ajax_url: str
    """Where to POST: the endpoint in force, on the page's own host."""
    version: str | None = None
    """``7.6.54``; None where it is not said, as in 4.x and 5.x."""
    declared: int | None = None
    """How many approved comments the post has: replies, pingbacks, sticky ones and orphans included."""
    sorting: str | None = None
    """The order in force: oldest, newest or by_vote; None where the page shows no sort buttons."""
    first_load_with_ajax: bool = False
    """Whether the page holds no comment and the first list comes by AJAX, by itself or on a click."""
    load_type: int = 0
    """0 a button for more, 1 a button for all the rest, 2 on scrolling, 3 everything at once."""
    parents_only: bool = False
    """Whether lists hold root comments alone, replies behind "View Replies"."""
    paginated: bool = False
    """Whether WordPress' own comment pages are used instead of AJAX."""
    cookiehash: str | None = None
    nonce_name: str = "wpdiscuz_nonce"
    cursor: str | None = None
    """Id of the last root in the page's list, where more follow it; None where the list is complete."""
    live_update_url: str | None = None
    """The REST route that counts the comments as of now; None where live update is off."""
    has_list: bool = False
    """Whether the page has the thread's box: a page that asks for a password has the settings without it."""

    @property
    def old(self) -> bool:
        """Whether it is 4.x or 5.x, whose answers are not wrapped and whose order has other names."""
        return self.version is not None and self.version.partition(".")[0] in {"3", "4", "5"}


def read_settings(html: str) -> dict[str, Any]:
    """``wpdiscuzAjaxObj`` as the page's script sets it; {} where there is none or it is cut.

    Scripts that an optimiser moved into ``data:`` addresses are looked into. 4.x and 5.x keep most of it one level down,
    in ``wpdiscuz_options``: here it is one level.
    """
    for text in (html, *_packed(html)):
        for found in list(_OBJECT.finditer(text))[:5]:
            try:
                value, _ = json.JSONDecoder().raw_decode(text, found.end())
            except (ValueError, RecursionError):
                continue
            if isinstance(value, dict):
                options = value.get("wpdiscuz_options")
                return {**value, **options} if isinstance(options, dict) else value
    return {}


def _packed(html: str) -> list[str]:
    if "javascript;base64," not in html:
        return []
    texts = []
    for found in list(_DATA_SCRIPT.finditer(html))[:50]:
        try:
            texts.append(base64.b64decode(found[1]).decode("utf-8", "replace"))
        except (binascii.Error, ValueError):
            continue  # cut or no base64 at all: nothing to read in it
    return texts


def thread(html: str, root: HtmlElement, url: str) -> Thread | None:
    """What the page at `url` (its text and its tree) says of its wpDiscuz thread; None where it shows no wpDiscuz."""
    facts = read_settings(html)
    box = _BOX(root)
    if not box and not facts.get("wc_post_id"):
        return None
    custom = _flag(facts, "isNativeAjaxEnabled", 1) == 0
    declared = next((int(d[0]) for said in _COUNT(root) if (d := _DIGITS.search(said.replace(",", "")))), None)
    cursor = None
    said_more = _MORE(root)
    more = said_more[0].get("data-is_show_load_more") or said_more[0].get("value") if said_more else None
    buttons = _BUTTON(root)
    if buttons and more in {"1", "true", None}:
        number = re.search(r"(?:parentId=)?(\d{1,18})$", buttons[0])
        cursor = number[1] if number and int(number[1]) else None
    sorting = next(iter(_SORTING(root)), None) or _old_order(facts)
    version = facts.get("version")
    if version is None and not facts.get("cookiehash") and any(b.get("id") == "wpcomm" for b in box):
        version = "5"
    return Thread(
        post_id=_digits(facts.get("wc_post_id")),
        ajax_url=_endpoint(facts.get("customAjaxUrl") if custom else facts.get("url"), url),
        version=str(version)[:20] if version else None,
        declared=declared,
        sorting=sorting if sorting in {"oldest", "newest", "by_vote"} else None,
        first_load_with_ajax=_flag(facts, "firstLoadWithAjax") > 0,
        load_type=_flag(facts, "commentListLoadType"),
        parents_only=_flag(facts, "isLoadOnlyParentComments") > 0,
        paginated=_flag(facts, "wordpressIsPaginate") > 0,
        cookiehash=re.sub(r"[^0-9A-Za-z]", "", str(facts.get("cookiehash") or ""))[:64] or None,
        nonce_name=re.sub(r"[^0-9A-Za-z_-]", "", str(facts.get("nonceName") or ""))[:64] or "wpdiscuz_nonce",
        cursor=cursor,
        live_update_url=_live_update(facts, url),
        has_list=bool(box),
    )


def _live_update(facts: dict[str, Any], url: str) -> str | None:
    said = facts.get("bubbleUpdateUrl")
    if not isinstance(said, str) or not said.rstrip("/").endswith("/wpdiscuz/v1/update"):
        return None
    if not _flag(facts, "bubbleLiveUpdate") and not _flag(facts, "commentListUpdateType"):
        return None
    page = urlsplit(url)
    return urlunsplit((page.scheme, page.netloc, urlsplit(said).path.rstrip("/"), "", ""))


def _flag(facts: dict[str, Any], name: str, default: int = 0) -> int:
    """A setting as a number: they come as ``"1"``, 1, true or ``""``."""
    value = facts.get(name, default)
    try:
        return int(value or 0)
    except (TypeError, ValueError):
        return default


def _digits(value: object) -> str | None:
    text = str(value if value is not None else "")
    return text if _DIGITS.fullmatch(text) and int(text) else None


def _old_order(facts: dict[str, Any]) -> str | None:
    """The order of a page without active sort button: WordPress' own, as 4.x and 5.x say it."""
    return {"asc": "oldest", "desc": "newest"}.get(str(facts.get("wordpress_comment_order") or "").lower())


def _endpoint(said: object, url: str) -> str:
    """The AJAX address on the host of the page: a page cannot make the crawl POST to another host.

    A site's copy under another address (a mirror, a staging host) still names its old host; the same path on the
    page's own host is then what answers.
    """
    page = urlsplit(url)
    try:
        parts = urlsplit(urljoin(url, said if isinstance(said, str) and said else "/wp-admin/admin-ajax.php"))
    except ValueError:
        parts = urlsplit(urljoin(url, "/wp-admin/admin-ajax.php"))
    if not parts.path.endswith(".php"):
        parts = parts._replace(path="/wp-admin/admin-ajax.php", query="")
    return urlunsplit((page.scheme, page.netloc, parts.path, parts.query, ""))
