"""API keys in Postgres. Every look-up for an owner is by (owner, id)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.storage.records import Credential, StoredKey
from services.gateway.storage.users import user_of
from services.gateway.tables import ApiKeyRow, UserRow

TOUCH_EVERY = timedelta(minutes=1)
KEPT_AFTER_REVOCATION = timedelta(days=90)


class ApiKeyStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(
        self,
        key_id: UUID,
        *,
        user_id: UUID,
        name: str,
        scopes: list[str],
        digest: bytes,
        expires_at: datetime | None,
    ) -> StoredKey:
        row = ApiKeyRow(id=key_id, user_id=user_id, name=name, scopes=scopes, digest=digest, expires_at=expires_at)
        self._session.add(row)
        await self._session.flush()
        await self._session.refresh(row)
        return _key_of(row)

    async def page(self, user_id: UUID, *, before: UUID | None, limit: int) -> list[StoredKey]:
        """List keys that are not revoked, newest first, from below the id `before`."""
        query = select(ApiKeyRow).where(ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
        if before is not None:
            query = query.where(ApiKeyRow.id < before)
        return [_key_of(row) for row in await self._session.scalars(query.order_by(ApiKeyRow.id.desc()).limit(limit))]

    async def count(self, user_id: UUID) -> int:
        query = select(func.count()).where(ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
        return int(await self._session.scalar(query) or 0)

    async def get(self, user_id: UUID, key_id: UUID) -> StoredKey | None:
        """Read one of the user's keys, a revoked one too, and lock it against other changes."""
        query = select(ApiKeyRow).where(ApiKeyRow.user_id == user_id, ApiKeyRow.id == key_id)
        found = await self._session.scalar(query.with_for_update())
        return _key_of(found) if found else None

    async def replace_secret(self, user_id: UUID, key_id: UUID, *, digest: bytes, overlap: timedelta) -> None:
        await self._session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.user_id == user_id, ApiKeyRow.id == key_id)
            .values(previous_digest=ApiKeyRow.digest, previous_until=func.now() + overlap, digest=digest)
        )

    async def revoke(self, user_id: UUID, key_id: UUID) -> None:
        await self._session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.user_id == user_id, ApiKeyRow.id == key_id, ApiKeyRow.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )

    async def revoke_all(self, user_id: UUID) -> None:
        await self._session.execute(
            update(ApiKeyRow)
            .where(ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )

    async def prune(self, user_id: UUID) -> None:
        """Delete the user's keys that were revoked 90 days ago."""
        await self._session.execute(
            delete(ApiKeyRow).where(
                ApiKeyRow.user_id == user_id, ApiKeyRow.revoked_at < func.now() - KEPT_AFTER_REVOCATION
            )
        )

    async def find(self, key_id: UUID) -> Credential | None:
        query = select(ApiKeyRow, UserRow).join(UserRow, UserRow.id == ApiKeyRow.user_id)
        found = (await self._session.execute(query.where(ApiKeyRow.id == key_id))).first()
        if found is None:
            return None
        row, user = found
        digests = [row.digest]
        if row.previous_digest is not None and row.previous_until is not None and row.previous_until > _now():
            digests.append(row.previous_digest)
        return Credential(row.id, user_of(user), digests, list(row.scopes), row.expires_at, row.revoked_at)

    async def touch(self, key_id: UUID) -> None:
        """Note that the key was used, unless that was noted within the last minute."""
        await self._session.execute(
            update(ApiKeyRow)
            .where(
                ApiKeyRow.id == key_id,
                or_(ApiKeyRow.last_used_at.is_(None), ApiKeyRow.last_used_at < func.now() - TOUCH_EVERY),
            )
            .values(last_used_at=func.now())
        )


def _now() -> datetime:
    return datetime.now(UTC)


def _key_of(row: ApiKeyRow) -> StoredKey:
    return StoredKey(
        id=row.id,
        name=row.name,
        scopes=list(row.scopes),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
