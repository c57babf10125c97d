"""The job queue: rows in Postgres, claimed with SKIP LOCKED, held by leases.

Who changes an image and its job in one transaction holds the image's row first: one order, no deadlock.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Interval, Row, and_, case, delete, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import ImageState, JobKind, JobRecord
from services.catalog.tables import Image, Job
from services.kit.ids import new_id

CHANNEL = "pictor_jobs"
MAX_ATTEMPTS = 5
MAX_LOST = 2 * MAX_ATTEMPTS
"""Tries after which a job is given up whose worker vanished again: likelier a victim than the culprit, it gets more."""
LEASE_S = 20
MAX_BACKOFF_S = 300


def seconds(value: float) -> timedelta:
    return timedelta(seconds=value)


# As text where every upload and every image comes by: a statement that is put together anew takes a millisecond.
_ENQUEUE = text(f"""
    INSERT INTO jobs (id, kind, image_id, state, attempts, run_after)
    SELECT id, :kind, image_id, 'queued', 0, now() + CAST(:delay AS interval)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:image_ids AS uuid[])) AS new (id, image_id)
    ON CONFLICT (kind, image_id) WHERE state = 'queued'
    DO UPDATE SET run_after = least(jobs.run_after, excluded.run_after), attempts = 0
    RETURNING pg_notify('{CHANNEL}', '')
""")  # noqa: S608 - our own name
_LEASE = {"lease": seconds(LEASE_S), "most_lost": MAX_LOST}
_CLAIM = text("""
    UPDATE jobs SET state = 'leased', attempts = attempts + 1, worker = :worker,
        leased_until = now() + CAST(:lease AS interval)
    WHERE id IN (
        SELECT id FROM jobs
        WHERE kind = ANY(CAST(:kinds AS text[])) AND (
            (state = 'queued' AND run_after <= now())
            OR (state = 'leased' AND leased_until < now() AND attempts < :most_lost)
        )
        ORDER BY run_after LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id, kind, image_id, attempts
""")
_FINISH_HELD = text("""
    WITH done AS (
        DELETE FROM jobs USING unnest(CAST(:ids AS uuid[]), CAST(:attempts AS smallint[])) AS mine (id, attempts)
        WHERE jobs.id = mine.id AND jobs.attempts = mine.attempts AND state = 'leased' AND worker = :worker
        RETURNING jobs.id, kind, image_id
    ), parked AS (
        DELETE FROM jobs USING done
        WHERE jobs.kind = done.kind AND jobs.image_id = done.image_id AND state = 'parked'
    )
    SELECT id FROM done
""")


class JobRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def enqueue(self, kind: JobKind, image_id: UUID, *, delay_s: float = 0) -> None:
        """Add a job in the caller's transaction; one still waiting for the same is brought forward instead."""
        await self.enqueue_all(kind, [image_id], delay_s=delay_s)

    async def enqueue_all(self, kind: JobKind, image_ids: Sequence[UUID], *, delay_s: float = 0) -> None:
        """Add one job each for images, none of them twice, in one statement."""
        if image_ids:
            new = {"ids": [new_id() for _ in image_ids], "image_ids": list(image_ids)}
            await self._session.execute(_ENQUEUE, {**new, "kind": kind.value, "delay": seconds(delay_s)})

    async def claim(self, worker: str, *, limit: int, kinds: Sequence[JobKind]) -> list[JobRecord]:
        """Lease up to `limit` due jobs, oldest first: new ones, and those whose lease ran out."""
        asked = {"worker": worker, "limit": limit, "kinds": [kind.value for kind in kinds]}
        return [_record(row) for row in await self._session.execute(_CLAIM, {**asked, **_LEASE})]

    async def renew(self, worker: str, jobs: Sequence[UUID]) -> None:
        """Extend the leases of jobs that a worker is still at."""
        lease = func.now() + literal(seconds(LEASE_S), Interval)
        held = (Job.id.in_(jobs), Job.state == "leased", Job.worker == worker)
        await self._session.execute(update(Job).where(*held).values(leased_until=lease))

    async def release(self, worker: str) -> None:
        """End the leases of a worker that stops: what it could not finish is free at once, and lost no try."""
        held = (Job.state == "leased", Job.worker == worker)
        await self._session.execute(update(Job).where(*held).values(leased_until=func.now(), attempts=Job.attempts - 1))

    async def holds(self, job: JobRecord, worker: str) -> bool:
        """Whether the worker still has the lease; the job's row is held until the transaction ends."""
        return bool(await self.held([job], worker))

    async def held(self, jobs: Sequence[JobRecord], worker: str) -> list[JobRecord]:
        """Those of the jobs that the worker still has the lease of; their rows are held until the transaction ends."""
        statement = (
            select(Job.id, Job.attempts)
            .where(Job.id.in_([job.id for job in jobs]), Job.state == "leased", Job.worker == worker)
            .order_by(Job.id)
            .with_for_update()
        )
        found = {row[0]: row[1] for row in await self._session.execute(statement)}
        return [job for job in jobs if found.get(job.id) == job.attempts]

    async def finish(self, *jobs: JobRecord) -> None:
        """Remove jobs of one kind, and those that were parked for the same: they are done now."""
        if not jobs:
            return
        images = [job.image_id for job in jobs]
        parked = and_(Job.kind == jobs[0].kind.value, Job.image_id.in_(images), Job.state == "parked")
        await self._session.execute(delete(Job).where(or_(Job.id.in_([job.id for job in jobs]), parked)))

    async def finish_held(self, jobs: Sequence[JobRecord], worker: str) -> list[JobRecord]:
        """Finish those of the jobs that the worker still has the lease of, and say which those are.

        Before the work is written: until the transaction ends, nobody else gets their rows.
        """
        mine = {"ids": [job.id for job in jobs], "attempts": [job.attempts for job in jobs]}
        done = set(await self._session.scalars(_FINISH_HELD, {**mine, "worker": worker}))
        return [job for job in jobs if job.id in done]

    async def lost(self) -> list[JobRecord]:
        """Give the jobs whose last lease ran out."""
        ran_out = (Job.state == "leased", Job.leased_until < func.now(), Job.attempts >= MAX_LOST)
        found = await self._session.execute(select(Job.id, Job.kind, Job.image_id, Job.attempts).where(*ran_out))
        return [_record(row) for row in found]

    async def park(self, job: JobRecord, error: str) -> None:
        """Give the job up, for a person to look at."""
        await self._session.execute(
            update(Job).where(Job.id == job.id).values(state="parked", error=error, leased_until=None, worker=None)
        )

    async def put_back(self, job: JobRecord, *, delay_s: float, error: str | None, consumed: bool) -> None:
        """Return a job that could not be done.

        With `consumed` False the try does not count: nothing was wrong with the job. Another waiting job for the same
        makes this one superfluous.
        """
        twin = select(Job.id).where(Job.kind == job.kind.value, Job.image_id == job.image_id, Job.state == "queued")
        if await self._session.scalar(twin) is not None:
            await self.finish(job)
            return
        await self._session.execute(
            update(Job)
            .where(Job.id == job.id)
            .values(
                state="queued",
                attempts=job.attempts if consumed else job.attempts - 1,
                run_after=func.now() + literal(seconds(delay_s), Interval),
                leased_until=None,
                worker=None,
                error=error,
            )
        )

    async def waiting(self, kind: JobKind, *, reason: str, older_than_s: float, limit: int) -> list[UUID]:
        """Images whose job of this kind waits for longer than that, and that do not say yet for what."""
        says_so = and_(Image.state == ImageState.DEFERRED.value, Image.state_reason == reason)
        statement = (
            select(Job.image_id)
            .join(Image, Image.id == Job.image_id)
            .where(Job.kind == kind.value, Job.state == "queued", says_so.is_not(True))
            .where(Job.created_at < func.now() - literal(seconds(older_than_s), Interval))
            .limit(limit)
        )
        return list(await self._session.scalars(statement))

    async def drop_for(self, image_ids: Sequence[UUID], kinds: Sequence[JobKind]) -> None:
        await self._session.execute(
            delete(Job).where(Job.image_id.in_(image_ids), Job.kind.in_([kind.value for kind in kinds]))
        )

    async def counts(self) -> dict[str, int]:
        """Jobs by state, and `due`, the queued ones whose time has come."""
        due = func.count(case((and_(Job.state == "queued", Job.run_after <= func.now()), 1)))
        rows = (await self._session.execute(select(Job.state, func.count(), due).group_by(Job.state))).all()
        return {**{row[0]: row[1] for row in rows}, "due": sum(row[2] for row in rows)}


def _record(row: Row[UUID, str, UUID, int]) -> JobRecord:
    return JobRecord(id=row[0], kind=JobKind(row[1]), image_id=row[2], attempts=row[3])


def backoff_s(attempts: int) -> float:
    """Seconds before the next try: 1, 4, 16, 64, … at most 300."""
    return float(min(4 ** max(attempts - 1, 0), MAX_BACKOFF_S))
