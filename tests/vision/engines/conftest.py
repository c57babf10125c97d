"""Networks on every engine and precision that this processor has, and what they should answer: untrained, but for the
starter.

With PICTOR_TEST_SERVERS the engine is the remote one alone, on the servers that it names: see `make test-servers`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.engines import Engine, EngineKind, Inference, Precision, RemoteModel, open_engine
from services.vision.engines.openvino import bf16_supported
from services.vision.packages import Package, load_package
from services.vision.packages.networks import NETWORKS, REFERENCE, STARTER
from services.vision.packages.networks.runtime import import_tensorflow
from services.vision.packages.package import KERAS_WEIGHTS_FILE
from tests.classifier.server import running_server
from tests.vision.engines.servers.started import started
from tests.vision.package_cache import starter_package, untrained_package
from tests.vision.pictures import photographs

COUNT = 16
KERAS = {"inception_v3": "InceptionV3", "resnet50": "ResNet50", "vgg16": "VGG16"}


@dataclass(frozen=True)
class Case:
    network: str
    kind: EngineKind
    precision: Precision
    server: str = "pictor"  # of the remote engine

    def __str__(self) -> str:
        kind = self.kind if self.server == "pictor" else f"{self.kind}-{self.server}"
        return f"{self.network}-{kind}-{self.precision}"


CASES = [
    Case(name, kind, Precision.FP32)
    for name in NETWORKS
    if name != "vgg16" or os.environ.get("PICTOR_TEST_VGG16")  # half a gigabyte of weights: minutes for each engine
    for kind in (EngineKind.OPENVINO, EngineKind.TENSORFLOW, EngineKind.REMOTE)
]
if bf16_supported():  # the starter loses too much in it, and is refused: see test_limits.py
    CASES.append(Case(REFERENCE.name, EngineKind.OPENVINO, Precision.BF16))
if foreign := os.environ.get("PICTOR_TEST_SERVERS", "").split():
    CASES = [
        Case(network.name, EngineKind.REMOTE, Precision.FP32, server)
        for server in foreign
        for network in (REFERENCE, STARTER)
    ]


@cache
def package_of(network: str) -> Package:
    return load_package(starter_package() if network == STARTER.name else untrained_package(network))


@pytest.fixture(scope="session", params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="session")
def remote(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteModel | None]:
    """The model on a real server in another process: a classifier that stands alone, or somebody else's; None for the
    other engines."""
    if case.kind is not EngineKind.REMOTE:
        yield None
        return
    if case.server != "pictor":
        package = package_of(case.network)
        with started(case.server, tmp_path_factory.mktemp("remote"), package.folder, package.manifest.name) as url:
            yield RemoteModel(url, timeout_s=60)
        return
    settings = {"auth": "none", "engine": "openvino", "precision": "fp32"}
    folder = package_of(case.network).folder
    with running_server(tmp_path_factory.mktemp("remote"), folder, **settings) as server:
        yield RemoteModel(server.url, timeout_s=60)


@pytest.fixture(scope="session")
def engine(case: Case, remote: RemoteModel | None) -> Iterator[Engine]:
    engine = open_engine(package_of(case.network), case.kind, precision=case.precision, max_batch=4, remote=remote)
    yield engine
    engine.close()


@pytest.fixture
def photos(case: Case) -> NDArray[np.uint8]:
    return _photos(NETWORKS[case.network].input.size)


@cache
def _photos(size: int) -> NDArray[np.uint8]:
    return photographs(COUNT, size)


@pytest.fixture
def reference(case: Case) -> Inference:
    return _reference(case.network)


@cache
def _reference(network: str) -> Inference:
    """What Keras itself answers, with its own preprocessing and none of our code in between."""
    weights = package_of(network).file(KERAS_WEIGHTS_FILE)
    pictures = _photos(NETWORKS[network].input.size).astype(np.float32)
    if network == STARTER.name:
        return _starter_reference(weights, pictures)
    keras = import_tensorflow().keras
    classifier = getattr(keras.applications, KERAS[network])(weights=None)
    classifier.load_weights(weights)
    prepare = getattr(keras.applications, {"resnet50": "resnet"}.get(network, network)).preprocess_input
    last = classifier.get_layer("block5_pool" if network == "vgg16" else "avg_pool").output
    both = keras.Model(classifier.input, [classifier.output, last])
    probabilities, embeddings = both.predict(prepare(pictures), batch_size=4, verbose=0)
    # VGG16(include_top=False, pooling="max"), as the retrieval tool had it.
    return Inference(probabilities, embeddings.max(axis=(1, 2)) if network == "vgg16" else embeddings)


def _starter_reference(weights: Any, pictures: NDArray[np.float32]) -> Inference:
    """Keras Applications does not have it: our own graph behind its first layer, which numpy stands in for."""
    keras = import_tensorflow().keras
    network: Any = STARTER.build()
    network.load_weights(weights)
    behind = keras.Model(network.get_layer("scaling").output, network.output)
    answer = behind.predict((pictures - 127) / 128, batch_size=4, verbose=0)
    return Inference(answer["probabilities"], answer["embedding"])
