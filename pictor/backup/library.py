"""The library that a backup is made of, or restored to: three databases and an object store."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pictor.backup.manifest import BackupError
from pictor.stack.lock import LibraryInUse, exclusive
from pictor.stack.postgres.databases import ensure_databases
from pictor.stack.postgres.server import Cluster, PostgresChild, ensure_cluster
from pictor.stack.postgres.sockets import socket_folder
from pictor.stack.postgres.system_user import postgres_owner
from pictor.stack.process.supervisor import Supervisor
from pictor.stack.settings import StackError, StackSettings
from pictor.stack.up import make_folders
from services.catalog.storage.objects import ObjectStore
from services.catalog.storage.objects.settings import StoreSettings, open_store

SERVICES = ("catalog", "gateway", "similarity")
"""The order of dumping: a user or a vector of an image that came meanwhile may be too many, none is too few."""


@dataclass(frozen=True)
class Library:
    """`databases` are SQLAlchemy URLs by service. `settings` says where the data folder is; its secrets are this
    library's only where the databases are in it (`is_embedded`)."""

    settings: StackSettings
    databases: dict[str, str]
    store: ObjectStore
    is_embedded: bool = True


@asynccontextmanager
async def open_library(settings: StackSettings) -> AsyncIterator[Library]:
    """The library of the environment: of three PICTOR_<SERVICE>_DATABASE_URL, else that of the data folder.

    There PostgreSQL is started for the while when no stack runs. Raises StackError.
    """
    given = {name: os.environ.get(f"PICTOR_{name.upper()}_DATABASE_URL", "") for name in SERVICES}
    if any(given.values()) and not all(given.values()):
        lacking = ", ".join(f"PICTOR_{name.upper()}_DATABASE_URL" for name, url in given.items() if not url)
        raise BackupError(f"The environment names some databases, and not {lacking}.")
    if all(given.values()):
        store = open_store(StoreSettings())
    else:  # as `pictor up` has it
        store = open_store(StoreSettings(store_folder=settings.objects))
    try:
        if all(given.values()):
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            yield Library(settings, given, store, is_embedded=False)
            return
        async with _embedded(settings) as cluster:
            urls = {name: cluster.url(f"pictor_{name}") for name in SERVICES}
            yield Library(settings, urls, store)
    finally:
        await store.close()


@asynccontextmanager
async def _embedded(settings: StackSettings) -> AsyncIterator[Cluster]:
    """The server of the stack that runs on the data folder, else one of our own.

    The lock tells which: a server whose stack was killed may still answer for a moment, while it shuts down.
    """
    make_folders(settings)
    with ExitStack() as held:
        try:
            cluster = held.enter_context(_held(settings))
        except LibraryInUse:
            running = running_sockets(settings.postgres)
            if running is None:
                raise
            yield Cluster(settings.postgres, running, None)
            return
        supervisor = Supervisor()
        await ensure_cluster(cluster, settings.logs / "initdb.log")
        supervisor.start(PostgresChild(cluster, settings.logs / "postgres.log"), foundation=True)
        try:
            await ensure_databases(cluster)
            yield cluster
        finally:
            await supervisor.stop()


@contextmanager
def _held(settings: StackSettings) -> Iterator[Cluster]:
    with exclusive(settings.lock, url=settings.url):
        owner = postgres_owner(settings.postgres)
        with socket_folder(settings.data / "run", owner) as sockets:
            yield Cluster(settings.postgres, sockets, owner)


def running_sockets(folder: Path) -> Path | None:
    """The socket folder of the server that runs on the cluster; None when none does."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        os.kill(int(lines[0]), 0)
        sockets = Path(lines[4])  # https://www.postgresql.org/docs/18/storage-file-layout.html
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError, IndexError, ValueError):
        return None
    except PermissionError as error:
        raise StackError(f"The files of {folder} are another user's: run this as the user that runs Pictor.") from error
    return sockets if (sockets / ".s.PGSQL.5432").exists() else None
