"""Several files of one picture: which are grouped, as whom one asks, and what happens when images come and go."""

from typing import Any
from uuid import UUID

import pytest

from tests.catalog.factories import RunningCatalog
from tests.catalog.hashed import a_hash, differing, picture_of
from tests.catalog.pictures import a_picture, encoded, opened

SKY, SEA = a_hash(1), a_hash(2)


async def a_page(catalog: RunningCatalog, *, by: int = 1, **wanted: Any) -> dict[str, Any]:
    answer = await catalog.user(by).get("/v1/duplicates", params=wanted)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    assert page["complete"]
    return page


async def groups(catalog: RunningCatalog, *, by: int = 1, **wanted: Any) -> list[tuple[str, list[str]]]:
    """Give kind and titles of each group."""
    items = (await a_page(catalog, by=by, **wanted))["items"]
    assert all(item["size"] == len(item["images"]) for item in items)
    return [(item["kind"], [image["title"] for image in item["images"]]) for item in items]


async def test_a_group_is_said_whole(catalog: RunningCatalog) -> None:
    small = await catalog.upload(picture_of(SKY, size=(32, 32)))
    large = await catalog.upload(picture_of(SKY, size=(96, 96)))
    await catalog.upload(picture_of(SEA))
    assert await a_page(catalog) == {
        "items": [
            {
                "id": large["id"],
                "kind": "near",
                "size": 2,
                "images": [await catalog.image(large["id"]), await catalog.image(small["id"])],
            }
        ],
        "next_cursor": None,
        "complete": True,
    }


async def test_a_library_without_copies_has_no_group(catalog: RunningCatalog) -> None:
    for seed in range(5):
        await catalog.upload(picture_of(a_hash(seed)))
    for kind in ("exact", "near", "all"):
        assert await groups(catalog, kind=kind) == []


async def test_exact_is_the_same_bytes_of_two_owners_or_the_same_picture_in_two_files(catalog: RunningCatalog) -> None:
    await catalog.upload(picture_of(SEA), title="sea", visibility="public")
    await catalog.upload(picture_of(SEA), by=2, title="bob's sea", visibility="public")
    await catalog.upload(picture_of(SKY), title="sky")
    await catalog.upload(picture_of(SKY, note="other metadata"), title="sky again")
    for kind in ("exact", "all"):
        assert await groups(catalog, kind=kind) == [("exact", ["sky", "sky again"]), ("exact", ["sea", "bob's sea"])]
    assert await groups(catalog, kind="near") == []
    assert await groups(catalog, owner="me") == [("exact", ["sky", "sky again"])]


async def test_near_is_within_the_distance_asked_for(catalog: RunningCatalog) -> None:
    await catalog.upload(picture_of(SKY), title="sky")
    await catalog.upload(picture_of(differing(SKY, 4)), title="four bits")
    await catalog.upload(picture_of(SEA), title="sea")
    await catalog.upload(picture_of(differing(SEA, 10)), title="ten bits")
    together = [("near", ["sky", "four bits"])]
    assert await groups(catalog) == await groups(catalog, kind="near", max_distance=4) == together
    assert await groups(catalog, max_distance=3) == await groups(catalog, kind="exact") == []


async def test_another_size_is_near_at_no_distance_at_all(catalog: RunningCatalog) -> None:
    await catalog.upload(picture_of(SKY), title="sky")
    await catalog.upload(picture_of(SKY, size=(128, 128)), title="large sky")
    for kind in ("near", "all"):
        assert await groups(catalog, kind=kind, max_distance=0) == [("near", ["large sky", "sky"])]
    assert await groups(catalog, kind="exact") == []


async def test_what_is_near_to_something_near_is_in_the_group(catalog: RunningCatalog) -> None:
    """The ends of the chain differ in 16 bits, and the newest stands at an end, in the middle, at the other end."""
    chain = [SKY, differing(SKY, 8), differing(differing(SKY, 8), 8, first=4)]
    assert (chain[0] ^ chain[2]).bit_count() == 16
    for places in ((0, 1, 2), (0, 2, 1), (2, 1, 0)):
        images = [await catalog.upload(picture_of(chain[place]), title=str(place)) for place in places]
        assert await groups(catalog) == [("near", [str(place) for place in places])]
        assert (await a_page(catalog))["items"][0]["id"] == images[-1]["id"]
        assert await groups(catalog, max_distance=7) == []
        middle = next(image for image in images if image["title"] == "1")
        await catalog.client.delete(f"/v1/images/{middle['id']}?permanent=true")
        assert await groups(catalog) == []
        for image in images:
            await catalog.client.delete(f"/v1/images/{image['id']}?permanent=true")


async def test_a_chain_is_followed_so_far(catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.catalog.services.duplicates.service.MOST_STEPS", 3)
    link = SKY
    for number in range(5):
        await catalog.upload(picture_of(link), title=str(number))
        link = differing(link, 8, first=4 * number)
    assert await groups(catalog) == [("near", ["2", "3", "4"])]


async def test_exact_copies_within_a_near_group_are_found_alone(catalog: RunningCatalog) -> None:
    for title, picture in {
        "sky": picture_of(SKY),
        "copy": picture_of(SKY, note="x"),
        "near": picture_of(differing(SKY, 6)),
    }.items():
        await catalog.upload(picture, title=title)
    assert await groups(catalog, kind="exact") == [("exact", ["sky", "copy"])]
    assert await groups(catalog) == await groups(catalog, kind="near") == [("near", ["sky", "copy", "near"])]


async def test_the_largest_picture_comes_first_and_then_the_oldest(catalog: RunningCatalog) -> None:
    for title, side in {"old": 64, "large": 96, "small": 32}.items():
        await catalog.upload(picture_of(SKY, size=(side, side)), title=title)
    await catalog.upload(picture_of(SKY, note="x"), title="new")
    assert await groups(catalog) == [("near", ["large", "old", "new", "small"])]


async def test_a_large_group_shows_some_and_says_how_many(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.catalog.services.duplicates.service.SHOWN", 3)
    for number in range(5):
        await catalog.upload(picture_of(SKY, note=str(number)), title=str(number))
    for kind in ("exact", "all"):
        [item] = (await a_page(catalog, kind=kind))["items"]
        assert (item["size"], [image["title"] for image in item["images"]]) == (5, ["0", "1", "2"])


async def test_private_copies_of_others_change_nothing(catalog: RunningCatalog) -> None:
    """Bob's private pictures would be copies, a bridge between two groups, and the newest of one."""
    end = differing(differing(SKY, 8), 8, first=4)
    await catalog.upload(picture_of(SKY), title="sky")
    await catalog.upload(picture_of(SKY, note="x"), title="sky again")
    await catalog.upload(picture_of(end), title="end")
    await catalog.upload(picture_of(SEA), title="sea")
    kinds = ("exact", "near", "all")
    before = [await a_page(catalog, kind=kind) for kind in kinds]
    await catalog.upload(picture_of(SEA), by=2, title="bob's sea")
    bridge = await catalog.upload(picture_of(differing(SKY, 8)), by=2, title="bridge")
    await catalog.upload(picture_of(SKY, size=(128, 128)), by=2, title="bob's sky")
    assert [await a_page(catalog, kind=kind) for kind in kinds] == before
    assert await groups(catalog, by=2) == [("near", ["bob's sky", "bridge"])]
    for visibility, found in {
        "public": [("near", ["sky", "sky again", "end", "bridge"])],
        "private": [("exact", ["sky", "sky again"])],
    }.items():
        await catalog.bob.patch(f"/v1/images/{bridge['id']}", json={"visibility": visibility})
        assert await groups(catalog) == found
    assert await groups(catalog, by=3) == []


async def test_a_deleted_image_is_gone_at_once(catalog: RunningCatalog) -> None:
    for number in range(3):
        await catalog.upload(picture_of(SKY, note=str(number)), title=str(number))
    newest = (await a_page(catalog))["items"][0]["id"]
    await catalog.client.delete(f"/v1/images/{newest}")
    for kind in ("exact", "all"):
        assert await groups(catalog, kind=kind) == [("exact", ["0", "1"])]
    await catalog.client.delete(f"/v1/images/{(await a_page(catalog))['items'][0]['id']}")
    for kind in ("exact", "near", "all"):
        assert await groups(catalog, kind=kind) == []


async def test_an_owner_is_oneself_or_another_whose_public_images_count(catalog: RunningCatalog) -> None:
    for number, visibility in enumerate(("public", "public", "private")):
        await catalog.upload(picture_of(SKY, note=str(number)), by=2, title=f"bob {number}", visibility=visibility)
    await catalog.upload(picture_of(SKY, note="mine"), title="mine")
    assert await groups(catalog) == [("exact", ["bob 0", "bob 1", "mine"])]
    assert await groups(catalog, owner=str(UUID(int=2))) == [("exact", ["bob 0", "bob 1"])]
    assert await groups(catalog, owner="me") == await groups(catalog, owner=str(UUID(int=3))) == []
    assert await groups(catalog, by=2, owner="me") == [("exact", ["bob 0", "bob 1", "bob 2"])]


async def test_flat_pictures_are_copies_when_they_have_the_same_bytes_alone(catalog: RunningCatalog) -> None:
    """Uniform pictures of any colour and size have one hash, and gradients nearly the same."""
    flat = [encoded(opened(a_picture(colour)).crop((20, 20, 60, 40)), "PNG") for colour in ("red", "green", "black")]
    gradient = opened(flat[0]).convert("L")
    gradient.putdata([x * 6 for _ in range(20) for x in range(40)])
    for number, data in enumerate([*flat, encoded(gradient, "PNG")]):
        await catalog.upload(data, title=str(number))
    for kind in ("exact", "near", "all"):
        assert await groups(catalog, kind=kind) == []
    await catalog.upload(flat[1], by=2, title="bob's", visibility="public")
    for kind in ("exact", "all"):
        assert await groups(catalog, kind=kind) == [("exact", ["1", "bob's"])]
    assert await groups(catalog, kind="near") == []
