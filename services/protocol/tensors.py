"""Tensors in messages of the Open Inference Protocol v2: as numbers in the JSON, or as raw bytes behind it.

The second is the binary tensor data extension. There is no HTTP in here and nothing of the kit: what services send each
other, what a classifier takes and gives, and the engine that asks another server are read and written by this alone.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

BINARY_EXTENSION = "binary_tensor_data"
HEADER_LENGTH = "Inference-Header-Content-Length"
BINARY_TYPE = "application/octet-stream"
JSON_TYPE = "application/json"
MAX_TENSORS = 8
MAX_RANK = 8
DTYPES: dict[str, np.dtype[Any]] = {"UINT8": np.dtype("u1"), "FP32": np.dtype("<f4")}
_DATATYPES = {"uint8": "UINT8", "float32": "FP32"}

Tensor = NDArray[Any]


class TensorError(ValueError):
    """The message cannot be read; the sentence says what does not fit."""


@dataclass(frozen=True, slots=True)
class Message:
    """`json_length` is how many bytes of the body are JSON; None: all of them."""

    body: bytes
    json_length: int | None

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP has to say of the body."""
        if self.json_length is None:
            return {"content-type": JSON_TYPE}
        return {"content-type": BINARY_TYPE, HEADER_LENGTH: str(self.json_length)}


@dataclass(frozen=True, slots=True)
class Described:
    """A tensor as its message describes it: its values are in `data`, or in `binary_size` bytes behind the JSON."""

    name: str
    datatype: str
    shape: Sequence[int]
    data: list[Any] | None = None
    binary_size: int | None = None

    @classmethod
    def from_json(cls, said: Any) -> Self:  # noqa: ANN401 (whatever JSON holds)
        """Numbers may stand in quotes, as protobuf's JSON has those of 64 bits. Raises TensorError."""
        try:
            size = (said.get("parameters") or {}).get("binary_data_size")
            shape = [int(side) for side in said["shape"]]
            data = said.get("data")
            if data is not None and not isinstance(data, list):
                raise TensorError(f"the data of {said['name']} are no list")
            return cls(str(said["name"]), said["datatype"], shape, data, None if size is None else int(size))
        except TensorError:
            raise
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise TensorError("a tensor lacks a member of the protocol") from error


@dataclass(frozen=True, slots=True, eq=False)
class InferenceAnswer:
    """The outputs by name, in the shape that the server gave, in memory of their own; what it says of the model."""

    tensors: Mapping[str, Tensor]
    version: str | None
    parameters: Mapping[str, Any]


def write_message(
    members: Mapping[str, Any],
    kind: Literal["inputs", "outputs"],
    tensors: Mapping[str, Tensor],
    *,
    binary: Collection[str],
) -> Message:
    """Write uint8 and float32 tensors, in their order, behind the other members; those of `binary` as raw bytes.

    Raises TensorError for a number in JSON that JSON does not have (NaN, infinity).
    """
    described, raw = [], []
    for name, tensor in tensors.items():
        datatype = _DATATYPES[tensor.dtype.name]
        said: dict[str, Any] = {"name": name, "shape": list(tensor.shape), "datatype": datatype}
        if name in binary:
            raw.append(np.ascontiguousarray(tensor, DTYPES[datatype]).data)
            said["parameters"] = {"binary_data_size": tensor.nbytes}
        else:
            said["data"] = tensor.ravel().tolist()
        described.append(said)
    try:
        head = json.dumps({**members, kind: described}, separators=(",", ":"), allow_nan=False).encode()
    except ValueError as error:
        raise TensorError("a number is not finite: JSON cannot hold it") from error
    return Message(b"".join([head, *raw]), len(head) if raw else None)


def write_request(
    inputs: Mapping[str, Tensor],
    outputs: Iterable[str],
    *,
    binary: bool,
    parameters: Mapping[str, int | str] | None = None,
) -> Message:
    """Write the request for `outputs`; with `binary` all tensors of both directions are raw bytes, else none."""
    wanted = [{"name": name, **({"parameters": {"binary_data": True}} if binary else {})} for name in outputs]
    members = {"outputs": wanted, **({"parameters": dict(parameters)} if parameters else {})}
    return write_message(members, "inputs", inputs, binary=inputs if binary else ())


def read_answer(body: bytes, json_length: str | None) -> InferenceAnswer:
    """Take an answer apart, whichever of its outputs are raw bytes; `json_length` is its header, None without one.

    Raises TensorError.
    """
    try:
        text, raw = split(body, None if json_length is None else int(json_length))
        head = json.loads(bytes(text))
        tensors = read_tensors([Described.from_json(output) for output in head["outputs"]], raw)
        version, parameters = head.get("model_version"), dict(head.get("parameters") or {})
    except TensorError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise TensorError("it is not an answer of the protocol") from error
    owned = {name: np.array(tensor) for name, tensor in tensors.items()}
    return InferenceAnswer(owned, None if version is None else str(version), parameters)


def split(body: bytes | bytearray, json_length: int | None) -> tuple[memoryview, memoryview]:
    """The JSON of a message and the bytes behind it; raises TensorError when the body is shorter than its JSON."""
    whole = memoryview(body)
    if json_length is None:
        return whole, whole[:0]
    if not 0 < json_length <= len(whole):
        raise TensorError(f"the body has {len(whole)} bytes, the JSON in front should have {json_length}")
    return whole[:json_length], whole[json_length:]


def read_tensors(described: Sequence[Described], raw: memoryview) -> dict[str, Tensor]:
    """Read the tensors of one message by name; those that are raw bytes are views of `raw`, which must be used up.

    Raises TensorError. Nothing is allocated by a shape: the values have to be there first.
    """
    if len(described) > MAX_TENSORS:
        raise TensorError(f"{len(described)} tensors are more than {MAX_TENSORS}")
    found: dict[str, Tensor] = {}
    for tensor in described:
        if tensor.name in found:
            raise TensorError(f"{tensor.name} comes twice")
        size = tensor.binary_size or 0
        found[tensor.name] = _read(tensor, raw[: max(size, 0)])
        raw = raw[size:]
    if raw:
        raise TensorError(f"{len(raw)} bytes follow that no binary_data_size announces")
    return found


def _read(tensor: Described, raw: memoryview) -> Tensor:
    name, shape = tensor.name, list(tensor.shape)
    if tensor.datatype not in DTYPES:
        raise TensorError(f"{name} is {tensor.datatype}, not {' or '.join(DTYPES)}")
    if len(shape) > MAX_RANK or any(side < 0 for side in shape):
        raise TensorError(f"{name} has the shape {shape}, not up to {MAX_RANK} sides of 0 and more")
    dtype, count = DTYPES[tensor.datatype], math.prod(shape)
    if tensor.binary_size is None:
        if tensor.data is None:
            raise TensorError(f"{name} has neither data nor a binary_data_size")
        return _numbers(name, _flat(name, tensor.data, shape), dtype, count).reshape(shape)
    if tensor.data is not None:
        raise TensorError(f"{name} has both data and a binary_data_size")
    if tensor.binary_size != count * dtype.itemsize:
        raise TensorError(f"{name} {shape} has {count * dtype.itemsize} bytes, its binary_data_size is not that")
    if len(raw) != tensor.binary_size:
        raise TensorError(f"of {name} {len(raw)} bytes follow the JSON, of {tensor.binary_size}")
    return np.frombuffer(raw, dtype).reshape(shape)


def _flat(name: str, data: list[Any], shape: list[int]) -> list[Any]:
    """Values come flat and row-major, or nested as the shape says."""
    if not data or not isinstance(data[0], list):
        return data
    if len(data) != shape[0]:
        raise TensorError(f"the data of {name} do not fill {shape}")
    for side in shape[1:]:
        if not all(isinstance(row, list) and len(row) == side for row in data):
            raise TensorError(f"the data of {name} do not fill {shape}")
        data = [value for row in data for value in row]
    return data


def _numbers(name: str, values: list[Any], dtype: np.dtype[Any], count: int) -> Tensor:
    if len(values) != count:
        raise TensorError(f"{name} has {len(values)} values in its data, its shape says {count}")
    kinds = set(map(type, values))  # a boolean is no number here, though Python's is
    try:
        if dtype == np.uint8 and kinds <= {int}:
            return np.frombuffer(bytes(values), np.uint8)
        if dtype != np.uint8 and kinds <= {int, float}:
            numbers = np.asarray(values, np.float64)
            if (np.abs(numbers) <= np.finfo(np.float32).max).all():
                return numbers.astype(np.float32)
    except (ValueError, OverflowError):
        pass
    wanted = "integers from 0 to 255" if dtype == np.uint8 else "finite numbers of 32 bits"
    raise TensorError(f"the data of {name} are not {wanted}")
