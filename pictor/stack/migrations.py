"""Bring the three databases to the newest schema before the services start: they refuse an older one."""

import sys

from pictor.stack.job import run_job
from pictor.stack.postgres import Cluster
from pictor.stack.process import ChildSpec
from pictor.stack.services import ROOT, base_environment
from pictor.stack.settings import StackError, StackSettings

_SERVICES = ("gateway", "catalog", "similarity")
_TIMEOUT_S = 600.0


async def migrate(settings: StackSettings, cluster: Cluster) -> None:
    """Run all migrations in one process (starting Python is what takes the time). Raise StackError when one fails."""
    targets = tuple(f"{name}={cluster.url(f'pictor_{name}')}" for name in _SERVICES)
    argv = (sys.executable, "-m", "services.kit.migrate", *targets)
    spec = ChildSpec("migrate", argv, base_environment(), ROOT, settings.logs / "migrate.log")
    code = await run_job(spec, timeout_s=_TIMEOUT_S)
    if code:
        raise StackError(f"The databases could not be brought to the newest schema (exit code {code}): see {spec.log}.")
