"""What rows say of originals: how many bytes, which hash, whether they were found damaged."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalog.domain import Original

# As text: every upload comes by here.
_WITH_DIGESTS = text("""
    SELECT id, sha256, bytes, media_type, damaged_at IS NOT NULL FROM images
    WHERE owner_id = :owner_id AND sha256 = ANY(CAST(:digests AS text[])) AND deleted_at IS NULL
""")
# The one in the trash first: where there are both, the other counts.
_WITH_DIGEST_OR_IN_TRASH = text("""
    SELECT id, sha256, bytes, media_type, damaged_at IS NOT NULL FROM images
    WHERE owner_id = :owner_id AND sha256 = :digest AND trashed_until > now()
    UNION ALL
    SELECT id, sha256, bytes, media_type, damaged_at IS NOT NULL FROM images
    WHERE owner_id = :owner_id AND sha256 = :digest AND deleted_at IS NULL
""")
_MARK = text("""
    UPDATE images SET damaged_at = CASE WHEN :damaged THEN COALESCE(damaged_at, now()) END WHERE id = :id
""")


class OriginalRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def with_digests(self, owner_id: UUID, digests: Iterable[str]) -> dict[str, Original]:
        """Give the owner's originals that have these bytes, by SHA-256."""
        wanted = {"owner_id": owner_id, "digests": sorted(set(digests))}
        found = [Original(*row) for row in await self._session.execute(_WITH_DIGESTS, wanted)]
        return {original.sha256: original for original in found}

    async def with_digest(self, owner_id: UUID, digest: str) -> Original | None:
        """Give the owner's original that has these bytes, else the one in the trash."""
        found = (await self._session.execute(_WITH_DIGEST_OR_IN_TRASH, {"owner_id": owner_id, "digest": digest})).all()
        return Original(*found[-1]) if found else None

    async def mark(self, image_id: UUID, *, damaged: bool) -> None:
        """Note that the bytes were found to be others, or to be whole again; that is no change of the image."""
        await self._session.execute(_MARK, {"id": image_id, "damaged": damaged})
