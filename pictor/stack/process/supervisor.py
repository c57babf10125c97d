"""All supervised processes of one stack."""

import asyncio
import time
from collections.abc import Sequence

from pictor.stack.process.child import Child


class Supervisor:
    """Runs children side by side: services, and foundations (the database), which stop after all services have."""

    def __init__(self) -> None:
        self._foundations: list[Child] = []
        self._services: list[Child] = []
        self._runs: list[asyncio.Task[None]] = []

    @property
    def children(self) -> list[Child]:
        return [*self._foundations, *self._services]

    def start(self, *children: Child, foundation: bool = False) -> None:
        """Start `children`; returns at once. To be called from the main thread (see death.py)."""
        (self._foundations if foundation else self._services).extend(children)
        self._runs += [asyncio.create_task(child.run(), name=child.spec.name) for child in children]

    async def end(self, child: Child, *, grace_s: float = 8.0) -> None:
        """Stop one service, and forget it."""
        await child.stop(within_s=grace_s)
        if child in self._services:
            self._services.remove(child)

    async def stop(self, *, grace_s: float = 8.0, total_s: float = 9.0) -> None:
        """Ask all services at once to stop and kill those that are still there after `grace_s`; then the foundations,
        which have until `total_s` from now (and always a second)."""
        began = time.monotonic()
        await _stop_all(self._services, grace_s)
        await _stop_all(self._foundations, max(total_s - (time.monotonic() - began), 1.0))
        for run in self._runs:
            run.cancel()
        await asyncio.gather(*self._runs, return_exceptions=True)


async def _stop_all(children: Sequence[Child], within_s: float) -> None:
    await asyncio.gather(*(child.stop(within_s=within_s) for child in children))
