"""More than can be done: refused at once or dropped when late, never computed for nobody. On a fake slow engine."""

import asyncio
import time

import numpy as np
import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.classifier.services import model_loading
from services.kit.testing.apps import TEST_SECRET, client_of, running
from tests.classifier.pictures import an_image
from tests.classifier.slow_engine import SlowEngine, always
from tests.classifier.tensors import INFER, binary_request, images

WARM_UP = 1
TWO = binary_request(images(2))
ONE = binary_request(images(1), outputs=[{"name": "embedding", "parameters": {"binary_data": True}}])


@pytest.fixture
def engine(monkeypatch):
    engine = SlowEngine(seconds=0.05)
    monkeypatch.setattr(model_loading, "open_engine", always(engine))
    return engine


@pytest.fixture
async def service(engine, package_folder):  # noqa: ARG001 - the engine has to be in place before
    settings = Settings(
        model_package=package_folder,
        internal_secret=TEST_SECRET,
        inference_max_batch=1,
        inference_max_queue=2,
        inference_deadline_s=30,
    )
    app = create_app(settings)
    async with running(app), client_of(app, "classifier") as service:
        await until(service, ready)
        yield service


async def metrics(service) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families((await service.get("/metrics")).text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


async def until(service, condition) -> None:
    async with asyncio.timeout(60):
        while not await condition(service):  # noqa: ASYNC110 - what happens is seen through HTTP alone
            await asyncio.sleep(0.01)


async def ready(service) -> bool:
    return (await service.get("/readyz")).status_code == 200


async def taken(service, count: int, request=ONE) -> list[asyncio.Task]:
    """Send so many requests; the first is in the engine and the others wait when this returns."""
    tasks = []
    for waiting in range(count):

        async def is_in(service, waiting=waiting) -> bool:
            found = await metrics(service)
            return (found["pictor_inference_running_images",], found["pictor_inference_queue_images",]) == (1, waiting)

        tasks.append(asyncio.create_task(service.post(INFER, **request)))
        await until(service, is_in)
    return tasks


async def test_a_full_queue_refuses_within_50_ms_and_keeps_what_it_took(service, engine):
    engine.gate.clear()
    tasks = await taken(service, 3)
    took_s = []
    for _ in range(3):
        began = time.perf_counter()
        refused = await service.post(INFER, **ONE)
        took_s.append(time.perf_counter() - began)

    assert min(took_s) < 0.05  # the machine may have been busy with something else
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert (refused.json()["code"], refused.json()["error"]) == ("inference_busy", refused.json()["detail"])
    assert (await metrics(service))["pictor_inference_images_total", "refused"] == 3
    engine.gate.set()
    assert [answer.status_code for answer in await asyncio.gather(*tasks)] == [200, 200, 200]
    assert engine.seen == [1] * (WARM_UP + 3)


async def test_several_images_are_taken_all_or_none(service, engine):
    engine.gate.clear()
    tasks = await taken(service, 2)

    refused = await service.post(INFER, **TWO)

    assert (refused.status_code, refused.json()["code"]) == (503, "inference_busy")
    engine.gate.set()
    await asyncio.gather(*tasks)
    assert (await service.post(INFER, **TWO)).status_code == 200
    assert len(engine.seen) == WARM_UP + 4


async def test_what_is_late_is_never_computed(service, engine):
    engine.gate.clear()
    [running_one] = await taken(service, 1)

    late = await service.post(INFER, **binary_request(images(1), parameters={"timeout": 50_000}))

    assert (late.status_code, late.headers["retry-after"]) == (503, "1")
    assert late.json()["code"] == "deadline_exceeded"
    engine.gate.set()
    assert (await running_one).status_code == 200
    assert (await service.post(INFER, **ONE)).status_code == 200
    assert len(engine.seen) == WARM_UP + 2
    assert (await metrics(service))["pictor_inference_images_total", "expired"] == 1


async def test_somebody_who_waits_goes_before_what_can_wait(service, engine):
    engine.gate.clear()
    first, *rest = await taken(service, 3, binary_request(images(1), parameters={"priority": 3}))

    async def shed(service) -> bool:
        return (await metrics(service))["pictor_inference_images_total", "shed"] == 1

    urgent = asyncio.create_task(
        service.post("/v1/classify", content=an_image("PNG"), headers={"content-type": "image/png"})
    )
    await until(service, shed)
    engine.gate.set()

    assert [(await urgent).status_code, (await first).status_code] == [200, 200]
    assert [answer.status_code for answer in await asyncio.gather(*rest)] == [200, 503]


async def test_a_batch_that_fails_costs_its_own_callers_only(service):
    failed = await service.post(INFER, **binary_request(np.zeros((1, 299, 299, 3), np.uint8)))

    assert (failed.status_code, failed.json()["code"]) == (503, "inference_failed")
    assert (await service.post(INFER, **ONE)).status_code == 200


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # its death is the point
async def test_an_engine_whose_thread_died_is_replaced(service):
    lost = await service.post(INFER, **binary_request(np.full((1, 299, 299, 3), 255, np.uint8)))

    assert (lost.status_code, lost.json()["code"]) == (503, "inference_stopped")
    assert (await service.get("/readyz")).json()["checks"] == {"model": "the inference thread is gone"}
    await until(service, ready)
    assert (await service.post(INFER, **ONE)).status_code == 200


async def test_the_stages_are_measured(service):
    await service.post("/v1/classify", content=an_image("PNG"), headers={"content-type": "image/png"})

    async def measured(service) -> bool:  # a batch is reported after it was answered
        return (await metrics(service))["pictor_inference_stage_seconds_count", "wait"] == WARM_UP + 1

    await until(service, measured)
    found = await metrics(service)
    assert found["pictor_inference_stage_seconds_count", "decode"] == 1
    assert found["pictor_inference_stage_seconds_count", "compute"] == WARM_UP + 1
    assert found["pictor_inference_stage_seconds_sum", "compute"] > 0.05
    assert found["pictor_inference_batch_images_sum",] == WARM_UP + 1
    assert found["pictor_inference_images_total", "completed"] == WARM_UP + 1
    assert found["pictor_inference_running_images",] == 0


async def test_a_full_queue_refuses_before_the_body_is_there(service, engine):
    engine.gate.clear()
    tasks = await taken(service, 3, binary_request(images(1), parameters={"priority": 1}))
    whole, sent = ONE["content"], 0
    head_length = int(ONE["headers"]["Inference-Header-Content-Length"])

    async def slowly():
        nonlocal sent
        for piece in (whole[:head_length], whole[head_length:]):
            sent += len(piece)
            yield piece
            await asyncio.sleep(30)

    async with asyncio.timeout(60):
        refused = await service.post(INFER, content=slowly(), headers=ONE["headers"])
        picture = await service.post("/v1/classify", content=slowly(), headers={"content-type": "image/png"})

    assert [answer.json()["code"] for answer in (refused, picture)] == ["inference_busy"] * 2
    assert sent <= 2 * head_length
    engine.gate.set()
    assert [answer.status_code for answer in await asyncio.gather(*tasks)] == [200, 200, 200]
