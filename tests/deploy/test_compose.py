"""docker-compose.yml against the settings that the services read, and against the rules for containers."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.kit.http.limits import DEFAULT_UPLOAD_LIMIT
from tests.deploy.compose import (
    COMPOSE,
    FOREIGN,
    ONE_SHOTS,
    ROOT,
    SETTINGS_OF,
    interpolated,
    resolve,
    services,
    settings_class,
    settings_of,
    stages,
)

NO_SECRET = {"PICTOR_S3_ACCESS_KEY"}  # a user's name
OPTIONAL = {("PICTOR_MILVUS_TOKEN", ":-", ""), ("PICTOR_AUTH_TOKEN", ":-", "")}
"""Secrets of what need not be there: the default is none. The classifier alone does not start without its token."""
SECRETS = {
    "PICTOR_INTERNAL_SECRET": "i" * 64,
    "PICTOR_KEY_PEPPER": "p" * 64,
    "PICTOR_DATABASE_PASSWORD": "d" * 64,
    "PICTOR_S3_SECRET_KEY": "s" * 64,
}


TOKEN = {"PICTOR_AUTH_TOKEN": "t" * 64}


def environment(container: str) -> dict[str, str]:
    return {name: str(value) for name, value in services()[container].get("environment", {}).items()}


@pytest.mark.parametrize("container", SETTINGS_OF)
def test_a_container_gets_what_its_settings_require_and_nothing_that_they_do_not_know(container: str) -> None:
    known = settings_of(SETTINGS_OF[container])
    given = environment(container)
    assert set(given) <= set(known), "unknown to the service"
    alone = {"PICTOR_INTERNAL_SECRET"} if given.get("PICTOR_AUTH") == "token" else set()
    assert {name for name, variable in known.items() if variable.required} - alone <= set(given), (
        "required by the service"
    )


@pytest.mark.parametrize("container", SETTINGS_OF)
def test_the_services_accept_their_environment(container: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(container).items():
        monkeypatch.setenv(name, resolve(value, SECRETS | TOKEN))
    settings = settings_class(SETTINGS_OF[container])().model_dump()
    knows_the_stack = settings["internal_secret"].get_secret_value() == SECRETS["PICTOR_INTERNAL_SECRET"]
    assert knows_the_stack == (container != "inference")


def test_the_classifier_alone_does_not_start_without_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment("inference").items():
        monkeypatch.setenv(name, resolve(value, {}))
    with pytest.raises(ValidationError, match="auth_token belong together"):
        settings_class("classifier")()
    assert set(environment("inference")) & set(SECRETS) == set()


def test_one_variable_sets_the_upload_limit_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    for container, service in SETTINGS_OF.items():
        for said, limit in (({}, DEFAULT_UPLOAD_LIMIT), ({"PICTOR_UPLOAD_LIMIT": "1000"}, 1000)):
            for name, value in environment(container).items():
                monkeypatch.setenv(name, resolve(value, {**SECRETS, **TOKEN, **said}))
            if container == "inference":
                monkeypatch.delenv("PICTOR_INTERNAL_SECRET", raising=False)
            assert settings_class(service)().model_dump()["upload_limit"] == limit, container


def test_migrations_get_the_database_of_their_service_and_no_more() -> None:
    for service in ("gateway", "catalog", "similarity"):
        given = environment(f"migrate-{service}")
        assert given == {"PICTOR_DATABASE_URL": environment(service)["PICTOR_DATABASE_URL"]}
        assert given["PICTOR_DATABASE_URL"].endswith(f"@postgres/pictor_{service}")


@pytest.mark.parametrize("container", SETTINGS_OF)
def test_no_secret_has_a_default(container: str) -> None:
    known = settings_of(SETTINGS_OF[container])
    secrets = {name for name, variable in known.items() if variable.secret} - NO_SECRET
    for name in secrets & set(environment(container)):
        found = interpolated(environment(container)[name])
        assert found, f"{name} is written into the file"
        for one in found:
            assert one in OPTIONAL or (one[1] == ":?" and "openssl rand" in one[2]), name


def test_nothing_that_looks_like_a_secret_has_a_default_anywhere() -> None:
    for name, how, rest in interpolated(COMPOSE.read_text()):
        secret = re.search(r"SECRET|PASSWORD|PEPPER|TOKEN", name) and (name, how, rest) not in OPTIONAL
        assert how == ":?" or not secret, name


def test_without_secrets_nothing_starts() -> None:
    for name in SECRETS:
        others = {other: value for other, value in SECRETS.items() if other != name}
        with pytest.raises(KeyError, match=name):
            resolve(COMPOSE.read_text(), others)


def test_the_example_names_every_variable_and_gives_the_same_defaults() -> None:
    example = dict(re.findall(r"^#?(PICTOR_[A-Z_0-9]+)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE))
    used = {name: "" if how == ":?" else rest for name, how, rest in interpolated(COMPOSE.read_text())}
    assert example == used
    for _, how, _ in interpolated(COMPOSE.read_text()):
        assert how, "a variable without a default would be silently empty"


@pytest.mark.parametrize("container", services())
def test_every_container_is_confined(container: str) -> None:
    service = services()[container]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"]
    assert service["mem_limit"]
    assert service.get("privileged") is None
    if container != "postgres":
        assert "cap_add" not in service


def test_the_gateway_alone_is_published_and_on_loopback_unless_said_otherwise() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert {name: [resolve(port, {}) for port in ports] for name, ports in published.items()} == {
        "gateway": ["127.0.0.1:8000:8000"],
        "inference": ["127.0.0.1:8001:8000"],
    }
    reach_outside = {name for name, service in services().items() if service["networks"] != ["inner"]}
    assert reach_outside == {"gateway", "inference", "model-build"}
    assert {name for name, service in services().items() if "profiles" in service} == {"candidate", "inference"}


def test_a_service_with_an_entrypoint_of_its_own_has_all_arguments_there() -> None:
    """Whatever stands in `command` is appended: psql took the server's command for a database and a user."""
    own = {name: service for name, service in services().items() if "entrypoint" in service}
    assert own.keys() >= {"databases"}
    assert {name: service["command"] for name, service in own.items() if "command" in service} == {}


def test_no_two_services_share_a_command_by_accident() -> None:
    said = [tuple(service["command"]) for service in services().values() if "command" in service]
    assert len(said) == len(set(said)), said


def test_whoever_changes_the_user_gets_the_signals_all_the_same() -> None:
    """An init stays who it is; without CAP_KILL root may not signal a process of another user."""
    changing = {name: service for name, service in services().items() if "SETUID" in service.get("cap_add", [])}
    assert changing.keys() == {"postgres"}
    for name, service in changing.items():
        assert service["init"] is False or "KILL" in service["cap_add"], name
    for name, service in services().items():
        if name not in changing:
            assert service["init"] is True, name


def test_our_images_come_from_the_dockerfile() -> None:
    for name in set(services()) - FOREIGN:
        build = services()[name]["build"]
        assert build["target"] in stages()
        assert services()[name]["image"] == f"pictor/{build['target']}"


def test_health_is_checked_wherever_something_answers() -> None:
    for name, service in services().items():
        disabled = service.get("healthcheck", {}).get("disable", False)
        if name.startswith("migrate-") or name == "worker":
            assert disabled, "the image's check asks an HTTP port that this command does not have"
        else:
            assert not disabled
        if name in FOREIGN - ONE_SHOTS:
            assert service["healthcheck"]["test"][0] == "CMD"


def test_dependencies_exist_and_are_waited_for_in_the_right_way() -> None:
    for name, service in services().items():
        for needed, how in service.get("depends_on", {}).items():
            condition = "service_completed_successfully" if needed in ONE_SHOTS else "service_healthy"
            assert how == {"condition": condition}, (name, needed)
    assert "depends_on" not in services()["classifier"], "the stack runs, and keeps uploads, without a model"


def test_the_model_is_read_only_for_the_service_and_in_the_same_place() -> None:
    package = environment("classifier")["PICTOR_MODEL_PACKAGE"]
    for container in ("classifier", "inference"):
        assert environment(container)["PICTOR_MODEL_PACKAGE"] == package
        assert services()[container]["volumes"] == ["models:/models:ro"]
    assert services()["model-build"]["volumes"] == ["models:/models"]
    assert services()["model-build"]["command"][-1] == package


def test_files_that_are_mounted_exist() -> None:
    for service in services().values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_file()


def test_the_version_of_python_is_one_that_the_project_supports() -> None:
    supported = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    base = re.search(r"ARG PYTHON_IMAGE=python:(\d+)\.(\d+)-slim", Path(ROOT / "deploy/docker/Dockerfile").read_text())
    assert base
    assert supported == ">=3.11,<3.14"
    assert (3, 11) <= (int(base[1]), int(base[2])) < (3, 14)
