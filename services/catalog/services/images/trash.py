"""The trash: what is in it, bringing it back, and what becomes of it in the end."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.catalog.domain import JobKind
from services.catalog.domain.trash import TrashedImage
from services.catalog.services.errors import DuplicateImage, NotInTrash
from services.catalog.storage.jobs import JobRepository
from services.catalog.storage.originals import OriginalRepository
from services.catalog.storage.trash import TrashRepository
from services.kit.failpoints import failpoint
from services.kit.http.problems import ApiError
from services.kit.postgres.database import DATABASE_ERRORS, Database
from services.kit.principal import Principal

logger = logging.getLogger("pictor.worker")
MOST_RESTORED = 500
CLAIMED_AT_ONCE = 200
EVERY_S = 2.0
BUSY_S = 0.1


@dataclass(frozen=True)
class Restored:
    """What became of each image: None, or why it was not restored. `left` are in the trash still."""

    outcomes: list[tuple[UUID, ApiError | None]]
    left: int


class TrashService:
    def __init__(self, trash: TrashRepository, originals: OriginalRepository, jobs: JobRepository) -> None:
        self._trash = trash
        self._originals = originals
        self._jobs = jobs

    async def page(
        self, owner: Principal, *, after: tuple[datetime, UUID] | None, limit: int
    ) -> tuple[list[TrashedImage], tuple[datetime, UUID] | None]:
        return await self._trash.page(owner.identity, after=after, limit=limit)

    async def restore(self, ids: Sequence[UUID] | None, owner: Principal) -> Restored:
        """Restore these or, with None, the first of all. Vectors were removed: the worker makes them again.

        Of several images with the same bytes one alone can be there.
        """
        held = await self._trash.hold(owner.identity, ids, limit=MOST_RESTORED)
        there = {
            digest: original.id
            for digest, original in (await self._originals.with_digests(owner.identity, held.values())).items()
        }
        restored, outcomes = set[UUID](), list[tuple[UUID, ApiError | None]]()
        for image_id in held if ids is None else ids:
            error: ApiError | None = None
            if image_id not in held or image_id in restored:
                error = NotInTrash()
            elif held[image_id] in there:
                error = DuplicateImage(there[held[image_id]])
            else:
                there[held[image_id]] = image_id
                restored.add(image_id)
            outcomes.append((image_id, error))
        await self.bring_back(sorted(restored))
        return Restored(outcomes, await self._trash.count(owner.identity))

    async def bring_back(self, held: Sequence[UUID]) -> None:
        """Restore images whose rows are held, and none of whose bytes another image of the owner has."""
        if held:
            await self._trash.restore(held)
            failpoint("trash.restored")
            await self._jobs.enqueue_all(JobKind.INGEST, held)

    async def empty(self, ids: Sequence[UUID] | None, owner: Principal) -> int:
        """End the time of these or, with None, of all; say of how many. The worker removes them."""
        return await self._trash.empty(owner.identity, ids)


class TrashMaintenance:
    """Hands images whose time in the trash is over to the purge. Any number of workers may do so at once."""

    def __init__(self, database: Database, *, grace_s: float) -> None:
        self._database = database
        self._grace_s = grace_s

    async def run(self) -> None:
        """Look again and again; ends with its task only."""
        while True:
            try:
                claimed = await self.once()
            except DATABASE_ERRORS:
                logger.exception("emptying the trash failed; it goes on")
                claimed = 0
            await asyncio.sleep(BUSY_S if claimed else EVERY_S)

    async def once(self, *, limit: int = CLAIMED_AT_ONCE) -> int:
        """Claim up to so many and say how many: the claim and the jobs are one transaction."""
        async with self._database.transaction() as session:
            ids = await TrashRepository(session).claim(limit=limit)
            if ids:
                failpoint("trash.claimed")
                await JobRepository(session).enqueue_all(JobKind.PURGE, ids, delay_s=self._grace_s)
        return len(ids)
