"""Passwords: Argon2id, slow on purpose, and therefore in a bounded pool of threads.

OWASP's floor for Argon2id is 19 MiB and two passes; this is 19 MiB and three, some 35 ms of one core.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.kit.http.problems import Unavailable

T = TypeVar("T")
MEMORY_KIB = 19_456
PASSES = 3
THREADS = 2
WAITING = 14


class Passwords:
    """Hashes and verifies. More than 2 running and 14 waiting are refused with Unavailable."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._under_way = 0
        self._nobodys = self._hasher.hash("nobody's password")

    async def hash(self, password: str) -> str:
        """Return the encoded hash, with its salt and parameters in it."""
        return await self._run(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, stored: str | None, password: str) -> bool:
        """Compare. Without a stored hash (no such user) it takes as long, and is False."""
        return await self._run(lambda: self._verify(stored, password))

    def outdated(self, stored: str) -> bool:
        """Tell whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            self._hasher.verify(stored or self._nobodys, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._under_way >= THREADS + WAITING:
            raise Unavailable("Too many sign-ins at once; try again in a moment.", retry_after_s=1)
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._under_way -= 1


def _normal(password: str) -> bytes:
    """One spelling (NFKC) for passwords that keyboards type in several."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
