"""What becomes of a job that did not succeed: put back for later, or parked for good, its image with it."""

import logging
from collections.abc import Sequence

from services.catalog.domain import ImageState, JobKind, JobRecord
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import MAX_ATTEMPTS, JobRepository, backoff_s
from services.kit.http.problems import ApiError
from services.kit.postgres.database import Database
from services.vision.decoding import DecodeError

logger = logging.getLogger("pictor.worker")
REASON_LENGTH = 500
LOST = "Every worker that tried vanished. Reprocess the image to have it tried again."
OUR_MISTAKE = "This is our mistake; the worker's log says more. Reprocess the image to have it tried again."


class RetryPolicy:
    """Writes outcomes for one worker; a job whose lease another worker has is left alone."""

    def __init__(self, database: Database, worker: str) -> None:
        self._database = database
        self._worker = worker

    async def put_back(self, jobs: Sequence[JobRecord], reason: str, *, delay_s: float, defer: bool) -> None:
        """Nothing is wrong with the jobs: the try does not count. With `defer` their images say what they wait for."""
        reason = reason[:REASON_LENGTH]
        async with self._database.sessions.begin() as session:
            images, queue = ImageRepository(session), JobRepository(session)
            await images.get_all_for_work([job.image_id for job in jobs])
            held = await queue.held(jobs, self._worker)
            for job in held:
                await queue.put_back(job, delay_s=delay_s, error=reason, consumed=False)
            if defer:
                await images.defer([job.image_id for job in held], reason)

    async def failed(self, job: JobRecord, error: Exception) -> None:
        """Count the try: later again, or parked after MAX_ATTEMPTS."""
        reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
        foreseen = isinstance(error, ApiError | DecodeError)
        trace = None if foreseen else error
        logger.warning("%s of %s failed, try %d: %s", job.kind, job.image_id, job.attempts, reason, exc_info=trace)
        async with self._database.sessions.begin() as session:
            images, queue = ImageRepository(session), JobRepository(session)
            await images.get_for_work(job.image_id)
            if not await queue.holds(job, self._worker):
                return
            if job.attempts < MAX_ATTEMPTS:
                await queue.put_back(job, delay_s=backoff_s(job.attempts), error=reason, consumed=True)
            else:
                await _park(images, queue, job, reason, said=_said_of(error))

    async def lost(self, job: JobRecord) -> None:
        """One worker after the other vanished with the job."""
        logger.error("%s of %s is given up: its workers vanished, %d times", job.kind, job.image_id, job.attempts)
        async with self._database.sessions.begin() as session:
            images, queue = ImageRepository(session), JobRepository(session)
            await images.get_for_work(job.image_id)
            await _park(images, queue, job, LOST, said=LOST)


async def _park(images: ImageRepository, queue: JobRepository, job: JobRecord, reason: str, *, said: str) -> None:
    await queue.park(job, reason)
    if job.kind is JobKind.INGEST:
        await images.set_state(job.image_id, ImageState.FAILED, said)


def _said_of(error: Exception) -> str:
    """Give what an image's owner is told. Other errors than ours may speak of paths, or of SQL."""
    if isinstance(error, ApiError):
        return error.detail[:REASON_LENGTH]
    return str(error)[:REASON_LENGTH] if isinstance(error, DecodeError) else OUR_MISTAKE
