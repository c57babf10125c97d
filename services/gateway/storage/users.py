"""Users in Postgres."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.storage.advisory_locks import GatewayLock
from services.gateway.storage.records import StoredUser
from services.gateway.tables import UserRow
from services.kit.postgres.locks import lock_until_commit
from services.protocol.quota import Quota


class UserStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def hold_registrations(self) -> None:
        """Let other registrations wait until this transaction ends, so that only one user is ever the first."""
        await self._session.execute(lock_until_commit(GatewayLock.REGISTRATION))

    async def any(self) -> bool:
        return bool(await self._session.scalar(select(select(UserRow.id).exists())))

    async def add(self, user_id: UUID, *, name: str, role: str, password_hash: str) -> StoredUser | None:
        """Return None when the name is taken."""
        added = await self._session.scalar(
            insert(UserRow)
            .values(id=user_id, name=name, role=role, password_hash=password_hash)
            .on_conflict_do_nothing(index_elements=[UserRow.name])
            .returning(UserRow)
        )
        return user_of(added) if added else None

    async def get(self, user_id: UUID) -> StoredUser | None:
        found = await self._session.get(UserRow, user_id, populate_existing=True)
        return user_of(found) if found else None

    async def page(self, *, before: UUID | None, limit: int) -> list[StoredUser]:
        """List users, newest first, from below the id `before`."""
        query = select(UserRow) if before is None else select(UserRow).where(UserRow.id < before)
        return [user_of(row) for row in await self._session.scalars(query.order_by(UserRow.id.desc()).limit(limit))]

    async def other_admins(self, user_id: UUID) -> bool:
        """Whether an admin who is not disabled is there beside this one."""
        others = select(UserRow.id).where(UserRow.role == "admin", UserRow.disabled_at.is_(None), UserRow.id != user_id)
        return bool(await self._session.scalar(select(others.exists())))

    async def change(
        self, user_id: UUID, *, role: str | None, disabled: bool | None, quotas: Mapping[str, int | None]
    ) -> None:
        """None leaves role and state as they are. Who is disabled twice keeps the first time. Of the quotas, those that
        are named are set, to the server's default with None."""
        values: dict[str, object] = {**quotas} if role is None else {**quotas, "role": role}
        if disabled is not None:
            values["disabled_at"] = func.coalesce(UserRow.disabled_at, func.now()) if disabled else None
        if values:
            await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(values))

    async def mark_deleted(self, user_id: UUID, *, heir_id: UUID | None) -> None:
        now = func.now()
        values = {"deleted_at": now, "heir_id": heir_id, "disabled_at": func.coalesce(UserRow.disabled_at, now)}
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(values))

    async def deleted(self) -> list[StoredUser]:
        """List those who are being deleted, the first one first."""
        gone = select(UserRow).where(UserRow.deleted_at.is_not(None)).order_by(UserRow.deleted_at)
        return [user_of(row) for row in await self._session.scalars(gone)]

    async def inherits(self, user_id: UUID) -> bool:
        """Whether the user is being given somebody's images."""
        return bool(await self._session.scalar(select(select(UserRow.id).where(UserRow.heir_id == user_id).exists())))

    async def remove(self, user_id: UUID) -> None:
        """Remove a user who is being deleted, with keys, sessions and share links."""
        await self._session.execute(delete(UserRow).where(UserRow.id == user_id, UserRow.deleted_at.is_not(None)))

    async def password_hash_of(self, user_id: UUID) -> str | None:
        return await self._session.scalar(select(UserRow.password_hash).where(UserRow.id == user_id))

    async def password_hash(self, name: str) -> tuple[StoredUser, str] | None:
        found = await self._session.scalar(select(UserRow).where(UserRow.name == name))
        return (user_of(found), found.password_hash) if found else None

    async def set_password_hash(self, user_id: UUID, password_hash: str) -> None:
        await self._session.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=password_hash))

    async def lock(self, user_id: UUID) -> None:
        """Let other writers of this user's things wait until this transaction ends."""
        await self._session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())


def user_of(row: UserRow) -> StoredUser:
    return StoredUser(
        row.id,
        row.name,
        row.role,
        row.created_at,
        row.disabled_at,
        deleted_at=row.deleted_at,
        heir_id=row.heir_id,
        quota=Quota(row.quota_bytes, row.quota_images),
    )
