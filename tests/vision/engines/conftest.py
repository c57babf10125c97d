"""Every engine and precision that this processor has, opened on the untrained package, and what they should answer."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.engines import Engine, EngineKind, Inference, Precision, RemoteModel, open_engine
from services.vision.engines.openvino import bf16_supported
from services.vision.packages.networks.runtime import import_tensorflow
from services.vision.packages import Package
from services.vision.packages.package import KERAS_WEIGHTS_FILE
from tests.classifier.server import running_server
from tests.vision.pictures import photographs

ENGINES = [
    (EngineKind.OPENVINO, Precision.FP32),
    (EngineKind.TENSORFLOW, Precision.FP32),
    (EngineKind.REMOTE, Precision.FP32),
]
if bf16_supported():
    ENGINES.append((EngineKind.OPENVINO, Precision.BF16))


@pytest.fixture(scope="session")
def remote(package_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteModel]:
    """The model of a real classifier in another process, which stands alone."""
    settings = {"auth": "none", "engine": "openvino", "precision": "fp32"}
    with running_server(tmp_path_factory.mktemp("remote"), package_folder, **settings) as server:
        yield RemoteModel(server.url)


@pytest.fixture(scope="session", params=ENGINES, ids="-".join)
def engine(request: pytest.FixtureRequest, package: Package) -> Iterator[Engine]:
    kind, precision = request.param
    remote = request.getfixturevalue("remote") if kind is EngineKind.REMOTE else None
    engine = open_engine(package, kind, precision=precision, max_batch=4, remote=remote)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def photos() -> NDArray[np.uint8]:
    return photographs(16)


@pytest.fixture(scope="session")
def reference(package: Package, photos: NDArray[np.uint8]) -> Inference:
    """What Keras Applications itself answers, with its own preprocessing and none of our code in between."""
    keras = import_tensorflow().keras
    classifier = keras.applications.InceptionV3(weights=None)
    classifier.load_weights(package.file(KERAS_WEIGHTS_FILE))
    both = keras.Model(classifier.input, [classifier.output, classifier.get_layer("avg_pool").output])
    scaled = keras.applications.inception_v3.preprocess_input(photos.astype(np.float32))
    return Inference(*both.predict(scaled, batch_size=4, verbose=0))
