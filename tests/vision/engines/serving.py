"""A fake: a server of the Open Inference Protocol v2 as small as it gets, with every fault that a real one may have."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from services.vision.packages.golden import Golden

LENGTH = "Inference-Header-Content-Length"
TENSORS = {"probabilities": 1000, "embedding": 2048}


@dataclass
class FakeServer:
    """Knows the answers to the golden pictures and nothing else, and says what Triton says of a network file.

    `asked` counts the pictures it was given. Everything may be changed while it serves.
    """

    golden: Golden
    input_name: str = "images"
    batch: int = -1
    datatype: str = "UINT8"
    outputs: dict[str, int] = field(default_factory=lambda: dict(TENSORS))
    parameters: dict[str, Any] | None = None
    version: str = "1"
    binary: bool = True  # whether its outputs are raw bytes
    extensions: list[str] | None = field(default_factory=lambda: ["binary_tensor_data"])  # None: GET /v2 is a 404
    number: Callable[[int], int | str] = int  # how numbers stand in the JSON
    scale: float = 1.0
    token: str | None = None
    status: int = 200
    pause_s: float = 0.0
    cut: int = 0
    asked: int = 0
    asked_as: list[str] = field(default_factory=list)

    def shape(self, *sides: int) -> list[int | str]:
        return [self.number(side) for side in sides]

    def metadata(self) -> dict[str, Any]:
        outputs = [
            {"name": name, "datatype": "FP32", "shape": self.shape(-1, size)} for name, size in self.outputs.items()
        ]
        inputs = [{"name": self.input_name, "datatype": self.datatype, "shape": self.shape(self.batch, 299, 299, 3)}]
        said = {"parameters": self.parameters}
        return {"name": "inception_v3", "versions": [self.version], "inputs": inputs, "outputs": outputs, **said}

    def infer(self, head: dict[str, Any], raw: bytes) -> tuple[bytes, int | None]:
        [tensor] = head["inputs"]
        assert tensor["name"] == self.input_name
        if "data" in tensor:
            assert "binary" not in json.dumps([tensor["shape"], head["outputs"]])
            pixels = np.asarray(tensor["data"], np.uint8)
        else:
            assert tensor["parameters"]["binary_data_size"] == len(raw)
            pixels = np.frombuffer(raw, np.uint8)
        self.asked_as.append("json" if "data" in tensor else "binary")
        images = pixels.reshape(tensor["shape"])
        self.asked += len(images)
        rows = [next(i for i, known in enumerate(self.golden.images) if np.array_equal(known, one)) for one in images]
        answers = {
            "probabilities": self.golden.probabilities[rows],
            "embedding": self.golden.embeddings[rows] ** self.scale,
        }
        outputs: list[dict[str, Any]] = []
        for name in [output["name"] for output in head["outputs"]]:
            values = answers[name]
            output = {"name": name, "datatype": "FP32", "shape": self.shape(*values.shape)}
            data = (
                {"parameters": {"binary_data_size": self.number(values.nbytes)}}
                if self.binary
                else {"data": values.ravel().tolist()}
            )
            outputs.append({**output, **data})
        said = {"parameters": self.parameters}
        text = json.dumps({"model_name": "inception_v3", "model_version": self.version, "outputs": outputs, **said})
        if not self.binary:
            return text.encode(), None
        body = b"".join([text.encode(), *(np.ascontiguousarray(answers[name], "<f4") for name in answers)])
        return body, len(text)


@contextmanager
def serving(fake: FakeServer, port: int = 0) -> Iterator[int]:
    """Serve on loopback; gives the port. At the end all its connections are closed, as when a process ends."""
    open_sockets: list[socket.socket] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            open_sockets.append(self.connection)

        def log_message(self, *_arguments: object) -> None:
            """Print nothing."""

        def do_GET(self) -> None:
            if self.path == "/v2":
                said = json.dumps({"name": "fake", "version": "1", "extensions": fake.extensions})
                self._answer(said.encode(), None, fake.extensions is not None)
            else:
                self._answer(json.dumps(fake.metadata()).encode(), None, self.path == "/v2/models/inception_v3")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            split = int(self.headers[LENGTH] or len(body))
            content, length = fake.infer(json.loads(body[:split]), body[split:])
            self._answer(content, length, self.path == "/v2/models/inception_v3/infer")

        def _answer(self, content: bytes, length: int | None, found: bool) -> None:
            status = fake.status if found else 404
            if fake.token is not None and self.headers["authorization"] != f"Bearer {fake.token}":
                status = 401
            self.send_response(status)
            body = content if status == 200 else b'{"error": "the queue is full"}'
            self.send_header("content-length", str(len(body) - fake.cut))
            if length is not None and status == 200:
                self.send_header(LENGTH, str(length))
            self.end_headers()
            time.sleep(fake.pause_s)
            self.wfile.write(body[: len(body) - fake.cut])

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for connection in open_sockets:
            with suppress(OSError):  # the client was first
                connection.shutdown(socket.SHUT_RDWR)
