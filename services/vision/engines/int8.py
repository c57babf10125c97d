"""Makes networks of 8 bits out of those of 32: post-training quantization by NNCF."""

import logging
import sys
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.openvino import read_network, write_network
from services.vision.engines.port import EngineError

# After the import above, which forbids the telemetry that NNCF shares with OpenVINO.
import nncf  # isort: skip


def quantize_network(source: Path, target: Path, images: NDArray[np.uint8]) -> None:
    """Write the IR `source` to `target` with weights and activations in 8 bits.

    `images`, uint8 (N, size, size, 3), show which values the activations have; NNCF says on stderr how far it is. Same
    pictures in the same order, same network. Raises EngineError.
    """
    nncf.set_log_level(logging.ERROR)
    pictures = nncf.Dataset([image[np.newaxis] for image in images])
    try:
        with redirect_stdout(sys.stderr):  # its progress bars
            quantized = nncf.quantize(read_network(source), pictures, subset_size=len(images))
        write_network(quantized, target)
    except (RuntimeError, nncf.InternalError, nncf.ValidationError) as error:
        raise EngineError(f"NNCF cannot quantize {source}") from error
