"""The golden limits on trained weights: a sound engine passes with room to spare, a wrong one never."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.similarity.services.bands import EXACT_SCORE
from services.vision.engines import EngineError, Precision
from services.vision.engines.agreement import LIMITS, Agreement, measure
from services.vision.engines.openvino import OpenVinoEngine, bf16_supported, read_network, write_network
from services.vision.engines.port import Engine
from services.vision.engines.registry import check_golden, open_engine
from services.vision.packages import Package, load_package
from services.vision.packages.package import NETWORK_FILE
from tests.vision.package_cache import starter_package

ROOM = 10
"""Another processor may round as much worse than the one that was measured."""
# Measured as docs/quality.md says, on a processor with AVX512-BF16 and VNNI.
SOUND = {
    "a trained Inception V3 in bf16": (Precision.BF16, Agreement(0.999904, 0.99990, 3e-6)),
    "the same in int8, without VNNI": (Precision.INT8, Agreement(0.999979, 0.99980, 3e-6)),
}
UNSOUND = {
    "the starter in bf16": (Precision.BF16, Agreement(0.988035, 0.97973, 2.2e-2)),
    "the starter in int8, without VNNI": (Precision.INT8, Agreement(0.986872, 0.97736, 6.9e-2)),
}

Images = NDArray[np.uint8]
WRONG: dict[str, Callable[[Images], Images]] = {
    "swapped channels": lambda images: images[..., ::-1],
    "transposed": lambda images: images.transpose(0, 2, 1, 3),
    "scaled to 0..1 instead of -1..1": lambda images: np.round(127.5 + images / 2).astype(np.uint8),
}


@pytest.fixture(scope="module", params=["trained", "untrained"])
def any_package(request: pytest.FixtureRequest, package: Package) -> Package:
    return package if request.param == "untrained" else load_package(starter_package())


@pytest.fixture(scope="module")
def starter() -> Package:
    return load_package(starter_package())


def agreement(engine: Engine, package: Package, images: Images) -> Agreement:
    golden, answer = package.golden, engine.infer(np.ascontiguousarray(images))
    return measure(answer.probabilities, answer.embeddings, golden.probabilities, golden.embeddings)


def opened(network: Path, package: Package) -> OpenVinoEngine:
    return OpenVinoEngine(network, shape=package.manifest.shape, precision=Precision.FP32, max_batch=4)


def assert_each_cosine_refuses(found: Agreement) -> None:
    """Loosen either to let it through, in any precision, and this fails."""
    for precision, limit in LIMITS.items():
        assert not found.within(limit), (precision, found)
        assert found.cosine < limit.cosine, (precision, found)
        assert found.centred_cosine < limit.centred_cosine, (precision, found)


def assert_within_with_room(found: Agreement, limit: Agreement) -> None:
    assert ROOM * (1 - found.cosine) <= 1 - limit.cosine, found
    assert ROOM * (1 - found.centred_cosine) <= 1 - limit.centred_cosine, found
    assert ROOM * found.probability <= limit.probability, found


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_input_is_refused_in_every_precision(any_package: Package, wrong: Callable[[Images], Images]) -> None:
    engine = opened(any_package.file(NETWORK_FILE), any_package)
    assert_each_cosine_refuses(agreement(engine, any_package, wrong(any_package.golden.images)))
    engine.close()


def test_a_network_without_its_scaling_is_refused(any_package: Package, tmp_path: Path) -> None:
    network = read_network(any_package.file(NETWORK_FILE))
    found, unscaled = network.input(0), None
    while True:  # along the one way from the input to the first convolution, past the scaling
        [consumer] = found.get_target_inputs()
        node = consumer.get_node()
        if node.get_type_name() == "Convolution":
            break
        if node.get_type_name() == "Transpose":
            unscaled = node.output(0)
        found = node.output(0)
    assert unscaled is not None
    consumer.replace_source_output(unscaled)
    write_network(network, tmp_path / "wrong.xml")
    engine = opened(tmp_path / "wrong.xml", any_package)
    assert_each_cosine_refuses(agreement(engine, any_package, any_package.golden.images))
    with pytest.raises(EngineError, match="strays from the reference"):
        check_golden(engine, any_package.golden)
    engine.close()


@pytest.mark.parametrize("kind", ["openvino", "tensorflow"])
def test_a_sound_engine_of_a_trained_network_has_room(starter: Package, kind: str) -> None:
    engine = open_engine(starter, kind, precision="fp32", max_batch=4)
    assert_within_with_room(agreement(engine, starter, starter.golden.images), LIMITS[Precision.FP32])
    engine.close()


def test_bf16_without_training_has_room(package: Package) -> None:
    """On a processor without bf16 there is nothing to measure: then it is refused for that."""
    if not bf16_supported():
        with pytest.raises(Exception, match="has no bf16"):
            open_engine(package, precision="bf16")
        return
    engine = open_engine(package, precision="bf16", max_batch=4)
    assert_within_with_room(agreement(engine, package, package.golden.images), LIMITS[Precision.BF16])
    engine.close()


@pytest.mark.parametrize(("precision", "found"), SOUND.values(), ids=SOUND)
def test_what_was_measured_to_be_sound_has_room(precision: Precision, found: Agreement) -> None:
    assert_within_with_room(found, LIMITS[precision])


@pytest.mark.parametrize(("precision", "found"), UNSOUND.values(), ids=UNSOUND)
def test_what_was_measured_to_make_other_vectors_is_refused(precision: Precision, found: Agreement) -> None:
    assert not found.within(LIMITS[precision])
    assert found.cosine < LIMITS[precision].cosine


def test_what_is_allowed_keeps_the_band_exact() -> None:
    """Precisions of one package share a space: a picture's vector in one must be its vector in another."""
    assert all(limit.cosine >= EXACT_SCORE for limit in LIMITS.values())
