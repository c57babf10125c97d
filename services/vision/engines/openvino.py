"""OpenVINO on the processor: the fast engine, and the one that a serving container has."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.vision.engines.port import (
    EngineError,
    Inference,
    Precision,
    check_batch,
    empty_inference,
)
from services.vision.shapes import NetworkShape

# From its import on OpenVINO reports to its maker, over the network, that it is used, unless someone opted out in their
# home folder. Where openvino_telemetry cannot be imported it takes a stub of its own, which sends nothing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # the documented way to forbid an import
import openvino  # noqa: E402 (after the line above)

_DEVICE = "CPU"
# What a quantized network has not in 8 bits stays in fp32: bf16 was no faster (12.4 against 11.7 ms per picture).
_RUNTIME_NAMES = {Precision.FP32: "f32", Precision.BF16: "bf16", Precision.INT8: "f32"}


def bf16_supported() -> bool:
    """Whether this processor multiplies bf16 itself (AVX512-BF16, AMX); without that bf16 gains nothing."""
    return "BF16" in openvino.Core().get_property(_DEVICE, "OPTIMIZATION_CAPABILITIES")


def runtime_version() -> str:
    """The version of the runtime with its build, and whether it offers bf16 here."""
    return f"openvino {openvino.get_version()}, {'with' if bf16_supported() else 'without'} bf16"


class OpenVinoEngine:
    """The Engine of an OpenVINO IR file with the outputs `probabilities` and `embedding`.

    With several workers the network is compiled twice: for one picture alone on all threads, and for each worker with
    threads of its own (see layout.py). The batch dimension stays dynamic, since fixed sizes were not faster (32.2
    against 32.5 ms per picture at 8).
    """

    name = "openvino"

    def __init__(
        self, network: Path, *, shape: NetworkShape, precision: Precision, max_batch: int, workers: int = 1
    ) -> None:
        """Read and compile `network`; raises EngineError when the runtime refuses it, or refuses the precision."""
        wanted = _RUNTIME_NAMES[precision]
        hints = {"INFERENCE_PRECISION_HINT": wanted, "PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1"}
        self._lock, self._under_way, self._closed = threading.Lock(), 0, False
        self._requests: SimpleQueue[Any] = SimpleQueue()
        try:
            core = openvino.Core()
            model = core.read_model(str(network))
            alone = core.compile_model(model, _DEVICE, hints)
            self._alone: Any = alone.create_infer_request()
            used = alone.get_property("INFERENCE_PRECISION_HINT").get_type_name()
            if workers > 1:
                hints |= {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": str(workers)}
                several = core.compile_model(model, _DEVICE, hints)
                for _ in range(workers):
                    self._requests.put(several.create_infer_request())
        except RuntimeError as error:
            raise EngineError(f"OpenVINO cannot run {network}") from error
        if used != wanted:
            raise EngineError(f"OpenVINO computes in {used} on this processor, not in {wanted}")
        self.shape = shape
        self.precision = precision
        self.max_batch = max_batch
        self.workers = workers

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        """See Engine.infer."""
        check_batch(batch, self.shape, self.max_batch)
        with self._request(len(batch)) as request:
            if len(batch) == 0:
                return empty_inference(self.shape)
            try:
                # share_inputs: read the pictures where they are. Outputs are copied, as the next call overwrites them.
                outputs = request.infer([np.ascontiguousarray(batch)], share_inputs=True, share_outputs=False)
                return Inference(outputs["probabilities"], outputs["embedding"])
            except RuntimeError as error:
                raise EngineError("OpenVINO failed on a batch") from error

    @contextmanager
    def _request(self, pictures: int) -> Iterator[Any]:
        """The request on all threads for the only worker, or a picture alone; else one of the workers'."""
        with self._lock:
            if self._closed:
                raise EngineError("the engine is closed")
            alone = self.workers == 1 or (self._under_way == 0 and pictures <= 1)
            self._under_way += 1
        try:
            if alone:
                yield self._alone
                return
            request = self._requests.get()
            try:
                yield request
            finally:
                self._requests.put(request)
        finally:
            with self._lock:
                self._under_way -= 1

    def close(self) -> None:
        """See Engine.close."""
        self._closed, self._alone, self._requests = True, None, SimpleQueue()


def read_network(path: Path) -> Any:  # noqa: ANN401 (openvino has no types)
    """The network of an IR file, for tools that change it; raises RuntimeError."""
    return openvino.Core().read_model(str(path))


def write_network(network: Any, path: Path) -> None:  # noqa: ANN401
    """Write a network as IR with its floating-point weights stored in 16 bits; raises RuntimeError."""
    openvino.save_model(network, str(path), compress_to_fp16=True)


def convert(source: Path, target: Path, *, input_name: str, compress_to_fp16: bool) -> None:
    """Convert the SavedModel in a folder to IR; with weights stored in 16 bits it is half the size, and still computed
    in fp32 or bf16. Raises RuntimeError.

    From a folder, since handing over a Keras object runs code that Python 3.13 no longer takes (PEP 667).
    """
    network = openvino.convert_model(str(source))
    network.input(0).get_tensor().set_names({input_name})
    openvino.save_model(network, str(target), compress_to_fp16=compress_to_fp16)
