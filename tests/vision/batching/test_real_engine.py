"""The queue with the engine that serves: the same answers as without a queue."""

import asyncio

import numpy as np

from services.vision.batching import InferenceQueue, Priority
from services.vision.engines import open_engine
from services.vision.packages import Package
from tests.vision.pictures import photographs


async def test_many_callers_get_what_the_engine_answers_alone(package: Package) -> None:
    photos = photographs(8)
    alone = open_engine(package, precision="fp32")
    expected = [alone.infer(photo[None]) for photo in photos]
    alone.close()

    queue = InferenceQueue(lambda: open_engine(package, precision="fp32"), max_batch=4, max_delay_s=0.005)
    await queue.start()
    calls = [queue.submit(photo, deadline_s=60, priority=Priority.INGEST) for photo in photos]
    results = await asyncio.gather(*calls)
    stats = queue.stats()
    assert await queue.drain(30)

    for result, answer in zip(results, expected, strict=True):
        assert np.allclose(result.probabilities, answer.probabilities[0], atol=1e-7)
        assert np.allclose(result.embedding, answer.embeddings[0], atol=1e-6)
    assert sum(size * count for size, count in stats.batch_sizes.items()) == 8
    assert max(stats.batch_sizes) == 4
