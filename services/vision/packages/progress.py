"""How a long build says where it is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """What is being done now; `done` of `total` bytes when it can be counted (total 0: it cannot)."""

    what: str
    done: int = 0
    total: int = 0


Progress = Callable[[Step], None]
