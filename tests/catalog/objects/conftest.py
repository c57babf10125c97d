"""Fixtures of the object-store suite: the same tests on each store."""

import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.catalog.objects.relay import a_relay
from tests.catalog.objects.servers import DESCRIPTION, KIND, S3Address, s3_server
from tests.catalog.objects.stores import StoreUnderTest, a_folder_under_test, an_s3_under_test

STORES = ["folder", f"s3-{KIND}"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    terminalreporter.write_line(f"object store: the S3 tests ran against {DESCRIPTION}")


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Address]:
    with s3_server(tmp_path_factory.mktemp("s3") / "data") as address:
        yield address


@pytest.fixture(params=STORES)
async def under_test(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoreUnderTest]:
    """A store of each kind, empty, and a way to take it away and bring it back."""
    if request.param == "folder":
        async with a_folder_under_test(tmp_path / "objects") as under_test:
            yield under_test
        return
    address: S3Address = request.getfixturevalue("s3")
    bucket = f"pictor-test-{secrets.token_hex(6)}"
    async with (
        a_relay(address.endpoint) as relay,
        an_s3_under_test(relay, address.access_key, address.secret_key, bucket) as under_test,
    ):
        yield under_test
