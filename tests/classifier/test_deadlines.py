"""Deadlines by class of work: short where somebody waits, long where nobody does. On a fake slow engine."""

import pytest

from services.classifier.config import Settings
from services.classifier.main import create_app
from services.classifier.services import model_loading
from services.kit.testing.apps import TEST_SECRET, client_of, running
from tests.classifier.slow_engine import SlowEngine, always
from tests.classifier.tensors import INFER, binary_request, images
from tests.classifier.test_overload import ready, until

SEARCH, INGEST, BACKFILL = 1, 2, 3


@pytest.fixture
async def service(monkeypatch, package_folder):
    """Half a second an image, where 0.3 s are allowed if somebody waits, and a second an image if nobody does."""
    monkeypatch.setattr(model_loading, "open_engine", always(SlowEngine(seconds=0.5)))
    settings = Settings(
        model_package=package_folder,
        internal_secret=TEST_SECRET,
        inference_max_batch=1,
        inference_max_queue=4,
        inference_deadline_s=0.3,
        ingest_deadline_s=1,
    )
    app = create_app(settings)
    async with running(app), client_of(app, "classifier") as service:
        await until(service, ready)
        yield service


@pytest.mark.parametrize(("priority", "count", "status"), [
    (SEARCH, 1, 503), (INGEST, 1, 200), (INGEST, 3, 200), (BACKFILL, 2, 200),
])  # fmt: skip
async def test_a_group_has_the_time_of_its_images(service, priority, count, status):
    answer = await service.post(INFER, **binary_request(images(count), parameters={"priority": priority}))
    assert answer.status_code == status, answer.text
    assert status == 200 or answer.json()["code"] == "deadline_exceeded"


async def test_a_caller_may_want_it_sooner_but_never_later(service):
    for timeout, status in ((100_000, 503), (60_000_000, 200)):
        parameters = {"priority": INGEST, "timeout": timeout}
        answer = await service.post(INFER, **binary_request(images(1), parameters=parameters))
        assert answer.status_code == status
    late = await service.post(
        INFER, **binary_request(images(1), parameters={"priority": SEARCH, "timeout": 60_000_000})
    )
    assert late.status_code == 503
