"""A web server with one file, that can be told to misbehave."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = Callable[["Request", bytes], None]


class Request(BaseHTTPRequestHandler):
    """One request. The server's next behaviour answers; the last one stays."""

    server: "WeightsServer"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.ranges.append(self.headers.get("Range"))
        behaviours = self.server.behaviours
        (behaviours.pop(0) if len(behaviours) > 1 else behaviours[0])(self, self.server.content)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def answer(self, status: int, body: bytes, *, announced: int | None = None, **headers: str) -> None:
        """Send `body`, of which `announced` bytes were promised; with less than that the connection is cut."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if announced is None else announced))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        with suppress(ConnectionError):  # the client has seen enough
            self.wfile.write(body)
        if announced is not None:
            self.close_connection = True


class WeightsServer(ThreadingHTTPServer):
    """`ranges` has the Range header of every request, None without."""

    daemon_threads = True

    def __init__(self, content: bytes, behaviours: list[Behaviour]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.content = content
        self.behaviours = behaviours
        self.ranges: list[str | None] = []

    @property
    def url(self) -> str:
        """Of the file."""
        return f"http://127.0.0.1:{self.server_port}/weights/network.h5"


@contextmanager
def serving(content: bytes, *behaviours: Behaviour) -> Iterator[WeightsServer]:
    """Answer requests by the behaviours in turn."""
    server = WeightsServer(content, list(behaviours))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)


def well(request: Request, content: bytes) -> None:
    """As a storage service does: parts on demand."""
    wanted = request.headers.get("Range")
    if wanted is None:
        request.answer(200, content)
        return
    start = int(wanted.removeprefix("bytes=").removesuffix("-"))
    if start >= len(content):
        request.answer(416, b"", Content_Range=f"bytes */{len(content)}")
        return
    request.answer(206, content[start:], Content_Range=f"bytes {start}-{len(content) - 1}/{len(content)}")


def without_ranges(request: Request, content: bytes) -> None:
    """The whole file, whatever was asked."""
    request.answer(200, content)


def with_another_part(request: Request, content: bytes) -> None:
    """A part that was not asked for."""
    request.answer(206, content[7:], Content_Range=f"bytes 7-{len(content) - 1}/{len(content)}")


def cut_after(count: int) -> Behaviour:
    """The connection ends after `count` bytes."""

    def behave(request: Request, content: bytes) -> None:
        request.answer(200, content[:count], announced=len(content))

    return behave


def with_bytes(content: bytes) -> Behaviour:
    """Another file."""

    def behave(request: Request, _content: bytes) -> None:
        request.answer(200, content)

    return behave


def with_status(status: int) -> Behaviour:
    """An error page."""

    def behave(request: Request, _content: bytes) -> None:
        request.answer(status, b"sorry")

    return behave
