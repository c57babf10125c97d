"""Every index in every mode, behind one fixture."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from milvus_lite.server_manager import server_manager_instance

from services.kit.testing.postgres import TestPostgres
from services.similarity.index import Mode
from tests.congruence.index.indexes import Arrangement, milvus_index, pgvector_index, reference

KINDS = ["reference", "pgvector-exact", "pgvector-hnsw", "pgvector-two_stage", "milvus-exact", "milvus-hnsw"]


@pytest.fixture(scope="session")
def milvus_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One milvus-lite for all tests, which clear it: opening one takes longer than most of them."""
    folder = tmp_path_factory.mktemp("milvus")
    yield folder
    server_manager_instance.release_server(str(folder / "milvus.db"))


@pytest.fixture(params=KINDS)
async def arranged(
    request: pytest.FixtureRequest, postgres: TestPostgres, milvus_folder: Path
) -> AsyncIterator[Arrangement]:
    kind, _, mode = request.param.partition("-")
    if kind == "reference":
        yield Arrangement(reference(), Mode.EXACT)
        return
    if kind == "milvus":
        async with milvus_index(milvus_folder) as index:
            yield Arrangement(index, Mode(mode))
            for space in await index.spaces():
                await index.drop_space(space.id)
        return
    url = await postgres.create("similarity")
    async with pgvector_index(url) as index:
        yield Arrangement(index, Mode(mode))
    await postgres.drop(url)
