"""Reads the tensors of a torch file of the old kind (before torch 1.6), without torch and without running its code.

The file: pickles of a magic number, the protocol and the sizes of C types; a pickle of the state dict, whose tensors
name a storage, an offset, a shape and strides; a pickle of the storages' keys; then each storage, an int64 count and
the numbers, little-endian (torch/serialization.py, `_legacy_save`).
"""

import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

MAX_BYTES = 1_000_000_000
_MAGIC, _PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
_DTYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
_COUNT = struct.Struct("<q")
_MAX_STORAGES, _MAX_RANK = 100_000, 8


@dataclass(frozen=True, slots=True)
class _Storage:
    dtype: np.dtype[Any]
    key: str
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def read_torch_file(path: Path) -> Mapping[str, NDArray[Any]]:
    """The state dict: float32 or int64 arrays by name, contiguous, in memory of their own.

    Raises ValueError, with the reason, for anything else than such a file; OSError when it cannot be read.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
    with path.open("rb") as file:
        try:
            if _unpickled(file) != _MAGIC or _unpickled(file) != _PROTOCOL:
                raise ValueError("it is no torch file of the old kind")
            if not _unpickled(file)["little_endian"]:
                raise ValueError("its numbers are big-endian")
            tensors, keys = _unpickled(file), _unpickled(file)
            if not isinstance(tensors, dict) or not isinstance(keys, list) or len(keys) > _MAX_STORAGES:
                raise ValueError("it holds no state dict")
            return _arrays(tensors, _storages(file, tensors, keys))
        except (pickle.UnpicklingError, EOFError, struct.error) as error:
            ours = str(error).startswith("it ")
            raise ValueError(str(error) if ours else "it is cut short, or no torch file of the old kind") from error
        except (TypeError, KeyError, IndexError, AttributeError, OverflowError, ImportError) as error:
            raise ValueError(f"it holds no state dict ({type(error).__name__})") from error


class _Unpickler(pickle.Unpickler):
    """Admits what a state dict needs, and nothing else: a pickle may name any function to be called."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 (as in the base class)
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"it asks for {module}.{name}, which no weights need")

    def persistent_load(self, pid: Any) -> _Storage:  # noqa: ANN401 (as in the base class)
        match pid:
            case ("storage", np.dtype() as dtype, str(key), str(), int(count), None):
                return _Storage(dtype, key, count)
        raise _not_understood("storage")


def _tensor(*arguments: Any) -> _Tensor:  # noqa: ANN401 (whatever the pickle says)
    match arguments:
        case (_Storage() as storage, int(offset), tuple(shape), tuple(strides), *_):
            numbers = (offset, *shape, *strides)
            if len(shape) != len(strides) or len(shape) > _MAX_RANK or not all(type(one) is int for one in numbers):
                raise _not_understood("tensor")
            return _Tensor(storage, offset, shape, strides)
    raise _not_understood("tensor")


def _not_understood(what: str) -> pickle.UnpicklingError:
    return pickle.UnpicklingError(f"it holds a {what} that is not understood")


def _unpickled(file: BinaryIO) -> Any:  # noqa: ANN401 (whatever is there)
    return _Unpickler(file).load()


def _storages(file: BinaryIO, tensors: Mapping[str, _Tensor], keys: list[str]) -> dict[str, NDArray[Any]]:
    declared = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    if set(keys) != set(declared):
        raise ValueError("its storages are not those of its tensors")
    found = {}
    for key in keys:
        storage = declared[key]
        (count,) = _COUNT.unpack(file.read(_COUNT.size))
        if count != storage.count or not 0 <= count <= MAX_BYTES // storage.dtype.itemsize:
            raise ValueError("a storage has another length than was said")
        content = file.read(count * storage.dtype.itemsize)
        if len(content) != count * storage.dtype.itemsize:
            raise ValueError("it is cut short")
        found[key] = np.frombuffer(content, storage.dtype)
    return found


def _arrays(tensors: Mapping[str, _Tensor], storages: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    return {str(name): _array(tensor, storages[tensor.storage.key]) for name, tensor in tensors.items()}


def _array(tensor: _Tensor, storage: NDArray[Any]) -> NDArray[Any]:
    """Pick the tensor's numbers out of its storage: strides count elements, and need not be those of a C array."""
    sizes = zip(tensor.shape, tensor.strides, strict=True)
    last = tensor.offset + sum((size - 1) * stride for size, stride in sizes)
    if min((tensor.offset, *tensor.shape, *tensor.strides)) < 0 or (0 not in tensor.shape and last >= len(storage)):
        raise ValueError("a tensor reaches beyond its storage")
    if np.prod(tensor.shape, dtype=np.float64) > len(storage):
        raise ValueError("a tensor is larger than its storage")
    strides = [stride * storage.itemsize for stride in tensor.strides]
    view = np.lib.stride_tricks.as_strided(storage[tensor.offset :], tensor.shape, strides, writeable=False)
    return np.array(view, order="C")  # a copy
