"""One version: written in services/__init__.py, read by everything else that states it; but for the clients, which are
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


def test_the_clients_have_it() -> None:
    assert __version__ == VERSION
    typescript = ROOT / "clients" / "typescript"
    locked = json.loads((typescript / "package-lock.json").read_text())
    assert json.loads((typescript / "package.json").read_text())["version"] == __version__
    assert locked["version"] == locked["packages"][""]["version"] == __version__


@pytest.mark.parametrize("folder", ["clients/typescript", "web"])
def test_what_npm_installs_is_pinned_by_hash_and_by_no_address(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


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
