"""Catalog and worker in processes of their own on a real PostgreSQL and a folder, fakes of what they ask, a proxy on
each link."""

import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.catalog.storage.objects import FolderStore
from services.kit.testing.apps import TEST_SECRET
from services.kit.testing.postgres import running_postgres
from tests.catalog.fakes import Fakes, running_fakes
from tests.catalog.serving import a_free_port
from tests.faults.link import Link, link_to
from tests.faults.processes import Process


@dataclass
class Stage:
    """`url` is the database's own, past the proxy; `links` are named by what they lead to."""

    folder: Path
    url: str
    engine: AsyncEngine
    store: FolderStore
    fakes: Fakes
    links: dict[str, Link]
    catalog: Process
    worker: Process
    killed: int = 0
    """What was killed beside catalog and worker."""

    @property
    def deaths(self) -> int:
        return self.catalog.deaths + self.worker.deaths + self.killed

    @property
    def objects(self) -> Path:
        return self.folder / "objects"

    async def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        async with self.engine.begin() as connection:
            result = await connection.execute(text(statement), values)
            return [tuple(row) for row in result] if result.returns_rows else []

    async def crash_postgres(self) -> None:
        """Kill one of its processes: it ends all others at once, forgets its memory and recovers from its log."""
        async with self.engine.connect() as connection:
            pid = await connection.scalar(text("SELECT pg_backend_pid()"))
            os.kill(int(pid), signal.SIGKILL)
            await connection.invalidate()
        await self.engine.dispose()


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Stage]:
    """Everything up, as long as the block lasts; `folder` keeps logs and objects."""
    with tempfile.TemporaryDirectory(prefix="pictor-faults-") as data, running_postgres(Path(data)) as postgres:
        async with AsyncExitStack() as stack:
            url = await postgres.create("catalog")
            engine = create_async_engine(url, pool_size=2, pool_pre_ping=True)
            stack.push_async_callback(engine.dispose)
            name = url.partition("@/")[2].partition("?")[0]
            async with engine.connect() as connection:  # a crash must lose nothing that was committed
                autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await autocommit.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = on"))
            socket = Path(unquote(url.partition("?host=")[2])) / ".s.PGSQL.5432"
            fakes, port = await stack.enter_async_context(running_fakes()), a_free_port()
            inner = {name: urlsplit(fakes.urls[f"{name}_url"]).port or 0 for name in ("classifier", "similarity")}
            targets: dict[str, int | Path] = {"catalog": port, "database": socket, **inner}
            links = {name: await stack.enter_async_context(link_to(target)) for name, target in targets.items()}
            store = FolderStore(folder / "objects")
            await store.prepare()
            environment = {
                "PICTOR_INTERNAL_SECRET": TEST_SECRET,
                "PICTOR_DATABASE_URL": f"postgresql+asyncpg://postgres@127.0.0.1:{links['database'].port}/{name}",
                "PICTOR_DATABASE_TIMEOUT_S": "5",
                "PICTOR_STORE_FOLDER": str(folder / "objects"),
                "PICTOR_CLASSIFIER_URL": f"http://127.0.0.1:{links['classifier'].port}",
                "PICTOR_SIMILARITY_URL": f"http://127.0.0.1:{links['similarity'].port}",
                "PICTOR_DELETE_GRACE_S": "0",
                "PICTOR_DECODERS": "1",
            }
            serving = ["uvicorn", "--factory", "services.catalog.main:create_app", "--port", str(port)]
            catalog = Process("catalog", serving, environment, folder / "catalog.log")
            worker = Process("worker", ["services.catalog.worker"], environment, folder / "worker.log")
            for process in (catalog, worker):
                process.start()
                stack.push_async_callback(process.close)
            yield Stage(folder, url, engine, store, fakes, links, catalog, worker)
