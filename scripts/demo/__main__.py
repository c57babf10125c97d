"""`make demo`: bring a few dozen free pictures into the stack that runs, or into one started for it, and open the page.

    python -m scripts.demo --painter PYTHON    (an interpreter that has scikit-image)

PICTOR_URL and PICTOR_KEY name a server elsewhere; else it is the stack of PICTOR_DATA and PICTOR_PORT.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from pictor.stack.settings import StackError, StackSettings

READY = "Stop with Ctrl-C."
"""The last line of what `pictor up` says when it is ready."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--painter", default=sys.executable, help="a Python that has scikit-image")
    signal.signal(signal.SIGTERM, _interrupted)
    painter: str = parser.parse_args().painter
    try:
        settings = StackSettings.from_environment()
        url = os.environ.get("PICTOR_URL", settings.url)
        if _answers(url):
            _bring(url, _key(settings), painter)
            return _show(url)
        if "PICTOR_URL" in os.environ:
            raise StackError(f"Nothing answers at {url}.")
        with _started() as stack:
            _bring(url, _key(settings), painter)
            _show(url)
            return stack.wait()
    except (StackError, OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"make demo: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 0


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=10).is_success
    except httpx.HTTPError:
        return False


def _key(settings: StackSettings) -> str:
    if key := os.environ.get("PICTOR_KEY"):
        return key
    if not settings.credentials.is_file():
        raise StackError(f"There is no {settings.credentials}: say where the data folder is, or set PICTOR_KEY.")
    return str(json.loads(settings.credentials.read_text(encoding="utf-8"))["api_key"])


@contextmanager
def _started() -> Iterator["subprocess.Popen[str]"]:
    """Start a stack of our own and wait until it is ready; at the end it is stopped, and waited for."""
    command = [sys.executable, "-m", "pictor.cli", "up"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    # In a session of its own: Ctrl-C reaches it once, from here.
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as stack:
        try:
            told = threading.Event()
            threading.Thread(target=_pass_on, args=(stack, told), daemon=True).start()
            told.wait()
            if stack.poll() is not None:
                raise StackError("The stack did not start.")
            yield stack
        finally:
            if stack.poll() is None:
                stack.terminate()
            stack.wait()  # in a session of its own it would outlive us


def _pass_on(stack: "subprocess.Popen[str]", told: threading.Event) -> None:
    """Print what the stack says, and tell when it is ready or has ended."""
    for line in stack.stdout or ():
        sys.stdout.write(line)
        sys.stdout.flush()
        if line.startswith(READY):
            told.set()
    stack.wait()
    told.set()


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _bring(url: str, key: str, painter: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([painter, "-m", "scripts.demo.pictures", folder], check=True)  # noqa: S603 - as make says
        command = [sys.executable, "-m", "pictor_client.command", "import", folder, "--url", url]
        subprocess.run(command, check=True, env={**os.environ, "PICTOR_KEY": key})  # noqa: S603 - our own command


def _show(url: str) -> int:
    """Open the page where there is a display; say in any case where it is."""
    sys.stdout.write(f"The page: {url}\n")
    sys.stdout.flush()
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
