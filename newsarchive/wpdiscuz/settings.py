"""What an article's page says of its wpDiscuz thread: the settings a client needs, the declared count, how far the list goes."""

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from newsarchive.marks import Marks

_OBJECT = re.compile(r"wpdiscuz_?[aA]jax_?[oO]bj\s*=\s*(?=\{)")
_DATA_SCRIPT = re.compile(r"data:text/javascript;base64,([A-Za-z0-9+/=]{200,400000})")
_DIGITS = re.compile(r"\d{1,18}")
_LAST_PARENT = re.compile(r"(?:^|parentId=)(\d{1,18})$")


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
    members_only: bool = False
    """Whether the box is without its list: the site shows comments to some of its members, and not to who asked."""

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


def thread(html: str, marks: Marks, url: str) -> Thread | None:
    """What the page at `url` (its text and its marks) says of its wpDiscuz thread; None where it shows no wpDiscuz."""
    facts = read_settings(html)
    if not facts.get("wc_post_id") and "wpdcom" not in html and "wpcomm" not in html:
        return None
    box = [marks.ids[name] for name in ("wpdcom", "wpcomm") if name in marks.ids]
    if not box and not facts.get("wc_post_id"):
        return None
    custom = _flag(facts, "isNativeAjaxEnabled", 1) == 0
    sorting = next((e.get("data-sorting") for e in marks.having("wpdiscuz-sort-button-active")), None) or _old_order(
        facts
    )
    version = facts.get("version")
    if version is None and not facts.get("cookiehash") and any(b.get("id") == "wpcomm" for b in box):
        version = "5"
    cursor = _cursor(marks)
    # An optimiser may have moved the settings into a file of scripts: then the markup alone tells.
    links_to_pages = not facts and cursor is None and ("/comment-page-" in html or "cpage=" in html)
    return Thread(
        post_id=_digits(facts.get("wc_post_id")),
        ajax_url=_endpoint(facts.get("customAjaxUrl") if custom else facts.get("url"), url),
        version=str(version)[:20] if version else None,
        declared=_declared(marks),
        sorting=sorting if sorting in {"oldest", "newest", "by_vote"} else None,
        first_load_with_ajax=_flag(facts, "firstLoadWithAjax") > 0,
        load_type=_flag(facts, "commentListLoadType"),
        parents_only=_flag(facts, "isLoadOnlyParentComments") > 0,
        paginated=_flag(facts, "wordpressIsPaginate") > 0 or links_to_pages,
        cookiehash=re.sub(r"[^0-9A-Za-z]", "", str(facts.get("cookiehash") or ""))[:64] or None,
        nonce_name=re.sub(r"[^0-9A-Za-z_-]", "", str(facts.get("nonceName") or ""))[:64] or "wpdiscuz_nonce",
        cursor=cursor,
        live_update_url=_live_update(facts, url),
        has_list=bool(box),
        # 7.x: `if ($form->isUserCanSeeComments(…))` stands around the list, its head and its count, even an empty one.
        members_only="wpdcom" in marks.ids and "wpd-threads" not in marks.ids and not marks.having("wpd-thread-list"),
    )


def _declared(marks: Marks) -> int | None:
    """The counter's number: ``data-comments-count`` or ``title``, as the text is shortened (1.5K); 4.x and 5.x have it as text."""
    for counter in marks.having("wpd-thread-info", "wpdtc", "wc_header_text_count"):
        said = counter.get("data-comments-count") or counter.get("title") or counter.text_content()[:40]
        found = _DIGITS.search(said.replace(",", ""))
        if found:
            return int(found[0])
    return None


def _cursor(marks: Marks) -> str | None:
    """The id that the button for more goes on from; None where there is no such button, or nothing more."""
    state = marks.ids.get("wpdiscuzHasMoreComments")
    more = None if state is None else state.get("data-is_show_load_more") or state.get("value")
    if more not in {"1", "true", None}:
        return None
    for button in marks.having("wpd-load-more-submit", "wc-load-more-link"):
        found = _LAST_PARENT.search(button.get("data-lastparentid") or button.get("href") or "")
        if found and int(found[1]):
            return found[1]
    return None


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
