"""The short form of `make faults`: a few faults of a fixed seed, and that the checker sees what it is there for."""

from collections.abc import AsyncIterator
from random import Random
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from services.catalog.storage.objects.keys import original_key
from tests.faults.campaign import FAULTS, Fault, campaign
from tests.faults.checker import quiet, violations
from tests.faults.load import People
from tests.faults.stage import Stage, standing

pytestmark = pytest.mark.asyncio(loop_scope="module")
SEED = 11
SHORT = ("kill -9 catalog at upload.job", "kill -9 worker at job.vector", "PostgreSQL crashes")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with standing(tmp_path_factory.mktemp("faults")) as stage:
        yield stage


async def test_nothing_is_lost_and_nothing_is_left(stage: Stage) -> None:
    by_name: dict[str, Fault] = {fault.name: fault for fault in FAULTS}
    faults = [by_name[name] for name in SHORT]
    async for outcome in campaign(stage, faults, Random(SEED)):  # noqa: S311 - to be drawn again
        assert outcome.violated == [], f"{outcome.fault}, seed {SEED}"
        assert outcome.deaths or "kill -9" not in outcome.fault, "the failpoint was not reached"


async def test_the_checker_sees_each_kind_of_damage(stage: Stage) -> None:
    await stage.rows("TRUNCATE images, jobs, idempotency_keys CASCADE")
    stage.fakes.similarity.points.clear()
    people = People(f"http://127.0.0.1:{stage.links['catalog'].port}", Random(SEED), sent=10_000)  # noqa: S311
    await people.work(uploads=4, deletes=0)
    await quiet(stage)
    assert await violations(stage, people) == []
    lost, moved, owned, other = (UUID(image_id) for image_id in sorted(people.kept))
    (stage.objects / original_key(lost)).unlink()
    del stage.fakes.similarity.points[moved]
    stage.fakes.similarity.points[owned]["owner_id"] = str(uuid4())
    await stage.rows("UPDATE images SET state = 'failed' WHERE id = :id", id=other)
    people.keys["key-twice"] = {str(lost), str(other)}
    found = await violations(stage, people)
    assert {violation[:3] for violation in found} == {"(a)", "(b)", "(c)", "(d)", "(e)", "(g)"}
