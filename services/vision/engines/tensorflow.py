"""TensorFlow on the processor: the reference that every other engine is compared with. Slow to start and large."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.port import (
    IMAGE_SHAPE,
    EngineError,
    Inference,
    Precision,
    check_batch,
    empty_inference,
)

# TensorFlow ≥ 2.17 writes these lines while it is imported, whatever TF_CPP_MIN_LOG_LEVEL says (its issue 100442).
_START_NOISE = re.compile(rb"^(WARNING: All log messages before absl::|[IW]\d{4} \d\d:\d\d:\d+\.\d+ )")


class Modules(NamedTuple):
    """The two libraries, imported."""

    tensorflow: Any
    keras: Any


class Network(Protocol):
    """What is used of keras.Model, which has no types."""

    def __call__(self, images: object, *, training: bool) -> dict[str, Any]:
        """The outputs by name."""

    def get_weights(self) -> list[NDArray[np.float32]]:
        """All weights, in the order of the layers."""

    def load_weights(self, path: Path) -> None:
        """Read the weights from a file; raises ValueError and others when it does not fit."""

    def save_weights(self, path: Path) -> None:
        """Write the weights to a file."""

    def export(self, path: str, *, format: str, verbose: bool) -> None:  # noqa: A002 (Keras' name)
        """Write the network without its training parts."""


@cache
def import_tensorflow() -> Modules:
    """Import TensorFlow and Keras, quiet, on the processor only, whatever ~/.keras/keras.json says.

    Raises ImportError when they are not installed. A graphics card is left alone: it would compute in TF32, and the
    reference has to be the same everywhere.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with _start_noise_dropped():
        import keras  # noqa: PLC0415 (only after the variables above are set)
        import tensorflow as tf  # noqa: PLC0415

        tf.config.set_visible_devices([], "GPU")
    keras.config.set_image_data_format("channels_last")
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy("float32")
    return Modules(tf, keras)


def inception_v3() -> Network:
    """The network with fresh weights: uint8 (N, 299, 299, 3) → {probabilities (N, 1000), embedding (N, 2048)} float32.

    Keras Applications' InceptionV3 with its own preprocessing (x / 127.5 - 1) inside; the embedding is the global
    average pool before the last layer. Szegedy et al., Rethinking the Inception Architecture for Computer Vision, 2015.
    """
    keras = import_tensorflow().keras
    images = keras.Input(IMAGE_SHAPE, dtype="uint8", name="images")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(images)
    classifier = keras.applications.InceptionV3(weights=None, input_tensor=scaled)
    outputs = {"probabilities": classifier.output, "embedding": classifier.get_layer("avg_pool").output}
    network: Network = keras.Model(images, outputs, name="inception_v3")
    return network


class TensorflowEngine:
    """The Engine of a Keras network as inception_v3 makes it, traced once for every batch size."""

    name = "tensorflow"
    precision = Precision.FP32
    workers = 1

    def __init__(self, network: Network, *, max_batch: int) -> None:
        """Take over `network`, with its weights."""
        tensorflow = import_tensorflow().tensorflow
        signature = [tensorflow.TensorSpec((None, *IMAGE_SHAPE), tensorflow.uint8)]
        self._function: Any = tensorflow.function(
            lambda images: network(images, training=False), input_signature=signature
        )
        self.max_batch = max_batch

    @classmethod
    def from_weights(cls, weights: Path, *, max_batch: int) -> "TensorflowEngine":
        """Read the weights from a file that Keras wrote; raises EngineError when it does not fit the network."""
        network = inception_v3()
        try:
            network.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise EngineError(f"Keras cannot read {weights}") from error
        return cls(network, max_batch=max_batch)

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """See Engine.infer."""
        check_batch(batch, self.max_batch)
        if self._function is None:
            raise EngineError("the engine is closed")
        if len(batch) == 0:
            return empty_inference()
        try:
            outputs = self._function(batch)
        except import_tensorflow().tensorflow.errors.OpError as error:
            raise EngineError("TensorFlow failed on a batch") from error
        return Inference(outputs["probabilities"].numpy(), outputs["embedding"].numpy())

    def close(self) -> None:
        """See Engine.close."""
        self._function = None


@contextmanager
def _start_noise_dropped() -> Iterator[None]:
    """Hold back what is written to file descriptor 2 meanwhile; afterwards pass on all but the known noise."""
    sys.stderr.flush()
    stderr = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held:
                if not _START_NOISE.match(line):
                    os.write(2, line)
