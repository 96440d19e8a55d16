"""`scrapy explain`: the rule behind each field, what it beat, and what was cut, of a file and of an address."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sites import SampleSite

ROOT = Path(__file__).parents[2]
PAGE = """<html lang="en"><head><title>Harbour opens | The Herald</title>
<meta property="og:title" content="Harbour opens">
<meta property="article:published_time" content="2024-02-07T08:00:00+00:00"></head>
<body class="single postid-71"><h1 class="entry-title">Harbour opens</h1>
<a rel="author" href="/author/jane/">Jane Doe</a>
<div class="entry-content">
<p>The harbour was opened again on Tuesday after a week of storms, the port authority said in a statement.</p>
<div class="sharedaddy">Share this with your friends</div>
</div></body></html>"""


def explain(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", "explain", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_file_is_explained_field_by_field(tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_text(PAGE, "utf-8")
    said = explain(str(saved), "--url", "https://news.example/harbour/")
    assert said.returncode == 0
    lines = said.stdout.splitlines()
    assert lines[0] == "id             news.example/71"
    title = lines.index("title          Harbour opens")
    assert lines[title + 1].startswith("    by h1 class entry-title (")
    assert lines[title + 2].startswith("    before og:title (0.70): Harbour opens")
    author = lines.index("authors        Jane Doe")
    assert lines[author + 1].startswith("    by rel author (")
    assert "published_at   2024-02-07T08:00:00Z (second)" in lines
    assert "    by meta article:published_time (0.92)" in lines
    assert any(line.startswith("body           div.entry-content by class entry-content (") for line in lines)
    assert "subtitle       not said" in lines
    cut = lines.index("cut            1 piece of furniture")
    assert lines[cut + 1] == "    sharedaddy: Share this with your friends"


def test_an_address_is_fetched_and_read_with_its_spiders_quirks() -> None:
    with SampleSite(theme="southfront") as site:
        post = next(post for post in site.truth() if "closed-with-comments" in post["special"])
        said = explain(post["url"], "--spider", "southfront")
    assert said.returncode == 0, said.stderr
    assert "title          Discussion Closed: The Ferry Tariff" in said.stdout.splitlines()


def test_a_protected_page_is_refused_with_exit_code_1(tmp_path: Path) -> None:
    saved = tmp_path / "page.html"
    saved.write_text("<body class='postid-5'><form class='post-password-form'></form></body>", "utf-8")
    said = explain(str(saved))
    assert (said.returncode, said.stdout.partition(":")[0]) == (1, "a password-protected post")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "name one page: its address, or a saved file"),
        (("no-such-file.html",), "neither an address nor a file: no-such-file.html"),
        ((__file__, "--spider", "nobody"), "no spider is called 'nobody'"),
    ],
)
def test_what_cannot_be_explained_is_said_with_exit_code_2(arguments: tuple[str, ...], complaint: str) -> None:
    said = explain(*arguments)
    assert said.returncode == 2
    assert complaint in said.stdout + said.stderr
