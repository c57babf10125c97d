"""The port to what an operation does with one image."""

from typing import Protocol
from uuid import UUID

from services.catalog.domain import OperationRecord


class LibraryWork(Protocol):
    """May raise CannotGoOn, and what the store, the decoder and the clients raise."""

    async def target(self, operation: OperationRecord) -> str | None:
        """Give the model space that is filled; None where no single one is."""

    async def do(self, image_id: UUID, space: str | None, *, new_space: bool = False) -> bool:
        """Do the image, which may be done twice. False: it was deleted meanwhile."""
        ...

    async def superseded(self, space: str, cursor: UUID) -> bool:
        """Whether what is uploaded needs the operation no more, and since before the images behind the cursor came."""
        ...
