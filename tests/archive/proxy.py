"""A proxy in front of the S3 server that fails on demand."""

import threading
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Rule = Callable[[str, str, int], str | None]
"""(method, path with query, how many requests came before) -> what goes wrong: ``500``, ``503``, ``cut`` (the connection breaks
before the store has heard of it), ``lost`` (the store does it, the answer is lost); None lets it pass."""


class Proxy:
    """Hands requests to the server at `host`:`port`, but for what `rule` says."""

    def __init__(self, port: int):
        self.rule: Rule = lambda method, path, before: None
        self.faults: Counter[str] = Counter()
        self.requests: list[str] = []
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _pass(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                fault = proxy.rule(self.command, self.path, len(proxy.requests))
                proxy.requests.append(f"{self.command} {self.path}")
                if fault:
                    proxy.faults[fault] += 1
                if fault in ("500", "503"):
                    code = "InternalError" if fault == "500" else "SlowDown"
                    self._answer(
                        int(fault),
                        {},
                        f"<Error><Code>{code}</Code><Message>{fault} on demand</Message></Error>".encode(),
                    )
                    return
                if fault == "cut":
                    self.close_connection = True
                    self.connection.close()
                    return
                connection = HTTPConnection("127.0.0.1", port, timeout=60)
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in ("connection", "expect")
                }
                connection.request(self.command, self.path, body, headers)
                answer = connection.getresponse()
                data = answer.read()
                connection.close()
                if fault == "lost":
                    self.close_connection = True
                    self.connection.close()
                    return
                self._answer(answer.status, dict(answer.getheaders()), data)

            def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                        self.send_header(name, value)
                length = headers.get("Content-Length") if self.command == "HEAD" else str(len(data))
                self.send_header("Content-Length", length or "0")
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: object) -> None:
                """A client that hangs up is no error."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
