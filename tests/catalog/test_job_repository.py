"""The queue's rows: claimed once, held by leases, put back, brought forward."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.catalog.domain import JobKind, JobRecord
from services.catalog.storage.jobs import LEASE_S, MAX_LOST, JobRepository, backoff_s
from services.kit.postgres.database import Database
from services.kit.settings import PostgresSettings
from services.kit.testing.postgres import TestPostgres

ALL = tuple(JobKind)


@pytest.fixture
async def database(postgres: TestPostgres) -> AsyncIterator[Database]:
    url = await postgres.create("catalog")
    database = Database(PostgresSettings(database_url=url))
    yield database
    await database.close()
    await postgres.drop(url)


async def enqueue(database: Database, *kinds: JobKind, image: UUID | None = None, delay_s: float = 0) -> UUID:
    image_id = image or uuid4()
    for kind in kinds or (JobKind.INGEST,):
        async with database.transaction() as session:
            await JobRepository(session).enqueue(kind, image_id, delay_s=delay_s)
    return image_id


async def claim(
    database: Database, worker: str, *, limit: int = 10, kinds: tuple[JobKind, ...] = ALL
) -> list[JobRecord]:
    async with database.transaction() as session:
        return await JobRepository(session).claim(worker, limit=limit, kinds=kinds)


async def rows(database: Database, statement: str, **values: Any) -> list[tuple[Any, ...]]:
    async with database.engine.begin() as connection:
        result = await connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


async def let_leases_run_out(database: Database) -> None:
    await rows(database, "UPDATE jobs SET leased_until = now() - interval '1 s' WHERE state = 'leased'")


async def test_jobs_are_claimed_oldest_first_as_many_as_asked_for(database: Database) -> None:
    images = [await enqueue(database) for _ in range(5)]
    first = await claim(database, "a", limit=2)
    rest = await claim(database, "b")
    assert {job.image_id for job in first} == set(images[:2])
    assert {job.image_id for job in rest} == set(images[2:])
    assert {(job.kind, job.attempts) for job in first + rest} == {(JobKind.INGEST, 1)}
    assert await claim(database, "c") == []


async def test_a_job_for_later_and_a_kind_not_asked_for_stay(database: Database) -> None:
    await enqueue(database, delay_s=60)
    await enqueue(database, JobKind.INGEST)
    purge = await enqueue(database, JobKind.PURGE)
    assert [job.image_id for job in await claim(database, "a", kinds=(JobKind.SYNC, JobKind.PURGE))] == [purge]


async def test_no_job_is_given_to_two_who_ask_at_once(database: Database) -> None:
    images = {await enqueue(database) for _ in range(40)}
    claimed = await asyncio.gather(*(claim(database, f"worker-{number}", limit=5) for number in range(8)))
    jobs = [job for some in claimed for job in some] + await claim(database, "last", limit=40)
    assert len(jobs) == 40
    assert {job.image_id for job in jobs} == images


async def test_a_job_whose_lease_ran_out_is_anyones(database: Database) -> None:
    await enqueue(database)
    [lost] = await claim(database, "a")
    [(seconds,)] = await rows(database, "SELECT extract(epoch FROM leased_until - now())::float FROM jobs")
    assert seconds == pytest.approx(LEASE_S, abs=5)
    assert await claim(database, "b") == []
    await let_leases_run_out(database)
    [found] = await claim(database, "b")
    assert (found.id, found.attempts) == (lost.id, 2)
    async with database.transaction() as session:
        assert not await JobRepository(session).holds(lost, "a")
        assert await JobRepository(session).holds(found, "b")


async def test_a_lease_is_renewed_by_its_worker_alone(database: Database) -> None:
    await enqueue(database)
    [job] = await claim(database, "a")
    await let_leases_run_out(database)
    for worker, free in (("b", True), ("a", False)):
        async with database.transaction() as session:
            await JobRepository(session).renew(worker, [job.id])
        assert await rows(database, "SELECT leased_until < now() FROM jobs") == [(free,)]


async def test_what_is_released_is_free_at_once_and_lost_no_try(database: Database) -> None:
    await enqueue(database)
    await enqueue(database)
    await claim(database, "a", limit=1)
    await claim(database, "b", limit=1)
    async with database.transaction() as session:
        await JobRepository(session).release("a")
    [job] = await claim(database, "c")
    assert job.attempts == 1


@pytest.mark.parametrize(("consumed", "attempts"), [(True, 1), (False, 0)])
async def test_a_job_put_back_comes_again_after_its_delay(database: Database, consumed: bool, attempts: int) -> None:
    await enqueue(database)
    [job] = await claim(database, "a")
    async with database.transaction() as session:
        await JobRepository(session).put_back(job, delay_s=30, error="why", consumed=consumed)
    [(state, tries, error, worker, seconds)] = await rows(
        database, "SELECT state, attempts, error, worker, extract(epoch FROM run_after - now())::float FROM jobs"
    )
    assert (state, tries, error, worker) == ("queued", attempts, "why", None)
    assert seconds == pytest.approx(30, abs=5)
    assert await claim(database, "a") == []


async def test_a_job_put_back_gives_way_to_a_newer_one_for_the_same(database: Database) -> None:
    image = await enqueue(database)
    [job] = await claim(database, "a")
    await enqueue(database, image=image)
    async with database.transaction() as session:
        await JobRepository(session).put_back(job, delay_s=30, error="why", consumed=True)
    [(found, state, attempts)] = await rows(database, "SELECT id, state, attempts FROM jobs")
    assert found != job.id
    assert (state, attempts) == ("queued", 0)


async def test_a_job_asked_for_again_is_one_job_brought_forward(database: Database) -> None:
    image = await enqueue(database, delay_s=60)
    await rows(database, "UPDATE jobs SET attempts = 3")
    await enqueue(database, image=image, delay_s=90)
    assert await claim(database, "a") == []
    await enqueue(database, image=image)
    [job] = await claim(database, "a")
    assert (job.image_id, job.attempts) == (image, 1)


async def test_a_job_done_takes_the_parked_ones_for_the_same_along(database: Database) -> None:
    image = await enqueue(database)
    other = await enqueue(database)
    for job in await claim(database, "a"):
        async with database.transaction() as session:
            await JobRepository(session).park(job, "why")
    await enqueue(database, image=image)
    [again] = await claim(database, "a")
    async with database.transaction() as session:
        await JobRepository(session).finish(again)
    assert await rows(database, "SELECT image_id, state, error FROM jobs") == [(other, "parked", "why")]


async def test_a_job_that_workers_vanish_from_is_not_given_out_for_ever(database: Database) -> None:
    await enqueue(database)
    for attempt in range(1, MAX_LOST + 1):
        [job] = await claim(database, "a")
        assert job.attempts == attempt
        async with database.transaction() as session:
            assert await JobRepository(session).lost() == []
        await let_leases_run_out(database)
    assert await claim(database, "a") == []
    async with database.transaction() as session:
        assert await JobRepository(session).lost() == [job]


def test_the_pause_between_tries_grows_to_five_minutes() -> None:
    assert [backoff_s(attempts) for attempts in (0, 1, 2, 3, 4, 5, 6, 99)] == [1, 1, 4, 16, 64, 256, 300, 300]
