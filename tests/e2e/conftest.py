from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.stack import RunningStack, running_stack
from tests.vision.package_cache import untrained_package


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The real stack on a fresh data folder, with random weights. The package is not built once more, which takes a
    minute of processor: `test_first_minute.py` has a stack that builds its own."""
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS=str(untrained_package())) as stack:
        yield stack


@pytest.fixture
def client(stack: RunningStack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client
