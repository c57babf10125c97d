"""`pictor up`: the whole stack on one machine, from an empty folder or from where it was left."""

import asyncio
import signal
import time
from contextlib import ExitStack
from typing import Any

import httpx

from pictor.stack.bootstrap.announcement import announce
from pictor.stack.bootstrap.first_user import Credentials, CredentialsLost, ensure_credentials
from pictor.stack.bootstrap.pepper import require_pepper
from pictor.stack.bootstrap.sample import ensure_sample
from pictor.stack.bootstrap.secrets import load_or_create_secrets
from pictor.stack.classifiers import CLASSIFIERS, Classifiers, require_package
from pictor.stack.lock import exclusive
from pictor.stack.model import ModelPackage
from pictor.stack.ports import free_ports, require_free
from pictor.stack.postgres.databases import ensure_databases
from pictor.stack.postgres.migrations import migrate
from pictor.stack.postgres.server import Cluster, PostgresChild, ensure_cluster
from pictor.stack.postgres.sockets import socket_folder
from pictor.stack.postgres.system_user import postgres_owner
from pictor.stack.process.child import Child
from pictor.stack.process.output import say
from pictor.stack.process.supervisor import Supervisor
from pictor.stack.readiness import until_ready
from pictor.stack.reload import renew_changed
from pictor.stack.services import Ports, service_specs
from pictor.stack.settings import RESTORING, WEIGHTS, StackError, StackSettings

_READY_TIMEOUT_S = 180.0


def run_stack(settings: StackSettings, *, reload: bool = False) -> None:
    """Start everything; return after SIGINT, SIGTERM or SIGHUP stopped everything again. Raise StackError, with nothing
    left running, when it does not start. With `reload`, a service whose files change is started again."""
    if (settings.data / RESTORING).exists():
        raise StackError(f"The restore into {settings.data} is not complete: run `pictor restore` again first.")
    make_folders(settings)
    with ExitStack() as held:
        held.enter_context(exclusive(settings.lock, url=settings.url))
        require_free(settings.port)
        require_packages(settings)
        owner = postgres_owner(settings.postgres)
        sockets = held.enter_context(socket_folder(settings.data / "run", owner))
        asyncio.run(_until_stopped(settings, Cluster(settings.postgres, sockets, owner), reload=reload))


def require_packages(settings: StackSettings) -> None:
    """See to it that what PICTOR_WEIGHTS and PICTOR_CANDIDATE_PACKAGE name can be used, before anything is started.

    A file becomes a package now. Raise StackError, with the reason.
    """
    if settings.candidate is not None:
        require_package(settings.candidate)
    if settings.weights not in WEIGHTS:
        asyncio.run(ModelPackage(settings).ensure())


def make_folders(settings: StackSettings) -> None:
    """Make the data folder and what is ours in it; private, as far as we make it ourselves."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    for folder in (settings.objects, settings.models, settings.logs):
        folder.mkdir(exist_ok=True, mode=0o700)


async def _until_stopped(settings: StackSettings, cluster: Cluster, *, reload: bool) -> None:
    asked: asyncio.Future[signal.Signals] = asyncio.get_running_loop().create_future()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(signum) != signal.SIG_IGN:  # as `nohup` asks for
            asyncio.get_running_loop().add_signal_handler(signum, _answer, asked, signum)
    stack = Stack(settings, cluster, reload=reload)
    serving = asyncio.create_task(stack.serve())
    try:
        either: set[asyncio.Future[Any]] = {asked, serving}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        began = time.monotonic()
        say(f"stopping ({asked.result().name})" if asked.done() else "stopping, because the start failed")
        serving.cancel()
        await asyncio.wait({serving})
        await stack.supervisor.stop()
        say(f"stopped in {time.monotonic() - began:.1f} s")
    if not asked.done():
        serving.result()  # raises what ended it


def _answer(asked: asyncio.Future[signal.Signals], signum: signal.Signals) -> None:
    if not asked.done():
        asked.set_result(signum)


class Stack:
    """One run over one data folder."""

    def __init__(self, settings: StackSettings, cluster: Cluster, *, reload: bool) -> None:
        self.supervisor = Supervisor()
        self._settings = settings
        self._cluster = cluster
        self._reload = reload
        self._package = ModelPackage(settings)
        self._ports = Ports(settings.port, *free_ports(4))

    async def serve(self) -> None:
        """Start all, announce it, and keep trying for a missing model until cancelled."""
        began = time.monotonic()
        secrets = load_or_create_secrets(self._settings.secrets)
        specs = service_specs(
            self._settings,
            secrets=secrets,
            cluster=self._cluster,
            ports=self._ports,
            package=self._package.folder,
            candidate=self._settings.candidate or self._package.links.candidate,
        )
        classifiers = Classifiers(self._package.links, specs, self._ports, self.supervisor, self._settings)
        children = {name: Child(spec) for name, spec in specs.items() if name not in CLASSIFIERS}
        model = asyncio.create_task(self._package.ensure())
        try:
            classifiers.start()  # need no database: they warm up meanwhile
            await self._databases()
            await require_pepper(self._settings, self._cluster, secrets)
            self.supervisor.start(*children.values())
            await asyncio.to_thread(ensure_sample, self._settings.sample)
            async with _client(self._settings.url) as client:
                await self._require_ready(client)
                credentials = await self._credentials(client)
                if has_model := await model:
                    await self._classifier_ready(client)
        finally:
            model.cancel()
            await asyncio.gather(model, return_exceptions=True)
        took_s = time.monotonic() - began
        announce(self._settings, credentials, took_s=took_s, model=self._package.describe(), labels=has_model)
        async with asyncio.TaskGroup() as group:
            group.create_task(classifiers.watch())
            if self._reload:
                group.create_task(renew_changed(lambda: children | classifiers.children))
            if not has_model:
                group.create_task(self._package.build_later())

    async def _databases(self) -> None:
        await ensure_cluster(self._cluster, self._settings.logs / "initdb.log")
        self.supervisor.start(PostgresChild(self._cluster, self._settings.logs / "postgres.log"), foundation=True)
        await ensure_databases(self._cluster)
        await migrate(self._settings, self._cluster)

    async def _require_ready(self, client: httpx.AsyncClient) -> None:
        urls = {self._ports.url(name): name for name in ("gateway", "catalog", "similarity")}
        wrong = await until_ready(client, urls, timeout_s=_READY_TIMEOUT_S)
        if wrong:
            reasons = "; ".join(f"{urls[url]}: {reason}" for url, reason in wrong.items())
            raise StackError(f"Not ready after {_READY_TIMEOUT_S:.0f} s: {reasons}. Logs: {self._settings.logs}")

    async def _credentials(self, client: httpx.AsyncClient) -> Credentials | None:
        try:
            return await ensure_credentials(self._settings.credentials, client, self._settings.url)
        except CredentialsLost as error:
            say(str(error))
            return None

    async def _classifier_ready(self, client: httpx.AsyncClient) -> None:
        """A model that is there but does not load keeps uploads waiting, not the stack: it is said, and goes on."""
        wrong = await until_ready(client, [self._ports.url("classifier")], timeout_s=_READY_TIMEOUT_S)
        for reason in wrong.values():
            say(f"classifier is not ready ({reason}): uploads are kept, and wait for it")


def _client(url: str) -> httpx.AsyncClient:
    """For loopback alone: no proxy of the environment."""
    return httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)
