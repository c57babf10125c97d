"""What `pictor up` checks and makes before it starts anything."""

import shlex
import socket
import stat
from pathlib import Path

import pytest
from PIL import Image

from pictor.stack.bootstrap.announcement import first_curl
from pictor.stack.bootstrap.first_user import Credentials
from pictor.stack.bootstrap.sample import ensure_sample
from pictor.stack.bootstrap.secrets import load_or_create_secrets
from pictor.stack.lock import exclusive
from pictor.stack.model import package_name
from pictor.stack.ports import free_ports, require_free
from pictor.stack.postgres.server import Cluster
from pictor.stack.services import Ports, base_environment, service_specs
from pictor.stack.settings import WEIGHTS, StackError, StackSettings
from pictor.stack.up import make_folders, run_stack
from services.vision.packages.choice import choose
from services.vision.packages.networks import NETWORKS


def settings(data: Path, *, port: int = 8000) -> StackSettings:
    return StackSettings(data=data, port=port, weights="untrained")


def test_without_variables_everything_has_a_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert StackSettings.from_environment({}) == StackSettings(tmp_path / "data", 8000, "auto")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PICTOR_PORT": "eighty"}, "PICTOR_PORT"),
        ({"PICTOR_PORT": "70000"}, "PICTOR_PORT"),
        ({"PICTOR_PORT": "0"}, "PICTOR_PORT"),
        ({"PICTOR_WEIGHTS": "/nowhere/weights.h5"}, "/nowhere/weights.h5"),
        ({"PICTOR_CANDIDATE_PACKAGE": "/nowhere/package"}, "PICTOR_CANDIDATE_PACKAGE"),
    ],
)
def test_a_wrong_variable_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(StackError, match=named):
        StackSettings.from_environment(environment)


def test_a_second_package_has_a_classifier_of_its_own_that_the_others_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "second"
    package.mkdir()
    (package / "manifest.json").touch()
    monkeypatch.setenv("PICTOR_CANDIDATE_URL", "http://elsewhere")  # left in a shell
    chosen = StackSettings.from_environment({"PICTOR_DATA": str(tmp_path), "PICTOR_CANDIDATE_PACKAGE": str(package)})
    assert chosen.candidate == package
    assert StackSettings.from_environment({"PICTOR_CANDIDATE_PACKAGE": ""}).candidate is None
    started = service_specs(
        chosen,
        secrets=load_or_create_secrets(tmp_path / "secrets.json"),
        cluster=Cluster(tmp_path, tmp_path, None),
        ports=Ports(8000, 1, 2, 3, 4),
        package=tmp_path / "first",
        candidate=package,
    )
    second = started["candidate"]
    assert "services.classifier.main:create_app" in second.argv
    assert second.argv[second.argv.index("--port") + 1] == "4"
    assert second.env["PICTOR_MODEL_PACKAGE"] == str(package)
    assert started["classifier"].env["PICTOR_MODEL_PACKAGE"] == str(tmp_path / "first")
    told = {name for name, spec in started.items() if spec.env.get("PICTOR_CANDIDATE_URL") == "http://127.0.0.1:4"}
    assert told == {"gateway", "catalog", "worker", "similarity"}
    assert not any(spec.env.get("PICTOR_CANDIDATE_URL") == "http://elsewhere" for spec in started.values())


def test_the_words_for_weights_are_those_of_the_networks() -> None:
    assert {*NETWORKS, "auto", "imagenet", "starter", "untrained"} == set(WEIGHTS)
    for word in set(WEIGHTS) - {"auto"}:
        assert package_name(word) == choose(word).folder_name


def test_secrets_are_private_different_and_the_same_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    first = load_or_create_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.internal_secret != first.key_pepper
    assert min(len(first.internal_secret), len(first.key_pepper)) >= 32
    assert load_or_create_secrets(path) == first
    assert first.key_pepper not in repr(first)
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]


def test_damaged_secrets_are_not_replaced_silently(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"internal_secret": "x"')
    with pytest.raises(StackError, match="damaged"):
        load_or_create_secrets(path)
    assert path.read_text() == '{"internal_secret": "x"'


def test_a_second_start_on_the_same_folder_is_refused_and_told_where_the_first_is(tmp_path: Path) -> None:
    make_folders(settings(tmp_path))
    with (
        exclusive(tmp_path / "pictor.lock", url="http://127.0.0.1:8123"),
        pytest.raises(StackError, match=r"already runs on .* \(process \d+, http://127\.0\.0\.1:8123\)"),
    ):
        run_stack(settings(tmp_path))
    with exclusive(tmp_path / "pictor.lock", url="http://127.0.0.1:8124"):
        pass  # free again


def test_a_busy_port_is_named_with_its_variable(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackError, match=rf"Port {port} .* is used by another program.* PICTOR_PORT"):
            run_stack(settings(tmp_path, port=port))
    require_free(port)
    assert not (tmp_path / "secrets.json").exists()


def test_free_ports_are_different_and_can_be_listened_on() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        require_free(port)


def test_children_get_tuning_variables_but_no_addresses_of_elsewhere() -> None:
    environment = base_environment(
        {
            "PICTOR_LOG_LEVEL": "DEBUG",
            "PICTOR_UPLOAD_LIMIT": "1000",
            "PICTOR_DATABASE_URL": "postgresql+asyncpg://elsewhere",
            "PICTOR_KEY_PEPPER": "elsewhere",
            "NO_PROXY": "intranet",
        }
    )
    assert environment == {
        "PICTOR_LOG_LEVEL": "DEBUG",
        "PICTOR_UPLOAD_LIMIT": "1000",
        "MALLOC_ARENA_MAX": "2",
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": "intranet,127.0.0.1,localhost",
        "no_proxy": "intranet,127.0.0.1,localhost",
    }


def test_the_first_curl_survives_a_path_with_spaces_and_quotes(tmp_path: Path) -> None:
    folder = tmp_path / "it's my data"
    folder.mkdir()
    command = first_curl(settings(folder, port=8001), Credentials("http://127.0.0.1:8001", "pk_a_b_c", "admin", "x"))
    words = shlex.split(command)
    assert words[0] == "curl"
    assert f"@{folder}/sample.jpg" in words
    assert "Authorization: Bearer pk_a_b_c" in words
    assert words[-1] == "http://127.0.0.1:8001/v1/images?title=Hills"


def test_the_sample_is_a_picture(tmp_path: Path) -> None:
    ensure_sample(tmp_path / "sample.jpg")
    with Image.open(tmp_path / "sample.jpg") as picture:
        assert (picture.format, picture.size) == ("JPEG", (960, 640))
        assert len(set(picture.resize((32, 32)).tobytes())) > 50
    before = (tmp_path / "sample.jpg").stat().st_mtime_ns
    ensure_sample(tmp_path / "sample.jpg")
    assert (tmp_path / "sample.jpg").stat().st_mtime_ns == before
