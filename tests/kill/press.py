"""A very small site for the kill test: list pages, article pages with their comments, and an edition of each day."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PER_LIST = 10


class Press:
    """Serves `articles` articles of about 2 KB times `bulk`; in edition 2 every third is edited and every fifth has a
    comment more."""

    def __init__(self, articles: int = 60, bulk: int = 1) -> None:
        self.articles = articles
        self.bulk = bulk
        self.edition = 1
        self.served = 0
        press = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                body = json.dumps(press.answer(parts.path, parse_qs(parts.query))).encode()
                press.served += 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A reader that was killed is no error."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> "Press":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path: str, query: dict[str, list[str]]) -> Any:
        """A list page (``/list?page=N``) or an article (``/article/N``)."""
        if path == "/list":
            page = int(query["page"][0])
            numbers = range((page - 1) * PER_LIST + 1, min(page * PER_LIST, self.articles) + 1)
            last = -(-self.articles // PER_LIST)
            return {"articles": [self._brief(number) for number in numbers], "next": page + 1 if page < last else None}
        return self.article(int(path.rpartition("/")[2]))

    def _edition(self, number: int) -> int:
        return self.edition if number % 3 == 0 else 1

    def _comments(self, number: int) -> int:
        return 2 + number % 4 + (self.edition - 1 if number % 5 == 0 else 0)

    def _brief(self, number: int) -> dict[str, Any]:
        return {
            "id": number,
            "modified": f"2026-05-0{self._edition(number)}T08:00:00Z",
            "comments": self._comments(number),
        }

    def article(self, number: int) -> dict[str, Any]:
        """What the page of an article says."""
        return {
            **self._brief(number),
            "title": f"Report {number}",
            "text": f"Edition {self._edition(number)} of report {number}. "
            + f"Sentence about matter {number}. " * (20 + number % 90) * self.bulk,
            "thread": [
                {"id": f"{number}{i:02d}", "text": f"Reply {i} to report {number}"}
                for i in range(self._comments(number))
            ],
        }
