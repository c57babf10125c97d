"""A circuit breaker: a service that does not answer is not asked by everybody, again and again.

M. Nygard, "Release It!", 2007. Nothing is retried here; what is spared is waiting for what will not come.
"""

import time
from collections.abc import Callable

FAILURES = 5
PAUSE_S = 0.5
MAX_PAUSE_S = 4.0


class Breaker:
    """Closed, everything passes. After `FAILURES` failures in a row nothing does, for `PAUSE_S`. Then half-open: one
    call goes first; its success closes the breaker, its failure opens it for twice as long, at most `MAX_PAUSE_S`.

    Not thread-safe: of one event loop. `clock` is for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._pause_s = PAUSE_S
        self._open_until = 0.0
        self._probing = False

    def admit(self) -> bool:
        """Whether a call may go; who is let through tells `succeeded` or `failed` afterwards."""
        if self._failures < FAILURES:
            return True
        if self._clock() < self._open_until:
            return False
        self._probing = True
        self._open_until = self._clock() + self._pause_s  # of those that come now, this one alone is let through
        return True

    @property
    def retry_after_s(self) -> float:
        """Until the next call may go; 0 when one may now."""
        return max(self._open_until - self._clock(), 0.0) if self._failures >= FAILURES else 0.0

    def succeeded(self) -> None:
        """The service answered, whatever it said."""
        self._failures, self._pause_s, self._probing = 0, PAUSE_S, False

    def failed(self) -> None:
        """It could not be reached, or did not answer. Calls from before the breaker opened may still end so."""
        self._failures += 1
        if self._probing:
            self._pause_s = min(2 * self._pause_s, MAX_PAUSE_S)
        if self._probing or self._failures == FAILURES:
            self._probing, self._open_until = False, self._clock() + self._pause_s
