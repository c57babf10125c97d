"""The real stack as a child of the test: `pictor up`, as `make run` calls it."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

from tests.photographs import REPOSITORY

READY_S = 600
T = TypeVar("T")


class RunningStack:
    """One data folder and, while it runs, the processes on it."""

    def __init__(
        self, data: Path, *, code: Path = REPOSITORY, arguments: Sequence[str] = ("up",), **environment: str
    ) -> None:
        self.data = data
        self._code = code
        self._command = [sys.executable, "-m", "pictor.cli", *arguments]
        self.url = f"http://127.0.0.1:{free_port()}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PICTOR_")},
            "PICTOR_DATA": str(data),
            "PICTOR_PORT": self.url.rpartition(":")[2],
            "PICTOR_DELETE_GRACE_S": "0",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._process: subprocess.Popen[str] | None = None
        self.output: list[str] = []

    def start(self) -> float:
        """Start and wait until the stack says it is ready; give the seconds that took."""
        began = time.monotonic()
        self.output = []
        self._process = subprocess.Popen(
            self._command,
            cwd=self._code,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        told = threading.Event()
        threading.Thread(target=self._collect, args=(self._process, told), daemon=True).start()
        told.wait(READY_S)
        if not self.ready:
            self.kill()
            raise AssertionError("the stack did not start:\n" + "".join(self.output[-80:]))
        return time.monotonic() - began

    @property
    def ready(self) -> bool:
        return any("Pictor is ready" in line for line in self.output)

    def _collect(self, process: "subprocess.Popen[str]", told: threading.Event) -> None:
        for line in process.stdout or ():
            self.output.append(line)
            if "curl" in line:
                told.set()
        told.set()  # it ended

    def stop(self) -> float:
        """Stop as Ctrl-C would; give the seconds that took. Nothing of it may be left running."""
        process = self._process
        if process is None:
            raise AssertionError("the stack does not run")
        children = psutil.Process(process.pid).children(recursive=True)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        seconds = time.monotonic() - began
        _, alive = psutil.wait_procs(children, timeout=20)
        if alive:
            raise AssertionError(f"left running: {[child.cmdline() for child in alive]}")
        self._process = None
        return seconds

    def kill(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def processes(self, part: str) -> list[psutil.Process]:
        """The stack's processes whose command line has `part` in it."""
        if self._process is None:
            raise AssertionError("the stack does not run")
        return [child for child in psutil.Process(self._process.pid).children() if part in " ".join(child.cmdline())]

    @property
    def credentials(self) -> dict[str, str]:
        found: dict[str, str] = json.loads((self.data / "credentials.json").read_text())
        return found

    def client(self, key: str | None = None) -> httpx.Client:
        """A client with the first user's API key, or another."""
        headers = {"authorization": f"Bearer {key or self.credentials['api_key']}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=120)

    def stranger(self, name: str) -> httpx.Client:
        """A client of a user who has just registered and logged in."""
        account = {"name": name, "password": "a long enough password"}
        httpx.post(f"{self.url}/v1/users", json=account).raise_for_status()
        session = httpx.post(f"{self.url}/v1/sessions", json=account).raise_for_status()
        return self.client(session.json()["token"])


@contextmanager
def running_stack(data: Path, **environment: str) -> Iterator[RunningStack]:
    stack = RunningStack(data, **environment)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


def send(client: httpx.Client, data: bytes, *, wait_s: int = 30, **query: Any) -> dict[str, Any]:
    """Upload a JPEG and give the image."""
    headers = {"content-type": "image/jpeg", "prefer": f"wait={wait_s}"}
    answer = client.post("/v1/images", content=data, headers=headers, params=query)
    assert answer.status_code in {200, 201}, answer.text
    image: dict[str, Any] = answer.json()
    return image


def eventually(read: Callable[[], T], wanted: Callable[[T], bool], *, seconds: float = 180) -> T:
    """Read until the value is as wanted, for so long at most; give the last value."""
    end = time.monotonic() + seconds
    while True:
        value = read()
        if wanted(value) or time.monotonic() > end:
            return value
        time.sleep(0.25)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
