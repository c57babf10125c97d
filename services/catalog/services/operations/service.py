"""Operations as people see and steer them. The work itself is the worker's."""

from typing import Any
from uuid import UUID

from services.catalog.clients.classifiers import Classifiers
from services.catalog.domain import ModelChoice, OperationKind, OperationRecord, OperationState
from services.catalog.services.errors import NoCandidate, NoSuchOperation, OperationOver, OperationUnderWay
from services.catalog.storage.images import ImageRepository
from services.catalog.storage.library import LibraryRepository
from services.catalog.storage.operations import OPEN, OperationRepository
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.kit.principal import Principal

ADMIN = "admin"


class OperationService:
    """Who began an operation may see and steer it, and who holds the scope `admin`; for others it is not there."""

    def __init__(
        self,
        operations: OperationRepository,
        images: ImageRepository,
        library: LibraryRepository,
        *,
        classifiers: Classifiers,
    ) -> None:
        self._operations = operations
        self._images = images
        self._library = library
        self._classifiers = classifiers

    async def reprocess(self, model: ModelChoice, owner: Principal) -> OperationRecord:
        """Begin to label and embed the whole library again. Raises NoCandidate, OperationUnderWay."""
        if model is ModelChoice.CANDIDATE and not await self._classifiers.may_have_candidate():
            raise NoCandidate
        await self._images.name_owner(owner.identity, owner.name)
        if model is ModelChoice.CANDIDATE:
            await self._operations.follow_no_more()
        return await self._begin(OperationKind.REPROCESS, owner, {"model": model.value, "space": None})

    async def rerender(self, owner: Principal) -> OperationRecord:
        """Begin to read every file again and to make its copies by the present renderer. Raises OperationUnderWay."""
        await self._images.name_owner(owner.identity, owner.name)
        return await self._begin(OperationKind.RERENDER, owner, {"model": None, "space": None})

    async def _begin(self, kind: OperationKind, owner: Principal, parameters: dict[str, Any]) -> OperationRecord:
        total = await self._library.total()
        begun = await self._operations.insert(kind, owner.identity, parameters=parameters, total=total)
        if begun is None:
            raise OperationUnderWay(kind.value)
        return await self.get(begun, owner)

    async def get(self, operation_id: UUID, viewer: Principal, *, lock: bool = False) -> OperationRecord:
        found = await self._operations.get(operation_id, _whose(viewer), lock=lock)
        if found is None:
            raise NoSuchOperation
        return found

    async def page(
        self, viewer: Principal, *, cursor: str | None, limit: int
    ) -> tuple[list[OperationRecord], str | None]:
        made_for = ["operations", str(viewer.identity)]
        after = decode_cursor(cursor, made_for, (UUID,))[0] if cursor else None
        records, position = await self._operations.page(_whose(viewer), after=after, limit=limit)
        return records, encode_cursor([position], made_for) if position else None

    async def pause(self, operation_id: UUID, viewer: Principal) -> OperationRecord:
        return await self._turn(operation_id, viewer, OperationState.PAUSED)

    async def resume(self, operation_id: UUID, viewer: Principal) -> OperationRecord:
        return await self._turn(operation_id, viewer, OperationState.RUNNING)

    async def cancel(self, operation_id: UUID, viewer: Principal) -> OperationRecord:
        """For good: what is done stays done. Raises OperationOver unless it was running, paused or cancelled before."""
        operation = await self.get(operation_id, viewer, lock=True)
        if operation.state is OperationState.CANCELLED:
            return operation
        _require_open(operation)
        await self._operations.finish(operation_id, OperationState.CANCELLED)
        return await self.get(operation_id, viewer)

    async def _turn(self, operation_id: UUID, viewer: Principal, state: OperationState) -> OperationRecord:
        operation = await self.get(operation_id, viewer, lock=True)
        _require_open(operation)
        if operation.state is not state:
            await self._operations.change(operation_id, state=state.value)
        return await self.get(operation_id, viewer)


def _whose(viewer: Principal) -> UUID | None:
    return None if ADMIN in viewer.scopes else viewer.identity


def _require_open(operation: OperationRecord) -> None:
    if operation.state.value not in OPEN:
        raise OperationOver(operation.state.value)
