"""The sample site on a port of its own."""

import dataclasses
import gzip
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from . import truth
from .articles import fill
from .exchange import Request, Response
from .faults import FaultRule
from .generated import fill_generated
from .hostile import fill_hostile
from .options import Options
from .site import Answers
from .store import Comment, Post, Store

_REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
            404: "Not Found", 405: "Method Not Allowed", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


class SampleSite:
    """A running sample site; options as `Options` names them. Two sites may share one `store`: one paper at two addresses.

    >>> with SampleSite(theme="classic") as site:
    ...     site.url.startswith("http://127.0.0.1:")
    True
    """

    def __init__(self, *, port: int = 0, host: str = "127.0.0.1", store: Store | None = None, **options: Any) -> None:
        self.options = Options(**options)
        self.store = self._filled() if store is None else store
        self._server = _Server((host, port), _Handler)
        self.root = f"http://{host}:{self._server.server_address[1]}"
        self.answers = Answers(self.root, self.store, self.options)
        self._server.site = self
        self.answers.control = {
            "edit": self.edit, "silent_edit": self.silent_edit, "add_comment": self.add_comment, "edit_comment": self.edit_comment,
            "remove_comment": self.remove_comment, "vote": self.vote, "unpublish": self.unpublish, "republish": self.republish,
            "change_slug": self.change_slug, "noise": self.noise, "options": self.set, "truth": self.truth, "requests": lambda: list(self.requests),
        }  # fmt: skip
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def _filled(self) -> Store:
        store = Store(self.options.clock)
        if self.options.articles:
            fill(store)
        if self.options.hostile:
            fill_hostile(store)
        if self.options.n_articles:
            fill_generated(store, self.options)
        return store

    @property
    def url(self) -> str:
        """Its address, without slash at the end."""
        return self.answers.at.home

    @property
    def user_agents(self) -> set[str]:
        """Every User-Agent that asked."""
        return self.answers.user_agents

    @property
    def requests(self) -> list[tuple[str, str]]:
        """Every request so far: method and path with query."""
        return self.answers.requests

    def close(self) -> None:
        """Stops serving."""
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def __enter__(self) -> "SampleSite":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def wait(self, seconds: float) -> None:
        """Waits, but no longer than the site lives."""
        self._closing.wait(seconds)

    # Changes while it runs

    def set(self, **options: Any) -> None:
        """Changes options."""
        known = {one.name for one in dataclasses.fields(Options)}
        for name, value in options.items():
            if name not in known:
                raise TypeError(f"no option {name}")
            if name == "faults":
                value = [
                    FaultRule(**{**one, "kinds": tuple(one["kinds"])}) if isinstance(one, dict) else one
                    for one in value
                ]
            setattr(self.options, name, value)
        self.answers.rebuild()
        self.store.version += 1

    def noise(self, on: bool = True) -> None:
        """Whether each answer differs in what means nothing."""
        self.set(noise=on)

    def edit(self, post: int, text: str = "", **fields: Any) -> None:
        """Changes a post and its modified time."""
        self.store.edit(post, text=text, **fields)

    def silent_edit(self, post: int, text: str = "", **fields: Any) -> None:
        """Changes a post and leaves its modified time alone."""
        self.store.edit(post, text=text, silent=True, **fields)

    def add_comment(self, post: int, text: str = "", **fields: Any) -> int:
        """A new comment; gives its id."""
        return self.store.add_comment(post, text, **fields).id

    def edit_comment(self, comment: int, text: str) -> None:
        """Rewrites a comment."""
        self.store.edit_comment(comment, text)

    def remove_comment(self, comment: int) -> None:
        """Trashes a comment."""
        self.store.remove_comment(comment)

    def vote(self, comment: int, by: int = 1) -> None:
        """Votes for a comment (below zero: against)."""
        self.store.vote(comment, by)

    def unpublish(self, post: int) -> None:
        """Takes a post down."""
        self.store.unpublish(post)

    def republish(self, post: int) -> None:
        """Brings it back."""
        self.store.republish(post)

    def change_slug(self, post: int, slug: str) -> None:
        """Moves a post."""
        self.store.change_slug(post, slug)

    # What is true of it

    def truth(self) -> list[dict[str, Any]]:
        """What is true of every public post, as `truth.of_post` says."""
        return truth.of_site(self.answers.at)

    def post(self, special: str) -> Post:
        """The post of that peculiarity."""
        return next(one for one in self.store.posts.values() if special in one.special)

    def comments(self, post: int) -> list[Comment]:
        """A post's approved comments."""
        return self.store.approved(post)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    site: SampleSite

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is none of the site's business; anything else is shown."""
        import sys

        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        names = {name.lower(): value for name, value in self.headers.items()}
        site = self.server.site
        answer = site.answers.answer(
            Request(self.command, self.path, names, self.rfile.read(length) if length else b"")
        )
        delay = site.options.latency_seconds + answer.delay_seconds
        if delay:
            site.wait(delay)
        if answer.wire in {"reset", "hang"}:
            if answer.wire == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
            return
        self._send(answer, names)

    def _send(self, answer: Response, asked: dict[str, str]) -> None:
        body, headers = answer.body, list(answer.headers)
        if answer.status != 304:
            headers.append(("Content-Type", answer.content_type))
            if (
                self.server.site.options.gzip
                and not answer.encoded
                and len(body) > 500
                and "gzip" in asked.get("accept-encoding", "")
                and answer.content_type.startswith(("text/", "application/"))
                and "gzip" not in answer.content_type
            ):
                body = gzip.compress(body, 1, mtime=0)
                headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
            headers.append(("Content-Length", str(len(body))))
        lines = [
            f"HTTP/1.1 {answer.status} {_REASONS.get(answer.status, 'Status')}",
            f"Date: {self.date_time_string(int(time.time()))}",
            "Server: sample",
        ]
        lines += [f"{name}: {value}" for name, value in headers]
        if answer.wire == "cut":
            body, self.close_connection = body[: len(body) // 2], True
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        self.wfile.write(head if self.command == "HEAD" or answer.status == 304 else head + body)
        self.wfile.flush()

    do_GET = do_POST = do_HEAD = do_OPTIONS = do_PUT = do_DELETE = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the site keeps its own list."""
