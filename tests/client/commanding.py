"""The command, run in the test's own process or as one that can be killed."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pictor_client.command.app import run


@dataclass(frozen=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[list[str]]:
        return [line.split("\t") for line in self.out.splitlines()]

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Command:
    """`pictor` of one person, who has a home and a key."""

    def __init__(self, home: Path, url: str, key: str, *, capture: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.environment = {"XDG_CONFIG_HOME": str(home), "PICTOR_URL": url, "PICTOR_KEY": key}
        self._capture = capture
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: object, stdin: bytes = b"", **changed: str | None) -> Said:
        self._capture.readouterr()
        with self._monkeypatch.context() as patched:
            for name, value in {**self.environment, **changed}.items():
                patched.delenv(name, raising=False) if value is None else patched.setenv(name, value)
            patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
            status = run([str(argument) for argument in arguments])
        out, err = self._capture.readouterr()
        return Said(status, out, err)

    def started(self, *arguments: object) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "pictor_client.command", *map(str, arguments)],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
