"""A package loads when it is what was built, to the last bit, and else says why not."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.vision.labels import load_taxonomy
from services.vision.packages import Package, PackageError, PackageFault, load_package
from services.vision.packages.manifest import MANIFEST_FILE
from services.vision.packages.package import KERAS_WEIGHTS_FILE, file_digest

FILES = ["golden.npz", "keras.weights.h5", "labels.json", "model.bin", "model.xml"]


def a_copy(package_folder: Path, to: Path) -> Path:
    """A package whose files can be replaced one by one; the others are links."""
    to.mkdir()
    for source in package_folder.iterdir():
        (to / source.name).symlink_to(source)
    return to


def own(folder: Path, name: str) -> Path:
    """Turn a link into a file of its own."""
    path = folder / name
    source = path.resolve()
    path.unlink()
    shutil.copyfile(source, path)
    return path


def change_manifest(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = own(folder, MANIFEST_FILE)
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def fault(folder: Path) -> PackageError:
    with pytest.raises(PackageError) as refused:
        load_package(folder)
    assert "\n" not in refused.value.message
    return refused.value


def test_the_untrained_package_says_what_it_is(package: Package) -> None:
    manifest = package.manifest
    assert (manifest.schema_version, manifest.name, manifest.network, manifest.weights_kind) == (
        2,
        "inception_v3",
        "inception_v3",
        "untrained",
    )
    assert manifest.trained is False
    assert manifest.space == f"inception_v3-{manifest.weights_digest[:12]}"
    assert manifest.input.model_dump() == {
        "name": "images",
        "dtype": "uint8",
        "layout": "NHWC",
        "colour": "RGB",
        "size": 299,
        "fit": "squeeze",
        "crop": 1.0,
        "scaling": {"mean": (127.5, 127.5, 127.5), "divisor": 127.5, "channels": "RGB"},
    }
    assert [(output.name, output.dtype, output.size) for output in manifest.outputs] == [
        ("probabilities", "float32", 1000),
        ("embedding", "float32", 2048),
    ]
    assert manifest.labels_digest == manifest.files["labels.json"] == file_digest(package.folder / "labels.json")
    assert sorted([*manifest.files, MANIFEST_FILE]) == sorted(path.name for path in package.folder.iterdir())
    assert sorted(manifest.files) == FILES


def test_its_labels_are_those_of_the_taxonomy(package: Package) -> None:
    expected = [(label.id, label.name) for label in load_taxonomy().classes]
    assert [(label.id, label.name) for label in package.labels] == expected


def test_its_files_cannot_be_written(package: Package) -> None:
    assert {path.stat().st_mode & 0o777 for path in package.folder.iterdir()} == {0o444}


@pytest.mark.parametrize("name", FILES)
def test_one_changed_bit_is_found(package_folder: Path, tmp_path: Path, name: str) -> None:
    path = own(a_copy(package_folder, tmp_path / "package"), name)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    error = fault(tmp_path / "package")
    assert error.code is PackageFault.DIGEST
    assert f"{path} is not the file that was built: remove" in error.message


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(package_folder: Path, tmp_path: Path, name: str) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    (folder / name).unlink()
    error = fault(folder)
    assert error.code is PackageFault.DIGEST
    assert f"{name} is missing" in error.message


def test_no_folder_and_no_manifest_say_how_to_make_one(package_folder: Path, tmp_path: Path) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    (folder / MANIFEST_FILE).unlink()
    for empty in (tmp_path / "nowhere", folder):
        error = fault(empty)
        assert error.code is PackageFault.MISSING
        assert f"pictor model build NETWORK --to {empty}" in error.message


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda manifest: manifest.update(schema_version=3), "schema_version"),
        (lambda manifest: manifest["outputs"].pop(), "outputs are not probabilities and embedding"),
        (lambda manifest: manifest["input"].update(crop=0.5), "squeeze shows the whole picture"),
        (lambda manifest: manifest.update(space="inception_v3-000000000000"), "space is not that of the weights"),
        (lambda manifest: manifest.update(weights_digest="ABC"), "weights_digest"),
        (lambda manifest: manifest.update(trained=True), "untrained weights are called trained"),
        (lambda manifest: manifest.update(labels_digest="0" * 64), "labels"),
        (lambda manifest: manifest["files"].pop("golden.npz"), "golden"),
        (lambda manifest: manifest["files"].update({"../secret": "0" * 64}), "files"),
        (lambda manifest: manifest["input"].update(size="large"), "input.size"),
        (lambda manifest: manifest.update(surprise=1), "surprise"),
        (lambda manifest: manifest.pop("licence"), "licence"),
    ],
)
def test_a_manifest_that_contradicts_itself_is_refused(
    package_folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    change_manifest(folder, change)
    error = fault(folder)
    assert error.code is PackageFault.MANIFEST
    assert said in error.message


@pytest.mark.parametrize("text", ["", "{", "[]", "\0\0", "{}"])
def test_garbage_is_no_manifest(package_folder: Path, tmp_path: Path, text: str) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    own(folder, MANIFEST_FILE).write_text(text)
    assert fault(folder).code is PackageFault.MANIFEST


@pytest.mark.parametrize("text", ['[{"id": "n01440764", "name": "tench"}]', "[1]", "{"])
def test_labels_that_do_not_fit_the_network_are_refused(package_folder: Path, tmp_path: Path, text: str) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    path = own(folder, "labels.json")
    path.write_text(text)
    digest = file_digest(path)

    def sign(manifest: dict[str, Any]) -> None:
        manifest["files"]["labels.json"] = manifest["labels_digest"] = digest

    change_manifest(folder, sign)
    assert fault(folder).code is PackageFault.MANIFEST


def test_a_package_made_without_an_engines_files_loads_and_names_the_lack(package_folder: Path, tmp_path: Path) -> None:
    folder = a_copy(package_folder, tmp_path / "package")
    (folder / KERAS_WEIGHTS_FILE).unlink()
    change_manifest(folder, lambda manifest: manifest["files"].pop(KERAS_WEIGHTS_FILE))
    package = load_package(folder)
    with pytest.raises(PackageError, match="choose another engine") as refused:
        package.file(KERAS_WEIGHTS_FILE)
    assert refused.value.code is PackageFault.ENGINE
