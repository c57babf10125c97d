"""Fixtures of the catalog's suite."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.kit.testing.postgres import TestPostgres
from tests.catalog.factories import RunningCatalog, running_catalog, temporary_files
from tests.catalog.fakes import Fakes, running_fakes
from tests.zygotes import end_kept_zygotes, kept_zygotes


@pytest.fixture(scope="session")
def _ending_zygotes() -> Iterator[None]:
    yield
    end_kept_zygotes()


@pytest.fixture(scope="module", autouse=True)
def _zygotes(_ending_zygotes: None) -> Iterator[None]:
    """A module's only: what comes behind may be a test of the processes themselves."""
    with kept_zygotes():
        yield


@pytest.fixture(autouse=True)
def _no_temporary_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give every test its own folder for temporary files, and fail the test that leaves one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert temporary_files() == []


@pytest.fixture
async def catalog(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[RunningCatalog]:
    async with running_catalog(postgres, tmp_path) as catalog:
        yield catalog


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_catalog(
    postgres: TestPostgres, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningCatalog]:
    """One catalog for all tests of a module, which run on one loop: for those that change nothing."""
    async with running_catalog(postgres, tmp_path_factory.mktemp("shared")) as catalog:
        yield catalog


@pytest.fixture
async def fakes() -> AsyncIterator[Fakes]:
    async with running_fakes() as fakes:
        yield fakes
