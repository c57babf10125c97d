"""A TCP relay before a server, so that a test can take the server away, or cut it off in the middle."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Relay:
    """Passes bytes on until it is told to cut. `cut_after` is how many more bytes reach the server."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.rpartition(":")
        self._port = int(port)
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.cut_after: int | None = None
        self.endpoint = ""

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.endpoint = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def take_away(self) -> None:
        """Close the port and every connection, at once."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.transport.abort()

    async def bring_back(self) -> None:
        self.cut_after = None
        await self.start(int(self.endpoint.rpartition(":")[2]))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there = await asyncio.open_connection(self._host, self._port)
        self._open |= {writer, there}
        try:
            await asyncio.gather(self._pass(reader, there, outward=True), self._pass(there_reader, writer))
        finally:
            for end in (writer, there):
                self._open.discard(end)
                end.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, outward: bool = False) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65536):
                if outward and self.cut_after is not None:
                    self.cut_after -= len(data)
                    if self.cut_after < 0:
                        break
                writer.write(data)
                await writer.drain()
        for end in list(self._open) if outward and self.cut_after is not None and self.cut_after < 0 else [writer]:
            end.transport.abort()


@asynccontextmanager
async def a_relay(target: str) -> AsyncIterator[Relay]:
    relay = Relay(target)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.take_away()
