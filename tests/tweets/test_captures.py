"""Captured answers of real WordPress sites, beside what is true of them."""

import gzip
import html
import json
import os
import re
import tarfile
from pathlib import Path

import pytest

from newsarchive.markup import decode
from newsarchive.tweets import embeds_of, find_references
from newsarchive.tweets.clock import impossible

SHARED = Path(os.environ.get("NEWSARCHIVE_SHARED", Path(__file__).parents[3] / "shared"))
_STATUS = re.compile(r"(?:twitter|x)\.com/[^\s\"'<>]{0,40}?/status(?:es)?/(\d+)(?!\d|…)")


@pytest.fixture(scope="module")
def captures(tmp_path_factory):
    """Where the captured exchanges are unpacked: REST's posts and the truth alone."""
    archive = SHARED / "site" / "captures.tar.xz"
    if not archive.is_file():
        pytest.skip("the captured exchanges are not on this machine (NEWSARCHIVE_SHARED)")
    place = tmp_path_factory.mktemp("captures")
    with tarfile.open(archive) as packed:
        members = [one for one in packed if one.name.endswith("truth.jsonl") or "/rest/" in f"/{one.name}"]
        packed.extractall(place, members=members, filter="data")
    return place


def test_every_tweet_of_the_captured_posts_is_found_and_none_invented(captures):
    truth_file = next(captures.rglob("truth.jsonl"))
    truth = {str((post := json.loads(line))["id"]): post for line in truth_file.read_text().splitlines()}
    posts = {}
    for file in sorted(captures.rglob("rest/*.json")):
        try:
            answer = json.loads(file.read_text())
        except ValueError:
            continue
        for post in answer if isinstance(answer, list) else [answer]:
            if isinstance(post, dict) and str(post.get("id")) in truth and post.get("content", {}).get("rendered"):
                posts[str(post["id"]), post["content"]["rendered"]] = truth[str(post["id"])]
    assert len(posts) > 150
    for (_, markup), known in posts.items():
        expected = sorted(tweet["id"] for tweet in known["tweets"] if not impossible(tweet["id"]))
        assert sorted(tweet.id for tweet in find_references(markup) if tweet.id) == expected
    for known in truth.values():
        for comment in known["comments"]:
            expected = re.findall(r"twitter\.com/\w+/status/(\d+)", comment["content_raw"])
            assert [tweet.id for tweet in find_references(comment["content_raw"])] == expected


def test_every_status_on_two_hundred_real_pages_is_found_and_none_invented():
    pages = sorted((SHARED / "pages" / "html").glob("*.html.gz"))
    if not pages:
        pytest.skip("the real pages are not on this machine (NEWSARCHIVE_SHARED)")
    for page in pages:
        data = gzip.decompress(page.read_bytes())
        expected = set(_STATUS.findall(html.unescape(decode(data)))) - {"1"}  # "…/status/1…" is a cut link text
        assert {tweet.id for tweet in find_references(data) if tweet.id} == expected, page.name


def test_every_embed_block_of_the_captured_posts_is_recognised(captures):
    from newsarchive.markup import fragment

    for file in captures.rglob("*all_tweet_forms*.json"):
        post = json.loads(file.read_text())
        root = fragment(post["content"]["rendered"])
        embeds = {tweet.id for block in root for tweet in embeds_of(block)}
        assert embeds == {tweet.id for tweet in find_references(post["content"]["rendered"]) if tweet.kind == "embed"}
