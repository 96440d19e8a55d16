"""Good pages from outside the project: how many of them would be held back. None may."""

import gzip
import json
import os
import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.fetch import Answer
from newsarchive.guard import Expect, judge

SHARED = Path(os.environ.get("NEWSARCHIVE_SHARED", Path(__file__).parents[3] / "shared"))


def test_no_saved_page_of_200_sites_is_held_back() -> None:
    notes = SHARED / "pages" / "annotations.json"
    if not notes.exists():
        pytest.skip("the collection of saved pages is not beside the project")
    held = []
    for url, note in json.loads(notes.read_text("utf-8")).items():
        body = gzip.decompress((SHARED / "pages" / "html" / note["file"]).read_bytes())
        address = "" if url.startswith("hard::") else url  # those have only a label
        answer = Answer(url=address, asked=address, status=200, body=body, headers={"content-type": "text/html"})
        held += [
            (url, kind, found.rule)
            for kind in ("article", "page", "any")
            if (found := judge(answer, Expect(kind=kind)))
        ]
    assert held == []


def exchanges(folder: Path) -> Iterator[tuple[str, str, Answer]]:
    """(name, what was asked for, the answer) of every captured exchange."""
    for path in sorted(folder.rglob("*.http")):
        asking, _, answering = path.read_text("utf-8", "replace").partition("---- response\n")
        method, target, _ = asking.split(" ", 2)
        bodies = list(path.parent.glob(path.name.removesuffix(".http") + ".body.*"))
        lines = answering.strip().splitlines()
        if method == "HEAD" or not lines:
            continue
        host = re.search(r"^Host: (\S+)", asking, re.M)
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            key = name.strip().lower()
            headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
        url = f"http://{host.group(1) if host else ''}{target}"
        body = bodies[0].read_bytes() if bodies else b""
        if "admin-ajax" in url or "wpdiscuz-ajax" in url:
            kind = "ajax"
        elif "/wp-json" in url or "rest_route" in url:
            kind = "rest"
        elif "/feed" in url:
            kind = "feed"
        elif "sitemap" in url:
            kind = "sitemap"
        elif "html" in headers.get("content-type", ""):
            kind = "article" if b"postid-" in body else "page"
        else:
            kind = "any"
        answer = Answer(url=url, asked=url, status=int(lines[0].split()[1]), headers=headers, body=body)
        yield f"{path.parent.name}/{path.name}", kind, answer


def test_of_the_captured_exchanges_only_the_failures_are_held_back(tmp_path: Path) -> None:
    archive = SHARED / "site" / "captures.tar.xz"
    if not archive.exists():
        pytest.skip("the captured exchanges are not beside the project")
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path, filter="data")
    held: dict[str, set[str]] = {}
    passed = 0
    for name, kind, answer in exchanges(tmp_path):
        incident = judge(answer, Expect(kind=kind, url=answer.url, home=answer.url.split("/", 3)[0]))
        if incident is None:
            passed += 1
        elif answer.status not in (301, 302):  # those redirects are captured unfollowed
            held.setdefault(incident.rule, set()).add(name.partition("/")[2].removesuffix(".http"))
    assert passed > 600
    assert held.pop("password-protected") == {"22-post-password"}
    assert held.pop("maintenance") == {
        "01-503-maintenance-article",
        "02-503-maintenance-rest",
        "03-503-maintenance-ajax",
    }
    assert held.pop("database-error") == {
        "04-500-database-down-article",
        "05-500-database-down-rest",
        "06-500-database-down-ajax",
    }
    assert held.pop("cut-short") == {"07-500-php-fatal-late-in-page"}
    assert held.pop("critical-error") == {"08-500-php-fatal-rest", "09-500-php-fatal-ajax", "10-500-php-fatal-early"}
    assert held.pop("rate-limited") == {"17-rate-limit-6", "18-rate-limit-7", "19-rate-limit-8", "20-429-rest"}
    assert held.pop("firewall-block") == {"21-403-dotfile"}
    assert held.pop("client-error") == {"24-xmlrpc-get"}
    assert held == {}
