"""The Dockerfile, read as text: no engine is needed, and no rule is lost unnoticed."""

import re

import pytest

from tests.deploy.compose import DOCKERFILE, ROOT, exec_form, last, stages

SERVICES = ("gateway", "catalog", "classifier", "similarity")
TARGETS = (*SERVICES, "model-build")


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_its_own_locked_packages(target: str) -> None:
    installing = stages()[f"{target}-packages"]
    assert f"COPY requirements/{target}.txt ." in installing
    command = exec_form(last(installing, "RUN") or "")
    assert command[-3:] == ["--require-hashes", "-r", f"{target}.txt"]
    assert f"COPY --from={target}-packages /venv /venv" in stages()[target]


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_nobody_in_particular_and_starts_without_a_shell(target: str) -> None:
    stage = stages()[target]
    assert last(stage, "USER") == "10001:10001"
    users = [number for number, line in enumerate(stage) if line.startswith("USER ")]
    assert not any(line.startswith(("RUN", "COPY", "ADD")) for line in stage[users[0] :])
    for word in ("CMD", "ENTRYPOINT"):
        if arguments := last(stage, word):
            assert exec_form(arguments)


@pytest.mark.parametrize("target", SERVICES)
def test_a_service_starts_from_its_factory_and_contains_no_other_service(target: str) -> None:
    command = exec_form(last(stages()[target], "CMD") or "")
    assert command[:3] == ["uvicorn", "--factory", f"services.{target}.main:create_app"]
    code = set(re.findall(r"COPY (?:services/(\w+)) ", "\n".join([*stages()["service"], *stages()[target]])))
    assert {"kit", target} <= code <= {"kit", "vision", "protocol", "text", target}


def test_every_image_of_ours_has_a_health_check() -> None:
    check = last(stages()["service"], "HEALTHCHECK") or ""
    assert exec_form(check.split("CMD ", 1)[1])[0] == "python"
    assert "/readyz" in check
    for target in SERVICES:
        assert stages()[target][0] == f"FROM service AS {target}"
        assert last(stages()[target], "HEALTHCHECK") is None
    assert last(stages()["model-build"], "HEALTHCHECK") == "NONE"


def test_final_images_have_no_installer_and_the_base_is_one_argument() -> None:
    for name, stage in stages().items():
        if not name.endswith("-packages") and name != "installer":
            assert not re.search(r"\b(apt-get|pip|uv|gcc)\b", "\n".join(stage[1:]).replace("uvicorn", "")), name
    assert {stage[0].split()[1] for name, stage in stages().items() if name in ("installer", "service")} == {
        "${PYTHON_IMAGE}"
    }
    assert DOCKERFILE.read_text().count("ARG PYTHON_IMAGE=") == 1


def test_what_is_copied_exists_and_is_let_through() -> None:
    allowed = [line[1:].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"]
    for stage in stages().values():
        for source in re.findall(r"^COPY (?!--from)(\S+) ", "\n".join(stage), re.MULTILINE):
            assert (ROOT / source).exists(), source
            assert any(source.startswith(entry.removesuffix("*.txt")) for entry in allowed), source
