"""From upload to group: real photographs, uploads at once, what the worker does, and what is left of the gone."""

import asyncio
from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from alembic import command
from alembic.config import Config
from PIL import Image
from sqlalchemy import Connection

from services.catalog.main import MIGRATIONS
from services.catalog.storage.duplicates.perceptual_hashes import PerceptualHashRepository
from tests.catalog.factories import JPEG, RunningCatalog, working
from tests.catalog.fakes import Fakes
from tests.catalog.generated import a_generated_library, insert
from tests.catalog.hashed import a_hash, differing, picture_of
from tests.catalog.pictures import a_picture, encoded
from tests.catalog.serving import eventually
from tests.photographs import cropped, half_size, photographs

SKY = a_hash(1)
LEFT = ("picture_hashes", "hash_pairs", "alike_images")


async def groups(catalog: RunningCatalog, **wanted: str) -> list[set[str]]:
    page = (await catalog.client.get("/v1/duplicates", params=wanted)).json()
    assert page["complete"]
    return [{image["title"] for image in item["images"]} for item in page["items"]]


async def counts(catalog: RunningCatalog) -> list[int]:
    return [(await catalog.rows(f"SELECT count(*) FROM {table}"))[0][0] for table in LEFT]  # noqa: S608 - our own names


async def test_photographs_resized_encoded_again_and_cropped_are_found(catalog: RunningCatalog) -> None:
    originals = photographs(4)
    for number, original in enumerate(originals):
        picture = Image.open(BytesIO(original)).convert("RGB")
        for change, data in {
            "original": original,
            "half": half_size(original),
            "poor": encoded(picture, quality=30),
            "png": encoded(picture, "PNG"),
            "cropped": cropped(original, part=0.98),
        }.items():
            await catalog.upload(data, title=f"{number} {change}")
    found = await groups(catalog)
    by_photograph = Counter(title.split()[0] for group in found for title in group)
    assert len(found) == len(originals), "no two photographs are in one group"
    assert all(len({title.split()[0] for title in group}) == 1 for group in found)
    assert all(count >= 4 for count in by_photograph.values()), by_photograph
    assert sum(by_photograph.values()) >= 5 * len(originals) - 1
    exact = await groups(catalog, kind="exact")
    assert sum({f"{number} original", f"{number} png"} <= group for number in range(4) for group in exact) == 4


async def test_copies_uploaded_at_once_find_each_other(catalog: RunningCatalog) -> None:
    """Neither upload sees the other's row: each is compared after its own commit."""
    hashes = [SKY, *(differing(SKY, 4, first=2 * number) for number in range(4)), a_hash(9), differing(a_hash(9), 8)]
    for turn in range(3):
        sent = [
            catalog.client.post(
                "/v1/images", params={"title": str(number)}, content=picture_of(one, note=str(turn)), headers=JPEG
            )
            for number, one in enumerate(hashes)
        ]
        sent += [catalog.client.get("/v1/duplicates") for _ in range(3)]
        answers = await asyncio.gather(*sent)
        assert {answer.status_code for answer in answers} <= {200, 201}
        found = await groups(catalog)
        assert sorted(map(sorted, found)) == [["0", "1", "2", "3", "4"], ["5", "6"]]


async def test_two_transactions_that_do_not_see_each_other(catalog: RunningCatalog) -> None:
    """The first is compared before the second commits, and the other way round it is the second that finds."""
    first, second = a_generated_library(2, copies=0.0)
    near = differing(first.hash, 8)
    engine = catalog.app.state.database.engine
    async with engine.connect() as one, engine.connect() as other:
        await insert(other, [first])  # not committed yet
        await insert(one, [replace(second, owner=2, public=True, hash=near)])
        await one.commit()
        async with catalog.app.state.database.transaction() as session:
            assert await PerceptualHashRepository(session).compare(limit=10, wait=False) == 1
        assert await counts(catalog) == [1, 0, 0]
        await other.commit()
    assert [item["size"] for item in (await catalog.client.get("/v1/duplicates")).json()["items"]] == [2]
    assert await counts(catalog) == [2, 2, 2]


async def test_the_worker_compares_what_comes_without_a_model(catalog: RunningCatalog, fakes: Fakes) -> None:
    fakes.classifier.trouble = (503, "model_missing")
    async with working(catalog, fakes):
        await catalog.upload(picture_of(SKY))
        await catalog.upload(picture_of(differing(SKY, 2)))

        async def compared() -> bool:
            return await counts(catalog) == [2, 2, 2]

        await eventually(compared)
    assert await catalog.rows("SELECT 1 FROM picture_hashes WHERE NOT compared") == []


async def test_what_is_purged_leaves_no_hash(catalog: RunningCatalog, fakes: Fakes) -> None:
    flat = encoded(Image.new("RGB", (20, 20), "teal"), "PNG")
    sent = [picture_of(SKY), picture_of(SKY, note="x"), picture_of(differing(SKY, 2)), flat, a_picture()]
    images = [(await catalog.upload(data))["id"] for data in sent]
    await catalog.upload(flat, by=2)
    assert len(await groups(catalog)) == 1
    assert await counts(catalog) == [4, 2, 5]
    async with working(catalog, fakes):
        for image_id in images:
            await catalog.client.delete(f"/v1/images/{image_id}?permanent=true")
            await catalog.hurry()
        await catalog.until_idle()
    assert await counts(catalog) == [1, 0, 1], "what bob's image needs"


async def test_more_than_can_be_compared_at_once_is_said_to_be_incomplete(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.catalog.services.duplicates.matcher.AT_ONCE", 1)
    for original in (SKY, a_hash(9)):
        for bits in (0, 2):
            await catalog.upload(picture_of(differing(original, bits)))
    pages = [(await catalog.client.get("/v1/duplicates")).json() for _ in range(4)]
    assert [page["complete"] for page in pages] == [False, False, False, True]
    assert [len(page["items"]) for page in (pages[0], pages[-1])] == [1, 2]


async def test_who_waits_for_another_comparison_says_so_in_time(catalog: RunningCatalog) -> None:
    for bits in (0, 2):
        await catalog.upload(picture_of(differing(SKY, bits)))
    async with catalog.app.state.database.engine.begin() as connection:
        await connection.exec_driver_sql("SELECT * FROM picture_hashes FOR UPDATE")
        page = (await catalog.client.get("/v1/duplicates")).json()
        assert page == {"items": [], "next_cursor": None, "complete": False}
        assert (await catalog.bob.get("/v1/duplicates")).json()["complete"], "nothing of his is waiting"
    assert len(await groups(catalog)) == 1


async def test_a_crowd_costs_a_bounded_number_of_pairs_and_is_one_group(
    catalog: RunningCatalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twelve frames of a still scene, all near each other."""
    monkeypatch.setattr("services.catalog.storage.duplicates.perceptual_hashes.MOST_NEIGHBOURS", 3)
    frames = {differing(SKY, 4, first=first) for first in range(12)}
    for frame in sorted(frames):
        await catalog.upload(picture_of(frame))
        page = (await catalog.client.get("/v1/duplicates")).json()
    assert [item["size"] for item in page["items"]] == [len(frames)] == [12]
    assert (await counts(catalog))[1] <= 2 * 3 * len(frames)


async def test_a_library_from_before_is_compared_after_its_migration(catalog: RunningCatalog) -> None:
    flat = encoded(Image.new("RGB", (20, 20), "teal"), "PNG")
    for title, data in {"sky": picture_of(SKY), "near": picture_of(differing(SKY, 6)), "flat": flat}.items():
        await catalog.upload(data, title=title)
    await catalog.upload(flat, by=2, title="flat too", visibility="public")
    gone = await catalog.upload(picture_of(SKY, note="x"), title="gone")
    await catalog.client.delete(f"/v1/images/{gone['id']}?permanent=true")

    def before_and_after(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, "0004-1")
        command.upgrade(config, "head")

    async with catalog.app.state.database.engine.connect() as connection:
        await connection.run_sync(before_and_after)
        await connection.commit()
    assert await counts(catalog) == [3, 0, 0]
    assert await groups(catalog) == [{"flat", "flat too"}, {"sky", "near"}]
