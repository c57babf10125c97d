"""Share links in Postgres. Every look-up for an owner is by (owner, collection); a visitor's by the secret's digest."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.storage.records import StoredShare
from services.gateway.tables import ShareRow, UserRow


class ShareStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        share_id: UUID,
        *,
        user_id: UUID,
        collection_id: UUID,
        name: str,
        digest: bytes,
        password_hash: str | None,
        fields: list[str],
        allow_download: bool,
        expires_at: datetime | None,
    ) -> StoredShare:
        row = ShareRow(
            id=share_id,
            user_id=user_id,
            collection_id=collection_id,
            name=name,
            digest=digest,
            password_hash=password_hash,
            fields=fields,
            allow_download=allow_download,
            expires_at=expires_at,
        )
        self._session.add(row)
        await self._session.flush()
        await self._session.refresh(row)
        return _share_of(row)

    async def of_collection(self, user_id: UUID, collection_id: UUID) -> list[StoredShare]:
        """List the links of a collection, newest first; those that have expired too."""
        query = select(ShareRow).where(ShareRow.user_id == user_id, ShareRow.collection_id == collection_id)
        return [_share_of(row) for row in await self._session.scalars(query.order_by(ShareRow.id.desc()))]

    async def count(self, user_id: UUID) -> int:
        return int(await self._session.scalar(select(func.count()).where(ShareRow.user_id == user_id)) or 0)

    async def remove(self, user_id: UUID, collection_id: UUID, share_id: UUID) -> bool:
        mine = (ShareRow.user_id == user_id, ShareRow.collection_id == collection_id, ShareRow.id == share_id)
        return bool((await self._session.execute(delete(ShareRow).where(*mine).returning(ShareRow.id))).first())

    async def collections(self, user_id: UUID) -> list[UUID]:
        """List the collections that the user has links of."""
        return list(
            await self._session.scalars(select(ShareRow.collection_id).where(ShareRow.user_id == user_id).distinct())
        )

    async def remove_all(self, user_id: UUID, collection_id: UUID) -> None:
        """Remove all links of a collection."""
        mine = (ShareRow.user_id == user_id, ShareRow.collection_id == collection_id)
        await self._session.execute(delete(ShareRow).where(*mine))

    async def visited(self, digest: bytes) -> StoredShare | None:
        """Give the link with this secret, if it has not expired and its user is not disabled."""
        query = (
            select(ShareRow)
            .join(UserRow, UserRow.id == ShareRow.user_id)
            .where(ShareRow.digest == digest, UserRow.disabled_at.is_(None))
            .where(or_(ShareRow.expires_at.is_(None), ShareRow.expires_at > func.now()))
        )
        found = await self._session.scalar(query)
        return _share_of(found) if found else None


def _share_of(row: ShareRow) -> StoredShare:
    return StoredShare(
        id=row.id,
        user_id=row.user_id,
        collection_id=row.collection_id,
        name=row.name,
        password_hash=row.password_hash,
        fields=list(row.fields),
        allow_download=row.allow_download,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
