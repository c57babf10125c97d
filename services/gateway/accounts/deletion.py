"""Deleting an account: signed out at once, then its images go a part at a time, and at last the account itself.

All that is to be done stands in the user's row, so a gateway that is killed goes on when it is started again, and
several replicas may be at one account: what the catalog is asked for may be asked for twice. An upload that was under
way when the account was disabled may still arrive; so the account stays, disabled and with its name taken, until none
can, and only then the catalog is asked for the last time.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.documents import account_document
from services.gateway.schemas.accounts import Account, ImagesOfDeleted
from services.gateway.services.errors import DeletionUnderWay, LastAdmin
from services.gateway.storage.audit import AuditStore
from services.gateway.storage.records import StoredUser
from services.gateway.storage.sessions import SessionStore
from services.gateway.storage.users import UserStore
from services.kit.clients import ServiceClient
from services.kit.http.problems import ApiError, FieldError, NotFound, UnprocessableContent
from services.kit.postgres.database import DATABASE_ERRORS, Database
from services.kit.principal import service_principal

logger = logging.getLogger("pictor.accounts")
LOOK_EVERY_S = 5.0
LONGEST_S = 120.0


class DeletionService:
    """Owns its transactions; none is open while the catalog is asked."""

    def __init__(
        self, database: Database, catalog: ServiceClient, *, authenticator: Authenticator, settle: timedelta
    ) -> None:
        """`settle` is how long an upload may be under way after its account was disabled."""
        self._database = database
        self._catalog = catalog
        self._authenticator = authenticator
        self._settle = settle
        self._look_every_s = min(LOOK_EVERY_S, settle.total_seconds() / 2)
        self._begun = asyncio.Event()

    async def begin(self, user_id: UUID, *, keep_for: UUID | None) -> Account:
        """Sign out and disable for good, and hand the images to `keep_for`, or delete them with None.

        Again with the same wish is no error. Raises NotFound, LastAdmin, UnprocessableContent (nobody to hand them to),
        and DeletionUnderWay for another wish, or where the user is being given the images of somebody else.
        """
        async with self._database.transaction() as session:
            users = UserStore(session)
            await users.hold_registrations()
            user = await users.get(user_id)
            if user is None:
                raise NotFound("There is no such user.")
            if user.deleted_at is None:
                await _require_deletable(users, user, keep_for)
                await users.mark_deleted(user_id, heir_id=keep_for)
                await SessionStore(session).revoke_all(user_id)
                await AuditStore(session).add("user.deletion_begun", user_id)
            elif user.heir_id != keep_for:
                raise DeletionUnderWay("This account is being deleted already, with another wish for its images.")
            marked = await users.get(user_id) or user
        self._authenticator.forget_user(user_id)
        self._begun.set()
        return account_document(marked)

    async def run(self) -> None:
        """Go on with all deletions, for ever: at once with those that begin here."""
        while True:
            try:
                async with self._database.transaction() as session:
                    waiting = await UserStore(session).deleted()
                for user in waiting:
                    await self._advance(user)
            except DATABASE_ERRORS as error:
                logger.warning("deleted accounts cannot be looked for; trying again: %s", error)
            except Exception:
                logger.exception("a deleted account cannot be gone on with; trying again")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._look_every_s):
                    await self._begun.wait()
            self._begun.clear()

    async def _advance(self, user: StoredUser) -> None:
        if user.deleted_at is None:
            return
        settled = user.deleted_at + self._settle <= datetime.now(UTC)
        try:
            await self._clear(user)
        except ApiError as error:
            logger.warning("the images of the deleted user %s wait: %s", user.id, error.detail)
            return
        if settled:
            async with self._database.transaction() as session:
                await UserStore(session).remove(user.id)
                await AuditStore(session).add("user.deleted", user.id)
            logger.info("the account %s is deleted", user.id)

    async def _clear(self, user: StoredUser) -> None:
        """Ask the catalog until it has nothing of the user's."""
        heir = None
        if user.heir_id is not None:
            async with self._database.transaction() as session:
                found = await UserStore(session).get(user.heir_id)
            if found is None:  # cannot be: heirs are not deleted
                raise NotFound("Who was to be given them is gone.")
            heir = {"id": str(found.id), "name": found.name}
        asker, path = service_principal("gateway"), f"/internal/owners/{user.id}:leave"
        while True:
            answer = await self._catalog.call(
                "POST", path, principal=asker, json_body={"heir": heir}, timeout_s=LONGEST_S
            )
            if answer.json()["done"]:
                return


def heir_of(images: ImagesOfDeleted, keep_for: UUID | None) -> UUID | None:
    """Give whom images go to. Raises UnprocessableContent where the two do not fit each other."""
    if (images is ImagesOfDeleted.KEEP_FOR) == (keep_for is not None):
        return keep_for
    message = "It goes with images=keep_for, which needs it, and with nothing else."
    raise UnprocessableContent(message, errors=[FieldError(pointer="/query/keep_for", code="missing", message=message)])


async def _require_deletable(users: UserStore, user: StoredUser, keep_for: UUID | None) -> None:
    if user.role == "admin" and not await users.other_admins(user.id):
        raise LastAdmin("This is the last admin: make another one first.")
    if await users.inherits(user.id):
        raise DeletionUnderWay("This account is being given the images of a deleted one: wait until that is over.")
    if keep_for is None:
        return
    heir = await users.get(keep_for)
    if keep_for == user.id or heir is None or heir.deleted_at is not None:
        message = "There is no such user, or it is the one to be deleted."
        raise UnprocessableContent(
            message, errors=[FieldError(pointer="/query/keep_for", code="no_such_user", message=message)]
        )
