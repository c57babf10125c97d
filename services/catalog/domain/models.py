"""Models as the catalog knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.vision.model_report import ModelReport


@dataclass(frozen=True)
class KnownModel:
    """`report` is None when no classifier serves the model; `kept` is its space, None until it has vectors."""

    space: str
    report: ModelReport | None
    kept: Mapping[str, Any] | None
    active: bool
