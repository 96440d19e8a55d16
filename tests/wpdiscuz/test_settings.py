"""What a page says of its wpDiscuz thread."""

import base64
import json

from newsarchive import markup
from newsarchive.marks import Marks
from newsarchive.wpdiscuz import settings

URL = "https://example.org/a-post/"


def page(facts: dict, inside: str = "", box: str = "wpdcom") -> settings.Thread | None:
    text = f"<html><body><div id='{box}'>{inside}</div><script>var wpdiscuzAjaxObj = {json.dumps(facts)};</script></body></html>"
    return settings.thread(text, Marks(markup.tree(text)), URL)


def test_the_settings_are_read_from_the_script() -> None:
    thread = page(
        {
            "wc_post_id": "7", "url": "https:\\/\\/example.org\\/wp-admin\\/admin-ajax.php".replace("\\", ""), "version": "7.6.54",
            "firstLoadWithAjax": "1", "commentListLoadType": "2", "isLoadOnlyParentComments": "1", "wordpressIsPaginate": "0",
            "cookiehash": "ab12", "nonceName": "wpdiscuz_nonce", "isNativeAjaxEnabled": "1",
        }
    )  # fmt: skip
    assert thread is not None
    assert (thread.post_id, thread.ajax_url, thread.version) == (
        "7",
        "https://example.org/wp-admin/admin-ajax.php",
        "7.6.54",
    )
    assert (thread.first_load_with_ajax, thread.load_type, thread.parents_only, thread.paginated) == (
        True,
        2,
        True,
        False,
    )
    assert (thread.cookiehash, thread.has_list, thread.old) == ("ab12", True, False)


def test_the_count_is_read_from_the_attribute_not_from_the_shortened_text() -> None:
    thread = page(
        {"wc_post_id": "7"},
        "<div class='wpd-thread-info' data-comments-count='1500'><span class='wpdtc' title='1500'>1.5K</span></div>",
    )
    assert thread is not None
    assert thread.declared == 1500


def test_the_button_says_where_the_list_goes_on() -> None:
    button = "<button class='wpd-load-more-submit' data-lastparentid='{}'></button><span id='wpdiscuzHasMoreComments' data-is_show_load_more='{}'></span>"
    found = [page({"wc_post_id": "7"}, button.format(*said)) for said in (("6391", "1"), ("6391", "0"), ("0", "0"))]
    assert [thread and thread.cursor for thread in found] == ["6391", None, None]


def test_the_order_in_force_is_the_active_button() -> None:
    thread = page(
        {"wc_post_id": "7"},
        "<span class='wpdiscuz-sort-button wpdiscuz-sort-button-active' data-sorting='by_vote'></span>",
    )
    assert thread is not None
    assert thread.sorting == "by_vote"


def test_a_page_cannot_send_the_crawl_to_another_host() -> None:
    thread = page({"wc_post_id": "7", "url": "https://elsewhere.example/wp-admin/admin-ajax.php"})
    assert thread is not None
    assert thread.ajax_url == "https://example.org/wp-admin/admin-ajax.php"
    odd = page({"wc_post_id": "7", "url": "http://[bad"})
    assert odd is not None
    assert odd.ajax_url == "https://example.org/wp-admin/admin-ajax.php"


def test_the_custom_endpoint_is_taken_where_it_is_in_force() -> None:
    thread = page(
        {
            "wc_post_id": "7",
            "isNativeAjaxEnabled": "0",
            "customAjaxUrl": "/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php",
        }
    )
    assert thread is not None
    assert thread.ajax_url == "https://example.org/wp-content/plugins/wpdiscuz/utils/ajax/wpdiscuz-ajax.php"


def test_a_script_packed_into_a_data_address_is_unpacked() -> None:
    packed = base64.b64encode(
        b"var wpdiscuzAjaxObj = " + json.dumps({"wc_post_id": "7", "note": "x" * 200}).encode() + b";"
    ).decode()
    text = (
        f"<html><body><div id='wpdcom'></div><script src='data:text/javascript;base64,{packed}'></script></body></html>"
    )
    thread = settings.thread(text, Marks(markup.tree(text)), URL)
    assert thread is not None
    assert thread.post_id == "7"


def test_versions_4_and_5_keep_their_settings_one_level_down() -> None:
    facts = {
        "url": "https://example.org/wp-admin/admin-ajax.php",
        "wpdiscuz_options": {"wc_post_id": 7, "wordpress_comment_order": "asc"},
    }
    thread = page(
        facts,
        "<span class='wc_header_text_count'>9</span><div class='wc-load-more-link' data-lastparentid='12'></div><input id='wpdiscuzHasMoreComments' value='1'>",
        box="wpcomm",
    )
    assert thread is not None
    assert (thread.post_id, thread.old, thread.declared, thread.sorting, thread.cursor) == (
        "7",
        True,
        9,
        "oldest",
        "12",
    )


def test_live_update_is_known_only_where_it_is_on() -> None:
    url = "https://example.org/wp-json/wpdiscuz/v1/update"
    on, off = (page({"wc_post_id": "7", "bubbleUpdateUrl": url, "bubbleLiveUpdate": flag}) for flag in ("1", "0"))
    assert (on and on.live_update_url, off and off.live_update_url) == (url, None)


def test_a_page_without_wpdiscuz_gives_none() -> None:
    assert settings.thread("<html></html>", Marks(markup.tree("<html></html>")), URL) is None


def test_broken_and_hostile_settings_do_not_raise() -> None:
    for script in (
        "wpdiscuzAjaxObj = {",
        "wpdiscuzAjaxObj = " + '{"a":' * 50_000,
        "wpdiscuzAjaxObj = [1]",
        'wpdiscuzAjaxObj = {"wc_post_id": []}',
    ):
        text = f"<html><body><div id='wpdcom'></div><script>{script}</script></body></html>"
        thread = settings.thread(text, Marks(markup.tree(text)), URL)
        assert thread is not None
        assert thread.post_id is None
