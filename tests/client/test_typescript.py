"""The TypeScript client, packed as for npm: its content, its story, its README, and when it tries again."""

import http.server
import json
import re
import secrets
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pytest

from tests.e2e.stack import RunningStack
from tests.photographs import drawn
from tests.typescript import CLIENT, Project

STORY = Path(__file__).with_name("story.ts")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project"))


def where(stack: RunningStack) -> dict[str, str]:
    return {"PICTOR_URL": stack.url, "PICTOR_KEY": stack.credentials["api_key"]}


def test_what_is_packed_is_the_build_and_what_belongs_to_it(project: Project) -> None:
    with tarfile.open(project.archive) as archive:
        names = {name.removeprefix("package/") for name in archive.getnames()}
        packed = archive.extractfile("package/package.json")
        assert packed is not None
        said = json.loads(packed.read())
    sources = {path.relative_to(CLIENT / "src").with_suffix("").as_posix() for path in (CLIENT / "src").rglob("*.ts")}
    built = {f"dist/{source}{ending}" for source in sources for ending in (".js", ".d.ts")}
    assert names == built | {"package.json", "README.md", "LICENSE"}
    assert (said["type"], list(said["dependencies"])) == ("module", ["openapi-fetch"])
    assert said["exports"]["."]["default"].removeprefix("./") in names
    assert said["exports"]["."]["types"].removeprefix("./") in names


def test_a_library_from_typescript(project: Project, stack: RunningStack) -> None:
    for name in ("one.jpg", "two.jpg", "three.jpg"):
        (project.folder / name).write_bytes(drawn(secrets.randbits(32)))
    assert project.run(STORY.read_text(), **where(stack)) == "told\n"


def test_the_examples_of_its_readme_run(project: Project, stack: RunningStack) -> None:
    (project.folder / "holiday.jpg").write_bytes(drawn(secrets.randbits(32)))
    blocks = re.findall(r"```ts\n(.*?)```", (CLIENT / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 6
    known = "const [url, key, imageId] = [process.env.PICTOR_URL!, process.env.PICTOR_KEY!, crypto.randomUUID()]"
    said = project.run("\n".join([known, *blocks]), **where(stack))
    assert "There is no such image" in said
    assert re.search(r"^0\.\d+ ", said, re.MULTILINE)
    assert "collection.created" in said


class Moody(http.server.BaseHTTPRequestHandler):
    """Answers each request with the next status of its list, and counts."""

    protocol_version = "HTTP/1.1"
    answers: ClassVar[list[int]] = []
    seen: ClassVar[list[str]] = []

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.seen.append(f"{self.command} {self.path}")
        status = self.answers.pop(0)
        body = json.dumps({"id": "x", "state": "ready"} if status == 200 else {"code": "unavailable"}).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def moody(*answers: int) -> Iterator[str]:
    Moody.answers[:], Moody.seen[:] = answers, []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Moody) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("call", "answers", "sent", "said"),
    [
        pytest.param("get('x')", [502, 503, 200], 3, "ready", id="what-reads-is-asked-again"),
        pytest.param("get('x')", [504] * 4, 4, "504", id="four-times-at-most"),
        pytest.param("update('x', {})", [502], 1, "502", id="a-change-that-may-be-done-is-not-sent-again"),
        pytest.param("update('x', {})", [503, 200], 2, "ready", id="a-change-that-was-not-begun-is"),
        pytest.param("upload(new Uint8Array(9))", [502, 200], 2, "ready", id="an-upload-has-a-key"),
    ],
)
def test_it_tries_again_what_may_be_tried_again(
    project: Project, call: str, answers: list[int], sent: int, said: str
) -> None:
    program = f"""
    import {{ Pictor }} from 'pictor-client'
    const pictor = new Pictor(process.env.PICTOR_URL!, 'key', {{ retries: {{ firstWaitS: 0.01 }} }})
    console.log(await pictor.{call}.then((image) => image.state, (problem) => problem.status))
    """
    with moody(*answers) as url:
        assert project.run(program, PICTOR_URL=url).strip() == said
        assert len(Moody.seen) == sent
