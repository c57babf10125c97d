"""A fake: an engine that takes its time, for tests of what happens meanwhile. Its answers mean nothing."""

import threading
import time
from collections.abc import Callable

import numpy as np
from fastapi import FastAPI
from numpy.typing import NDArray

from services.classifier.main import create_app
from services.classifier.services import model_loading
from services.vision.engines import EngineError, Inference, Precision
from services.vision.shapes import NetworkShape

SLOW_S = 0.5
GATE_S = 30.0


class SlowEngine:
    """Takes `seconds` a batch, or as long as its `gate` is shut; fails on black pictures, and dies of white ones.

    `seen` are the batch sizes it was given.
    """

    name = "fake"
    shape = NetworkShape(299, classes=1000, embedding_size=2048)
    precision = Precision.FP32
    workers = 1

    def __init__(self, *, seconds: float, max_batch: int = 1) -> None:
        self.seconds = seconds
        self.max_batch = max_batch
        self.seen: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        self.seen.append(len(batch))
        if not batch.any():
            raise EngineError("black is not for this engine")
        if batch.min() == np.iinfo(np.uint8).max:
            raise SystemExit
        time.sleep(self.seconds)
        self.gate.wait(GATE_S)
        return Inference(np.full((len(batch), 1000), 1 / 1000, np.float32), np.zeros((len(batch), 2048), np.float32))

    def close(self) -> None:
        """Nothing to free."""


def always(engine: SlowEngine) -> Callable[..., SlowEngine]:
    """Stands in for open_engine."""
    return lambda *_arguments, **_options: engine


def create_slow_app() -> FastAPI:
    """The service on a slow engine, for `uvicorn --factory`."""
    model_loading.open_engine = always(SlowEngine(seconds=SLOW_S))  # type: ignore[assignment]  # a fake, see above
    return create_app()
