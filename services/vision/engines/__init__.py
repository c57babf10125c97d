"""Engines run a model package: one port, three implementations, one set of tests for all."""

from services.vision.engines.port import (
    Engine,
    EngineError,
    EngineInputError,
    EngineKind,
    Inference,
    Precision,
    RemoteModel,
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
    "RemoteModel",
    "open_engine",
]
