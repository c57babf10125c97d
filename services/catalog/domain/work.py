"""What the worker owes: jobs of images, and operations over the library."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class JobKind(StrEnum):
    INGEST = "ingest"
    """Label and embed the image."""
    SYNC = "sync"
    """Tell the similarity service what is true of the image now, or that it is gone."""
    PURGE = "purge"
    """Remove what is left of a deleted image."""


@dataclass(frozen=True)
class JobRecord:
    id: UUID
    kind: JobKind
    image_id: UUID
    attempts: int


class OperationState(StrEnum):
    """How far an operation is. The last three are for good."""

    RUNNING = "running"
    PAUSED = "paused"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OperationKind(StrEnum):
    """What is done with every image of the library."""

    REPROCESS = "reprocess"
    """It is labelled and embedded."""
    RERENDER = "rerender"
    """Its file is read again, and its copies are made by the present renderer."""


class ModelChoice(StrEnum):
    """The model whose space answers searches, or the other one, whose space is filled beside it."""

    ACTIVE = "active"
    """The model whose space answers searches."""
    CANDIDATE = "candidate"
    """The other one, whose space is filled beside it."""


@dataclass(frozen=True)
class Failure:
    """An image that an operation could not do, and why."""

    image_id: UUID
    reason: str


@dataclass(frozen=True)
class OperationRecord:
    """Long work over the library; see models.Operation. `failures` are the first ones, `failed` counts all."""

    id: UUID
    kind: OperationKind
    state: OperationState
    parameters: dict[str, Any]
    done: int
    failed: int
    total: int
    failures: tuple[Failure, ...]
    error: str | None
    cursor: UUID | None
    following: bool
    created_by: UUID
    created_by_name: str
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None

    @property
    def to_go_on_with(self) -> bool:
        """Whether a worker has something to do: it runs, or it succeeded and takes in what comes."""
        return self.state is OperationState.RUNNING or (self.following and self.state is OperationState.SUCCEEDED)
