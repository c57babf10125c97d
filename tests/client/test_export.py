"""`pictor export`, and its folder imported by somebody whose library is empty: the same library."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pictor_client import Pictor
from pictor_client.command.exporting.names import path_of
from pictor_client.core.models import Image
from tests.client.commanding import Command
from tests.e2e.stack import eventually

Commands = Callable[[str], Command]


def library(command: Command) -> Pictor:
    return Pictor(command.environment["PICTOR_URL"], command.environment["PICTOR_KEY"])


def what_it_is(pictor: Pictor) -> dict[str, Any]:
    """All that two libraries with the same pictures have in common."""
    images = list(pictor.images(owner="me", sort="created_at"))
    digests = {image.id: image.sha256 for image in images}
    return {
        "images": {
            image.sha256: {
                "words": (image.title, image.description, image.tags, image.file_name, image.visibility),
                "facts": (image.rotation, image.taken_at, image.in_favorites, image.media_type, image.bytes_),
                "labels": sorted(
                    (label.id, round(label.score, 4), label.source, label.status) for label in image.labels
                ),
            }
            for image in images
        },
        "collections": sorted(
            (one.name, one.description, [digests[image.id] for image in pictor.images_of(one)])
            for one in pictor.collections()
            if one.kind == "user"
        ),
    }


@pytest.fixture
def exported(command_of: Commands, drawings: Callable[..., Path], tmp_path: Path) -> tuple[Command, Path]:
    """A library in which everything was said that can be, and its export."""
    command = command_of("from")
    command("import", drawings(6), "--tag", "kept")
    with library(command) as pictor:
        ready = lambda: [one for one in pictor.images(owner="me", sort="created_at") if one.labels]  # noqa: E731
        one, two, three, *_ = eventually(ready, lambda found: len(found) == 6)
        pictor.update(one, title="Ünïcode “title”", description="Two\nlines.", rotation=270, visibility="public")
        pictor.update(
            two, taken_at=datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC), file_name="a\u202e:b?.JPG", tags=["x", "y"]
        )
        pictor.decide(one, one.labels[0].id, "confirm")
        pictor.decide(one, one.labels[1].id, "reject")
        pictor.decide(three, "n02084071", "add")
        pictor.add_to("favorites", two, three)
        for name in ("Same", "Same"):
            pictor.add_to(pictor.create_collection(name, "of its name"), one, two)
        pictor.create_collection("Empty")
    folder = tmp_path / "export"
    assert command("export", folder).status == 0
    return command, folder


def test_the_same_library_somewhere_else(exported: tuple[Command, Path], command_of: Commands) -> None:
    command, folder = exported
    other = command_of("to")
    said = other("import", folder)
    assert (said.status, "6 new" in said.out) == (0, True)
    with library(command) as before, library(other) as after:
        wanted = what_it_is(before)
        assert what_it_is(after) == wanted
        assert other("import", folder).status == 0  # again: nothing more
        assert what_it_is(after) == wanted
    assert len(wanted["images"]) == 6
    assert [name for name, *_ in wanted["collections"]] == ["Empty", "Same", "Same"]


def test_it_can_be_checked_without_us(exported: tuple[Command, Path]) -> None:
    _, folder = exported
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    lines = [json.loads(line) for line in (folder / "metadata.jsonl").read_text().splitlines()]
    assert len(lines) == len(list((folder / "originals").rglob("*.*"))) == 6
    assert [line["file"] for line in lines if line["file"].startswith("originals/2001/02/")] != []
    assert not list(folder.rglob("*.part"))


def test_run_again_it_fetches_what_is_missing_or_damaged(exported: tuple[Command, Path]) -> None:
    command, folder = exported
    first, second, *_ = sorted((folder / "originals").rglob("*.jpg"))
    whole = first.read_bytes(), second.read_bytes()
    first.unlink()
    second.write_bytes(b"x" * len(whole[1]))
    again = command("export", folder, "--json").objects[0]
    assert (again["images"], again["fetched"]) == (6, 2)
    assert (first.read_bytes(), second.read_bytes()) == whole


def test_other_folders_are_left_alone(exported: tuple[Command, Path], command_of: Commands, tmp_path: Path) -> None:
    command, folder = exported
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    assert command("export", tmp_path / "mine").status == 2
    half = tmp_path / "half"
    shutil.copytree(folder, half)
    (half / "pictor-export.json").write_text(json.dumps({"format": 1, "complete": False}))
    other = command_of("half")
    assert other("import", half).status == 2
    lines = (folder / "metadata.jsonl").read_text().splitlines()
    outside = {**json.loads(lines[0]), "file": "../letter.txt"}
    (folder / "metadata.jsonl").write_text(json.dumps(outside) + "\n")
    said = other("import", folder)
    assert (said.status, "not inside" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("holiday.JPG", "holiday-000000000000.jpg"),
        ("../../etc/passwd", "passwd-000000000000.jpg"),
        ("a:b\\c?.jpeg", "a_b_c_-000000000000.jpeg"),
        ("CON.jpg", "_CON-000000000000.jpg"),
        ("", "image-000000000000.jpg"),
        ("文" * 100 + ".png", "文" * 26 + "-000000000000.png"),
        ("x.\x1b[31m", "x-000000000000.jpg"),
    ],
)
def test_names_are_safe_everywhere(given: str, path: str) -> None:
    image = Image.__new__(Image)
    image.id, image.file_name, image.media_type = UUID("01900000-0000-7000-8000-000000000000"), given, "image/jpeg"
    image.taken_at, image.created_at = None, datetime(2026, 11, 1, tzinfo=UTC)
    assert path_of(image) == f"originals/2026/11/{path}"
