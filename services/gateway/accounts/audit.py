"""The audit log: read by admins, pruned by age, and written here for what other services did.

What the gateway itself changes is written where it is changed, in the same transaction.
"""

import asyncio
import logging
import re
from datetime import timedelta
from uuid import UUID

from services.gateway.schemas.audit import AuditActor, AuditEvent, AuditOutcome, AuditPage
from services.gateway.storage.audit import PRUNED_AT_ONCE, AuditStore, StoredEvent
from services.kit.http.pagination import decode_cursor, encode_cursor
from services.kit.postgres.database import DATABASE_ERRORS, Database

logger = logging.getLogger("pictor.accounts")
PRUNE_EVERY_S = 3600.0
OF_OTHERS = {
    "images_delete": "image.deleted",
    "images_batch_delete": "images.deleted",
    "trash_empty": "trash.emptied",
    "collections_delete": "collection.deleted",
    "spaces_delete": "space.deleted",
    "spaces_promote": "space.promoted",
    "images_reprocess_all": "library.reprocessed",
    "images_rerender": "library.rerendered",
}
"""Operations of other services that are noted, by what they are called in the log."""
_NAMED = re.compile(r"^/v1/(?:images|collections|spaces|users)/([^/:]+)")
BAD = 400


class AuditLog:
    """Owns its transactions."""

    def __init__(self, database: Database, *, kept: timedelta) -> None:
        self._database = database
        self._kept = kept

    async def page(self, cursor: str | None, limit: int, *, actor_id: UUID | None, action: str | None) -> AuditPage:
        """List events, newest first. Raises InvalidCursor."""
        filters = ["audit", str(actor_id), action]
        before = decode_cursor(cursor, filters, (UUID,))[0] if cursor else None
        async with self._database.transaction() as session:
            found = await AuditStore(session).page(before=before, limit=limit + 1, actor_id=actor_id, action=action)
        items = found[:limit]
        more = encode_cursor([items[-1].id], filters) if len(found) > limit else None
        return AuditPage(items=[_document(event) for event in items], next_cursor=more)

    async def note(self, operation: str, path: str, *, status: int, changes_as_admin: bool) -> None:
        """Note what another service did, and what an admin was refused. Never raises: the answer is given.

        What others were refused is not kept: anybody could fill the log.
        """
        refused = status >= BAD
        action = OF_OTHERS.get(operation) if not refused else operation if changes_as_admin else None
        if action is None:
            return
        named = _NAMED.match(path)
        try:
            async with self._database.transaction() as session:
                outcome = "refused" if refused else "done"
                await AuditStore(session).add(action, named.group(1) if named else "", outcome=outcome)
        except DATABASE_ERRORS as error:
            logger.warning("%s of %s could not be noted in the audit log: %s", action, path, error)

    async def run(self) -> None:
        """Remove what is too old, for ever."""
        while True:
            try:
                async with self._database.transaction() as session:
                    full = await AuditStore(session).prune(self._kept) == PRUNED_AT_ONCE
            except DATABASE_ERRORS as error:
                full = False
                logger.warning("the audit log cannot be pruned; trying again: %s", error)
            await asyncio.sleep(0 if full else PRUNE_EVERY_S)


def _document(event: StoredEvent) -> AuditEvent:
    return AuditEvent(
        id=event.id,
        at=event.at,
        action=event.action,
        outcome=AuditOutcome(event.outcome),
        actor=AuditActor(id=event.actor_id, name=event.actor_name, address=event.address),
        subject=event.subject,
    )
