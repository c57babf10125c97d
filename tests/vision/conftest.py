"""Fixtures of everything that needs a network."""

from pathlib import Path

import pytest

from services.vision.packages import Package, load_package
from tests.vision.package_cache import untrained_package


@pytest.fixture(scope="session")
def package_folder() -> Path:
    """The folder of an untrained package; read-only."""
    return untrained_package()


@pytest.fixture(scope="session")
def package(package_folder: Path) -> Package:
    """The same, loaded."""
    return load_package(package_folder)
