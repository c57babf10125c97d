"""Log lines: no secret in them, and nobody writes one but us."""

import pytest

from tests.gateway.stage import PASSWORD, PEPPER, Stage, bearer


async def test_no_secret_is_logged(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = await stage.gateway("catalog", log_level="DEBUG")
    session = await gateway.joined()
    key = (await gateway.a_key(session, "account", "images:read"))["key"]
    await gateway.client.get("/v1/images", headers=bearer(key))
    await gateway.client.get("/v1/me", headers=bearer(key[:-1]))
    await gateway.client.post("/v1/sessions", json={"name": "ada", "password": "a wrong password"})
    await gateway.client.post("/v1/users", json={"name": "!", "password": "a password to refuse"})
    written = capsys.readouterr().out
    assert "GET /v1/images 200" in written
    for secret in (PASSWORD, "a wrong password", "a password to refuse", PEPPER, key.split("_")[2], key[:-1]):
        assert secret not in written
    assert session["authorization"].removeprefix("Bearer ") not in written


async def test_a_path_writes_no_line_of_its_own(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = await stage.gateway(log_level="INFO")
    await gateway.client.get("/v1/x%0a12:00:00 INFO forged: all is well")
    written = capsys.readouterr().out
    assert "GET /v1/x%0A12" in written
    assert not any(line.startswith("12:00:00 INFO forged") for line in written.splitlines())
