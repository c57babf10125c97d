"""A program for tests, to be killed from outside: a supervisor over fake services, with a server or without."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from pictor.stack.postgres.databases import ensure_databases
from pictor.stack.postgres.server import Cluster, PostgresChild, ensure_cluster
from pictor.stack.postgres.sockets import socket_folder
from pictor.stack.postgres.system_user import postgres_owner
from pictor.stack.process.child import Child
from pictor.stack.process.supervisor import Supervisor
from tests.stack.fakes import STUBBORN, a_spec, eventually


async def _main(folder: Path, *, with_postgres: bool) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    supervisor = Supervisor()
    owner = postgres_owner(folder / "postgres")
    with socket_folder(folder / "run", owner) as sockets:
        if with_postgres:
            cluster = Cluster(folder / "postgres", sockets, owner)
            await ensure_cluster(cluster, folder / "initdb.log")
            supervisor.start(PostgresChild(cluster, folder / "postgres.log"), foundation=True)
            await ensure_databases(cluster)
        supervisor.start(Child(a_spec(folder, "obedient")), Child(a_spec(folder, "stubborn", program=STUBBORN)))
        await eventually(lambda: all(child.pid for child in supervisor.children))
        pids = {child.spec.name: child.pid for child in supervisor.children}
        part = folder / "pids.part"
        part.write_text(json.dumps(pids))
        part.replace(folder / "pids.json")
        await stop.wait()
        await supervisor.stop(grace_s=1.0, total_s=3.0)


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), with_postgres=sys.argv[2] == "postgres"))
