"""What a queue counts; plain numbers, for whichever metrics library the service has."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How a picture ended that was submitted. REFUSED ones were never taken in, all others were."""

    COMPLETED = "completed"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    SHED = "shed"  # sent out for a more urgent one
    CLOSED = "closed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BatchReport:
    """One batch that ran. wait_s: from submit to compute, one for each picture; compute_s: the engine's time."""

    size: int
    wait_s: tuple[float, ...]
    compute_s: float
    failed: bool


@dataclass(frozen=True, slots=True)
class QueueStats:
    """A moment's reading. depth: pictures waiting; running: pictures in the engine; the rest counts since the start.

    `outcomes` counts pictures, `batch_sizes` batches by their size, `batch_compute_s` sums the engine's time by it;
    wait_s is summed over the pictures of all batches, compute_s over the batches.
    """

    depth: int
    running: int
    outcomes: dict[Outcome, int]
    batch_sizes: dict[int, int]
    batch_compute_s: dict[int, float]
    wait_s: float
    compute_s: float


class Counts:
    """The counters behind QueueStats; changed under the backlog's lock only."""

    def __init__(self) -> None:
        self._outcomes: Counter[Outcome] = Counter()
        self._batch_sizes: Counter[int] = Counter()
        self._batch_compute_s: dict[int, float] = {}
        self._wait_s = 0.0
        self._compute_s = 0.0

    def ended(self, outcome: Outcome, pictures: int) -> None:
        """Count pictures that came to their end."""
        self._outcomes[outcome] += pictures

    def ran(self, report: BatchReport) -> None:
        """Count a batch."""
        self._batch_sizes[report.size] += 1
        self._batch_compute_s[report.size] = self._batch_compute_s.get(report.size, 0) + report.compute_s
        self._wait_s += sum(report.wait_s)
        self._compute_s += report.compute_s

    @property
    def mean_compute_s(self) -> float:
        """Of a batch; one second as long as there was none."""
        return self._compute_s / self._batch_sizes.total() if self._batch_sizes else 1.0

    def reading(self, depth: int, running: int) -> QueueStats:
        """The counters now."""
        outcomes = {outcome: self._outcomes[outcome] for outcome in Outcome}
        return QueueStats(
            depth,
            running,
            outcomes,
            dict(self._batch_sizes),
            dict(self._batch_compute_s),
            self._wait_s,
            self._compute_s,
        )
