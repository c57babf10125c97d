"""`Prefer` as RFC 7240 writes it."""

import pytest

from services.catalog.handlers.uploads import wait_seconds
from tests.catalog.factories import JPEG, RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.pictures import a_picture

SPELLINGS: list[tuple[list[str], int]] = [
    ([], 0),
    (["wait=5"], 5),
    (["Wait=5"], 5),
    (["WAIT = 5"], 5),
    (['wait="5"'], 5),
    (['wait = "5" ; strict'], 5),
    (["wait=5;strict"], 5),
    (["respond-async, wait=5"], 5),
    (["respond-async,wait=5 , return=minimal"], 5),
    (["respond-async", "wait=5"], 5),
    (["return=minimal", "foo; bar=1", "wait=7"], 7),
    ([",, wait=5"], 5),
    (["wait=31"], 30),
    (["wait=99999999999999999999"], 30),
    (["wait=5, wait=9"], 5),
    (["wait=5", "wait=9"], 5),
    (["wait=0"], 0),
    (["wait"], 0),
    (["wait="], 0),
    (["wait=-5"], 0),
    (["wait=5.5"], 0),
    (["wait=five"], 0),
    (["wait=\u0665"], 0),
    (["await=5"], 0),
    (["wait5=5"], 0),
    (['foo="a, wait=5"'], 0),
    (['foo="a\\", wait=5"'], 0),
    (["foo; wait=5"], 0),
    (['"' * 8000], 0),
    (['\\"' * 4000], 0),
    (["," * 16000 + "wait=5"], 5),
]


@pytest.mark.parametrize(("headers", "seconds"), SPELLINGS, ids=[str(headers)[:40] for headers, _ in SPELLINGS])
def test_the_seconds_to_wait(headers: list[str], seconds: int) -> None:
    assert wait_seconds(headers) == seconds


async def test_it_is_applied_in_any_spelling(catalog: RunningCatalog, fakes: Fakes) -> None:
    async with working(catalog, fakes):
        answer = await catalog.client.post(
            "/v1/images",
            content=a_picture("red"),
            headers=[*JPEG.items(), ("prefer", "respond-async"), ("Prefer", 'Wait = "99"; x=1')],
        )
    assert (answer.status_code, answer.json()["state"]) == (201, "ready")
    assert answer.headers["preference-applied"] == "wait=30"


async def test_what_is_not_understood_is_not_applied(catalog: RunningCatalog) -> None:
    answer = await catalog.client.post(
        "/v1/images", content=a_picture(), headers={**JPEG, "prefer": f"return=minimal, x={'y' * 1000}"}
    )
    assert (answer.status_code, answer.json()["state"]) == (201, "processing")
    assert "preference-applied" not in answer.headers
