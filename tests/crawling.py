"""Whole crawls of the sample site in a process of their own, and what they archived beside what is true."""

import html
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import msgspec

from newsarchive.items import Article
from newsarchive.schema import shipped_schema
from tests.sites import SampleSite

ROOT = Path(__file__).resolve().parent.parent
UNHURRIED = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "NEWSARCHIVE_RETRY_WAIT": "0.05",
    "NEWSARCHIVE_HOST_REST": "0.1",
    "NEWSARCHIVE_RETRY_AFTER_MAX": "0.2",
    "NEWSARCHIVE_TWEET_RESOLVERS": "markup",
}
"""A site on this machine needs no politeness; everything else is as in real use."""
VALID = jsonschema.Draft202012Validator(shipped_schema())


@dataclass
class Archived:
    """What a crawl left behind."""

    exit_code: int
    log: str
    requests: list[str]
    articles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Lines by id, oldest revision first."""
    threads: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def article(self, number: str) -> dict[str, Any]:
        """The last revision of an article."""
        return self.articles[f"southfront/{number}"][-1]

    def thread(self, number: str) -> dict[str, Any]:
        """The last revision of a thread."""
        return self.threads[f"southfront/{number}"][-1]


def lines_of(store: Path, site: str, kind: str) -> dict[str, list[dict[str, Any]]]:
    """Every line of a kind, by id, each valid by the shipped schema."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted(store.glob(f"{site}/{kind}/date=*/*.jsonl")):
        for text in file.read_text("utf-8").splitlines():
            line = json.loads(text)
            VALID.validate(line)
            found.setdefault(line["id"], []).append(line)
    for lines in found.values():
        lines.sort(key=lambda line: line["revision"])
    return found


def crawl(site: SampleSite, store: Path, *more: str, spider: str = "southfront", **arguments: Any) -> Archived:
    """Runs a spider against `site`; `arguments` are its ``-a``, `more` goes to the command as it is."""
    before = len(site.requests)
    given = {"url": site.url} | {name: str(value) for name, value in arguments.items()}
    command = [sys.executable, "-m", "scrapy", "crawl", spider]
    for name, value in given.items():
        command += ["-a", f"{name}={value}"]
    for name, value in UNHURRIED.items():
        command += ["-s", f"{name}={value}"]
    env = os.environ | {"NEWSARCHIVE_STORE": str(store)}
    done = subprocess.run(
        [*command, *more], cwd=ROOT, env=env, capture_output=True, text=True, timeout=300, check=False
    )
    made = Archived(done.returncode, done.stderr, [f"{method} {target}" for method, target in site.requests[before:]])
    made.articles, made.threads = (lines_of(store, spider, kind) for kind in ("articles", "threads"))
    return made


def differences(made: Archived, truth: list[dict[str, Any]], *, fields: tuple[str, ...] = ()) -> list[str]:
    """Where the articles differ from the truth in what every way of reading knows (and in `fields` beside); empty where nowhere."""
    wrong = []
    if (ids := {f"southfront/{post['id']}" for post in truth}) != set(made.articles):
        wrong.append(
            f"articles lacking {sorted(ids - set(made.articles))}, too many {sorted(set(made.articles) - ids)}"
        )
    for post in truth:
        if f"southfront/{post['id']}" in made.articles:
            line = made.article(post["id"])
            wrong += [f"{post['id']} {post['special']} {said}" for said in _article_differs(line, post, fields)]
    return wrong


def _plain(text: str | None) -> str:
    """As a reader sees it: entities that were escaped twice are read, soft hyphens and the kind of space are not seen."""
    return " ".join(html.unescape(text or "").replace("\xad", "").split())


def reading_differences(article: Article, post: dict[str, Any], fields: tuple[str, ...] = ()) -> list[str]:
    """Where an article that was just read differs from the truth."""
    return _article_differs(json.loads(msgspec.json.encode(article)), post, fields)


def _article_differs(line: dict[str, Any], post: dict[str, Any], fields: tuple[str, ...]) -> list[str]:
    wrong = []
    for name in ("title", "published_at", *fields):
        if name == "title" and post[name] is None and line[name] == "Untitled":
            continue  # what some themes write in its place, and so what a reader sees
        if line[name] != post[name] and not (name == "published_at" and line["published_at_precision"] != "second"):
            wrong.append(f"{name}: {line[name]!r} is not {post[name]!r}")
    text, place = _plain(line["text"]), 0
    for passage in post["passages"]:
        at = text.find(_plain(passage), place)
        if at < 0:
            wrong.append(f"text lacks {passage[:80]!r} (in its place)")
        else:
            place = at
    wrong += [f"text has {noise[:80]!r}" for noise in post["absent"] if _plain(noise) in text]
    mine, true = ([(tweet["id"], tweet["handle"], tweet["kind"]) for tweet in some["tweets"]] for some in (line, post))
    if mine != true:
        wrong.append(
            f"tweets: {[one for one in mine if one not in true]} too many, {[one for one in true if one not in mine]} lacking"
        )
    return wrong


_COMMENT_FIELDS = ("parent_id", "author", "author_url", "text", "kind", "images", "links")


def thread_differences(
    made: Archived, truth: list[dict[str, Any]], *, fields: tuple[str, ...] = (), orphans: bool = True
) -> list[str]:
    """Where the threads differ from the truth; `orphans` whether comments that no page shows were to be had."""
    wrong = []
    for post in truth:
        if f"southfront/{post['id']}" not in made.threads:
            wrong.append(f"{post['id']} has no thread")
            continue
        line = made.thread(post["id"])
        wanted = {one["id"]: one for one in post["comments"] if one["shown"] or orphans}
        got = {one["id"]: one for one in line["comments"]}
        if len(got) != len(line["comments"]):
            wrong.append(f"{post['id']} repeats comments")
        if got.keys() != wanted.keys():
            wrong.append(
                f"{post['id']} {post['special']} lacks {sorted(wanted.keys() - got.keys())}, has too many {sorted(got.keys() - wanted.keys())}"
            )
        unproven = (line["missing"] or {}).get("reason") == "the page has no place for comments"
        if line["complete"] != (len(got) == post["comment_count"]) and not unproven:
            wrong.append(
                f"{post['id']} complete is {line['complete']}: {len(got)} of {post['comment_count']}, {line['missing']}"
            )
        for number in got.keys() & wanted.keys():
            for name in (*_COMMENT_FIELDS, *fields):
                mine, true = got[number][name], wanted[number][name]
                if mine != true:
                    wrong.append(f"{post['id']} {post['special']} comment {number} {name}: {mine!r} is not {true!r}")
    return wrong
