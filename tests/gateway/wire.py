"""Speaking HTTP by hand, to see what a client library hides."""

import asyncio
import contextlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class CountingApp:
    """Counts what the app in it takes off the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.receives = 0
        self.body_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted() -> Message:
            self.receives += 1
            message = await receive()
            self.body_bytes += len(message.get("body", b""))
            return message

        await self.app(scope, counted, send)


@dataclass
class Wire:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def to(cls, url: str) -> "Wire":
        place = urlsplit(url)
        return cls(*await asyncio.open_connection(place.hostname, place.port))

    async def send(self, request_line: str, headers: dict[str, str], body: bytes = b"") -> None:
        lines = [request_line, "host: test", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.writer.write("\r\n".join(lines).encode() + body)
        await self.writer.drain()

    async def head(self) -> tuple[str, dict[str, str]]:
        """Read a status line and headers."""
        raw = (await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)).decode()
        status, *lines = raw.rstrip().split("\r\n")
        return status, dict(line.lower().split(": ", 1) for line in lines)

    async def rest(self) -> bytes:
        """Read until the other side closes."""
        return await asyncio.wait_for(self.reader.read(), 60)

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(ConnectionError):
            await self.writer.wait_closed()
