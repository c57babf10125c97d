"""Which PostgreSQL a command on the data folder works with."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest

from pictor.backup.library import Library, open_library
from pictor.stack.lock import LibraryInUse, exclusive
from pictor.stack.postgres.server import binary
from pictor.stack.settings import StackSettings


async def process_of(library: Library) -> int:
    """The server that answers for this library's databases: one at the most works on a cluster."""
    connection = await asyncpg.connect(library.databases["catalog"].replace("+asyncpg", ""))
    try:
        assert await connection.fetchval("SELECT 1") == 1
    finally:
        await connection.close()
    return int((library.settings.postgres / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return StackSettings(tmp_path / "data", 8000, "auto")


async def test_a_server_whose_stack_was_killed_is_ended_first(settings: StackSettings) -> None:
    async with open_library(settings):
        pass
    status = settings.postgres.stat()
    orphan = await asyncio.create_subprocess_exec(
        binary("postgres"), "-D", settings.postgres, "-k", settings.data / "run", "-c", "listen_addresses=",
        cwd="/", user=status.st_uid, group=status.st_gid, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while not (settings.data / "run" / ".s.PGSQL.5432").exists():  # noqa: ASYNC110 - a stranger's start
            await asyncio.sleep(0.05)
        async with open_library(settings) as library:
            assert await process_of(library) != orphan.pid
            assert await asyncio.wait_for(orphan.wait(), 10) == 0
    finally:
        if orphan.returncode is None:
            os.kill(orphan.pid, signal.SIGQUIT)
            await orphan.wait()


async def test_the_server_of_a_stack_that_runs_is_shared(settings: StackSettings) -> None:
    async with open_library(settings) as first, open_library(settings) as second:
        assert await process_of(first) == await process_of(second)


async def test_a_stack_that_is_only_starting_is_not_disturbed(settings: StackSettings) -> None:
    settings.data.mkdir()
    with exclusive(settings.lock, url=settings.url), pytest.raises(LibraryInUse, match="already runs on"):
        async with open_library(settings):
            pass
