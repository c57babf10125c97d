"""The queue, in front of a fake engine: who goes first, who is refused, and what is never computed."""

import asyncio
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.batching import (
    DeadlineExceeded,
    InferenceFailed,
    Outcome,
    Priority,
    QueueFull,
)
from services.vision.engines import EngineInputError
from tests.vision.batching.fake_engine import BROKEN, FakeEngine, picture
from tests.vision.batching.stories import a_queue, held, settled, submitting, values


async def test_a_full_queue_refuses_at_once_and_whole_calls_only() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        waiting = submitting(queue, 1, 2, 3)
        await settled()
        took_s = []
        for _ in range(5):  # the best of five: other processes share the machine
            begun = time.monotonic()
            with pytest.raises(QueueFull) as refused:
                await submitting(queue, 4, 5)
            took_s.append(time.monotonic() - begun)
        assert min(took_s) < 0.05
        assert refused.value.retry_after_s > 0
        last = submitting(queue, 6)
        await settled()
        stats = queue.stats()
        assert (stats.depth, stats.running, stats.outcomes[Outcome.REFUSED]) == (4, 1, 10)
        engine.let_go()
        await asyncio.gather(busy, waiting, last)
    assert engine.batches == [[99], [1, 2], [3, 6]]


async def test_urgent_work_goes_first_and_within_it_the_oldest() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        calls = [
            submitting(queue, 1, priority=Priority.BACKFILL),
            submitting(queue, 2, priority=Priority.INGEST),
            submitting(queue, 3, priority=Priority.SEARCH),
            submitting(queue, 4, priority=Priority.SEARCH),
        ]
        await settled()
        engine.let_go()
        await asyncio.gather(busy, *calls)
    assert engine.batches == [[99], [3, 4], [2, 1]]


async def test_backfill_gives_way_to_ingest_and_ingest_to_search() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        older = submitting(queue, 1, priority=Priority.BACKFILL)
        newer = submitting(queue, 2, priority=Priority.BACKFILL)
        ingest = submitting(queue, 3, 4, priority=Priority.INGEST)
        await settled()
        search = submitting(queue, 5, priority=Priority.SEARCH)
        with pytest.raises(QueueFull):
            await newer
        with pytest.raises(QueueFull):  # nothing less urgent than backfill is there to give way
            await submitting(queue, 6, priority=Priority.BACKFILL)
        urgent = submitting(queue, 7, 8, priority=Priority.SEARCH)
        with pytest.raises(QueueFull):
            await older
        with pytest.raises(QueueFull):
            await ingest
        engine.let_go()
        await asyncio.gather(busy, search, urgent)
        assert queue.stats().outcomes[Outcome.SHED] == 4
    assert engine.batches == [[99], [5, 7], [8]]


async def test_what_is_half_computed_does_not_give_way() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        engine.hold()
        begun = submitting(queue, 1, 2, 3, 4, priority=Priority.BACKFILL)
        await asyncio.to_thread(engine.wait_until_entered)
        waiting = submitting(queue, 5, 6, priority=Priority.SEARCH)
        await settled()
        with pytest.raises(QueueFull):
            await submitting(queue, 7, priority=Priority.SEARCH)
        engine.let_go()
        assert values(await begun) == [1, 2, 3, 4]
        await waiting
    assert engine.batches == [[1, 2], [5, 6], [3, 4]]


async def test_a_late_picture_is_refused_in_time_and_never_computed() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            await submitting(queue, 1, 2, deadline_s=0.05)
        assert 0.04 < time.monotonic() - begun < 20
        assert queue.stats().depth == 0
        engine.let_go()
        await busy
        with pytest.raises(DeadlineExceeded):
            await submitting(queue, 3, deadline_s=0)
        assert queue.stats().outcomes[Outcome.EXPIRED] == 2
    assert engine.batches == [[99]]


async def test_the_thread_drops_a_late_picture_although_its_caller_is_stuck() -> None:
    """The event loop is blocked over the deadline, so that only the thread can notice it."""
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        late = submitting(queue, 1, deadline_s=0.05)
        await settled()
        time.sleep(0.1)  # noqa: ASYNC251 (that is the point)
        engine.let_go()
        time.sleep(0.1)  # noqa: ASYNC251
        with pytest.raises(DeadlineExceeded):
            await late
        await busy
    assert engine.batches == [[99]]


async def test_an_answer_after_the_deadline_is_none() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        engine.hold()
        running = submitting(queue, 1, deadline_s=0.05)
        with pytest.raises(DeadlineExceeded):
            await running
        engine.let_go()
        assert values(await submitting(queue, 2)) == [2]


async def test_a_caller_that_is_cancelled_leaves_the_queue() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        gone, staying = submitting(queue, 1, 2, 3), submitting(queue, 4)
        await settled()
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        stats = queue.stats()
        assert (stats.depth, stats.outcomes[Outcome.CANCELLED]) == (1, 3)
        engine.let_go()
        assert values(await staying) == [4]
        await busy
    assert engine.batches == [[99], [4]]


async def test_a_failing_batch_fails_its_callers_and_nobody_else() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        engine.broken = BROKEN
        with pytest.raises(InferenceFailed) as failed:
            await submitting(queue, 1, 2, 3)
        assert failed.value.__cause__ is BROKEN
        engine.broken = None
        assert values(await submitting(queue, 4)) == [4]
        assert queue.running
    assert engine.batches == [[1, 2], [4]]  # the third picture of the failed call was not computed


async def test_an_engine_that_answers_for_too_few_fails_that_batch_only() -> None:
    engine = FakeEngine()
    whole = engine.infer
    async with a_queue(engine) as queue:
        engine.infer = lambda batch: whole(batch[:1])  # type: ignore[method-assign]
        with pytest.raises(InferenceFailed):
            await submitting(queue, 1, 2)
        engine.infer = whole  # type: ignore[method-assign]
        assert values(await submitting(queue, 3)) == [3]


@pytest.mark.parametrize(
    "wrong",
    [np.zeros((1, 299, 299, 3), np.uint8), np.zeros((299, 299), np.uint8), np.zeros((299, 299, 3), np.float32)],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
async def test_a_picture_of_another_shape_is_refused_before_it_can_spoil_a_batch(wrong: NDArray[np.uint8]) -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        with pytest.raises(EngineInputError):
            await queue.submit_all([picture(1), wrong], deadline_s=10, priority=Priority.INGEST)
        with pytest.raises(EngineInputError, match="more than the queue"):
            await submitting(queue, 1, 2, 3, 4, 5)
    assert engine.batches == []
