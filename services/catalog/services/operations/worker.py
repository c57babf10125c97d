"""Attending to operations: one worker each, by a lease; who vanishes is followed by another."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from uuid import UUID

from services.catalog.domain import OperationKind, OperationRecord, OperationState
from services.catalog.services.operations.backfill import LeaseLost, LibraryWalk
from services.catalog.services.operations.reprocess import CannotGoOn
from services.catalog.services.operations.work import LibraryWork
from services.catalog.storage.operations import OperationRepository
from services.kit.http.problems import ApiError
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.worker")
POLL_S = 1.0
BEAT_S = 1.0
AT_ONCE = 3
"""One of each kind that runs, and one that follows what comes."""
PAUSE_AFTER_TROUBLE_S = 5.0


class OperationWorker:
    """Beside the job queue, in the same process. Never ends for what an operation does."""

    def __init__(self, *, name: str, database: Database, works: Mapping[OperationKind, LibraryWork]) -> None:
        self._name = name
        self._database = database
        self._works = works
        self._attended: dict[UUID, asyncio.Task[None]] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        """Attend to operations until told to stop; then give them back at once: any page may be done again."""
        while not stopping.is_set():
            for operation in await self._claim():
                self._attended[operation.id] = asyncio.create_task(self._attend(operation))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await stopping.wait()
            self._attended = {key: task for key, task in self._attended.items() if not task.done()}
        for task in self._attended.values():
            task.cancel()
        await asyncio.gather(*self._attended.values(), return_exceptions=True)

    async def _claim(self) -> list[OperationRecord]:
        room = AT_ONCE - len(self._attended)
        if room <= 0:
            return []
        try:
            async with self._database.transaction() as session:
                return await OperationRepository(session).claim(self._name, limit=room)
        except Exception:
            logger.exception("operations cannot be looked for; trying again")
            return []

    async def _attend(self, operation: OperationRecord) -> None:
        """Work at the operation as long as the lease is ours and it is to be gone on with."""
        walk = LibraryWalk(worker=self._name, database=self._database, work=self._works[operation.kind])
        work = asyncio.create_task(walk.run(operation))
        try:
            while not (await asyncio.wait({work}, timeout=BEAT_S))[0]:
                if not await self._beat(operation):
                    work.cancel()
            await self._judge(operation, work)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            await self._release(operation)

    async def _beat(self, operation: OperationRecord) -> bool:
        """Renew the lease; say whether to go on. When the database is away, nobody else can take it either."""
        try:
            async with self._database.transaction() as session:
                found = await OperationRepository(session).renew(self._name, operation.id)
        except Exception:
            logger.exception("the lease of operation %s could not be renewed", operation.id)
            return True
        return found is not None and found.to_go_on_with

    async def _judge(self, operation: OperationRecord, work: "asyncio.Task[None]") -> None:
        error = None if work.cancelled() else work.exception()
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        if error is None or isinstance(error, LeaseLost):
            return
        if isinstance(error, CannotGoOn):
            await self._give_up(operation, str(error))
            return
        log = logger.warning if isinstance(error, ApiError) else logger.error
        log("operation %s was interrupted; it is taken up again: %s", operation.id, error, exc_info=error)
        await asyncio.sleep(PAUSE_AFTER_TROUBLE_S)

    async def _give_up(self, operation: OperationRecord, reason: str) -> None:
        logger.warning("operation %s cannot go on: %s", operation.id, reason)
        async with self._database.transaction() as session:
            operations = OperationRepository(session)
            found = await operations.renew(self._name, operation.id)
            if found is None:
                return
            if found.state is OperationState.RUNNING:
                await operations.finish(operation.id, OperationState.FAILED, error=reason)
            else:
                await operations.change(operation.id, following=False)

    async def _release(self, operation: OperationRecord) -> None:
        try:
            async with self._database.transaction() as session:
                await OperationRepository(session).release(self._name, operation.id)
        except Exception:
            logger.exception("operation %s could not be given back; its lease will run out", operation.id)
