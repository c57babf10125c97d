"""`pictor model quantize`: a new package in int8, whole or not at all, that says what it costs."""

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from services.vision.engines import Precision, open_engine
from services.vision.engines.agreement import cosines
from services.vision.packages import Package, PackageError, PackageFault, load_package
from services.vision.packages.build import build
from services.vision.packages.choice import choose
from services.vision.packages.package import NETWORK_FILE, NETWORK_WEIGHTS_FILE, file_digest
from services.vision.packages.progress import Step
from services.vision.packages.quantize import quantize
from tests.vision.packages.test_model_commands import pictor
from tests.vision.pictures import drawn

FILES = ["golden.npz", "labels.json", NETWORK_WEIGHTS_FILE, NETWORK_FILE]


def pictures(count: int, first: int = 0) -> NDArray[np.uint8]:
    return np.stack([drawn(seed) for seed in range(first, first + count)])


@pytest.fixture(scope="module")
def quantized(package: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return quantize(
        package,
        tmp_path_factory.mktemp("models") / "int8",
        calibration=pictures(12),
        held_out=pictures(6, 12),
        progress=lambda _: None,
    )


def test_the_manifest_says_what_it_is_and_where_it_came_from(package: Package, quantized: Package) -> None:
    before, after = package.manifest, quantized.manifest
    assert quantized.labels == package.labels
    assert after.space == f"inception_v3-{after.weights_digest[:12]}" != before.space
    assert (after.precision, before.precision) == ("int8", "fp32")
    assert (after.trained, after.weights_kind, after.licence) == (before.trained, before.weights_kind, before.licence)
    found = after.quantization
    assert found is not None
    assert (found.made_from, found.calibration_images, found.held_out_images) == (before.weights_digest, 12, 6)
    assert sorted(after.files) == FILES
    assert {"nncf", "openvino", "keras"} <= set(after.built_with)
    weights = [folder / NETWORK_WEIGHTS_FILE for folder in (package.folder, quantized.folder)]
    assert weights[1].stat().st_size < 0.6 * weights[0].stat().st_size  # 8 instead of 16 bits


def test_its_manifest_measures_what_the_engines_answer(package: Package, quantized: Package) -> None:
    held_out = pictures(6, 12)
    engines = [open_engine(package, "openvino", precision="fp32", max_batch=6), open_engine(quantized, max_batch=6)]
    before, after = (engine.infer(held_out) for engine in engines)
    for engine in engines:
        engine.close()
    assert engines[1].precision is Precision.INT8
    assert not np.array_equal(before.embeddings, after.embeddings)
    cosine = cosines(before.embeddings, after.embeddings)
    found = quantized.manifest.quantization
    assert found is not None
    assert (found.cosine_median, found.cosine_min) == pytest.approx((np.median(cosine), cosine.min()), abs=1e-6)
    assert found.cosine_min > 0.99
    same = before.probabilities.argmax(axis=1) == after.probabilities.argmax(axis=1)
    assert found.top_1 == pytest.approx(same.mean())
    assert 0 < found.top_5 <= 1


def test_int8_belongs_to_the_package(package: Package, quantized: Package) -> None:
    for precision in ("fp32", "bf16"):
        with pytest.raises(PackageError, match="was quantized to int8: choose the precision int8 or auto") as refused:
            open_engine(quantized, precision=precision)
        assert refused.value.code is PackageFault.ENGINE
    with pytest.raises(PackageError, match="make a package that is with `pictor model quantize`"):
        open_engine(package, precision="int8")
    with pytest.raises(PackageError, match=r"has no keras\.weights\.h5, .*choose another engine"):
        open_engine(quantized, "tensorflow")


@pytest.mark.parametrize("name", FILES)
def test_one_other_byte_and_it_is_refused(quantized: Package, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "int8"
    shutil.copytree(quantized.folder, folder)
    path = folder / name
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(PackageError, match=f"{name} is not the file that was built") as refused:
        load_package(folder)
    assert refused.value.code is PackageFault.DIGEST


def test_other_weights_under_a_manifest_that_fits_are_refused(quantized: Package, tmp_path: Path) -> None:
    folder = tmp_path / "int8"
    shutil.copytree(quantized.folder, folder)
    weights, manifest = folder / NETWORK_WEIGHTS_FILE, folder / "manifest.json"
    for path in (weights, manifest):
        path.chmod(0o644)
    content = bytearray(weights.read_bytes())
    content[1_000_000:5_000_000] = content[5_000_000:9_000_000]
    weights.write_bytes(content)
    said = json.loads(manifest.read_text())
    said["files"][NETWORK_WEIGHTS_FILE] = file_digest(weights)
    manifest.write_text(json.dumps(said))
    with pytest.raises(PackageError, match="strays from the reference"):
        open_engine(load_package(folder))


def test_it_can_be_copied_like_any_other(quantized: Package, tmp_path: Path) -> None:
    assert build(choose(str(quantized.folder)), tmp_path / "copy", lambda _: None).manifest == quantized.manifest


def test_what_cannot_be_quantized_is_said(package: Package, quantized: Package, tmp_path: Path) -> None:
    def fault(source: Package, calibration: int, held_out: int, target: Path) -> PackageError:
        with pytest.raises(PackageError) as refused:
            quantize(
                source,
                target,
                calibration=pictures(calibration),
                held_out=pictures(held_out),
                progress=lambda _: None,
            )
        return refused.value

    again = fault(quantized, 10, 2, tmp_path / "again")
    assert again.code is PackageFault.WEIGHTS
    assert package.manifest.space in again.message
    assert fault(package, 9, 2, tmp_path / "few").code is PackageFault.IMAGES
    assert fault(package, 10, 1, tmp_path / "few").code is PackageFault.IMAGES
    assert fault(package, 10, 2, quantized.folder).code is PackageFault.TARGET
    assert [path for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == []


def test_without_nncf_it_says_what_to_install(
    package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nncf", None)
    monkeypatch.delitem(sys.modules, "services.vision.engines.int8", raising=False)
    with pytest.raises(PackageError, match=r"needs nncf, which is not installed: pip install 'pictor\[quantize\]'"):
        quantize(package, tmp_path / "a", calibration=pictures(10), held_out=pictures(2), progress=lambda _: None)
    assert not (tmp_path / "a").exists()


def test_one_that_is_cut_short_leaves_nothing(package: Package, tmp_path: Path) -> None:
    def stop(step: Step) -> None:
        if step.what.startswith("comparing"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quantize(package, tmp_path / "int8", calibration=pictures(10), held_out=pictures(2), progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [".int8.lock"]


def test_the_command_says_what_it_made(package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, target = tmp_path / "pictures", tmp_path / "models" / "int8"
    (folder / "more").mkdir(parents=True)
    for seed in range(13):
        Image.fromarray(drawn(seed)).save(folder / ("more" if seed % 2 else ".") / f"{seed}.png")
    Image.fromarray(drawn(13)).save(tmp_path / "alone.webp")
    (folder / "notes.txt").write_text("no picture")
    command = ("model", "quantize", package.folder, "--to", target, "--holdout", 3)

    assert pictor(*command, "--images", folder, tmp_path / "alone.webp") == 0

    said = capsys.readouterr()
    manifest = load_package(target).manifest
    found = manifest.quantization
    assert found is not None
    assert said.out == (
        f"package  {target}\n"
        f"space    {manifest.space}, of its own: images that are in the library are embedded again\n"
        f"made of  {package.manifest.space}, untrained: random numbers, the labels mean nothing\n"
        "images   11 to calibrate with, 3 others to compare with fp32 on; 1 left out: not a readable picture\n"
        f"top-1    {100 * found.top_1:.1f} % have the same first label\n"
        f"top-5    {100 * found.top_5:.1f} % of the first five labels are the same\n"
        f"cosine   {found.cosine_median:.5f} (median), {found.cosine_min:.5f} (least) between the embeddings\n"
        "Nothing uses it yet: where you find that good enough, point PICTOR_MODEL_PACKAGE at it.\n"
    )
    for step in ("reading 15 of 15 files …", "quantizing with 11 pictures …", "checking the package …"):
        assert step in said.err
    assert pictor("model", "verify", target) == 0
    verified = capsys.readouterr().out
    assert f"int8     made of the weights {found.made_from[:12]}; on 3 pictures" in verified
    assert "engine   openvino int8: answers the golden input as the builder did" in verified
    assert pictor(*command, "--images", folder) == 1
    assert capsys.readouterr().err.splitlines()[-1] == f"pictor: {target} is taken: choose another folder."


@pytest.mark.parametrize(
    ("images", "holdout", "said"),
    [
        ("nowhere", 3, "pictor: There is no {0}/nowhere: name pictures"),
        ("empty", 3, "pictor: 0 readable pictures are too few to keep 3 of them back"),
        ("empty", 0, "pictor: --holdout is a number from 1 to 1000, not 0."),
    ],
)
def test_a_command_without_pictures_fails_with_one_sentence(
    package: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str], images: str, holdout: int, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    arguments = ("--images", tmp_path / images, "--to", tmp_path / "target", "--holdout", holdout)
    assert pictor("model", "quantize", package.folder, *arguments) == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(said.format(tmp_path))
    assert not (tmp_path / "target").exists()
