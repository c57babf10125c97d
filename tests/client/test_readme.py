"""What the README of the Python client shows is run, from the first line to the last."""

import asyncio
import re
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.stack import RunningStack
from tests.photographs import REPOSITORY

README = (REPOSITORY / "clients" / "python" / "README.md").read_text()


def test_its_examples_run(
    stack: RunningStack, picture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(picture.parent)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 6
    scope = {"url": stack.url, "key": stack.credentials["api_key"], "image_id": uuid4()}
    for number, block in enumerate(blocks):
        exec(compile(block, f"README block {number}", "exec"), scope)  # noqa: S102 - our own file
    asyncio.run(scope["main"]())
    assert scope["answer"].items is not None
    assert Path("copy.jpg").read_bytes() == picture.read_bytes()
    assert "not_found There is no such image" in capsys.readouterr().out
