"""Seeing before the start that the pepper is the one of this library: the gateway would refuse, in its log alone."""

import hmac
import os
from collections.abc import Mapping

import asyncpg

from pictor.stack.bootstrap.secrets import Secrets
from pictor.stack.postgres.server import Cluster
from pictor.stack.settings import StackError, StackSettings
from services.gateway.accounts.credentials import Pepper

FORGET = "PICTOR_FORGET_KEYS"


async def require_pepper(
    settings: StackSettings, cluster: Cluster, secrets: Secrets, environ: Mapping[str, str] = os.environ
) -> None:
    """Raise StackError when the keys in the database were made with another pepper, unless that is said to be meant."""
    if environ.get(FORGET, "").lower() in {"true", "1", "yes", "on"}:
        return
    connection = await asyncpg.connect(host=str(cluster.sockets), user="postgres", database="pictor_gateway")
    try:
        kept = await connection.fetchval("SELECT digest FROM secret_checks WHERE name = 'key_pepper'")
    finally:
        await connection.close()
    if kept is not None and not hmac.compare_digest(kept, Pepper(secrets.key_pepper).check):
        raise StackError(
            f"The key_pepper in {settings.secrets} is not the one that the keys of this library were made with. Put "
            f"the old file back; or start once with {FORGET}=true, and all API keys, sessions and share links end."
        )
