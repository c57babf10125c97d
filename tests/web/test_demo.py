"""`make demo`: its pictures, and that they come into a stack that runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import PIL.Image
from playwright.sync_api import expect

from scripts.demo.pictures import write
from tests.photographs import REPOSITORY
from tests.web.conftest import Person


def test_the_pictures_are_all_in_the_wheel_or_drawn(tmp_path: Path) -> None:
    count = write(tmp_path)
    pictures = sorted(tmp_path.glob("*.jpg"))
    assert len(pictures) == count >= 36
    for path in pictures:
        with PIL.Image.open(path) as picture:
            assert min(picture.size) >= 90, path.name
        assert json.loads(path.with_name(f"{path.name}.json").read_text())["title"]
    assert len({path.read_bytes() for path in pictures}) == count


def test_they_come_into_the_stack_that_runs(person: Person) -> None:
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    key = person.client.headers["authorization"].removeprefix("Bearer ")
    environment |= {"PICTOR_URL": person.visitor.stack.url, "PICTOR_KEY": key}
    command = [sys.executable, "-m", "scripts.demo"]
    for _ in range(2):  # a second time brings nothing new
        done = subprocess.run(
            command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == f"The page: {person.visitor.stack.url}"
    page = person.visitor.go()
    expect(page.get_by_role("status").filter(has_text="40 images")).to_be_visible()
    cats = person.client.get("/v1/images", params={"tag": "animals"}).json()["items"]
    assert [cat["title"] for cat in cats] == ["Chelsea the cat"]
    [newest] = person.client.get("/v1/images?sort=-taken_at&tag=drawn&limit=1").json()["items"]
    assert (newest["taken_at"][:4], newest["exif"]["model"]) == ("2025", "Pictor Brush 2")
