"""Token buckets: so many at once, so many a second, each counted by its key. Kept per process.

What is left is said in the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers, since 08):
`q` and `r` are requests, `w` and `t` the seconds in which an empty bucket, and this one, is full again.
"""

import math
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from cachetools import LRUCache

from services.kit.http.problems import TooManyRequests

CAPACITY = 10_000


class TokenBuckets:
    """One bucket a key; the least recently used of more than 10,000 is forgotten, which fills it again."""

    def __init__(
        self, policy: str, *, rate_per_s: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`policy` is the limit's name in the headers."""
        self._name = policy
        self._policy = f'"{policy}";q={burst};w={math.ceil(burst / rate_per_s)}'
        self._rate = rate_per_s
        self._burst = burst
        self._clock = clock
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(CAPACITY)

    def take(self, key: str) -> dict[str, str]:
        """Take one and give the headers that say what is left.

        Raises TooManyRequests with the same headers and the time until there is one again.
        """
        left = self._left(key)
        if left < 1:
            wait_s = math.ceil((1 - left) / self._rate)
            raise TooManyRequests(
                f"Too many requests; the next is welcome in {wait_s} s.",
                retry_after_s=wait_s,
                headers=self._headers(left),
            )
        self._put(key, left - 1)
        return self._headers(left - 1)

    def give_back(self, key: str) -> None:
        """Undo one `take`."""
        self._put(key, min(self._left(key) + 1, self._burst))

    def _headers(self, left: float) -> dict[str, str]:
        full_in_s = math.ceil((self._burst - left) / self._rate)
        return {
            "ratelimit-policy": self._policy,
            "ratelimit": f'"{self._name}";r={max(int(left), 0)};t={full_in_s}',
        }

    def _left(self, key: str) -> float:
        if key not in self._buckets:
            return self._burst
        left, since = self._buckets[key]
        return min(left + (self._clock() - since) * self._rate, self._burst)

    def _put(self, key: str, left: float) -> None:
        self._buckets[key] = (left, self._clock())


def address_key(client: tuple[str, int] | None) -> str:
    """Name the caller by address; of IPv6 by its /64, which one host has all of."""
    if client is None:
        return "unknown"
    try:
        address = ip_address(client[0])
    except ValueError:
        return client[0]
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or f"{int(address) >> 64:x}::/64")
    return str(address)
