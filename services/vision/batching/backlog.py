"""What callers and the engine's threads share: the waiting room, behind a lock."""

import asyncio
import threading
import time

from services.vision.batching.errors import DeadlineExceeded, InferenceFailed, QueueClosed, QueueFull
from services.vision.batching.item import Call, Item, ItemResult, Priority
from services.vision.batching.stats import BatchReport, Counts, Outcome, QueueStats
from services.vision.batching.waiting import WaitingRoom


class Backlog:
    """Thread-safe. Every call that was admitted is answered exactly once: by a result, an error or its own caller."""

    def __init__(self, *, max_delay_s: float) -> None:
        self._max_delay_s = max_delay_s
        self._max_batch = 1
        self._workers = 1
        self._room = WaitingRoom(0)
        self._changed = threading.Condition()
        self._counts = Counts()
        self._running: list[Item] = []
        self._busy = 0
        self._closed = False

    def open(self, *, max_batch: int, capacity: int, workers: int) -> None:
        """Say what the engine can do, before anything is admitted."""
        with self._changed:
            self._max_batch, self._workers, self._room = max_batch, workers, WaitingRoom(capacity)

    @property
    def capacity(self) -> int:
        """How many pictures may wait."""
        return self._room.capacity

    def require_room(self, priority: Priority) -> None:
        """Raise QueueFull when a picture that came now would be refused: then it need not come at all."""
        with self._changed:
            self._drop_late()
            if not self._room.might_admit(priority):
                self._counts.ended(Outcome.REFUSED, 1)
                raise QueueFull(self._retry_after_s())

    def admit(self, call: Call) -> None:
        """Take in every picture of the call, or none; never waits. Raises QueueFull, QueueClosed."""
        with self._changed:
            if self._closed:
                self._counts.ended(Outcome.REFUSED, len(call.images))
                raise QueueClosed("the inference queue takes no more work")
            self._drop_late()
            sent_out = self._room.admit(call)
            if sent_out is None:
                self._counts.ended(Outcome.REFUSED, len(call.images))
                raise QueueFull(self._retry_after_s())
            for other in sent_out:
                self._end(other, Outcome.SHED, QueueFull(self._retry_after_s()))
            self._changed.notify_all()

    def abandon(self, call: Call, outcome: Outcome) -> None:
        """The caller no longer waits: what is not yet computed will not be."""
        with self._changed:
            self._end(call, outcome, None)

    def next_batch(self) -> list[Item]:
        """For an engine's thread: wait for pictures, then up to max_delay_s for company. Empty: closed and done.

        Threads that are idle share what waits.
        """
        with self._changed:
            while True:
                self._drop_late()
                if len(self._room) == 0:
                    if self._closed:
                        return []
                    self._changed.wait()
                    continue
                patience_s = self._room.oldest + self._max_delay_s - time.monotonic()
                if patience_s <= 0 or self._closed or len(self._room) >= self._max_batch:
                    share = -(-len(self._room) // (self._workers - self._busy))
                    batch = self._room.take(min(self._max_batch, share))
                    self._running += batch
                    self._busy += 1
                    return batch
                self._changed.wait(patience_s)

    def answer(self, batch: list[Item], results: list[ItemResult], report: BatchReport) -> None:
        """A batch that next_batch gave is computed; results in its order."""
        with self._changed:
            self._settle(batch, report)
            for item, result in zip(batch, results, strict=True):
                answers = item.call.results
                answers[item.position] = result
                if len(answers) == len(item.call.images):
                    self._end(item.call, Outcome.COMPLETED, [answers[position] for position in range(len(answers))])

    def fail(self, batch: list[Item], cause: Exception, report: BatchReport) -> None:
        """The engine failed on a batch that next_batch gave."""
        with self._changed:
            self._settle(batch, report)
            for item in batch:
                error = InferenceFailed("the engine failed on this batch")
                error.__cause__ = cause
                self._end(item.call, Outcome.FAILED, error)

    def close(self, *, at_once: bool) -> None:
        """Take no more work; `at_once` also refuses what waits and what runs."""
        with self._changed:
            self._closed = True
            for call in [*self._room.calls, *(item.call for item in self._running)] if at_once else []:
                self._end(call, Outcome.CLOSED, QueueClosed("the inference queue was stopped"))
            self._changed.notify_all()

    @property
    def closed(self) -> bool:
        """Whether no more work is taken."""
        return self._closed

    def reading(self) -> QueueStats:
        """The counters now."""
        with self._changed:
            return self._counts.reading(len(self._room), len(self._running))

    def _settle(self, batch: list[Item], report: BatchReport) -> None:
        self._running = [item for item in self._running if item not in batch]
        self._busy -= 1
        self._counts.ran(report)
        for item in batch:
            item.call.running -= 1

    def _drop_late(self) -> None:
        now = time.monotonic()
        for call in self._room.calls:
            if call.deadline <= now:
                self._end(call, Outcome.EXPIRED, DeadlineExceeded("the deadline passed while the picture waited"))

    def _end(self, call: Call, outcome: Outcome, answer: list[ItemResult] | Exception | None) -> None:
        if call.over:
            return
        call.over = True
        self._room.remove(call)
        self._counts.ended(outcome, len(call.images))
        if answer is not None:
            try:
                call.future.get_loop().call_soon_threadsafe(_resolve, call.future, answer)
            except RuntimeError:  # the caller's event loop is closed: nobody waits any more
                return

    def _retry_after_s(self) -> float:
        batches = -(-(len(self._room) + len(self._running)) // self._max_batch)
        return max(batches, 1) * self._counts.mean_compute_s / self._workers


def _resolve(future: asyncio.Future[list[ItemResult]], answer: list[ItemResult] | Exception) -> None:
    if future.done():  # the caller went meanwhile
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
