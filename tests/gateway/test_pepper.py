"""A pepper that is not the one of the library is told at the start."""

import pytest

from services.gateway.accounts.pepper_check import PepperChangedError
from tests.gateway.stage import PEPPER, Stage, bearer

ANOTHER = "another pepper, of no more worth than the first"


async def test_another_pepper_is_refused_and_the_right_one_goes_on(stage: Stage) -> None:
    database = await stage.database()
    first = await stage.gateway(database=database)
    key = bearer((await first.a_key(await first.joined(), "account"))["key"])
    with pytest.raises(PepperChangedError, match="PICTOR_FORGET_KEYS=true") as refused:
        await stage.gateway(database=database, key_pepper=ANOTHER)
    assert ANOTHER not in str(refused.value)
    assert PEPPER not in str(refused.value)
    again = await stage.gateway(database=database)
    assert (await again.client.get("/v1/me", headers=key)).status_code == 200


async def test_a_change_that_is_meant_ends_what_nobody_could_use_any_more(stage: Stage) -> None:
    database = await stage.database()
    first = await stage.gateway("catalog", database=database)
    session = await first.joined()
    key = bearer((await first.a_key(session, "account"))["key"])
    second = await stage.gateway("catalog", database=database, key_pepper=ANOTHER, forget_keys=True)
    for headers in (session, key):
        assert (await second.client.get("/v1/me", headers=headers)).json()["code"] == "unknown_key"
    signed_in = await second.sign_in()  # passwords do not depend on it
    assert (await second.client.get("/v1/api-keys", headers=signed_in)).json()["items"] == []
    third = await stage.gateway("catalog", database=database, key_pepper=ANOTHER)
    assert (await third.client.get("/v1/me", headers=signed_in)).status_code == 200
    with pytest.raises(PepperChangedError):
        await stage.gateway("catalog", database=database)
