"""`make dev`: a saved file is in the next answer within seconds, and only what reads it is started again."""

import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from services import __version__
from tests.e2e.stack import RunningStack
from tests.photographs import REPOSITORY

NOWHERE = "http://127.0.0.1:9"
WITHIN_S = 15.0
"""About four times what it takes on two cores at rest: the machine may be doing other things."""
ERRORS = "services/catalog/services/errors.py"
SAID = "There is no such image, or it is not yours to see."


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A copy of the code, to be edited."""
    for folder in ("services", "pictor", "contracts"):
        shutil.copytree(REPOSITORY / folder, tmp_path / "code" / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "code"


@pytest.fixture
def stack(tmp_path: Path, code: Path) -> Iterator[RunningStack]:
    """Reloading, on the copy, without a model: its weights cannot be reached from here."""
    stack = RunningStack(
        tmp_path / "data",
        code=code,
        arguments=("up", "--reload"),
        PYTHONPATH=str(code),
        PICTOR_WEIGHTS="imagenet",
        https_proxy=NOWHERE,
        HTTPS_PROXY=NOWHERE,
    )
    stack.start()
    yield stack
    stack.stop()


def edit(file: Path, old: str, new: str) -> float:
    """Save the file with other words; give the moment."""
    text = file.read_text()
    assert text.count(old) == 1
    file.write_text(text.replace(old, new))
    return time.monotonic()


def seconds_until(client: httpx.Client, path: str, field: str, wanted: str, *, since: float) -> float:
    """How long after `since` the field of the answer is as wanted."""
    answer: object = None
    while time.monotonic() < since + WITHIN_S:
        with suppress(httpx.TransportError):  # the gateway itself starts again
            answer = client.get(path).json().get(field)
        if answer == wanted:
            return time.monotonic() - since
        time.sleep(0.05)
    raise AssertionError(f"still {answer!r}")


def pids(stack: RunningStack, part: str) -> set[int]:
    return {process.pid for process in stack.processes(part)}


def test_a_saved_file_is_in_the_next_answer(stack: RunningStack, code: Path) -> None:
    missing = "/v1/images/01890000-0000-7000-8000-000000000000"
    before = {part: pids(stack, part) for part in ("gateway.main", "similarity.main", "catalog.main", "catalog.worker")}
    with stack.client() as client:
        assert client.get(missing).json()["detail"] == SAID

        saved = edit(code / ERRORS, SAID, "Edited once.")
        first_s = seconds_until(client, missing, "detail", "Edited once.", since=saved)

        edit(code / ERRORS, '"Edited once."', '"Edited')  # as somebody saves in the middle of a line
        time.sleep(2)
        saved = edit(code / ERRORS, '"Edited', '"Edited twice."')
        mended_s = seconds_until(client, missing, "detail", "Edited twice.", since=saved)

        after = {part: pids(stack, part) for part in before}
        assert [part for part in before if before[part] == after[part]] == ["gateway.main", "similarity.main"]

        saved = edit(code / "services/__init__.py", '__version__ = "', '__version__ = "9.')
        kit_s = seconds_until(client, "/v1/status", "version", f"9.{__version__}", since=saved)
    print(f"catalog {first_s:.1f} s, after a mistake {mended_s:.1f} s, all services {kit_s:.1f} s")
