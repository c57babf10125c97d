"""Keys and tokens at the door."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from services.gateway.accounts.authentication import Authenticator
from services.gateway.accounts.credentials import Kind, Pepper, new_seed
from services.gateway.config import Settings
from services.gateway.services.errors import UnknownKey
from services.gateway.storage.api_keys import ApiKeyStore
from services.kit.ids import new_id
from tests.gateway.stage import PEPPER, Gateway, Stage, bearer, settings_of


async def code_of(gateway: Gateway, headers: dict[str, str]) -> tuple[int, str | None]:
    answer = await gateway.client.get("/v1/me", headers=headers)
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == 'Bearer realm="pictor"'
    return answer.status_code, answer.json().get("code")


async def test_without_a_usable_header_nobody_is_there(stage: Stage) -> None:
    gateway = await stage.gateway()
    token = (await gateway.joined())["authorization"].removeprefix("Bearer ")
    for headers in ({}, {"authorization": token}, {"authorization": f"Basic {token}"}, {"authorization": "Bearer "}):
        assert await code_of(gateway, headers) == (401, "unauthenticated")
    twice = [("authorization", f"Bearer {token}"), ("authorization", f"Bearer {token}")]
    answer = await gateway.client.get("/v1/me", headers=twice)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert (await gateway.client.get(f"/v1/me?access_token={token}")).status_code == 401


async def test_a_typo_is_told_without_the_database(stage: Stage) -> None:
    gateway = await stage.gateway()
    key = (await gateway.a_key(await gateway.joined(), "account"))["key"]
    await gateway.app.state.database.close()
    swapped = key[:40] + key[41] + key[40] + key[42:] if key[40] != key[41] else key[:40] + "x" + key[41:]
    for typo in (key[:-1], key[1:], key + "0", swapped, key.upper(), "nonsense", "pk_" + "0" * 200, key[:-8] + "0" * 8):
        assert await code_of(gateway, bearer(typo)) == (401, "malformed_key")


async def test_well_formed_but_never_issued_is_unknown(stage: Stage) -> None:
    gateway = await stage.gateway()
    key = await gateway.a_key(await gateway.joined(), "account")
    pepper = Pepper(PEPPER)
    for kind in Kind:
        assert await code_of(gateway, bearer(pepper.token(kind, new_id(), new_seed()))) == (401, "unknown_key")
    known_id = gateway.app.state.process.pepper.token(Kind.API_KEY, UUID(key["id"]), new_seed())
    assert await code_of(gateway, bearer(known_id)) == (401, "unknown_key")


async def test_an_expired_key_is_told_so_also_when_it_expires_within_the_cache(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    key = await gateway.a_key(session, "account", expires_at=soon)
    assert await code_of(gateway, bearer(key["key"])) == (200, None)
    await asyncio.sleep(2.05)
    assert await code_of(gateway, bearer(key["key"])) == (401, "expired_key")
    rotated = await gateway.client.post(f"/v1/api-keys/{key['id']}:rotate", headers=session)
    assert (rotated.status_code, rotated.json()["code"]) == (409, "key_expired")


async def test_an_expired_session_is_told_so(stage: Stage) -> None:
    gateway = await stage.gateway()
    session = await gateway.joined()
    async with gateway.app.state.database.transaction() as database:
        await database.execute(text("UPDATE sessions SET expires_at = now() - interval '1 second'"))
    assert await code_of(gateway, session) == (401, "expired_key")


async def test_a_revocation_reaches_the_other_replica_in_time(stage: Stage) -> None:
    url = await stage.database()
    here, there = await stage.gateway(database=url), await stage.gateway(database=url)
    session = await here.joined()
    key = await here.a_key(session, "account")
    assert await code_of(there, bearer(key["key"])) == (200, None)
    revoked = time.monotonic()
    await here.client.delete(f"/v1/api-keys/{key['id']}", headers=session)
    assert await code_of(here, bearer(key["key"])) == (401, "revoked_key")
    while await code_of(there, bearer(key["key"])) == (200, None):
        assert time.monotonic() - revoked < 60
        await asyncio.sleep(0.05)
    assert await code_of(there, bearer(key["key"])) == (401, "revoked_key")
    assert Settings.model_fields["key_cache_s"].default < 5


async def test_checked_keys_do_not_ask_the_database_again(stage: Stage) -> None:
    gateway = await stage.gateway("catalog")
    session = await gateway.joined()
    assert (await gateway.client.get("/v1/images", headers=session)).status_code == 200
    await gateway.app.state.database.close()
    async with gateway.app.state.database.engine.connect() as connection:
        await connection.execute(text("DROP TABLE sessions"))
        await connection.commit()
    assert (await gateway.client.get("/v1/images", headers=session)).status_code == 200


async def test_last_use_is_noted_and_at_most_once_a_minute(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    session = await gateway.joined()
    key = await gateway.a_key(session, "account")

    async def last_used() -> str | None:
        return (await gateway.client.get("/v1/api-keys", headers=session)).json()["items"][0]["last_used_at"]

    assert await last_used() is None
    await code_of(gateway, bearer(key["key"]))
    noted = await last_used()
    assert noted is not None
    await code_of(gateway, bearer(key["key"]))
    assert await last_used() == noted
    async with gateway.app.state.database.transaction() as database:
        await database.execute(text("UPDATE api_keys SET last_used_at = now() - interval '61 seconds'"))
    await code_of(gateway, bearer(key["key"]))
    assert datetime.fromisoformat(str(await last_used())) > datetime.now(UTC) - timedelta(seconds=5)


async def test_a_guess_does_not_count_as_use(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    session = await gateway.joined()
    key = await gateway.a_key(session, "account")
    await code_of(gateway, bearer(Pepper(PEPPER).token(Kind.API_KEY, UUID(key["id"]), new_seed())))
    assert (await gateway.client.get("/v1/api-keys", headers=session)).json()["items"][0]["last_used_at"] is None


async def test_a_role_taken_away_takes_its_scopes_along(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    key = await gateway.a_key(await gateway.joined(), "admin", "account")
    async with gateway.app.state.database.transaction() as database:
        await database.execute(text("UPDATE users SET role = 'member'"))
    assert (await gateway.client.get("/v1/me", headers=bearer(key["key"]))).json()["scopes"] == ["account"]


async def test_without_the_database_keys_cannot_be_checked(stage: Stage) -> None:
    gateway = await stage.gateway(key_cache_s=0)
    session = await gateway.joined()
    await stage.cut_database()
    answer = await gateway.client.get("/v1/me", headers=session)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]
    ready = await gateway.client.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        503,
        {"status": "not_ready", "checks": {"database": "does not answer"}},
    )
    assert (await gateway.client.get("/livez")).status_code == 200


@pytest.mark.parametrize("short", ["internal_secret", "key_pepper"])
def test_short_secrets_do_not_start(short: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=short):
        settings_of("postgresql+asyncpg://nobody@/nothing", tmp_path, **{short: "too short"})


async def test_guesses_wait_for_each_other_four_ask_the_database_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = await stage.gateway()
    asking, most = 0, 0

    async def find(*_: object) -> None:
        nonlocal asking, most
        asking += 1
        most = max(most, asking)
        await asyncio.sleep(0.02)
        asking -= 1

    monkeypatch.setattr(ApiKeyStore, "find", find)
    pepper = Pepper(PEPPER)
    guesses = [bearer(pepper.token(Kind.API_KEY, new_id(), new_seed())) for _ in range(20)]
    answers = await asyncio.gather(*(code_of(gateway, guess) for guess in guesses))
    assert set(answers) == {(401, "unknown_key")}
    assert most == 4


async def test_of_what_was_refused_a_thousand_are_remembered(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    gateway = await stage.gateway()

    async def find(*_: object) -> None: ...

    monkeypatch.setattr(ApiKeyStore, "find", find)
    pepper = Pepper(PEPPER)
    authenticator = Authenticator(gateway.app.state.database, pepper, cache_s=60)
    for _ in range(1_010):
        with pytest.raises(UnknownKey):
            await authenticator.authenticate(pepper.token(Kind.API_KEY, new_id(), new_seed()))
    assert (len(authenticator._refused), authenticator._known.maxsize) == (1_000, 10_000)
