"""A request to the sample site and its answer, apart from any socket."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(slots=True)
class Request:
    """What was asked."""

    method: str
    target: str
    """As in the request line: path and query."""
    headers: dict[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The query's fields; of a repeated one the last. ``a[]=1&a[]=2`` is ``a: "1,2"``."""
        fields = parse_qs(urlsplit(self.target).query, keep_blank_values=True)
        return {
            name.removesuffix("[]"): ",".join(values) if name.endswith("[]") else values[-1]
            for name, values in fields.items()
        }

    @property
    def form(self) -> dict[str, str]:
        """Fields of a POST, urlencoded or multipart."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _multipart(self.body, kind.partition("boundary=")[2].strip('"'))
        return {
            name: values[-1]
            for name, values in parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True).items()
        }

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies sent."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, _, value in pairs if name}


def _multipart(body: bytes, boundary: str) -> dict[str, str]:
    fields = {}
    for part in body.split(b"--" + boundary.encode()):
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.decode("utf-8", "replace").partition('name="')[2].partition('"')[0]
        if name:
            fields[name] = value.removesuffix(b"\r\n").decode("utf-8", "replace")
    return fields


@dataclass(slots=True)
class Response:
    """What is answered. A fault may cut or delay it on the wire."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/html; charset=UTF-8"
    headers: list[tuple[str, str]] = field(default_factory=list)
    wire: Literal["", "reset", "cut", "hang"] = ""
    """reset: the connection is closed with no answer; cut: after half of the declared length; hang: after `delay_seconds`, with nothing."""
    delay_seconds: float = 0.0
    encoded: bool = False
    """The body carries its own Content-Encoding already."""

    def header(self, name: str, value: str) -> "Response":
        """Adds a header."""
        self.headers.append((name, value))
        return self


def html_page(text: str, status: int = 200) -> Response:
    """An HTML answer."""
    return Response(status, text.encode("utf-8"))


def redirect(address: str, status: int = 301) -> Response:
    """A redirect as WordPress makes it."""
    return Response(status, headers=[("Location", address), ("X-Redirect-By", "WordPress")])
