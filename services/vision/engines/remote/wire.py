"""The tensors of the Open Inference Protocol v2 as bytes (binary tensor data extension): no HTTP in here.

services.kit has the same for its asynchronous client: neither layer may import the other.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

HEADER_LENGTH = "inference-header-content-length"


@dataclass(frozen=True, slots=True, eq=False)
class InferAnswer:
    """`tensors` are float32 in the shape that the server gave, in memory of their own; `space` is Pictor's own word."""

    tensors: Mapping[str, NDArray[np.float32]]
    version: str | None
    space: str | None


def write_request(images: NDArray[np.uint8], *, input_name: str, outputs: Sequence[str]) -> tuple[bytes, int]:
    """Give the body, and how many bytes of it are JSON."""
    head = json.dumps(
        {
            "inputs": [
                {
                    "name": input_name,
                    "shape": list(images.shape),
                    "datatype": "UINT8",
                    "parameters": {"binary_data_size": images.nbytes},
                }
            ],
            "outputs": [{"name": name, "parameters": {"binary_data": True}} for name in outputs],
        },
        separators=(",", ":"),
    ).encode()
    return head + images.tobytes(), len(head)


def read_answer(body: bytes, head_length: str | None) -> InferAnswer:
    """Take an answer apart, binary outputs as well as those that a server put into the JSON; raises ValueError."""
    try:
        offset = len(body) if head_length is None else int(head_length)
        head = json.loads(body[:offset])
        tensors = {}
        for output in head["outputs"]:
            if output["datatype"] != "FP32":
                raise ValueError(f"the output {output['name']!r} is {output['datatype']}, not FP32")
            size = (output.get("parameters") or {}).get("binary_data_size")
            if size is None:
                flat = np.asarray(output["data"], np.float32)
            else:
                end = offset + int(size)
                flat = np.array(np.frombuffer(body[offset:end], "<f4"), np.float32)
                offset = end
            # int: protobuf's JSON, which some servers send, has its numbers of 64 bits in quotes.
            tensors[str(output["name"])] = flat.reshape([int(side) for side in output["shape"]])
        space = (head.get("parameters") or {}).get("space")
        return InferAnswer(tensors, _text(head.get("model_version")), _text(space))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the answer lacks a member of the protocol") from error


def _text(value: Any) -> str | None:  # noqa: ANN401 (whatever JSON holds)
    return None if value is None else str(value)
