"""Near copies by three ways of asking: the catalog's duplicates, a hit's band, and hits that are collapsed."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from services.kit.testing.postgres import TestPostgres
from services.vision.decoding import DecodedImage, Decoder
from tests.catalog.factories import RunningCatalog, running_catalog
from tests.catalog.pictures import a_picture
from tests.similarity.stage import Stage, staged
from tests.similarity.test_similar import towards

FLAT, TELLING = [0, 20, 23], [24, 32, 40, 48, 50, 64]


def of(count: int, *, turned: int = 0) -> int:
    """A hash with so many bits set; `turned` lowest bits are the other way round."""
    highest = ((1 << count) - 1) << (64 - count)
    return highest ^ ((1 << turned) - 1)


class DecoderThatSays(Decoder):
    """A FAKE in one point: it gives each picture the hash that is next in `hashes`."""

    hashes: list[int]

    async def decode(self, *asked: Any) -> DecodedImage:
        return replace(await super().decode(*asked), perceptual_hash=self.hashes.pop(0))


@dataclass
class Ways:
    catalog: RunningCatalog
    stage: Stage
    decoder: DecoderThatSays

    async def by_duplicates(self, one: int, other: int, *, owner: int) -> str | None:
        """The kind of the only group, of two pictures of one size that were sent by a new user."""
        self.decoder.hashes = [one, other]
        for colour in ("red", "green"):
            await self.catalog.upload(a_picture(colour), by=owner)
        page = (await self.catalog.user(owner).get("/v1/duplicates")).json()
        assert page["complete"]
        kinds = [item["kind"] for item in page["items"]]
        assert len(kinds) <= 1
        return kinds[0] if kinds else None

    async def by_band(self, one: int, other: int) -> str:
        """The band of one picture, asked for with another whose vector is the same."""
        asked = await self.stage.put(towards(0), perceptual_hash=one)
        hit = await self.stage.put(towards(0), perceptual_hash=other)
        found = (await self.stage.similar(asked))["items"]
        [band] = [item["band"] for item in found if item["image"]["id"] == str(hit)]
        await self._forget()
        return band

    async def by_collapsing(self, one: int, other: int) -> list[int]:
        """How many copies were folded into each hit, when two hits have these hashes."""
        asked = await self.stage.put(towards(0))
        for step, found in enumerate((one, other), start=1):
            await self.stage.put(towards(0, off=0.1 * step), perceptual_hash=found)
        answer = await self.stage.similar(asked, collapse="near_duplicates")
        await self._forget()
        return [hit["collapsed"] for hit in answer["items"]]

    async def _forget(self) -> None:
        for image_id in list(self.stage.catalog.images):
            await self.stage.service.delete(f"/points/{image_id}")
            del self.stage.catalog.images[image_id]


@pytest.fixture
async def ways(postgres: TestPostgres, tmp_path: Path) -> AsyncIterator[Ways]:
    url = await postgres.create("similarity")
    decoder = DecoderThatSays()
    async with running_catalog(postgres, tmp_path) as catalog, staged(url) as stage, decoder:
        catalog.app.state.catalog = replace(catalog.app.state.catalog, decoder=decoder)
        yield Ways(catalog, stage, decoder)
    await postgres.drop(url)


COPIES = [(of(count), of(count), "exact") for count in TELLING] + [
    (of(32), of(32, turned=8), "near"),
    (of(40), of(40, turned=8), "near"),
    (of(64), of(64, turned=8), "near"),
]
OTHERS = [(of(count), of(count), "same hash") for count in FLAT] + [
    (of(24), of(23), "one bit apart, of which one says nothing"),
    (of(20), of(20, turned=3), "both say nothing"),
    (of(32), of(32, turned=9), "too far"),
]


async def test_copies_are_copies_whichever_way_one_asks(ways: Ways) -> None:
    for number, (one, other, kind) in enumerate(COPIES, start=1):
        said = f"{one:016x} {other:016x}"
        assert await ways.by_duplicates(one, other, owner=number) == kind, said
        assert await ways.by_band(one, other) == {"exact": "exact", "near": "near_duplicate"}[kind], said
        assert await ways.by_collapsing(one, other) == [1], said


async def test_others_are_others_whichever_way_one_asks(ways: Ways) -> None:
    for number, (one, other, why) in enumerate(OTHERS, start=1):
        assert await ways.by_duplicates(one, other, owner=number) is None, why
        assert await ways.by_band(one, other) == "similar", why
        assert await ways.by_collapsing(one, other) == [0, 0], why


async def test_the_same_bytes_are_copies_whatever_the_hash_says(ways: Ways) -> None:
    """Bob's public picture and ada's are the same file; so are two points."""
    ways.decoder.hashes = [0, 0]
    for owner in (1, 2):
        await ways.catalog.upload(a_picture(), by=owner, visibility="public")
    page = (await ways.catalog.client.get("/v1/duplicates")).json()
    assert [item["kind"] for item in page["items"]] == ["exact"]
    asked = await ways.stage.put(towards(0), perceptual_hash=0, sha256="one file")
    await ways.stage.put(towards(0), perceptual_hash=1, sha256="one file")
    assert [hit["band"] for hit in (await ways.stage.similar(asked))["items"]] == ["exact"]
    await ways.stage.put(towards(0), perceptual_hash=2, sha256="one file")
    answer = await ways.stage.similar(asked, collapse="near_duplicates")
    assert [hit["collapsed"] for hit in answer["items"]] == [1]
