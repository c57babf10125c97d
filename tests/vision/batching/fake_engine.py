"""A fake: no network, but an engine that a test can hold, break and ask what it was given."""

import threading

import numpy as np
from numpy.typing import NDArray

from services.vision.engines import EngineError, Inference, Precision
from services.vision.shapes import NetworkShape


class FakeEngine:
    """A fake Engine. Its answer for a picture is the picture's first value, in every number.

    While `held` it does not answer; it keeps what it was given (`batches`, first values) and by which threads.
    """

    name = "fake"
    shape = NetworkShape(299, classes=1000, embedding_size=2048)
    precision = Precision.FP32
    max_batch = 4

    def __init__(self, *, workers: int = 1) -> None:
        self.workers = workers
        self.batches: list[list[int]] = []
        self.threads: set[str] = set()
        self.closed = False
        self.broken: Exception | None = None
        self._entered = threading.Semaphore(0)
        self._open = threading.Event()
        self._open.set()

    def hold(self) -> None:
        """From now on infer does not return."""
        self._open.clear()

    def let_go(self) -> None:
        """Let infer return."""
        self._open.set()

    def wait_until_entered(self) -> None:
        """Wait for the next call of infer to begin."""
        assert self._entered.acquire(timeout=60)

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        self.threads.add(threading.current_thread().name)
        values = batch[:, 0, 0, 0]
        self.batches.append(values.tolist())
        self._entered.release()
        assert self._open.wait(10)
        if self.broken is not None:
            raise self.broken
        column = values[:, None].astype(np.float32)
        return Inference(np.repeat(column, 1000, axis=1), np.repeat(column, 2048, axis=1))

    def close(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.closed = True


BROKEN = EngineError("broken on purpose")


def picture(value: int) -> NDArray[np.uint8]:
    """A picture that the fake answers with `value`."""
    return np.full((299, 299, 3), value, np.uint8)
