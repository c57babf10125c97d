"""`collapse=near_duplicates`: of copies the best only, and still k hits."""

import random
from typing import Any
from uuid import UUID

import pytest

from services.kit.testing.apps import a_user
from tests.photographs import drawn, encoded, half_size
from tests.similarity.asking import asked as search
from tests.similarity.stage import Stage, ids
from tests.similarity.test_similar import towards

OTHER = a_user(2)
FLAT = 1 << 63
"""The hash of any picture of one colour."""
HASHES = [0xFFFFFFFF00000000, 0xFFFF0000FFFF0000, 0xFF00FF00FF00FF00, 0xF0F0F0F0F0F0F0F0]
"""Of pictures that show something: half their bits are set, and 32 of any two differ."""
COLLAPSE: dict[str, Any] = {"collapse": "near_duplicates"}


def folded(answer: dict[str, Any]) -> list[int]:
    return [hit["collapsed"] for hit in answer["items"]]


def differing(value: int, bits: int) -> int:
    return value ^ ((1 << bits) - 1)


async def test_photographs_and_their_copies_become_one_hit_each(stage: Stage) -> None:
    pictures = [drawn(seed) for seed in range(5)]
    kept = [await stage.keep(picture) for picture in pictures]
    for picture in pictures[1:3]:
        await stage.keep(half_size(picture))
        await stage.keep(picture)
    whole = await stage.similar(kept[0])
    assert len(whole["items"]) == 8
    assert folded(whole) == [0] * 8
    answer = await stage.similar(kept[0], **COLLAPSE)
    assert len(answer["items"]) == 4
    assert sorted(folded(answer)) == [0, 0, 2, 2]
    scores = {hit["image"]["id"]: hit["score"] for hit in whole["items"]}
    assert [hit["score"] for hit in answer["items"]] == [scores[str(image_id)] for image_id in ids(answer)]
    by_body = (await search(stage, like=[{"image_id": str(kept[0])}], **COLLAPSE)).json()
    assert by_body["items"] == answer["items"]


async def test_the_best_of_the_copies_stays_and_there_are_k(stage: Stage) -> None:
    """Twenty copies come before the others: two rounds are not enough to see four different pictures."""
    asked = await stage.put(towards(0))
    copies = [await stage.put(towards(0, off=0.01 * step), perceptual_hash=HASHES[0]) for step in range(1, 21)]
    others = [await stage.put(towards(0, off=0.5 + 0.01 * step), perceptual_hash=HASHES[step]) for step in (1, 2, 3)]
    answer = await stage.similar(asked, limit=4, **COLLAPSE)
    assert ids(answer) == [copies[0], *others]
    assert folded(answer) == [19, 0, 0, 0]
    assert ids(await stage.similar(asked, limit=2, **COLLAPSE)) == [copies[0], others[0]]
    assert ids(await stage.similar(asked, limit=50, **COLLAPSE)) == [copies[0], *others]
    assert ids(await stage.similar(asked, limit=4)) == copies[:4]


async def test_copies_are_the_same_bytes_or_hashes_within_eight_bits(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    first = await stage.put(towards(0, off=0.1), perceptual_hash=HASHES[0], sha256="same")
    await stage.put(towards(0, off=0.2), perceptual_hash=HASHES[3], sha256="same")
    await stage.put(towards(0, off=0.3), perceptual_hash=differing(HASHES[0], 8))
    farther = await stage.put(towards(0, off=0.4), perceptual_hash=differing(HASHES[0], 9))
    answer = await stage.similar(asked, **COLLAPSE)
    assert (ids(answer), folded(answer)) == ([first, farther], [2, 0])


async def test_flat_pictures_are_not_copies_of_each_other(stage: Stage) -> None:
    """Pictures of one colour, and gradients, have hashes that are all alike: only their bytes can say."""
    asked = await stage.put(towards(0))
    for step, found in enumerate((FLAT, FLAT, 0, 0, 0b1011, 0b1011), start=1):
        await stage.put(towards(0, off=0.1 * step), perceptual_hash=found)
    one = await stage.put(towards(0, off=0.9), perceptual_hash=FLAT, sha256="one white page")
    await stage.put(towards(0, off=0.95), perceptual_hash=FLAT, sha256="one white page")
    answer = await stage.similar(asked, **COLLAPSE)
    assert folded(answer) == [0, 0, 0, 0, 0, 0, 1]
    assert ids(answer)[-1] == one


async def test_two_real_pages_of_one_colour_stay_two(stage: Stage) -> None:
    from PIL import Image  # noqa: PLC0415 - here alone

    asked = await stage.keep(drawn(1))
    pages = [await stage.keep(encoded(Image.new("RGB", (320, 240), colour), "PNG")) for colour in ("white", "navy")]
    assert set(ids(await stage.similar(asked, **COLLAPSE))) == set(pages)


async def test_another_word_is_refused(stage: Stage) -> None:
    asked = await stage.put(towards(0))
    answer = await stage.client.get(f"/v1/images/{asked}/similar", params={"collapse": "everything"})
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/query/collapse"]


@pytest.mark.parametrize("seed", range(4))
async def test_what_one_may_not_see_changes_nothing(stage: Stage, seed: int) -> None:
    """Neither hits nor bands, folded counts or coverage: images of others, and points whose images are gone or hidden,
    copies among them, nearer than what is seen or farther."""
    draw = random.Random(seed)  # noqa: S311 - the same every time

    async def put_some(count: int, **given: Any) -> list[UUID]:
        return [
            await stage.put(
                towards(0, off=draw.uniform(0, 1)),
                perceptual_hash=differing(draw.choice([*HASHES, FLAT]), draw.randrange(10)),
                sha256=draw.choice(["", "", "shared bytes"]),
                **given,
            )
            for _ in range(count)
        ]

    asked = await stage.put(towards(0), perceptual_hash=HASHES[0])
    await put_some(30)
    options = [{"limit": limit, **collapse} for limit in (1, 3, 12) for collapse in ({}, COLLAPSE)]
    before = [await stage.similar(asked, **one) for one in options]
    await put_some(15, owner=OTHER)
    for image_id in await put_some(15, owner=OTHER, public=True):
        stage.catalog.images[image_id].public = False
    for image_id in await put_some(5):
        del stage.catalog.images[image_id]
    assert [await stage.similar(asked, **one) for one in options] == before
    assert any(sum(folded(answer)) for answer in before)
