"""Users: registering and looking up."""

import re

from services.gateway.accounts.scopes import scopes_of
from services.gateway.schemas.users import User, UserQuota
from services.gateway.services.errors import NameTaken, RegistrationClosed
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredUser
from services.gateway.storage.users import UserStore
from services.kit.http.problems import NotFound
from services.kit.ids import new_id
from services.kit.principal import Principal

USER_NAME = re.compile(r"[a-z0-9._-]{2,64}")


class AccountService:
    def __init__(self, users: UserStore, audit: AuditStore, *, registration_open: bool) -> None:
        self._users = users
        self._audit = audit
        self._registration_open = registration_open

    async def register(self, name: str, password_hash: str) -> User:
        """Add a user, the first one as admin. Raises NameTaken and RegistrationClosed."""
        await self._users.hold_registrations()
        first = not await self._users.any()
        if not first and not self._registration_open:
            raise RegistrationClosed("Registration is closed on this server: ask its operator for an account.")
        role = "admin" if first else "member"
        added = await self._users.add(new_id(), name=name, role=role, password_hash=password_hash)
        if added is None:
            raise NameTaken(f"The name {name} is taken: choose another.")
        await self._audit.add("user.registered", added.id)
        return user_document(added, scopes_of(added.role))

    async def me(self, principal: Principal, quota: UserQuota | None) -> User:
        """Describe the caller, with the scopes of what it signed in with."""
        found = await self._users.get(principal.identity)
        if found is None:
            raise NotFound("This account is gone.")
        return user_document(found, principal.scopes).model_copy(update={"quota": quota})


def user_document(user: StoredUser, scopes: frozenset[str]) -> User:
    return User(id=user.id, name=user.name, role=user.role, scopes=sorted(scopes), created_at=user.created_at)
