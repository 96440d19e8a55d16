"""Both spiders against a real WordPress, every field and comment compared with its database."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.wordpress.archived import Way, article_faults, crawl, lines, thread_faults

pytestmark = pytest.mark.wordpress
HERE = Path(__file__).resolve().parent
SECRETS = ("members alone", "private note", "must not be seen", "sesame", "@mail.invalid", "192.0.2.7")


@dataclass
class WordPress:
    """A running one."""

    url: str
    truth: list[dict[str, Any]]
    root: Path
    """Where its files are."""

    @property
    def public(self) -> dict[str, dict[str, Any]]:
        """The posts that a visitor may read, by id."""
        return {str(one["id"]): one for one in self.truth if one["status"] == "publish" and not one["password"]}

    def change(self, what: str, number: int) -> None:
        """Has a post edited, thrown away or published, as an editor would (`change.php`)."""
        host = self.url.split("/")[2]
        subprocess.run(["php", str(HERE / "change.php"), str(self.root), host, what, str(number)], check=True)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read()


def serve(*options: str) -> Iterator[WordPress]:
    """Starts one, and stops it at the end."""
    can_install = shutil.which("apt-get") and os.geteuid() == 0
    if not can_install and not (shutil.which("php") and shutil.which("mariadbd")):
        pytest.skip("PHP and MariaDB are not installed, and only root on Debian can install them")
    child = subprocess.Popen(
        [sys.executable, str(HERE / "serve"), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    try:
        line = child.stdout.readline()
        assert line, f"tests/wordpress/serve ended with {child.wait()}"
        said = json.loads(line)
        truth = Path(said["truth"])
        yield WordPress(said["url"], json.loads(truth.read_text("utf-8")), truth.parent / "root")
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait(60)


@pytest.fixture(scope="module")
def classic() -> Iterator[WordPress]:
    """A classic theme, /slug/, threads in one piece."""
    yield from serve()


@pytest.fixture(scope="module")
def blocks() -> Iterator[WordPress]:
    """A theme of blocks, dated addresses, threads in pages of twenty."""
    yield from serve(
        "--theme",
        "twentytwentythree",
        "--permalinks",
        "/%year%/%monthnum%/%day%/%postname%/",
        "--page-comments",
        "--made-up",
        "60",
    )


@pytest.fixture(scope="module")
def plain() -> Iterator[WordPress]:
    """Plain addresses: /?p=ID, and REST at ?rest_route= alone."""
    yield from serve("--theme", "twentytwentytwo", "--permalinks", "", "--made-up", "20")


@pytest.fixture(scope="module")
def awkward() -> Iterator[WordPress]:
    """Odd posts below a directory, at addresses that end in numbers without a slash; deep threads in pages of three, newest first."""
    yield from serve(
        "--odd",
        "--made-up",
        "8",
        "--under",
        "/news",
        "--permalinks",
        "/%author%/%post_id%",
        "--page-comments",
        *(f"--set={one}" for one in ("comments_per_page=3", "comment_order=desc", "thread_comments_depth=10")),
        "--set=timezone_string=Asia/Kathmandu",
    )


@pytest.fixture(scope="module")
def closed() -> Iterator[WordPress]:
    """Odd posts at plain addresses, REST for members alone, no sitemaps, a feed of three excerpts a page, days before months."""
    yield from serve(
        "--odd",
        "--made-up",
        "8",
        "--permalinks",
        "",
        "--plugin=rest-for-members",
        "--plugin=no-sitemaps",
        *(f"--set={one}" for one in ("posts_per_rss=3", "rss_use_excerpt=1", "date_format=d/m/Y", "time_format=H:i")),
    )


def compare(store: Path, site: WordPress, *, by: Way = "all") -> None:
    """Fails with the first differences between an archive and a database.

    What one way of reading cannot know is not missed (`archived.knowable`), but no thread may then call itself complete.
    """
    articles, threads = lines(store, "articles"), lines(store, "threads")
    assert sorted(articles) == sorted(site.public)
    faults = [fault for number, truth in site.public.items() for fault in article_faults(articles[number], truth)]
    for number, truth in site.public.items():
        if number not in threads:
            faults += [f"{truth['slug']}: no thread"] if truth["comment_count"] else []
            continue
        faults += thread_faults(threads[number], truth, by)
        complete, lacking = threads[number]["complete"], len(threads[number]["comments"]) < truth["comment_count"]
        if complete and lacking:
            faults.append(f"{truth['slug']}: calls itself complete and is not")
        if not complete and by == "all":
            faults.append(f"{truth['slug']}: is not complete: {threads[number]['missing']}")
    assert not faults, f"{len(faults)} differences:\n" + "\n".join(faults[:40])


def assert_nothing_private(store: Path) -> None:
    """No file of the archive holds what a visitor may not see."""
    for file in store.rglob("*.jsonl"):
        text = file.read_text("utf-8")
        assert not [words for words in SECRETS if words in text], file


def test_what_is_served_is_what_the_database_holds(classic: WordPress) -> None:
    assert len(classic.truth) > 280
    assert {one["status"] for one in classic.truth} == {"publish", "private", "draft", "pending", "future"}
    assert sum(one["comment_count"] for one in classic.truth) > 1000
    found: set[str] = set()
    for page in (1, 2, 3):
        found |= {
            str(one["id"])
            for one in json.loads(classic.get(f"wp-json/wp/v2/posts?per_page=100&page={page}&_fields=id")[1])
        }
    locked = {str(one["id"]) for one in classic.truth if one["password"]}
    assert found == set(classic.public) | locked
    assert classic.get("wp-json/wp/v2/posts/4020")[0] == 401
    for truth in list(classic.public.values())[:40]:
        assert classic.get(truth["url"].removeprefix(classic.url))[0] == 200


def test_the_real_site_and_the_sample_site_agree_on_every_post(classic: WordPress) -> None:
    from tests.sites import SampleSite

    fields = "id,slug,date,date_gmt,modified,modified_gmt,status,comment_status,ping_status,sticky"
    with SampleSite(comments="native") as sample:
        for post in sample.store.listed():
            path = f"wp-json/wp/v2/posts/{post.id}?_fields={fields}"
            with urllib.request.urlopen(f"{sample.url}/{path}") as answer:
                ours = json.load(answer)
            theirs = json.loads(classic.get(path)[1])
            # The one is in Athens, the other in Berlin.
            assert {**theirs, "date": "", "modified": ""} == {**ours, "date": "", "modified": ""}


@pytest.mark.parametrize("spider", ["wordpress", "southfront"])
def test_a_crawl_archives_every_field_and_comment(classic: WordPress, spider: str, tmp_path: Path) -> None:
    done = crawl(spider, classic.url, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, classic)
    assert_nothing_private(tmp_path)


def test_a_crawl_by_pages_alone_archives_the_same(classic: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", classic.url, tmp_path, via="page", comments="page", discover="sitemap")
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, classic, by="page")
    assert_nothing_private(tmp_path)


def test_a_second_crawl_finds_nothing_new_with_a_handful_of_requests(classic: WordPress, tmp_path: Path) -> None:
    crawl("wordpress", classic.url, tmp_path)
    before = sorted(tmp_path.rglob("*.jsonl"))
    again = crawl("wordpress", classic.url, tmp_path)
    assert again.returncode == 0, again.stderr[-4000:]
    assert sorted(tmp_path.rglob("*.jsonl")) == before
    requests = re.search(r"^\s+requests\s+(\d+)", again.stderr, re.M)
    assert requests is not None
    assert int(requests[1]) <= 15


def test_a_theme_of_blocks_with_dated_addresses_and_paged_comments(blocks: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", blocks.url, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, blocks)
    assert_nothing_private(tmp_path)


def test_a_theme_of_blocks_read_by_its_pages(blocks: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", blocks.url, tmp_path, via="page")
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, blocks)
    assert_nothing_private(tmp_path)


def test_rest_alone_claims_no_more_than_it_can_know(blocks: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", blocks.url, tmp_path, via="rest", comments="rest")
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, blocks, by="rest")
    assert_nothing_private(tmp_path)


def test_a_site_with_plain_addresses(plain: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", plain.url, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, plain)
    assert_nothing_private(tmp_path)


def test_odd_posts_and_threads_in_pages_of_three(awkward: WordPress, tmp_path: Path) -> None:
    done = crawl("wordpress", awkward.url, tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, awkward)
    assert_nothing_private(tmp_path)


def test_odd_posts_and_threads_by_pages_alone(awkward: WordPress, tmp_path: Path) -> None:
    done = crawl("southfront", awkward.url, tmp_path, via="page", comments="page", discover="sitemap")
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, awkward, by="page")


@pytest.mark.parametrize("discover", ["auto", "archives"])
def test_a_site_that_shows_nothing_but_its_pages(closed: WordPress, discover: str, tmp_path: Path) -> None:
    done = crawl("wordpress", closed.url, tmp_path, discover=discover)
    assert done.returncode == 0, done.stderr[-4000:]
    compare(tmp_path, closed, by="page")
    assert_nothing_private(tmp_path)
