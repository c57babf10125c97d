"""What is chosen of what was measured: on fakes whose speed is known, so that the choice can be told to be wrong."""

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.vision.engines import EngineError, Inference, Precision, trials, tuning
from services.vision.engines.layout import Layout
from services.vision.engines.trials import Trial, Trials, TrialsFile
from services.vision.engines.tuning import measure_trials
from services.vision.packages import Package
from services.vision.shapes import NetworkShape

PICTURES = np.zeros((2, 8, 8, 3), np.uint8)
SHAPE = NetworkShape(8, classes=1, embedding_size=1)
FP32, BF16 = Precision.FP32, Precision.BF16


class FakeEngine:
    """A FAKE engine that takes so many milliseconds a picture."""

    name = "fake"
    shape = SHAPE

    def __init__(self, precision: Precision, layout: Layout, ms: float, closed: list[Precision]) -> None:
        self.precision, self.workers, self.max_batch = precision, layout.workers, layout.max_batch
        self._ms = ms
        self._closed = closed

    def infer(self, batch: NDArray[np.uint8]) -> Inference:
        time.sleep(self._ms * len(batch) / 1000)
        return Inference(np.zeros((len(batch), 1), np.float32), np.zeros((len(batch), 1), np.float32))

    def close(self) -> None:
        self._closed.append(self.precision)


class Machine:
    """A FAKE processor: milliseconds a picture by precision and workers; None is refused."""

    def __init__(self, speeds: dict[tuple[Precision, int], float | None]) -> None:
        self.speeds = speeds
        self.opened: list[tuple[Precision, int]] = []
        self.closed: list[Precision] = []

    def open(self, precision: Precision, layout: Layout) -> FakeEngine:
        self.opened.append((precision, layout.workers))
        ms = self.speeds[precision, layout.workers]
        if ms is None:
            raise EngineError(f"{precision} strays")
        return FakeEngine(precision, layout, ms, self.closed)

    def measured(self, *, weights_bytes: int = 0) -> Trials:
        return measure_trials(self.open, PICTURES, [FP32, BF16], weights_bytes=weights_bytes)


@pytest.fixture(autouse=True)
def _two_cores_and_short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "cores", lambda: 2)
    monkeypatch.setattr(tuning, "SLICES", 2)
    monkeypatch.setattr(tuning, "SLICE_S", 0.02)


@pytest.mark.parametrize(
    ("speeds", "chosen"),
    [
        ({(FP32, 1): 2, (FP32, 2): 8, (BF16, 1): 4, (BF16, 2): 16}, (FP32, 1)),  # offered, and slower
        ({(FP32, 1): 8, (FP32, 2): 16, (BF16, 1): 2, (BF16, 2): 16}, (BF16, 1)),
        ({(FP32, 1): 8, (FP32, 2): 4, (BF16, 1): 8, (BF16, 2): 8}, (FP32, 2)),
    ],
)
def test_the_fastest_is_chosen_whatever_it_is(
    speeds: dict[tuple[Precision, int], float | None], chosen: tuple[Precision, int]
) -> None:
    machine = Machine(speeds)
    found = machine.measured()
    assert (found.chosen.precision, found.chosen.workers) == chosen
    assert len(found.tried) == 12
    assert len(machine.closed) == len(machine.opened)
    assert sum("chosen" in line for line in found.table()) == 1


def test_what_strays_is_not_chosen_however_fast() -> None:
    machine = Machine({(FP32, 1): 4, (FP32, 2): 8, (BF16, 1): None, (BF16, 2): None})
    found = machine.measured()
    assert found.chosen.precision is FP32
    assert found.refused == {"bf16": "bf16 strays"}
    assert machine.opened.count((BF16, 1)) == 1
    assert (BF16, 2) not in machine.opened
    assert "bf16  not used: bf16 strays" in found.table()
    nothing = Machine({(FP32, 1): None, (BF16, 1): None})
    with pytest.raises(EngineError, match="fp32 strays; bf16 strays"):
        nothing.measured()


def test_one_that_was_disturbed_is_measured_a_second_time() -> None:
    """Within 15 % of each other: the better of two measurements counts, of both."""
    machine = Machine({(FP32, 1): 4.0, (FP32, 2): 40, (BF16, 1): 4.4, (BF16, 2): 40})

    def disturbed(precision: Precision, layout: Layout) -> FakeEngine:
        engine = machine.open(precision, layout)
        if (precision, layout.workers) == (BF16, 1) and machine.opened.count((BF16, 1)) == 2:
            engine._ms = 2.0
        return engine

    found = measure_trials(disturbed, PICTURES, [FP32, BF16], weights_bytes=0)
    assert machine.opened.count((FP32, 2)) == 1
    assert machine.opened.count((FP32, 1)) == machine.opened.count((BF16, 1)) == 2
    assert found.chosen.precision is BF16


def test_a_second_compilation_is_not_tried_where_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "free_memory", lambda: 1_000)
    machine = Machine({(FP32, 1): 4, (BF16, 1): 4})
    machine.measured(weights_bytes=500)
    assert {workers for _, workers in machine.opened} == {1}


def test_of_ways_as_fast_the_one_with_more_workers_and_the_smaller_batch_is_taken() -> None:
    def trial(workers: int, batch: int, rate: float) -> Trial:
        return Trial(FP32, workers, batch, rate, 1.0)

    assert tuning._chosen([trial(1, 4, 100.0), trial(2, 4, 99.5), trial(2, 2, 98.5)]) == trial(2, 2, 98.5)
    assert tuning._chosen([trial(1, 4, 100.0), trial(2, 1, 94.0)]) == trial(1, 4, 100.0)


def test_a_call_counts_by_the_part_of_it_that_lies_within_the_time() -> None:
    assert tuning._calls_within([0.1, 0.1, 0.1], 0.25) == pytest.approx(2.5)
    assert tuning._calls_within([0.5], 0.25) == pytest.approx(0.5)
    assert tuning._calls_within([0.1, 0.2], 0.1) == pytest.approx(1)


def test_there_is_an_end_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "MOST_S", 0.0)
    machine = Machine({(FP32, 1): 4, (FP32, 2): 4, (BF16, 1): 1, (BF16, 2): 1})
    found = machine.measured()
    assert machine.opened == [(FP32, 1)]
    assert found.refused["bf16"] == "there was no time left to try it"


FOUND = Trials(Trial(FP32, 1, 2, 10.0, 5.0), (Trial(FP32, 1, 2, 10.0, 5.0), Trial(BF16, 2, 4, 9.0, 6.0)), {})


@pytest.fixture
def own_package(package: Package, tmp_path: Path) -> Package:
    (tmp_path / "package").symlink_to(package.folder)
    return replace(package, folder=tmp_path / "package")


def test_it_is_remembered_for_this_processor_runtime_and_weights(
    own_package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = TrialsFile(own_package, "runtime 1")
    assert file.read() is None
    file.write(FOUND)
    assert TrialsFile(own_package, "runtime 1").read() == FOUND
    assert TrialsFile(own_package, "runtime 2").read() is None
    other_weights = own_package.manifest.model_copy(update={"weights_digest": "0" * 64})
    assert TrialsFile(replace(own_package, manifest=other_weights), "runtime 1").read() is None
    monkeypatch.setattr(trials, "processor_name", lambda: "another processor")
    elsewhere = TrialsFile(own_package, "runtime 1")
    assert elsewhere.read() is None
    elsewhere.write(replace(FOUND, refused={"bf16": "strays"}))
    assert elsewhere.read() != FOUND
    monkeypatch.undo()
    assert TrialsFile(own_package, "runtime 1").read() == FOUND  # both are kept


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"of": {}, "trials": 7}]', "null"])
def test_a_damaged_memory_is_no_memory(own_package: Package, content: str) -> None:
    file = TrialsFile(own_package, "runtime 1")
    file.path.write_text(content)
    assert file.read() is None
    file.write(FOUND)
    assert file.read() == FOUND


def test_the_memory_does_not_grow_without_end(own_package: Package) -> None:
    for number in range(40):
        TrialsFile(own_package, f"runtime {number}").write(FOUND)
    file = TrialsFile(own_package, "runtime 39")
    assert file.read() == FOUND
    assert len(json.loads(file.path.read_text())) == 16
