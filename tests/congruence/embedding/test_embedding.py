"""What every embedder answers."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from services.kit.http.problems import ApiError, Unavailable
from services.similarity.embedding import Embedder, LocalEmbedder, ModelMissing, ModelNotReady, ModelState
from services.vision.engines import open_engine
from services.vision.packages import load_package
from tests.congruence.embedding.conftest import an_embedder, until


def pictures(count: int) -> np.ndarray:
    """Smooth, all different: (count, 299, 299, 3) uint8."""
    random = np.random.default_rng(0)
    small = random.integers(0, 255, (count, 13, 13, 3), dtype=np.uint8)
    return np.ascontiguousarray(small.repeat(23, axis=1).repeat(23, axis=2))


async def test_the_model_is_the_packages(embedder: Embedder, package_folder: Path) -> None:
    manifest = load_package(package_folder).manifest
    report = await embedder.model()
    assert (report.state, report.space, report.trained) == (ModelState.READY, manifest.space, False)
    report.require()


async def test_vectors_are_the_engines_row_by_row(embedder: Embedder, package_folder: Path) -> None:
    """Ten pictures, more than any batch, against the bare engine: centred, since unrelated ones have cosine 0.99."""
    package, asked = load_package(package_folder), pictures(10)
    engine = open_engine(package, "openvino", max_batch=4)
    bare = np.concatenate([engine.infer(asked[start : start + 4]).embeddings for start in range(0, 10, 4)])
    engine.close()
    answer = await embedder.embed(asked)
    assert (answer.space, answer.trained) == (package.manifest.space, False)
    assert (answer.vectors.shape, answer.vectors.dtype) == ((10, 2048), np.float32)
    ours, theirs = answer.vectors - bare.mean(axis=0), bare - bare.mean(axis=0)
    lengths = np.linalg.norm(ours, axis=1)[:, None] * np.linalg.norm(theirs, axis=1)
    assert ((ours @ theirs.T) / lengths).argmax(axis=1).tolist() == list(range(10))
    assert np.diag((ours @ theirs.T) / lengths).min() > 0.99


async def test_one_picture(embedder: Embedder) -> None:
    both = (await embedder.embed(pictures(2))).vectors
    alone = (await embedder.embed(pictures(2)[1:])).vectors
    assert alone.shape == (1, 2048)
    assert alone[0] == pytest.approx(both[1], rel=2e-2, abs=1e-3)


@pytest.mark.parametrize("kind", ["remote", "local"])
async def test_without_a_package_it_says_so_until_there_is_one(kind: str, package_folder: Path, tmp_path: Path) -> None:
    package = tmp_path / "package"
    async with an_embedder(kind, package) as embedder:
        await until(embedder, ModelState.MISSING)
        report = await embedder.model()
        assert (report.space, report.trained) == (None, None)
        assert "pictor model build" in report.detail
        with pytest.raises(ModelMissing):
            report.require()
        with pytest.raises(ApiError) as refused:
            await embedder.embed(pictures(1))
        assert (refused.value.status, refused.value.code) == (503, "model_missing")
        assert refused.value.headers["retry-after"] == "15"
        shutil.copytree(package_folder, tmp_path / "arriving")
        (tmp_path / "arriving").rename(package)
        await until(embedder, ModelState.READY)
        assert len((await embedder.embed(pictures(1))).vectors) == 1


@pytest.mark.parametrize("kind", ["remote", "local"])
async def test_a_refused_package_is_not_ready(kind: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    async with an_embedder(kind, tmp_path) as embedder:
        await until(embedder, ModelState.BROKEN)
        with pytest.raises(ModelNotReady) as refused:
            (await embedder.model()).require()
        assert str(tmp_path) not in refused.value.detail
        with pytest.raises(ApiError) as not_now:
            await embedder.embed(pictures(1))
        assert (not_now.value.status, not_now.value.code) == (503, "model_not_ready")


async def test_a_closed_embedder_refuses(package_folder: Path) -> None:
    embedder = LocalEmbedder(package_folder, "openvino", look_every_s=0.1)
    await embedder.start()
    await until(embedder, ModelState.READY)
    for _ in range(2):
        await embedder.close()
    with pytest.raises(Unavailable):
        await embedder.embed(pictures(1))
