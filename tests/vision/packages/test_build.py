"""Building: whole or not at all, once, and from whatever weights were named."""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import h5py  # type: ignore[import-untyped]  # ships no types
import numpy as np
import pytest

from services.vision.engines import open_engine
from services.vision.packages import Package, PackageError, PackageFault, WeightsKind, load_package
from services.vision.packages import build as building
from services.vision.packages.build import build
from services.vision.packages.choice import Choice, Weights, choose
from services.vision.packages.locks import locked
from services.vision.packages.networks import NETWORKS, REFERENCE, STARTER
from services.vision.packages.package import KERAS_WEIGHTS_FILE, file_digest
from services.vision.packages.progress import Step
from services.vision.packages.sources.download import OfficialFile
from services.vision.packages.sources.weights import LoadedWeights
from tests.vision.package_cache import REPOSITORY, second_untrained_package
from tests.vision.packages.weights_server import serving, well

COPY = (
    "import os, pathlib, signal, sys\n"
    "from services.vision.packages.build import build\n"
    "from services.vision.packages.choice import choose\n"
    "source, target, last = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]\n"
    "def progress(step):\n"
    "    print(step.what, flush=True)\n"
    "    if step.what == last: os.kill(os.getpid(), signal.SIGKILL)\n"
    "build(choose(str(source)), target, progress)\n"
)


def copying(source: Path, target: Path, *, killed_at: str = "") -> "subprocess.Popen[str]":
    """A process that builds `target` from the package `source`."""
    arguments = [sys.executable, "-c", COPY, str(source), str(target), killed_at]
    return subprocess.Popen(
        arguments, cwd=REPOSITORY, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ.copy()
    )


def made_of(weights: Weights) -> Choice:
    """The reference network with these weights."""
    return Choice(REFERENCE, weights)


def fault(weights: Weights, target: Path) -> PackageError:
    with pytest.raises(PackageError) as refused:
        build(made_of(weights), target, lambda _: None)
    assert "\n" not in refused.value.message
    return refused.value


def beside(target: Path) -> list[str]:
    """What stands in the target's parent folder, but for the lock file, and the speed that a copied package brought."""
    aside = {f".{target.name}.lock", f"{target.name}.speed.json"}
    return sorted(path.name for path in target.parent.iterdir() if path.name not in aside)


@pytest.fixture
def trained_file(package: Package, tmp_path: Path) -> Path:
    """A weights file that is not the untrained one: the same numbers, halved in the last layer."""
    path = tmp_path / "brought" / "network.weights.h5"
    path.parent.mkdir()
    shutil.copyfile(package.file(KERAS_WEIGHTS_FILE), path)

    def halve(_name: str, item: object) -> None:
        if isinstance(item, h5py.Dataset) and item.ndim > 0:
            item[...] = item[...] * np.float32(0.5) if item.shape == (2048, 1000) else item[...] + np.float32(1e-6)

    with h5py.File(path, "r+") as file:
        file.visititems(halve)
    return path


def test_imagenet_is_downloaded_once_kept_and_made_a_package_of_another_space(
    trained_file: Path, package: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = trained_file.read_bytes()
    target = tmp_path / "models" / "inception_v3"
    steps: list[Step] = []
    with serving(content, well) as server:
        url = server.url.replace("network.h5", "network.weights.h5")
        official = OfficialFile(url, hashlib.md5(content, usedforsecurity=False).hexdigest())
        monkeypatch.setattr(building, "official_file", lambda _: official)
        built = build(made_of("imagenet"), target, steps.append)
        manifest = built.manifest
        assert (manifest.weights_kind, manifest.trained) == (WeightsKind.IMAGENET, True)
        assert manifest.licence.startswith("Apache-2.0")
        assert manifest.weights_source_sha256 == file_digest(trained_file)
        assert manifest.space != package.manifest.space
        assert manifest.space == f"inception_v3-{manifest.weights_digest[:12]}"
        assert (tmp_path / "models" / "weights" / "network.weights.h5").read_bytes() == content
        assert [step.what for step in steps][-1] == "checking the package"
        assert beside(target) == ["inception_v3", "weights"]
        assert built.folder == target
        assert load_package(target).manifest == manifest
        for kind in ("openvino", "tensorflow"):
            open_engine(load_package(target), kind).close()  # both answer what the builder saw

        assert build(made_of("imagenet"), target, _unexpected).manifest == manifest  # again: it is there
        assert len(server.ranges) == 1
    assert fault("untrained", target).code is PackageFault.TARGET
    assert fault(trained_file.parent / "other.h5", target).code is PackageFault.TARGET


def test_a_file_that_the_operator_brings_is_trained_by_somebody_else(
    trained_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content is written as ImageNet's is, and not once more here."""
    written: list[tuple[WeightsKind, bool, str | None]] = []

    def write_nothing(_folder: Path, weights: LoadedWeights, source: str | None, _progress: object) -> None:
        written.append((weights.kind, weights.trained, source))
        raise PackageError(PackageFault.DISK, "enough")

    monkeypatch.setattr(building, "write_content", write_nothing)
    assert fault(trained_file, tmp_path / "models" / "inception_v3").code is PackageFault.DISK
    assert written == [(WeightsKind.FILE, True, file_digest(trained_file))]
    assert beside(tmp_path / "models" / "inception_v3") == []


def test_a_failed_download_leaves_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(b"something else", well) as server:
        monkeypatch.setattr(building, "official_file", lambda _: OfficialFile(server.url, "0" * 32))
        target = tmp_path / "inception_v3"
        assert fault("imagenet", target).code is PackageFault.DOWNLOAD
    assert beside(target) == ["weights"]


def test_what_is_there_is_returned_at_once(package: Package) -> None:
    assert build(made_of("untrained"), package.folder, _unexpected).manifest == package.manifest
    assert build(made_of(package.folder), package.folder, _unexpected).manifest == package.manifest


def test_a_package_is_copied_and_checked(package: Package, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.mkdir()  # an empty volume is no obstacle
    assert build(made_of(package.folder), target, lambda _: None).manifest == package.manifest
    assert load_package(target).manifest == package.manifest
    assert {path.stat().st_mode & 0o777 for path in target.iterdir()} == {0o444}


def test_a_damaged_package_is_not_copied(package: Package, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(package.folder, damaged)
    (damaged / "labels.json").unlink()
    target = tmp_path / "target" / "copy"
    assert fault(damaged, target).code is PackageFault.DIGEST
    assert beside(target) == []


def test_a_damaged_package_is_not_taken_for_built(package: Package, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    build(made_of(package.folder), target, lambda _: None)
    (target / "model.bin").unlink()
    error = fault("untrained", target)
    assert error.code is PackageFault.DIGEST
    assert f"remove {target} and build the package again" in error.message


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "documents"
    target.mkdir()
    (target / "letter.txt").write_text("dear")
    assert fault("untrained", target).code is PackageFault.TARGET
    assert (target / "letter.txt").read_text() == "dear"
    assert beside(target) == ["documents"]


def test_a_folder_without_a_package_is_no_weights(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    error = fault(tmp_path / "folder", tmp_path / "target")
    assert (error.code, "name the weights file" in error.message) == (PackageFault.WEIGHTS, True)
    assert fault(tmp_path / "nothing.h5", tmp_path / "target").code is PackageFault.WEIGHTS
    assert beside(tmp_path / "target") == ["folder"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = fault("untrained", tmp_path / "file" / "target")
    assert error.code is PackageFault.DISK
    assert "choose another folder" in error.message


def test_a_full_disk_leaves_nothing(package: Package, tmp_path: Path) -> None:
    target = tmp_path / "target"
    limits = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000))\n"
    )
    guarded = "try: build(choose(str(source)), target, progress)\nexcept Exception as error: print(repr(error.code))\n"
    code = limits + COPY.replace("build(choose(str(source)), target, progress)\n", guarded)
    done = subprocess.run(
        [sys.executable, "-c", code, str(package.folder), str(target), ""],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "<PackageFault.DISK: 'package_disk'>", done.stderr
    assert beside(target) == []


@pytest.mark.parametrize("step", ["copying the package", "checking the package"])
def test_a_killed_build_leaves_nothing_that_loads_and_the_next_one_works(
    package: Package, tmp_path: Path, step: str
) -> None:
    target = tmp_path / "target"
    first = copying(package.folder, target, killed_at=step)
    first.communicate(timeout=300)
    assert first.returncode == -9
    assert beside(target) == [".target.building"]
    with pytest.raises(PackageError) as refused:
        load_package(target)
    assert refused.value.code is PackageFault.MISSING

    second = copying(package.folder, target)
    _, errors = second.communicate(timeout=300)
    assert second.returncode == 0, errors
    assert beside(target) == ["target"]
    assert load_package(target).manifest == package.manifest


def test_an_interrupted_build_cleans_up(package: Package, tmp_path: Path) -> None:
    def interrupt(step: Step) -> None:
        if step.what == "checking the package":
            raise KeyboardInterrupt

    target = tmp_path / "target"
    with pytest.raises(KeyboardInterrupt):
        build(made_of(package.folder), target, interrupt)
    assert beside(target) == []


def test_two_builds_at_once_make_one_package(package: Package, tmp_path: Path) -> None:
    target = tmp_path / "target"
    both = [copying(package.folder, target) for _ in range(2)]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted("copying the package" in output for output, _ in said) == [False, True]
    assert beside(target) == ["target"]


def test_a_second_build_waits_for_the_lock_and_says_so(package: Package, tmp_path: Path) -> None:
    target = tmp_path / "target"
    steps: list[str] = []
    told = threading.Event()

    def progress(step: Step) -> None:
        steps.append(step.what)
        told.set()

    thread = threading.Thread(target=build, args=(made_of(package.folder), target, progress))
    with locked(tmp_path / ".target.lock", wait_s=1, on_wait=lambda: None):
        thread.start()
        assert told.wait(10)
        assert (steps, beside(target)) == (["waiting for another build of this package"], [])
    thread.join(30)
    assert steps[1:] == ["copying the package", "checking the package"]
    assert load_package(target).manifest == package.manifest


def test_the_lock_is_given_up_after_a_while(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "lock", wait_s=1, on_wait=lambda: None),
        pytest.raises(PackageError) as refused,
        locked(tmp_path / "lock", wait_s=0.1, on_wait=lambda: None),
    ):
        pass
    assert refused.value.code is PackageFault.BUSY


def test_the_words_for_weights(package: Package) -> None:
    assert [choose(text) for text in ("imagenet", "untrained", "starter", "imagenet.h5", "lite2.pth")] == [
        Choice(REFERENCE, "imagenet"),
        Choice(REFERENCE, "untrained"),
        Choice(STARTER, "imagenet"),
        Choice(REFERENCE, Path("imagenet.h5")),
        Choice(STARTER, Path("lite2.pth")),
    ]
    assert [choose(name) for name in NETWORKS] == [Choice(spec, "imagenet") for spec in NETWORKS.values()]
    assert choose("untrained", "vgg16") == Choice(NETWORKS["vgg16"], "untrained")
    assert choose(str(package.folder)) == Choice(REFERENCE, package.folder)
    with pytest.raises(PackageError, match=f"no network alexnet: choose one of {', '.join(NETWORKS)}"):
        choose("imagenet", "alexnet")


def _unexpected(step: Step) -> None:
    raise AssertionError(f"nothing was to be done, but: {step}")


def test_another_seed_is_another_model_and_never_taken_for_the_one_that_is_there(
    package: Package, tmp_path: Path
) -> None:
    other = load_package(second_untrained_package()).manifest
    assert (other.weights_kind, other.trained, other.weights_seed) == (WeightsKind.UNTRAINED, False, 1)
    assert other.space != package.manifest.space
    target = tmp_path / "inception_v3"
    shutil.copytree(package.folder, target)
    with pytest.raises(PackageError) as refused:
        build(made_of("untrained"), target, lambda _: None, seed=1)
    assert refused.value.code is PackageFault.TARGET
    assert build(made_of("untrained"), target, lambda _: None, seed=0).manifest == package.manifest
