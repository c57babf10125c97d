"""One real stack with the starter model for all that users install: the clients and the command."""

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pictor_client import Pictor
from tests.client.commanding import Command
from tests.e2e.stack import RunningStack, running_stack
from tests.photographs import drawn
from tests.vision.package_cache import starter_package


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    data = tmp_path_factory.mktemp("data")
    settings = {"PICTOR_WEIGHTS": str(starter_package()), "PICTOR_ENGINE": "openvino"}
    with running_stack(data, **settings) as stack:
        yield stack


@pytest.fixture
def newcomer(stack: RunningStack) -> Callable[[str], str]:
    """Register somebody, whose library is empty; give a token that serves as a key."""

    def register(name: str) -> str:
        with stack.stranger(name) as client:
            return str(client.headers["authorization"]).removeprefix("Bearer ")

    return register


@pytest.fixture
def pictor(stack: RunningStack) -> Iterator[Pictor]:
    with Pictor(stack.url, stack.credentials["api_key"]) as pictor:
        yield pictor


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A file that no library has."""
    path = tmp_path / "holiday.jpg"
    path.write_bytes(drawn(secrets.randbits(32)))
    return path


@pytest.fixture
def command_of(
    stack: RunningStack,
    newcomer: Callable[[str], str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[str], Command]:
    """The command of somebody new, whose library is empty."""

    def make(name: str) -> Command:
        name = f"{name}-{secrets.token_hex(4)}"
        return Command(tmp_path / name, stack.url, newcomer(name), capture=capsys, monkeypatch=monkeypatch)

    return make


@pytest.fixture
def drawings(tmp_path: Path) -> Callable[..., Path]:
    """Write a folder with small pictures, half of them in another below."""

    def write(count: int, name: str = "pictures", first: int = 0) -> Path:
        folder = tmp_path / name
        (folder / "below").mkdir(parents=True, exist_ok=True)
        for number in range(first, first + count):
            where = folder / "below" if number % 2 else folder
            (where / f"p{number:04}.jpg").write_bytes(drawn(50_000 + number, size=(64, 48)))
        return folder

    return write
