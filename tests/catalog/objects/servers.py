"""The S3 server of the suite: one that is named, else a real MinIO where its binary is on PATH, else moto's."""

import os
import secrets
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from moto.server import ThreadedMotoServer

from tests.catalog.serving import a_free_port

ENDPOINT = os.environ.get("PICTOR_TEST_S3_ENDPOINT")
MINIO = shutil.which("minio")
KIND = "endpoint" if ENDPOINT else "minio" if MINIO else "moto"
DESCRIPTION = {
    "endpoint": f"the S3 server at {ENDPOINT} (PICTOR_TEST_S3_ENDPOINT)",
    "minio": f"a real MinIO server ({MINIO})",
    "moto": "moto's server: put minio on PATH, or set PICTOR_TEST_S3_ENDPOINT, for a real one",
}[KIND]
START_S = 120


@dataclass(frozen=True)
class S3Address:
    """Where a server is (host:port, without TLS) and how to sign in."""

    endpoint: str
    access_key: str
    secret_key: str


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Address]:
    """Run the server, with its data in `folder`; the named one is left as it is."""
    if ENDPOINT:
        yield S3Address(ENDPOINT, os.environ["PICTOR_TEST_S3_ACCESS_KEY"], os.environ["PICTOR_TEST_S3_SECRET_KEY"])
    elif MINIO:
        with _running_minio(MINIO, folder) as address:
            yield address
    else:
        server = ThreadedMotoServer("127.0.0.1", a_free_port(), verbose=False)
        server.start()
        try:
            host, port = server.get_host_and_port()
            yield S3Address(f"{host}:{port}", "moto", "moto-takes-any-secret")
        finally:
            server.stop()


@contextmanager
def _running_minio(binary: str, folder: Path) -> Iterator[S3Address]:
    address = S3Address(f"127.0.0.1:{a_free_port()}", "tests", secrets.token_hex(16))
    names = {
        "MINIO_ROOT_USER": address.access_key,
        "MINIO_ROOT_PASSWORD": address.secret_key,
        "MINIO_UPDATE": "off",  # it would look for a newer self on the internet before it serves
        "MINIO_BROWSER": "off",
    }
    command = [binary, "server", "--quiet", "--address", address.endpoint, str(folder)]
    with (folder.parent / "minio.log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **names}, stdout=log, stderr=log)
    try:
        _wait_for(f"http://{address.endpoint}/minio/health/live", process)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while True:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"minio did not start (exit code {process.returncode}): see minio.log")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - a server of our own
                return
        except (URLError, OSError):
            time.sleep(0.05)
