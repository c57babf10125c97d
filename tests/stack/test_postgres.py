"""The embedded PostgreSQL: a real one, in folders of the test, also after it or its parent was killed."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from pictor.stack.postgres.databases import DATABASES, ensure_databases
from pictor.stack.postgres.server import Cluster, PostgresChild, ensure_cluster, memory_settings
from pictor.stack.postgres.sockets import socket_folder
from pictor.stack.postgres.system_user import postgres_owner
from pictor.stack.process.supervisor import Supervisor
from tests.stack.fakes import a_stack_to_kill, eventually, gone


@asynccontextmanager
async def a_server(data: Path) -> AsyncIterator[tuple[Cluster, PostgresChild]]:
    """A cluster in `data` with the databases, running while in the block."""
    owner = postgres_owner(data / "postgres")
    supervisor = Supervisor()
    with socket_folder(data / "run", owner) as sockets:
        cluster = Cluster(data / "postgres", sockets, owner)
        await ensure_cluster(cluster, data / "initdb.log")
        server = PostgresChild(cluster, data / "postgres.log")
        supervisor.start(server, foundation=True)
        try:
            await ensure_databases(cluster)
            yield cluster, server
        finally:
            await supervisor.stop()


async def query(sockets: Path, statement: str, *, role: str = "pictor_catalog", database: str = "") -> list[Any]:
    connection = await asyncpg.connect(host=str(sockets), user=role, database=database or role)
    try:
        return [row[0] for row in await connection.fetch(statement)]
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("gigabytes", "pages", "cached"), [(0.25, "64MB", "128MB"), (4, "512MB", "2048MB"), (512, "4096MB", "262144MB")]
)
def test_pages_have_a_part_of_the_memory(gigabytes: float, pages: str, cached: str) -> None:
    settings = memory_settings(int(gigabytes * 1024**3))
    assert (settings["shared_buffers"], settings["effective_cache_size"]) == (pages, cached)


async def test_each_service_has_a_database_of_its_own_and_pgvector_is_there(tmp_path: Path) -> None:
    async with a_server(tmp_path) as (cluster, _):
        assert cluster.url("pictor_catalog").startswith("postgresql+asyncpg://pictor_catalog@/pictor_catalog?host=%2F")
        for name in DATABASES:
            assert await query(cluster.sockets, "SELECT current_user::text", role=name) == [name]
        distance = await query(cluster.sockets, "SELECT '[1,0]'::vector <=> '[0,1]'", role="pictor_similarity")
        assert distance == [1.0]
        assert await query(cluster.sockets, "SELECT lower('ÄÖÉ')") == ["äöé"]
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await query(cluster.sockets, "SELECT 1", role="pictor_gateway", database="pictor_catalog")


async def test_data_is_there_at_the_second_start_and_nothing_runs_in_between(tmp_path: Path) -> None:
    async with a_server(tmp_path) as (cluster, server):
        await query(cluster.sockets, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid = server.pid
    assert pid
    assert gone(pid)
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    async with a_server(tmp_path) as (cluster, _):
        assert await query(cluster.sockets, "SELECT answer FROM kept") == [42]


async def test_a_killed_server_is_started_again_with_its_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_server(tmp_path) as (cluster, server):
        await query(cluster.sockets, "CREATE TABLE kept AS SELECT 42 AS answer")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        await eventually(lambda: server.restarts == 1 and server.pid)
        await ensure_databases(cluster)  # waits until it answers
        assert await query(cluster.sockets, "SELECT answer FROM kept") == [42]
    assert "postgres stopped (signal 9), restarting in 0.5 s" in capsys.readouterr().out


async def test_a_killed_stack_takes_its_server_with_it_and_the_next_has_the_data(tmp_path: Path) -> None:
    async with a_stack_to_kill(tmp_path, "postgres") as (stack, pids):
        await query(tmp_path / "run", "CREATE TABLE kept AS SELECT 42 AS answer")
        stack.kill()
    async with a_server(tmp_path) as (cluster, _):  # at once: the old server may still be shutting down
        assert await query(cluster.sockets, "SELECT answer FROM kept") == [42]
    await eventually(lambda: all(map(gone, pids.values())))


async def test_a_server_that_still_runs_is_stopped_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As on a system where the kernel does not tell children of their parent's end."""
    async with a_server(tmp_path) as (cluster, server):
        argv, environment, owner = server.spec.argv, dict(server.spec.env), cluster.owner
        await query(cluster.sockets, "CREATE TABLE kept AS SELECT 42 AS answer")
    orphan = await asyncio.create_subprocess_exec(
        *argv,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
        user=owner.uid if owner else None,
        group=owner.gid if owner else None,
    )
    try:
        claim = tmp_path / "postgres" / "postmaster.pid"
        await eventually(lambda: claim.exists() and "ready" in claim.read_text())
        async with a_server(tmp_path) as (cluster, _):
            assert await query(cluster.sockets, "SELECT answer FROM kept") == [42]
        assert orphan.returncode == 0
    finally:
        if orphan.returncode is None:
            orphan.terminate()
            await orphan.wait()
    assert "an earlier PostgreSQL still works on" in capsys.readouterr().out


async def test_a_stale_lock_file_with_a_living_number_is_no_obstacle(tmp_path: Path) -> None:
    """After a reboot, or in a new container, another process has the number of the old server."""
    async with a_server(tmp_path) as (cluster, server):
        assert server.pid
        claim = (tmp_path / "postgres" / "postmaster.pid").read_text()
    async with asyncio.timeout(60):
        other = await asyncio.create_subprocess_exec("sleep", "60", user=cluster.owner.uid if cluster.owner else None)
    try:
        (tmp_path / "postgres" / "postmaster.pid").write_text(claim.replace(str(server_pid(claim)), str(other.pid), 1))
        async with a_server(tmp_path) as (cluster, _):
            assert await query(cluster.sockets, "SELECT 1") == [1]
        assert other.returncode is None
    finally:
        other.kill()
        await other.wait()


async def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    async with a_server(tmp_path) as (cluster, _):
        assert await query(cluster.sockets, "SELECT 1") == [1]
    assert not unfinished.exists()


async def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    data.mkdir()
    async with a_server(data) as (cluster, _):
        assert not cluster.sockets.is_relative_to(data)
        assert cluster.sockets.stat().st_mode & 0o077 == 0
        assert await query(cluster.sockets, "SELECT 1") == [1]
    assert not cluster.sockets.exists()


def server_pid(claim: str) -> int:
    return int(claim.splitlines()[0])
