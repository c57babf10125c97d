"""Makes a package of 8 bits out of another, and measures what that costs."""

import hashlib
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.agreement import cosines
from services.vision.engines.openvino import OpenVinoEngine
from services.vision.engines.port import EngineError, EngineKind, Inference, Precision
from services.vision.engines.registry import open_engine
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import GOLDEN_FILE, Golden, write_golden
from services.vision.packages.manifest import LABELS_FILE, MANIFEST_FILE, Manifest, Quantization, space_id
from services.vision.packages.package import (
    NETWORK_FILE,
    NETWORK_WEIGHTS_FILE,
    Package,
    file_digest,
    load_package,
)
from services.vision.packages.placing import is_free, new_folder, place
from services.vision.packages.progress import Progress, Step
from services.vision.shapes import NetworkShape

MIN_CALIBRATION = 10  # fewer show too little of what the activations can be
MIN_HELD_OUT = 2
_BATCH = 4
_FILES = (GOLDEN_FILE, LABELS_FILE, NETWORK_WEIGHTS_FILE, NETWORK_FILE)


def quantize(
    source: Package,
    target: Path,
    *,
    calibration: NDArray[np.uint8],
    held_out: NDArray[np.uint8],
    progress: Progress,
) -> Package:
    """Make the package `target`: the network of `source` in int8, a space of its own, the same labels.

    calibration, held_out: different pictures, uint8 (N, size, size, 3), at least MIN_CALIBRATION and MIN_HELD_OUT. Its
    manifest says how far its answers to the held-out ones are from those of `source` in fp32; whether that is good
    enough is the operator's to say, so no bound is set here. Whole or not at all, as build. Raises PackageError.
    """
    _check(source, calibration, held_out)
    target = target.absolute()
    with place(target, progress):
        if not is_free(target):
            raise PackageError(PackageFault.TARGET, f"{target} is taken: choose another folder.")
        try:
            return replace(_make(source, target, calibration, held_out, progress), folder=target)
        except EngineError as error:
            raise PackageError(
                PackageFault.TOOLS, f"{error}: install the versions that requirements/ names."
            ) from error


def _make(
    source: Package, target: Path, calibration: NDArray[np.uint8], held_out: NDArray[np.uint8], progress: Progress
) -> Package:
    with new_folder(target) as folder:
        network = folder / NETWORK_FILE
        progress(Step(f"quantizing with {len(calibration)} pictures"))
        _quantize_network(source.file(NETWORK_FILE), network, calibration)
        progress(Step(f"comparing with fp32 on {len(held_out)} other pictures"))
        shape = source.manifest.shape
        before = _answers(source.file(NETWORK_FILE), shape, Precision.FP32, held_out)
        after = _answers(network, shape, Precision.INT8, held_out)
        golden = _answers(network, shape, Precision.INT8, source.golden.images)
        write_golden(folder, Golden(source.golden.images, golden.probabilities, golden.embeddings))
        shutil.copyfile(source.folder / LABELS_FILE, folder / LABELS_FILE)
        manifest = _manifest(folder, source.manifest, len(calibration), before, after)
        (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
        progress(Step("checking the package"))
        package = load_package(folder)
        open_engine(package, EngineKind.OPENVINO, precision=Precision.INT8).close()
        return package


def _check(source: Package, calibration: NDArray[np.uint8], held_out: NDArray[np.uint8]) -> None:
    if source.manifest.quantization is not None:
        raise PackageError(
            PackageFault.WEIGHTS,
            f"{source.folder} is quantized already: name the package that it was made from, "
            f"{space_id(source.manifest.network, source.manifest.quantization.made_from)}.",
        )
    if len(calibration) < MIN_CALIBRATION or len(held_out) < MIN_HELD_OUT:
        raise PackageError(
            PackageFault.IMAGES,
            f"{len(calibration)} pictures to calibrate with and {len(held_out)} to compare on are too few: "
            f"bring at least {MIN_CALIBRATION} and {MIN_HELD_OUT}, better 300 and 100.",
        )


def _quantize_network(source: Path, target: Path, calibration: NDArray[np.uint8]) -> None:
    try:
        from services.vision.engines.int8 import quantize_network  # noqa: PLC0415 (NNCF is for this command only)
    except ImportError as error:
        raise PackageError(
            PackageFault.TOOLS,
            f"Quantizing needs {error.name}, which is not installed: pip install 'pictor[quantize]'.",
        ) from error
    try:
        quantize_network(source, target, calibration)
    except EngineError as error:
        raise PackageError(PackageFault.TOOLS, f"{error}: install the versions that requirements/ names.") from error


def _answers(network: Path, shape: NetworkShape, precision: Precision, images: NDArray[np.uint8]) -> Inference:
    engine = OpenVinoEngine(network, shape=shape, precision=precision, max_batch=_BATCH)
    answers = [engine.infer(images[start : start + _BATCH]) for start in range(0, len(images), _BATCH)]
    engine.close()
    return Inference(
        np.concatenate([answer.probabilities for answer in answers]),
        np.concatenate([answer.embeddings for answer in answers]),
    )


def _manifest(folder: Path, source: Manifest, calibration: int, before: Inference, after: Inference) -> Manifest:
    files = {name: file_digest(folder / name) for name in _FILES}
    digest = hashlib.sha256(f"{files[NETWORK_FILE]} {files[NETWORK_WEIGHTS_FILE]}".encode()).hexdigest()
    built_with = {**source.built_with, **{name: version(name) for name in ("nncf", "openvino")}}
    return Manifest.model_validate(
        {
            **source.model_dump(),
            "weights_digest": digest,
            "space": space_id(source.network, digest),
            "network_weights_stored_as": "int8",
            "quantization": _measured(source.weights_digest, calibration, before, after),
            "built_with": built_with,
            "files": files,
        }
    )


def _measured(made_from: str, calibration: int, before: Inference, after: Inference) -> Quantization:
    first, second = (np.argsort(-answer.probabilities, axis=1, kind="stable")[:, :5] for answer in (before, after))
    shared = [len(set(a) & set(b)) / len(a) for a, b in zip(first.tolist(), second.tolist(), strict=True)]
    cosine = cosines(before.embeddings, after.embeddings)
    return Quantization(
        made_from=made_from,
        calibration_images=calibration,
        held_out_images=len(before),
        top_1=float((first[:, 0] == second[:, 0]).mean()),
        top_5=float(np.mean(shared)),
        cosine_median=float(np.median(cosine)),
        cosine_min=float(cosine.min()),
    )
