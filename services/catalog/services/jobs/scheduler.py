"""Driving the job queue: claim, run several jobs at once, renew leases, hand what failed to the retry policy."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.domain import JobKind, JobRecord
from services.catalog.services.jobs.group_size import GroupSize
from services.catalog.services.jobs.model_gate import MODEL_PAUSE_S, ModelGate
from services.catalog.services.jobs.retry import REASON_LENGTH, RetryPolicy
from services.catalog.services.jobs.runner import JobRunner, LeaseLost
from services.catalog.storage.jobs import LEASE_S, JobRepository
from services.catalog.storage.listening import JobListener
from services.kit.clients import ConnectionBroke
from services.kit.http.problems import ApiError, Unavailable, UpstreamTimeout
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.worker")
IDLE_S = 2.0
TOGETHER = 4
"""Ingest jobs that share one inference: half of what the queue of the smallest classifier holds."""
BUSY_PAUSE_S = 0.3
ALL_KINDS = tuple(JobKind)
WITHOUT_MODEL = (JobKind.SYNC, JobKind.PURGE)


class QueueWorker:
    """Runs jobs side by side, ingest jobs in batches.

    While the classifier is away, ingest jobs wait and do not lose a try; when it is back, one of them goes first.
    """

    def __init__(
        self,
        *,
        name: str,
        database: Database,
        runner: JobRunner,
        classifier: ClassifierClient,
        width: int,
        drain_s: float,
    ) -> None:
        """`width`: maximum concurrent jobs; each slot runs a batch of up to four. `drain_s`: how long jobs may take to
        end when the worker stops."""
        self._name = name
        self._database = database
        self._runner = runner
        self._gate = ModelGate(database, classifier)
        self._retry = RetryPolicy(database, name)
        self._group = GroupSize(min(TOGETHER, width))
        self._slots = width // self._group.most
        self._drain_s = drain_s
        self._running: dict[asyncio.Task[None], Sequence[JobRecord]] = {}
        self._busy_pause_s = BUSY_PAUSE_S
        self._wake = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        async with JobListener(self._database, self._wake), asyncio.TaskGroup() as group:
            beat = group.create_task(self._keep_leases())
            watch = group.create_task(self._wake_on(stopping))
            while not stopping.is_set():
                await self._turn()
            watch.cancel()
            await self._drain()
            beat.cancel()

    async def _turn(self) -> None:
        """Claim what there is room for and start it; then wait for news."""
        self._wake.clear()
        try:
            jobs = await self._claim(self._slots - len(self._running))
        except Exception:
            logger.exception("the queue cannot be read; trying again")
            await asyncio.sleep(IDLE_S)
            return
        for batch in _batches(jobs, self._group.now):
            task = asyncio.create_task(self._attempt(batch))
            self._running[task] = batch
            task.add_done_callback(self._done)
        if not jobs or len(self._running) >= self._slots:
            pause = MODEL_PAUSE_S / 2 if self._gate.is_closed else IDLE_S
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _claim(self, slots: int) -> list[JobRecord]:
        """Claim jobs for so many slots. While all slots are taken, jobs gather: the next ones make fuller batches."""
        if slots <= 0:
            return []
        with_model = await self._gate.is_open() and not self._probing
        async with self._database.sessions.begin() as session:
            queue = JobRepository(session)
            if with_model and self._gate.is_half_open:  # one image tells whether the others should follow
                [*probe] = await queue.claim(self._name, limit=1, kinds=(JobKind.INGEST,))
                return probe or await queue.claim(self._name, limit=slots, kinds=WITHOUT_MODEL)
            kinds = ALL_KINDS if with_model else WITHOUT_MODEL
            return await queue.claim(self._name, limit=slots * self._group.now if with_model else slots, kinds=kinds)

    @property
    def _probing(self) -> bool:
        """Whether the model has to show that it works, and an image is on its way to find out."""
        return self._gate.is_half_open and any(batch[0].kind is JobKind.INGEST for batch in self._running.values())

    async def _attempt(self, jobs: Sequence[JobRecord], *, since: float = float("inf")) -> None:
        """Run the jobs and write how it went. `since` is when others, with which this one failed, were begun alone."""
        try:
            await self._runner.run(jobs)
            if jobs[0].kind is JobKind.INGEST:
                self._gate.worked(jobs)
                self._group.worked(len(jobs))
                self._busy_pause_s = BUSY_PAUSE_S
        except LeaseLost as error:
            logger.info("%s, %s jobs: another worker has them", jobs[0].kind, error)
        except UpstreamTimeout as error:
            await self._too_slow(jobs, error.detail)
        except (Unavailable, ConnectionBroke) as error:
            await self._defer(jobs, error.detail)
        except ApiError as error:
            await self._refused(jobs, error, since)
        except Exception as error:  # noqa: BLE001 - whatever it was, the jobs go back
            await self._one_by_one(jobs, error)

    async def _refused(self, jobs: Sequence[JobRecord], error: ApiError, since: float) -> None:
        if error.code == "inference_failed":
            await self._engine_failed(jobs, error, since)
        elif error.code == "inference_busy":
            await self._yield(jobs, error.detail)
        elif error.code == "deadline_exceeded":
            await self._too_slow(jobs, error.detail)
        elif error.status in {429, 503}:
            await self._defer(jobs, error.detail)
        else:
            await self._one_by_one(jobs, error)

    async def _engine_failed(self, jobs: Sequence[JobRecord], error: ApiError, since: float) -> None:
        if len(jobs) > 1:
            await self._one_by_one(jobs, error)
        elif self._gate.blames_image(jobs[0], since):
            await self._retry.failed(jobs[0], error)
        else:
            await self._defer(jobs, error.detail)
            self._gate.wait_longer()

    async def _one_by_one(self, jobs: Sequence[JobRecord], error: Exception) -> None:
        """One of several failed: each is tried alone, so that the others do not pay for it."""
        if len(jobs) == 1:
            await self._retry.failed(jobs[0], error)
            return
        since = time.monotonic()
        for tried, job in enumerate(jobs, start=1):
            await self._attempt([job], since=since)
            if self._gate.is_half_open and tried < len(jobs):
                await self._defer(jobs[tried:], str(error))
                return

    async def _defer(self, jobs: Sequence[JobRecord], reason: str) -> None:
        """What the jobs need is away: they wait for it."""
        for_model, reason = jobs[0].kind is JobKind.INGEST, reason[:REASON_LENGTH]
        await self._retry.put_back(jobs, reason, delay_s=MODEL_PAUSE_S, defer=for_model)
        if for_model:
            await self._gate.close(reason)

    async def _too_slow(self, jobs: Sequence[JobRecord], reason: str) -> None:
        """A group was not done in time: it is tried again in smaller ones. One image alone waits."""
        if len(jobs) == 1:
            await self._defer(jobs, reason)
            return
        self._group.missed(len(jobs))
        logger.info("%d images were not done in time; now at most %d go together", len(jobs), self._group.now)
        await self._retry.put_back(jobs, reason, delay_s=0, defer=False)

    async def _yield(self, jobs: Sequence[JobRecord], reason: str) -> None:
        """The classifier's queue is full: a little later again, twice as late each time up to MODEL_PAUSE_S."""
        delay_s = self._busy_pause_s
        await self._retry.put_back(jobs, reason, delay_s=delay_s, defer=False)
        self._busy_pause_s = min(2 * delay_s, MODEL_PAUSE_S)
        asyncio.get_running_loop().call_later(delay_s, self._wake.set)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a job's end could not be written; its lease will run out", exc_info=error)
        self._wake.set()

    async def _keep_leases(self) -> None:
        """Renew ours, and give up the jobs that one worker after the other vanished from."""
        while True:
            await asyncio.sleep(LEASE_S / 4)
            try:
                async with self._database.sessions.begin() as session:
                    queue = JobRepository(session)
                    await queue.renew(self._name, [job.id for batch in self._running.values() for job in batch])
                    lost = await queue.lost()
                for job in lost:
                    await self._retry.lost(job)
            except Exception:
                logger.exception("leases could not be renewed")

    async def _wake_on(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._wake.set()

    async def _drain(self) -> None:
        if self._running:
            _, late = await asyncio.wait(list(self._running), timeout=self._drain_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with self._database.sessions.begin() as session:
            await JobRepository(session).release(self._name)


def _batches(jobs: Sequence[JobRecord], most: int) -> Iterator[Sequence[JobRecord]]:
    """Ingest jobs together, every other job alone."""
    ingest = [job for job in jobs if job.kind is JobKind.INGEST]
    yield from (ingest[start : start + most] for start in range(0, len(ingest), most))
    yield from ([job] for job in jobs if job.kind is not JobKind.INGEST)
