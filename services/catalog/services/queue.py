"""Driving the job queue: claim, run some at once, renew leases, put back what failed, wait while the model is away."""

import asyncio
import logging
import time
from uuid import UUID

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.domain import ImageState, JobKind, JobRecord
from services.catalog.services.processing import JobRunner, LeaseLost
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import LEASE_S, MAX_ATTEMPTS, JobRepository, backoff_s
from services.catalog.storage.listening import JobListener
from services.kit.clients import ConnectionBroke
from services.kit.database import Database
from services.kit.problems import ApiError, Unavailable, UpstreamTimeout
from services.vision.decoding import DecodeError

logger = logging.getLogger("pictor.worker")
IDLE_S = 2.0
MODEL_PAUSE_S = 2.0
BUSY_PAUSE_S = 0.3
DEFER_AFTER_S = 2.0
BACKLOG = 1000
ALL_KINDS = tuple(JobKind)
WITHOUT_MODEL = (JobKind.SYNC, JobKind.PURGE)
ERRORS_KEPT = 500
LOST = "Every worker that tried vanished. Reprocess the image to have it tried again."
OUR_MISTAKE = "This is our mistake; the worker's log says more. Reprocess the image to have it tried again."


class QueueWorker:
    """Runs up to `width` jobs at once. While the classifier is away, ingest jobs wait and do not lose a try."""

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
        self._name = name
        self._database = database
        self._runner = runner
        self._classifier = classifier
        self._width = width
        self._drain_s = drain_s
        self._running: dict[asyncio.Task[None], UUID] = {}
        self._model_away_until = 0.0
        self._said: str | None = None
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
            jobs = await self._claim(self._width - len(self._running))
        except Exception:
            logger.exception("the queue cannot be read; trying again")
            await asyncio.sleep(IDLE_S)
            return
        for job in jobs:
            task = asyncio.create_task(self._attempt(job))
            self._running[task] = job.id
            task.add_done_callback(self._done)
        if not jobs or len(self._running) >= self._width:
            pause = IDLE_S if time.monotonic() >= self._model_away_until else MODEL_PAUSE_S / 2
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _claim(self, room: int) -> list[JobRecord]:
        if room <= 0:
            return []
        kinds = ALL_KINDS if await self._model_is_there() else WITHOUT_MODEL
        async with self._database.sessions.begin() as session:
            return await JobRepository(session).claim(self._name, limit=room, kinds=kinds)

    async def _model_is_there(self) -> bool:
        """Ask the classifier again once a pause is over; meanwhile say of the waiting images what they wait for."""
        if self._model_away_until == 0.0:
            return True
        if time.monotonic() < self._model_away_until:
            return False
        try:
            ready, reason = await self._classifier.state()
        except ApiError as error:
            ready, reason = False, error.detail
        if ready:
            self._model_away_until, self._said = 0.0, None
            logger.info("the classifier is back: waiting images are processed now")
            return True
        await self._model_is_away(reason)
        return False

    async def _model_is_away(self, reason: str) -> None:
        self._model_away_until = time.monotonic() + MODEL_PAUSE_S
        if reason != self._said:
            logger.warning("images wait (deferred): %s", reason)
            self._said = reason
        async with self._database.sessions.begin() as session:
            waiting = await JobRepository(session).waiting(
                JobKind.INGEST, reason=reason, older_than_s=DEFER_AFTER_S, limit=BACKLOG
            )
            if waiting:
                await ImageRepository(session).defer(waiting, reason)

    async def _attempt(self, job: JobRecord) -> None:
        try:
            await self._runner.run(job)
        except LeaseLost:
            logger.info("%s of %s: another worker has it", job.kind, job.image_id)
        except (Unavailable, UpstreamTimeout, ConnectionBroke) as error:
            await self._defer(job, error.detail)
        except ApiError as error:
            if error.status in {429, 503}:
                await self._defer(job, error.detail, busy=error.code == "inference_busy")
            else:
                await self._failed(job, error)
        except Exception as error:  # noqa: BLE001 - whatever it was, the job goes back
            await self._failed(job, error)

    async def _defer(self, job: JobRecord, reason: str, *, busy: bool = False) -> None:
        """Put a job back that could not be tried: nothing is wrong with it, so its try does not count."""
        delay_s, reason = BUSY_PAUSE_S if busy else MODEL_PAUSE_S, reason[:ERRORS_KEPT]
        waits_for_model = job.kind is JobKind.INGEST and not busy
        async with self._database.sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            await images.get_for_work(job.image_id)
            if await jobs.holds(job, self._name):
                await jobs.put_back(job, delay_s=delay_s, error=reason, consumed=False)
                if waits_for_model:
                    await images.defer([job.image_id], reason)
        if waits_for_model:
            await self._model_is_away(reason)
        if busy:
            asyncio.get_running_loop().call_later(delay_s, self._wake.set)

    async def _failed(self, job: JobRecord, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:ERRORS_KEPT]
        logger.warning("%s of %s failed, try %d: %s", job.kind, job.image_id, job.attempts, reason, exc_info=error)
        async with self._database.sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            await images.get_for_work(job.image_id)
            if not await jobs.holds(job, self._name):
                return
            if job.attempts < MAX_ATTEMPTS:
                await jobs.put_back(job, delay_s=backoff_s(job.attempts), error=reason, consumed=True)
            else:
                await self._give_up(images, jobs, job, reason, said=_said_of(error))

    @staticmethod
    async def _give_up(images: ImageRepository, jobs: JobRepository, job: JobRecord, reason: str, *, said: str) -> None:
        await jobs.park(job, reason)
        if job.kind is JobKind.INGEST:
            await images.set_state(job.image_id, ImageState.FAILED, said)

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
                    await JobRepository(session).renew(self._name, list(self._running.values()))
                    lost = await JobRepository(session).lost()
                for job in lost:
                    logger.error(
                        "%s of %s is given up: its workers vanished, %d times", job.kind, job.image_id, job.attempts
                    )
                    async with self._database.sessions.begin() as session:
                        images, jobs = ImageRepository(session), JobRepository(session)
                        await images.get_for_work(job.image_id)
                        await self._give_up(images, jobs, job, LOST, said=LOST)
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


def _said_of(error: Exception) -> str:
    """Give what an image's owner is told. Other errors than ours may speak of paths, or of SQL."""
    if isinstance(error, ApiError):
        return error.detail[:ERRORS_KEPT]
    return str(error)[:ERRORS_KEPT] if isinstance(error, DecodeError) else OUR_MISTAKE
