"""Engines run a model package: one port, two implementations, one set of tests for both."""

from services.vision.engines.port import (
    Engine,
    EngineError,
    EngineInputError,
    EngineKind,
    Inference,
    Precision,
)
from services.vision.engines.registry import DEFAULT_MAX_BATCH, open_engine

__all__ = [
    "DEFAULT_MAX_BATCH",
    "Engine",
    "EngineError",
    "EngineInputError",
    "EngineKind",
    "Inference",
    "Precision",
    "open_engine",
]
