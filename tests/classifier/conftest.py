"""Fixtures: one real classifier in a process of its own for all tests that do not need one with a fate."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from services.kit.testing.apps import a_user
from services.vision.engines import Engine, open_engine
from services.vision.packages import load_package
from tests.classifier.server import Server, running_server
from tests.vision.package_cache import untrained_package


@pytest.fixture(scope="session")
def package_folder() -> Path:
    """The folder of an untrained package; read-only."""
    return untrained_package()


@pytest.fixture(scope="session")
def engine(package_folder: Path) -> Iterator[Engine]:
    """The bare engine, computing as the server does."""
    engine = open_engine(load_package(package_folder), "openvino", precision="fp32")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def server(package_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A ready classifier, in fp32 so that answers can be compared tightly."""
    with running_server(
        tmp_path_factory.mktemp("classifier"), package_folder, engine="openvino", precision="fp32"
    ) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """Speaks as a signed-in user, as the gateway would."""
    with server.client(a_user()) as client:
        yield client


@pytest.fixture
def service(server: Server) -> Iterator[httpx.Client]:
    """Speaks as another service."""
    with server.client() as client:
        yield client
