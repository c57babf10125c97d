"""Starting again on purpose: which processes, and how."""

from pathlib import Path

import pytest

from pictor.stack.process.child import Backoff, Child
from pictor.stack.process.supervisor import Supervisor
from pictor.stack.reload import affected
from tests.stack.fakes import OBEDIENT, STUBBORN, a_spec, eventually

EVERYBODY = {"gateway", "catalog", "worker", "classifier", "candidate", "similarity"}


@pytest.mark.parametrize(
    ("file", "processes"),
    [
        ("services/catalog/handlers/images.py", {"catalog", "worker"}),
        ("services/classifier/main.py", {"classifier", "candidate"}),
        ("services/vision/shapes.py", EVERYBODY - {"gateway"}),
        ("services/protocol/open_inference.py", EVERYBODY - {"gateway"}),
        ("services/kit/app.py", EVERYBODY),
        ("services/__init__.py", EVERYBODY),
        ("contracts/openapi/catalog.json", {"gateway"}),
    ],
)
def test_who_reads_a_file(file: str, processes: set[str]) -> None:
    assert affected(Path(file)) == processes


@pytest.mark.parametrize("program", [OBEDIENT, STUBBORN])
async def test_a_renewed_child_is_another_process_without_a_pause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], program: str
) -> None:
    child = Child(a_spec(tmp_path, program=program), backoff=Backoff(first_s=60, most_s=60))
    supervisor = Supervisor()
    supervisor.start(child)
    log = tmp_path / "fake.log"
    await eventually(lambda: log.exists() and "hello" in log.read_text())
    first = child.pid

    await child.renew(within_s=0.5)
    await eventually(lambda: child.pid not in (None, first), within_s=10)
    await eventually(lambda: log.read_text().count("hello") == 2)
    await supervisor.stop(grace_s=0.2, total_s=1)
    assert "restarting in" not in capsys.readouterr().out
    assert child.restarts == 0


async def test_a_child_that_waits_after_a_failure_is_renewed_at_once(tmp_path: Path) -> None:
    mark = tmp_path / "mended"
    program = f"import pathlib, sys; pathlib.Path({str(mark)!r}).exists() or sys.exit(3); {OBEDIENT}"
    child = Child(a_spec(tmp_path, program=program), backoff=Backoff(first_s=60, most_s=60))
    supervisor = Supervisor()
    supervisor.start(child)
    await eventually(lambda: child.restarts == 1)

    mark.touch()
    await child.renew(within_s=1)
    await eventually(lambda: child.pid, within_s=10)
    await supervisor.stop(grace_s=1, total_s=2)
