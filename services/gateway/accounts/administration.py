"""What an admin does with the accounts of others: list, add, change, disable, give a new password."""

from secrets import token_urlsafe
from uuid import UUID

from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.documents import account_document
from services.gateway.accounts.passwords import Passwords
from services.gateway.schemas.accounts import Account, AccountChange, AccountCreate, AccountPage, AccountWithPassword
from services.gateway.services.errors import DeletionUnderWay, LastAdmin, NameTaken
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredUser
from services.gateway.storage.sessions import SessionStore
from services.gateway.storage.users import UserStore
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.kit.http.problems import NotFound
from services.kit.ids import new_id
from services.kit.postgres.database import Database

PASSWORD_BYTES = 18
QUOTAS = ("quota_bytes", "quota_images")


class Administration:
    """Owns its transactions, so that no connection is held while a password is being hashed."""

    def __init__(self, database: Database, *, passwords: Passwords, authenticator: Authenticator) -> None:
        self._database = database
        self._passwords = passwords
        self._authenticator = authenticator

    async def page(self, cursor: str | None, limit: int) -> AccountPage:
        """List all accounts, newest first. Raises InvalidCursor."""
        before = decode_cursor(cursor, ["users"], (UUID,))[0] if cursor else None
        async with self._database.transaction() as session:
            found = await UserStore(session).page(before=before, limit=limit + 1)
        items = found[:limit]
        more = encode_cursor([items[-1].id], ["users"]) if len(found) > limit else None
        return AccountPage(items=[account_document(user) for user in items], next_cursor=more)

    async def get(self, user_id: UUID) -> Account:
        """Raises NotFound."""
        async with self._database.transaction() as session:
            return account_document(await _existing(UserStore(session), user_id))

    async def add(self, new: AccountCreate) -> AccountWithPassword:
        """Add an account, also where registration is closed. Raises NameTaken."""
        password = new.password.get_secret_value() if new.password else token_urlsafe(PASSWORD_BYTES)
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as session:
            added = await UserStore(session).add(new_id(), name=new.name, role=new.role, password_hash=password_hash)
            if added is not None:
                await AuditStore(session).add("user.added", added.id)
        if added is None:
            raise NameTaken(f"The name {new.name} is taken: choose another.")
        return AccountWithPassword(**account_document(added).model_dump(), password=None if new.password else password)

    async def change(self, user_id: UUID, change: AccountChange) -> Account:
        """Change role, or disable. Who is disabled is signed out and its keys stop, until it is enabled again.

        Raises NotFound, DeletionUnderWay, and LastAdmin where nobody would be left to undo it.
        """
        async with self._database.transaction() as session:
            users = UserStore(session)
            await users.hold_registrations()
            user = await _existing(users, user_id)
            if user.deleted_at is not None:
                raise DeletionUnderWay("This account is being deleted: that cannot be undone.")
            gone = change.disabled is True or change.role == "member"
            if gone and user.role == "admin" and not await users.other_admins(user_id):
                raise LastAdmin("This is the last admin: make another one first.")
            await users.change(user_id, role=change.role, disabled=change.disabled, quotas=_quotas(change))
            if change.disabled:
                await SessionStore(session).revoke_all(user_id)
            for action in _actions(change):
                await AuditStore(session).add(action, user_id)
            changed = await _existing(users, user_id)
        self._authenticator.forget_user(user_id)
        return account_document(changed)

    async def reset_password(self, user_id: UUID) -> AccountWithPassword:
        """Give a random password, shown this once, and end all sessions. Raises NotFound."""
        password = token_urlsafe(PASSWORD_BYTES)
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction() as session:
            users = UserStore(session)
            user = await _existing(users, user_id)
            await users.set_password_hash(user_id, password_hash)
            await SessionStore(session).revoke_all(user_id)
            await AuditStore(session).add("user.password_reset", user_id)
        self._authenticator.forget_user(user_id)
        return AccountWithPassword(**account_document(user).model_dump(), password=password)


def _quotas(change: AccountChange) -> dict[str, int | None]:
    return {name: getattr(change, name) for name in QUOTAS if name in change.model_fields_set}


def _actions(change: AccountChange) -> list[str]:
    """Say what a change is in the audit log."""
    role = [] if change.role is None else [f"user.made_{change.role}"]
    quota = ["user.quota_changed"] if _quotas(change) else []
    return role + quota + ([] if change.disabled is None else ["user.disabled" if change.disabled else "user.enabled"])


async def _existing(users: UserStore, user_id: UUID) -> StoredUser:
    found = await users.get(user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found
