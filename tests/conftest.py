"""Fixtures of every suite: one real PostgreSQL a run."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.testing.postgres import TestPostgres, running_postgres


@pytest.fixture(scope="session", autouse=True)
def _fast_is_fast() -> Iterator[None]:
    """What `make test-fast` runs loads no TensorFlow: that alone takes seconds in each process."""
    yield
    if os.environ.get("PICTOR_TESTS") == "fast":
        assert "tensorflow" not in sys.modules


@pytest.fixture(scope="session")
def postgres() -> Iterator[TestPostgres]:
    """A running PostgreSQL with pgvector; `await postgres.create("catalog")` gives a fresh migrated database's URL.

    Not below pytest's own folder: every start of pytest closes that to other users, and as root PostgreSQL is one.
    """
    with tempfile.TemporaryDirectory(prefix="pictor-postgres-") as folder, running_postgres(Path(folder)) as server:
        yield server
