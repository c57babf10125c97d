"""The recipes of docs/recipes run as they stand, each page from top to bottom, against a real stack."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stack import RunningStack, running_stack
from tests.photographs import REPOSITORY, drawn
from tests.vision.package_cache import starter_package

RECIPES = REPOSITORY / "docs" / "recipes"


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


def test_curl(stack: RunningStack, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(drawn(1))
    (tmp_path / "other.jpg").write_bytes(drawn(2))
    environment = {**os.environ, "URL": stack.url, "KEY": stack.credentials["api_key"]}
    script = "set -euo pipefail\n" + blocks("curl.md", "bash")
    ran = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stdout[-2000:] + ran.stderr[-2000:]
    assert "On the beach" in ran.stdout
    assert (tmp_path / "original.jpg").read_bytes() == drawn(1)
    with stack.client() as client:
        assert [image["title"] for image in client.get("/v1/images").json()["items"]] == ["Second"]
