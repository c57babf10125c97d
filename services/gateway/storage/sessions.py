"""Sessions in Postgres."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.gateway.storage.records import Credential
from services.gateway.storage.users import user_of
from services.gateway.tables import SessionRow, UserRow

KEPT_AFTER_END = timedelta(days=1)


class SessionStore:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def add(self, session_id: UUID, *, user_id: UUID, digest: bytes, expires_at: datetime) -> None:
        self._session.add(SessionRow(id=session_id, user_id=user_id, digest=digest, expires_at=expires_at))
        await self._session.flush()

    async def find(self, session_id: UUID) -> Credential | None:
        query = select(SessionRow, UserRow).join(UserRow, UserRow.id == SessionRow.user_id)
        found = (await self._session.execute(query.where(SessionRow.id == session_id))).first()
        if found is None:
            return None
        row, user = found
        return Credential(row.id, user_of(user), [row.digest], None, row.expires_at, row.revoked_at)

    async def revoke(self, user_id: UUID, session_id: UUID) -> None:
        await self._session.execute(
            update(SessionRow)
            .where(SessionRow.user_id == user_id, SessionRow.id == session_id, SessionRow.revoked_at.is_(None))
            .values(revoked_at=func.now())
        )

    async def revoke_all(self, user_id: UUID, *, but: UUID | None = None) -> None:
        """End the user's sessions, except for the one with the id `but`."""
        query = update(SessionRow).where(SessionRow.user_id == user_id, SessionRow.revoked_at.is_(None))
        if but is not None:
            query = query.where(SessionRow.id != but)
        await self._session.execute(query.values(revoked_at=func.now()))

    async def prune(self, user_id: UUID, *, keep: int) -> None:
        """Delete the user's sessions that ended more than a day ago, and all but the newest `keep`."""
        newest = select(SessionRow.id).where(SessionRow.user_id == user_id).order_by(SessionRow.id.desc()).limit(keep)
        long_ago = func.now() - KEPT_AFTER_END
        await self._session.execute(
            delete(SessionRow).where(
                SessionRow.user_id == user_id,
                or_(
                    SessionRow.expires_at < long_ago,
                    SessionRow.revoked_at < long_ago,
                    SessionRow.id.not_in(newest),
                ),
            )
        )
