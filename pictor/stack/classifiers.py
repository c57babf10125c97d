"""The classifiers of a stack: one for the model that serves, and one for a second model while there is one."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import httpx

from pictor.stack.model_links import CANDIDATE, SERVING, ModelLinks
from pictor.stack.process.child import Child
from pictor.stack.process.child_process import ChildSpec
from pictor.stack.process.output import say
from pictor.stack.process.supervisor import Supervisor
from pictor.stack.readiness import until_ready
from pictor.stack.services import Ports
from pictor.stack.settings import StackError, StackSettings

CLASSIFIERS = ("classifier", "candidate")
BELIEVED_S = 6.0
"""So long, and no longer, a service believes what it was told of which classifier serves what."""
_LOOK_EVERY_S = 0.5
_READY_TIMEOUT_S = 180.0


class Classifiers:
    """Follows the links: a classifier whose package changed is started again, a candidate comes and goes.

    A candidate goes only when the first classifier is ready: what it served may be what that one serves now.
    """

    def __init__(
        self,
        links: ModelLinks,
        specs: Mapping[str, ChildSpec],
        ports: Ports,
        supervisor: Supervisor,
        settings: StackSettings,
    ) -> None:
        self._links = links
        self._specs = specs
        self._ports = ports
        self._supervisor = supervisor
        self._always_candidate = settings.candidate is not None
        self._running: dict[str, Child] = {}
        self._serving: str | None = None
        self._beside: str | None = None

    @property
    def children(self) -> dict[str, Child]:
        """Those that run now, by name."""
        return dict(self._running)

    def start(self) -> None:
        """Start what the links name now; the first classifier also without a package, for which it waits."""
        self._serving, self._beside = self._links.package(SERVING), self._links.package(CANDIDATE)
        self._begin("classifier")
        if self._always_candidate or self._beside is not None:
            self._begin("candidate")

    async def watch(self) -> None:
        """Ends with its task only."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            serving = self._links.package(SERVING)
            if serving != self._serving:
                before, self._serving = self._serving, serving
                if before is not None:  # else it has been looking for it, and finds it
                    say(f"the classifier changes from {before} to {serving}")
                    await self._again("classifier")
            beside = self._links.package(CANDIDATE)
            if beside != self._beside and not self._always_candidate:
                self._beside = beside
                await self._change_candidate()

    async def _change_candidate(self) -> None:
        if self._beside is None:
            await self._first_is_ready()
            await asyncio.sleep(BELIEVED_S)
            await self._end("candidate")
            say("the second classifier is stopped")
        else:
            say(f"a second classifier serves {self._beside} beside the first")
            await self._again("candidate")

    async def _again(self, name: str) -> None:
        await self._end(name)
        self._begin(name)

    async def _end(self, name: str) -> None:
        child = self._running.pop(name, None)
        if child is not None:
            await self._supervisor.end(child)

    def _begin(self, name: str) -> None:
        self._running[name] = Child(self._specs[name])
        self._supervisor.start(self._running[name])

    async def _first_is_ready(self) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            await until_ready(client, [self._ports.url("classifier")], timeout_s=_READY_TIMEOUT_S)


def require_package(folder: Path) -> None:
    """Raise StackError, with the reason, unless the folder holds a package whose files are whole."""
    from services.vision.packages import PackageError, load_package  # noqa: PLC0415 - a stack without one need not load it

    try:
        load_package(folder)
    except PackageError as error:
        raise StackError(str(error)) from error
