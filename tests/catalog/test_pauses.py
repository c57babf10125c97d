"""Pauses of the job queue: each twice the one before, up to a bound, and short again after a success."""

import time
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import pytest

from services.catalog.domain import JobKind, JobRecord
from services.catalog.services.jobs import model_gate
from services.catalog.services.jobs.model_gate import ModelGate
from services.catalog.services.jobs.scheduler import QueueWorker

NOBODY: Any = None
"""In place of what these tests never ask."""


def a_job(number: int) -> JobRecord:
    return JobRecord(id=UUID(int=number), kind=JobKind.INGEST, image_id=UUID(int=number), attempts=0)


def a_gate() -> ModelGate:
    return ModelGate(NOBODY, NOBODY)


class RecordedPauses:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def put_back(self, _jobs: Sequence[JobRecord], _reason: str, *, delay_s: float, defer: bool) -> None:
        assert not defer
        self.seconds.append(delay_s)


def pause_of(gate: ModelGate) -> float:
    gate.wait_longer()
    return gate._closed_until - time.monotonic()


def test_a_probe_that_fails_again_and_again_comes_later_and_later() -> None:
    gate = a_gate()
    pauses = [pause_of(gate) for _ in range(6)]
    assert pauses == pytest.approx([2, 4, 8, 16, 30, 30], abs=0.2)
    gate.worked([a_job(1)])
    assert pause_of(gate) == pytest.approx(2, abs=0.2)


async def test_a_full_classifier_is_asked_later_and_later() -> None:
    worker = QueueWorker(name="w", database=NOBODY, runner=NOBODY, classifier=NOBODY, width=8, drain_s=1)
    recorded = RecordedPauses()
    worker._retry = cast("Any", recorded)
    for _ in range(5):
        await worker._yield([a_job(1)], "full")
    assert recorded.seconds == pytest.approx([0.3, 0.6, 1.2, 2.0, 2.0])


def test_an_image_is_blamed_when_the_engine_does_others() -> None:
    gate = a_gate()
    alone = float("inf")
    assert not gate.blames_image(a_job(1), alone)
    gate.worked([a_job(2)])
    assert gate.blames_image(a_job(1), alone)
    gate.worked([a_job(1)])
    assert not gate.blames_image(a_job(1), alone)


def test_the_memory_of_suspects_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_gate, "BACKLOG", 10)
    gate = a_gate()
    for number in range(50):
        gate.blames_image(a_job(number), float("inf"))
    assert len(gate._suspects) == 10
