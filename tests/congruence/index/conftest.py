"""Every index in every mode, behind one fixture."""

from collections.abc import AsyncIterator

import pytest

from services.kit.testing.postgres import TestPostgres
from services.similarity.index import Mode
from tests.congruence.index.indexes import Arrangement, pgvector_index, reference


@pytest.fixture(params=["reference", "pgvector-exact", "pgvector-hnsw", "pgvector-two_stage"])
async def arranged(request: pytest.FixtureRequest, postgres: TestPostgres) -> AsyncIterator[Arrangement]:
    kind, _, mode = request.param.partition("-")
    if kind == "reference":
        yield Arrangement(reference(), Mode.EXACT)
        return
    url = await postgres.create("similarity")
    async with pgvector_index(url) as index:
        yield Arrangement(index, Mode(mode))
    await postgres.drop(url)
