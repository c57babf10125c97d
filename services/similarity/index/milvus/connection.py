"""The process's connection: opened when it is first needed, asked in threads."""

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pymilvus import MilvusClient

from services.similarity.index.errors import IndexTimeout, IndexUnavailable
from services.similarity.index.milvus.failures import Gone, mapped_failures
from services.similarity.index.milvus.options import MilvusOptions
from services.similarity.index.milvus.session import Session

Result = TypeVar("Result")

QUIET = {"grpc.keepalive_time_ms": 24 * 3600 * 1000}
"""pymilvus pings every 10 s; milvus-lite hangs up on who pings more often than every five minutes."""


class Connection:
    """pymilvus' client blocks, so it works in a few threads; what finds none free waits, no longer than it may.

    A call that is given up goes on in its thread to its own deadline: what it wrote is written.
    """

    def __init__(self, options: MilvusOptions) -> None:
        self._options = options
        self._threads = ThreadPoolExecutor(options.threads, thread_name_prefix="milvus")
        self._opening = threading.Lock()
        self._client: MilvusClient | None = None

    async def run(self, work: Callable[[Session], Result]) -> Result:
        """Raises IndexUnavailable and IndexTimeout beside what `work` raises."""
        future = self._threads.submit(lambda: work(Session(self._opened(), self._options)))
        try:
            async with asyncio.timeout(self._options.timeout_s + 1):
                return await asyncio.wrap_future(future)
        except TimeoutError as error:
            raise IndexTimeout("The index did not answer in time; try again shortly.") from error

    async def ping(self) -> None:
        """Raises IndexUnavailable, IndexTimeout."""
        await self.run(lambda session: session.names())

    async def close(self) -> None:
        """Wait for what is under way, and disconnect; what waits is given up. Not to be used afterwards."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        if self._client is not None:
            await asyncio.to_thread(self._client.close)

    def _opened(self) -> MilvusClient:
        with self._opening:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> MilvusClient:
        # It writes a traceback of its own for every error that it raises, and ours are logged where they end.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        options = self._options
        try:
            with mapped_failures():
                return MilvusClient(
                    uri=options.uri,
                    token=options.token,
                    db_name=options.database,
                    timeout=options.timeout_s,
                    grpc_options=QUIET if options.lite else {},
                )
        except (Gone, IndexTimeout, IndexUnavailable):
            raise
        except Exception as error:
            raise IndexUnavailable("Milvus cannot be reached as the settings name it.") from error
