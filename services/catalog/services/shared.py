"""Collections as visitors with a share link see them."""

from datetime import datetime
from uuid import UUID

from services.catalog.domain import ImageRecord
from services.catalog.services.errors import DownloadNotAllowed, NoSuchImage, NoSuchShare
from services.catalog.storage.shared import SharedRepository
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.protocol.shares import ShareClaims


class SharedService:
    def __init__(self, shared: SharedRepository, claims: ShareClaims) -> None:
        """`shared` is of the owner and the collection that the claims name."""
        self._shared = shared
        self._claims = claims

    async def collection(self) -> tuple[str, str, int]:
        """Raises NoSuchShare when it was deleted."""
        found = await self._shared.collection()
        if found is None:
            raise NoSuchShare
        return found

    async def images(self, *, cursor: str | None, limit: int) -> tuple[list[ImageRecord], str | None]:
        await self.collection()
        made_for = ["shared", str(self._claims.collection_id)]
        after = None
        if cursor is not None:
            added_at, image_id = decode_cursor(cursor, made_for, (datetime, UUID))
            after = (added_at, image_id)
        records, position = await self._shared.images(after=after, limit=limit)
        return records, encode_cursor([*position], made_for) if position else None

    async def image(self, image_id: UUID) -> ImageRecord:
        found = await self._shared.image(image_id)
        if found is None:
            raise NoSuchImage
        return found

    def require_download(self) -> None:
        if not self._claims.allow_download:
            raise DownloadNotAllowed("This link shows the pictures; the originals are not shared.")
