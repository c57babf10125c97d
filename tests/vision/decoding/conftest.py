"""A running decoder for a whole module (starting one takes a tenth of a second), and files to give it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from services.vision.decoding import Decoder

Write = Callable[[bytes], Path]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def decoder() -> AsyncIterator[Decoder]:
    async with Decoder() as decoder:
        yield decoder


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes bytes to a file whose name says nothing."""

    def to_file(data: bytes) -> Path:
        path = tmp_path / "upload"
        path.write_bytes(data)
        return path

    return to_file
