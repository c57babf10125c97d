"""docker-compose.yml, the Dockerfile and the services' settings as data for the tests."""

import importlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic_settings import BaseSettings

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
SETTINGS_OF = {
    "gateway": "gateway",
    "catalog": "catalog",
    "worker": "catalog",
    "classifier": "classifier",
    "candidate": "classifier",
    "inference": "classifier",
    "similarity": "similarity",
}
"""Which service's settings a container reads."""
ONE_SHOTS = {"databases", "migrate-gateway", "migrate-catalog", "migrate-similarity", "model-build"}
FOREIGN = {"postgres", "store", "databases"}
"""Containers of images that are not ours."""
_VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_0-9]+)(?:(?P<how>:[-?])(?P<rest>[^}]*))?\}")


def services() -> dict[str, dict[str, Any]]:
    content: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())
    return content["services"]


def interpolated(text: str) -> list[tuple[str, str, str]]:
    """Every `${NAME:-default}` or `${NAME:?message}` in `text`: (name, ':-' or ':?' or '', the rest)."""
    return [(match["name"], match["how"] or "", match["rest"] or "") for match in _VARIABLE.finditer(text)]


def resolve(text: str, values: dict[str, str]) -> str:
    """What compose makes of `text`; KeyError for a required variable without a value."""

    def value(match: re.Match[str]) -> str:
        if found := values.get(match["name"]):
            return found
        if match["how"] == ":-":
            return match["rest"] or ""
        raise KeyError(match["name"])

    return _VARIABLE.sub(value, text)


@dataclass(frozen=True)
class Variable:
    """A setting as the environment names it."""

    required: bool
    secret: bool


def settings_class(service: str) -> type[BaseSettings]:
    found: type[BaseSettings] = importlib.import_module(f"services.{service}.config").Settings
    return found


def settings_of(service: str) -> dict[str, Variable]:
    """The variables that a service's Settings class reads, asked of the class itself."""
    settings = settings_class(service)
    prefix = settings.model_config.get("env_prefix", "")
    return {
        f"{prefix}{name}".upper(): Variable(required=field.is_required(), secret="Secret" in str(field.annotation))
        for name, field in settings.model_fields.items()
    }


def stages() -> dict[str, list[str]]:
    """The Dockerfile's instructions by stage, continued lines joined."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in DOCKERFILE.read_text().replace("\\\n", " ").splitlines():
        if match := re.match(r"FROM (\S+) AS (\S+)", line):
            current = match[2]
            found[current] = [line]
        elif line.strip() and not line.startswith("#") and current:
            found[current].append(line)
    return found


def last(instructions: list[str], word: str) -> str | None:
    """The arguments of the last instruction `word`."""
    found = [line.removeprefix(f"{word} ") for line in instructions if line.startswith(f"{word} ")]
    return found[-1] if found else None


def exec_form(arguments: str) -> list[str]:
    """The words of an instruction in exec form; ValueError for the shell form."""
    words: list[str] = json.loads(arguments)
    return words
