"""One suite for every network, engine and precision: same pictures, same answers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.engines import (
    Engine,
    EngineError,
    EngineInputError,
    Inference,
    Precision,
    RemoteModel,
    open_engine,
)
from services.vision.engines.agreement import LIMITS, measure
from tests.vision.engines.conftest import Case, package_of
from tests.vision.pictures import constant, drawn

# The other pictures of a batch may change rounding only: far less than the engines may differ.
INVARIANCE = {Precision.FP32: 1e-6, Precision.BF16: 1e-3}
# Untrained probabilities of ResNet50 are as large as 0.3, where Inception V3's are near 0.001.
PROBABILITY = {Precision.FP32: 1e-5, Precision.BF16: 1e-3}


def infer_all(engine: Engine, pictures: NDArray[np.uint8], size: int) -> Inference:
    answers = [engine.infer(pictures[start : start + size]) for start in range(0, len(pictures), size)]
    return Inference(
        np.concatenate([answer.probabilities for answer in answers]),
        np.concatenate([answer.embeddings for answer in answers]),
    )


def test_answers_are_those_of_keras_applications(
    engine: Engine, photos: NDArray[np.uint8], reference: Inference
) -> None:
    answer = infer_all(engine, photos, engine.max_batch)
    found = measure(answer.probabilities, answer.embeddings, reference.probabilities, reference.embeddings)
    assert found.cosine >= 0.9999
    assert found.within(LIMITS[engine.precision]), found


def test_scores_agree_to_a_hundredth_of_what_tells_photographs_apart(
    engine: Engine, photos: NDArray[np.uint8], reference: Inference
) -> None:
    """Untrained probabilities are all near 0.001: only a bound relative to their spread says anything."""
    answer = infer_all(engine, photos, engine.max_batch)
    spread = reference.probabilities.std(axis=0).max()
    share = 0.01 if engine.precision is Precision.FP32 else 0.2
    assert np.abs(answer.probabilities - reference.probabilities).max() <= share * spread


def test_shapes_types_and_sums(engine: Engine, photos: NDArray[np.uint8]) -> None:
    answer = engine.infer(photos[:3])
    assert (answer.probabilities.shape, answer.embeddings.shape) == (
        (3, engine.shape.classes),
        (3, engine.shape.embedding_size),
    )
    assert answer.probabilities.dtype == answer.embeddings.dtype == np.dtype(np.float32)
    assert np.allclose(answer.probabilities.sum(axis=1), 1, atol=5e-3 if engine.precision is Precision.BF16 else 1e-5)
    assert (answer.embeddings >= 0).all()
    assert len(answer) == 3


def test_equal_pictures_in_a_batch_are_a_tie(engine: Engine, photos: NDArray[np.uint8]) -> None:
    answer = engine.infer(np.stack([photos[0], photos[1], photos[0], photos[0]]))
    for twin in (2, 3):
        assert np.array_equal(answer.probabilities[0], answer.probabilities[twin])
        assert np.array_equal(answer.embeddings[0], answer.embeddings[twin])
    assert not np.array_equal(answer.embeddings[0], answer.embeddings[1])


def test_workers_at_once_answer_as_one_alone(engine: Engine, photos: NDArray[np.uint8]) -> None:
    alone = infer_all(engine, photos[:8], 1)
    with ThreadPoolExecutor(engine.workers) as threads:
        parts = list(threads.map(engine.infer, [photos[start : start + 2] for start in range(0, 8, 2)]))
    together = np.concatenate([part.embeddings for part in parts])
    bound = INVARIANCE[engine.precision] * np.abs(alone.embeddings).max()
    assert np.abs(together - alone.embeddings).max() <= bound


def test_company_changes_rounding_only(engine: Engine, photos: NDArray[np.uint8]) -> None:
    alone = infer_all(engine, photos[:4], 1)
    together = infer_all(engine, photos[:4], 4)
    odd = infer_all(engine, photos[:4], 3)
    tolerance = INVARIANCE[engine.precision] * alone.embeddings.max()
    for other in (together, odd):
        assert np.abs(alone.embeddings - other.embeddings).max() <= tolerance
        assert np.abs(alone.probabilities - other.probabilities).max() <= PROBABILITY[engine.precision]


@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_picture_of_one_colour_has_finite_answers(engine: Engine, value: int) -> None:
    answer = engine.infer(np.stack([constant(value, engine.shape.input_size)] * 2))
    assert np.isfinite(answer.probabilities).all()
    assert np.isfinite(answer.embeddings).all()
    assert np.array_equal(answer.embeddings[0], answer.embeddings[1])


def test_an_empty_batch_has_an_empty_answer(engine: Engine) -> None:
    answer = engine.infer(np.empty((0, *engine.shape.image), np.uint8))
    assert (answer.probabilities.shape, answer.embeddings.shape) == (
        (0, engine.shape.classes),
        (0, engine.shape.embedding_size),
    )


@pytest.mark.parametrize(
    ("wrong", "dtype"),
    [
        (lambda side: (side, side, 3), np.uint8),
        (lambda side: (1, 3, side, side), np.uint8),
        (lambda side: (1, side - 1, side, 3), np.uint8),
        (lambda side: (1, side, side, 4), np.uint8),
        (lambda side: (1, side, side, 3), np.float32),
        (lambda side: (1, side, side, 3), np.int8),
    ],
)
def test_another_shape_or_type_is_refused(
    engine: Engine, wrong: Callable[[int], tuple[int, ...]], dtype: type[np.generic]
) -> None:
    side = engine.shape.input_size
    with pytest.raises(EngineInputError, match=rf"uint8 \(N, {side}, {side}, 3\)"):
        engine.infer(np.zeros(wrong(side), dtype))


def test_something_that_is_no_array_is_refused(engine: Engine) -> None:
    with pytest.raises(EngineInputError, match="not list"):
        engine.infer([drawn(0)])  # type: ignore[arg-type]


def test_too_many_pictures_are_refused(engine: Engine) -> None:
    with pytest.raises(EngineInputError, match="larger"):
        engine.infer(np.zeros((engine.max_batch + 1, *engine.shape.image), np.uint8))


def test_borrowed_memory_is_read_only_read(engine: Engine) -> None:
    """A request body is read-only memory, and a mirrored picture is a view with negative strides."""
    picture = drawn(1, engine.shape.input_size)[None]
    borrowed = np.frombuffer(picture.tobytes(), np.uint8).reshape(picture.shape)
    mirrored = np.ascontiguousarray(picture[:, :, ::-1])[:, :, ::-1]
    expected = engine.infer(picture)
    for same in (borrowed, mirrored):
        assert np.array_equal(engine.infer(same).embeddings, expected.embeddings)


def test_an_answer_outlives_the_next_call(engine: Engine) -> None:
    first = engine.infer(drawn(1, engine.shape.input_size)[None])
    kept = first.embeddings.copy()
    engine.infer(drawn(2, engine.shape.input_size)[None])
    assert np.array_equal(first.embeddings, kept)


def test_a_closed_engine_says_so(case: Case, engine: Engine, remote: RemoteModel | None) -> None:
    own = open_engine(package_of(case.network), engine.name, precision=engine.precision, max_batch=1, remote=remote)
    own.close()
    own.close()
    with pytest.raises(EngineError, match="closed"):
        own.infer(drawn(0, engine.shape.input_size)[None])
