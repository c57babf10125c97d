"""The queue in front of an engine: callers are coroutines, the engine lives in threads of its own."""

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from services.vision.batching.backlog import Backlog
from services.vision.batching.errors import DeadlineExceeded, QueueClosed
from services.vision.batching.item import Call, Item, ItemResult, Priority
from services.vision.batching.stats import BatchReport, Outcome, QueueStats
from services.vision.engines.port import Engine, EngineInputError
from services.vision.shapes import NetworkShape

_log = logging.getLogger(__name__)


class InferenceQueue:
    """Collects pictures of many callers into batches of at most `max_batch`, by default what the engine takes.

    A picture waits up to `max_delay_s` for company, never longer than the engine is busy anyway. At most `max_queue`
    pictures wait (by default two batches for each of the engine's workers, `least_queue` at the least).
    `engine_factory` is called in the first of the queue's own threads, as many as the engine has workers: they alone
    touch the engine. `observer` is called there after every batch.
    """

    def __init__(
        self,
        engine_factory: Callable[[], Engine],
        *,
        max_delay_s: float,
        max_batch: int | None = None,
        max_queue: int | None = None,
        least_queue: int = 0,
        observer: Callable[[BatchReport], None] | None = None,
    ) -> None:
        self._engine_factory = engine_factory
        self._max_batch = max_batch
        self._max_queue = max_queue
        self._least_queue = least_queue
        self._backlog = Backlog(max_delay_s=max_delay_s)
        self._observer = observer
        self._sequence = itertools.count()
        self._threads: list[threading.Thread] = []
        self._serving = 0
        self._lock = threading.Lock()
        self._opened = False
        self._shape: NetworkShape | None = None

    async def start(self) -> None:
        """Open the engine; raises what the factory raises, and RuntimeError when called a second time."""
        if self._threads:
            raise RuntimeError("the queue was started before")
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start_thread(self._work, opened)
        try:
            await opened
        except asyncio.CancelledError:
            self._backlog.close(at_once=True)
            raise
        self._opened = True

    @property
    def capacity(self) -> int:
        """How many pictures may wait, and the most of one call; known once the queue is started."""
        return self._backlog.capacity

    @property
    def running(self) -> bool:
        """Whether work is taken: the engine is open, nobody stopped the queue, and its threads live."""
        alive = all(thread.is_alive() for thread in self._threads)
        return self._opened and alive and not self._backlog.closed

    def require_room(self, priority: Priority) -> None:
        """Raise QueueFull when a picture submitted now would be: a caller who asks first need not bring it. Nothing is
        reserved."""
        self._backlog.require_room(priority)

    async def submit(self, image: NDArray[np.uint8], *, deadline_s: float, priority: Priority) -> ItemResult:
        """Run one picture, uint8 in the network's input shape; `deadline_s` from now. Raises what submit_all raises."""
        return (await self.submit_all([image], deadline_s=deadline_s, priority=priority))[0]

    async def submit_all(
        self, images: Sequence[NDArray[np.uint8]], *, deadline_s: float, priority: Priority
    ) -> list[ItemResult]:
        """Run several pictures, all or none, and answer in their order.

        Raises QueueFull at once when they do not all fit, or later when they gave way to something more urgent;
        DeadlineExceeded when the answer is not there in time (what was not begun by then never is); InferenceFailed,
        QueueClosed; EngineInputError for pictures that no engine takes, or more of them than the queue ever holds. When
        the caller is cancelled its pictures leave the queue.
        """
        self._check(images)
        if not images:
            return []
        if not self.running:
            raise QueueClosed("the inference queue is not running")
        if len(images) > self.capacity:
            raise EngineInputError(f"{len(images)} pictures at once are more than the queue's {self.capacity}")
        if deadline_s <= 0:
            raise DeadlineExceeded("the deadline had passed before the picture came")
        now = time.monotonic()
        call = Call(
            images=list(images),
            priority=priority,
            sequence=next(self._sequence),
            enqueued=now,
            deadline=now + deadline_s,
            future=asyncio.get_running_loop().create_future(),
        )
        self._backlog.admit(call)
        try:
            await asyncio.wait([call.future], timeout=deadline_s)
        except asyncio.CancelledError:
            self._backlog.abandon(call, Outcome.CANCELLED)
            call.future.cancel()
            raise
        if not call.future.done():
            self._backlog.abandon(call, Outcome.EXPIRED)
            call.future.cancel()
            raise DeadlineExceeded("the answer was not there in time")
        return call.future.result()

    async def drain(self, timeout_s: float) -> bool:
        """Take no more work, finish what waits, close the engine. False when that took longer than `timeout_s`.

        What is not done by then is refused with QueueClosed. Twice is fine.
        """
        self._backlog.close(at_once=False)
        end = time.monotonic() + timeout_s
        for thread in list(self._threads):
            await asyncio.to_thread(thread.join, max(end - time.monotonic(), 0))
        if not any(thread.is_alive() for thread in self._threads):
            return True
        self._backlog.close(at_once=True)
        return False

    def stats(self) -> QueueStats:
        """The counters now."""
        return self._backlog.reading()

    def _check(self, images: Sequence[NDArray[np.uint8]]) -> None:
        for image in images:
            wanted = None if self._shape is None else self._shape.image
            if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or wanted not in {None, image.shape}:
                raise EngineInputError(f"a picture has to be uint8 {wanted}")

    def _start_thread(self, work: Callable[..., None], *arguments: object) -> None:
        name = f"inference-{len(self._threads) + 1}"
        self._threads.append(threading.Thread(target=work, args=arguments, name=name, daemon=True))
        self._threads[-1].start()

    def _work(self, opened: "asyncio.Future[None]") -> None:
        """The first thread: open the engine, start a thread for each further worker, and be the first of them."""
        try:
            engine = self._engine_factory()
        except Exception as error:  # noqa: BLE001 (whatever it is belongs to the caller of start)
            self._backlog.close(at_once=True)
            _tell(opened, error)
            return
        self._shape = engine.shape
        max_batch = min(self._max_batch or engine.max_batch, engine.max_batch)
        capacity = self._max_queue or max(2 * max_batch * engine.workers, self._least_queue)
        self._backlog.open(max_batch=max_batch, capacity=capacity, workers=engine.workers)
        self._serving = engine.workers
        for _ in range(1, engine.workers):
            self._start_thread(self._serve, engine)
        _tell(opened, None)
        self._serve(engine)

    def _serve(self, engine: Engine) -> None:
        """A worker: batch after batch. The last one to leave closes the engine."""
        try:
            while batch := self._backlog.next_batch():
                self._run(engine, batch)
        except BaseException:
            self._backlog.close(at_once=True)
            raise
        finally:
            with self._lock:
                self._serving -= 1
                is_last = self._serving == 0
            if is_last:
                engine.close()

    def _run(self, engine: Engine, batch: list[Item]) -> None:
        begun = time.monotonic()
        waits = tuple(begun - item.call.enqueued for item in batch)
        try:
            answer = engine.infer(np.stack([item.image for item in batch]))
            rows = zip(answer.probabilities, answer.embeddings, batch, strict=True)
            results = [ItemResult(probabilities, embedding) for probabilities, embedding, _ in rows]
        except Exception as error:  # noqa: BLE001 (it belongs to this batch's callers; the thread has to live)
            report = BatchReport(len(batch), waits, time.monotonic() - begun, failed=True)
            self._backlog.fail(batch, error, report)
        else:
            report = BatchReport(len(batch), waits, time.monotonic() - begun, failed=False)
            self._backlog.answer(batch, results, report)
        if self._observer is None:
            return
        try:
            self._observer(report)
        except Exception:  # noqa: BLE001 (a metric that cannot be written must not stop the inference)
            _log.exception("the observer of the inference queue failed")


def _tell(opened: "asyncio.Future[None]", error: Exception | None) -> None:
    """Finish `opened` from the thread, unless its caller has gone."""

    def finish() -> None:
        if opened.done():
            return
        if error is None:
            opened.set_result(None)
        else:
            opened.set_exception(error)

    try:
        opened.get_loop().call_soon_threadsafe(finish)
    except RuntimeError:  # the event loop is closed
        return
