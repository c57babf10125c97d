"""`pictor doctor`: each thing that can be wrong is made wrong, and must be told with a next step."""

import json
import os
import shutil
import socket
import time
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from pictor.cli import main
from pictor.doctor import machine
from pictor.doctor.examination import examine
from pictor.doctor.findings import Finding
from pictor.stack.bootstrap.files import write_private
from pictor.stack.bootstrap.secrets import load_or_create_secrets
from pictor.stack.settings import RESTORING, StackSettings
from services.kit.testing.postgres import TestPostgres
from tests.e2e.stack import free_port
from tests.vision.package_cache import starter_package

NOBODY = 65_534
SERVICES = ("gateway", "catalog", "similarity")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StackSettings:
    """A data folder as a stack that was stopped leaves it, but for the contents of its database."""
    for name in [name for name in os.environ if name.startswith("PICTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PICTOR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("PICTOR_PORT", str(free_port()))
    settings = StackSettings.from_environment()
    for folder in (settings.data, settings.objects, settings.models, settings.logs, settings.postgres):
        folder.mkdir(mode=0o700)
    (settings.objects / ".incoming").mkdir()
    load_or_create_secrets(settings.secrets)
    write_private(settings.credentials, {"url": "", "api_key": None, "user": "admin", "password": "secret"})
    (settings.postgres / "PG_VERSION").write_text("18\n")
    if os.geteuid() == 0:
        os.chown(settings.postgres, NOBODY, NOBODY)
    return settings


async def failures() -> dict[str, Finding]:
    """Give what fails, by check."""
    found = {one.check: one for one in await examine() if one.grade == "fail"}
    assert all(one.next_step for one in found.values())
    return found


def test_a_library_that_is_well(library: StackSettings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert {line.split()[0] for line in said.splitlines() if not line.startswith(" ")} == {"ok", "warn"}
    assert "Start the stack" in said
    assert main(["doctor", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert {tuple(line) for line in lines} == {("check", "grade", "said", "next_step")}
    assert "secret" not in {line["said"] for line in lines}
    assert not any(library.objects.rglob("probe"))


def test_one_failure_is_the_exit_status(library: StackSettings, capsys: pytest.CaptureFixture[str]) -> None:
    library.secrets.chmod(0o644)
    assert main(["doctor"]) == 1
    assert f"chmod 600 {library.secrets}" in capsys.readouterr().out


async def test_nothing_is_there_yet(library: StackSettings) -> None:
    shutil.rmtree(library.data)
    assert await failures() == {}
    assert not library.data.exists()


async def test_a_folder_that_cannot_be_made(library: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    file = library.data / "file"
    file.write_text("no folder")
    monkeypatch.setenv("PICTOR_DATA", str(file / "below"))
    assert set(await failures()) == {"data folder"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_a_folder_of_another_user(library: StackSettings) -> None:
    """As after `cp -r` by root: whoever runs Pictor may look, and not write."""
    await examine()  # what is imported late is read as root
    for path in (library.data, *library.data.parents[:4], library.logs, library.models, library.objects):
        path.chmod(path.stat().st_mode | 0o055)
    os.seteuid(NOBODY)
    try:
        found = await failures()
    finally:
        os.seteuid(0)
    assert {"data folder", "secrets", "store"} <= set(found)
    assert found["data folder"].next_step == f"chown -R {NOBODY} {library.data}"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
async def test_a_folder_that_may_not_even_be_looked_at(library: StackSettings) -> None:
    await examine()
    for path in (library.data, *library.data.parents[:4]):
        path.chmod(path.stat().st_mode | 0o055)
    os.seteuid(NOBODY)
    try:
        found = await failures()
    finally:
        os.seteuid(0)
    step = "Run this as the user that runs Pictor, or give the files to this one."
    assert {found[check].next_step for check in ("weights", "store")} == {step}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
async def test_a_database_folder_of_root_or_open_to_all(library: StackSettings) -> None:
    library.postgres.chmod(0o755)
    assert set(await failures()) == {"postgres folder"}
    os.chown(library.postgres, 0, 0)
    assert "root" in (await failures())["postgres folder"].said


async def test_what_is_left_of_other_work(library: StackSettings) -> None:
    (library.data / RESTORING).write_text("{}")
    (library.postgres / "PG_VERSION").write_text("15\n")
    assert set(await failures()) == {"data folder", "database"}
    (library.postgres / "PG_VERSION").unlink()
    assert "database" in await failures()


async def test_a_disk_with_little_room(library: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is real; what counts as little is more than it has."""
    free = shutil.disk_usage(library.data).free
    monkeypatch.setattr(machine, "LITTLE_ROOM", free * 4)
    assert [one.grade for one in await examine() if one.check == "disk"] == ["warn"]
    monkeypatch.setattr(machine, "NO_ROOM", free * 2)
    assert set(await failures()) == {"disk"}


async def test_a_port_in_use(library: StackSettings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", library.port))
        taken.listen()
        found = await failures()
    assert set(found) == {"port"}
    assert "PICTOR_PORT=" in found["port"].next_step


async def test_a_clock_that_went_back(library: StackSettings) -> None:
    later = time.time() + 7200
    os.utime(library.secrets, (later, later))
    assert set(await failures()) == {"clock"}


async def test_secrets_that_are_open_damaged_or_gone(library: StackSettings) -> None:
    library.credentials.chmod(0o640)
    assert "640" in (await failures())["secrets"].said
    library.credentials.chmod(0o600)
    library.secrets.write_text('{"internal_secret": "half')
    assert "damaged" in (await failures())["secrets"].said
    library.secrets.unlink()
    assert "missing" in (await failures())["secrets"].said


async def test_weights_that_are_not_there_empty_or_changed(
    library: StackSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "weights.h5"
    monkeypatch.setenv("PICTOR_WEIGHTS", str(file))
    assert set(await failures()) == {"settings"}
    file.touch()
    assert set(await failures()) == {"weights"}
    package = tmp_path / "package"
    shutil.copytree(starter_package(), package)
    monkeypatch.setenv("PICTOR_WEIGHTS", str(package))
    assert await failures() == {}
    largest = max(package.iterdir(), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 1
    largest.write_bytes(data)
    assert set(await failures()) == {"weights"}
    monkeypatch.delenv("PICTOR_WEIGHTS")
    (library.models / "serving").symlink_to("gone")
    assert set(await failures()) == {"weights"}


async def test_a_store_that_is_gone_or_does_not_answer(library: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(library.objects)
    assert set(await failures()) == {"store"}
    monkeypatch.setenv("PICTOR_STORE", "s3")
    assert "PICTOR_S3_ENDPOINT" in (await failures())["store"].said
    for name, value in (("ENDPOINT", "127.0.0.1:9"), ("ACCESS_KEY", "a"), ("SECRET_KEY", "b"), ("SECURE", "false")):
        monkeypatch.setenv(f"PICTOR_S3_{name}", value)
    assert set(await failures()) == {"store"}


async def test_databases_that_are_old_new_of_another_pepper_or_away(
    library: StackSettings, postgres: TestPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = {name: await postgres.create(name) for name in SERVICES}
    for name, url in urls.items():
        monkeypatch.setenv(f"PICTOR_{name.upper()}_DATABASE_URL", url)
    monkeypatch.setenv("PICTOR_STORE_FOLDER", str(library.objects))
    monkeypatch.setenv("PICTOR_KEY_PEPPER", "x" * 32)
    monkeypatch.setenv("PICTOR_INTERNAL_SECRET", "y" * 32)
    try:
        assert await failures() == {}
        await run(urls["gateway"], "INSERT INTO secret_checks VALUES ('key_pepper', 'of another one')")
        assert set(await failures()) == {"secrets"}
        await run(urls["gateway"], "DELETE FROM secret_checks")
        await run(urls["catalog"], "UPDATE alembic_version SET version_num = '0001'")
        await run(urls["similarity"], "UPDATE alembic_version SET version_num = '9999'")
        found = await failures()
        assert set(found) == {"database of catalog", "database of similarity"}
        assert "services.kit.migrate catalog" in found["database of catalog"].next_step
        assert "newer" in found["database of similarity"].said
        monkeypatch.setenv("PICTOR_CATALOG_DATABASE_URL", "postgresql+asyncpg://a:hidden@127.0.0.1:9/x")
        monkeypatch.setenv("PICTOR_KEY_PEPPER", "short")
        found = await failures()
        assert {"database of catalog", "secrets"} <= set(found)
        assert "hidden" not in found["database of catalog"].said
        monkeypatch.delenv("PICTOR_GATEWAY_DATABASE_URL")
        assert set(await failures()) == {"settings"}
    finally:
        for url in urls.values():
            await postgres.drop(url)


async def run(url: str, statement: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()
