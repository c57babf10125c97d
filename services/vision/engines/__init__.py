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
from services.vision.engines.registry import open_engine

__all__ = [
    "Engine",
    "EngineError",
    "EngineInputError",
    "EngineKind",
    "Inference",
    "Precision",
    "RemoteModel",
    "open_engine",
]
