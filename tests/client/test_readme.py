"""What the README of the Python client shows is run, from the first line to the last."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.stack import RunningStack
from tests.photographs import REPOSITORY

README = (REPOSITORY / "clients" / "python" / "README.md").read_text()


def test_its_examples_run(
    stack: RunningStack,
    newcomer: Callable[[str], str],
    picture: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """By somebody whose library is empty: those of the other client are called alike."""
    monkeypatch.chdir(picture.parent)
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 6
    scope = {"url": stack.url, "key": newcomer(f"reader-{uuid4().hex[:8]}"), "image_id": uuid4()}
    for number, block in enumerate(blocks):
        exec(compile(block, f"README block {number}", "exec"), scope)  # noqa: S102 - our own file
    asyncio.run(scope["main"]())
    assert scope["answer"].items is not None
    assert Path("copy.jpg").read_bytes() == picture.read_bytes()
    assert "not_found There is no such image" in capsys.readouterr().out
