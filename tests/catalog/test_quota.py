"""How much an owner may keep, as the gateway tells the catalog with each upload."""

import asyncio
from uuid import UUID

import httpx
import pytest

from services.catalog.storage.library import LibraryRepository
from services.protocol.quota import HEADER, Quota
from tests.catalog.factories import JPEG, RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem
from tests.photographs import drawn


async def send(
    catalog: RunningCatalog, number: int, quota: Quota, *, by: int = 1, data: bytes | None = None
) -> httpx.Response:
    headers = {**JPEG, HEADER: quota.packed()}
    return await catalog.user(by).post("/v1/images", content=data or a_picture(number=number), headers=headers)


async def usage(catalog: RunningCatalog) -> dict[str, int]:
    answer = await catalog.service.get("/internal/owners/00000000-0000-0000-0000-000000000001/usage")
    return answer.json()


async def test_the_image_that_is_one_too_many_is_refused_and_leaves_nothing(catalog: RunningCatalog) -> None:
    two = Quota(max_images=2)
    for number in (1, 2):
        assert (await send(catalog, number, two)).status_code == 201
    before = await catalog.contents()
    assert_problem(await send(catalog, 3, two), 403, "quota_exceeded")
    assert await catalog.contents() == before
    assert (await send(catalog, 1, two)).status_code == 200, "what is there already takes no room"
    assert (await send(catalog, 3, two, by=2)).status_code == 201, "each owner has their own"
    assert (await send(catalog, 3, Quota(max_images=3))).status_code == 201


async def test_bytes_are_counted_with_the_trash_until_it_is_emptied(catalog: RunningCatalog) -> None:
    first, second = a_picture(number=1), a_picture(number=2)
    room = Quota(max_bytes=len(first) + len(second) - 1)
    image = (await send(catalog, 1, room)).json()
    refused = await send(catalog, 2, room)
    assert_problem(refused, 403, "quota_exceeded")
    assert "1 too many" in refused.json()["detail"]
    await catalog.client.delete(f"/v1/images/{image['id']}")
    assert await usage(catalog) == {"images": 1, "bytes": len(first)}
    assert_problem(await send(catalog, 2, room), 403, "quota_exceeded")
    await catalog.client.post("/v1/trash:empty", json={"ids": [image["id"]]})
    assert (await send(catalog, 2, room)).status_code == 201
    assert await usage(catalog) == {"images": 1, "bytes": len(second)}


@pytest.mark.parametrize("known", [True, False])
async def test_many_at_once_do_not_slip_through(
    catalog: RunningCatalog, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is slow to commit, so that all of them count before the first one did. They look unlike: of pictures that
    look alike the next waits for the first as it is."""
    count = LibraryRepository.usage

    async def slowly(library: LibraryRepository, owner_id: UUID) -> tuple[int, int]:
        counted = await count(library, owner_id)
        await asyncio.sleep(0.3)
        return counted

    if known:
        await catalog.upload(a_picture(number=100))
    monkeypatch.setattr(LibraryRepository, "usage", slowly)
    three = Quota(max_images=3)
    answers = await asyncio.gather(*(send(catalog, seed, three, data=drawn(seed)) for seed in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] * (3 - known) + [403] * (3 + known)
    assert (await usage(catalog))["images"] == 3
