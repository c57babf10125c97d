"""Sessions: signing in with a password, and out again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.gateway.accounts.authentication import Authenticator, SignedIn
from services.gateway.accounts.credentials import Kind, Pepper, new_seed
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.scopes import scopes_of
from services.gateway.accounts.users import USER_NAME, user_document
from services.gateway.schemas.accounts import PasswordChange
from services.gateway.schemas.sessions import Session
from services.gateway.services.errors import AccountDisabled, InvalidCredentials, NotASession, WrongPassword
from services.gateway.services.rates import TokenBuckets
from services.gateway.storage.api_keys import ApiKeyStore
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredUser
from services.gateway.storage.sessions import SessionStore
from services.gateway.storage.users import UserStore
from services.kit.http.problems import Unavailable
from services.kit.ids import new_id
from services.kit.postgres.database import Database

LIFETIME = timedelta(days=30)
MAX_SESSIONS = 100
TRIES, TRIES_PER_S = 10, 1 / 15
ADDRESS_TRIES, ADDRESS_TRIES_PER_S = 50, 1.0


class SignInThrottle:
    """Failed sign-ins: 10 at once on a name from an address, then 4 a minute; 50 at once an address, then one a second.

    A success is not counted. A name alone is never throttled: who keeps failing on it would lock its owner out. Many
    addresses together are bounded by how many passwords are hashed at once.
    """

    def __init__(self) -> None:
        self._names = TokenBuckets("sign-in-name", rate_per_s=TRIES_PER_S, burst=TRIES)
        self._addresses = TokenBuckets("sign-in-address", rate_per_s=ADDRESS_TRIES_PER_S, burst=ADDRESS_TRIES)

    def take(self, name: str, address: str) -> None:
        """Raise TooManyRequests when the address has failed too often, on this name or on any."""
        self._addresses.take(address)
        self._names.take(f"{address} {name}")

    def forgive(self, name: str, address: str) -> None:
        self._addresses.give_back(address)
        self._names.give_back(f"{address} {name}")


class SessionService:
    """Owns its transactions, so that no connection is held while a password is being hashed."""

    def __init__(
        self,
        database: Database,
        *,
        passwords: Passwords,
        pepper: Pepper,
        throttle: SignInThrottle,
        authenticator: Authenticator,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._pepper = pepper
        self._throttle = throttle
        self._authenticator = authenticator

    async def sign_in(self, name: str, password: str, *, address: str) -> Session:
        """Open a session of 30 days. The 101st of a user ends the oldest.

        Raises InvalidCredentials (the same for an unknown name and a wrong password), TooManyRequests, Unavailable.
        """
        self._throttle.take(name, address)
        try:
            user, stored_hash = await self._verified(name, password)
        except Unavailable:
            self._throttle.forgive(name, address)
            raise
        self._throttle.forgive(name, address)
        renewed = await self._passwords.hash(password) if self._passwords.outdated(stored_hash) else None
        return await self._open(user, renewed)

    async def change_password(self, signed_in: SignedIn, change: PasswordChange, *, address: str) -> None:
        """Set a new password, and end all sessions but the one that the request is signed with.

        Raises WrongPassword, TooManyRequests, Unavailable.
        """
        user_id, name = signed_in.principal.identity, signed_in.principal.name
        self._throttle.take(name, address)
        async with self._database.transaction() as session:
            stored = await UserStore(session).password_hash_of(user_id)
        try:
            right = await self._passwords.verify(stored, change.current_password.get_secret_value())
            password_hash = await self._passwords.hash(change.new_password.get_secret_value()) if right else None
        except Unavailable:
            self._throttle.forgive(name, address)
            raise
        if password_hash is None:
            raise WrongPassword("The current password is wrong; nothing was changed.")
        self._throttle.forgive(name, address)
        async with self._database.transaction() as session:
            await UserStore(session).set_password_hash(user_id, password_hash)
            await AuditStore(session).add("user.password_changed", user_id)
            await SessionStore(session).revoke_all(user_id, but=signed_in.credential_id)
            if change.revoke_keys:
                await ApiKeyStore(session).revoke_all(user_id)
        self._authenticator.forget_user(user_id)

    async def sign_out(self, signed_in: SignedIn) -> None:
        """End the session that the request was signed with. Raises NotASession for an API key."""
        if signed_in.kind is not Kind.SESSION:
            raise NotASession("This request is signed with an API key; DELETE /v1/api-keys/{id} revokes it.")
        async with self._database.transaction() as session:
            await SessionStore(session).revoke(signed_in.principal.identity, signed_in.credential_id)
        self._authenticator.forget(signed_in.credential_id)

    async def _verified(self, name: str, password: str) -> tuple[StoredUser, str]:
        found = None
        if USER_NAME.fullmatch(name):
            async with self._database.transaction() as session:
                found = await UserStore(session).password_hash(name)
        if not await self._passwords.verify(found[1] if found else None, password) or found is None:
            await self._note_refused(found[0].id if found else "")
            raise InvalidCredentials("The name or the password is wrong.")
        if found[0].disabled_at is not None:
            raise AccountDisabled("This account is disabled: ask an admin of this server.")
        return found

    async def _note_refused(self, user_id: UUID | str) -> None:
        """An unknown name is not kept: people type passwords into it. It takes as long as a known one."""
        async with self._database.transaction() as session:
            await AuditStore(session).add("session.opened", user_id, outcome="refused")

    async def _open(self, user: StoredUser, renewed_hash: str | None) -> Session:
        session_id, expires_at = new_id(), datetime.now(UTC) + LIFETIME
        token = self._pepper.token(Kind.SESSION, session_id, new_seed())
        async with self._database.transaction() as session:
            if renewed_hash:
                await UserStore(session).set_password_hash(user.id, renewed_hash)
            sessions = SessionStore(session)
            await sessions.prune(user.id, keep=MAX_SESSIONS - 1)
            await sessions.add(session_id, user_id=user.id, digest=self._pepper.digest(token), expires_at=expires_at)
            await AuditStore(session).add("session.opened", user.id)
        return Session(token=token, expires_at=expires_at, user=user_document(user, scopes_of(user.role)))
