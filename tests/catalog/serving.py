"""An app behind a real socket, for clients that open connections of their own."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp

T = TypeVar("T")


def a_free_port() -> int:
    """Below those that outgoing connections are given: nobody takes it before it is listened on."""
    while True:
        port = random.randrange(20_000, 32_000)  # noqa: S311 - no secret
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@asynccontextmanager
async def served(app: ASGIApp, port: int) -> AsyncIterator[str]:
    """Run the app in uvicorn on that port of this machine; give its base URL. At the end it dies, answering nobody."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: _soon(server.started))
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        for connection in list(server.server_state.connections):
            connection.transport.abort()  # type: ignore[union-attr]
        await task


async def eventually(check: Callable[[], Awaitable[T]], *, within_s: float = 60) -> T:
    """Ask until the answer is true, and give it; fail when it is not in time."""
    end, pause_s = asyncio.get_running_loop().time() + within_s, 0.01
    while not (found := await check()):
        assert asyncio.get_running_loop().time() < end, f"not within {within_s} s; last seen: {found!r}"
        await asyncio.sleep(pause_s)
        pause_s = min(1.5 * pause_s, 0.2)  # asking takes from the processor that is waited for
    return found


async def _soon(value: T) -> T:
    return value
