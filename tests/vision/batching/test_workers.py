"""An engine with two workers: both compute, what waits is shared, and answers keep their order."""

import asyncio

import pytest

from services.vision.batching import InferenceQueue, QueueClosed
from tests.vision.batching.fake_engine import FakeEngine
from tests.vision.batching.stories import a_queue, settled, submitting, values


async def entered(engine: FakeEngine, times: int) -> None:
    for _ in range(times):
        await asyncio.to_thread(engine.wait_until_entered)


async def test_two_pictures_are_computed_side_by_side() -> None:
    engine = FakeEngine(workers=2)
    engine.hold()
    async with a_queue(engine) as queue:
        both = [submitting(queue, 1), submitting(queue, 2)]
        await entered(engine, 2)
        assert (queue.stats().running, queue.stats().depth) == (2, 0)
        engine.let_go()
        assert [values(await one) for one in both] == [[1], [2]]
    assert engine.threads == {"inference-1", "inference-2"}


async def test_a_call_that_both_workers_share_is_answered_in_its_order() -> None:
    engine = FakeEngine(workers=2)
    async with a_queue(engine) as queue:
        for _ in range(20):
            assert values(await submitting(queue, 1, 2, 3, 4, 5, 6, 7)) == [1, 2, 3, 4, 5, 6, 7]
    assert max(len(batch) for batch in engine.batches) == 2


async def test_idle_workers_share_what_waits() -> None:
    engine = FakeEngine(workers=2)
    engine.hold()
    async with a_queue(engine) as queue:
        together = submitting(queue, 1, 2)
        await entered(engine, 2)
        engine.let_go()
        assert values(await together) == [1, 2]
    assert sorted(engine.batches) == [[1], [2]]


async def test_the_queue_holds_two_batches_for_each_worker() -> None:
    async with a_queue(FakeEngine(workers=2)) as queue:
        assert queue.capacity == 2 * 2 * 2


async def test_draining_lets_the_slower_worker_finish() -> None:
    engine = FakeEngine(workers=2)
    engine.hold()
    async with a_queue(engine) as queue:
        both = [submitting(queue, 1), submitting(queue, 2)]
        await entered(engine, 2)
        drained = asyncio.create_task(queue.drain(10))
        await settled()
        assert not engine.closed
        engine.let_go()
        assert await drained
        assert [values(await one) for one in both] == [[1], [2]]
    assert engine.closed


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # its death is the point
async def test_when_one_worker_dies_nobody_waits_for_it() -> None:
    engine = FakeEngine(workers=2)
    queue = InferenceQueue(lambda: engine, max_delay_s=0)
    await queue.start()
    engine.broken = SystemExit()  # type: ignore[assignment]  # what ends a thread
    with pytest.raises(QueueClosed):
        await submitting(queue, 1)
    assert not queue.running
    assert await queue.drain(10)
    assert engine.closed
