"""Weights that an operator brings: three file formats, one digest, and clear words for anything else."""

import shutil
from pathlib import Path
from typing import Any

import h5py  # type: ignore[import-untyped]  # ships no types
import numpy as np
import pytest

from services.vision.packages import Package, PackageError, PackageFault, WeightsKind
from services.vision.packages.networks import REFERENCE
from services.vision.packages.networks.runtime import import_tensorflow
from services.vision.packages.package import KERAS_WEIGHTS_FILE
from services.vision.packages.sources.weights import from_file, untrained


@pytest.fixture(scope="module")
def network() -> Any:
    """Keras' InceptionV3 with weights that are not those of seed 0."""
    keras = import_tensorflow().keras
    keras.utils.set_random_seed(1)
    return keras.applications.InceptionV3(weights=None)


@pytest.fixture(scope="module")
def official(network: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network's weights in a file as Keras publishes them."""
    return save_as_official(network, tmp_path_factory.mktemp("official") / "official.h5")


def save_as_official(network: Any, path: Path) -> Path:
    """Weights only, in the HDF5 format of Keras 2, as the official file is."""
    from keras.src.legacy.saving.legacy_h5_format import save_weights_to_hdf5_group  # noqa: PLC0415

    with h5py.File(path, "w") as file:
        save_weights_to_hdf5_group(file, network)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(PackageError) as refused:
        from_file(REFERENCE, path, WeightsKind.FILE)
    assert refused.value.code is PackageFault.WEIGHTS
    assert "\n" not in refused.value.message
    return refused.value.message


def test_every_format_gives_the_same_weights(network: Any, official: Path, tmp_path: Path) -> None:
    network.save_weights(tmp_path / "network.weights.h5")
    network.save(tmp_path / "network.keras")
    network.save(tmp_path / "whole.h5")
    others = [tmp_path / name for name in ("network.weights.h5", "network.keras", "whole.h5")]
    found = [from_file(REFERENCE, path, WeightsKind.FILE) for path in (official, *others)]
    assert len({weights.digest for weights in found}) == 1
    assert [(weights.kind, weights.trained) for weights in found] == [(WeightsKind.FILE, True)] * 4
    for ours, theirs in zip(found[0].network.get_weights(), network.get_weights(), strict=True):
        assert np.array_equal(ours, theirs)


def test_untrained_weights_are_the_same_every_time_and_stay_untrained_in_a_file(package: Package) -> None:
    assert untrained(REFERENCE).digest == package.manifest.weights_digest
    brought = from_file(REFERENCE, package.file(KERAS_WEIGHTS_FILE), WeightsKind.FILE)
    assert brought.digest == package.manifest.weights_digest
    assert (brought.kind, brought.trained) == (WeightsKind.UNTRAINED, False)


def test_a_network_for_other_classes_does_not_fit(tmp_path: Path) -> None:
    keras = import_tensorflow().keras
    save_as_official(keras.applications.InceptionV3(weights=None, classes=10), tmp_path / "ten.h5")
    message = refusal(tmp_path / "ten.h5")
    assert "does not fit Inception V3 with 1,000 classes" in message
    assert "its last layer included" in message


def test_a_network_without_its_last_layer_does_not_fit(tmp_path: Path) -> None:
    """Keras publishes such a file beside the right one."""
    keras = import_tensorflow().keras
    save_as_official(keras.applications.InceptionV3(weights=None, include_top=False), tmp_path / "notop.h5")
    assert "does not fit Inception V3" in refusal(tmp_path / "notop.h5")


def test_another_network_does_not_fit(tmp_path: Path) -> None:
    keras = import_tensorflow().keras
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)]).save(tmp_path / "dense.keras")
    assert "does not fit Inception V3" in refusal(tmp_path / "dense.keras")


def test_a_file_with_some_layers_only_does_not_fit(official: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever reader lets that pass: random numbers in one layer must not be called trained."""
    keras = import_tensorflow().keras
    load_weights = keras.Model.load_weights

    def forgetful(self: Any, path: Path) -> None:
        first = self.get_weights()[0]
        load_weights(self, path)
        self.set_weights([first, *self.get_weights()[1:]])

    monkeypatch.setattr(keras.Model, "load_weights", forgetful)
    assert "it holds some layers only" in refusal(official)


def test_a_cut_file_does_not_fit(official: Path, tmp_path: Path) -> None:
    whole = official.read_bytes()
    (tmp_path / "cut.h5").write_bytes(whole[: len(whole) // 2])
    assert "does not fit Inception V3" in refusal(tmp_path / "cut.h5")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("noise.h5", b""),
        ("noise.h5", b"<html>not a network</html>"),
        ("noise.weights.h5", b"<html>not a network</html>"),
        ("noise.keras", b"<html>not a network</html>"),
        ("noise.keras", b"PK\x03\x04"),
    ],
)
def test_something_else_does_not_fit(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert "does not fit Inception V3" in refusal(tmp_path / name)


def test_numbers_that_are_none_are_refused(official: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(official, tmp_path / "nan.h5"))
    with h5py.File(path, "r+") as file:
        group = file["predictions"]
        names = [name for name in group.attrs["weight_names"] if str(name).endswith(("bias", "bias:0"))]
        group[names[0]][3] = np.nan
    assert "infinite numbers or NaN" in refusal(path)


def test_a_wrong_path_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    assert "There is no weights file" in refusal(tmp_path / "nothing.h5")
    (tmp_path / "weights.pth").write_bytes(b"torch")
    assert "has to end with .weights.h5, .h5, .keras" in refusal(tmp_path / "weights.pth")
