"""The browser's way out: public addresses, whatever a page, a redirect or a name server says."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from newsarchive.browser.gate import Gate
from tests.sites.exchange import Request, Response

NAMES = {"news.example": ["93.184.216.34"], "inside.example": ["10.0.0.9"], "both.example": ["93.184.216.34", "::1"]}


class Origin:
    """A server that remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.servers: list[asyncio.Server] = []

    async def __call__(self, address: str, port: int) -> Any:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.servers.append(server)
        return await asyncio.open_connection("127.0.0.1", server.sockets[0].getsockname()[1])

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sent.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
        writer.close()


def say(head: bytes) -> tuple[bytes, list[bytes]]:
    """What the browser gets for `head`, and what the origin got."""

    async def name(host: str) -> list[str]:
        return NAMES.get(host, [])

    async def ask() -> tuple[bytes, list[bytes]]:
        origin = Origin()
        gate = Gate(name, origin)
        host, port = (await gate.open()).removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head)
        got = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await gate.close()
        for server in origin.servers:
            server.close()
        return got, origin.sent

    return asyncio.run(ask())


def test_a_request_to_a_public_name_reaches_it_as_one_to_its_origin() -> None:
    head = b"GET http://news.example/a/?b=1 HTTP/1.1\r\nHost: news.example\r\nProxy-Connection: keep-alive\r\n\r\n"
    got, sent = say(head)
    assert got.endswith(b"\r\n\r\nhi")
    assert sent == [b"GET /a/?b=1 HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n"]


def test_a_tunnel_to_a_public_name_is_opened() -> None:
    got, sent = say(b"CONNECT news.example:443 HTTP/1.1\r\nHost: news.example:443\r\n\r\nGET / HTTP/1.1\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK")
    assert sent == [b"GET / HTTP/1.1\r\n\r\n"]


@pytest.mark.parametrize(
    "target",
    [
        "inside.example", "both.example", "no-such.example", "127.0.0.1", "[::1]", "169.254.169.254", "0x7f000001",
        "[::ffff:10.0.0.9]",
    ],
)  # fmt: skip
def test_anything_else_is_hung_up_on(target: str) -> None:
    assert say(f"CONNECT {target}:443 HTTP/1.1\r\n\r\n".encode()) == (b"", [])
    assert say(f"GET http://{target}/latest/meta-data/ HTTP/1.1\r\n\r\n".encode()) == (b"", [])


@pytest.mark.parametrize("head", [b"\r\n\r\n", b"GET\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n", b"CONNECT a:b c\r\n\r\n", b"\xff" * 70_000])  # fmt: skip
def test_rubbish_is_hung_up_on(head: bytes) -> None:
    assert say(head) == (b"", [])


@pytest.mark.chromium
@pytest.mark.usefixtures("chromium")
def test_chromium_reaches_no_private_name_by_itself_by_a_redirect_or_by_a_pages_script(
    scripted: Callable[..., Any], browse: Callable[..., dict[str, Any]]
) -> None:
    site = scripted()
    port = site.root.rpartition(":")[2]
    plain, inside = site.answers.answer, f"http://inside.example:{port}/secret"

    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        if request.path == "/goes-inside":
            return Response(302, headers=[("Location", inside)])
        if request.path == "/asks-inside":
            script = (
                f"<script>fetch('/goes-inside', {{mode: 'no-cors'}}); fetch('{inside}', {{mode: 'no-cors'}})</script>"
            )
            frame = f'<script src="/goes-inside"></script><iframe src="/goes-inside"></iframe>{script}'
            return Response(200, f"<html><body><p>The harbour opened on Tuesday.</p>{frame}</body></html>".encode())
        return plain(request)

    site.answers.answer = answer
    base = f"http://news.example:{port}"
    urls = [f"{base}/asks-inside", f"{base}/goes-inside", inside]
    got = browse(urls, base=base, names=NAMES, settings={"RETRY_TIMES": 0})["seen"]
    assert "The harbour opened on Tuesday." in got[urls[0]]["body"]
    assert got[urls[1]].startswith("FetchError: ")
    assert got[urls[2]].startswith("FetchError: ")
    assert asked.count("/goes-inside") == 4  # by the script, the frame, the element and the address itself
    assert "/secret" not in asked
