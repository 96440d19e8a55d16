"""Reads what a crawl wrote, by the contract alone, and compares it with what the database holds."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tests.sites.store import comment_text

ROOT = Path(__file__).resolve().parents[2]
CRAWL_SECONDS = 600
THREAD_DEPTH = 5
Way = Literal["all", "rest", "page"]
_SIGNS = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-", "\u00ad": "", "…": "..."})


def crawl(spider: str, url: str, store: Path, **arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a spider with settings as in real use, but for the politeness delays."""
    command = [
        sys.executable,
        "-m",
        "scrapy",
        "crawl",
        spider,
        "-a",
        f"url={url}",
        "-s",
        "DOWNLOAD_DELAY=0",
        "-s",
        "AUTOTHROTTLE_ENABLED=False",
    ]
    for name, value in arguments.items():
        command += ["-a", f"{name}={value}"]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | {"NEWSARCHIVE_STORE": str(store), "NEWSARCHIVE_TWEET_RESOLVERS": "markup"}, capture_output=True, text=True, timeout=CRAWL_SECONDS, check=False
    )  # fmt: skip


def lines(store: Path, kind: str) -> dict[str, dict[str, Any]]:
    """The last revision of every line of a kind (``articles``, ``threads``), by post id."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(store.glob(f"*/{kind}/date=*/*.jsonl")):
        for text in file.read_text("utf-8").splitlines():
            line = json.loads(text)
            number = line["id"].rsplit("/", 1)[1]
            if number not in found or found[number]["revision"] < line["revision"]:
                found[number] = line
    return found


def plainly(text: str | None) -> str:
    """`text` without what WordPress' typography changes: kinds of quotes and dashes, white space."""
    folded = unicodedata.normalize("NFC", text or "").translate(_SIGNS)
    return re.sub(r"\s+", " ", re.sub(r"-{2,3}", "-", folded)).strip()


def article_faults(line: dict[str, Any], truth: dict[str, Any]) -> list[str]:
    """In which fields an archived article is not what the database holds."""
    faults = []

    def same(field: str, got: object, wanted: object) -> None:
        if got != wanted:
            faults.append(f"{truth['slug']}: {field} is {got!r}, not {wanted!r}")

    if truth["title"]:
        same("title", plainly(line["title"]), plainly(truth["title"]))
    # A theme of blocks changes the signs of a name, too, and the page alone cannot tell.
    same("authors", [plainly(name) for name in line["authors"]], [plainly(truth["author"])])
    if line["published_at_precision"] == "second":
        same("published_at", line["published_at"], truth["published_at"])
    else:
        same("published_at's day", (line["published_at"] or "")[:10], truth["published_at"][:10])
    if line["modified_at"] is not None:
        same("modified_at", line["modified_at"], truth["modified_at"])
    same("categories", sorted(line["categories"]), sorted(truth["categories"]))
    same("tags", sorted(line["tags"]), sorted(truth["tags"]))
    same("tweets", [tweet["id"] for tweet in line["tweets"]], [tweet["id"] for tweet in truth["tweets"]])
    same("videos", [video["provider"] for video in line["videos"]], truth["videos"])
    if line["comment_count"] is not None:
        same("comment_count", line["comment_count"], truth["comment_count"])
    if line["canonical_url"] is not None:
        same("canonical_url", line["canonical_url"], truth["url"])
    if truth["featured"]:
        same("the first image", line["images"][0]["url"] if line["images"] else None, truth["featured"])
    text = plainly(line["text"])
    place = 0
    for passage in truth["passages"]:
        found = text.find(plainly(passage), place)
        if found < 0:
            faults.append(f"{truth['slug']}: the text lacks, or has in another place, {passage!r}")
        else:
            place = found + len(plainly(passage))
    faults += [
        f"{truth['slug']}: furniture in the text: {words!r}" for words in truth["absent"] if plainly(words) in text
    ]
    return faults


def _ancestors(one: dict[str, Any], found: dict[str, dict[str, Any]]) -> list[dict[str, Any] | None]:
    """The comments above this one, nearest first; None at the end where one is gone."""
    above: list[dict[str, Any] | None] = []
    at: dict[str, Any] | None = one
    while at is not None and at["parent"]:
        at = found.get(str(at["parent"]))
        above.append(at)
    return above


def knowable(truth: dict[str, Any], by: Way) -> dict[str, dict[str, Any]]:
    """The approved comments that a way of reading can find: REST has no pingbacks, and pages show no orphans."""
    found = {str(one["id"]): one for one in truth["comments"] if one["approved"] == "1"}
    if by == "rest":
        return {number: one for number, one in found.items() if one["type"] == "comment"}
    if by == "page":
        return {number: one for number, one in found.items() if None not in _ancestors(one, found)}
    return found


def thread_faults(line: dict[str, Any], truth: dict[str, Any], by: Way = "all") -> list[str]:
    """In which comments an archived thread is not what the database holds, as far as that way of reading can know."""
    wanted = knowable(truth, by)
    got = {one["id"]: one for one in line["comments"]}
    faults = [
        f"{truth['slug']}: no comment {number} ({wanted[number]['type']})" for number in wanted.keys() - got.keys()
    ]
    faults += [f"{truth['slug']}: a comment too many, {number}" for number in got.keys() - wanted.keys()]
    if len(got) != len(line["comments"]):
        faults.append(f"{truth['slug']}: comments twice")
    for number in wanted.keys() & got.keys():
        one, said = got[number], wanted[number]
        pairs: list[tuple[str, object, object]] = [
            # One who gave no name is Anonymous on the page, and nobody in REST.
            ("author", plainly(one["author"]) or "Anonymous", plainly(said["author"]) or "Anonymous"),
            ("author_url", (one["author_url"] or "").rstrip("/"), said["author_url"].rstrip("/")),
            ("kind", one["kind"], said["type"]),
        ]
        # WordPress' lists go five deep; a reply further down is shown beside the one it answers.
        if by != "page" or len(_ancestors(said, wanted)) < THREAD_DEPTH:
            pairs.append(("parent", one["parent_id"], str(said["parent"]) if said["parent"] else None))
        if one["posted_at_precision"] == "second":
            pairs.append(("posted_at", one["posted_at"], said["posted_at"]))
        elif said["type"] == "comment":  # lists show no time of a pingback
            apart = datetime.fromisoformat((one["posted_at"] or "1970-01-01")[:10]) - datetime.fromisoformat(
                said["posted_at"][:10]
            )
            pairs.append(("posted_at's day", abs(apart.days) <= 1, True))
        if said["type"] == "comment":
            pairs.append(("text", plainly(one["text"]), plainly(comment_text(said["content"]))))
        faults += [
            f"{truth['slug']}: comment {number}: {name} is {have!r}, not {want!r}"
            for name, have, want in pairs
            if have != want
        ]
    return faults
