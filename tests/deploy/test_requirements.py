"""The locked sets: complete, hashed, in agreement with one another and with pyproject.toml."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deploy.compose import ROOT

FOLDER = ROOT / "requirements"
EXTRAS = {
    "gateway": ("gateway",),
    "catalog": ("catalog",),
    "classifier": ("classifier",),
    "similarity": ("similarity",),
    "model-build": ("vision", "build"),
    "stack": ("stack",),
}
HEAVY = {"tensorflow", "keras", "tensorflow-cpu", "torch"}


def entries(path: Path) -> list[str]:
    """The requirements of a locked set, each in one line with its hashes."""
    text = path.read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def pins(name: str) -> dict[str, set[str]]:
    """Pinned versions by package; several only for different versions of Python."""
    found: dict[str, set[str]] = {}
    for entry in entries(FOLDER / f"{name}.txt"):
        requirement = Requirement(entry.split(" --hash=")[0].strip())
        assert len(requirement.specifier) == 1
        found.setdefault(canonicalize_name(requirement.name), set()).add(str(requirement.specifier))
    return found


def wanted(extra: str | None) -> list[Requirement]:
    """What pyproject.toml asks for directly, extras of its own resolved; None: what every service needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    found: list[Requirement] = []
    for requirement in map(Requirement, lines):
        if requirement.name == project["name"]:
            found += [inner for name in requirement.extras for inner in wanted(name)]
        else:
            found.append(requirement)
    return found


SETS = sorted(path.stem for path in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", SETS)
def test_every_line_is_pinned_and_hashed_and_names_no_address(name: str) -> None:
    path = FOLDER / f"{name}.txt"
    for entry in entries(path):
        assert re.match(r"[a-z0-9_.\[\],-]+==\S+ ", entry), entry[:80]
        assert re.search(r" --hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert "://" not in path.read_text()
    assert not re.search(r"--(index|extra-index|find-links|trusted-host)", path.read_text())


def test_the_containers_that_serve_have_no_tensorflow() -> None:
    for name in ("gateway", "catalog", "classifier", "similarity"):
        assert not HEAVY & set(pins(name)), name
    assert "tensorflow" in pins("model-build")
    assert not {"numpy", "pillow", "openvino"} & set(pins("gateway"))
    assert "openvino" not in pins("catalog")


@pytest.mark.parametrize("name", [*EXTRAS, "dev"])
def test_a_set_agrees_with_the_stack(name: str) -> None:
    stack = pins("stack")
    for package, versions in pins(name).items():
        assert versions == stack.get(package, versions), package


@pytest.mark.parametrize("name", EXTRAS)
def test_a_set_is_not_older_than_pyproject(name: str) -> None:
    locked = pins(name)
    for requirement in (wish for extra in (None, *EXTRAS[name]) for wish in wanted(extra)):
        package = canonicalize_name(requirement.name)
        assert package in locked, f"run make lock: {package} is missing in {name}.txt"
        for version in locked[package]:
            assert requirement.specifier.contains(version.removeprefix("=="), prereleases=True), (
                f"run make lock: {package}"
            )


def test_the_development_set_holds_the_stack_and_its_own_wishes() -> None:
    own = [line for line in (FOLDER / "dev.in").read_text().splitlines() if line and not line.startswith("#")]
    assert set(pins("stack")) <= set(pins("dev"))
    assert {canonicalize_name(Requirement(line).name) for line in own} <= set(pins("dev"))
