"""What an object store promises: the same tests on a folder and on S3."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.catalog.storage.objects import InvalidKey, ObjectMissing, StoreUnavailable
from services.catalog.storage.objects.keys import image_prefix, original_key
from services.catalog.storage.objects.port import CHUNK, read_all
from tests.catalog.objects.stores import MIB, StoreUnderTest

DATA = bytes(range(256)) * 4


async def part(under_test: StoreUnderTest, key: str, start: int, length: int | None) -> bytes:
    return b"".join([chunk async for chunk in under_test.store.read(key, start, length)])


async def test_what_is_put_is_read_back(under_test: StoreUnderTest, tmp_path: Path) -> None:
    first, second = original_key(uuid4()), original_key(uuid4())
    file = tmp_path / "file"
    file.write_bytes(DATA[::-1])
    await under_test.store.put_bytes(first, DATA, "image/png")
    await under_test.store.put_file(second, file, "image/png")
    for key, data in ((first, DATA), (second, DATA[::-1])):
        assert await under_test.store.size(key) == len(data)
        assert await read_all(under_test.store, key) == data
    assert file.read_bytes() == DATA[::-1]


async def test_nothing_at_all_can_be_put(under_test: StoreUnderTest) -> None:
    key = original_key(uuid4())
    await under_test.store.put_bytes(key, b"", "image/png")
    assert (await under_test.store.size(key), await read_all(under_test.store, key)) == (0, b"")


async def test_putting_twice_is_the_same_as_once(under_test: StoreUnderTest) -> None:
    key = original_key(uuid4())
    for _ in range(2):
        await under_test.store.put_bytes(key, DATA, "image/png")
    assert await under_test.keys() == [key]
    assert await read_all(under_test.store, key) == DATA


async def test_putting_at_once_is_the_same_as_once(under_test: StoreUnderTest) -> None:
    key = original_key(uuid4())
    await asyncio.gather(*(under_test.store.put_bytes(key, DATA, "image/png") for _ in range(12)))
    assert await under_test.keys() == [key]
    assert await read_all(under_test.store, key) == DATA


async def test_many_objects_at_once_do_not_disturb_each_other(under_test: StoreUnderTest) -> None:
    image = uuid4()
    keys = [f"{image_prefix(image)}object-{number}" for number in range(40)]
    await asyncio.gather(*(under_test.store.put_bytes(key, key.encode(), "text/plain") for key in keys))
    found = await asyncio.gather(*(read_all(under_test.store, key) for key in keys))
    assert found == [key.encode() for key in keys]
    assert await under_test.keys() == sorted(keys)


@pytest.mark.parametrize(("start", "length"), [
    (0, None), (0, 1), (0, 1024), (1, 10), (1000, 24), (1023, 1), (1000, None), (500, 0), (0, 5000), (1020, 5000),
])  # fmt: skip
async def test_a_part_is_that_part(under_test: StoreUnderTest, start: int, length: int | None) -> None:
    key = original_key(uuid4())
    await under_test.store.put_bytes(key, DATA, "image/png")
    assert await part(under_test, key, start, length) == DATA[start : None if length is None else start + length]


async def test_what_is_not_there_is_missing(under_test: StoreUnderTest) -> None:
    await under_test.store.put_bytes(original_key(uuid4()), DATA, "image/png")
    key = original_key(uuid4())
    with pytest.raises(ObjectMissing):
        await under_test.store.size(key)
    for start, length in ((0, None), (10, 5)):
        with pytest.raises(ObjectMissing):
            await part(under_test, key, start, length)


async def test_a_folder_of_objects_is_no_object(under_test: StoreUnderTest) -> None:
    image = uuid4()
    await under_test.store.put_bytes(original_key(image), DATA, "image/png")
    with pytest.raises(ObjectMissing):
        await under_test.store.size(image_prefix(image).removesuffix("/"))
    with pytest.raises(ObjectMissing):
        await read_all(under_test.store, image_prefix(image).removesuffix("/"))


async def test_deleting_is_final_and_twice_is_the_same_as_once(under_test: StoreUnderTest) -> None:
    key, other = original_key(uuid4()), original_key(uuid4())
    for put in (key, other):
        await under_test.store.put_bytes(put, DATA, "image/png")
    for _ in range(2):
        await under_test.store.delete(key)
        with pytest.raises(ObjectMissing):
            await under_test.store.size(key)
    assert await under_test.keys() == [other]


async def test_deleting_an_image_leaves_its_neighbours(under_test: StoreUnderTest) -> None:
    """Neighbours: one in the same folder of folders, and one whose name begins alike."""
    image = "images/ab/01980000-0000-7000-8000-0000000000ab"
    neighbours = ["images/ab/01980000-0000-7000-8000-0000000001ab/original", f"{image}-copy/original", "images/ab/x"]
    theirs = [f"{image}/original", f"{image}/thumb-0.jpeg", f"{image}/deep/er"]
    for key in neighbours + theirs:
        await under_test.store.put_bytes(key, DATA, "image/png")
    assert await under_test.store.delete_prefix(f"{image}/") == 3
    assert await under_test.keys() == sorted(neighbours)
    assert await under_test.store.delete_prefix(f"{image}/") == 0
    await asyncio.gather(*(under_test.store.delete_prefix("images/ab/") for _ in range(4)))
    assert await under_test.keys() == []


async def test_listing_says_name_size_and_age(under_test: StoreUnderTest) -> None:
    images = [uuid4() for _ in range(3)]
    for number, image in enumerate(images):
        await under_test.store.put_bytes(original_key(image), DATA[:number], "image/png")
    found = {info.key: info async for info in under_test.store.list("images/")}
    assert {key: info.size for key, info in found.items()} == {
        original_key(image): number for number, image in enumerate(images)
    }
    for info in found.values():
        assert abs(datetime.now(UTC) - info.modified_at) < timedelta(minutes=5)
    assert [info.key async for info in under_test.store.list(image_prefix(images[1]))] == [original_key(images[1])]
    assert [info.key async for info in under_test.store.list("nothing/")] == []


async def test_a_big_object_comes_back_whole_and_in_small_pieces(under_test: StoreUnderTest, tmp_path: Path) -> None:
    key, file = original_key(uuid4()), tmp_path / "big"
    block = hashlib.sha512(b"pictor").digest() * (MIB // 64)
    with file.open("wb") as target:
        for number in range(20):
            target.write(bytes([number]) + block[1:])
    await under_test.store.put_file(key, file, "image/png")
    assert await under_test.store.size(key) == 20 * MIB
    digest, largest = hashlib.sha256(), 0
    async for chunk in under_test.store.read(key):
        digest.update(chunk)
        largest = max(largest, len(chunk))
    assert digest.digest() == hashlib.sha256(file.read_bytes()).digest()
    assert largest <= CHUNK
    assert await part(under_test, key, 19 * MIB - 1, 2) == block[-1:] + bytes([19])


@pytest.mark.parametrize("key", [
    "../outside", "images/../../outside", "/etc/passwd", "images//x", "", ".", "images/.hidden", ".incoming/x",
    "images/a\x00b", "images/a b", "images/ä", "images\\x", "images/x/",
])  # fmt: skip
async def test_a_key_that_leads_elsewhere_is_refused(under_test: StoreUnderTest, tmp_path: Path, key: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(DATA)
    with pytest.raises(InvalidKey):
        await under_test.store.put_bytes(key, DATA, "image/png")
    with pytest.raises(InvalidKey):
        await under_test.store.put_file(key, file, "image/png")
    with pytest.raises(InvalidKey):
        await under_test.store.size(key)
    with pytest.raises(InvalidKey):
        await read_all(under_test.store, key)
    with pytest.raises(InvalidKey):
        await under_test.store.delete(key)
    assert await under_test.keys() == []


@pytest.mark.parametrize("prefix", ["", "/", "../", "images", "images/ab", "images/../", "/images/", "images//"])
async def test_a_prefix_that_could_mean_more_is_refused(under_test: StoreUnderTest, prefix: str) -> None:
    key = original_key(uuid4())
    await under_test.store.put_bytes(key, DATA, "image/png")
    with pytest.raises(InvalidKey):
        await under_test.store.delete_prefix(prefix)
    with pytest.raises(InvalidKey):
        _ = [info async for info in under_test.store.list(prefix)]
    assert await under_test.keys() == [key]


async def test_a_put_that_fails_leaves_nothing(under_test: StoreUnderTest, tmp_path: Path) -> None:
    file = tmp_path / "big"
    file.write_bytes(bytes(6 * MIB))
    with under_test.breaking():
        with pytest.raises(StoreUnavailable):
            await under_test.store.put_file(original_key(uuid4()), file, "image/png")
        with pytest.raises(StoreUnavailable):
            await under_test.store.put_bytes(original_key(uuid4()), bytes(6 * MIB), "image/png")
    with pytest.raises(StoreUnavailable):
        await under_test.store.put_file(original_key(uuid4()), tmp_path / "nowhere", "image/png")
    assert await under_test.keys() == []


async def test_a_store_that_is_gone_says_so_and_comes_back(under_test: StoreUnderTest, tmp_path: Path) -> None:
    key, file = original_key(uuid4()), tmp_path / "file"
    file.write_bytes(DATA)
    await under_test.store.put_bytes(key, DATA, "image/png")
    store = under_test.store
    await store.check()
    await under_test.take_away()
    for call in (
        store.put_bytes(key, DATA, "image/png"), store.put_file(key, file, "image/png"), store.size(key),
        read_all(store, key), store.delete(key), store.delete_prefix("images/"), store.check(),
    ):  # fmt: skip
        with pytest.raises(StoreUnavailable):
            await call
    with pytest.raises(StoreUnavailable):
        _ = [info async for info in store.list("images/")]
    await under_test.bring_back()
    await store.check()
    assert await read_all(store, key) == DATA
    assert await under_test.keys() == [key]


async def test_preparing_twice_and_at_once_changes_nothing(under_test: StoreUnderTest) -> None:
    key = original_key(uuid4())
    await under_test.store.put_bytes(key, DATA, "image/png")
    await asyncio.gather(*(under_test.store.prepare() for _ in range(4)))
    assert await read_all(under_test.store, key) == DATA
