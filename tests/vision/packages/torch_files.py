"""Writes torch files of the old kind without torch: modules of its names stand in while a pickle is written."""

import io
import pickle
import struct
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
SIZES = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}


@dataclass
class Tensor:
    """A tensor over `storage` (its numbers in order), with the offset, shape and strides that the file will say."""

    storage: NDArray[Any]
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    @classmethod
    def of(cls, array: NDArray[Any]) -> "Tensor":
        """The array as it lies in memory, in whatever order."""
        flat = array.ravel(order="K")
        return cls(flat, 0, array.shape, tuple(stride // array.itemsize for stride in array.strides))


class _Storage:
    """Stands for a storage in the pickle; becomes a persistent id."""

    def __init__(self, kind: Any, key: str, count: int) -> None:
        self.id = ("storage", kind, key, "cpu", count, None)


class _Rebuilt:
    def __init__(self, *arguments: Any) -> None:
        self.arguments = arguments

    def __reduce__(self) -> Any:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


class _Pickler(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return obj.id if isinstance(obj, _Storage) else None


@contextmanager
def _fake_torch() -> Iterator[Any]:
    torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")

    def _rebuild_tensor_v2(*_: Any) -> None:
        raise NotImplementedError

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2  # type: ignore[attr-defined]
    for name in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(torch, name, type(name, (), {"__module__": "torch", "__qualname__": name}))
    kept = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules.update({"torch": torch, "torch._utils": utils})
    try:
        yield torch
    finally:
        for name, module in kept.items():
            sys.modules.pop(name)
            if module is not None:
                sys.modules[name] = module


def torch_file(
    tensors: Mapping[str, Any],
    *,
    magic: int = MAGIC,
    kind: str | None = None,
    keys: list[str] | None = None,
    counts: Mapping[str, int] | None = None,
) -> bytes:
    """The bytes of a file with these tensors (Tensor, or an array); what is named is written wrongly on purpose."""
    file = io.BytesIO()
    with _fake_torch() as torch:
        state: OrderedDict[str, Any] = OrderedDict()
        storages: dict[str, NDArray[Any]] = {}
        for number, (name, value) in enumerate(tensors.items()):
            tensor = Tensor.of(value) if isinstance(value, np.ndarray) else value
            if not isinstance(tensor, Tensor):
                state[name] = tensor
                continue
            key = str(1000 + number)
            storages[key] = tensor.storage
            of_kind = kind or {"f": "FloatStorage", "i": "LongStorage"}[tensor.storage.dtype.kind]
            storage = _Storage(getattr(torch, of_kind), key, len(tensor.storage))
            rest = (tensor.offset, tensor.shape, tensor.strides, False, OrderedDict())
            state[name] = _Rebuilt(storage, *rest)
        for part in (magic, PROTOCOL, SIZES, state, sorted(storages) if keys is None else keys):
            _Pickler(file, protocol=2).dump(part)
    for key in sorted(storages):
        count = (counts or {}).get(key, len(storages[key]))
        file.write(struct.pack("<q", count) + storages[key].tobytes())
    return file.getvalue()
