"""Many originals in one ZIP file."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.catalog.services.streams.entry_names import safe_name
from tests.catalog.factories import RunningCatalog
from tests.catalog.pictures import a_picture
from tests.catalog.problems import assert_problem


async def prepared(catalog: RunningCatalog, *, by: int = 1, **asked: Any) -> dict[str, Any]:
    answer = await catalog.user(by).post("/v1/downloads", json=asked)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def unpacked(client: httpx.AsyncClient, url: str) -> tuple[dict[str, bytes], dict[str, Any]]:
    """Download, have the archive checked, and give the files and the manifest."""
    answer = await client.get(url)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    plain = await client.get(url, headers={"accept": "application/octet-stream"})
    assert plain.headers["content-type"] == "application/octet-stream"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
        files = {name: archive.read(name) for name in archive.namelist()}
    return files, json.loads(files.pop("manifest.json"))


def original_of(catalog: RunningCatalog, image_id: str) -> Path:
    folder = catalog.settings.store_folder
    assert folder is not None
    return next(folder / key for key in catalog.objects() if image_id in key and "original" in key)


async def test_a_selection_comes_with_safe_names_each_once(catalog: RunningCatalog) -> None:
    names = ["a.jpg", "A.JPG", "a.jpg", "..\\..\\evil.jpg", "日落 🌅.jpg", "CON.jpg", None, "manifest.json"]
    data = [a_picture(number=number) for number in range(len(names))]
    images = [
        await catalog.upload(bytes_, **({"file_name": name} if name else {"title": "The sea: 1/2"}))
        for name, bytes_ in zip(names, data, strict=True)
    ]
    made = await prepared(catalog, ids=[image["id"] for image in images] + [images[0]["id"]])
    assert (made["file_name"], made["image_count"], made["bytes"]) == ("Images.zip", 8, sum(map(len, data)))
    files, manifest = await unpacked(catalog.client, made["url"])
    assert list(files) == [
        "a.jpg", "A (2).JPG", "a (3).jpg", "evil.jpg", "日落 🌅.jpg", "_CON.jpg", "2.jpg", "manifest (2).json",
    ]  # fmt: skip
    assert list(files.values()) == data
    assert manifest["images"][0] == {
        "id": images[0]["id"],
        "file": "a.jpg",
        "sha256": hashlib.sha256(data[0]).hexdigest(),
        "bytes": len(data[0]),
        "outcome": "ok",
    }
    assert (manifest["troubles"], manifest["no_longer_there"]) == (0, [])


async def test_a_collection(catalog: RunningCatalog) -> None:
    first, second = [await catalog.upload(a_picture(number=number)) for number in range(2)]
    assert_problem(await catalog.client.post("/v1/downloads", json={"collection": "favorites"}), 404, "not_found")
    for image in (first, second):
        await catalog.client.put(f"/v1/collections/favorites/images/{image['id']}")
    made = await prepared(catalog, collection="favorites")
    assert (made["file_name"], made["image_count"]) == ("Favorites.zip", 2)
    files, _ = await unpacked(catalog.client, made["url"])
    assert set(files.values()) == {a_picture(number=number) for number in range(2)}


async def test_what_cannot_be_read_is_in_the_manifest(catalog: RunningCatalog) -> None:
    images = [await catalog.upload(a_picture(number=number), file_name=f"{number}.jpg") for number in range(5)]
    made = await prepared(catalog, ids=[image["id"] for image in images])
    missing, short, other = [original_of(catalog, images[n]["id"]) for n in range(3)]
    missing.unlink()
    short.write_bytes(short.read_bytes()[:100])
    other.write_bytes(bytes(images[2]["bytes"]))
    assert (await catalog.client.delete(f"/v1/images/{images[3]['id']}")).status_code == 204
    files, manifest = await unpacked(catalog.client, made["url"])
    outcomes = {image["id"]: image["outcome"] for image in manifest["images"]}
    assert outcomes == dict(
        zip([images[n]["id"] for n in (0, 1, 2, 4)], ["missing", "incomplete", "damaged", "ok"], strict=True)
    )
    assert manifest["no_longer_there"] == [images[3]["id"]]
    assert manifest["troubles"] == 4
    assert files["4.jpg"] == a_picture(number=4)
    assert "0.jpg" not in files


async def test_it_is_ones_own_and_for_an_hour(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    for ids in ([str(uuid4())], [image["id"], str(uuid4())]):
        assert_problem(await catalog.client.post("/v1/downloads", json={"ids": ids}), 404, "not_found")
    assert_problem(await catalog.bob.post("/v1/downloads", json={"ids": [image["id"]]}), 404, "not_found")
    for body in ({}, {"ids": []}, {"ids": [image["id"]], "collection": "favorites"}):
        assert_problem(await catalog.client.post("/v1/downloads", json=body), 422, "validation_failed")
    made = await prepared(catalog, ids=[image["id"]])
    assert_problem(await catalog.bob.get(made["url"]), 404, "not_found")
    await catalog.rows("UPDATE downloads SET expires_at = now()")
    assert_problem(await catalog.client.get(made["url"]), 404, "not_found")
    for _ in range(25):
        last = await prepared(catalog, ids=[image["id"]])
    assert await catalog.rows("SELECT count(*) FROM downloads") == [(20,)]
    assert (await catalog.client.get(last["url"])).status_code == 200


async def test_two_at_once_and_a_place_comes_back_with_its_end(catalog: RunningCatalog) -> None:
    image = await catalog.upload()
    made = await prepared(catalog, ids=[image["id"]])
    places = catalog.app.state.catalog.archives
    identity = (await catalog.image(image["id"]))["owner"]["id"]
    held = [places.take(UUID(identity)) for _ in range(2)]
    refused = await catalog.client.get(made["url"])
    assert_problem(refused, 429, "too_many_requests")
    assert refused.headers["retry-after"]
    held[0].give_back()
    held[0].give_back()
    for _ in range(3):
        assert (await catalog.client.get(made["url"])).status_code == 200


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("/absolute.jpg", "absolute.jpg"),
        ("C:\\windows\\a.jpg", "a.jpg"),
        ("a\x00b<>.jpg", "a_b__.jpg"),
        ("cod.\u202egpj.exe", "cod._gpj.exe"),
        ("  .. ", ""),
        ("nul", "_nul"),
        ("e\u0301.jpg", "\u00e9.jpg"),
    ],
)
def test_names_that_systems_refuse(name: str, safe: str) -> None:
    assert safe_name(name) == safe
