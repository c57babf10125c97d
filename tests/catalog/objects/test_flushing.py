"""What a folder store flushes to disk, and what it does not."""

import os
from pathlib import Path
from uuid import uuid4

import pytest

from services.catalog.storage.objects import FolderStore
from services.catalog.storage.objects.keys import image_prefix, original_key, variant_key


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Paths that were flushed, in order; they are flushed all the same."""
    paths: list[Path] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        paths.append(Path(f"/proc/self/fd/{descriptor}").readlink())
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    return paths


async def test_an_original_is_flushed_with_the_way_to_it(tmp_path: Path, flushed: list[Path]) -> None:
    store, image = FolderStore(tmp_path / "store"), uuid4()
    await store.prepare()
    file = tmp_path / "file"
    file.write_bytes(b"original")
    await store.put_file(original_key(image), file, "image/png")
    kept = tmp_path / "store" / image_prefix(image)
    assert flushed[0].parent == tmp_path / "store" / ".incoming"
    assert flushed[1:] == [tmp_path / "store", tmp_path / "store" / "images", kept.parent, kept]
    await store.close()


async def test_what_can_be_made_again_is_not_flushed(tmp_path: Path, flushed: list[Path]) -> None:
    store, image = FolderStore(tmp_path / "store"), uuid4()
    await store.prepare()
    (tmp_path / "store" / image_prefix(image)).mkdir(parents=True)
    key = variant_key(image, preset="thumb", rotation=0, extension="jpeg")
    await store.put_bytes(key, b"thumb", "image/jpeg")
    assert await store.size(key) == 5
    assert flushed == []
    await store.close()
