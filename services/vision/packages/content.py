"""Writes the files of a model package: network, Keras weights, labels, golden input, and the manifest last."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from services.vision.engines.agreement import STORED_AS_FLOAT16, measure
from services.vision.engines.openvino import OpenVinoEngine, store_as_float16
from services.vision.engines.port import CLASSES, EMBEDDING_SIZE, Precision
from services.vision.engines.tensorflow import Network, TensorflowEngine
from services.vision.labels import load_taxonomy
from services.vision.packages.errors import PackageError, PackageFault
from services.vision.packages.golden import Golden, draw_golden_images, write_golden
from services.vision.packages.manifest import (
    LABELS_FILE,
    MANIFEST_FILE,
    InputContract,
    Manifest,
    OutputContract,
    WeightsKind,
    space_id,
)
from services.vision.packages.package import (
    KERAS_WEIGHTS_FILE,
    NETWORK_FILE,
    NETWORK_WEIGHTS_FILE,
    file_digest,
)
from services.vision.packages.progress import Progress, Step
from services.vision.packages.weights import LoadedWeights

_BACKBONE = "inception_v3"
_OUTPUTS = (
    OutputContract(name="probabilities", size=CLASSES, meaning="softmax over the labels"),
    OutputContract(name="embedding", size=EMBEDDING_SIZE, meaning="global average pool, not normalised"),
)
_LICENCES = {
    WeightsKind.IMAGENET: "Apache-2.0 (weights of Keras Applications, trained on ImageNet)",
    WeightsKind.FILE: "as granted by whoever made the weights file",
    WeightsKind.UNTRAINED: "none needed (random numbers)",
}


def write_content(folder: Path, weights: LoadedWeights, source_sha256: str | None, progress: Progress) -> None:
    """Fill the empty `folder`; `source_sha256` is of the file that the weights came in, None for random ones.

    Raises PackageError (TOOLS) when OpenVINO cannot take the network, OSError when the disk is full.
    """
    progress(Step("computing the golden outputs"))
    golden = _golden(weights.network)
    write_golden(folder, golden)
    weights.network.save_weights(folder / KERAS_WEIGHTS_FILE)
    progress(Step("exporting the network"))
    try:
        stored_as = _export(weights.network, folder, golden)
    except RuntimeError as error:  # OpenVINO's errors, EngineError among them
        raise PackageError(
            PackageFault.TOOLS, "OpenVINO could not take the network: install the versions that requirements/ names."
        ) from error
    _write_labels(folder / LABELS_FILE)
    progress(Step("writing the manifest"))
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir())}
    manifest = Manifest(
        name=_BACKBONE,
        backbone=_BACKBONE,
        weights_kind=weights.kind,
        trained=weights.trained,
        weights_digest=weights.digest,
        weights_source_sha256=source_sha256,
        weights_seed=weights.seed,
        space=space_id(_BACKBONE, weights.digest),
        input=InputContract(),
        outputs=_OUTPUTS,
        network_weights_stored_as=stored_as,
        labels_digest=files[LABELS_FILE],
        licence=_LICENCES[weights.kind],
        built_with={name: version(name) for name in ("keras", "openvino", "tensorflow")},
        files=files,
    )
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _golden(network: Network) -> Golden:
    images = draw_golden_images()
    answer = TensorflowEngine(network, max_batch=len(images)).infer(images)
    return Golden(images, answer.probabilities, answer.embeddings)


def _export(network: Network, folder: Path, golden: Golden) -> Literal["float16", "float32"]:
    """Write the IR, with its weights in 16 bits when the golden outputs hardly change by that."""
    exported, target = folder / "exported.xml", folder / NETWORK_FILE
    network.export(str(exported), format="openvino", verbose=False)
    store_as_float16(exported, target)
    engine = OpenVinoEngine(target, precision=Precision.FP32, max_batch=len(golden.images))
    answer = engine.infer(golden.images)
    engine.close()
    agreement = measure(answer.probabilities, answer.embeddings, golden.probabilities, golden.embeddings)
    if agreement.within(STORED_AS_FLOAT16):
        exported.unlink()
        exported.with_suffix(".bin").unlink()
        return "float16"
    exported.replace(target)
    exported.with_suffix(".bin").replace(folder / NETWORK_WEIGHTS_FILE)
    return "float32"


def _write_labels(path: Path) -> None:
    lines = (json.dumps({"id": label.id, "name": label.name}, ensure_ascii=False) for label in load_taxonomy().classes)
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
