"""The command for people, against a live stack; lines in a pipe, JSON where it is asked for."""

import os
import pty
import stat
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from PIL import Image

from pictor_client import Pictor
from pictor_client.command.thumbnails import COLUMNS, half_blocks
from tests.client.commanding import Command
from tests.e2e.stack import RunningStack, free_port
from tests.photographs import drawn

Commands = Callable[[str], Command]


def test_a_library_from_the_shell(command_of: Commands, drawings: Callable[..., Path]) -> None:
    command = command_of("shell")
    folder = drawings(4)
    assert command("import", folder, "--tag", "trip").status == 0
    found = command("search", "--tag", "trip", "--sort", "created_at").lines
    assert sorted(line[1] for line in found) == ["p0000.jpg", "p0001.jpg", "p0002.jpg", "p0003.jpg"]
    ids = [line[0] for line in found]
    assert [one["id"] for one in command("search", "--json", "--tag", "trip", "--sort", "created_at").objects] == ids
    assert len(command("search", "-n", 2).lines) == 2
    assert command("search", "nothingiscalledso").out == ""

    hits = command("similar", folder / "p0000.jpg", "-n", 1, "--json").objects
    assert (hits[0]["band"], hits[0]["image"]["file_name"]) == ("exact", "p0000.jpg")
    alike = command("similar", ids[0], "-n", 2).lines
    assert len(alike) == 2
    assert ids[0] not in [line[2] for line in alike]

    classes = command("classify", folder / "p0000.jpg", "--top", 2).lines
    assert [line[0] for line in classes] == [str(folder / "p0000.jpg")] * 2
    assert ["trip", "4", "tag", ""] in command("labels", "tri").lines

    made = command("collections", "create", "Trip").lines[0][0]
    given = "\n".join("\t".join(line) for line in found[:2]).encode()
    assert command("collections", "add", "Trip", "-", stdin=given).status == 0  # what search printed is taken
    assert command("collections", "add", "favorites", ids[2]).status == 0
    assert [made, "Trip", "2", ""] in command("collections").lines
    assert len(command("search", "--collection", made).lines) == 2
    assert command("collections", "remove", made, ids[0]).status == 0
    assert {one["name"]: one["image_count"] for one in command("collections", "--json").objects}["Trip"] == 1
    assert command("collections", "delete", "Trip").status == 0

    tagged = command("tag", *ids[:2], "--add", "sea", "--remove", "trip")
    assert tagged.lines == [[ids[0], "sea"], [ids[1], "sea"]]


def test_what_is_wrong_is_said_and_has_a_status(command_of: Commands, tmp_path: Path, stack: RunningStack) -> None:
    command = command_of("wrong")
    assert command("nonsense").status == 2
    assert command("search", "--limit", "many").status == 2
    assert command("similar", "no such file").status == 2
    assert command("search", "--taken-after", "yesterday").status == 2
    assert command("tag", "01900000-0000-7000-8000-000000000000").status == 2
    missing = command("tag", "01900000-0000-7000-8000-000000000000", "--add", "a")
    assert (missing.status, "no such image" in missing.err) == (1, True)
    assert command("collections", "add", "Nowhere", "-").status == 1
    (tmp_path / "words.jpg").write_text("words")
    refused = command("classify", tmp_path / "words.jpg")
    assert (refused.status, "not an image" in refused.err) == (1, True)
    unknown = command("status", PICTOR_KEY="pk_nobody")
    assert (unknown.status, "pictor: " in unknown.err) == (1, True)
    assert command("status", PICTOR_KEY=None).status == 2
    del stack


def test_nobody_answers(command_of: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pictor_client.retrying.time.sleep", lambda _seconds: None)
    away = command_of("away")("status", "--url", f"http://127.0.0.1:{free_port()}")
    assert (away.status, "gives no answer" in away.err) == (3, True)


def test_a_login_is_kept_for_its_server_alone(command_of: Commands, stack: RunningStack) -> None:
    command = command_of("login")
    nothing = {"PICTOR_KEY": None, "PICTOR_URL": None}
    key = stack.credentials["api_key"]
    assert command("login", stack.url, stdin=b"pk_wrong\n", **nothing).status == 1
    assert command("status", **nothing).status == 2
    assert command("login", stack.url + "/", stdin=key.encode() + b"\n", **nothing).status == 0
    file = Path(command.environment["XDG_CONFIG_HOME"]) / "pictor" / "login.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = command("status", **nothing)
    assert ["you", stack.credentials["user"]] in told.lines
    assert command("status", "--json", **nothing).objects[0]["url"] == stack.url
    other = command("status", "--url", "http://127.0.0.1:9", **nothing)
    assert (other.status, "There is no key for http://127.0.0.1:9" in other.err) == (2, True)
    assert command("logout", **nothing).status == 0
    assert not file.exists()


def test_a_password_makes_a_key_of_its_own(command_of: Commands, stack: RunningStack) -> None:
    command = command_of("password")
    known = stack.credentials
    arguments = ("login", stack.url, "--name", known["user"])
    nothing = {"PICTOR_KEY": None, "PICTOR_URL": None}
    assert command(*arguments, stdin=b"wrong\n", **nothing).status == 1
    assert command(*arguments, stdin=known["password"].encode() + b"\n", **nothing).status == 0
    assert command("search", "-n", 1, **nothing).status == 0
    with stack.client() as client:
        names = [key["name"] for key in client.get("/v1/api-keys").json()["items"]]
    assert any(name.startswith("pictor on ") for name in names)


def test_open_says_where_the_page_is(command_of: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    command = command_of("open")
    image = "01900000-0000-7000-8000-000000000000"
    assert command("open", image).out == f"{command.environment['PICTOR_URL']}/images/{image}\n"
    assert opened == [f"{command.environment['PICTOR_URL']}/images/{image}"]
    assert command("open", "elsewhere").status == 2


def test_a_terminal_gets_a_table_and_no_control_characters(command_of: Commands, stack: RunningStack) -> None:
    command = command_of("terminal")
    with Pictor(stack.url, command.environment["PICTOR_KEY"]) as pictor:
        image = pictor.upload(drawn(60_000), title="evil \x1b]0;title\x07[bold]", wait=True)
    for arguments in (["search", "evil"], ["search", "evil", "--thumbnails"]):
        leader, follower = pty.openpty()
        subprocess.run(
            [sys.executable, "-m", "pictor_client.command", *arguments],
            env={**os.environ, **command.environment, "TERM": "xterm-256color", "COLUMNS": "200"},
            stdin=subprocess.DEVNULL,
            stdout=follower,
            timeout=60,
            check=True,
        )
        os.close(follower)
        shown = _read_all(leader)
        assert str(image.id) in shown
        assert "[bold]" in shown
        assert "\x1b]0;" not in shown
        assert ("▀" in shown) == ("--thumbnails" in arguments)


def test_thumbnails_are_two_pixels_a_letter() -> None:
    picture = Image.new("RGB", (400, 200), "red")
    picture.paste("blue", (0, 100, 400, 200))
    text = half_blocks(picture)
    lines = text.plain.splitlines()
    assert (len(lines), {len(line) for line in lines}) == (COLUMNS // 4, {COLUMNS})
    styles = [str(span.style) for span in text.spans]
    assert styles[0] == "#fe0000 on #fe0000" or styles[0] == "#ff0000 on #ff0000"


def test_the_operators_commands_are_there_where_the_services_are(command_of: Commands) -> None:
    command = command_of("operator")
    helped = command("--help").out
    module = next(iter(entry_points(group="pictor.commands"))).load()
    assert {"up", "model", "backup", "restore", "reconcile", "verify", "doctor", "openapi"} <= set(module.commands())
    assert [name for name in module.commands() if name not in helped] == []
    assert command("openapi", "--check").status == 0
    assert command("reconcile", "--grace", "-1").status == 2


def test_without_them_it_is_the_users_alone(command_of: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pictor_client.command.operator.entry_points", lambda **_: [])
    command = command_of("alone")
    assert "search" in command("--help").out
    assert command("openapi").status == 2


def _read_all(leader: int) -> str:
    parts = []
    try:
        while part := os.read(leader, 65536):
            parts.append(part)
    except OSError:  # the other end is closed
        pass
    os.close(leader)
    return b"".join(parts).decode()
