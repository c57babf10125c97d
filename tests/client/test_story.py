"""What a developer does with a library, told with both clients."""

import hashlib
import inspect
import io
import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from pictor_client import AsyncPictor, Conflict, FileChanged, Invalid, NotFound, Pictor, Unauthorized
from pictor_client.files import Body, sha256_of
from tests.e2e.stack import RunningStack
from tests.photographs import drawn


def test_a_library_from_python(pictor: Pictor, picture: Path, tmp_path: Path) -> None:
    image = pictor.upload(picture, title="Sea", tags=["story"], wait=True)
    assert (image.state, image.title, image.tags, image.file_name) == ("ready", "Sea", ["story"], "holiday.jpg")
    assert (image.sha256, image.duplicate, image.labels != []) == (sha256_of(picture), False, True)
    others = [pictor.upload(drawn(seed), tags=["story"]) for seed in (7001, 7002)]
    assert pictor.upload(_opened(drawn(7003))).duplicate is False
    assert pictor.upload(str(picture)).duplicate

    assert [one.id for one in pictor.images(tag=["story"], sort="created_at")] == [
        image.id,
        *(o.id for o in others[:2]),
    ]
    assert [one.id for one in pictor.images(tag=["story"], sort="created_at", limit=2)] == [image.id, others[0].id]
    assert [one.id for one in pictor.search("sea", tag=["story"])] == [image.id]
    assert next(pictor.labels("stor")).name == "story"

    best = pictor.similar(picture, limit=1).items[0]
    assert (best.image.id, best.band) == (image.id, "exact")
    assert image.id not in [hit.image.id for hit in pictor.similar(image, limit=50).items]
    classes = pictor.classify(picture, top_k=3).labels
    assert [label.id for label in classes] == [label.id for label in image.labels[:3]]

    changed = pictor.update(image, title=None, rotation=90, visibility="public")
    assert (changed.title, changed.rotation, changed.visibility, changed.tags) == ("", 90, "public", ["story"])
    results = list(pictor.update_many([{"id": str(one.id), "add_tags": ["many"]} for one in (image, others[0])]))
    assert [(result.status, result.image and "many" in result.image.tags) for result in results] == [(200, True)] * 2

    decided = pictor.decide(image, image.labels[0].id, "reject")
    assert {label.id: label.status for label in decided}[image.labels[0].id] == "rejected"
    assert {label.id: label.source for label in pictor.decide(image, "n02084071", "add")}["n02084071"] == "user"

    made = pictor.create_collection("Story", "told in Python")
    pictor.add_to(made, image, others[0])
    pictor.add_to(made, image)
    pictor.remove_from(made, others[0])
    assert [one.id for one in pictor.images_of(made)] == [image.id]
    assert "Story" in [one.name for one in pictor.collections()]

    pictor.download(image, tmp_path / "copy.jpg")
    assert (tmp_path / "copy.jpg").read_bytes() == picture.read_bytes() == pictor.content(image.id)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []

    pictor.delete_collection(made)
    pictor.delete(image)
    assert pictor.check([image.sha256, others[0].sha256]) == {image.sha256: None, others[0].sha256: others[0].id}
    assert [one.id for one in pictor.trash()] == [image.id]
    assert [(one.id, one.status) for one in pictor.restore(*pictor.trash())] == [(image.id, 200)]
    assert pictor.get(image).tags == ["story", "many"]
    pictor.delete(image)
    again = pictor.upload(picture, wait=True)
    assert (again.id, again.restored, again.duplicate) == (image.id, True, True)
    pictor.delete(image, permanent=True)
    assert list(pictor.trash()) == []


async def test_a_library_from_asyncio(stack: RunningStack, picture: Path, tmp_path: Path) -> None:
    async with AsyncPictor(stack.url, stack.credentials["api_key"]) as pictor:
        image = await pictor.upload(picture, title="Sea", tags=["async"], wait=True)
        other = await pictor.upload(drawn(7010), tags=["async"])
        assert (image.state, image.duplicate, image.file_name) == ("ready", False, "holiday.jpg")
        found = [one.id async for one in pictor.images(tag=["async"], sort="created_at")]
        assert found == [image.id, other.id]
        assert [one.id async for one in pictor.search("sea", tag=["async"], limit=1)] == [image.id]
        assert (await pictor.similar(picture, limit=1)).items[0].image.id == image.id
        assert (await pictor.classify(_opened(await pictor.content(image)))).labels[0].id == image.labels[0].id
        assert (await pictor.update(image, title="Two")).title == "Two"
        assert [result.status async for result in pictor.update_many([{"id": str(image.id), "tags": []}])] == [200]
        made = await pictor.create_collection("Async")
        await pictor.add_to(made, image)
        assert [one.id async for one in pictor.images_of(made)] == [image.id]
        await pictor.download(image, tmp_path / "copy.jpg")
        assert sha256_of(tmp_path / "copy.jpg") == image.sha256
        await pictor.delete(image)
        assert [one.id async for one in pictor.trash()] == [image.id]
        assert [one.status for one in await pictor.restore(image)] == [200]
        await pictor.delete(image)
        with pytest.raises(NotFound):
            await pictor.get(image)
        assert await pictor.check([other.sha256]) == {other.sha256: other.id}
        assert (await pictor.me()).name == stack.credentials["user"]


def test_both_clients_have_the_same_methods() -> None:
    def methods(kind: type) -> dict[str, list[str]]:
        public = {name: one for name, one in vars(kind).items() if inspect.isfunction(one) and name[0] != "_"}
        return {name: list(inspect.signature(one).parameters) for name, one in public.items()}

    assert methods(Pictor) == methods(AsyncPictor)


def test_what_is_refused_has_a_type(stack: RunningStack, pictor: Pictor, picture: Path) -> None:
    with pytest.raises(NotFound) as missing:
        pictor.get(uuid4())
    assert (missing.value.status, missing.value.code) == (404, "not_found")
    assert missing.value.request_id
    with pytest.raises(Invalid) as invalid:
        pictor.create_collection("")
    assert [error.pointer for error in invalid.value.errors] == ["/name"]
    with pytest.raises(Invalid, match="not an image"):
        pictor.upload(b"words")
    pictor.upload(picture)
    with pytest.raises(Conflict) as twice:
        pictor.upload(picture, on_duplicate="error")
    assert twice.value.code == "duplicate_image"
    with Pictor(stack.url, "pk_nobody") as stranger, pytest.raises(Unauthorized):
        stranger.me()


def test_one_key_is_one_image(pictor: Pictor) -> None:
    key = str(uuid4())
    first, second = (pictor.upload(drawn(7020), idempotency_key=key) for _ in range(2))
    assert (first.id, first.duplicate) == (second.id, second.duplicate)
    with pytest.raises(Invalid) as reused:
        pictor.upload(drawn(7021), idempotency_key=key)
    assert reused.value.code == "idempotency_key_reused"


@pytest.mark.parametrize("change", [lambda file: file.write(b"more"), lambda file: os.truncate(file.fileno(), 500_000)])
def test_a_file_that_changes_while_it_is_sent_is_not_kept(
    pictor: Pictor, tmp_path: Path, change: Callable[[io.BufferedWriter], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(drawn(7030, size=(2000, 1500), file_format="PNG"))
    known = sha256_of(path)
    assert path.stat().st_size > 600_000
    checked = Body._checked

    def changing(body: Body, file: io.BufferedReader):
        chunks = checked(body, file)
        yield next(chunks)
        with path.open("ab") as written:
            change(written)
        yield from chunks

    monkeypatch.setattr(Body, "_checked", changing)
    with pytest.raises(FileChanged, match=r"large\.png"):
        pictor.upload(path)
    torn = hashlib.sha256(path.read_bytes()).hexdigest()
    assert pictor.check([known, torn]) == {known: None, torn: None}


def test_other_bytes_than_those_that_are_meant_are_not_sent(pictor: Pictor, picture: Path) -> None:
    with pytest.raises(FileChanged):
        pictor.upload(picture, sha256="0" * 64)
    assert pictor.check([sha256_of(picture)])[sha256_of(picture)] is None


def _opened(data: bytes) -> io.BytesIO:
    """A file whose first bytes were read already: only the rest is the picture."""
    file = io.BytesIO(b"before" + data)
    file.read(6)
    return file
