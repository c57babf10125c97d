"""The recipes of docs/recipes run as they stand, each page from top to bottom, against a real stack."""

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.e2e.stack import RunningStack, running_stack
from tests.photographs import REPOSITORY, drawn
from tests.typescript import Project
from tests.vision.package_cache import starter_package

RECIPES = REPOSITORY / "docs" / "recipes"


@dataclass(frozen=True)
class Library:
    """Where a recipe runs, and whose images it has to do with."""

    folder: Path
    client: httpx.Client
    environment: dict[str, str]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    folder = tmp_path_factory.mktemp("data")
    with running_stack(folder, PICTOR_WEIGHTS=str(starter_package()), PICTOR_ENGINE="openvino") as stack:
        yield stack


def blocks(page: str, language: str) -> str:
    """The fenced blocks of a page in one language, as one program."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", (RECIPES / page).read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return "\n".join(found)


@pytest.fixture
def library(stack: RunningStack, tmp_path: Path) -> Iterator[Library]:
    """Somebody new, with photo.jpg and other.jpg in a folder."""
    (tmp_path / "photo.jpg").write_bytes(drawn(1))
    (tmp_path / "other.jpg").write_bytes(drawn(2))
    with stack.stranger(f"reader-{secrets.token_hex(4)}") as client:
        key = str(client.headers["authorization"]).removeprefix("Bearer ")
        yield Library(tmp_path, client, {"URL": stack.url, "KEY": key})


def ran(library: Library, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=library.folder,
        env={**os.environ, **library.environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def left_behind(library: Library) -> None:
    """Every page does the same jobs."""
    assert (library.folder / "original.jpg").read_bytes() == drawn(1)
    assert [image["title"] for image in library.client.get("/v1/images").json()["items"]] == ["Second"]
    collections = library.client.get("/v1/collections").json()["items"]
    shared = [c for c in collections if library.client.get(f"/v1/collections/{c['id']}/shares").json()["items"]]
    assert [collection["name"] for collection in shared] == ["Holidays"]


def test_curl(library: Library) -> None:
    said = ran(library, "bash", "-c", "set -euo pipefail\n" + blocks("curl.md", "bash"))
    assert "On the beach" in said
    assert "collection.created" in said
    left_behind(library)


def test_python(library: Library) -> None:
    said = ran(library, sys.executable, "-c", blocks("python.md", "python"))
    assert "On the beach ready" in said
    assert "412 precondition_failed" in said
    assert "event collection.created" in said
    left_behind(library)


def test_typescript(library: Library) -> None:
    said = Project(library.folder).run(blocks("typescript.md", "ts"), **library.environment)
    assert "On the beach ready" in said
    assert "412 precondition_failed" in said
    assert "event collection.created" in said
    left_behind(library)
