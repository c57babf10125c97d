"""Whether ingest jobs may be tried: not while the classifier is away, then one alone until it works."""

import logging
import time
from collections.abc import Sequence
from uuid import UUID

from services.catalog.clients.classifier import ClassifierClient
from services.catalog.domain import JobKind, JobRecord
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.jobs import JobRepository
from services.kit.http.problems import ApiError
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.worker")
MODEL_PAUSE_S = 2.0
MAX_PROBE_PAUSE_S = 30.0
DEFER_AFTER_S = 2.0
BACKLOG = 1000


class ModelGate:
    """A circuit breaker for the classifier that also tells the engine's faults from an image's.

    `is_half_open`: the classifier answers again, and one image is to show that it works before others follow.
    """

    def __init__(self, database: Database, classifier: ClassifierClient) -> None:
        self._database = database
        self._classifier = classifier
        self.is_half_open = False
        self._closed_until = 0.0
        self._probe_pause_s = MODEL_PAUSE_S
        self._worked_at = float("-inf")
        self._suspects: dict[UUID, float] = {}
        self._said: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the classifier is known to be away and is not to be asked yet."""
        return time.monotonic() < self._closed_until

    async def is_open(self) -> bool:
        """Ask the classifier again once a pause is over; meanwhile say of the waiting images what they wait for."""
        if self._closed_until == 0.0:
            return True
        if self.is_closed:
            return False
        try:
            ready, reason = await self._classifier.state()
        except ApiError as error:
            ready, reason = False, error.detail
        if ready:
            self._closed_until, self._said = 0.0, None
            logger.info("the classifier is back: waiting images are processed now")
            return True
        await self.close(reason)
        return False

    async def close(self, reason: str) -> None:
        """The classifier is away: images that have waited a while are marked as deferred, with the reason."""
        self._closed_until, self.is_half_open = time.monotonic() + MODEL_PAUSE_S, True
        if reason != self._said:
            logger.warning("images wait (deferred): %s", reason)
            self._said = reason
        async with self._database.sessions.begin() as session:
            waiting = await JobRepository(session).waiting(
                JobKind.INGEST, reason=reason, older_than_s=DEFER_AFTER_S, limit=BACKLOG
            )
            if waiting:
                await ImageRepository(session).defer(waiting, reason)

    def worked(self, jobs: Sequence[JobRecord]) -> None:
        """These jobs were inferred: the others may follow."""
        self.is_half_open, self._worked_at = False, time.monotonic()
        self._probe_pause_s = MODEL_PAUSE_S
        for job in jobs:
            self._suspects.pop(job.id, None)

    def blames_image(self, job: JobRecord, since: float) -> bool:
        """Whether it is the image on which the engine failed: when the engine did others, before or after `since`
        (monotonic seconds; when others, with which this one failed, were begun alone); else it is the engine."""
        while len(self._suspects) >= BACKLOG:
            self._suspects.pop(next(iter(self._suspects)))
        return self._suspects.setdefault(job.id, min(since, time.monotonic())) < self._worked_at

    def wait_longer(self) -> None:
        """The probe failed: the next one comes later, twice as late each time up to MAX_PROBE_PAUSE_S."""
        self._closed_until = time.monotonic() + self._probe_pause_s
        self._probe_pause_s = min(2 * self._probe_pause_s, MAX_PROBE_PAUSE_S)
