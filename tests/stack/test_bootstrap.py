"""The first user and its key, against a fake of the gateway (fake_gateway.py)."""

import json
import stat
from pathlib import Path

import pytest

from pictor.stack.bootstrap.first_user import ensure_credentials
from pictor.stack.settings import StackError
from tests.stack.fake_gateway import URL, FakeGateway


async def test_the_first_start_makes_a_user_and_a_key(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    gateway = FakeGateway()
    async with gateway.client() as client:
        credentials = await ensure_credentials(path, client, URL)
    assert json.loads(path.read_text()) == {
        "url": URL,
        "api_key": "pk_1",
        "user": "admin",
        "password": gateway.users["admin"],
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(credentials.password) >= 20


async def test_the_second_start_keeps_the_key_and_knows_the_new_address(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    gateway = FakeGateway()
    async with gateway.client() as client:
        first = await ensure_credentials(path, client, URL)
        second = await ensure_credentials(path, client, "http://127.0.0.1:8001")
    assert (second.api_key, second.password) == (first.api_key, first.password)
    assert json.loads(path.read_text())["url"] == "http://127.0.0.1:8001"
    assert gateway.keys == {"pk_1"}


@pytest.mark.parametrize("broken", ["/v1/users", "/v1/sessions", "/v1/api-keys"])
async def test_a_start_that_broke_halfway_is_finished_by_the_next(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "credentials.json"
    gateway = FakeGateway()
    gateway.fail_at = broken
    async with gateway.client() as client:
        with pytest.raises(StackError, match=f"503 to POST {broken}"):
            await ensure_credentials(path, client, URL)
        kept = json.loads(path.read_text())
        assert kept["api_key"] is None

        gateway.fail_at = None
        credentials = await ensure_credentials(path, client, URL)
    assert credentials.api_key == "pk_1"
    assert gateway.users == {"admin": kept["password"]}


async def test_a_refused_key_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    gateway = FakeGateway()
    async with gateway.client() as client:
        await ensure_credentials(path, client, URL)
        gateway.keys.clear()
        assert (await ensure_credentials(path, client, URL)).api_key == "pk_2"
    assert json.loads(path.read_text())["api_key"] == "pk_2"


async def test_a_lost_file_is_said_instead_of_guessed(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    gateway = FakeGateway()
    gateway.users["admin"] = "another password"
    async with gateway.client() as client:
        with pytest.raises(StackError, match="exists with another password"):
            await ensure_credentials(path, client, URL)


async def test_a_damaged_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    path.write_text("{")
    async with FakeGateway().client() as client:
        with pytest.raises(StackError, match="damaged"):
            await ensure_credentials(path, client, URL)
    assert path.read_text() == "{"
