"""Threads read from captured exchanges of a real site, against what its database says."""

import asyncio
import json
import os
import re
import tarfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from newsarchive.dates import Clock
from newsarchive.fetch import Answer, Ask, FetchError
from newsarchive.items import CommentThread
from newsarchive.threads import read_thread
from newsarchive.wordpress.comment_answers import feed_comments

SHARED = Path(os.environ.get("NEWSARCHIVE_SHARED", Path(__file__).parents[3] / "shared"))
ARCHIVE = SHARED / "site" / "captures.tar.xz"
MATTERS = {"action", "postId", "lastParentId", "commentId", "isFirstLoad", "sorting", "wpdType"}
READ_MORE_CUT = "18-readmore-limit-20-words"
IMAGE_ADDRESS = re.compile(r"\s*https?://\S+\.(?:jpg|png|gif)\b")


@pytest.fixture(scope="module")
def captures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not ARCHIVE.exists():
        pytest.skip(f"no captured exchanges at {ARCHIVE}")
    folder = tmp_path_factory.mktemp("captures")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") else archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def posts(captures: Path) -> dict[str, dict]:
    """What is true of each post, by id."""
    with (captures / "truth.jsonl").open(encoding="utf-8") as lines:
        return {str(post["id"]): post for post in map(json.loads, lines)}


class Exchange:
    """One captured request and its answer."""

    def __init__(self, file: Path) -> None:
        request, _, response = file.read_text(encoding="utf-8", errors="replace").partition("---- response")
        head, _, body = request.partition("\n\n")
        first, *lines = head.splitlines()
        self.method, path, _ = first.split(" ")
        sent = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        self.url = f"http://{sent['host']}{path}"
        self.signed = "wpdiscuz_nonce" in head + body
        if "multipart" in sent.get("content-type", ""):
            self.form = dict(re.findall(r'name="([^"]*)"\r?\n\r?\n(.*?)\r?\n--', body, re.S))
        else:
            self.form = dict(parse_qsl(body.strip(), keep_blank_values=True))
        status, *lines = response.strip().splitlines()
        headers: dict[str, str] = {}
        for name, _, value in (line.partition(": ") for line in lines):
            key = name.lower()
            headers[key] = (
                f"{headers[key]}{chr(10) if key == 'set-cookie' else ', '}{value}" if key in headers else value
            )
        bodies = list(file.parent.glob(f"{file.stem}.body*"))
        data = bodies[0].read_bytes() if bodies else b""
        self.answer = Answer(url=self.url, status=int(status.split()[1]), headers=headers, body=data)

    def answers(self, ask: Ask) -> Answer | None:
        """The answer to `ask`, if this is that request."""
        if ask.form is None:
            return self.answer if self.method == "GET" and self.url == ask.url else None
        if self.method != "POST" or self.url != ask.url:
            return None
        wanted = {name: value for name, value in ask.form.items() if name in MATTERS}
        here = {name: value for name, value in self.form.items() if name in MATTERS}
        if here.get("action") == "wpdSorting" and wanted.get("isFirstLoad") == "1":
            if (here["postId"], here["sorting"]) != (wanted["postId"], wanted.get("sorting")):
                return None
            value = self.answer.json()  # the same list under another name
            value["data"]["comment_list"] = value["data"].pop("message")
            return Answer(url=self.url, status=200, headers=self.answer.headers, body=json.dumps(value).encode())
        if wanted != here or (("wpdiscuz_nonce" in ask.form) != self.signed and self.answer.body.startswith(b"Nonce")):
            return None
        return self.answer


class Recorded:
    """A `Fetch` that answers from captured exchanges, and has no answer to anything else."""

    def __init__(self, *files: Path) -> None:
        self.exchanges = [Exchange(file) for file in files]
        self.asked: list[Ask] = []

    async def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        for exchange in self.exchanges:
            answer = exchange.answers(ask)
            if answer is not None:
                return answer
        raise FetchError("not recorded")

    def pages(self) -> Iterator[Answer]:
        for exchange in self.exchanges:
            if exchange.method == "GET" and "wp-json" not in exchange.url:
                yield exchange.answer


def recorded(folder: Path, *more: Path) -> Recorded:
    return Recorded(*sorted(folder.glob("*.http")), *(f for other in more for f in sorted(other.glob("*.http"))))


def read(fetch: Recorded, page: Answer, **given: Any) -> CommentThread:
    asked: dict = {"clock": Clock("Europe/Kyiv"), "url": page.url, **given}
    return asyncio.run(read_thread(fetch, article_id="captured/1", page=page, **asked))


def post_id(page: Answer) -> str:
    found = re.search(rb'"wc_post_id":"(\d+)"|postid-(\d+)', page.body)
    assert found
    return (found[1] or found[2]).decode()


def rest_of(post: dict) -> list[dict]:
    """What REST lists of a post, in its shape."""
    return [
        {
            "id": c["id"], "post": post["id"], "parent": c["parent"], "author": c["user_id"], "author_name": c["author_raw"],
            "author_url": c["author_url"], "date": c["date_local"].replace(" ", "T"), "date_gmt": c["date_gmt"].replace(" ", "T"),
            "content": {"rendered": f"<p>{escape(c['text'])}</p>"}, "status": "approved", "type": "comment",
        }
        for c in post["comments"] if c["type"] == "comment"
    ]  # fmt: skip


def words(text: str | None) -> str:
    """The words of a text, without what the plugin shows as a picture and without characters that have no width."""
    return " ".join(IMAGE_ADDRESS.sub("", text or "").replace("\u200b", "").split())


def assert_true(thread: CommentThread, post: dict, *, shown: bool = True, whole: bool = True) -> None:
    """Every comment that is shown once, with its parent, author, minute, votes, marks and words; nothing else."""
    true = {str(c["id"]): c for c in post["comments"] if not shown or c["in_wpdiscuz_tree"]}
    assert len(thread.comments) == len({c.id for c in thread.comments})
    assert {c.id for c in thread.comments} == true.keys()
    for comment in thread.comments:
        c = true[comment.id]
        assert (comment.parent_id or "0") == str(c["parent"])
        assert comment.depth == c["depth"]
        assert (comment.author or "Anonymous") == (c["author"] or "Anonymous")
        assert comment.kind == ("comment" if c["type"] == "wpdiscuz_sticky" else c["type"])
        assert comment.pinned == c["sticky"]
        assert comment.edited == bool(c["edited_at"]) or comment.votes is None  # only REST gave it
        if comment.posted_at:
            assert comment.posted_at[:16] == c["date_gmt"][:16].replace(" ", "T")
        if comment.votes is not None:
            assert comment.votes == c["votes"]
        if comment.likes is not None:
            assert (comment.likes, comment.dislikes) == (c["likes"], c["dislikes"])
        assert set(c["attachments"]) <= set(comment.images)
        if whole:
            assert words(comment.text) == words(c["text"])


@pytest.mark.parametrize("order", ["oldest", "newest", "by_vote"])
@pytest.mark.parametrize("version", ["7.6.13", "7.6.47", "7.6.54"])
def test_every_version_is_walked_to_its_end(captures: Path, posts: dict, version: str, order: str) -> None:
    folder = captures / f"protocol-{version}"
    fetch = recorded(folder / f"01-load-more-{order}", folder / "01-load-more-oldest")
    page = next(fetch.pages())
    thread = read(fetch, page)
    assert thread.complete
    assert_true(thread, posts[post_id(page)])
    assert len(fetch.asked) <= 7


@pytest.mark.parametrize("version", ["7.6.13", "7.6.47", "7.6.54"])
def test_inline_feedback_is_no_part_of_a_comment(captures: Path, posts: dict, version: str) -> None:
    fetch = recorded(captures / f"protocol-{version}" / "04-inline-feedback")
    page = next(fetch.pages())
    thread = read(fetch, page)
    assert thread.complete
    assert_true(thread, posts[post_id(page)])


VARIANTS = (
    "00-plugin-defaults", "01-loadtype1-load-rest", "03-loadtype3-all", "04-button-per-page-10-newest-first",
    "11-only-parents-show-replies", "15-flat-no-threads", "16-order-by-date-not-id", READ_MORE_CUT, "20-no-date",
    "21-separate-votes", "24-layout-3-dark", "26-custom-ajax-endpoint",
)  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_setting_gives_every_shown_comment(captures: Path, posts: dict, variant: str) -> None:
    fetch = recorded(captures / "variants" / variant)
    for page in list(fetch.pages()):
        post = posts[post_id(page)]
        thread = read(fetch, page, mode="page" if variant == READ_MORE_CUT else "ajax")
        if "imported_ids_out_of_order" in post["special"]:
            assert thread.missing is not None
            assert (thread.complete, thread.missing.count) == (False, 60 - thread.count)
            continue
        assert_true(thread, post, whole=variant != READ_MORE_CUT)
        lacking = len(post["comments"]) - len(thread.comments)
        assert thread.declared_count == post["comment_count"]
        if variant == READ_MORE_CUT:
            assert not thread.complete
        else:
            assert thread.complete == (lacking == 0)
            assert thread.missing is None if thread.complete else thread.missing and thread.missing.count == lacking


@pytest.mark.parametrize("variant", VARIANTS)
def test_with_rest_every_approved_comment_comes_to_the_second(captures: Path, posts: dict, variant: str) -> None:
    fetch = recorded(captures / "variants" / variant)
    for page in list(fetch.pages()):
        post = posts[post_id(page)]
        thread = read(fetch, page, rest_comments=rest_of(post))
        pinned = any(c["sticky"] for c in post["comments"])  # REST does not list them, so their texts stay cut
        assert thread.complete or (variant == READ_MORE_CUT and pinned), thread.missing
        # Truth counts an orphan as a root of its own and keeps its parent's id, as the thread does.
        assert_true(thread, post, shown=False, whole=thread.complete)
        listed = {str(c["id"]): c for c in post["comments"] if c["type"] == "comment"}
        for comment in thread.comments:
            if comment.id in listed:
                assert comment.posted_at == listed[comment.id]["date_gmt"].replace(" ", "T") + "Z"


def test_a_page_cache_that_drops_the_cookie_is_got_round(captures: Path, posts: dict) -> None:
    fetch = recorded(captures / "page-cache")
    page = next(fetch.pages())
    thread = read(fetch, page)
    assert thread.complete
    assert_true(thread, posts[post_id(page)])
    assert [ask.form and ask.form["action"] for ask in fetch.asked] == ["wpdGetNonce", "wpdLoadMoreComments"]


def test_wordpress_own_lists_are_read(captures: Path, posts: dict) -> None:
    fetch = recorded(captures / "plain-wordpress-comments")
    for page in list(fetch.pages()):
        post = posts[post_id(page)]
        thread = read(fetch, page, rest_comments=rest_of(post), mode="auto")
        assert thread.declared_count == post["comment_count"]
        assert thread.complete, thread.missing
        true = {str(c["id"]): c for c in post["comments"]}
        for comment in thread.comments:
            c = true[comment.id]
            assert (comment.parent_id or "0") == str(c["parent"])
            assert (comment.author or "Anonymous") == (c["author"] or "Anonymous")
            assert words(comment.text) == words(c["text"])


@pytest.mark.parametrize("name", ["22-post-password", "41-post-private", "42-post-draft", "43-post-future"])
def test_nothing_private_is_asked_for(captures: Path, name: str) -> None:
    fetch = Recorded(captures / "pages" / f"{name}.http")
    page = next(fetch.pages())
    thread = read(fetch, page)
    assert (fetch.asked, thread.comments, thread.complete) == ([], [], False)


@pytest.mark.parametrize("name", ["24-post-comments_closed_none", "25-post-all_hidden_comments"])
def test_an_article_nobody_commented_is_complete(captures: Path, name: str) -> None:
    fetch = Recorded(captures / "pages" / f"{name}.http")
    thread = read(fetch, next(fetch.pages()))
    assert (fetch.asked, thread.complete, thread.count) == ([], True, 0)


def test_the_comment_feed_gives_the_last_ten(captures: Path, posts: dict) -> None:
    body = (captures / "feeds" / "08-post-comments-rss2.body.xml").read_bytes()
    comments = feed_comments(body)
    true = {str(c["id"]): c for c in posts["1907"]["comments"]}
    assert [c.id for c in comments] == sorted(true, key=int)[:-11:-1]
    for comment in comments:
        assert comment.author == true[comment.id]["author"]
        assert comment.posted_at == true[comment.id]["date_gmt"].replace(" ", "T") + "Z"
        assert words(comment.text) == words(true[comment.id]["text"])
