"""`pictor up --reload`: a service whose files change is started again."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

from watchfiles import PythonFilter, awatch

from pictor.stack.process.child import Child
from pictor.stack.process.output import say
from pictor.stack.services import ROOT

_WATCHED = ("services", "contracts")
_RUNS = {
    "services/gateway": {"gateway"},
    "services/catalog": {"catalog", "worker"},
    "services/classifier": {"classifier", "candidate"},
    "services/similarity": {"similarity"},
    "services/protocol": {"catalog", "worker", "classifier", "candidate", "similarity"},
    "services/vision": {"catalog", "worker", "classifier", "candidate", "similarity"},
    "contracts/openapi": {"gateway"},  # they are its routing table
}
_ALL = set[str]().union(*_RUNS.values())
_GROUPED_MS = 200
_GRACE_S = 1.0


def affected(file: Path) -> set[str]:
    """Which processes have read a file of ours (its path from the repository's folder); all, when it is in the kit."""
    return _RUNS.get("/".join(file.parts[:2]), _ALL)


async def renew_changed(running: Callable[[], Mapping[str, Child]]) -> None:
    """Watch our code; renew what `running` names and a change affects. Ends with its task only.

    A migration is not run: one that is half written must not be. Stop the stack and start it again for that.
    """
    folders = [ROOT / folder for folder in _WATCHED]
    code = PythonFilter(extra_extensions=(".json",))
    async for changes in awatch(*folders, watch_filter=code, debounce=_GROUPED_MS):
        files = sorted(Path(path).relative_to(ROOT) for _, path in changes)
        names = set[str]().union(*map(affected, files))
        children = {name: child for name, child in running().items() if name in names}
        say(f"{', '.join(map(str, files))} changed: {', '.join(children)} start again")
        await asyncio.gather(*(child.renew(within_s=_GRACE_S) for child in children.values()))
