"""Settings that are refused: the error names them, and shows nothing of what they were."""

import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.similarity.index.settings import IndexSettings

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "catalog", "classifier", "similarity")
PROGRAMS = {
    **{name: ("-m", "uvicorn", "--factory", f"services.{name}.main:create_app", "--port", "0") for name in SERVICES},
    "worker": ("-m", "services.catalog.worker"),
}
WRONG = {
    "PICTOR_LOG_LEVEL": "LOUD",
    "PICTOR_DATABASE_POOL": "0",
    "PICTOR_STORE": "s3",  # without an endpoint
    "PICTOR_INDEX": "milvus",  # without an address
    "PICTOR_ENGINE": "remote",  # without one too
    "PICTOR_EMBEDDER": "local",  # with an engine that cannot be
}


def classes() -> dict[str, type[BaseSettings]]:
    services = {name: import_module(f"services.{name}.config").Settings for name in SERVICES}
    return {**services, "similarity.move": IndexSettings}


def secrets_of(settings: type[BaseSettings]) -> dict[str, str]:
    """A value for each secret, too short for those that are bound to be long."""
    names = [name for name, field in settings.model_fields.items() if "Secret" in str(field.annotation)]
    return {f"PICTOR_{name.upper()}": f"told-{number}-no" for number, name in enumerate(names)}


SECRETS = [(name, secret) for name, settings in classes().items() for secret in secrets_of(settings)]


@pytest.fixture(autouse=True)
def _nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PICTOR_")]:
        monkeypatch.delenv(name)


def refusals(settings: type[BaseSettings], monkeypatch: pytest.MonkeyPatch) -> Iterator[ValidationError]:
    """Wrong values one by one, then with all that is required, so that the checks of the whole are reached too."""
    required = {f"PICTOR_{name.upper()}" for name, field in settings.model_fields.items() if field.is_required()}
    whole = dict.fromkeys(required, "http://here".ljust(40, "x"))
    for given in ({}, {**whole, "PICTOR_STORE_FOLDER": "/tmp"}):  # noqa: S108 - nothing is written there
        for name, value in {"PICTOR_NOTHING": "", **WRONG}.items():
            with monkeypatch.context() as patched:
                for one, said in {**secrets_of(settings), **given, name: value}.items():
                    patched.setenv(one, said)
                try:
                    settings()
                except ValidationError as error:
                    yield error


@pytest.mark.parametrize(("name", "secret"), SECRETS)
def test_an_error_shows_no_secret(name: str, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = classes()[name]
    value = secrets_of(settings)[secret]
    seen = 0
    for error in refusals(settings, monkeypatch):
        seen += 1
        for shown in (str(error), repr(error), "".join(traceback.format_exception(error))):
            assert value not in shown, secret
            assert "input_value" not in shown
    assert seen >= 2


def test_every_settings_class_hides_what_it_refuses() -> None:
    def below(one: type[BaseSettings]) -> list[type[BaseSettings]]:
        return [one, *(found for child in one.__subclasses__() for found in below(child))]

    classes()
    ours = [one for one in below(BaseSettings) if one.__module__.startswith(("services.", "pictor."))]
    assert len(ours) >= 5
    assert [one for one in ours if not one.model_config.get("hide_input_in_errors")] == []


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_that_cannot_start_says_why_and_no_secret(program: str) -> None:
    secrets = secrets_of(classes()["catalog" if program == "worker" else program])
    outcome = subprocess.run(
        [sys.executable, *PROGRAMS[program]],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **secrets},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode != 0
    assert "internal_secret" in said
    assert [name for name, value in secrets.items() if value in said] == []
