"""Chance by number: the same in the database and here."""

import numpy as np
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.catalog.services.search.random_order import shuffled
from services.kit.testing.postgres import TestPostgres

NUMBERS = [*range(1_000), 32_767, 32_768, 1_000_000, 2**31 - 1]


async def test_it_is_the_hash_of_the_database(postgres: TestPostgres) -> None:
    engine = create_async_engine(await postgres.create_empty())
    statement = text(
        "SELECT CAST(hashint8extended(n, :seed) AS double precision) "
        "FROM unnest(CAST(:numbers AS bigint[])) WITH ORDINALITY AS given (n, place) ORDER BY place"
    )
    async with engine.connect() as connection:
        for seed in (0, 1, -1, 7, 2**32, -(2**32), 123_456_789_012_345, 2**63 - 1, -(2**63)):
            hashes = await connection.scalars(statement, {"seed": seed, "numbers": NUMBERS})
            assert shuffled(np.array(NUMBERS, np.int32), seed).tolist() == list(hashes), seed
    await engine.dispose()


@pytest.mark.filterwarnings("error")
def test_nothing_gives_nothing() -> None:
    assert shuffled(np.zeros(0, np.int32), 1).tolist() == []
