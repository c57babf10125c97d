"""Fixtures of the similarity suite."""

from collections.abc import AsyncIterator

import pytest

from services.kit.testing.postgres import TestPostgres
from tests.similarity.stage import Stage, staged


@pytest.fixture
async def url(postgres: TestPostgres) -> AsyncIterator[str]:
    """A fresh, migrated database."""
    made = await postgres.create("similarity")
    yield made
    await postgres.drop(made)


@pytest.fixture
async def stage(url: str) -> AsyncIterator[Stage]:
    async with staged(url) as stage:
        yield stage
