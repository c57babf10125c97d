"""A TCP proxy that breaks what goes through it, as networks do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

PIECE = 16 * 1024


class Weather(StrEnum):
    FINE = "fine"
    SLOW = "slow"  # a fifth of a second a piece
    REFUSE = "refuse"  # connections are closed as they come
    RESET = "reset"  # those that are there, too
    BLACK_HOLE = "black hole"  # nothing arrives, nothing is said
    TRUNCATE = "truncate"  # answers end after a few bytes


@dataclass
class Link:
    """`port` leads to `target`, a port of this machine or a socket's path, through the `weather`."""

    target: int | Path
    weather: Weather = Weather.FINE
    port: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._passes = asyncio.Event()
        self._passes.set()

    def set(self, weather: Weather) -> None:
        self.weather = weather
        if weather is Weather.BLACK_HOLE:
            self._passes.clear()
        else:
            self._passes.set()
        if weather is Weather.RESET:
            self.cut()

    def cut(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.weather in {Weather.REFUSE, Weather.RESET}:
            writer.transport.abort()
            return
        try:
            if isinstance(self.target, Path):
                inner_reader, inner_writer = await asyncio.open_unix_connection(self.target)
            else:
                inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, inner_writer}
        self._open |= both
        pumps = [
            asyncio.create_task(self._pump(reader, inner_writer, is_answer=False)),
            asyncio.create_task(self._pump(inner_reader, writer, is_answer=True)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pumps:
            pump.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)
        self._open -= both
        for one in both:
            one.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._passes.wait()
                if self.weather is Weather.SLOW:
                    await asyncio.sleep(0.2)
                if self.weather is Weather.TRUNCATE and is_answer:
                    writer.write(piece[:20])
                    await writer.drain()
                    return
                writer.write(piece)
                await writer.drain()


@asynccontextmanager
async def link_to(target: int | Path) -> AsyncIterator[Link]:
    link = Link(target)
    server = await asyncio.start_server(link.serve, "127.0.0.1", 0)
    link.port = server.sockets[0].getsockname()[1]
    try:
        yield link
    finally:
        server.close()
        link.cut()
