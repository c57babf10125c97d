"""Reads requests of the Open Inference Protocol: JSON, JSON with raw tensor data after it, or raw data alone."""

import json
import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from services.classifier.schemas.inference import InferRequest
from services.classifier.services.errors import MalformedInference
from services.protocol.tensors import Described, TensorError, read_tensors, split
from services.vision.batching import Priority

INPUT_NAME = "image"
INPUT_DATATYPE = "UINT8"
PRIORITIES = {0: Priority.INGEST, 1: Priority.SEARCH, 2: Priority.INGEST}
Images = NDArray[np.uint8]
ImageShape = tuple[int, int, int]


class OutputName(StrEnum):
    """What can be asked for."""

    PROBABILITIES = "probabilities"
    EMBEDDING = "embedding"


@dataclass(frozen=True)
class InferCall:
    """`images` is uint8 (n, size, size, 3), n ≥ 1, in the memory of the request's body where that was binary.

    `outputs` says in which order what is wanted, and whether as raw bytes. `timeout_s` is None where none was set.
    """

    id: str | None
    images: Images
    outputs: dict[OutputName, bool]
    timeout_s: float | None
    priority: Priority


def read_call(
    body: bytes | bytearray, *, header_length: int | None, image_shape: ImageShape, max_images: int
) -> InferCall:
    """Read a request's body; `header_length` is its `Inference-Header-Content-Length`, None without one.
    `image_shape` is that of the network's input.

    Raises MalformedInference, whose sentence says what does not fit.
    """
    if header_length == 0:  # the extension's raw request: the body is the only input, all outputs are sent as bytes
        shape = [len(body) // math.prod(image_shape), *image_shape]
        tensor = Described(INPUT_NAME, INPUT_DATATYPE, shape, binary_size=len(body))
        images = _read(tensor, memoryview(body), image_shape, max_images)
        return InferCall(None, images, dict.fromkeys(OutputName, True), None, Priority.INGEST)
    try:
        text, raw = split(body, header_length)
    except TensorError as error:
        raise _malformed(error) from error
    request = _parsed(bytes(text))
    timeout_us, priority = request.parameters.timeout, request.parameters.priority
    return InferCall(
        id=request.id,
        images=_images(request, raw, image_shape, max_images),
        outputs=_outputs(request),
        timeout_s=timeout_us / 1e6 if timeout_us else None,
        priority=PRIORITIES.get(priority, Priority.BACKFILL),
    )


def priority_of(head: bytes) -> Priority:
    """The priority of a request from its JSON alone; the most urgent where that cannot be read, which is told later."""
    if b'"priority"' not in head:
        return PRIORITIES[0]
    try:
        return PRIORITIES.get(json.loads(head)["parameters"]["priority"], Priority.BACKFILL)
    except (ValueError, KeyError, TypeError):
        return Priority.SEARCH


def _parsed(text: bytes) -> InferRequest:
    try:
        return InferRequest.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise MalformedInference(f"{where or 'The body'}: {first['msg']}.") from error


def _images(request: InferRequest, raw: memoryview, image_shape: ImageShape, max_images: int) -> Images:
    names = [tensor.name for tensor in request.inputs]
    if names != [INPUT_NAME]:
        raise MalformedInference(f"The model takes one input, {INPUT_NAME!r}, not {', '.join(map(repr, names))}.")
    [tensor] = request.inputs
    if tensor.datatype != INPUT_DATATYPE:
        raise MalformedInference(f"The input has datatype {INPUT_DATATYPE}, not {tensor.datatype!r}.")
    if "shared_memory_region" in (tensor.parameters.model_extra or {}):
        raise MalformedInference("Shared memory is not offered: send the data in the request.")
    described = Described(
        tensor.name, tensor.datatype, tensor.shape, data=tensor.data, binary_size=tensor.parameters.binary_data_size
    )
    return _read(described, raw, image_shape, max_images)


def _read(tensor: Described, raw: memoryview, image_shape: ImageShape, max_images: int) -> Images:
    _check_shape(list(tensor.shape), image_shape, max_images)
    try:
        return read_tensors([tensor], raw)[tensor.name]
    except TensorError as error:
        raise _malformed(error) from error


def _malformed(error: TensorError) -> MalformedInference:
    said = str(error)
    return MalformedInference(f"{said[:1].upper()}{said[1:]}.")


def _check_shape(shape: list[int], image_shape: ImageShape, max_images: int) -> None:
    if tuple(shape[1:]) != image_shape or not 1 <= shape[0] <= max_images:
        expected = ", ".join(map(str, image_shape))
        raise MalformedInference(f"The input has shape [n, {expected}] with n from 1 to {max_images}, not {shape}.")


def _outputs(request: InferRequest) -> dict[OutputName, bool]:
    default = request.parameters.binary_data_output
    wanted: dict[OutputName, bool] = {}
    for output in request.outputs or []:
        if output.name not in set(OutputName) or output.name in wanted:
            raise MalformedInference(f"Outputs are {' and '.join(OutputName)}, each once; not {output.name!r}.")
        unread = {"classification", "shared_memory_region"} & set(output.parameters.model_extra or {})
        if unread:
            raise MalformedInference(f"The parameter {unread.pop()!r} of an output is not offered.")
        binary = output.parameters.binary_data
        wanted[OutputName(output.name)] = default if binary is None else binary
    return wanted or dict.fromkeys(OutputName, default)
