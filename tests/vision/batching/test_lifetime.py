"""The queue, in front of a fake engine: opening it, and stopping it without losing an answer."""

import asyncio
import time

import pytest

from services.vision.batching import (
    InferenceQueue,
    Outcome,
    QueueClosed,
)
from tests.vision.batching.fake_engine import BROKEN, FakeEngine
from tests.vision.batching.stories import a_queue, held, settled, submitting, values


async def test_draining_finishes_what_waits_and_takes_no_more() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        waiting = submitting(queue, 1)
        await settled()
        draining = asyncio.create_task(queue.drain(10))
        await settled()
        assert not queue.running
        with pytest.raises(QueueClosed):
            await submitting(queue, 2)
        engine.let_go()
        assert await draining
        assert (values(await busy), values(await waiting)) == ([99], [1])
        assert await queue.drain(10)


async def test_draining_does_not_wait_for_company() -> None:
    async with a_queue(FakeEngine(), max_delay_s=60) as queue:
        waiting = submitting(queue, 1)
        await settled()
        assert await queue.drain(10)
        assert values(await waiting) == [1]


async def test_draining_gives_up_after_its_time() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        waiting = submitting(queue, 1)
        await settled()
        begun = time.monotonic()
        assert not await queue.drain(0.05)
        assert time.monotonic() - begun < 20
        for call in (busy, waiting):
            with pytest.raises(QueueClosed):
                await call
        assert queue.stats().outcomes[Outcome.CLOSED] == 2
    assert engine.batches == [[99]]


async def test_an_engine_that_does_not_open_is_said_where_the_queue_is_started() -> None:
    def refuse() -> FakeEngine:
        raise BROKEN

    queue = InferenceQueue(refuse, max_batch=2, max_delay_s=0)
    assert not queue.running
    with pytest.raises(type(BROKEN), match="broken on purpose"):
        await queue.start()
    assert not queue.running
    with pytest.raises(QueueClosed):
        await submitting(queue, 1)
    assert await queue.drain(1)


async def test_a_queue_that_was_not_started_takes_nothing() -> None:
    queue = InferenceQueue(FakeEngine, max_batch=2, max_delay_s=0)
    with pytest.raises(QueueClosed):
        await submitting(queue, 1)
    assert await queue.drain(1)
    with pytest.raises(QueueClosed):
        await submitting(queue, 1)


async def test_a_second_start_is_a_mistake() -> None:
    async with a_queue(FakeEngine()) as queue:
        with pytest.raises(RuntimeError, match="started before"):
            await queue.start()
