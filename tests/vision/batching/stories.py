"""What the stories about the queue begin with: a queue of batches of two, in front of a fake engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from services.vision.batching import (
    BatchReport,
    InferenceQueue,
    ItemResult,
    Priority,
)
from tests.vision.batching.fake_engine import FakeEngine, picture


@asynccontextmanager
async def a_queue(
    engine: FakeEngine,
    *,
    max_queue: int | None = None,
    max_delay_s: float = 0.0,
    observer: Callable[[BatchReport], None] | None = None,
) -> AsyncIterator[InferenceQueue]:
    """A started queue with batches of two; drained at the end."""
    queue = InferenceQueue(lambda: engine, max_batch=2, max_delay_s=max_delay_s, max_queue=max_queue, observer=observer)
    await queue.start()
    try:
        yield queue
    finally:
        engine.let_go()
        assert await queue.drain(10)
        assert engine.closed


def submitting(
    queue: InferenceQueue, *values: int, deadline_s: float = 10, priority: Priority = Priority.INGEST
) -> "asyncio.Task[list[ItemResult]]":
    images = [picture(value) for value in values]
    return asyncio.create_task(queue.submit_all(images, deadline_s=deadline_s, priority=priority))


def values(results: list[ItemResult]) -> list[int]:
    for result in results:
        assert (result.probabilities.shape, result.embedding.shape) == ((1000,), (2048,))
        assert result.probabilities[0] == result.embedding[0]
    return [int(result.embedding[0]) for result in results]


async def held(engine: FakeEngine, queue: InferenceQueue) -> "asyncio.Task[list[ItemResult]]":
    """Keep the engine busy with a picture of value 99."""
    engine.hold()
    busy = submitting(queue, 99)
    await asyncio.to_thread(engine.wait_until_entered)
    return busy


async def settled() -> None:
    """Let tasks that were just made run into the queue."""
    for _ in range(5):
        await asyncio.sleep(0)
