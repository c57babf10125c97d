"""Fixtures of the gateway's suite."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from services.kit.testing.postgres import TestPostgres
from tests.gateway.stage import Stage


@pytest.fixture
async def stage(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        yield Stage(stack, postgres, tmp_path)
