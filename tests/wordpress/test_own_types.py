"""Types of posts of a site's own, on a real WordPress: which are archived, which are left out, and that they are named."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.wordpress.archived import article_faults, crawl, lines, thread_faults
from tests.wordpress.test_crawl import WordPress, assert_nothing_private, serve

pytestmark = pytest.mark.wordpress

SHOWN = {"analysis", "briefing", "dossier", "leaflet", "lean", "product", "recipe", "video"}
"""Types of the site's own that a visitor sees and that have entries."""
BY_REST = "analyses,dossiers,lean,product,video"
"""Those that REST lists for everybody, as its addresses name them."""


@pytest.fixture(scope="module")
def still() -> Iterator[WordPress]:
    """A site with types of its own that no test changes."""
    yield from serve("--own-types", "--made-up", "12")


@pytest.fixture
def paper() -> Iterator[WordPress]:
    """One that its test may change."""
    yield from serve("--own-types", "--made-up", "12")


def public(site: WordPress, *types: str) -> dict[str, dict[str, Any]]:
    """What a visitor may read of these types, by id."""
    return {number: one for number, one in site.public.items() if one["type"] in types}


def faults(store: Path, truth: dict[str, dict[str, Any]], *fields: str) -> list[str]:
    """In what the archive differs from what is true; not in what a type, or the page of any in these `fields`, shows to nobody."""
    articles, threads = lines(store, "articles"), lines(store, "threads")
    found = [f"too many: {number}" for number in articles.keys() - truth.keys()]
    for number, one in truth.items():
        if number not in articles:
            found.append(f"{one['slug']} is missing")
            continue
        hidden = {"product": ["authors"], "lean": ["modified_at"]}.get(one["type"], [])
        hidden += fields if one["type"] != "post" else ()
        found += [
            fault
            for fault in article_faults(articles[number], one)
            if not fault.startswith(tuple(f"{one['slug']}: {field} " for field in hidden))
        ]
        found += thread_faults(threads[number], one)
        if not threads[number]["complete"]:
            found.append(f"{one['slug']}: the thread is not complete: {threads[number]['missing']}")
    return found


def report(store: Path) -> dict[str, Any]:
    """The last run's."""
    return json.loads(max(store.glob("*/reports/*.json")).read_text("utf-8"))


def test_types_that_a_run_leaves_out_are_all_named_whether_rest_lists_them_or_not(
    still: WordPress, tmp_path: Path
) -> None:
    done = crawl("wordpress", still.url, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    assert faults(tmp_path, public(still, "post")) == []
    every = "analyses,briefings,dossiers,lean,product,video"
    said = [
        f"  besides   {every.replace(',', ', ')}: not archived without -a post_types=posts,{every}",
        "  besides   leaflet, recipe: not archived without -a discover=sitemap",
    ]
    assert [line for line in done.stderr.splitlines() if "besides" in line] == said
    assert {one["name"] for one in report(tmp_path)["post_types"]["left_out"]} == SHOWN

    again = crawl("wordpress", still.url, tmp_path)
    assert again.returncode == 0, again.stderr[-4000:]
    assert [line for line in again.stderr.splitlines() if "besides" in line] == said
    assert {one["name"] for one in report(tmp_path)["post_types"]["left_out"]} == SHOWN

    sitemap = crawl("wordpress", still.url, tmp_path, discover="sitemap")
    assert sitemap.returncode == 0, sitemap.stderr[-4000:]
    # The theme shows author, day and terms of posts alone.
    unseen = ("authors", "published_at's day", "categories", "tags")
    assert faults(tmp_path, public(still, "post", *SHOWN), *unseen) == []
    assert report(tmp_path)["post_types"]["left_out"] == []
    assert_nothing_private(tmp_path)


def test_types_that_are_asked_for_are_archived_and_kept_current(paper: WordPress, tmp_path: Path) -> None:
    asked = {"post_types": f"posts,{BY_REST}"}
    truth = public(paper, "post", "analysis", "dossier", "lean", "product", "video")
    first = crawl("wordpress", paper.url, tmp_path, **asked)
    assert first.returncode == 0, first.stderr[-4000:]
    assert faults(tmp_path, truth) == []
    assert_nothing_private(tmp_path)
    assert {one["name"] for one in report(tmp_path)["post_types"]["left_out"]} == {"briefing", "leaflet", "recipe"}

    before = {path: path.read_bytes() for path in tmp_path.rglob("*.jsonl")}
    second = crawl("wordpress", paper.url, tmp_path, **asked)
    assert second.returncode == 0, second.stderr[-4000:]
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.jsonl")} == before

    paper.change("edit", 7022)
    paper.change("trash", 7012)
    paper.change("publish", 7004)
    third = crawl("wordpress", paper.url, tmp_path, **asked)
    assert third.returncode == 0, third.stderr[-4000:]
    articles = lines(tmp_path, "articles")
    assert {number for number, line in articles.items() if line["revision"] > 1} == {"7012", "7022"}
    assert articles["7022"]["text"].endswith("A late word of the author.")
    assert articles["7012"]["gone"] is not None
    assert articles.keys() - truth.keys() == {"7004"}

    # A run that leaves the types out asks for none of their pages, and sees all the same what is taken down.
    paper.change("trash", 7031)
    alone = crawl("wordpress", paper.url, tmp_path, full="1")
    assert alone.returncode == 0, alone.stderr[-4000:]
    gone = {number for number, line in lines(tmp_path, "articles").items() if line["gone"]}
    assert gone == {"7012", "7031"}
    assert "  absent    1 taken down" in alone.stderr


def test_what_rest_lists_no_articles_of_cannot_be_asked_for(still: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", still.url, tmp_path, post_types="posts,media,blocks,menu-items,recipe,leaflet")
    assert done.returncode == 2
    names = "media, blocks, menu-items, recipe, leaflet"
    there = "analyses, briefings, dossiers, lean, note, pages, podcast, posts, product, video"
    assert f"-a post_types=: REST lists no articles as {names}; there are {there}" in done.stderr
