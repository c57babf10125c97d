"""One version: written in services/__init__.py, read by everything else that states it; but for the client, which is
installed without the services."""

import json
import re
from importlib.metadata import version

import pytest

from pictor.contracts import FOLDER
from pictor_client.version import VERSION
from services import __version__

ROOT = FOLDER.parents[1]
STATED_BY_HAND = ROOT / "services" / "__init__.py"
FOLDERS = ("services", "pictor", "tests", "benchmarks", "scripts", "docs", "deploy", ".ci")
TEXTS = {".py", ".md", ".toml", ".yml", ".yaml", ".sql", ""}


def test_the_installed_package_has_it() -> None:
    assert version("pictor") == __version__


def test_the_client_has_it() -> None:
    assert __version__ == VERSION


@pytest.mark.parametrize("name", ["gateway", "catalog", "classifier", "similarity", "public"])
def test_every_document_has_it(name: str) -> None:
    assert json.loads((FOLDER / f"{name}.json").read_text())["info"]["version"] == __version__


def test_the_newest_release_in_the_changelog_is_it() -> None:
    releases = re.findall(
        r"^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    assert releases[0] == __version__


def test_no_other_file_states_it() -> None:
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != "CHANGELOG.md"]
    files += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    stating = [
        path for path in files if path.suffix in TEXTS and re.search(rf"\b{re.escape(__version__)}\b", path.read_text())
    ]
    assert stating == [STATED_BY_HAND]
