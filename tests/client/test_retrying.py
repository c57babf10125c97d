"""What is sent again, and what is not: against a server that answers as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from pictor_client import (
    AsyncPictor,
    Invalid,
    Pictor,
    PictorError,
    RetryPolicy,
    TooManyRequests,
    Unavailable,
    Unreachable,
)
from tests.e2e.stack import free_port

AN_ID = UUID("01900000-0000-7000-8000-000000000000")
QUICK = RetryPolicy(attempts=3, first_wait_s=0.01)
ME = {"id": str(AN_ID), "name": "ada", "role": "admin", "scopes": [], "created_at": "2026-01-01T00:00:00Z"}


class Scripted:
    """Answers as the script says, then as its last line does; None drops the connection. Notes what it was asked."""

    def __init__(self) -> None:
        self.script: list[tuple[int, dict[str, str], str] | None] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        scripted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                scripted.asked.append((self.command, self.path, dict(self.headers.items()), body))
                line = scripted.script.pop(0) if len(scripted.script) > 1 else scripted.script[0]
                if line is None:
                    self.close_connection = True
                    return
                status, headers, text = line
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(text.encode()))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(text.encode())

            do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()


@pytest.fixture
def server() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.server.shutdown()
    scripted.server.server_close()


def problem(status: int, code: str = "x", **headers: str) -> tuple[int, dict[str, str], str]:
    return status, headers, f'{{"status": {status}, "code": "{code}", "detail": "Said so."}}'


def ok() -> tuple[int, dict[str, str], str]:
    return 200, {"content-type": "application/json"}, json.dumps(ME)


@pytest.mark.parametrize("line", [problem(503), problem(429), problem(502), problem(504), None])
def test_what_reads_is_sent_again(server: Scripted, line: Any) -> None:
    server.script = [line, line, ok()]
    with Pictor(server.url, "k", retries=QUICK) as pictor:
        assert pictor.me().name == "ada"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("line", "error"), [(problem(503), Unavailable), (problem(502), Unavailable), (None, Unreachable)]
)
def test_not_for_ever(server: Scripted, line: Any, error: type[PictorError]) -> None:
    server.script = [line]
    with Pictor(server.url, "k", retries=QUICK) as pictor, pytest.raises(error):
        pictor.me()
    assert len(server.asked) == QUICK.attempts


async def test_nor_with_asyncio(server: Scripted) -> None:
    server.script = [problem(503), ok()]
    async with AsyncPictor(server.url, "k", retries=QUICK) as pictor:
        assert (await pictor.me()).name == "ada"
        server.script = [None]
        with pytest.raises(Unreachable):
            await pictor.me()
    assert len(server.asked) == 2 + QUICK.attempts


@pytest.mark.parametrize("line", [problem(502), problem(504), None])
def test_a_change_that_may_be_done_already_is_not_sent_again(server: Scripted, line: Any) -> None:
    server.script = [line]
    with Pictor(server.url, "k", retries=QUICK) as pictor, pytest.raises((Unavailable, Unreachable)):
        pictor.update(AN_ID, title="x")
    assert len(server.asked) == 1


def test_what_is_wrong_is_said_once(server: Scripted) -> None:
    server.script = [problem(422)]
    with Pictor(server.url, "k", retries=QUICK) as pictor, pytest.raises(Invalid, match="Said so"):
        pictor.me()
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "make",
    [lambda path: path, lambda path: path.read_bytes(), lambda path: path.open("rb")],
    ids=["path", "bytes", "file"],
)
@pytest.mark.parametrize("line", [problem(502), None, problem(409, "idempotency_in_flight")])
def test_an_upload_is_sent_again_whole_and_under_its_key(
    server: Scripted, picture: Path, make: Callable[[Path], Any], line: Any
) -> None:
    server.script = [line, line, problem(422)]
    with Pictor(server.url, "k", retries=QUICK) as pictor, pytest.raises(Invalid):
        pictor.upload(make(picture))
    assert [body == picture.read_bytes() for *_, body in server.asked] == [True] * 3
    assert len({headers["Idempotency-Key"] for _, _, headers, _ in server.asked}) == 1
    assert {headers["Content-Length"] for _, _, headers, _ in server.asked} == {str(picture.stat().st_size)}


def test_it_waits_as_long_as_it_is_asked_to(server: Scripted) -> None:
    server.script = [problem(429, **{"Retry-After": "1"}), ok()]
    began = time.monotonic()
    with Pictor(server.url, "k", retries=QUICK) as pictor:
        pictor.me()
    assert 1 <= time.monotonic() - began < 3


def test_but_not_longer_than_anybody_waits(server: Scripted) -> None:
    server.script = [problem(429, **{"Retry-After": "3600"})]
    with Pictor(server.url, "k", retries=QUICK) as pictor, pytest.raises(TooManyRequests) as refused:
        pictor.me()
    assert (len(server.asked), refused.value.retry_after) == (1, 3600)


def test_who_answers_in_html_is_no_server_of_ours(server: Scripted) -> None:
    server.script = [(500, {"content-type": "text/html"}, "<h1>proxy</h1>")]
    with Pictor(server.url, "k") as pictor, pytest.raises(Unavailable) as refused:
        pictor.get(uuid4())
    assert (refused.value.code, refused.value.status) == ("unknown", 500)


def test_nobody_is_there() -> None:
    where = f"http://127.0.0.1:{free_port()}"
    with Pictor(where, "k", retries=QUICK) as pictor, pytest.raises(Unreachable, match=where):
        pictor.update(AN_ID, title="x")
