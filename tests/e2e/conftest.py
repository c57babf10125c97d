from collections.abc import Iterator

import httpx
import pytest

from tests.e2e.stack import RunningStack, running_stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The real stack on a fresh data folder, with random weights."""
    with running_stack(tmp_path_factory.mktemp("data"), PICTOR_WEIGHTS="untrained") as stack:
        yield stack


@pytest.fixture
def client(stack: RunningStack) -> Iterator[httpx.Client]:
    with stack.client() as client:
        yield client
