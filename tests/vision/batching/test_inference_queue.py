"""The queue, in front of a fake engine: everyone is answered, together where that is possible."""

import asyncio
import time

import numpy as np
import pytest

from services.vision.batching import (
    BatchReport,
    DeadlineExceeded,
    InferenceFailed,
    Outcome,
    Priority,
    QueueFull,
)
from tests.vision.batching.fake_engine import BROKEN, FakeEngine, picture
from tests.vision.batching.stories import a_queue, held, settled, submitting, values


async def test_one_picture_is_answered_by_the_one_inference_thread() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        result = await queue.submit(picture(7), deadline_s=10, priority=Priority.SEARCH)
        assert values([result]) == [7]
    assert engine.threads == {"inference-1"}


async def test_everyone_gets_the_own_answer() -> None:
    async with a_queue(FakeEngine(), max_queue=100) as queue:
        calls = [submitting(queue, value, value + 100) for value in range(40)]
        for value, call in enumerate(calls):
            assert values(await call) == [value, value + 100]


async def test_pictures_that_wait_run_together() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        busy = await held(engine, queue)
        calls = [submitting(queue, value) for value in (1, 2, 3)]
        await settled()
        engine.let_go()
        await asyncio.gather(busy, *calls)
    assert engine.batches == [[99], [1, 2], [3]]


async def test_a_picture_waits_a_moment_for_company() -> None:
    engine = FakeEngine()
    async with a_queue(engine, max_delay_s=5) as queue:
        first = submitting(queue, 1)
        await asyncio.sleep(0.05)
        assert engine.batches == []
        begun = time.monotonic()
        await asyncio.gather(first, submitting(queue, 2))
        assert time.monotonic() - begun < 4  # a full batch does not wait on
    assert engine.batches == [[1, 2]]


async def test_without_company_it_goes_alone() -> None:
    engine = FakeEngine()
    async with a_queue(engine, max_delay_s=0.02) as queue:
        assert values(await submitting(queue, 1)) == [1]
    assert engine.batches == [[1]]


async def test_more_pictures_than_a_batch_are_answered_in_order() -> None:
    engine = FakeEngine()
    async with a_queue(engine) as queue:
        assert values(await submitting(queue, 4, 3, 2)) == [4, 3, 2]
        assert await submitting(queue) == []
    assert engine.batches == [[4, 3], [2]]


async def test_every_batch_is_reported_and_a_broken_observer_stops_nothing() -> None:
    reports: list[BatchReport] = []

    def observe(report: BatchReport) -> None:
        reports.append(report)
        raise ValueError("no disk for metrics")

    engine = FakeEngine()
    async with a_queue(engine, observer=observe) as queue:
        await submitting(queue, 1, 2, 3)
        engine.broken = BROKEN
        with pytest.raises(InferenceFailed):
            await submitting(queue, 4)
        stats = queue.stats()
    assert [(report.size, len(report.wait_s), report.failed) for report in reports] == [
        (2, 2, False),
        (1, 1, False),
        (1, 1, True),
    ]
    assert stats.batch_sizes == {2: 1, 1: 2}
    assert stats.outcomes == dict.fromkeys(Outcome, 0) | {Outcome.COMPLETED: 3, Outcome.FAILED: 1}
    assert stats.compute_s == pytest.approx(sum(report.compute_s for report in reports))
    assert stats.wait_s == pytest.approx(sum(sum(report.wait_s) for report in reports))
    assert (stats.depth, stats.running) == (0, 0)


async def test_under_a_storm_everyone_is_answered_once() -> None:
    """Random priorities, deadlines and cancellations; what is counted adds up to what was submitted."""
    random = np.random.default_rng(3)
    engine = FakeEngine()
    async with a_queue(engine, max_queue=6) as queue:
        calls = []
        sizes = [int(size) for size in random.integers(1, 4, 200)]
        for value, size in enumerate(sizes):
            calls.append(
                submitting(
                    queue,
                    *[value] * size,
                    deadline_s=float(random.choice([0.001, 10])),
                    priority=Priority(int(random.integers(0, 3))),
                )
            )
            if random.random() < 0.2:
                calls[int(random.integers(0, len(calls)))].cancel()
            if random.random() < 0.7:
                await asyncio.sleep(0.001)
        ends = await asyncio.gather(*calls, return_exceptions=True)
        stats = queue.stats()
    answered = cancelled = 0
    for value, (end, size) in enumerate(zip(ends, sizes, strict=True)):
        if isinstance(end, list):
            assert values(end) == [value] * size
            answered += size
        else:
            assert isinstance(end, (QueueFull, DeadlineExceeded, asyncio.CancelledError))
            cancelled += size * isinstance(end, asyncio.CancelledError)
    assert answered > 0
    assert stats.outcomes[Outcome.COMPLETED] >= answered  # a deadline may pass just as the answer comes
    counted = sum(stats.outcomes.values())
    assert sum(sizes) - cancelled <= counted <= sum(sizes)  # some were cancelled before they had begun
    assert (stats.depth, stats.running, stats.outcomes[Outcome.FAILED]) == (0, 0, 0)
