"""`pictor import`: killed and run again, files that change, archives, sidecars, folders that are watched."""

import json
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pictor_client import Pictor
from pictor_client.command.importing.sidecars import read_sidecar
from pictor_client.files import Body, sha256_of
from tests.client.commanding import Command, Said
from tests.e2e.stack import RunningStack, eventually, free_port
from tests.photographs import drawn

Commands = Callable[[str], Command]
MANY = 300


def library(command: Command) -> Pictor:
    return Pictor(command.environment["PICTOR_URL"], command.environment["PICTOR_KEY"])


def summary(said: Said) -> dict[str, int]:
    found: dict[str, int] = said.objects[-1]["summary"]
    return found


def test_killed_in_the_middle_and_run_again_nothing_is_lost_and_nothing_twice(
    command_of: Commands, drawings: Callable[..., Path]
) -> None:
    command = command_of("killed")
    folder = drawings(MANY)
    with library(command) as pictor:
        first = command.started("import", folder, "--json")
        assert first.stdout is not None
        for _ in range(MANY // 3):  # a line each
            assert first.stdout.readline()
        first.kill()
        first.wait()
        first.stdout.close()
        kept = {image.sha256 for image in pictor.images(owner="me")}
        assert MANY // 3 <= len(kept) < MANY
        again = summary(command("import", folder, "--json"))
        assert (again["new"] + again["there"], again["refused"], again["not_sent"]) == (MANY, 0, 0)
        assert again["there"] >= len(kept)
        images = [image.sha256 for image in pictor.images(owner="me")]
        assert sorted(images) == sorted(sha256_of(path) for path in folder.rglob("*.jpg"))
    third = summary(command("import", folder, "--json"))
    assert (third["there"], third["bytes"]) == (MANY, 0)


def test_what_is_no_picture_is_passed_over_or_refused(command_of: Commands, drawings: Callable[..., Path]) -> None:
    command = command_of("mixed")
    folder = drawings(2)
    (folder / "notes.txt").write_text("notes")
    (folder / ".hidden.jpg").write_bytes(drawn(1))
    (folder / "words.jpg").write_text("words")
    (folder / "gone.jpg").symlink_to(folder / "nowhere.jpg")
    (folder / "again.jpg").write_bytes((folder / "p0000.jpg").read_bytes())
    said = command("import", folder, "--json")
    counted = summary(said)
    assert said.status == 1
    assert (counted["new"], counted["there"], counted["refused"], counted["no_pictures"]) == (2, 1, 1, 3)
    [refused] = [one for one in said.objects[:-1] if one["outcome"] == "refused"]
    assert (refused["file"], "not an image" in refused["detail"]) == (str(folder / "words.jpg"), True)
    assert command("import", folder / "nothing.jpg").status == 2


def test_a_dry_run_says_what_it_would_cost_and_sends_nothing(
    command_of: Commands, drawings: Callable[..., Path]
) -> None:
    command = command_of("dry")
    folder = drawings(3)
    command("import", folder / "p0000.jpg")
    said = command("import", folder, "--dry-run")
    assert said.status == 0
    assert "1 already there, 2 would be sent" in said.out
    assert "Their labels would take about" in said.out
    with library(command) as pictor:
        assert len(list(pictor.images(owner="me"))) == 1


def test_archives_and_names_from_a_pipe(command_of: Commands, drawings: Callable[..., Path], tmp_path: Path) -> None:
    command = command_of("zip")
    folder = drawings(4)
    with zipfile.ZipFile(tmp_path / "some.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "p0000.jpg", "holiday/p0000.jpg")
        archive.writestr("holiday/p0000.xmp", XMP)
        archive.writestr("__MACOSX/._p0000.jpg", b"")
        archive.writestr("readme.txt", b"")
    said = command("import", tmp_path / "some.zip", "--json")
    counted = summary(said)
    assert (counted["new"], counted["no_pictures"], said.status) == (1, 3, 0)
    names = b"\0".join(str(folder / name).encode() for name in ("p0000.jpg", "p0002.jpg"))
    piped = summary(command("import", "-", "--json", stdin=names))
    assert (piped["new"], piped["there"]) == (1, 1)
    with library(command) as pictor:
        [first] = [image for image in pictor.images(owner="me") if image.file_name == "p0000.jpg"]
    assert (first.title, first.description, first.tags) == ("At sea", "Waves.", ["water", "blue sky"])


def test_an_archive_that_is_damaged_costs_its_file_alone(
    command_of: Commands, drawings: Callable[..., Path], tmp_path: Path
) -> None:
    folder = drawings(4)
    path = tmp_path / "damaged.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for picture in sorted(folder.glob("*.jpg")):
            archive.write(picture, picture.name)
    data = bytearray(path.read_bytes())
    data[300] ^= 0xFF  # in the bytes of the first
    path.write_bytes(data)
    said = command_of("damaged")("import", path, "--json")
    counted = summary(said)
    assert (said.status, counted["unreadable"], counted["new"]) == (1, 1, 1)


def test_sidecars_say_what_a_picture_is_called(command_of: Commands, drawings: Callable[..., Path]) -> None:
    command = command_of("beside")
    folder = drawings(3)
    (folder / "p0000.jpg.xmp").write_text(XMP)
    (folder / "p0002.json").write_text(json.dumps({"title": "Two", "tags": ["a", " b  c ", 5], "x": 1}))
    (folder / "below" / "p0001.jpg.json").write_text("{broken")
    assert command("import", folder, "--tag", "all").status == 0
    with library(command) as pictor:
        said = {image.file_name: (image.title, sorted(image.tags)) for image in pictor.images(owner="me")}
    assert said == {
        "p0000.jpg": ("At sea", ["all", "blue sky", "water"]),
        "p0001.jpg": ("", ["all"]),
        "p0002.jpg": ("Two", ["a", "all", "b c"]),
    }


@pytest.mark.parametrize(
    "data",
    [b"", b"<", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"\xff\xfe", b"<a/>", b"[]", b"null", b'{"tags": 5}'],
)
def test_a_sidecar_that_cannot_be_read_says_nothing(data: bytes) -> None:
    assert read_sidecar("a.jpg", lambda name: data if name.endswith((".xmp", ".json")) else None) == {}
    assert read_sidecar("a.jpg", lambda name: data if name.endswith(".json") else None) == {}


def test_a_sidecar_of_takeout_has_no_title() -> None:
    takeout = {"title": "a.jpg", "description": "Said.", "photoTakenTime": {"timestamp": "0"}}
    name = "a.jpg.supplemental-metadata.json"
    said = read_sidecar("a.jpg", lambda asked: json.dumps(takeout).encode() if asked == name else None)
    assert said == {"description": "Said."}


def test_a_file_that_goes_on_changing_is_told_and_not_kept(
    command_of: Commands, drawings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = command_of("changing")
    folder = drawings(1)
    checked = Body._checked

    def changing(body: Body, file: object):
        with (folder / "p0000.jpg").open("ab") as written:
            written.write(b"more")
        return checked(body, file)

    monkeypatch.setattr(Body, "_checked", changing)
    said = command("import", folder)
    assert (said.status, "changed while it was read" in said.err) == (1, True)
    with library(command) as pictor:
        assert list(pictor.images(owner="me")) == []


def test_a_file_that_changed_once_is_sent_as_it_is_now(
    command_of: Commands, drawings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = command_of("changed")
    folder = drawings(1)
    checked, later = Body._checked, drawn(70_000)

    def changing(body: Body, file: object):
        if (folder / "p0000.jpg").read_bytes() != later:
            (folder / "p0000.jpg").write_bytes(later)
        return checked(body, file)

    monkeypatch.setattr(Body, "_checked", changing)
    assert command("import", folder).status == 0
    with library(command) as pictor:
        assert [image.sha256 for image in pictor.images(owner="me")] == [sha256_of(folder / "p0000.jpg")]


def test_a_server_that_stays_away_ends_it(
    command_of: Commands, drawings: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pictor_client.retrying.time.sleep", lambda _seconds: None)
    said = command_of("gone")("import", drawings(3), PICTOR_URL=f"http://127.0.0.1:{free_port()}")
    assert (said.status, "3 not sent" in said.out, "gives no answer" in said.err) == (3, True, True)


def test_a_folder_is_watched(command_of: Commands, drawings: Callable[..., Path], stack: RunningStack) -> None:
    command = command_of("watching")
    folder = drawings(1)
    watching = command.started("import", folder, "--watch", "--interval", "0.2", "--json")
    with library(command) as pictor:
        count = lambda: len(list(pictor.images(owner="me")))  # noqa: E731
        assert eventually(count, lambda seen: seen == 1, seconds=60) == 1
        growing = drawn(70_001)
        (folder / "new.jpg").write_bytes(growing[:1000])
        time.sleep(0.1)
        (folder / "new.jpg").write_bytes(growing)
        assert eventually(count, lambda seen: seen == 2, seconds=60) == 2
        assert pictor.check([sha256_of(folder / "new.jpg")]) != {sha256_of(folder / "new.jpg"): None}
    threading.Timer(0, watching.send_signal, [2]).start()
    out, _ = watching.communicate(timeout=30)
    assert watching.returncode == 130
    assert json.loads(out.splitlines()[-1])["summary"]["new"] == 2
    del stack


XMP = """<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">At sea</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Waves.</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>water</rdf:li><rdf:li>blue sky</rdf:li></rdf:Bag></dc:subject>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
