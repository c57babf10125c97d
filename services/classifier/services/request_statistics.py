"""How the inference requests of a model ended, and how long they took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Spent:
    """How often something was done, and the time it took, in nanoseconds."""

    count: int = 0
    ns: int = 0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Count the block, unless it fails."""
        begun = time.perf_counter_ns()
        yield
        self.count += 1
        self.ns += time.perf_counter_ns() - begun


@dataclass(slots=True)
class RequestStatistics:
    """Changed in the event loop's thread only. `last_ms`: the last success, in milliseconds since 1970; 0: none yet."""

    success: Spent = field(default_factory=Spent)
    fail: Spent = field(default_factory=Spent)
    reading: Spent = field(default_factory=Spent)
    writing: Spent = field(default_factory=Spent)
    last_ms: int = 0

    @contextmanager
    def request(self) -> Iterator[None]:
        """Time the block as one request; what it raises makes it a failed one."""
        begun, ended = time.perf_counter_ns(), self.fail
        try:
            yield
            ended, self.last_ms = self.success, time.time_ns() // 1_000_000
        finally:
            ended.count += 1
            ended.ns += time.perf_counter_ns() - begun
