"""The similarity service in a process of its own, asked over HTTP as another service asks it."""

import http.client
import json
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from benchmarks.machine import started
from pictor.stack.ports import free_ports
from services.kit.http.internal_auth import InternalTokens
from services.kit.principal import service_principal

SECRET = "benchmarks only, of no worth elsewhere"  # noqa: S105 - says what it is
IDLE_S = 3.0
"""uvicorn closes a connection after 5 s."""
VIEWER = UUID(int=0xE7E)


@dataclass
class Service:
    """One kept connection. `query` gives what POST /points:query answers, and its milliseconds."""

    port: int

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self._asked = 0.0
        self._tokens = InternalTokens(SECRET, "benchmark")

    def query(self, **body: object) -> tuple[dict[str, Any], float]:
        sent = json.dumps({"viewer_id": str(VIEWER), **body})
        token = self._tokens.mint("similarity", service_principal("benchmark"))
        headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
        if time.monotonic() - self._asked > IDLE_S:
            self._connection.close()  # it opens again by itself
        began = time.perf_counter()
        self._connection.request("POST", "/points:query", sent, headers)
        answer = self._connection.getresponse()
        read = answer.read()
        took_ms = 1000 * (time.perf_counter() - began)
        self._asked = time.monotonic()
        if answer.status != 200:
            sys.exit(f"the service answered {answer.status}: {read.decode()[:500]}")
        return json.loads(read), took_ms

    def query_vector(self, vector: NDArray[np.float32], **body: object) -> tuple[dict[str, Any], float]:
        return self.query(vector=b64encode(vector.astype("<f4").tobytes()).decode(), **body)


@contextmanager
def served(url: str, folder: Path) -> Iterator[Service]:
    """Run the service on a database that is loaded. No catalog and no classifier: searching points asks neither."""
    port, nowhere = free_ports(2)
    command = [sys.executable, "-m", "uvicorn", "--factory", "services.similarity.main:create_app"]
    with started(
        [*command, "--port", str(port), "--no-access-log"],
        folder / "similarity.log",
        until="Uvicorn running",
        PICTOR_INTERNAL_SECRET=SECRET,
        PICTOR_DATABASE_URL=url,
        PICTOR_CATALOG_URL=f"http://127.0.0.1:{nowhere}",
        PICTOR_CLASSIFIER_URL=f"http://127.0.0.1:{nowhere}",
    ):
        yield Service(port)
