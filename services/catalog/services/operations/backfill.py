"""One operation over all images, page by page. A page may be done twice, and the walk taken up anywhere.

First the images that were there when the operation began, by id; their number is what its progress counts. Then, where
a space is filled, those that came meanwhile, and those that come: ingest writes into the active space alone. An id says
when it was made, its row may come later: a cursor behind which nothing is left stays two minutes behind the clock.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from services.catalog.domain import Failure, OperationRecord, OperationState
from services.catalog.services.operations.retry import BackingOff
from services.catalog.services.operations.work import LibraryWork
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.operations import OperationRepository
from services.kit.ids import last_id_of, time_of
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.worker")
PAGE = 16
AT_ONCE = 4
LAG = timedelta(minutes=2)
FOLLOW_S = 2.0
SAVED_EVERY = timedelta(minutes=1)


class LeaseLost(RuntimeError):
    """Another worker has the operation by now, or it is no longer to be gone on with."""


class LibraryWalk:
    """One worker's way through one operation that it has the lease of."""

    def __init__(self, *, worker: str, database: Database, work: LibraryWork) -> None:
        self._worker = worker
        self._database = database
        self._work = work
        self._done_lately: set[UUID] = set()

    async def run(self, operation: OperationRecord) -> None:
        """Go on until everything is done, and nothing more is to come. Raises LeaseLost and CannotGoOn."""
        waiting = BackingOff(self._database, operation.id)
        space = await waiting.until_there(lambda: self._work.target(operation))
        if space is not None and operation.cursor is None:
            await self._save(operation, parameters={**operation.parameters, "space": space})
        if not operation.following:
            await self._walk(operation, space, waiting)
        if space is not None:
            await self._follow(operation, space, waiting)

    async def _walk(self, operation: OperationRecord, space: str | None, waiting: BackingOff) -> None:
        until, cursor = last_id_of(operation.created_at), operation.cursor
        while ids := await self._page(after=cursor, until=until):
            done, failures = await self._do(ids, space, waiting, new_space=cursor is None)
            cursor = ids[-1]
            await self._save(operation, done=done, failures=failures, cursor=cursor)
            self._remember(ids, since=operation.created_at - LAG)
        if space is None:
            await self._succeed(operation)
        else:
            await self._save(operation, cursor=last_id_of(operation.created_at - LAG), following=True)

    async def _follow(self, operation: OperationRecord, space: str, waiting: BackingOff) -> None:
        cursor = operation.cursor if operation.following and operation.cursor else None
        cursor = cursor or last_id_of(operation.created_at - LAG)
        saved, succeeded = cursor, operation.state is OperationState.SUCCEEDED
        while True:
            position, settled = cursor, last_id_of(datetime.now(UTC) - LAG)
            while ids := await self._page(after=position, until=None):
                new = [image_id for image_id in ids if image_id not in self._done_lately]
                _, failures = await self._do(new, space, waiting)
                position = ids[-1]
                if failures:
                    await self._save(operation, failures=failures)
                self._remember(new, since=time_of(cursor))
                cursor = max(cursor, min(position, settled))
                if time_of(cursor) - time_of(saved) > SAVED_EVERY:
                    await self._save(operation, cursor=cursor)
                    saved = cursor
            cursor = max(cursor, settled)
            self._remember([], since=time_of(cursor))
            if not succeeded:
                await self._succeed(operation)
                succeeded = True
            if await self._work.superseded(space, cursor):
                await self._save(operation, following=False)
                return
            await asyncio.sleep(FOLLOW_S)

    async def _page(self, *, after: UUID | None, until: UUID | None) -> list[UUID]:
        async with self._database.transaction() as session:
            return await LibraryRepository(session).walk(after=after, until=until, limit=PAGE)

    async def _do(
        self, ids: list[UUID], space: str | None, waiting: BackingOff, *, new_space: bool = False
    ) -> tuple[int, list[Failure]]:
        """Do the images, four at once; say how many are done, and which could not be."""
        left, failures, done = iter(ids), list[Failure](), 0

        async def work() -> None:
            nonlocal done
            for image_id in left:
                outcome = await waiting.attempt(image_id, partial(self._work.do, image_id, space, new_space=new_space))
                if isinstance(outcome, Failure):
                    failures.append(outcome)
                else:
                    done += outcome

        async with asyncio.TaskGroup() as group:
            for _ in range(min(AT_ONCE, len(ids))):
                group.create_task(work())
        return done, failures

    def _remember(self, ids: list[UUID], *, since: datetime) -> None:
        kept = (image_id for image_id in (*self._done_lately, *ids) if time_of(image_id) >= since)
        self._done_lately = set(kept)

    async def _save(
        self, operation: OperationRecord, *, done: int = 0, failures: list[Failure] | None = None, **values: object
    ) -> None:
        """Raises LeaseLost, when another worker has the operation or it was paused, once what was done is counted."""
        async with self._database.transaction() as session:
            operations = OperationRepository(session)
            found = await operations.renew(self._worker, operation.id)
            if found is None:
                raise LeaseLost(str(operation.id))
            if done or failures:
                await operations.count(operation.id, done=done, failures=failures or [])
            if values:
                await operations.change(operation.id, **values)
        if not found.to_go_on_with:
            raise LeaseLost(str(operation.id))

    async def _succeed(self, operation: OperationRecord) -> None:
        async with self._database.transaction() as session:
            operations = OperationRepository(session)
            found = await operations.renew(self._worker, operation.id)
            if found is None or found.state is not OperationState.RUNNING:
                raise LeaseLost(str(operation.id))
            await operations.finish(operation.id, OperationState.SUCCEEDED)
        logger.info("operation %s succeeded", operation.id)
