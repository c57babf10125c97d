"""The TypeScript client as `npm pack` makes it, in a project of its own, and programs in TypeScript that use it."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path

import pytest

from tests.photographs import REPOSITORY

CLIENT = REPOSITORY / "clients" / "typescript"
OLDEST = (20, 3)
_COMPILE = {
    "strict": True,
    "target": "ES2022",
    "lib": ["ES2022"],
    "types": ["node"],
    "module": "NodeNext",
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
}
"""As strict as projects are, and without the types of a browser: what the package brings has to do."""


@cache
def _missing() -> str | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return "not run: there is no Node with npm on this machine"
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    return None if version >= OLDEST else f"not run: Node {said.strip()} is older than 20.3"


class Project:
    """A folder with the packed client installed, and nothing else of the repository."""

    def __init__(self, folder: Path) -> None:
        missing = _missing()
        if missing:
            pytest.skip(missing)
        self.folder = folder
        self.archive = self._pack()
        modules = folder / "node_modules"
        modules.mkdir()
        with tarfile.open(self.archive) as archive:
            archive.extractall(modules, filter="data")
        (modules / "package").rename(modules / "pictor-client")
        for name in ("openapi-fetch", "openapi-typescript-helpers", "typescript", "undici-types", "@types"):
            (modules / name).symlink_to(CLIENT / "node_modules" / name)
        (folder / "package.json").write_text('{"type": "module"}')
        (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": _COMPILE}))

    def _pack(self) -> Path:
        """Two at once would build into one folder: one waits."""
        with (REPOSITORY / "Makefile").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            _run(["make", "clients/typescript/node_modules/.stamp"], REPOSITORY)
            said = _run(["npm", "pack", "--json", "--silent", "--pack-destination", str(self.folder)], CLIENT)
        return self.folder / json.loads(said)[0]["filename"]

    def run(self, program: str, **environment: str) -> str:
        """Compile the program as strictly as can be, run it, give what it said."""
        (self.folder / "program.ts").write_text(program)
        _run(["node", "node_modules/typescript/bin/tsc"], self.folder)
        return _run(["node", "program.js"], self.folder, **environment)


def _run(command: list[str], folder: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout
