"""Requests of the Open Inference Protocol, written by hand."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.vision.pictures import drawn

INFER = "/v2/models/inception_v3/infer"
HEADER_LENGTH = "Inference-Header-Content-Length"


def images(count: int) -> NDArray[np.uint8]:
    """(count, 299, 299, 3) uint8, all different."""
    return np.stack([drawn(seed) for seed in range(count)])


def binary_request(pictures: NDArray[np.uint8], **members: Any) -> dict[str, Any]:
    """The arguments of an httpx call that sends the pictures as raw bytes; `members` replace or join the request's."""
    tensor = {
        "name": "image",
        "shape": list(pictures.shape),
        "datatype": "UINT8",
        "parameters": {"binary_data_size": pictures.nbytes},
    }
    return with_raw_data({"inputs": [tensor], **members}, pictures.tobytes())


def with_raw_data(request: dict[str, Any], raw: bytes) -> dict[str, Any]:
    head = json.dumps(request).encode()
    return {"content": head + raw, "headers": {HEADER_LENGTH: str(len(head))}}
