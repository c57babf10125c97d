"""Starting with another pepper than before is refused: else every key would be `unknown_key` without a reason."""

import hmac
import logging

from services.gateway.accounts.credentials import Pepper
from services.gateway.storage.secret_checks import SecretCheckStore
from services.kit.postgres.database import Database

logger = logging.getLogger("pictor.accounts")


class PepperChangedError(RuntimeError):
    """PICTOR_KEY_PEPPER is not the one that the keys of this database were made with."""


async def require_same_pepper(database: Database, pepper: Pepper, *, accept_change: bool) -> None:
    """Raise PepperChangedError for another pepper than at the first start, unless that is accepted.

    Then all API keys, sessions and share links end. Passwords do not depend on the pepper.
    """
    async with database.transaction() as session:
        checks = SecretCheckStore(session)
        if hmac.compare_digest(await checks.kept(pepper.check), pepper.check):
            return
        if not accept_change:
            raise PepperChangedError(
                "PICTOR_KEY_PEPPER is not the one that the keys of this library were made with. Put the old one back; "
                "or set PICTOR_FORGET_KEYS=true for one start, and all API keys, sessions and share links "
                "end (docs/deploy/secrets.md)."
            )
        await checks.replace(pepper.check)
    logger.warning("the pepper was changed: all API keys, sessions and share links have ended")
