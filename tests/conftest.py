"""Fixtures of every suite: one real PostgreSQL a run."""

from collections.abc import Iterator

import pytest

from services.kit.testing.postgres import TestPostgres, running_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestPostgres]:
    """A running PostgreSQL with pgvector; `await postgres.create("catalog")` gives a fresh migrated database's URL."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as server:
        yield server
