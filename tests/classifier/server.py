"""A classifier as it is deployed: uvicorn in a process of its own, on a free port of loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.kit.principal import Principal, service_principal
from services.kit.testing.apps import TEST_SECRET, TokenAuth

REPOSITORY = Path(__file__).resolve().parents[2]
START_S = 120.0
STOP_S = 60.0


@dataclass(frozen=True)
class Server:
    """`temporary` is the folder where it may leave temporary files; `log` is what it printed."""

    port: int
    process: "subprocess.Popen[bytes]"
    temporary: Path
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, principal: Principal | None = None) -> httpx.Client:
        """A client that speaks as `principal`, as a service when None."""
        return httpx.Client(
            base_url=self.url, auth=TokenAuth("classifier", principal or service_principal("test")), timeout=60
        )

    def stop(self) -> int:
        """Send SIGTERM and wait; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_S)

    def files_left(self) -> list[str]:
        """Temporary files that still stand, by name, or without one in an open descriptor."""
        descriptors = Path(f"/proc/{self.process.pid}/fd")
        open_files = [target for descriptor in descriptors.iterdir() if (target := _target_of(descriptor))]
        nameless = [path for path in open_files if path.startswith(str(self.temporary))]
        return [*(path.name for path in self.temporary.rglob("*")), *nameless]


def _target_of(descriptor: Path) -> str | None:
    try:
        return str(descriptor.readlink())
    except FileNotFoundError:  # closed since it was listed
        return None


@contextmanager
def running_server(
    folder: Path,
    package: Path,
    *,
    factory: str = "services.classifier.main:create_app",
    grace_s: int = 6,
    **settings: str,
) -> Iterator[Server]:
    """Start one with its files in `folder`, and wait until it is ready. `settings` are PICTOR_ variables.

    `grace_s` is how long it waits for requests under way when it is told to stop.
    """
    port, log, temporary = _free_port(), folder / "log", folder / "tmp"
    temporary.mkdir()
    argv = [sys.executable, "-m", "uvicorn", "--factory", factory, "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*argv, "--timeout-graceful-shutdown", str(grace_s)],
            cwd=REPOSITORY,
            env=_environment(package, temporary, settings),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(port, process, temporary, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(STOP_S)


def _environment(package: Path, temporary: Path, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("PICTOR_")},
        "PICTOR_INTERNAL_SECRET": TEST_SECRET,
        "PICTOR_MODEL_PACKAGE": str(package),
        "TMPDIR": str(temporary),
        **{f"PICTOR_{name.upper()}": value for name, value in settings.items()},
    }


def _wait_until_ready(server: Server) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and server.process.poll() is None:
        try:
            if httpx.get(f"{server.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the classifier did not become ready:\n{server.log.read_text()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
