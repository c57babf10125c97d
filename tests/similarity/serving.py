"""ASGI apps on real ports of loopback, in the test's own event loop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

START_S = 60.0


@asynccontextmanager
async def served(*apps: ASGIApp) -> AsyncIterator[list[str]]:
    """Give their base addresses. Lifespans are the caller's matter."""
    servers = [
        uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, access_log=False, lifespan="off"))
        for app in apps
    ]
    tasks = [asyncio.create_task(server.serve()) for server in servers]
    try:
        yield [await _address(server) for server in servers]
    finally:
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*tasks)


async def _address(server: uvicorn.Server) -> str:
    for _ in range(int(START_S / 0.01)):
        if server.started:
            return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        await asyncio.sleep(0.01)
    raise AssertionError("the server did not start")
