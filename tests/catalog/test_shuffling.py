"""Chance by number: the same in the database and here."""

import numpy as np
import pytest
from sqlalchemy import ARRAY, BigInteger, column, func, literal, select
from sqlalchemy.ext.asyncio import create_async_engine

from services.catalog.domain import shuffled
from services.kit.testing.postgres import TestPostgres

NUMBERS = [*range(1_000), 32_767, 32_768, 1_000_000, 2**31 - 1]
SEEDS = (0, 1, 7, 123_456_789, 2**31 - 2, 2**31 - 1)


async def test_it_is_the_same_in_the_database(postgres: TestPostgres) -> None:
    engine = create_async_engine(await postgres.create_empty())
    numbers = func.unnest(literal(NUMBERS, ARRAY(BigInteger)))
    given = numbers.table_valued(column("n", BigInteger), with_ordinality="place").render_derived()
    async with engine.connect() as connection:
        for seed in SEEDS:
            hashes = await connection.scalars(select(shuffled(given.c.n, seed)).order_by(given.c.place))
            assert shuffled(np.array(NUMBERS, np.int64), seed).tolist() == list(hashes), seed
    await engine.dispose()


def test_orders_differ_from_time_and_from_each_other() -> None:
    numbers = np.arange(1, 10_001, dtype=np.int64)
    places = [shuffled(numbers, seed).argsort().argsort() for seed in range(20)]
    together = np.corrcoef([numbers, *places])
    assert np.abs(together - np.eye(len(together))).max() < 0.05
    assert all(abs(np.corrcoef(order[:-1], order[1:])[0, 1]) < 0.05 for order in places)
    assert all(len(np.unique(shuffled(numbers, seed))) > 9_990 for seed in SEEDS)


@pytest.mark.filterwarnings("error")
def test_nothing_gives_nothing() -> None:
    assert shuffled(np.zeros(0, np.int64), 1).tolist() == []
