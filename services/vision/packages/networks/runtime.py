"""TensorFlow and Keras, imported quietly; and what is used of them."""

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

from services.vision.network_contract import InputContract

# TensorFlow ≥ 2.17 writes these lines while it is imported, whatever TF_CPP_MIN_LOG_LEVEL says (its issue 100442).
_START_NOISE = re.compile(rb"^(WARNING: All log messages before absl::|[IW]\d{4} \d\d:\d\d:\d+\.\d+ )")


class Modules(NamedTuple):
    """The two libraries, imported."""

    tensorflow: Any
    keras: Any


class Network(Protocol):
    """What is used of keras.Model, which has no types."""

    layers: list[Any]

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


def scaled_input(contract: InputContract) -> tuple[Any, Any]:
    """The Keras input, uint8 (N, size, size, 3), and the same as float32, scaled as the contract says."""
    keras = import_tensorflow().keras
    images = keras.Input(contract.model_input.shape, dtype="uint8", name=contract.name)
    scaling = contract.scaling
    scaled = keras.layers.Rescaling(
        1 / scaling.divisor, offset=[-mean / scaling.divisor for mean in scaling.mean], name="scaling"
    )(images)
    return images, scaled if scaling.channels == "RGB" else keras.ops.flip(scaled, axis=-1)


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
