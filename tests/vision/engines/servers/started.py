"""Starts a server that nobody here wrote, from the environment that `make test-servers` gives it."""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.classifier import server as serving

HERE = Path(__file__).parent
ENVIRONMENTS = serving.REPOSITORY / ".cache" / "servers"
START_S = 180.0
STOP_S = 30.0
SERVERS = ("mlserver", "kserve")


@contextmanager
def started(server: str, folder: Path, package: Path, name: str) -> Iterator[str]:
    """Serve the package in `package`, as the model `name`, with its files in `folder`; gives the address."""
    ports = [serving._free_port() for _ in range(3)]
    command = {"mlserver": _mlserver, "kserve": _kserve}[server](folder, package, name, ports)
    url, log = f"http://127.0.0.1:{ports[0]}", folder / "log"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PICTOR_", "MLSERVER_"))}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env={**environment, "PYTHONPATH": str(HERE)}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(f"{url}/v2/models/{name}/ready", process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)


def _mlserver(folder: Path, package: Path, name: str, ports: list[int]) -> list[str]:
    http, grpc, metrics = ports
    settings = {"http_port": http, "grpc_port": grpc, "metrics_port": metrics, "host": "127.0.0.1"}
    (folder / "settings.json").write_text(json.dumps({**settings, "parallel_workers": 0}))
    model = {"name": name, "implementation": "mlserver_model.PackageModel", "parameters": {"uri": str(package)}}
    (folder / "model-settings.json").write_text(json.dumps(model))
    return [str(ENVIRONMENTS / "mlserver" / "bin" / "mlserver"), "start", str(folder)]


def _kserve(_folder: Path, package: Path, _name: str, ports: list[int]) -> list[str]:
    program = [
        str(ENVIRONMENTS / "kserve" / "bin" / "python"),
        str(HERE / "kserve_model.py"),
        "--package",
        str(package),
    ]
    return [*program, "--http_port", str(ports[0]), "--enable_grpc", "False"]


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server did not become ready:\n{log.read_text()[-4000:]}")
