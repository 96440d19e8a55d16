"""The browser's only way out: a forward proxy on this machine that connects to public addresses alone.

A browser resolves names and follows redirects by itself, out of the middlewares' sight; so a page could send it to a
name that resolves to ``10.0.0.1``, or resolves otherwise the second time. Here each connection's name is resolved once,
checked, and the address that was checked is the one that is connected to.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from newsarchive.middlewares.addresses import Resolve, literal, private, resolve

log = logging.getLogger(__name__)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[str, int], Awaitable[Streams]]
_PIECE_BYTES = 65_536
_CONNECT_SECONDS = 20.0
_DROPPED = (b"connection:", b"proxy-connection:", b"keep-alive:")


class Gate:
    """A proxy for HTTP and CONNECT; `resolve` gives a name's addresses, `connect` opens a connection to one of them."""

    def __init__(self, resolve: Resolve = resolve, connect: Connect = asyncio.open_connection) -> None:
        self.resolve, self.connect = resolve, connect
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Starts it on a free port; gives its address."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stops it and ends every connection."""
        if self._server is not None:
            self._server.close()
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser's; what may not be asked for is hung up on."""
        there: asyncio.StreamWriter | None = None
        upwards: asyncio.Task[None] | None = None
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, _, rest = head.partition(b" ")
            target = rest.split(b" ", 1)[0].decode("latin-1")
            parts = urlsplit(f"//{target}" if method == b"CONNECT" else target)
            there_reader, there = await self._reach(parts.hostname or "", parts.port or 80)
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                there.write(_to_origin(head, parts.path or "/", parts.query))
            upwards = asyncio.ensure_future(_relay(reader, there))
            await _relay(there_reader, writer)
        except (OSError, ValueError, EOFError, asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
            log.debug("the browser's connection ends: %s", error)
        finally:
            if upwards is not None:
                upwards.cancel()
                await asyncio.gather(upwards, return_exceptions=True)
            for end in (writer, there):
                if end is not None:
                    end.close()

    async def _reach(self, host: str, port: int) -> Streams:
        """A connection to `host`, none of whose addresses is private. Raises OSError."""
        addresses = [host] if literal(host) is not None else await self.resolve(host)
        if not addresses or any(private(address) for address in addresses):
            log.warning("the browser may not ask %s: %s", host[:200], ", ".join(addresses) or "no address")
            raise ConnectionRefusedError(f"{host} has no address that may be asked")
        failure: Exception | None = None
        for address in addresses[:4]:
            try:
                return await asyncio.wait_for(self.connect(address, port), _CONNECT_SECONDS)
            except (OSError, asyncio.TimeoutError) as error:
                failure = error  # the next address may answer
        raise failure or ConnectionRefusedError(host)


def _to_origin(head: bytes, path: str, query: str) -> bytes:
    """The head of a proxy's request as its origin takes it, one request a connection."""
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    method, _, version = first.split(b" ")
    kept = [line for line in lines if not line.lower().startswith(_DROPPED)]
    target = (path + (f"?{query}" if query else "")).encode("latin-1")
    return b"\r\n".join([b" ".join((method, target, version)), *kept, b"Connection: close", b"", b""])


async def _relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hands on what comes until one side hangs up."""
    while piece := await reader.read(_PIECE_BYTES):
        writer.write(piece)
        await writer.drain()
