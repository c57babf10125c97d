"""Every index in every mode, behind one fixture."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from milvus_lite.server_manager import server_manager_instance

from services.kit.testing.postgres import TestPostgres
from services.similarity.index import Mode
from tests.congruence.index.indexes import Arrangement, milvus_index, pgvector_index, reference

KINDS = ["reference", "pgvector-exact", "pgvector-hnsw", "pgvector-two_stage", "milvus-exact", "milvus-hnsw"]


@pytest.fixture(params=KINDS)
async def arranged(
    request: pytest.FixtureRequest, postgres: TestPostgres, tmp_path: Path
) -> AsyncIterator[Arrangement]:
    kind, _, mode = request.param.partition("-")
    if kind == "reference":
        yield Arrangement(reference(), Mode.EXACT)
        return
    if kind == "milvus":
        async with milvus_index(tmp_path) as index:
            yield Arrangement(index, Mode(mode))
        server_manager_instance.release_server(str(tmp_path / "milvus.db"))
        return
    url = await postgres.create("similarity")
    async with pgvector_index(url) as index:
        yield Arrangement(index, Mode(mode))
    await postgres.drop(url)
