"""A server that answers each path from a list, in turn, and a crawl of it in a process of its own."""

import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass
class Reply:
    """One scripted answer."""

    status: int = 200
    body: bytes = b"<html><head></head><body><p>The harbour opened again on Tuesday.</p></body></html>"
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    """Hang up without an answer."""


class Script:
    """Answers by path: each path's replies in turn, its last one for ever."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.asked: dict[str, list[float]] = defaultdict(list)
        self.url = ""

    def __setitem__(self, path: str, replies: list[Reply]) -> None:
        self.replies[path] = replies

    def next(self, path: str) -> Reply:
        self.asked[path].append(time.monotonic())
        replies = self.replies.get(path, [Reply(404)])
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def times(self, path: str) -> int:
        """How often `path` was asked for."""
        return len(self.asked[path])


@pytest.fixture
def script() -> Iterator[Script]:
    answers = Script()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = answers.next(self.path)
            if reply.reset:
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(reply.status)
            # One connection a request: of one that is kept, Twisted itself sends a GET again that is cut off.
            self.close_connection = True
            headers = {"Connection": "close", "Content-Type": "text/html; charset=utf-8", **reply.headers}
            for name, value in {"Content-Length": str(len(reply.body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        do_POST = do_GET

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    answers.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield answers
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def crawl() -> Callable[..., dict[str, Any]]:
    """Runs tests/middlewares/crawl.py with a job and gives what it printed."""

    def run(urls: list[str], how: str = "inline", **job: Any) -> dict[str, Any]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.middlewares.crawl"],
            input=json.dumps({"urls": urls, "how": how, **job}),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return run
