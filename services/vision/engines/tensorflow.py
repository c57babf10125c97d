"""TensorFlow on the processor: the reference that every other engine is compared with. Slow to start and large."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.port import EngineError, Inference, Precision, check_batch, empty_inference
from services.vision.packages.networks import NETWORKS
from services.vision.packages.networks.runtime import Network, import_tensorflow
from services.vision.shapes import NetworkShape


class TensorflowEngine:
    """The Engine of a Keras network as a NetworkSpec builds it, traced once for every batch size."""

    name = "tensorflow"
    precision = Precision.FP32
    workers = 1

    def __init__(self, network: Network, *, shape: NetworkShape, max_batch: int) -> None:
        """Take over `network`, with its weights."""
        tensorflow = import_tensorflow().tensorflow
        signature = [tensorflow.TensorSpec((None, *shape.image), tensorflow.uint8)]
        self._function: Any = tensorflow.function(
            lambda images: network(images, training=False), input_signature=signature
        )
        self.shape = shape
        self.max_batch = max_batch

    @classmethod
    def from_weights(cls, name: str, weights: Path, *, shape: NetworkShape, max_batch: int) -> "TensorflowEngine":
        """Build the network of this name and read its weights from a file that Keras wrote.

        Raises EngineError when there is no such network, or the file does not fit it.
        """
        if name not in NETWORKS:
            raise EngineError(f"this version of Pictor does not know the network {name}")
        network = NETWORKS[name].build()
        try:
            network.load_weights(weights)
        except (OSError, ValueError, KeyError) as error:
            raise EngineError(f"Keras cannot read {weights}") from error
        return cls(network, shape=shape, max_batch=max_batch)

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """See Engine.infer."""
        check_batch(batch, self.shape, self.max_batch)
        if self._function is None:
            raise EngineError("the engine is closed")
        if len(batch) == 0:
            return empty_inference(self.shape)
        try:
            outputs = self._function(batch)
        except import_tensorflow().tensorflow.errors.OpError as error:
            raise EngineError("TensorFlow failed on a batch") from error
        return Inference(outputs["probabilities"].numpy(), outputs["embedding"].numpy())

    def close(self) -> None:
        """See Engine.close."""
        self._function = None
