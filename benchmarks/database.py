"""PostgreSQL as the stack runs it, for a benchmark."""

import asyncio
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import asyncpg
from sqlalchemy.engine import make_url

from pictor.stack.postgres.server import Cluster, PostgresChild, ensure_cluster
from pictor.stack.postgres.system_user import give_to, postgres_owner


@dataclass(frozen=True)
class Server:
    """A running server, for whoever has its socket's folder."""

    cluster: Cluster

    def url(self, database: str) -> str:
        host = quote(str(self.cluster.sockets), safe="")
        return f"postgresql+asyncpg://postgres@/{database}?host={host}"

    async def execute(self, statement: str) -> None:
        connection = await connected(self.url("postgres"))
        await connection.execute(statement)
        await connection.close()


@contextmanager
def postgres(folder: Path, shared_buffers: str | None = None) -> Iterator[Server]:
    """The stack's own server and settings, but for `shared_buffers` where given; its data stay below the folder.

    Not within an event loop.
    """
    folder.mkdir(parents=True, exist_ok=True)
    owner = postgres_owner(folder / "data")
    sockets = Path(tempfile.mkdtemp(prefix="benchmark-"))
    give_to(sockets, owner)
    cluster = Cluster(folder / "data", sockets, owner)
    asyncio.run(ensure_cluster(cluster, folder / "initdb.log"))
    command = [*PostgresChild(cluster, folder / "child.log").spec.argv]
    if shared_buffers is not None:
        command += ["-c", f"shared_buffers={shared_buffers}"]
    identity = {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner else {}
    with (folder / "postgres.log").open("w") as log:
        child = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, cwd="/", **identity)
    try:
        asyncio.run(_answers(Server(cluster)))
        yield Server(cluster)
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(120)
        shutil.rmtree(sockets, ignore_errors=True)


async def _answers(server: Server) -> None:
    for _ in range(600):
        try:
            return await server.execute("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            await asyncio.sleep(0.1)
    raise TimeoutError("PostgreSQL did not start within a minute; see postgres.log")


async def connected(url: str) -> asyncpg.Connection:
    parts = make_url(url)
    return await asyncpg.connect(user=parts.username, database=parts.database, host=parts.query["host"])
