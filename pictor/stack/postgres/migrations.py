"""Bring the three databases to the newest schema before the services start: they refuse an older one."""

import asyncio
import sys

from pictor.stack.postgres.server import Cluster
from pictor.stack.process.child_process import ChildSpec
from pictor.stack.process.one_shot import run_job
from pictor.stack.services import ROOT, base_environment
from pictor.stack.settings import StackError, StackSettings

_SERVICES = ("gateway", "catalog", "similarity")
_TIMEOUT_S = 600.0


async def migrate(settings: StackSettings, cluster: Cluster) -> None:
    """Run the migrations, a process for each database (Alembic's context is one for a whole process). Raise StackError
    when one fails, after the others have ended."""
    failed = [
        problem for problem in await asyncio.gather(*(_migrate(settings, cluster, n) for n in _SERVICES)) if problem
    ]
    if failed:
        raise StackError("; ".join(failed))


async def _migrate(settings: StackSettings, cluster: Cluster, service: str) -> str:
    """Empty when all went well."""
    log = settings.logs / f"migrate-{service}.log"
    argv = (sys.executable, "-m", "services.kit.migrate", service)
    environment = {**base_environment(), "PICTOR_DATABASE_URL": cluster.url(f"pictor_{service}")}
    code = (await run_job(ChildSpec("migrate", argv, environment, ROOT, log), timeout_s=_TIMEOUT_S)).code
    return (
        f"The database of {service} could not be brought to the newest schema (exit code {code}): see {log}."
        if code
        else ""
    )
