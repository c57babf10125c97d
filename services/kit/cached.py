"""One value that others say, remembered for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cached(Generic[T]):
    """Remembers for `keep_s` what `ask` gave. One caller at a time asks; the others wait for its answer.

    When `ask` raises one of `survives`, the value before goes on for as long again; without one, the error is raised.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[T]], *, keep_s: float, survives: tuple[type[Exception], ...] = ()
    ) -> None:
        self.keep_s = keep_s  # `ask` may change it
        self._ask = ask
        self._survives = survives
        self._asking = asyncio.Lock()
        self._value: list[T] = []
        self._until = 0.0
        self._forgotten = 0

    async def get(self) -> T:
        async with self._asking:
            if not self._value or time.monotonic() >= self._until:
                forgotten = self._forgotten
                try:
                    self._value = [await self._ask()]
                except self._survives:
                    if not self._value:
                        raise
                if forgotten == self._forgotten:
                    self._until = time.monotonic() + self.keep_s
            return self._value[0]

    def forget(self) -> None:
        """Ask when it is next needed, also if somebody asks just now: what that gives may be of before."""
        self._forgotten += 1
        self._until = 0.0
