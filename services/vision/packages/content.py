"""Writes the files of a model package: network, Keras weights, labels, golden input, and the manifest last."""

import json
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from services.vision.engines.agreement import STORED_AS_FLOAT16, measure
from services.vision.engines.openvino import OpenVinoEngine, convert
from services.vision.engines.port import Precision
from services.vision.engines.tensorflow import TensorflowEngine
from services.vision.labels import load_taxonomy
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import Golden, draw_golden_images, write_golden
from services.vision.packages.manifest import LABELS_FILE, MANIFEST_FILE, Manifest, WeightsKind, space_id
from services.vision.packages.networks import NetworkSpec
from services.vision.packages.package import KERAS_WEIGHTS_FILE, NETWORK_FILE, file_digest
from services.vision.packages.progress import Progress, Step
from services.vision.packages.sources.weights import LoadedWeights
from services.vision.shapes import NetworkShape

_OTHER_LICENCES = {
    WeightsKind.FILE: "as granted by whoever made the weights file",
    WeightsKind.UNTRAINED: "none needed (random numbers)",
}


def write_content(folder: Path, weights: LoadedWeights, source_sha256: str | None, progress: Progress) -> None:
    """Fill the empty `folder`; `source_sha256` is of the file that the weights came in, None for random ones.

    Raises PackageError (TOOLS) when OpenVINO cannot take the network, OSError when the disk is full.
    """
    spec = weights.spec
    _write_labels(folder / LABELS_FILE, spec)
    progress(Step("computing the golden outputs"))
    golden = _golden(weights)
    write_golden(folder, golden)
    weights.network.save_weights(folder / KERAS_WEIGHTS_FILE)
    progress(Step("exporting the network"))
    try:
        stored_as = _export(weights, folder, golden)
    except RuntimeError as error:  # OpenVINO's errors, EngineError among them
        raise PackageError(
            PackageFault.TOOLS, "OpenVINO could not take the network: install the versions that requirements/ names."
        ) from error
    progress(Step("writing the manifest"))
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir())}
    manifest = Manifest(
        name=spec.name,
        network=spec.name,
        weights_kind=weights.kind,
        trained=weights.trained,
        weights_digest=weights.digest,
        weights_source_sha256=source_sha256,
        weights_seed=weights.seed,
        space=space_id(spec.name, weights.digest),
        input=spec.input,
        outputs=spec.outputs,
        network_weights_stored_as=stored_as,
        labels_digest=files[LABELS_FILE],
        licence=_OTHER_LICENCES.get(weights.kind, spec.licence),
        built_with={name: version(name) for name in ("keras", "openvino", "tensorflow")},
        files=files,
    )
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _shape(spec: NetworkSpec) -> NetworkShape:
    return NetworkShape(spec.input.size, classes=spec.classes, embedding_size=spec.embedding_size)


def _golden(weights: LoadedWeights) -> Golden:
    images = draw_golden_images(weights.spec.input.size)
    engine = TensorflowEngine(weights.network, shape=_shape(weights.spec), max_batch=len(images))
    answer = engine.infer(images)
    return Golden(images, answer.probabilities, answer.embeddings)


def _export(weights: LoadedWeights, folder: Path, golden: Golden) -> Literal["float16", "float32"]:
    """Write the IR, with its weights in 16 bits when the golden outputs hardly change by that."""
    saved, target, input_name = folder / "saved_model", folder / NETWORK_FILE, weights.spec.input.name
    weights.network.export(str(saved), format="tf_saved_model", verbose=False)
    try:
        convert(saved, target, input_name=input_name, compress_to_fp16=True)
        engine = OpenVinoEngine(
            target, shape=_shape(weights.spec), precision=Precision.FP32, max_batch=len(golden.images)
        )
        answer = engine.infer(golden.images)
        engine.close()
        agreement = measure(answer.probabilities, answer.embeddings, golden.probabilities, golden.embeddings)
        if agreement.within(STORED_AS_FLOAT16):
            return "float16"
        convert(saved, target, input_name=input_name, compress_to_fp16=False)
        return "float32"
    finally:
        shutil.rmtree(saved)


def _write_labels(path: Path, spec: NetworkSpec) -> None:
    """Raises PackageError (TOOLS) when the class list that ships here is not of the network's length."""
    classes = load_taxonomy().classes
    if len(classes) != spec.classes:
        raise PackageError(
            PackageFault.TOOLS,
            f"The class list has {len(classes)} names, but {spec.title} has {spec.classes} classes: "
            "make it again with scripts/build_taxonomy.py.",
        )
    lines = (json.dumps({"id": label.id, "name": label.name}, ensure_ascii=False) for label in classes)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
