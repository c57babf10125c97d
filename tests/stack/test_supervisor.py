"""The supervisor over real child processes (fakes of the services: see fakes.py)."""

import asyncio
import os
import re
import signal
import time
from pathlib import Path

import pytest

from pictor.stack.process.child import Backoff, Child
from pictor.stack.process.one_shot import JobResult, run_job
from pictor.stack.process.supervisor import Supervisor
from tests.stack.fakes import PARENT, SHORT_LIVED, STUBBORN, a_spec, a_stack_to_kill, eventually, gone

QUICK = Backoff(first_s=0.1, most_s=0.4, calm_s=60)


async def test_a_killed_child_is_started_again_and_that_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child(a_spec(tmp_path, "catalog"), backoff=QUICK)
    supervisor = Supervisor()
    supervisor.start(child)
    await eventually(lambda: "hello" in _text(tmp_path / "catalog.log"))
    first = child.pid
    assert first

    os.kill(first, signal.SIGKILL)
    await eventually(lambda: child.pid not in (None, first))
    await eventually(lambda: _text(tmp_path / "catalog.log").count("hello") == 2)
    await supervisor.stop(grace_s=2, total_s=3)

    said = capsys.readouterr().out
    assert "catalog stopped (signal 9), restarting in 0.1 s" in said
    assert "catalog    | hello" in said
    assert child.pid is None


async def test_the_pauses_between_restarts_double_and_are_bounded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child(a_spec(tmp_path, program=SHORT_LIVED), backoff=QUICK)
    supervisor = Supervisor()
    supervisor.start(child)
    await eventually(lambda: child.restarts >= 5)
    await supervisor.stop(grace_s=2, total_s=3)

    pauses = re.findall(r"fake stopped \(exit code 3\), restarting in ([\d.]+) s", capsys.readouterr().out)
    assert pauses[:5] == ["0.1", "0.2", "0.4", "0.4", "0.4"]


def test_a_long_life_begins_the_pauses_anew() -> None:
    backoff = Backoff(first_s=0.5, most_s=30, calm_s=60)
    assert backoff.next(30, lived_s=59) == 30
    assert backoff.next(30, lived_s=60) == 0.5


async def test_a_program_that_does_not_exist_is_tried_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = a_spec(tmp_path)
    child = Child(type(spec)("lost", ("/nowhere/program",), {}, tmp_path, tmp_path / "lost.log"), backoff=QUICK)
    supervisor = Supervisor()
    supervisor.start(child)
    await eventually(lambda: child.restarts >= 2)
    await supervisor.stop(grace_s=2, total_s=3)
    assert "lost stopped (it did not start: [Errno 2]" in capsys.readouterr().out


async def test_stopping_kills_those_that_do_not_listen_in_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    obedient, stubborn = Child(a_spec(tmp_path, "obedient")), Child(a_spec(tmp_path, "stubborn", program=STUBBORN))
    supervisor = Supervisor()
    supervisor.start(obedient, stubborn)
    await eventually(
        lambda: "hello" in _text(tmp_path / "stubborn.log") and "hello" in _text(tmp_path / "obedient.log")
    )
    pids = [child.pid for child in supervisor.children if child.pid]
    assert len(pids) == 2

    began = time.monotonic()
    await supervisor.stop(grace_s=1.0, total_s=2.0)

    assert 0.9 < time.monotonic() - began < 30
    assert all(map(gone, pids))
    said = capsys.readouterr().out
    assert "stubborn did not stop within 1 s: SIGKILL" in said
    assert "obedient did not stop" not in said


async def test_the_foundation_stops_after_the_services(tmp_path: Path) -> None:
    below = Child(a_spec(tmp_path, "below"))
    above = Child(a_spec(tmp_path, "above", program=STUBBORN))
    supervisor = Supervisor()
    supervisor.start(below, foundation=True)
    supervisor.start(above)
    await eventually(lambda: "hello" in _text(tmp_path / "above.log") and below.pid)
    order: list[str] = []
    for child in (below, above):
        stop = child.stop

        async def recorded(*, within_s: float, child: Child = child, stop=stop) -> None:
            assert child is above or above.pid is None
            await stop(within_s=within_s)
            order.append(child.spec.name)

        child.stop = recorded  # type: ignore[method-assign]
    await supervisor.stop(grace_s=0.5, total_s=1)
    assert order == ["above", "below"]


async def test_what_a_dead_child_leaves_behind_is_killed(tmp_path: Path) -> None:
    child = Child(a_spec(tmp_path, program=PARENT), backoff=QUICK)
    supervisor = Supervisor()
    supervisor.start(child)
    await eventually(lambda: "grandchild" in _text(tmp_path / "fake.log"))
    grandchild = int(_text(tmp_path / "fake.log").split()[1])
    assert child.pid
    os.kill(child.pid, signal.SIGKILL)
    await eventually(lambda: gone(grandchild))
    await supervisor.stop(grace_s=2, total_s=3)


async def test_a_job_gives_its_exit_code_and_ends_when_its_time_is_over(tmp_path: Path) -> None:
    assert await run_job(a_spec(tmp_path, program=SHORT_LIVED), timeout_s=60) == JobResult(3, "")
    with pytest.raises(TimeoutError):
        await run_job(a_spec(tmp_path), timeout_s=0.5)


async def test_long_lines_and_broken_bytes_are_copied(tmp_path: Path) -> None:
    program = "import sys; sys.stdout.buffer.write(b'x' * 50_000 + b'\\n\\xff\\nlast')"
    assert await run_job(a_spec(tmp_path, program=program), timeout_s=60) == JobResult(0, "last")
    lines = _text(tmp_path / "fake.log").splitlines()
    assert sum(map(len, lines[:-2])) == 50_000
    assert max(map(len, lines)) <= 32 * 1024
    assert lines[-2:] == ["\ufffd", "last"]


async def test_no_child_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    async with a_stack_to_kill(tmp_path, "alone") as (stack, pids):
        assert sorted(pids) == ["obedient", "stubborn"]
        assert not any(map(gone, pids.values()))
        stack.kill()
    await eventually(lambda: all(map(gone, pids.values())))


async def test_a_supervisor_that_is_asked_to_stop_leaves_nothing_within_its_bound(tmp_path: Path) -> None:
    async with a_stack_to_kill(tmp_path, "alone") as (stack, pids):
        stack.terminate()
        assert await asyncio.wait_for(stack.wait(), 60) == 0
        assert all(map(gone, pids.values()))


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
