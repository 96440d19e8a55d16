"""The sample site with a script in its pages, and a crawl of it by a real Chromium in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browser.chromium import find_chromium
from tests.sites.exchange import Request, Response
from tests.sites.server import SampleSite

HERE = Path(__file__).parent
PLUGIN = (HERE / "plugin.js").read_bytes()


@pytest.fixture
def chromium() -> str:
    found = find_chromium(os.environ.get("NEWSARCHIVE_CHROMIUM", ""))
    if found is None:
        pytest.skip("no Chromium on this machine; CI installs one")
    return found


class ScriptedSite(SampleSite):
    """A sample site whose pages run `plugin.js`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        plain = self.answers.answer
        self.extra = b""
        """More markup at each page's end."""

        def answer(request: Request) -> Response:
            if request.path == "/plugin.js":
                return Response(200, PLUGIN, "text/javascript")
            given = plain(request)
            if b"</body>" in given.body:
                script = b'<script src="/plugin.js"></script>' + self.extra + b"</body>"
                given.body = given.body.replace(b"</body>", script)
            return given

        self.answers.answer = answer  # type: ignore[method-assign]


@pytest.fixture
def scripted() -> Iterator[Callable[..., ScriptedSite]]:
    sites: list[ScriptedSite] = []

    def start(**options: Any) -> ScriptedSite:
        sites.append(ScriptedSite(**options))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture
def browse() -> Callable[..., dict[str, Any]]:
    """Runs tests/browser/browse.py with a job and gives what it printed."""

    def run(urls: list[str], **job: Any) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.browse"],
            input=json.dumps({"urls": urls, **job}),
            capture_output=True,
            text=True,
            cwd=HERE.parents[1],
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run
