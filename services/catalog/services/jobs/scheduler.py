"""Driving the job queue: claim, run some at once, renew leases, put back what failed, wait while the model is away."""

import asyncio
import logging
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.domain import ImageState, JobKind, JobRecord
from services.catalog.services.jobs.runner import JobRunner, LeaseLost
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import LEASE_S, MAX_ATTEMPTS, JobRepository, backoff_s
from services.catalog.storage.listening import JobListener
from services.kit.clients import ConnectionBroke
from services.kit.http.problems import ApiError, Unavailable, UpstreamTimeout
from services.kit.postgres.database import Database
from services.vision.decoding import DecodeError

logger = logging.getLogger("pictor.worker")
IDLE_S = 2.0
TOGETHER = 4
"""Ingest jobs that share one inference: half of what the queue of the smallest classifier holds."""
MODEL_PAUSE_S = 2.0
BUSY_PAUSE_S = 0.3
MAX_PROBE_PAUSE_S = 30.0
DEFER_AFTER_S = 2.0
BACKLOG = 1000
ALL_KINDS = tuple(JobKind)
WITHOUT_MODEL = (JobKind.SYNC, JobKind.PURGE)
ERRORS_KEPT = 500
LOST = "Every worker that tried vanished. Reprocess the image to have it tried again."
OUR_MISTAKE = "This is our mistake; the worker's log says more. Reprocess the image to have it tried again."


class QueueWorker:
    """Runs jobs side by side, ingest jobs several together.

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
        """`width` bounds the jobs under way: a place for every four of them."""
        self._name = name
        self._database = database
        self._runner = runner
        self._classifier = classifier
        self._together = min(TOGETHER, width)
        self._places = width // self._together
        self._drain_s = drain_s
        self._running: dict[asyncio.Task[None], Sequence[JobRecord]] = {}
        self._model_away_until = 0.0
        self._trusted = True
        self._busy_pause_s = BUSY_PAUSE_S
        self._probe_pause_s = MODEL_PAUSE_S
        self._worked = float("-inf")
        self._suspects: dict[UUID, float] = {}
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
            jobs = await self._claim(self._places - len(self._running))
        except Exception:
            logger.exception("the queue cannot be read; trying again")
            await asyncio.sleep(IDLE_S)
            return
        for group in _groups(jobs, self._together):
            task = asyncio.create_task(self._attempt(group))
            self._running[task] = group
            task.add_done_callback(self._done)
        if not jobs or len(self._running) >= self._places:
            pause = IDLE_S if time.monotonic() >= self._model_away_until else MODEL_PAUSE_S / 2
            try:
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _claim(self, places: int) -> list[JobRecord]:
        """Claim jobs for so many places. While those before keep all places taken, jobs gather: the next ones are done
        together."""
        if places <= 0:
            return []
        with_model = await self._model_is_there() and not self._probing
        async with self._database.sessions.begin() as session:
            queue = JobRepository(session)
            if with_model and not self._trusted:  # half-open: one image tells whether the others should follow
                [*probe] = await queue.claim(self._name, limit=1, kinds=(JobKind.INGEST,))
                return probe or await queue.claim(self._name, limit=places, kinds=WITHOUT_MODEL)
            kinds = ALL_KINDS if with_model else WITHOUT_MODEL
            return await queue.claim(self._name, limit=places * self._together if with_model else places, kinds=kinds)

    @property
    def _probing(self) -> bool:
        """Whether the model has to show that it works, and an image is on its way to find out."""
        return not self._trusted and any(group[0].kind is JobKind.INGEST for group in self._running.values())

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
        self._model_away_until, self._trusted = time.monotonic() + MODEL_PAUSE_S, False
        if reason != self._said:
            logger.warning("images wait (deferred): %s", reason)
            self._said = reason
        async with self._database.sessions.begin() as session:
            waiting = await JobRepository(session).waiting(
                JobKind.INGEST, reason=reason, older_than_s=DEFER_AFTER_S, limit=BACKLOG
            )
            if waiting:
                await ImageRepository(session).defer(waiting, reason)

    async def _attempt(self, jobs: Sequence[JobRecord], *, since: float = float("inf")) -> None:
        """Run the jobs and write how it went. `since` is when others, with which this one failed, were begun alone."""
        try:
            await self._runner.run(jobs)
            if jobs[0].kind is JobKind.INGEST:
                self._it_works(jobs)
        except LeaseLost as error:
            logger.info("%s, %s jobs: another worker has them", jobs[0].kind, error)
        except (Unavailable, UpstreamTimeout, ConnectionBroke) as error:
            await self._defer(jobs, error.detail)
        except ApiError as error:
            if error.code == "inference_failed":
                await self._engine_failed(jobs, error, since)
            elif error.status in {429, 503}:
                await self._defer(jobs, error.detail, busy=error.code == "inference_busy")
            else:
                await self._one_by_one(jobs, error)
        except Exception as error:  # noqa: BLE001 - whatever it was, the jobs go back
            await self._one_by_one(jobs, error)

    def _it_works(self, jobs: Sequence[JobRecord]) -> None:
        self._trusted, self._worked = True, time.monotonic()
        self._busy_pause_s, self._probe_pause_s = BUSY_PAUSE_S, MODEL_PAUSE_S
        for job in jobs:
            self._suspects.pop(job.id, None)

    async def _engine_failed(self, jobs: Sequence[JobRecord], error: ApiError, since: float) -> None:
        """It is the image, when the engine did others alone, before or after it failed on this one; else the engine."""
        if len(jobs) > 1:
            await self._one_by_one(jobs, error)
            return
        while len(self._suspects) >= BACKLOG:
            self._suspects.pop(next(iter(self._suspects)))
        if self._suspects.setdefault(jobs[0].id, min(since, time.monotonic())) < self._worked:
            await self._failed(jobs[0], error)
            return
        await self._defer(jobs, error.detail)
        self._model_away_until = time.monotonic() + self._probe_pause_s
        self._probe_pause_s = min(2 * self._probe_pause_s, MAX_PROBE_PAUSE_S)

    async def _one_by_one(self, jobs: Sequence[JobRecord], error: Exception) -> None:
        """One of several failed: each is tried alone, so that the others do not pay for it."""
        if len(jobs) == 1:
            await self._failed(jobs[0], error)
            return
        since = time.monotonic()
        for tried, job in enumerate(jobs, start=1):
            await self._attempt([job], since=since)
            if not self._trusted and tried < len(jobs):
                await self._defer(jobs[tried:], str(error))
                return

    async def _defer(self, deferred: Sequence[JobRecord], reason: str, *, busy: bool = False) -> None:
        """Put jobs back that could not be tried: nothing is wrong with them, so their try does not count."""
        delay_s, reason = self._busy_pause_s if busy else MODEL_PAUSE_S, reason[:ERRORS_KEPT]
        waits_for_model = deferred[0].kind is JobKind.INGEST and not busy
        async with self._database.sessions.begin() as session:
            images, jobs = ImageRepository(session), JobRepository(session)
            await images.get_all_for_work([job.image_id for job in deferred])
            held = await jobs.held(deferred, self._name)
            for job in held:
                await jobs.put_back(job, delay_s=delay_s, error=reason, consumed=False)
            if waits_for_model:
                await images.defer([job.image_id for job in held], reason)
        if waits_for_model:
            await self._model_is_away(reason)
        if busy:
            self._busy_pause_s = min(2 * self._busy_pause_s, MODEL_PAUSE_S)
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
                    await JobRepository(session).renew(
                        self._name, [job.id for group in self._running.values() for job in group]
                    )
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


def _groups(jobs: Sequence[JobRecord], together: int) -> Iterator[Sequence[JobRecord]]:
    """Ingest jobs together, every other job alone."""
    ingest = [job for job in jobs if job.kind is JobKind.INGEST]
    yield from (ingest[start : start + together] for start in range(0, len(ingest), together))
    yield from ([job] for job in jobs if job.kind is not JobKind.INGEST)


def _said_of(error: Exception) -> str:
    """Give what an image's owner is told. Other errors than ours may speak of paths, or of SQL."""
    if isinstance(error, ApiError):
        return error.detail[:ERRORS_KEPT]
    return str(error)[:ERRORS_KEPT] if isinstance(error, DecodeError) else OUR_MISTAKE
